"""Making deals: what is typed, what is inherited, who is appointed (domain.md section 2)."""

from collections.abc import Mapping, Sequence

from salescli.model.catalogues import is_employed_on
from salescli.model.definition import Definition, stage_id
from salescli.model.errors import Gathered, NotFound, Refused, finding
from salescli.model.events import Created
from salescli.model.facts import (
    State,
    created_fields,
)
from salescli.model.nearest import did_you_mean
from salescli.model.records import Opportunity
from salescli.workspace.clients import find_or_create_client
from salescli.workspace.deals import (
    LoadedDeal,
    event_head,
    stage_new_record,
)
from salescli.workspace.opportunities import (
    build_deal_record,
    clean_values,
    open_deal,
    refuse_broken,
    warning_words,
)
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.values import read_reference, read_values

# What a deal that goes on from another takes from it, unless said otherwise.
CONTINUED = (
    "title client owner department budget need type category source partner strengths weaknesses "
    "main_contact main_competitor custom contacts competitors team products leads"
).split()


def create_opportunity(
    session: Session,
    title: str | None,
    client: str | None,
    typed: Mapping[str, str],
    *,
    stage: str | None = None,
    process: str | None = None,
    continues: str | None = None,
    leads: Sequence[str] | None = None,
    client_kind: str | None = None,
) -> Outcome:
    """Make a deal (domain.md section 2). Raises every fault of what was typed together.

    `leads` are those that it covers; by default all of the deal it goes on from.
    `client_kind`: make the client, of that kind, if it isn't there.
    """
    before = open_deal(session, continues) if continues else None
    state = _go_on(session, before, typed) if before else {}
    if leads is not None:
        state["leads"] = dict.fromkeys(leads, True)
    if title is not None:
        typed = {"title": title, **typed}
    if client is not None:
        typed = {"client": client, **typed}
    return write_opportunity(
        session,
        state,
        typed,
        stage=stage,
        process=process,
        continues=before.id if before else None,
        client_kind=client_kind,
    )


def write_opportunity(
    session: Session,
    state: State,
    typed: Mapping[str, str],
    *,
    stage: str | None = None,
    process: str | None = None,
    continues: str | None = None,
    client_kind: str | None = None,
) -> Outcome:
    """Make a deal of what it begins with and of what was typed over that.

    `stage` and `process` default to the first stage and the store's process.
    """
    gathered = Gathered()
    made = take_typed(session, state, typed, client_kind, gathered)
    name = session.settings.process
    with gathered.trying("process"):
        if process is not None:
            name = read_reference(session, "process", process, "process")
        definition = session.process(name)
        state["process"], state["stage"] = name, first_stage(definition, stage, name)
    gathered.raise_all()
    appoint(session, state)
    warnings = refuse_broken(session, build_deal_record("opp-0000000000", state), definition)
    deal_id = session.new_id("opportunity")
    event = Created(**event_head(session, None), continues=continues, fields=created_fields(state))
    stage_new_record(session, "opportunity", deal_id, [event])
    entry = definition.stage_named(state["stage"])
    assert entry is not None
    probability = state.get("probability", entry.cap)
    words = f"{entry.name}, {probability} %."
    warned = warning_words(session, deal_id, warnings)
    return Outcome((deal_id,), (*made, words, *warned), f"create {deal_id}: {state['title']}")


def take_typed(
    session: Session,
    state: State,
    typed: Mapping[str, str],
    client_kind: str | None,
    gathered: Gathered,
) -> tuple[str, ...]:
    """Put what was typed into a new deal's state; every fault goes to `gathered`.

    Answers words about the client, if it was made.
    """
    made: tuple[str, ...] = ()
    with gathered.trying():
        custom = state.get("custom", {})
        others = {name: text for name, text in typed.items() if name not in ("title", "client")}
        state |= clean_values(read_values(session, Opportunity, others))
        if custom:
            state["custom"] = custom | state.get("custom", {})
    with gathered.trying("title"):
        if "title" in typed:
            state |= read_values(session, Opportunity, {"title": typed["title"]})
        if not state.get("title"):
            raise Refused(finding("missing-value", "a deal needs a title", field="title"))
    with gathered.trying("client"):
        client = typed.get("client", state.get("client"))
        if client is None:
            raise Refused(
                finding("missing-value", "a deal needs a client: --client NAME", field="client")
            )
        state["client"], made = find_or_create_client(session, client, client_kind)
    return made


def _go_on(session: Session, before: LoadedDeal, typed: Mapping[str, str]) -> State:
    """What a new deal takes from the one it goes on from; its lines get ids of their own.

    An id in another system stays with the deal that it names. Raises `Refused` for a client that
    takes nothing new; an owner who has left is left out, as if nobody had said one.
    """
    state = {name: before.state[name] for name in CONTINUED if name in before.state}
    if "products" in state:
        state["products"] = {session.new_id("line"): line for line in state["products"].values()}
    owner = session.team.people.get(state.get("owner", ""))
    if owner is None or not is_employed_on(owner, session.today):
        state.pop("owner", None)
    return {name: value for name, value in state.items() if name not in typed}


def first_stage(definition: Definition, stage: str | None, process: str) -> str:
    """The stage in which a new deal begins: an open one that isn't retired."""
    usable = [entry for entry in definition.open_stages if not entry.retired]
    if stage is None:
        return usable[0].stage
    entry = definition.stage_named(stage_id(definition, stage))
    if entry is None:
        raise NotFound(
            finding(
                "no-such-stage",
                f'{process} has no stage "{stage}"',
                hint=did_you_mean(stage, [e.stage for e in usable])
                or f"open stages: {', '.join(e.stage for e in usable)}",
                field="stage",
            )
        )
    if entry not in usable:
        raise Refused(
            finding(
                "not-an-open-stage",
                f"a deal begins in an open stage, {entry.stage} is none",
                hint="create it in an open stage, then salescli opportunity close",
                field="stage",
            )
        )
    return entry.stage


def appoint(session: Session, state: State) -> None:
    """Owner and department of a new deal, where not given (domain.md section 2)."""
    people, departments = session.team.people, session.team.departments
    department = state.get("department")
    if "owner" not in state:
        actor = session.actor
        if department is None or people[actor].department == department:
            state["owner"] = read_reference(session, "person", actor, "owner")
        elif manager := departments[department].manager:
            state["owner"] = read_reference(session, "person", manager, "owner")
    owner = people.get(state.get("owner", ""))
    inherited = departments.get(owner.department or "") if owner is not None else None
    if department is None and owner is not None and inherited and not inherited.retired:
        state["department"] = owner.department
