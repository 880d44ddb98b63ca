"""`salescli opportunity show | timeline | brief | board`: deals to be looked at."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from salescli.commands.app import App, say
from salescli.commands.blaming import blame_options, print_blame
from salescli.commands.listing import report_invalid
from salescli.commands.options import format_option
from salescli.commands.output import print_document, write_outside
from salescli.commands.revision import rev_option
from salescli.commands.showing import as_markdown
from salescli.commands.stores import store_options
from salescli.report.records.timeline import (
    KIND_GROUPS,
    KINDS,
    build_timeline_document,
    format_timeline,
    format_timeline_markdown,
    kinds_named,
)
from salescli.report.text.numbers import clean_text, escape_markdown, format_number_of
from salescli.workspace.deals import Loaded
from salescli.workspace.session import Session

DEAL = click.argument("deal", metavar="DEAL")
AS_OF = click.option("--as-of", metavar="DAY", help="As its history says of the end of that day.")
Opener = Callable[[Session, str], Loaded]


@click.command()
@DEAL
@AS_OF
@click.option("--people", is_flag=True, help="The people alone: part × influence, with attitude.")
@click.option("--full", is_flag=True, help="Everything, however many lines it takes.")
@format_option("table", "json", "md")
@rev_option
@click.pass_obj
def show(app: App, /, deal: str, as_of: str | None, people: bool, full: bool, format_: str) -> None:
    """Show one deal on one screen: facts, days, people, rivals, products, what happened last.

    JSON holds everything that is known of it.
    """
    from salescli.report.records.dealdocument import build_deal_document
    from salescli.report.records.dealscreen import format_deal
    from salescli.report.records.stakeholders import format_matrix
    from salescli.workspace.dealviews import view_deal

    with app.reading() as session:
        viewed = view_deal(session, deal, as_of=as_of)
        view = viewed.view
        is_cut = False
        if format_ == "json":
            document = build_deal_document(view)
        elif people:
            lines = [f" {line}" for line in format_matrix(view.people)]
        else:
            is_all = full or format_ == "md"
            lines, is_cut = format_deal(view, height=None) if is_all else format_deal(view)
    if format_ == "json":
        print_document(document)
    else:
        for line in as_markdown(view.deal.title, lines) if format_ == "md" else lines:
            click.echo(line)
        if people and not view.people:
            say(f"Nobody is known. salescli opp contact add {view.address} NAME --role …")
        if is_cut:
            say(f"To fit one screen some is left out; --full shows all of {view.address}.")
    report_invalid(viewed.broken)


def timeline_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """What every timeline takes."""
    groups = ", ".join(KIND_GROUPS)
    for option in (
        format_option("table", "json", "md"),
        click.option("--full", is_flag=True, help="Whole texts and all changes below each line."),
        click.option("--reverse", is_flag=True, help="The newest first."),
        click.option("--until", metavar="DAY", help="Until that day, which is included."),
        click.option("--since", metavar="DAY", help="From that day on."),
        click.option(
            "--kind", "kinds", multiple=True, metavar="KIND", help=f"Only these: {groups}."
        ),
    ):
        function = option(function)
    return function


@click.command()
@DEAL
@timeline_options
@rev_option
@click.pass_obj
def timeline(app: App, /, deal: str, **options: Any) -> None:
    """Everything that happened to a deal and its leads, whatever its status.

    Example: salescli opportunity timeline 7k2m --kind mail --kind note --since today-30d
    """
    from salescli.workspace.opportunities import open_deal

    print_timeline(app, deal, open_deal, **options)


def print_timeline(
    app: App,
    text: str,
    open_: Opener,
    *,
    kinds: Sequence[str],
    since: str | None,
    until: str | None,
    reverse: bool,
    full: bool,
    format_: str,
) -> None:
    """Print the timeline of the record that `open_` finds by `text`; a lead's in the same way."""
    from salescli.workspace.timelines import read_timeline

    wanted = read_kinds(kinds)
    with app.reading() as session:
        found = read_timeline(session, text, kinds=wanted, since=since, until=until, open_=open_)
        calendar = session.calendar
    entries = found.entries[::-1] if reverse else found.entries
    if format_ == "json":
        print_document(build_timeline_document(found.record, entries))
    elif format_ == "md":
        click.echo(f"# {escape_markdown(clean_text(found.title))}\n")
        for line in format_timeline_markdown(entries, found.record, calendar, is_full=full):
            click.echo(line)
    else:
        width = app.surroundings.width if app.surroundings.is_terminal else None
        for line in format_timeline(entries, found.record, calendar, width=width, is_full=full):
            click.echo(line)
        of = f" of {found.total}" if len(entries) < found.total else ""
        say(f"{clean_text(found.title)}: {len(entries)}{of} events.")
    report_invalid(found.broken)


