"""The use cases: read, decide, make a change set, apply. Commands, batches and imports call these."""
