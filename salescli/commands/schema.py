"""`salescli schema`: JSON Schema of the files of a store, for editors. Needs no store."""

import posixpath
from collections.abc import Sequence

import click

from salescli.commands.app import App, say
from salescli.commands.options import format_option
from salescli.commands.output import print_document, print_rows, write_outside
from salescli.report.text.json_text import format_json
from salescli.report.text.listing import Column
from salescli.workspace.schemas import TYPES, build_schema_named, files_of

SUFFIX = ".schema.json"


@click.command()
@click.argument("name", required=False)
@click.option("--output", metavar="DIR", help="Write it there as NAME.schema.json, or all.")
@format_option("table", "json")
@click.pass_obj
def schema(app: App, /, name: str | None, output: str | None, format_: str) -> None:
    """JSON Schema of a kind of file, for editors; without NAME the kinds there are.

    An editor with a YAML language server checks, completes and explains a file whose first line
    says where its schema is. Nothing is written but into the folder of --output.
    """
    if output is not None:
        write_schemas(app, output, list(TYPES) if name is None else [name])
    elif name is not None:
        print_document(build_schema_named(name))
    else:
        list_schemas(app, format_)


def list_schemas(app: App, format_: str) -> None:
    """Print the kinds of file that have a schema."""
    columns = [Column("schema", "Schema", kind="id"), Column("files", "Files")]
    rows = [{"schema": kind, "files": files_of(kind)} for kind in TYPES]
    print_rows(app, rows, columns, format_, schema="salescli/schemas@1")


def write_schemas(app: App, folder: str, names: Sequence[str]) -> None:
    """Write schemas into a folder, which is made; their paths go to stdout."""
    texts = {name: format_json(build_schema_named(name)) for name in names}
    for name, text in texts.items():
        path = posixpath.join(folder, name + SUFFIX)
        write_outside(app, path, f"{text}\n".encode(), make_folder=True)
        click.echo(path)
    first = names[0]
    say(f"The first line of {files_of(first)}, for editors:\n  {modeline(folder, first)}")


def modeline(folder: str, name: str) -> str:
    """The comment by which an editor finds the schema; `folder` as seen from the store."""
    path = posixpath.join(folder, name + SUFFIX)
    if not posixpath.isabs(path):
        path = posixpath.relpath(path, posixpath.dirname(files_of(name)) or ".")
    return f"# yaml-language-server: $schema={path}"
