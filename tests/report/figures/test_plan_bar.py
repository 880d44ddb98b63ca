"""The plan under a funnel: which plan fits, how long its bar is, what it says (S11)."""

from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest

from salescli.model.money import Money
from salescli.model.plans import amounts_of
from salescli.report.figures.forecast import add_up_forecast
from salescli.report.figures.plan_bar import (
    Covered,
    FittingPlan,
    Lengths,
    PlanBar,
    PlanObject,
    PlanPart,
    build_cell,
    find_plan_object,
    fit_plan,
    longest_plans,
    spread_over_stores,
    tell_stores,
)
from salescli.report.layouts.documents import build_funnel_document
from salescli.report.layouts.funnel_rows import render_funnel
from salescli.report.layouts.plan_text import draw_plan, format_plan
from salescli.report.layouts.plan_words import tell_fit
from tests.report.forecast_deals import asked
from tests.report.funnel_deals import REAL_ESTATE, fixture_deals, funnel_of, make_deal


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def bar_of(deals=None, period="2024-03", of="company", name="Riverside", **plan: str) -> PlanBar:
    """What stands against a plan on 31 March, by currency."""
    question = asked(period)
    found = fixture_deals() if deals is None else deals
    partial = add_up_forecast(found, question, REAL_ESTATE)
    amounts = {code: Decimal(text) for code, text in plan.items()}
    cell = build_cell(partial, question, REAL_ESTATE, amounts)
    return PlanBar(fit=FittingPlan(of, name, amounts), cell=cell)


def fitted(plans, period="2024-03", **asked_more):
    question = asked(period, **asked_more)
    of_objects = {name: amounts_of(money) for name, money in plans.items()}
    return fit_plan(find_plan_object(question), "North", of_objects, question)


# --- which plan fits -----------------------------------------------------------------------------


def test_nothing_filtered_is_the_company() -> None:
    assert find_plan_object(asked()).of == "company"
    assert fitted({"": euros("400.00")}).plan == {"EUR": Decimal("400.00")}


def test_what_a_block_filters_in_words_has_no_plan() -> None:
    written = ("where", ("source=web", "need=flat"))
    for filters in ((written,), (("owner", ("anna",)), written)):
        found = find_plan_object(asked(filters=filters))
        assert (found.of, found.reason) == ("", "no plan fits the filter source=web, need=flat")


def test_an_owner_alone_is_its_own_object() -> None:
    found = find_plan_object(asked(filters=(("owner", ("anna",)),)))
    assert (found.of, found.ids) == ("owner=anna", ("anna",))


def test_deals_of_nobody_have_no_plan() -> None:
    found = find_plan_object(asked(filters=(("owner", ("@none",)),)))
    assert (found.of, found.reason) == ("", "deals without owner have no plan")


def test_a_department_adds_up_the_plans_there_are_below_it_and_counts_the_others() -> None:
    plan = fitted(
        {"north": euros("100.00"), "east": euros("50.00"), "south": euros("7.00")},
        filters=(("department", ("north",)),),
        departments=frozenset({"north", "east", "west"}),
    )
    assert plan.plan == {"EUR": Decimal("150.00")}
    assert (plan.of, plan.objects, plan.without_plan) == ("department=north", 3, 1)


def test_the_company_of_a_group_is_its_stores_and_those_without_a_plan_are_counted() -> None:
    question = asked("2024-03")
    company = spread_over_stores(find_plan_object(question), ("north", "south", "west"))
    dollars = Money(Decimal("7.00"), "USD")
    plan = fit_plan(company, "A, B", {"north": (euros("100.00"),), "west": (dollars,)}, question)
    assert plan.plan == {"EUR": Decimal("100.00"), "USD": Decimal("7.00")}
    assert (plan.of, plan.objects, plan.without_plan) == ("company", 3, 1)
    anna = PlanObject("owner", "anna", ("anna",))
    assert spread_over_stores(anna, ("north", "south")) == anna


