"""A deal's file edited by hand through us: held against the rules, written as one event.

The store isn't locked while the editor runs. If the deal changed meanwhile, the edit is merged
field by field, or refused where both touched one field.
"""

from salescli.model.conversion import build_document
from salescli.model.errors import Clash, Refused, finding
from salescli.model.events import Changed
from salescli.model.facts import apply_value, build_state, changes_between
from salescli.model.records import Opportunity
from salescli.model.rules import check_locked
from salescli.store.codec import read_typed
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

BY_COMMANDS = {
    "stage": "salescli opportunity advance, move, close or reopen",
    "process": "salescli opportunity close --outcome rerouted, then create --continue",
    "archived": "salescli opportunity archive",
}


def begin_edit(session: Session, text: str) -> LoadedDeal:
    """The deal to be edited, as it stands now."""
    return open_deal(session, text)


def finish_edit(session: Session, base: LoadedDeal, edited: bytes) -> Outcome:
    """Write an edited file. Raises `Damaged` for what can't be read, `Refused`, `Clash`."""
    edited = edited if edited.endswith(b"\n") else edited + b"\n"
    facts = read_typed(edited, base.path, Opportunity)
    fields = changes_between(base.state, build_state(build_document(facts)))
    if facts.id != base.id:
        raise Refused(finding("wrong-id", "the id of a record never changes", field="id"))
    Refused.raise_if(
        finding(
            "not-by-hand",
            f"{name} is not changed by hand",
            hint=f"use {BY_COMMANDS[name]}",
            field=name,
        )
        for name in BY_COMMANDS
        if name in fields
    )
    current = load_deal(session, base.directory)
    clashing = [path for path, change in fields.items() if _differs(current, path, change[0])]
    if clashing:
        raise Clash(
            finding(
                "changed-meanwhile",
                f"{base.facts.title} changed while it was edited: {', '.join(clashing)}",
                hint="edit it again",
            )
        )
    definition = session.process(current.facts.process)
    Refused.raise_if(check_locked(definition, current.facts.stage, fields, session.short(base.id)))
    after = build_state(build_document(current.facts))
    for path, change in fields.items():
        apply_value(after, path, change[1])
    tops = {path.partition("/")[0] for path in fields}
    warnings = refuse_broken(session, build_deal_record(base.id, after), definition, tops)
    refuse_dangling(session, fields)
    moved = follow_list(session, current, fields)
    handed: tuple[str, ...] = ()
    if fields:
        event = Changed(**event_head(session, current), fields=fields)
        stage_event(session, current, event)
        handed = hand_over_activities(session, current, event)
    is_untouched = current.source == base.source
    text = edited if is_untouched else patch_record(current, current.source, fields)
    session.files.write(base.path, text)
    words = warning_words(session, base.id, [entry for entry in warnings if entry.field in tops])
    words = [*handed, *words]
    if not is_untouched:
        words = ["Merged with what others changed meanwhile.", *words]
    title = f"edit {', '.join(fields) or 'the text'} of {base.id}: {base.facts.title}"
    return Outcome((base.id,), (*words, *moved), title)


def _differs(current: LoadedDeal, path: str, before: object) -> bool:
    value: object = current.state
    for step in path.split("/"):
        value = value.get(step) if isinstance(value, dict) else None
    return value != before
