"""The board: stages as columns, open deals as cards, cut to a terminal's width.

Pure: cards come as values. Ids, sums and days are never cut, since half a number is a wrong one;
titles give way, and a note says so. Where not even these fit, or nothing may be cut, the stages
stand one below the other.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import zip_longest

import msgspec

from salescli.model.definition import Definition
from salescli.model.money import Money, sum_by_currency
from salescli.report.text.fitting import tell_cut
from salescli.report.text.json_text import Document
from salescli.report.text.listing import Rendered
from salescli.report.text.numbers import (
    ELLIPSIS,
    clean_text,
    cut,
    escape_markdown,
    format_count,
    format_money,
    format_number_of,
    pad,
    width_of,
)
from salescli.report.text.wrapping import wrap_text

BOARD_SCHEMA = "salescli/board@1"
OVERDUE_MARK = "!"
_GAP = 2
_SHORTEST = 12  # columns of a stage; narrower ones stand one below the other
_TITLE_LINES = 2


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """An open deal on the board. `days` are local days at its stage; `money` what one sums.

    `address` is how commands name it; `store` whose it is, in a group of stores.
    """

    id: str
    title: str
    stage: str
    address: str = ""
    client: str = ""
    money: Money | None = None
    days: int | None = None
    overdue: bool = False  # its close date has passed
    store: str = ""


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
    """The board in at most `width` columns of a terminal; None: stacked, and nothing is cut.

    `limit` is the most cards of a stage; how many more there are stands below them.
    """
    if width is None or _total(map(_least, columns)) > width:
        lines = [line for column in columns for line in _stack(column, width, limit)]
        return Rendered("\n".join(lines).rstrip(), _note(columns, False, width))
    widths = _fit(columns, width)
    heads = max((len(_head(column)) for column in columns), default=0)
    blocks = [
        [pad(line, room) for line in _lines(column, room, limit, heads)]
        for column, room in zip(columns, widths, strict=True)
    ]
    blanks = [" " * room for room in widths]
    rows = [
        [line or blank for line, blank in zip(row, blanks, strict=True)]
        for row in zip_longest(*blocks, fillvalue="")
    ]
    text = "\n".join((" " * _GAP).join(row).rstrip() for row in rows)
    is_cut = any(
        len(wrap_text(_title(card), room)) > _TITLE_LINES
        for column, room in zip(columns, widths, strict=True)
        for card in _shown(column, limit)
    )
    return Rendered(text, _note(columns, is_cut, width))


def _note(columns: Sequence[Column], is_cut: bool, width: int | None) -> str:
    notes = []
    if any(card.overdue for column in columns for card in column.cards):
        notes.append(f"{OVERDUE_MARK} past its close date.")
    if is_cut:
        notes.append(tell_cut(width, cut=["titles"], shows="--format json shows"))
    return " ".join(notes)


def _total(widths: Iterable[int]) -> int:
    rooms = list(widths)
    return sum(rooms) + _GAP * (len(rooms) - 1)


def _fit(columns: Sequence[Column], width: int) -> list[int]:
    """Widths of the columns: what each wants, the widest giving way first."""
    widths = [_widest(column) for column in columns]
    least = [_least(column) for column in columns]
    while _total(widths) > width:
        able = [place for place, room in enumerate(widths) if room > least[place]]
        widths[max(able, key=lambda place: widths[place])] -= 1
    return widths


def _widest(column: Column) -> int:
    """Columns that nothing of it is cut or wrapped in."""
    titles = [width_of(_title(card)) for card in column.cards]
    figures = [width_of("  ".join(_figures(card))) for card in column.cards]
    return max([width_of(clean_text(column.name)), *titles, *figures, _least_numbers(column)])


def _least(column: Column) -> int:
    return max(min(_widest(column), _SHORTEST), _least_numbers(column))


def _least_numbers(column: Column) -> int:
    """The room that ids, sums and days need: they are never cut."""
    numbers = [*_head(column), *(word for card in column.cards for word in _figures(card))]
    return max(map(width_of, numbers), default=0)


def _title(card: Card) -> str:
    title = clean_text(card.title)
    return f"{OVERDUE_MARK} {title}" if card.overdue else title


def _figures(card: Card) -> list[str]:
    words = [clean_text(word) for word in (card.store, card.address) if word]
    words += [format_money(card.money.amount, card.money.currency)] if card.money else []
    return [*words, f"{card.days} d"] if card.days is not None else words


def _head(column: Column) -> list[str]:
    count = format_number_of(len(column.cards), "deal")
    return [count, *(format_money(amount, code) for code, amount in column.sums.items())]


def _shown(column: Column, limit: int | None) -> tuple[Card, ...]:
    return column.cards if limit is None else column.cards[:limit]


def _lines(column: Column, room: int, limit: int | None, heads: int) -> list[str]:
    """A column: stage, count and sums in `heads` lines, then its cards."""
    head = _head(column)
    lines = [cut(clean_text(column.name), room), *head, *[""] * (heads - len(head)), "─" * room]
    for card in _shown(column, limit):
        lines += [*_title_lines(card, room), *_packed(_figures(card), room), ""]
    if more := len(column.cards) - len(_shown(column, limit)):
        lines.append(f"+{format_count(more)} more")  # never wider than the count above
    return lines[:-1] if lines[-1] == "" else lines


def _title_lines(card: Card, room: int) -> list[str]:
    lines = wrap_text(_title(card), room)
    if len(lines) > _TITLE_LINES:
        lines = lines[:_TITLE_LINES]
        whole = width_of(lines[-1]) < room
        lines[-1] = lines[-1] + ELLIPSIS if whole else cut(lines[-1] + " ", room)
    return lines


def _packed(words: Iterable[str], room: int | None, between: str = "  ") -> list[str]:
    """Words side by side as long as they fit; only one that is wider than a line is broken."""
    lines: list[str] = []
    for word in (" ".join(word.split()) for word in words):
        joined = f"{lines[-1]}{between}{word}" if lines else word
        if lines and (room is None or width_of(joined) <= room):
            lines[-1] = joined
        else:
            lines += wrap_text(word, room)
    return lines


def _stack(column: Column, width: int | None, limit: int | None) -> list[str]:
    """A stage with a card a line, or as many lines as `width` columns make of it."""
    lines = _packed([clean_text(column.name), *_head(column)], width, " · ")
    for card in _shown(column, limit):
        mark = OVERDUE_MARK if card.overdue else " "
        words = [card.address or card.id, clean_text(card.title), clean_text(card.client)]
        words += [word for word in _figures(card) if word != card.address]
        told = _packed(
            [word for word in words if word], None if width is None else width - 4, " · "
        )
        lines += [f"  {mark if not place else ' '} {line}" for place, line in enumerate(told)]
    if more := len(column.cards) - len(_shown(column, limit)):
        lines.append(f"    +{format_count(more)} more")
    return [*lines, ""]


def format_board_markdown(columns: Sequence[Column], *, limit: int | None = None) -> str:
    """A heading a stage and a line a card, as Markdown shows them."""
    lines: list[str] = []
    for column in columns:
        name = escape_markdown(clean_text(column.name))
        lines += [f"## {name}", "", ", ".join(_head(column)), *([""] if column.cards else [])]
        for card in _shown(column, limit):
            words = [card.client, *(word for word in _figures(card) if word != card.address)]
            told = ", ".join(escape_markdown(clean_text(word)) for word in words if word)
            late = f" {OVERDUE_MARK}" if card.overdue else ""
            lines.append(
                f"- **{escape_markdown(clean_text(card.title))}** ({card.id}){late}: {told}"
            )
        if more := len(column.cards) - len(_shown(column, limit)):
            lines.append(f"- +{format_count(more)} more")
        lines += [""]
    return "\n".join(lines).rstrip()


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
                    | ({"store": card.store} if card.store else {})
                    for card in column.cards
                ],
            }
            for column in columns
        ],
    }
