"""Lines of a terminal: no wider than asked, and nothing of the text lost."""

from hypothesis import given
from hypothesis import strategies as st

from salescli.report.text.numbers import clean_text, width_of
from salescli.report.text.wrapping import split_words, wrap_text


def test_text_is_broken_between_words():
    assert wrap_text("one two  three\nfour", 9, indent="  ") == ["one two", "  three", "  four"]


def test_an_amount_of_money_stays_in_one_line():
    text = "won of 3 000 000 000 EUR in 12 deals"
    assert wrap_text(text, 17) == ["won of", "3 000 000 000 EUR", "in 12 deals"]
    assert split_words("of 2026 100 days, 5 EUR") == ["of", "2026 100", "days,", "5 EUR"]
    assert split_words("in 2026 EURO") == ["in", "2026", "EURO"]


def test_a_long_word_is_broken_where_the_line_ends():
    assert wrap_text("ab cdefghij k", 5, indent=" ") == ["ab", " cdef", " ghij", " k"]


def test_wide_characters_count_twice():
    assert wrap_text("日本語 日本", 6) == ["日本語", "日本"]
    assert wrap_text("日本語", 5) == ["日本", "語"]


def test_without_a_width_there_is_one_line():
    assert wrap_text("one\ttwo", None) == ["one two"]
    assert wrap_text("", None) == [""]
    assert wrap_text("", 5) == [""]


def test_nothing_is_obeyed_by_a_terminal():
    assert wrap_text("a\x1b[31m", 20) == ["a\ufffd[31m"]


@given(st.text(st.sampled_from("ab é日\u0301🙂\n-"), max_size=60), st.integers(6, 20))
def test_no_line_is_wider_and_no_character_lost(text, width):
    lines = wrap_text(text, width, indent="  ")
    assert all(width_of(line) <= width for line in lines)
    found = "".join(lines).replace(" ", "")
    assert found == clean_text(text).replace(" ", "")
