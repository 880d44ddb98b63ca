"""One deal or lead with its two files and its attachments: read, and checked in every way.

Reads through the function that it is given, so that what a command has staged is seen.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from salescli.model.conversion import MAX_TEXT, build_document, build_record, check_text
from salescli.model.definition import Definition
from salescli.model.errors import Damaged, Finding, Place, SalesError, finding
from salescli.model.events import Json
from salescli.model.facts import State, build_state, changes_between
from salescli.model.records import RECORD_TYPES, Lead, Opportunity
from salescli.store import layout
from salescli.store.codec import place_faults
from salescli.store.yamltext import read_tree
from salescli.workspace.checking.attachments import Read, check_attachments
from salescli.workspace.checking.collected import At, Collected, Source
from salescli.workspace.checking.forks import advise, waiting
from salescli.workspace.checking.history import Road, check_history
from salescli.workspace.checking.keys import check_keys
from salescli.workspace.checking.known import Known
from salescli.workspace.checking.lines import History, read_lines
from salescli.workspace.checking.misplaced import held_by_stage, with_ways
from salescli.workspace.checking.records import (
    check_difference,
    check_facts,
    check_record_history,
    check_road,
    said_by,
)
from salescli.workspace.checking.wronglist import with_homes

# What control characters can hide in: escapes, tabs, and what YAML takes for a line break.
_HIDING = (b"\\", b"\t", b"\xc2\x85")


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """A deal or lead as its files say; None for what can't be read.

    `state` is what the file says, `said` what the history says, `fields` the differences:
    {path: [said, stated]}. Of `held`, fields that a merge left apart, the history holds.
    """

    kind: str
    id: str
    directory: str
    source: Source | None
    facts: Opportunity | Lead | None
    history: History | None
    road: Road | None
    definition: Definition | None
    state: State
    said: State
    fields: Mapping[str, list[Json]]
    held: frozenset[str]

    @property
    def record(self) -> type[msgspec.Struct]:
        """Its record type."""
        return RECORD_TYPES[self.kind]


def read_source(read: Read, path: str, collected: Collected) -> Source | None:
    """One YAML file as a tree; what hinders goes to `collected`."""
    try:
        data = read(path)
        if data is None:
            text = "this file is missing"
            hint = "bring it back with git checkout"
            raise Damaged(finding("missing-file", text, hint=hint, place=Place(path)))
        source = Source(path, data, read_tree(data, path))
    except SalesError as error:
        collected.add_damage(path, error)
        return None
    if not data.endswith(b"\n"):
        collected.add([no_final_newline(path, data)])
    return source


def no_final_newline(path: str, data: bytes) -> Finding:
    """The finding for a file that may have lost its end: nobody can tell."""
    text = "the file does not end with a line break: its end may be missing"
    hint = "see whether the last line is whole (git diff), then end it"
    last = data.rpartition(b"\n")[2].decode("utf-8", "replace")
    place = Place(path, data.count(b"\n") + 1, len(last) + 1, last[:200])
    return finding("no-final-newline", text, hint=hint, place=place)


def read_facts(
    source: Source, record: type[msgspec.Struct], collected: Collected
) -> msgspec.Struct | None:
    """A tree as a typed record; unknown keys and bad texts are told too."""
    collected.add(source.place_keys(check_keys(source.tree, record)))
    collected.add(source.place_all(check_texts(source)))
    try:
        built: msgspec.Struct = build_record(source.tree, record)
    except msgspec.ValidationError as error:
        faults = getattr(error, "faults", [((), str(error))])
        damaged = Damaged(*place_faults(source.data, source.path, faults))
        collected.add_damage(source.path, damaged)
        return None
    return built


def _read_record(source: Source, kind: str, collected: Collected) -> Any:
    """A deal's or lead's facts; of items under the wrong list it is told where they belong."""
    told = Collected()
    facts = read_facts(source, RECORD_TYPES[kind], told)
    is_deal = kind == "opportunity" and any(found.code == "unknown-key" for found in told.findings)
    collected.add(with_homes(told.findings, source) if is_deal else told.findings)
    collected.unreadable |= told.unreadable
    return facts


def check_texts(source: Source) -> list[At]:
    """Texts that break the rules for texts (format.md section 2).

    A file that is short, in NFC, and without escapes and tabs has none: most are.
    """
    data = source.data
    is_plain = len(data) <= MAX_TEXT and not any(map(data.__contains__, _HIDING))
    if is_plain and (data.isascii() or unicodedata.is_normalized("NFC", data.decode())):
        return []
    return [
        (path, finding("bad-text", f"this text {words}", field=str(path[0])))
        for path, words in check_text(source.tree)
    ]


def examine(
    read: Read,
    kind: str,
    directory: str,
    files: Mapping[str, int],
    known: Known,
    collected: Collected,
) -> Examined:
    """Check one deal or lead; its findings go to `collected`. `files` are those of the store."""
    record_id = layout.id_in(directory.rpartition("/")[2])
    source = read_source(read, layout.record_file(kind, directory), collected)
    facts = None if source is None else _read_record(source, kind, collected)
    definition = known.processes.get(facts.process) if isinstance(facts, Opportunity) else None
    history = _read_history(read, f"{directory}/{layout.HISTORY}", collected)
    road = None
    state = {} if facts is None else build_state(build_document(facts), RECORD_TYPES[kind])
    found: list[Finding] = []
    if history is not None:
        events = [line.event for line in history.lines]
        road = advise(check_history(events, known.now, known.calendar, kind == "lead"), state)
        found += check_record_history(history, road, RECORD_TYPES[kind], definition, known)
    said: State = {}
    fields: Mapping[str, list[Json]] = {}
    if source is not None and facts is not None:
        found += check_facts(source, facts, record_id, known)
        if road is not None and road.is_born:
            if road.state != state:
                said = said_by(road, record_id, RECORD_TYPES[kind])
                fields = changes_between(said, state, RECORD_TYPES[kind])
            else:
                said = state
            found += check_difference(source, fields, road)
            found += source.place_fields(check_road(facts, road, directory, known, definition))
    if history is not None and road is not None:
        found += check_attachments(history, road.live, directory, files, read)
    held = frozenset() if road is None else held_by_stage(road, fields, found)
    collected.add(found if road is None else _with_ways_out(found, road, held))
    return Examined(
        kind=kind,
        id=record_id,
        directory=directory,
        source=source,
        facts=facts,
        history=history,
        road=road,
        definition=definition,
        state=state,
        said=said,
        fields=fields,
        held=held,
    )


def _with_ways_out(found: Iterable[Finding], road: Road, held: frozenset[str]) -> Iterable[Finding]:
    """Findings with what mends them: of a fork, all else waits until it is settled."""
    return waiting(found) if road.is_forked else with_ways(found, road, held)


def _read_history(read: Read, path: str, collected: Collected) -> History | None:
    try:
        data = read(path)
    except SalesError as error:
        collected.add_damage(path, error)
        return None
    if data is None:
        text = "this file is missing"
        hint = "bring it back with git checkout; without it the record has no past"
        found = finding("missing-file", text, hint=hint, place=Place(path))
        collected.add_damage(path, Damaged(found))
        return None
    history = read_lines(data, path)
    if history.damage:
        collected.add_damage(path, Damaged(*history.damage))
        return None
    if data and not data.endswith(b"\n"):
        collected.add([no_final_newline(path, data)])
    return history
