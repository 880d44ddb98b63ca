"""`salescli import csv`: records from other systems."""

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from salescli.commands.app import App, say
from salescli.commands.findings import format_findings
from salescli.commands.options import format_option, writer_options
from salescli.commands.output import print_document, print_rows
from salescli.commands.progress import progress_over
from salescli.commands.restoring import import_store
from salescli.model.errors import Gathered, NotFound, finding
from salescli.model.exitcodes import ExitCode
from salescli.report.text.listing import Column
from salescli.report.text.numbers import cut
from salescli.store.outside import not_regular
from salescli.workspace.importing.choosing import choose_mapping
from salescli.workspace.importing.differences import differences
from salescli.workspace.importing.fitting import other_columns
from salescli.workspace.importing.histories import OTHER_ROW
from salescli.workspace.importing.library import read_shipped, shipped_names, systems
from salescli.workspace.importing.mapping import Mapping
from salescli.workspace.importing.plan import Imported, RowsRefused, import_table
from salescli.workspace.importing.report import Report, format_rejected
from salescli.workspace.importing.rows import Table, read_inputs
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.telling import shown

LONGEST_VALUE = 60  # characters of a cell in a table; JSON has all
MOST_TOLD = 20  # differences, or clients that may be one


@click.group()
def import_() -> None:
    """Records from other systems."""


@import_.command("mapping")
@click.argument("name", required=False)
@click.pass_obj
def mapping_(app: App, /, name: str | None) -> None:
    """Print a mapping that salescli brings; without NAME, the names of all.

    `extends: NAME` in a mapping of your own takes one and changes what is different.
    """
    if name is None:
        click.echo("\n".join(shipped_names()))
        say("salescli import mapping NAME prints one; `extends: NAME` builds upon it.")
    else:
        click.echo(read_shipped(name).decode(), nl=False)


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of every import of a table."""
    for option in (
        writer_options,
        format_option("table", "json"),
        click.option("--rejected", metavar="FILE", help="Where the refused rows go, as CSV."),
        click.option("--skip-errors", is_flag=True, help="Take the rows that are right."),
        click.option(
            "--key", "system", metavar="SYSTEM", help="Whose ids the mapping's key column has."
        ),
        click.argument("file", metavar="FILE"),
    ):
        command = option(command)
    return command


import_.add_command(import_store)


@import_.command("csv")
@click.option("--mapping", required=True, metavar="NAME|FILE", help="Which column is what.")
@click.option("--history", metavar="FILE", help="A table of stages, for the past of new deals.")
@click.option(
    "--history-mapping",
    metavar="NAME|FILE",
    default="history",
    show_default=True,
    help="Which column of it is what.",
)
@_options
@click.pass_context
def csv_(
    ctx: click.Context,
    /,
    file: str,
    mapping: str,
    history: str | None,
    history_mapping: str,
    **options: Any,
) -> None:
    """Import deals, leads, clients, products, people or activities from a CSV file.

    All or nothing, unless --skip-errors. The same file again, by its --key, changes nothing.
    MAPPING is a file, or one of `salescli import mapping`: hubspot, pipedrive …
    """
    app: App = ctx.obj
    inputs = _read_inputs(app, mapping, file)
    told = None
    if history is not None:
        told = _read_inputs(app, history_mapping, history)[1]
    _import(ctx, "import csv", file, inputs, told, **options)


@import_.command("history")
@click.option(
    "--mapping",
    default="history",
    show_default=True,
    metavar="NAME|FILE",
    help="Which column is what.",
)
@_options
@click.pass_context
def history_(ctx: click.Context, /, file: str, mapping: str, **options: Any) -> None:
    """Import the stages of deals: a table of id, stage, entered at [, left at], or an event log.

    Deals that are here go on from where they stand. New ones need a title in the table; import
    csv DEALS --history FILE brings both together.
    """
    app: App = ctx.obj
    _import(ctx, "import history", file, _read_inputs(app, mapping, file), None, **options)


def _import(
    ctx: click.Context,
    name: str,
    file: str,
    inputs: tuple[Mapping, Table],
    history: Table | None,
    *,
    system: str | None,
    skip_errors: bool,
    rejected: str | None,
    format_: str,
    actor: str | None,
    dry_run: bool,
) -> None:
    app: App = ctx.obj
    mapping, table = inputs
    imported: list[Imported] = []

    def action(session: Session) -> Outcome:
        with progress_over(len(table.rows), "Reading rows") as on_row:
            done = import_table(
                session,
                table,
                mapping,
                system,
                skip_errors=skip_errors,
                on_row=on_row,
                history=history,
            )
        if dry_run:
            staged = session.files.changeset("", name, "", session.now).changes
            done.report.differences = differences(staged)
        imported.append(done)
        return done.outcome

    app.shows_diff = format_ != "json"  # which has the differences in its document
    try:
        app.write(
            name,
            action,
            actor=actor,
            dry_run=dry_run,
            quiet_ids=True,
        )
        report, is_written = imported[0].report, not dry_run
    except RowsRefused as refused:
        report, is_written = refused.report, False
    target = rejected or f"{Path(file).stem}.rejected.csv"
    if report.rejected and not dry_run:
        _write_rejected(app, target, report, mapping)
    place = "a run without --dry-run writes them to" if dry_run else "they stand in"
    _show(app, report, format_, is_written, f"{place} {target}", is_stopped=not imported)
    if not imported:
        ctx.exit(ExitCode.DAMAGED)


def _read_inputs(app: App, mapping: str, file: str) -> tuple[Mapping, Table]:
    """The mapping, a file or the name of one that salescli brings, and the table."""
    gathered = Gathered()
    source = said = b""
    with gathered.trying():
        source = _read(app, file)
    is_named = mapping in (*systems(), *shipped_names())
    with gathered.trying():
        if not is_named or _is_file(app, mapping):
            said = _read_mapping(app, mapping)
        elif gathered.is_empty:
            mapping, said = choose_mapping(mapping, source, file)
            say(f"Mapping: {mapping}.")
    gathered.raise_all()
    return read_inputs(said, mapping, source, file)


def _is_file(app: App, name: str) -> bool:
    return (app.surroundings.directory / name).is_file()


def _read_mapping(app: App, name: str) -> bytes:
    """The text of a mapping's file; a name without a suffix is none of a file."""
    if name != "-" and not _is_file(app, name) and not Path(name).suffix:
        return read_shipped(name)
    return _read(app, name)


