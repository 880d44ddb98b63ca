"""A whole import: every row of a file staged, or told why not. What is staged is one change.

Rows are taken in the file's order; a row that is refused leaves nothing behind.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from typing import Any, Literal, Protocol

import msgspec

from salescli.model.errors import Damaged, Finding, Refused, SalesError, WrongUsage, finding
from salescli.model.foreignids import id_core
from salescli.workspace.entries import EntryBatch
from salescli.workspace.importing.activities import ActivityImporter
from salescli.workspace.importing.choices import Choices
from salescli.workspace.importing.currencies import check_currencies
from salescli.workspace.importing.deals import DealImporter
from salescli.workspace.importing.histories import HistoryImporter, other_row
from salescli.workspace.importing.leads import LeadImporter
from salescli.workspace.importing.mapping import RECORDS, Mapping
from salescli.workspace.importing.named import NamedImporter
from salescli.workspace.importing.reading import Reader, Reading
from salescli.workspace.importing.references import Resolver
from salescli.workspace.importing.report import Report
from salescli.workspace.importing.rows import Row, Table
from salescli.workspace.importing.tellings import Teller, tell_all
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

MOST_NAMED = 5  # deals whose stages weren't taken

Progress = Callable[[int], None]


class Importer(Protocol):
    """Takes rows of one kind."""

    def take(self, reading: Reading) -> Literal["created", "updated", "unchanged"]:
        """Stage what a row says; raises every fault together."""


_IMPORTERS: dict[str, Callable[..., Importer]] = {
    "opportunity": DealImporter,
    "lead": LeadImporter,
    "history": HistoryImporter,
    "activity": ActivityImporter,
}


class RowsRefused(Damaged):
    """Some rows can't be taken, so none was."""

    def __init__(self, report: Report) -> None:
        count = len(report.rejected)
        super().__init__(finding("rows-refused", f"{count} of {report.rows} rows were refused"))
        self.report = report


class Imported(msgspec.Struct, frozen=True):
    """What an import staged, for the command that applies it."""

    report: Report
    outcome: Outcome


def import_table(
    session: Session,
    table: Table,
    mapping: Mapping,
    system: str | None,
    *,
    skip_errors: bool = False,
    on_row: Progress | None = None,
    history: Table | None = None,
) -> Imported:
    """Stage all rows of a table, as events `via` import.

    `system` names the ids of the key column (`external.<system>`); `history` tells the stages of
    new deals, by the same ids. Raises `RowsRefused` if a row is refused, unless `skip_errors`.
    """
    check_currencies(table, mapping, session.settings.currency)
    session.via = "import"
    session.batch = batch = EntryBatch()
    report = Report(table)
    importer, reader, resolver = _build(session, mapping, _checked_key(mapping, system), report)
    if history is not None:
        _tell_histories(importer, history, session, report)
    columns = reader.columns()
    seen: dict[str, int] = {}
    number = 0
    for rows in _units(table, mapping):
        resolver.begin_row()
        batch.begin_row()
        session.at = None
        try:
            with session.files.attempt():
                if isinstance(importer, HistoryImporter):
                    report.take(_take_history(importer, reader, rows, report, columns))
                else:
                    reading = reader.read(rows[0])
                    with reading.gathered.trying():
                        _refuse_twice(reading, rows[0], seen)
                    report.take(importer.take(reading))
        except SalesError as error:
            resolver.forget_row()
            batch.forget_row()
            if not isinstance(error, HistoryRefused):
                report.reject(rows[0], error.findings, columns)
        number += len(rows)
        if on_row is not None:
            on_row(number)
    session.at = None
    _note_others(importer, seen, report)
    report.sort()
    if report.rejected and not skip_errors:
        raise RowsRefused(report)
    batch.flush()
    session.batch = None
    report.near = resolver.find_near()
    return Imported(report, _tell_outcome(report, table))


def _tell_outcome(report: Report, table: Table) -> Outcome:
    made = sum(report.created.values())
    return Outcome((), (), f"import {table.file}: {made} made, {report.updated} changed")


class HistoryRefused(SalesError):
    """The rows of a deal are refused; the report has been told of each."""


def _units(table: Table, mapping: Mapping) -> Iterable[Sequence[Row]]:
    """Rows that are taken or refused together: one each, or all those of a deal."""
    if mapping.kind != "history":
        return ([row] for row in table.rows)
    units: dict[str, list[Row]] = {}
    for number, row in enumerate(table.rows):
        key = row.cells.get(str(mapping.key)) or f"row {number}"
        units.setdefault(id_core(key), []).append(row)
    return units.values()


