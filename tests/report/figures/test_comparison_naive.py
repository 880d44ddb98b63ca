"""Comparisons against slow ones: naive funnels, and fractions taken apart by whole numbers."""

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.report.figures.comparison import Side, build_comparison
from salescli.report.figures.funnel import build_funnel
from salescli.report.figures.question import FunnelQuestion, ask
from tests.report.figures.test_funnel_naive import (
    DEFINITION,
    EXAMPLES,
    deal_at,
    naive_funnel,
    raw_deals,
)
from tests.report.funnel_deals import CALENDAR

SIDES: list[tuple[str, frozenset[str] | None]] = [
    ("company", None),
    ("anna", frozenset({"anna"})),
    ("boris", frozenset({"boris"})),
]


def percent(part: int, whole: int) -> Fraction | None:
    return Fraction(100 * part, whole) if whole else None


def half_up(value: Fraction) -> str:
    """Two decimals, halves away from zero, by whole numbers alone."""
    hundredths, rest = divmod(abs(value.numerator) * 100, value.denominator)
    hundredths += 2 * rest >= value.denominator
    sign = "-" if value < 0 and hundredths else ""
    return f"{sign}{hundredths // 100}.{hundredths % 100:02}"


@settings(max_examples=max(EXAMPLES // 3, 30), deadline=None)
@given(
    st.lists(raw_deals(), max_size=8),
    st.sampled_from(["2024-03", "2024-03-05..2024-03-08", "all"]),
    st.sampled_from(["period", "any"]),
)
def test_each_difference_is_that_of_the_naive_funnels(
    raws: list[dict[str, Any]], period: str, created: str
) -> None:
    as_of = date(2024, 3, 31)
    cut = CALENDAR.parse_period(period, as_of)
    found, naive = [], []
    for name, owners in SIDES:
        asked = {
            "created": created, "sum": "budget", "currency": None,
            "owners": owners, "departments": None,
        }  # fmt: skip
        question = ask(FunnelQuestion, "any", cut, as_of, CALENDAR, **asked)
        end = datetime.fromtimestamp(question.end, UTC)
        start = None if question.start is None else datetime.fromtimestamp(question.start, UTC)
        deals = [deal_at(raw, f"opp-{place}", end) for place, raw in enumerate(raws)]
        here = [deal for deal in deals if deal is not None]
        found.append(Side(name, name, build_funnel(here, question, DEFINITION)))
        naive.append(naive_funnel(raws, start, end, asked))
    comparison = build_comparison("owner", found, DEFINITION)
    company = naive[0]
    for row in comparison.rows:
        base = company["stages"][row.stage]
        for place, side in enumerate(naive):
            own, cell = side["stages"][row.stage], row.cells[place]
            assert cell is not None
            assert cell.count == own["count"]
            if not place:
                assert cell.differences is None
                continue
            assert cell.differences is not None
            assert cell.differences.count == own["count"] - base["count"]
            codes = {*own["sum"], *base["sum"]}
            assert {code: Fraction(amount) for code, amount in cell.differences.sum.items()} == {
                code: own["sum"].get(code, 0) - base["sum"].get(code, 0) for code in codes
            }
            pairs = (
                (cell.differences.onward, "passed", own["of"], base["of"]),
                (cell.differences.first, "entered", side["new"], company["new"]),
            )
            for told, number, whole, base_whole in pairs:
                if row.is_success and number == "passed":
                    assert told is None
                    continue
                one, other = percent(own[number], whole), percent(base[number], base_whole)
                if one is None or other is None:
                    assert told is None
                else:
                    assert str(told) == half_up(one - other)
