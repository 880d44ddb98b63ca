"""Norms: the fixture of domain.md section 6, and what its numbers alone would let pass."""

from fractions import Fraction

import msgspec

from salescli.report.figures.norms import WinRate, add_up_norms, build_norms, finish, show
from tests.report.fullness_deals import norms_of
from tests.report.funnel_deals import REAL_ESTATE, fixture_deals, make_deal


def rates(norms):
    return [(stage.winrate.won, stage.winrate.entered) for stage in norms.stages]


def test_the_fixture_has_the_winrates_of_section_6() -> None:
    norms = norms_of(fixture_deals())
    assert [stage.name[0] for stage in norms.stages] == ["Q", "K", "P", "P"]
    assert rates(norms) == [(1, 6), (1, 5), (1, 3), (1, 2)]
    assert [f"{one.winrate.percent}" for one in norms.stages] == [
        "16.67", "20.00", "33.33", "50.00",
    ]  # fmt: skip


def test_days_are_those_of_the_time_in_stages() -> None:
    key_contacts = norms_of(fixture_deals()).stages[1]
    # D1 5, D2 19, D4 7, D5 14, D7 12 (section 6, "Time in stage")
    assert (key_contacts.days.mean, key_contacts.days.median) == (Fraction(57, 5), 12)


def test_cycle_and_average_are_those_of_deals_won_in_the_period() -> None:
    won = norms_of(fixture_deals()).won
    assert (won.count, won.mean, won.median) == (1, 26, 26)
    assert {code: str(amount) for code, amount in won.average.items()} == {"EUR": "100.00"}


def test_a_winrate_is_at_most_one() -> None:
    deals = [
        make_deal("D1", "Q 02-02, K 02-20, S 03-02, W 03-20"),
        make_deal("D2", "Q 02-02, K 02-20, P 02-21, S 02-22, W 03-20"),
        make_deal("D3", "P 03-02"),
    ]
    norms = norms_of(deals)
    # Q and K were entered before March; P by D1 (passed over) and D3, S by D1; two were won.
    assert rates(norms) == [(2, 0), (2, 0), (2, 2), (2, 1)]
    assert [stage.winrate.share for stage in norms.stages] == [None, None, 1, 1]
    assert norms.stages[3].winrate.percent == 100


def test_nothing_of_nothing_is_no_norm() -> None:
    norms = norms_of([])
    assert [one.winrate.percent for one in norms.stages] == [None] * 4
    assert [one.days.mean for one in norms.stages] == [None] * 4
    assert (norms.won.count, norms.won.mean, norms.won.average) == (0, None, {})


def test_a_period_that_begins_after_the_as_of_day_has_no_norms() -> None:
    norms = norms_of(fixture_deals(), "2024-04")
    assert norms.stages == ()
    assert norms.won.count == 0


def test_a_currency_takes_the_deals_in_it_and_those_without_money() -> None:
    deals = [
        make_deal("E", "Q 03-02, W 03-12", "100.00 EUR"),
        make_deal("U", "Q 03-02, W 03-22", "500.00 USD"),
        make_deal("N", "Q 03-02"),
    ]
    euros = norms_of(deals, currency="EUR")
    assert rates(euros)[0] == (1, 2)
    assert (euros.won.mean, list(euros.won.average)) == (10, ["EUR"])
    assert euros.left_out == {"USD": 1}
    every = norms_of(deals)
    assert rates(every)[0] == (2, 3)
    assert {code: str(n) for code, n in every.won.average.items()} == {
        "EUR": "100.00",
        "USD": "500.00",
    }


def test_success_counts_even_where_no_funnel_shows_it() -> None:
    hidden = show(REAL_ESTATE, "won")  # in the funnel already: nothing changes
    assert hidden == REAL_ESTATE
    stages = [msgspec.structs.replace(s, in_funnel=s.stage != "won") for s in REAL_ESTATE.stages]
    hidden = msgspec.structs.replace(REAL_ESTATE, stages=stages)
    assert rates(norms_of(fixture_deals(), definition=hidden))[0] == (1, 6)


def test_the_ids_behind_the_norms_add_up_to_them() -> None:
    norms = norms_of(fixture_deals(), with_ids=True)
    assert norms.stages[0].winrate.won_ids == ("D1",)
    assert norms.stages[0].winrate.entered_ids == ("D1", "D2", "D3", "D4", "D6", "D7")
    for stage in norms.stages:
        assert len(stage.winrate.entered_ids or ()) == stage.winrate.entered
        assert len(stage.days.ids or ()) == stage.days.visits


def test_a_winrate_of_zero_is_a_rate() -> None:
    assert WinRate(0, 4).percent == 0
    assert WinRate(0, 0).percent is None


