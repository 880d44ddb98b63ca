"""Lengths of time as people type them: `90`, `1h30`, `1:30`. Whole minutes, never more."""

import re

from salescli.model.errors import WrongUsage, finding

LONGEST_MINUTES = 60_000  # a thousand hours: more is a slip of the finger
_FORMS = (
    re.compile(r"(?P<m>[0-9]{1,5})(?:m|min|minutes?)?"),
    re.compile(r"(?P<h>[0-9]{1,4})(?:h|hours?)(?:(?P<m>[0-5]?[0-9])(?:m|min|minutes?)?)?"),
    re.compile(r"(?P<h>[0-9]{1,4}):(?P<m>[0-5][0-9])"),
)


def parse_minutes(text: str, field: str = "minutes") -> int:
    """Read a length as whole minutes; raises `WrongUsage`. Zero is a length, too."""
    plain = "".join(text.split()).lower()
    for form in _FORMS:
        if match := form.fullmatch(plain):
            parts = match.groupdict()
            minutes = 60 * int(parts.get("h") or 0) + int(parts.get("m") or 0)
            if minutes <= LONGEST_MINUTES:
                return minutes
    raise WrongUsage(
        finding(
            "not-a-length",
            f"{text!r} is not a length of time",
            hint=f"write 90, 1h30 or 1:30; at most {LONGEST_MINUTES // 60} hours",
            field=field,
        )
    )
