"""`--fields` of documents whose rows stand in parts of it, like what waits, person by person.

As JSON the document keeps its form, and its rows have the fields that were asked for. As a table or
Markdown the rows of all parts stand one below the other, with whose they are. Knows where rows
stand; which fields they have is what the contract promises.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import msgspec

from salescli.commands.app import App
from salescli.commands.fields import choose_records
from salescli.commands.output import print_document, print_rows
from salescli.report.text.listing import Column

Record = Mapping[str, Any]


class Nested(msgspec.Struct, frozen=True):
    """Where the rows of a document stand: in `lists` of each of its parts, which `of` names.

    `part` is the key of the parts, `""` where the lists stand in the document itself.
    """

    document: str
    lists: tuple[str, ...]
    part: str = ""
    of: str = ""

    @property
    def names(self) -> list[str]:
        """The fields that may be chosen, as promised."""
        contracts: Any = import_module("salescli.model.contracts")
        shape = contracts.DOCUMENTS[self.document][1]
        inside = shape[self.part][0] if self.part else shape
        found = [self.of] if self.of else []
        for name in self.lists:
            rows = inside[name] if name in inside else inside[f"{name}?"]
            found += [field.removesuffix("?") for field in rows[0]]
        return list(dict.fromkeys(found))

    def parts(self, document: Record) -> Sequence[Record]:
        """The parts that have rows."""
        return document[self.part] if self.part else [document]

    def rows(self, document: Record) -> list[Record]:
        """All rows, each with whose it is."""
        return [
            ({self.of: part[self.of]} if self.of else {}) | row
            for part in self.parts(document)
            for name in self.lists
            for row in part.get(name, ())
        ]


AGENDA = Nested("agenda@1", ("overdue", "today", "week"), "people", "person")
CHANGES = Nested("changes@1", ("changes",), "people", "person")
NEXT = Nested("next@1", ("deals", "leads"))


def print_nested(app: App, nested: Nested, document: Record, format_: str) -> None:
    """Print the fields asked for with `--fields`; without it the document."""
    if not app.fields:
        print_document(document)
        return
    names = nested.names
    if format_ != "json":
        columns = [Column(name, name.replace("_", " ").capitalize()) for name in names]
        schema = str(document["schema"])
        print_rows(app, nested.rows(document), columns, format_, schema=schema, empty="Nothing.")
        return
    whole = dict(document)
    parts = [dict(part) for part in nested.parts(document)]
    for part in parts:
        for name in nested.lists:
            if name in part:
                part[name] = choose_records(app.fields, names, part[name])
    print_document(whole | {nested.part: parts} if nested.part else parts[0])
