"""`salescli next`: what deals want now."""

import click

from salescli.commands.app import App, say
from salescli.commands.fields import fields_option, tell_names
from salescli.commands.options import format_option
from salescli.commands.stores import store_options

_UNDER_THE_DEALS = 3  # lines: how many more, the summary, the prompt


@click.command()
@click.argument("deal", required=False, metavar="[DEAL]")
@click.option("--person", metavar="PERSON", help="Whose deals, if not yours.")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    help="At most N deals, 0: all of them [all; on a terminal as many as fit].",
)
@click.option("--actor", metavar="PERSON", help="Who acts.")
@format_option("table", "json", "md")
@fields_option
@store_options
@click.pass_obj
def next(
    app: App,
    /,
    deal: str | None,
    person: str | None,
    limit: int | None,
    actor: str | None,
    format_: str,
) -> None:
    """What a deal wants now: what is expected from whom, what is missing, and the commands.

    Without DEAL: every open deal of yours, and those where something waits for you; first those
    that want something today; of several stores with commands that name the deal's. DEAL may be a
    lead. At the end of a stage of the process it asks on a terminal how the deal goes on.

    Example: salescli next --person anna --format md
    """
    if app.fields:
        from salescli.commands.nested import NEXT

        tell_names(app.fields, NEXT.names)
    if deal is None:
        _show_morning(app, person, limit, actor, format_)
    elif person is not None:
        raise click.UsageError("DEAL and --person exclude each other")
    elif limit is not None:
        raise click.UsageError("DEAL and --limit exclude each other")
    else:
        _show_one(app, deal, actor, format_)


def _show_one(app: App, text: str, actor: str | None, format_: str) -> None:
    """One deal or lead; on a terminal with the dialogue at the end of a stage."""
    from salescli.commands.nested import NEXT, print_nested
    from salescli.commands.next_documents import build_next_document, format_deal_markdown
    from salescli.commands.next_screens import screen
    from salescli.commands.showing_leads import show_next
    from salescli.workspace.addressing import find_record
    from salescli.workspace.deals import load_lead
    from salescli.workspace.guiding import guide

    with app.reading(actor) as session:
        found = find_record(session, text, "opportunity", "lead")
        if found.kind == "lead":
            show_next(app, session, load_lead(session, found.path), format_)
            return
        one = guide(session, found.id)
        address = session.short(one.deal.id)
        dictionaries = session.dictionaries
    if app.fields or format_ == "json":
        print_nested(app, NEXT, build_next_document([one]), format_)
        return
    lines = (
        format_deal_markdown(one, address)[:-1]
        if format_ == "md"
        else screen(one, address, is_alone=True)
    )
    for line in lines:
        click.echo(line)
    surroundings = app.surroundings
    is_asked = surroundings.is_interactive and surroundings.is_terminal and format_ == "table"
    if is_asked and one.guidance.is_at_end:
        from salescli.commands.dialogue import hold

        hold(one, address, dictionaries, actor)


def _show_morning(
    app: App, person: str | None, limit: int | None, actor: str | None, format_: str
) -> None:
    """The open deals of a person; on a terminal no more than fit, unless a limit is typed."""
    from salescli.commands.listing import report_invalid
    from salescli.commands.nested import NEXT, print_nested
    from salescli.commands.next_documents import build_next_document, format_morning_markdown
    from salescli.commands.next_screens import fitting, screen, summary
    from salescli.workspace.agenda import read_person
    from salescli.workspace.mornings import read_morning

    with app.reading(actor) as session:
        me = session.known_actor
        morning = read_morning(session, read_person(session, person or "@me"))
    if app.fields or format_ == "json":
        document = build_next_document(morning.all[: limit or None])
        print_nested(app, NEXT, document, format_)
    elif format_ == "md":
        shown = morning.first(limit) if limit else morning
        me = morning.person if morning.all else None  # with nothing to tell, nothing is advised
        for line in format_morning_markdown(shown, summary(morning, me)):
            click.echo(line)
    else:
        screens = [screen(one, one.address, is_alone=False) for one in morning.all]
        if limit is None and app.surroundings.is_terminal:
            limit = fitting(screens, app.surroundings.height - _UNDER_THE_DEALS)
        for lines in screens[: limit or None]:
            for line in lines:
                click.echo(line)
        if limit and len(screens) > limit:
            say(f"… {len(screens) - limit} more; --limit 0 shows all")
        say(summary(morning, me))
    report_invalid(morning.invalid)
