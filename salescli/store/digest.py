"""From the bytes of one record's files to what the index keeps of it, or to what is wrong.

Owns the reading of a record for lists and reports. Must not know where the results are kept, nor
how it was noticed that the record changed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from salescli.model.activities import build_activities
from salescli.model.conversion import encode_scalar, format_decimal
from salescli.model.deal import Deal, Facts, build_deal, build_facts
from salescli.model.errors import Damaged, Failed, Finding, Place, Unfetched, finding
from salescli.model.events import Event, Mailed, live_events
from salescli.model.facts import State, build_state, fold
from salescli.model.ids import fold_name
from salescli.model.pasts import Past, build_past
from salescli.model.records import RECORD_TYPES, Opportunity
from salescli.store.blobs import mark_of_bytes
from salescli.store.codec import read_history, read_typed
from salescli.store.layout import HISTORY, id_in, not_utf8, prefix_of
from salescli.store.recognise import recognise

MAX_RECORD_BYTES = 1024 * 1024  # format.md section 2, "Ends"; a history has no limit in all

Reader = Callable[[str, int | None], bytes]
"""Path and largest size → bytes; FileNotFoundError, `Damaged`, `Failed`."""


class Digest(msgspec.Struct, frozen=True, array_like=True):
    """What the index keeps of one record: its values, or the findings that say why not."""

    id: str
    deal: Deal | None = None
    facts: Facts | None = None
    findings: tuple[Finding, ...] = ()
    words: tuple[str, ...] = ()  # by which it is found: see `words_of`
    blobs: bytes = b""  # what git would call its files, where all were read: see `blobs.mark_of`


def has_history(kind: str) -> bool:
    """Whether records of the kind are directories with a history."""
    return kind in ("opportunity", "lead")


def files_of(kind: str) -> tuple[str, ...]:
    """The names of a record's files inside its directory; `("",)` where it is one file."""
    return (f"/{kind}.yaml", f"/{HISTORY}") if has_history(kind) else ("",)


def read_digest(kind: str, folder: str, name: str, read: Reader) -> Digest | None:
    """Read the record `name` in `folder`; None if there is nothing of a record there."""
    path = f"{folder}/{name}"
    sources: list[bytes] = []
    missing: list[str] = []
    findings: list[Finding] = []
    for suffix in files_of(kind):
        limit = None if suffix == f"/{HISTORY}" else MAX_RECORD_BYTES
        try:
            sources.append(read(path + suffix, limit))
        except (FileNotFoundError, NotADirectoryError):
            missing.append(path + suffix)
        except Unfetched:
            raise
        except (Damaged, Failed) as error:
            findings += error.findings
    if len(missing) == len(files_of(kind)):
        return Digest("", findings=(not_utf8(path),)) if "\\x" in name else None
    record_id = id_in(name)
    if not record_id.startswith(prefix_of(kind)):
        record_id = ""
        findings.append(_misnamed(kind, path))
    findings += [_missing(file) for file in missing]
    if findings:
        return Digest(record_id, findings=tuple(findings))
    digest = build_digest(kind, path, record_id, sources)
    return msgspec.structs.replace(digest, blobs=mark_of_bytes(sources))


def build_digest(kind: str, path: str, record_id: str, sources: Sequence[bytes]) -> Digest:
    """What the files of one record, all there, amount to."""
    facts_file, *histories = (path + suffix for suffix in files_of(kind))
    findings: list[Finding] = []
    live: list[Event] = []
    state: State | None = None
    if histories:
        try:
            live = live_events(read_history(sources[1], histories[0]))
            state = fold(live)
        except Damaged as error:
            findings += error.findings
        except UNFIT as error:
            findings.append(unfoldable(histories[0], error))
    known = recognise(sources[0], record_id, state, RECORD_TYPES[kind]) if state else None
    is_folded = known is not None
    if known is not None:
        document, _ = known
    else:
        try:
            document = read_document(kind, sources[0], facts_file)
        except Damaged as error:
            return Digest(record_id, findings=(*findings, *error.findings))
        if document["id"] != record_id:
            findings.append(_other_id(facts_file, document["id"], record_id))
    if findings:
        return Digest(record_id, findings=tuple(findings))
    try:
        activities = build_activities(live)
        facts = build_facts(record_id, document, live, activities)
        words = words_of(document, live)
        if kind != "opportunity":
            return Digest(record_id, None, facts, words=words)
        told = state if is_folded and state else build_state(document)
        deal = build_deal(record_id, told, live, activities, is_folded=is_folded)
        return Digest(record_id, deal, facts, words=words)
    except UNFIT as error:
        return Digest(record_id, findings=(unfoldable(histories[0], error),))


