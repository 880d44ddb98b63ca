"""Units against deals: what a building's file says of a deal, and what the deal's history says.

Deals are shown one at a time and not kept. Nothing is looked at in a store without units.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from salescli.model.catalogues import Building, Unit
from salescli.model.conversion import Path
from salescli.model.errors import Finding, Place, finding
from salescli.model.events import Reserved, live_events
from salescli.model.records import Opportunity
from salescli.model.units import reservations_in
from salescli.workspace.checking.collected import Source
from salescli.workspace.checking.examining import Examined
from salescli.workspace.checking.known import Known


class UnitCheck:
    """All units of a store. `is_whole`: every building could be read."""

    def __init__(
        self, buildings: Iterable[tuple[Source, Building]], known: Known, *, is_whole: bool
    ) -> None:
        self.today = known.today
        self.is_whole = is_whole
        self._found: list[Finding] = []
        self._units: dict[str, tuple[Source, Unit]] = {}
        self._held: dict[str, list[str]] = {}  # deal → units whose files name it
        self._meant: dict[str, list[str]] = {}  # product → units
        for source, building in buildings:
            for unit_id, unit in building.units.items():
                self._take(source, unit_id, unit)

    def _take(self, source: Source, unit_id: str, unit: Unit) -> None:
        first = self._units.setdefault(unit_id, (source, unit))
        if first[1] is not unit:
            text = f"{unit_id} stands in {first[0].path} too: events name a unit by its id alone"
            found = finding("unit-twice", text, hint="give one of the two another id")
            self._found += source.place_keys([(("units", unit_id), found)])
            return
        if unit.reserved_for is not None:
            self._held.setdefault(unit.reserved_for, []).append(unit_id)
        if unit.product is not None:
            self._meant.setdefault(unit.product, []).append(unit_id)

    def findings(self) -> list[Finding]:
        """What was found, once all deals were seen."""
        return self._found

    def see(self, examined: Examined) -> None:
        """Look at one deal or lead."""
        history, definition, facts = examined.history, examined.definition, examined.facts
        if history is None or definition is None or not isinstance(facts, Opportunity):
            return
        mine = self._held.get(examined.id, ())
        lines = [line for line in history.lines if isinstance(line.event, Reserved)]
        status = definition.status_of(facts.stage)
        standing: dict[str, Reserved] = {}
        if lines:
            standing = reservations_in(live_events(line.event for line in history.lines))
        for unit_id in mine:
            self._found += self._check_file(examined, unit_id, status, standing.get(unit_id))
        for unit_id, event in standing.items():
            place = next(history.place(e.number) for e in lines if e.event.id == event.id)
            if unit_id not in mine:
                self._found += self._check_event(examined, event, status, place)
        if status == "won" and examined.source is not None:
            self._found += examined.source.place_all(self._unsold(facts, set(mine)))

    def _check_file(
        self, examined: Examined, unit_id: str, status: str, event: Reserved | None
    ) -> list[Finding]:
        """What a unit's file says of the deal that it names."""
        source, unit = self._units[unit_id]
        until = unit.reserved_until.isoformat() if unit.reserved_until else "no day"
        at: Path = ("units", unit_id, "reserved_for")
        if status not in ("open", "won"):
            text = f"{unit_id} is held by {examined.id}, which is {status}"
            hint = f"salescli reservation release {examined.id} {unit_id}"
            found = finding("reserved-for-failed", text, hint=hint, field="reserved_for")
        elif event is None or event.until != until:
            said = "nothing of it" if event is None else f"until {event.until}"
            text = f"{unit_id}: the file says reserved until {until}, the deal's history {said}"
            hint = f"salescli reservation extend {examined.id} {unit_id} --until DAY writes both"
            found = finding("unrecorded-reservation", text, hint=hint, field="reserved_for")
            at = at if event is None else ("units", unit_id, "reserved_until")
        else:
            return []
        return source.place_all([(at, found)])

    def _check_event(
        self, examined: Examined, event: Reserved, status: str, place: Place
    ) -> Iterator[Finding]:
        """What a deal's history says of a unit whose file doesn't name the deal."""
        if event.unit not in self._units:
            if self.is_whole:
                text = f"there is no unit {event.unit!r}"
                hint = "put it back into its building: an event is never changed"
                yield finding("no-such-reference", text, hint=hint, place=place, field="unit")
            return
        is_over = event.until is not None and event.until < self.today.isoformat()
        if is_over or status not in ("open", "won"):
            return
        source, unit = self._units[event.unit]
        holder = f"for {unit.reserved_for}" if unit.reserved_for else "for no deal"
        text = f"{event.unit} is reserved until {event.until} here, and {holder} in {source.path}"
        hint = f"salescli reservation release {examined.id} {event.unit} gives it up"
        yield finding("reserved-twice", text, hint=hint, place=place, field="unit")

    def _unsold(self, facts: Opportunity, mine: set[str]) -> Iterator[Any]:
        """Lines of a won deal that mean a unit which the deal doesn't hold."""
        for number, line in enumerate(facts.products):
            units = self._meant.get(line.product or "", [])
            if len(units) == 1 and units[0] not in mine:
                text = f"the deal is won, and {units[0]}, which the line means, isn't sold with it"
                hint = f"salescli reservation add {facts.id} {units[0]} --until DAY"
                found = finding("unit-not-sold", text, hint=hint, field="products", warning=True)
                yield ("products", number), found
