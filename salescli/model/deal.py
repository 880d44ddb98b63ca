"""What figures and lists need of one deal, small enough to be read by the hundred thousand.

Pure: a `Deal` is made of a state and live events, wherever these come from.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from salescli.model.activities import (
    Activity,
    Proposal,
    build_activities,
    build_proposals,
    total_hours,
)
from salescli.model.amounts import amount_of, line_total
from salescli.model.approvals import Approval, build_approvals
from salescli.model.conversion import decode_scalar
from salescli.model.events import (
    STAGE_EVENTS,
    Closed,
    Created,
    Done,
    Event,
    Mailed,
    Moved,
    Posted,
    Proposed,
    Reopened,
)
from salescli.model.facts import State, fold
from salescli.model.records import Line
from salescli.model.runs import Run, running_run
from salescli.model.visits import Visit, build_visits, seconds

TOUCHING = (Done, Mailed, Posted, Proposed, Created, Moved, Closed, Reopened)
"""Events that count as contact with the client or work on the deal (domain.md section 2)."""

TALKS = ("meeting", "call")


class Talk(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A meeting or call that was done: its owner, and when, in seconds since 1970."""

    type: str
    owner: str
    done_at: int


class Deal(msgspec.Struct, frozen=True, array_like=True, gc=False, kw_only=True):
    """One deal at a reporting date: its facts and visits as the events until then say.

    Money stays text (`250000.00 EUR`): it is grouped as it is and parsed once a group. Instants
    are whole seconds since 1970, days ISO text.
    """

    id: str
    title: str
    client: str
    stage: str
    process: str
    owner: str | None = None
    department: str | None = None
    budget: str | None = None
    amount: str | None = None  # Σ of lines
    revenue: str | None = None  # `actual_revenue`
    probability: int | None = None  # set by hand
    close_date: str | None = None
    need: str | None = None
    type: str | None = None
    category: str | None = None
    mood: str | None = None
    source: str | None = None
    close_reason: str | None = None
    winner: str | None = None
    archived: bool = False
    created_at: int
    changed_at: int  # the latest `at` of any live event
    touched_at: int  # the last of done, mailed, posted, proposed and stage events
    due_at: int | None = None  # the latest due instant of open activities
    visits: tuple[Visit, ...] = ()
    differs: bool = False  # the file says something that its history doesn't
    lines: tuple[tuple[str, str], ...] = ()  # product of the catalogue, total; own titles aside
    is_primary: bool | None = None  # said by hand: the first deal of a new client, or not
    rivals: tuple[str, ...] = ()  # competitors of its list
    talks: tuple[Talk, ...] = ()

    def value(self, is_won: bool) -> str | None:
        """`actual_revenue` if won and typed, else amount, else budget (as `amounts.value_of`)."""
        return (self.revenue if is_won else None) or self.amount or self.budget

    @property
    def currency(self) -> str | None:
        """That of its money, which is all in one; None for a deal without any."""
        money = self.budget or self.amount or self.revenue
        return money[-3:] if money else None


class ActivityFacts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An activity of a deal or lead, as far as filters ask for it."""

    type: str
    owner: str
    state: str  # open, done or cancelled
    result: str | None

    @property
    def word(self) -> str:
        """What stands for it in a list or a condition that names no part of it."""
        return self.type


class ProposalFacts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A proposal of a deal, as far as filters ask for it."""

    state: str
    amount: str | None
    number: str | None

    @property
    def word(self) -> str:
        """What stands for it in a list or a condition that names no part of it."""
        return self.number or self.state


class Facts(msgspec.Struct, frozen=True, array_like=True):
    """The rest of a record: all that a filter or column may ask for beyond `Deal`."""

    id: str
    document: dict[str, Any]  # as in events, with `id`
    activities: tuple[ActivityFacts, ...] = ()
    proposals: tuple[ProposalFacts, ...] = ()
    hours: str = "0.00"  # done and worked, of everybody (domain.md section 8)
    waiting: tuple[Activity, ...] = ()  # open activities, whole: an agenda opens no history
    created_at: int = 0  # seconds since 1970; 0 where there is no history
    staged_at: int = 0  # the last stage event
    run: Run | None = None  # of the process, while it goes on
    approvals: tuple[Approval, ...] = ()  # all that were asked for


