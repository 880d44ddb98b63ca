"""The entered funnel against domain.md section 6, cell by cell, and against figures by hand."""

from datetime import date
from decimal import Decimal

from salescli.model.definition import Definition, Stage
from salescli.report.figures.entered import (
    EnteredFunnel,
    EnteredPath,
    build_contribution,
    build_entered,
    contribution,
    finish,
)
from salescli.report.figures.figure import add_up
from tests.report.funnel_deals import NAMES, REAL_ESTATE, entered_of, fixture_deals, make_deal


def row_of(funnel: EnteredFunnel) -> list[tuple[int, int, str | None, str | None]]:
    """n, count, to previous, to first."""
    return [
        (
            s.n,
            s.count,
            *(None if p is None else f"{p:f}" for p in (s.previous.percent, s.first.percent)),
        )
        for s in funnel.stages
    ]


def test_every_cell_of_the_entered_fixture() -> None:
    funnel = entered_of(fixture_deals())
    assert row_of(funnel) == [
        (6, 1, "100.00", "100.00"),
        (5, 2, "83.33", "83.33"),
        (3, 1, "60.00", "50.00"),
        (2, 1, "66.67", "33.33"),
        (1, 1, "50.00", "16.67"),
    ]
    assert funnel.process_name == "Real estate, corporate sale"
    assert [stage.name for stage in funnel.stages] == list(NAMES)
    assert [f"{s.sum.get('EUR', Decimal(0)):f}" for s in funnel.stages] == [
        "50.00",
        "320.00",
        "150.00",
        "300.00",
        "100.00",
    ]


def test_annas_entered_funnel_of_the_fixture() -> None:
    funnel = entered_of(fixture_deals(), owners=frozenset({"anna"}))
    assert [s.n for s in funnel.stages] == [4, 3, 1, 1, 1]
    assert [f"{s.previous.percent:f}" for s in funnel.stages] == [
        "100.00",
        "75.00",
        "33.33",
        "100.00",
        "100.00",
    ]
    assert [f"{s.first.percent:f}" for s in funnel.stages] == [
        "100.00",
        "75.00",
        "25.00",
        "25.00",
        "25.00",
    ]


def test_boriss_entered_funnel_of_the_fixture() -> None:
    funnel = entered_of(fixture_deals(), owners=frozenset({"boris"}))
    assert [s.n for s in funnel.stages] == [2, 2, 2, 1, 0]
    shares = ["100.00", "100.00", "100.00", "50.00", "0.00"]
    assert [f"{s.previous.percent:f}" for s in funnel.stages] == shares
    assert [f"{s.first.percent:f}" for s in funnel.stages] == shares


def test_the_entered_report_for_march_made_on_30_april_is_the_same() -> None:
    april = entered_of(fixture_deals(), as_of=date(2024, 4, 30))
    assert april.stages == entered_of(fixture_deals()).stages


def test_the_ids_behind_each_number_of_the_entered_fixture() -> None:
    stage = entered_of(fixture_deals(), with_ids=True).stages[2]
    assert stage.ids is not None
    assert stage.ids.entered == ("D1", "D3", "D5")  # D7's visit of P is history
    assert stage.ids.count == ("D3",)
    assert stage.ids.sum == {"EUR": ("D3",)}
    assert stage.ids.without_value == ()
    assert stage.ids.previous == ("D1", "D2", "D3", "D4", "D7")
    assert stage.ids.first == ("D1", "D2", "D3", "D4", "D6", "D7")


def test_owners_entered_funnels_add_up_to_the_companys() -> None:
    question = entered_of([]).question
    deals = fixture_deals()
    contribute = build_contribution(question, REAL_ESTATE)
    mine, yours = (
        add_up([deal for deal in deals if deal.owner == owner], contribute, with_ids=True)
        for owner in ("anna", "boris")
    )
    whole = entered_of(deals, with_ids=True)
    assert finish(mine + yours, REAL_ESTATE, question) == whole
    assert finish(yours + mine, REAL_ESTATE, question) == whole


def test_a_deal_that_entered_nothing_contributes_nothing() -> None:
    question = entered_of([]).question
    for moves in ("Q 02-02", "Q 04-02", "Q 02-02, L 02-20"):
        assert contribution(make_deal("A", moves, "1.00 EUR"), question, REAL_ESTATE) is None


