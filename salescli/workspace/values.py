"""Typed values for declared fields: read by kind, then held against the catalogues.

Commands, imports and batches all come through here, so a rule about values is written once.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from salescli.model.addresses import ADDRESSES, check_addresses
from salescli.model.catalogues import CustomField, choice_named, is_employed_on, offered_choices
from salescli.model.clients import is_erased
from salescli.model.conversion import build_document
from salescli.model.errors import Gathered, NotFound, Refused, WrongUsage, finding
from salescli.model.events import Json
from salescli.model.fields import FieldSpec, spec_named
from salescli.model.ids import fold_name, kind_of_id
from salescli.model.inputs import parse_input
from salescli.model.nearest import did_you_mean, meant_by
from salescli.model.records import ACCOUNT_KINDS, RECORD_TYPES
from salescli.store import layout
from salescli.store.codec import read_typed
from salescli.workspace.addressing import Found, find_by_id, find_record
from salescli.workspace.session import Session

BORN = {"account", "contact", "lead", "opportunity"}
RETIRED = {"person", "department", "product", "competitor"}
OUT_OF_USE = ("retired", "archived")  # no is what their absence says already


def read_value(session: Session, spec: FieldSpec, text: str, there: Json = None) -> Json:
    """One typed value of a field as a document value; raises `WrongUsage`, `NotFound`, `Refused`.

    What has left, is retired or archived can't be chosen anew; `there`, what the record says
    already, may be said again.
    """
    value = parse_input(spec.kind, text, session.calendar, session.today, session.settings.currency)
    if value is None or (value is False and spec.name in OUT_OF_USE):
        return None
    if spec.name == ADDRESSES and isinstance(value, list):
        WrongUsage.raise_if(check_addresses(map(str, value)))
    if spec.kind == "choice":
        return read_choice(session, spec.target, str(value), spec.name, there)
    if spec.kind == "reference":
        return read_reference(session, spec.target, str(value), spec.name, there)
    if spec.kind == "account-kind" and value not in ACCOUNT_KINDS:
        raise NotFound(
            finding(
                "no-such-value",
                f"an account is none of {', '.join(ACCOUNT_KINDS)}: {value!r}",
                hint=did_you_mean(str(value), ACCOUNT_KINDS),
                field=spec.name,
            )
        )
    return value


def read_choice(
    session: Session, dictionary: str, text: str, field: str, there: Json = None
) -> Json:
    """An id of a dictionary's value, given by id or name. Imports may take `import` values.

    `there`, what the record says already, may be retired.
    """
    values = session.dictionaries.get(dictionary, {})
    key = value_named(values, text)
    choice = choice_named(values, key) if key is not None else None
    offered = list(offered_choices(values, imported=session.via == "import"))
    if choice is None or key is None:
        raise NotFound(
            finding(
                "no-such-value",
                f"{dictionary} has no value {text!r}",
                hint=did_you_mean(text, values) or f"one of {', '.join(offered)}",
                field=field,
            )
        )
    if key not in offered and key != str(there):
        why = "is retired" if choice.retired else "is offered to imports only"
        raise Refused(
            finding(
                "retired",
                f"{key} of {dictionary} {why}",
                hint=f"one of {', '.join(offered)}",
                field=field,
            )
        )
    return int(key) if dictionary == "loyalties" else key


def value_named(values: Mapping[str, Any], text: str) -> str | None:
    """The id of a dictionary's value, given by id or name; None if it isn't there."""
    if text in values:
        return text
    wanted = fold_name(text)
    for key in values:
        entry = choice_named(values, key)  # type: ignore[arg-type]
        if entry is not None and fold_name(entry.name) == wanted:
            return key
    return None


def read_reference(session: Session, target: str, text: str, field: str, there: Json = None) -> str:
    """The id of what a reference names: a named thing, a client, a contact, a process.

    `there`, what the record names already, may be out of use.
    """
    found = find_reference(session, target, text, field)
    if found == there:
        return found
    kind = kind_of_id(found)
    if kind in BORN.intersection(target.split("|")):
        located = find_by_id(session, found)
        assert located is not None  # it was found by a look at its file
        refuse_archived(session, located, field)
        return found
    for kind in target.split("|"):
        if kind in RETIRED and found in catalogue_of(session, kind):
            refuse_unusable(session, kind, found, field)
    return found


def find_reference(session: Session, target: str, text: str, field: str) -> str:
    """The same, of whatever is there: out of use, too."""
    kinds = target.split("|")
    if BORN.issuperset(kinds):
        return find_record(session, text, *kinds, field=field).id
    for kind in kinds:
        if kind in BORN:
            continue
        known = named_things(session, kind)
        keys = [text] if text in known else ids_named(known, text)
        if len(keys) > 1:
            raise NotFound(
                finding(
                    "ambiguous",
                    f"{text!r} may be any of {', '.join(keys)}",
                    hint="give the id of the one you mean",
                    field=field,
                )
            )
        for key in keys:
            return key
    if "contact" in kinds:
        return find_record(session, text, "contact", field=field).id
    known = named_things(session, kinds[0])
    raise NotFound(
        finding(
            f"no-such-{kinds[0]}",
            f"there is no {kinds[0]} {text!r}",
            hint=meant_by(text, known) or _how_to_add(kinds[0], text, known),
            field=field,
        )
    )


def _how_to_add(kind: str, text: str, known: Mapping[str, str]) -> str:
    if kind in ("person", "department", "product", "competitor"):
        return f'salescli {kind} create "{text}" adds one; salescli {kind} list shows all'
    if kind == "process":
        return "salescli process list shows all; salescli process add NAME adds one"
    return f"there are {', '.join(known)}" if known else "there is none yet"


def named_things(session: Session, kind: str) -> dict[str, str]:
    """id → name of all people, departments, products, competitors or processes."""
    if kind == "process":
        return {name: session.process(name).name for name in session.process_names()}
    return {key: entry.name for key, entry in catalogue_of(session, kind).items()}


def catalogue_of(session: Session, kind: str) -> Mapping[str, Any]:
    """id → record of all people, departments, products or competitors."""
    catalogues: dict[str, Mapping[str, Any]] = {
        "person": session.team.people,
        "department": session.team.departments,
        "product": session.products.products,
        "competitor": session.competitors.competitors,
    }
    return catalogues[kind]


def ids_named(known: Mapping[str, str], text: str) -> list[str]:
    """The ids of the named things whose name is `text`."""
    wanted = fold_name(text)
    return [key for key, name in known.items() if fold_name(name) == wanted]


def people_with(session: Session, mail: str) -> list[str]:
    """The ids of our people who have that address."""
    people, wanted = session.team.people, mail.casefold()
    return [key for key, one in people.items() if wanted in map(str.casefold, one.emails)]


def refuse_archived(session: Session, found: Found, field: str) -> None:
    """Raise `Refused` if an account, contact or lead is archived, erased or merged into another."""
    if found.kind == "opportunity":
        return
    path = layout.record_file("lead", found.path) if found.kind == "lead" else found.path
    record: Any = read_typed(session.read_required(path), path, RECORD_TYPES[found.kind])
    refuse_gone(record, found, field)
    if record.archived:
        name = record.title if found.kind == "lead" else record.name
        raise Refused(
            finding(
                "archived",
                f"{name} is archived and takes nothing new",
                hint=""
                if found.kind == "lead"
                else f"salescli {found.kind} set {found.id} --archived no",
                field=field,
            )
        )


def refuse_gone(record: Any, found: Found, field: str) -> None:
    """Raise `Refused` for an account, contact or lead that was erased, or merged into another."""
    if found.kind != "lead" and record.merged_into:
        raise Refused(
            finding(
                "merged",
                f"{record.name} was merged into {record.merged_into}",
                hint=f"use {record.merged_into}",
                field=field,
            )
        )
    if is_erased(build_document(record)):
        text = f"{found.id} was erased: nothing is known of them any more"
        raise Refused(finding("erased", text, hint="make a new contact", field=field))


def refuse_unusable(session: Session, kind: str, key: str, field: str) -> None:
    """Raise `Refused` if nothing new may point at this person, department, product, competitor.

    Somebody who left takes what is dated back to a day on which they were here.
    """
    if kind == "person" and not is_employed_on(session.team.people[key], session.event_day):
        left = session.team.people[key].left
        raise Refused(
            finding("has-left", f"{key} left on {left} and takes nothing new", field=field)
        )
    is_named = kind in ("department", "product", "competitor")
    if is_named and catalogue_of(session, kind)[key].retired:
        raise Refused(finding("retired", f"{kind} {key} is retired", field=field))


def read_values(
    session: Session,
    record: type[msgspec.Struct],
    typed: Mapping[str, str],
    there: Mapping[str, Json] = MappingProxyType({}),
) -> dict[str, Json]:
    """All typed values of a record's fields at once: name → document value, None to empty.

    `custom.<field>` and `external.<system>` set one entry of those mappings. `there` is what the
    record says already, which may be said again. Raises every fault of all values together.
    """
    gathered = Gathered()
    values: dict[str, Json] = {}
    for name, text in typed.items():
        with gathered.trying(name):
            top, _, key = name.partition(".")
            if top == "custom" and key:
                values[f"custom/{key}"] = read_custom(session, record, key, text)
            elif top == "external" and key:
                values[f"external/{key}"] = parse_input(
                    "text", text, session.calendar, session.today, None
                )
            else:
                values[name] = read_value(session, settable(record, name), text, there.get(name))
    gathered.raise_all()
    return values


def settable(record: type[msgspec.Struct], name: str) -> FieldSpec:
    """The declaration of a field that people may set, as commands and mappings offer it."""
    spec = spec_named(record, name)
    if spec is None or not is_settable(spec):
        raise ValueError(f"{name} of {record.__name__} isn't set like this")
    return spec


def is_settable(spec: FieldSpec) -> bool:
    """Whether `set` and an option of `create` write the field."""
    return spec.kind not in ("id", "list", "mapping", "dated-money") and not (
        spec.computed_by_commands
    )


def read_custom(session: Session, record: type[msgspec.Struct], key: str, text: str) -> Json:
    """A value of a custom field, by the type that salescli.yaml declares for it."""
    kind = record.__name__.lower()
    declared = session.settings.custom_fields.get(kind, {})
    entry = declared.get(key)
    if entry is None:
        raise NotFound(
            finding(
                "no-such-custom-field",
                f"salescli.yaml declares no custom field {key!r} of {kind}",
                hint=did_you_mean(key, declared)
                or f"declare it there: custom_fields: {kind}: {key}: with name and type",
                field=f"custom.{key}",
            )
        )
    if entry.type == "choice":
        return _custom_choice(entry, key, text)
    return parse_input(entry.type, text, session.calendar, session.today, session.settings.currency)


def _custom_choice(entry: CustomField, key: str, text: str) -> Json:
    if not text or text in entry.values:
        return text or None
    raise NotFound(
        finding(
            "no-such-value",
            f"{key} has no value {text!r}",
            hint=did_you_mean(text, entry.values) or f"one of {', '.join(entry.values)}",
            field=f"custom.{key}",
        )
    )
