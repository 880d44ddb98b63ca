"""What an import did and did not take: counts, faults of rows, and the rejected rows as CSV."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec

from salescli.model.errors import Finding
from salescli.model.formulaguard import guard, unguard
from salescli.model.near_clients import Near
from salescli.workspace.importing.differences import Difference
from salescli.workspace.importing.fitting import other_columns
from salescli.workspace.importing.mapping import Mapping
from salescli.workspace.importing.rows import REASON_COLUMN, Row, Table, delimiter_of


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong with a row. `column` and `value` are empty where the whole row is meant."""

    line: int
    column: str
    value: str
    code: str
    reason: str
    hint: str = ""

    @property
    def words(self) -> str:
        """What is wrong, and what to do about it."""
        hint = " / ".join(self.hint.split("\n"))
        return f"{self.reason} ({hint})" if hint else self.reason


class Report:
    """The counts of one import. Every kind of thing that wasn't in the file has its own."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows = len(table.rows)
        self.created: Counter[str] = Counter()  # kind of record → how many were made
        self.updated = 0
        self.unchanged = 0
        self.stand_ins: Counter[str] = Counter()  # `field: value` → rows that got it
        self.spelled: Counter[str] = Counter()  # `column: from → to` → rows
        self.notes: Counter[str] = Counter()  # what else was decided for a row, in words
        if table.foot:
            self.notes[f"foot of the report, from {table.foot[0]!r}"] = len(table.foot)
        for said, count in table.left_out.items():
            self.notes[f"left out, as {said}"] = count
        self._counters = {
            "created": self.created,
            "stand_ins": self.stand_ins,
            "spelled": self.spelled,
            "notes": self.notes,
        }
        self._pending: list[tuple[str, str]] = []
        self.near: Sequence[Near] = ()  # clients made that may be others
        self.differences: Sequence[Difference] = ()  # of a dry run: fields of what was here
        self.faults: list[Fault] = []
        self.rejected: list[Row] = []

    def count(self, counter: str, what: str) -> None:
        """Count something of the running row; it stands once the row is taken."""
        self._pending.append((counter, what))

    def take(self, did: Literal["created", "updated", "unchanged"]) -> None:
        """The running row is taken. A `created` record counts itself, by its kind."""
        for counter, what in self._pending:
            if did != "unchanged" or counter == "spelled":  # nothing was put into an unchanged one
                self._counters[counter][what] += 1
        self._pending.clear()
        self.updated += did == "updated"
        self.unchanged += did == "unchanged"

    def reject(self, row: Row, findings: Sequence[Finding], columns: dict[str, list[str]]) -> None:
        """Note a row that can't be taken, its faults in the order of the columns.

        `columns` says of which columns a field is made.
        """
        self._pending.clear()
        self.rejected.append(row)
        faults: list[tuple[int, Fault]] = []
        for found in map(_of_a_file, dict.fromkeys(findings)):
            names = columns.get(found.field) or [found.field]
            known = [name for name in names if name in row.cells]
            place = self.table.header.index(known[0]) if known else len(self.table.header)
            value = ", ".join(row.cells[name] for name in known)
            named = ", ".join(known)
            fault = Fault(row.line, named, value, found.code, found.text, found.hint)
            faults.append((place, fault))
        self.faults += [fault for _, fault in sorted(faults, key=lambda entry: entry[0])]

    def sort(self) -> None:
        """Put what was refused into the order of the file."""
        self.rejected.sort(key=lambda row: row.line)
        self.faults.sort(key=lambda fault: fault.line)

    def document(self, written: bool) -> dict[str, Any]:
        """The report as a JSON document."""
        return {
            "schema": "salescli/import@1",
            "file": self.table.file,
            "rows": self.rows,
            "written": written,
            "created": dict(self.created),
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": len(self.rejected),
            "stand_ins": dict(self.stand_ins),
            "spelled": dict(self.spelled),
            "notes": dict(self.notes),
            "others": other_columns(self.table.mapping, self.table.header),
            "near": [msgspec.structs.asdict(near) for near in self.near],
            "differences": [msgspec.structs.asdict(entry) for entry in self.differences],
            "faults": [msgspec.structs.asdict(fault) for fault in self.faults],
        }


def format_rejected(report: Report, mapping: Mapping) -> bytes:
    """The rejected rows as a CSV file like the one they come from, with the reasons.

    In the same encoding and with the same delimiter: mended, it goes through the same mapping.
    What a spreadsheet would run is guarded, as in every CSV of ours.
    A row of another width gets the header's, so that its reason stands in its own column, which
    tells the cells that were too many.
    """
    header = [name for name in report.table.header if name != REASON_COLUMN]
    reasons: dict[int, list[str]] = {}
    for fault in report.faults:
        where = f"{fault.column}: " if fault.column else ""
        reasons.setdefault(fault.line, []).append(where + fault.words)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter_of(mapping), lineterminator="\n")
    safe: Callable[[str], str] = _guarded_once if mapping.guarded else str
    writer.writerow([*map(safe, header), REASON_COLUMN])
    for row in report.rejected:
        width = len(report.table.header)
        cells = [*row.raw, *[""] * (width - len(row.raw))]
        cells, more = cells[:width], cells[width:]
        if REASON_COLUMN in report.table.header:
            del cells[report.table.header.index(REASON_COLUMN)]
        told = reasons.get(row.line, [])
        if more:
            told = [*told, f"after its last column stood {', '.join(map(repr, more))}"]
        reason = f"line {row.line}: " + "; ".join(told)
        writer.writerow([*map(safe, cells), reason])
    encoding = "utf-8" if mapping.encoding == "utf-8-sig" else mapping.encoding
    return out.getvalue().encode(encoding, "replace")


def _of_a_file(found: Finding) -> Finding:
    """A finding with a hint for a file, where that of a command speaks of options."""
    hint = _HINTS.get(found.code)
    return msgspec.structs.replace(found, hint=hint) if hint else found


_HINTS = {"in-the-future": "an import takes what has happened: leave the row out until then"}


def _guarded_once(cell: str) -> str:
    """A cell as an export would write it, whether it came guarded or not."""
    return guard(unguard(cell))
