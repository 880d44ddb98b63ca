"""Making and changing leads, and moving them through their stages.

What turns one into a deal is `workspace.converting`; what its deals do to it, `workspace.covering`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from salescli.model.errors import Finding, Gathered, NotFound, Refused, finding
from salescli.model.events import Created, Json
from salescli.model.facts import State, created_fields
from salescli.model.inputs import parse_input
from salescli.model.leads import (
    FINAL_STAGES,
    HANDED_OFF,
    OPEN_STAGES,
    RAW,
    check_lead,
    check_step,
    find_lead_stage,
    is_final,
    lead_stage_name,
    unknown_lead_stage,
)
from salescli.model.records import Lead
from salescli.workspace.addressing import find_record
from salescli.workspace.covering import deals_covering, is_open, named
from salescli.workspace.creating import appoint
from salescli.workspace.deals import LoadedLead, event_head, load_lead, stage_new_record
from salescli.workspace.deleting import delete_opportunity
from salescli.workspace.lead_clients import Settled, alike, check_beside, settle_client
from salescli.workspace.lead_events import build_lead_record, write_lead
from salescli.workspace.lead_guiding import WANTED
from salescli.workspace.opportunities import NO_FIELDS, Fields, changed_fields, clean_values
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.telling import said_of
from salescli.workspace.titles import told_fields
from salescli.workspace.values import read_choice, read_reference, read_values
from salescli.workspace.wordings import record_name


def open_lead(session: Session, text: str) -> LoadedLead:
    """The lead that `text` names, read from its files."""
    return load_lead(session, find_record(session, text, "lead").path)


def read_stage(text: str) -> str:
    """The id of a lead's stage, given by id or name; raises `NotFound`."""
    stage = find_lead_stage(text)
    if stage is None:
        raise NotFound(unknown_lead_stage(text))
    return stage


def read_lead_values(
    session: Session, typed: Mapping[str, str], there: Mapping[str, Json] = MappingProxyType({})
) -> dict[str, Json]:
    """Typed values of a lead's fields; the products it asks about are those of the catalogue.

    What the lead says `there` already may be said again.
    """
    gathered = Gathered()
    values: dict[str, Json] = {}
    others = {name: text for name, text in typed.items() if name != "products"}
    with gathered.trying():
        values = read_values(session, Lead, others, there)
    if "products" in typed:
        values |= read_values(session, Lead, {"products": typed["products"]})
    words = values.get("products")
    if isinstance(words, list):
        found: list[Json] = []
        asked: Any = there.get("products") or ()
        for word in dict.fromkeys(words):
            with gathered.trying("products"):
                known = word if word in asked else None
                found.append(read_reference(session, "product", str(word), "products", known))
        values["products"] = found
    gathered.raise_all()
    return values


def create_lead(
    session: Session,
    title: str | None,
    typed: Mapping[str, str],
    *,
    client: str | None = None,
    create_client: str | None = None,
    stage: str | None = None,
) -> Outcome:
    """Write down an interest. Raises every fault of what was typed together.

    Without a title it is called like its person or company. `create_client` (`account`,
    `contact`) makes the client of what is typed of them.
    """
    gathered = Gathered()
    state: State = {}
    words: tuple[str, ...] = ()
    with gathered.trying():
        state |= clean_values(read_lead_values(session, typed))
    with gathered.trying("title"):
        named = {"title": title or state.get("person") or state.get("company") or ""}
        state["title"] = read_values(session, Lead, named)["title"]
        if not state["title"]:
            raise Refused(finding("missing-value", "a lead needs a title", field="title"))
    with gathered.trying("stage"):
        state["stage"] = _first_stage(stage)
    with gathered.trying("client"):
        if client is not None or create_client is not None:
            settled = settle_client(session, state, client, create_client, "LEAD")
            if client is not None:
                Refused.raise_if(check_beside(session, state, settled))
            state = {**state, **settled.values}
            words = settled.words
    gathered.raise_all()
    state = {name: value for name, value in state.items() if value is not None}
    appoint(session, state)
    Refused.raise_if(check_lead(build_lead_record("lead-0000000000", state)))
    lead_id = session.new_id("lead")
    event = Created(**event_head(session, None), fields=created_fields(state, Lead))
    stage_new_record(session, "lead", lead_id, [event])
    short = session.short(lead_id)
    if "client" not in state and session.via is None:
        known = [f"{name} {why}: {key}." for key, name, why in alike(session, state)]
        words = (*words, *known)
    line = f"{lead_stage_name(state['stage'])}. Next: salescli lead qualify {short}"
    return Outcome((lead_id,), (*words, line), f"create {lead_id}: {state['title']}")