def read_past(deal: Deal, source: bytes, file: str) -> Past | None:
    """The past of a deal, of its history; None where whoever asks for a day has to read that."""
    try:
        return build_past(deal, live_events(read_history(source, file)))
    except (Damaged, *UNFIT):
        return None


MAX_WORD = 80  # characters of a name that are kept; whoever finds one looks at the record


def words_of(document: Mapping[str, Any], live: Sequence[Event]) -> tuple[str, ...]:
    """By what a record is found: title or name, e-mails, phones, ids of what lies inside, leads,
    Message-IDs of mails and idempotency keys.
    """
    names = [str(document.get("title") or document.get("name")), *document.get("emails", ())]
    names += document.get("phones", ())
    words = {word_of(name) for name in names}
    for event in live:
        for key in _INNER:
            inner = getattr(event, key, None)
            if inner is not None:
                words.add(inner)
        if event.key is not None:
            words.add(word_of_key(event.key))
        if isinstance(event, Mailed) and event.message_id:
            words.add(word_of_message(event.message_id))
    lines = document.get("products", ())
    words.update(line["line"] for line in lines if isinstance(line, dict))
    words.update(document.get("leads", ()))
    return tuple(sorted(words))


_INNER = ("activity", "post", "proposal", "approval", "mail")


def word_of_message(message_id: str) -> str:
    """The Message-ID of a mail as it is looked up; in its brackets it is no name of a record."""
    return word_of(f"<{message_id}>")


def word_of_key(key: str) -> str:
    """An idempotency key as it is looked up; whoever finds one looks at the events."""
    return word_of(f"key:{key}")


def word_of(name: str) -> str:
    """A name as it is looked up."""
    return fold_name(name)[:MAX_WORD]


# What the pure functions of the model may meet in events that are well-formed but make no sense,
# such as a path into a title or a change without its second value.
UNFIT = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError)


def read_document(kind: str, source: bytes, file: str) -> dict[str, Any]:
    """A record's file as its document (see `model.conversion`); raises `Damaged`.

    The same as `build_document` gives, but made in C: it is half of the time of a new index.
    """
    record = read_typed(source, file, RECORD_TYPES[kind])
    document = msgspec.to_builtins(record, enc_hook=encode_scalar)
    if isinstance(record, Opportunity):
        for line, item in zip(record.products, document.get("products", ()), strict=True):
            item["quantity"] = format_decimal(line.quantity)
            if line.discount is not None:
                item["discount"] = format_decimal(line.discount)
    return {key: value for key, value in document.items() if value not in (None, [], {})}


def _misnamed(kind: str, path: str) -> Finding:
    form = f"<slug>--{prefix_of(kind)}…" + ("" if has_history(kind) else ".yaml")
    return finding(
        "misnamed-record",
        f"a record stands here, but the name doesn't end in an id: {form}",
        hint=f"rename it to {form} with the id that it says inside",
        place=Place(path),
    )


def _missing(file: str) -> Finding:
    folder, _, name = file.rpartition("/")
    return finding(
        "missing-file",
        f"{folder} has no {name}",
        hint=f"see when it was last there: git log --all -- '{file}'",
        place=Place(file),
    )


def _other_id(file: str, inside: str, record_id: str) -> Finding:
    return finding(
        "id-not-of-path",
        f"the file says id: {inside}, but it stands under {record_id}",
        hint="a copied record needs an id of its own: salescli makes one with create",
        place=Place(file),
        field="id",
    )


def unfoldable(file: str, error: Exception) -> Finding:
    """The finding for a history whose events, well-formed, make no record."""
    return finding(
        "history-makes-no-record",
        f"the events don't make a record: {error}",
        hint=f"see how it came about: git log -p -- '{file}'",
        place=Place(file),
    )
