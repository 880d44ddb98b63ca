"""How one value is made of a row: the entries under `columns` and `stage_dates` of a mapping.

Owns their keys and what can be told to be wrong with them. Must not know rows, nor which fields
there are.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

from salescli.model.conversion import Path, unknown_keys
from salescli.model.records import Record
from salescli.workspace.importing.values import date_words, money_words, template_columns

SECONDS = "seconds"  # the format of a length that stands in seconds


class Cell(Record, frozen=True, kw_only=True):
    """One way to make a value: from a column, or a text with columns in braces."""

    column: str | list[str] | None = None  # several: the first that isn't empty
    text: str | None = None
    format: str | None = None  # of a date or an amount, where it differs from the file's
    currency: str | None = None
    currency_column: str | list[str] | None = None  # the column with the code of an amount
    map: dict[str, str] = {}  # all values that there are, each with ours
    default: str | None = None  # for an empty cell, or without a column for every row
    by: Literal["name", "key", "mail"] = "name"  # what the column names a client by
    kind: Literal["account", "contact"] | None = None  # which kind of client the column names
    take: Literal["all", "first", "before-bracket", "name", "mail"] = "all"  # of `A (B);C (D)`
    instead: bool = False  # whether it stands in for what the ways before it say; counted
    others: Literal["refuse", "leave"] = "refuse"  # words that mean nothing in our dictionary


# As it stands in a mapping: a column, a way, or several ways of which the first that says anything
# counts.
Entry = str | Cell | list[str | Cell]


def ways_of(entry: Entry | None) -> Sequence[Cell]:
    """The ways in which an entry makes a value, in the order in which they are tried."""
    if entry is None:
        return []
    ways = entry if isinstance(entry, list) else [entry]
    return [Cell(column=way) if isinstance(way, str) else way for way in ways]


def alternatives(column: str | list[str] | None) -> list[str]:
    """The columns of which the first that isn't empty counts."""
    if column is None:
        return []
    return [column] if isinstance(column, str) else column


def columns_of(cell: Cell) -> list[str]:
    """The columns that a value is made of."""
    named = [*alternatives(cell.column), *alternatives(cell.currency_column)]
    return named + (template_columns(cell.text) if cell.text else [])


def entry_faults(entry: Entry, path: Path, kind: str | None) -> Iterator[tuple[Path, str]]:
    """What is wrong with an entry for a field of that kind."""
    for number, cell in enumerate(ways_of(entry)):
        yield from _cell_faults(cell, (*path, number) if isinstance(entry, list) else path, kind)
    if isinstance(entry, list) and not entry:
        yield path, "a value comes from a column, a text or a default"


def _cell_faults(cell: Cell, path: Path, kind: str | None) -> Iterator[tuple[Path, str]]:
    if cell.column is None and cell.text is None and cell.default is None:
        yield path, "a value comes from a column, a text or a default"
    if cell.column is not None and cell.text is not None:
        yield path, "a value comes from a column or a text, not from both"
    if cell.others == "leave" and kind != "choice":
        yield (*path, "others"), "only fields that take a value of a dictionary have others"
    if cell.format is None:
        return
    words = "only dates, amounts and lengths have a format"
    if kind == "duration":
        words = "" if cell.format == SECONDS else f"a length has no format but `{SECONDS}`"
    elif kind in ("day", "instant"):
        words = date_words(cell.format)
    elif kind in ("money", "decimal", "whole"):
        words = money_words(cell.format)
    if words:
        yield (*path, "format"), words


def unknown_cell_keys(entry: object, path: Path) -> Iterator[tuple[Path, str]]:
    """The keys of an entry, as a tree, that mean nothing."""
    if isinstance(entry, list):
        for number, inner in enumerate(entry):
            yield from unknown_cell_keys(inner, (*path, number))
    elif isinstance(entry, dict):
        for key in unknown_keys(entry, Cell):
            yield (*path, key), f"there is no key {key!r} here"