def _read(app: App, name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    path = app.surroundings.directory / name
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFound(finding("no-such-file", f"there is no file {name}")) from None
    except IsADirectoryError:
        raise not_regular(name) from None


def _write_rejected(app: App, target: str, report: Report, mapping: Mapping) -> None:
    (app.surroundings.directory / target).write_bytes(format_rejected(report, mapping))


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
                "value": cut(fault.value, LONGEST_VALUE),
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
    rows = "row" if report.rows == 1 else "rows"
    yield (
        f"{report.rows} {rows}: made {made or 'nothing'}; {report.updated} changed, "
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
    others = other_columns(report.table.mapping, report.table.header)
    if others and report.table.mapping.lenient:
        yield f"Not taken: {', '.join(map(repr, others))}."
    yield from _cut(
        f"{entry.name or entry.record}: {entry.field} {shown(entry.before or None)} → "
        f"{shown(entry.after or None)}"
        for entry in report.differences
    )
    yield from _cut(
        f"{near.name!r} may be {near.other_name!r}: {near.why}.\n"
        f"  salescli client merge {near.id} {near.other}"
        for near in report.near
    )


def _cut(lines: Iterable[str]) -> Iterator[str]:
    """The first lines, and how many there are more."""
    told = list(lines)
    yield from told[:MOST_TOLD]
    if len(told) > MOST_TOLD:
        yield f"… and {len(told) - MOST_TOLD} more: --format json tells all."


_PLURALS = {"person": "people", "opportunity": "opportunities", "activity": "activities"}


def _counted(count: int, kind: str) -> str:
    return f"{count} {kind if count == 1 else _PLURALS.get(kind, f'{kind}s')}"


def _rejected_words(report: Report, where: str, is_stopped: bool) -> Iterator[str]:
    """The first fault with what to do, how many rows there are, and where they stand."""
    own = [fault for fault in report.faults if fault.code != OTHER_ROW]
    first = (own or report.faults)[0]
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
