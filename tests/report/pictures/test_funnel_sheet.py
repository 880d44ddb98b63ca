"""What stands on the funnel's picture and where, before anything is drawn."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.report.figures.funnel import Funnel
from salescli.report.pictures import funnel_sheet
from salescli.report.pictures.funnel_sheet import build_funnel_sheet
from salescli.report.pictures.sheet import Area, Sheet, Style, clean_label, shorten, wrap
from salescli.report.pictures.slide import INK, PALE_INK
from tests.report.funnel_deals import fixture_deals, funnel_of, make_deal

STYLE = Style(10, "#000000")


def measure(text: str, size: float, bold: bool) -> float:
    """Every letter six tenths of its size."""
    return len(text) * size * 0.6


def sheet_of(funnel: Funnel) -> Sheet:
    return build_funnel_sheet(funnel, measure)


def slices(sheet: Sheet) -> list[float]:
    """Widths of the bars, from the first stage on."""
    bars = [a for a in sheet.areas if a.color in (funnel_sheet._OPEN, funnel_sheet._WON)]
    return [width_of(bar) for bar in bars]


def width_of(area: Area) -> float:
    return max(x for x, _ in area.points) - min(x for x, _ in area.points)


def test_the_picture_of_the_fixture_tells_all_its_figures() -> None:
    texts = [label.text for label in sheet_of(funnel_of(fixture_deals())).labels]
    assert texts[:2] == ["Funnel · March 2024", "real-estate · created in the period"]
    for text in ("Budget", "EUR", "Reached", "of 6 new", "Key contacts", "320", "83.33 %", "2"):
        assert text in texts
    assert [text for text in texts if "went on" in text] == [
        "71.43 % went on, 5 of 7",
        "66.67 % went on, 4 of 6",
        "50.00 % went on, 2 of 4",
        "50.00 % went on, 1 of 2",
    ]
    assert texts[-1] == "Reference definition, as of 31 Mar 2024. No deals of other processes."


def test_slices_are_as_wide_as_their_counts_and_zero_is_still_drawn() -> None:
    widths = slices(sheet_of(funnel_of(fixture_deals())))
    assert len(widths) == 5
    assert widths[1] == pytest.approx(2 * widths[0])
    assert widths[0] == widths[2] == widths[4]
    assert widths[3] == 1


def test_a_funnel_of_nothing_draws_every_stage() -> None:
    sheet = sheet_of(funnel_of([]))
    assert slices(sheet) == [1] * 5
    assert not [a for a in sheet.areas if a.color == funnel_sheet._OPEN_TINT]
    assert [label.text for label in sheet.labels].count("n/a") == 4 + 5


def test_a_sum_too_long_for_its_column_is_written_smaller() -> None:
    sheet = sheet_of(funnel_of([make_deal("A", "Q 03-02", "999999999999999999.99 EUR")]))
    (label,) = [label for label in sheet.labels if label.text == "999 999 999 999 999 999.99"]
    assert label.style.size == 12  # 26 letters of 0.6: 203 wide at 13, 187 at 12; 200 is the most


def test_where_bars_have_little_room_the_words_between_them_are_fewer() -> None:
    def wide(text: str, size: float, bold: bool) -> float:
        return len(text) * size * 1.2

    texts = [label.text for label in build_funnel_sheet(funnel_of(fixture_deals()), wide).labels]
    assert "71.43 % went on" in texts
    assert not [text for text in texts if "went on, " in text]


def test_won_is_told_from_the_rest() -> None:
    areas = sheet_of(funnel_of(fixture_deals())).areas
    assert [area.color for area in areas[-5:]] == [funnel_sheet._OPEN] * 4 + [funnel_sheet._WON]


def test_the_footer_counts_what_is_left_out() -> None:
    sheet = sheet_of(funnel_of(fixture_deals(), currency="USD", invalid=2))
    footer = " ".join(label.text for label in sheet.labels)
    assert "Left out for their currency: 8 in EUR." in footer
    assert "2 files left out: not readable." in footer


def test_a_period_that_has_not_begun_has_no_slices() -> None:
    sheet = sheet_of(funnel_of([], "2024-05", date(2024, 4, 30)))
    assert slices(sheet) == []
    assert "No figures: the period begins after 30 Apr 2024." in [
        label.text for label in sheet.labels
    ]


def luminance(color: str) -> float:
    """Relative luminance after WCAG 2."""
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_every_text_stands_out_from_what_lies_under_it() -> None:
    for ground in (funnel_sheet._OPEN, funnel_sheet._WON):
        assert contrast("#ffffff", ground) >= 4.5
    for ground in ("#ffffff", funnel_sheet._BAND, funnel_sheet._OPEN_TINT):
        for ink in (INK, PALE_INK):
            assert contrast(ink, ground) >= 4.5


def test_labels_are_clean_and_short() -> None:
    assert clean_label("a\x00\x1b[31m\u202eb\ud800") == "a[31mb"
    assert clean_label(" two\n\u3000words ") == "two words"
    assert clean_label("x" * 61) == "x" * 59 + "…"
    assert clean_label("x" * 60) == "x" * 60
    assert clean_label("e" + "\u0301" * 50) == "e\u0301\u0301"


@given(st.text("ab cd", max_size=80), st.integers(6, 200), st.none() | st.integers(1, 3))
def test_wrapped_lines_fit_and_say_all_or_end_in_an_ellipsis(
    text: str, room: int, most: int | None
) -> None:
    text = " ".join(text.split())
    lines = wrap(text, room, STYLE, measure, most=most)
    assert all(measure(line, 10, False) <= max(room, 12) for line in lines)
    assert most is None or len(lines) <= most
    said = "".join(lines).replace(" ", "")
    whole = text.replace(" ", "")
    assert said == whole or (most is not None and whole.startswith(said.removesuffix("…")))


def test_words_stay_whole_where_they_can() -> None:
    assert wrap("one two three", 42, STYLE, measure) == ["one two", "three"]
    assert wrap("abcdefghij", 30, STYLE, measure) == ["abcde", "fghij"]
    assert shorten("abcdefghij", 30, STYLE, measure) == "abcd…"


def test_an_amount_of_money_stays_in_one_line_where_it_fits() -> None:
    assert wrap("of 332 035.23 EUR", 84, STYLE, measure) == ["of", "332 035.23 EUR"]
    assert wrap("of 332 035.23 EUR", 60, STYLE, measure) == ["of", "332 035.23", "EUR"]


def test_a_long_name_begins_the_title_and_leaves_the_period_readable() -> None:
    name = "Funnel of all that began in the north, the south and abroad"
    sheet = build_funnel_sheet(funnel_of(fixture_deals()), measure, name=name)
    assert sheet.title == f"{name} · March 2024 · real-estate"
    assert " ".join(label.text for label in sheet.labels[:2]) == f"{name} · March 2024"
