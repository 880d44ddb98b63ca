"""`salescli export`: records as data for other programs, and a whole store without loss."""

import click

from salescli.commands.app import App, say
from salescli.commands.output import print_pieces
from salescli.report.numbers import format_number_of
from salescli.workspace.exporting.dumping import dump_store, plan_dump


@click.group()
def export() -> None:
    """Records and whole stores for other programs."""


@export.command("store")
@click.pass_obj
def store(app: App, /) -> None:
    """Write the whole store as JSON Lines, without loss: `import store` makes it again."""
    with app.reading() as session:
        dump = plan_dump(session)
        print_pieces(dump_store(session, dump))
    files = len(dump.catalogues) + len(dump.records)
    said = f"{session.settings.name}: {format_number_of(files, 'file')}."
    if dump.strays:
        said += f" Left out is what no store has: {', '.join(dump.strays)}."
    say(said)
