"""Fullness: the fixtures of domain.md sections 6 and 7, and stores reckoned by hand."""

from decimal import Decimal
from fractions import Fraction

import msgspec

from salescli.report.figures.fullness import Required, add_up_fullness, finish
from salescli.report.figures.norms import WinRate
from salescli.report.layouts.fullness_document import build_fullness_document
from salescli.report.layouts.fullness_layout import build_fullness_plot, render_fullness
from salescli.report.layouts.norms_layout import build_norms_document
from tests.report.forecast_deals import april_deals
from tests.report.fullness_deals import fullness_of, norms_of
from tests.report.funnel_deals import REAL_ESTATE, fixture_deals, make_deal
from tests.report.layouts.test_documents import numbers_with_ids


def stock(figure):
    return [(s.open.count, *(str(n) for n in s.open.sum.values())) for s in figure.stock]


def test_the_stock_of_the_fixture() -> None:
    figure = fullness_of(fixture_deals(), required=3)
    assert stock(figure) == [(2, "140.00"), (2, "320.00"), (1, "150.00"), (1, "300.00")]


def test_the_fixture_against_the_norm() -> None:
    (part,) = fullness_of(fixture_deals(), required=3).parts
    assert part.expected == Fraction(2, 6) + Fraction(2, 5) + Fraction(1, 3) + Fraction(1, 2)
    assert f"{float(part.expected):.4f}" == "1.5667"
    assert f"{part.fullness}" == "52.22"
    assert [stage.needed for stage in part.stages] == [18, 15, 9, 6]
    assert (part.open, part.without_norm) == (6, 0)


def test_the_coverage_of_section_7() -> None:
    figure = fullness_of(april_deals(), plan={"EUR": "550.00"})
    assert figure.cell.gap("EUR") == 550
    assert f"{figure.cell.coverage('EUR')}" == "1.40"


def test_required_wins_are_the_gap_by_the_average_rounded_up() -> None:
    # gap 550 (nothing of April is won), average of March 100: 5.5, so 6
    (part,) = fullness_of(april_deals(), plan={"EUR": "550.00"}).parts
    assert (part.currency, part.required.wins, part.required.gap) == ("EUR", 6, 550)
    # 1.5667 / 6 = 26.11 %
    assert f"{part.fullness}" == "26.11"
    assert [stage.needed for stage in part.stages] == [36, 30, 18, 12]


def test_the_average_is_exact_before_it_divides() -> None:
    # 100 / 3 = 33.33…; three of these are 100, four would be wanted if it were cut to 33.33
    deals = [
        make_deal(f"D{n}", "Q 03-01, W 03-05", f"{budget}.00 EUR")
        for n, budget in enumerate((33, 33, 34))
    ]
    (part,) = fullness_of(deals, plan={"EUR": "100.00"}).parts
    assert part.required.wins == 3


def test_each_currency_of_the_plan_is_reckoned_by_itself() -> None:
    deals = [
        make_deal("E1", "Q 03-01, W 03-05", "100.00 EUR"),
        make_deal("E2", "Q 03-01", "100.00 EUR"),
        make_deal("U1", "Q 03-01, W 03-05", "30.00 USD"),
        make_deal("U2", "Q 03-01, L 03-05", "30.00 USD"),
        make_deal("U3", "Q 03-01", "30.00 USD"),
        make_deal("N", "Q 03-01"),
    ]
    euros, dollars = fullness_of(deals, plan={"EUR": "250.00", "USD": "90.00"}).parts
    # EUR: entered Q by E1, E2, N; won 1 of 3; open E2, N → 2/3; 250/100 → 3 wins; 2/9
    assert (euros.expected, euros.required.wins, f"{euros.fullness}") == (
        Fraction(2, 3), 3, "22.22",
    )  # fmt: skip
    # USD: entered by U1, U2, U3, N; won 1 of 4; open U3, N → 1/2; 90/30 → 3; 1/6
    assert (dollars.expected, dollars.required.wins, f"{dollars.fullness}") == (
        Fraction(1, 2), 3, "16.67",
    )  # fmt: skip
    assert (euros.stages[0].open, dollars.stages[0].open) == (2, 2)


