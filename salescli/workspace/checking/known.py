"""What values may name in this store: the catalogues as far as they can be read.

Where a catalogue is damaged nothing is known of it (None), and nothing is said about references
into it: its own damage is told once.
"""

from collections.abc import Container, Mapping
from datetime import date, datetime

import msgspec

from salescli.model.calendar import Calendar
from salescli.model.catalogues import (
    DICTIONARIES,
    Competitors,
    Dictionary,
    Products,
    Settings,
    Team,
    has_left,
)
from salescli.model.definition import Definition
from salescli.model.names import NameTable


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """Catalogues, ids of records, processes; and the moment of the check.

    `ids`: kind of record → ids. `merged`: what is left of a merged client → where it went, to
    the end of the chain; `archived` and `erased` are ids of clients. `broken_processes`: their
    file is there but can't be read.
    """

    now: datetime
    calendar: Calendar
    settings: Settings | None
    team: Team | None
    products: Products | None
    competitors: Competitors | None
    dictionaries: Mapping[str, Dictionary] | None
    processes: Mapping[str, Definition]
    broken_processes: frozenset[str]
    ids: Mapping[str, Container[str]]
    merged: Mapping[str, str]
    archived: Container[str]
    erased: Container[str]
    names: NameTable

    @property
    def today(self) -> date:
        """The local day of the check."""
        return self.calendar.day_of(self.now)

    def named(self, kind: str) -> Container[str] | None:
        """The ids of a kind of thing, named or born; None where they can't be known."""
        catalogue: Mapping[str, object] | None
        if kind == "person":
            catalogue = None if self.team is None else self.team.people
        elif kind == "department":
            catalogue = None if self.team is None else self.team.departments
        elif kind == "product":
            catalogue = None if self.products is None else self.products.products
        elif kind == "competitor":
            catalogue = None if self.competitors is None else self.competitors.competitors
        elif kind == "process":
            return self.broken_processes | self.processes.keys()
        elif kind in DICTIONARIES:
            return None if self.dictionaries is None else self.dictionaries.get(kind, {})
        else:
            return self.ids[kind]
        return catalogue

    def is_there(self, target: str, name: str) -> bool:
        """Whether a reference of that target (`account|contact`) names something.

        True where nobody can know.
        """
        for kind in target.split("|"):
            known = self.named(kind)
            if known is None or name in known:
                return True
        return False

    def has_left(self, person: str) -> bool:
        """Whether one of our people takes no new work any more; nobody where it can't be known."""
        return self.team is not None and has_left(self.team.people, person, self.today)
