"""Shares, exact percentages, and partials that add up in any grouping."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.deal import Deal
from salescli.report.figures.figure import (
    MoneyShare,
    Partial,
    Partials,
    Share,
    add_up,
    add_up_each,
    parse_amount,
    percent_of,
    round_fraction,
)
from tests.report.funnel_deals import make_deal

partials = st.dictionaries(st.sampled_from("abc"), st.integers(1, 5)).map(
    lambda counts: Partial(
        counts,
        {shape: tuple(shape * n for n in range(1, count + 1)) for shape, count in counts.items()},
    )
)


@given(partials, partials, partials)
def test_partials_add_up_in_any_grouping(
    one: Partial[str], two: Partial[str], three: Partial[str]
) -> None:
    assert (one + two) + three == one + (two + three)
    total = one + two
    for shape in "abc":
        expected = one.counts.get(shape, 0) + two.counts.get(shape, 0)
        assert total.counts.get(shape, 0) == expected
        assert total.ids is not None and len(total.ids.get(shape, ())) == expected


def test_ids_are_dropped_where_one_side_has_none() -> None:
    assert (Partial({"a": 1}, {"a": ("x",)}) + Partial({"a": 2})).ids is None


def test_partials_of_several_figures_add_up_one_by_one() -> None:
    one, two = Partial({"a": 1}), Partial({"a": 2, "b": 5})
    mine, yours = Partials((one, None, one, None)), Partials((two, two, None, None))
    assert mine + yours == Partials((Partial({"a": 3, "b": 5}), two, one, None))
    with pytest.raises(ValueError, match="shorter"):
        mine + Partials((one,))


def test_what_deals_contribute_is_counted_and_nothing_is_no_contribution() -> None:
    deals = [make_deal(name, f"{stage} 03-02") for name, stage in zip("ABCD", "QKQS", strict=True)]

    def stage_of(deal: Deal) -> str | None:
        return None if deal.stage == "proposal-presentation" else deal.stage

    counts = {"qualification": 2, "key-contacts": 1}
    ids = {"qualification": ("A", "C"), "key-contacts": ("B",)}
    assert add_up(deals, stage_of) == Partial(counts)
    assert add_up(deals, stage_of, with_ids=True) == Partial(counts, ids)
    names = Partial({deal.id: 1 for deal in deals})
    assert add_up_each(iter(deals), [stage_of, lambda deal: deal.id]) == [Partial(counts), names]
    assert add_up_each(deals, [stage_of], with_ids=True) == [Partial(counts, ids)]


def test_a_sweep_for_several_figures_takes_every_deal_of_many() -> None:
    deals = [make_deal("A", "Q 03-02")] * 2001
    assert add_up_each(deals, [lambda deal: deal.id]) == [Partial({"A": 2001})]


def test_several_figures_count_a_thousand_deals_before_the_next_are_read() -> None:
    deal = make_deal("A", "Q 03-02")
    read: list[int] = []
    counted: list[int] = []

    def deals() -> Iterator[Deal]:
        for place in range(1500):
            read.append(place)
            yield deal

    add_up_each(deals(), [lambda one: counted.append(len(read))])
    assert (counted[0], counted[999], counted[1000]) == (1000, 1000, 1500)


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (Fraction(1, 3), 1, "0.3"),
        (Fraction(1, 4), 1, "0.3"),
        (Fraction(-1, 4), 1, "-0.3"),  # half goes away from zero
        (Fraction(-1, 3), 1, "-0.3"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(10**40 + 1), 2, "1" + "0" * 39 + "1.00"),
    ],
)
def test_a_fraction_rounds_half_up(value: Fraction, places: int, expected: str) -> None:
    assert f"{round_fraction(value, places):f}" == expected


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (5, 7, "71.43"),
        (1, 800, "0.13"),  # 0.125: half goes up
        (1, 8, "12.50"),
        (0, 3, "0.00"),
        (3, 3, "100.00"),
        (200001, 200000, "100.00"),
        (Decimal("-5"), 100, "-5.00"),
        (-1, 800, "-0.13"),
        (Decimal("0.1"), Decimal("0.3"), "33.33"),
    ],
)
def test_percentages_round_half_up_from_the_exact_fraction(
    part: int | Decimal, whole: int | Decimal, expected: str
) -> None:
    assert str(percent_of(part, whole)) == expected


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_percentage_is_never_more_than_half_a_hundredth_off(part: int, whole: int) -> None:
    percent = Share(part, whole).percent
    assert percent is not None
    off = Fraction(percent) - Fraction(part * 100, whole)
    assert Fraction(-1, 200) < off <= Fraction(1, 200)


def test_nothing_of_nothing_is_not_a_percentage() -> None:
    assert Share(0, 0).percent is None
    assert MoneyShare(Decimal(5), Decimal(0)).percent is None
    assert str(MoneyShare(Decimal("2.50"), Decimal(10)).percent) == "25.00"


def test_money_text_is_cut_into_amount_and_currency() -> None:
    assert parse_amount("250000.10 EUR") == (Decimal("250000.10"), "EUR")
    assert parse_amount("7 JPY") == (Decimal(7), "JPY")
