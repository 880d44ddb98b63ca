"""Activities of deals and leads that end: done with a result, or cancelled.

One event each; what a process opens after a step is not decided here.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from salescli.model.activities import Activity, build_activities
from salescli.model.activity_rules import CANCELLED, RESULTS, check_result, results_of_step
from salescli.model.durations import parse_minutes
from salescli.model.errors import About, Gathered, NotFound, Refused, finding
from salescli.model.events import Cancelled, Done
from salescli.model.inputs import clean_text
from salescli.model.runs import planned_by_hand
from salescli.process.commands import end_command
from salescli.workspace.deals import Loaded, LoadedDeal, event_head, load_deal, stage_event
from salescli.workspace.deciding import decide_step, refuse_decision
from salescli.workspace.forms import refuse_incomplete
from salescli.workspace.inner import find_inner
from salescli.workspace.session import Session
from salescli.workspace.values import read_choice


class Ending(msgspec.Struct, frozen=True):
    """What is said of an activity that is done: its result, the minutes it took, a note."""

    result: str
    minutes: int | None = None
    note: str | None = None


def find_activity(session: Session, text: str) -> tuple[Activity, Loaded]:
    """The activity whose id begins with `text`, and its record; raises `NotFound`."""
    inner, record = find_inner(session, "act", text, lambda one: build_activities(one.live))
    return build_activities(record.live)[inner], record


class Ends(msgspec.Struct, frozen=True):
    """Activities that end together with a change of the stage, as typed: `ACT` or `ACT=RESULT`."""

    done: tuple[str, ...] = ()
    cancelled: tuple[str, ...] = ()


NOTHING_ENDS = Ends()


def end_activities(session: Session, deal: LoadedDeal, ends: Ends) -> LoadedDeal:
    """End activities of a deal that is about to be moved; answers the deal as it is then.

    A step's route isn't followed: the move that is made by hand stands in its place. Raises every
    fault of all of them together.
    """
    gathered = Gathered()
    chosen: list[tuple[Activity, Ending | None]] = []
    for text in ends.done:
        with gathered.trying(), About("done", "activity", "result", "minutes", "note"):
            address, _, result = text.partition("=")
            activity = _of_deal(session, deal, address)
            chosen.append((activity, read_ending(session, activity, result or None)))
            refuse_incomplete(session, deal, activity)
    for text in ends.cancelled:
        with gathered.trying(), About("cancel", "activity"):
            activity = _of_deal(session, deal, text)
            refuse_uncancellable(session, deal, activity)
            chosen.append((activity, None))
    with gathered.trying():
        _refuse_twice([activity for activity, _ in chosen])
    gathered.raise_all()
    for activity, ending in chosen:
        if ending is not None:
            write_done(session, deal, activity, ending)
        else:
            write_cancelled(session, deal, activity)
        deal = load_deal(session, deal.directory)
    return deal


def _of_deal(session: Session, deal: LoadedDeal, text: str) -> Activity:
    """The activity of this deal that a text names; raises `NotFound`, `Refused`."""
    activity, record = find_activity(session, text)
    if record.id != deal.id:
        address = session.short_inner(activity.id)
        text = f"{activity.title!r} is an activity of {record.facts.title!r}, not of this deal"
        hint = f"salescli activity done {address}"
        raise Refused(finding("other-deals-activity", text, hint=hint, field="activity"))
    return activity


def _refuse_twice(activities: Sequence[Activity]) -> None:
    """Raise `Refused` for an activity that is named more than once."""
    ids = [activity.id for activity in activities]
    twice = {one.id: one for one in activities if ids.count(one.id) > 1}
    text = "{!r} can end in one way only, and is named twice"
    hint = "name it once, after --done or after --cancel"
    Refused.raise_if(
        finding("named-twice", text.format(one.title), hint=hint, field="done")
        for one in twice.values()
    )


def read_ending(
    session: Session,
    activity: Activity,
    result: str | None = None,
    minutes: str | None = None,
    note: str | None = None,
) -> Ending:
    """What was typed of an activity that is done; raises every fault together."""
    refuse_closed(activity)
    gathered = Gathered()
    chosen, took, said = "", None, None
    with gathered.trying("result"):
        chosen = choose_result(session, activity.type, _steps_own(activity), result)
    with gathered.trying("minutes"):
        took = parse_minutes(minutes) if minutes else None
    with gathered.trying("note"):
        said = read_note(note)
        if chosen:
            refuse_decision(session, activity, chosen, said)
    gathered.raise_all()
    return Ending(chosen, took, said)


def write_done(session: Session, record: Loaded, activity: Activity, ending: Ending) -> Done:
    """Stage that an activity is done (domain.md section 5); an approval's step is decided so.

    What is said of it stands in the decision, where there is one.
    """
    decided = decide_step(session, record, activity, ending.result, ending.note)
    head = event_head(session, record, decided)
    what: dict[str, Any] = {}
    if activity.planned_at is None or head["at"] < activity.planned_at:
        # For the days until it was planned this event alone says what it was.
        what = {"type": activity.type, "title": activity.title, "owner": activity.owner}
        what["start"] = activity.start_at
    event = Done(
        **head,
        activity=activity.id,
        result=ending.result,
        minutes=ending.minutes,
        note=None if decided else ending.note,
        **what,
    )
    stage_event(session, record, event)
    return event


def refuse_uncancellable(session: Session, record: Loaded, activity: Activity) -> None:
    """Raise `Refused` for what is closed, and for a step that has no such result.

    What somebody planned by hand stays theirs to cancel where a step has come to await it.
    """
    refuse_closed(activity)
    if activity.step is None or CANCELLED in activity.results:
        return
    if activity.id in planned_by_hand(record.live):
        return
    raise Refused(
        finding(
            "step-not-cancellable",
            f"{activity.title!r} is a step of the process, and none that can be cancelled",
            hint=end_command(activity, session.short_inner(activity.id)),
            field="activity",
        )
    )


def write_cancelled(
    session: Session, record: Loaded, activity: Activity, note: str | None = None
) -> Cancelled:
    """Stage that an activity won't be; raises `Refused` for a step that has no such result.

    One planned by hand is cancelled without a result where its step has none: it takes no route.
    """
    refuse_uncancellable(session, record, activity)
    event = Cancelled(
        **event_head(session, record),
        activity=activity.id,
        result=CANCELLED if CANCELLED in activity.results else None,
        note=read_note(note),
    )
    stage_event(session, record, event)
    return event


def refuse_closed(activity: Activity) -> None:
    """Raise `Refused` for an activity that is done or cancelled."""
    if not activity.is_open:
        raise Refused(
            finding(
                "activity-closed",
                f"{activity.title!r} is {activity.state} already",
                hint="salescli undo takes the last command back; activity log writes another",
                field="activity",
            )
        )


def _steps_own(activity: Activity) -> tuple[str, ...]:
    return results_of_step(activity) if activity.step is not None else ()


def choose_result(session: Session, kind: str, own: Sequence[str], typed: str | None) -> str:
    """The result of a done activity: of a step one of its own, else one of the dictionary.

    Left out it is `done`, for a step its only one; raises `Refused` with the list.
    """
    if typed is None and not own:
        return "done"
    if typed is None and len(own) == 1:
        return own[0]
    if typed is None:
        text = "this step goes on by its result, and has several"
        hint = f"--result, one of {', '.join(own)}"
        raise Refused(finding("result-needed", text, hint=hint, field="result"))
    key, dictionary = typed.strip(), session.dictionaries.get(RESULTS, {})
    if not own:
        try:
            key = str(read_choice(session, RESULTS, key, "result"))
        except NotFound:  # told with those that fit
            NotFound.raise_if(filter(None, [check_result(kind, own, key, dictionary)]))
    Refused.raise_if(filter(None, [check_result(kind, own, key, dictionary)]))
    return key


def read_note(note: str | None) -> str | None:
    """A note as its event holds it; raises `WrongUsage`."""
    said = clean_text(note or "")
    return said if said.strip() else None
