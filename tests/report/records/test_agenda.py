"""The agenda by person and day, and as a calendar file."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest

from salescli.model.activities import Activity
from salescli.model.approvals import Approval
from salescli.model.calendar import Calendar
from salescli.model.errors import Failed
from salescli.report.records.agenda import (
    Appointment,
    PersonAgenda,
    Request,
    build_agenda,
    build_agenda_document,
    format_agenda,
    format_agenda_markdown,
    render_ics,
)
from salescli.report.text.numbers import width_of

RIGA = Calendar("Europe/Riga")
TODAY = date(2026, 11, 25)  # a Wednesday; Riga is two hours ahead of UTC


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


def appointment(
    name: str, start: str | None = None, planned: str | None = None, **own: object
) -> Appointment:
    given: dict[str, object] = {
        "type": "meeting", "title": f"Meet {name}", "owner": "anna", "minutes": 60,
        "start_at": start and at(start), "planned_at": planned and at(planned), **own,
    }  # fmt: skip
    return Appointment(
        activity=Activity(id=f"act-{name}", **given),  # type: ignore[arg-type]
        record="opp-7k2m9xq4tb",
        title="Flat 47",
        client="Elena Petrova",
    )


def titles(group: tuple[Appointment, ...]) -> list[str]:
    return [one.activity.id.removeprefix("act-") for one in group]


OPEN = [
    appointment("next-monday", "11-30T08:00"),
    appointment("sunday", "11-29T21:59"),
    appointment("tomorrow", "11-26T08:00"),
    appointment("this-morning", "11-25T07:00"),
    appointment("tonight", "11-24T22:00"),  # 25 November, 00:00 in Riga
    appointment("yesterday", "11-24T21:59"),
    appointment("form", planned="11-18T09:00", type="form", minutes=None),
    appointment("never-said"),
    appointment("done", "11-25T09:00", state="done"),
    appointment("for-boris", "11-25T09:00", owner="boris"),
]


def test_what_is_open_is_sorted_by_local_day():
    anna, boris = build_agenda(OPEN, RIGA, TODAY).people
    assert (anna.person, boris.person) == ("anna", "boris")
    assert titles(anna.overdue) == ["form", "yesterday"]
    assert titles(anna.today) == ["tonight", "this-morning"]
    assert titles(anna.week) == ["tomorrow", "sunday"]
    assert anna.later == 2
    assert titles(boris.today) == ["for-boris"]


@pytest.mark.parametrize(
    ("week_start", "today", "ends_on"),
    [
        ("monday", date(2026, 11, 25), date(2026, 11, 29)),
        ("monday", date(2026, 11, 29), date(2026, 11, 29)),
        ("monday", date(2026, 11, 30), date(2026, 12, 6)),
        ("sunday", date(2026, 11, 25), date(2026, 11, 28)),
        ("sunday", date(2026, 11, 29), date(2026, 12, 5)),
    ],
)
def test_a_week_ends_as_the_store_says(week_start, today, ends_on):
    assert build_agenda([], Calendar("UTC", week_start), today).week_ends_on == ends_on


def test_one_persons_agenda_is_there_even_if_empty():
    assert build_agenda(OPEN, RIGA, TODAY, person="zoe").people == (PersonAgenda(person="zoe"),)
    (boris,) = build_agenda(OPEN, RIGA, TODAY, person="boris").people
    assert titles(boris.today) == ["for-boris"]


def test_the_text_names_when_what_and_for_whom():
    agenda = build_agenda(OPEN[:7], RIGA, TODAY)
    assert format_agenda(agenda, RIGA, {"anna": "Anna Bērziņa"}) == [
        "Anna Bērziņa",
        " Overdue",
        "  7 days late    form Meet form  Flat 47 · Elena Petrova",
        "  1 day late     meeting Meet yesterday (1 h)  Flat 47 · Elena Petrova",
        " Today, Wed 25 Nov 2026",
        "                 meeting Meet tonight (1 h)  Flat 47 · Elena Petrova",  # no time: 00:00
        "  09:00          meeting Meet this-morning (1 h)  Flat 47 · Elena Petrova",
        " This week, to Sun 29 Nov 2026",
        "  Thu 10:00      meeting Meet tomorrow (1 h)  Flat 47 · Elena Petrova",
        "  Sun 23:59      meeting Meet sunday (1 h)  Flat 47 · Elena Petrova",
        " Later: 1 activity",
    ]


def test_people_are_apart_and_who_has_nothing_is_told():
    agenda = build_agenda([OPEN[0], OPEN[9]], RIGA, TODAY)
    assert format_agenda(agenda, RIGA, {}) == [
        "anna",
        " Nothing waits this week.",
        " Later: 1 activity",
        "",
        "boris",
        " Today, Wed 25 Nov 2026",
        "  11:00          meeting Meet for-boris (1 h)  Flat 47 · Elena Petrova",
    ]
    assert format_agenda(build_agenda([], RIGA, TODAY), RIGA, {}) == ["Nothing waits for anybody."]


def test_long_titles_wrap_within_the_width():
    long = appointment("x", "11-25T09:00", title="日本語 " * 12 + "\x1b[31m")
    lines = format_agenda(build_agenda([long], RIGA, TODAY), RIGA, {}, width=60)
    assert max(map(width_of, lines)) <= 60
    assert lines[-1] == " " * 17 + "Flat 47 · Elena Petrova"
    assert "\x1b" not in "".join(lines)
    wide = format_agenda(build_agenda([long], RIGA, TODAY), RIGA, {}, width=None)
    assert len(wide) == 3


def test_the_document_has_days_and_instants():
    document = build_agenda_document(build_agenda(OPEN[6:8], RIGA, TODAY), RIGA)
    assert document == {
        "schema": "salescli/agenda@1",
        "today": "2026-11-25",
        "week_ends_on": "2026-11-29",
        "scope": "week",
        "people": [
            {
                "person": "anna",
                "overdue": [
                    {
                        "activity": "act-form",
                        "type": "form",
                        "title": "Meet form",
                        "start": None,
                        "due_on": "2026-11-18",
                        "minutes": None,
                        "step": None,
                        "record": "opp-7k2m9xq4tb",
                        "record_title": "Flat 47",
                        "client": "Elena Petrova",
                    }
                ],
                "today": [],
                "week": [],
                "later": 1,
                "approvals": [],
            }
        ],
    }


@pytest.mark.parametrize(
    ("scope", "shown", "later", "end"),
    [
        ("overdue", ["form", "yesterday"], 6, " Not yet due: 6 activities"),
        ("day", ["form", "yesterday", "tonight", "this-morning"], 4, " Later: 4 activities"),
    ],
)
def test_a_narrower_agenda_counts_the_rest(scope, shown, later, end):
    agenda = build_agenda(OPEN, RIGA, TODAY, person="anna", scope=scope)
    (anna,) = agenda.people
    assert titles(anna.overdue + anna.today + anna.week) == shown
    assert anna.later == later
    assert format_agenda(agenda, RIGA, {})[-1] == end


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ("overdue", "Nothing is overdue."),
        ("day", "Nothing waits today."),
        ("week", "Nothing waits this week."),
    ],
)
def test_that_nothing_waits_is_said_of_the_days_that_were_asked_for(scope, words):
    agenda = build_agenda([], RIGA, TODAY, person="anna", scope=scope)
    assert format_agenda(agenda, RIGA, {}) == ["anna", f" {words}"]


def test_what_people_type_for_an_activity_stands_before_it():
    one = Appointment(activity=OPEN[3].activity, record="opp-1", title="Flat 47", address="3t8d")
    longer = Appointment(
        activity=OPEN[5].activity, record="opp-1", title="Flat 47", address="act-4"
    )
    agenda = build_agenda([one, longer], RIGA, TODAY)
    assert format_agenda(agenda, RIGA, {}) == [
        "anna",
        " Overdue",
        "  act-4  1 day late     meeting Meet yesterday (1 h)  Flat 47",
        " Today, Wed 25 Nov 2026",
        "  3t8d   09:00          meeting Meet this-morning (1 h)  Flat 47",
    ]


def test_markdown_has_a_heading_a_person_and_escapes_what_people_wrote():
    hostile = appointment("x", "11-25T09:00", title="*bold* [a](b)")
    agenda = build_agenda([hostile, OPEN[0]], RIGA, TODAY)
    assert format_agenda_markdown(agenda, RIGA, {"anna": "Anna _B_"}) == [
        r"## Anna \_B\_",
        "",
        "### Today, Wed 25 Nov 2026",
        "",
        r"- 11:00: meeting \*bold\* \[a\](b) (1 h) · Flat 47 · Elena Petrova `act-x`",
        "",
        "Later: 1 activity",
    ]


# The calendar file.

EVENT = appointment("b", "11-25T09:00", "11-20T08:00", title="Show, the flat; now", remind=15)
TASK = appointment("a", planned="11-24T22:30", type="task", minutes=None, remind=15)


EXPECTED = [
    b"BEGIN:VCALENDAR",
    b"VERSION:2.0",
    b"PRODID:-//salescli//agenda//EN",
    b"X-WR-CALNAME:Anna",
    b"BEGIN:VTODO",
    b"CATEGORIES:task",
    "DESCRIPTION:Flat 47 · Elena Petrova\\nopp-7k2m9xq4tb".encode(),
    b"DTSTAMP:20261124T223000Z",
    b"DUE;VALUE=DATE:20261125",
    b"STATUS:NEEDS-ACTION",
    b"SUMMARY:Meet a",
    b"UID:act-a@salescli",
    b"END:VTODO",
    b"BEGIN:VEVENT",
    b"SUMMARY:Show\\, the flat\\; now",
    b"DTSTART:20261125T090000Z",
    b"DURATION:PT1H",
    b"DTSTAMP:20261120T080000Z",
    b"UID:act-b@salescli",
    b"CATEGORIES:meeting",
    "DESCRIPTION:Flat 47 · Elena Petrova\\nopp-7k2m9xq4tb".encode(),
    b"BEGIN:VALARM",
    b"ACTION:DISPLAY",
    b"DESCRIPTION:Show\\, the flat\\; now",
    b"TRIGGER:-PT15M",
    b"END:VALARM",
    b"END:VEVENT",
    b"END:VCALENDAR",
    b"",
]


def test_a_calendar_file_has_events_and_tasks():
    lines = render_ics([EVENT, TASK], RIGA, "Anna").split(b"\r\n")
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    # Releases of the package put properties in orders of their own.
    assert sorted(lines) == sorted(EXPECTED)


def test_another_program_reads_the_calendar_file():
    hostile = appointment("c", "11-25T09:00", title="a\r\nEND:VEVENT\nBEGIN:VEVENT\x1b" + "é" * 90)
    read = icalendar.Calendar.from_ical(render_ics([hostile, TASK], RIGA, "A\nB"))
    (event,) = read.walk("VEVENT")
    assert event.decoded("dtstart") == datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert event.decoded("duration") == timedelta(hours=1)
    assert str(event["summary"]) == "a\ufffd END:VEVENT BEGIN:VEVENT\ufffd" + "é" * 90
    (task,) = read.walk("VTODO")
    assert task.decoded("due") == date(2026, 11, 25)


def test_a_meeting_on_a_day_without_a_time_takes_all_day():
    whole = appointment("d", "11-24T22:00", minutes=None)
    (event,) = icalendar.Calendar.from_ical(render_ics([whole], RIGA, "A")).walk("VEVENT")
    assert event.decoded("dtstart") == date(2026, 11, 25)
    assert "duration" not in event


def test_the_bytes_are_the_same_whatever_the_order():
    assert render_ics([EVENT, TASK], RIGA, "A") == render_ics([TASK, EVENT], RIGA, "A")


def test_without_the_package_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "icalendar", None)
    monkeypatch.delitem(sys.modules, "salescli.report.files.ics", raising=False)
    with pytest.raises(Failed) as error:
        render_ics([EVENT], RIGA, "A")
    (found,) = error.value.findings
    assert (found.code, found.hint) == (
        "icalendar-missing",
        "install it with pip install 'salescli[ics]'",
    )


def test_an_agenda_in_text_loads_no_calendar_library():
    code = "import sys, salescli.report.records.agenda; sys.exit('icalendar' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def request(name: str, asked: str, *of: str) -> Request:
    own = {"asked_by": "anna", "asked_at": at(asked), "of": of, "event": "h-1"}
    return Request(
        approval=Approval(id=f"appr-{name}", subject=f"Agree to {name}", **own),  # type: ignore[arg-type]
        record="opp-7k2m9xq4tb",
        title="Flat 47",
        address=name[:4],
    )


ASKED = [
    request("terms", "11-25T07:00", "carl"),
    request("discount", "11-22T07:00", "boris", "carl"),
]


def test_what_is_asked_of_people_stands_under_each_the_longest_waiting_first():
    agenda = build_agenda([], RIGA, TODAY, scope="day", requests=ASKED)
    assert [(one.person, [entry.address for entry in one.approvals]) for one in agenda.people] == [
        ("boris", ["disc"]),
        ("carl", ["disc", "term"]),
    ]
    assert format_agenda(agenda, RIGA, {"boris": "Boris"}) == [
        "Boris",
        " To approve or reject",
        "  disc  3 days         Agree to discount  Flat 47",
        "",
        "carl",
        " To approve or reject",
        "  disc  3 days         Agree to discount  Flat 47",
        "  term                 Agree to terms  Flat 47",
    ]
    assert "- Agree to discount · Flat 47 `disc`" in format_agenda_markdown(agenda, RIGA, {})


def test_of_one_person_only_theirs_and_nothing_of_it_is_overdue():
    (boris,) = build_agenda([], RIGA, TODAY, person="boris", requests=ASKED).people
    assert [entry.approval.id for entry in boris.approvals] == ["appr-discount"]
    (late,) = build_agenda([], RIGA, TODAY, person="boris", scope="overdue", requests=ASKED).people
    assert late.approvals == ()
    document = build_agenda_document(
        build_agenda([], RIGA, TODAY, person="boris", requests=ASKED), RIGA
    )
    assert document["people"][0]["approvals"] == [
        {
            "approval": "appr-discount",
            "subject": "Agree to discount",
            "asked_by": "anna",
            "asked_at": "2026-11-22T07:00:00Z",
            "record": "opp-7k2m9xq4tb",
            "record_title": "Flat 47",
        }
    ]


def test_a_long_subject_of_an_approval_fits_the_width():
    long = request("x" * 90, "11-25T07:00", "carl")
    for line in format_agenda(build_agenda([], RIGA, TODAY, requests=[long]), RIGA, {}, width=80):
        assert width_of(line) <= 80
