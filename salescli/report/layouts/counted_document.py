"""Numbers of deals and their money as parts of JSON documents.

Knows no figure: the documents of all figures are made of it.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from salescli.report.figures.piles import CountIds
from salescli.report.text.json_text import Document


def build_sums(sums: Mapping[str, Decimal]) -> Document:
    """Money by currency, as text."""
    return {currency: f"{amount:f}" for currency, amount in sums.items()}


class HasCount(Protocol):
    """A number of deals with their money."""

    @property
    def count(self) -> int: ...
    @property
    def sum(self) -> dict[str, Decimal]: ...
    @property
    def without_value(self) -> int: ...
    @property
    def ids(self) -> CountIds | None: ...


def build_counted(counted: HasCount) -> Document:
    """`count`, `sum` and `without_value`, each with the deals behind it if they were kept."""
    document: Document = {
        "count": counted.count,
        "sum": build_sums(counted.sum),
        "without_value": counted.without_value,
    }
    if counted.ids is not None:
        add_count_ids(document, counted.ids)
    return document


class HasIds(Protocol):
    """The deals behind a count, behind each of its sums, and those without money."""

    @property
    def count(self) -> tuple[str, ...]: ...
    @property
    def sum(self) -> dict[str, tuple[str, ...]]: ...
    @property
    def without_value(self) -> tuple[str, ...]: ...


def add_count_ids(document: Document, ids: HasIds) -> None:
    """Put the deals of a count, of its sums and those without money beside them."""
    document["count_ids"] = list(ids.count)
    document["sum_ids"] = {currency: list(who) for currency, who in ids.sum.items()}
    document["without_value_ids"] = list(ids.without_value)
