"""An edit by hand as the event that a command would have written, or the reasons against it.

The engine decides about stages, `model.rules` about the rest; nothing is looser here than on the
command line. Owns no rule of its own.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from salescli.model.chronology import choose_instant
from salescli.model.conversion import build_record
from salescli.model.definition import Definition
from salescli.model.errors import Finding, Gathered, Refused, SalesError, finding
from salescli.model.events import Changed, Closed, Event, Json, Moved
from salescli.model.facts import State, apply_value, build_document_of, changes_between
from salescli.model.fields import FieldSpec, spec_named, specs_of
from salescli.model.ids import is_born_id
from salescli.model.leads import check_lead, check_step, stages_undone
from salescli.model.records import Lead
from salescli.model.rules import check_locked, check_opportunity, probability_rule
from salescli.process import engine
from salescli.process.standing import RefusedMove, ordered
from salescli.process.ways import stage_line
from salescli.store import layout
from salescli.store.patch import patch
from salescli.store.texts import build_edits
from salescli.workspace.addressing import find_by_id
from salescli.workspace.checking.examining import Examined
from salescli.workspace.checking.known import Known
from salescli.workspace.checking.records import tree_path
from salescli.workspace.checking.values import check_values
from salescli.workspace.covering import follow_closing, follow_list
from salescli.workspace.deals import LoadedDeal, event_head, stage_event
from salescli.workspace.handover import hand_over_activities
from salescli.workspace.opportunities import as_tree
from salescli.workspace.session import Session
from salescli.workspace.stages import build_event, enter
from salescli.workspace.standing import build_standing
from salescli.workspace.values import (
    catalogue_of,
    read_choice,
    refuse_archived,
    refuse_unusable,
)

Fields = dict[str, list[Json]]
_LEAVING = ("person", "department", "product", "competitor")  # what can be taken out of use


def record_edit(
    session: Session, examined: Examined, wanted: State, known: Known
) -> tuple[Fields, list[str]]:
    """Stage the one event that leads from a record's history to the state that is wanted.

    `wanted` is what the file says, with references to merged clients redirected. Answers what
    changed, {path: [before, after]}, and what became of a deal's leads, in words. Raises
    `Refused` and others with every reason.
    """
    loaded = load(examined)
    fields = changes_between(examined.said, wanted, examined.record)
    final = wanted
    event: Event
    if "process" in fields:
        raise Refused(_process_is_for_ever(examined, fields["process"][0]))
    if "stage" in fields and examined.kind == "opportunity":
        event, final = _deal_move(session, loaded, examined, wanted, fields)
    elif "stage" in fields:
        event = _lead_move(event_head(session, loaded), examined, fields)
    else:
        _refuse_locked(session, examined, fields)
        event = Changed(**event_head(session, loaded), fields=fields)
    fields = changes_between(examined.said, final, examined.record)
    refuse_new_faults(session, examined, final, fields, known)
    patched = patched_facts(
        session, examined, changes_between(examined.state, final, examined.record)
    )
    words: list[str] = []
    if isinstance(event, Closed):
        words = follow_closing(session, loaded, event)
    elif examined.kind == "opportunity":
        words = follow_list(session, loaded, fields)
    stage_event(session, loaded, event)
    session.files.write(facts_path(examined), patched)
    if examined.kind == "opportunity":
        words += hand_over_activities(session, loaded, event)
    if "stage" in fields and examined.kind == "opportunity":
        words += enter(session, loaded, frozenset({str(fields["stage"][0])}))
    return fields, words


def load(examined: Examined) -> LoadedDeal:
    """An examined record as what writes events: its facts, events and state."""
    source, history, road = examined.source, examined.history, examined.road
    assert source is not None and history is not None and road is not None
    facts: Any = examined.facts  # of a lead: events are written the same way
    return LoadedDeal(
        examined.id,
        examined.directory,
        source.data,
        facts,
        [line.event for line in history.lines],
        road.live,
        examined.state,
        examined.kind,
    )


def facts_path(examined: Examined) -> str:
    """Where the facts of a deal or lead stand."""
    return layout.record_file(examined.kind, examined.directory)


def patched_facts(session: Session, examined: Examined, fields: Fields) -> bytes:
    """The file of a deal or lead with {path: [before, after]} put in."""
    path = facts_path(examined)
    edits = build_edits(fields, examined.record)
    return patch(session.read_required(path), path, edits, layout.KEY_ORDER[examined.kind])


def _process_is_for_ever(examined: Examined, process: Json) -> Finding:
    text = "the process of a deal never changes"
    hint = (
        f"write process: {process}; then salescli opp close {examined.id} --outcome rerouted "
        f"and salescli opp create --continue {examined.id}"
    )
    return finding("process-changed", text, hint=hint, field="process")


def _refuse_locked(session: Session, examined: Examined, fields: Fields) -> None:
    if examined.definition is not None:
        stage = str(examined.said.get("stage"))
        address = session.short(examined.id)
        Refused.raise_if(check_locked(examined.definition, stage, fields, address))


def _deal_move(
    session: Session, loaded: LoadedDeal, examined: Examined, wanted: State, fields: Fields
) -> tuple[Event, State]:
    """The `moved` or `closed` of a stage that was edited by hand, and the facts after it."""
    before, after = str(examined.said.get("stage")), str(wanted["stage"])
    definition = session.process(loaded.facts.process)
    if definition.status_of(before) != "open":
        address = session.short(examined.id)
        raise Refused(_reopening_has_a_reason(definition, before, after, address))
    is_closing = definition.status_of(after) != "open"
    if (percent := fields.get("probability", [None, None])[1]) is not None:
        broken = probability_rule(definition, after, int(str(percent)))
        Refused.raise_if([broken] if broken else [])
    head = event_head(session, loaded)
    typed_day = fields.get("close_date", [None, None])[1]
    if is_closing and isinstance(typed_day, str) and typed_day <= session.today.isoformat():
        head["at"] = choose_instant(typed_day, session.calendar, session.now, loaded.live)
        head["logged"] = session.now
    facts = build_typed({**wanted, "stage": before}, examined)
    standing = build_standing(session, msgspec.structs.replace(loaded, facts=facts), head)
    if is_closing:
        decided = engine.close(
            standing,
            after,
            close_reasons=session.dictionaries.get("close_reasons", {}),
            reason=facts.close_reason,
            details=facts.close_details,
            revenue=facts.actual_revenue,
            winner=facts.winner,
        )
    else:
        decided = engine.move(standing, after)
    if isinstance(decided, RefusedMove):
        raise decided.error
    final = copy_state(wanted)
    for path, change in decided.fields.items():
        apply_value(final, path, change[1])
    changed = changes_between(examined.said, final)
    del changed["stage"]
    if is_closing:
        day = final.get("close_date")
        changed = ordered({"close_date": [examined.said.get("close_date"), day], **changed})
    return build_event(msgspec.structs.replace(decided, fields=changed), head, None), final


def _reopening_has_a_reason(
    definition: Definition, before: str, after: str, address: str
) -> Finding:
    text = f"{before} is final: a closed deal goes on only by a reopening, and that has a reason"
    line = stage_line(definition, before, after, address)
    hint = f"write stage: {before} again" + (f", then:\n{line}" if line else "")
    return finding("reopened-by-hand", text, hint=hint, field="stage")


def copy_state(state: State) -> State:
    """A copy that can be changed down to the values of items."""
    return {
        name: copy_state(value) if isinstance(value, dict) else value
        for name, value in state.items()
    }


def _lead_move(head: Mapping[str, Any], examined: Examined, fields: Fields) -> Event:
    """A lead's change of stage; raises `Refused` where a command would."""
    assert examined.road is not None
    before, after = str(fields["stage"][0]), str(fields["stage"][1])
    Refused.raise_if(check_step(before, after, examined.id))
    undone = stages_undone(examined.road.live, before, after)
    rest = {path: change for path, change in fields.items() if path != "stage"}
    return Moved(**head, from_=before, to=after, undone=undone, fields=rest)


