"""Numbers, names and periods as people read them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth, wcwidth

from salescli.report.figures.figure import Share
from salescli.report.text.numbers import (
    NARROW,
    clean_text,
    cut,
    escape_markdown,
    format_amount,
    format_count,
    format_days,
    format_money,
    format_number_of,
    format_percent,
    format_share,
    format_sums,
    is_whole,
    pad,
    width_of,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[31mred\x1b[0m", "�[31mred�[0m"),
        ("\x1b]0;title\x07", "�]0;title�"),
        ("a\x9b31mb", "a�31mb"),  # a C1 control is an escape of its own
        ("one\rtwo", "one�two"),
        ("one\ttwo\nthree", "one two three"),
        ("flat \u202e74\u202c", "flat �74�"),
        ("a\u200bb\ufeffc\u2060d", "a�b�c�d"),
        ("a\u2028b\u2029c", "a�b�c"),
        ("a\ud800b", "a�b"),
        ("a\U000e0041b", "a�b"),
        ("Ёлка, 日本 — 40 %", "Ёлка, 日本 — 40 %"),
    ],
)
def test_nothing_that_a_terminal_obeys_or_hides_is_left(text: str, expected: str) -> None:
    assert clean_text(text) == expected


@given(st.text(st.characters(codec=None)))
def test_clean_text_has_a_width_and_one_line(text: str) -> None:
    cleaned = clean_text(text)
    assert not {c for c in cleaned if ord(c) < 32 or 0x7F <= ord(c) < 0xA0}
    assert len(cleaned.splitlines()) <= 1
    cleaned.encode()


@given(st.text(st.sampled_from("ab Жщ日本é\u0301🙂")), st.integers(0, 12))
def test_a_cut_text_is_never_wider_than_its_room(text: str, room: int) -> None:
    shown = cut(text, room)
    assert wcswidth(shown) <= room
    if wcswidth(text) <= room:
        assert shown == text
    elif room:
        assert shown.endswith("…")
        assert text.startswith(shown[:-1])


def test_wide_letters_count_twice() -> None:
    assert width_of("日本") == 4
    assert cut("日本語の名", 6) == "日本…"
    assert cut("Proposal presentation", 10) == "Proposal…"
    assert pad("日本", 6) + "|" == "日本  |"
    assert pad("日本", 6, right=True) == "  日本"


def test_thousands_stand_apart() -> None:
    assert format_count(12500) == "12 500"
    assert format_amount(Decimal("1234567.80")) == "1 234 567.80"
    assert format_amount(Decimal("1234567.80"), whole=True) == "1 234 568"
    assert format_money(Decimal("250000.00"), "EUR") == "250 000 EUR"
    assert format_money(Decimal("12.5"), "EUR") == "12.50 EUR"
    assert format_money(Decimal("12345678.90"), "EUR") == "12 345 678.90 EUR"
    assert format_money(Decimal("700"), "JPY") == "700 JPY"
    assert format_sums({"EUR": Decimal("10.00"), "JPY": Decimal("700")}) == "10 EUR + 700 JPY"
    assert format_sums({}) == "–"


def test_a_column_needs_decimals_if_one_of_its_amounts_has_some() -> None:
    assert is_whole([Decimal("1.00"), Decimal("2")])
    assert not is_whole([Decimal("1.00"), Decimal("2.50")])


def test_shares_percentages_and_days() -> None:
    assert format_percent(Decimal("46.4")) == "46.40 %"
    assert format_percent(None) == "n/a"
    assert format_share(Share(5, 7)) == "5 of 7, 71.43 %"
    assert format_share(Share(0, 0)) == format_share(None) == "n/a"
    assert [format_days(n) for n in (0, 1, 1200)] == ["0 days", "1 day", "1 200 days"]
    assert format_days(Decimal("11.25")) == "11.3 days"
    assert format_number_of(1, "deal") == "1 deal"
    assert format_number_of(12500, "deal") == "12 500 deals"
    assert format_number_of(2, "company", "companies") == "2 companies"


def test_markdown_shows_marks_as_they_are() -> None:
    assert escape_markdown("a|b *c* _d_ <e> [f] `g` \\") == (
        "a\\|b \\*c\\* \\_d\\_ \\<e\\> \\[f\\] \\`g\\` \\\\"
    )


def test_what_is_called_narrow_takes_one_column_in_the_tables_of_wcwidth():
    narrow = [chr(code) for code in range(0x3000) if NARROW.fullmatch(chr(code))]
    assert len(narrow) > 800
    assert {wcwidth(character) for character in narrow} == {1}


def test_marks_that_combine_and_wide_signs_are_not_narrow():
    others = ("e\N{COMBINING ACUTE ACCENT}", "\N{SOFT HYPHEN}", "東", "\N{HEAVY BLACK HEART}\ufe0f")
    assert [text for text in others if NARROW.fullmatch(text)] == []
