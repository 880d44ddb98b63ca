"""Funnels side by side: the fixture of domain.md section 6, and differences by hand."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.report.figures.comparison import (
    Compared,
    Comparison,
    Side,
    build_comparison,
    build_order,
    first_of,
    onward_of,
    subtract_shares,
)
from salescli.report.figures.figure import Share
from tests.report.comparisons import compare_owners
from tests.report.funnel_deals import REAL_ESTATE, entered_of, fixture_deals, funnel_of, make_deal

Told = list[str | None]


def percents(comparison: Comparison, side: int, share_of: Callable[..., Compared]) -> Told:
    """The percentages of a side, a stage each."""
    shares = [share_of(row.cells[side])[0] for row in comparison.rows]
    return [None if one is None or one.percent is None else str(one.percent) for one in shares]


def points(comparison: Comparison, side: int, share_of: Callable[..., Compared]) -> Told:
    """The differences of a side, a stage each."""
    found = [share_of(row.cells[side])[1] for row in comparison.rows]
    return [None if one is None else str(one) for one in found]


def counts(comparison: Comparison, side: int) -> list[int | None]:
    return [cell.count if (cell := row.cells[side]) else None for row in comparison.rows]


def test_anna_and_boris_by_the_reference_definition() -> None:
    comparison = compare_owners("anna", "boris")
    assert [row.stage for row in comparison.rows] == [
        "qualification", "key-contacts", "proposal-preparation", "proposal-presentation", "won",
    ]  # fmt: skip
    assert counts(comparison, 0) == [1, 2, 0, 0, 1]
    assert percents(comparison, 0, onward_of) == ["75.00", "66.67", "50.00", "100.00", None]
    assert percents(comparison, 0, first_of) == ["100.00", "75.00", "50.00", "25.00", "25.00"]
    assert counts(comparison, 1) == [0, 0, 1, 0, 0]
    assert percents(comparison, 1, onward_of) == ["66.67", "66.67", "50.00", "0.00", None]
    assert percents(comparison, 1, first_of) == ["100.00", "100.00", "50.00", "0.00", "0.00"]
    # 2/3 − 3/4 = −1/12 = −8.333…; both went on in 2 of 3; 0 − 1.
    assert points(comparison, 1, onward_of) == ["-8.33", "0.00", "0.00", "-100.00", None]
    assert points(comparison, 1, first_of) == ["0.00", "25.00", "0.00", "-25.00", "-25.00"]
    assert points(comparison, 0, onward_of) == [None] * 5


def test_anna_and_boris_by_the_entered_definition() -> None:
    comparison = compare_owners("anna", "boris", entered=True)
    ns = [[row.cells[side].numbers for row in comparison.rows] for side in (0, 1)]
    assert ns == [[(4,), (3,), (1,), (1,), (1,)], [(2,), (2,), (2,), (1,), (0,)]]
    assert percents(comparison, 0, onward_of) == ["100.00", "75.00", "33.33", "100.00", "100.00"]
    assert percents(comparison, 0, first_of) == ["100.00", "75.00", "25.00", "25.00", "25.00"]
    assert percents(comparison, 1, onward_of) == ["100.00", "100.00", "100.00", "50.00", "0.00"]
    assert percents(comparison, 1, first_of) == ["100.00", "100.00", "100.00", "50.00", "0.00"]
    # 1 − 1/3 = 66.666…, half up.
    assert points(comparison, 1, onward_of) == ["0.00", "25.00", "66.67", "-50.00", "-100.00"]
    assert points(comparison, 1, first_of) == ["0.00", "25.00", "75.00", "25.00", "-25.00"]


def test_with_the_company_it_is_what_the_others_differ_from() -> None:
    comparison = compare_owners(None, "anna", "boris")
    # 3/4 − 5/7 = 1/28 = 3.571…; 2/3 − 5/7 = −1/21 = −4.7619…
    assert points(comparison, 1, onward_of)[0] == "3.57"
    assert points(comparison, 2, onward_of)[0] == "-4.76"
    # Of the deals created in March 5 of 6 reached key contacts, 3 of Anna's 4, both of Boris's.
    assert points(comparison, 1, first_of)[1] == "-8.33"
    assert points(comparison, 2, first_of)[1] == "16.67"
    key_contacts = comparison.rows[1].cells[2]
    assert key_contacts is not None and key_contacts.differences is not None
    assert key_contacts.differences.count == -2
    assert key_contacts.differences.sum == {"EUR": Decimal("-320.00")}


@pytest.mark.parametrize("entered", [False, True])
def test_the_owners_sum_to_the_company(entered: bool) -> None:
    for row in compare_owners(None, "anna", "boris", entered=entered).rows:
        company, *owners = row.cells
        assert company is not None
        cells = [cell for cell in owners if cell is not None]
        assert len(cells) == 2
        assert company.count == sum(cell.count for cell in cells)
        assert company.sum.get("EUR", 0) == sum(cell.sum.get("EUR", Decimal(0)) for cell in cells)
        assert company.numbers == tuple(map(sum, zip(*(c.numbers for c in cells), strict=True)))
        if not entered and company.onward is not None:
            shares = [cell.onward for cell in cells]
            assert company.onward.part == sum(share.part for share in shares if share)
            assert company.onward.whole == sum(share.whole for share in shares if share)


def test_a_period_to_come_has_no_figures_and_nothing_differs_from_it() -> None:
    later = Side("2024-05", "May", funnel_of(fixture_deals(), "2024-05"))
    march = Side("2024-03", "March", funnel_of(fixture_deals()))
    comparison = build_comparison("period", [march, later], REAL_ESTATE)
    assert counts(comparison, 1) == [None] * 5
    comparison = build_comparison("period", [later, march], REAL_ESTATE)
    assert counts(comparison, 1) == [1, 2, 1, 0, 1]
    assert points(comparison, 1, first_of) == [None] * 5
    assert build_comparison("period", [later, later], REAL_ESTATE).rows == ()


def retire(stage: str) -> object:
    stages = [
        msgspec.structs.replace(one, retired=True) if one.stage == stage else one
        for one in REAL_ESTATE.stages
    ]
    return msgspec.structs.replace(REAL_ESTATE, stages=stages)


@pytest.mark.parametrize("entered", [False, True])
def test_a_retired_stage_of_one_side_is_a_row_of_nothing_for_the_other(entered: bool) -> None:
    deals = [
        make_deal("A", "Q 03-02, K 03-05, P 03-08", owner="anna"),
        make_deal("B", "Q 03-02, P 03-05", owner="boris"),
        make_deal("C", "Q 03-02", owner="boris"),
    ]
    # Boris's B went over key contacts while the stage was no longer there.
    b = deals[1]
    deals[1] = msgspec.structs.replace(
        b, visits=tuple(visit for visit in b.visits if visit.stage != "key-contacts")
    )
    comparison = compare_owners(
        "anna", "boris", deals=deals, definition=retire("key-contacts"), entered=entered
    )
    assert [row.stage for row in comparison.rows][:3] == [
        "qualification", "key-contacts", "proposal-preparation",
    ]  # fmt: skip
    cell = comparison.rows[1].cells[1]
    assert cell is not None
    assert (cell.count, cell.sum, cell.without_value) == (0, {}, 0)
    assert cell.numbers == ((0,) if entered else ())
    assert cell.first == Share(0, 2)  # of Boris's two
    assert cell.onward == (Share(0, 2) if entered else Share(0, 0))


def test_stages_that_the_process_no_longer_has_stand_before_success() -> None:
    unknown = make_deal("A", "Q 03-02, K 03-05", owner="anna", stage="gone")
    unknown = msgspec.structs.replace(
        unknown, visits=(msgspec.structs.replace(unknown.visits[0], stage="gone"),)
    )
    comparison = compare_owners("boris", "anna", deals=[unknown])
    assert [row.stage for row in comparison.rows][-2:] == ["gone", "won"]


shares = st.none() | st.builds(
    lambda part, more: Share(part, part + more), st.integers(0, 60), st.integers(0, 60)
)


@given(shares, shares)
def test_points_are_exact_fractions_rounded_half_up(one: Share | None, other: Share | None) -> None:
    told = subtract_shares(one, other)
    if one is None or other is None or one.whole == 0 or other.whole == 0:
        assert told is None
        return
    exact = (Fraction(one.part, one.whole) - Fraction(other.part, other.whole)) * 100
    assert told is not None
    assert abs(Fraction(told) - exact) <= Fraction(1, 200)
    assert told.as_tuple().exponent == -2
    back = subtract_shares(other, one)
    assert back == -told


def test_half_a_hundredth_of_a_point_is_rounded_away_from_zero() -> None:
    # 1/16 = 6.25 %, 1/32 = 3.125 %: 3.125 points, which is 3.13.
    assert subtract_shares(Share(1, 16), Share(1, 32)) == Decimal("3.13")
    assert subtract_shares(Share(1, 32), Share(1, 16)) == Decimal("-3.13")


def test_two_periods_have_each_their_own_first_and_last_instant() -> None:
    sides = [
        Side(period, period, entered_of(fixture_deals(), period))
        for period in ("2024-02", "2024-03")
    ]
    comparison = build_comparison("period", sides, REAL_ESTATE)
    # In February D5 and D8 entered qualification and D5 key contacts; in March 6 and 5.
    assert [row.cells[0].numbers for row in comparison.rows][:2] == [(2,), (1,)]
    assert [row.cells[1].numbers for row in comparison.rows][:2] == [(6,), (5,)]
    assert points(comparison, 1, onward_of)[1] == "33.33"  # 5/6 − 1/2


def test_money_differs_by_currency_and_deals_by_their_number() -> None:
    deals = [
        make_deal("A", "Q 03-02", "10.00 EUR", owner="anna"),
        make_deal("B", "Q 03-02", "3.00 EUR", owner="boris"),
        make_deal("C", "Q 03-02", "5.00 USD", owner="boris"),
        make_deal("D", "Q 03-02", owner="boris"),
        make_deal("E", "Q 03-02", "7.00 CHF", owner="anna"),
    ]
    comparison = compare_owners("anna", "boris", deals=deals)
    first, second = comparison.rows[0].cells
    assert first is not None and second is not None and second.differences is not None
    assert (first.count, first.without_value, first.differences) == (2, 0, None)
    assert (second.count, second.without_value, second.differences.count) == (3, 1, 1)
    assert list(second.differences.sum.items()) == [
        ("CHF", Decimal("-7.00")), ("EUR", Decimal("-7.00")), ("USD", Decimal("5.00")),
    ]  # fmt: skip
    assert comparison.currencies == ("CHF", "EUR", "USD")


def test_currencies_without_money_are_what_the_first_side_falls_back_on() -> None:
    sides = [
        Side("a", "A", funnel_of([], currency="USD")),
        Side("b", "B", funnel_of([], currency="GBP")),
    ]
    assert build_comparison("owner", sides, REAL_ESTATE).currencies == ("USD",)
    money = Side("c", "C", funnel_of([make_deal("A", "Q 03-02", "1.00 CHF")], currency="CHF"))
    assert build_comparison("owner", [*sides, money], REAL_ESTATE).currencies == ("CHF",)


def test_a_comparison_knows_its_sides_and_which_row_is_success() -> None:
    comparison = compare_owners("anna", "boris")
    assert (comparison.by, [side.key for side in comparison.sides]) == ("owner", ["anna", "boris"])
    assert comparison.first is comparison.sides[0].funnel
    assert [row.is_success for row in comparison.rows] == [False] * 4 + [True]
    assert [row.name for row in comparison.rows][::4] == ["Qualification", "Won"]


def test_stages_stand_in_the_order_of_the_process_and_those_of_old_by_their_id() -> None:
    order = build_order(REAL_ESTATE)
    stages = ["won", "of-old", "lost", "qualification", "gone", "proposal-presentation"]
    assert sorted(stages, key=order) == [
        "qualification", "proposal-presentation", "gone", "of-old", "won", "lost",
    ]  # fmt: skip


def test_what_is_not_there_has_no_share_and_no_points() -> None:
    later = Side("2024-05", "May", funnel_of(fixture_deals(), "2024-05"))
    march = Side("2024-03", "March", funnel_of(fixture_deals()))
    cell = build_comparison("period", [march, later], REAL_ESTATE).rows[0].cells[1]
    assert (onward_of(cell), first_of(cell)) == ((None, None), (None, None))
    assert subtract_shares(Share(0, 0), Share(1, 2)) is None
    assert subtract_shares(Share(1, 2), Share(0, 0)) is None
    assert subtract_shares(None, Share(1, 2)) is None
    assert subtract_shares(Share(1, 2), None) is None
    assert str(subtract_shares(Share(1, 2), Share(1, 4))) == "25.00"


def test_a_stage_of_old_of_one_side_is_a_share_of_what_came_before_it_on_the_other() -> None:
    # Boris's three entered qualification, one of them key contacts; Anna's one a stage of old.
    unknown = make_deal("A", "Q 03-02, P 03-05", owner="anna")
    old = unknown.visits[-1]
    visits = (unknown.visits[0], msgspec.structs.replace(old, stage="gone"))
    anna = msgspec.structs.replace(unknown, visits=visits, stage="gone")
    deals = [
        anna,
        make_deal("B", "Q 03-02, K 03-05", owner="boris"),
        make_deal("C", "Q 03-02", owner="boris"),
        make_deal("D", "Q 03-02", owner="boris"),
    ]
    comparison = compare_owners("anna", "boris", deals=deals, entered=True)
    (gone,) = [row for row in comparison.rows if row.stage == "gone"]
    cell = gone.cells[1]
    assert cell is not None
    assert (cell.count, cell.without_value, cell.numbers) == (0, 0, (0,))
    assert (cell.onward, cell.first) == (Share(0, 1), Share(0, 3))
    nobody = compare_owners("anna", "carl", deals=deals, entered=True)
    (gone,) = [row for row in nobody.rows if row.stage == "gone"]
    assert gone.cells[1] is not None
    assert (gone.cells[1].onward, gone.cells[1].first) == (Share(0, 0), Share(0, 0))
