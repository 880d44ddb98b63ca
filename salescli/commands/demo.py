"""`salescli demo`: the example store."""

import click

from salescli.commands.app import App, build_changeset, say
from salescli.model.errors import Refused, finding
from salescli.workspace.demo import CHAPTERS, last_day, tell_chapter
from salescli.workspace.initialising import refuse_store


@click.command()
@click.argument("directory", metavar="DIR")
@click.option("--until", metavar="DAY", help="The day that it is made for; today.")
@click.option("--seed", default=1, show_default=True, help="Another seed, another store.")
@click.pass_obj
def demo(app: App, /, directory: str, until: str | None, seed: int) -> None:
    """Write a lively example store into DIR: a developer's year of selling flats.

    The same seed and day make the same bytes.
    """
    root = (app.surroundings.directory / directory).resolve()
    if root.is_dir() and any(root.iterdir()):
        raise Refused(
            finding("not-empty", f"{directory} is not empty", hint="give a folder that isn't there")
        )
    day = last_day(until, app.surroundings.now().date())
    refuse_store(root)  # before anything is made for one
    root.mkdir(parents=True, exist_ok=True)
    for number in range(len(CHAPTERS)):
        with app.transaction(root, "demo") as staged:
            chapter = tell_chapter(number, staged, day, seed)
            who = chapter.session.actor
            changes = build_changeset(chapter.session, chapter.outcome, "demo", who)
            staged.apply(changes)
        for words in chapter.outcome.words:
            say(words)
    say(f"Look around: salescli -C {directory} report funnel")