def test_a_plan_is_of_the_stores_that_have_one_among_those_with_deals() -> None:
    fit = FittingPlan("owner=anna", "Anna", {"EUR": Decimal(1)})
    nothing: frozenset[str] = frozenset()
    anna, boris = frozenset({"anna"}), frozenset({"boris"})
    stores = [Covered(anna, anna), Covered(anna, boris), Covered(boris, nothing)]
    told = tell_stores(fit, ("anna",), stores)
    assert (told.stores, told.stores_without, told.is_partial) == (2, 1, True)
    assert tell_fit(told) == "plan of Anna, in 1 of 2 stores"
    # A plan without a deal counts; a store that has neither doesn't.
    assert tell_stores(fit, ("anna",), [Covered(nothing, anna), Covered(boris, boris)]) == fit
    department = tell_stores(fit, ("anna", "boris"), stores)
    assert (department.stores, department.stores_without) == (3, 1)
    without = FittingPlan("", "", reason="none")
    assert tell_stores(without, ("anna",), stores) == without


def test_departments_may_plan_in_several_currencies() -> None:
    plan = fitted(
        {"north": euros("100.00"), "east": Money(Decimal("50.00"), "USD")},
        filters=(("department", ("north",)),),
        departments=frozenset({"north", "east"}),
    )
    assert plan.plan == {"EUR": Decimal("100.00"), "USD": Decimal("50.00")}


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        ((("owner", ("anna", "boris")),), "no plan is of 2 owners together"),
        ((("department", ("a", "b", "c")),), "no plan is of 3 departments together"),
        (
            (("owner", ("anna",)), ("department", ("north",))),
            "no plan fits a filter by owner and department",
        ),
        ((("owner", ("anna",)),), "Anna has no plan for March 2024"),
        ((), "the company has no plan for March 2024"),
    ],
)
def test_what_names_no_object_has_a_reason(filters, reason) -> None:
    question = asked("2024-03", filters=filters)
    plan = fit_plan(find_plan_object(question), "Anna", {}, question)
    assert (plan.reason, plan.plan) == (reason, {})


def test_a_period_without_an_end_has_no_plan() -> None:
    plan = fitted({"": None}, "all")
    assert plan.reason == "a plan is of a period that has a first and a last day"


def test_a_plan_in_another_currency_does_not_fit() -> None:
    plan = fitted({"": euros("400.00")}, currency="USD")
    assert (plan.reason, plan.plan) == ("the plan for March 2024 is in EUR", {})


@pytest.mark.parametrize("period", ["2024-01..", "..2024-04", "all"])
def test_a_period_open_at_either_end_has_no_plan(period) -> None:
    plan = fitted({"": euros("1.00")}, period)
    assert plan.reason == "a plan is of a period that has a first and a last day"


def test_what_fits_has_the_name_it_is_told_and_no_reason() -> None:
    plan = fitted({"anna": euros("1.00")}, filters=(("owner", ("anna",)),))
    one_euro = {"EUR": Decimal("1.00")}
    assert plan == FittingPlan("owner=anna", "North", one_euro, "", 1, 0)
    nothing = fitted({}, filters=(("owner", ("anna", "boris")),))
    assert nothing == FittingPlan("", "", {}, "no plan is of 2 owners together", 1, 0)


def test_an_object_is_written_as_commands_and_sentences_have_it() -> None:
    company, anna = PlanObject("company", "", ("",)), PlanObject("owner", "anna", ("anna",))
    assert find_plan_object(asked()) == company
    assert (company.of, company.words) == ("company", "the company")
    assert (anna.of, anna.words) == ("owner=anna", "owner anna")
    north = find_plan_object(
        asked(filters=(("department", ("north",)),), departments=frozenset({"west", "north"}))
    )
    assert north == PlanObject("department", "north", ("north", "west"))


def test_plans_in_several_currencies_but_the_one_asked_for_are_named() -> None:
    plan = fitted(
        {"north": euros("100.00"), "east": Money(Decimal("50.00"), "USD")},
        filters=(("department", ("north",)),),
        departments=frozenset({"north", "east"}),
        currency="GBP",
    )
    assert (plan.reason, plan.plan) == ("the plan for March 2024 is in EUR and USD", {})


