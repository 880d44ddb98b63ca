"""From a lead to a deal (domain.md section 2, "Leads"): one command, one set of changes."""

from collections.abc import Mapping, Sequence

from salescli.model.catalogues import value_on
from salescli.model.definition import Definition
from salescli.model.errors import Gathered, SalesError
from salescli.model.events import Created, Event, Json, Planned
from salescli.model.facts import State, created_fields
from salescli.model.fields import spec_named
from salescli.model.leads import AWAITING
from salescli.model.records import Opportunity
from salescli.report.text.numbers import cut
from salescli.workspace.addressing import find_by_id
from salescli.workspace.covering import TITLE, refuse_uncoverable, told
from salescli.workspace.creating import appoint, first_stage
from salescli.workspace.deals import LoadedLead, event_head, stage_new_record
from salescli.workspace.guiding import client_name
from salescli.workspace.lead_clients import Settled, contact_at
from salescli.workspace.lead_events import write_lead
from salescli.workspace.leads import settle_now
from salescli.workspace.opportunities import (
    build_deal_record,
    changed_fields,
    clean_values,
    refuse_broken,
)
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.steps import start_if_set
from salescli.workspace.values import (
    catalogue_of,
    read_choice,
    read_reference,
    read_values,
    refuse_archived,
)

# A deal's field → the lead's that fills it.
MAPPING = {
    "owner": "owner",
    "department": "department",
    "budget": "budget",
    "need": "need",
    "close_date": "decision_date",
    "source": "source",
}


def convert_lead(
    session: Session,
    lead: LoadedLead,
    typed: Mapping[str, str],
    *,
    title: str | None = None,
    client: str | None = None,
    create_client: str | None = None,
    process: str | None = None,
    stage: str | None = None,
) -> Outcome:
    """Make a deal of a lead, which then awaits its sale. Raises every fault together.

    `typed` are fields of the deal that are to be something else than the lead says. What has gone
    out of use since is left out, with words.
    """
    gathered = Gathered()
    words: list[str] = []
    settled: Settled | None = None
    with gathered.trying():
        refuse_uncoverable(session, lead)
    with gathered.trying("client"):
        settled = _client_of(session, lead, client, create_client)
    state = _values(session, lead, typed, title, words, gathered)
    with gathered.trying("process"):
        state |= _begin(session, process, stage)
    gathered.raise_all()
    assert settled is not None
    state["client"] = settled.client.id
    if not state.get("title"):
        state["title"] = _numbered_title(session, settled.client.id)
    people = _people(session, lead, settled)
    lines = _lines(session, lead, words)
    state |= {"contacts": {key: {} for key in people}} if people else {}
    state |= {"products": lines} if lines else {}
    state["leads"] = {lead.id: True}
    appoint(session, state)
    definition = session.process(state["process"])
    refuse_broken(session, build_deal_record("opp-0000000000", state), definition)
    deal_id = session.new_id("opportunity")
    stage_new_record(session, "opportunity", deal_id, _events(session, lead, state, people))
    said = [_first_words(state, definition), *_hand_over(session, lead, settled, state["title"])]
    said += [*settled.words, *words, *start_if_set(session, deal_id, "from-lead", "always")]
    return Outcome((deal_id,), tuple(said), f"convert {lead.id} to {deal_id}: {state['title']}")


def _values(
    session: Session,
    lead: LoadedLead,
    typed: Mapping[str, str],
    title: str | None,
    words: list[str],
    gathered: Gathered,
) -> State:
    """The deal's fields, typed or the lead's; every fault goes to `gathered`."""
    state = _mapped(session, lead, typed, words)
    with gathered.trying():
        state |= clean_values(read_values(session, Opportunity, typed))
    with gathered.trying("title"):
        if title is not None:
            state["title"] = read_values(session, Opportunity, {"title": title})["title"]
    return state


def _begin(session: Session, process: str | None, stage: str | None) -> State:
    """The process and the stage in which the deal begins; raises `NotFound`, `Refused`."""
    name = session.settings.process
    if process is not None:
        name = read_reference(session, "process", process, "process")
    return {"process": name, "stage": first_stage(session.process(name), stage, name)}


