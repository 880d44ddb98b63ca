"""A dashboard as one self-contained page of HTML."""
