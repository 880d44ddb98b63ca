"""Records in words for people: columns by the kinds of their names, money with thousands.

Owns how a value of a name is told in a list, on the screen and on a page. Knows no store: names of
clients are handed in.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from salescli.model.money import parse_money
from salescli.model.names import NameSpec, NameTable
from salescli.report.text.listing import Column, Kind
from salescli.report.text.numbers import format_money

_KINDS: dict[str, Kind] = {
    "money": "money",
    "whole": "number",
    "decimal": "number",
    "percent": "percent",
    "day": "day",
    "instant": "day",
    "id": "id",
}
_RIGHT = frozenset({"money", "number", "percent"})
_TITLES = {"probability": "Prob."}  # the word is wider than any number below it
_SLUGS = ("person", "department", "process", "product", "competitor")  # told by their ids


def build_columns(shown: Sequence[str], names: NameTable) -> list[Column]:
    """The columns of a list, by the kinds of its names."""
    columns = []
    for name in shown:
        kind: Kind = "money"
        if name != "price":
            kind = _KINDS.get(names.named(name).kind, "text")
        title = _TITLES.get(name) or name.replace("_", " ").replace(".", " ").capitalize()
        align: Literal["left", "right"] = "right" if kind in _RIGHT else "left"
        least = 8 if name == "price" else _least(names.named(name))
        columns.append(Column(name, title, align, kind, least))
    return columns


def _least(spec: NameSpec) -> int:
    """How much of a text must be seen: of a title enough to know it, of a choice all of it."""
    if spec.name in ("title", "name"):
        return 24
    is_id = spec.kind == "choice" or spec.name == "stage" or spec.target in _SLUGS
    return 40 if is_id else 12


def say_value(names: NameTable, name: str, value: Any, clients: Mapping[str, str]) -> Any:
    """A value of a name for people, each of a list; None stays None. `clients`: names by id."""
    if value is None:
        return None
    if isinstance(value, list):
        return [say_value(names, name, entry, clients) for entry in value]
    kind = "money" if name == "price" else names.named(name).kind
    if name == "client":
        return clients.get(value, value)
    if kind == "money" and isinstance(value, str):
        money = parse_money(value)
        return format_money(money.amount, money.currency)
    if kind == "percent":
        return f"{value} %"
    return value


def as_text(value: Any) -> str:
    """A cell's text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(as_text(entry) for entry in value)
    return str(value)
