"""What holds of activities and hours, whoever writes them: a command, an import, a hand.

Pure: events and dictionaries in, findings out.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from salescli.model.activities import REPLANNED, Activity, build_activities, fits_activity
from salescli.model.catalogues import Dictionary, choice_named
from salescli.model.errors import Finding, finding
from salescli.model.events import Cancelled, Done, Event, Planned, Replanned, Worked
from salescli.model.nearest import did_you_mean

RESULTS = "activity_results"
TYPES = "activity_types"
CANCELLED = "cancelled"
STEP_KINDS = ("task", "meeting", "call", "form", "question", "approval")
"""What a step of a process may be; its activities have that as their type."""

Of = tuple[str, Finding]


def results_of_step(activity: Activity) -> tuple[str, ...]:
    """The results with which a step can be done; empty for what no process made."""
    return tuple(result for result in activity.results if result != CANCELLED)


def check_result(
    kind: str, own: Sequence[str], result: str, dictionary: Dictionary | None
) -> Finding | None:
    """What is wrong with the result of a done activity of this type.

    A step takes one of its `own`, all else one of the dictionary that fits the type. `cancelled`
    is none: an event of its own says it. Without a dictionary nothing is known of its values.
    """
    if own:
        if result in own:
            return None
        text = f"{result!r} is no result of this step"
        return finding(
            "wrong-result", text, hint=f"its results are {', '.join(own)}", field="result"
        )
    if result == CANCELLED:
        text = "what is done was not cancelled"
        hint = "salescli activity cancel says that it won't be"
        return finding("wrong-result", text, hint=hint, field="result")
    if dictionary is None:
        return None
    choice = choice_named(dictionary, result)
    fitting = results_for(kind, dictionary)
    if choice is None:
        text = f"{RESULTS} has no value {result!r}"
        hint = did_you_mean(result, fitting) or f"one of {', '.join(fitting)}"
        return finding("no-such-value", text, hint=hint, field="result")
    if choice.types and kind not in choice.types:
        text = f"{result} is no result of a {kind}, only of a {' or '.join(choice.types)}"
        hint = f"its results are {', '.join(fitting)}"
        return finding("wrong-result", text, hint=hint, field="result")
    return None


def results_for(kind: str, dictionary: Dictionary) -> list[str]:
    """The results that are offered for a done activity of this type."""
    return [
        key
        for key in dictionary
        if key != CANCELLED
        and (choice := choice_named(dictionary, key)) is not None
        and not choice.retired
        and (not choice.types or kind in choice.types)
    ]


def check_reminder(remind: int | None, start_at: datetime | None) -> Finding | None:
    """A reminder comes before a start; without one it could never come."""
    if remind is None or start_at is not None:
        return None
    text = "a reminder comes before the start, and there is none"
    return finding("remind-without-start", text, hint="give --start, too", field="remind")


def check_activities(
    live: Sequence[Event], dictionaries: Mapping[str, Dictionary] | None
) -> Iterator[Of]:
    """What is wrong with activities and hours in live events in fold order: event id, finding.

    That something was never planned is told by those who walk a history anyway, and what two
    sides of a merge made of one activity by those who know what decides.
    """
    known: dict[str, Activity] = {}
    for event in live:
        if isinstance(event, Worked):
            if event.minutes <= 0:
                yield event.id, _bad(f"{event.minutes} minutes are no work", "minutes")
            continue
        if not isinstance(event, Planned | Replanned | Done | Cancelled):
            continue
        before = known.get(event.activity)
        found = [*_check_numbers(event), *_check_changes(event)]
        yield from ((event.id, entry) for entry in found)
        if any(not entry.warning for entry in found):
            continue  # what can't be read isn't folded
        known |= _after(before, event)
        one = known.get(event.activity)
        if one is not None:
            yield from ((event.id, entry) for entry in _check_names(event, one, dictionaries))


def _after(before: Activity | None, event: Event) -> dict[str, Activity]:
    """The activity of an event once that is folded in, by its id."""
    return build_activities([event], {before.id: before} if before is not None else {})


def _check_numbers(event: Event) -> Iterator[Finding]:
    for name in ("minutes", "remind"):
        number = getattr(event, name, None)
        if number is not None and number < 0:
            yield _bad(f"{name}: {number} is less than nothing", name)


def _check_changes(event: Event) -> Iterator[Finding]:
    if not isinstance(event, Replanned):
        return
    for name, change in event.fields.items():
        if name not in REPLANNED:
            text = f"activities have no {name!r}: it is kept, and means nothing"
            hint = did_you_mean(name, REPLANNED)
            yield finding("unknown-key", text, hint=hint, field="fields", warning=True)
        elif not fits_activity(name, change[1]):
            yield _bad(f"{name}: {change[1]!r} is none", name)


def _check_names(
    event: Event, activity: Activity, dictionaries: Mapping[str, Dictionary] | None
) -> Iterator[Finding]:
    """Type and result, where an event says them."""
    says_type = isinstance(event, Planned) or (isinstance(event, Done) and event.type is not None)
    says_type = says_type or (isinstance(event, Replanned) and "type" in event.fields)
    types = dictionaries.get(TYPES, {}) if dictionaries is not None else None
    is_step = activity.step is not None and activity.type in STEP_KINDS
    if says_type and types is not None and activity.type not in types and not is_step:
        text = f"{TYPES} has no value {activity.type!r}"
        hint = did_you_mean(activity.type, types) or "a value that was used is retired, never gone"
        yield finding("no-such-value", text, hint=hint, field="type")
    if isinstance(event, Done):
        results = dictionaries.get(RESULTS, {}) if dictionaries is not None else None
        wrong = check_result(activity.type, results_of_step(activity), event.result, results)
        if wrong is not None:
            yield wrong
    own = (CANCELLED,) if CANCELLED in activity.results else ()
    if isinstance(event, Cancelled) and event.result not in (None, *own):
        text = f"{event.result!r} is no way in which this activity can be cancelled"
        yield finding("wrong-result", text, hint="leave the result out", field="result")


def _bad(text: str, field: str) -> Finding:
    hint = "write a value that the field can have; git log -p shows how this one came"
    return finding("bad-event-value", text, hint=hint, field=field)
