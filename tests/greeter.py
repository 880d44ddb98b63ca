"""A command of a few lines, with the shape of the real one, for the tests of transcripts."""

from collections.abc import Sequence

import click

from salescli.model.errors import NotFound, SalesError, finding
from salescli.model.surroundings import Surroundings


@click.group()
@click.option("--loud", is_flag=True, help="In capitals.")
@click.pass_context
def greeter(context: click.Context, loud: bool) -> None:
    """Greet people."""
    context.meta["loud"] = loud


@greeter.command()
@click.argument("name")
def greet(name: str) -> None:
    """Greet one of them."""
    if name == "nobody":
        raise NotFound(finding("no-person", "There is nobody.\n\nNobody at all."))
    click.echo(f"Hello {name}")
    click.echo("It is polite.\nNext: go", err=True)


@greeter.command()
@click.pass_obj
def now(surroundings: Surroundings) -> None:
    """Print the instant."""
    click.echo(surroundings.now().isoformat())


@greeter.command(name="id")
@click.pass_obj
def random_id(surroundings: Surroundings) -> None:
    """Print a new id."""
    click.echo(surroundings.random_bytes(4).hex())


@greeter.command()
@click.pass_obj
def where(surroundings: Surroundings) -> None:
    """Print the directory and who asks."""
    click.echo(f"{surroundings.directory} {surroundings.environ.get('WHO', 'unknown')}")


def main(arguments: Sequence[str], surroundings: Surroundings) -> int:
    """Run it; errors become words and exit codes here."""
    try:
        greeter.main(list(arguments), "salescli", standalone_mode=False, obj=surroundings)
    except SalesError as error:
        click.echo(str(error), err=True)
        return error.exit_code
    return 0
