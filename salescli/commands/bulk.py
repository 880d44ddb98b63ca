"""`opportunity set | advance | close --where …`: a change of all deals that meet conditions."""

import shlex
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click
from click.core import ParameterSource

from salescli.commands.app import App, say
from salescli.commands.findings import wrapped
from salescli.report.text.numbers import clean_text, format_number_of, format_sums
from salescli.workspace.deals import LoadedDeal
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

MOST_UNASKED = 3  # deals that are changed on a terminal without a question
MOST_SHOWN = 20
Change = Callable[[Session, LoadedDeal], Outcome]


def where_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--where` and `--yes`, for a command that changes one deal or all that meet conditions."""
    where = click.option(
        "--where", multiple=True, metavar="CONDITION", help="All deals that meet it, not one DEAL."
    )
    return where(click.option("--yes", is_flag=True, help="Don't ask about --where.")(function))


def change_deals(
    app: App,
    command: str,
    deal: str | None,
    change: Change,
    *,
    aim: str,
    where: Sequence[str],
    yes: bool,
    actor: str | None,
    at: str | None,
    dry_run: bool,
) -> None:
    """Run one change on a deal, or on all that meet `where`: shown first, all of them or none.

    Above three it asks on a terminal; without one it wants `--yes`. `aim` says in the question
    what becomes of the deals: ` to won`.
    """
    if (deal is None) is not bool(where):
        text = "name one DEAL, or say with --where which ones: not both"
        raise click.UsageError(text if where else "which one? Name a DEAL, or give --where")
    if deal is not None:
        named = deal

        def one(session: Session) -> Outcome:
            from salescli.workspace.opportunities import open_deal

            return change(session, open_deal(session, named))

        app.write(command, one, actor=actor, at=at, dry_run=dry_run)
        return
    from salescli.workspace import bulk

    seen = None if dry_run else _ask(app, command, where, yes, aim)

    def each(session: Session) -> Outcome:
        return bulk.change_each(session, _verb(command), where, seen, change)

    app.write(command, each, actor=actor, at=at, dry_run=dry_run)


def _ask(app: App, command: str, where: Sequence[str], yes: bool, aim: str) -> Any:
    """Show which deals are meant, and ask where that is to be asked."""
    from salescli.workspace import bulk

    with app.reading() as session:
        chosen = bulk.choose_deals(session, where)
    count = format_number_of(len(chosen), "deal")
    for one in chosen[:MOST_SHOWN]:
        told = ", ".join(word for word in (one.stage, one.owner) if word)
        for line in wrapped(f"{one.id}  {clean_text(one.title)} · {told}", " "):
            say(line)
    if len(chosen) > MOST_SHOWN:
        say(f" … and {len(chosen) - MOST_SHOWN} more.")
    if chosen and not yes and (len(chosen) > MOST_UNASKED or not app.surroundings.is_interactive):
        line = " ".join(["salescli", command, *_typed(click.get_current_context())])
        sums = bulk.sum_of(chosen)
        worth = f", {format_sums(sums)}" if sums else ""
        app.confirm(f"{_verb(command).capitalize()} {count}{worth}{clean_text(aim)}?", line)
    return chosen


def _typed(ctx: click.Context) -> Iterator[str]:
    """The options that were typed, for a command line to be pasted."""
    for option in ctx.command.params:
        source = ctx.get_parameter_source(str(option.name))
        if not isinstance(option, click.Option) or source is not ParameterSource.COMMANDLINE:
            continue
        name, value = max(option.opts, key=len), ctx.params[str(option.name)]
        for one in value if option.multiple else [value]:
            yield name if option.is_flag else f"{name} {shlex.quote(str(one))}"


def _verb(command: str) -> str:
    return command.rpartition(" ")[2]
