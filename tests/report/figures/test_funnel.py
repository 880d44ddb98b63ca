"""The reference funnel against domain.md section 6, cell by cell, and against figures by hand."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from salescli.model.deal import Deal
from salescli.model.definition import Definition, Stage
from salescli.report.figures.figure import Partial
from salescli.report.figures.funnel import (
    Funnel,
    Path,
    add_up_funnel,
    build_funnel,
    contribution,
    finish,
)
from salescli.report.figures.question import FunnelQuestion, ask
from tests.report.funnel_deals import CALENDAR, REAL_ESTATE, fixture_deals, funnel_of, make_deal


def counts(funnel: Funnel) -> list[int]:
    return [stage.count for stage in funnel.stages]


def euros(funnel: Funnel) -> list[str]:
    return [f"{stage.sum.get('EUR', Decimal(0)):f}" for stage in funnel.stages]


def conversions(funnel: Funnel) -> list[tuple[int, int, str | None] | None]:
    shares = [stage.conversion for stage in funnel.stages]
    return [s and (s.part, s.whole, None if s.percent is None else str(s.percent)) for s in shares]


def firsts(funnel: Funnel) -> list[tuple[int, int, str | None]]:
    shares = [stage.first for stage in funnel.stages]
    return [(s.part, s.whole, None if s.percent is None else str(s.percent)) for s in shares]


def test_every_cell_of_the_reference_fixture() -> None:
    funnel = funnel_of(fixture_deals())
    assert counts(funnel) == [1, 2, 1, 0, 1]
    assert euros(funnel) == ["50.00", "320.00", "150.00", "0", "100.00"]
    assert conversions(funnel) == [
        (5, 7, "71.43"),
        (4, 6, "66.67"),
        (2, 4, "50.00"),
        (1, 2, "50.00"),
        None,
    ]
    assert firsts(funnel) == [
        (6, 6, "100.00"),
        (5, 6, "83.33"),
        (3, 6, "50.00"),
        (1, 6, "16.67"),
        (1, 6, "16.67"),
    ]
    assert [stage.stage for stage in funnel.stages][-1] == "won"
    assert funnel.process_name == "Real estate, corporate sale"
    assert funnel.new == 6
    assert (funnel.other_process, funnel.left_out, funnel.differs, funnel.invalid) == (0, {}, 0, 0)


def test_annas_funnel_of_the_fixture() -> None:
    funnel = funnel_of(fixture_deals(), owners=frozenset({"anna"}))
    assert counts(funnel) == [1, 2, 0, 0, 1]
    assert [share and share[2] for share in conversions(funnel)] == [
        "75.00",
        "66.67",
        "50.00",
        "100.00",
        None,
    ]
    assert [share[2] for share in firsts(funnel)] == ["100.00", "75.00", "50.00", "25.00", "25.00"]


def test_boriss_funnel_of_the_fixture() -> None:
    funnel = funnel_of(fixture_deals(), owners=frozenset({"boris"}))
    assert counts(funnel) == [0, 0, 1, 0, 0]
    assert [share and share[2] for share in conversions(funnel)] == [
        "66.67",
        "66.67",
        "50.00",
        "0.00",
        None,
    ]
    assert [share[2] for share in firsts(funnel)] == ["100.00", "100.00", "50.00", "0.00", "0.00"]


def test_created_any_changes_the_count_column_alone() -> None:
    funnel = funnel_of(fixture_deals(), created="any")
    assert counts(funnel) == [2, 2, 1, 1, 1]
    assert euros(funnel) == ["140.00", "320.00", "150.00", "300.00", "100.00"]
    assert conversions(funnel) == conversions(funnel_of(fixture_deals()))
    assert firsts(funnel) == firsts(funnel_of(fixture_deals()))


def test_the_report_for_march_made_on_30_april_is_the_same() -> None:
    april = funnel_of(fixture_deals(), as_of=date(2024, 4, 30))
    assert april.stages == funnel_of(fixture_deals()).stages


def test_on_30_april_d8_has_gone_on_and_all_time_counts_it_so() -> None:
    funnel = funnel_of(fixture_deals("04-30"), "2024-04", date(2024, 4, 30), created="any")
    assert counts(funnel) == [1, 3, 1, 1, 1]
    # April: D6 and D8 stood at Q, D8 went on
    assert conversions(funnel)[0] == (1, 2, "50.00")
    assert firsts(funnel)[0] == (0, 0, None)


def test_owners_funnels_add_up_to_the_companys() -> None:
    question = ask(
        FunnelQuestion,
        "real-estate",
        CALENDAR.parse_period("2024-03", date(2024, 3, 31)),
        date(2024, 3, 31),
        CALENDAR,
    )
    deals = fixture_deals()
    mine = [deal for deal in deals if deal.owner == "anna"]
    yours = [deal for deal in deals if deal.owner == "boris"]
    parts = [add_up_funnel(some, question, REAL_ESTATE, with_ids=True) for some in (mine, yours)]
    whole = build_funnel(deals, question, REAL_ESTATE, with_ids=True)
    assert finish(parts[0] + parts[1], REAL_ESTATE, question) == whole
    assert finish(parts[1] + parts[0], REAL_ESTATE, question) == whole


def test_a_reopened_deal_counts_where_it_stands_and_a_reopening_is_no_going_on() -> None:
    # Lost at K on 10 March, reopened to Q on the 12th: K never went on, Q did (to K, on the 5th).
    deal = make_deal("A", "Q 03-02, K 03-05, L 03-10, >Q 03-12", "10.00 EUR")
    funnel = funnel_of([deal])
    assert counts(funnel) == [1, 0, 0, 0, 0]
    assert [share and share[:2] for share in conversions(funnel)] == [
        (1, 1),
        (0, 1),
        (0, 0),
        (0, 0),
        None,
    ]
    assert [share[:2] for share in firsts(funnel)] == [(1, 1), (1, 1), (0, 1), (0, 1), (0, 1)]


def test_a_deal_won_then_reopened_stays_reached_at_success() -> None:
    deal = make_deal("A", "S 03-02, W 03-05, >S 03-12", "10.00 EUR", revenue="9.00 EUR")
    funnel = funnel_of([deal], sum="value")
    assert counts(funnel) == [0, 0, 0, 1, 0]
    assert euros(funnel)[3] == "10.00"  # no longer won, so the revenue isn't its value
    assert firsts(funnel)[4] == (1, 1, "100.00")
    assert conversions(funnel)[3] == (1, 1, "100.00")


def test_a_deal_created_at_a_later_stage_never_reached_the_earlier_ones() -> None:
    funnel = funnel_of([make_deal("A", "P 03-02, S 03-09"), make_deal("B", "Q 03-04")])
    assert [share[:2] for share in firsts(funnel)] == [(1, 2), (0, 2), (1, 2), (1, 2), (0, 2)]
    assert conversions(funnel)[0] == (0, 1, "0.00")
    assert conversions(funnel)[1] == (0, 0, None)


def test_winning_from_the_first_stage_passes_every_stage_it_skips() -> None:
    funnel = funnel_of([make_deal("A", "Q 03-02, W 03-09")])
    assert [share and share[:2] for share in conversions(funnel)] == [(1, 1)] * 4 + [None]


def test_losing_is_not_going_on() -> None:
    funnel = funnel_of([make_deal("A", "Q 03-02, L 03-09"), make_deal("B", "Q 03-02, R 03-09")])
    assert [share and share[:2] for share in conversions(funnel)] == [(0, 2)] + [(0, 0)] * 3 + [
        None
    ]
    assert counts(funnel) == [0, 0, 0, 0, 0]
    assert funnel.new == 2


def test_two_currencies_are_never_added() -> None:
    deals = [
        make_deal("A", "Q 03-02", "10.00 EUR"),
        make_deal("B", "Q 03-02", "0.10 EUR"),
        make_deal("C", "Q 03-02", "700 JPY"),
    ]
    stage = funnel_of(deals).stages[0]
    assert {code: f"{amount:f}" for code, amount in stage.sum.items()} == {
        "EUR": "10.10",
        "JPY": "700",
    }


def test_one_currency_keeps_its_deals_and_those_without_money() -> None:
    deals = [
        make_deal("A", "Q 03-02", "10.00 EUR"),
        make_deal("B", "Q 03-02, K 03-09"),
        make_deal("C", "Q 03-02", "7.00 USD"),
        make_deal("D", "Q 03-02", amount="8.00 GBP"),  # sums budget, but its money is in pounds
        make_deal("E", "Q 03-02", revenue="8.00 EUR"),
        make_deal("F", "Q 01-02, K 01-03, L 02-01", "8.00 USD"),  # nothing to do with March
    ]
    funnel = funnel_of(deals, currency="EUR")
    assert counts(funnel) == [2, 1, 0, 0, 0]
    assert euros(funnel)[0] == "10.00"
    assert [stage.without_value for stage in funnel.stages] == [1, 1, 0, 0, 0]
    assert funnel.left_out == {"GBP": 1, "USD": 1}
    assert conversions(funnel)[0] == (1, 3, "33.33")


def test_which_money_is_summed() -> None:
    # 3 × 19.99 − 7.5 % = 55.47225, by hand to 55.47: what the lines of a deal come to.
    deals = [
        make_deal("A", "Q 03-02", "60.00 EUR", amount="55.47 EUR"),
        make_deal("B", "Q 03-02", "20.00 EUR"),
        make_deal("C", "Q 03-02"),
        make_deal("D", "Q 03-02, W 03-09", "5.00 EUR", amount="6.00 EUR", revenue="7.00 EUR"),
        make_deal("E", "Q 03-02, W 03-09", "5.00 EUR", amount="6.00 EUR"),
    ]
    expected = {
        "budget": (["80.00", "10.00"], [1, 0]),
        "amount": (["55.47", "12.00"], [2, 0]),
        "value": (["75.47", "13.00"], [1, 0]),
    }
    for kind, (sums, without) in expected.items():
        funnel = funnel_of(deals, sum=kind)
        assert [euros(funnel)[0], euros(funnel)[4]] == sums
        assert [funnel.stages[0].without_value, funnel.stages[4].without_value] == without
        assert funnel.without_value == without[0]


def test_a_visit_that_ended_exactly_at_the_start_touches_and_a_second_earlier_does_not() -> None:
    # March starts in Riga on 29 February at 22:00 UTC.
    at_start = make_deal("A", "Q 02-10, K 02-29T22:00")
    before = make_deal("B", "Q 02-10, K 02-29T21:59")
    funnel = funnel_of([at_start, before])
    assert conversions(funnel)[0] == (1, 1, "100.00")
    assert conversions(funnel)[1] == (0, 2, "0.00")


def test_a_deal_created_in_the_last_second_of_a_local_day_belongs_to_it() -> None:
    # Summer time begins on 31 March: that day ends in Riga at 20:59:59 UTC.
    inside = make_deal("A", "Q 03-31T20:59:59")
    outside = make_deal("B", "Q 03-31T21:00")
    early = make_deal("C", "Q 02-29T21:59:59")
    first = make_deal("D", "Q 02-29T22:00")
    funnel = funnel_of([inside, outside, early, first], with_ids=True)
    assert funnel.stages[0].ids is not None
    assert funnel.stages[0].ids.count == ("A", "D")
    assert funnel.stages[0].ids.touched == ("A", "C", "D")


def test_a_period_cut_by_the_as_of_day_ends_with_that_day() -> None:
    question = ask(
        FunnelQuestion,
        "real-estate",
        CALENDAR.parse_period("2024-03", date(2024, 3, 10)),
        date(2024, 3, 10),
        CALENDAR,
    )
    assert question.end == 1710107999  # 10 March 2024, 21:59:59 UTC
    assert question.start == 1709244000  # 29 February 2024, 22:00:00 UTC


def test_a_period_that_begins_after_the_as_of_day_has_no_stages() -> None:
    funnel = funnel_of(fixture_deals(), "2024-05", date(2024, 4, 30))
    assert funnel.question.is_before_start
    assert funnel.stages == ()


def test_all_time_takes_every_deal() -> None:
    funnel = funnel_of(fixture_deals("04-30"), "all", date(2024, 4, 30))
    assert counts(funnel) == [1, 3, 1, 1, 1]
    assert firsts(funnel)[0] == (8, 8, "100.00")
    assert not funnel.question.is_before_start


def test_the_ids_behind_each_number_of_the_fixture() -> None:
    stage = funnel_of(fixture_deals(), with_ids=True).stages[1]
    assert stage.ids is not None
    assert stage.ids.count == ("D2", "D7")
    assert stage.ids.sum == {"EUR": ("D2", "D7")}
    assert stage.ids.touched == ("D1", "D2", "D3", "D4", "D5", "D7")
    assert stage.ids.passed == ("D1", "D3", "D5", "D7")
    assert stage.ids.entered == ("D1", "D2", "D3", "D4", "D7")
    assert stage.ids.new == ("D1", "D2", "D3", "D4", "D6", "D7")
    assert stage.ids.without_value == ()


def test_the_ids_of_deals_without_money_are_those_of_their_stage() -> None:
    deals = [
        make_deal("A", "Q 03-02", "1.00 EUR"),
        make_deal("B", "Q 03-03"),
        make_deal("C", "Q 03-04, K 03-05"),
        make_deal("D", "Q 03-06"),
    ]
    ids = [stage.ids for stage in funnel_of(deals, with_ids=True).stages]
    assert [one and one.without_value for one in ids] == [("B", "D"), ("C",), (), (), ()]


def test_a_funnel_has_no_ids_unless_asked() -> None:
    funnel = funnel_of([])
    made = build_funnel(fixture_deals(), funnel.question, REAL_ESTATE)
    assert [stage.ids for stage in made.stages] == [None] * 5
    assert add_up_funnel(fixture_deals(), funnel.question, REAL_ESTATE).ids is None


def test_a_deal_that_ended_long_ago_in_a_stage_the_process_lost_has_a_row_of_its_own() -> None:
    definition = Definition(
        name="Own", stages=[s for s in REAL_ESTATE.stages if s.name != "Rerouted"]
    )
    old = make_deal("A", "Q 01-02, R 01-05", "1.00 EUR")
    funnel = funnel_of([old], definition=definition, created="any")
    assert [(stage.stage, stage.count) for stage in funnel.stages][-2:] == [
        ("rerouted", 1),
        ("won", 0),
    ]


def test_a_retired_stage_shows_only_with_visits_in_the_period_and_a_hidden_one_never() -> None:
    definition = Definition(
        name="Own",
        stages=[
            Stage(stage="qualification", name="Q"),
            Stage(stage="key-contacts", name="K", retired=True),
            Stage(stage="proposal-preparation", name="P", in_funnel=False),
            Stage(stage="won", name="Won", final="success"),
            Stage(stage="lost", name="Lost", final="failure"),
        ],
    )

    def shown(*deals: Deal) -> list[str]:
        funnel = funnel_of(list(deals), definition=definition)
        return [stage.stage for stage in funnel.stages]

    assert shown() == ["qualification", "won"]
    assert shown(make_deal("A", "Q 01-02, K 01-05, P 02-02")) == ["qualification", "won"]
    assert shown(make_deal("A", "Q 01-02, K 01-05, P 03-02")) == [
        "qualification",
        "key-contacts",
        "won",
    ]


def test_a_stage_that_the_process_lost_keeps_its_row() -> None:
    definition = Definition(
        name="Own", stages=[s for s in REAL_ESTATE.stages if s.name != "Key contacts"]
    )
    funnel = funnel_of(fixture_deals(), definition=definition)
    assert [(stage.stage, stage.count) for stage in funnel.stages][-2:] == [
        ("key-contacts", 2),
        ("won", 1),
    ]


def test_what_the_footer_owns_up_to() -> None:
    deals = [
        make_deal("A", "Q 03-02", process="quick"),
        make_deal("B", "Q 01-02, K 02-05, L 02-10", process="quick"),  # over before March
        make_deal("C", "Q 03-02", differs=True),
        make_deal("D", "Q 03-02", owner="boris", process="quick"),
    ]
    funnel = funnel_of(deals, invalid=3)
    assert (funnel.other_process, funnel.differs, funnel.invalid) == (2, 1, 3)
    assert counts(funnel) == [1, 0, 0, 0, 0]
    assert funnel_of(deals, owners=frozenset({"boris"})).other_process == 1


def test_a_department_filter_takes_the_departments_it_is_given() -> None:
    deals = [
        make_deal("A", "Q 03-02", department="north"),
        make_deal("B", "Q 03-02", department="north-bank"),
        make_deal("C", "Q 03-02"),
    ]
    assert counts(funnel_of(deals, departments=frozenset({"north", "north-bank"})))[0] == 2


def test_a_deal_of_another_time_contributes_nothing() -> None:
    funnel = funnel_of([])
    old = make_deal("A", "Q 01-02, L 02-02", "1.00 EUR")
    assert contribution(old, funnel.question, REAL_ESTATE) is None
    later = make_deal("B", "Q 04-02", "1.00 EUR")
    assert contribution(later, funnel.question, REAL_ESTATE) is None


@pytest.mark.parametrize(
    ("asked", "expected"),
    [({}, ()), ({"store_currency": "EUR"}, ("EUR",)), ({"currency": "USD"}, ("USD",))],
)
def test_an_empty_funnel_names_the_currency_asked_for_or_the_stores(
    asked: dict[str, str], expected: tuple[str, ...]
) -> None:
    funnel = funnel_of([], **asked)
    assert funnel.currencies == expected
    assert [stage.sum for stage in funnel.stages] == [{}] * 5


def test_a_sum_keeps_every_digit_however_long() -> None:
    funnel = funnel_of([])
    deal = make_deal("A", "Q 03-02", "999999999999999999.99 EUR")
    (shape,) = add_up_funnel([deal], funnel.question, REAL_ESTATE).counts
    many = finish(Partial({shape: 10**10 + 1}), REAL_ESTATE, funnel.question)
    cents = 99_999_999_999_999_999_999 * (10**10 + 1)
    assert many.stages[0].sum["EUR"].as_tuple().digits == tuple(map(int, str(cents)))


def test_what_a_deal_contributes_is_its_path_and_the_money_of_where_it_is_counted() -> None:
    question = funnel_of([], currency="EUR").question
    deal = make_deal("A", "Q 03-02, K 03-05", "10.00 EUR")
    both = ("key-contacts", "qualification")
    path = Path("", "key-contacts", both, ("qualification",), True, both)
    assert contribution(deal, question, REAL_ESTATE) == (path, "10.00 EUR")
    older = make_deal("B", "Q 02-02, K 03-05", "10.00 EUR")
    path = Path("", None, both, ("qualification",))
    assert contribution(older, question, REAL_ESTATE) == (path, None)
    dollars = make_deal("C", "Q 03-02, K 03-05", "10.00 USD")
    assert contribution(dollars, question, REAL_ESTATE) == (Path("USD"), None)


def test_a_new_deal_without_a_history_is_new_and_counts_where_its_file_says() -> None:
    bare = msgspec.structs.replace(make_deal("A", "K 03-02", "1.00 EUR"), visits=())
    funnel = funnel_of([bare])
    assert counts(funnel) == [0, 1, 0, 0, 0]
    assert funnel.new == 1
    assert [share[:2] for share in firsts(funnel)] == [(0, 1)] * 5


def test_deals_that_bring_money_are_counted_by_its_currency() -> None:
    sums = {"A": "10.00 EUR", "B": None, "C": "5.00 EUR", "D": "7.00 USD"}
    deals = [make_deal(name, "Q 03-02", budget) for name, budget in sums.items()]
    assert funnel_of(deals).valued == {"EUR": 2, "USD": 1}