def _first_words(state: State, definition: Definition) -> str:
    entry = definition.stage_named(state["stage"])
    assert entry is not None
    return f"{entry.name}, {state.get('probability', entry.cap)} %: {state['title']}."


def _hand_over(session: Session, lead: LoadedLead, settled: Settled, title: str) -> list[str]:
    """Let the lead await its sale, with its client; words about it."""
    fields = changed_fields(lead.state, settled.values, "lead")
    if lead.facts.stage == AWAITING:
        write_lead(session, lead, fields)
        return []
    write_lead(session, lead, fields, to=AWAITING, note=f"Became {cut(title, TITLE)}")
    return [told(lead, AWAITING)]


def _client_of(
    session: Session, lead: LoadedLead, client: str | None, create_client: str | None
) -> Settled:
    if client is None and create_client is None and lead.facts.client is not None:
        found = find_by_id(session, lead.facts.client)
        if found is not None:
            refuse_archived(session, found, "client")
            return Settled(found, {})
    return settle_now(session, lead, {}, client, create_client)


def _mapped(
    session: Session, lead: LoadedLead, typed: Mapping[str, str], words: list[str]
) -> State:
    """The lead's values under the names of the deal, but for what is typed or out of use."""
    state: State = {}
    for name, source in MAPPING.items():
        value = lead.state.get(source)
        spec = spec_named(Opportunity, name)
        if value is None or name in typed or spec is None:
            continue
        try:
            if spec.kind == "choice":
                read_choice(session, spec.target, str(value), name)
            elif spec.kind == "reference":
                read_reference(session, spec.target, str(value), name)
        except SalesError as error:
            words.append(f"Left out: {'; '.join(entry.text for entry in error.findings)}.")
            continue
        state[name] = value
    return state


def _numbered_title(session: Session, client_id: str) -> str:
    """`<client>/<n+1>`, n being the deals that the client has already."""
    session.index.refresh()
    count = sum(1 for deal in session.index.deals() if deal.client == client_id)
    return f"{client_name(session, client_id)}/{count + 1}"


def _people(session: Session, lead: LoadedLead, settled: Settled) -> list[str]:
    """The person beside the client: a contact made just now, or when the client became known."""
    if settled.person is not None:
        return [settled.person]
    if settled.client.kind != "account":
        return []
    names = [
        change[0]
        for event in lead.live
        for change in [getattr(event, "fields", {}).get("person")]
        if isinstance(change, list) and change[0] and change[1] is None
    ]
    known = contact_at(session, settled.client.id, str(names[-1])) if names else None
    return [known] if known else []


def _lines(session: Session, lead: LoadedLead, words: list[str]) -> dict[str, Json]:
    """The products asked about as lines, at the price in force on the day of the command."""
    lines: dict[str, Json] = {}
    products = catalogue_of(session, "product")
    for key in dict.fromkeys(lead.facts.products):
        product = products.get(key)
        price = value_on(product.prices, session.today) if product else None
        if product is None or product.retired or price is None:
            why = "is retired" if product and product.retired else "has no price today"
            words.append(f"Left out: product {key} {why}.")
            continue
        lines[session.new_id("line")] = {"product": key, "quantity": "1", "price": str(price)}
    return lines


def _events(session: Session, lead: LoadedLead, state: State, people: Sequence[str]) -> list[Event]:
    """The creation, and the agreed meeting as a planned one."""
    created = Created(**event_head(session, None), from_lead=lead.id, fields=created_fields(state))
    if lead.facts.meeting_at is None:
        return [created]
    with_whom = [state["client"]] if state["client"].startswith("con-") else []
    meeting = Planned(
        **event_head(session, None, [created]),
        activity=session.new_id("act"),
        type="meeting",
        title=f"Meet {client_name(session, (*with_whom, *people, state['client'])[0])}",
        owner=state.get("owner") or session.actor,
        start=lead.facts.meeting_at,
        people=list(dict.fromkeys([*with_whom, *people])),
    )
    return [created, meeting]
