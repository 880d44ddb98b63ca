"""References between records: who points at one, and which of a deal's name nothing."""

import os
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from salescli.model.errors import Gathered
from salescli.model.events import Json
from salescli.model.fields import FieldSpec, spec_named
from salescli.model.records import Opportunity
from salescli.model.rules import UNKNOWN_WINNER
from salescli.store import layout
from salescli.workspace.session import Session
from salescli.workspace.values import read_choice, read_custom, read_reference


def references_to(session: Session, record_id: str) -> list[str]:
    """Paths of records and catalogues that name a born id; the record's own files too.

    Looks at the bytes of all files: an id is random, so its text is nowhere by chance.
    """
    wanted = record_id.encode()
    return [path for path in record_paths(session) if wanted in (session.files.read(path) or b"")]


def record_paths(session: Session) -> list[str]:
    """Every YAML file of a store that has a place in it, sorted."""
    root = session.files.root
    found: list[str] = []
    for folder, names, files in os.walk(root):
        relative = os.path.relpath(folder, root)
        base = "" if relative == "." else f"{relative}/"
        names[:] = sorted(name for name in names if not name.startswith("."))
        found += [
            f"{base}{name}"
            for name in sorted(files)
            if name.endswith(".yaml") and layout.locate(f"{base}{name}") is not None
        ]
    return found


def refuse_dangling(session: Session, fields: Mapping[str, Sequence[Json]]) -> None:
    """Raise for references, choices and custom fields that a deal's changes name in vain.

    `fields` is {path: [before, after]}. What has left, is retired or archived takes nothing new.
    """
    gathered = Gathered()
    for path, (_, after) in fields.items():
        top, _, rest = path.partition("/")
        spec = spec_named(Opportunity, top)
        if spec is None or after is None:
            continue
        with gathered.trying(path.replace("/", ".")):
            if top == "leads":
                read_reference(session, "lead", rest, "leads")
            elif top == "custom":
                read_custom(session, Opportunity, rest, as_typed(after))
            elif spec.items is not None:
                _check_item(session, spec, rest, after)
            else:
                _check_named(session, spec, after)
    gathered.raise_all()


def as_typed(value: Json) -> str:
    """A document's value as a person would type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(value) if isinstance(value, list) else str(value)


def _check_item(session: Session, spec: FieldSpec, rest: str, after: Json) -> None:
    """A whole item, whose key may name something too, or one value of it."""
    assert spec.items is not None
    key, _, name = rest.partition("/")
    inner = {name: after} if name else {spec.target: key, **(after if _is_item(after) else {})}
    for name, value in inner.items():
        entry = spec_named(spec.items, name)
        if entry is not None:
            _check_named(session, entry, value)


def _is_item(value: Json) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _check_named(session: Session, spec: FieldSpec, value: Json) -> None:
    if spec.kind == "choice":
        read_choice(session, spec.target, str(value), spec.name)
    elif spec.kind == "reference" and value != UNKNOWN_WINNER:
        read_reference(session, spec.target, str(value), spec.name)
