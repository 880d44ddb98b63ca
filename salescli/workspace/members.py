"""A store of a group as a session: its own files, index and zone under the names of the group.

Owns what is the group's and what the store's own. Must not know how a store is reached, nor what
is asked of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from salescli.model.catalogues import Competitors, Dictionary, Products, Settings, Team
from salescli.model.deal import Deal, Facts
from salescli.model.definition import Definition
from salescli.model.group import Group
from salescli.model.renaming import deal_renamer, facts_renamer
from salescli.model.surroundings import Surroundings
from salescli.store.index import Index
from salescli.store.transaction import Transaction
from salescli.workspace.session import ACTOR, Session


class Grouped(Session):
    """A session that sees the group's settings and named things."""

    def __init__(
        self, files: Transaction, surroundings: Surroundings, group: Group, actor: str | None
    ) -> None:
        super().__init__(files, surroundings, actor=actor)
        self.group = group
        self.places = group.places

    @property
    def settings(self) -> Settings:
        """Those of the first store."""
        return self.group.catalogues.settings

    @property
    def team(self) -> Team:
        """The people and departments of all stores."""
        known = self.group.catalogues
        return Team(people=known.people, departments=known.departments)

    @property
    def products(self) -> Products:
        """The products of all stores."""
        return Products(products=self.group.catalogues.products)

    @property
    def competitors(self) -> Competitors:
        """The competitors of all stores."""
        return Competitors(competitors=self.group.catalogues.competitors)

    @property
    def dictionaries(self) -> Mapping[str, Dictionary]:
        """The dictionaries of all stores, value by value."""
        return self.group.catalogues.dictionaries

    @property
    def today(self) -> date:
        """The latest day of any store: one day for all, on which nothing is left out."""
        return self.group.today

    def short(self, record_id: str) -> str:
        """The whole id: what is short in one store may be another's in the next."""
        return record_id

    def short_inner(self, inner: str) -> str:
        """The whole id, for the same reason."""
        return inner

    def process_names(self) -> list[str]:
        """The processes of all stores."""
        return list(self.group.catalogues.processes)

    def process(self, name: str) -> Definition:
        """A process with the stages of all stores; raises `NotFound`."""
        known = self.group.catalogues.processes
        return known[name] if name in known else super().process(name)


class MemberSession(Grouped):
    """One store of a group: its own files, index and zone under the group's names."""

    def __init__(
        self,
        files: Transaction,
        surroundings: Surroundings,
        group: Group,
        store: str,
        actor: str | None,
    ) -> None:
        super().__init__(files, surroundings, group, actor)
        self.store = store
        self.renames = group.renames[store]
        self._own = Session(files, surroundings)

    @property
    def settings(self) -> Settings:
        """The group's, with the store's own zone."""
        zone = self._own.settings.time_zone
        return msgspec.structs.replace(self.group.catalogues.settings, time_zone=zone)

    def group_id(self, kind: str, name: str) -> str:
        """`store/id` of what another store means something else by."""
        return self.renames.get(kind, {}).get(name, name)

    def own_id(self, kind: str, name: str) -> str:
        """The store's own id of what the group calls `store/id`."""
        own_names = {known: own for own, known in self.renames.get(kind, {}).items()}
        return own_names.get(name, name)

    @cached_property
    def own(self) -> Session:
        """The store under its own names, on its own day; who acts in the group acts here."""
        world = self.surroundings
        environ = {key: value for key, value in world.environ.items() if key != ACTOR}
        me = self.known_actor
        if me is not None:
            environ[ACTOR] = self.own_id("person", me)
        nobody = msgspec.structs.replace(
            world, environ=environ, git_email=lambda: "", system_user=""
        )
        return Session(self.files, nobody)

    def process(self, name: str) -> Definition:
        """The store's own definition; that of the others for a process that it hasn't."""
        own_names = {self.group_id("process", one): one for one in self._own.process_names()}
        return self._own.process(own_names[name]) if name in own_names else super().process(name)

    @cached_property
    def index(self) -> Index:
        """The store's index, whose deals and facts have the group's names."""
        root = self.files.root
        return _RenamedIndex(root, self.renames, in_git_hook=self.surroundings.in_git_hook)


class _RenamedIndex(Index):
    """The index of a store of a group."""

    def __init__(self, root: Path, renames: Mapping[str, Mapping[str, str]], **more: Any) -> None:
        super().__init__(root, **more)
        self._renames = renames
        self._rename = deal_renamer(renames)

    def _deals_of(self, rows: Iterable[Any]) -> Iterator[Deal]:
        found = super()._deals_of(rows)
        return found if self._rename is None else map(self._rename, found)

    def _states_of(
        self, rows: Iterable[Any], instants: Sequence[datetime | None]
    ) -> Iterator[Sequence[Deal | None]]:
        rename = self._rename
        for states in super()._states_of(rows, instants):
            yield states if rename is None else [one and rename(one) for one in states]

    def _runs_of(
        self, rows: Iterable[Any], instants: Sequence[datetime | None]
    ) -> Iterator[list[tuple[int, Deal]]]:
        rename = self._rename
        for runs in super()._runs_of(rows, instants):
            yield runs if rename is None else [(place, rename(one)) for place, one in runs]

    def documents(self, kind: str, ids: Any = None) -> Iterator[Facts]:
        """All valid records of a kind, or those with `ids`, under the group's names."""
        rename = facts_renamer(kind, self._renames)
        found = super().documents(kind, ids)
        return found if rename is None else map(rename, found)
