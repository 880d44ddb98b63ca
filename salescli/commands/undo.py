"""`salescli undo | redo | log`: whole commands taken back and brought back."""

from typing import Any

import click

from salescli.commands.app import App, build_changeset, show_dry_run, tell
from salescli.commands.options import format_option, writer_options
from salescli.commands.output import print_rows
from salescli.report.text.listing import Column
from salescli.store.journal import apply_changeset
from salescli.store.undolog import read_entries
from salescli.workspace.session import Session
from salescli.workspace.undoing import redo_last, undo_last


@click.command()
@writer_options
@click.pass_obj
def undo(app: App, /, actor: str | None, dry_run: bool) -> None:
    """Take the last command back, whole. Histories keep their lines: they are voided."""
    _revert(app, "undo", undo_last, actor, dry_run)


@click.command()
@writer_options
@click.pass_obj
def redo(app: App, /, actor: str | None, dry_run: bool) -> None:
    """Bring back the command that was undone last, if nothing came after it."""
    _revert(app, "redo", redo_last, actor, dry_run)


def _revert(app: App, kind: Any, plan: Any, actor: str | None, dry_run: bool) -> None:
    root = app.root
    with app.transaction(root) as staged:
        session = Session(staged, app.surroundings, actor=actor)
        session.refuse_newer_format()
        outcome, entry = plan(session)
        changes = build_changeset(
            session, outcome, kind, session.actor, kind=kind, reverts=entry.id
        )
        if not dry_run:
            apply_changeset(staged.fs, root, changes)
    if dry_run:
        show_dry_run(changes)
    else:
        tell(outcome)


@click.command()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(min=1))
@format_option()
@click.pass_obj
def log(app: App, /, limit: int, format_: str) -> None:
    """The last commands on this store, newest first, and whether they were taken back."""
    entries = read_entries(app.root)[:limit]
    rows = [
        {
            "at": f"{entry.at:%Y-%m-%dT%H:%M:%SZ}",
            "actor": entry.actor,
            "command": entry.command,
            "words": entry.words,
            "files": entry.file_count,
            "state": entry.state,
        }
        for entry in entries
    ]
    columns = [
        Column("at", "When"),
        Column("actor", "Who"),
        Column("words", "What"),
        Column("files", "Files", "right", "number"),
        Column("state", "State"),
    ]
    empty = "No command has run here yet."
    print_rows(app, rows, columns, format_, schema="salescli/log@1", empty=empty)
