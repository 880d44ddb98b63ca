"""The lines of CSV that have a key: which kind of line each is, with the total as the last.

The one place of these words; a report says which numbers follow. Apart from the key, so that what
is called `total`, or has no id, is never taken for something else.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from salescli.report.figures.question import Question
from salescli.report.text.listing import Column, Row

T = TypeVar("T")
ROW, WITHOUT, TOTAL = "row", "without", "total"
_TOTAL_NAME = "Total"


def key_columns(name: str = "name") -> list[Column]:
    """The columns of `key_rows`: `kind`, the key as `row`, and what people call it."""
    title = name.replace("_", " ").capitalize()
    return [Column("kind", "Kind", kind="id"), Column("row", "Row", kind="id"), Column(name, title)]


def key_rows(
    question: Question, rows: Iterable[tuple[str | None, str, T]] | None, total: T
) -> Iterator[tuple[Row, T]]:
    """What stands before the numbers of each row (key, name, figure) and of the total, with them.

    A row without a key is of the kind `without`. A total has no key beside rows; where none were
    asked for (None) it is `total`. A question whose period begins after the as-of day has no
    figures, so no line.
    """
    if question.is_before_start:
        return
    if rows is None:
        yield [TOTAL, TOTAL, _TOTAL_NAME], total
        return
    for key, name, figure in rows:
        yield [kind_of(key), key or "", name], figure
    yield [TOTAL, "", _TOTAL_NAME], total


def kind_of(key: str | None) -> str:
    """The kind of a line with this key."""
    return ROW if key else WITHOUT
