"""What people type, by kind, without any catalogue."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.calendar import Calendar
from salescli.model.errors import WrongUsage
from salescli.model.inputs import MAX_TEXT, clean_text, parse_input

RIGA = Calendar("Europe/Riga")
TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "  as it is  ", "  as it is  "),
        ("choice", " web ", "web"),
        ("reference", " anna ", "anna"),
        ("money", "5", "5.00 EUR"),
        ("day", " 2026-12-15 ", "2026-12-15"),
        ("instant", "2026-11-02T12:12", "2026-11-02T10:12:00Z"),
        ("instant", "2026-07-02T12:12", "2026-07-02T09:12:00Z"),  # summer time
        ("whole", "-12", -12),
        ("percent", "35%", 35),
        ("percent", "0", 0),
        ("decimal", "1.500", "1.5"),
        ("decimal", "10", "10"),
        ("yes-no", "YES", True),
        ("yes-no", "No", False),
        ("words", "a, b,,c ", ["a", "b", "c"]),
        ("words", " , ", None),
    ],
)
def test_a_value_is_read_by_its_kind(kind, text, value):
    assert parse_input(kind, text, RIGA, TODAY, "EUR") == value


@pytest.mark.parametrize(
    "kind", "text money day instant whole percent decimal yes-no words choice reference".split()
)
@pytest.mark.parametrize("text", ["", "  ", "\n", "\t"])
def test_nothing_is_nothing_in_every_kind(kind, text):
    assert parse_input(kind, text, RIGA, TODAY, "EUR") is None


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("whole", "1.0", "not-a-whole-number"),
        ("whole", "1" * 19, "not-a-whole-number"),
        ("whole", "१२", "not-a-whole-number"),
        ("percent", "101", "not-a-percentage"),
        ("percent", "-1 %", "not-a-percentage"),
        ("decimal", "1.2345", "not-a-number"),
        ("decimal", "1e3", "not-a-number"),
        ("decimal", "-1", "not-a-number"),
        ("decimal", "NaN", "not-a-number"),
        ("decimal", "1,5", "not-a-number"),
        ("decimal", "१.५", "not-a-number"),
        ("yes-no", "1", "not-yes-or-no"),
        ("day", "2026-02-30", "not-a-day"),
        ("instant", "2026-11-02T25:00", "not-a-time"),
        ("money", "12,5", "not-an-amount"),
        ("text", "a\x1b[31m", "control-character"),
        ("text", "a\rb", "control-character"),
        ("text", "\udcff", "control-character"),
        ("text", "é" * (MAX_TEXT // 2 + 1), "text-too-long"),
    ],
)
def test_what_can_not_be_read_has_its_code(kind, text, code):
    with pytest.raises(WrongUsage) as caught:
        parse_input(kind, text, RIGA, TODAY, "EUR")
    assert [problem.code for problem in caught.value.findings] == [code]


def test_a_text_of_just_the_allowed_size_is_fine():
    assert clean_text("é" * (MAX_TEXT // 2)) == "é" * (MAX_TEXT // 2)


@given(st.text())
def test_clean_text_is_clean_or_refused_and_cleaning_twice_is_the_same(text):
    try:
        clean = clean_text(text)
    except WrongUsage:
        return
    assert all(c == "\n" or (ord(c) >= 32 and not 127 <= ord(c) < 160) for c in clean)
    assert clean_text(clean) == clean


@pytest.mark.parametrize("kind", ["text", "choice", "money", "words"])
def test_a_placeholder_left_as_it_was_printed_is_no_value(kind: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        parse_input(kind, " … ", RIGA, TODAY, "EUR")
    assert [one.code for one in caught.value.findings] == ["placeholder"]
    assert parse_input("text", "Wait …", RIGA, TODAY, "EUR") == "Wait …"
