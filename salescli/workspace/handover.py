"""What goes with a deal or lead to a new owner: open activities, replanned for them.

A new owner gets the open steps of the process whose performer is the owner; what was planned by
hand only when asked (domain.md section 2, "Owner"). Must not know why the owner changed.
"""

from collections.abc import Sequence

from salescli.model.activities import Activity, build_activities
from salescli.model.catalogues import is_employed_on
from salescli.model.events import Event, Replanned, Started
from salescli.process.performers import Roles, is_owners_step
from salescli.workspace.deals import Loaded, LoadedDeal, event_head, stage_event
from salescli.workspace.session import Session


def hand_over_activities(
    session: Session, deal: LoadedDeal, event: Event, *, with_activities: bool = False
) -> tuple[str, ...]:
    """Replan a deal's open activities for its new owner, after an event that may set one.

    `event` is the one that has just been staged. Answers what was handed over, in words.
    """
    before, after = getattr(event, "fields", {}).get("owner", [None, None])
    if not isinstance(before, str) or not isinstance(after, str) or before == after:
        return ()
    waiting = [one for one in build_activities(deal.live).values() if one.is_open]
    theirs = [one for one in waiting if one.owner == before]
    steps = [one for one in theirs if one.step and _is_owners(session, deal, one, before)]
    own = [one for one in theirs if not one.step]
    handed = [*steps, *own] if with_activities else steps
    replan_for(session, deal, handed, after, [event])
    words = [f"{after} gets {_quoted(handed)}."] if handed else []
    if own and not with_activities:
        words.append(f"Still {before}'s: {_quoted(own)}; --with-activities hands them over too.")
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
    department = session.team.departments.get(deal.facts.department or "")
    manager = department.manager if department is not None else None
    person = session.team.people.get(manager or "")
    if person is None or not is_employed_on(person, session.today):
        manager = None
    starts = (one for one in deal.live if isinstance(one, Started) and one.run == activity.run)
    starter = next((one.by for one in starts), None)
    roles = Roles(owner, manager, starter)
    return is_owners_step(session.process(deal.facts.process), activity.step or "", roles)


def _quoted(activities: Sequence[Activity]) -> str:
    """Titles of activities: the first three, and how many more."""
    told = [f'"{activity.title}"' for activity in activities[:3]]
    more = len(activities) - 3
    return ", ".join(told) + (f" and {more} more" if more > 0 else "")
