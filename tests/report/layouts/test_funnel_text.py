"""The funnel's screen, its rows and its Markdown."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.definition import Definition, Stage
from salescli.report.figures.funnel import Funnel
from salescli.report.layouts.funnel_rows import render_funnel
from salescli.report.layouts.funnel_text import build_bar, format_funnel, wrap_parts
from salescli.report.layouts.funnel_words import format_period
from salescli.report.text.numbers import clean_text, width_of
from tests.report.funnel_deals import CALENDAR, entered_of, fixture_deals, funnel_of, make_deal

LONG = "Определение потенциала клиента и его потребностей"
WIDE = "日本語のとても長い名前の段階です"


def named(*names: str) -> Definition:
    stages = ["qualification", "key-contacts", "proposal-preparation", "proposal-presentation"]
    return Definition(
        name="Own",
        stages=[
            *(Stage(stage=stage, name=name) for stage, name in zip(stages, names, strict=True)),
            Stage(stage="won", name="Won", final="success"),
        ],
    )


def test_the_managers_monday() -> None:
    rendered = format_funnel(funnel_of(fixture_deals()))
    assert rendered.text == (
        " Funnel · March 2024 · real-estate · created in the period · budget, EUR\n"
        " Stage                  Count  Sum  Went on          Reached, of all new\n"
        " Qualification          █  1    50  5 of 7  71.43 %  6 of 6  100.00 %\n"
        " Key contacts           ██ 2   320  4 of 6  66.67 %  5 of 6   83.33 %\n"
        " Proposal preparation   █  1   150  2 of 4  50.00 %  3 of 6   50.00 %\n"
        " Proposal presentation     0     0  1 of 2  50.00 %  1 of 6   16.67 %\n"
        " Won                    █  1   100              n/a  1 of 6   16.67 %\n"
        " Reference definition (salescli help funnel). No deals of other processes."
    )
    assert rendered.note == ""


def test_the_heading_tells_filters_an_as_of_day_inside_the_period_and_the_sum() -> None:
    funnel = funnel_of(
        fixture_deals(),
        as_of=date(2024, 3, 30),
        created="any",
        sum="value",
        filters=(("owner", ("anna", "boris")),),
    )
    assert format_funnel(funnel, width=None).text.split("\n")[0] == (
        " Funnel · March 2024 · as of 30 Mar 2024 · real-estate · owner anna, boris · "
        "created at any time · value, EUR"
    )


def test_the_footer_owns_up() -> None:
    deals = [
        make_deal("A", "Q 03-02", "1.00 USD"),
        make_deal("B", "Q 03-02", process="quick"),
        make_deal("C", "Q 03-02", differs=True),
    ]
    text = format_funnel(funnel_of(deals, currency="EUR", invalid=1), width=None).text
    assert text.split("\n")[-1] == (
        " Reference definition (salescli help funnel). 1 deal of other processes. "
        "1 deal without a budget. Left out for their currency: 1 in USD. "
        "1 deal differs from its history. 1 file left out: not readable."
    )


def test_two_currencies_stand_one_below_the_other() -> None:
    deals = [make_deal("A", "Q 03-02", "10.50 EUR"), make_deal("B", "Q 03-02", "7 JPY")]
    lines = format_funnel(funnel_of(deals)).text.split("\n")
    assert lines[0].endswith("budget, EUR, JPY")
    assert "10.50 EUR" in lines[2]
    assert lines[3].strip() == "7 JPY"
    assert lines[3].index("JPY") == lines[2].index("EUR")


def test_a_period_that_has_not_begun_says_so_instead_of_figures() -> None:
    text = format_funnel(funnel_of(fixture_deals(), "2024-05", date(2024, 4, 30))).text
    assert text.endswith(" No figures: the period begins after 30 Apr 2024.")
    assert "Qualification" not in text


@pytest.mark.parametrize(
    ("count", "most", "expected"),
    [
        (0, 5, ""),
        (5, 5, "█████"),
        (8, 8, "████████"),
        (1000, 1000, "████████"),
        (1, 1000, "▏"),
        (500, 1000, "████"),
        (516, 1000, "████▏"),
        (999, 1000, "███████▉"),
    ],
)
def test_bars(count: int, most: int, expected: str) -> None:
    assert build_bar(count, most, 8) == expected
    assert build_bar(count, most, 0) == ""


names = st.sampled_from([LONG, WIDE, "A", "x" * 90, "\x1b[31mred", "Key contacts"])
budgets = st.sampled_from([None, "5.00 EUR", "999999999999.99 EUR", "123456789 JPY"])


@given(
    st.tuples(names, names, names, names),
    st.lists(st.tuples(st.sampled_from(["Q 03-02", "Q 03-02, W 03-03"]), budgets), max_size=12),
    st.sampled_from([80, 100, 120]),
)
def test_no_line_is_wider_than_the_screen_and_a_cut_is_told(
    stage_names: tuple[str, ...], given_deals: list[tuple[str, str | None]], width: int
) -> None:
    deals = [make_deal(str(n), moves, budget) for n, (moves, budget) in enumerate(given_deals)]
    filters = (("owner", ("anna", "o" * 90)), ("department", (WIDE,)))
    funnel = funnel_of(deals * 40, definition=named(*stage_names), filters=filters)
    rendered = format_funnel(funnel, width=width)
    lines = rendered.text.split("\n")
    assert max(map(width_of, lines)) <= width
    assert all(clean_text(line) == line for line in lines)
    whole = format_funnel(funnel, width=None)
    shown = [clean_text(name) in rendered.text for name in stage_names]
    assert all(shown) or f"To fit {width} columns" in rendered.note
    assert all(clean_text(name) in whole.text for name in stage_names)
    assert whole.note == ""


def test_wrapping_breaks_between_parts_and_then_between_words() -> None:
    assert wrap_parts(["aaa", "bbb", "ccc"], " · ", 11) == [" aaa · bbb", " ccc"]
    assert wrap_parts(["one two three"], " · ", 9) == [" one two", " three"]
    assert wrap_parts(["a", "b"], " · ", None) == [" a · b"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("2024-03", "March 2024"),
        ("last-month", "February 2024"),
        ("2024-Q1", "2024-Q1"),
        ("2024", "2024"),
        ("all", "all time"),
        ("2024-03-05..2024-03-08", "5 Mar 2024 – 8 Mar 2024"),
        ("2024-03-01..2024-03-31", "March 2024"),
        ("2024-03-05..", "from 5 Mar 2024"),
        ("..2024-03-08", "until 8 Mar 2024"),
        ("today", "15 Mar 2024"),
    ],
)
def test_periods_in_words(asked: str, expected: str) -> None:
    assert format_period(CALENDAR.parse_period(asked, date(2024, 3, 15))) == expected


def read_csv(funnel: Funnel, *, raw: bool = False) -> list[dict[str, str]]:
    text = render_funnel(funnel, "csv", raw=raw).text
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_has_bare_numbers() -> None:
    rows = read_csv(funnel_of(fixture_deals()))
    assert rows[1] == {
        "stage": "key-contacts",
        "name": "Key contacts",
        "count": "2",
        "sum_EUR": "320.00",
        "without_value": "0",
        "passed": "4",
        "of": "6",
        "passed_percent": "66.67",
        "entered": "5",
        "new": "6",
        "entered_percent": "83.33",
    }
    assert rows[4]["passed"] == rows[4]["of"] == rows[4]["passed_percent"] == ""
    assert sum(Decimal(row["sum_EUR"] or 0) for row in rows) == Decimal("620.00")


def test_csv_guards_stage_names() -> None:
    funnel = funnel_of([], definition=named("=cmd()", "b", "c", "d"))
    assert read_csv(funnel)[0]["name"] == "'=cmd()"
    assert read_csv(funnel, raw=True)[0]["name"] == "=cmd()"


def test_markdown_is_a_table_with_its_title_and_definition() -> None:
    text = render_funnel(funnel_of(fixture_deals()), "md").text
    assert text.startswith("**Funnel** · March 2024 · real-estate")
    assert "| Key contacts          |       2 |        320 | 4 of 6, 66.67 %" in text
    assert text.endswith("Reference definition. No deals of other processes.")


def test_markdown_escapes_names() -> None:
    text = render_funnel(funnel_of([], definition=named("a|b", "<b>", "c", "d")), "md").text
    assert r"a\|b" in text
    assert r"\<b\>" in text


def test_every_format_comes_through_one_door() -> None:
    funnel = funnel_of(fixture_deals())
    assert render_funnel(funnel, "json").text.startswith('{\n  "schema": "salescli/funnel@1"')
    assert render_funnel(funnel, "table", width=80) == format_funnel(funnel)


def test_the_entered_screen_of_the_fixture() -> None:
    rendered = format_funnel(entered_of(fixture_deals()))
    assert rendered.text == (
        " Funnel · March 2024 · real-estate · entered in the period · budget, EUR\n"
        " Stage                  Count  Sum  Entered  To previous  To first\n"
        " Qualification          █  1    50        6  100.00 %     100.00 %\n"
        " Key contacts           ██ 2   320        5   83.33 %      83.33 %\n"
        " Proposal preparation   █  1   150        3   60.00 %      50.00 %\n"
        " Proposal presentation  █  1   300        2   66.67 %      33.33 %\n"
        " Won                    █  1   100        1   50.00 %      16.67 %\n"
        " Entered definition (salescli help funnel). No deals of other processes."
    )
    assert rendered.note == ""


@pytest.mark.parametrize("width", [66, 72, 80, 120])
def test_an_entered_screen_fits_its_width_and_says_what_it_cut(width: int) -> None:
    deals = [make_deal("A", "Q 03-02", "123456789.00 EUR"), make_deal("B", "Q 03-02, K 03-04")]
    rendered = format_funnel(entered_of(deals, definition=named(LONG, WIDE, "P", "S")), width=width)
    lines = rendered.text.split("\n")
    assert max(map(width_of, lines)) <= width
    assert bool(rendered.note) == (width < 100)


def test_the_entered_rows_for_spreadsheets_and_pages() -> None:
    text = render_funnel(entered_of(fixture_deals()), "csv").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[2] == {
        "stage": "proposal-preparation",
        "name": "Proposal preparation",
        "count": "1",
        "sum_EUR": "150.00",
        "without_value": "0",
        "n": "3",
        "previous_n": "5",
        "previous_percent": "60.00",
        "first_n": "6",
        "first_percent": "50.00",
    }
    page = render_funnel(entered_of(fixture_deals()), "md").text
    assert "Entered definition." in page
    cells = [cell.strip() for cell in page.split("\n")[5].split("|")[1:-1]]
    assert cells == ["Key contacts", "2", "320", "5", "83.33 %", "83.33 %"]
