"""Ids of other systems as values: which of them are one. Pure.

Salesforce writes an id with 15 characters, of which upper and lower case differ, or with 18: three
more say which of the 15 are capitals, so that the case of these may be lost on the way.
"""

import re

_FULL = re.compile(r"([0-9A-Za-z]{15})([0-5A-Za-z]{3})", re.ASCII)
_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"  # each says five bits: which of five are capitals


def id_core(text: str) -> str:
    """What stands for an id when ids are compared: of 18 characters the 15 that they say.

    Any other text is itself, also one of 18 characters whose last three say something that the
    first 15 can't be: that a digit is a capital.
    """
    found = _FULL.fullmatch(text)
    if found is None:
        return text
    bits = [
        bool(_SIGNS.index(sign) >> place & 1) for sign in found[2].upper() for place in range(5)
    ]
    pairs = list(zip(found[1], bits, strict=True))
    if any(is_capital and not sign.isalpha() for sign, is_capital in pairs):
        return text
    return "".join(sign.upper() if is_capital else sign.lower() for sign, is_capital in pairs)


def is_same_id(one: str | None, other: str | None) -> bool:
    """Whether two ids of a system are one; no id is the same as none."""
    return one is not None and other is not None and id_core(one) == id_core(other)
