"""salescli: opportunities as plain YAML files, guarded by a process, reported as of any day."""

__version__ = "0.1.0"
