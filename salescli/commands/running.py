"""`salescli process start | status | stop`: the process on deals."""

from typing import Any

import click

from salescli.commands.app import App, say
from salescli.commands.listing import report_invalid
from salescli.commands.options import (
    event_options,
    field_options,
    format_option,
    typed_fields,
)
from salescli.commands.output import choose_listed, print_document, print_rows, store_columns
from salescli.commands.stores import store_options
from salescli.model.records import Opportunity
from salescli.report.text.listing import Column
from salescli.report.text.numbers import clean_text, cut
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

TERMINAL_ROWS = 50
_STEP_WIDTH = 24
DEAL = click.argument("deal", metavar="DEAL")
COLUMNS = [
    Column("id", "Id", kind="id"),
    Column("title", "Title", least=12),
    Column("stage", "Stage", kind="id"),
    Column("days_at_stage", "Days", "right", "number"),
    Column("step", "Step", least=_STEP_WIDTH),
    Column("due_on", "Due", kind="day"),
    Column("owner", "Owner"),  # on a narrow terminal the last ones go: mostly the same in all rows
    Column("process", "Process", kind="id"),
]
MACHINE_COLUMNS = [
    Column(name, name, kind="number" if name in ("days_at_stage", "open_steps") else "text")
    for name in (
        "id title client owner process stage days_at_stage started_at starter open_steps "
        "end_of_stage step performer due_on late"
    ).split()
]


@click.command()
@click.argument("deal", metavar="[DEAL|LEAD]", required=False)
@click.option("--new", "title", metavar="TITLE", help="Make a deal of that title, and start on it.")
@click.option("--client", metavar="TEXT", help="With --new: who buys, by name, e-mail, phone, id.")
@click.option(
    "--create-client",
    "client_kind",
    type=click.Choice(["account", "contact"]),
    help="With --new: make the client, as a company or a person, if it isn't there.",
)
@click.option("--stage", metavar="STAGE", help="With --new: the open stage to begin in.")
@click.option("--process", metavar="PROCESS", help="With --new: the process, if not the store's.")
@field_options(Opportunity, "title", "client", "stage", "process")
@event_options
@click.pass_obj
def start(
    app: App,
    /,
    deal: str | None,
    title: str | None,
    client: str | None,
    client_kind: str | None,
    stage: str | None,
    process: str | None,
    actor: str | None,
    at: str | None,
    dry_run: bool,
    **options: Any,
) -> None:
    """Let the process lead a deal, from the stage where it is: its first steps open.

    A LEAD means the open deal that covers it. With --new a deal is made first; fields are those
    of `opportunity create`.

    Example: salescli process start --new "Flat 47" --client elena --budget 250000
    """
    typed = typed_fields(options)
    given = zip(_OF_NEW, (client, client_kind, stage, process), strict=True)
    of_new = {option: value for option, value in given if value is not None}
    if (deal is None) == (title is None):
        text = "name a deal, or give --new TITLE and --client NAME to make one"
        for option, value in of_new.items():
            raise click.BadOptionUsage(option, f"{text}: {value!r} is of a new one")
        raise click.UsageError(text)
    if deal is not None and (of_new or typed):
        raise click.UsageError("--client, --stage and fields of a deal go with --new TITLE")

    def action(session: Session) -> Outcome:
        from salescli.workspace import starting, steps

        if title is None:
            return steps.start_process(session, starting.open_deal_to_start(session, deal or ""))
        return starting.start_new(
            session,
            title,
            client,
            typed,
            stage=stage,
            process=process,
            client_kind=client_kind,
        )

    app.write("process start", action, actor=actor, at=at, dry_run=dry_run)


_OF_NEW = ("--client", "--create-client", "--stage", "--process")


@click.command()
@click.argument("deal", metavar="[DEAL]", required=False)
@click.option("--process", metavar="PROCESS", help="Without DEAL: only this one.")
@click.option("--person", metavar="PERSON", help="Without DEAL: their deals and steps; @me is you.")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most N rows.")
@click.option("--actor", metavar="PERSON", help="Who acts.")
@format_option()
@click.option("--raw", is_flag=True, help="CSV without the guard against formulas.")
@store_options
@click.pass_obj
def status(
    app: App,
    /,
    deal: str | None,
    process: str | None,
    person: str | None,
    limit: int | None,
    actor: str | None,
    format_: str,
    raw: bool,
) -> None:
    """Show where the process runs: on a deal, its open steps and what each result leads to.

    Without DEAL: all open deals on which it runs, those at the end of a stage first.
    """
    if deal is None:
        _show_list(app, process, person, limit, actor, format_, raw)
        return
    if process is not None or person is not None or limit is not None:
        raise click.UsageError("--process, --person and --limit are of the list, without DEAL")
    if format_ not in ("table", "json", "md"):
        raise click.UsageError(f"one deal is shown as table, json or md, not as {format_}")
    _show_deal(app, deal, actor, format_)


