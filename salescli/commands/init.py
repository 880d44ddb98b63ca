"""`salescli init`: a new store."""

import click

from salescli.commands.app import App, say
from salescli.store.files import RealFileSystem
from salescli.store.journal import apply_changeset
from salescli.store.transaction import writing
from salescli.workspace import initialising
from salescli.workspace.git import commit_all, init_repository
from salescli.workspace.session import Session


@click.command()
@click.argument("directory", default=".", metavar="[DIR]")
@click.option("--name", metavar="TEXT", help="What the company is called; else the folder's name.")
@click.option("--currency", metavar="CODE", help="For amounts typed without one, like EUR.")
@click.option("--time-zone", metavar="ZONE", help="Cuts days; the machine's by default.")
@click.option("--process", default="real-estate", show_default=True, help="Of new deals.")
@click.option("--git", is_flag=True, help="Make it a git repository too.")
@click.option("--commit", is_flag=True, help="With --git: make the first commit.")
@click.pass_obj
def init(
    app: App,
    /,
    directory: str,
    name: str | None,
    currency: str | None,
    time_zone: str | None,
    process: str,
    git: bool,
    commit: bool,
) -> None:
    """Make a store in DIR: settings, team, dictionaries, processes, all written out."""
    if commit and not git:
        raise click.UsageError("--commit goes with --git")
    root = (app.surroundings.directory / directory).resolve()
    zone = time_zone or initialising.local_time_zone(app.surroundings.environ.get("TZ"))
    root.mkdir(parents=True, exist_ok=True)
    files = RealFileSystem()
    with writing(root, timeout_seconds=app.lock_timeout, on_wait=say, fs=files) as staged:
        outcome = initialising.init_store(
            staged,
            app.surroundings,
            name=name or root.name or "sales",
            currency=currency,
            time_zone=zone,
            process=process,
        )
        session = Session(staged, app.surroundings)
        changes = staged.changeset(
            outcome.title, "init", session.known_actor or "", session.now, outcome.ids
        )
        apply_changeset(files, root, changes)
    words = list(outcome.words)
    if git:
        words.append(init_repository(root))
    if commit:
        words.append(commit_all(root, [change.path for change in changes.changes]))
    for line in words:
        say(line)
