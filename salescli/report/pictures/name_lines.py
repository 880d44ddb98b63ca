"""Names in lines of a picture, each told from the others though it is cut.

Pure layout of text: where ends are cut and names would read the same, the middle is cut instead;
names that are the same even so are numbered.
"""

from collections import Counter
from collections.abc import Sequence

from salescli.report.pictures.sheet import Measure, Style, clean_label, shorten, wrap
from salescli.report.text.numbers import ELLIPSIS

_LONGEST = 120  # characters of a name that are looked at
_LEAST = 3  # characters that a name with a cut middle ends in
_MOST_ENDING = 24


def wrap_names(
    names: Sequence[str], room: float, style: Style, measure: Measure, *, most: int
) -> list[list[str]]:
    """The lines of each name, at most `most`; different names have different lines."""
    cleaned = [clean_label(name) for name in names]
    lines = [wrap(name, room, style, measure, most=most) for name in cleaned]
    for place in _find_alike(names, lines):
        lines[place] = _cut_middle(names[place], room, style, measure, most)
    numbers: dict[str, int] = {}
    for place in _find_alike(names, lines):
        number = numbers.setdefault(names[place], len(numbers) + 1)
        lines[place] = wrap(f"{number} {cleaned[place]}", room, style, measure, most=most)
    return lines


def shorten_names(names: Sequence[str], room: float, style: Style, measure: Measure) -> list[str]:
    """Each name on one line."""
    wrapped = wrap_names(names, room, style, measure, most=1)
    return ["".join(lines) for lines in wrapped]


def _find_alike(names: Sequence[str], lines: Sequence[Sequence[str]]) -> list[int]:
    """The places of names that read as another, different one does."""
    different = {(name, tuple(own)) for name, own in zip(names, lines, strict=True)}
    counts = Counter(own for _, own in different)
    return [place for place, own in enumerate(lines) if own and counts[tuple(own)] > 1]


def _cut_middle(name: str, room: float, style: Style, measure: Measure, most: int) -> list[str]:
    """The name's beginning in all lines, the last of them with its end, too: `Long na…e 7`."""
    text = clean_label(name, _LONGEST)
    *first, rest = wrap(text, room, style, measure, most=most)
    ending = text[-1:]
    for length in range(2, min(_MOST_ENDING, len(text)) + 1):
        wider = text[-length:]
        if measure(ELLIPSIS + wider, style.size, style.bold) > room * 0.6 and length > _LEAST:
            break
        ending = wider
    while len(ending) > 1 and measure(f"A{ELLIPSIS}{ending}", style.size, style.bold) > room:
        ending = ending[1:]
    taken = measure(ending, style.size, style.bold)
    beginning = shorten(rest.rstrip(ELLIPSIS), room - taken, style, measure).rstrip(ELLIPSIS)
    last = f"{beginning.rstrip()}{ELLIPSIS}{ending.lstrip()}"
    return [*first, last if measure(last, style.size, style.bold) <= room else rest]
