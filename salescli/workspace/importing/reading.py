"""From a row's cells to the texts that a person would have typed: formats, spellings, stand-ins.

Every text that the file doesn't have is counted. Knows no catalogue and no record.
"""

from collections.abc import Mapping as Map
from collections.abc import Sequence

import msgspec

from salescli.model.calendar import Calendar
from salescli.model.errors import Gathered, NotFound, SalesError, WrongUsage, finding
from salescli.model.nearest import did_you_mean
from salescli.workspace.importing.cells import SECONDS, Cell, alternatives, columns_of
from salescli.workspace.importing.choices import Choices
from salescli.workspace.importing.folded import Folded
from salescli.workspace.importing.mapping import (
    EARLIEST,
    Mapping,
    kind_of_field,
)
from salescli.workspace.importing.recognised import AUTO
from salescli.workspace.importing.report import Report
from salescli.workspace.importing.rows import Row
from salescli.workspace.importing.values import (
    fill_template,
    first_part,
    parse_amount,
    parse_date,
    parse_seconds,
    part_taken,
)


class Beside(msgspec.Struct, frozen=True):
    """What a row says beside an id, for where nothing here has that id: a name or a mail."""

    text: str
    cell: Cell


class Reading(msgspec.Struct, frozen=True):
    """What a row says. `assumed` are the fields that stand-ins and defaults filled.

    `gathered` has the faults of its cells, to which whoever takes the row adds all others;
    `broken` are the fields of those cells: what they would say nobody knows. `said` is, of a
    field that a cell says, the way by which it was read; `beside`, of one that an id says, what
    the row calls the same record.
    """

    texts: dict[str, str]
    assumed: frozenset[str]
    entered: dict[str, str]  # stage → when it was entered
    key: str | None
    gathered: Gathered
    broken: frozenset[str]
    said: Map[str, Cell]
    beside: Map[str, Beside]


class _Way(msgspec.Struct, frozen=True):
    """A cell, and what its map means."""

    cell: Cell
    columns: Sequence[str]  # of which the first that isn't empty counts
    map: Folded


def _way(cell: Cell) -> _Way:
    return _Way(cell, alternatives(cell.column), Folded(cell.map))


