"""`salescli check`: every rule on every file, and the mending of what was edited by hand."""
