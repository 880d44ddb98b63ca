"""How a deal of the index answers the names of the expression language.

Names that `Deal` holds cost nothing more; the others load the rest of the deals' facts.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from salescli.model.amounts import amount_of_units, units_of, weighted_units
from salescli.model.computed import is_quiet_too_long
from salescli.model.deal import Deal, Facts, first_deals_of
from salescli.model.definition import Definition
from salescli.model.ids import kind_of_id
from salescli.model.money import Money
from salescli.model.visits import seconds
from salescli.workspace.session import Session

Values = Callable[[Deal], Sequence[Any]]
STORED = (
    "id title client stage process owner department budget amount close_date need type category "
    "mood source close_reason winner"
).split()


class DealRows:
    """Getters of names for the deals of one session, on its day."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.today: date = session.today
        self._days: dict[int, date] = {}
        self._statuses: dict[tuple[str, str], str] = {}  # (process, stage) → status
        self._asked: list[str] = []  # names of the rest of the facts, read in one pass
        self._read: dict[str, dict[str, tuple[Any, ...]]] = {}  # name → id → values, if any

    @cached_property
    def definitions(self) -> Mapping[str, Definition]:
        """Every process of the store."""
        return {name: self.session.process(name) for name in self.session.process_names()}

    @cached_property
    def first_deals(self) -> frozenset[str]:
        """The first deal of each client, by creation, then id."""
        return first_deals_of(self.session.index.deals())

    def access(self, name: str) -> Values:
        """The function that gets a name's values from a deal."""
        if name in STORED:
            return lambda deal: _one(getattr(deal, name))
        if name in COMPUTED:
            computed = self.single(name)
            return lambda deal: _one(computed(deal))
        self._asked.append(name)
        return lambda deal: self._from_facts(deal, name)

    def single(self, name: str) -> Callable[[Deal], Any]:
        """The function that gets the one value of a computed name, None where there is none."""
        computed: Callable[[Deal], Any] = getattr(self, f"_{name}")
        return computed

    def is_of_any_day(self, name: str) -> bool:
        """Whether a name's values are those of the deal that is asked, not today's facts."""
        return name in STORED or (name in COMPUTED and name != "hours")

    def order(self, name: str) -> Values:
        """What a name's column sorts by: its values, but creations by the second."""
        if name == "hours":
            return lambda deal: (Decimal(self._hours(deal)),)
        return (lambda deal: (deal.created_at,)) if name == "created_at" else self.access(name)

    def status(self, deal: Deal) -> str:
        """`open`, `won`, `lost`, `rerouted` or `rejected`."""
        key = deal.process, deal.stage
        found = self._statuses.get(key)
        if found is None:
            definition = self.definitions.get(deal.process)
            found = definition.status_of(deal.stage) if definition else "open"
            self._statuses[key] = found
        return found

    _status = status

    def _probability(self, deal: Deal) -> int:
        definition = self.definitions.get(deal.process)
        if definition is None:
            return deal.probability or 0
        stage = definition.stage_named(deal.stage)
        if deal.probability is None or (stage is not None and not stage.is_open):
            return definition.cap_of(deal.stage)
        return deal.probability

    def value(self, deal: Deal) -> str | None:
        """What it is worth (domain.md section 2, "Value"), as money in text."""
        return deal.value(deal.revenue is not None and self.status(deal) == "won")

    _value = value

    def _weighted(self, deal: Deal) -> str | None:
        value = self.value(deal)
        if value is None:
            return None
        units, currency = units_of(value)
        amount = amount_of_units(weighted_units(units, self._probability(deal)), currency)
        return str(Money(amount, currency))

    def day(self, at: int) -> date:
        """The local day of an instant in seconds."""
        found = self._days.get(at)
        if found is None:
            found = self.session.calendar.day_of(datetime.fromtimestamp(at, UTC))
            self._days[at] = found
        return found

    def _created_at(self, deal: Deal) -> date:
        return self.day(deal.created_at)

    def _archived(self, deal: Deal) -> bool:
        return deal.archived

    def _actual_revenue(self, deal: Deal) -> str | None:
        return deal.revenue

    def _client_kind(self, deal: Deal) -> str | None:
        return kind_of_id(deal.client)

    def _new_client(self, deal: Deal) -> bool:
        return deal.id in self.first_deals if deal.is_primary is None else deal.is_primary

    def overdue(self, deal: Deal) -> bool:
        """Whether it is open and its close date has passed."""
        is_late = deal.close_date is not None and deal.close_date < self.today.isoformat()
        return is_late and self.status(deal) == "open"

    _overdue = overdue

    def _stale(self, deal: Deal) -> bool:
        definition = self.definitions.get(deal.process)
        stage = definition.stage_named(deal.stage) if definition else None
        has_plan = deal.due_at is not None and deal.due_at >= self._start_of_today
        quiet = (self.today - self.day(deal.touched_at)).days
        return not has_plan and is_quiet_too_long(stage, quiet)

    @cached_property
    def _start_of_today(self) -> int:
        return seconds(self.session.calendar.start_of(self.today))

    def days_at_stage(self, deal: Deal) -> int | None:
        """Local days since the running visit began; None in a final stage."""
        running = [visit for visit in deal.visits if visit.ended_at is None]
        return (self.today - self.day(running[-1].started_at)).days if running else None

    _days_at_stage = days_at_stage

    def _days_in_funnel(self, deal: Deal) -> int:
        is_open = self.status(deal) == "open"
        end = self.today if is_open else self.day(deal.visits[-1].started_at)
        return (end - self.day(deal.created_at)).days

    def _hours(self, deal: Deal) -> str:
        return str(self._from_facts(deal, "hours")[0])

    def _from_facts(self, deal: Deal, name: str) -> tuple[Any, ...]:
        """The values of a name that `Deal` doesn't hold: only these are kept of the facts."""
        if name not in self._read:
            self._read_facts({name, *self._asked} - self._read.keys())
        return self._read[name].get(deal.id, ())

    def _read_facts(self, names: Collection[str]) -> None:
        for name in names:
            self._read[name] = {}
        for facts in self.session.index.facts():
            for name in names:
                values = _values_in(facts, name)
                if values:
                    self._read[name][facts.id] = tuple(values)


