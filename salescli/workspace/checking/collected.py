"""What a check has found so far, and one file as it is looked at.

Owns the places of findings (file:line:column) and which files could not be read. Knows no rule.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import msgspec

from salescli.model.conversion import Path
from salescli.model.errors import Finding, Place, SalesError
from salescli.store import layout
from salescli.store.document import Document
from salescli.store.yamltext import parse_nodes

At = tuple[Path, Finding]


class Collected:
    """Findings, and the paths of files that could not be read as what they should be."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.unreadable: set[str] = set()

    def add(self, findings: Iterable[Finding]) -> None:
        """Keep findings that leave their file readable."""
        self.findings += findings

    def add_damage(self, path: str, error: SalesError) -> None:
        """Keep why a file can't be read; findings without a place get the file's."""
        self.unreadable.add(path)
        self.findings += [
            entry if entry.place else msgspec.structs.replace(entry, place=Place(path))
            for entry in error.findings
        ]

    def in_order(self) -> tuple[Finding, ...]:
        """All findings by path, line and column, each once."""
        return tuple(sorted(dict.fromkeys(self.findings), key=place_key))


def without_waiting(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Of a record that clashes only that: what else is wrong is seen once it is resolved.

    Until then no command mends it.
    """
    kept = tuple(findings)
    clashing = {
        layout.home_of(found.place.file)
        for found in kept
        if found.code == "conflict-markers" and found.place
    }
    return tuple(
        found
        for found in kept
        if found.code == "conflict-markers"
        or found.place is None
        or layout.home_of(found.place.file) not in clashing
    )


def place_key(found: Finding) -> tuple[str, int, int, str]:
    """By what findings are sorted: path, line, column, code."""
    place = found.place
    return (
        ("", 0, 0, found.code)
        if place is None
        else (
            place.file,
            place.line,
            place.column,
            found.code,
        )
    )


class Source:
    """One file: its bytes and what they say. Places are worked out only when they are wanted."""

    def __init__(self, path: str, data: bytes, tree: Mapping[str, Any]) -> None:
        self.path = path
        self.data = data
        self.tree = tree

    @cached_property
    def document(self) -> Document:
        """The file as nodes with their spans."""
        return parse_nodes(self.data, self.path)

    def place_all(self, found: Iterable[At]) -> list[Finding]:
        """Findings with the places of the values that their paths name."""
        return [
            msgspec.structs.replace(entry, place=self.document.place(path)) for path, entry in found
        ]

    def place_keys(self, found: Iterable[At]) -> list[Finding]:
        """Findings with the places of the keys that their paths end in."""
        return [
            msgspec.structs.replace(entry, place=self.document.key_place(path))
            for path, entry in found
        ]

    def place_fields(self, found: Iterable[Finding]) -> list[Finding]:
        """Findings about a field, with the place of that field."""
        return self.place_all(((entry.field,) if entry.field else (), entry) for entry in found)
