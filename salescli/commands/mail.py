"""`salescli mail log | import | list | show`: what was written to and by the client."""

from typing import Any

import click

from salescli.commands.app import App, say
from salescli.commands.handing import read_handed, read_typed
from salescli.commands.options import event_options, format_option, writer_options
from salescli.commands.output import print_rows
from salescli.commands.revision import rev_option
from salescli.model.calendar import format_instant
from salescli.model.events import Mailed
from salescli.report.text.listing import Column
from salescli.report.text.numbers import clean_text
from salescli.store.mailtext import parse_mails, parse_patterns
from salescli.workspace import mails
from salescli.workspace.inner import open_record
from salescli.workspace.mailimport import MailImport, import_mails
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

RECORD = click.argument("record", metavar="RECORD")
MAX_MAILBOX = 100 * 1024 * 1024  # bytes; one mail has at most 25 MB


@click.group()
def mail() -> None:
    """Mails of a deal or lead.

    RECORD is a deal or lead: an id, an exact title, or the first characters of an id.
    """


@mail.command()
@RECORD
@click.option("--direction", default="out", show_default=True, metavar="in|out", help="Whose way.")
@click.option("--from", "sender", metavar="ADDRESS", help="Who wrote; left out: we or the client.")
@click.option("--to", multiple=True, metavar="ADDRESS", help="To whom; left out: the other one.")
@click.option("--cc", multiple=True, metavar="ADDRESS", help="Who got a copy.")
@click.option("--subject", default="", metavar="TEXT", help="What about.")
@click.option("--text", default="", metavar="TEXT|-", help="What it says; - reads stdin.")
@event_options
@click.pass_obj
def log(
    app: App,
    /,
    record: str,
    direction: str,
    sender: str | None,
    to: tuple[str, ...],
    cc: tuple[str, ...],
    subject: str,
    text: str,
    actor: str | None,
    at: str | None,
    dry_run: bool,
) -> None:
    """Write a mail down by hand. An ADDRESS may be the name of a client or of one of us.

    Example: salescli mail log 7k2m --subject "Our proposal" --text "Attached is …"
    """
    typed = mails.TypedMail(
        direction=direction, sender=sender, to=to, cc=cc, subject=subject, text=read_typed(text)
    )

    def action(session: Session) -> Outcome:
        return mails.log_mail(session, open_record(session, record), typed)

    app.write("mail log", action, actor=actor, at=at, dry_run=dry_run)


@mail.command("import")
@click.argument("file", metavar="FILE|-")
@click.argument("record", required=False, metavar="[RECORD]")
@click.option("--redact", multiple=True, metavar="PATTERN", help="Leave out of subject and text.")
@click.option("--skip-errors", is_flag=True, help="Take the others where a mail can't be taken.")
@click.option("--large", is_flag=True, help="Take attachments of over 10 MB.")
@writer_options
@click.pass_obj
def import_(
    app: App,
    /,
    file: str,
    record: str | None,
    redact: tuple[str, ...],
    skip_errors: bool,
    large: bool,
    actor: str | None,
    dry_run: bool,
) -> None:
    """Import mails from an .eml or .mbox; each finds its deal or lead by its addresses.

    All or nothing, unless --skip-errors. A mail that is there already is passed over. Prints the
    ids of those that came in.

    Example: salescli mail import inquiry.eml
    """
    patterns = parse_patterns(redact)
    opened = parse_mails(read_handed(app, file, MAX_MAILBOX, "split it into smaller ones"))

    def action(session: Session) -> Outcome:
        how = MailImport(
            file=file,
            record=open_record(session, record) if record else None,
            patterns=patterns,
            skip_errors=skip_errors,
            is_large=large,
        )
        return import_mails(session, opened, how)

    outcome = app.write("mail import", action, actor=actor, dry_run=dry_run)
    for words in outcome.words if dry_run else ():
        say(words)


@mail.command("list")
@RECORD
@format_option()
@rev_option
@click.pass_obj
def list_(app: App, /, record: str, format_: str) -> None:
    """The mails of a deal or lead."""
    with app.reading() as session:
        opened = open_record(session, record)
        found = sorted(mails.list_mails(opened), key=lambda event: (event.at, event.id))
        calendar = session.calendar
    columns = [
        Column("mail", "Id", kind="id"),
        Column("at", "When", kind="day"),
        Column("direction", "Way"),
        Column("who", "Who"),
        Column("subject", "Subject"),
        Column("files", "Files", "right", "number"),
    ]
    if format_ == "csv":
        columns = [Column(name, name) for name in ROW_NAMES]
    rows = [_row(one) for one in found]
    shown = [
        {
            **row,
            "at": calendar.format_local(one.at)[:16],
            "who": one.from_ if one.direction == "in" else ", ".join(one.to),
            "files": len(one.attachments) or None,
        }
        for row, one in zip(rows, found, strict=True)
    ]
    print_rows(
        app,
        rows,
        columns,
        format_,
        schema="salescli/mails@1",
        empty=f"{opened.facts.title} has no mails yet.",
        shown=shown,
    )


ROW_NAMES = "mail at direction from to cc subject excerpt message_id file attachments".split()


def _row(one: Mailed) -> dict[str, Any]:
    return {
        "mail": one.mail,
        "at": format_instant(one.at),
        "direction": one.direction,
        "from": one.from_,
        "to": list(one.to),
        "cc": list(one.cc),
        "subject": one.subject,
        "excerpt": one.excerpt,
        "message_id": one.message_id,
        "file": one.file,
        "attachments": list(one.attachments),
    }


@mail.command()
@click.argument("mail", metavar="MAIL")
@rev_option
@click.pass_obj
def show(app: App, /, mail: str) -> None:
    """One mail with its whole text. MAIL is its id or the first characters of it."""
    with app.reading() as session:
        event, record = mails.find_mail(session, mail)
        text = mails.read_mail_text(session, record, event)
        calendar = session.calendar
    heads = {
        "Id": event.mail,
        "On": record.facts.title,
        "Date": calendar.format_local(event.at),
        "From": event.from_,
        "To": ", ".join(event.to),
        "Cc": ", ".join(event.cc),
        "Subject": event.subject,
        "Files": ", ".join(event.attachments),
    }
    for name, value in heads.items():
        if value:
            click.echo(f"{name + ':':<9}{clean_text(value)}")
    click.echo()
    for line in text.split("\n"):
        click.echo(clean_text(line))
