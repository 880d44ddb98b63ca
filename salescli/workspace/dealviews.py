"""A deal gathered from its files for a screen, a document or a brief, today or on a past day."""

from collections.abc import Mapping
from datetime import date

import msgspec

from salescli.model.computed import Computed
from salescli.model.conversion import build_record
from salescli.model.errors import Damaged, NotFound, SalesError, finding
from salescli.model.events import Created, live_events
from salescli.model.facts import build_document_of, fold
from salescli.model.money import parse_money
from salescli.model.records import Account, Contact, Opportunity
from salescli.model.rules import check_deciders
from salescli.model.runs import Run, running_run, steps_waiting
from salescli.report.records.dealview import DealView, OtherDeal, Wanted
from salescli.report.records.stakeholders import build_stakeholders
from salescli.report.text.numbers import format_days, format_money
from salescli.store.digest import UNFIT, unfoldable
from salescli.store.recognise import as_text_tree
from salescli.workspace.addressing import find_by_id
from salescli.workspace.clients import load_client
from salescli.workspace.deal_rows import DealRows
from salescli.workspace.deals import LoadedDeal
from salescli.workspace.guiding import client_name, guidance_of
from salescli.workspace.opportunities import open_deal
from salescli.workspace.reporting import reporting_day
from salescli.workspace.session import Session
from salescli.workspace.standing import compute, finishing_line, standing_at
from salescli.workspace.timelines import Broken, build_entries, read_lead_histories
from salescli.workspace.unchanged import revision_named
from salescli.workspace.unit_rows import units_of
from salescli.workspace.wordings import AskedNames, build_wording


class Viewed(msgspec.Struct, frozen=True):
    """A deal's view, and the leads of it that can't be read."""

    view: DealView
    broken: tuple[Broken, ...]


def view_deal(
    session: Session, text: str, *, as_of: str | None = None, for_meeting: bool = False
) -> Viewed:
    """The deal that `text` names, as it is or as its events until the end of `as_of` say.

    `for_meeting` reads the files of all people and the client's other deals too. Raises
    `NotFound`, `Damaged`, `WrongUsage`.
    """
    day = reporting_day(session, as_of)
    deal = open_deal(session, text)
    if day < session.today:
        deal = _deal_on(session, deal, day)
    definition = session.process(deal.facts.process)
    computed = compute(session, deal, definition, day)
    at = min(session.calendar.end_of(day), session.now)
    standing = standing_at(session, deal, at, session.known_actor, computed)
    guidance = guidance_of(session, deal, standing, computed)
    wording = build_wording(session, definition)
    leads = read_lead_histories(session, deal)
    end = session.calendar.end_of(day)
    entries = build_entries(session, deal, leads, wording)
    is_past = day < session.today
    facts = deal.facts
    names = _contact_names(session, facts)
    warnings = [found.text for found in check_deciders(facts, definition)]
    if computed.stale:
        warnings.append(f"nothing happened for {format_days(computed.quiet_days or 0)}")
    run = running_run(deal.live)
    units, broken_units = ([], []) if is_past else units_of(session, deal.id)
    view = DealView(
        deal=facts,
        events=deal.live,
        computed=computed,
        definition=definition,
        calendar=session.calendar,
        today=day,
        wording=wording,
        client=client_name(session, facts.client),
        people=build_stakeholders(facts.contacts, names, session.dictionaries, facts.main_contact),
        entries=[entry for entry in entries if entry.at <= end],
        address=session.short(deal.id),
        goal=guidance.goal,
        missing=tuple(Wanted(one.field, one.say) for one in guidance.missing),
        go_on=() if is_past else (*_next_step(session, deal, computed, run), *guidance.go_on),
        run=run,
        warnings=tuple(warnings),
        is_past=is_past,
        revision="" if is_past else revision_named(session, deal.id),
        units=units,
        broken_units=tuple(broken_units),
    )
    return Viewed(_for_meeting(session, view) if for_meeting else view, leads.broken)


def _next_step(
    session: Session, deal: LoadedDeal, computed: Computed, run: Run | None
) -> tuple[str, ...]:
    """The command of the step that is due first, where the process waits for any."""
    waiting = steps_waiting(computed.open_activities, run)
    return (finishing_line(session, deal, waiting[0]),) if waiting else ()


def _deal_on(session: Session, deal: LoadedDeal, day: date) -> LoadedDeal:
    """The deal as its events with `at` until the end of a day say."""
    live = live_events(deal.events, session.calendar.end_of(day))
    if not any(isinstance(event, Created) for event in live):
        raise NotFound(
            finding(
                "not-yet-created",
                f"{deal.facts.title} was not there yet on {day.isoformat()}",
                hint=f"salescli opp timeline {session.short(deal.id)} tells when it began",
                field="as_of",
            )
        )
    try:
        state = fold(live)
        document = {"id": deal.id, **build_document_of(state)}
        facts = build_record(as_text_tree(document), Opportunity)
    except UNFIT as error:
        raise Damaged(unfoldable(deal.history_path, error)) from error
    return msgspec.structs.replace(deal, facts=facts, live=live, state=state)


def _contact_names(session: Session, facts: Opportunity) -> Mapping[str, str]:
    names = AskedNames(lambda contact: client_name(session, contact))
    return {one.contact: names[one.contact] for one in facts.contacts}


def _for_meeting(session: Session, view: DealView) -> DealView:
    contacts = {}
    for one in view.deal.contacts:
        record = _record(session, one.contact)
        if isinstance(record, Contact):
            contacts[one.contact] = record
    return msgspec.structs.replace(
        view,
        client_record=_record(session, view.deal.client),
        contact_records=contacts,
        other_deals=_other_deals(session, view.deal),
    )


def _record(session: Session, record_id: str) -> Account | Contact | None:
    """An account or contact; None where its file is not there or can't be read."""
    try:
        found = find_by_id(session, record_id)
        return load_client(session, found)[1] if found else None
    except SalesError:
        return None


def _other_deals(session: Session, facts: Opportunity) -> tuple[OtherDeal, ...]:
    """The client's other deals, the newest first; those out of the way too."""
    session.index.refresh()
    rows = DealRows(session)
    deals = [
        deal
        for deal in session.index.deals()
        if deal.client == facts.client and deal.id != facts.id
    ]
    deals.sort(key=lambda deal: (-deal.created_at, deal.id))
    return tuple(
        OtherDeal(deal.id, deal.title, rows.status(deal), _money(rows.value(deal)))
        for deal in deals
    )


def _money(text: str | None) -> str | None:
    if text is None:
        return None
    money = parse_money(text)
    return format_money(money.amount, money.currency)
