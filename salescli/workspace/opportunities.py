"""Making, changing, archiving and deleting deals. Stages are `workspace.stages`' business."""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from salescli.model.catalogues import is_employed_on
from salescli.model.conversion import build_document, build_record
from salescli.model.definition import Definition, stage_id
from salescli.model.errors import Finding, Gathered, NotFound, Refused, finding
from salescli.model.events import Changed, Created, Json
from salescli.model.facts import (
    State,
    apply_value,
    as_text,
    build_document_of,
    build_state,
    created_fields,
)
from salescli.model.nearest import did_you_mean
from salescli.model.records import Opportunity
from salescli.model.rules import check_locked, check_opportunity
from salescli.store import layout
from salescli.workspace.addressing import find_record
from salescli.workspace.clients import find_or_create_client
from salescli.workspace.deals import (
    LoadedDeal,
    event_head,
    load_deal,
    stage_event,
    stage_fields,
    stage_new_record,
)
from salescli.workspace.handover import hand_over_activities
from salescli.workspace.outcome import Outcome
from salescli.workspace.reasons import read_winner
from salescli.workspace.session import Session
from salescli.workspace.telling import said_of
from salescli.workspace.values import read_reference, read_values

# What a deal that goes on from another takes from it, unless said otherwise.
CONTINUED = (
    "title client owner department budget need type category source partner strengths weaknesses "
    "main_contact main_competitor custom contacts competitors team products leads"
).split()


def open_deal(session: Session, text: str) -> LoadedDeal:
    """The deal that `text` names, read from its files."""
    return load_deal(session, find_record(session, text, "opportunity").path)


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


def clean_values(values: Mapping[str, Json]) -> State:
    """Values as a state: `custom/x` under its mapping, nothing that is None."""
    state: State = {}
    for path, value in values.items():
        if value is None:
            continue
        top, _, key = path.partition("/")
        if key:
            state.setdefault(top, {})[key] = value
        else:
            state[path] = value
    return state


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


def build_deal_record(deal_id: str, state: State) -> Opportunity:
    """The typed record that a state makes."""
    return build_record({"id": deal_id, **as_tree(build_document_of(state))}, Opportunity)


