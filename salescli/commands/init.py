"""`salescli init`: a new store."""

from collections.abc import Iterator
from pathlib import Path

import click

from salescli.commands.app import App, say, show_dry_run
from salescli.store.changeset import ChangeSet
from salescli.store.files import RealFileSystem
from salescli.store.transaction import Transaction
from salescli.workspace import gitsetup, initialising
from salescli.workspace.git import commit_all, init_repository
from salescli.workspace.outcome import Outcome


@click.command()
@click.argument("directory", default=".", metavar="[DIR]")
@click.option("--name", metavar="TEXT", help="What the company is called; else the folder's name.")
@click.option("--currency", metavar="CODE", help="For amounts typed without one, like EUR.")
@click.option("--time-zone", metavar="ZONE", help="Cuts days; the machine's by default.")
@click.option("--process", default="real-estate", show_default=True, help="Of new deals.")
@click.option(
    "--start-process",
    type=click.Choice(["never", "from-lead", "always"]),
    default="from-lead",
    show_default=True,
    help="On which new deals the process starts by itself.",
)
@click.option("--git", is_flag=True, help="Make it a git repository too, that merges by field.")
@click.option("--commit", is_flag=True, help="With --git: make the first commit.")
@click.option("--dry-run", is_flag=True, help="Show the diff, write nothing.")
@click.pass_obj
def init(
    app: App,
    /,
    directory: str,
    name: str | None,
    currency: str | None,
    time_zone: str | None,
    process: str,
    start_process: str,
    git: bool,
    commit: bool,
    dry_run: bool,
) -> None:
    """Make a store in DIR: settings, team, dictionaries, processes, all written out."""
    if commit and not git:
        raise click.UsageError("--commit goes with --git")
    if not directory.strip():
        raise click.UsageError("DIR is empty: name a folder, or leave it out for this one")
    root = (app.surroundings.directory / (app.store_directory or "") / directory).resolve()
    zone = time_zone or initialising.local_time_zone(app.surroundings.environ.get("TZ"))
    settings = initialising.build_settings(
        name or root.name or "sales", currency, zone, process, start_process
    )
    files = RealFileSystem()
    initialising.refuse_store(root)  # before anything is made for one
    if dry_run:
        show_dry_run(build(app, Transaction(files, root), settings)[1])
        return
    root.mkdir(parents=True, exist_ok=True)
    with app.transaction(root, "init") as staged:
        outcome, changes = build(app, staged, settings)
        staged.apply(changes)
    words = list(outcome.words)
    if git:
        words += begin_git(app, root, commit)
    if commit:
        words.append(commit_all(root, [change.path for change in changes.changes]))
    for line in words:
        say(line)


def begin_git(app: App, root: Path, commits: bool) -> Iterator[str]:
    """Make the folder a repository that merges records by field; one that is there stays as it is.

    What is told of it, in words.
    """
    if not init_repository(root):
        yield "It lies in a git repository already: salescli git setup lets it merge by field."
        return
    driver = gitsetup.build_driver(app.surroundings.environ.get("PATH"))
    gitsetup.write_settings(root, gitsetup.find_missing(root, driver).settings)
    waits = "" if commits else "; nothing is committed yet"
    yield f"A git repository is ready, and merges by field{waits}."


def build(
    app: App, staged: Transaction, settings: initialising.Settings
) -> tuple[Outcome, ChangeSet]:
    """Stage a new store: what is said of it, and all of its files."""
    outcome = initialising.init_store(staged, app.surroundings, settings)
    person, _ = initialising.acting_person(app.surroundings)
    at = app.surroundings.now()
    return outcome, staged.changeset(outcome.title, "init", person, at, outcome.ids)