# --- how long it is ------------------------------------------------------------------------------


def test_the_fixture_of_march_is_a_quarter_sold() -> None:
    (part,) = bar_of(EUR="400.00").parts  # won 100, nothing closes in March any more
    assert (part.actual, part.weighted) == (100, 0)
    assert (str(part.attainment), str(part.expected_percent)) == ("25.00", "25.00")
    assert part.lengths() == Lengths(Fraction(1), Fraction(1, 4), Fraction(0))


def test_compared_bars_share_the_longest_plan() -> None:
    short, long = bar_of(EUR="200.00"), bar_of(EUR="800.00")
    scale = longest_plans([short, None, long])["EUR"]
    assert scale == 800
    assert longest_plans([short, None, bar_of(USD="5.00"), long, short]) == {"EUR": 800, "USD": 5}
    assert longest_plans([None]) == {}
    assert short.parts[0].lengths(scale) == Lengths(Fraction(1, 4), Fraction(1, 8), Fraction(0))


def part_of(plan: str, actual: str, weighted: str) -> PlanPart:
    return PlanPart("EUR", Decimal(plan), Decimal(actual), Decimal(weighted), 0, None, None)


@pytest.mark.parametrize(
    ("plan", "actual", "weighted", "drawn"),
    [
        ("100", "0", "0", "··········"),
        ("100", "40", "30", "████▒▒▒···"),
        ("100", "40", "90", "████▒▒▒▒▒▒"),
        ("100", "140", "90", "██████████"),
        ("100", "4", "4", "▒·········"),  # 0.4 and 0.8 of a column
        ("0", "40", "30", ""),
    ],
)
def test_a_bar_is_filled_hatched_and_dotted(plan, actual, weighted, drawn) -> None:
    assert draw_plan(part_of(plan, actual, weighted), 10) == drawn


def test_a_bar_is_an_exact_share_of_the_room_however_small_the_plan() -> None:
    part = part_of("1", "0.50", "0.25")
    assert part.lengths() == Lengths(Fraction(1), Fraction(1, 2), Fraction(1, 4))
    assert part.lengths(Decimal(4)) == Lengths(Fraction(1, 4), Fraction(1, 8), Fraction(1, 16))
    assert part.lengths(Decimal("-1")) == Lengths(Fraction(0), Fraction(0), Fraction(0))


def test_what_is_likely_but_not_yet_sold_fills_nothing() -> None:
    deals = [make_deal("A", "Q 03-01", "40.00 EUR", close_date="2024-03-31", probability=50)]
    (part,) = bar_of(deals, EUR="80.00").parts
    assert (str(part.actual), str(part.weighted)) == ("0", "20.00")
    assert (str(part.attainment), str(part.expected_percent)) == ("0.00", "25.00")


def test_a_bar_without_a_plan_has_no_parts() -> None:
    assert PlanBar(fit=FittingPlan("", "")).parts == ()


def test_a_small_plan_beside_a_large_one_is_still_there() -> None:
    assert draw_plan(part_of("1", "0", "0"), 10, Decimal(1000)) == "·"


def test_a_plan_of_nothing_has_no_shares() -> None:
    (part,) = bar_of(EUR="0.00").parts
    assert (part.attainment, part.expected_percent) == (None, None)
    assert part.lengths() == Lengths(Fraction(0), Fraction(0), Fraction(0))
    assert format_plan(bar_of(EUR="0.00"), 80)[0] == "Plan  n/a attained, n/a expected"


def test_each_currency_of_the_plan_has_a_bar() -> None:
    deals = [
        make_deal("E", "Q 03-01, W 03-05", "100.00 EUR"),
        make_deal("U", "Q 03-01, W 03-05", "30.00 USD"),
        make_deal("J", "Q 03-01, W 03-05", "7 JPY"),
    ]
    parts = bar_of(deals, EUR="200.00", USD="40.00").parts
    assert [(p.currency, str(p.attainment)) for p in parts] == [("EUR", "50.00"), ("USD", "75.00")]


