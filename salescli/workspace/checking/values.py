"""Values of a typed record: references, choices, custom fields, e-mail addresses. Pure.

Written once over the declared fields, so that a new field is checked without a line here.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import msgspec

from salescli.model.addresses import ADDRESSES, check_addresses
from salescli.model.catalogues import CustomField
from salescli.model.conversion import Path
from salescli.model.errors import Finding, finding
from salescli.model.fields import FieldSpec, specs_of
from salescli.model.ids import is_born_id, is_slug
from salescli.model.nearest import did_you_mean
from salescli.model.records import ACCOUNT_KINDS
from salescli.model.rules import UNKNOWN_WINNER
from salescli.model.shapes import scalar_words
from salescli.workspace.checking.known import Known

At = tuple[Path, Finding]
# Words that name records, though their field is a plain list of words.
_CATALOGUED = ("person", "department", "product", "competitor")
_WORD_TARGETS = {("Lead", "products"): "product", ("Opportunity", "leads"): "lead"}


def check_values(record: msgspec.Struct, known: Known, path: Path = ()) -> list[At]:
    """Everything that a record names and that is not there, and what can't be an address."""
    found: list[At] = []
    for spec in _naming_specs(type(record)):
        value = getattr(record, spec.name)
        if not value and value != 0:
            continue
        at = (*path, spec.name)
        if spec.items is not None:
            for place, item in enumerate(value):
                found += check_values(item, known, (*at, place))
        elif spec.kind == "reference":
            found += _check_reference(spec.target, str(value), at, known)
        elif spec.kind == "choice":
            found += check_choice(spec.target, str(value), at, known)
        elif spec.kind == "account-kind" and value not in ACCOUNT_KINDS:
            text = f"an account is one of {', '.join(ACCOUNT_KINDS)}, not {value!r}"
            found.append((at, finding("no-such-value", text, field=spec.name)))
        elif spec.name == ADDRESSES:
            found += [(at, entry) for entry in check_addresses(value, warning=True)]
        elif spec.kind == "words":
            found += _check_words(type(record).__name__, spec, value, at, known)
        elif spec.name == "custom":
            found += check_custom(type(record).__name__.lower(), value, at, known)
    return found


@cache
def _naming_specs(record: type[msgspec.Struct]) -> tuple[FieldSpec, ...]:
    """The fields of a record type whose values name something, or have a form of their own."""
    return tuple(
        spec
        for spec in specs_of(record)
        if spec.items is not None
        or spec.kind in ("reference", "choice", "account-kind")
        or spec.name in ("custom", ADDRESSES)
        or (record.__name__, spec.name) in _WORD_TARGETS
    )


def _check_words(
    record: str, spec: FieldSpec, words: Iterable[str], path: Path, known: Known
) -> Iterator[At]:
    target = _WORD_TARGETS.get((record, spec.name))
    if target is not None:
        for place, word in enumerate(words):
            yield from _check_reference(target, word, (*path, place), known)


def _check_reference(target: str, name: str, path: Path, known: Known) -> Iterator[At]:
    field = str(path[0])
    if target == "stage" or (path[-1] == "winner" and name == UNKNOWN_WINNER):
        return  # a stage is its process's business: `model.rules` looks at it
    into = known.merged.get(name)
    if into is not None and field != "merged_into":
        text = f"{name} was merged into {into}"
        hint = "salescli check --fix writes that one"
        yield path, finding("merged-reference", text, hint=hint, field=field)
    elif not known.is_there(target, name):
        yield path, no_such_reference(target, name, field, known)


def no_such_reference(target: str, name: str, field: str, known: Known) -> Finding:
    """The finding for a name of nothing, with the nearest one that is there."""
    kind = target.replace("|", " or ")
    near = known.named(target.split("|")[0])
    hint = did_you_mean(name, near) if isinstance(near, Mapping) else ""
    if is_born_id(name):
        hint = (
            f"name another one; or git log --diff-filter=D -- '*{name}*' shows who deleted it, and "
            f"git checkout COMMIT^ -- '*{name}*' brings it back"
        )
    elif not hint and (command := _taken_in_again(target, name)):
        hint = f"name another one, or take it in again:\n{command}"
    text = f"there is no {kind} {name!r}"
    return finding("no-such-reference", text, hint=hint, field=field)


def _taken_in_again(target: str, name: str) -> str:
    """The command after which a catalogue has an id again that a merge took out of it."""
    kind = next((one for one in target.split("|") if one in _CATALOGUED), "")
    return f"salescli {kind} create {name}" if kind and is_slug(name) else ""


def check_choice(dictionary: str, value: str, path: Path, known: Known) -> Iterator[At]:
    """Whether a dictionary has a value; a retired one stays valid where it stands."""
    if known.dictionaries is None:
        return
    values = known.dictionaries.get(dictionary, {})
    if value not in values:
        text = f"{dictionary} of dictionaries.yaml has no value {value!r}"
        hint = did_you_mean(value, values) or f"salescli dictionary list {dictionary}"
        yield path, finding("no-such-value", text, hint=hint, field=str(path[0]))


def check_custom(kind: str, values: Mapping[str, Any], path: Path, known: Known) -> Iterator[At]:
    """Values under `custom:` against their declarations in salescli.yaml."""
    if known.settings is None:
        return
    declared = known.settings.custom_fields.get(kind, {})
    for name, value in values.items():
        at = (*path, name)
        if name not in declared:
            text = f"salescli.yaml declares no custom field {name!r} of {kind}"
            hint = did_you_mean(name, declared)
            yield at, finding("no-such-custom-field", text, hint=hint, field="custom")
        elif words := custom_words(declared[name], value):
            text = f"{declared[name].name}: {words}"
            yield at, finding("bad-custom-value", text, field="custom")


def custom_words(declared: CustomField, value: Any) -> str:
    """What is wrong with the value of a custom field; empty if nothing is."""
    kind = declared.type
    if kind == "words":
        return "" if isinstance(value, list) else "not a list of words"
    if not isinstance(value, str):
        return "not one value"
    if kind == "choice":
        return (
            "" if value in declared.values else f"{value!r} is none of {', '.join(declared.values)}"
        )
    return scalar_words(kind, value)
