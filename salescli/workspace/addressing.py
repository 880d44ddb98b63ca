"""From what people type to the record they mean (design.md section 4).

Full id, exact title or name, unique prefix of the id with or without its kind; tried in this
order. The index is asked for names and believed only after the file has said the same.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from salescli.model.errors import About, Damaged, Finding, NotFound, Place, finding
from salescli.model.ids import RECORD_PREFIXES, fold_name, is_born_id, kind_of_id
from salescli.model.nearest import did_you_mean, has_words
from salescli.report.text.numbers import width_of
from salescli.store import layout
from salescli.store.yamltext import read_tree
from salescli.workspace.session import Session

_PREFIX = re.compile(r"(?:(opp|acc|con|lead)-)?([0-9a-hjkmnp-tv-z]{1,10})")
_ANY_ID = re.compile(r"(?:([a-z]{3,4})-)?([0-9a-hjkmnp-tv-z]{4,10})")
_TITLE = re.compile(r"^(?:title|name):(.*)$", re.MULTILINE)
_NOUNS = {
    "opportunity": "the deal",
    "account": "the account",
    "contact": "the contact",
    "lead": "the lead",
}
_INNER = {  # prefix → what it is, and the command that takes it
    "act": ("an activity", "salescli activity done"),
    "appr": ("an approval", "salescli approval approve"),
    "prop": ("a proposal", "salescli proposal set"),
    "post": ("a post", "salescli feed reply"),
    "mail": ("a mail", "salescli mail show"),
}
_NOUN_OF: Mapping[tuple[str, ...], str] = {
    ("opportunity", "lead"): "record",
    ("account", "contact"): "client",
}
MAX_CANDIDATES = 10
WIDTH = 80  # columns of a terminal


CLIENT_KINDS = ("account", "contact")


class Found(msgspec.Struct, frozen=True):
    """A record that exists: its kind, id, and path (of a deal or lead: its directory)."""

    kind: str
    id: str
    path: str


def find_record(session: Session, text: str, *kinds: str, field: str = "") -> Found:
    """The one record of these kinds that `text` names; raises `NotFound`, about `field`.

    Without `field`: about its noun.
    """
    with About(field or _NOUN_OF.get(kinds, kinds[0])):
        return _find(session, text, *kinds)


def _find(session: Session, text: str, *kinds: str) -> Found:
    if is_born_id(text) and kind_of_id(text) in kinds:
        found = find_by_id(session, text)
        if found:
            return found
        raise NotFound(_missing(kinds, text))
    for tier in (_titled_now, prefixed, _titled_fresh):
        candidates = tier(session, text, kinds)
        if candidates and tier is _titled_now:
            # There may be another of that title, made since the index was compared with the files.
            candidates = _titled_fresh(session, text, kinds)
        if len(candidates) > 1:
            candidates = _without_stubs(session, candidates)
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise NotFound(ambiguous(session, text, candidates))
    Damaged.raise_if(_clashing(session, text, kinds))
    other = other_than(session, text, *kinds)
    partly = [] if other else _titled_partly(session, text, kinds)
    if partly:
        raise NotFound(_none_but(session, kinds, text, partly))
    known = [title for kind in kinds for title in titles_of(session, kind)]
    raise NotFound(_missing(kinds, text, other or did_you_mean(text, known)))


def _titled_partly(session: Session, text: str, kinds: Sequence[str]) -> list[Found]:
    """The records of whose title this is a part, those that begin with it first."""
    found = [
        (not fold_name(title).startswith(fold_name(text)), title, record_id)
        for kind in kinds
        for record_id, title in _titled(session, kind)
        if has_words(title, text)
    ]
    located = (find_by_id(session, record_id) for _, _, record_id in sorted(found))
    return [one for one in located if one]


def other_than(session: Session, text: str, *wanted: str) -> str:
    """What an id is that names nothing of these kinds: `9ksy is an approval of …`; else `""`.

    `wanted` are kinds of records and prefixes of what lies inside them, which were looked at.
    """
    match = _ANY_ID.fullmatch(text)
    if match is None:
        return ""
    prefix, digits = match.groups()
    others = [kind for kind in RECORD_PREFIXES if kind not in wanted]
    told = [
        f"{text} is {_NOUNS[one.kind]} {title_of(session, one)!r}: "
        f"salescli {one.kind} show {digits}"
        for one in prefixed(session, text, others)
    ]
    for inner, (noun, command) in _INNER.items():
        if inner in wanted or prefix not in (None, inner):
            continue
        for _, record_id in session.index.holders(f"{inner}-{digits}"):
            found = find_by_id(session, record_id)
            if found is not None:
                told.append(f"{text} is {noun} of {title_of(session, found)}: {command} {digits}")
    return told[0] if len(told) == 1 else ""


def _without_stubs(session: Session, candidates: list[Found]) -> list[Found]:
    """Candidates without what is left of merged clients, unless there is nothing else.

    A client is mostly merged into one of the same name, and that one is meant.
    """
    standing = [
        found
        for found in candidates
        if found.kind not in ("account", "contact")
        or "merged_into" not in read_tree(session.read_required(found.path), found.path)
    ]
    return standing or candidates


def _titled(session: Session, kind: str) -> Iterable[tuple[str, str]]:
    """(id, title or name) of all records of a kind that the index holds."""
    if kind == "opportunity":
        return ((deal.id, deal.title) for deal in session.index.deals())
    key = "title" if kind == "lead" else "name"
    return ((facts.id, str(facts.document[key])) for facts in session.index.documents(kind))


def titles_of(session: Session, kind: str) -> Iterable[str]:
    """The titles or names of all records of a kind that the index holds."""
    return (title for _, title in _titled(session, kind))


def find_by_id(session: Session, record_id: str) -> Found | None:
    """The record of a full id, or None. One look into the index, one at the file."""
    kind = kind_of_id(record_id)
    if kind is None:
        return None
    born = session.born.get(record_id)
    if born:
        return Found(kind, record_id, born[0])
    path = session.index.path_of(record_id)
    if path is not None and session.files.exists(_file(kind, path)):
        return Found(kind, record_id, path)
    found = _on_disk(session, kind, record_id)
    return found[0] if found else None


def has_file(session: Session, found: Found) -> bool:
    """Whether the file of a record is there, with what was staged."""
    return session.files.exists(_file(found.kind, found.path))


def _file(kind: str, path: str) -> str:
    return path if kind in ("account", "contact") else layout.record_file(kind, path)


def _on_disk(session: Session, kind: str, start: str) -> list[Found]:
    """The records whose id begins so. Most names are passed over without a look at their form."""
    top = layout.FOLDERS[kind]
    files = session.files
    folders = [top]
    if kind in ("opportunity", "lead"):
        folders = [f"{top}/{year}" for year in files.list_directory(top)]
    return [
        Found(kind, record_id, f"{folder}/{name}")
        for folder in folders
        for name in files.list_directory(folder)
        if start in name and (record_id := layout.id_in(name)).startswith(start)
    ]


def prefixed(session: Session, text: str, kinds: Sequence[str]) -> list[Found]:
    """The records of these kinds whose id begins so, with or without the kind in front."""
    match = _PREFIX.fullmatch(text)
    if match is None:
        return []
    found: list[Found] = []
    for kind in kinds:
        prefix = RECORD_PREFIXES[kind]
        if match.group(1) in (None, prefix):
            start = f"{prefix}-{match.group(2)}"
            found += _on_disk(session, kind, start)
    return found


def _titled_now(session: Session, text: str, kinds: Sequence[str]) -> list[Found]:
    """By exact title among what was made by this command and what the index last saw."""
    wanted = fold_name(text)
    born = [
        Found(kind, record_id, path)
        for record_id, (path, title) in session.born.items()
        if (kind := kind_of_id(record_id)) in kinds and kind and fold_name(title) == wanted
    ]
    seen = [
        found
        for kind in kinds
        for record_id in session.index.titled(kind, text)
        if (found := find_by_id(session, record_id)) and _still_titled(session, found, wanted)
    ]
    return born + [found for found in seen if found.id not in session.born]


def _titled_fresh(session: Session, text: str, kinds: Sequence[str]) -> list[Found]:
    """The same after comparing the index with the files: titles changed by hand."""
    session.index.refresh()
    return _titled_now(session, text, kinds)


def _clashing(session: Session, text: str, kinds: Sequence[str]) -> Iterator[Finding]:
    """That a record of this title is in a clash, so that its file can't be read."""
    for _, findings in session.index.invalid():
        first = findings[0]
        located = None if first.place is None else layout.locate(first.place.file)
        if located is None or first.place is None or first.code != "conflict-markers":
            continue
        kind = located.of or located.kind
        folder = first.place.file if kind in CLIENT_KINDS else layout.home_of(first.place.file)
        path = _file(kind, folder)
        titles = _TITLE.findall((session.files.read(path) or b"").decode("utf-8", "replace"))
        if kind in kinds and fold_name(text) in (fold_name(one.strip(" \"'\r")) for one in titles):
            words = f"{text!r} is in a clash: both sides of an unfinished merge stand in its file"
            hint = f"salescli resolve {located.id} finishes it"
            yield finding("conflict-markers", words, hint=hint, place=Place(path))


