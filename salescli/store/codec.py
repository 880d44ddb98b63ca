"""Files ↔ typed records and events, with file:line:column on every fault."""

from collections.abc import Iterable
from typing import TypeVar

import msgspec

from salescli.model.catalogues import (
    Choice,
    Dictionary,
    Settings,
)
from salescli.model.conversion import Path, build_record, check_tree
from salescli.model.errors import Damaged, Finding, Place, finding
from salescli.model.events import Event
from salescli.model.eventtext import decode_event, format_event
from salescli.store.yamltext import parse_nodes, read_flow_mapping, read_tree

T = TypeVar("T", bound=msgspec.Struct)
MAX_LINE = 256 * 1024
FORMAT = 1

_KEY_HINT = "write the key; if it was there, git log -p shows it"


def read_typed(source: bytes, file: str, record: type[T]) -> T:
    """Read one file as a typed record; raises `Damaged` with every fault and its place."""
    tree = read_tree(source, file)
    try:
        return build_record(tree, record)
    except msgspec.ValidationError as error:
        faults = check_tree(tree, record) or [((), str(error))]
        raise Damaged(*place_faults(source, file, faults)) from None


def place_faults(source: bytes, file: str, faults: Iterable[tuple[Path, str]]) -> list[Finding]:
    """Turn (path, words) into findings with file:line:column."""
    document = parse_nodes(source, file)
    return [
        finding(
            "missing-key" if words.endswith("is missing") else "wrong-type",
            words,
            hint=_KEY_HINT if words.endswith("is missing") else "",
            place=document.place(path),
            field="/".join(str(part) for part in path),
        )
        for path, words in faults
    ]


def read_dictionaries(source: bytes, file: str) -> dict[str, Dictionary]:
    """Read dictionaries.yaml: a value is its name, or a mapping with `name` and flags."""
    tree = read_tree(source, file)
    dictionaries: dict[str, Dictionary] = {}
    faults: list[tuple[Path, str]] = []
    for name, values in tree.items():
        dictionaries[name] = {}
        if values is None:
            continue
        if not isinstance(values, dict):
            faults.append(((name,), f"{name} is not a mapping of values"))
            continue
        for key, value in values.items():
            if isinstance(value, str):
                dictionaries[name][key] = value
                continue
            inner = check_tree(value, Choice) if isinstance(value, dict) else [((), "no name")]
            faults += [((name, key, *path), words) for path, words in inner]
            if isinstance(value, dict) and not inner:
                dictionaries[name][key] = build_record(value, Choice)
    if faults:
        raise Damaged(*place_faults(source, file, faults))
    return dictionaries


def read_settings(source: bytes, file: str) -> Settings:
    """Read salescli.yaml; a newer format is neither read nor written (exit 4)."""
    version = read_tree(source, file).get("format")
    if isinstance(version, str) and version.isdigit() and int(version) > FORMAT:
        raise Damaged(
            finding(
                "newer-format",
                f"this store has format {version}; this program knows {FORMAT}",
                hint="install a newer salescli",
                place=parse_nodes(source, file).place(("format",)),
            )
        )
    return read_typed(source, file, Settings)


def read_history(source: bytes, file: str) -> list[Event]:
    """Read history.yaml line by line; a line repeated with the same bytes is one event.

    Raises `Damaged` with every line that isn't an event, and for an id with two contents.
    """
    events: list[Event] = []
    seen: dict[str, bytes] = {}
    findings: list[Finding] = []
    for number, line in enumerate(source.split(b"\n"), 1):
        if not line.strip() or line.lstrip().startswith(b"#"):
            continue
        try:
            event = read_event_line(line.rstrip(b"\r"), file, number)
        except Damaged as error:
            findings += error.findings
            continue
        if event.id not in seen:
            seen[event.id] = line
            events.append(event)
        elif seen[event.id] != line:
            findings.append(_repeated(event, file, number, line))
    if findings:
        raise Damaged(*findings)
    return events


def format_event_line(event: Event) -> bytes:
    """One event as its line in a history."""
    return f"- {format_event(event)}\n".encode()


def read_event_line(line: bytes, file: str, number: int) -> Event:
    """Read one line: `- ` and JSON as we write it, or a YAML flow mapping written by hand."""
    if len(line) > MAX_LINE:
        raise Damaged(
            finding(
                "event-too-long",
                f"the event has {len(line)} bytes, {MAX_LINE} are allowed",
                hint="attach a long text as a file",
                place=_line_place(file, number, line[:80]),
            )
        )
    if line.startswith(b"- {"):
        try:
            return decode_event(line[2:])
        except (msgspec.DecodeError, UnicodeDecodeError):
            pass  # not the JSON that we write: the YAML reader below says what is wrong
    text = _decode(line, file, number)
    tree = read_flow_mapping(text, file, number)
    try:
        event: Event = msgspec.convert(tree, Event, strict=False)
        return event
    except msgspec.ValidationError as error:
        raise Damaged(
            finding(
                "not-an-event",
                f"not an event: {_event_fault(str(error))}",
                hint="see with git log -p how the line came to be",
                place=_line_place(file, number, line),
            )
        ) from None


def _event_fault(said: str) -> str:
    """What msgspec says, in the order of our words: where, then what."""
    words, _, where = said.replace("`", "").partition(" - at $")
    name = where.removeprefix(".")
    return f"{name}: {words[:1].lower()}{words[1:]}" if name else words


def _decode(line: bytes, file: str, number: int) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Damaged(
            finding(
                "not-utf8",
                f"byte {error.start + 1} of the line is not UTF-8",
                place=_line_place(file, number, line[: error.start]),
            )
        ) from None


def _repeated(event: Event, file: str, number: int, line: bytes) -> Finding:
    return finding(
        "event-id-twice",
        f"event {event.id} stands here a second time with other content",
        hint="salescli check names the command that keeps one of the two",
        place=_line_place(file, number, line),
    )


def _line_place(file: str, number: int, line: bytes) -> Place:
    return Place(file, number, 1, line.decode("utf-8", "replace")[:200], 1)
