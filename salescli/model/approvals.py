"""Approvals of a deal or lead, folded from its events (format.md section 7). Pure.

Owns who was asked, whether it waits, and what a decision may say.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from salescli.model.errors import Finding, finding
from salescli.model.events import Asked, Cancelled, Decided, Done, Event, Planned, Replanned

APPROVED, REJECTED = "approved", "rejected"
DECISIONS = (APPROVED, REJECTED)
STEP_KIND = "approval"  # of the steps of a process that are decided so
VERBS = {APPROVED: "approve", REJECTED: "reject"}  # the command of each decision

ApprovalState = Literal["open", "approved", "rejected", "moot"]


class Approval(msgspec.Struct, frozen=True, array_like=True, gc=False, kw_only=True):
    """What was asked for, of whom, and what was decided; `note` is the decision's.

    Any one of those asked decides. Of a step of the process, `activity` is the step's, and who is
    asked is whoever does it now. `moot`: never decided, and its step no longer waits.
    """

    id: str
    subject: str
    of: tuple[str, ...]
    event: str  # the id of the `asked`
    asked_by: str
    asked_at: datetime
    asked_note: str | None = None
    step: str | None = None
    activity: str | None = None
    state: ApprovalState = "open"
    decided_by: str | None = None
    decided_at: datetime | None = None
    note: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.state == "open"

    @property
    def waits_alone(self) -> bool:
        """Whether it waits and no open activity of a step says so already."""
        return self.is_open and self.step is None


def build_approvals(events: Iterable[Event]) -> dict[str, Approval]:
    """The approvals that live events in fold order make, by id, in order of appearance.

    The first decision holds: a second one, which only a merge can bring, changes nothing, nor
    does one that neither approves nor rejects.
    """
    found: dict[str, Approval] = {}
    performers: dict[str, str] = {}  # open steps: activity → who does it
    free: dict[str, str] = {}  # those that no approval belongs to yet: activity → step
    for event in events:
        if isinstance(event, Planned):
            if event.step is not None:
                performers[event.activity], free[event.activity] = event.owner, event.step
        elif isinstance(event, Replanned):
            owner = event.fields.get("owner", (None, None))[1]
            if event.activity in performers and isinstance(owner, str):
                performers[event.activity] = owner
        elif isinstance(event, Done | Cancelled):
            performers.pop(event.activity, None)
            free.pop(event.activity, None)
        elif isinstance(event, Asked):
            activity = next((one for one, step in free.items() if step == event.step), None)
            if activity is not None:
                free.pop(activity)
            found[event.approval] = _asked(event, activity)
        elif isinstance(event, Decided) and event.decision in DECISIONS:
            known = found.get(event.approval)
            if known is not None and known.is_open:
                found[event.approval] = _decided(known, event)
    return {key: _as_step_says(one, performers) for key, one in found.items()}


def _asked(event: Asked, activity: str | None) -> Approval:
    return Approval(
        id=event.approval,
        subject=event.subject,
        of=tuple(event.of),
        event=event.id,
        asked_by=event.by,
        asked_at=event.at,
        asked_note=event.note,
        step=event.step,
        activity=activity,
    )


def _decided(known: Approval, event: Decided) -> Approval:
    return msgspec.structs.replace(
        known,
        state=event.decision,
        decided_by=event.by,
        decided_at=event.at,
        note=event.note,
    )


def _as_step_says(one: Approval, performers: dict[str, str]) -> Approval:
    """An undecided approval of a step waits as long as the step does, for whoever does it."""
    if one.step is None or not one.is_open:
        return one
    performer = performers.get(one.activity or "")
    if performer is None:
        return msgspec.structs.replace(one, state="moot")
    return msgspec.structs.replace(one, of=(performer,))


def approval_of(approvals: Iterable[Approval], activity: str) -> Approval | None:
    """The open approval of a step's activity, if there is one."""
    return next((one for one in approvals if one.is_open and one.activity == activity), None)


def check_decision(decision: str, note: str | None) -> Finding | None:
    """What is wrong with a decision: a rejection says why, so that somebody can mend it."""
    if decision != REJECTED or (note is not None and note.strip()):
        return None
    text = "a rejection says why, so that it can be mended"
    return finding("rejected-without-note", text, hint="--note TEXT", field="note")


def later_decisions(events: Sequence[Event]) -> list[tuple[Decided, Decided]]:
    """(the decision that holds, a later one) of approvals decided more than once."""
    first: dict[str, Decided] = {}
    found: list[tuple[Decided, Decided]] = []
    for event in events:
        if isinstance(event, Decided) and event.decision in DECISIONS:
            if event.approval in first:
                found.append((first[event.approval], event))
            first.setdefault(event.approval, event)
    return found
