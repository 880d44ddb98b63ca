"""A mapping fitted to the header of a file: of several columns the one there is. Pure.

After it a cell has the columns that there are; a lenient mapping has lost the fields that the file
hasn't. Knows no rows.
"""

import csv
from collections.abc import Collection, Iterable, Sequence

import msgspec

from salescli.workspace.importing.mapping import (
    Cell,
    Mapping,
    alternatives,
    columns_of,
    needed_fields,
)

DELIMITERS = (",", ";", "\t", "|")
AUTO = "auto"


def fit_delimiter(mapping: Mapping, text: str) -> Mapping:
    """The mapping with the delimiter that finds most of its columns in the first line."""
    if mapping.delimiter != AUTO:
        return mapping
    wanted = wanted_columns(mapping)
    best = max(DELIMITERS, key=lambda sign: len(wanted.intersection(read_header(text, sign))))
    return msgspec.structs.replace(mapping, delimiter=best)


def read_header(text: str, delimiter: str) -> list[str]:
    """The names of the columns, were the cells parted by that sign."""
    lines = (line for line in text[:65536].splitlines() if line.strip())
    row = next(csv.reader(lines, delimiter=delimiter), [])
    return [name.strip() for name in row]


def wanted_columns(mapping: Mapping) -> set[str]:
    """Every column that the mapping could take something from."""
    found = set(alternatives(mapping.key))
    cells = [mapping.cell(name) for name in mapping.columns]
    for cell in (*cells, *mapping.stage_cells().values()):
        if cell is not None:
            found.update(alternatives(cell.column), columns_of(cell))
    return found


def fit_mapping(mapping: Mapping, header: Collection[str]) -> Mapping:
    """The mapping for a file with these columns.

    What a strict mapping wants and the file lacks stays, to be told; so does what every record
    has, of a lenient one.
    """
    needed = needed_fields(mapping.kind)
    columns: dict[str, str | Cell] = {}
    for name in mapping.columns:
        cell = mapping.cell(name)
        fitted = _fit_cell(cell, header, mapping.lenient) if cell is not None else None
        if fitted is None and cell is not None and name in needed and name not in mapping.stand_ins:
            fitted = _fit_cell(cell, header, is_lenient=False)
        if fitted is not None:
            columns[name] = fitted
    stages: dict[str, str | Cell] = {}
    for stage, cell in mapping.stage_cells().items():
        fitted = _fit_cell(cell, header, mapping.lenient)
        if fitted is not None:
            stages[stage] = fitted
    spelling = mapping.spelling
    if mapping.lenient:
        spelling = {column: words for column, words in spelling.items() if column in header}
    key = _first(alternatives(mapping.key), header)
    return msgspec.structs.replace(
        mapping, columns=columns, stage_dates=stages, spelling=spelling, key=key
    )


def _first(columns: Sequence[str], header: Collection[str]) -> str | None:
    return next((column for column in columns if column in header), next(iter(columns), None))


def _fit_cell(cell: Cell, header: Collection[str], is_lenient: bool) -> Cell | None:
    currency = cell.currency_column
    named = alternatives(cell.column)
    column = [name for name in named if name in header]
    if not column and not is_lenient:
        column = list(named[:1])
    if is_lenient:
        if currency not in header:
            currency = None
        text = cell.text
        if text is not None and not _is_there(columns_of(cell), header):
            text = None
        if not column and text is None and cell.default is None:
            return None
        return msgspec.structs.replace(
            cell, column=column or None, text=text, currency_column=currency
        )
    return msgspec.structs.replace(cell, column=column or None)


def _is_there(columns: Iterable[str], header: Collection[str]) -> bool:
    return any(column in header for column in columns)


def other_columns(mapping: Mapping, header: Sequence[str]) -> list[str]:
    """The columns of a file that a fitted mapping says nothing about."""
    said = {*mapping.used_columns(), *mapping.ignore}
    return [name for name in header if name not in said]
