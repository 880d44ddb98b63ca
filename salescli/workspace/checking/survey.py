"""The whole store: every file is read once, and every rule asked of it.

Deals are gone through one at a time, so that a large store needs no more memory than a small one;
only names of files, catalogues and ids are kept. Writes nothing: mending is `fixing`'s business.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from salescli.model.calendar import Calendar
from salescli.model.catalogues import (
    Building,
    Competitors,
    Dictionary,
    Plan,
    Products,
    Settings,
    Team,
)
from salescli.model.clients import ERASED, end_of_chain
from salescli.model.dashboard_checks import check_dashboard
from salescli.model.dashboards import DashboardFile
from salescli.model.definition import Definition
from salescli.model.errors import Damaged, Finding, Place, SalesError, finding
from salescli.model.exitcodes import ExitCode
from salescli.model.names import build_names
from salescli.model.records import RECORD_TYPES
from salescli.model.rules import ADVICE
from salescli.model.salvage import Salvaged, salvage
from salescli.process.checks import check_definition
from salescli.store import layout
from salescli.store.codec import read_dictionaries, read_settings
from salescli.store.files import read_checked
from salescli.store.gitwatch import read_undisturbed
from salescli.workspace.checking import catalogues
from salescli.workspace.checking.attachments import MailsSeen, Read, files_named
from salescli.workspace.checking.clients import Clients, check_client
from salescli.workspace.checking.collected import At, Collected, Source, without_waiting
from salescli.workspace.checking.covers import Covers
from salescli.workspace.checking.examining import (
    Examined,
    check_texts,
    examine,
    read_facts,
    read_source,
)
from salescli.workspace.checking.known import Known
from salescli.workspace.checking.secrets import find_secrets
from salescli.workspace.checking.tree import StoreTree, build_tree, entries_of, read_store_tree
from salescli.workspace.checking.units import UnitCheck
from salescli.workspace.revisions import RevisionSession
from salescli.workspace.session import Session

T = TypeVar("T", bound=msgspec.Struct)
_OUT_OF_USE = (b"merged_into", b"archived", ERASED.encode())
MAX_SCANNED = 5 * 1024 * 1024  # bytes of an attachment that are searched for secrets


class Checked(msgspec.Struct, frozen=True):
    """What a check says: findings by path, and how many files and records it saw."""

    findings: tuple[Finding, ...]
    unreadable: frozenset[str]
    file_count: int

    def shown(self, strict: bool) -> tuple[Finding, ...]:
        """The findings that are told: advice on how to sell only when it is asked for."""
        return tuple(found for found in self.findings if strict or found.code not in ADVICE)

    def exit_code(self, strict: bool) -> int:
        """4 if a file can't be read, else 1 for a broken rule (`strict`: or a warning), else 0."""
        if self.unreadable:
            return ExitCode.DAMAGED
        is_broken = any(strict or not found.warning for found in self.findings)
        return ExitCode.REFUSED if is_broken else ExitCode.DONE


def read_from_disk(root: str) -> Read:
    """A reader of a store's files that keeps none of them."""
    known: set[str] = set()

    def read(path: str) -> bytes | None:
        try:
            return read_checked(root, path, None, known)
        except FileNotFoundError:
            return None

    return read


