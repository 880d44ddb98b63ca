"""A mapping fitted to the header of a file: of several columns the one there is. Pure.

After it a cell has the columns that there are; a lenient mapping has lost the fields that the file
hasn't. Knows no rows.
"""

import csv
from collections.abc import Collection, Iterable, Sequence

import msgspec

from salescli.workspace.importing.cells import Cell, Entry, alternatives, columns_of
from salescli.workspace.importing.headers import spell_columns
from salescli.workspace.importing.mapping import OWN_ID, Mapping, needed_fields

DELIMITERS = (",", ";", "\t", "|")
AUTO = "auto"


def fit_delimiter(mapping: Mapping, text: str) -> Mapping:
    """The mapping with the delimiter that finds most of its columns in the first line."""
    if mapping.delimiter != AUTO:
        return mapping
    best = max(DELIMITERS, key=lambda sign: len(known_columns(mapping, read_header(text, sign))))
    return msgspec.structs.replace(mapping, delimiter=best)


def read_header(text: str, delimiter: str) -> list[str]:
    """The names of the columns, were the cells parted by that sign."""
    lines = (line for line in text[:65536].splitlines() if line.strip())
    row = next(csv.reader(lines, delimiter=delimiter), [])
    return [name.strip() for name in row]


def wanted_columns(mapping: Mapping) -> set[str]:
    """Every column that the mapping could take something from."""
    found = set(alternatives(mapping.key))
    for name in mapping.columns:
        found.update(mapping.columns_for(name))
    for cell in mapping.stage_cells().values():
        found.update(columns_of(cell))
    return found


def known_columns(mapping: Mapping, header: Collection[str]) -> set[str]:
    """The columns of a file that the mapping could take something from."""
    return wanted_columns(spell_columns(mapping, header)).intersection(header)


def fit_mapping(mapping: Mapping, header: Collection[str]) -> Mapping:
    """The mapping for a file with these columns, which it names as the file does.

    What a strict mapping wants and the file lacks stays, to be told; so does what every record
    has, of a lenient one.
    """
    mapping = spell_columns(mapping, header)
    needed = needed_fields(mapping.kind) if mapping.match != OWN_ID else ()
    columns: dict[str, Entry] = {}
    for name in mapping.columns:
        ways = mapping.ways(name)
        fitted = _fit_ways(ways, header, mapping.lenient)
        if not fitted and name in needed and name not in mapping.stand_ins:
            fitted = _fit_ways(ways, header, is_lenient=False)
        if fitted:
            columns[name] = list(fitted)
    stages: dict[str, Entry] = {}
    for stage, cell in mapping.stage_cells().items():
        if dated := _fit_ways([cell], header, mapping.lenient):
            stages[stage] = dated[0]
    spelling, leave_out = mapping.spelling, mapping.leave_out
    if mapping.lenient:
        spelling = {column: words for column, words in spelling.items() if column in header}
        leave_out = {column: words for column, words in leave_out.items() if column in header}
    key = _there(alternatives(mapping.key), header, is_lenient=False)[:1]
    return msgspec.structs.replace(
        mapping,
        columns=columns,
        stage_dates=stages,
        spelling=spelling,
        leave_out=leave_out,
        key=key[0] if key else None,
    )


def _there(columns: Sequence[str], header: Collection[str], is_lenient: bool) -> list[str]:
    """Those of the columns that there are; else the first, to be told, or none if it is lenient."""
    found = [column for column in columns if column in header]
    return found if found or is_lenient else list(columns[:1])


def _fit_ways(ways: Sequence[Cell], header: Collection[str], is_lenient: bool) -> list[Cell]:
    fitted = (_fit_cell(cell, header, is_lenient) for cell in ways)
    return [cell for cell in fitted if cell is not None]


def _fit_cell(cell: Cell, header: Collection[str], is_lenient: bool) -> Cell | None:
    column = _there(alternatives(cell.column), header, is_lenient)
    currency = _there(alternatives(cell.currency_column), header, is_lenient)
    text = cell.text
    if is_lenient:
        if text is not None and not _is_there(columns_of(cell), header):
            text = None
        if not column and text is None and cell.default is None:
            return None
    return msgspec.structs.replace(
        cell, column=column or None, text=text, currency_column=currency or None
    )


def _is_there(columns: Iterable[str], header: Collection[str]) -> bool:
    return any(column in header for column in columns)


def other_columns(mapping: Mapping, header: Sequence[str]) -> list[str]:
    """The columns of a file that a fitted mapping says nothing about."""
    said = {*mapping.used_columns(), *mapping.ignore}
    return [name for name in header if name not in said]
