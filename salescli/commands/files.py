"""`salescli file attach | list | open | detach`: files and links of a deal or lead."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path, PurePath
from typing import Any

import click

from salescli.commands.app import App, say
from salescli.commands.handing import read_handed
from salescli.commands.options import event_options, format_option, writer_options
from salescli.commands.output import print_rows
from salescli.commands.revision import rev_option
from salescli.model.calendar import format_instant
from salescli.model.correspondence import AttachedFile, build_files
from salescli.report.text.listing import Column
from salescli.report.text.numbers import clean_text, format_number_of
from salescli.report.text.wording import format_bytes
from salescli.workspace import attachments
from salescli.workspace.inner import open_record
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

RECORD = click.argument("record", metavar="RECORD")
# Files that an opener would run: their path is printed, the rest is for whoever wants that.
PROGRAMS = frozenset(
    ".app .bat .cmd .com .command .cpl .desktop .exe .hta .jar .jnlp .js .lnk .msi .ps1 .py .reg "
    ".scr .sh .url .vbs .wsf".split()
)
LARGER = "--large takes up to 100 MB; --link keeps only where it lies"


@click.group()
def file() -> None:
    """Files and links of a deal or lead.

    RECORD is a deal or lead: an id, an exact title, or the first characters of an id.
    """


@file.command()
@RECORD
@click.argument("path", metavar="PATH|-")
@click.option("--name", metavar="NAME", help="Its name there, if not the one it has.")
@click.option("--title", metavar="TEXT", help="What it is, in words.")
@click.option("--large", is_flag=True, help="Take a file of over 10 MB.")
@click.option("--link", is_flag=True, help="Keep PATH, or a web address, as it is; copy nothing.")
@event_options
@click.pass_obj
def attach(
    app: App,
    /,
    record: str,
    path: str,
    name: str | None,
    title: str | None,
    large: bool,
    link: bool,
    actor: str | None,
    at: str | None,
    dry_run: bool,
) -> None:
    """Copy a file into a deal or lead; - reads it from stdin and wants --name.

    Example: salescli file attach 7k2m proposal.pdf --title "Our proposal"
    """
    if link and (name or large):
        raise click.UsageError("--link copies nothing, so it takes no --name and no --large")
    if path == "-" and not name and not link:
        raise click.UsageError("what comes from stdin has no name: add --name NAME")
    limit = attachments.MAX_LARGE if large else attachments.MAX_PLAIN
    hint = "" if large else LARGER
    data = b"" if link else read_handed(app, path, limit, hint)

    def action(session: Session) -> Outcome:
        opened = open_record(session, record)
        if link:
            return attachments.attach_link(session, opened, path, title)
        return attachments.attach_file(session, opened, name or PurePath(path).name, data, title)

    app.write("file attach", action, actor=actor, at=at, dry_run=dry_run)


@file.command("list")
@RECORD
@format_option()
@rev_option
@click.pass_obj
def list_(app: App, /, record: str, format_: str) -> None:
    """The files and links of a deal or lead."""
    with app.reading() as session:
        opened = open_record(session, record)
        found = list(build_files(opened.live).values())
        calendar = session.calendar
    columns = [
        Column("name", "Name"),
        Column("title", "Title"),
        Column("bytes", "Size", "right", "number"),
        Column("at", "When", kind="day"),
        Column("by", "Who"),
    ]
    if format_ == "csv":
        columns = [Column(name, name) for name in ROW_NAMES]
    rows = [_row(one) for one in found]
    shown = [
        {
            **row,
            "bytes": "link" if one.bytes is None else format_bytes(one.bytes),
            "at": calendar.format_local(one.at)[:16],
        }
        for row, one in zip(rows, found, strict=True)
    ]
    print_rows(
        app,
        rows,
        columns,
        format_,
        schema="salescli/files@1",
        empty=f"{opened.facts.title} has no files yet.",
        shown=shown,
    )
    if format_ == "table" and found:
        size = sum(one.bytes or 0 for one in found)
        say(f"{format_number_of(len(found), 'file')}, {format_bytes(size)}.")


ROW_NAMES = ("name", "title", "file", "url", "bytes", "sha256", "at", "by")


def _row(one: AttachedFile) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title,
        "file": one.file,
        "url": one.url,
        "bytes": one.bytes,
        "sha256": one.sha256,
        "at": format_instant(one.at),
        "by": one.by,
    }


@file.command("open")
@RECORD
@click.argument("name", required=False, metavar="[NAME]")
@rev_option
@click.pass_obj
def open_(app: App, /, record: str, name: str | None) -> None:
    """Open a file with the system's program; without a terminal print where it lies.

    NAME is its name, title, or a part of one; not needed where there is one file alone. With --rev
    a copy is made beside the store, among the system's temporary files.
    """
    with app.reading() as session:
        opened = open_record(session, record)
        one = attachments.find_file(opened, name)
        where = one.url or attachments.locate_file(session, opened, one)
        if app.revision is not None and not one.url:
            where = _copied(
                PurePath(one.file or "").name, attachments.read_attached(session, opened, one)
            )
    is_safe = attachments.is_openable(where) if one.url else not _is_program(one.name)
    opener = _opener()
    if not app.surroundings.is_terminal or not is_safe or opener is None:
        click.echo(clean_text(where))
        if app.surroundings.is_terminal and not is_safe:
            say("It may be a program, so it was not opened.")
        return
    if why := run_opener(opener, where):
        click.echo(clean_text(where))
        say(f"{opener} did not open it: {why}.")


def _copied(name: str, data: bytes) -> str:
    """Where a copy of a file lies that is not in the work tree; the system clears it away."""
    path = Path(tempfile.mkdtemp(prefix="salescli-")) / name
    path.write_bytes(data)
    return str(path)


def _is_program(name: str) -> bool:
    return PurePath(name).suffix.lower() in PROGRAMS


def _opener() -> str | None:
    return shutil.which("open" if sys.platform == "darwin" else "xdg-open")


def run_opener(opener: str, where: str) -> str:
    """Hand a path or address to the system, as an argument of its own; says why that failed."""
    try:
        done = subprocess.run([opener, where], stdin=subprocess.DEVNULL, check=False)
    except OSError as error:
        return error.strerror or str(error)
    return f"it left with {done.returncode}" if done.returncode else ""


@file.command()
@RECORD
@click.argument("name", metavar="NAME")
@writer_options
@click.pass_obj
def detach(app: App, /, record: str, name: str, actor: str | None, dry_run: bool) -> None:
    """Take a file or link off a deal or lead: its event is voided, the file goes."""

    def action(session: Session) -> Outcome:
        return attachments.detach_file(session, open_record(session, record), name)

    app.write("file detach", action, actor=actor, dry_run=dry_run)
