"""Records from other systems: a CSV file, read as its mapping says, by the rules of commands."""
