"""Which JSON Schemas there are: of the files of a store, by the kinds of `salescli.store.layout`,
and of the documents that commands print, by their names and versions (`salescli.model.contracts`).

Needs no store.
"""

from collections.abc import Mapping as Map

import msgspec

from salescli.model.contracts import DOCUMENTS, LINES
from salescli.model.contracts.shapes import build_document_schema, build_line_schema
from salescli.model.errors import NotFound, finding
from salescli.model.jsonschema import Schema, build_history_schema, build_schema
from salescli.model.kinds import KINDS, type_of_kind
from salescli.model.nearest import did_you_mean
from salescli.model.records import RECORD_TYPES
from salescli.store import layout
from salescli.workspace.importing.mapping import Mapping

TYPES: Map[str, type[msgspec.Struct]] = {
    **{kind: type_of_kind(kind) for kind in KINDS if kind not in RECORD_TYPES},
    "mapping": Mapping,
    **RECORD_TYPES,
}
HISTORY = "history"  # of a deal or lead: no record, but a list of events
OUTSIDE = {"mapping": "MAPPING.yaml"}  # files that lie beside a store, not in it


SCHEMAS: tuple[str, ...] = (*TYPES, HISTORY, *DOCUMENTS, *LINES)
"""The names of all: kinds of files first, then `NAME@VERSION` of what is printed."""


def build_schema_named(name: str) -> Schema:
    """The schema of a kind of file, or of a document; raises `NotFound` with the nearest ones.

    A document is named as it names itself, with or without `salescli/`.
    """
    asked = name.removeprefix("salescli/")
    if asked in DOCUMENTS:
        return build_document_schema(asked, *DOCUMENTS[asked])
    if asked in LINES:
        return build_line_schema(asked, *LINES[asked])
    if name == HISTORY:
        return build_history_schema(files_of(name))
    if name not in TYPES:
        hint = did_you_mean(asked, SCHEMAS) or "salescli schema lists those there are"
        raise NotFound(finding("no-such-schema", f"no schema is called {name!r}", hint=hint))
    schema = build_schema(TYPES[name], files_of(name))
    if name == "mapping":  # one that extends another has the rest from there
        needed = schema.pop("required")
        schema["anyOf"] = [{"required": ["extends"]}, {"required": needed}]
    return schema


def told_of(name: str) -> str:
    """What has this schema, in a line."""
    if is_of_files(name):
        return str(build_schema_named(name)["description"])
    return {**DOCUMENTS, **LINES}[name][0]


def is_of_files(name: str) -> bool:
    """Whether a schema is that of a kind of files."""
    return name in TYPES or name == HISTORY


def files_of(kind: str) -> str:
    """The path of the files of a kind in a store, with `*` for what differs."""
    if kind == HISTORY:
        return f"{layout.FOLDERS['opportunity']}/*/*/{layout.HISTORY}"
    if kind in OUTSIDE:
        return OUTSIDE[kind]
    for file, known in layout.SINGLE_FILES.items():
        if known == kind:
            return file
    if kind in layout.CATALOGUE_FOLDERS:
        return layout.catalogue_file(kind, "*")
    folder = layout.FOLDERS[kind]
    is_directory = kind in ("opportunity", "lead")
    return layout.record_file(kind, f"{folder}/*/*") if is_directory else f"{folder}/*.yaml"
