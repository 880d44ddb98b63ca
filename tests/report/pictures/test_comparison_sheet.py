"""What stands on the picture of a comparison and where, before anything is drawn."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from salescli.report.figures.comparison import ComparedBy, Comparison, Side, build_comparison
from salescli.report.figures.forecast import Cell
from salescli.report.figures.piles import Counted
from salescli.report.figures.plan_bar import FittingPlan, PlanBar
from salescli.report.pictures.comparison_sheet import (
    _BAND,
    _OPEN,
    _OPEN_TINT,
    _WON,
    build_comparison_sheet,
)
from salescli.report.pictures.sheet import Area, Sheet
from tests.report.comparisons import compare_owners, make_comparison
from tests.report.funnel_deals import REAL_ESTATE, fixture_deals, funnel_of
from tests.report.pictures.test_funnel_sheet import contrast


def measure(text: str, size: float, bold: bool) -> float:
    """Every letter six tenths of its size."""
    return len(text) * size * 0.6


def sheet_of(comparison: Comparison) -> Sheet:
    return build_comparison_sheet(comparison, measure)


def width_of(area: Area) -> float:
    return max(x for x, _ in area.points) - min(x for x, _ in area.points)


def slices(sheet: Sheet) -> list[float]:
    """Widths of the slices, side by side."""
    return [width_of(area) for area in sheet.areas if area.color in (_OPEN, _WON)]


def texts(sheet: Sheet) -> list[str]:
    return [label.text for label in sheet.labels]


def test_the_picture_of_anna_and_boris_tells_all_their_figures() -> None:
    told = texts(sheet_of(compare_owners("anna", "boris")))
    assert told[0] == "Comparison · March 2024"
    # broken between parts, so that no word stands alone
    assert told[1:3] == [
        "real-estate · created in the period · budget, EUR",
        "slices: deals; below: budget, went on",
    ]
    for text in ("Anna Berzina", "Boris Kalnins", "Key contacts", "320", "150", "75.00 %"):
        assert text in told
    assert "66.67 %  −8.33 pp" in told
    assert "0.00 %  −100.00 pp" in told
    assert "Behind shares: percentage points (pp) from Anna Berzina." in " ".join(told[-3:])


def test_slices_of_all_sides_have_one_scale_and_zero_is_still_drawn() -> None:
    widths = slices(sheet_of(compare_owners("anna", "boris")))
    anna, boris = widths[:5], widths[5:]
    assert anna[1] == pytest.approx(2 * anna[0])
    assert boris == [1, 1, pytest.approx(anna[0]), 1, 1]


@pytest.mark.parametrize(
    ("mode", "anna", "boris", "below"),
    [
        ("stage-conversion", [75, 66.67, 50, 100], [66.67, 66.67, 50, 0], "−8.33 pp"),
        ("first-stage", [100, 75, 50, 25, 25], [100, 100, 50, 0, 0], "+25.00 pp"),
    ],
)
def test_by_a_share_a_slice_is_as_wide_as_its_percent(
    mode: str, anna: list[float], boris: list[float], below: str
) -> None:
    sheet = sheet_of(compare_owners("anna", "boris", mode=mode))
    widths = slices(sheet)
    whole = max(widths)
    for found, expected in ((widths[:5], anna), (widths[5:], boris)):
        for width, percent in zip(found, expected, strict=False):
            assert width == pytest.approx(whole * percent / 100, rel=1e-3) if percent else 1
    assert below in texts(sheet)


def test_shares_are_drawn_without_slopes_for_they_are_no_funnel() -> None:
    areas = sheet_of(compare_owners("anna", "boris", mode="stage-conversion")).areas
    assert not [area for area in areas if area.color == _OPEN_TINT]


def test_slopes_are_whole_and_so_pale_that_a_text_over_their_edge_is_easy_to_read() -> None:
    sheet = sheet_of(make_comparison(["A", "B"], ["One", "Two", "Won"], [12, 1, 4], ["1000.00"]))
    last = max(place for place, area in enumerate(sheet.areas) if area.color == _OPEN_TINT)
    assert not [area for area in sheet.areas[last:] if area.color == _BAND]
    for ground in (_OPEN_TINT, _BAND):
        for label in sheet.labels:
            assert contrast(label.style.color, ground) >= 4.5


def test_no_slope_leads_from_or_to_nothing() -> None:
    # Anna: 1, 2, 0, 0, 1: one slope. Boris has one slice alone.
    areas = sheet_of(compare_owners("anna", "boris")).areas
    assert len([area for area in areas if area.color == _OPEN_TINT]) == 1


def test_seven_sides_stand_in_two_lines_on_one_scale() -> None:
    people = [f"P{n}" for n in range(7)]
    sheet = sheet_of(make_comparison(people, ["A", "B"], [4, 2], ["5.00"]))
    heights = {label.y for label in sheet.labels if label.text in people}
    assert len(heights) == 2
    assert texts(sheet).count("A") == 2
    assert len({round(width) for width in slices(sheet)}) == 2


def test_sums_that_are_too_long_are_told_in_trillions() -> None:
    people = [f"P{n}" for n in range(5)]
    told = texts(
        sheet_of(make_comparison(people, ["A", "B"], [4], ["999999999999999999.99", None]))
    )
    assert "1 000 000.00 trillion" in told
    assert "0" in told


def test_a_side_without_figures_says_so() -> None:
    sides = [
        Side(period, period, funnel_of(fixture_deals(), period))
        for period in ("2024-03", "2024-05")
    ]
    sheet = sheet_of(build_comparison("period", sides, REAL_ESTATE))
    assert texts(sheet).count("n/a") == 5
    none = [sides[1], sides[1]]
    sheet = sheet_of(build_comparison("period", none, REAL_ESTATE))
    assert "No figures for any of them." in texts(sheet)


@pytest.mark.parametrize(("by", "named"), [("period", ", Boris Kalnins"), ("owner", "")])
def test_a_plan_names_its_period_where_periods_are_compared(by: ComparedBy, named: str) -> None:
    comparison = compare_owners("anna", "boris")
    cell = Cell({"EUR": Decimal(100)}, Counted(0, {}, 0), Counted(0, {}, 0), {})
    plan = PlanBar(fit=FittingPlan("company", "", cell.plan), cell=cell)
    sides = [replace(one, funnel=replace(one.funnel, plan=plan)) for one in comparison.sides]
    told = texts(sheet_of(build_comparison(by, sides, REAL_ESTATE)))
    assert f"Plan of the company{named}: 100 EUR" in told


def test_a_title_begins_as_one_asks() -> None:
    sheet = build_comparison_sheet(compare_owners("anna", "boris"), measure, name="Our people")
    assert texts(sheet)[0] == "Our people · March 2024"
    assert sheet.title == "Our people · March 2024 · Anna Berzina · Boris Kalnins"


def test_of_many_sides_each_plan_stands_under_its_own_funnel() -> None:
    people = [f"P{n}" for n in range(7)]
    comparison = make_comparison(people, ["A", "B"], [4, 0], ["5.00", "0.00"])
    cell = Cell({"EUR": Decimal(100)}, Counted(3, {"EUR": Decimal(25)}, 0), Counted(0, {}, 0), {})
    plan = PlanBar(fit=FittingPlan("owner=x", "X", cell.plan), cell=cell)
    sides = [replace(one, funnel=replace(one.funnel, plan=plan)) for one in comparison.sides]
    sides[2] = comparison.sides[2]
    sheet = sheet_of(replace(comparison, sides=tuple(sides)))
    middles = {label.text: label.x for label in sheet.labels if label.text in people}
    attained = [label.x for label in sheet.labels if label.text == "25.00 % attained"]
    assert attained == [middles[name] for name in people if name != "P2"]
    assert [label.x for label in sheet.labels if label.text == "n/a"] == [middles["P2"]]
    # a bar is a quarter full, whichever room there is; deals and money stand in one line
    edge = next(stroke for stroke in sheet.strokes)
    xs = [x for x, _ in edge.points]
    filled = [width_of(area) for area in sheet.areas if area.points[0] == edge.points[0]]
    assert min(filled) == pytest.approx((max(xs) - min(xs)) / 4)
    assert {"4 · 5", "0"} <= set(texts(sheet))


def test_plans_under_many_sides_are_as_long_as_they_are_to_each_other() -> None:
    people = ["P0", "P1", "P2", "P3"]
    comparison = make_comparison(people, ["A", "B"], [4, 1], ["5.00"])
    sides = []
    for place, side in enumerate(comparison.sides):
        planned = {"EUR": Decimal(400 if place == 0 else 100)}
        cell = Cell(planned, Counted(0, {}, 0), Counted(0, {}, 0), {})
        plan = PlanBar(fit=FittingPlan("owner=x", "X", planned), cell=cell)
        sides.append(replace(side, funnel=replace(side.funnel, plan=plan)))
    edges = sheet_of(replace(comparison, sides=tuple(sides))).strokes
    lengths = [max(x for x, _ in edge.points) - min(x for x, _ in edge.points) for edge in edges]
    assert lengths == pytest.approx([lengths[0], *[lengths[0] / 4] * 3])
