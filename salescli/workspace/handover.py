"""What goes with a deal or lead to a new owner: open activities, replanned for them.

A new owner gets the open steps of the process whose performer is the owner; what was planned by
hand only when asked (domain.md section 2, "Owner"). Must not know why the owner changed.
"""

from collections.abc import Container, Sequence

from salescli.model.activities import Activity, build_activities
from salescli.model.events import Event, Replanned
from salescli.model.runs import build_runs
from salescli.process.performers import is_owners_step
from salescli.report.text.wording import quoted_titles
from salescli.workspace.deals import Loaded, LoadedDeal, event_head, stage_event
from salescli.workspace.performing import is_here, roles_of
from salescli.workspace.session import Session


def hand_over_activities(
    session: Session,
    deal: LoadedDeal,
    event: Event,
    *,
    with_activities: bool = False,
    ending: Container[str] = (),
) -> tuple[str, ...]:
    """Replan a deal's open activities for its new owner, after an event that may set one.

    `event` is the one that has just been staged; what is `ending` with the same command stays
    with whoever did it. Answers what was handed over, in words.
    """
    before, after = getattr(event, "fields", {}).get("owner", [None, None])
    if not isinstance(before, str) or not isinstance(after, str) or before == after:
        return ()
    known = build_activities(deal.live).values()
    waiting = [one for one in known if one.is_open and one.id not in ending]
    theirs = [one for one in waiting if one.owner == before]
    steps = [one for one in theirs if one.step and _is_owners(session, deal, one, before)]
    own = [one for one in theirs if not one.step]
    handed = [*steps, *own] if with_activities else steps
    replan_for(session, deal, handed, after, [event])
    words = [f"{after} gets {quoted_titles(handed)}."] if handed else []
    if own and not with_activities:
        words.append(
            f"Still {before}'s: {quoted_titles(own)}; --with-activities hands them over too."
        )
    return tuple(words)


def replan_for(
    session: Session,
    record: Loaded,
    activities: Sequence[Activity],
    person: str,
    after: Sequence[Event] = (),
) -> None:
    """Give these activities of a deal or lead to a person, an event each.

    `after` are events of the same command that come before.
    """
    staged = list(after)
    for activity in activities:
        event = Replanned(
            **event_head(session, record, staged),
            activity=activity.id,
            fields={"owner": [activity.owner, person]},
        )
        stage_event(session, record, event)
        staged.append(event)


def _is_owners(session: Session, deal: LoadedDeal, activity: Activity, owner: str) -> bool:
    """Whether the process gave an activity to the deal's owner as such."""
    run = next((one for one in build_runs(deal.live) if one.id == activity.run), None)
    roles = roles_of(session, deal, run, owner)
    stage = session.process(deal.facts.process).stage_named(deal.facts.stage)
    return is_owners_step(stage, activity.step or "", roles, lambda name: is_here(session, name))
