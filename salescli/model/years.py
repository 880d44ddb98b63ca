"""Which years there are: written with four digits, the first of them no 0. Pure.

`0021` and `21` are slips for 2021; a record of such a day would lie in a folder that nothing reads.
"""

import re

FIRST_YEAR = 1000
YEAR = "[1-9][0-9]{3}"  # as it stands in a day, also on disk
TOO_EARLY = f"lies before the year {FIRST_YEAR}"
_SLIP = re.compile(r"0(?:[0-9]{3})-(?P<rest>[0-9]{2}-[0-9]{2})")


def is_too_early(text: str) -> bool:
    """Whether a text begins with a day that is written as one, but of no year there is."""
    return _SLIP.match(text) is not None


def year_hint(text: str) -> str:
    """How to write the day that was meant instead."""
    match = _SLIP.match(text)
    if match is None or not text.startswith("00"):
        return "write the year in full, like 2026-12-15"
    return f"write the year in full: 20{text[2:4]}-{match['rest']}"
