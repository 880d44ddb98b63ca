"""What a deal was, restored of what it is: the same as the events until then amount to."""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.deal import build_deal
from salescli.model.events import (
    Cancelled,
    Changed,
    Closed,
    Created,
    Done,
    Moved,
    Noted,
    Planned,
    Reopened,
)
from salescli.model.facts import fold
from salescli.model.pasts import Past, build_past, earlier_runs, restore
from salescli.model.visits import seconds

BEGIN = datetime(2026, 1, 5, 8, tzinfo=UTC)
FIRST = {"title": "Flat", "client": "con-1", "stage": "a", "process": "p", "budget": "1.00 EUR"}
LINE = {"product": "prd-1", "title": "Flat", "price": "5.00 EUR", "quantity": "1"}
CHANGES = [
    {"budget": ["1.00 EUR", "2.00 EUR"]},
    {"budget": ["2.00 EUR", None]},
    {"products/lin-1": [None, LINE]},
    {"products/lin-1/quantity": ["1", "3"]},
    {"products/lin-1": [LINE, None]},
    {"competitors/skyline": [None, {"strengths": "cheap"}]},
    {"owner": [None, "anna"], "title": ["Flat", "House"]},
    {"archived": [None, True]},
]


def head(seq, day):
    return {"id": f"h-{seq}", "seq": seq, "at": BEGIN + timedelta(days=day), "by": "anna"}


def others(head):
    call = {"activity": "act-1", "type": "call", "title": "Call", "owner": "anna"}
    return st.one_of(
        st.sampled_from(CHANGES).map(lambda fields: Changed(**head, fields=fields)),
        st.sampled_from(
            [
                Moved(**head, from_="a", to="c", skipped=["b"]),
                Moved(**head, from_="c", to="b", undone=["b", "c"]),
                Closed(**head, from_="b", to="won"),
                Reopened(**head, from_="won", to="b", undone=["b"], reason="mistake"),
                Planned(**head, **call, start=head["at"] + timedelta(days=3)),
                Done(**head, activity="act-1", result="done"),
                Cancelled(**head, activity="act-1"),
                Noted(**head, text="x"),
            ]
        ),
    )


@st.composite
def histories(draw):
    """Live events in fold order; those of some were told late."""
    events = [Created(**head(1, 0), fields=FIRST)]
    day, is_in_order = 0, draw(st.booleans())
    for seq in range(2, draw(st.integers(2, 9))):
        day = day + draw(st.integers(0, 2)) if is_in_order else draw(st.integers(-3, 9))
        events.append(draw(others(head(seq, day))))
    return events


@given(histories())
def test_a_deal_restored_is_the_deal_of_the_events_until_then(events):
    deal = build_deal("opp-1", fold(events), events, is_folded=True)
    built = build_past(deal, events)
    days = [BEGIN + timedelta(days=day) for day in range(-5, 20)]
    limits = {day: seconds(day) for day in days if seconds(day) < deal.changed_at}
    if built is None:
        assert not any(day >= BEGIN for day in limits)
        return
    past = msgspec.msgpack.decode(msgspec.msgpack.encode(built), type=Past)
    found = restore(deal, past, limits.values())
    for day, limit in limits.items():
        until = [event for event in events if event.at <= day]
        has_begun = any(isinstance(event, Created) for event in until)
        expected = build_deal("opp-1", fold(until), until, is_folded=True) if has_begun else None
        assert found[limit] == expected
    rising = sorted(limits.values())
    begun = bisect_left(rising, deal.created_at)
    runs = dict(earlier_runs(deal, past, rising, begun, len(rising)))
    assert list(runs) == sorted(runs)
    state = None
    for place, limit in enumerate(rising):
        state = runs.get(place, state)
        assert state == found[limit]


def test_days_on_which_a_deal_was_the_same_have_the_same_object_and_little_is_kept_of_it():
    events = [
        Created(**head(1, 0), fields=FIRST),
        Moved(**head(2, 5), from_="a", to="b"),
        Noted(**head(3, 9), text="x"),
    ]
    deal = build_deal("opp-1", fold(events), events, is_folded=True)
    past = build_past(deal, events)
    assert past is not None
    first, second = seconds(BEGIN), seconds(BEGIN + timedelta(days=5))
    assert [step.at for step in past.steps] == [first, second]
    assert len(msgspec.msgpack.encode(past)) < 60
    found = restore(deal, past, [first - 1, first, second - 1, second, second + 9])
    assert found[first - 1] is None
    assert found[first] is found[second - 1] is not found[second]
    assert found[second] is found[second + 9]
    assert (found[first].stage, found[second].stage) == ("a", "b")


def test_the_past_of_a_deal_whose_file_says_something_else_is_not_kept():
    events = [Created(**head(1, 0), fields=FIRST), Noted(**head(2, 1), text="x")]
    deal = build_deal("opp-1", fold(events) | {"title": "By hand"}, events)
    assert deal.differs
    assert build_past(deal, events) is None