def test_what_the_footer_of_norms_owns_up_to():
    deals = [
        make_deal("A", "Q 03-02", "1.00 EUR", differs=True),
        make_deal("B", "Q 03-02, W 03-05", process="quick"),
        make_deal("C", "Q 03-02, W 03-05"),
    ]
    asked = norms_of([]).question
    norms = build_norms(deals, asked, REAL_ESTATE, invalid=3)
    assert (norms.other_process, norms.differs, norms.invalid) == (1, 1, 3)
    assert norms.process_name == "Real estate, corporate sale"
    assert norms.without_value == 1
    assert norms_of(deals).invalid == 0


def test_norms_have_no_ids_unless_asked():
    norms = build_norms(fixture_deals(), norms_of([]).question, REAL_ESTATE)
    assert {one.winrate.won_ids for one in norms.stages} == {None}
    assert {one.winrate.entered_ids for one in norms.stages} == {None}
    assert {one.days.ids for one in norms.stages} == {None}
    assert norms.won.ids is None


def test_norms_are_in_the_currencies_of_their_average_else_in_the_one_asked_for():
    deals = [make_deal("A", "Q 03-02, W 03-05", "1.00 EUR")]
    assert norms_of(deals, store_currency="USD").currencies == ("EUR",)
    assert norms_of([], store_currency="USD").currencies == ("USD",)
    assert norms_of([], store_currency="USD", currency="GBP").currencies == ("GBP",)
    assert norms_of([]).currencies == ()


def test_a_win_rate_is_exact_until_it_is_rounded():
    assert (WinRate(2, 3).share, str(WinRate(2, 3).percent)) == (Fraction(2, 3), "66.67")
    assert (WinRate(5, 3).share, str(WinRate(5, 3).percent)) == (1, "100.00")


def test_a_stage_that_nobody_entered_has_days_of_nothing():
    norms = norms_of([make_deal("A", "Q 03-02")], with_ids=True)
    days = norms.stages[3].days
    assert (days.visits, days.mean, days.median, days.ids) == (0, None, None, ())


def test_a_retired_stage_where_deals_stayed_has_its_days() -> None:
    stages = [msgspec.structs.replace(s, retired=s.name[0] == "K") for s in REAL_ESTATE.stages]
    definition = msgspec.structs.replace(REAL_ESTATE, stages=stages)
    stayed = norms_of([make_deal("A", "Q 02-10, K 02-20")], definition=definition)
    assert [(one.name[0], one.winrate.entered, one.days.mean) for one in stayed.stages[:2]] == [
        ("Q", 0, None),
        ("K", 0, 40),
    ]
    left = norms_of([make_deal("A", "Q 02-10, K 02-20, S 02-25")], definition=definition)
    assert [one.name[0] for one in left.stages] == ["Q", "P", "P"]


def test_a_retired_stage_that_was_passed_over_has_days_of_nothing() -> None:
    stages = [
        msgspec.structs.replace(s, retired=s.stage == "key-contacts") for s in REAL_ESTATE.stages
    ]
    definition = msgspec.structs.replace(REAL_ESTATE, stages=stages)
    for with_ids, ids in ((True, ()), (False, None)):
        passed = norms_of(
            [make_deal("A", "Q 03-02, P 03-05")], definition=definition, with_ids=with_ids
        ).stages[1]
        assert (passed.stage, passed.winrate.entered) == ("key-contacts", 1)
        days = passed.days
        assert (days.visits, days.mean, days.median, days.ids) == (0, None, None, ids)


def test_a_stage_that_the_process_no_longer_has_is_called_by_its_id() -> None:
    stages = [stage for stage in REAL_ESTATE.stages if stage.stage != "key-contacts"]
    definition = msgspec.structs.replace(REAL_ESTATE, stages=stages)
    norms = norms_of([make_deal("A", "Q 03-02, K 03-05")], definition=definition)
    gone = norms.stages[-1]
    assert (gone.stage, gone.name) == ("key-contacts", "key-contacts")
    assert (rates(norms)[-1], gone.days.mean) == ((0, 1), 26)


def test_open_stages_that_no_funnel_shows_have_no_norms() -> None:
    stages = [msgspec.structs.replace(s, in_funnel=s.stage == "won") for s in REAL_ESTATE.stages]
    assert norms_of([], definition=msgspec.structs.replace(REAL_ESTATE, stages=stages)).stages == ()


def test_parts_of_norms_keep_no_ids_and_know_of_no_damage_unless_told() -> None:
    asked = norms_of([]).question
    parts = add_up_norms(fixture_deals(), asked, REAL_ESTATE)
    assert (parts.entered.ids, parts.times.ids, parts.closed.ids) == (None, None, None)
    assert finish(parts, REAL_ESTATE, asked).invalid == 0
