"""`salescli retract`: one note, post, mail, hours or end of an activity back, however old."""

import click

from salescli.commands.app import App, say
from salescli.commands.options import FORMATS, format_option, writer_options
from salescli.commands.output import print_rows
from salescli.model.calendar import format_instant
from salescli.report.text.listing import Column
from salescli.report.text.numbers import clean_text
from salescli.workspace.inner import open_record
from salescli.workspace.outcome import Outcome
from salescli.workspace.retracting import list_entries
from salescli.workspace.retracting import retract as retract_entry
from salescli.workspace.session import Session

COLUMNS = (Column("id", "Id"), Column("at", "When"), Column("by", "Who"), Column("words", "What"))


@click.command()
@click.argument("record", metavar="RECORD")
@click.argument("entry", metavar="[ENTRY]", required=False)
@click.option("--why", metavar="TEXT", help="Kept with the event that takes it back.")
@format_option(*FORMATS)
@writer_options
@click.pass_obj
def retract(
    app: App,
    /,
    record: str,
    entry: str | None,
    why: str | None,
    format_: str,
    actor: str | None,
    dry_run: bool,
) -> None:
    """Take back a note, post, mail, hours, approval, or that an activity is done, however old.

    ENTRY is an id or the beginning of it; without one, what there is is listed with ids. Its line
    stays in the history and counts as never written; then write what is right.

    Example: salescli retract 7k2m h-5c7r
    """
    if entry is None:
        _list(app, record, format_)
        return

    def action(session: Session) -> Outcome:
        return retract_entry(session, open_record(session, record), entry, why)

    app.write("retract", action, actor=actor, dry_run=dry_run)


def _list(app: App, record: str, format_: str) -> None:
    with app.reading() as session:
        opened = open_record(session, record)
        entries = list_entries(session, opened)
        calendar = session.calendar
    rows = [
        {"id": one.id, "at": format_instant(one.at), "by": one.by, "words": one.words}
        for one in entries
    ]
    local = [
        row | {"at": calendar.format_local(one.at)} for row, one in zip(rows, entries, strict=True)
    ]
    print_rows(app, rows, COLUMNS, format_, schema="salescli/retractable@1", shown=local)
    if not rows and format_ == "table":
        say(f"Nothing on {clean_text(opened.facts.title)} can be taken back this way.")
