"""`salescli resolve`: each record that both sides of a merge changed, redone by value.

Owns the walk through the merge and what is told of it. What clashes stays between markers until
somebody decides. Nothing here tells git: that is for `mergefinish`, once all is durable.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from salescli.model.errors import Clash as ConcurrentChange
from salescli.model.errors import (
    Damaged,
    Finding,
    NotFound,
    Place,
    Refused,
    SalesError,
    WrongUsage,
    finding,
)
from salescli.model.events import Event
from salescli.model.facts import fold
from salescli.model.leads import AWAITING
from salescli.model.mergeshapes import ANY, shape_of_file
from salescli.report.text.numbers import format_number_of
from salescli.store import layout
from salescli.store.codec import read_history
from salescli.store.gitobjects import Blob, GitObjects, Wish
from salescli.store.mergestate import Merging, read_merging
from salescli.store.mergeversions import Versions
from salescli.store.yamltext import read_tree
from salescli.workspace.deals import Loaded
from salescli.workspace.outcome import Outcome
from salescli.workspace.resolvechecks import check_records
from salescli.workspace.resolvechoices import Choices, Clashed, Home, find_homes, is_named
from salescli.workspace.resolvefiles import (
    SIDES,
    WHOLE,
    Redone,
    Three,
    forgotten_side,
    not_a_side,
    redo_file,
)
from salescli.workspace.resolvehistory import (
    INTO_NOTHING,
    Sides,
    find_apart,
    give_way,
    history_path,
    load,
    may_contradict,
    settle_history,
    walk,
)
from salescli.workspace.resolvemixed import separate, tell_separated
from salescli.workspace.resolvetold import Telling
from salescli.workspace.schemas import TYPES
from salescli.workspace.session import Session
from salescli.workspace.titles import title_of

LIMIT = 64 << 20  # bytes of a version


class Resolved(msgspec.Struct, frozen=True):
    """What a resolving came to. `refused` could not be done, or breaks a rule as it is now."""

    outcome: Outcome
    clashed: tuple[Clashed, ...]
    refused: tuple[Finding, ...]
    settled: tuple[str, ...]  # files in which nothing clashes any more
    held: tuple[Versions, ...]  # what git is to hold in several versions, since it clashes
    ready: tuple[str, ...]  # of the files that this changed or settled, those to be told git
    is_changed: bool  # whether anything is to be written
    merge: tuple[str, str]  # the two commits

    @property
    def waiting(self) -> set[str]:
        """Where the records lie with which something is wrong still."""
        files = [clashed.home.file for clashed in self.clashed]
        files += [found.place.file for found in self.refused if found.place]
        return {layout.home_of(file) for file in files}


def resolve(session: Session, choices: Choices) -> Resolved:
    """Stage the merging by value of all that both sides changed, and what was decided.

    Raises `Refused` where git merges nothing, `NotFound` for a record or place without a clash.
    """
    with GitObjects(session.files.root, session.surroundings.environ) as objects:
        merging = read_merging(objects)
        if merging is None:
            text = "git merges nothing here just now"
            hint = "git merge BRANCH begins a merge; salescli check finds what an earlier one left"
            raise Refused(finding("no-merge", text, hint=hint))
        if choices.merge and choices.merge != (merging.ours, merging.theirs):
            text = "git has gone on with the merge meanwhile"
            raise ConcurrentChange(finding("changed-since", text, hint="salescli resolve again"))
        session.via = "merge"
        return _Resolver(session, objects, merging, choices).run()


class _Resolver:
    """One walk through a merge; what stays is in `clashed` and `refused`."""

    def __init__(
        self, session: Session, objects: GitObjects, merging: Merging, choices: Choices
    ) -> None:
        self.session = session
        self.objects = objects
        self.merging = merging
        self.choices = choices
        self.telling = Telling(session, objects, merging)
        self.clashed: list[Clashed] = []
        self.refused: list[Finding] = []
        self.words: list[str] = []
        self.changed: list[Home] = []
        self.decided: list[Home] = []
        self.told: list[Home] = []  # of whose histories more was to be said
        self.settled: list[str] = []
        self.touched: set[str] = set()
        self._heard: set[str] = set()  # paths of `--field` that were taken
        self._asked: dict[str, list[str]] = {}  # each record that clashes → its places
        self._is_meant = not choices.of

    def run(self) -> Resolved:
        """Go through all records."""
        homes = find_homes(self.merging)
        self._waiting = list(self._names(homes.values()))
        self.settled += separate(self.session, self.merging, self._read)
        self.touched |= self.session.files.take_touched()
        self.words += tell_separated(self.merging)
        for home in homes.values():
            self.session.files.take_touched()
            try:
                with self.session.files.attempt():
                    self._resolve(home)
            except SalesError as error:
                if isinstance(error, WrongUsage | NotFound):
                    raise
                self.told = [one for one in self.told if one != home]
                self.refused += (
                    found if found.place else msgspec.structs.replace(found, place=Place(home.file))
                    for found in error.findings
                )
                continue
            if touched := self.session.files.take_touched():
                self.changed.append(home)
                self.touched |= touched
        self._refuse_unheard()
        self.refused += check_records(self.session, (*self.decided, *self.told))
        ids = tuple(home.id for home in self.changed if home.id != home.file)
        resolved = Resolved(
            Outcome(ids, (*self.words, *self._told()), self._title()),
            tuple(self.clashed),
            tuple(self.refused),
            tuple(self.settled),
            (),
            (),
            bool(self.changed or self.touched),
            (self.merging.ours, self.merging.theirs),
        )
        files = sorted({*self.touched, *self.settled})
        ready = tuple(path for path in files if layout.home_of(path) not in resolved.waiting)
        gone = [path for path in self.merging.mixed.gone if path not in ready]
        held = tuple(self.merging.files[path] for path in gone)
        return msgspec.structs.replace(resolved, ready=ready, held=held)

    # What git holds

    def _names(self, homes: Iterable[Home]) -> Iterator[str]:
        """The names of the versions of all facts, in the order in which they are read."""
        for home in homes:
            versions = self.merging.files.get(home.file)
            if versions is not None and self.merging.is_of_both(home.file):
                yield from (versions.base, versions.ours, versions.theirs)

    def _read(self, name: str, path: str) -> bytes:
        if not name:
            return b""
        while self._waiting and self._waiting[0] != name:
            del self._waiting[0]
        ahead = [Wish(one, LIMIT) for one in self._waiting[1:64] if one]
        return self.objects.read(Blob("100644", name), LIMIT, path, ahead)

    def _three(self, versions: Versions) -> Three:
        names = (versions.base, versions.ours, versions.theirs)
        return Three(*(self._read(name, versions.path) for name in names))

    # One record

    def _resolve(self, home: Home) -> None:
        versions = self.merging.files.get(home.file)
        if versions is not None and not (versions.ours and versions.theirs):
            if any(one.is_unmerged for one in self._files_of(home)):  # else it was decided before
                self._keep_or_remove(home, versions)
            return
        redone: Redone | None = None
        winner = "both"
        if versions is not None and self.merging.is_of_both(home.file):
            redone = self._redo(home, versions)
            if redone.left:
                return
        elif versions is not None:
            winner = "theirs" if versions.base == versions.ours else "ours"
        if home.has_history and not self._settle(home, winner, redone):
            return
        if not home.has_history and redone is not None:
            read_tree(redone.data, home.file)
        if redone is not None and (redone.taken or (versions and versions.is_unmerged)):
            self.settled.append(home.file)
        if redone is not None and redone.taken:
            self.decided.append(home)

    def _redo(self, home: Home, versions: Versions) -> Redone:
        three = self._three(versions)
        shape = shape_of_file(TYPES[home.kind]) if home.kind in TYPES else ANY
        title = ""

        def choose(path: str) -> str | None:
            nonlocal title
            title = title or _title_of(three.ours, home)
            return self._choose(home, title, path)

        forgotten = forgotten_side(home.kind, three, home.file)
        if forgotten is not None:
            self._choose(home, _title_of(three.ours, home), "name")  # heard: the law says more
            if forgotten != self.session.read_required(home.file):
                self.words.append(f"{home.id} was erased on one side, and stays erased.")
            redone = Redone(home.file, three, forgotten)
        else:
            redone = redo_file(self.session, versions, three, home.kind, shape, choose)
        if redone.data != self.session.read_required(home.file):
            self.session.files.write(home.file, redone.data)
        if redone.left:
            places = self.telling.places(home, redone.left, three, self._both_events(home))
            self.clashed.append(Clashed(home, title or _title_of(three.ours, home), places))
        return redone

    def _choose(self, home: Home, title: str, path: str) -> str | None:
        if self.choices.of and is_named(home, title, self.choices.of):
            self._is_meant = True
        self._asked.setdefault(home.called(title), []).append(path)
        said = self.choices.chooser(home, title)(path)
        if said is not None:
            self._heard.add(path)
        return said

    def _keep_or_remove(self, home: Home, versions: Versions) -> None:
        """Of a record that one side removed and the other changed, do what was decided."""
        there = versions.ours or versions.theirs
        before, after = (self._read(name, home.file) for name in (versions.base, there))
        title = _title_of(after, home)
        side = self._choose(home, title, WHOLE)
        gone = "theirs" if versions.ours else "ours"
        if side is None and self.merging.is_over:  # nothing asks again: both sides' work is kept
            side = "ours" if versions.ours else "theirs"
            self.words.append(f"{home.called(title)} was removed on one side. It is kept.")
        if side is None or side not in SIDES:
            place = self.telling.removed(home, gone, before, after)
            self.clashed.append(Clashed(home, title, (place,)))
            return
        files = self.session.files
        for one in self._files_of(home):
            name = one.ours if side == "ours" else one.theirs
            if not name:
                files.remove(one.path)
            elif files.read(one.path) is None:
                files.write(one.path, self._read(name, one.path))
            self.settled.append(one.path)
        self.decided.append(home)

    def _files_of(self, home: Home) -> list[Versions]:
        """All files of a record that the sides have changed."""
        inside = f"{home.directory}/" if home.has_history else home.file
        files = self.merging.files.items()
        return [one for path, one in files if path == home.file or path.startswith(inside)]

    def _settle(self, home: Home, winner: str, redone: Redone | None) -> bool:
        """Stage what makes file and history one; False where somebody is to decide first."""
        path = history_path(home.directory)
        versions = self.merging.files.get(path)
        if versions is not None and versions.is_unmerged:
            self._unite(versions)
        record = load(self.session, home.kind, home.directory)
        if self._is_settled(record):
            return True
        sides = self._sides(versions)
        taken = {} if redone is None else redone.taken
        winner = winner if redone is None else redone.side_of_stage()
        title = str(record.state.get("title", home.id))
        words: list[str] = []
        if (apart := find_apart(record.live, sides)) is not None:
            winner = self._choose(home, title, "stage") or ""
            if not winner:
                events = self._both_events(home)
                places = self.telling.places(home, [("stage", apart)], Three(b"", b"", b""), events)
                self.clashed.append(Clashed(home, title, places))
                return False
            if winner not in SIDES:
                raise WrongUsage(not_a_side("stage"))
            self.decided.append(home)
            words = give_way(self.session, record, sides, winner)
            record = load(self.session, home.kind, home.directory)
        if winner == "both":  # both went one way: the later step goes, if nobody says which
            said = self.choices.chooser(home, title)("stage")
            winner = said if said in SIDES else winner
        self.told.append(home)
        words += settle_history(self.session, record, sides, winner, taken)
        if home.kind == "lead" and words and record.state.get("stage") == AWAITING:
            words.append("each side made a deal of it, and check tells which to let go of")
        self.words += [f"{home.called(title)}: {one}." for one in words]
        return True

    def _is_settled(self, record: Loaded) -> bool:
        """Whether file and history say the same, on one road through the stages."""
        if fold(record.live) != record.state:
            return False
        if not may_contradict(record.live):
            return True
        found = {entry.code for _, entry in walk(self.session, record).found}
        return not found & {"fork", INTO_NOTHING}

    def _unite(self, versions: Versions) -> None:
        """The events of both sides, as git's own union has them where it is asked to."""
        ours, theirs = (
            self._read(name, versions.path) for name in (versions.ours, versions.theirs)
        )
        known = set(ours.splitlines())
        more = [line for line in theirs.splitlines() if line not in known]
        lines = [*ours.splitlines(), *more]
        data = b"".join(line + b"\n" for line in lines)
        if data != self.session.files.read(versions.path):
            self.session.files.write(versions.path, data)
        self.settled.append(versions.path)

    def _sides(self, versions: Versions | None) -> Sides:
        if versions is None:
            return Sides(frozenset(), frozenset())
        base, ours, theirs = (
            frozenset(event.id for event in self._events(name, versions.path))
            for name in (versions.base, versions.ours, versions.theirs)
        )
        return Sides(ours - base, theirs - base)

    def _events(self, name: str, path: str) -> Sequence[Event]:
        return read_history(self._read(name, path), path) if name else ()

    # What is told

    def _both_events(self, home: Home) -> tuple[Sequence[Event], Sequence[Event]]:
        """The histories of ours and theirs; empty where the record has none, or one side alone."""
        path = history_path(home.directory)
        versions = self.merging.files.get(path) if home.has_history else None
        if versions is None:
            return (), ()
        return self._events(versions.ours, path), self._events(versions.theirs, path)

    def _told(self) -> Iterator[str]:
        by_people = {home.file for home in self.decided}
        by_people |= {clashed.home.file for clashed in self.clashed}
        by_value = sum(home.file not in by_people for home in self.changed)
        parts = []
        if self.decided:
            parts.append(f"{format_number_of(len(self.decided), 'record')} resolved")
        if by_value:
            more = "more " if self.decided else ""
            parts.append(f"{format_number_of(by_value, 'record')} {more}merged by value")
        if parts:
            yield f"{', '.join(parts)}."

    def _title(self) -> str:
        return title_of(self.session, "resolve", [home.id for home in self.changed])

    def _refuse_unheard(self) -> None:
        """Raise `NotFound` for a record or a place that was named and doesn't clash."""
        if not self._is_meant:
            text = f"no record that clashes is {self.choices.of!r}"
            raise NotFound(finding("no-such-clash", text, hint=self._waiting_hint()))
        unheard = [path for path in self.choices.fields if path not in self._heard]
        NotFound.raise_if(
            finding("no-such-clash", f"nothing clashes at {path}", hint=self._waiting_hint())
            for path in unheard
        )

    def _waiting_hint(self) -> str:
        told = [f"{record}: {', '.join(places)}" for record, places in self._asked.items()]
        return "\n".join(["what clashes:", *told]) if told else "nothing clashes any more"


def _title_of(source: bytes, home: Home) -> str:
    try:
        tree = read_tree(source, home.file) if source else {}
    except Damaged:  # that side says so
        return home.id
    title = tree.get("title") or tree.get("name")
    return title if isinstance(title, str) else home.id
