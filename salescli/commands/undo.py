"""`salescli undo | redo | log`: whole commands taken back and brought back."""

from functools import partial
from typing import Any

import click

from salescli.commands.app import App, build_changeset, say, show_dry_run, tell
from salescli.commands.options import format_option, writer_options
from salescli.commands.output import print_rows, store_columns
from salescli.commands.stores import store_options
from salescli.report.text.listing import Column
from salescli.store.changeset import Write
from salescli.store.textchecks import has_markers
from salescli.workspace.checking.again import broken_by
from salescli.workspace.logs import list_commands, list_commits
from salescli.workspace.mergefinish import unresolve
from salescli.workspace.session import Session
from salescli.workspace.undoing import redo_last, undo_last


@click.command()
@click.option("--skip", is_flag=True, help="Pass over what can't be taken back any more.")
@writer_options
@click.pass_obj
def undo(app: App, /, skip: bool, actor: str | None, dry_run: bool) -> None:
    """Take the last command back, whole. Histories keep their lines: they are voided."""
    _revert(app, "undo", partial(undo_last, skips=skip), actor, dry_run)


@click.command()
@writer_options
@click.pass_obj
def redo(app: App, /, actor: str | None, dry_run: bool) -> None:
    """Bring back the command that was undone last, if nothing came after it."""
    _revert(app, "redo", redo_last, actor, dry_run)


def _revert(app: App, kind: Any, plan: Any, actor: str | None, dry_run: bool) -> None:
    root = app.root
    with app.transaction(root, kind) as staged:
        session = Session(staged, app.surroundings, actor=actor)
        session.refuse_newer_format()
        outcome, entry = plan(session)
        broken = broken_by(session, entry)
        changes = build_changeset(
            session, outcome, kind, session.actor, kind=kind, reverts=entry.id
        )
        if not dry_run:
            staged.apply(changes)
    if dry_run:
        show_dry_run(changes)
    else:
        back = [one.path for one in changes.changes if isinstance(one, Write) and is_open(one)]
        unresolve(root, app.surroundings.environ, back)
        tell(outcome)
        for line in broken:
            say(line)
        app.commit(root, changes)


def is_open(change: Write) -> bool:
    """Whether a file clashes again with which a merge was through."""
    return has_markers(change.after)


@click.command()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(min=1))
@click.option("--git", "from_git", is_flag=True, help="The commits of this store instead.")
@store_options
@format_option()
@click.pass_obj
def log(app: App, /, limit: int, from_git: bool, format_: str) -> None:
    """The last commands on this store, newest first, and whether they were taken back.

    Commands are of this clone alone; --git has what everybody committed. Those of several stores
    stand in one order.
    """
    if app.revision is not None and not from_git:
        raise click.UsageError("--rev is for --git: commands are of this clone, not of a commit")
    if from_git:
        _print_commits(app, limit, format_)
    else:
        _print_commands(app, limit, format_)


def _print_commands(app: App, limit: int, format_: str) -> None:
    columns = [
        Column("at", "When"),
        Column("actor", "Who"),
        Column("words", "What"),
        Column("files", "Files", "right", "number"),
        Column("state", "State"),
    ]
    with app.reading() as session:
        rows = list_commands(session, limit)
        columns = store_columns(session, columns)
    empty = "No command has run here yet."
    print_rows(app, rows, columns, format_, schema="salescli/log@1", empty=empty)


def _print_commits(app: App, limit: int, format_: str) -> None:
    columns = [
        Column("at", "When"),
        Column("author", "Who"),
        Column("subject", "What"),
        Column("records", "Records", "right", "number"),
        Column("commit", "Commit"),
    ]
    is_for_programs = format_ in ("json", "jsonl", "csv")
    with app.reading() as session:
        rows = list_commits(session, limit, app.revision or "HEAD", is_whole=is_for_programs)
        columns = store_columns(session, columns)
    empty = "Nothing of this store is committed yet."
    print_rows(app, rows, columns, format_, schema="salescli/commits@1", empty=empty)
