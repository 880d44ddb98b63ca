"""The use cases: read, decide, make a change set, apply. Commands and imports call these."""
