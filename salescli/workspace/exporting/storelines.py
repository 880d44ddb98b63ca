"""A file of a store ↔ one line of JSON, without loss: for `export store` and `import store`.

A record in canonical form is its document, a history its events; whatever else stands in a file
(comments, keys of one's own, another order) makes the whole file its text. Bytes that are no text
are base64. Owns the lines; knows neither where files come from nor where they go.
"""

import base64
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from salescli.model.conversion import check_tree, format_path, unknown_keys
from salescli.model.errors import Damaged, Finding, finding
from salescli.model.events import Event
from salescli.model.eventtext import decode_event, format_event
from salescli.model.records import RECORD_TYPES
from salescli.report.text.json_text import escape_json, format_json
from salescli.store import layout
from salescli.store.codec import (
    format_event_line,
    read_dictionaries,
    read_history,
    read_settings,
    read_typed,
)
from salescli.store.recognise import as_text_tree
from salescli.store.texts import format_record
from salescli.workspace.schemas import TYPES

SCHEMA = "salescli/store@1"
BESIDE = (".gitattributes", ".gitignore")
"""Files of a store that git reads, not we."""
_BINARY = ("files", "mail")


class Line(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """One line. The first has `schema` and `name`, the last `files`; others a path and a form."""

    schema: str | None = None
    name: str | None = None
    path: str | None = None
    record: dict[str, Any] | None = None
    events: list[msgspec.Raw] | None = None
    text: str | None = None
    base64: str | None = None
    files: int | None = None


_decoder = msgspec.json.Decoder(Line)


def parse_line(source: bytes) -> Line:
    """One line of JSON; raises `Damaged` (`not-a-store-line`)."""
    try:
        return _decoder.decode(source)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        text = f"this is no line of a store: {str(error)[:200]}"
        hint = "salescli export store writes such files; write it again"
        raise Damaged(finding("not-a-store-line", text, hint=hint)) from None


def format_line(path: str, source: bytes, document: Mapping[str, Any] | None = None) -> str:
    """A file as its line, without a line break.

    `document` is what the record in it says, as far as the caller knows; it is taken only if the
    bytes say just that.
    """
    located = layout.locate(path)
    if located is not None and located.kind in RECORD_TYPES and document is not None:
        if format_record(document, RECORD_TYPES[located.kind]) == source:
            return format_json({"path": path, "record": document}, indent=None)
    elif located is not None and located.kind == "history":
        events = _canonical_events(source)
        if events is not None:
            head = format_json({"path": path}, indent=None).removesuffix("}")
            return f'{head},"events":[{escape_json(",".join(events))}]}}'
    try:
        text = source.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    if text is not None and not (located is not None and located.kind in _BINARY):
        return format_json({"path": path, "text": text}, indent=None)
    coded = base64.b64encode(source).decode("ascii")
    return format_json({"path": path, "base64": coded}, indent=None)


def _canonical_events(source: bytes) -> list[str] | None:
    """The events of a history as JSON, if each line is as we write it; else None."""
    if not source.endswith(b"\n"):
        return None
    events = []
    for line in source[:-1].split(b"\n"):
        if not line.startswith(b"- {"):
            return None
        try:
            text = line[2:].decode("utf-8")
            if format_event(decode_event(line[2:])) != text:
                return None
        except (msgspec.DecodeError, UnicodeError):
            return None
        events.append(text)
    return events


def read_file_line(line: Line) -> bytes:
    """The bytes of the file that a line stands for; raises `Damaged` with all that is wrong in it.

    What is written is always what can be read: a record with unknown keys, a text that is no file
    of its kind, an event that is none are refused.
    """
    path = line.path or ""
    located = layout.locate(path)
    if located is None and path not in BESIDE:
        raise Damaged(
            finding(
                "no-place",
                f"{path!r} is no place for a file of a store",
                hint="the files that a store has are in docs/file-format.md",
                field="path",
            )
        )
    kind = located.kind if located is not None else ""
    if line.record is not None and kind in RECORD_TYPES:
        return _record_bytes(path, line.record, kind)
    if line.events is not None and kind == "history":
        return b"".join(format_event_line(_event(path, raw)) for raw in line.events)
    if line.text is not None:
        source = line.text.encode("utf-8", "surrogatepass")
        check_source(path, source)
        return source
    if line.base64 is not None:
        source = _decode_base64(path, line.base64)
        if kind not in _BINARY:
            check_source(path, source)
        return source
    raise Damaged(_formless(path, "it has neither a record, events, a text nor bytes"))


def check_source(path: str, source: bytes) -> None:
    """Raise `Damaged` for a text that is no file of the kind that stands at its path."""
    located = layout.locate(path)
    if located is None or located.kind in _BINARY:
        return
    if located.kind == "settings":
        read_settings(source, path)
    elif located.kind == "dictionaries":
        read_dictionaries(source, path)
    elif located.kind == "history":
        read_history(source, path)
    else:
        record = read_typed(source, path, TYPES[located.kind])
        if located.kind in RECORD_TYPES:
            _check_id(path, getattr(record, "id", ""))


def _record_bytes(path: str, document: dict[str, Any], kind: str) -> bytes:
    record = RECORD_TYPES[kind]
    found = [_formless(path, f"{name} is no field") for name in unknown_keys(document, record)]
    faults = check_tree(as_text_tree(document), record)
    found += [_formless(path, f"{format_path(at)}: {words}") for at, words in faults]
    Damaged.raise_if(found)
    _check_id(path, str(document.get("id")))
    return format_record(document, record)


def _event(path: str, raw: msgspec.Raw) -> Event:
    try:
        return decode_event(bytes(raw))
    except (msgspec.DecodeError, RecursionError) as error:
        said = re.sub("[`$]", "", str(error))[:200]
        raise Damaged(_formless(path, f"an event: {said}")) from None


def _decode_base64(path: str, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise Damaged(_formless(path, "its base64 is none")) from None


def _check_id(path: str, record_id: str) -> None:
    located = layout.locate(path)
    if located is not None and record_id != located.id:
        raise Damaged(
            finding(
                "wrong-id",
                f"{path} has the id {record_id}, its path another",
                hint="write it again from the store that it comes from",
            )
        )


def _formless(path: str, words: str) -> Finding:
    hint = "salescli export store writes it again"
    return finding("not-in-form", f"{path}: {words}", hint=hint, field=path)
