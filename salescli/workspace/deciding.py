"""The events of approvals: one is asked for, one is decided (format.md section 7).

Both for what people ask by hand and for the steps of a process. What a decided step leads to is
not decided here.
"""

from collections.abc import Sequence

import msgspec

from salescli.model.activities import Activity
from salescli.model.approvals import (
    DECISIONS,
    STEP_KIND,
    Approval,
    approval_of,
    build_approvals,
    check_decision,
)
from salescli.model.errors import Refused
from salescli.model.events import Asked, Decided, Planned
from salescli.workspace.deals import Loaded, event_head, stage_event
from salescli.workspace.session import Session


def ask_for_step(session: Session, record: Loaded, planned: Planned) -> Asked | None:
    """Stage, for a step of the kind approval that is being opened, that it is asked for."""
    if planned.step is None or planned.type != STEP_KIND:
        return None
    event = Asked(
        **event_head(session, record, [planned]),
        approval=session.new_id("appr"),
        of=[planned.owner],
        subject=planned.title,
        step=planned.step,
    )
    stage_event(session, record, event)
    return event


def refuse_decision(session: Session, activity: Activity, result: str, note: str | None) -> None:
    """Raise `Refused` for the result of an approval's step that is no decision as it stands."""
    if activity.step is not None and activity.type == STEP_KIND:
        line = f"salescli activity done {session.short_inner(activity.id)} --result {result}"
        refuse_unreasoned(result, note, line)


def refuse_unreasoned(decision: str, note: str | None, line: str) -> None:
    """Raise `Refused` for a rejection that doesn't say why; `line` is the command that rejects."""
    found = check_decision(decision, note)
    if found is not None:
        raise Refused(msgspec.structs.replace(found, hint=f"{line} --note TEXT"))


def decide_step(
    session: Session, record: Loaded, activity: Activity, result: str, note: str | None
) -> Sequence[Decided]:
    """Stage the decision that the result of an approval's step is; none of any other activity."""
    if activity.step is None or result not in DECISIONS:
        return []
    approval = approval_of(build_approvals(record.live).values(), activity.id)
    return [] if approval is None else [decide(session, record, approval, result, note)]


def decide(
    session: Session, record: Loaded, approval: Approval, decision: str, note: str | None
) -> Decided:
    """Stage a decision."""
    head = event_head(session, record)
    event = Decided(**head, approval=approval.id, decision=decision, note=note)
    stage_event(session, record, event)
    return event
