"""What people are told of a place that clashes: its name, both sides, who set them and when.

Owns where that is looked up: in the events of both sides, else in git's log; names in the records
and catalogues that ids are of. A name that can't be read is left out: the merge goes on without.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec

from salescli.model.errors import SalesError
from salescli.model.events import Event
from salescli.model.fields import FieldSpec, spec_named, specs_of
from salescli.model.ids import is_born_id
from salescli.model.mergeshapes import shape_of_file
from salescli.model.merging import UNSET, Clash
from salescli.model.records import RECORD_TYPES
from salescli.report.records.clashes import Clashing, Side
from salescli.store.gitlog import Commit, read_commits
from salescli.store.gitobjects import GitObjects
from salescli.store.mergestate import Merging
from salescli.store.yamltext import read_tree
from salescli.workspace.mergetold import tell_side
from salescli.workspace.resolvechoices import Home
from salescli.workspace.resolvefiles import WHOLE, Three, value_at
from salescli.workspace.session import Session
from salescli.workspace.values import named_things
from salescli.workspace.wordings import record_name

_NAMED = ("person", "product", "competitor")  # kinds of things whose ids are short for their names
Sides = tuple[Sequence[Event], Sequence[Event]]


class Telling:
    """Tells of the places of one merge; git's log is asked once for each side, if at all."""

    def __init__(self, session: Session, objects: GitObjects, merging: Merging) -> None:
        self._session = session
        self._objects = objects
        self._merging = merging
        self._name_of_record = cache(lambda one: record_name(session, one))
        self._things = cache(self._read_things)
        self._commits = cache(self._read_commits)

    def places(
        self, home: Home, left: Sequence[tuple[str, Clash]], three: Three, events: Sides
    ) -> tuple[Clashing, ...]:
        """Each place with both sides. `events` are the histories of ours and theirs."""
        record = RECORD_TYPES.get(home.kind)
        told: list[Clashing] = []
        for path, clash in left:
            spec = None if record is None else spec_named(record, path.partition("/")[0])
            sides = [
                self._side(home, number, value, path, spec, events)
                for number, value in enumerate((clash.ours, clash.theirs))
            ]
            told.append(Clashing(path, sides[0], sides[1], self._name(home, path, spec, three)))
        return tuple(told)

    def _side(
        self,
        home: Home,
        number: int,
        value: Any,
        path: str,
        spec: FieldSpec | None,
        events: Sides,
    ) -> Side:
        side = tell_side(value, path, events[number], self._session.calendar)
        named = self._named(value, _inner(spec, path))
        return msgspec.structs.replace(self._with_commit(home, number, side), value=named)

    def removed(self, home: Home, gone: str, before: bytes, after: bytes) -> Clashing:
        """A record that one side took out, `gone`; the other made `after` of what it was."""
        old, new = (read_tree(source, home.file) if source else {} for source in (before, after))
        changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
        words = " ".join(["changed", ", ".join(changed)]).strip()
        sides = [
            self._with_commit(home, number, Side(UNSET if gone == side else words))
            for number, side in enumerate(("ours", "theirs"))
        ]
        return Clashing(WHOLE, sides[0], sides[1])

    # Who and when

    def _with_commit(self, home: Home, number: int, side: Side) -> Side:
        """The side with the author of the last commit that touched the file, if no event says."""
        commit = None if side.by else self._commits(number).get(home.file)
        if commit is None:
            return side
        at = self._session.calendar.format_local(commit.at)
        return msgspec.structs.replace(side, by=commit.author, at=at)

    def _read_commits(self, number: int) -> dict[str, Commit]:
        """Path → the last commit of one side that touched it, since the sides went apart."""
        sides = (self._merging.ours, self._merging.theirs)
        if not all(sides):
            return {}
        found: dict[str, Commit] = {}
        for commit in read_commits(self._objects, sides[number], without=sides[1 - number]):
            for path in commit.files:
                found.setdefault(path, commit)
        return found

    # Names

    def _named(self, value: Any, spec: FieldSpec | type[msgspec.Struct] | None) -> Any:
        """A value with the names of what it refers to beside their ids."""
        if isinstance(value, list):
            return [self._named(one, spec) for one in value]
        if isinstance(value, dict):
            record = spec if isinstance(spec, type) else None
            return {
                key: self._named(inner, None if record is None else spec_named(record, key))
                for key, inner in value.items()
                if key != "line"  # an id that says nothing to people
            }
        if not isinstance(value, str):
            return value
        name = self._name_of(value, spec if isinstance(spec, FieldSpec) else None)
        return f"{name} ({value})" if name and name != value else value

    def _name_of(self, value: str, spec: FieldSpec | None) -> str:
        if is_born_id(value):
            return self._name_of_record(value)
        targets = spec.target.split("|") if spec is not None and spec.kind == "reference" else ()
        names = (self._things(one).get(value, "") for one in targets if one in _NAMED)
        return next((name for name in names if name), "")

    def _read_things(self, kind: str) -> dict[str, str]:
        try:
            return dict(named_things(self._session, kind))
        except SalesError:  # it clashes itself, or is damaged: check tells
            return {}

    def _name(self, home: Home, path: str, spec: FieldSpec | None, three: Three) -> str:
        """What the item of a place is called: `Elena Petrova` for `contacts/con-…/role`."""
        top, *keys = path.split("/")
        if not keys:
            return ""
        if spec is None or spec.items is None:
            return ", ".join(name for key in keys if (name := self._name_of(key, None)))
        if top == "products":
            return self._line_name(f"{top}/{keys[0]}", three, home)
        return self._name_of(keys[0], specs_of(spec.items)[0])

    def _line_name(self, path: str, three: Three, home: Home) -> str:
        """Of a product line the product, or its title."""
        for source in (three.ours, three.theirs):
            tree = read_tree(source, home.file)
            item = value_at(tree, path, shape_of_file(RECORD_TYPES[home.kind]))
            named = item.get("product") or item.get("title") if isinstance(item, dict) else None
            if isinstance(named, str):
                return self._things("product").get(named, named)
        return ""


def _inner(spec: FieldSpec | None, path: str) -> FieldSpec | type[msgspec.Struct] | None:
    """The field at a path, or of an item as a whole its type."""
    keys = path.split("/")[1:]
    if spec is None or spec.items is None:
        return spec
    return spec_named(spec.items, keys[1]) if len(keys) > 1 else spec.items
