"""`salescli git`: what a clone needs to merge records by field, and what git calls for that."""

import click

from salescli.commands.app import App, say
from salescli.commands.findings import wrapped
from salescli.workspace import gitsetup
from salescli.workspace.mergedriver import Three, drive_merge, tell_outcome
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session


@click.group()
def git() -> None:
    """Set up a clone so that git merges records by field."""


@git.command()
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.option("--dry-run", is_flag=True, help="Show what would be set, write nothing.")
@click.pass_obj
def setup(app: App, /, yes: bool, dry_run: bool) -> None:
    """Let git merge the records of this clone by field.

    Adds the lines that .gitattributes and .gitignore of the store lack, and sets the merge driver
    in the settings of this clone: the command that git runs then on a file that both sides changed.
    Every clone is set up by itself, since git takes no program over from another.
    """
    driver = gitsetup.build_driver(app.surroundings.environ.get("PATH"))
    missing = gitsetup.find_missing(app.root, driver)
    if missing.is_nothing:
        say("This clone merges by field already.")
        return
    for key, value in missing.settings.items():
        click.echo("\n".join([f"git config --local {key}", *wrapped(value, "  ")]))
    if missing.lines and not dry_run:
        for path, lines in missing.lines.items():
            click.echo("\n".join([path, *(f"  {line}" for line in lines)]))
    if not yes and not dry_run:
        app.confirm("Write this into the clone?", "salescli git setup")

    def add(session: Session) -> Outcome:
        return gitsetup.add_lines(session, missing)

    if missing.lines:
        app.write("git setup", add, dry_run=dry_run, needs_actor=False)
    if dry_run:
        return
    gitsetup.write_settings(app.root, missing.settings)
    committed = " Commit what is new in its files." if missing.lines else ""
    say(f"This clone merges by field now.{committed} salescli doctor looks at it.")


@git.command("merge-driver", hidden=True)
@click.argument("base", metavar="%O")
@click.argument("ours", metavar="%A")
@click.argument("theirs", metavar="%B")
@click.argument("path", metavar="%P")
@click.pass_obj
def merge_driver(app: App, /, base: str, ours: str, theirs: str, path: str) -> int:
    """Merge three versions of a file into %A; git calls it.

    Exit code: 0 if all is merged, 1 if markers stand in the file around what both sides changed.
    """
    top = app.surroundings.directory
    three = Three(top / base, top / ours, top / theirs)
    outcome = drive_merge(top, three, path, app.surroundings.environ)
    for line in tell_outcome(outcome):
        say(line)
    return 0 if outcome.is_merged else 1
