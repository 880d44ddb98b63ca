"""The mark that keeps a text of a CSV from being a formula to a spreadsheet: put on, taken off.

One `'` before what would be one. Each undoes the other exactly, whatever the text is. Pure.
"""

import re

# With marks already before it, too: else nobody could tell whose mark the first one is.
_MARKED = re.compile(r"'*[=+\-@\t\r]")


def guard(text: str) -> str:
    """A text that a spreadsheet shows and doesn't run."""
    return f"'{text}" if _MARKED.match(text) else text


def unguard(text: str) -> str:
    """The text that was guarded; one that wasn't stays as it is."""
    return text[1:] if text[:1] == "'" and _MARKED.match(text) else text
