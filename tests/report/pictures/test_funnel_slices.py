"""What the slices of a funnel's picture draw in each mode, against domain.md section 6."""

from fractions import Fraction

import msgspec

from salescli.model.asked import FunnelMode
from salescli.report.figures.funnel_looks import AnyFunnel
from salescli.report.pictures.funnel_slices import Slices, build_slices
from tests.report.funnel_deals import entered_of, fixture_deals, funnel_of


def slices_of(funnel: AnyFunnel, mode: FunnelMode) -> Slices:
    question = msgspec.structs.replace(funnel.question, mode=mode)
    return build_slices(msgspec.structs.replace(funnel, question=question))


def shares(slices: Slices) -> list[Fraction | None]:
    return [one.share for one in slices.slices]


def test_counts_are_drawn_beside_the_largest() -> None:
    slices = slices_of(funnel_of(fixture_deals()), "count")
    assert shares(slices) == [Fraction(1, 2), 1, Fraction(1, 2), 0, Fraction(1, 2)]
    assert [one.text for one in slices.slices] == ["1", "2", "1", "0", "1"]
    assert [one.reached for one in slices.slices][1] == "83.33 %"
    assert slices.slices[0].between[0] == "71.43 % went on, 5 of 7"
    assert slices.slices[-1].between == ()
    assert [one.is_success for one in slices.slices] == [False] * 4 + [True]


def test_stage_conversion_is_drawn_of_a_hundred_percent_and_success_has_none() -> None:
    slices = slices_of(funnel_of(fixture_deals()), "stage-conversion")
    expected = [Fraction(5, 7), Fraction(4, 6), Fraction(1, 2), Fraction(1, 2), None]
    assert shares(slices) == expected
    assert [one.text for one in slices.slices] == [
        "71.43 %", "66.67 %", "50.00 %", "50.00 %", "n/a"
    ]  # fmt: skip
    assert slices.slices[0].between == ("5 of 7",)
    assert (slices.tells_count, slices.has_slopes) == (False, False)


def test_first_stage_conversion_is_of_all_new_deals() -> None:
    slices = slices_of(funnel_of(fixture_deals()), "first-stage")
    assert shares(slices) == [1, Fraction(5, 6), Fraction(1, 2), Fraction(1, 6), Fraction(1, 6)]
    assert [one.reached for one in slices.slices] == ["6", "5", "3", "1", "1"]
    assert slices.head == "Reached of 6 new"


def test_the_entered_funnel_draws_to_previous_and_to_first() -> None:
    funnel = entered_of(fixture_deals())
    previous = slices_of(funnel, "stage-conversion")
    expected = [1, Fraction(5, 6), Fraction(3, 5), Fraction(2, 3), Fraction(1, 2)]
    assert shares(previous) == expected
    first = slices_of(funnel, "first-stage")
    assert shares(first) == [1, Fraction(5, 6), Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)]
    count = slices_of(funnel, "count")
    assert [one.text for one in count.slices] == ["1", "2", "1", "1", "1"]
    assert count.slices[0].between[0] == "83.33 % of previous, 5 of 6"


def test_a_funnel_of_nothing_has_slices_of_nothing() -> None:
    assert shares(slices_of(funnel_of([]), "count")) == [0] * 5
    assert shares(slices_of(funnel_of([]), "first-stage")) == [None] * 5
    assert [one.text for one in slices_of(entered_of([]), "stage-conversion").slices] == ["n/a"] * 5
