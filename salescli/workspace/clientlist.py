"""Clients of both kinds in one list, with what their deals came to."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from salescli.model.clients import end_of_chain, is_erased
from salescli.model.errors import Finding
from salescli.model.ids import fold_name
from salescli.report.figures.figure import parse_amount
from salescli.workspace.clientsearch import is_part_of
from salescli.workspace.deal_rows import DealRows
from salescli.workspace.session import Session
from salescli.workspace.storerows import Invalid, gather_rows


class ClientRow(msgspec.Struct, frozen=True, kw_only=True):
    """One account or contact; `failed` counts every deal that was closed without success.

    `value` is that of the won deals, by currency.
    """

    id: str
    kind: str
    name: str
    addresses: tuple[str, ...]
    open: int
    won: int
    failed: int
    value: Mapping[str, Decimal]
    store: str = ""  # of a group of stores


class _Tally:
    """What the deals of one client came to."""

    def __init__(self) -> None:
        self.open = self.won = self.failed = 0
        self.value: dict[str, Decimal] = {}

    def add(self, status: str, value: str | None) -> None:
        """Count one deal."""
        if status == "open":
            self.open += 1
        elif status != "won":
            self.failed += 1
        else:
            self.won += 1
            if value is not None:
                amount, currency = parse_amount(value)
                self.value[currency] = self.value.get(currency, Decimal(0)) + amount


def list_clients(
    session: Session, text: str | None, *, everything: bool = False
) -> tuple[list[ClientRow], list[tuple[str, tuple[Finding, ...]]]]:
    """Clients by name, and the files that can't be read: whose deals those are, nobody knows.

    With `text` those that have it in their name, e-mails or phones. Those merged into another and
    those erased are never listed, archived ones only with `everything`.
    """
    return gather_rows(session, find_clients, text, everything, key=_place)


def find_clients(
    session: Session, text: str | None, everything: bool
) -> tuple[list[ClientRow], Invalid]:
    """The same of one store."""
    session.index.refresh()
    rows = DealRows(session)
    value = rows.access("value")
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    merged = {
        document["id"]: str(document["merged_into"])
        for _, _, document in session.index.clients()
        if document.get("merged_into")
    }
    for deal in session.index.deals():
        tallies[end_of_chain(merged, deal.client) or deal.client].add(
            rows.status(deal), next(iter(value(deal)), None)
        )
    found = [
        _row(kind, document, tallies[document["id"]])
        for kind, _, document in session.index.clients()
        if _is_listed(document, everything) and (not text or is_part_of(document, text))
    ]
    return sorted(found, key=_place), session.index.invalid()


def _place(row: ClientRow) -> tuple[str, str]:
    return fold_name(row.name), row.id


def _is_listed(document: Mapping[str, Any], everything: bool) -> bool:
    if document.get("merged_into") or is_erased(document):
        return False
    return everything or not document.get("archived")


def _row(kind: str, document: Mapping[str, Any], tally: _Tally) -> ClientRow:
    return ClientRow(
        id=document["id"],
        kind=kind,
        name=document["name"],
        addresses=(*document.get("emails", ()), *document.get("phones", ())),
        open=tally.open,
        won=tally.won,
        failed=tally.failed,
        value=dict(sorted(tally.value.items())),
    )
