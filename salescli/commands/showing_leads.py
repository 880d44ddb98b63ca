"""One lead on one screen, as text, JSON and Markdown."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.nested import NEXT, print_nested
from salescli.commands.output import print_document
from salescli.commands.showing import as_markdown, named_choice
from salescli.model.activities import build_activities
from salescli.model.calendar import format_day
from salescli.model.catalogues import choice_named
from salescli.model.conversion import build_document
from salescli.model.events import Created, last_stage_event
from salescli.model.leads import STAGE_NAMES, is_final, lead_stage_name
from salescli.model.visits import build_visits
from salescli.report.records.dealscreen import labelled, wrapped
from salescli.report.records.happened import build_happened
from salescli.report.records.timeline import build_timeline
from salescli.report.text.numbers import clean_text, fold_words, format_days, format_money, pad
from salescli.report.text.wording import Wording
from salescli.workspace.addressing import find_by_id
from salescli.workspace.clients import load_client
from salescli.workspace.covering import deals_covering
from salescli.workspace.deals import LoadedDeal, LoadedLead
from salescli.workspace.guiding import client_name
from salescli.workspace.lead_guiding import go_on, missing_in
from salescli.workspace.leads import open_lead
from salescli.workspace.session import Session
from salescli.workspace.unchanged import revision_named
from salescli.workspace.values import named_things

WIDTH = 80
LAST_EVENTS = 5


def show_lead(app: App, text: str, format_: str) -> None:
    """Print a lead: whose it is, its stages, what it asks for, its deals, what happened last."""
    with app.reading() as session:
        lead = open_lead(session, text)
        deals = deals_covering(session, lead.id)
        if format_ == "json":
            print_document(lead_document(session, lead, deals))
            return
        lines = lead_lines(session, lead, deals)
    if format_ == "md":
        lines = as_markdown(lead.facts.title, lines)
    for line in lines:
        click.echo(line)


def show_next(app: App, session: Session, lead: LoadedLead, format_: str) -> None:
    """Print what a lead wants now: where it stands, what is not known yet, what comes next."""
    commands = go_on(session, lead, deals_covering(session, lead.id))
    unknown = missing_in(lead)
    if app.fields or format_ == "json":
        document = {
            "schema": "salescli/next@1",
            "deals": [],
            "leads": [
                {
                    "id": lead.id,
                    "title": lead.facts.title,
                    "stage": lead.facts.stage,
                    "days_at_stage": days_at_stage(session, lead),
                    "missing": unknown,
                    "commands": commands,
                }
            ],
        }
        print_nested(app, NEXT, document, format_)
        return
    room = WIDTH - len(lead.id) - 3
    title, *more = fold_words(clean_text(lead.facts.title), room)
    lines = [f" {pad(title, room)}  {lead.id}", *(f" {line}" for line in more)]
    lines += _stages(session, lead)
    if unknown:
        lines += labelled("Wants", ", ".join(unknown).replace("_", " "))
    for number, command in enumerate(commands):
        lines += labelled("" if number else "Next", command)
    for line in as_markdown(lead.facts.title, lines) if format_ == "md" else lines:
        click.echo(line)


def lead_document(
    session: Session, lead: LoadedLead, deals: Sequence[LoadedDeal]
) -> dict[str, Any]:
    """A lead as a JSON document: what is on disk, and what is computed beside it."""
    return {
        "schema": "salescli/lead@1",
        "revision": revision_named(session, lead.id),
        **build_document(lead.facts),
        "computed": {
            "status": lead.facts.stage if is_final(lead.facts.stage) else "open",
            "created_on": created_on(session, lead),
            "days_at_stage": days_at_stage(session, lead),
            "opportunities": [deal.id for deal in deals],
            "visits": [
                {
                    "stage": visit.stage,
                    "entered_on": _day_of(session, visit.started_at),
                    "historical": visit.historical,
                }
                for visit in build_visits(lead.live)
            ],
        },
        "history": build_happened(lead.live, session.calendar),
    }


def _day_of(session: Session, at: int) -> str:
    return session.calendar.day_of(datetime.fromtimestamp(at, UTC)).isoformat()


def created_on(session: Session, lead: LoadedLead) -> str | None:
    """The local day of a lead's creation."""
    born = next((event for event in lead.live if isinstance(event, Created)), None)
    return session.calendar.day_of(born.at).isoformat() if born else None


def days_at_stage(session: Session, lead: LoadedLead) -> int | None:
    """Days since the last change of stage."""
    last = last_stage_event(lead.live)
    return (session.today - session.calendar.day_of(last.at)).days if last else None