def test_the_deals_of_a_plan_are_those_that_bring_money_in_its_currency() -> None:
    deals = [
        make_deal("E", "Q 03-01, W 03-05", "100.00 EUR"),
        make_deal("F", "Q 03-01, W 03-05", "20.00 EUR"),
        make_deal("U", "Q 03-01, W 03-05", "30.00 USD"),
        make_deal("N", "Q 03-01, W 03-05", None),
    ]
    assert [part.deals for part in bar_of(deals, EUR="200.00", JPY="7").parts] == [2, 0]
    bar = bar_of(deals, EUR="200.00")
    funnel = msgspec.structs.replace(funnel_of(deals), plan=bar)
    assert build_funnel_document(funnel)["plan"]["won"] == {"EUR": {"count": 2}}


# --- what it says --------------------------------------------------------------------------------


def test_the_screen_tells_the_plan_below_the_stages() -> None:
    funnel = msgspec.structs.replace(funnel_of(fixture_deals()), plan=bar_of(EUR="400.00"))
    lines = render_funnel(funnel, "table", width=80).text.split("\n")
    bar = " Plan  ████████······················  25.00 % attained, 25.00 % expected"
    assert lines.index(bar) == 7  # a title of one line, a head, five stages
    told = " ".join(line.strip() for line in lines[8:10])
    assert told.startswith(
        "Won in the period: 1 deal, 100 EUR (█), and 0 EUR weighted of 400 EUR, by value: plan"
    )
    assert all(len(line) <= 80 for line in lines)


def test_a_funnel_without_a_plan_says_why() -> None:
    fit = FittingPlan("", "", reason="no plan is of 2 owners together")
    funnel = msgspec.structs.replace(funnel_of(fixture_deals()), plan=PlanBar(fit=fit))
    assert " Plan: n/a, no plan is of 2 owners together." in render_funnel(funnel, "table").text
    assert build_funnel_document(funnel)["plan"] == {
        "sum": "value",
        "of": None,
        "name": None,
        "reason": "no plan is of 2 owners together",
        "objects": 1,
        "without_plan": 0,
    }


def test_a_store_without_plans_says_nothing() -> None:
    funnel = funnel_of(fixture_deals())
    assert "Plan" not in render_funnel(funnel, "table").text
    assert build_funnel_document(funnel)["plan"] is None


def test_the_document_has_the_figures_of_a_forecast() -> None:
    funnel = msgspec.structs.replace(funnel_of(fixture_deals()), plan=bar_of(EUR="400.00"))
    plan = build_funnel_document(funnel)["plan"]
    assert plan["plan"] == {"EUR": "400.00"}
    assert plan["actual"] == {"count": 1, "sum": {"EUR": "100.00"}, "without_value": 0}
    assert plan["attainment"] == {"EUR": {"percent": "25.00"}}
    assert plan["expected"] == {"EUR": "100.00"}
    assert plan["won"] == {"EUR": {"count": 1}}


def test_departments_without_a_plan_are_told() -> None:
    fit = FittingPlan("department=north", "North", {"EUR": Decimal(400)}, "", 3, 1)
    bar = msgspec.structs.replace(bar_of(EUR="400.00"), fit=fit)
    assert format_plan(bar, None)[1].endswith(": 2 of 3 departments of North have a plan.")


def test_stores_without_a_plan_of_the_company_are_told() -> None:
    fit = FittingPlan("company", "A, B", {"EUR": Decimal(400)}, "", 2, 1)
    assert tell_fit(fit) == "1 of 2 stores has a plan"
    assert tell_fit(msgspec.structs.replace(fit, without_plan=0)) == "plans of 2 stores"
    assert tell_fit(msgspec.structs.replace(fit, objects=1, without_plan=0)) == (
        "plan of the company"
    )
