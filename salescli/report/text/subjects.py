"""The first line of a commit as a list shows it: what it is about comes first, an id last.

Owns the order of the words. A subject that isn't one of ours stays as it is.
"""

import re

_WITH_ID = re.compile(r"((?:undo: |redo: )?[^:]*\b[a-z]+-[0-9a-z]{10}\b[^:]*): (.+)", re.DOTALL)


def format_subject(subject: str) -> str:
    """`Riverside, flat 47: note on opp-7k2m9xq4tb` of `note on opp-7k2m9xq4tb: Riverside, flat 47`.

    A narrow screen cuts the end, so that this is the id.
    """
    found = _WITH_ID.fullmatch(subject)
    return f"{found[2]}: {found[1]}" if found else subject
