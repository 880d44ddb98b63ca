"""`salescli doctor`: this machine, and the clone."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from salescli.commands.app import App, say
from salescli.model.errors import NotFound
from salescli.model.exitcodes import ExitCode
from salescli.report.text.json_text import format_json
from salescli.report.text.numbers import clean_text
from salescli.workspace.doctoring import Sign, examine_machine

SCHEMA = "salescli/doctor@1"


@click.command()
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json"]),
    default="table",
    help="How to print it.",
)
@click.pass_obj
def doctor(app: App, /, format_: str) -> int:
    """Tell whether this machine can hold a store, and what to mend.

    Works without a store, too. Exit code: 1 if something must be mended, else 0.
    """
    signs = examine_machine(app.surroundings, _root(app), sys.stdout.encoding or "ascii")
    if format_ == "json":
        entries = [
            {"name": s.name, "state": s.state, "text": s.text, "hint": s.hint or None}
            for s in signs
        ]
        click.echo(format_json({"schema": SCHEMA, "signs": entries}))
    else:
        for line in lines_of(signs):
            click.echo(line)
    count = sum(sign.state == "mend" for sign in signs)
    if count:
        say(f"{count} {'thing' if count == 1 else 'things'} to mend.")
    return ExitCode.REFUSED if count else ExitCode.DONE


def _root(app: App) -> Path | None:
    """The store, None where there is none; a folder that was named must hold one."""
    try:
        return app.root
    except NotFound:
        if app.store_directory is not None:
            raise
        return None


def lines_of(signs: Sequence[Sign]) -> Iterator[str]:
    """One line a sign: its state, its name, what was seen; what to do stands below."""
    width = max(len(sign.name) for sign in signs)
    for sign in signs:
        yield clean_text(f"{sign.state:<4}  {sign.name:<{width}}  {sign.text}")
        if sign.hint and sign.state != "ok":
            yield clean_text(f"{'':<{width + 8}}{sign.hint}")
