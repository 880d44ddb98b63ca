"""What figures by stage share, by hand: bits, tallies, and which stages show."""

from decimal import Decimal

import msgspec

from salescli.model.definition import Stage
from salescli.report.figures.deal_filter import OTHER_PROCESS
from salescli.report.figures.figure import Partial
from salescli.report.figures.stage_tally import Bits, Tally, shown_stages, tally_up
from tests.report.funnel_deals import REAL_ESTATE

MONEY = {"1.10 EUR": ("A", "C"), None: ("B",), "2.00 EUR": ("D",), "7 JPY": ("E",)}


def filled(with_ids: bool) -> Tally:
    tally = Tally(with_ids)
    tally.add_money("won", [(money, len(ids)) for money, ids in MONEY.items()], MONEY)
    return tally


def test_each_stage_has_a_bit_and_a_mask_names_its_stages_by_id() -> None:
    bits = Bits()
    assert [bits[stage] for stage in ("won", "lost", "won", "open")] == [1, 2, 1, 4]
    assert bits.named(5) == ("open", "won")
    assert bits.named(0) == ()


def test_a_tally_sums_each_currency_and_counts_what_has_no_money() -> None:
    tally = filled(with_ids=False)
    assert tally.sums_of("won") == {"EUR": Decimal("4.20"), "JPY": Decimal(7)}
    assert list(tally.sums_of("won")) == ["EUR", "JPY"]
    assert [str(amount) for amount in tally.sums_of("won").values()] == ["4.20", "7"]
    assert tally.count("without-value", "won") == 1
    assert tally.sums_of("lost") == {}
    assert tally.count("count", "won") == tally.count("new") == 0


def test_a_tally_keeps_the_deals_of_each_number_if_asked() -> None:
    tally = filled(with_ids=True)
    tally.add("count", "won", 2, ("C", "A"))
    tally.add("count", "won", 1, ("B",))
    tally.add("new", "", 1, ("F",))
    assert (tally.count("count", "won"), tally.count("new")) == (3, 1)
    assert tally.ids_of("count", "won") == ("A", "B", "C")
    assert tally.ids_of("new") == ("F",)
    assert tally.ids_of("without-value", "won") == ("B",)
    assert tally.sum_ids_of("won") == {"EUR": ("A", "C", "D"), "JPY": ("E",)}
    assert list(tally.sum_ids_of("won")) == ["EUR", "JPY"]
    assert tally.sum_ids_of("lost") == {}
    assert tally.ids_of("count", "lost") == ()


def test_a_tally_keeps_no_deals_unless_asked() -> None:
    tally = filled(with_ids=False)
    tally.add("count", "won", 2, ("C", "A"))
    assert tally.ids is None
    assert tally.ids_of("count", "won") == ()
    assert tally.sum_ids_of("won") == {"EUR": (), "JPY": ()}


def test_a_sum_of_yen_keeps_no_decimals_and_money_adds_to_what_was_there() -> None:
    tally = Tally(with_ids=False)
    tally.add_money("won", [("7.5 JPY", 1)], {})
    tally.add_money("won", [("8 JPY", 2)], {})
    assert str(tally.sums_of("won")["JPY"]) == "24"  # 23.5


def test_deals_that_bring_money_are_counted_over_all_stages_by_currency() -> None:
    tally = Tally(with_ids=False)
    tally.add_money("new", [("1 EUR", 2), ("5 JPY", 1), (None, 9)], {})
    tally.add_money("won", [("2 EUR", 3), ("7 JPY", 4)], {})
    tally.add_money("lost", [("2 EUR", 100)], {})
    stages = [Stage(stage=name, name=name) for name in ("new", "empty", "won")]
    assert list(tally.valued_of(stages).items()) == [("EUR", 5), ("JPY", 5)]


def test_what_is_left_out_is_taken_apart() -> None:
    tally = Tally(with_ids=False)
    assert tally.take_left_out() == (0, {})
    for reason, count in (("USD", 2), (OTHER_PROCESS, 3), ("GBP", 1)):
        tally.add("left-out", reason, count, ())
    tally.add("count", "won", 9, ())
    other, currencies = tally.take_left_out()
    assert other == 3
    assert list(currencies.items()) == [("GBP", 1), ("USD", 2)]


def test_counts_of_a_path_become_its_numbers_and_its_money() -> None:
    counts = {("won", "1.00 EUR"): 2, ("won", None): 1, ("", None): 4}
    ids = {("won", "1.00 EUR"): ("A", "B"), ("won", None): ("C",), ("", None): tuple("DEFG")}
    for partial in (Partial(counts), Partial(counts, ids)):
        tally = tally_up(partial, lambda path: iter([("seen", path)]), lambda path: path or None)
        assert (tally.count("seen", "won"), tally.count("seen", "")) == (3, 4)
        assert tally.sums_of("won") == {"EUR": Decimal("2.00")}
        assert tally.count("without-value", "won") == 1
        assert list(tally.sums) == ["won"]
    assert tally.ids_of("seen", "won") == ("A", "B", "C")
    assert tally.ids_of("without-value", "won") == ("C",)


def test_what_the_process_lost_shows_before_success_or_last() -> None:
    def shown(stages: list[Stage]) -> list[str]:
        definition = msgspec.structs.replace(REAL_ESTATE, stages=stages)
        return [one.stage for one in shown_stages(definition, ["won", "zeta", "alpha"])]

    names = [stage.stage for stage in REAL_ESTATE.stages if stage.final != "failure"]
    assert shown(REAL_ESTATE.stages) == [*names[:-1], "alpha", "zeta", "won"]
    hidden = [msgspec.structs.replace(s, in_funnel=s.final is None) for s in REAL_ESTATE.stages]
    assert shown(hidden) == [*names[:-1], "alpha", "zeta"]
    found = shown_stages(REAL_ESTATE, ["zeta"])[-2]
    assert (found.stage, found.name, found.final) == ("zeta", "zeta", None)