def _show_deal(app: App, deal: str, actor: str | None, format_: str) -> None:
    from salescli.commands.showing import as_markdown
    from salescli.report.records.runstatus import build_status_document, format_status
    from salescli.workspace.opportunities import open_deal
    from salescli.workspace.runviews import view_run
    from salescli.workspace.wordings import build_wording

    with app.reading(actor) as session:
        found = view_run(session, open_deal(session, deal))
        definition = session.process(found.process)
        lines = format_status(found, build_wording(session, definition))
    if format_ == "json":
        print_document(build_status_document(found))
        return
    for line in as_markdown(found.title, lines) if format_ == "md" else lines:
        click.echo(line)


def _show_list(
    app: App,
    process: str | None,
    person: str | None,
    limit: int | None,
    actor: str | None,
    format_: str,
    raw: bool,
) -> None:
    from salescli.report.records.runstatus import (
        build_list_document,
        count_rows,
        format_counts,
        row_document,
    )
    from salescli.workspace import agenda, named, runviews

    with app.reading(actor) as session:
        process = named.find_process(session, process) if process is not None else None
        who = agenda.read_person(session, person) if person is not None else None
        found = runviews.list_runs(session, process=process, person=who)
        is_words = format_ in ("table", "md")
        if limit is None and format_ == "table" and app.surroundings.is_terminal:
            limit = TERMINAL_ROWS
        shown = found.rows[:limit]
        documents = [row_document(row) for row in shown]
        is_short = app.surroundings.is_terminal
        worded = [_worded(session, one, is_short) for one in documents if is_words]
    counts = count_rows(found.rows, found.order)
    if format_ == "json":
        rows = choose_listed(app, "salescli/runs@1", documents)
        print_document(build_list_document(shown, counts, found.closed) | {"runs": rows})
    else:
        empty = "The process runs on no open deal. salescli process start DEAL lets it."
        print_rows(
            app,
            documents,
            store_columns(session, COLUMNS if is_words else MACHINE_COLUMNS),
            format_,
            schema="salescli/runs@1",
            raw=raw,
            empty=empty,
            shown=worded if is_words else None,
        )
        if format_ == "table":
            for line in format_counts(counts, found.closed):
                say(line)
        if len(shown) < len(found.rows):
            say(f"{len(shown)} of {len(found.rows)} shown; --limit N sets another number.")
    report_invalid(found.invalid)


def _worded(session: Session, document: dict[str, Any], is_short: bool) -> dict[str, Any]:
    """A row for people: the id as short as it may be, all open steps, a day that is over."""
    return {
        **document,
        "id": session.short(document["id"]) if is_short else document["id"],
        "step": _step_words(document, is_short),
        "due_on": f"{document['due_on']} !" if document["late"] else document["due_on"],
    }


def _step_words(document: dict[str, Any], is_short: bool) -> str:
    """The step that is due first and how many more are open: `Call them +2 more`."""
    if document["end_of_stage"]:
        return "end of stage"
    more = f" +{document['open_steps'] - 1} more" if document["open_steps"] > 1 else ""
    title = clean_text(str(document["step"]))
    return f"{cut(title, _STEP_WIDTH - len(more)) if more and is_short else title}{more}"


@click.command()
@DEAL
@click.option("--reason", metavar="TEXT", default="by hand", help="Why.", show_default=True)
@event_options
@click.pass_obj
def stop(
    app: App, /, deal: str, reason: str, actor: str | None, at: str | None, dry_run: bool
) -> None:
    """Let a deal go on by hand: its open steps are cancelled, nothing else changes."""

    def action(session: Session) -> Outcome:
        from salescli.workspace import opportunities, steps

        return steps.stop_process(session, opportunities.open_deal(session, deal), reason)

    app.write("process stop", action, actor=actor, at=at, dry_run=dry_run)