class Survey:
    """One check of a store: of the files that `tree` names, whose bytes `read` gives."""

    def __init__(self, tree: StoreTree, read: Read, now: datetime, strict: bool = False) -> None:
        self.read = read
        self.now = now
        self.strict = strict
        self.collected = Collected()
        self.tree = tree
        self.collected.add(self.tree.findings)
        self.collected.unreadable |= {
            path for path in self.tree.blocked if layout.locate(path) is not None
        }
        self._sources: dict[str, tuple[Source, Salvaged]] = {}
        self._named: set[str] = set()  # attachments that events name
        self._covers = Covers()
        self._mails = MailsSeen()
        self._unknown: set[str] = set()  # directories of which nobody knows what events say

    def run(self) -> Checked:
        """Check everything."""
        try:
            known = self.build_known()
        except Damaged as error:  # a newer format: nothing else is looked at
            self.collected.add_damage(layout.SETTINGS, error)
            return self._result()
        units = self._check_catalogues(known)
        self._check_clients(known)
        for kind, directory in self.directories():
            examined = examine(self.read, kind, directory, self.tree.files, known, self.collected)
            self._check_deal(examined)
            units.see(examined)
        self.collected.add(units.findings())
        self.collected.add(self._covers.left_waiting())
        self._check_strays()
        if self.strict:
            self._check_secrets()
        return self._result()

    def _result(self) -> Checked:
        unreadable = frozenset(self.collected.unreadable)
        return Checked(without_waiting(self.collected.in_order()), unreadable, len(self.tree.files))

    def directories(self) -> list[tuple[str, str]]:
        """(kind, directory) of every deal and lead."""
        found: dict[str, str] = {}
        blocked = ((path, layout.locate(path)) for path in self.tree.blocked)
        for path, located in (*self.tree.located.items(), *blocked):
            if located is not None and located.kind in ("opportunity", "lead", "history"):
                found[path.rpartition("/")[0]] = located.of or located.kind
        return [(kind, directory) for directory, kind in sorted(found.items())]

    # Catalogues

    def build_known(self) -> Known:
        """Read all catalogues; raises `Damaged` for a format newer than the program's."""
        settings = self._read_settings()
        processes = {
            name: definition
            for path, name in self.tree.of_kind("process")
            if (definition := self._typed(path, Definition)) is not None
        }
        dictionaries = self._read_dictionaries()
        custom = settings.custom_fields.get("opportunity") if settings else None
        clients = self._read_clients()
        return Known(
            now=self.now,
            calendar=build_calendar(settings),
            settings=settings,
            team=self._of_names(layout.TEAM, Team),
            products=self._of_names(layout.PRODUCTS, Products),
            competitors=self._of_names(layout.COMPETITORS, Competitors),
            dictionaries=dictionaries,
            processes=processes,
            broken_processes=frozenset(
                name for _, name in self.tree.of_kind("process") if name not in processes
            ),
            ids={kind: {name for _, name in self.tree.of_kind(kind)} for kind in layout.FOLDERS},
            merged=clients.merged,
            archived=clients.archived,
            erased=clients.erased,
            names=build_names(
                "opportunity",
                currency=settings.currency if settings else None,
                custom_fields=custom,
                dictionaries=dictionaries,
            ),
        )

    def _read_settings(self) -> Settings | None:
        source = self._open(layout.SETTINGS)
        if source is None:
            return None
        try:
            read_settings(source.data, layout.SETTINGS)
        except SalesError as error:
            if error.findings[0].code == "newer-format":
                raise
        return self._typed_source(source, Settings)

    def _read_dictionaries(self) -> Mapping[str, Dictionary] | None:
        source = self._open(layout.DICTIONARIES) if self._is_here(layout.DICTIONARIES) else None
        if source is None:
            return None if self._is_here(layout.DICTIONARIES) else {}
        try:
            dictionaries = read_dictionaries(source.data, source.path)
        except SalesError as error:
            self.collected.add_damage(source.path, error)
            return None
        self._sources[source.path] = (source, Salvaged(dictionaries, ()))
        self.collected.add(source.place_all(check_texts(source)))
        return dictionaries

    def _is_here(self, path: str) -> bool:
        return path in self.tree.files or path in self.tree.blocked

    def _of_names(self, path: str, record: type[T]) -> T | None:
        """A file of named things, for their ids: whatever else is wrong in it, those are there.

        An empty one where there is no file, None where it can't be read at all.
        """
        if not self._is_here(path):
            return record()
        typed = self._typed(path, record)
        if typed is None and path in self._sources:
            salvaged: T | None = self._sources[path][1].record
            return salvaged
        return typed

    def _open(self, path: str) -> Source | None:
        return read_source(self.read, path, self.collected)

    def _typed(self, path: str, record: type[T]) -> T | None:
        source = self._open(path)
        return None if source is None else self._typed_source(source, record)

    def _typed_source(self, source: Source, record: type[T]) -> T | None:
        typed: Any = read_facts(source, record, self.collected)
        read = salvage(source.tree, record) if typed is None else Salvaged(typed, ())
        if read.record is not None:
            self._sources[source.path] = (source, read)
        return typed if isinstance(typed, record) else None

    def _check_catalogues(self, known: Known) -> UnitCheck:
        """Check all named things; what is left to ask of deals about units comes back."""
        checks: dict[str, Callable[[Any, str], Iterable[At]]] = {
            "settings": lambda value, name: catalogues.check_settings(
                value, known.broken_processes | known.processes.keys()
            ),
            "team": lambda value, name: catalogues.check_team(value, known),
            "products": lambda value, name: catalogues.check_products(value, known),
            "competitors": lambda value, name: catalogues.check_competitors(value),
            "dictionaries": lambda value, name: catalogues.check_dictionaries(value),
            "process": lambda value, name: check_definition(
                value, known.names, is_person(known), known.has_left
            ),
            "plan": lambda value, name: catalogues.check_plan(value, name, known),
            "dashboard": lambda value, name: check_dashboard(
                value, known.names, known.calendar, known.is_there
            ),
            "units": lambda value, name: catalogues.check_building(value, name, known),
        }
        for path, _ in self.tree.of_kind("plan"):
            self._typed(path, Plan)
        for path, _ in self.tree.of_kind("units"):
            self._typed(path, Building)
        for path, _ in self.tree.of_kind("dashboard"):
            self._typed(path, DashboardFile)
        for path, (source, read) in self._sources.items():
            located = self.tree.located[path]
            found: Iterable[At] = checks[located.kind](read.record, located.id)
            self.collected.add(
                source.place_all((at, entry) for at, entry in found if read.is_known(at))
            )
        count = len(list(self.tree.of_kind("units")))
        buildings = [
            (source, read.record)
            for source, read in self._sources.values()
            if isinstance(read.record, Building) and not read.unknown
        ]
        self._sources.clear()
        return UnitCheck(buildings, known, is_whole=len(buildings) == count)

    # Records

    def _read_clients(self) -> Clients:
        """Merged clients, circles of which lead nowhere, archived and erased ones."""
        direct: dict[str, str] = {}
        archived: set[str] = set()
        erased: set[str] = set()
        quiet = Collected()
        for path, name in self.tree.of_kind("account", "contact"):
            try:
                data = self.read(path)
            except SalesError:
                continue  # told when the client itself is checked
            if data is None or not any(word in data for word in _OUT_OF_USE):
                continue
            source = read_source(self.read, path, quiet)
            tree = source.tree if source else {}
            into = tree.get("merged_into")
            if isinstance(into, str):
                direct[name] = into
            archived |= {name} if tree.get("archived") == "true" else set()
            erased |= {name} if tree.get("name") == ERASED else set()
        ends = {name: end for name in direct if (end := end_of_chain(direct, name)) is not None}
        return Clients(ends, frozenset(archived), frozenset(erased))

    def _check_clients(self, known: Known) -> None:
        for path, record_id in self.tree.of_kind("account", "contact"):
            source = self._open(path)
            if source is None:
                continue
            record = RECORD_TYPES[self.tree.located[path].kind]
            facts = read_facts(source, record, self.collected)
            if facts is not None:
                self.collected.add(check_client(source, facts, record_id, known))

    def _check_deal(self, examined: Examined) -> None:
        """Remember which attachments are spoken of, which leads are covered, which mails seen."""
        self.collected.add(self._covers.see(examined))
        if examined.history is not None and examined.road is not None:
            live = examined.road.live
            self._named |= {f"{examined.directory}/{name}" for name in files_named(live)}
            self.collected.add(self._mails.check(examined.history, live))
        else:
            self._unknown.add(examined.directory)

    def _check_strays(self) -> None:
        for path, _ in self.tree.of_kind("files", "mail"):
            directory = path.rsplit("/", 2)[0]
            if path not in self._named and directory not in self._unknown:
                text = "no event of the record names this file"
                hint = "salescli file attach takes it in; else take it away"
                place = Place(path)
                self.collected.add(
                    [finding("file-without-event", text, hint=hint, place=place, warning=True)]
                )

    def _check_secrets(self) -> None:
        for path, size in self.tree.files.items():
            if size <= MAX_SCANNED and path in self.tree.located:
                try:
                    data = self.read(path)
                except SalesError:
                    continue  # told already
                self.collected.add(find_secrets(path, data or b""))


