"""`salescli import csv`: records from other systems."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import click

from salescli.commands.app import App, say
from salescli.commands.findings import format_findings
from salescli.commands.options import format_option, writer_options
from salescli.commands.output import print_document, print_rows
from salescli.commands.restoring import import_store
from salescli.model.errors import Gathered, NotFound, finding
from salescli.report.listing import Column
from salescli.workspace.importing.mapping import Mapping
from salescli.workspace.importing.plan import Imported, Progress, RowsRefused, import_table
from salescli.workspace.importing.report import Report, format_rejected
from salescli.workspace.importing.rows import read_inputs
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

PATIENCE_SECONDS = 1.0  # shorter work shows no bar
BATCH = 50


@click.group()
def import_() -> None:
    """Records from other systems."""


import_.add_command(import_store)


@import_.command("csv")
@click.argument("file", metavar="FILE")
@click.option("--mapping", "mapping_file", required=True, metavar="FILE", help="What says what.")
@click.option("--key", "system", metavar="SYSTEM", help="Whose ids the mapping's key column has.")
@click.option("--skip-errors", is_flag=True, help="Take the rows that are right.")
@click.option("--rejected", metavar="FILE", help="Where the refused rows go, as CSV.")
@format_option("table", "json")
@writer_options
@click.pass_context
def csv_(
    ctx: click.Context,
    /,
    file: str,
    mapping_file: str,
    system: str | None,
    skip_errors: bool,
    rejected: str | None,
    format_: str,
    actor: str | None,
    dry_run: bool,
) -> None:
    """Import deals, clients, products or people from a CSV file (docs/import.md).

    All or nothing, unless --skip-errors. The same file again, by its --key, changes nothing.
    """
    app: App = ctx.obj
    gathered, sources = Gathered(), {}
    for name in (mapping_file, file):
        with gathered.trying():
            sources[name] = _read(app, name)
    gathered.raise_all()
    mapping, table = read_inputs(sources[mapping_file], mapping_file, sources[file], file)
    imported: list[Imported] = []

    def action(session: Session) -> Outcome:
        with _progress(app, len(table.rows)) as on_row:
            done = import_table(
                session, table, mapping, system, skip_errors=skip_errors, on_row=on_row
            )
        imported.append(done)
        return done.outcome

    try:
        app.write("import csv", action, actor=actor, dry_run=dry_run, quiet_ids=True)
        report, is_written = imported[0].report, not dry_run
    except RowsRefused as refused:
        report, is_written = refused.report, False
    target = rejected or f"{Path(file).stem}.rejected.csv"
    if report.rejected and not dry_run:
        _write_rejected(app, target, report, mapping)
    place = "a run without --dry-run writes them to" if dry_run else "they stand in"
    _show(app, report, format_, is_written, f"{place} {target}", is_stopped=not imported)
    if not imported:
        ctx.exit(4)


def _read(app: App, name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    path = app.surroundings.directory / name
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFound(finding("no-such-file", f"there is no file {name}")) from None


def _write_rejected(app: App, target: str, report: Report, mapping: Mapping) -> None:
    (app.surroundings.directory / target).write_bytes(format_rejected(report, mapping))


@contextmanager
def _progress(app: App, rows: int) -> Iterator[Progress | None]:
    """A bar on stderr, on a terminal, once the work has taken a second."""
    stream = sys.stderr
    if not stream.isatty():
        yield None
        return
    start = monotonic()
    label = "Reading rows"
    with click.progressbar(length=rows, label=label, file=stream, hidden=True) as bar:

        def on_row(number: int) -> None:
            if number % BATCH and number != rows:
                return
            if bar.hidden and monotonic() - start > PATIENCE_SECONDS:
                bar.hidden = False
            if not bar.hidden:
                bar.update(number - bar.pos)

        yield on_row


def _show(
    app: App,
    report: Report,
    format_: str,
    is_written: bool,
    where: str,
    *,
    is_stopped: bool,
) -> None:
    if format_ == "json":
        print_document(report.document(is_written))
    elif report.faults:
        columns = [
            Column("line", "Line", "right", "number"),
            Column("column", "Column"),
            Column("value", "Value"),
            Column("reason", "Reason"),
        ]
        rows = [
            {
                "line": fault.line,
                "column": fault.column,
                "value": fault.value,
                "reason": fault.words,
            }
            for fault in report.faults
        ]
        print_rows(app, rows, columns, "table", schema="salescli/import@1")
    for words in summary(report, is_stopped):
        say(words)
    if report.rejected:
        for words in _rejected_words(report, where, is_stopped):
            say(words)


def summary(report: Report, is_stopped: bool = False) -> Iterator[str]:
    """What an import took and what it put in, in words."""
    if is_stopped:
        return
    made = ", ".join(_counted(count, kind) for kind, count in sorted(report.created.items()))
    yield (
        f"{report.rows} rows: made {made or 'nothing'}; {report.updated} changed, "
        f"{report.unchanged} unchanged, {len(report.rejected)} rejected."
    )
    for title, counter in (
        ("Stand-ins", report.stand_ins),
        ("Spelled right", report.spelled),
        ("Decided", report.notes),
    ):
        if counter:
            told = "; ".join(f"{what} ({count})" for what, count in sorted(counter.items()))
            yield f"{title}: {told}."


def _counted(count: int, kind: str) -> str:
    plural = {"person": "people", "opportunity": "opportunities"}.get(kind, f"{kind}s")
    return f"{count} {kind if count == 1 else plural}"


def _rejected_words(report: Report, where: str, is_stopped: bool) -> Iterator[str]:
    """The first fault with what to do, how many rows there are, and where they stand."""
    first = report.faults[0]
    named = f'column "{first.column}": ' if first.column else ""
    text = f"{report.table.file}:{first.line}: {named}{first.reason}"
    yield from format_findings([finding("", text, hint=first.hint)])
    count = len(report.rejected)
    are = "row is" if count == 1 else "rows are"
    if count == 1:
        where = where.replace("they stand", "it stands").replace("them", "it")
    yield f"  {count} {are} refused, of {report.rows}; {where}."
    if is_stopped:
        left = report.rows - count
        yield "  Nothing was written" + (
            f"; --skip-errors takes the other {left}." if left else "."
        )