def test_asked_wins_take_all_currencies_together() -> None:
    deals = [
        make_deal("E", "Q 03-01, W 03-05", "100.00 EUR"),
        make_deal("U", "Q 03-01", "30.00 USD"),
    ]
    (part,) = fullness_of(deals, plan={"EUR": "1.00"}, required=2).parts
    assert (part.currency, part.expected, part.stages[0].needed) == (None, Fraction(1, 2), 4)


def test_a_currency_asked_for_leaves_the_others_out() -> None:
    deals = [
        make_deal("E", "Q 03-01, W 03-05", "100.00 EUR"),
        make_deal("U", "Q 03-01", "30.00 USD"),
    ]
    figure = fullness_of(deals, required=2, currency="EUR")
    (part,) = figure.parts
    assert (part.currency, part.expected, part.open) == ("EUR", 0, 0)
    assert figure.left_out == {"USD": 1}


def test_nothing_missing_needs_nothing() -> None:
    for plan in ("100.00", "40.00", "0.00"):  # gap 0, -60, -100
        (part,) = fullness_of(
            [make_deal("D", "Q 03-01, W 03-05", "100.00 EUR"), make_deal("O", "Q 03-02")],
            plan={"EUR": plan},
            plan_period="2024-03",
        ).parts
        assert (part.required.wins, part.fullness) == (None, None)
        assert [stage.needed for stage in part.stages] == [None] * 4
        assert part.expected == Fraction(1, 2)


def test_without_a_plan_there_is_what_is_expected_and_no_more() -> None:
    figure = fullness_of(fixture_deals())
    (part,) = figure.parts
    assert (part.currency, part.fullness, part.required.wins) == (None, None, None)
    assert f"{float(part.expected):.4f}" == "1.5667"


def test_nothing_won_makes_required_wins_unknown() -> None:
    (part,) = fullness_of([make_deal("O", "Q 03-02")], plan={"EUR": "10.00"}).parts
    assert (part.required.wins, part.required.average, part.fullness) == (None, None, None)
    assert part.expected == 0


def test_wins_worth_nothing_make_required_wins_unknown() -> None:
    deals = [make_deal("W", "Q 03-02, W 03-05", "0.00 EUR"), make_deal("O", "Q 03-02")]
    figure = fullness_of(deals, plan={"EUR": "10.00"})
    (part,) = figure.parts
    assert (part.required.wins, part.required.average, part.fullness) == (None, 0, None)
    text = render_fullness(figure, "table", width=120)
    assert "Required: n/a, nothing was won that tells how many deals 10 EUR are" in text.text


def test_a_stage_without_a_norm_is_left_out_and_counted() -> None:
    deals = [
        make_deal("D1", "Q 02-01, K 02-10"),  # not entered in March
        make_deal("D2", "Q 03-01"),
        make_deal("D3", "Q 03-01, W 03-20"),
    ]
    # D3 passed over K, P and S: K has a norm. One more stage is seen by D1 alone.
    (part,) = fullness_of(deals, required=1).parts
    assert [s.winrate.entered for s in part.stages] == [2, 1, 1, 1]
    assert part.without_norm == 0
    (part,) = fullness_of(deals[:2], required=1, with_ids=True).parts
    assert (part.without_norm, part.without_norm_ids) == (1, ("D1",))
    assert part.expected == 0  # D2: 0 of 1


def test_all_stages_without_a_norm_is_not_available() -> None:
    (part,) = fullness_of([make_deal("D1", "Q 02-01, K 02-10")], required=1).parts
    assert (part.expected, part.fullness, part.without_norm) == (None, None, 1)
    assert [stage.needed for stage in part.stages] == [None] * 4


def test_an_empty_store_expects_nothing() -> None:
    (part,) = fullness_of([], required=2).parts
    assert (part.expected, part.without_norm, f"{part.fullness}") == (0, 0, "0.00")


def test_a_reference_that_begins_after_the_as_of_day_leaves_the_coverage_alone() -> None:
    figure = fullness_of(april_deals(), "2024-05", plan={"EUR": "550.00"})
    assert (figure.stock, figure.parts, figure.hidden.count) == ((), (), 0)
    assert f"{figure.cell.coverage('EUR')}" == "1.40"