def _still_titled(session: Session, found: Found, wanted: str) -> bool:
    return fold_name(title_of(session, found)) == wanted


def title_of(session: Session, found: Found) -> str:
    """The title or name that a record's file says now."""
    path = _file(found.kind, found.path)
    tree = read_tree(session.read_required(path), path)
    title = tree.get("title") or tree.get("name")
    return title if isinstance(title, str) else ""


def _missing(kinds: Iterable[str], text: str, hint: str = "") -> Finding:
    words = " or ".join({"opportunity": "deal"}.get(kind, kind) for kind in kinds)
    return finding(
        "no-such-record",
        f"there is no {words} {text!r}",
        hint=hint or "give its id, its exact title or name, or the first characters of its id",
    )


def ambiguous(session: Session, text: str, candidates: Sequence[Found]) -> Finding:
    """The finding for a text that names several records, with the candidates."""
    lines = [f"{text!r} may be any of {len(candidates)}:", *_listed(session, candidates)]
    return finding("ambiguous", "\n".join(lines), hint="give the id of the one you mean")


def _none_but(
    session: Session, kinds: Iterable[str], text: str, candidates: Sequence[Found]
) -> Finding:
    """The finding for a text that is a part of titles only, with those that it may mean."""
    first = f"{_missing(kinds, text).text}; it is a part of"
    lines = [first, *_listed(session, candidates)]
    return finding("no-such-record", "\n".join(lines), hint="give the id of the one you mean")


