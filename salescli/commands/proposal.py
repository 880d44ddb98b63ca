"""`salescli proposal add | set | list`: what we offer in a deal."""

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.handing import has_file, read_handed
from salescli.commands.options import event_options, format_option
from salescli.commands.output import print_rows
from salescli.commands.revision import rev_option
from salescli.model.activities import PROPOSAL_STATES, Proposal
from salescli.model.calendar import format_instant
from salescli.report.text.listing import Column
from salescli.report.text.numbers import format_money
from salescli.workspace import proposals
from salescli.workspace.attachments import MAX_PLAIN
from salescli.workspace.opportunities import open_deal
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session


@click.group()
def proposal() -> None:
    """Proposals of a deal: number, version, amount, file, state.

    PROPOSAL is its id or the first characters of it.
    """


def _options(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--file", metavar="PATH", help="Its file: copied in, or attached already."),
        click.option("--state", metavar="STATE", help=f"One of {', '.join(PROPOSAL_STATES)}."),
        click.option("--amount", metavar="MONEY", help="What it comes to."),
        click.option("--version", metavar="NUMBER", help="Which version of it."),
        click.option("--number", metavar="TEXT", help="The number that stands on it."),
    ):
        function = option(function)
    return event_options(function)


@proposal.command()
@click.argument("deal", metavar="DEAL")
@_options
@click.pass_obj
def add(
    app: App, /, deal: str, actor: str | None, at: str | None, dry_run: bool, **options: Any
) -> None:
    """Add a proposal to a deal: version 1, a draft, unless said otherwise. Prints its id.

    Example: salescli proposal add 7k2m --number R-47 --amount 241960 --file r47.pdf
    """
    typed = _typed(app, options)

    def action(session: Session) -> Outcome:
        return proposals.add_proposal(session, open_deal(session, deal), typed)

    app.write("proposal add", action, actor=actor, at=at, dry_run=dry_run)


@proposal.command("set")
@click.argument("proposal", metavar="PROPOSAL")
@_options
@click.pass_obj
def set_(
    app: App, /, proposal: str, actor: str | None, at: str | None, dry_run: bool, **options: Any
) -> None:
    """Change a proposal: sent, accepted, a new version. A new version begins as a draft.

    Example: salescli proposal set 4w9k --state sent
    """
    if all(value is None for value in options.values()):
        raise click.UsageError("nothing to set: name a field, like --state sent")
    typed = _typed(app, options)

    def action(session: Session) -> Outcome:
        return proposals.set_proposal(session, proposal, typed)

    app.write("proposal set", action, actor=actor, at=at, dry_run=dry_run)


def _typed(app: App, options: dict[str, Any]) -> proposals.Typed:
    name = options.pop("file")
    handed = None
    if name is not None:
        is_here = has_file(app, name)
        hint = "attach it with salescli file attach … --large, then name it here"
        data = read_handed(app, name, MAX_PLAIN, hint) if is_here else None
        handed = proposals.Handed(PurePath(name).name if is_here else name, data)
    return proposals.Typed(**options, file=handed)


@proposal.command("list")
@click.argument("deal", metavar="DEAL")
@format_option()
@rev_option
@click.pass_obj
def list_(app: App, /, deal: str, format_: str) -> None:
    """The proposals of a deal, as they are now."""
    with app.reading() as session:
        opened = open_deal(session, deal)
        found = proposals.list_proposals(opened)
        calendar = session.calendar
    columns = [
        Column("proposal", "Id", kind="id"),
        Column("number", "Number"),
        Column("version", "Version", "right", "number"),
        Column("state", "State"),
        Column("amount", "Amount", "right", "money"),
        Column("at", "When", kind="day"),
        Column("file", "File", kind="path"),
    ]
    rows = [_row(one) for one in found]
    shown = [
        {
            **row,
            "amount": format_money(one.amount.amount, one.amount.currency) if one.amount else None,
            "at": calendar.format_local(one.at)[:16] if one.at else None,
        }
        for row, one in zip(rows, found, strict=True)
    ]
    print_rows(
        app,
        rows,
        columns,
        format_,
        schema="salescli/proposals@1",
        empty=f"{opened.facts.title} has no proposals yet.",
        shown=shown,
    )


def _row(one: Proposal) -> dict[str, Any]:
    return {
        "proposal": one.id,
        "number": one.number,
        "version": one.version,
        "state": one.state,
        "amount": None if one.amount is None else str(one.amount),
        "at": None if one.at is None else format_instant(one.at),
        "file": one.file,
    }