def read_kinds(names: Sequence[str]) -> frozenset[str]:
    """The kinds of events that were typed; raises `click.UsageError` with the nearest name."""
    from salescli.model.nearest import did_you_mean

    try:
        return kinds_named(names)
    except KeyError as error:
        name = error.args[0]
        known = [*KIND_GROUPS, *KINDS]
        hint = did_you_mean(name, known) or f"One of {', '.join(KIND_GROUPS)}."
        raise click.UsageError(f"nothing in a timeline is a {name!r}. {hint}") from None


@click.command()
@DEAL
@AS_OF
@click.option("-o", "--output", metavar="FILE", help="Write it there instead of to the screen.")
@rev_option
@click.pass_obj
def brief(app: App, /, deal: str, as_of: str | None, output: str | None) -> None:
    """All that one must know before a meeting, as Markdown.

    Example: salescli opportunity brief 7k2m -o meeting.md
    """
    from salescli.report.records.brief import format_brief
    from salescli.workspace.dealviews import view_deal

    with app.reading() as session:
        viewed = view_deal(session, deal, as_of=as_of, for_meeting=True)
        text = format_brief(viewed.view)
    if output is None or output == "-":
        click.echo(text)
    else:
        write_outside(app, output, f"{text}\n".encode())
        say(f"{output} is written.")
    report_invalid(viewed.broken)


@click.command()
@click.option("--where", multiple=True, metavar="CONDITION", help="Only those that meet it.")
@click.option("--process", metavar="PROCESS", help="Process, if not the store's.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N cards a stage.")
@click.option(
    "--width", type=click.IntRange(min=20), metavar="COLUMNS", help="Fit so many columns."
)
@click.option("--actor", metavar="PERSON", help="Who @me is.")
@format_option("table", "json", "md")
@store_options
@click.pass_obj
def board(
    app: App,
    /,
    where: Sequence[str],
    process: str | None,
    limit: int | None,
    width: int | None,
    actor: str | None,
    format_: str,
) -> None:
    """Open deals as cards under their stages; those past their close date come first, with a !.

    Cards of several stores stand under the stages of all, each with the name of its store.
    Example: salescli opportunity board --where owner=@me
    """
    from salescli.report.records.board import (
        build_board_document,
        format_board,
        format_board_markdown,
    )
    from salescli.workspace.boards import MOST_CARDS, read_board

    with app.reading(actor) as session:
        found = read_board(session, where, process)
    if format_ == "json":
        print_document(build_board_document(found.columns))
    elif format_ == "md":
        click.echo(format_board_markdown(found.columns, limit=limit))
    else:
        is_terminal = app.surroundings.is_terminal
        columns = width or (app.surroundings.width if is_terminal else None)
        most = limit or (MOST_CARDS if is_terminal else None)
        rendered = format_board(found.columns, width=columns, limit=most)
        click.echo(rendered.text)
        if rendered.note:
            say(rendered.note)
        say(board_footer(found.shown, found.other, is_narrowed=bool(where)))
    report_invalid(found.invalid)


def board_footer(shown: int, other: int, *, is_narrowed: bool = False) -> str:
    """The line under a board: how many deals, which money, how many it doesn't show."""
    if not shown and not other:
        if is_narrowed:
            return "No open deal meets that."
        return "No open deals. salescli opportunity create TITLE --client NAME"
    words = f"{format_number_of(shown, 'open deal')}; sums are the amount, else the budget."
    if other:
        words += f" {format_number_of(other, 'open deal')} of other processes: --process."
    return words


@click.command()
@DEAL
@blame_options
@click.pass_obj
def blame(app: App, /, deal: str, format_: str) -> None:
    """Who set each field of a deal, when, and which commit brought it.

    From its history, and from git for the commits and for what was edited by hand.
    """
    from salescli.workspace.opportunities import open_deal

    print_blame(app, deal, open_deal, format_)


VIEW_COMMANDS: dict[str, click.Command] = {
    "show": show,
    "timeline": timeline,
    "brief": brief,
    "board": board,
    "blame": blame,
}