def build_typed(state: State, examined: Examined) -> Any:
    """The typed record that a state makes."""
    tree = as_tree({"id": examined.id, **build_document_of(state, examined.record)})
    return build_record(tree, examined.record)


def refuse_new_faults(
    session: Session, examined: Examined, final: State, fields: Fields, known: Known
) -> None:
    """Raise `Refused` with every rule that the edit breaks; older faults don't hinder it."""
    broken = faults_of(final, examined, known)
    try:
        older = faults_of(examined.said, examined, known)
    except msgspec.ValidationError:  # the events make no record, so none of it is older
        older = []
    gathered = Gathered()
    for entry in broken:
        if entry not in older:
            gathered.add(Refused(entry))
    gathered.raise_all()
    for path, change in fields.items():
        try:
            _refuse_out_of_use(session, path, change[1], examined.record)
        except SalesError as error:
            gathered.add(type(error)(*_placed_at(examined, path, error.findings)))
    gathered.raise_all()


def _placed_at(examined: Examined, path: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings about the value of a path, told of the record's own field."""
    assert examined.source is not None
    place = examined.source.document.place(tree_path(examined.source, path))
    for entry in findings:
        yield msgspec.structs.replace(entry, field=path.partition("/")[0], place=place)


def faults_of(state: State, examined: Examined, known: Known) -> list[Finding]:
    """The rules that a state breaks; warnings left out."""
    typed = build_typed(state, examined)
    found = [entry for _, entry in check_values(typed, known)]
    if isinstance(typed, Lead):
        found += check_lead(typed)
    elif examined.definition is not None:
        reasons = (known.dictionaries or {}).get("close_reasons")
        rivals = None if known.competitors is None else known.competitors.competitors
        found += check_opportunity(typed, examined.definition, reasons, rivals)
    return [entry for entry in found if not entry.warning]


def _refuse_out_of_use(
    session: Session, path: str, after: Json, record: type[msgspec.Struct]
) -> None:
    """Raise `Refused` where something new points at what has left or is retired."""
    if path.startswith("leads/") and after is not None:
        _refuse_born_out_of_use(session, path.partition("/")[2], "leads")
    for spec, value in _values_at(path, after, record):
        if spec.kind == "choice":
            read_choice(session, spec.target, value, spec.name)
        elif spec.kind == "reference":
            for kind in spec.target.split("|"):
                if kind in _LEAVING and value in catalogue_of(session, kind):
                    refuse_unusable(session, kind, value, spec.name)
            if is_born_id(value):
                _refuse_born_out_of_use(session, value, spec.name)


def _refuse_born_out_of_use(session: Session, record_id: str, field: str) -> None:
    found = find_by_id(session, record_id)
    if found is not None:  # that nothing is there is told as such
        refuse_archived(session, found, field)


def _values_at(
    path: str, after: Json, record: type[msgspec.Struct]
) -> Iterator[tuple[FieldSpec, str]]:
    """The declared fields, with their values, that a change of one path sets."""
    top, *keys = path.split("/")
    spec = spec_named(record, top)
    if spec is None or after is None:
        return
    if spec.items is None:
        yield spec, str(after)
    elif len(keys) == 2:
        inner = spec_named(spec.items, keys[1])
        if inner is not None:
            yield inner, str(after)
    elif isinstance(after, dict):
        yield specs_of(spec.items)[0], keys[0]
        for name, value in after.items():
            inner = spec_named(spec.items, name)
            if inner is not None:
                yield inner, str(value)
