"""The rows of a CSV file, each with the line where it begins. Knows no fields, only columns."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map

import msgspec

from salescli.model.errors import Damaged, Finding, Gathered, Place, finding
from salescli.model.formulaguard import unguard
from salescli.model.ids import fold_name
from salescli.model.nearest import did_you_mean
from salescli.report.text.numbers import format_number_of
from salescli.workspace.importing.cells import alternatives
from salescli.workspace.importing.fitting import DELIMITERS, fit_delimiter, fit_mapping
from salescli.workspace.importing.mapping import (
    Mapping,
    examine_mapping,
    needed_fields,
)

REASON_COLUMN = "salescli_reason"  # what a file of rejected rows has more than the file it is from


LONGEST_CELL = 2**31 - 1  # what csv can count everywhere: whether a text is too long the field says


class Row(msgspec.Struct, frozen=True):
    """One row: the line where it begins, its cells by column, and all of them as they stood."""

    line: int
    cells: dict[str, str]
    raw: Sequence[str]
    fault: Finding | None = None


_SEPARATOR = re.compile(
    r"\A(sep=.)(\r?\n)", re.IGNORECASE
)  # Excel's first line; an empty one stays


class Table(msgspec.Struct, frozen=True):
    """A whole file: its header and its rows, and the mapping fitted to it.

    `foot` are the lines behind the table that a report ends with, which are no rows; `left_out`
    counts the rows that the mapping leaves out, by what they say.
    """

    mapping: Mapping
    file: str
    header: Sequence[str]
    rows: Sequence[Row]
    foot: Sequence[str] = ()
    left_out: Map[str, int] = {}


def read_table(source: bytes, file: str, mapping: Mapping) -> Table:
    """Read a CSV file in the mapping's encoding; raises `Damaged` for what isn't one.

    A row with too many or too few cells carries its fault, so that the others can be taken.
    """
    text = decode(source, file, mapping.encoding)
    mapping = fit_delimiter(mapping, text)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(mapping), strict=True)
    header: list[str] = []
    rows: list[Row] = []
    try:
        while True:
            line = reader.line_num + 1
            raw = next(reader)
            if not raw:
                continue
            if not header:
                header = [name.strip() for name in _meant(raw, mapping)]
                mapping = fit_mapping(mapping, header)
                _check_header(header, file, line, mapping)
            else:
                rows.append(_row(line, raw, header, mapping))
    except StopIteration:
        pass
    except csv.Error as error:
        raise Damaged(
            finding(
                "not-csv",
                f"this is not CSV: {error}",
                hint="is a quotation mark open, or `delimiter` wrong in the mapping?",
                place=Place(file, reader.line_num or 1, 1),
            )
        ) from None
    if not header:
        raise Damaged(finding("no-header", "the file is empty: no header", place=Place(file, 1, 1)))
    foot = _foot(rows, header, mapping.footer)
    taken, left_out = _leave_out(rows[: len(rows) - len(foot)], mapping.leave_out)
    return Table(mapping, file, header, taken, foot, left_out)


def read_inputs(
    mapping_source: bytes, mapping_file: str, source: bytes, file: str
) -> tuple[Mapping, Table]:
    """Read the mapping and the file together; raises `Damaged` with the faults of both."""
    gathered = Gathered()
    mapping, error = examine_mapping(mapping_source, mapping_file)
    if error is not None:
        gathered.add(error)
    table = None
    with gathered.trying():
        if mapping is not None and (mapping.delimiter == "auto" or len(delimiter_of(mapping)) == 1):
            table = read_table(source, file, mapping)
    gathered.raise_all()
    assert table is not None  # else its faults were raised
    return table.mapping, table


def delimiter_of(mapping: Mapping) -> str:
    """The character between cells."""
    return "\t" if mapping.delimiter == "tab" else mapping.delimiter


def decode(source: bytes, file: str, encoding: str, *, is_strict: bool = True) -> str:
    """The text of a file; a byte order mark says UTF-16. Raises `Damaged` if it is strict."""
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    try:
        codec = "utf-8" if encoding == "utf-8-sig" else encoding
        text = source.decode(codec, "strict" if is_strict else "replace")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise Damaged(
            finding(
                "not-utf8",
                f"the line is not {encoding}",
                hint="say `encoding:` in the mapping: windows-1252, windows-1251, utf-16 …",
                place=Place(file, line, 1),
            )
        ) from None
    return _SEPARATOR.sub(r"\2", text.removeprefix("\ufeff"), count=1)


def _meant(raw: Sequence[str], mapping: Mapping) -> Sequence[str]:
    """The cells without the marks that keep a spreadsheet from running them."""
    return [unguard(cell) for cell in raw] if mapping.guarded else raw


def _row(line: int, raw: Sequence[str], header: Sequence[str], mapping: Mapping) -> Row:
    fault = None
    if len(raw) != len(header):
        text = f"the row has {format_number_of(len(raw), 'cell')}, the header {len(header)}"
        fault = finding("wrong-width", text, hint="is a delimiter in a cell without quotes?")
    meant = _meant(raw, mapping)
    cells = {name: cell.strip() for name, cell in zip(header, meant, strict=False)}
    return Row(line, cells, raw, fault)


def _leave_out(
    rows: Sequence[Row], words: Map[str, Sequence[str]]
) -> tuple[Sequence[Row], Map[str, int]]:
    """The rows that are taken, and how many aren't, by the cell that says so."""
    if not words:
        return rows, {}
    folded = {column: set(map(fold_name, names)) for column, names in words.items()}
    taken: list[Row] = []
    left_out: Counter[str] = Counter()
    for row in rows:
        said = [name for name in folded if fold_name(row.cells.get(name, "")) in folded[name]]
        if said and row.fault is None:
            left_out[f"{said[0]} is {row.cells[said[0]]}"] += 1
        else:
            taken.append(row)
    return taken, left_out