def test_open_deals_at_a_stage_that_no_funnel_shows_are_counted_beside() -> None:
    stages = [
        msgspec.structs.replace(one, in_funnel=one.stage != "key-contacts")
        for one in REAL_ESTATE.stages
    ]
    definition = msgspec.structs.replace(REAL_ESTATE, stages=stages)
    figure = fullness_of(fixture_deals(), required=3, definition=definition)
    assert stock(figure) == [(2, "140.00"), (1, "150.00"), (1, "300.00")]
    assert (figure.hidden.count, str(figure.hidden.sum["EUR"])) == (2, "320.00")


def test_the_ids_behind_each_number_add_up_to_it() -> None:
    figure = fullness_of(april_deals(), plan={"EUR": "550.00"}, with_ids=True)
    for stage in figure.stock:
        assert stage.open.ids is not None
        assert len(stage.open.ids.count) == stage.open.count
    (part,) = figure.parts
    assert [stage.open_ids for stage in part.stages] == [
        ("D6", "D8"), ("D2", "D7"), ("D3",), ("D5",),
    ]  # fmt: skip
    assert figure.cell.pipeline.ids.count == ("D2", "D3", "D5", "D7")


def test_every_number_of_deals_in_the_documents_has_its_deals() -> None:
    figure = fullness_of(april_deals(), plan={"EUR": "550.00"}, with_ids=True)
    norms = norms_of(april_deals(), with_ids=True)
    pairs = numbers_with_ids(build_fullness_document(figure))
    # 3 of a stock's stage, 3 of a part's, its 1, 2 x 3 of the plan's cell, 3 of hidden ones
    assert len(pairs) == 4 * 3 + 4 * 3 + 1 + 2 * 3 + 3
    norm_pairs = numbers_with_ids(build_norms_document(norms))
    assert len(norm_pairs) == 4 * 3 + 3  # won, entered, visits; count, sum, without a value
    for number, ids in [*pairs, *norm_pairs]:
        if isinstance(number, dict):
            assert set(number) == set(ids)
        else:
            assert number == len(ids)
    assert numbers_with_ids(build_fullness_document(fullness_of(april_deals()))) == []


def test_the_footer_of_fullness_counts_each_deal_and_nothing_is_0() -> None:
    deals = [
        make_deal("A", "Q 03-02", "1.00 USD"),
        make_deal("B", "Q 03-02", "2.00 USD"),
        make_deal("C", "Q 03-02", "1.00 GBP"),
        make_deal("D", "Q 02-02, L 02-09", "1.00 GBP"),  # closed before the reference
        make_deal("E", "Q 03-02", "1.00 EUR", differs=True),
        make_deal("F", "Q 03-02", "2.00 EUR", differs=True),
        make_deal("G", "Q 02-02, L 03-09", "1.00 EUR", differs=True),
        make_deal("H", "Q 02-02, L 02-09", "1.00 EUR", differs=True),
        make_deal("I", "Q 03-02", "3.00 EUR"),
    ]
    figure = fullness_of(deals, required=1, currency="EUR")
    assert list(figure.left_out.items()) == [("GBP", 1), ("USD", 2)]
    assert (figure.other_process, figure.differs, figure.invalid) == (0, 3, 0)
    assert figure.process_name == "Real estate, corporate sale"
    question = figure.question
    parts = add_up_fullness(deals, question, REAL_ESTATE)
    told = finish(parts, REAL_ESTATE, question, figure.plan, figure.cell, invalid=3)
    assert (told.invalid, told.plan, told.cell) == (3, figure.plan, figure.cell)


def test_a_deal_of_another_process_is_in_stock_by_its_last_visit() -> None:
    # The reference, March, begins in Riga on 29 February 22:00 UTC.
    deals = [
        make_deal("A", "Q 02-02", process="other"),
        make_deal("B", "Q 02-02, L 02-29T22:00", process="other", stage="gone"),
        make_deal("C", "Q 02-02, L 02-29T21:59:59", process="other", stage="gone"),
        msgspec.structs.replace(make_deal("D", "Q 02-02", process="other"), visits=()),
        make_deal("E", "Q 02-03", process="other"),
    ]
    assert fullness_of(deals, required=1).other_process == 3


def test_money_without_stock_is_that_asked_for_and_deals_without_a_budget_are_counted() -> None:
    deals = [
        make_deal("A", "Q 03-02", "1.00 USD"),
        make_deal("B", "K 03-02", "1.00 EUR"),
        make_deal("C", "K 03-02"),
        make_deal("D", "P 03-02"),
    ]
    figure = fullness_of(deals, required=1)
    assert (figure.currencies, figure.without_value) == (("EUR", "USD"), 2)
    assert fullness_of([], required=1, currency="CHF").currencies == ("CHF",)