def _values_in(facts: Facts, name: str) -> Sequence[Any]:
    top, _, inner = name.partition(".")
    if top == "hours":
        return (facts.hours,)
    if top in ("activities", "proposals"):
        items: Sequence[Any] = getattr(facts, top)
        found = [getattr(item, inner or "word") for item in items]
        return [value for value in found if value is not None]
    return document_values(facts.document, top, inner)


COMPUTED = frozenset(
    "status probability value weighted created_at archived actual_revenue client_kind new_client "
    "overdue stale days_at_stage days_in_funnel hours".split()
)


def document_values(document: Mapping[str, Any], top: str, inner: str) -> Sequence[Any]:
    """All values of `top` or `top.inner` in a document: none, one, or one an item."""
    value = document.get(top)
    if value is None:
        return ()
    if isinstance(value, dict):
        return _one(value.get(inner)) if inner else tuple(value)
    if not isinstance(value, list):
        return (value,)
    if not inner:
        return [next(iter(item.values())) if isinstance(item, dict) else item for item in value]
    return [item[inner] for item in value if isinstance(item, dict) and inner in item]


def _one(value: Any) -> Sequence[Any]:
    return () if value is None else (value,)


def join_values(values: Sequence[Any]) -> Any:
    """Values of a name as one for a document: none, a plain one, or a list."""
    plain = plain_values(values)
    return (plain[0] if len(plain) == 1 else plain) if plain else None


def plain_values(values: Sequence[Any]) -> list[Any]:
    """Values of a name as a list for a document: days as text."""
    return [v.isoformat() if isinstance(v, date) else v for v in values]