def build_deal(
    record_id: str,
    state: State,
    events: Sequence[Event],
    activities: Mapping[str, Activity] | None = None,
    *,
    is_folded: bool = False,
) -> Deal:
    """A deal of its state and of its live events in fold order.

    `activities` are those of `events`, where the caller has them already.
    `differs` says whether `state` is something else than the events' fold; `is_folded` says that
    it was made by it. Raises ValueError without a `created` event, `msgspec.ValidationError` for
    a state that lacks what every deal has.
    """
    created = next((event for event in events if isinstance(event, Created)), None)
    if created is None:
        raise ValueError("no event says that the record was created")
    known = build_activities(events) if activities is None else activities
    values: dict[str, Any] = describe_facts(state) | describe_lines(state)
    values.update(
        describe_activities(known.values()),
        id=record_id,
        created_at=seconds(created.at),
        changed_at=seconds(max(event.at for event in events)),
        touched_at=seconds(max(event.at for event in events if isinstance(event, TOUCHING))),
        visits=build_visits(events),
        differs=not is_folded and state != fold(events),
    )
    return Deal(**values)


def describe_facts(state: State) -> dict[str, Any]:
    """The values of a `Deal` that its facts alone say, without those of lines.

    Raises ValueError where one is missing that every deal has.
    """
    values = {name: state[name] for name in _COPIED if name in state}
    missing = [name for name in _ALWAYS if name not in values]
    if missing:
        raise ValueError(f"nothing says its {' and '.join(missing)}")
    values["revenue"] = state.get("actual_revenue")
    values["rivals"] = tuple(state.get("competitors") or ())
    return values


def describe_lines(state: State) -> dict[str, Any]:
    """The values of a `Deal` that its lines say."""
    lines = _typed_lines(state.get("products") or {})
    return {
        "amount": str(amount_of(lines)) if lines else None,
        "lines": tuple((one.product, str(line_total(one))) for one in lines if one.product),
    }


def describe_activities(activities: Collection[Activity]) -> dict[str, Any]:
    """The values of a `Deal` that its activities say."""
    return {"due_at": _latest_due(activities), "talks": tuple(_talks(activities))}


_COPIED = (
    "title client stage process owner department budget probability close_date need type category "
    "mood source close_reason winner archived is_primary"
).split()
_ALWAYS = ("title", "client", "stage", "process")


def _typed_lines(items: Mapping[str, Mapping[str, Any]]) -> list[Line]:
    lines = [{"line": key, **values} for key, values in items.items()]
    return msgspec.convert(lines, list[Line], strict=False, dec_hook=decode_scalar)


def _talks(activities: Iterable[Activity]) -> Iterator[Talk]:
    for one in activities:
        if one.state == "done" and one.type in TALKS and one.closed_at is not None:
            yield Talk(one.type, one.owner, seconds(one.closed_at))


def _latest_due(activities: Iterable[Activity]) -> int | None:
    due = [one.due_at for one in activities if one.is_open and one.due_at is not None]
    return seconds(max(due)) if due else None


def build_facts(
    record_id: str,
    document: Mapping[str, Any],
    events: Sequence[Event],
    activities: Mapping[str, Activity] | None = None,
) -> Facts:
    """The rest of a record, of its document and its live events in fold order.

    `activities` are those of `events`, where the caller has them already.
    """
    known = (build_activities(events) if activities is None else activities).values()
    stages = [event for event in events if isinstance(event, STAGE_EVENTS)]
    return Facts(
        record_id,
        dict(document),
        tuple(ActivityFacts(one.type, one.owner, one.state, one.result) for one in known),
        tuple(_proposal_facts(one) for one in build_proposals(events).values()),
        f"{total_hours(events, known):.2f}",
        tuple(one for one in known if one.is_open),
        seconds(stages[0].at) if stages else 0,
        seconds(stages[-1].at) if stages else 0,
        running_run(events),
        tuple(build_approvals(events).values()),
    )


def _proposal_facts(one: Proposal) -> ProposalFacts:
    return ProposalFacts(one.state, str(one.amount) if one.amount else None, one.number)


def first_deals_of(deals: Iterable[Deal]) -> frozenset[str]:
    """The first deal of each client in any process, by creation, then id (domain.md section 2)."""
    first: dict[str, tuple[int, str]] = {}
    for deal in deals:
        key = (deal.created_at, deal.id)
        first[deal.client] = min(first.get(deal.client, key), key)
    return frozenset(record_id for _, record_id in first.values())
