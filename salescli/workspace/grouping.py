"""A group of stores as one session: what is asked of it is asked of each store, and added up.

Owns the errand that goes to a store: with plain values there, with a plain answer back, so that
whoever sees the directory can run it, here or on another machine. Each store is read under its own
lock, with its own index, its days cut in its own zone. Must not know what is asked.
"""

import pickle
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from salescli.model.calendar import Calendar
from salescli.model.definition import Definition
from salescli.model.errors import (
    Clash,
    Damaged,
    Failed,
    Finding,
    Gathered,
    NotFound,
    Refused,
    SalesError,
    WrongUsage,
    finding,
)
from salescli.model.group import Catalogues, Group, build_group, name_store
from salescli.model.surroundings import Surroundings
from salescli.store import layout
from salescli.store.files import RealFileSystem, build_failure
from salescli.store.index import Index
from salescli.store.indexorder import lowest_ids
from salescli.store.sharing import share_jobs
from salescli.store.transaction import Transaction, reading
from salescli.workspace.members import Grouped, MemberSession
from salescli.workspace.session import Session
from salescli.workspace.storelist import Store, check_copies, check_stores, place_of

T = TypeVar("T")
SHARED_KINDS = ("opportunity", "lead")  # what would be added up twice
LOWEST = 256  # ids of each kind, by which copies are known
_ERRORS: Mapping[str, type[SalesError]] = {
    kind.__name__: kind for kind in (Refused, WrongUsage, NotFound, Damaged, Clash, Failed)
}


class Errand(msgspec.Struct, frozen=True):
    """What one store is asked: `task(session, *arguments)`. Without a group it is itself alone."""

    store: Store
    task: Callable[..., Any]
    arguments: tuple[Any, ...] = ()
    group: Group | None = None
    lock_timeout: float = 10.0
    actor: str | None = None


class Answer(msgspec.Struct, frozen=True):
    """What came of an errand: a value, or the kind of an error and its findings."""

    value: Any = None
    error: str = ""
    findings: tuple[Finding, ...] = ()


Run = Callable[[Sequence[Errand], Surroundings], list[Answer]]
"""Where errands are run; answers come in the order of the errands."""


def run_errand(errand: Errand, surroundings: Surroundings) -> Answer:
    """Open the store, ask it, and pack what it says; no error of the store is raised."""
    root = Path(errand.store.directory)
    try:
        if not (root / layout.SETTINGS).exists():
            raise NotFound(
                finding("no-store", f"there is no store in {root}", hint="name its own directory")
            )
        with reading(root, timeout_seconds=errand.lock_timeout):
            files = Transaction(RealFileSystem(), root)
            if errand.group is None:
                session = Session(files, surroundings)
            else:
                session = MemberSession(
                    files, surroundings, errand.group, errand.store.name, errand.actor
                )
            return Answer(errand.task(session, *errand.arguments))
    except SalesError as error:
        return Answer(error=type(error).__name__, findings=error.findings)
    except OSError as error:
        failure = build_failure(error, str(root), str(root))
        return Answer(error=type(failure).__name__, findings=failure.findings)


def run_here(errands: Sequence[Errand], surroundings: Surroundings) -> list[Answer]:
    """Run errands on this machine, by two processes where it has two processors."""

    def job(number: int) -> bytes:
        return pickle.dumps(run_errand(errands[number], surroundings))

    answers: dict[int, Answer] = {
        number: pickle.loads(result)  # made by our own fork a moment ago
        for number, result in share_jobs(len(errands), job, is_shared=True)
    }
    return [answers[number] for number in range(len(errands))]


def read_catalogues(session: Session) -> Catalogues:
    """The settings and named things of a store."""
    return Catalogues(
        settings=session.settings,
        people=dict(session.team.people),
        departments=dict(session.team.departments),
        products=dict(session.products.products),
        competitors=dict(session.competitors.competitors),
        dictionaries={name: dict(values) for name, values in session.dictionaries.items()},
        processes={name: session.process(name) for name in session.process_names()},
    )


class Introduction(msgspec.Struct, frozen=True):
    """What a store says of itself first: its catalogues, and ids by which a copy of it shows."""

    catalogues: Catalogues
    ids: tuple[str, ...]


def introduce(session: Session) -> Introduction:
    """The settings and named things of a store; of its deals and of its leads the lowest ids.

    Of two stores that have many of these in common the lowest are common too, very likely; and the
    index has them in order. It need not be as of today for that, but it must be there.
    """
    index = session.index

    def lowest() -> tuple[str, ...]:
        return tuple(one for kind in SHARED_KINDS for one in lowest_ids(index, kind, LOWEST))

    ids = lowest()
    if not ids:
        index.refresh()
        ids = lowest()
    return Introduction(read_catalogues(session), ids)


