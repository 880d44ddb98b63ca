"""What a search found: excerpts of texts around the words, as lines and as a document. Pure."""

from collections.abc import Collection, Iterable, Sequence

import msgspec

from salescli.model.calendar import Calendar, format_day, format_instant
from salescli.model.findable import SPOT_KINDS, Spot, find_words, words_met
from salescli.report.text.json_text import Document
from salescli.report.text.numbers import (
    ELLIPSIS,
    clean_text,
    cut,
    escape_markdown,
    fold_words,
    format_number_of,
    width_of,
)

SEARCH_SCHEMA = "salescli/search@1"
SHOWN_SPOTS = 3
_MARGIN = 7
_IN_HEADING = ("title", "client")  # the heading shows these whole
_BEFORE = 3  # words of an excerpt before the one that was found


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A record that holds the words, and where: the best spots first.

    `stage` is its stage in words, empty for an account or contact. `store` has it, of a group of
    stores, and `calendar` cuts that store's days.
    """

    id: str
    kind: str
    title: str
    address: str
    client: str = ""
    stage: str = ""
    spots: tuple[Spot, ...]
    store: str = ""
    calendar: Calendar | None = None


def order_spots(spots: Iterable[Spot], words: Collection[str]) -> list[Spot]:
    """Those that hold any of the words: the most words first, then by kind, then the newest."""
    found = [(len(words_met(spot.text, words)), place, spot) for place, spot in enumerate(spots)]

    def key(entry: tuple[int, int, Spot]) -> tuple[int, int, float, int]:
        count, place, spot = entry
        at = spot.at.timestamp() if spot.at else 0.0
        return (-count, _ORDER.index(spot.kind), -at, place)

    return [spot for _, _, spot in sorted((one for one in found if one[0]), key=key)]


_ORDER = ("title", "client", "people", *(k for k in SPOT_KINDS if k not in ("title", "client")))


def build_excerpt(text: str, words: Collection[str], width: int) -> str:
    """The part of a text around the first of the words, in at most `width` columns."""
    starts: list[int] = []
    for found in find_words(text):
        starts.append(found.start)
        if any(found.word.startswith(word) for word in words):
            break
    begin = starts[max(len(starts) - 1 - _BEFORE, 0)] if starts else 0
    rest = " ".join(clean_text(text[begin:]).split())
    everything = " ".join(clean_text(text).split())
    if width_of(everything) <= width or begin == 0:
        return cut(everything, width)
    return cut(ELLIPSIS + rest, width)


def format_hits(
    hits: Sequence[Hit], words: Collection[str], calendar: Calendar, *, width: int | None = 80
) -> list[str]:
    """A heading a record and a line a spot; None: headings aren't wrapped, excerpts are long."""
    lines: list[str] = []
    address = max((len(hit.address) for hit in hits), default=0)
    for hit in hits:
        parts = [hit.title, hit.client, hit.stage or hit.kind, hit.store]
        heading = " · ".join(clean_text(part) for part in parts if part)
        room = None if width is None else width - address - 3
        first, *rest = [heading] if room is None else fold_words(heading, room)
        lines.append(f" {hit.address:<{address}}  {first}")
        lines += [f"{' ' * (address + 3)}{line}" for line in rest]
        spots = [spot for spot in hit.spots if spot.kind not in _IN_HEADING]
        for spot in spots[:SHOWN_SPOTS]:
            label = _label(spot, hit.calendar or calendar)
            rest_width = (width or 160) - _MARGIN - width_of(label) - 2
            excerpt = build_excerpt(spot.text, words, max(rest_width, 20))
            lines.append(f"{' ' * _MARGIN}{label}: {excerpt}")
        if (more := len(spots) - SHOWN_SPOTS) > 0:
            lines.append(f"{' ' * _MARGIN}{ELLIPSIS} {format_number_of(more, 'more place')}")
    return lines


def _label(spot: Spot, calendar: Calendar) -> str:
    """`note 12 Nov 2026 anna`, or the kind alone."""
    when = "" if spot.at is None else f" {format_day(calendar.day_of(spot.at))}"
    return f"{spot.kind}{when}{f' {clean_text(spot.by)}' if spot.by else ''}"


def format_hits_markdown(
    hits: Sequence[Hit], words: Collection[str], calendar: Calendar
) -> list[str]:
    """An item a record and one below it a spot, as Markdown shows them."""
    lines: list[str] = []
    for hit in hits:
        parts = [hit.client, hit.stage or hit.kind, hit.store]
        about = ", ".join(escape_markdown(clean_text(part)) for part in parts if part)
        lines.append(f"- **{escape_markdown(clean_text(hit.title))}** ({hit.id}): {about}")
        spots = [spot for spot in hit.spots if spot.kind not in _IN_HEADING]
        for spot in spots[:SHOWN_SPOTS]:
            excerpt = escape_markdown(build_excerpt(spot.text, words, 160))
            lines.append(f"  - {_label(spot, hit.calendar or calendar)}: {excerpt}")
    return lines


def build_search_document(
    text: str, hits: Sequence[Hit], found: int, words: Collection[str]
) -> Document:
    """`salescli/search@1`: every spot of the records that are shown, texts whole."""
    return {
        "schema": SEARCH_SCHEMA,
        "text": text,
        "words": list(words),
        "found": found,
        "hits": [
            {
                "id": hit.id,
                "kind": hit.kind,
                **({"store": hit.store} if hit.store else {}),
                "title": hit.title,
                "client": hit.client or None,
                "stage": hit.stage or None,
                "places": [
                    {
                        "kind": spot.kind,
                        "at": None if spot.at is None else format_instant(spot.at),
                        "by": spot.by or None,
                        "excerpt": build_excerpt(spot.text, words, 160),
                        "text": spot.text,
                    }
                    for spot in hit.spots
                ],
            }
            for hit in hits
        ],
    }
