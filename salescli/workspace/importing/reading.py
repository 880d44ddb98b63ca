"""From a row's cells to the texts that a person would have typed: formats, spellings, stand-ins.

Every text that the file doesn't have is counted. Knows no catalogue and no record.
"""

from collections.abc import Mapping as Map

import msgspec

from salescli.model.calendar import Calendar
from salescli.model.errors import Gathered, NotFound, SalesError, WrongUsage, finding
from salescli.model.nearest import did_you_mean
from salescli.workspace.importing.mapping import (
    EARLIEST,
    Cell,
    Mapping,
    alternatives,
    columns_of,
    kind_of_field,
)
from salescli.workspace.importing.recognised import AUTO
from salescli.workspace.importing.report import Report
from salescli.workspace.importing.rows import Row
from salescli.workspace.importing.values import fill_template, parse_amount, parse_date


class Reading(msgspec.Struct, frozen=True):
    """What a row says. `assumed` are the fields that stand-ins and defaults filled.

    `gathered` has the faults of its cells, to which whoever takes the row adds all others;
    `broken` are the fields of those cells: what they would say nobody knows.
    """

    texts: dict[str, str]
    assumed: frozenset[str]
    entered: dict[str, str]  # stage → when it was entered
    key: str | None
    gathered: Gathered
    broken: frozenset[str]


class Reader:
    """Reads the rows of one file. `custom` are the types of custom fields, by name."""

    def __init__(
        self,
        mapping: Mapping,
        custom: Map[str, str],
        report: Report,
        calendar: Calendar,
        currency: str | None,
    ) -> None:
        self.mapping = mapping
        self.currency = currency
        self.calendar = calendar
        self.report = report
        self._cells: list[tuple[str, Cell, str]] = []
        for name in mapping.columns:
            cell = mapping.cell(name)
            kind = kind_of_field(mapping, name, [custom.get(name.partition(".")[2], "text")])
            if cell is not None:
                self._cells.append((name, cell, kind or "text"))
        self._stages = mapping.stage_cells()

    def columns(self) -> dict[str, list[str]]:
        """Field → the columns that it is made of, for those who tell a fault."""
        found = {name: columns_of(cell) for name, cell, _ in self._cells}
        for stage, cell in self._stages.items():
            found[f"stage_dates.{stage}"] = columns_of(cell)
        for alias, name in _ALSO.items():
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
        broken: set[str] = set()
        assumed: set[str] = set()
        # No `with gathered.trying()` in these loops: it costs as much as what is tried.
        for name, cell, kind in self._cells:
            try:
                text = self._text(cell, kind, cells)
            except SalesError as error:
                gathered.add(error, name)
                broken.add(name)
                continue
            if text:
                texts[name] = text
            elif cell.default is not None:
                texts[name] = cell.default
                assumed.add(name)
                if columns_of(cell):
                    self.report.count("stand_ins", f"{name}: {cell.default}")
        entered: dict[str, str] = {}
        for stage, cell in self._stages.items():
            try:
                text = self._text(cell, "instant", cells)
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
        return Reading(texts, frozenset(assumed), entered, key, gathered, frozenset(broken))

    def _spell(self, cells: Map[str, str]) -> dict[str, str]:
        spelled = {name: "" if cell in self.mapping.empty else cell for name, cell in cells.items()}
        for column, words in self.mapping.spelling.items():
            right = words.get(cells.get(column, ""))
            if right is not None:
                self.report.count("spelled", f"{column}: {cells[column]} → {right}")
                spelled[column] = right
        return spelled

    def _text(self, cell: Cell, kind: str, cells: dict[str, str]) -> str:
        if cell.text is not None:
            return fill_template(cell.text, cells)
        text = ""
        for name in cell.column or ():
            if text := cells.get(name, ""):
                break
        if not text:
            return ""
        if cell.map:
            if text not in cell.map:
                hint = did_you_mean(text, cell.map) or f"there are {', '.join(cell.map)}"
                words = f"{text!r} is not in the mapping's map"
                raise NotFound(finding("not-in-map", words, hint=hint))
            text = cell.map[text]
        if kind in ("day", "instant"):
            at = parse_date(text, cell.format or self.mapping.date)
            return at if kind == "instant" else self._day(at)
        if kind == "money":
            currency = cells.get(cell.currency_column or "") or cell.currency
            currency = currency or self.mapping.currency
            return parse_amount(text, cell.format or self.mapping.money, currency, self.currency)
        if kind in ("decimal", "whole") and (cell.format or self.mapping.money == AUTO):
            return parse_amount(text.removesuffix("%"), cell.format or AUTO)
        return text

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


# A fault of the record is told of the column that the record's field comes from.
_ALSO = {
    "products": "product",
    "no-such-product": "product",
    "prices": "price",
    "parent": "department.parent",
    "at": "created",
    "reason": "close_reason",
    "details": "close_details",
    "revenue": "actual_revenue",
}


def told_of(error: SalesError, field: str) -> SalesError:
    """The same error, told of another field."""
    return type(error)(*(msgspec.structs.replace(found, field=field) for found in error.findings))