class Reader:
    """Reads the rows of one file. `custom` are the types of custom fields, by name.

    `choices` are the store's own words for fields that take one of a list.
    """

    def __init__(
        self,
        mapping: Mapping,
        custom: Map[str, str],
        report: Report,
        calendar: Calendar,
        currency: str | None,
        choices: Choices,
    ) -> None:
        self.mapping = mapping
        self.currency = currency
        self.calendar = calendar
        self.report = report
        self.choices = choices
        self._cells: list[tuple[str, list[_Way], str]] = []
        for name in mapping.columns:
            kind = kind_of_field(mapping, name, [custom.get(name.partition(".")[2], "text")])
            ways = list(map(_way, mapping.ways(name)))
            self._cells.append((name, ways, kind or "text"))
        self._stages = {stage: [_way(cell)] for stage, cell in mapping.stage_cells().items()}
        self._stage_names = Folded(mapping.stages)

    def columns(self) -> dict[str, list[str]]:
        """Field → the columns that it is made of, for those who tell a fault."""
        found = {name: self.mapping.columns_for(name) for name, _, _ in self._cells}
        for stage, cell in self.mapping.stage_cells().items():
            found[f"stage_dates.{stage}"] = columns_of(cell)
        for alias, name in _ALSO:
            if name in found:
                found.setdefault(alias, found[name])
        if self.mapping.key:
            found["key"] = alternatives(self.mapping.key)
        return found

    def read(self, row: Row) -> Reading:
        """All texts of a row, and the faults of its cells; raises for a row of another width."""
        gathered = Gathered()
        if row.fault is not None:
            raise WrongUsage(row.fault)
        cells = self._spell(row.cells)
        texts: dict[str, str] = {}
        said: dict[str, Cell] = {}
        broken: set[str] = set()
        assumed: set[str] = set()
        beside: dict[str, Beside] = {}
        # No `with gathered.trying()` in these loops: it costs as much as what is tried.
        for name, ways, kind in self._cells:
            try:
                text, cell = self._text(name, ways, kind, cells)
            except SalesError as error:
                gathered.add(error, name)
                broken.add(name)
                continue
            if text:
                texts[name] = text
                said[name] = cell
                if cell.instead:
                    assumed.add(name)
                    self.report.count("stand_ins", f"{name}: its {', '.join(columns_of(cell))}")
                if cell.by == "key" and (name_there := _name_beside(cell, ways, cells)):
                    beside[name] = name_there
            elif cell.default is not None:
                texts[name] = cell.default
                assumed.add(name)
                if columns_of(cell):
                    self.report.count("stand_ins", f"{name}: {cell.default}")
        entered: dict[str, str] = {}
        for stage, ways in self._stages.items():
            try:
                text, _ = self._text(stage, ways, "instant", cells)
            except SalesError as error:
                gathered.add(error, f"stage_dates.{stage}")
                broken.add("stage_dates")
                continue
            if text:
                entered[stage] = text
        key = cells.get(str(self.mapping.key)) or None
        if self.mapping.key and key is None:
            text = f"the row has no {self.mapping.key}, by which it would be known again"
            gathered.add(WrongUsage(finding("no-key", text, field="key")))
        return Reading(
            texts, frozenset(assumed), entered, key, gathered, frozenset(broken), said, beside
        )

    def _spell(self, cells: Map[str, str]) -> dict[str, str]:
        spelled = {name: "" if cell in self.mapping.empty else cell for name, cell in cells.items()}
        for column, words in self.mapping.spelling.items():
            right = words.get(cells.get(column, ""))
            if right is not None:
                self.report.count("spelled", f"{column}: {cells[column]} → {right}")
                spelled[column] = right
        return spelled

    def _text(
        self, name: str, ways: Sequence[_Way], kind: str, cells: dict[str, str]
    ) -> tuple[str, Cell]:
        """What the first way that says anything says; else nothing, and what has a default."""
        otherwise = ways[0].cell
        for way in ways:
            if text := self._said(name, way, kind, cells):
                return text, way.cell
            if otherwise.default is None:
                otherwise = way.cell
        return "", otherwise

    def _said(self, name: str, way: _Way, kind: str, cells: dict[str, str]) -> str:
        cell = way.cell
        if cell.text is not None:
            return fill_template(cell.text, cells)
        text = ""
        for column in way.columns:
            if text := cells.get(column, ""):
                break
        if not text:
            return ""
        if cell.take != "all":
            text = self._take(name, way, text)
        if cell.others == "leave":
            return self._chosen(name, way, text)
        if cell.map:
            mapped = way.map.get(text)
            if mapped is None:
                hint = did_you_mean(text, cell.map) or f"there are {', '.join(cell.map)}"
                words = f"{text!r} is not in the mapping's map"
                raise NotFound(finding("not-in-map", words, hint=hint))
            text = mapped
        if kind in ("day", "instant"):
            at = parse_date(text, cell.format or self.mapping.date)
            return at if kind == "instant" else self._day(at)
        if kind == "duration" and cell.format == SECONDS:
            return parse_seconds(text)
        if kind == "money":
            currency = _first(cell.currency_column, cells) or cell.currency
            currency = currency or self.mapping.currency
            return parse_amount(text, cell.format or self.mapping.money, currency, self.currency)
        if kind in ("decimal", "whole") and (cell.format or self.mapping.money == AUTO):
            return parse_amount(text.removesuffix("%"), cell.format or AUTO)
        return text

    def _chosen(self, name: str, way: _Way, text: str) -> str:
        """The store's own word for what a cell says; nothing for one that nobody knows."""
        chosen = self.choices.named(name, way.map.of(text))
        if chosen is None and not self.mapping.candidates(name):  # else the stand-in is counted
            self.report.count("notes", f"{name} left out: {text}")
        return chosen or ""

    def _take(self, name: str, way: _Way, text: str) -> str:
        """The part of a cell that the mapping takes, unless it knows the whole."""
        take = way.cell.take
        known = way.map.get(text) or (name == "stage" and self._stage_names.get(text))
        part = part_taken(text, take)
        if known or part == text or not (part or take == "mail"):
            return text
        if part and take != "before-bracket" and first_part(text) != text:
            self.report.count("notes", f"{name}: the first of several")
        return part

    def _day(self, at: str) -> str:
        """The day of a time, in the store's zone if the time has an offset."""
        if len(at) <= 19:
            return at[:10]
        return self.calendar.day_of(self.calendar.parse_instant(at)).isoformat()

    def assume(self, name: str, earliest: str = "") -> str | None:
        """The first stand-in of a field that this row can have, counted; None without any.

        `earliest` is the first time that the row knows, `""` if it knows none.
        """
        for candidate in self.mapping.candidates(name):
            text = earliest if (name, candidate) == ("created", EARLIEST) else candidate
            if text:
                self.report.count("stand_ins", f"{name}: {candidate}")
                return text
        return None


def _name_beside(said: Cell, ways: Sequence[_Way], cells: Map[str, str]) -> Beside | None:
    """What a later way calls the record, or one of its kind, that a cell names by an id."""
    for way in ways[[each.cell for each in ways].index(said) + 1 :]:
        if way.cell.by != "key" and way.cell.kind in (None, said.kind):
            text = next((cells[name] for name in way.columns if cells.get(name)), "")
            if text := first_part(text) if way.cell.take == "first" else text:
                return Beside(text, way.cell)
    return None


def _first(columns: str | list[str] | None, cells: Map[str, str]) -> str:
    """The first cell of a row's columns that isn't empty."""
    for name in alternatives(columns):
        if text := cells.get(name, ""):
            return text
    return ""


# A fault of the record is told of the column that the record's field comes from.
_ALSO = (
    ("products", "product"),
    ("no-such-product", "product"),
    ("prices", "price"),
    ("parent", "department.parent"),
    ("at", "entered"),  # of a history
    ("at", "created"),
    ("at", "done"),
    ("close_date", "stage"),  # where the day stands in no column, the stage asks for it
    ("created", "stage"),
    ("reason", "close_reason"),
    ("details", "close_details"),
    ("revenue", "actual_revenue"),
)


def told_of(error: SalesError, field: str) -> SalesError:
    """The same error, told of another field."""
    return type(error)(*(msgspec.structs.replace(found, field=field) for found in error.findings))
