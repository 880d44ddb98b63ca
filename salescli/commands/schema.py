"""`salescli schema`: JSON Schema of files and of what commands print. Needs no store."""

import posixpath
from collections.abc import Sequence

import click

from salescli.commands.app import App, say
from salescli.commands.options import format_option
from salescli.commands.output import print_document, print_rows, write_outside
from salescli.report.text.json_text import format_json
from salescli.report.text.listing import Column
from salescli.workspace.schemas import (
    SCHEMAS,
    build_schema_named,
    files_of,
    is_of_files,
    told_of,
)

SUFFIX = ".schema.json"


@click.command()
@click.argument("name", required=False)
@click.option("--output", metavar="DIR", help="Write it there as NAME.schema.json, or all.")
@format_option("table", "json")
@click.pass_obj
def schema(app: App, /, name: str | None, output: str | None, format_: str) -> None:
    """JSON Schema of a kind of file or of a document; without NAME all there are.

    Kinds of file (process, team) are for editors: one with a YAML language server checks,
    completes and explains a file whose first line says where its schema is. Documents
    (opportunities@1) are what commands print with --format json, which say themselves which they
    are; a line of --format jsonl is a record of the list. Nothing is written but into the folder
    of --output.

    Example: salescli schema opportunities@1
    """
    if output is not None:
        write_schemas(app, output, list(SCHEMAS) if name is None else [name])
    elif name is not None:
        print_document(build_schema_named(name))
    else:
        list_schemas(app, format_)


def list_schemas(app: App, format_: str) -> None:
    """Print the schemas there are: of files, then of documents."""
    columns = [Column("schema", "Schema", kind="id"), Column("files", "Of")]
    rows = [
        {"schema": one, "files": files_of(one) if is_of_files(one) else None, "holds": told_of(one)}
        for one in SCHEMAS
    ]
    shown = [row | {"files": row["files"] or row["holds"]} for row in rows]
    print_rows(app, rows, columns, format_, schema="salescli/schemas@1", shown=shown)


def write_schemas(app: App, folder: str, names: Sequence[str]) -> None:
    """Write schemas into a folder, which is made; their paths go to stdout."""
    texts = {name: format_json(build_schema_named(name)) for name in names}
    for name, text in texts.items():
        path = posixpath.join(folder, name + SUFFIX)
        write_outside(app, path, f"{text}\n".encode(), make_folder=True)
        click.echo(path)
    files = [name for name in names if is_of_files(name)]
    if not files:
        return
    first = files[0]
    say(f"The first line of {files_of(first)}, for editors:\n  {modeline(folder, first)}")


def modeline(folder: str, name: str) -> str:
    """The comment by which an editor finds the schema; `folder` as seen from the store."""
    path = posixpath.join(folder, name + SUFFIX)
    if not posixpath.isabs(path):
        path = posixpath.relpath(path, posixpath.dirname(files_of(name)) or ".")
    return f"# yaml-language-server: $schema={path}"
