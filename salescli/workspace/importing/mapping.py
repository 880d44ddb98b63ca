"""The mapping of an import: which column of a file says what (docs/import.md).

Owns its keys, their types, and what can be told to be wrong with it before any row is read.
Must not know rows.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import msgspec

from salescli.model.catalogues import Person, Product
from salescli.model.conversion import Path, check_tree, unknown_keys
from salescli.model.errors import Damaged, NotFound
from salescli.model.facts import is_reference_list
from salescli.model.fields import FieldSpec, spec_named, specs_of
from salescli.model.nearest import did_you_mean
from salescli.model.records import Account, Contact, Lead, Opportunity, Record
from salescli.model.salvage import salvage
from salescli.store.codec import place_faults
from salescli.store.yamltext import read_tree
from salescli.workspace.importing.cells import (
    Cell,
    alternatives,
    columns_of,
    entry_faults,
    unknown_cell_keys,
    ways_of,
)
from salescli.workspace.importing.library import extend_tree
from salescli.workspace.importing.values import OWN_DAY, date_words, money_words
from salescli.workspace.values import is_settable

Kind = Literal[
    "opportunity", "lead", "account", "contact", "product", "person", "activity", "history"
]

Encoding = Literal[
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "latin-1",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "cp1250",
    "cp1251",
    "cp1252",
    "cp1257",
    "windows-1257",
    "koi8-r",
    "iso-8859-15",
    "mac-roman",
]


class Activity(Record, frozen=True, kw_only=True):
    """What a row of activities says: no record of its own, but events of a deal or lead."""


RECORDS: dict[str, type[msgspec.Struct]] = {
    "opportunity": Opportunity,
    "lead": Lead,
    "activity": Activity,
    "history": Opportunity,  # a row says a stage of a deal, and may say more of it
    "account": Account,
    "contact": Contact,
    "product": Product,
    "person": Person,
}
# What a row may say beside the fields of its record, each with its kind.
MORE_FIELDS: dict[str, dict[str, str]] = {
    "opportunity": {
        "id": "text",
        "stage": "text",
        "outcome": "text",
        "created": "instant",
        "winner": "text",
        "product": "text",
        "quantity": "decimal",
        "price": "money",
    },
    "lead": {
        "id": "text",
        "stage": "text",
        "created": "instant",
        "ended": "instant",
        "disqualify_reason": "text",
    },
    "activity": {
        "title": "text",
        "opportunity": "text",
        "lead": "text",
        "type": "text",
        "state": "text",
        "owner": "text",
        "start": "instant",
        "minutes": "duration",
        "done": "instant",
        "created": "instant",
        "result": "text",
        "note": "text",
    },
    "account": {"id": "text"},
    "contact": {"id": "text"},
    "product": {"id": "text", "price": "money", "price_from": "day"},
    "person": {"id": "text", "department.parent": "text"},
}
MORE_FIELDS["history"] = {
    **MORE_FIELDS["opportunity"],
    "entered": "instant",
    "left": "instant",
}
_NEEDED: dict[str, Sequence[str]] = {
    "opportunity": ("title", "client"),
    "lead": ("title",),
    "activity": ("title",),
    "history": ("stage", "entered"),
}
_WITH_STAGES = ("opportunity", "lead", "activity", "history")
OWN_ID = "id"  # a match by our own ids: such a row never makes a record
EARLIEST = "earliest"  # a stand-in for `created`: the earliest day that the row has


class Create(Record, frozen=True, kw_only=True):
    """What is made on the spot when a row names it and it isn't there."""

    client: Literal["account", "contact"] | None = None
    owner: bool = False
    department: bool = False
    product: bool = False


class Mapping(Record, frozen=True, kw_only=True):
    """A whole mapping. `columns`: field → column, or how to make its value."""

    kind: Kind
    extends: str | None = None  # a mapping that salescli brings, of which this is the difference
    system: str | None = None  # whose ids the key column has, if --key doesn't say
    lenient: bool = False  # columns may lack; others aren't taken; the summary tells both
    match: str | None = None  # the field by which records are found, instead of the key
    encoding: Encoding = "utf-8"
    delimiter: str = ","
    footer: list[str] = []  # how a line of the foot of a report begins, whichever it is
    guarded: bool = True  # a `'` before what would be a formula was put there by an export
    date: str = OWN_DAY
    money: str = "1234.56"
    currency: str | None = None
    key: str | list[str] | None = None
    columns: dict[str, str | Cell | list[str | Cell]]
    ignore: list[str] = []
    leave_out: dict[str, list[str]] = {}  # column: words of which one says that a row is no record
    empty: list[str] = []
    spelling: dict[str, dict[str, str]] = {}
    process: str | None = None
    begins: str | None = None
    stages: dict[str, str] = {}
    stage_dates: dict[str, str | Cell] = {}
    force: str | None = None
    create: Create = Create()
    stand_ins: dict[str, str | list[str]] = {}

    def ways(self, name: str) -> Sequence[Cell]:
        """How a field's value is made, in the order in which it is tried; empty if it isn't."""
        return ways_of(self.columns.get(name))

    def stage_cells(self) -> dict[str, Cell]:
        """Stage → how the day is made on which it was entered."""
        return {stage: ways_of(entry)[0] for stage, entry in self.stage_dates.items()}

    def columns_for(self, name: str) -> list[str]:
        """The columns that a field's value is made of; of several the first."""
        return [column for cell in self.ways(name) for column in columns_of(cell)]

    def candidates(self, name: str) -> list[str]:
        """The stand-ins of a field, in the order in which they are tried."""
        entry = self.stand_ins.get(name, [])
        return [entry] if isinstance(entry, str) else entry

    def used_columns(self) -> list[str]:
        """Every column that the mapping takes something from, `ignore` left out."""
        found = alternatives(self.key)[:1]
        for name in self.columns:
            found += self.columns_for(name)
        for cell in self.stage_cells().values():
            found += columns_of(cell)
        return list(dict.fromkeys([*found, *self.spelling, *self.leave_out]))


