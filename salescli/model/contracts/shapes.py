"""The little language in which documents are declared, and the JSON Schema made of it.

A shape is a leaf by its name (`"money"`), a mapping key → shape, a list of one shape, `by(shape)`
for a mapping with free keys, or a tuple: one of several, with None where null may stand. A key
that ends with `?` may be absent. Pure: knows no document.
"""

from collections.abc import Mapping
from typing import Any

from salescli.model.jsonschema import DRAFT, Schema

Shape = Any  # a str, Mapping, list, tuple, `By` or None: see above

# As documents print them. Numbers with decimals are text, so that nobody rounds them.
LEAVES: Mapping[str, Schema] = {
    "any": {},
    "day": {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "decimal": {"type": "string", "pattern": "^-?[0-9]+([.][0-9]+)?$"},
    "flag": {"type": "boolean"},
    "instant": {
        "type": "string",
        "format": "date-time",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
    },
    "money": {"type": "string", "pattern": "^[0-9]+([.][0-9]+)? [A-Z]{3}$"},
    "revision": {"type": "string", "pattern": "^[0-9a-f]{12}$"},
    "text": {"type": "string"},
    "whole": {"type": "integer"},
}


class By:
    """A mapping whose keys are data: currencies, ids, stages."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape


class Words:
    """A text that is one of these."""

    def __init__(self, *words: str) -> None:
        self.words = words


def by(shape: Shape) -> By:
    """A mapping from any key to that shape."""
    return By(shape)


def words(*choices: str) -> Words:
    """One of these texts."""
    return Words(*choices)


def rows(shape: Mapping[str, Shape]) -> list[Shape]:
    """The rows of a list that can be one of several stores: each says whose it is then.

    Null where `--fields` asks for the store of a row of the only one.
    """
    return [{**shape, "store?": ("text", None)}]


def build_shape(shape: Shape) -> Schema:
    """The schema of a shape. Objects are open: within a version keys may be added."""
    if isinstance(shape, str):
        return dict(LEAVES[shape])
    if isinstance(shape, Words):
        return {"enum": list(shape.words)}
    if isinstance(shape, By):
        return {"type": "object", "additionalProperties": build_shape(shape.shape)}
    if isinstance(shape, list):
        return {"type": "array", "items": build_shape(shape[0])}
    if isinstance(shape, tuple):
        return _build_choice(shape)
    return {
        "type": "object",
        "properties": {key.removesuffix("?"): build_shape(one) for key, one in shape.items()},
        "required": [key for key in shape if not key.endswith("?")],
    }


def _build_choice(shapes: tuple[Shape, ...]) -> Schema:
    built = [build_shape(one) for one in shapes if one is not None]
    if None not in shapes:
        return {"anyOf": built}
    if len(built) == 1 and isinstance(built[0].get("type"), str):
        return {**built[0], "type": [built[0]["type"], "null"]}
    if len(built) == 1 and "enum" in built[0]:
        return {"enum": [*built[0]["enum"], None]}
    return {"anyOf": [*built, {"type": "null"}]}


def build_document_schema(name: str, doc: str, shape: Mapping[str, Shape]) -> Schema:
    """The schema of a document `salescli/NAME@N`, which says itself what it is."""
    built = build_shape(shape)
    return {
        "$schema": DRAFT,
        "$id": f"urn:salescli:{name}",
        "title": f"salescli/{name}",
        "description": doc,
        "type": "object",
        "properties": {"schema": {"const": f"salescli/{name}"}, **built["properties"]},
        "required": ["schema", *built["required"]],
    }


def build_line_schema(name: str, doc: str, shape: Shape) -> Schema:
    """The schema of a line of JSON Lines, which does not say itself what it is."""
    return {
        "$schema": DRAFT,
        "$id": f"urn:salescli:{name}",
        "title": f"salescli/{name}",
        "description": doc,
        **build_shape(shape),
    }


def optional(shape: Mapping[str, Shape]) -> dict[str, Shape]:
    """The same, each key of which may be absent: what `--fields` chooses from."""
    return {f"{key.removesuffix('?')}?": one for key, one in shape.items()}