def as_tree(value: Any) -> Any:
    """Document values as the text that a file holds."""
    if isinstance(value, dict):
        return {key: as_tree(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [as_tree(entry) for entry in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


def refuse_broken(
    session: Session, facts: Opportunity, definition: Definition, touched: Container[str] = ()
) -> tuple[Finding, ...]:
    """Raise `Refused` with every rule that a deal breaks; its warnings come back.

    What rivals offer is looked at only where `touched` has `competitors`: an older store holds
    such products in words of its own, and these hinder nothing else.
    """
    findings = check_opportunity(
        facts,
        definition,
        session.dictionaries.get("close_reasons"),
        session.competitors.competitors if "competitors" in touched else None,
    )
    Refused.raise_if(entry for entry in findings if not entry.warning)
    return tuple(entry for entry in findings if entry.warning)


def warning_words(session: Session, deal_id: str, warnings: Iterable[Finding]) -> list[str]:
    """Warnings about a deal for people, each with the command that removes it."""
    return [
        f"{entry.text[:1].upper()}{entry.text[1:]}.{_way_out(session, deal_id, entry)}"
        for entry in warnings
    ]


def _way_out(session: Session, deal_id: str, warning: Finding) -> str:
    if warning.code != "no-decision-maker":
        return ""
    line = f"salescli opp contact add {session.short(deal_id)} NAME --role decision-maker"
    return f"\n  {line}"


def set_opportunity(
    session: Session,
    deal: LoadedDeal,
    typed: Mapping[str, str],
    *,
    client_kind: str | None = None,
    with_activities: bool = False,
) -> Outcome:
    """Change fields of a deal by one event; raises every fault together.

    `client_kind`: make the client, of that kind, if it isn't there. `with_activities`: a new
    owner gets the hand-made activities too, not the open steps of the process alone.
    """
    fields, made = read_changes(session, deal, typed, client_kind=client_kind)
    definition = session.process(deal.facts.process)
    outcome = apply_fields(session, deal, fields, definition, with_activities=with_activities)
    return Outcome(outcome.ids, (*made, *outcome.words), outcome.title)


def read_changes(
    session: Session,
    deal: LoadedDeal,
    typed: Mapping[str, str],
    *,
    client_kind: str | None = None,
) -> tuple[dict[str, list[Json]], tuple[str, ...]]:
    """({path: [before, after]} of what was typed, words about a client that was made for it).

    Raises every fault together. Writes nothing but that client.
    """
    gathered = Gathered()
    fields: dict[str, list[Json]] = {}
    made: tuple[str, ...] = ()
    with gathered.trying():
        others = {n: text for n, text in typed.items() if n not in ("client", "winner")}
        values = read_values(session, Opportunity, others)
        values |= read_winner(session, deal.state, values, typed.get("winner"))
        if "client" in typed:
            values["client"], made = find_or_create_client(session, typed["client"], client_kind)
        fields = changed_fields(deal.state, values)
    for required in ("title", "client"):
        if required in fields and fields[required][1] is None:
            gathered.add(Refused(finding("missing-value", f"a deal needs a {required}")), required)
    definition = session.process(deal.facts.process)
    for entry in check_locked(definition, deal.facts.stage, fields, session.short(deal.id)):
        gathered.add(Refused(entry))
    gathered.raise_all()
    return fields, made


def apply_fields(
    session: Session,
    deal: LoadedDeal,
    fields: dict[str, list[Json]],
    definition: Definition,
    *,
    with_activities: bool = False,
    ending: Container[str] = (),
) -> Outcome:
    """Write a `changed` with these fields, if the deal obeys the rules afterwards.

    A new owner gets the activities that go with the deal, but for those that are `ending` with
    the same command: see `workspace.handover`.
    """
    if not fields:
        return Outcome((deal.id,), ("Nothing to change: it says so already.",))
    tops = {path.partition("/")[0] for path in fields}
    warnings = check_changes(session, deal, fields, definition)
    event = Changed(**event_head(session, deal), fields=fields)
    stage_event(session, deal, event)
    stage_fields(session, deal, fields)
    handed = hand_over_activities(
        session, deal, event, with_activities=with_activities, ending=ending
    )
    said = ", ".join(said_of(path, before, after) for path, (before, after) in fields.items())
    told = [entry for entry in warnings if entry.field in tops]  # not what others left undone
    words = (said, *handed, *warning_words(session, deal.id, told))
    return Outcome((deal.id,), words, f"set {', '.join(fields)} of {deal.id}: {deal.facts.title}")


def check_changes(
    session: Session, deal: LoadedDeal, fields: Mapping[str, list[Json]], definition: Definition
) -> tuple[Finding, ...]:
    """Raise `Refused` with every rule that the deal would break with these; its warnings else."""
    after = build_state(build_document(deal.facts))
    put_fields(after, fields)
    tops = {path.partition("/")[0] for path in fields}
    return refuse_broken(session, build_deal_record(deal.id, after), definition, tops)


def put_fields(state: State, fields: Mapping[str, list[Json]]) -> None:
    """Put the after-values of {path: [before, after]} into a state."""
    for path, change in fields.items():
        apply_value(state, path, change[1])


def changed_fields(
    state: State, values: Mapping[str, Json], kind: str = "opportunity"
) -> dict[str, list[Json]]:
    """{path: [before, after]} of the values that differ from a state, paths in field order."""
    order = layout.KEY_ORDER[kind]
    fields: dict[str, list[Json]] = {}
    for path in sorted(values, key=lambda name: (order.index(name.partition("/")[0]), name)):
        top, _, key = path.partition("/")
        before = state.get(top)
        if key:
            before = (before or {}).get(key)
        if as_text(before) != as_text(values[path]):
            fields[path] = [before, values[path]]
    return fields


def archive_opportunity(session: Session, deal: LoadedDeal) -> Outcome:
    """Take a closed deal out of lists; raises `Refused` for an open one."""
    definition = session.process(deal.facts.process)
    if definition.status_of(deal.facts.stage) == "open":
        raise Refused(
            finding(
                "still-open",
                f"{deal.facts.title} is open; only a closed deal can be archived",
                hint=f"salescli opportunity close {session.short(deal.id)} --outcome …",
            )
        )
    fields = changed_fields(deal.state, {"archived": True})
    outcome = apply_fields(session, deal, fields, definition)
    words = ("Out of lists; every figure still counts it.",) if fields else outcome.words
    return Outcome(outcome.ids, words, f"archive {deal.id}: {deal.facts.title}")
