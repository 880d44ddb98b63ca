"""The values of dictionaries: adding, renaming, taking out of use. Their ids stay for ever.

Each change patches the lines of one value in dictionaries.yaml.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from salescli.model.catalogues import REQUIRED_VALUES, Choice, choice_named
from salescli.model.conversion import build_document
from salescli.model.errors import Finding, Gathered, NotFound, Refused, WrongUsage, finding
from salescli.model.ids import is_slug
from salescli.model.inputs import clean_text
from salescli.model.nearest import did_you_mean
from salescli.store import layout
from salescli.store.patch import Set, patch
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session


class Flags(msgspec.Struct, frozen=True):
    """What is said of a value beside its name; None leaves it as it is."""

    retired: bool | None = None
    details: bool | None = None  # a reason that wants words beside it
    types: Sequence[str] | None = None  # activity types that a result belongs to


AS_IT_IS = Flags()
# What only the values of one dictionary have.
FLAGS_OF = {"details": "close_reasons", "types": "activity_results"}


def add_dictionary_value(
    session: Session,
    dictionary: str,
    key: str,
    name: str,
    flags: Flags = AS_IT_IS,
) -> Outcome:
    """Add a value to a dictionary; raises `Refused` if its id is there, in use or retired."""
    _refuse_unknown_dictionary(session, dictionary)
    before = choice_named(session.dictionaries[dictionary], key)
    if before is not None:
        hint = f'salescli dictionary set {dictionary} {key} "{name}" renames it'
        if before.retired:
            hint = f"salescli dictionary set {dictionary} {key} --retired no brings it back"
        text = f"{dictionary} has {key} already: {before.name}"
        raise Refused(finding("id-taken", text, hint=hint, field="value"))
    return set_dictionary_value(session, dictionary, key, name, flags)


def set_dictionary_value(
    session: Session,
    dictionary: str,
    key: str,
    name: str | None,
    flags: Flags = AS_IT_IS,
) -> Outcome:
    """Add a value to a dictionary, rename it, or change its flags. Ids stay for ever."""
    _refuse_unknown_dictionary(session, dictionary)
    gathered = Gathered()
    before = choice_named(session.dictionaries[dictionary], key)
    with gathered.trying("value"):
        if before is None:
            _refuse_bad_value(session, dictionary, key)
    with gathered.trying("name"):
        if (before is None and not name) or (name is not None and not name.strip()):
            words = f"a {'value' if before else 'new value'} needs a name"
            raise Refused(finding("missing-value", words, field="name"))
    with gathered.trying():
        Refused.raise_if(_check_flags(session, dictionary, flags))
    with gathered.trying("retired"):
        if flags.retired:
            _refuse_retiring(dictionary, key)
    gathered.raise_all()
    value = _choice_document(before, clean_text(name) if name else None, flags)
    if before is not None and value == _choice_document(before, None, AS_IT_IS):
        return Outcome((key,), ("Nothing to change: it says so already.",))
    source = session.read_required(layout.DICTIONARIES)
    edits = [Set((dictionary, key), value, last=True)]
    patched = patch(source, layout.DICTIONARIES, edits, tuple(session.dictionaries))
    session.files.write(layout.DICTIONARIES, patched)
    return Outcome((key,), (), f"set {dictionary} {key}")


def retire_dictionary_value(session: Session, dictionary: str, key: str) -> Outcome:
    """Take a value out of use: what has it keeps it, nobody is offered it."""
    _refuse_unknown_dictionary(session, dictionary)
    known = session.dictionaries[dictionary]
    if choice_named(known, key) is None:
        raise NotFound(
            finding(
                "no-such-value",
                f"{dictionary} has no value {key!r}",
                hint=did_you_mean(key, known) or f"salescli dictionary list {dictionary}",
                field="value",
            )
        )
    return set_dictionary_value(session, dictionary, key, None, Flags(retired=True))


def _refuse_unknown_dictionary(session: Session, dictionary: str) -> None:
    known = session.dictionaries
    if dictionary not in known:
        raise NotFound(
            finding(
                "no-such-dictionary",
                f"there is no dictionary {dictionary!r}",
                hint=did_you_mean(dictionary, known) or f"there are {', '.join(known)}",
                field="dictionary",
            )
        )


def _refuse_bad_value(session: Session, dictionary: str, key: str) -> None:
    if dictionary == "loyalties":
        raise Refused(
            finding(
                "fixed-values",
                "loyalties are the numbers from -3 to 3 without 0, and no others",
                hint="their names may change: salescli dictionary set loyalties -- -3 NAME",
                field="value",
            )
        )
    if not is_slug(key):
        raise WrongUsage(
            finding(
                "not-a-slug",
                f"{key!r} can't be the id of a value",
                hint="up to 40 of a-z, 0-9 and -, like trade-fair; the name may be any",
                field="value",
            )
        )


def _refuse_retiring(dictionary: str, key: str) -> None:
    why = REQUIRED_VALUES.get(dictionary, {}).get(key)
    if why is not None:
        text = f"{key} of {dictionary} can't be retired: {why}"
        hint = f'another name does no harm: salescli dictionary set {dictionary} -- {key} "NAME"'
        raise Refused(finding("required-value", text, hint=hint, field="retired"))


def _check_flags(session: Session, dictionary: str, flags: Flags) -> list[Finding]:
    found = [
        finding(
            "flag-of-another",
            f"--{flag} is for values of {owner}, not of {dictionary}",
            hint=f"salescli dictionary list {owner} shows them",
            field=flag,
        )
        for flag, owner in FLAGS_OF.items()
        if getattr(flags, flag) and dictionary != owner
    ]
    types = session.dictionaries.get("activity_types", {})
    return found + [
        finding(
            "no-such-value",
            f"activity_types has no value {name!r}",
            hint=did_you_mean(name, types) or f"one of {', '.join(types)}",
            field="types",
        )
        for name in flags.types or ()
        if name not in types
    ]


def _choice_document(before: Choice | None, name: str | None, flags: Flags) -> Any:
    """A value as it stands on disk: its bare name where nothing else is said of it."""
    document = build_document(before) if before is not None else {}
    said = {
        "name": name,
        "retired": flags.retired,
        "details": flags.details,
        "types": None if flags.types is None else list(flags.types),
    }
    document |= {key: value for key, value in said.items() if value is not None}
    kept = {key: value for key, value in document.items() if value or key == "name"}
    return kept["name"] if set(kept) == {"name"} else kept
