"""The store: the only place that reads and writes the files of a sales directory."""
