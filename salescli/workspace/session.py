"""One command's view of a store: its settings and catalogues, who acts, and when.

Reads through a `Transaction`, so that what the command has staged already is seen. Knows nothing
of deals; `workspace.deals` does.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property, lru_cache, partial
from types import MappingProxyType
from typing import Any, TypeVar

from salescli.model.calendar import Calendar
from salescli.model.catalogues import Competitors, Dictionary, Products, Settings, Team
from salescli.model.chronology import choose_instant
from salescli.model.definition import Definition
from salescli.model.errors import Damaged, NotFound, WrongUsage, finding
from salescli.model.group import Renames
from salescli.model.ids import RECORD_PREFIXES, build_id, fold_name, is_slug
from salescli.model.nearest import did_you_mean, meant_by
from salescli.model.surroundings import Surroundings
from salescli.store import layout
from salescli.store.codec import read_dictionaries, read_settings, read_typed
from salescli.store.index import Index, open_index
from salescli.store.transaction import Transaction
from salescli.workspace.entries import EntryBatch

ACTOR = "SALESCLI_ACTOR"  # who acts, unless --actor says it
MOST_NAMED = 5  # people that a refusal names

S = TypeVar("S")
T = TypeVar("T")


class Session:
    """The store as one command sees it. `at` is what `--at` says, `via` how events come in."""

    stores: tuple[str, ...] = ()  # of a group of stores: their names
    store: str = ""  # of one store of a group: its name
    renames: Renames = MappingProxyType({})  # and what of its ids are others in the group
    places: Mapping[str, str] = MappingProxyType({})  # of a group: directories, for commands

    def __init__(
        self,
        files: Transaction,
        surroundings: Surroundings,
        *,
        actor: str | None = None,
        at: str | None = None,
        via: str | None = None,
    ) -> None:
        self.files = files
        self.surroundings = surroundings
        self.at = at
        self.via = via
        self.now: datetime = surroundings.now()
        self.born: dict[str, tuple[str, str]] = {}  # id → (path, title) of what was made here
        self._batch: EntryBatch | None = None
        # The deal or lead read last, under the bytes it was read from: what one command asks for
        # again and again isn't read again, unless it has changed.
        self.last_loaded: tuple[tuple[str, bytes, bytes], Any] | None = None
        self.sound: Definition | None = None  # the process in which nothing wrong was found last
        self.key: str | None = None  # idempotency key that the next event takes
        self.is_compared = False  # whether a report has compared the index with the files
        self.tells_next = True  # whether people read what the command says
        # (path, bytes) of a catalogue → those to be read in their stead
        self.stand_in: Callable[[str, bytes], bytes] | None = None
        self._actor = actor
        self._typed: dict[str, tuple[bytes | None, Any]] = {}
        self._derived: dict[Callable[..., Any], tuple[Any, Any]] = {}

    @property
    def batch(self) -> EntryBatch | None:
        """New entries that are written together, later; what is read meanwhile is nobody else's."""
        return self._batch

    @batch.setter
    def batch(self, batch: EntryBatch | None) -> None:
        self._batch = batch
        self._typed.clear()

    def over_stores(self, task: Callable[..., T], *arguments: Any) -> list[T]:
        """What `task(session, *arguments)` answers for each store, in their order: here for one.

        Of a group (`workspace.grouping`) each is asked in its own session; then `task` is a
        function of a module and the arguments are values, so that another machine can be asked.
        """
        return [task(self, *arguments)]

    def in_lead(self, task: Callable[..., T], *arguments: Any) -> T:
        """What `task(session, *arguments)` answers for the store whose own things hold for all.

        Of a group that is the first; then the same is asked of `task` as of one in `over_stores`.
        """
        return task(self, *arguments)

    def group_id(self, kind: str, name: str) -> str:
        """The id that a named thing of this store has where several stores are seen as one."""
        return name

    def own_id(self, kind: str, name: str) -> str:
        """The id that this store has for a named thing that several stores call `name`."""
        return name

    @property
    def own(self) -> "Session":
        """The store under its own names and on its own day, also where it is one of a group."""
        return self

    def read_required(self, path: str) -> bytes:
        """The bytes of a file that must be there; raises `Damaged`."""
        source = self.files.read(path)
        if source is None:
            raise Damaged(
                finding(
                    "missing-file",
                    f"{path} is missing",
                    hint="git checkout brings it back; salescli check tells what else is wrong",
                )
            )
        return source

    def _catalogue(self, path: str, read: Callable[[bytes, str], T], empty: T | None = None) -> T:
        """What a file of named things says, read once; without `empty` it must be there."""
        source = self.files.read(path) if empty is not None else self.read_required(path)
        if path not in self._typed or self._typed[path][0] is not source:
            text = source
            if source is not None and self.stand_in is not None:
                text = self.stand_in(path, source)
            # A batch tells the catalogues here of its new entries, so that these are its own.
            own = read if self._batch is not None else partial(_read_once, read)
            found = empty if text is None else own(text, path)
            self._typed[path] = (source, found)
        value: T = self._typed[path][1]
        return value

    def derived(self, source: S, build: Callable[[S], T]) -> T:
        """What `build` makes of a catalogue, made once as long as the catalogue is the same."""
        if build not in self._derived or self._derived[build][0] is not source:
            self._derived[build] = (source, build(source))
        value: T = self._derived[build][1]
        return value

    @property
    def settings(self) -> Settings:
        """`salescli.yaml`."""
        return self._catalogue(layout.SETTINGS, read_settings)

    def refuse_newer_format(self) -> None:
        """Raise `Damaged` for a store of a format that this program doesn't know."""
        _ = self.settings  # whoever reads them reads the format first

    @property
    def team(self) -> Team:
        """`team.yaml`."""
        return self._catalogue(layout.TEAM, _read_team)

    @property
    def products(self) -> Products:
        """`products.yaml`."""
        return self._catalogue(layout.PRODUCTS, _read_products, Products())

    @property
    def competitors(self) -> Competitors:
        """`competitors.yaml`."""
        return self._catalogue(layout.COMPETITORS, _read_competitors, Competitors())

    @property
    def dictionaries(self) -> Mapping[str, Dictionary]:
        """`dictionaries.yaml`."""
        return self._catalogue(layout.DICTIONARIES, read_dictionaries)

    @cached_property
    def calendar(self) -> Calendar:
        """The store's zone, week and fiscal year."""
        settings = self.settings
        return Calendar(settings.time_zone, settings.week_start, settings.fiscal_year_start)

    @property
    def today(self) -> date:
        """The current local day."""
        return self.calendar.day_of(self.now)

    @property
    def event_day(self) -> date:
        """The local day of what is being written: today, unless it is dated back."""
        if self.at is None:
            return self.today
        return self.calendar.day_of(choose_instant(self.at, self.calendar, self.now, ()))

    @contextmanager
    def dated(self, at: str | None) -> Iterator[None]:
        """What is asked inside is asked of that time; of the command's own without one."""
        before = self.at
        self.at = at or before
        try:
            yield
        finally:
            self.at = before

    def process_names(self) -> list[str]:
        """The ids of the processes there are."""
        names = self.files.list_directory(layout.CATALOGUE_FOLDERS["process"])
        return [name.removesuffix(".yaml") for name in names if name.endswith(".yaml")]

    def process(self, name: str) -> Definition:
        """A process definition; raises `NotFound`."""
        path = layout.catalogue_file("process", name)
        if self.files.read(path) is None:
            known = self.process_names()
            raise NotFound(
                finding(
                    "no-such-process",
                    f"there is no process {name!r}",
                    hint=did_you_mean(name, known) or f"there are {', '.join(known)}",
                    field="process",
                )
            )
        return self._catalogue(path, _read_definition)

    @cached_property
    def actor(self) -> str:
        """Who acts (format.md section 4); raises `NotFound` or `WrongUsage`."""
        named = self._actor or self.surroundings.environ.get(ACTOR)
        people = self.team.people
        if named:
            for person, entry in people.items():
                if named in (person, entry.name):
                    return person
            raise NotFound(
                finding(
                    "no-such-person",
                    f"there is no person {named!r} to act",
                    hint=meant_by(named, {key: entry.name for key, entry in people.items()})
                    or f'salescli person create "{named}" adds them',
                    field="actor",
                )
            )
        email = self.surroundings.git_email()
        for person, entry in people.items():
            if email and email.casefold() in (address.casefold() for address in entry.emails):
                return person
        if self.surroundings.system_user in people:
            return self.surroundings.system_user
        raise WrongUsage(
            finding(
                "nobody-acts",
                "nobody is known to act: no --actor, no SALESCLI_ACTOR, "
                f"and no person has git's e-mail {email or '(none)'}",
                hint=self._line_for_me(email),
                field="actor",
            )
        )

    def refuse_wrong_time(self) -> None:
        """Raise for an `--at` that is no time, or lies in the future, whatever will be written."""
        if self.at is not None:
            choose_instant(self.at, self.calendar, self.now, ())

    def act_as(self, actor: str | None) -> None:
        """From here on `actor` acts, as `--actor` would say it."""
        if actor != self._actor:
            self._actor = actor
            for known in ("actor", "known_actor"):
                self.__dict__.pop(known, None)

    @cached_property
    def known_actor(self) -> str | None:
        """Who acts, or None where nobody is known: reading needs nobody.

        Raises `NotFound` for an unknown `--actor`, but not for an unknown SALESCLI_ACTOR.
        """
        try:
            return self.actor
        except WrongUsage:
            return None
        except NotFound:
            if self._actor:
                raise
            return None

    def _line_for_me(self, email: str) -> str:
        """The command after which the one who typed this is known; how to be one of the team.

        Who has the name that git knows is one of it already, with another e-mail.
        """
        people = {key: entry for key, entry in self.team.people.items() if entry.left is None}
        mine = fold_name(self.surroundings.git_name() or "")
        known = sorted(people, key=lambda key: fold_name(people[key].name) != mine)
        adds = self._line_that_adds(email)
        if not known:
            return adds
        me = people[known[0]]
        if email and fold_name(me.name) == mine:
            emails = ",".join([*me.emails, email])
            adds = f"salescli person set {known[0]} --email {emails} --actor {known[0]}"
        few = ", ".join(known[:MOST_NAMED]) + (" …" if len(known) > MOST_NAMED else "")
        others = f"; there are {few}" if len(known) > 1 else ""
        return f"--actor {known[0]}, or SALESCLI_ACTOR={known[0]}{others}\n{adds}"

    def _line_that_adds(self, email: str) -> str:
        name = self.surroundings.git_name() or "Your Name"
        if email:
            return f'salescli person create "{name}" --email {email}'
        user = self.surroundings.system_user
        if is_slug(user):
            return f'salescli person create "{name}" --id {user}'
        return f'salescli person create "{name}" --id me, then SALESCLI_ACTOR=me'

    def new_id(self, kind: str) -> str:
        """A fresh random id of a record kind, or of an inner prefix like `h`."""
        return build_id(RECORD_PREFIXES.get(kind, kind), self.surroundings.random_bytes)

    def short(self, record_id: str) -> str:
        """The shortest unique beginning of an id, without its kind, at least 4 characters.

        The id itself where nobody reads it: it takes two looks into the index.
        """
        return self.index.short_id(record_id) if self.tells_next else record_id

    def short_inner(self, inner: str) -> str:
        """The shortest unique beginning of the id of an activity, post …, without its kind."""
        return self.index.short_inner(inner)

    @cached_property
    def index(self) -> Index:
        """The index as it stands, not yet compared with the files."""
        return open_index(self.files.root, in_git_hook=self.surroundings.in_git_hook)


@lru_cache(maxsize=64)
def _read_once(read: Callable[[bytes, str], T], source: bytes, path: str) -> T:
    """What the bytes of a catalogue say: the same bytes are read once in a process.

    The stores of a group have most of theirs in common. Values only: nobody may change them.
    """
    return read(source, path)


def _reader(record: type[T]) -> Callable[[bytes, str], T]:
    def read(source: bytes, file: str) -> T:
        return read_typed(source, file, record)  # type: ignore[type-var]

    return read


_read_team = _reader(Team)
_read_products = _reader(Products)
_read_competitors = _reader(Competitors)
_read_definition = _reader(Definition)
