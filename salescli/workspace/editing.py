"""A deal's file edited by hand through us: held against the rules, written as one event.

The store isn't locked while the editor runs. If the deal changed meanwhile, what others changed is
put into the edited text, which keeps its comments and unknown keys. Where both touched one field,
or both wrote more than fields, nothing is written.
"""

from collections.abc import Iterable, Mapping

import msgspec

from salescli.model.conversion import build_document, build_record, check_tree
from salescli.model.errors import Clash, Damaged, Finding, Gathered, Refused, finding
from salescli.model.events import Changed, Json
from salescli.model.facts import apply_changes, build_state, changes_between
from salescli.model.records import Opportunity
from salescli.model.rules import check_locked
from salescli.process.ways import stage_line
from salescli.store.codec import place_faults
from salescli.store.yamltext import read_tree
from salescli.workspace.covering import follow_list
from salescli.workspace.deals import (
    LoadedDeal,
    event_head,
    load_deal,
    patch_record,
    stage_event,
)
from salescli.workspace.handover import hand_over_activities
from salescli.workspace.opportunities import (
    build_deal_record,
    open_deal,
    refuse_broken,
    warning_words,
)
from salescli.workspace.outcome import Outcome
from salescli.workspace.references import refuse_dangling
from salescli.workspace.session import Session

Fields = Mapping[str, list[Json]]
_BY_COMMANDS = ("stage", "process", "archived")


def begin_edit(session: Session, text: str) -> LoadedDeal:
    """The deal to be edited, as it stands now."""
    return open_deal(session, text)


def finish_edit(session: Session, base: LoadedDeal, edited: bytes) -> Outcome:
    """Write an edited file; raises every fault of it together, `Clash` where others were quicker.

    What can't be read as its type is told with its place, and the rest is looked at all the same.
    """
    edited = edited if edited.endswith(b"\n") else edited + b"\n"
    gathered = Gathered()
    facts = _read_facts(base, edited, gathered)
    fields = changes_between(base.state, build_state(build_document(facts)))
    for problem in _not_by_hand(session, base, facts, fields):
        gathered.add(Refused(problem))
    fields = {path: both for path, both in fields.items() if path not in _BY_COMMANDS}
    current = load_deal(session, base.directory)
    warnings = _check_rules(session, current, fields, gathered)
    gathered.raise_all()
    text = _merge(base, current, edited, fields)
    moved = follow_list(session, current, fields)
    handed: tuple[str, ...] = ()
    if fields:
        event = Changed(**event_head(session, current), fields=fields)
        stage_event(session, current, event)
        handed = hand_over_activities(session, current, event)
    session.files.write(base.path, text)
    words = [*handed, *warning_words(session, base.id, warnings)]
    if current.source != base.source:
        words = ["Merged with what others changed meanwhile.", *words]
    title = f"edit {', '.join(fields) or 'the text'} of {base.id}: {base.facts.title}"
    return Outcome((base.id,), (*words, *moved), title)


def _read_facts(base: LoadedDeal, edited: bytes, gathered: Gathered) -> Opportunity:
    """The edited facts; a key that can't be read is told and taken as it was before."""
    tree = read_tree(edited, base.path)
    faults = check_tree(tree, Opportunity)
    if not faults:
        return build_record(tree, Opportunity)
    gathered.add(Damaged(*place_faults(edited, base.path, faults)))
    before = read_tree(base.source, base.path)
    broken = {str(path[0]) for path, _ in faults if path}
    usable = {name: before.get(name) if name in broken else value for name, value in tree.items()}
    usable |= {name: before[name] for name in broken - set(tree) if name in before}
    return build_record(usable, Opportunity)


def _not_by_hand(
    session: Session, base: LoadedDeal, facts: Opportunity, fields: Fields
) -> Iterable[Finding]:
    """What only commands change, each with the one that does it."""
    if facts.id != base.id:
        yield finding(
            "wrong-id",
            "the id of a record never changes",
            hint=f"write id: {base.id} again",
            field="id",
        )
    address = session.short(base.id)
    for name in _BY_COMMANDS:
        if name in fields:
            yield finding(
                "not-by-hand",
                f"{name} is not changed by hand",
                hint=_command_for(session, base, name, fields[name][1], address),
                field=name,
            )


def _command_for(session: Session, base: LoadedDeal, name: str, after: Json, address: str) -> str:
    if name == "process":
        return (
            f"salescli opp close {address} --outcome rerouted, then\n"
            f"salescli opp create --continue {address}"
        )
    definition = session.process(base.facts.process)
    if name == "stage":
        line = stage_line(definition, base.facts.stage, str(after), address)
        stages = ", ".join(stage.stage for stage in definition.stages if not stage.retired)
        return line or f"stages are {stages}; salescli next {address} tells how to go on"
    if definition.status_of(base.facts.stage) == "open":
        return "only a closed deal is archived"
    if after:
        return f"salescli opp archive {address}"
    return f"salescli opp reopen {address} --to STAGE --reason TEXT"


def _check_rules(
    session: Session, current: LoadedDeal, fields: Fields, gathered: Gathered
) -> list[Finding]:
    """Hold the deal that the edit would make against the rules and the catalogues.

    Answers the warnings about what was edited.
    """
    definition = session.process(current.facts.process)
    address = session.short(current.id)
    for problem in check_locked(definition, current.facts.stage, fields, address):
        gathered.add(Refused(problem))
    after = apply_changes(current.state, fields)
    tops = {path.partition("/")[0] for path in fields}
    warnings: list[Finding] = []
    with gathered.trying():
        facts = build_deal_record(current.id, after)
        found = refuse_broken(session, facts, definition, tops)
        warnings = [entry for entry in found if entry.field in tops]
    with gathered.trying():
        refuse_dangling(session, fields)
    return warnings


def _merge(base: LoadedDeal, current: LoadedDeal, edited: bytes, fields: Fields) -> bytes:
    """The edited text with what others changed meanwhile; raises `Clash` where that loses any.

    Either side may have written comments or keys of its own, which no field says. Where only one
    has, the fields of the other go into its text.
    """
    if current.source == base.source:
        return edited
    clashing = [path for path, change in fields.items() if _value_at(current, path) != change[0]]
    if clashing:
        raise _clash(base, f"changed while it was edited: {', '.join(clashing)}")
    others = changes_between(base.state, current.state)
    if patch_record(base, base.source, others) == current.source:
        after = apply_changes(base.state, fields)
        mine = msgspec.structs.replace(base, source=edited, state=after, is_plain=False)
        return patch_record(mine, edited, others)
    if patch_record(base, base.source, fields) == edited:
        return patch_record(current, current.source, fields)
    raise _clash(base, "changed while it was edited, and both sides wrote more than fields")


def _clash(base: LoadedDeal, words: str) -> Clash:
    text = f"{base.facts.title} {words}"
    return Clash(finding("changed-meanwhile", text, hint="edit it again"))


def _value_at(current: LoadedDeal, path: str) -> object:
    value: object = current.state
    for step in path.split("/"):
        value = value.get(step) if isinstance(value, dict) else None
    return value
