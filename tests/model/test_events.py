from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.events import (
    EVENT_TYPES,
    Closed,
    Created,
    Moved,
    Noted,
    Reopened,
    Voided,
    kind_of,
    last_stage_event,
    live_events,
    own_keys,
    sort_events,
)
from salescli.model.eventtext import decode_event

START = datetime(2026, 11, 1, tzinfo=UTC)

# The table of kinds in the format's description.
OWN_KEYS = {
    "created": "from_lead continues fields",
    "changed": "fields",
    "moved": "from to skipped undone forced fields",
    "closed": "from to skipped forced fields",
    "reopened": "from to undone reason fields",
    "repeated": "stage",
    "planned": "activity type title owner start minutes remind people results step run",
    "replanned": "activity fields",
    "done": "activity result minutes type title owner start",
    "cancelled": "activity result",
    "worked": "person minutes",
    "noted": "text",
    "posted": "post reply_to text mentions",
    "mailed": "mail message_id direction from to cc subject excerpt file attachments",
    "attached": "file sha256 bytes url title",
    "proposed": "proposal number version state amount file",
    "asked": "approval of subject step",
    "decided": "approval decision",
    "started": "run",
    "stopped": "run why",
    "reserved": "unit until",
    "released": "unit why",
    "voided": "events why",
}


def noted(seq, hours=0, name=""):
    return Noted(
        id=f"h-{seq}{name}", seq=seq, at=START + timedelta(hours=hours), by="anna", text="x"
    )


def voided(seq, *names, hours=0, name=""):
    return Voided(
        id=f"h-{seq}{name}",
        seq=seq,
        at=START + timedelta(hours=hours),
        by="anna",
        events=list(names),
        why="undo",
    )


def ids(events):
    return [event.id for event in events]


def test_every_kind_of_the_format_is_known_with_its_keys_in_order():
    assert {kind_of_type(kind): " ".join(own_keys(kind)) for kind in EVENT_TYPES} == OWN_KEYS


def kind_of_type(kind):
    return msgspec.inspect.type_info(kind).tag


def test_the_formats_histories_have_every_kind(history_lines):
    events = [decode_event(line) for line in history_lines]
    assert {kind_of(event) for event in events} == set(OWN_KEYS)
    assert [event.seq for event in events] == list(range(1, 53))


def test_a_decoded_event_has_what_its_line_says(history_lines):
    moved = decode_event(history_lines[6])
    assert isinstance(moved, Moved)
    assert (moved.id, moved.seq, moved.by) == ("h-6k1s5y8m0g", 7, "anna")
    assert moved.at == datetime(2026, 10, 14, 11, tzinfo=UTC)
    assert (moved.from_, moved.to) == ("proposal-preparation", "key-contacts")
    assert moved.undone == ["key-contacts", "proposal-preparation"]
    assert (moved.skipped, moved.fields, moved.forced) == ([], {}, None)
    assert moved.note == "The wife decides, we never met her"


def test_events_are_never_changed():
    with pytest.raises(AttributeError):
        noted(1).text = "y"


# Order.


def test_events_stand_by_seq_then_time_then_id():
    late, early = noted(2, hours=9), noted(2, hours=1, name="b")
    same = noted(2, hours=1, name="a")
    assert ids(sort_events([late, noted(3), early, same, noted(1, hours=99)])) == [
        "h-1",
        "h-2a",
        "h-2b",
        "h-2",
        "h-3",
    ]


# What is voided.


def test_a_voided_event_counts_as_never_written_and_so_does_the_voiding():
    assert ids(live_events([noted(1), noted(2), voided(3, "h-1")])) == ["h-2"]


def test_a_voided_voiding_brings_its_event_back():
    events = [noted(1), voided(2, "h-1"), voided(3, "h-2")]
    assert ids(live_events(events)) == ["h-1"]
    assert ids(live_events([*events, voided(4, "h-3")])) == []
    assert ids(live_events([*events, voided(4, "h-3"), voided(5, "h-4")])) == ["h-1"]


def test_one_of_two_voidings_is_enough():
    events = [noted(1), voided(2, "h-1"), voided(3, "h-1"), voided(4, "h-2")]
    assert ids(live_events(events)) == []


def test_a_voiding_counts_only_for_events_with_a_lower_seq():
    assert ids(live_events([noted(2), voided(2, "h-2", name="v")])) == ["h-2"]
    assert ids(live_events([noted(3), voided(2, "h-3")])) == ["h-3"]
    assert ids(live_events([noted(1), voided(2, "h-1"), voided(2, "h-2", name="v")])) == []


def test_a_voiding_has_no_day():
    events = [noted(1), voided(2, "h-1", hours=500)]
    assert live_events(events, START + timedelta(hours=1)) == []


def test_until_takes_what_happened_at_that_very_instant():
    events = [noted(1), noted(2, hours=2), noted(3, hours=1)]
    assert ids(live_events(events, START + timedelta(hours=1))) == ["h-1", "h-3"]
    assert ids(live_events(events, START + timedelta(seconds=3599))) == ["h-1"]


def counts(event, events):
    """Whether an event counts, straight from the rule; a voiding has a higher seq, so this ends."""
    return not any(
        isinstance(other, Voided)
        and event.id in other.events
        and other.seq > event.seq
        and counts(other, events)
        for other in events
    )


@st.composite
def histories(draw):
    size = draw(st.integers(0, 9))
    names = [f"h-{number}" for number in range(size)]
    events = []
    for name in names:
        head = {
            "id": name,
            "seq": draw(st.integers(1, 6)),
            "at": START + timedelta(hours=draw(st.integers(0, 4))),
            "by": "anna",
        }
        if draw(st.booleans()):
            chosen = draw(st.lists(st.sampled_from(names), max_size=3))
            events.append(Voided(**head, events=chosen, why="undo"))
        else:
            events.append(Noted(**head, text="x"))
    return events


@given(histories(), st.none() | st.integers(0, 4))
def test_what_counts_is_what_the_rule_says(events, hours):
    until = None if hours is None else START + timedelta(hours=hours)
    expected = [
        event
        for event in events
        if isinstance(event, Noted)
        and counts(event, events)
        and (until is None or event.at <= until)
    ]
    expected.sort(key=lambda event: event.id)
    expected.sort(key=lambda event: event.at)
    expected.sort(key=lambda event: event.seq)
    assert live_events(events, until) == expected


@given(histories(), st.randoms())
def test_the_order_of_lines_means_nothing(events, random):
    shuffled = list(events)
    random.shuffle(shuffled)
    assert live_events(shuffled) == live_events(events)


def test_the_last_stage_event_is_a_creation_move_closing_or_reopening(history_lines):
    events = [decode_event(line) for line in history_lines]
    assert last_stage_event([]) is None
    assert last_stage_event([noted(1)]) is None
    assert isinstance(last_stage_event(events[:4]), Created)
    assert isinstance(last_stage_event(events[:9]), Moved)
    assert isinstance(last_stage_event(events[:11]), Closed)
    assert isinstance(last_stage_event(events[:21]), Reopened)
    assert last_stage_event(events).id == "h-3r8m5q1d7y"
