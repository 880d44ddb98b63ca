"""What the process let go of in a command, in words: steps cancelled, activities given back.

And where it could not go on by itself.
"""

from collections.abc import Iterable, Sequence

import msgspec

from salescli.model.activities import Activity, build_activities
from salescli.model.errors import Finding
from salescli.model.runs import running_run, steps_waiting
from salescli.report.text.wording import quoted_titles
from salescli.workspace.deals import LoadedDeal
from salescli.workspace.session import Session


def told_of_steps(before: LoadedDeal, after: LoadedDeal) -> list[str]:
    """What became of the steps that waited before: those cancelled, those given back."""
    now = build_activities(after.live)
    waited = steps_waiting(build_activities(before.live).values(), running_run(before.live))
    left = [one for one in waited if now[one.id].state == "cancelled"]
    returned = [one for one in waited if now[one.id].is_open and not now[one.id].step]
    words = [f"Cancelled: {quoted_titles(left)}."] if left else []
    return words + ([f"No step any more: {quoted_titles(returned)}."] if returned else [])


def told_of_unfinished(session: Session, deal: LoadedDeal) -> list[str]:
    """The open activities of a deal that no process waits for, and how one of them ends."""
    own = unfinished(build_activities(deal.live).values())
    if not own:
        return []
    address = session.short_inner(own[0].id)
    line = f"  salescli activity done {address} · salescli activity cancel {address}"
    return [f"Still open: {quoted_titles(own)}.", line]


def unfinished(activities: Iterable[Activity]) -> list[Activity]:
    """The open activities that no process waits for, in the order in which they were planned."""
    return [one for one in activities if one.is_open and not one.step]


def with_way(refusal: Finding, line: str) -> Finding:
    """A reason against a move that nobody typed; without a hint of its own, that command."""
    return refusal if refusal.hint else msgspec.structs.replace(refusal, hint=line)


def told_of_refusal(stage: str, reasons: Sequence[Finding]) -> tuple[str, ...]:
    """Why a stage that has just begun is not left at once, and what takes each reason away."""
    words: list[str] = []
    for reason in reasons:
        words.append(f"Not on to {stage}: {reason.text}.")
        words += [f"  {line}" for line in (reason.hint or "").splitlines()]
    return tuple(words)
