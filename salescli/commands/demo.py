"""`salescli demo`: the example store."""

import click

from salescli.commands.app import App, build_changeset, say
from salescli.model.errors import Refused, WrongUsage, finding
from salescli.store.journal import apply_changeset
from salescli.workspace.demo import Demo


@click.command()
@click.argument("directory", metavar="DIR")
@click.option("--until", metavar="DAY", help="Last day of the year that it makes; today.")
@click.option("--seed", default=1, show_default=True, help="Another seed, another store.")
@click.pass_obj
def demo(app: App, /, directory: str, until: str | None, seed: int) -> None:
    """Write a lively example store into DIR: a developer's year of selling flats.

    The same seed and day make the same bytes.
    """
    from datetime import date

    from salescli.workspace.initialising import refuse_store

    root = (app.surroundings.directory / directory).resolve()
    if root.is_dir() and any(root.iterdir()):
        raise Refused(
            finding("not-empty", f"{directory} is not empty", hint="give a folder that isn't there")
        )
    try:
        day = date.fromisoformat(until) if until else app.surroundings.now().date()
    except ValueError:
        raise WrongUsage(
            finding("not-a-day", f"{until!r} is not a day", hint="write it like 2026-12-15")
        ) from None
    refuse_store(root)  # before anything is made for one
    root.mkdir(parents=True, exist_ok=True)
    with app.transaction(root) as staged:
        example = Demo(staged, day, seed)
        outcome = example.run()
        apply_changeset(
            staged.fs, root, build_changeset(example.session, outcome, "demo", "marta-ozola")
        )
    for words in outcome.words:
        say(words)
    say(f"Look around: salescli -C {directory} report funnel")
