"""JSON Schema (draft 2020-12) of the files, for editors: made from the declarations of the fields.

Pure: knows types and declared fields, not files. A schema describes what an editor sees, which
types scalars by their look (YAML's core schema), where our reader types them by their field: so
`title: 2026`, a number to an editor, is a text here, and `cap: "10"`, a text to it, a number.
Whatever the reader takes a schema takes, but for a bare `true` or `false` where a text belongs:
an editor would offer them for every text. What it tells beyond types is what `check` tells, too:
unknown keys, ids, keys that do not go together. Names that nothing has are left to `check`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import inspect

from salescli.model.conversion import build_plain
from salescli.model.definition import ENDS, PERFORMERS, TO_STAGE
from salescli.model.events import Event
from salescli.model.fields import FieldSpec, Only, specs_of
from salescli.model.ids import BORN, RECORD_PREFIXES, SLUG, WINDOWS_DEVICES
from salescli.model.records import ACCOUNT_KINDS
from salescli.model.shapes import DAY, DECIMAL, INSTANT, WHOLE, is_absent_when_empty

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TEXT = ["string", "number"]  # no boolean: see above
_MONEY = r"(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,4})? [A-Z]{3}"
_ID_WORDS = "not an id: use a-z, 0-9 and -, at most 40 characters"
_NOT_NAMES = (
    *(f"{prefix}-" for prefix in RECORD_PREFIXES.values()),
    *map("{}$".format, sorted(WINDOWS_DEVICES)),
)


def build_schema(record: type[msgspec.Struct], title: str) -> Schema:
    """The schema of a file that holds one record of that type; types inside stand in `$defs`."""
    definitions: dict[str, Schema] = {}
    top = _build_struct(record, definitions)
    inner = {"$defs": dict(sorted(definitions.items()))} if definitions else {}
    return {"$schema": DRAFT, "title": title, **top, **inner}


def build_history_schema(title: str) -> Schema:
    """The schema of a history: a list of events, each by its kind as it stands in a line."""
    told = "`history.yaml`: what happened to a deal or lead, a line an event; commands append."
    return {
        "$schema": DRAFT,
        "title": title,
        "description": told,
        **msgspec.json.schema(list[Event]),
    }


def _matching(pattern: str | re.Pattern[str], words: str, *types: str) -> Schema:
    """A scalar whose whole text is so, and the words for one that isn't.

    A pattern says nothing of what an editor has typed. The words are no keyword of the draft; YAML
    language servers show them instead of the pattern, all others pass them over.
    """
    text = pattern if isinstance(pattern, str) else pattern.pattern
    typed = {"type": list(types or _TEXT), "pattern": f"^(?:{text})$"}
    return typed | {"patternErrorMessage": words}


def _named(*not_these: str) -> str:
    """The pattern of the id of a named thing."""
    forbidden = (*_NOT_NAMES, *(f"{word}$" for word in not_these))
    return f"(?!{'|'.join(forbidden)}){SLUG.pattern}"


# What a text, or each text of a list or mapping, looks like by the kind of its field.
_TEXTS: Mapping[str, Schema] = {
    "id": _matching(SLUG, _ID_WORDS),
    "slug": _matching(_named(), _ID_WORDS),
    "stages": _matching(_named(), _ID_WORDS),
    "step": _matching(_named(*ENDS), _ID_WORDS),
    "steps": _matching(_named(*ENDS), _ID_WORDS),
    "performers": _matching(_named(), _ID_WORDS) | {"examples": list(PERFORMERS)},
    "routes": _matching(
        f"(?:{TO_STAGE})?{SLUG.pattern}",
        f"not a target: a step's id, {', '.join(ENDS)}, {TO_STAGE}STAGE, or ~",
    )
    | {"examples": list(ENDS)},
    "delay": _matching("[0-9]{1,5}[mhd]", "not a time to wait: write 30m, 4h or 2d", "string")
    | {"examples": ["30m", "4h", "2d"]},
    "account-kind": {"enum": list(ACCOUNT_KINDS)},
}


def _build_text(spec: FieldSpec | None) -> Schema:
    if spec is None:
        return {"type": list(_TEXT)}
    if spec.kind == "reference":
        return _matching(
            "|".join(map(_id_of, spec.target.split("|"))),
            f"no id of: {spec.target.replace('|', ' or ')}",
        )
    return dict(_TEXTS.get(spec.kind, {"type": list(_TEXT)}))


def _id_of(kind: str) -> str:
    prefix = RECORD_PREFIXES.get(kind)
    return f"{prefix}-{BORN.pattern.partition(')-')[2]}" if prefix else _named()


def _build_whole(kind: inspect.IntType) -> Schema:
    bounds = {"minimum": kind.ge, "maximum": kind.le}
    known = {name: bound for name, bound in bounds.items() if bound is not None}
    return _matching(WHOLE, "not a whole number", "integer", "string") | known


_SCALARS: Mapping[type[inspect.Type], Callable[[Any], Schema]] = {
    inspect.IntType: _build_whole,
    inspect.BoolType: lambda _: _matching("true|false", "write true or false", "boolean", "string"),
    inspect.DecimalType: lambda _: _matching(
        DECIMAL, "not a number: write it like 1.5", "number", "string"
    ),
    inspect.DateType: lambda _: (
        _matching(DAY, "not a day: write it like 2026-12-15", "string") | {"format": "date"}
    ),
    inspect.DateTimeType: lambda _: (
        _matching(INSTANT, "not a time: write it like 2026-11-02T10:12:00Z", "string")
        | {"format": "date-time"}
    ),
    inspect.CustomType: lambda _: _matching(
        _MONEY, "not an amount: write it like 12500.00 EUR", "string"
    ),  # `Money` is the only one
}


def _build(kind: inspect.Type, spec: FieldSpec | None, definitions: dict[str, Schema]) -> Schema:
    """The schema of a value; structs go to `definitions` and are referred to."""
    if isinstance(kind, inspect.UnionType):
        return _build_union(kind, spec, definitions)
    if isinstance(kind, inspect.ListType):
        return {"type": "array", "items": _build(kind.item_type, spec, definitions)}
    if isinstance(kind, inspect.DictType):
        return _build_mapping(kind, spec, definitions)
    if isinstance(kind, inspect.StructType):
        name = kind.cls.__name__
        if name not in definitions:
            definitions[name] = _build_struct(kind.cls, definitions)
        return {"$ref": f"#/$defs/{name}"}
    if isinstance(kind, inspect.StrType):
        return _build_text(spec)
    if isinstance(kind, inspect.LiteralType):  # the field has them in their order
        return {"enum": list(kind.values if spec is None else spec.values)}
    return _SCALARS[type(kind)](kind)


def _build_union(
    kind: inspect.UnionType, spec: FieldSpec | None, definitions: dict[str, Schema]
) -> Schema:
    members = [entry for entry in kind.types if not isinstance(entry, inspect.NoneType)]
    built = [_build(entry, spec, definitions) for entry in members]
    if len(members) > 1 and any(isinstance(entry, inspect.ListType) for entry in members):
        built[0] = {"type": [*_TEXT, "boolean"]}  # a field of the team's own: any kind of value
    whole = built[0] if len(built) == 1 else {"anyOf": built}
    return _or_nothing(whole) if kind.includes_none else whole


def _build_mapping(
    kind: inspect.DictType, spec: FieldSpec | None, definitions: dict[str, Schema]
) -> Schema:
    value = _build(kind.value_type, spec, definitions)
    if is_absent_when_empty(kind.value_type):
        value = _or_nothing(value)
    built: Schema = {"type": "object", "additionalProperties": value}
    if isinstance(kind.key_type, inspect.DateType):
        built["propertyNames"] = {"pattern": f"^{DAY.pattern}$"}
    if spec is not None and spec.kind == "routes":
        built["propertyNames"] = {"pattern": f"^{SLUG.pattern}$"}
        built["minProperties"] = 1  # a step without results could never be finished
    return built


def _or_nothing(schema: Schema) -> Schema:
    """The same, or an empty key."""
    if "enum" in schema:
        return {**schema, "enum": list(dict.fromkeys([*schema["enum"], None]))}
    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        return {**schema, "type": list(dict.fromkeys([*types, "null"]))}
    members = schema.get("anyOf", [schema])
    return {"anyOf": [*members, {"type": "null"}]}


def _build_struct(record: type[msgspec.Struct], definitions: dict[str, Schema]) -> Schema:
    """A mapping with the keys of a record and no others."""
    kind = inspect.type_info(record)
    assert isinstance(kind, inspect.StructType)
    specs = {spec.name: spec for spec in specs_of(record)}
    properties = {
        entry.encode_name: _build_property(entry, specs.get(entry.encode_name), definitions)
        for entry in kind.fields
    }
    built: Schema = {
        "description": (record.__doc__ or "").strip().split("\n")[0],
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    required = [entry.encode_name for entry in kind.fields if entry.required]
    if required:
        built["required"] = required
    one_of = getattr(record, "exactly_one", ())
    if one_of:
        built["oneOf"] = [
            {"required": [name], "properties": {name: {"not": {"type": "null"}}}} for name in one_of
        ]
    rules = _build_rules(kind, specs)
    return {**built, "allOf": rules} if rules else built


def _build_property(
    entry: inspect.Field, spec: FieldSpec | None, definitions: dict[str, Schema]
) -> Schema:
    value = _build(entry.type, spec, definitions)
    if not entry.required:
        value = _or_nothing(value)
    told = {"description": _description(spec)} if spec is not None else {}
    default = _default_of(entry)
    return {**told, **value, **({"default": default} if default not in (None, [], {}) else {})}


def _description(spec: FieldSpec) -> str:
    """What a field means, and where it may be set."""
    return f"{spec.doc}. Only for {spec.only.words}." if spec.only else f"{spec.doc}."


def _default_of(entry: inspect.Field) -> Any:
    """What an absent key means, as it would stand in a document; None for nothing."""
    if entry.default_factory is not msgspec.NODEFAULT:
        return build_plain(entry.default_factory())
    return None if entry.default is msgspec.NODEFAULT else build_plain(entry.default)


def _build_rules(kind: inspect.StructType, specs: Mapping[str, FieldSpec]) -> list[Schema]:
    """For each condition: where it doesn't hold, its fields say what an absent one would."""
    fields: dict[Only, Schema] = {}
    for entry in kind.fields:
        spec = specs.get(entry.encode_name)
        if spec is None or spec.only is None:
            continue
        default = _default_of(entry)
        nothing: list[Any] = [None, *([[]] if _is_list(entry.type) else [])]
        if isinstance(default, int):  # bare, or between quotes
            nothing += [default, str(default).lower()]
        fields.setdefault(spec.only, {})[entry.encode_name] = {"enum": nothing}
    return [{"if": _elsewhere(only), "then": {"properties": part}} for only, part in fields.items()]


def _is_list(kind: inspect.Type) -> bool:
    members = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    return any(isinstance(entry, inspect.ListType) for entry in members)


def _elsewhere(only: Only) -> Schema:
    """Where the condition does not hold; an absent key and an empty one are the same."""
    return {"properties": {only.key: {"not": {"enum": list(only.values)}}}, "required": [only.key]}
