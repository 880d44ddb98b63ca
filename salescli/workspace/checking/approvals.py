"""Checks of approvals: decided once, and only approved or rejected. Pure."""

from collections.abc import Iterator, Sequence

from salescli.model.approvals import DECISIONS, build_approvals, later_decisions
from salescli.model.errors import Finding, finding
from salescli.model.events import Decided, Done, Event
from salescli.workspace.checking.history import void_line

Of = tuple[str, Finding]


def check_approvals(live: Sequence[Event]) -> Iterator[Of]:
    """What is wrong with decisions, of live events in fold order.

    A decision on what was never asked for is told where all that nothing began is.
    """
    for event in live:
        if isinstance(event, Decided) and event.decision not in DECISIONS:
            text = f"a decision is {' or '.join(DECISIONS)}, not {event.decision!r}"
            hint = f"{void_line(event.id)}, then salescli approval approve|reject"
            yield event.id, finding("unknown-decision", text, hint=hint, field="decision")
    approvals = build_approvals(live)
    for first, later in later_decisions(live):
        known = approvals.get(first.approval)
        subject = repr(known.subject) if known is not None else first.approval
        activity = known.activity if known is not None else None
        text = f"{subject} is decided twice: {first.by} {first.decision}, {later.by} then "
        text += f"{later.decision}; the first holds"
        hint = f"keep {first.decision}: {_void(live, later, activity)}\n"
        hint += f"or keep {later.decision}: {_void(live, first, activity)}"
        if first.decision == later.decision:
            hint = _void(live, later, activity)
        yield later.id, finding("decided-twice", text, hint=hint, field="decision")


def _void(live: Sequence[Event], decided: Decided, activity: str | None) -> str:
    """The command after which a decision counts no more, nor the end of its step with it."""
    ends = [
        event.id
        for event in live
        if isinstance(event, Done)
        and event.activity == activity
        and (event.at, event.by, event.result) == (decided.at, decided.by, decided.decision)
    ]
    return void_line(decided.id, *ends)
