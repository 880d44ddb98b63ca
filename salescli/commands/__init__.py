"""Click commands: arguments in, text out. They call workspace and never touch a file."""
