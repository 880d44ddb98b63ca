"""How a lead of the index answers the names of the expression language."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from salescli.model.deal import Facts
from salescli.model.leads import is_final
from salescli.workspace.deal_rows import document_values
from salescli.workspace.session import Session

Values = Callable[[Facts], Sequence[Any]]
WHO = ("person", "company", "emails", "phones")


class LeadRows:
    """Getters of names for the leads of one session, on its day."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.today: date = session.today

    @cached_property
    def names(self) -> Mapping[str, str]:
        """id → name of every client."""
        return {
            facts.id: facts.document["name"]
            for kind in ("account", "contact")
            for facts in self.session.index.documents(kind)
        }

    def access(self, name: str) -> Values:
        """The function that gets a name's values from a lead."""
        computed = getattr(self, f"_{name}", None) if name in COMPUTED else None
        if computed is not None:
            return lambda lead: _one(computed(lead))
        return lambda lead: _from_facts(lead, name)

    def order(self, name: str) -> Values:
        """What a name's column sorts by: its values, but creations by the second."""
        return (lambda lead: (lead.created_at,)) if name == "created_at" else self.access(name)

    def _who(self, lead: Facts) -> str:
        client = lead.document.get("client")
        return self.names.get(client, client) if client else raw_name(lead.document)

    def _status(self, lead: Facts) -> str:
        stage = str(lead.document["stage"])
        return stage if is_final(stage) else "open"

    def _created_at(self, lead: Facts) -> date:
        return self._day(lead.created_at)

    def _days_at_stage(self, lead: Facts) -> int:
        return (self.today - self._day(lead.staged_at)).days

    def _meeting_at(self, lead: Facts) -> date | None:
        text = lead.document.get("meeting_at")
        return self.session.calendar.day_of(datetime.fromisoformat(text)) if text else None

    def _day(self, at: int) -> date:
        return self.session.calendar.day_of(datetime.fromtimestamp(at, UTC))


COMPUTED = frozenset(("who", "status", "created_at", "days_at_stage", "meeting_at"))


def raw_name(document: Mapping[str, Any]) -> str:
    """Who a lead without a client is: the first of what it says of them."""
    for name in WHO:
        value = document.get(name)
        if value:
            return str(value[0] if isinstance(value, list) else value)
    return ""


def _one(value: Any) -> Sequence[Any]:
    return () if value in (None, "") else (value,)


def _from_facts(lead: Facts, name: str) -> Sequence[Any]:
    top, _, inner = name.partition(".")
    if top == "activities":
        found = [getattr(one, inner or "word") for one in lead.activities]
        return [value for value in found if value is not None]
    return document_values(lead.document, top, inner)