def lead_lines(session: Session, lead: LoadedLead, deals: Sequence[LoadedDeal]) -> list[str]:
    """The screen of a lead: at most 80 columns, labels to the left."""
    facts = lead.facts
    room = WIDTH - len(facts.id) - 3
    title, *more = fold_words(clean_text(facts.title), room)
    lines = [f" {pad(title, room)}  {facts.id}", *(f" {line}" for line in more)]
    lines += _about(session, lead) + _stages(session, lead)
    if facts.disqualify_reason:
        reason = named_choice(session, "disqualify_reasons", facts.disqualify_reason)
        lines += labelled("Reason", reason)
    lines += _who(session, lead)
    if facts.meeting_at:
        lines += labelled("Meeting", session.calendar.format_local(facts.meeting_at))
    products = named_things(session, "product")
    for number, key in enumerate(facts.products):
        lines += labelled("" if number else "Asks for", products.get(key, key))
    if facts.notes:
        lines += labelled("Notes", *facts.notes.strip().split("\n"), is_one=False)
    for deal in deals:
        lines += labelled("Deal", f"{deal.facts.title} ({session.short(deal.id)})")
    for one in build_activities(lead.live).values():
        if one.is_open:
            when = session.calendar.format_local(one.start_at) if one.start_at else ""
            lines += labelled("Open", " · ".join(word for word in (one.title, when) if word))
    lines += labelled("Revision", revision_named(session, facts.id))
    lines += _last_events(session, lead)
    for number, command in enumerate(go_on(session, lead, deals)):
        lines += labelled("" if number else "Next", command)
    return lines


def _about(session: Session, lead: LoadedLead) -> list[str]:
    facts = lead.facts
    people, departments = session.team.people, session.team.departments
    owner = people[facts.owner].name if facts.owner in people else facts.owner
    where = departments[facts.department].name if facts.department in departments else ""
    money = format_money(facts.budget.amount, facts.budget.currency) if facts.budget else ""
    parts = [
        named_choice(session, "needs", facts.need),
        f"budget {money}" if money else "",
        named_choice(session, "sources", facts.source),
        named_choice(session, "media", facts.medium),
        ", ".join(word for word in (owner, where) if word),
        f"decides {format_day(facts.decision_date)}" if facts.decision_date else "",
    ]
    return wrapped([part for part in parts if part], " · ")


def _stages(session: Session, lead: LoadedLead) -> list[str]:
    stage, days = lead.facts.stage, days_at_stage(session, lead)
    since = f", {format_days(days)}" if days is not None and not is_final(stage) else ""
    seen = [
        lead_stage_name(visit.stage)
        for visit in build_visits(lead.live)[:-1]
        if not visit.historical
    ]
    parts = [*(f"✓ {name}" for name in dict.fromkeys(seen)), f"▶ {lead_stage_name(stage)}{since}"]
    return wrapped(parts, "  ") + ([" Archived"] if lead.facts.archived else [])


def _who(session: Session, lead: LoadedLead) -> list[str]:
    """The client with mails and phones, or what is known of them without one."""
    facts = lead.facts
    if facts.client is None:
        known = [facts.person, facts.company, *facts.emails, *facts.phones]
        return labelled("Who", ", ".join(word for word in known if word) or "nobody knows yet")
    words = [client_name(session, facts.client)]
    found = find_by_id(session, facts.client)
    if found is not None:
        record = load_client(session, found)[1]
        words += [*record.emails, *record.phones]
    return labelled("Client", ", ".join(words))


def _last_events(session: Session, lead: LoadedLead) -> list[str]:
    entries = build_timeline(lead.id, lead.live, lead_wording(session, lead), is_lead=True)
    lines: list[str] = []
    for entry in reversed(entries[-LAST_EVENTS:]):
        day = format_day(session.calendar.day_of(entry.at))
        first, *rest = fold_words(clean_text(f"{entry.by}: {entry.words}"), WIDTH - 15)
        lines += [f" {day:<13} {first}", *(" " * 15 + line for line in rest)]
    return lines


def lead_wording(session: Session, lead: LoadedLead) -> Wording:
    """Names for what the events of a lead speak of."""
    named = ("person", "department", "product")
    names = {kind: named_things(session, kind) for kind in named}
    for dictionary, values in session.dictionaries.items():
        chosen = {key: choice_named(values, key) for key in values}
        names[dictionary] = {key: one.name for key, one in chosen.items() if one}
    names["lead-stage"] = dict(STAGE_NAMES)
    if lead.facts.client is not None:
        kind = "account" if lead.facts.client.startswith("acc-") else "contact"
        names[kind] = {lead.facts.client: client_name(session, lead.facts.client)}
    return Wording(session.calendar, names)
