"""What stands on a page, as plain values: cells, tables, tiles, slices. Text, never markup.

Pure, and free of figures: `page_cards` makes these of a dashboard, `page` writes them as HTML. A
number carries where it stands in the JSON document of the same dashboard, and what it is there, so
that the two can be compared.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from salescli.report.text.listing import Column, Kind, Row
from salescli.report.text.numbers import NOT_AVAILABLE, format_amount, format_percent, is_whole

_NUMERIC: frozenset[Kind] = frozenset({"number", "money", "percent"})
_SHORT = 12  # characters
_MANY = 9  # columns
_LINK = re.compile(r"(?:https?://|mailto:)[^\s<>\"'`]+", re.IGNORECASE)
_NUMBER = re.compile(r"[-−+]?\d[\d  ]*(?:\.\d+)?")

_CODE = re.compile(r"(?<=\d )[A-Z]{3}\b")  # behind an amount


class Bar(msgspec.Struct, frozen=True):
    """A length in percent of the whole track, at most 100."""

    percent: str


class Cell(msgspec.Struct, frozen=True):
    """A text, perhaps a number of the JSON document: `figure` is its JSON pointer there.

    `value` is what stands there as text, `sort` what a column is sorted by ("": the text), a
    number and perhaps its currency: of several they are not compared but sorted apart. `bar`
    is drawn behind a number, where a column has one scale with others. `beside` is what stands
    small below it: how it differs.
    """

    text: str
    figure: str = ""
    value: str = ""
    sort: str = ""
    bar: Bar | None = None
    beside: "Cell | None" = None

    @property
    def is_short(self) -> bool:
        """Whether it is better not broken: a day, a month, a word."""
        return len(self.text) <= _SHORT

    @property
    def link(self) -> str:
        """Where a text leads that is an address of the web or of mail and nothing else; or ""."""
        return self.text if _LINK.fullmatch(self.text) else ""


Cells = tuple[Cell, ...]


class Picture(msgspec.Struct, frozen=True):
    """A drawing as a `data:` address, and what it shows in words."""

    address: str
    alt: str


class Heading(msgspec.Struct, frozen=True):
    """The head of a column; numbers stand at the right and are sorted as numbers, by currency."""

    title: str
    is_number: bool = False


class Group(msgspec.Struct, frozen=True):
    """Rows that are sorted among themselves, under a line that says what they are (or none)."""

    rows: tuple[Cells, ...]
    title: str = ""


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """A table. The first cell of a row names it; `totals` are rows that stay the last.

    `is_told`: the caption is to be seen, where no title above says the same. `picture` shows the
    same numbers. `is_of_records`: a row is a record and no row of figures: where there is no room
    its cells stand below each other, beside the name the first number.
    """

    caption: str
    headings: tuple[Heading, ...]
    groups: tuple[Group, ...]
    totals: tuple[Cells, ...] = ()
    is_folded: bool = False
    is_told: bool = False
    is_of_records: bool = False
    picture: Picture | None = None

    @property
    def is_sortable(self) -> bool:
        """Whether rows stand for themselves: one without a name goes on from the one before."""
        return all(row[0].text for group in self.groups for row in group.rows)

    @property
    def lead(self) -> int | None:
        """The place of the number that stands beside the name of a record; None without one."""
        places = [place for place, one in enumerate(self.headings) if one.is_number]
        return places[0] if self.is_of_records and places else None

    @property
    def is_wide(self) -> bool:
        """Whether so many columns stand beside each other that they must stand closer."""
        return len(self.headings) >= _MANY and not self.is_of_records and not self.has_bars

    @property
    def has_bars(self) -> bool:
        """Whether bars are drawn behind numbers, on one scale."""
        return any(cell.bar for group in self.groups for row in group.rows for cell in row)

    @property
    def is_even(self) -> bool:
        """Whether all columns are as wide as each other, since bars in them have one scale.

        Those beside a picture are seen, and even, only where there is no room for the picture.
        """
        return self.has_bars and self.picture is None


class Tile(msgspec.Struct, frozen=True):
    """One number large; below it what it is compared with, a name and cells each."""

    value: Cell
    unit: str
    facts: tuple[tuple[str, tuple[Cell, ...]], ...] = ()
    bar: Bar | None = None


class PlanLine(msgspec.Struct, frozen=True, kw_only=True):
    """A plan with what was won of it (`filled`) and what is likely to be (`likely`, beside it).

    Both are lengths of the plan; the plan itself is `length` of the longest one beside it.
    `whose` it is, where several stand below each other; `said`: what `won` is.
    """

    currency: str
    whose: str = ""
    said: str
    deals: Cell
    won: Cell
    plan: Cell
    attained: Cell
    weighted: Cell
    expected: Cell
    length: Bar
    filled: Bar
    likely: Bar


class Slice(msgspec.Struct, frozen=True, kw_only=True):
    """A stage of a funnel with the deals that stand there; `more` of them aren't listed."""

    name: str
    count: Cell
    bar: Bar
    sums: tuple[Cell, ...]
    went_on: Cell | None
    went_on_of: str
    is_success: bool
    deals: Grid | None
    more: int = 0


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A block of the dashboard: everything that it shows, in this order."""

    id: str
    kind: str
    title: str
    of: str
    slices: tuple[Slice, ...] = ()
    plans: tuple[PlanLine, ...] = ()
    tiles: tuple[Tile, ...] = ()
    picture: Picture | None = None
    grids: tuple[Grid, ...] = ()
    notes: tuple[str, ...] = ()
    empty: str = ""

    @property
    def signs(self) -> int:
        """How many signs the longest of its large numbers has, 0 without one."""
        return max((len(tile.value.text) for tile in self.tiles), default=0)


def number_cell(value: Decimal | int | None, figure: str, text: str) -> Cell:
    """A number of the JSON document, written as `text`; n/a where there is none."""
    if value is None:
        return Cell(NOT_AVAILABLE)
    bare = f"{value:f}" if isinstance(value, Decimal) else str(value)
    return Cell(text, figure, bare, bare)


def amount_cell(value: Decimal | None, figure: str, *, whole: bool | None = None) -> Cell:
    """The same with thousands; decimals only if it has some, or as `whole` says."""
    if value is None:
        return Cell(NOT_AVAILABLE)
    shown = is_whole([value]) if whole is None else whole
    return number_cell(value, figure, format_amount(value, whole=shown))


def shows_whole(values: Iterable[Decimal | None], unit: str) -> bool:
    """Whether these numbers need no decimals; percentages and days always have theirs."""
    kind = unit.partition(" ")[0]
    return kind not in ("%", "days") and is_whole(one for one in values if one is not None)


def percent_cell(value: Decimal | None, figure: str) -> Cell:
    """A percentage of the document."""
    return number_cell(value, figure, format_percent(value))


def build_bar(part: Decimal | int, whole: Decimal | int) -> Bar:
    """How long a bar is; nothing of nothing, and what is negative, has none."""
    if whole <= 0 or part <= 0:
        return Bar("0")
    return Bar(f"{min(Decimal(100), Decimal(part) * 100 / Decimal(whole)):.2f}")


def build_headings(columns: Sequence[Column]) -> tuple[Heading, ...]:
    """The heads of a report's columns."""
    return tuple(Heading(column.title, column.kind in _NUMERIC) for column in columns)


