"""The deals behind the funnel's numbers: they add up to them, and what became of each by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from salescli.model.deal import Deal
from salescli.report.figures.drill import Drill, add_up_drill, finish, ids_in
from salescli.report.figures.drilling import DrillQuestion
from salescli.report.figures.entered import build_entered
from salescli.report.figures.question import FunnelQuestion, ask
from tests.report.funnel_deals import CALENDAR, REAL_ESTATE, fixture_deals, funnel_of, make_deal

END_OF_MARCH = date(2024, 3, 31)


def drill(
    deals: list[Deal],
    stage: str,
    part: str = "count",
    period: str = "2024-03",
    as_of: date = END_OF_MARCH,
    **asked: Any,
) -> Drill:
    names = asked.pop("names", {})
    with_ids = asked.pop("with_ids", False)
    question = ask(
        DrillQuestion,
        "real-estate",
        CALENDAR.parse_period(period, as_of),
        as_of,
        CALENDAR,
        **{"stage": stage, "part": part, "time_zone": "Europe/Riga", **asked},
    )
    partial = add_up_drill(deals, question, REAL_ESTATE, with_ids=with_ids)
    return finish(partial, REAL_ESTATE, question, names=names)


def ids(found: Drill) -> list[str]:
    return sorted(one.deal.id for one in found.deals)


def stays(found: Drill) -> dict[str, tuple[int | None, str | None, str | None]]:
    return {one.deal.id: tuple(one.stay) for one in found.deals}


def test_the_count_of_key_contacts_is_d2_and_d7() -> None:
    found = drill(fixture_deals(), "key-contacts")
    assert [one.deal.id for one in found.deals] == ["D2", "D7"]  # 200, then 120
    assert (found.counted.count, found.counted.sum) == (2, {"EUR": Decimal("320.00")})
    assert found.totals["budget"] == {"EUR": Decimal("320.00")}
    assert found.whole is None
    # D2 since 12 March, D7 back since 19 March.
    assert {name: stay[0] for name, stay in stays(found).items()} == {"D2": 19, "D7": 12}


def test_the_two_sets_of_the_conversion_of_key_contacts() -> None:
    # 4 of 6: D1, D3 (by a skip), D5 and D7 went on; D2 is still there, D4 was lost.
    went_on = drill(fixture_deals(), "key-contacts", "passed")
    assert ids(went_on) == ["D1", "D3", "D5", "D7"]
    assert went_on.whole is not None
    assert (went_on.whole.part, went_on.whole.whole) == (4, 6)
    assert stays(went_on) == {
        "D1": (5, "went-on", "proposal-preparation"),
        "D3": (0, "went-on", "proposal-preparation"),
        "D5": (14, "went-on", "proposal-preparation"),
        "D7": (8, "went-on", "proposal-preparation"),
    }
    others = drill(fixture_deals(), "key-contacts", "not-passed")
    assert stays(others) == {"D2": (19, "still-there", None), "D4": (7, "lost", "lost")}
    assert {fate: one.count for fate, one in others.fates.items()} == {
        "lost": 1,
        "still-there": 1,
        "went-back": 0,
    }


def test_a_deal_that_went_back_did_not_go_on() -> None:
    found = drill(fixture_deals(), "proposal-preparation", "not-passed")
    # D7: 5 days, then back to key contacts; D3 still there, since the 15th.
    assert stays(found) == {"D3": (16, "still-there", None), "D7": (5, "went-back", "key-contacts")}


@pytest.mark.parametrize("created", ["period", "any"])
@pytest.mark.parametrize("sum_", ["budget", "value"])
@pytest.mark.parametrize("owner", [None, "anna", "boris"])
def test_every_number_of_the_reference_funnel_is_its_deals(
    created: str, sum_: str, owner: str | None
) -> None:
    owners = None if owner is None else frozenset({owner})
    asked: dict[str, Any] = {"created": created, "sum": sum_, "owners": owners}
    deals = fixture_deals()
    for stage in funnel_of(deals, with_ids=True, **asked).stages:
        assert stage.ids is not None
        counted = drill(deals, stage.stage, **asked, with_ids=True)
        assert tuple(ids(counted)) == stage.ids.count
        assert (counted.counted.count, counted.counted.sum) == (stage.count, stage.sum)
        assert counted.counted.ids is not None and counted.counted.ids.sum == stage.ids.sum
        reached = drill(deals, stage.stage, "reached", **asked)
        assert tuple(ids(reached)) == stage.ids.entered
        missed = ids(drill(deals, stage.stage, "not-reached", **asked))
        assert tuple(sorted([*ids(reached), *missed])) == stage.ids.new
        if stage.conversion is not None:
            passed = ids(drill(deals, stage.stage, "passed", **asked))
            stayed = ids(drill(deals, stage.stage, "not-passed", **asked))
            assert tuple(passed) == stage.ids.passed
            assert tuple(sorted([*passed, *stayed])) == stage.ids.touched


def test_every_number_of_the_entered_funnel_is_its_deals() -> None:
    deals = fixture_deals()
    question = ask(
        FunnelQuestion,
        "real-estate",
        CALENDAR.parse_period("2024-03", END_OF_MARCH),
        END_OF_MARCH,
        CALENDAR,
    )
    for stage in build_entered(deals, question, REAL_ESTATE, with_ids=True).stages:
        assert stage.ids is not None
        counted = drill(deals, stage.stage, definition="entered")
        assert (tuple(ids(counted)), counted.counted.sum) == (stage.ids.count, stage.sum)
        n = drill(deals, stage.stage, "reached", definition="entered")
        assert tuple(ids(n)) == stage.ids.entered


def test_a_failure_lists_the_deals_that_stand_there() -> None:
    found = drill(fixture_deals(), "lost")
    assert stays(found) == {"D4": (None, "still-there", None)}


def test_groups_have_count_sum_and_share_and_add_up() -> None:
    deals = [
        make_deal("A", "Q 03-01", "10.00 EUR", need="flat"),
        make_deal("B", "Q 03-02", "30.00 EUR", need="flat"),
        make_deal("C", "Q 03-03", "5.00 USD", need="shop"),
        make_deal("D", "Q 03-04"),
    ]
    names = {"need": {"flat": "A flat"}}
    found = drill(deals, "qualification", grouped="need", names=names, with_ids=True)
    assert [
        (row.key, row.name, row.counted.count, row.counted.sum, row.share.percent)
        for row in found.rows
    ] == [
        ("flat", "A flat", 2, {"EUR": Decimal("40.00")}, Decimal("50.00")),
        ("shop", "shop", 1, {"USD": Decimal("5.00")}, Decimal("25.00")),
        (None, "", 1, {}, Decimal("25.00")),
    ]
    assert found.without_value == 1


def test_probability_is_the_one_in_force() -> None:
    deals = [
        make_deal("A", "Q 03-01", probability=5),
        make_deal("B", "Q 03-01"),
        make_deal("C", "Q 03-01, W 03-02", probability=5),
        make_deal("D", "Q 03-01, L 03-02", probability=5),
    ]
    found = {
        one.deal.id: one.probability
        for stage in ("qualification", "won", "lost")
        for one in drill(deals, stage).deals
    }
    assert found == {"A": 5, "B": 100, "C": 100, "D": 0}  # no cap here: the stage's is 100


def test_which_deals_are_left_out() -> None:
    deals = [
        make_deal("A", "Q 03-01", "1.00 EUR", differs=True),
        make_deal("B", "Q 03-01", "1.00 USD"),
        make_deal("C", "Q 03-01", process="other"),
    ]
    found = drill(deals, "qualification", currency="EUR")
    assert (ids(found), found.left_out, found.other_process, found.differs) == (
        ["A"],
        {"USD": 1},
        1,
        1,
    )
    assert drill(deals, "qualification", period="2024-04").deals == ()


def test_reopened_and_back_and_forth_the_last_visit_tells() -> None:
    deals = [
        make_deal("A", "Q 03-01, K 03-03, L 03-06, >K 03-12"),
        make_deal("B", "Q 03-01, K 03-03, Q 03-06, K 03-07, L 03-08, >Q 03-20"),
    ]
    found = drill(deals, "key-contacts", "not-passed")
    # A: lost after 3 days, back since the 12th; B: back, then lost after a day, then reopened.
    assert stays(found) == {"A": (19, "still-there", None), "B": (1, "lost", "lost")}


def test_a_day_is_a_local_one_and_a_day_of_23_hours_is_one() -> None:
    # 21:50 UTC is 23:50 in Riga; summer time starts on 31 March.
    deals = [
        make_deal("A", "Q 03-05T21:50, K 03-05T22:10"),
        make_deal("B", "Q 03-01, K 03-30T22:30, P 03-31T20:30"),
    ]
    assert stays(drill(deals, "qualification", "passed"))["A"][0] == 1
    assert stays(drill(deals, "key-contacts", "passed"))["B"][0] == 0


def test_a_deal_put_there_by_hand_has_no_days() -> None:
    deals = [make_deal("A", "Q 03-01, K 03-03", stage="qualification", differs=True)]
    assert stays(drill(deals, "qualification")) == {"A": (None, None, None)}


def test_the_most_money_stands_first_by_currency_and_none_last() -> None:
    deals = [
        make_deal("F", "Q 03-01"),
        make_deal("E", "Q 03-01"),
        make_deal("D", "Q 03-01", "9.00 USD"),
        make_deal("C", "Q 03-01", "10.00 EUR"),
        make_deal("B", "Q 03-01", "9.00 EUR"),
        make_deal("A", "Q 03-01", "9.00 EUR"),
    ]
    found = drill(deals, "qualification")
    assert [one.deal.id for one in found.deals] == ["C", "A", "B", "D", "E", "F"]
    assert found.currencies == ("EUR", "USD")
    assert drill([], "qualification", store_currency="EUR").currencies == ("EUR",)


def test_a_line_has_the_names_of_its_client_and_owner() -> None:
    deals = [
        make_deal("A", "Q 03-01", owner="anna", client="acc-2"),
        make_deal("B", "Q 03-01", owner="boris"),
        make_deal("C", "Q 03-01"),
    ]
    names = {"owner": {"anna": "Anna"}, "client": {"acc-2": "Acme"}}
    lines = drill(deals, "qualification", names=names).deals
    assert [(one.client, one.owner) for one in lines] == [
        ("Acme", "Anna"),
        ("acc-1", "boris"),
        ("acc-1", ""),
    ]
    assert [one.owner for one in drill(deals, "qualification").deals] == ["anna", "boris", ""]


def test_totals_are_of_budget_amount_and_the_money_that_is_summed() -> None:
    deals = [
        make_deal("A", "Q 03-01, W 03-02", "1.00 EUR", amount="2.00 EUR", revenue="4.00 EUR"),
        make_deal("B", "Q 03-01, W 03-02", "8.00 EUR", amount="16.00 USD"),
    ]
    found = drill(deals, "won", sum="value")
    assert found.totals == {
        "budget": {"EUR": Decimal(9)},
        "amount": {"EUR": Decimal(2), "USD": Decimal(16)},
        "value": {"EUR": Decimal(4), "USD": Decimal(16)},
    }
    assert [(one.deal.id, one.money) for one in found.deals] == [
        ("A", "4.00 EUR"),
        ("B", "16.00 USD"),
    ]
    assert list(drill(deals, "won", sum="amount").totals) == ["budget", "amount"]


def test_groups_stand_by_their_number_then_by_name_and_have_ids_if_asked() -> None:
    deals = [
        make_deal("A", "Q 03-01", owner="carl"),
        make_deal("B", "Q 03-01", owner="boris"),
        make_deal("C", "Q 03-01"),
        make_deal("D", "Q 03-01"),
        make_deal("E", "Q 03-01"),
        make_deal("G", "Q 03-01", owner="dora"),
        make_deal("F", "Q 03-01", owner="dora"),
    ]
    asked: dict[str, Any] = {"grouped": "owner", "names": {"owner": {"dora": "Dora"}}}
    rows = drill(deals, "qualification", **asked, with_ids=True).rows
    assert [(row.key, row.name, row.share.part, row.share.whole) for row in rows] == [
        ("dora", "Dora", 2, 7),
        ("boris", "boris", 1, 7),
        ("carl", "carl", 1, 7),
        (None, "", 3, 7),
    ]
    assert rows[0].counted.ids is not None and rows[0].counted.ids.count == ("F", "G")
    assert drill(deals, "qualification", **asked).rows[0].counted.ids is None
    assert drill(deals, "qualification").rows == ()


def test_ids_stand_behind_the_list_its_rest_and_what_became_of_the_deals() -> None:
    passed = drill(fixture_deals(), "key-contacts", "passed", with_ids=True)
    assert passed.rest_ids == ("D2", "D4")
    assert passed.counted.ids is not None
    assert passed.counted.ids.count == ("D1", "D3", "D5", "D7")
    assert passed.fates == {}
    others = drill(fixture_deals(), "key-contacts", "not-passed", with_ids=True)
    assert others.rest_ids == ("D1", "D3", "D5", "D7")
    lost = others.fates["lost"]
    assert lost.ids is not None and lost.ids.count == ("D4",)
    plain = drill(fixture_deals(), "key-contacts", "not-passed")
    assert (plain.rest_ids, plain.counted.ids, plain.fates["lost"].ids) == (None, None, None)
    count = drill(fixture_deals(), "key-contacts", with_ids=True)
    assert (count.rest_ids, count.whole) == ((), None)


def test_what_the_entered_definition_counts_is_a_share_of_nothing() -> None:
    found = drill(fixture_deals(), "key-contacts", "reached", definition="entered")
    assert (found.whole, len(found.deals)) == (None, 5)
    reached = drill(fixture_deals(), "key-contacts", "reached").whole
    assert reached is not None and (reached.part, reached.whole) == (5, 6)


def test_the_footer_of_a_drill_counts_each_deal_and_nothing_is_0() -> None:
    deals = [
        make_deal("A", "Q 03-01", "1.00 EUR", differs=True),
        make_deal("B", "Q 03-01", "2.00 EUR", differs=True),
        make_deal("C", "Q 03-01", "1.00 USD"),
        make_deal("D", "Q 03-01", "2.00 USD"),
        make_deal("E", "Q 03-01", "2.00 GBP"),
    ]
    found = drill(deals, "qualification", currency="EUR")
    assert list(found.left_out.items()) == [("GBP", 1), ("USD", 2)]
    assert (found.other_process, found.differs, found.invalid) == (0, 2, 0)
    assert (found.process_name, found.stage_name) == (
        "Real estate, corporate sale",
        "Qualification",
    )
    assert (found.stage_names["won"], found.stage_names["lost"]) == ("Won", "Lost")
    assert drill(deals, "of-old").stage_name == "of-old"
    partial = add_up_drill(deals, found.question, REAL_ESTATE)
    assert finish(partial, REAL_ESTATE, found.question, invalid=3).invalid == 3


def test_the_names_wanted_are_those_of_the_deals_on_the_list() -> None:
    deals = [
        make_deal("A", "Q 03-01", owner="anna"),
        make_deal("B", "Q 03-01"),
        make_deal("C", "Q 03-01", "1.00 USD", owner="boris"),
    ]
    question = drill([], "qualification", currency="EUR").question
    partial = add_up_drill(deals, question, REAL_ESTATE)
    assert ids_in(partial, "owner") == {"anna"}
    assert ids_in(partial, "client") == {"acc-1"}


def test_a_deal_of_a_stage_that_is_no_more_is_as_likely_as_was_said() -> None:
    deal = make_deal("A", "Q 03-01, K 03-02", stage="of-old", probability=30)
    (line,) = drill([deal], "qualification", "passed").deals
    assert line.probability == 30


def test_a_question_of_another_stage_is_the_same_but_for_the_stage() -> None:
    question = drill([], "qualification", "passed", currency="EUR").question
    other = question.at("won")
    assert (other.stage, other.part, other.currency) == ("won", "passed", "EUR")


def test_a_visit_that_ended_before_the_period_puts_no_deal_into_its_conversion() -> None:
    # March begins in Riga on 29 February 22:00 UTC. A left qualification a second before,
    # B in the first second: 1 March, the second day after the 28th.
    deals = [
        make_deal("A", "Q 02-28, K 02-29T21:59:59, Q 03-04, K 03-05"),
        make_deal("B", "Q 02-28, K 02-29T22:00"),
        make_deal("C", "Q 02-28, K 02-29T21:59:59"),
    ]
    asked: dict[str, Any] = {"created": "any"}
    assert stays(drill(deals, "qualification", "passed", **asked)) == {
        "A": (1, "went-on", "key-contacts"),
        "B": (2, "went-on", "key-contacts"),
    }


def test_the_last_visit_that_went_on_tells_of_a_deal_that_came_back() -> None:
    # Key contacts from the 3rd to the 6th, and again from the 12th on, where it is.
    deals = [make_deal("A", "Q 03-01, K 03-03, P 03-06, K 03-12")]
    reopened = [make_deal("B", "Q 03-01, K 03-03, W 03-06, >K 03-12")]
    for one in (deals, reopened):
        found = drill(one, "key-contacts", "reached")
        assert list(stays(found).values()) == [(19, "still-there", None)]
    found = drill(fixture_deals(), "key-contacts", "reached")
    assert stays(found)["D7"] == (12, "still-there", None)


def test_a_win_is_further_and_a_loss_is_not() -> None:
    deals = [
        make_deal("A", "Q 03-01, K 03-03, W 03-06"),
        make_deal("B", "Q 03-01, K 03-03, R 03-06"),
    ]
    assert stays(drill(deals, "key-contacts", "passed"))["A"] == (3, "went-on", "won")
    assert stays(drill(deals, "key-contacts", "not-passed")) == {"B": (3, "lost", "rerouted")}
    assert stays(drill(deals, "won")) == {"A": (None, "still-there", None)}


def test_what_is_reached_in_the_period_and_went_on_after_it_is_still_there() -> None:
    # D8 went on to key contacts on 2 April; E is 31 March, 45 days after 15 February.
    asked: dict[str, Any] = {"as_of": date(2024, 4, 30), "created": "any"}
    found = drill(fixture_deals("04-30"), "qualification", "not-passed", **asked)
    assert stays(found)["D8"] == (45, "still-there", None)


def test_without_a_beginning_every_visit_is_in_the_period() -> None:
    deals = [make_deal("A", "Q 01-02, K 01-05"), make_deal("B", "Q 01-02")]
    assert stays(drill(deals, "qualification", "passed", period="all")) == {
        "A": (3, "went-on", "key-contacts")
    }


def test_a_deal_that_is_in_neither_set_is_not_counted() -> None:
    # A is older than March: of those that reached a stage of the new ones it is neither.
    deals = [make_deal("A", "Q 02-02, K 03-03"), make_deal("B", "Q 03-02")]
    found = drill(deals, "key-contacts", "reached", with_ids=True)
    assert found.whole is not None
    assert (found.whole.part, found.whole.whole, found.rest_ids) == (0, 1, ("B",))


def test_a_win_from_the_last_stage_is_further_and_a_visit_in_the_last_second_is_one() -> None:
    deals = [
        make_deal("A", "Q 03-01, S 03-03, W 03-06"),
        make_deal("B", "Q 03-01, K 03-31T20:59:59"),
        make_deal("C", "Q 03-01, K 03-31T21:00"),
    ]
    won = drill(deals, "proposal-presentation", "passed", with_ids=True)
    assert stays(won) == {"A": (3, "went-on", "won")}
    assert won.whole is not None
    assert (won.whole.part, won.whole.whole, won.rest_ids) == (1, 1, ())
    # Riga's clocks go forward on 31 March: its last second is 20:59:59 UTC.
    asked: dict[str, Any] = {"as_of": date(2024, 4, 30)}
    assert stays(drill(deals, "key-contacts", "not-passed", **asked)) == {
        "B": (0, "still-there", None)
    }


def test_nothing_stands_behind_a_number_of_a_period_to_come() -> None:
    found = drill(fixture_deals(), "key-contacts", period="2024-04", created="any")
    assert (found.deals, found.counted.count) == ((), 0)
    assert add_up_drill(fixture_deals(), found.question, REAL_ESTATE).ids is None


def test_equal_groups_stand_by_name_and_namesakes_by_key() -> None:
    names = {"con-c": "adam", "con-b": "Bea", "con-d": "Adam", "con-a": "Zoe"}
    # The ids of the deals are in another order than those of their clients.
    deals = [
        make_deal(name, "Q 03-01", client=client)
        for name, client in zip("DCBA", sorted(names), strict=True)
    ]
    asked: dict[str, Any] = {"grouped": "client", "names": {"client": names}}
    for some in (deals, deals[::-1]):
        rows = drill(some, "qualification", **asked).rows
        assert [row.key for row in rows] == ["con-c", "con-d", "con-b", "con-a"]


def test_groups_without_names_are_called_by_their_keys() -> None:
    deals = [make_deal("A", "Q 03-01", need="flat"), make_deal("B", "Q 03-01")]
    rows = drill(deals, "qualification", grouped="need").rows
    assert [(row.key, row.name) for row in rows] == [("flat", "flat"), (None, "")]
