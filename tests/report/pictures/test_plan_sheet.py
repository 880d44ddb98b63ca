"""The plan under a funnel: how long its bar is, what is filled and hatched, what stands beside."""

from decimal import Decimal

import pytest

from salescli.report.figures.forecast import Cell
from salescli.report.figures.piles import Counted
from salescli.report.figures.plan_bar import FittingPlan, PlanBar
from salescli.report.pictures.plan_sheet import draw_plan, say_no_plan
from salescli.report.pictures.sheet import Area
from salescli.report.pictures.slide import Drawn


def measure(text: str, size: float, bold: bool) -> float:
    """Every letter six tenths of its size."""
    return len(text) * size * 0.6


def plan_of(plan: str, sold: str, weighted: str) -> PlanBar:
    """The company's plan, in euros."""
    planned = {"EUR": Decimal(plan)}
    actual = Counted(4, {"EUR": Decimal(sold)}, 0, valued={"EUR": 4})
    cell = Cell(planned, actual, actual, {"EUR": Decimal(weighted)})
    return PlanBar(fit=FittingPlan("company", "Riverside", planned), cell=cell)


def draw(plan: PlanBar, scale: dict[str, Decimal] | None = None) -> Drawn:
    return draw_plan(plan, 28, 772, 100, measure, scale)


def widths(drawn: Drawn) -> list[float]:
    """Of the whole bar, of its hatched and of its filled part."""
    return [width_of(area) for area in drawn.areas]


def width_of(area: Area) -> float:
    return max(x for x, _ in area.points) - min(x for x, _ in area.points)


def test_a_bar_is_filled_with_what_was_sold_and_hatched_with_what_is_likely() -> None:
    drawn = draw(plan_of("1000.00", "400.00", "320.00"))
    whole, hatched, filled = widths(drawn)
    assert filled == pytest.approx(0.4 * whole)
    assert hatched == pytest.approx(0.32 * whole)
    assert drawn.areas[1].hatch
    assert [label.text for label in drawn.labels] == [
        "Plan of the company: 1 000 EUR",
        "40.00 % attained",
        "72.00 % expected",
        "Won in the period: 4 deals, 400 EUR, and 320 EUR weighted (hatched), by value",
    ]


def test_more_than_the_plan_fills_it() -> None:
    whole, hatched, filled = widths(draw(plan_of("1000.00", "1500.00", "320.00")))
    assert (filled, hatched) == (pytest.approx(whole), pytest.approx(0))


def test_beside_a_longer_plan_a_bar_is_shorter() -> None:
    alone = widths(draw(plan_of("1000.00", "400.00", "0.00")))
    beside = widths(draw(plan_of("1000.00", "400.00", "0.00"), {"EUR": Decimal(4000)}))
    assert beside == pytest.approx([width / 4 for width in alone])


def test_without_a_plan_there_is_no_bar_and_the_footer_says_why() -> None:
    none = PlanBar(fit=FittingPlan("", "", reason="no plan is of 2 owners together"))
    assert draw(none) == Drawn(100, [], [], [])
    assert say_no_plan(none) == ["Plan: n/a, no plan is of 2 owners together."]
    assert say_no_plan(plan_of("1.00", "0.00", "0.00")) == say_no_plan(None) == []


def test_nothing_is_said_to_be_hatched_where_the_bar_is_full() -> None:
    told = [label.text for label in draw(plan_of("1000.00", "1500.00", "320.00")).labels]
    assert told[-1] == "Won in the period: 4 deals, 1 500 EUR, and 320 EUR weighted, by value"


def test_plans_of_several_periods_are_told_apart() -> None:
    plan = plan_of("1000.00", "400.00", "0.00")
    drawn = draw_plan(plan, 28, 772, 100, measure, period="October 2026")
    assert drawn.labels[0].text == "Plan of the company, October 2026: 1 000 EUR"
