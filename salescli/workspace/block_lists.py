"""Lists of a dashboard: deals under a filter, sorted, as lists show them."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import msgspec

from salescli.model.dashboards import Block, default_date
from salescli.model.deal import Deal
from salescli.report.dashboards.dashboard import Figure, ListFigure
from salescli.report.figures.deal_filter import build_choice, is_of_currency
from salescli.report.figures.question import Question
from salescli.report.text.recordwords import as_text, build_columns, say_value
from salescli.workspace.block_room import Pending, Room
from salescli.workspace.deal_rows import join_values
from salescli.workspace.listing import sort_key
from salescli.workspace.naming import client_names


def ask_list(block: Block, room: Room) -> Pending:
    """Deals under a filter, sorted; archived ones are left out as in every list."""
    period = room.period_of(block)
    question = msgspec.structs.replace(room.ask(Question, period, block.where), end=room.end)
    access, tests, is_chosen = room.rows.access, room.tests(block.where), build_choice(question)
    order, currency = block.sort or ["-created_at", "id"], room.session.settings.currency
    keys = [
        (entry.startswith("-"), sort_key(room.names, room.rows.order, entry, currency))
        for entry in order
    ]
    getters = [access(name) for name in block.columns]
    day = access(block.date or default_date(block.where, room.names))
    first = "" if period.first is None else period.first.isoformat()
    last = "9999-12-31" if period.last is None else period.last.isoformat()
    is_dated = period.first is not None or period.last is not None

    def contribute(deal: Deal) -> Deal | None:
        # A list is of all processes.
        if deal.archived or not is_chosen(deal) or not is_of_currency(deal, question.currency):
            return None
        if is_dated and not any(first <= str(one) <= last for one in day(deal)):
            return None
        return deal if all(test(deal) for test in tests) else None

    def first_of(deals: Iterable[Deal]) -> list[Deal]:
        found = list(deals)
        for is_descending, key in reversed(keys):
            found.sort(key=key, reverse=is_descending)
        return found[: block.limit]

    def thin(partials: Sequence[Any]) -> list[Any]:
        deals = partials[0].counts
        return [Listed(len(deals), first_of(deals))]

    def pack(listed: Sequence[Any]) -> list[Any]:
        shown = first_of(listed[0].deals)
        records = [
            dict(zip(block.columns, (join_values(get(one)) for get in getters), strict=True))
            for one in shown
        ]
        rows = _say_rows(block, records, room)
        lines = [
            Line(tuple(key(deal) for _, key in keys), deal.id, record, row)
            for deal, record, row in zip(shown, records, rows, strict=True)
        ]
        return [Picked(listed[0].found, tuple(lines))]

    def build(picked: Sequence[Any]) -> Figure:
        lines = list(picked[0].lines)
        for place, (is_descending, _) in reversed(list(enumerate(keys))):
            lines.sort(key=partial(_key, place), reverse=is_descending)
        shown = lines[: block.limit]
        sorted_by = [entry.removeprefix("-") for entry in order]
        return ListFigure(
            id=block.block,
            title=block.title,
            period=period,
            columns=tuple(build_columns(block.columns, room.names)),
            rows=tuple(one.row for one in shown),
            records=tuple(one.record for one in shown),
            ids=tuple(one.id for one in shown),
            found=picked[0].found,
            notes=tuple(room.notes(block.where, *block.columns, *sorted_by)),
        )

    return Pending(
        questions=[question],
        contributions=lambda: [contribute],
        build=build,
        thin=thin,
        pack=pack,
    )


class Listed(msgspec.Struct, frozen=True):
    """The first deals of a list in a part of a store, and how many it has there in all."""

    found: int
    deals: list[Deal]

    def __add__(self, other: "Listed") -> "Listed":
        """Those of both parts, to be put in order."""
        return Listed(self.found + other.found, self.deals + other.deals)


class Line(msgspec.Struct, frozen=True):
    """A deal of a list: what it sorts by, for programs, for people."""

    keys: tuple[Any, ...]
    id: str
    record: dict[str, Any]
    row: tuple[str, ...]


class Picked(msgspec.Struct, frozen=True):
    """The first lines of a store's list, and how many deals it has in all."""

    found: int
    lines: tuple[Line, ...]

    def __add__(self, other: "Picked") -> "Picked":
        """Those of both stores, to be put in order."""
        return Picked(self.found + other.found, self.lines + other.lines)


def _key(place: int, line: Line) -> Any:
    return line.keys[place]


def _say_rows(block: Block, records: Sequence[dict[str, Any]], room: Room) -> list[tuple[str, ...]]:
    """The rows for people: names of clients, money with thousands."""
    clients = {str(one["client"]) for one in records if one.get("client")}
    named = client_names(room.session, clients)
    names = room.wording(room.base.process).names
    known = {name: names.get(room.names.named(name).target, {}) for name in block.columns}

    def say(name: str, value: Any) -> str:
        if isinstance(value, str) and value in known[name]:
            return known[name][value]
        return as_text(say_value(room.names, name, value, named))

    return [tuple(say(name, one[name]) for name in block.columns) for one in records]
