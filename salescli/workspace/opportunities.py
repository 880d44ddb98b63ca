"""Changing and archiving deals. Stages are `workspace.stages`' business."""

from collections.abc import Container, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from salescli.model.conversion import build_document, build_record
from salescli.model.definition import Definition
from salescli.model.errors import Finding, Gathered, Refused, finding
from salescli.model.events import Changed, Json
from salescli.model.facts import (
    State,
    apply_value,
    as_text,
    build_document_of,
    build_state,
)
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
)
from salescli.workspace.handover import hand_over_activities
from salescli.workspace.outcome import Outcome
from salescli.workspace.reasons import read_winner
from salescli.workspace.session import Session
from salescli.workspace.telling import said_of
from salescli.workspace.titles import told_fields
from salescli.workspace.values import read_values

Fields = Mapping[str, list[Json]]  # path → [before, after]
NO_FIELDS: Fields = MappingProxyType({})


def open_deal(session: Session, text: str) -> LoadedDeal:
    """The deal that `text` names, read from its files."""
    return load_deal(session, find_record(session, text, "opportunity").path)


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
        values = read_values(session, Opportunity, others, deal.state)
        values |= read_winner(session, deal.state, values, typed.get("winner"))
        if "client" in typed:
            values["client"], made = find_or_create_client(
                session, typed["client"], client_kind, deal.state.get("client")
            )
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
    return Outcome((deal.id,), words, f"set {told_fields(fields)} of {deal.id}: {deal.facts.title}")


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
