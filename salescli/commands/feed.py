"""`salescli note` and `salescli feed`: what we write to each other about a deal or lead."""

from typing import Any

import click

from salescli.commands.app import App, say
from salescli.commands.handing import read_typed
from salescli.commands.options import FORMATS, event_options, format_option
from salescli.commands.output import print_rows
from salescli.commands.revision import rev_option
from salescli.model.calendar import Calendar, format_instant
from salescli.model.correspondence import Post, build_threads
from salescli.report.text.listing import Column
from salescli.report.text.numbers import clean_text
from salescli.report.text.wrapping import wrap_text
from salescli.workspace.feed import add_note, add_post, list_posts
from salescli.workspace.feed import reply as answer
from salescli.workspace.inner import open_record
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

RECORD = click.argument("record", metavar="RECORD")
NARROWEST = 40  # columns of a terminal to which texts are still wrapped


@click.command()
@RECORD
@click.argument("text", metavar="TEXT|-")
@event_options
@click.pass_obj
def note(
    app: App, /, record: str, text: str, actor: str | None, at: str | None, dry_run: bool
) -> None:
    """Write a note on a deal or lead; - reads it from stdin.

    Example: salescli note 7k2m "Elena is abroad until the 20th"
    """
    said = read_typed(text)

    def action(session: Session) -> Outcome:
        return add_note(session, open_record(session, record), said)

    app.write("note", action, actor=actor, at=at, dry_run=dry_run)


@click.group()
def feed() -> None:
    """Posts and replies on a deal or lead.

    RECORD is a deal or lead: an id, an exact title, or the first characters of an id.
    """


@feed.command("post")
@RECORD
@click.argument("text", metavar="TEXT|-")
@event_options
@click.pass_obj
def post(
    app: App, /, record: str, text: str, actor: str | None, at: str | None, dry_run: bool
) -> None:
    """Post in the feed; @person mentions one of our people. Prints the post's id.

    Example: salescli feed post 7k2m "@carl can we free a parking place?"
    """
    said = read_typed(text)

    def action(session: Session) -> Outcome:
        return add_post(session, open_record(session, record), said)

    app.write("feed post", action, actor=actor, at=at, dry_run=dry_run)


@feed.command("reply")
@click.argument("post", metavar="POST")
@click.argument("text", metavar="TEXT|-")
@event_options
@click.pass_obj
def reply_(
    app: App, /, post: str, text: str, actor: str | None, at: str | None, dry_run: bool
) -> None:
    """Answer a post, named by its id or the beginning of it. Prints the reply's id.

    Example: salescli feed reply 6c1z "Two are left"
    """
    said = read_typed(text)

    def action(session: Session) -> Outcome:
        return answer(session, post, said)

    app.write("feed reply", action, actor=actor, at=at, dry_run=dry_run)


@feed.command("list")
@RECORD
@format_option(*FORMATS)
@rev_option
@click.pass_obj
def list_(app: App, /, record: str, format_: str) -> None:
    """The feed of a deal or lead: posts, each with its replies."""
    with app.reading() as session:
        opened = open_record(session, record)
        threads = build_threads(list_posts(opened))
        calendar = session.calendar
    if format_ == "table":
        show_threads(app, threads, calendar)
        if not threads:
            say(f"Nothing was posted on {opened.facts.title} yet.")
        return
    columns = [
        Column(name, name.replace("_", " ").capitalize())
        for name in ("post", "at", "by", "reply_to", "mentions", "text")
    ]
    rows = [_row(one) for _, one in threads]
    print_rows(app, rows, columns, format_, schema="salescli/posts@1")


def _row(one: Post) -> dict[str, Any]:
    return {
        "post": one.id,
        "at": format_instant(one.at),
        "by": one.by,
        "reply_to": one.reply_to,
        "mentions": list(one.mentions),
        "text": one.text,
    }


def show_threads(app: App, threads: list[tuple[int, Post]], calendar: Calendar) -> None:
    """Print posts with their replies under them, texts wrapped to the terminal."""
    width = max(NARROWEST, app.surroundings.width) if app.surroundings.is_terminal else None
    for depth, one in threads:
        margin = "  " * min(depth, 8)
        by = clean_text(one.by)
        click.echo(f"{margin}{one.id}  {calendar.format_local(one.at)}  {by}")
        for line in one.text.split("\n"):
            room = None if width is None else width - len(margin) - 2
            for part in wrap_text(line, room):
                click.echo(f"{margin}  {part}".rstrip())