def build_cells(rows: Sequence[Row], columns: Sequence[Column]) -> list[Cells]:
    """The cells of a screen's rows; where their numbers stand in the document isn't known here."""
    numeric = [column.kind in _NUMERIC for column in columns]
    return [
        tuple(
            Cell(text, sort=sort_number(text) if is_number else "")
            for text, is_number in zip(row, numeric, strict=True)
        )
        for row in rows
    ]


def build_groups(rows: Sequence[Cells]) -> tuple[Group, ...]:
    """Rows of a screen as groups: one with a text in its first cell alone begins the next."""
    groups: list[Group] = []
    title, gathered = "", list[Cells]()
    for row in rows:
        if len(row) > 1 and not any(cell.text for cell in row[1:]):
            groups.append(Group(tuple(gathered), title))
            title, gathered = row[0].text.strip("–— "), []
        else:
            gathered.append(row)
    groups.append(Group(tuple(gathered), title))
    return tuple(group for group in groups if group.rows or group.title)


def sort_number(text: str) -> str:
    """What a number is sorted by: money with its currency, `1250000.50 EUR`; "" without one."""
    code = _CODE.search(text)
    return (
        f"{bare_number(text)} {code.group()}" if code and bare_number(text) else bare_number(text)
    )


def bare_number(text: str) -> str:
    """The number that a text begins with, without thousands; "" where there is none."""
    found = _NUMBER.match(text)
    if found is None or text == NOT_AVAILABLE:
        return ""
    return found.group().replace(" ", "").replace(" ", "").replace("−", "-").lstrip("+")
