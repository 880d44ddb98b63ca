"""Rows of text as plain columns, CSV and JSON, and the one door to the renderer of tables.

Long lists in a pipe come through here and never load the table library. Rows are text already,
a cell a column; what a cell means is its column's affair, for here its kind alone counts.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Literal

import msgspec

from salescli.model.formulaguard import guard
from salescli.report.text.json_text import format_json
from salescli.report.text.numbers import clean_text, pad, width_of

Kind = Literal["text", "id", "path", "number", "money", "percent", "day"]
Format = Literal["plain", "table", "md", "csv"]
Row = Sequence[str]
_NUMERIC: frozenset[Kind] = frozenset({"number", "money", "percent"})
# Renderers that load a library of their own: only when they are asked for.
_RENDERERS = {"table": "salescli.report.text.tables", "md": "salescli.report.text.tables"}


class Column(msgspec.Struct, frozen=True):
    """A column: `name` for machines, `title` for people. Only text is ever cut or guarded.

    `least` is the width that a text keeps on a terminal: before that whole columns go. One that
    `is_minor` goes before a table of numbers falls in several.
    """

    name: str
    title: str
    align: Literal["left", "right"] = "left"
    kind: Kind = "text"
    least: int = 8
    is_minor: bool = False


class Rendered(msgspec.Struct, frozen=True):
    """Text without a final line break, and a line for people that says how it was cut."""

    text: str
    note: str = ""


def render_rows(
    rows: Iterable[Row],
    columns: Sequence[Column],
    format: Format,
    *,
    width: int | None = None,
    raw: bool = False,
    is_stacked: bool = False,
    indent: int = 0,
) -> Rendered:
    """Rows in one of the formats. `width` (None: unlimited) cuts tables; `raw` is for CSV.

    With `is_stacked` numbers that have no room stand below, in a table of their own, if all but
    the first columns are numbers. So many blanks (`indent`) stand before each line.
    """
    if format == "csv":
        return Rendered(format_csv(rows, columns, raw=raw))
    if format == "plain":
        return Rendered(indented(format_plain(rows, columns), indent))
    render: Callable[..., Rendered] = import_module(_RENDERERS[format]).render
    heads = _count_heads(columns) if is_stacked else 0
    rendered = render(
        list(rows),
        columns,
        format,
        width=None if width is None else width - indent,
        heads=heads,
        terminal=width,
    )
    return Rendered(indented(rendered.text, indent), rendered.note)


def indented(text: str, indent: int) -> str:
    """The lines of a text with blanks before each."""
    return "\n".join(f"{' ' * indent}{line}".rstrip() for line in text.split("\n"))


def measure(rows: Sequence[Row], columns: Sequence[Column]) -> list[int]:
    """The columns of a terminal that each column takes if nothing is cut; cells are clean."""
    return [
        max([width_of(column.title), *(width_of(row[place]) for row in rows)])
        for place, column in enumerate(columns)
    ]


def _count_heads(columns: Sequence[Column]) -> int:
    """How many columns say what a row is of, before those of numbers; 0 where they are mixed."""
    are_numbers = [column.kind in _NUMERIC for column in columns]
    heads = are_numbers.index(True) if True in are_numbers else 0
    return heads if all(are_numbers[heads:]) else 0


def format_plain(rows: Iterable[Row], columns: Sequence[Column]) -> str:
    """Aligned columns with two blanks between them, nothing cut, a header line first."""
    return "".join(format_plain_rows(rows, columns)).removesuffix("\n")


def format_plain_rows(rows: Iterable[Row], columns: Sequence[Column]) -> Iterator[str]:
    """The same row by row, each with its line break."""
    table = [tuple(column.title for column in columns)]
    table += [tuple(map(clean_text, row)) for row in rows]
    widths = [max(map(width_of, cells)) for cells in zip(*table, strict=True)]
    rights = [column.align == "right" for column in columns]
    layout = list(zip(widths, rights, strict=True))
    for row in table:
        padded = (
            pad(cell, width, right=right) for cell, (width, right) in zip(row, layout, strict=True)
        )
        yield "  ".join(padded).rstrip() + "\n"


def plain_width(rows: Iterable[Row], columns: Sequence[Column]) -> int:
    """The columns of a terminal that the rows take if nothing is cut."""
    return max(width_of(line.removesuffix("\n")) for line in format_plain_rows(rows, columns))


def format_csv(rows: Iterable[Row], columns: Sequence[Column], *, raw: bool = False) -> str:
    """RFC 4180 with LF. Unless `raw`, text that a spreadsheet would run gets a leading `'`, and
    what a terminal would obey is replaced.
    """
    return "".join(format_csv_rows(rows, columns, raw=raw)).removesuffix("\n")


def format_csv_rows(
    rows: Iterable[Row], columns: Sequence[Column], *, raw: bool = False
) -> Iterator[str]:
    """The same row by row, the header's first; each ends with LF."""
    lines = _Lines()
    # A cell is quoted if it has a character of the line's end: with LF alone a lone CR would
    # stand bare and split its row. So the end is CRLF here, and LF once a line is handed out.
    writer = csv.writer(lines, lineterminator="\r\n")
    # A name may be anybody's words, too: SQL gives a column any.
    writer.writerow(column.name if raw else _make_safe(column.name) for column in columns)
    yield lines.take()
    guarded = [column.kind not in _NUMERIC and not raw for column in columns]
    for row in rows:
        writer.writerow(
            _make_safe(cell) if is_text else cell
            for cell, is_text in zip(row, guarded, strict=True)
        )
        yield lines.take()


class _Lines:
    """What a CSV writer writes to: it gives a whole row at a time."""

    def __init__(self) -> None:
        self.written = ""

    def write(self, line: str) -> None:
        self.written = line

    def take(self) -> str:
        return self.written.removesuffix("\r\n") + "\n"


def _make_safe(cell: str) -> str:
    """Text that neither a spreadsheet runs nor a terminal obeys; line breaks and tabs stay."""
    safe = cell
    if not (cell.isascii() and cell.isprintable()):
        safe = "\n".join("\t".join(map(clean_text, line.split("\t"))) for line in cell.split("\n"))
    return f"'{safe}" if guard(cell) != cell else safe  # a tab that has gone was one, too


def format_json_list(
    schema: str, key: str, records: Iterable[Mapping[str, object]]
) -> Iterator[str]:
    """One document with its schema's name and the records under `key`, record by record.

    Together the pieces are what `format_json` makes of the whole, which at once would take eight
    times the memory.
    """
    yield format_json({"schema": schema})[:-2] + f",\n  {format_json(key)}: ["
    before = after = ""
    for record in records:
        yield f"{before}\n    " + format_json(record).replace("\n", "\n    ")
        before, after = ",", "\n  "
    yield f"{after}]\n}}\n"


def format_jsonl(records: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """A record a line: the lossless form of a list."""
    return (format_json(record, indent=None) + "\n" for record in records)
