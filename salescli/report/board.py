"""The board: stages as columns, open deals as cards, cut to a terminal's width.

Pure: cards come as values. Sums and days are never cut, since half a number is a wrong one;
titles give way first, then whole columns from the right, and a note says so.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import zip_longest

import msgspec

from salescli.model.definition import Definition
from salescli.model.money import Money, sum_by_currency
from salescli.report.documents import Document
from salescli.report.listing import Rendered
from salescli.report.numbers import (
    clean_text,
    cut,
    format_money,
    format_number_of,
    pad,
    width_of,
)

BOARD_SCHEMA = "salescli/board@1"
OVERDUE_MARK = "!"
_GAP = 2
_SHORTEST = 12  # columns that titles are cut to before whole stages go


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """An open deal on the board. `days` are local days at its stage; `money` what one sums."""

    id: str
    title: str
    stage: str
    client: str = ""
    money: Money | None = None
    days: int | None = None
    overdue: bool = False  # its close date has passed


class Column(msgspec.Struct, frozen=True):
    """A stage with its cards, those overdue first, then the longest there."""

    stage: str
    name: str
    cards: tuple[Card, ...]

    @property
    def sums(self) -> dict[str, Decimal]:
        """Σ money of the cards, by currency."""
        return sum_by_currency(card.money for card in self.cards if card.money is not None)


def build_board(cards: Iterable[Card], definition: Definition) -> tuple[Column, ...]:
    """A column for each open stage, those out of use only with cards.

    A card whose stage the process doesn't have gets a column of its own at the end: a deal is
    never left out in silence.
    """
    by_stage: dict[str, list[Card]] = {}
    for card in cards:
        by_stage.setdefault(card.stage, []).append(card)
    columns = [
        Column(stage.stage, stage.name, _sort(by_stage.pop(stage.stage, [])))
        for stage in definition.open_stages
        if stage.stage in by_stage or not stage.retired
    ]
    return (*columns, *(Column(name, name, _sort(by_stage[name])) for name in sorted(by_stage)))


def _sort(cards: list[Card]) -> tuple[Card, ...]:
    return tuple(
        sorted(cards, key=lambda card: (not card.overdue, -(card.days or 0), card.title, card.id))
    )


def format_board(
    columns: Sequence[Column], *, width: int | None = 80, limit: int | None = None
) -> Rendered:
    """The board in at most `width` columns of a terminal (None: nothing is cut).

    `limit` is the most cards of a stage; how many more there are stands below them.
    """
    shown = list(columns)
    dropped: list[str] = []
    while width is not None and len(shown) > 1 and _total(map(_least, shown)) > width:
        dropped.insert(0, clean_text(shown.pop().name))
    widths = _fit(shown, width)
    blocks = [
        [pad(line, room) for line in _lines(column, room, limit)]
        for column, room in zip(shown, widths, strict=True)
    ]
    blanks = [" " * room for room in widths]
    rows = [
        [line or blank for line, blank in zip(row, blanks, strict=True)]
        for row in zip_longest(*blocks, fillvalue="")
    ]
    text = "\n".join((" " * _GAP).join(row).rstrip() for row in rows)
    is_cut = any(room < _widest(column) for column, room in zip(shown, widths, strict=True))
    return Rendered(text, _note(columns, is_cut, dropped, width))


def _note(columns: Sequence[Column], is_cut: bool, dropped: list[str], width: int | None) -> str:
    notes = []
    if any(card.overdue for column in columns for card in column.cards):
        notes.append(f"{OVERDUE_MARK} past its close date.")
    cuts = ["titles are cut"] if is_cut else []
    cuts += [f"left out: {', '.join(dropped)}"] if dropped else []
    if cuts:
        notes.append(f"To fit {width} columns, {'; '.join(cuts)}. --format json shows everything.")
    return " ".join(notes)


def _total(widths: Iterable[int]) -> int:
    rooms = list(widths)
    return sum(rooms) + _GAP * (len(rooms) - 1)


def _fit(columns: Sequence[Column], width: int | None) -> list[int]:
    """Widths of the columns: what each wants, the widest giving way first."""
    widths = [_widest(column) for column in columns]
    least = [_least(column) for column in columns]
    while width is not None and _total(widths) > width:
        able = [place for place, room in enumerate(widths) if room > least[place]]
        if not able:  # a single column whose numbers alone are wider
            break
        widths[max(able, key=lambda place: widths[place])] -= 1
    return widths


def _widest(column: Column) -> int:
    """Columns that nothing of it is cut in."""
    titles = [width_of(_title(card)) for card in column.cards]
    return max([width_of(clean_text(column.name)), *titles, _least_numbers(column)])


def _least(column: Column) -> int:
    return max(min(_widest(column), _SHORTEST), _least_numbers(column))


def _least_numbers(column: Column) -> int:
    """The room that sums and days need: they are never cut."""
    numbers = [*_head(column), *(word for card in column.cards for word in _figures(card))]
    return max(map(width_of, numbers), default=0)


def _title(card: Card) -> str:
    title = clean_text(card.title)
    return f"{OVERDUE_MARK} {title}" if card.overdue else title


def _figures(card: Card) -> list[str]:
    words = [format_money(card.money.amount, card.money.currency)] if card.money else []
    return [*words, f"{card.days} d"] if card.days is not None else words


def _head(column: Column) -> list[str]:
    count = format_number_of(len(column.cards), "deal")
    return [count, *(format_money(amount, code) for code, amount in column.sums.items())]


def _lines(column: Column, room: int, limit: int | None) -> list[str]:
    lines = [cut(clean_text(column.name), room), *_head(column), "─" * room]
    shown = column.cards if limit is None else column.cards[:limit]
    for card in shown:
        figures = _figures(card)
        joined = "  ".join(figures)
        lines += [cut(_title(card), room)]
        lines += figures if width_of(joined) > room else [joined] if joined else []
        lines.append("")
    if more := len(column.cards) - len(shown):
        lines.append(cut(f"+ {more} more", room))
    return lines[:-1] if lines[-1] == "" else lines


def build_board_document(columns: Sequence[Column]) -> Document:
    """`salescli/board@1`: every stage with all its cards."""
    return {
        "schema": BOARD_SCHEMA,
        "stages": [
            {
                "stage": column.stage,
                "name": column.name,
                "count": len(column.cards),
                "sum": {code: f"{amount:f}" for code, amount in column.sums.items()},
                "cards": [
                    {
                        "id": card.id,
                        "title": card.title,
                        "client": card.client,
                        "money": str(card.money) if card.money else None,
                        "days_at_stage": card.days,
                        "overdue": card.overdue,
                    }
                    for card in column.cards
                ],
            }
            for column in columns
        ],
    }
