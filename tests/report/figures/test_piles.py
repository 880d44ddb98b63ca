"""Deals of one number put together, by hand."""

from decimal import Decimal

from salescli.report.figures.piles import Counted, CountIds, Pile


def filled() -> Pile:
    pile = Pile()
    pile.add("1.10 EUR", 2, ("C", "A"))
    pile.add("7 JPY", 1, ("E",))
    pile.add(None, 1, ("B",))
    pile.add("2.00 EUR", 1, ("D",))
    return pile


def test_a_pile_sums_each_currency_and_says_of_how_many_deals() -> None:
    pile = filled()
    assert pile.count == 5
    assert list(pile.sums().items()) == [("EUR", (Decimal("4.20"), 3)), ("JPY", (Decimal(7), 1))]
    assert Pile().sums() == {}


def test_a_sum_is_rounded_once_to_its_currency_and_keeps_every_digit() -> None:
    pile = Pile()
    pile.add("0.5 JPY", 3)
    assert str(pile.sums()["JPY"][0]) == "2"  # 1.5, half up
    pile = Pile()
    pile.add("999999999999999999.99 EUR", 10**10 + 1)
    assert str(pile.sums()["EUR"][0]) == "10000000000999999999899999999.99"


def test_a_pile_knows_the_deals_behind_each_number() -> None:
    ids = filled().build_ids()
    assert ids == CountIds(
        ("A", "B", "C", "D", "E"), {"EUR": ("A", "C", "D"), "JPY": ("E",)}, ("B",)
    )
    assert list(ids.sum) == ["EUR", "JPY"]
    assert Pile().build_ids() == CountIds((), {}, ())


def test_piles_are_put_together() -> None:
    pile = filled()
    other = Pile()
    other.add("1.10 EUR", 1, ("F",))
    other.add(None, 2, ("H", "G"))
    pile.extend(other)
    assert pile.count == 8
    assert pile.sums()["EUR"] == (Decimal("5.30"), 4)
    assert pile.build_ids().sum["EUR"] == ("A", "C", "D", "F")
    assert pile.build_ids().without_value == ("B", "G", "H")


def test_the_numbers_of_a_pile() -> None:
    sums = {"EUR": Decimal("4.20"), "JPY": Decimal(7)}
    valued = {"EUR": 3, "JPY": 1}
    assert filled().build(with_ids=False) == Counted(5, sums, 1, None, valued)
    assert filled().build(with_ids=True) == Counted(5, sums, 1, filled().build_ids(), valued)


def test_deals_that_were_not_named_leave_no_ids() -> None:
    pile = Pile()
    pile.add("1.00 EUR", 2)
    assert pile.ids == {}
