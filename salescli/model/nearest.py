"""The nearest known name: "did you mean"."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

_WORDS = re.compile(r"[\s\-_.,:()/]+")
_ALIKE = 0.62  # three letters of five in their order are chance: `bogus` is not `hours`
SHOWN = 5  # of names that a part of a name may mean


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None."""
    folded = {entry.casefold(): entry for entry in known}
    found = get_close_matches(name.casefold(), folded, n=1, cutoff=_ALIKE)
    return folded[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`did you mean qualification?`, or `""`."""
    found = nearest(name, known)
    return f"did you mean {found}?" if found else ""


def has_words(name: str, part: str) -> bool:
    """Whether `part` begins a word of `name` and goes on as that does; case does not matter."""
    words = _split(name)
    wanted = _split(part)
    if not "".join(wanted):
        return False
    return any(
        words[start : start + len(wanted) - 1] == wanted[:-1]
        and words[start + len(wanted) - 1].startswith(wanted[-1])
        for start in range(len(words) - len(wanted) + 1)
    )


def _split(text: str) -> list[str]:
    return _WORDS.split(text.strip().casefold())


def meant_by(text: str, names: Mapping[str, str]) -> str:
    """`did you mean anna-berzina?` for what stands in `names` (id → name), or `""`.

    Those of whose id or name the text is a part come first, else the one most like it.
    """
    parts = [key for key, name in names.items() if has_words(key, text) or has_words(name, text)]
    if not parts:
        return did_you_mean(text, [*names, *names.values()])
    if len(parts) > SHOWN:
        return f"did you mean one of {', '.join(parts[:SHOWN])} …?"
    return f"did you mean {' or '.join(parts)}?"
