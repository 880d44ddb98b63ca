"""Rows and documents to stdout, in the format that was asked for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import islice
from typing import Any

import click

from salescli.commands.app import App, say
from salescli.commands.fields import choose_records
from salescli.model.errors import Failed, finding
from salescli.report.text.json_text import format_json
from salescli.report.text.listing import (
    Column,
    Format,
    format_csv_rows,
    format_json_list,
    format_jsonl,
    format_plain_rows,
    render_rows,
)
from salescli.report.text.numbers import fold_words
from salescli.report.text.recordwords import as_text
from salescli.workspace.session import Session
from salescli.workspace.storerows import with_store

Record = Mapping[str, Any]
PIECES = 500  # written in one go
_STORE = Column("store", "Store")


def store_columns(session: Session, columns: Sequence[Column]) -> list[Column]:
    """The columns of a list, and that of the store where several are listed."""
    return with_store(session, columns, _STORE)


def print_rows(
    app: App,
    records: Sequence[Record],
    columns: Sequence[Column],
    format_: str,
    *,
    schema: str,
    raw: bool = False,
    empty: str = "",
    shown: Sequence[Record] | None = None,
) -> None:
    """Print records as rows of these columns, or as JSON documents.

    On a terminal a table is cut to its width and says so; in a pipe nothing is cut. `shown` are
    the records in words for people, where those differ from the machine's. `--fields` chooses from
    what the schema promises, also what isn't shown unless asked for.
    """
    if app.fields:
        records, columns, shown = _chosen(app.fields, schema, records, columns, shown)
    if format_ == "json":
        print_pieces(format_json_list(schema, schema.partition("/")[2].partition("@")[0], records))
        return
    if format_ == "jsonl":
        print_pieces(format_jsonl(records))
        return
    people = format_ in ("table", "md")
    source = shown if people and shown is not None else records
    rows = ([as_text(record.get(column.name)) for column in columns] for record in source)
    if not source and format_ == "table":
        if empty:
            say(empty)
        return
    if format_ == "csv":
        print_pieces(format_csv_rows(rows, columns, raw=raw))
        return
    if format_ == "table" and not app.surroundings.is_terminal:
        print_pieces(format_plain_rows(rows, columns))
        return
    chosen: Format = "md" if format_ == "md" else "table"
    rendered = render_rows(rows, columns, chosen, width=app.surroundings.width)
    click.echo(rendered.text)
    if rendered.note:
        for line in fold_words(rendered.note, app.surroundings.width):
            say(line)


def _chosen(
    asked: Sequence[str],
    schema: str,
    records: Sequence[Record],
    columns: Sequence[Column],
    shown: Sequence[Record] | None,
) -> tuple[Sequence[Record], Sequence[Column], Sequence[Record] | None]:
    """Records, columns and words of the fields that were asked for."""
    titled = {column.name: column for column in columns}
    known = list(dict.fromkeys([*_promised(schema), *titled]))
    if shown is not None:
        whole = ({**record, **worded} for record, worded in zip(records, shown, strict=True))
        shown = choose_records(asked, known, whole)
    records = choose_records(asked, known, records)
    columns = [titled.get(name) or Column(name, _title_of(name)) for name in asked]
    return records, columns, shown


def choose_listed(app: App, schema: str, records: Sequence[Record]) -> Sequence[Record]:
    """The records of a list that is a part of a document, with the fields that were asked for."""
    return choose_records(app.fields, _promised(schema), records) if app.fields else records


def _promised(schema: str) -> Sequence[str]:
    """The fields that a list's schema promises; loaded when they are asked for alone."""
    contracts: Any = import_module("salescli.model.contracts")
    names: list[str] = contracts.row_names(schema.removeprefix("salescli/"))
    return names


def _title_of(name: str) -> str:
    return name.replace("_", " ").capitalize()


def print_pieces(pieces: Iterable[str]) -> None:
    """Print a long text as it is made, some hundred pieces at a time."""
    rest = iter(pieces)
    while some := "".join(islice(rest, PIECES)):
        click.echo(some, nl=False)


def put_pieces(app: App, path: str, pieces: Iterable[str]) -> None:
    """Write a long text as it is made into a file outside the store; `-` is stdout.

    Raises `Failed` with the path as it was typed.
    """
    if path == "-":
        print_pieces(pieces)
        return
    rest = iter(pieces)
    with _writing_outside(path), (app.surroundings.directory / path).open("wb") as file:
        while some := "".join(islice(rest, PIECES)):
            file.write(some.encode())
    say(f"Written: {path}.")


def print_document(document: Mapping[str, Any]) -> None:
    """Print one JSON document."""
    click.echo(format_json(document))


def write_outside(app: App, path: str, data: bytes, *, make_folder: bool = False) -> None:
    """Write a file outside the store; raises `Failed` with its path as it was typed."""
    target = app.surroundings.directory / path
    with _writing_outside(path):
        if make_folder:
            target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def remove_outside(app: App, path: str) -> None:
    """Delete a file outside the store; raises `Failed` with its path as it was typed."""
    with _writing_outside(path):
        (app.surroundings.directory / path).unlink()


@contextmanager
def _writing_outside(path: str) -> Iterator[None]:
    """Tell what keeps a file from being written; raises `Failed`."""
    try:
        yield
    except OSError as error:
        raise Failed(
            finding(
                "cannot-write",
                f"{path} can't be written: {error.strerror}",
                hint="make its folder first, or write elsewhere",
            )
        ) from None
