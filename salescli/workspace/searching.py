"""Search: records that hold some words, found by the index and believed when their files agree."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from operator import itemgetter

import msgspec

from salescli.model.conversion import build_document
from salescli.model.errors import Finding, SalesError, WrongUsage, finding
from salescli.model.events import Event
from salescli.model.findable import SPOT_KINDS, Spot, links_of, spots_of, words_met, words_of_text
from salescli.model.ids import RECORD_PREFIXES
from salescli.report.records.searchhits import Hit, order_spots
from salescli.store.search import find_candidates
from salescli.workspace.addressing import Found, find_by_id
from salescli.workspace.clients import load_client
from salescli.workspace.deals import load_deal, load_lead
from salescli.workspace.session import Session
from salescli.workspace.storerows import name_invalid
from salescli.workspace.wordings import AskedNames, record_name

SHOWN = 20
RECORD_KINDS: Mapping[str, str] = {
    "deal": "opp",
    "lead": "lead",
    "account": "acc",
    "contact": "con",
}
Broken = tuple[str, tuple[Finding, ...]]


class SearchResult(msgspec.Struct, frozen=True):
    """The records shown, how many the index knows, and the files that can't be read."""

    hits: tuple[Hit, ...]
    found: int
    words: tuple[str, ...]
    invalid: tuple[Broken, ...]


def search(
    session: Session,
    text: str,
    *,
    kinds: Collection[str] = (),
    limit: int = SHOWN,
    on_reading: Callable[[int], None] | None = None,
) -> SearchResult:
    """Records that hold every word of `text`, by the beginnings of words, the likeliest first.

    The words may stand in different places of a record; of a deal also in its client's and its
    people's names. `kinds` are those of records (`deal` …) and of places (`note` …) to look at;
    none of one sort: all of it. Of several stores the likeliest of each stand first, then the
    next of each. Raises `WrongUsage` for a text without any word.
    """
    words = tuple(dict.fromkeys(words_of_text(text)))
    if not words:
        raise WrongUsage(
            finding(
                "nothing-to-search",
                f"{text!r} has no word to search for",
                hint="give some letters or digits: salescli search parking",
            )
        )
    if not session.stores:
        return find_hits(session, words, kinds, limit, on_reading)
    parts = session.over_stores(find_hits, words, tuple(kinds), limit)
    ranked = [
        (rank, msgspec.structs.replace(hit, store=store))
        for store, part in zip(session.stores, parts, strict=True)
        for rank, hit in enumerate(part.hits)
    ]
    return SearchResult(
        tuple(hit for _, hit in sorted(ranked, key=itemgetter(0))[:limit]),
        sum(part.found for part in parts),
        words,
        tuple(
            broken
            for store, part in zip(session.stores, parts, strict=True)
            for broken in name_invalid(session, part.invalid, store)
        ),
    )


def find_hits(
    session: Session,
    words: tuple[str, ...],
    kinds: Collection[str],
    limit: int,
    on_reading: Callable[[int], None] | None = None,
) -> SearchResult:
    """What one store has."""
    spot_kinds = [kind for kind in kinds if kind in SPOT_KINDS]
    prefixes = [RECORD_KINDS[kind] for kind in kinds if kind in RECORD_KINDS]
    session.index.refresh()
    invalid = tuple(session.index.invalid())
    ids = find_candidates(session.index, words, spot_kinds, prefixes, on_reading)
    is_sure = ids is not None
    if ids is None:
        ids = list(_every_id(session, prefixes))
    hits: list[Hit] = []
    names = AskedNames(lambda record_id: record_name(session, record_id))
    missed = 0
    for record_id in ids:
        if is_sure and len(hits) == limit:
            break
        hit = _look(session, record_id, words, spot_kinds, names)
        if hit is None:
            missed += 1
        else:
            hits.append(hit)
    found = len(ids) - missed if is_sure else len(hits)
    return SearchResult(tuple(hits[:limit]), found, words, invalid)


def _every_id(session: Session, prefixes: Collection[str]) -> Iterator[str]:
    for kind, prefix in RECORD_PREFIXES.items():
        if not prefixes or prefix in prefixes:
            yield from (record_id for record_id, _ in session.index.titles(kind))


def _look(
    session: Session,
    record_id: str,
    words: Sequence[str],
    kinds: Collection[str],
    names: Mapping[str, str],
) -> Hit | None:
    """The record as its files say now, if they hold all the words."""
    try:
        found = find_by_id(session, record_id)
        if found is None:
            return None
        document, live = _read(session, found)
    except SalesError:  # it broke since the index was compared with the files
        return None
    spots = spots_of(document, live)
    spots += _names(document, kinds, names)
    spots = order_spots((s for s in spots if not kinds or s.kind in kinds), words)
    met = {word for spot in spots for word in words_met(spot.text, words)}
    if met != set(words):
        return None
    client = document.get("client")
    return Hit(
        id=record_id,
        kind={"opportunity": "deal"}.get(found.kind, found.kind),
        title=str(document.get("title") or document.get("name")),
        address=record_id,
        client=names.get(str(client), "") if client else "",
        stage=_stage(session, found.kind, document),
        spots=tuple(spots),
        calendar=session.calendar if session.store else None,
    )


def _names(
    document: Mapping[str, object], kinds: Collection[str], names: Mapping[str, str]
) -> list[Spot]:
    """Names of those whom a record names; who is its client and one of its people, once."""
    links = links_of(document)
    clients = {one for kind, one in links if kind == "client" and (not kinds or kind in kinds)}
    return [
        Spot(kind, names.get(one, ""))
        for kind, one in links
        if kind == "client" or one not in clients
    ]


def _read(session: Session, found: Found) -> tuple[Mapping[str, object], Sequence[Event]]:
    if found.kind == "opportunity":
        deal = load_deal(session, found.path)
        return build_document(deal.facts), deal.live
    if found.kind == "lead":
        lead = load_lead(session, found.path)
        return build_document(lead.facts), lead.live
    return build_document(load_client(session, found)[1]), ()


def _stage(session: Session, kind: str, document: Mapping[str, object]) -> str:
    """Where it stands, in words; empty for what has no stages."""
    stage = document.get("stage")
    if stage is None:
        return ""
    if kind == "lead":
        return f"lead, {stage}"
    try:
        entry = session.process(str(document["process"])).stage_named(str(stage))
    except SalesError:
        entry = None
    return entry.name if entry else str(stage)
