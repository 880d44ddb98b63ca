"""`salescli opportunity tactic set | show | history`."""

import re
import sys
from collections.abc import Iterator
from datetime import date

import click

from salescli.commands.app import App, say
from salescli.commands.options import event_options, format_option
from salescli.commands.output import print_document
from salescli.commands.revision import rev_option
from salescli.model.calendar import Calendar, format_day
from salescli.model.inputs import MAX_TEXT
from salescli.model.tactics import Tactic
from salescli.report.records.happened import build_tactic_document
from salescli.report.text.numbers import clean_text, escape_markdown, fold_words
from salescli.workspace import tactics
from salescli.workspace.opportunities import open_deal
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

WIDTH = 80
DEAL = click.argument("deal")


@click.group()
def tactic() -> None:
    """How one means to win a deal; former tactics stay in its history."""


@tactic.command("set")
@DEAL
@click.argument("text", required=False, metavar="[TEXT|-]")
@click.option("--checked-on", metavar="DAY", help="When it was checked; a new one: today.")
@event_options
@click.pass_obj
def set_(
    app: App,
    /,
    deal: str,
    text: str | None,
    checked_on: str | None,
    actor: str | None,
    at: str | None,
    dry_run: bool,
) -> None:
    """Set the tactic of a deal ("-" reads it from stdin), or the day it was checked.

    Example: salescli opportunity tactic set 7k2m "Show the river side first"
    """
    if text is None and checked_on is None:
        raise click.UsageError("nothing to set: give a text, - for stdin, or --checked-on DAY")
    typed = _read_stdin() if text == "-" else text

    def action(session: Session) -> Outcome:
        return tactics.set_tactic(session, open_deal(session, deal), typed, checked_on)

    app.write("opportunity tactic set", action, actor=actor, at=at, dry_run=dry_run)


def _read_stdin() -> str:
    """What is piped in, no more than shows that it is too long; bad bytes are refused later."""
    return sys.stdin.buffer.read(2 * MAX_TEXT).decode("utf-8", "surrogateescape")


@tactic.command()
@DEAL
@format_option("table", "json", "md")
@rev_option
@click.pass_obj
def show(app: App, /, deal: str, format_: str) -> None:
    """Show the tactic that holds."""
    _print(app, deal, format_, is_history=False)


@tactic.command()
@DEAL
@format_option("table", "json", "md")
@rev_option
@click.pass_obj
def history(app: App, /, deal: str, format_: str) -> None:
    """Show all tactics with their days, the one that holds first."""
    _print(app, deal, format_, is_history=True)


def _print(app: App, text: str, format_: str, *, is_history: bool) -> None:
    with app.reading() as session:
        found = tactics.list_tactics(session, text)
        calendar = session.calendar
        people = {key: entry.name for key, entry in session.team.people.items()}
    facts = found.deal.facts
    shown = [entry for entry in found.tactics if is_history or entry.until is None]
    if format_ == "json":
        documents = [build_tactic_document(entry, calendar) for entry in shown]
        schema = "salescli/tactics@1"
        print_document(
            {"schema": schema, "id": facts.id, "title": facts.title, "tactics": documents}
        )
    elif format_ == "md":
        for line in _markdown(facts.title, shown, calendar, people):
            click.echo(line)
    else:
        for line in _screen(shown, calendar, people):
            click.echo(line)
    if not shown:
        say("No tactic yet." if not found.tactics else "No tactic holds now.")
    if found.differs:
        say("The file says another tactic: salescli check --fix writes it down.")


def _screen(shown: list[Tactic], calendar: Calendar, people: dict[str, str]) -> Iterator[str]:
    for entry in shown:
        yield from (f" {line}" for line in fold_words(_head(entry, calendar, people), WIDTH - 1))
        for paragraph in entry.text.strip("\n").split("\n"):
            yield from (f"   {line}".rstrip() for line in fold_words(paragraph, WIDTH - 3))


def _markdown(
    title: str, shown: list[Tactic], calendar: Calendar, people: dict[str, str]
) -> Iterator[str]:
    yield f"# {escape_markdown(clean_text(title))}: tactic"
    for entry in shown:
        yield ""
        yield f"## {escape_markdown(_head(entry, calendar, people))}"
        yield ""
        yield from _fenced(entry.text)


def _fenced(text: str) -> list[str]:
    """A text as it is: the fence is longer than any run of backticks in it."""
    lines = [clean_text(line) for line in text.strip("\n").split("\n")]
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence, *lines, fence]


def _head(entry: Tactic, calendar: Calendar, people: dict[str, str]) -> str:
    """`10 Nov 2026 to 12 Nov 2026, Anna Bērziņa, checked 10 Nov 2026`."""
    since = format_day(calendar.day_of(entry.since))
    days = f"since {since}"
    if entry.until is not None:
        days = f"{since} to {format_day(calendar.day_of(entry.until))}"
    parts = [days, clean_text(people.get(entry.by, entry.by))]
    if entry.checked_on:
        parts.append(f"checked {', '.join(map(_day, entry.checked_on))}")
    return ", ".join(parts)


def _day(text: str) -> str:
    """A day of an event; one written by hand may be none."""
    try:
        return format_day(date.fromisoformat(text))
    except ValueError:
        return clean_text(text)
