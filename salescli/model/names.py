"""The names that conditions may speak of, with their kinds, and the values behind them.

The table is made from the declarations of the records, plus the computed names of format.md
section 4; nothing is listed twice. Knows neither files nor the syntax of conditions.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from salescli.model.activities import PROPOSAL_STATES
from salescli.model.calendar import Calendar
from salescli.model.catalogues import (
    Competitor,
    CustomField,
    Department,
    Dictionary,
    Person,
    Product,
)
from salescli.model.errors import WrongUsage, finding
from salescli.model.fields import FieldSpec, specs_of
from salescli.model.leads import FINAL_STAGES
from salescli.model.nearest import did_you_mean
from salescli.model.records import ACCOUNT_KINDS, LEAD_STAGES, RECORD_TYPES
from salescli.model.rules import UNKNOWN_WINNER

# Kinds that have an order, and kinds in which `~` can search. Others can be set or not.
ORDERED_KINDS = frozenset({"whole", "decimal", "percent", "money", "day", "instant"})
TEXT_KINDS = frozenset({"text", "words", "choice", "reference", "id"})
STATUSES = ("open", "won", "lost", "rerouted", "rejected")
NAMED_TYPES: dict[str, type[msgspec.Struct]] = {
    "person": Person,
    "department": Department,
    "product": Product,
    "competitor": Competitor,
}

# (target, text, whether it is a part of the name) → ids, empty: there is no such record; None:
# nobody knows, compare the text.
Find = Callable[[str, str, bool], Sequence[str] | None]


class NameSpec(msgspec.Struct, frozen=True):
    """A name and how its values compare; `group` can only be set or not.

    Days stand for instants: whoever hands over values cuts them (see `RecordSubject`).
    """

    name: str
    kind: str
    target: str = ""
    # The only ones there are, empty: any; of a reference those that stand beside the records.
    values: tuple[str, ...] = ()
    computed: bool = False
    many: bool = False  # of lists and mappings: a record has any number of values


def find_nothing(_target: str, _text: str, _part: bool) -> Sequence[str] | None:
    """The finder of a table that knows no records: ids are compared as typed."""
    return None


class NameTable(msgspec.Struct, frozen=True):
    """All names of one kind of record. `currency` is for amounts typed without one."""

    names: dict[str, NameSpec]
    currency: str | None = None
    find: Find = find_nothing

    def named(self, name: str) -> NameSpec:
        """The entry of a name; raises `WrongUsage` that tells the nearest one."""
        known = self.names.get(name)
        if known is not None:
            return known
        if name.startswith("external.") and "external" in self.names:
            return NameSpec(name, "text")
        tops = (entry for entry in self.names if "." not in entry)
        hint = did_you_mean(name, self.names) or f"names are {', '.join(tops)}"
        raise WrongUsage(finding("unknown-name", f"{name!r} is not a field", hint=hint))


_COMPUTED: tuple[NameSpec, ...] = (
    NameSpec("status", "choice", values=STATUSES, computed=True),
    NameSpec("amount", "money", computed=True),
    NameSpec("value", "money", computed=True),
    NameSpec("weighted", "money", computed=True),
    NameSpec("created_at", "instant", computed=True),
    NameSpec("client_kind", "choice", values=("account", "contact"), computed=True),
    NameSpec("new_client", "yes-no", computed=True),
    NameSpec("overdue", "yes-no", computed=True),
    NameSpec("stale", "yes-no", computed=True),
    NameSpec("days_at_stage", "whole", computed=True),
    NameSpec("days_in_funnel", "whole", computed=True),
    NameSpec("hours", "decimal", computed=True),
    NameSpec("proposals", "id", computed=True, many=True),
    NameSpec("proposals.state", "choice", values=PROPOSAL_STATES, computed=True, many=True),
    NameSpec("proposals.amount", "money", computed=True, many=True),
    NameSpec("proposals.number", "text", computed=True, many=True),
    NameSpec("activities", "id", computed=True, many=True),
    NameSpec("activities.type", "text", computed=True, many=True),
    NameSpec("activities.result", "text", computed=True, many=True),
    NameSpec("activities.owner", "reference", "person", computed=True, many=True),
)


_COMPUTED_OF_LEADS = frozenset(
    "created_at days_at_stage activities activities.type activities.result activities.owner".split()
)
# A lead's stages are fixed, and no process's; `who` is its client's name, else what it says itself.
_OF_LEADS = (
    NameSpec("stage", "choice", values=LEAD_STAGES),
    NameSpec("status", "choice", values=("open", *FINAL_STAGES), computed=True),
    NameSpec("who", "text", computed=True),
)


def build_names(
    kind: str = "opportunity",
    *,
    currency: str | None = None,
    custom_fields: Mapping[str, CustomField] | None = None,
    dictionaries: Mapping[str, Dictionary] | None = None,
    find: Find = find_nothing,
) -> NameTable:
    """The names of a kind of record: born ones, and those of `NAMED_TYPES`.

    With `dictionaries` a value that stands in none is an error of the condition.
    """
    entries: list[NameSpec] = []
    if kind in NAMED_TYPES:
        entries.append(NameSpec("id", "id"))
    for spec in specs_of({**RECORD_TYPES, **NAMED_TYPES}[kind]):
        entries += _entries_of(spec, dictionaries or {})
    for name, custom in (custom_fields or {}).items():
        is_many = custom.type == "words"
        entry = NameSpec(f"custom.{name}", custom.type, values=tuple(custom.values), many=is_many)
        entries.append(entry)
    if kind == "opportunity":
        entries += _COMPUTED
    elif kind == "lead":
        entries += [entry for entry in _COMPUTED if entry.name in _COMPUTED_OF_LEADS]
        entries += _OF_LEADS
    return NameTable({entry.name: entry for entry in entries}, currency, find)


def _entries_of(spec: FieldSpec, dictionaries: Mapping[str, Dictionary]) -> list[NameSpec]:
    if spec.items is None:
        entry = _entry(spec.name, spec, dictionaries)
        is_many = entry.kind in ("words", "group")
        return [msgspec.structs.replace(entry, many=is_many)]
    inner = specs_of(spec.items)
    own = _entry(spec.name, inner[0], dictionaries)
    found = [own, *(_entry(f"{spec.name}.{field.name}", field, dictionaries) for field in inner)]
    return [msgspec.structs.replace(entry, many=True) for entry in found]


def _entry(name: str, spec: FieldSpec, dictionaries: Mapping[str, Dictionary]) -> NameSpec:
    if spec.kind == "choice" and spec.target == "loyalties":
        return NameSpec(name, "whole")
    if spec.kind == "choice":
        return NameSpec(name, "choice", spec.target, tuple(dictionaries.get(spec.target, ())))
    if spec.name == "winner":
        return NameSpec(name, "reference", spec.target, (UNKNOWN_WINNER,))
    if spec.kind == "account-kind":
        return NameSpec(name, "choice", values=ACCOUNT_KINDS)
    if spec.kind in ORDERED_KINDS | TEXT_KINDS | {"yes-no"}:
        return NameSpec(name, spec.kind, spec.target)
    return NameSpec(name, "group")


class Subject(Protocol):
    """What a condition is asked of."""

    def values(self, name: str) -> Sequence[Any]:
        """All values that a name has: none, one, or one for each item of a list."""


class RecordSubject:
    """A record as a subject: its fields, and over them what was computed for it.

    Instants are handed over as days of the store's zone.
    """

    __slots__ = ("calendar", "computed", "record")

    def __init__(
        self,
        record: msgspec.Struct,
        computed: Mapping[str, Sequence[Any]] | None = None,
        calendar: Calendar | None = None,
    ) -> None:
        self.record = record
        self.computed = computed or {}
        self.calendar = calendar or Calendar("UTC")

    def values(self, name: str) -> Sequence[Any]:
        """All values of a name; an unknown name has none."""
        if name in self.computed:
            return self.computed[name]
        top, _, inner = name.partition(".")
        value = getattr(self.record, top, None)
        if not inner:
            return self._sequence(value)
        if isinstance(value, dict):
            return self._sequence(value.get(inner))
        if not isinstance(value, list):
            return ()
        found = (getattr(item, inner, None) for item in value)
        return tuple(entry for entry in found if entry is not None)

    def _sequence(self, value: Any) -> Sequence[Any]:
        if value is None:
            return ()
        if isinstance(value, list):
            if value and isinstance(value[0], msgspec.Struct):
                key = value[0].__struct_fields__[0]
                return tuple(getattr(item, key) for item in value)
            return value
        if isinstance(value, dict):
            return tuple(value)
        if isinstance(value, datetime):
            return (self.calendar.day_of(value),)
        return (value,)


def subject_of(
    record: msgspec.Struct,
    computed: Mapping[str, Sequence[Any]] | None = None,
    *,
    id: str | None = None,
    calendar: Calendar | None = None,
) -> Subject:
    """A record as a subject; named things (people, departments, products) bring their `id`."""
    extra = dict(computed or {})
    if id is not None:
        extra["id"] = (id,)
    return RecordSubject(record, extra, calendar)
