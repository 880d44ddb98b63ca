"""What happened since: which events are told, under whom, and how they are laid out."""

from datetime import UTC, datetime

import pytest

from salescli.model.calendar import Calendar
from salescli.model.events import Event
from salescli.model.eventtext import decode_event
from salescli.report.records.changes import (
    Changes,
    Since,
    build_changes,
    build_changes_document,
    format_changes,
    format_changes_markdown,
    select_told,
)
from salescli.report.text.wording import Wording

CALENDAR = Calendar("Europe/Riga")
DEAL = "opp-7k2m9xq4tb"
CREATED = '"kind":"created","fields":{"title":"Flat 47","stage":"qualification"}'
NOTED = '"kind":"noted","text":"%s"'


def event(number: int, rest: str, by: str = "anna", day: int = 1) -> Event:
    head = f'"id":"h-{number}","seq":{number},"at":"2026-11-{day:02}T09:00:00Z","by":"{by}"'
    return decode_event(f"{{{head},{rest}}}".encode())


def voided(number: int, *names: str, by: str = "boris") -> Event:
    listed = ",".join(f'"{name}"' for name in names)
    return event(number, f'"kind":"voided","events":[{listed}],"why":"undo"', by)


def told(events: list[Event], *new: str) -> list[tuple[str, str, str]]:
    return [(one.event.id, one.act.by, one.lead) for one in select_told(events, new)]


@pytest.mark.parametrize(
    ("later", "new", "expected"),
    [
        ([], ["h-2"], [("h-2", "anna", "")]),
        ([], [], []),
        ([voided(3, "h-2")], ["h-3"], [("h-2", "boris", "taken back: ")]),
        ([voided(3, "h-2")], ["h-2", "h-3"], []),
        ([voided(3, "h-2"), voided(4, "h-3", by="carl")], ["h-3", "h-4"], []),
        (
            [voided(3, "h-2"), voided(4, "h-3", by="carl")],
            ["h-4"],
            [("h-2", "carl", "brought back: ")],
        ),
    ],
)
def test_what_was_written_and_taken_back_meanwhile_is_not_told(later, new, expected):
    assert told([event(1, CREATED), event(2, NOTED % "hello"), *later], *new) == expected


def changes_of(*events: Event, new: tuple[str, ...] = (), names: bool = True) -> Changes:
    found = build_changes(
        DEAL,
        "Flat <47>",
        "7k2m",
        events,
        new or {one.id for one in events},
        Wording(CALENDAR, {"stage": {"qualification": "Qualification"}}),
    )
    since = Since(datetime(2026, 11, 1, 8, tzinfo=UTC), "HEAD~1", "a" * 40)
    people = {"anna": "Anna Bērziņa", "boris": "Boris Kalnin"} if names else {}
    return Changes(since, datetime(2026, 11, 3, tzinfo=UTC), tuple(found), people)


def test_each_person_has_their_records_and_each_record_what_happened_to_it():
    found = changes_of(
        event(1, CREATED), event(2, NOTED % "hello", "boris", 2), event(3, NOTED % "x", "zoe", 2)
    )
    assert format_changes(found, CALENDAR, None) == [
        " Since HEAD~1 (2026-11-01 10:00): 3 changes by 3 people",
        " Anna Bērziņa",
        "  7k2m  Flat <47>",
        "        1 Nov 11:00  created at Qualification",
        " Boris Kalnin",
        "  7k2m  Flat <47>",
        '        2 Nov 11:00  note "hello"',
        " zoe",
        "  7k2m  Flat <47>",
        '        2 Nov 11:00  note "x"',
    ]


def test_a_message_is_a_line_a_record():
    found = changes_of(event(1, CREATED), event(2, NOTED % "ask @boris"))
    assert format_changes_markdown(found, CALENDAR) == (
        "**Since `HEAD~1` (2026-11-01 10:00): 2 changes by 1 person**\n\n"
        "**Anna Bērziņa** · 2 changes\n\n"
        '- *Flat \\<47\\>* (7k2m): created at Qualification; note "ask @\u200bboris"'
    )


def test_a_message_counts_what_would_make_it_long():
    found = changes_of(*(event(n, NOTED % f"n{n}") for n in range(1, 10)))
    assert format_changes_markdown(found, CALENDAR).endswith('note "n6"; 3 more')


def test_nothing_that_happened_is_said_so():
    found = Changes(Since(datetime(2026, 11, 1, tzinfo=UTC)), datetime.now(UTC), (), {})
    line = "Since 2026-11-01 02:00: nothing happened"
    assert format_changes(found, CALENDAR, 80) == [f" {line}"]
    assert format_changes_markdown(found, CALENDAR) == f"**{line}**"


def test_long_words_go_on_below_their_first_line():
    found = changes_of(event(1, NOTED % ("word " * 30).strip()))
    lines = format_changes(found, CALENDAR, 60)
    assert max(map(len, lines)) <= 60
    assert lines[3].startswith("        1 Nov 11:00  note") and lines[4].startswith(" " * 21)


def test_the_document_says_when_and_when_it_was_written():
    logged = event(1, NOTED % "late" + ',"logged":"2026-11-02T10:00:00Z"')
    document = build_changes_document(changes_of(logged))
    assert document["since"] == {
        "at": "2026-11-01T08:00:00Z",
        "revision": "HEAD~1",
        "commit": "a" * 40,
    }
    ((change,),) = [person["changes"] for person in document["people"]]
    assert change == {
        "record": DEAL,
        "kind": "opportunity",
        "title": "Flat <47>",
        "event": "h-1",
        "what": "noted",
        "at": "2026-11-01T09:00:00Z",
        "logged": "2026-11-02T10:00:00Z",
        "words": 'note "late"',
    }


def test_a_message_tells_moves_and_facts_before_what_waits():
    planned = '"kind":"planned","activity":"act-1","type":"call","title":"Ask","owner":"anna"'
    moved = '"kind":"moved","from":"qualification","to":"key-contacts"'
    found = changes_of(event(1, CREATED), event(2, planned), event(3, moved), new=("h-2", "h-3"))
    told = format_changes_markdown(found, CALENDAR)
    assert 0 < told.index("key-contacts") < told.index("Ask")
    assert [change.what for change in found.changes] == ["planned", "moved"]