def needed_fields(kind: str) -> Sequence[str]:
    """What every record of a kind has, so that a mapping must say it."""
    return _NEEDED.get(kind, ("name",))


def kind_of_field(mapping: Mapping, name: str, custom: Sequence[str] = ()) -> str | None:
    """The kind of a field that a row may say; None if there is none of that name.

    `custom` is the type that salescli.yaml declares for a custom field, if it is known.
    """
    more = MORE_FIELDS[mapping.kind].get(name)
    if more is not None:
        return more
    record = RECORDS[mapping.kind]
    top, _, key = name.partition(".")
    if key and top in ("custom", "external") and spec_named(record, top) is not None:
        return custom[0] if custom else "text"
    spec = spec_named(record, name)
    return spec.kind if spec is not None and _is_importable(spec) else None


def _is_importable(spec: FieldSpec) -> bool:
    """Whether a row may say the field; the leads of a deal follow it, which commands see to."""
    return is_settable(spec) and not is_reference_list(spec)


def read_mapping(source: bytes, file: str) -> Mapping:
    """Read a mapping; raises `Damaged` with every fault and its file:line:column."""
    mapping, error = examine_mapping(source, file)
    if error is not None:
        raise error
    assert mapping is not None  # else there was an error
    return mapping


def examine_mapping(source: bytes, file: str) -> tuple[Mapping | None, Damaged | None]:
    """A mapping as far as it can be read, and every fault of it with its place.

    What can be read is for telling what else is wrong with an import.
    """
    try:
        tree: Any = read_tree(source, file)
    except Damaged as error:
        return None, error
    try:
        tree = extend_tree(tree)
    except NotFound as error:
        told = "; ".join(filter(None, (error.findings[0].text, error.findings[0].hint)))
        return None, Damaged(*place_faults(source, file, [(("extends",), told)]))
    faults = check_tree(tree, Mapping)
    read = salvage(tree, Mapping)
    mapping: Mapping | None = read.record
    if mapping is not None:
        faults += [fault for fault in _faults(mapping) if read.is_known(fault[0])]
    faults += [((key,), f"there is no key {key!r} here") for key in unknown_keys(tree, Mapping)]
    faults += list(_unknown_cell_keys(tree))
    return mapping, Damaged(*place_faults(source, file, faults)) if faults else None


def _unknown_cell_keys(tree: object) -> Iterator[tuple[Path, str]]:
    for group in ("columns", "stage_dates"):
        entries = tree.get(group) if isinstance(tree, dict) else None
        for name, entry in entries.items() if isinstance(entries, dict) else ():
            yield from unknown_cell_keys(entry, (group, name))


def _faults(mapping: Mapping) -> Iterator[tuple[Path, str]]:
    if len(mapping.delimiter) != 1 and mapping.delimiter not in ("tab", "auto"):
        yield ("delimiter",), "a delimiter is one character, tab or auto"
    if words := date_words(mapping.date):
        yield ("date",), words
    if words := money_words(mapping.money):
        yield ("money",), words
    known = _known_fields(mapping)
    for name in mapping.columns:
        kind = kind_of_field(mapping, name)
        if kind is None:
            near = did_you_mean(name, known)
            yield ("columns", name), f"no field {name!r} of kind {mapping.kind}. {near}".rstrip()
        yield from entry_faults(mapping.columns[name], ("columns", name), kind)
    for stage, cell in mapping.stage_cells().items():
        yield from entry_faults(cell, ("stage_dates", stage), "instant")
    for name in mapping.stand_ins:
        if kind_of_field(mapping, name) is None and not is_closing_field(mapping, name):
            near = did_you_mean(name, known)
            yield ("stand_ins", name), f"no field {name!r} to stand in for. {near}".rstrip()
    yield from _kind_faults(mapping)


def is_closing_field(mapping: Mapping, name: str) -> bool:
    """Whether a stand-in is for what a closing wants."""
    wanted = ("close_reason", "close_details", "winner")
    return mapping.kind in ("opportunity", "history") and name in wanted


def _known_fields(mapping: Mapping) -> list[str]:
    settable = [spec.name for spec in specs_of(RECORDS[mapping.kind]) if _is_importable(spec)]
    return [*settable, *MORE_FIELDS[mapping.kind]]


def _kind_faults(mapping: Mapping) -> Iterator[tuple[Path, str]]:
    is_deal = mapping.kind in ("opportunity", "history")
    for name in needed_fields(mapping.kind) if mapping.match != OWN_ID else ():
        if name not in mapping.columns and name not in mapping.stand_ins:
            yield ("columns",), f"nothing says the {name}, which every {mapping.kind} has"
    if not is_deal:
        for name in ("process", "begins", "stage_dates", "force"):
            if getattr(mapping, name):
                yield (name,), f"only opportunities have {name}"
    if mapping.stages and mapping.kind not in _WITH_STAGES:
        yield ("stages",), "only opportunities, leads, activities and histories have stages"
    if mapping.match is not None and mapping.match not in mapping.columns:
        yield ("match",), f"records are found by {mapping.match}, and no column says it"
    if mapping.kind == "history" and mapping.key is None:
        yield ("kind",), "a history has a `key`: the column that says which deal it is"
    if mapping.kind == "person" and mapping.key:
        yield ("key",), "people have no ids of other systems: they are found by id or name"
    if "department.parent" in mapping.columns and not mapping.create.department:
        yield ("columns", "department.parent"), "goes with create: department: true"
