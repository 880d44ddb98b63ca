"""The deals behind the funnel's numbers: they add up to them, and what became of each by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from salescli.model.deal import Deal
from salescli.report.figures.drill import Drill, add_up_drill, finish
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