def test_fullness_has_no_ids_unless_asked() -> None:
    figure = fullness_of(fixture_deals(), required=1)
    assert {stage.open.ids for stage in figure.stock} == {None}
    assert {stage.open_ids for stage in figure.parts[0].stages} == {None}
    assert (figure.hidden.ids, figure.parts[0].without_norm_ids) == (None, None)
    kept = fullness_of(fixture_deals(), required=1, with_ids=True)
    assert kept.hidden.ids is not None and kept.hidden.ids.count == ()
    assert kept.parts[0].without_norm_ids == ()
    assert [one.winrate.won_ids for one in kept.parts[0].stages] == [("D1",)] * 4


def test_the_average_of_a_currency_is_of_its_wins_that_have_a_value() -> None:
    deals = [
        make_deal("A", "Q 03-01, W 03-05", "10.00 EUR"),
        make_deal("B", "Q 03-01, W 03-05", "15.00 EUR"),
        make_deal("C", "Q 03-01, W 03-05"),
        make_deal("D", "Q 03-01, W 03-05", "99.00 USD"),
    ]
    (part,) = fullness_of(deals, plan={"EUR": "26.00"}).parts
    # 25 of 2 deals; 26 / 12.5 = 2.08, so 3 wins
    assert part.required == Required(3, Decimal("26.00"), Fraction(25, 2))


def test_wins_that_were_worth_nothing_require_no_number_of_them() -> None:
    deals = [make_deal("A", "Q 03-01, W 03-05", "0.00 EUR")]
    (part,) = fullness_of(deals, plan={"EUR": "26.00"}).parts
    assert part.required == Required(None, Decimal("26.00"), Fraction(0))


def test_asked_wins_read_no_plan() -> None:
    (part,) = fullness_of(april_deals(), plan={"EUR": "550.00"}, required=2).parts
    assert part.required == Required(2, None, None)
    assert f"{part.fullness}" == "78.33"  # 1.5667 / 2


def test_ids_of_what_has_no_norm_are_those_of_all_its_stages() -> None:
    deals = [
        make_deal("C", "Q 02-01, K 02-10"),
        make_deal("A", "Q 02-01, K 02-11"),
        make_deal("B", "Q 02-01"),
        make_deal("D", "P 03-01"),
    ]
    (part,) = fullness_of(deals, required=1, with_ids=True).parts
    assert (part.without_norm, part.without_norm_ids) == (3, ("A", "B", "C"))
    assert [(stage.open, stage.expected) for stage in part.stages] == [
        (1, None), (2, None), (1, 0), (0, None),
    ]  # fmt: skip
    assert part.expected == 0


def test_a_stage_that_nobody_entered_has_a_norm_of_none_with_no_ids() -> None:
    retired = [
        msgspec.structs.replace(s, retired=s.stage == "key-contacts") for s in REAL_ESTATE.stages
    ]
    definition = msgspec.structs.replace(REAL_ESTATE, stages=retired)
    deals = [make_deal("A", "Q 02-01, K 02-10", "5.00 EUR"), make_deal("B", "Q 03-01, W 03-02")]
    (part,) = fullness_of(deals, required=1, definition=definition, with_ids=True).parts
    key_contacts = part.stages[1]
    assert (key_contacts.stage, key_contacts.open, key_contacts.open_ids) == (
        "key-contacts", 1, ("A",),
    )  # fmt: skip


def test_hidden_deals_have_their_ids_and_are_in_no_stock() -> None:
    deals = [make_deal("B", "Q 03-02", "2.00 EUR")]
    stages = [
        msgspec.structs.replace(one, in_funnel=one.stage != "qualification")
        for one in REAL_ESTATE.stages
    ]
    definition = msgspec.structs.replace(REAL_ESTATE, stages=stages)
    figure = fullness_of(deals, required=1, definition=definition, with_ids=True)
    assert figure.hidden.ids is not None and figure.hidden.ids.count == ("B",)
    assert [stage.stage for stage in figure.stock] == [
        "key-contacts", "proposal-preparation", "proposal-presentation",
    ]  # fmt: skip


