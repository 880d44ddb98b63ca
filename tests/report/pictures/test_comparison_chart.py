"""The picture of a comparison as it is drawn: nothing overlaps or runs out."""

import os
import struct
from itertools import cycle, islice

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salescli.report.figures.comparison import Comparison
from salescli.report.pictures.chart import build_comparison_figure, draw_comparison, drawing
from tests.report.comparisons import compare_owners, make_comparison
from tests.report.pictures.test_chart import HOSTILE, NAMES, SUMS, make_plan
from tests.report.textboxes import check_texts

IS_LONG = os.environ.get("SALESCLI_TEST_SIZE") == "long"
NUMBERS_OF_STAGES = range(2, 15) if IS_LONG else (2, 5, 8, 9, 14)
MODES = ("count", "stage-conversion", "first-stage")


def check_layout(comparison: Comparison, width: int) -> None:
    """Every text lies inside the figure, and no two touch."""
    with drawing():
        figure, _ = build_comparison_figure(comparison, width=width)
        check_texts(figure)


CASES = [
    (sides, stages, names, sums, mode)
    for sides in (2, 3, 4, 5)
    for stages in NUMBERS_OF_STAGES
    for names in NAMES
    for sums in SUMS
    for mode in MODES
]
# Every 17th: each value of each is there with each of every other.
SHOWN = CASES if IS_LONG else CASES[::17]


@pytest.mark.parametrize(("sides", "stages", "names", "sums", "mode"), SHOWN)
def test_texts_never_overlap_or_run_out(
    sides: int, stages: int, names: str, sums: str, mode: str
) -> None:
    people = list(islice(cycle(NAMES[names]), sides))
    titles = list(islice(cycle(NAMES[names]), stages))
    counts, amounts = SUMS[sums]
    comparison = make_comparison(people, titles, counts, amounts, mode)
    check_layout(comparison, 800 if stages % 2 else 1600)


@pytest.mark.parametrize(("count", "highest"), [(2, 1.1), (5, 1.0), (10, 1.3), (14, 1.8)])
def test_funnels_of_many_with_their_plans_fit_on_a_page(count: int, highest: float) -> None:
    people = [f"Person {number}" for number in range(count)]
    stages = ["Qualification", "Key contacts", "Proposal", "Presentation", "Won"]
    comparison = make_comparison(people, stages, [8, 7, 3, 2, 0], ["1694700.00", "0.00"])
    plan = make_plan("North", 1, "375000", "121520.25", "5000")
    sides = tuple(
        msgspec.structs.replace(side, funnel=msgspec.structs.replace(side.funnel, plan=plan))
        for side in comparison.sides
    )
    comparison = msgspec.structs.replace(comparison, sides=sides)
    check_layout(comparison, 800)
    with drawing():
        figure, _ = build_comparison_figure(comparison, width=800)
    assert figure.bbox.height / figure.bbox.width <= highest


def test_the_picture_of_the_fixture_and_of_nine_sides_is_laid_out() -> None:
    check_layout(compare_owners(None, "anna", "boris"), 800)
    check_layout(compare_owners("anna", "boris", entered=True), 1600)
    people = list(islice(cycle(NAMES["long"]), 9))
    check_layout(make_comparison(people, ["A", "B"], *SUMS["unequal"]), 800)


@pytest.mark.parametrize("width", [800, 1600])
@pytest.mark.parametrize("count", [3, 4, 14])
@pytest.mark.parametrize("names", NAMES)
def test_the_plans_below_are_laid_out_too(names: str, count: int, width: int) -> None:
    people = list(islice(cycle(NAMES[names]), count))
    comparison = make_comparison(people, ["A", "B"], *SUMS["unequal"])
    some = [
        make_plan(people[0], 1, "1000", "0", "0"),
        None,
        make_plan(people[2], 3, "0.01", "999999999999999999.99", "0.01"),
        make_plan(people[0], 1, "999999999999999999.99", "1", "5000"),
    ]
    plans = list(islice(cycle(some), count))
    sides = tuple(
        msgspec.structs.replace(side, funnel=msgspec.structs.replace(side.funnel, plan=plan))
        for side, plan in zip(comparison.sides, plans, strict=True)
    )
    check_layout(msgspec.structs.replace(comparison, sides=sides), width)


@settings(
    max_examples=200 if IS_LONG else 10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(st.text(st.characters(codec=None), max_size=90), min_size=2, max_size=5))
def test_any_names_at_all_are_laid_out_without_a_warning(names: list[str]) -> None:
    check_layout(make_comparison(names, names, [3], ["5.00"]), 800)


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_hostile_names_are_drawn_as_they_are_and_twice_the_same(kind: str) -> None:
    comparison = make_comparison(HOSTILE[:5], HOSTILE[5:], [1], [None])
    picture = draw_comparison(comparison, kind=kind)  # type: ignore[arg-type]
    assert picture.data == draw_comparison(comparison, kind=kind).data  # type: ignore[arg-type]


def test_a_png_is_as_wide_as_asked_unless_it_would_be_far_too_high() -> None:
    data = draw_comparison(compare_owners("anna", "boris"), width=1000).data
    assert struct.unpack(">I", data[16:20]) == (1000,)
    crowd = make_comparison([str(n) for n in range(80)], ["A"] * 20, [1], [None])
    with drawing():
        figure, notes = build_comparison_figure(crowd, width=1600)
    assert figure.bbox.height <= 20_001
    assert "it would be too high" in notes[-1]
