"""A client's figures, days of contact and the three ways of showing a history. Pure."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from salescli.model.calendar import Calendar
from salescli.model.events import Done, Mailed, Noted
from salescli.model.money import Money
from salescli.report.records.clienthistory import (
    History,
    Row,
    Sum,
    build_history_document,
    contact_days,
    figure_lines,
    head_lines,
    join_entries,
    markdown_lines,
    sums_by_status,
    timeline_lines,
)
from salescli.report.records.timeline import Entry
from salescli.report.text.numbers import width_of

RIGA = Calendar("Europe/Riga")
ELENA = "con-4c8t1m9zqa"


def row(record: str, status: str, value: str | None = None, title: str = "Flat") -> Row:
    """A deal of this status, or a lead."""
    amount, _, currency = (value or "").partition(" ")
    return Row(
        id=record,
        kind="lead" if record.startswith("lead") else "opportunity",
        title=title,
        client=ELENA,
        stage=status,
        stage_name=status.capitalize(),
        status=status,
        owner="anna",
        value=Money(Decimal(amount), currency) if value else None,
        created_on=date(2026, 10, 5),
        close_date=None,
    )


def entry(record: str, at: datetime, words: str = "created") -> Entry:
    """An entry of a timeline."""
    return Entry(id="h-0000000001", record=record, at=at, by="anna", kind="created", words=words)


def history(*rows: Row, **more: object) -> History:
    """Elena's history of these rows."""
    values: dict[str, object] = {
        "id": ELENA,
        "kind": "contact",
        "name": "Elena Petrova",
        "addresses": ("elena@example.com", "+371 2"),
        "rows": rows,
        "entries": (),
        "total": 0,
        "first_contact_on": None,
        "last_contact_on": None,
        **more,
    }
    return History(**values)  # type: ignore[arg-type]


ROWS = (
    row("opp-1", "won", "100.00 EUR"),
    row("opp-2", "won", "50.50 EUR"),
    row("opp-3", "won", "7000 JPY"),
    row("opp-4", "won"),
    row("opp-5", "lost", "80.00 EUR"),
    row("opp-6", "open"),
    row("lead-1", "nurturing", "999.00 EUR"),
)


def test_sums_are_by_status_and_currency_and_leads_are_in_none_of_them():
    assert sums_by_status(ROWS) == {
        "open": Sum(1, {}, 1),
        "won": Sum(4, {"EUR": Decimal("150.50"), "JPY": Decimal("7000")}, 1),
        "lost": Sum(1, {"EUR": Decimal("80.00")}, 0),
    }


def test_the_figures_are_told_in_lines():
    days = {"first_contact_on": date(2026, 3, 1), "last_contact_on": date(2026, 11, 12)}
    others = tuple((f"opp-{n}", f"Flat {n}") for n in range(1, 5))
    assert figure_lines(history(*ROWS, **days, others=others)) == [
        "Open 1 deal (1 without a value)",
        "Won 4 deals, 150.50 EUR + 7 000 JPY (1 without a value)",
        "Lost 1 deal, 80 EUR",
        "1 lead: 1 nurturing",
        "In contact from 1 Mar 2026 to 12 Nov 2026",
        "Takes part in Flat 1, Flat 2, Flat 3 and 1 more",
    ]


def test_without_deals_there_is_no_made_up_nought():
    assert figure_lines(history()) == ["No mail, call, meeting or visit recorded"]
    assert build_history_document(history())["deals"] == {}


@pytest.mark.parametrize(
    ("type_", "result", "counts"),
    [
        ("call", "done", True),
        ("call", "call-later", True),
        ("call", "no-answer", False),
        ("meeting", "done", True),
        ("visit", "done", True),
        ("email", "done", True),
        ("task", "done", False),
        ("paperwork", "done", False),
    ],
)
def test_a_contact_is_a_talk_that_took_place(type_, result, counts):
    at = datetime(2026, 11, 12, 22, 30, tzinfo=UTC)  # the 13th in Riga
    done = Done(id="h-1", seq=1, at=at, by="anna", activity="act-1", result=result)
    days = contact_days([done], {"act-1": type_}, RIGA)
    assert days == ([date(2026, 11, 13)] if counts else [])