def _listed(session: Session, candidates: Sequence[Found]) -> list[str]:
    """A line for each of the first candidates, two where one would be too long."""
    lines = []
    # Clients come as their folder lists them, which differs from disk to disk.
    ordered = sorted(candidates, key=lambda one: one.path if one.kind in CLIENT_KINDS else "")
    for found in ordered[:MAX_CANDIDATES]:
        line = f"  {found.kind} {found.id}  {title_of(session, found)}"
        told = _told(session, found)
        is_short = width_of(line) + width_of(told) + 3 <= WIDTH
        lines += [f"{line} · {told}"] if told and is_short else [line]
        if told and not is_short:
            lines.append(f"    {told}")
    if len(candidates) > MAX_CANDIDATES:
        lines.append(f"  … and {len(candidates) - MAX_CANDIDATES} more")
    return lines


def _told(session: Session, found: Found) -> str:
    """By what a deal or lead is told from another of its title: client, stage and owner."""
    if found.kind not in ("opportunity", "lead"):
        return ""
    path = _file(found.kind, found.path)
    tree = read_tree(session.read_required(path), path)
    client = find_by_id(session, str(tree.get("client", "")))
    name = title_of(session, client) if client is not None else ""
    return ", ".join(str(one) for one in (name, tree.get("stage"), tree.get("owner")) if one)