def _foot(rows: Sequence[Row], header: Sequence[str], begins: Sequence[str]) -> Sequence[str]:
    """The last rows that say something in their first cell alone, if one begins as a foot does.

    A file that was cut off ends in such a row as well, but in none that begins so. A spreadsheet
    that saves a foot gives it all cells of the table; in one of two columns that may be a record.
    """
    starts = tuple(map(fold_name, begins))
    found: list[str] = []
    for row in reversed(rows if len(header) > 1 else ()):
        text, *others = (cell.strip() for cell in row.raw)
        if not text or any(others) or (others and len(header) == 2):
            break
        found.insert(0, row.raw[0].strip())
    is_foot = starts and any(fold_name(text).startswith(starts) for text in found)
    return found if is_foot else []


def _check_delimiter(
    header: Sequence[str], used: Sequence[str], place: Place, mapping: Mapping
) -> Iterator[Finding]:
    """The one fault of a header that another delimiter would take apart into wanted columns."""
    if len(header) != 1 or header[0] in used:
        return
    for sign in DELIMITERS:
        names = [name.strip().strip('"') for name in header[0].split(sign)]
        if sign != delimiter_of(mapping) and any(name in used for name in names):
            shown, said = ("tabs", "tab") if sign == "\t" else (repr(sign), f'"{sign}"')
            wanted = "tabs" if mapping.delimiter == "tab" else repr(mapping.delimiter)
            text = f"the header has one column between {wanted}, and {len(names)} between {shown}"
            hint = f"write delimiter: {said} in the mapping"
            yield finding("wrong-delimiter", text, hint=hint, place=place)
            return


def _check_header(header: Sequence[str], file: str, line: int, mapping: Mapping) -> None:
    place = Place(file, line, 1)
    found: list[Finding] = []
    for name in dict.fromkeys(name for name in header if header.count(name) > 1):
        text = f"the column {name!r} stands twice in the header"
        found.append(finding("duplicate-column", text, place=place, field=name))
    used = mapping.used_columns()
    Damaged.raise_if(_check_delimiter(header, used, place, mapping))
    needed = set(alternatives(mapping.key))
    for field in needed_fields(mapping.kind):
        named = mapping.columns_for(field)
        needed |= set() if any(name in header for name in named) else set(named)
    for name in used:
        if name not in header and (not mapping.lenient or name in needed):
            near = did_you_mean(name, header) or f"columns are {', '.join(header)}"
            text = f"there is no column {name!r}, which the mapping wants"
            found.append(finding("no-such-column", text, hint=near, place=place, field=name))
    for name in () if mapping.lenient else header:
        if name not in (*used, *mapping.ignore, REASON_COLUMN):
            text = f"the mapping doesn't say what the column {name!r} is"
            hint = f"name it under `columns`, or under `ignore: [{name}]`"
            found.append(finding("unmapped-column", text, hint=hint, place=place, field=name))
    Damaged.raise_if(found)