def test_a_mail_is_a_contact_and_a_note_is_none():
    at = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
    mail = Mailed(id="h-1", seq=1, at=at, by="anna", mail="mail-1", direction="in", from_="x@y")
    note = Noted(id="h-2", seq=2, at=at, by="anna", text="x")
    assert contact_days([mail, note], {}, RIGA) == [date(2026, 11, 12)]


def test_entries_of_several_records_are_in_one_order():
    early, late = (datetime(2026, 11, day, 9, 0, tzinfo=UTC) for day in (1, 2))
    told = [entry("opp-2", late), entry("opp-2", early, "b"), entry("opp-1", early, "a")]
    assert [(one.record, one.words) for one in join_entries(told)] == [
        ("opp-1", "a"),
        ("opp-2", "b"),
        ("opp-2", "created"),
    ]


def test_a_timeline_says_which_deal_unless_there_is_one_and_tells_namesakes_apart():
    at = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
    one = history(row("opp-1", "open"), entries=(entry("opp-1", at),))
    assert timeline_lines(one, RIGA, 80)[-1] == "  11:00  anna  created"
    two = history(row("opp-1", "open"), row("opp-2", "open"), entries=(entry("opp-1", at),))
    assert timeline_lines(two, RIGA, 80)[-1] == "  11:00  anna  Flat (opp-1): created"
    other = row("opp-2", "open", title="Shop")
    three = history(row("opp-1", "open"), other, entries=(entry("opp-2", at),))
    assert timeline_lines(three, RIGA, 80)[-1] == "  11:00  anna  Shop: created"


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("name", ["Elena", "Юлия " * 30, "長い名前" * 30, "x" * 300])
def test_the_head_fits_whatever_the_name(width, name):
    rows = tuple(row(f"opp-{n}", "open", f"{n}000000.00 EUR", name) for n in range(1, 9))
    others = tuple((one.id, name) for one in rows)
    lines = head_lines(history(*rows, name=name, others=others, addresses=(name,)), width)
    assert max(map(width_of, lines)) <= width
    assert lines[0].endswith(ELENA)


def test_markdown_shows_text_of_users_as_it_is():
    at = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
    shown = history(
        row("opp-1", "open"), name="*Elena* <b>", entries=(entry("opp-1", at, 'note "[x](y)"'),)
    )
    lines = list(markdown_lines(shown, "TABLE", RIGA))
    assert lines[0] == "# \\*Elena\\* \\<b\\>"
    assert "TABLE" in lines
    assert lines[-1] == '- 11:00 **anna** note "\\[x\\](y)"'


def test_the_document_has_sums_as_text_and_days_as_iso():
    days = {"first_contact_on": date(2026, 3, 1), "last_contact_on": date(2026, 11, 12)}
    document = build_history_document(history(*ROWS, **days, others=(("opp-9", "Other"),)))
    assert document["schema"] == "salescli/client-history@1"
    assert document["deals"]["won"] == {
        "count": 4,
        "sum": {"EUR": "150.50", "JPY": "7000"},
        "without_value": 1,
    }
    assert document["leads"] == {"nurturing": 1}
    assert document["first_contact_on"] == "2026-03-01"
    assert document["takes_part_in"] == ["opp-9"]
    assert document["records"][0] == {
        "id": "opp-1",
        "kind": "opportunity",
        "title": "Flat",
        "client": ELENA,
        "stage": "won",
        "status": "won",
        "owner": "anna",
        "value": "100.00 EUR",
        "created_on": "2026-10-05",
        "close_date": None,
    }