def test_a_deal_is_in_stock_where_its_file_says_and_closed_ones_differ_if_they_moved() -> None:
    deals = [
        make_deal("A", "Q 03-02, L 03-05", "1.00 EUR", stage="qualification"),
        make_deal("B", "Q 02-02, K 02-03, L 03-09", differs=True),
        make_deal("C", "Q 02-02, K 02-03, L 02-09", differs=True),
    ]
    figure = fullness_of(deals, required=1)
    assert (figure.stock[0].open.count, figure.differs) == (1, 1)
    assert fullness_of(deals, "all", required=1).differs == 2


def test_what_was_won_is_counted_only_for_a_plan_and_ids_only_if_asked() -> None:
    parts = [
        add_up_fullness(fixture_deals(), fullness_of([], required=wins).question, REAL_ESTATE)
        for wins in (None, 1)
    ]
    assert [sum(one.closed.counts.values()) for one in parts] == [8, 0]
    assert [one.open.ids for one in parts] == [None, None]


def test_deals_that_add_the_same_are_together_whatever_their_currency_is() -> None:
    deals = [
        make_deal("A", "Q 03-02"),
        make_deal("C", "Q 03-02", amount="1.00 USD"),
        make_deal("B", "Q 03-02", amount="1.00 EUR"),
    ]
    figure = fullness_of(deals, required=1, with_ids=True)
    (first, *_) = figure.stock
    assert (first.name, first.open.count, first.open.without_value) == ("Qualification", 3, 3)
    assert first.open.ids is not None and first.open.ids.count == ("A", "B", "C")
    assert figure.differs == 0


def test_half_a_euro_is_missing_too_and_the_average_is_told_where_nothing_is() -> None:
    deals = [make_deal("D", "Q 03-01, W 03-05", "100.00 EUR")]
    (part,) = fullness_of(deals, plan={"EUR": "0.50"}).parts
    assert part.required == Required(1, Decimal("0.50"), Fraction(100))
    (part,) = fullness_of(deals, plan={"EUR": "0.00"}).parts
    assert part.required == Required(None, Decimal("0.00"), Fraction(100))
    (part,) = fullness_of(deals, currency="EUR").parts
    assert (part.currency, part.required) == ("EUR", Required(None, None, None))


def test_a_retired_stage_of_another_currency_has_no_norm_and_no_deals() -> None:
    retired = [
        msgspec.structs.replace(s, retired=s.stage == "key-contacts") for s in REAL_ESTATE.stages
    ]
    definition = msgspec.structs.replace(REAL_ESTATE, stages=retired)
    won = make_deal("B", "Q 03-01, W 03-02", "1.00 USD")
    visits = tuple(visit for visit in won.visits if visit.stage != "key-contacts")
    deals = [
        make_deal("A", "Q 02-01, K 03-10", "5.00 EUR"),
        msgspec.structs.replace(won, visits=visits),
    ]
    plan = {"EUR": "1.00", "USD": "1.00"}
    for with_ids in (True, False):
        euros, dollars = fullness_of(
            deals, plan=plan, definition=definition, with_ids=with_ids
        ).parts
        assert [one.name for one in dollars.stages][:2] == ["Qualification", "Key contacts"]
        assert (euros.stages[1].winrate.entered, euros.stages[1].open) == (1, 1)
        missing = dollars.stages[1]
        assert (missing.open, missing.expected) == (0, None)
        ids = (("B",), ()) if with_ids else (None, None)
        assert missing.winrate == WinRate(1, 0, *ids)


def test_a_picture_of_one_currency_names_it_and_counts_the_other_open_deals() -> None:
    deals = [make_deal("E", "Q 03-02", "100.00 EUR"), make_deal("U", "Q 03-02", "30.00 USD")]
    plot = build_fullness_plot(fullness_of(deals, plan={"EUR": "250.00"}))
    assert plot.series[0].name == "Open, in EUR"
    assert plot.series[0].values[0] == 1
    assert "Left out for their currency: 1 open deal." in plot.footer[1]
    whole = build_fullness_plot(fullness_of(deals, plan={"EUR": "250.00"}, required=2))
    assert (whole.series[0].name, whole.series[0].values[0]) == ("Open", 2)
    assert "Left out" not in whole.footer[1]
