"""The documents of every table: records with what is computed of them, their lists, histories.

Owns where each table's documents come from. How they become rows is `model.tables`' affair.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from salescli.model.activities import build_activities, build_proposals
from salescli.model.amounts import line_total
from salescli.model.approvals import build_approvals
from salescli.model.calendar import format_instant
from salescli.model.catalogues import choice_named
from salescli.model.conversion import build_document, build_record
from salescli.model.correspondence import build_files, build_posts
from salescli.model.deal import Deal
from salescli.model.events import Created, Event, Mailed, Worked, counting_ids, live_events
from salescli.model.eventtext import format_event
from salescli.model.records import RECORD_TYPES, Line
from salescli.model.tables import KINDS, as_json
from salescli.model.visits import Entry
from salescli.store.codec import read_history
from salescli.store.indexorder import read_histories
from salescli.store.recognise import as_text_tree
from salescli.workspace.deal_rows import DealRows, join_values
from salescli.workspace.lead_rows import LeadRows
from salescli.workspace.planned import read_plans
from salescli.workspace.session import Session
from salescli.workspace.units import building_ids, read_building
from salescli.workspace.values import catalogue_of

Documents = Iterator[dict[str, Any]]
Source = Callable[[Session], Documents]
Reader = Callable[[Collection[str] | None], Documents]
_FIRST = {"id", "seq", "at", "by", "kind", "note", "logged", "via", "key"}
_OF_DEALS = (
    "probability status value weighted created_at client_kind new_client overdue stale "
    "days_at_stage days_in_funnel"
).split()
_OF_LEADS = ("status", "who", "created_at", "days_at_stage")


def documents_of(session: Session, table: str) -> Documents:
    """The documents of a table, in no particular order; the index must be fresh."""
    if table in KINDS:
        return record_reader(session, table)(None)
    return _SOURCES[table](session)


def record_reader(session: Session, kind: str) -> Reader:
    """What gives the documents of records by their ids, or of all of the kind without any."""
    if kind == "opportunity":
        return _deal_reader(session)
    if kind == "lead":
        return _lead_reader(session)
    if kind in RECORD_TYPES:
        return lambda ids: (dict(one.document) for one in session.index.documents(kind, ids))
    entries = catalogue_of(session, kind)
    return lambda ids: (
        {"id": key, **build_document(record)}
        for key, record in entries.items()
        if ids is None or key in ids
    )


def _deal_reader(session: Session) -> Reader:
    rows = DealRows(session)
    getters = [(name, rows.single(name)) for name in _OF_DEALS]

    def read(ids: Collection[str] | None) -> Documents:
        for deal, facts in session.index.whole_deals(ids):
            document = facts.document
            document["probability_by_hand"] = "probability" in document
            for name, get in getters:
                document[name] = get(deal)
            document["created_at"] = document["created_at"].isoformat()
            document["amount"], document["hours"] = deal.amount, facts.hours
            yield document

    return read


def _lead_reader(session: Session) -> Reader:
    rows = LeadRows(session)
    getters = [(name, rows.access(name)) for name in _OF_LEADS]

    def read(ids: Collection[str] | None) -> Documents:
        for facts in session.index.documents("lead", ids):
            computed = {name: join_values(get(facts)) for name, get in getters}
            yield dict(facts.document) | computed

    return read


def _items(name: str) -> Callable[[Session], Documents]:
    def items(session: Session) -> Documents:
        for facts in session.index.facts():
            for item in facts.document.get(name, ()):
                yield {"opportunity": facts.id, **item}

    return items


def _lines(session: Session) -> Documents:
    for item in _items("products")(session):
        line = build_record(as_text_tree(item), Line)
        yield item | {"quantity": str(line.quantity), "total": str(line_total(line))}


def _covered(session: Session) -> Documents:
    for facts in session.index.facts():
        for lead in facts.document.get("leads", ()):
            yield {"opportunity": facts.id, "lead": lead}


def _visits(session: Session) -> Documents:
    for deal in session.index.deals():
        yield from _visits_of(deal)


def _visits_of(deal: Deal) -> Documents:
    for number, visit in enumerate(deal.visits, 1):
        yield {
            "opportunity": deal.id,
            "number": number,
            "stage": visit.stage,
            "entered_at": _instant(visit.started_at),
            "left_at": None if visit.ended_at is None else _instant(visit.ended_at),
            "entry": Entry(visit.entry).name.lower(),
            "historical": visit.historical,
        }


def _instant(seconds: int) -> str:
    return format_instant(datetime.fromtimestamp(seconds, UTC))


def histories(session: Session) -> Iterator[tuple[str, str, list[Event]]]:
    """(kind, id, events) of every deal and lead, by kind and id."""
    for kind in ("lead", "opportunity"):
        for record_id, file, source in read_histories(session.index, kind):
            yield kind, record_id, read_history(source, file)


def _events(session: Session) -> Documents:
    for kind, record_id, events in histories(session):
        counting = counting_ids(events)
        for event in events:
            yield _event_document(kind, record_id, event, event.id in counting)


def _event_document(kind: str, record_id: str, event: Event, counts: bool) -> dict[str, Any]:
    whole: dict[str, Any] = msgspec.json.decode(format_event(event))
    own = {key: value for key, value in whole.items() if key not in _FIRST}
    moved = whole["kind"] in ("moved", "closed", "reopened")
    return whole | {
        "record": record_id,
        "of": kind,
        "counts": counts,
        "from_stage": own["from"] if moved else None,
        "to_stage": own["to"] if moved else own.get("fields", {}).get("stage"),
        "own": own or None,
    }


def _changes(session: Session) -> Documents:
    for _, record_id, events in histories(session):
        counting = counting_ids(events)
        for event in events:
            for field, change in getattr(event, "fields", {}).items():
                before, after = change if not isinstance(event, Created) else (None, change)
                yield {
                    "record": record_id,
                    "event": event.id,
                    "at": format_instant(event.at),
                    "by": event.by,
                    "field": field,
                    "before": _told(before),
                    "after": _told(after),
                    "counts": event.id in counting,
                }


def _told(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else as_json(value)


def _activities(session: Session) -> Documents:
    for _, record_id, events in histories(session):
        for one in build_activities(live_events(events)).values():
            document = {name: getattr(one, name) for name in one.__struct_fields__}
            for name in ("planned_at", "start_at", "closed_at"):
                at = document[name]
                document[name] = None if at is None else format_instant(at)
            yield document | {"record": record_id}


def _told_of(make: Callable[[str, Sequence[Event]], Iterable[dict[str, Any]]]) -> Source:
    """The documents of what live events make, of every deal and lead."""

    def source(session: Session) -> Documents:
        for _, record_id, events in histories(session):
            yield from make(record_id, live_events(events))

    return source


def _as_document(value: msgspec.Struct) -> dict[str, Any]:
    """The fields of what events made, times as text."""
    fields = ((name, getattr(value, name)) for name in value.__struct_fields__)
    return {
        name: format_instant(one) if isinstance(one, datetime) else one
        for name, one in fields
        if one is not None
    }


def _proposals(record: str, live: Sequence[Event]) -> Documents:
    for one in build_proposals(live).values():
        amount = None if one.amount is None else str(one.amount)
        yield _as_document(one) | {"opportunity": record, "amount": amount}


def _approvals(record: str, live: Sequence[Event]) -> Documents:
    for one in build_approvals(live).values():
        yield _as_document(one) | {"record": record, "of": list(one.of)}


def _posts(record: str, live: Sequence[Event]) -> Documents:
    for one in build_posts(live).values():
        yield _as_document(one) | {"record": record, "mentions": list(one.mentions)}


def _files(record: str, live: Sequence[Event]) -> Documents:
    for place, one in build_files(live).items():
        yield _as_document(one) | {"record": record, "place": place, "is_link": one.file is None}


def _mails(record: str, live: Sequence[Event]) -> Documents:
    for one in live:
        if isinstance(one, Mailed):
            said = {"id": one.mail, "sender": one.from_, "recipients": one.to, "copies": one.cc}
            yield _as_document(one) | {"record": record, **said}


def _time(record: str, live: Sequence[Event]) -> Documents:
    for one in live:
        if isinstance(one, Worked):
            yield _as_document(one) | {"record": record, "event": one.id}


def _plans(session: Session) -> Documents:
    for one in read_plans(session):
        first, last = one.days
        days = {"first_day": first.isoformat(), "last_day": last.isoformat()}
        told = {"kind": one.kind, "object": one.id, "period": one.key, "plan": str(one.money)}
        yield told | days


def _buildings(session: Session) -> Documents:
    for key in building_ids(session):
        building = read_building(session, key)
        yield {"building": key, "name": building.name, "project": building.project}


def _units(session: Session) -> Documents:
    for key in building_ids(session):
        for unit, record in read_building(session, key).units.items():
            yield {**build_document(record), "building": key, "unit": unit}


def _stages(session: Session) -> Documents:
    for process in session.process_names():
        definition = session.process(process)
        for number, stage in enumerate(definition.stages, 1):
            yield {
                "process": process,
                "stage": stage.stage,
                "number": number,
                "name": stage.name,
                "cap": stage.cap if stage.is_open else None,
                "status": definition.status_of(stage.stage),
            }


def _prices(session: Session) -> Documents:
    for key, product in session.products.products.items():
        for day, price in product.prices.items():
            yield {"product": key, "first_day": day.isoformat(), "price": str(price)}


def _external(session: Session) -> Documents:
    for kind in RECORD_TYPES:
        for facts in session.index.documents(kind):
            for system, external in facts.document.get("external", {}).items():
                yield {"record": facts.id, "system": system, "external": external}
    for key, product in session.products.products.items():
        for system, external in (product.external or {}).items():
            yield {"record": key, "system": system, "external": external}


def _values(session: Session) -> Documents:
    for dictionary, values in session.dictionaries.items():
        for value in values:
            choice = choice_named(values, value)
            yield {
                "dictionary": dictionary,
                "value": value,
                "name": choice.name if choice is not None else value,
            }


_SOURCES: Mapping[str, Source] = {
    "opportunity_contact": _items("contacts"),
    "opportunity_competitor": _items("competitors"),
    "opportunity_member": _items("team"),
    "opportunity_line": _lines,
    "opportunity_lead": _covered,
    "visit": _visits,
    "activity": _activities,
    "event": _events,
    "change": _changes,
    "stage": _stages,
    "product_price": _prices,
    "external_id": _external,
    "dictionary_value": _values,
    "proposal": _told_of(_proposals),
    "approval": _told_of(_approvals),
    "mail": _told_of(_mails),
    "post": _told_of(_posts),
    "file": _told_of(_files),
    "time": _told_of(_time),
    "plan": _plans,
    "building": _buildings,
    "unit": _units,
}