def open_group(
    stores: Sequence[Store],
    surroundings: Surroundings,
    *,
    lock_timeout: float = 10.0,
    run: Run = run_here,
    actor: str | None = None,
) -> "GroupSession":
    """The stores as one session; raises what is wrong with any of them, each by its name.

    `actor` is who acts, as the group calls them.
    """
    check_stores(stores)
    surroundings = msgspec.structs.replace(surroundings, clock=_Still(surroundings.now()))
    errands = [Errand(one, introduce, lock_timeout=lock_timeout) for one in stores]
    places = {one.name: place_of(one, surroundings.directory) for one in stores}
    told: list[Introduction] = _values(errands, run(errands, surroundings), places)
    check_copies({store.name: one.ids for store, one in zip(stores, told, strict=True)})
    found = [one.catalogues for one in told]
    group = build_group({one.name: c for one, c in zip(stores, found, strict=True)})
    days = [_day_in(one.settings.time_zone, surroundings.now()) for one in found]
    group = msgspec.structs.replace(group, today=max(days), places=places)
    return GroupSession(stores, surroundings, group, lock_timeout, run, actor)


class _Still:
    """A clock that stands: all stores are read as of one instant."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def __call__(self) -> datetime:
        return self._now


def _day_in(zone: str, now: datetime) -> date:
    return Calendar(zone).day_of(now)


def _values(
    errands: Sequence[Errand], answers: Sequence[Answer], places: Mapping[str, str]
) -> list[Any]:
    """What the stores said; raises all that they couldn't, with their names."""
    gathered = Gathered()
    for errand, answer in zip(errands, answers, strict=True):
        if answer.error:
            store = errand.store.name
            named = [name_store(one, store, places[store]) for one in answer.findings]
            gathered.add(_ERRORS[answer.error](*named))
    gathered.raise_all()
    return [answer.value for answer in answers]


class GroupSession(Grouped):
    """All stores as one. It has no files of its own: those are read where each store lies."""

    def __init__(
        self,
        stores: Sequence[Store],
        surroundings: Surroundings,
        group: Group,
        lock_timeout: float,
        run: Run,
        actor: str | None,
    ) -> None:
        super().__init__(_NoFiles(), surroundings, group, actor)
        self.stores = group.stores
        self.notes: list[str] = []  # what is to be said beside what was reported
        self._members = tuple(stores)
        self._lock_timeout = lock_timeout
        self._run = run

    def over_stores(self, task: Callable[..., T], *arguments: Any) -> list[T]:
        """What each store answers, in their order; raises what any of them can't, by its name."""
        return self._ask(self._members, task, arguments)

    def in_lead(self, task: Callable[..., T], *arguments: Any) -> T:
        """What the first store answers; raises what it can't, by its name."""
        return self._ask(self._members[:1], task, arguments)[0]

    def _ask(
        self, stores: Sequence[Store], task: Callable[..., T], arguments: tuple[Any, ...]
    ) -> list[T]:
        # Workers know of nobody: whoever was found to act here acts there.
        actor = vars(self).get("actor", self._actor)
        errands = [
            Errand(one, task, arguments, self.group, self._lock_timeout, actor) for one in stores
        ]
        return _values(errands, self._run(errands, self.surroundings), self.places)

    def process(self, name: str) -> Definition:
        """A process with the stages of all stores; notes where these don't agree."""
        stores = self.group.differing.get(name)
        if stores:
            note = f"{name} isn't the same in {', '.join(stores)}: the stages of all stand here."
            self.notes += [] if note in self.notes else [note]
        return super().process(name)

    @cached_property
    def index(self) -> Index:
        """There is none."""
        raise not_of_several()


class _NoFiles(Transaction):
    """What a group has instead of files."""

    def __init__(self) -> None:
        super().__init__(RealFileSystem(), Path())

    def read(self, path: str) -> bytes | None:
        """Raises `WrongUsage`: nothing is read here."""
        raise not_of_several()

    def list_directory(self, path: str) -> list[str]:
        """Raises `WrongUsage`: nothing is read here."""
        raise not_of_several()


def not_of_several() -> WrongUsage:
    """The error of what knows one store alone."""
    return WrongUsage(
        finding(
            "not-of-several-stores",
            "this is told of one store alone",
            hint="leave --store and --stores out, and say -C DIR",
            field="store",
        )
    )
