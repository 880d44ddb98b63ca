"""What events name: people, stages, fields and their values, against catalogues. Pure.

An event is never changed, so what it names must stay: an id is never used again and never goes.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from salescli.model.correspondence import correspondence_faults
from salescli.model.definition import Definition
from salescli.model.errors import Finding, finding
from salescli.model.events import Closed, Created, Event, Json, Moved, Reopened, Replanned
from salescli.model.fields import FieldSpec, spec_named
from salescli.model.nearest import did_you_mean
from salescli.model.records import LEAD_STAGES, Lead
from salescli.model.shapes import scalar_words
from salescli.workspace.checking.history import stage_after
from salescli.workspace.checking.keys import plan_of, unknown_key
from salescli.workspace.checking.known import Known
from salescli.workspace.checking.values import no_such_reference

Of = tuple[str, Finding]
# Keys of events that name something, and what.
_NAMES = (
    ("owner", "person"),
    ("person", "person"),
    ("of", "person"),
    ("mentions", "person"),
    ("people", "person|contact"),
    ("from_lead", "lead"),
    ("continues", "opportunity"),
)


def check_event_values(
    events: Sequence[Event],
    record: type[msgspec.Struct],
    definition: Definition | None,
    known: Known,
) -> Iterator[Of]:
    """Everything that events name and that is not there, and values that are none of their type."""
    people = known.named("person")
    for event in events:
        if people is not None and event.by not in people:
            yield event.id, no_such_reference("person", event.by, "by", known)
        for key, target in _NAMES:
            value = getattr(event, key, None)
            if isinstance(event, Replanned):
                value = _named_anew(event, key)
            for name in [value] if isinstance(value, str) else value or ():
                if not known.is_there(target, name) and name not in known.merged:
                    yield event.id, no_such_reference(target, name, key, known)
        for key, words in correspondence_faults(event):
            hint = "void the event, or bring back the line as git had it"
            yield event.id, finding("bad-event-value", f"{key}: {words}", hint=hint, field=key)
        if isinstance(event, Created | Moved | Closed | Reopened):
            yield from _check_stages(event, record, definition)
        fields = getattr(event, "fields", None)
        if fields and not isinstance(event, Replanned):
            for path, change in fields.items():
                values = [change] if isinstance(event, Created) else change[1:]
                yield from _check_field(event, path, values[0], record)


def _named_anew(event: Replanned, key: str) -> Any:
    """What a replanning says of owner and people, as far as it can be read."""
    after = event.fields.get(key, (None, None))[1]
    is_list = isinstance(after, list) and all(isinstance(name, str) for name in after)
    return after if isinstance(after, str) or is_list else None


def _check_stages(
    event: Created | Moved | Closed | Reopened,
    record: type[msgspec.Struct],
    definition: Definition | None,
) -> Iterator[Of]:
    """The stages that an event names are those of the process, and its kind fits them."""
    if record is Lead:
        stages: dict[str, bool] = dict.fromkeys(LEAD_STAGES, True)
    elif definition is None:
        return
    else:
        stages = {entry.stage: entry.is_open for entry in definition.stages}
    after = stage_after(event)
    named = [after] if after else []  # without one the record itself shows it
    if not isinstance(event, Created):
        named = [event.from_, after, *getattr(event, "skipped", ()), *getattr(event, "undone", ())]
    for stage in dict.fromkeys(named):
        if stage not in stages:
            text = f"there is no stage {stage!r}"
            hint = did_you_mean(stage, stages) or "a stage that was used is retired, never removed"
            yield event.id, finding("unknown-stage", text, hint=hint, field="stage")
    if record is Lead and not _is_plain_move(event):
        text = "a lead's stage changes by a moved, and it skips none"
        hint = "delete the line, then salescli lead move"
        yield event.id, finding("wrong-stage-event", text, hint=hint, field="stage")
    elif record is not Lead and stages.get(after) is isinstance(event, Closed):
        words = "an open stage, which no closing leads to"
        if not isinstance(event, Closed):
            words = "a final stage, to which only a closing leads"
        hint = "delete the line, then salescli opportunity move or close"
        found = finding("wrong-stage-event", f"{after} is {words}", hint=hint, field="stage")
        yield event.id, found


def _is_plain_move(event: Created | Moved | Closed | Reopened) -> bool:
    return isinstance(event, Created) or (isinstance(event, Moved) and not event.skipped)


def _check_field(
    event: Event, path: str, after: Json, record: type[msgspec.Struct]
) -> Iterator[Of]:
    top, _, rest = path.partition("/")
    spec = spec_named(record, top)
    if spec is None:
        unknown = unknown_key(top, plan_of(record).keys or {})
        yield event.id, unknown
        return
    if after is None:
        return
    if spec.items is None or not rest:
        words = _value_words(spec, rest, after)
    elif "/" in rest:
        inner = spec_named(spec.items, rest.partition("/")[2])
        words = "" if inner is None else _value_words(inner, "", after)
    else:
        words = _item_words(spec.items, after)
    if words:
        hint = "write a value that the field can have; git log -p shows how this one came"
        yield event.id, finding("bad-event-value", f"{path}: {words}", hint=hint, field=top)


def _item_words(items: type[msgspec.Struct], after: Json) -> str:
    if not isinstance(after, dict):
        return "an item is a mapping"
    for name, value in after.items():
        inner = spec_named(items, name)
        words = _value_words(inner, "", value) if inner is not None else ""
        if words:
            return f"{name}: {words}"
    return ""


def _value_words(spec: FieldSpec, rest: str, value: Any) -> str:
    if spec.items is not None and not rest:
        return "a list is changed item by item"
    if spec.kind == "mapping":
        return "" if rest else "a mapping is changed key by key"
    if spec.kind == "words":
        return "" if rest or isinstance(value, list) else "not a list of words"
    if spec.kind in ("text", "choice", "reference") and not isinstance(value, str):
        is_loyalty = spec.target == "loyalties" and isinstance(value, int)
        return "" if is_loyalty else "not a text"
    return scalar_words(spec.kind, value)