def _first_stage(stage: str | None) -> str:
    if stage is None:
        return OPEN_STAGES[0]
    found = read_stage(stage)
    if is_final(found):
        text = f"a lead begins in an open stage, {found} is none"
        hint = f"open stages: {', '.join(OPEN_STAGES)}"
        raise Refused(finding("not-an-open-stage", text, hint=hint, field="stage"))
    return found


def set_lead(
    session: Session, lead: LoadedLead, typed: Mapping[str, str], client: str | None = None
) -> Outcome:
    """Change fields of a lead by one event; raises every fault together.

    A client takes the place of person, company, mails and phones; an empty one empties it.
    """
    fields, words = read_changes(session, lead, typed, client)
    if not fields:
        return Outcome((lead.id,), ("Nothing to change: it says so already.",))
    write_lead(session, lead, fields)
    title = f"set {told_fields(fields)} of {lead.id}: {lead.facts.title}"
    return Outcome((lead.id,), (_said(session, fields), *words), title)


def read_changes(
    session: Session, lead: LoadedLead, typed: Mapping[str, str], client: str | None = None
) -> tuple[dict[str, list[Json]], tuple[str, ...]]:
    """({path: [before, after]} of what was typed for a lead, words about its client)."""
    values, words = _typed_values(session, lead, typed, client)
    return changed_fields(lead.state, values, "lead"), words


def _typed_values(
    session: Session,
    lead: LoadedLead,
    typed: Mapping[str, str],
    client: str | None,
    create_client: str | None = None,
) -> tuple[dict[str, Json], tuple[str, ...]]:
    """What was typed for a lead, a client included, and words about it."""
    gathered = Gathered()
    values: dict[str, Json] = {}
    words: tuple[str, ...] = ()
    with gathered.trying():
        values = read_lead_values(session, typed, lead.state)
    if "title" in values and values["title"] is None:
        gathered.add(Refused(finding("missing-value", "a lead needs a title")), "title")
    with gathered.trying("client"):
        if client == "":
            values["client"] = None
        elif client is not None or create_client is not None:
            settled = settle_now(session, lead, values, client, create_client)
            if client is not None:
                Refused.raise_if(check_beside(session, values, settled))
            values |= settled.values
            words = settled.words
    gathered.raise_all()
    return values, words


def settle_now(
    session: Session,
    lead: LoadedLead,
    values: Mapping[str, Json],
    client: str | None,
    create_client: str | None,
) -> Settled:
    """The client that a lead gets, with values typed beside it; raises `Refused` and others."""
    if create_client is not None and lead.facts.client is not None:
        text = f"the lead has a client already: {lead.facts.client}"
        hint = "leave --create-client out; --client NAME gives it another"
        raise Refused(finding("has-client", text, hint=hint, field="client"))
    state = {**lead.state, **values}
    return settle_client(session, state, client, create_client, session.short(lead.id))


def _said(session: Session, fields: Mapping[str, list[Json]]) -> str:
    """Changes in words: the client by name, without what its record holds from now on."""
    client = fields.get("client", [None, None])[1]
    said = [
        said_of(path, before, after)
        for path, (before, after) in fields.items()
        if path != "client" and not (client and path in RAW and after is None)
    ]
    if "client" in fields:
        before, after = (_client_name(session, value) for value in fields["client"])
        said.insert(0, said_of("client", before, after))
    return ", ".join(said)


def _client_name(session: Session, client: Json) -> Json:
    return record_name(session, client) or client if isinstance(client, str) else client


def move_lead(
    session: Session,
    lead: LoadedLead,
    *,
    to: str,
    note: str | None = None,
    fields: Fields = NO_FIELDS,
) -> Outcome:
    """Move a lead to another stage, back and out of an end too; `fields` change with it."""
    stage = read_stage(to)
    if stage == "disqualified":
        hint = f"salescli lead disqualify {session.short(lead.id)} --reason VALUE"
        text = "a disqualification has a reason"
        raise Refused(finding("reason-needed", text, hint=hint, field="disqualify_reason"))
    return _move(session, lead, fields, stage, note, "move")


