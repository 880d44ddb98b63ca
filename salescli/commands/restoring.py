"""`salescli import store`: a whole store from what `export store` wrote."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click

from salescli.commands.app import App, say, show_dry_run
from salescli.model.errors import NotFound, finding
from salescli.store import layout
from salescli.store.changeset import ChangeSet
from salescli.store.files import RealFileSystem, build_failure
from salescli.store.outside import not_regular
from salescli.store.transaction import Transaction
from salescli.workspace.exporting.restoring import refuse_records, restore_store
from salescli.workspace.initialising import acting_person, refuse_store
from salescli.workspace.outcome import Outcome


@click.command("store")
@click.argument("file", metavar="FILE")
@click.argument("directory", default=".", metavar="[DIR]")
@click.option("--dry-run", is_flag=True, help="Show the diff, write nothing.")
@click.pass_obj
def import_store(app: App, /, file: str, directory: str, dry_run: bool) -> None:
    """Make the store in DIR that FILE holds (- is stdin), as `export store` wrote it.

    The same ids, histories and bytes, or nothing. DIR is a new folder, or a store without records,
    whose settings and catalogues are replaced.
    """
    root = (app.surroundings.directory / (app.store_directory or "") / directory).resolve()
    if (root / layout.SETTINGS).exists():
        refuse_records(Transaction(RealFileSystem(), root))
    else:
        refuse_store(root)  # before anything is made for one
    outcome, changes = _build(app, Transaction(RealFileSystem(), root), file)
    if dry_run:
        show_dry_run(changes)
        return
    root.mkdir(parents=True, exist_ok=True)
    with app.transaction(root, "import store") as staged:
        refuse_records(staged)  # nobody may have been quicker
        staged.apply(changes)
    for words in outcome.words:
        say(words)
    app.commit(root, changes)


def _build(app: App, staged: Transaction, file: str) -> tuple[Outcome, ChangeSet]:
    """Stage the store: what is said of it, and all of its files."""
    with _lines(app, file) as lines:
        outcome = restore_store(staged, lines, file)
    person, _ = acting_person(app.surroundings)
    at = app.surroundings.now()
    return outcome, staged.changeset(outcome.title, "import store", person, at)


@contextmanager
def _lines(app: App, file: str) -> Iterator[Iterable[bytes]]:
    if file == "-":
        yield sys.stdin.buffer
        return
    try:
        with (app.surroundings.directory / file).open("rb") as source:
            yield source
    except FileNotFoundError:
        raise NotFound(finding("no-such-file", f"there is no file {file}")) from None
    except IsADirectoryError:
        raise not_regular(file) from None
    except OSError as error:
        raise build_failure(error, file) from None