def _take_history(
    importer: HistoryImporter,
    reader: Reader,
    rows: Sequence[Row],
    report: Report,
    columns: dict[str, list[str]],
) -> Literal["created", "updated", "unchanged"]:
    """Take the rows of a deal; raises `HistoryRefused` once each has been told why not."""
    found: dict[int, Sequence[Finding]] = {}
    readings: list[Reading] = []
    for row in rows:
        try:
            readings.append(reader.read(row))
        except SalesError as error:
            found[row.line] = error.findings
    try:
        if not found:
            return importer.take_all(rows, readings)
    except SalesError:
        pass
    told = [row for row in rows if row.line not in found]
    for row, reading in zip(told, readings, strict=True):
        if not reading.gathered.is_empty:
            found[row.line] = reading.gathered.findings
    for row in rows:
        others = [other_row(rows[0].cells.get(str(reader.mapping.key)), min(found))]
        report.reject(row, found.get(row.line, others), columns)
    raise HistoryRefused(*next(iter(found.values())))


def _tell_histories(importer: Importer, table: Table, session: Session, report: Report) -> None:
    """Give the importer of deals what another file tells of their stages."""
    if not isinstance(importer, DealImporter) or isinstance(importer, HistoryImporter):
        text = "a history goes with a file of deals"
        raise WrongUsage(finding("history-without-deals", text, field="history"))
    mapping = table.mapping
    if mapping.kind != "history":
        text = f"the mapping of a history has `kind: history`, not {mapping.kind}"
        raise WrongUsage(finding("not-a-history", text, field="history_mapping"))
    joined = {**importer.mapping.stages, **mapping.stages}
    mapping = msgspec.structs.replace(mapping, stages=joined)
    aside = Report(table)
    reader = _reader(mapping, {}, aside, session)
    teller = Teller(importer.definition, mapping, session.calendar, aside)
    importer.dating.histories = tell_all(table, reader, teller)
    aside.take("created")
    report.notes.update(aside.notes)


def _note_others(importer: Importer, seen: Container[str], report: Report) -> None:
    """Count the rows of a history whose deals aren't in the file of deals."""
    histories = importer.dating.histories if isinstance(importer, DealImporter) else {}
    others = {key: telling for key, telling in histories.items() if key not in seen}
    if others:
        named = ", ".join(key or "no id" for key in list(others)[:MOST_NAMED])
        more = " …" if len(others) > MOST_NAMED else ""
        rows = sum(len(telling.readings) for telling in others.values())
        report.notes[f"stages of deals that aren't in the file: {named}{more}"] = rows


def _build(
    session: Session, mapping: Mapping, system: str | None, report: Report
) -> tuple[Importer, Reader, Resolver]:
    declared: Any = session.settings.custom_fields.get(mapping.kind, {})
    custom = {name: entry.type for name, entry in declared.items()}
    reader = _reader(mapping, custom, report, session)
    resolver = Resolver(session, system, lambda kind: report.count("created", kind))
    make = _IMPORTERS.get(mapping.kind, NamedImporter)
    return make(session, mapping, system, reader, resolver, report), reader, resolver


def _reader(mapping: Mapping, custom: dict[str, str], report: Report, session: Session) -> Reader:
    choices = Choices(RECORDS[mapping.kind], session.dictionaries)
    return Reader(mapping, custom, report, session.calendar, session.settings.currency, choices)


def _checked_key(mapping: Mapping, system: str | None) -> str | None:
    """The system whose ids the key column has; raises `WrongUsage` where that can't be known."""
    system = system or (mapping.system if mapping.key else None)
    if system is not None and mapping.key is None:
        raise WrongUsage(
            finding(
                "no-key-column",
                "--key names the other system, and the mapping has no `key`: the column of its ids",
                hint="add `key: COLUMN` to the mapping, or leave --key out",
                field="key",
            )
        )
    if system is None and mapping.key is not None and mapping.match is None:
        raise WrongUsage(
            finding(
                "no-key-system",
                f"the ids in {mapping.key} are those of some system: which one?",
                hint="--key SYSTEM, like --key hubspot; they are kept under external.SYSTEM",
                field="key",
            )
        )
    return system


def _refuse_twice(reading: Reading, row: Row, seen: dict[str, int]) -> None:
    if reading.key is None:
        return
    first = seen.setdefault(id_core(reading.key), row.line)
    if first != row.line:
        text = f"{reading.key!r} stands on line {first} already"
        raise Refused(finding("key-twice", text, field="key"))