def qualify_lead(
    session: Session,
    lead: LoadedLead,
    typed: Mapping[str, str],
    *,
    client: str | None = None,
    create_client: str | None = None,
    note: str | None = None,
) -> Outcome:
    """Say that an interest is real and whose it is: the lead gets its client and is handed off.

    Fields found out meanwhile go into the same event. Raises every fault together.
    """
    gathered = Gathered()
    values: dict[str, Json] = {}
    words: tuple[str, ...] = ()
    stage = lead.facts.stage
    with gathered.trying("stage"):
        Refused.raise_if(_check_qualifiable(stage, session.short(lead.id)))
    with gathered.trying():
        values, words = _typed_values(session, lead, typed, client, create_client)
    with gathered.trying("client"):
        if client is None and create_client is None and lead.facts.client is None:
            settle_now(session, lead, values, None, None)
    gathered.raise_all()
    fields = changed_fields(lead.state, values, "lead")
    outcome = _move(session, lead, fields, HANDED_OFF, note, "qualify")
    after = {**lead.state, **values}
    missing = [name for name in WANTED if not after.get(name)]
    advice = (f"Not known yet (advice): {', '.join(missing)}.",) if missing else ()
    line = f"Next: salescli lead convert {session.short(lead.id)}"
    return Outcome(outcome.ids, (*outcome.words, *words, *advice, line), outcome.title)


def _check_qualifiable(stage: str, address: str) -> list[Finding]:
    if is_final(stage):
        text = f"the lead has ended: {lead_stage_name(stage).lower()}"
        hint = f"salescli lead move {address} --to {HANDED_OFF} takes it up again"
        return [finding("final-stage", text, hint=hint, field="stage")]
    if stage not in OPEN_STAGES[:2]:
        text = f"the lead is qualified: it is at {lead_stage_name(stage)} already"
        hint = f"salescli lead convert {address} makes a deal of it"
        return [finding("already-there", text, hint=hint, field="stage")]
    return []


def disqualify_lead(
    session: Session,
    lead: LoadedLead,
    *,
    reason: str | None,
    note: str | None = None,
    fields: Fields = NO_FIELDS,
) -> Outcome:
    """End a lead that nothing can come of; `fields` change with it.

    Raises `Refused` without a reason.
    """
    gathered = Gathered()
    value: Json = None
    with gathered.trying("disqualify_reason"):
        if not reason:
            offered = ", ".join(session.dictionaries.get("disqualify_reasons", {}))
            text = f"a disqualification needs --reason, one of {offered}"
            raise Refused(finding("reason-needed", text, field="disqualify_reason"))
        value = read_choice(session, "disqualify_reasons", reason, "disqualify_reason")
    with gathered.trying("stage"):
        Refused.raise_if(
            check_step(lead.facts.stage, "disqualified", session.short(lead.id)),
        )
    gathered.raise_all()
    changes = {**fields, "disqualify_reason": [lead.facts.disqualify_reason, value]}
    outcome = _move(session, lead, changes, "disqualified", note, "disqualify")
    covering = [deal for deal in deals_covering(session, lead.id) if is_open(session, deal)]
    still = [
        f"{named(deal)} covers it still: "
        f"salescli opportunity lead remove {session.short(deal.id)} {session.short(lead.id)}"
        for deal in covering
    ]
    return Outcome(outcome.ids, (*outcome.words, *still), outcome.title)


def _move(
    session: Session,
    lead: LoadedLead,
    fields: Mapping[str, list[Json]],
    to: str,
    note: str | None,
    verb: str,
) -> Outcome:
    write_lead(session, lead, fields, to=to, note=read_note(session, note))
    before, after = lead_stage_name(lead.facts.stage), lead_stage_name(to)
    words = [f"{before} → {after}."]
    if fields:
        words.append(_said(session, fields))
    title = f"{verb} {lead.id} to {to}: {lead.facts.title}"
    return Outcome((lead.id,), tuple(words), title)


def read_note(session: Session, note: str | None) -> str | None:
    """A note as it may stand in an event; None for nothing."""
    if note is None:
        return None
    return str(parse_input("text", note, session.calendar, session.today, None) or "") or None


def archive_lead(session: Session, lead: LoadedLead) -> Outcome:
    """Take a lead that has ended out of lists; raises `Refused` for an open one."""
    if not is_final(lead.facts.stage):
        ends = ", ".join(FINAL_STAGES)
        text = f"{lead.facts.title} is open; only a lead that has ended can be archived ({ends})"
        hint = f"salescli lead move {session.short(lead.id)} --to not-interested"
        raise Refused(finding("still-open", text, hint=hint))
    fields = changed_fields(lead.state, {"archived": True}, "lead")
    write_lead(session, lead, fields)
    words = "Out of lists; moving it to an open stage brings it back."
    said = words if fields else "Nothing to change: it says so already."
    return Outcome((lead.id,), (said,), f"archive {lead.id}: {lead.facts.title}")


def delete_lead(session: Session, lead: LoadedLead) -> Outcome:
    """Remove a lead's directory; raises `Refused` with what refers to it."""
    return delete_opportunity(session, lead)