def build_calendar(settings: Settings | None) -> Calendar:
    """The store's calendar; UTC where its settings can't be read or name no zone."""
    if settings is None:
        return Calendar("UTC")
    calendar = Calendar(settings.time_zone, settings.week_start, settings.fiscal_year_start)
    try:
        _ = calendar.zone
    except SalesError:  # told as a fault of the settings
        return Calendar("UTC", settings.week_start, settings.fiscal_year_start)
    return calendar


def is_person(known: Known) -> Any:
    """Whether a performer is one of our people; everybody is where nobody can know."""
    return lambda name: known.is_there("person", name)


def check_store(
    root: str, now: datetime, strict: bool = False, *, in_git_hook: bool = False
) -> Checked:
    """Every rule on every file of a store; `in_git_hook` as of `read_undisturbed`.

    Raises `Clash` where git is just changing the files.
    """
    return read_undisturbed(
        Path(root),
        lambda: Survey(read_store_tree(root), read_from_disk(root), now, strict).run(),
        in_git_hook=in_git_hook,
    )


def check_session(session: Session, strict: bool = False) -> Checked:
    """Every rule on every file that a session reads: of the work tree, or as committed.

    Raises `Clash` where git is just changing the files.
    """
    if isinstance(session, RevisionSession):
        revision = session.revision
        tree = build_tree(entries_of(revision.blobs, revision.sizes))
        return Survey(tree, session.files.read, session.now, strict).run()
    root = os.fspath(session.files.root)
    in_git_hook = session.surroundings.in_git_hook
    return check_store(root, session.now, strict, in_git_hook=in_git_hook)
