"""The nearest known name: "did you mean"."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None."""
    folded = {entry.casefold(): entry for entry in known}
    found = get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`did you mean qualification?`, or `""`."""
    found = nearest(name, known)
    return f"did you mean {found}?" if found else ""