def test_what_the_entered_footer_owns_up_to() -> None:
    deals = [
        make_deal("A", "Q 03-02", process="quick"),
        make_deal("B", "Q 01-02, K 02-05", process="quick"),  # entered nothing in March
        make_deal("C", "Q 03-02", differs=True),
        make_deal("D", "Q 03-02", "8.00 USD"),
    ]
    funnel = entered_of(deals, currency="EUR")
    assert (funnel.other_process, funnel.left_out, funnel.differs) == (1, {"USD": 1}, 1)
    assert (funnel.without_value, funnel.currencies) == (1, ("EUR",))


def test_an_entered_period_that_begins_after_the_as_of_day_has_no_stages() -> None:
    assert entered_of(fixture_deals(), "2024-05", date(2024, 4, 30)).stages == ()


def test_a_hidden_stage_is_no_previous_one() -> None:
    definition = Definition(
        name="Own",
        stages=[
            Stage(stage="qualification", name="Q"),
            Stage(stage="key-contacts", name="K", in_funnel=False),
            Stage(stage="proposal-preparation", name="P"),
            Stage(stage="won", name="Won", final="success"),
        ],
    )
    deals = [make_deal("A", "Q 03-02, K 03-03, P 03-04"), make_deal("B", "K 03-03, P 03-04")]
    assert row_of(entered_of(deals, definition=definition)) == [
        (1, 0, "100.00", "100.00"),
        (2, 2, "200.00", "200.00"),  # B came to P without Q: more than came from there
        (0, 0, "0.00", "0.00"),
    ]


def test_the_ids_of_entered_deals_without_money_are_those_of_their_stage() -> None:
    deals = [
        make_deal("A", "Q 03-02", "1.00 EUR"),
        make_deal("B", "Q 03-03"),
        make_deal("C", "Q 03-04, K 03-05"),
        make_deal("D", "Q 03-06"),
    ]
    ids = [stage.ids for stage in entered_of(deals, with_ids=True).stages]
    assert [one and one.without_value for one in ids] == [("B", "D"), ("C",), (), (), ()]
    assert [stage.without_value for stage in entered_of(deals).stages] == [2, 1, 0, 0, 0]


def test_what_could_not_be_read_is_told_and_ids_are_kept_only_if_asked() -> None:
    funnel = build_entered(fixture_deals(), entered_of([]).question, REAL_ESTATE, invalid=3)
    assert funnel.invalid == 3
    assert [stage.ids for stage in funnel.stages] == [None] * 5
    assert entered_of(fixture_deals()).invalid == 0


def test_the_entered_funnel_of_all_time_has_the_visits_that_began_in_february() -> None:
    # D5: Q and K in February; D8: Q in February.
    funnel = entered_of(fixture_deals(), "all")
    assert [stage.n for stage in funnel.stages] == [8, 6, 3, 2, 1]


def test_before_the_first_stage_entered_there_is_no_share() -> None:
    ids = [stage.ids for stage in entered_of([make_deal("A", "K 03-02")], with_ids=True).stages]
    assert [one and (one.previous, one.first) for one in ids] == [
        ((), ()),
        (("A",), ("A",)),
        (("A",), ("A",)),
        (("A",), ("A",)),
        (("A",), ("A",)),
    ]


def test_a_won_deal_brings_its_revenue_where_values_are_summed() -> None:
    won = make_deal("A", "Q 03-02, W 03-05", "10.00 EUR", revenue="9.00 EUR")
    open_ = make_deal("B", "Q 03-02, K 03-05", "10.00 EUR", revenue="9.00 EUR")
    sums = [stage.sum for stage in entered_of([won, open_], sum="value").stages]
    assert sums == [{}, {"EUR": Decimal("10.00")}, {}, {}, {"EUR": Decimal("9.00")}]


def test_what_a_deal_contributes_is_its_path_and_the_money_of_where_it_stands() -> None:
    question = entered_of([], currency="EUR").question
    deal = make_deal("A", "Q 03-02, K 03-05", "10.00 EUR")
    path = EnteredPath("", ("key-contacts", "qualification"), "key-contacts")
    assert contribution(deal, question, REAL_ESTATE) == (path, "10.00 EUR")
    dollars = make_deal("B", "Q 03-02, K 03-05", "10.00 USD")
    assert contribution(dollars, question, REAL_ESTATE) == (EnteredPath("USD"), None)


def test_deals_that_bring_money_are_counted_by_its_currency() -> None:
    sums = {"A": "10.00 EUR", "B": None, "C": "5.00 EUR", "D": "7.00 USD"}
    deals = [make_deal(name, "Q 03-02", budget) for name, budget in sums.items()]
    assert entered_of(deals).valued == {"EUR": 2, "USD": 1}
