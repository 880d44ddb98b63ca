"""`salescli approval request | approve | reject | list`: what somebody must agree to."""

from typing import Any

import click

from salescli.commands.app import App, say
from salescli.commands.listing import report_invalid
from salescli.commands.options import Decorator, event_options, format_option
from salescli.commands.output import print_rows, store_columns
from salescli.commands.stores import store_options
from salescli.model.approvals import APPROVED, REJECTED
from salescli.report.records.agenda import Request, in_store
from salescli.report.records.happened import build_approval_document
from salescli.report.text.listing import Column
from salescli.report.text.numbers import format_number_of
from salescli.workspace import approvals
from salescli.workspace.agenda import read_person
from salescli.workspace.inner import open_record
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

APPROVAL = click.argument("approval", metavar="APPROVAL")
COLUMNS = [
    Column("approval", "Id", kind="id"),
    Column("at", "Asked", kind="day"),
    Column("by", "By"),
    Column("of", "Of"),
    Column("subject", "Subject"),
    Column("state", "State"),
    Column("decided_by", "Decided by"),
    Column("record_title", "For"),
]
MACHINE_COLUMNS = [
    Column(name, name)
    for name in (
        "approval record record_title at by of subject step state decision decided_at decided_by "
        "note event"
    ).split()
]


@click.group()
def approval() -> None:
    """What somebody must agree to: request, approve, reject, list.

    RECORD is a deal or lead: an id, an exact title, or the first characters of an id. APPROVAL is
    an id or the first characters of it. Any one of those asked decides; nobody is kept from it,
    and it is told and recorded where somebody else did.
    """


@approval.command()
@click.argument("record", metavar="RECORD")
@click.argument("subject", metavar="SUBJECT")
@click.option(
    "--of", multiple=True, required=True, metavar="PERSON", help="Who decides; may be repeated."
)
@click.option("--note", metavar="TEXT", help="More about it.")
@event_options
@click.pass_obj
def request(
    app: App,
    /,
    record: str,
    subject: str,
    of: tuple[str, ...],
    note: str | None,
    actor: str | None,
    at: str | None,
    dry_run: bool,
) -> None:
    """Ask people to approve something on a deal or lead. Prints the approval's id.

    Example: salescli approval request 7k2m "Discount of 1.5 %" --of carl
    """

    def action(session: Session) -> Outcome:
        opened = open_record(session, record)
        return approvals.request_approval(session, opened, subject, of, note)

    app.write("approval request", action, actor=actor, at=at, dry_run=dry_run)


def _note(words: str) -> Decorator:
    return click.option("--note", metavar="TEXT", help=words)


@approval.command()
@APPROVAL
@_note("What goes with it.")
@event_options
@click.pass_obj
def approve(app: App, /, approval: str, **options: Any) -> None:
    """Approve what was asked for. A step of the process is done by it, and the process goes on.

    Example: salescli approval approve 8d3v --note "Not more"
    """
    _decide(app, approval, APPROVED, **options)


@approval.command()
@APPROVAL
@_note("Why; a rejection says it.")
@event_options
@click.pass_obj
def reject(app: App, /, approval: str, **options: Any) -> None:
    """Reject what was asked for, and say why.

    Example: salescli approval reject 8d3v --note "One percent at most"
    """
    _decide(app, approval, REJECTED, **options)


def _decide(
    app: App,
    approval: str,
    decision: str,
    *,
    note: str | None,
    actor: str | None,
    at: str | None,
    dry_run: bool,
) -> None:
    def action(session: Session) -> Outcome:
        return approvals.decide_approval(session, approval, decision, note)

    verb = "approve" if decision == APPROVED else "reject"
    app.write(f"approval {verb}", action, actor=actor, at=at, dry_run=dry_run)


@approval.command("list")
@click.argument("record", metavar="[RECORD]", required=False)
@click.option("--person", metavar="PERSON", help="Asked of them; @me is you.")
@click.option("--all", "everything", is_flag=True, help="Those that wait no more, too.")
@click.option("--raw", is_flag=True, help="CSV without the guard against formulas.")
@click.option("--actor", metavar="PERSON", help="Who acts.")
@format_option()
@store_options
@click.pass_obj
def list_(
    app: App,
    /,
    record: str | None,
    person: str | None,
    everything: bool,
    raw: bool,
    actor: str | None,
    format_: str,
) -> None:
    """The approvals that wait, of all deals and leads or of one; --all: every one.

    Example: salescli approval list --person @me
    """
    with app.reading(actor) as session:
        listed = approvals.list_approvals(
            session,
            person=None if person is None else read_person(session, person),
            record=None if record is None else open_record(session, record),
            decided_too=everything,
        )
        rows = [_row(one) for one in listed.found]
        is_short = app.surroundings.is_terminal
        shown = [
            row
            | {
                "approval": one.address if is_short else one.approval.id,
                "at": one.own(session.calendar).day_of(one.approval.asked_at).isoformat(),
                "of": ", ".join(one.approval.of),
            }
            for row, one in zip(rows, listed.found, strict=True)
        ]
    is_words = format_ in ("table", "md")
    used = [column for column in COLUMNS if everything or column.name != "decided_by"]
    used = store_columns(session, used if is_words else MACHINE_COLUMNS)
    print_rows(
        app,
        rows,
        used,
        format_,
        schema="salescli/approvals@1",
        raw=raw,
        empty="Nothing waits for an approval." if not everything else "No approval was asked for.",
        shown=shown if is_words else None,
    )
    if format_ == "table" and rows:
        say(f"{format_number_of(len(rows), 'approval', 'approvals')}.")
    report_invalid(listed.invalid)


def _row(one: Request) -> dict[str, Any]:
    return {
        **build_approval_document(one.approval),
        "record": one.record,
        "record_title": one.title,
        **in_store(one),
    }
