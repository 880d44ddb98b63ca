"""Figures of blocks by hand and against slow ones: domain.md section 9, format.md section 4.

The naive side sees raw deals and moves, never contributions or partials.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.model.calendar import Period
from salescli.model.dashboards import FigureAsk, GroupAsk, parse_figure, parse_group
from salescli.model.deal import Deal
from salescli.model.names import NameSpec, build_names
from salescli.report.dashboards.block_figures import (
    Brought,
    Measure,
    Measured,
    build_contribution,
    finish,
    is_money,
    key_of,
    nothing_of,
    unit_of,
)
from salescli.report.dashboards.block_plots import (
    Axis,
    Figured,
    Look,
    build_blanks,
    build_plots,
    order_keys,
    tell_unranked,
)
from salescli.report.figures.figure import Partial, add_up, percent_of
from salescli.report.figures.question import WinLossQuestion, ask
from tests.report.figures.test_funnel_naive import DEFINITION, EXAMPLES, deal_at, raw_deals
from tests.report.funnel_deals import CALENDAR, REAL_ESTATE, make_deal

NAMES = build_names("opportunity")
GETTERS: dict[str, Any] = {
    "budget": lambda deal: (deal.budget,) if deal.budget else (),
    "owner": lambda deal: (deal.owner,) if deal.owner else (),
    "created_at": lambda deal: (
        datetime.fromtimestamp(deal.created_at, CALENDAR.zone).date().isoformat(),
    ),
}


def build_measure(figure: str, period: str, as_of: date, *groups: str) -> Measure:
    days = CALENDAR.parse_period(period, as_of)
    asked = parse_figure(figure, NAMES)
    read = tuple(parse_group(group, NAMES) for group in groups)
    return Measure(
        figure=asked,
        question=ask(
            WinLossQuestion, "any", days, as_of, CALENDAR, sum="value", time_zone="Europe/Riga"
        ),
        day=GETTERS["created_at"],
        first=None if days.first is None else days.first.isoformat(),
        last=None if days.last is None else days.last.isoformat(),
        groups=read,
        getters=tuple(GETTERS[group.name.name] for group in read),
        value=None if asked.field is None else GETTERS[asked.field.name],
    )


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(raw_deals(), max_size=8),
    st.sampled_from(["2024-03", "2024-03-05..2024-03-08", "2024-03-06", "..2024-03-10", "all"]),
    st.integers(8, 31),
    st.sampled_from(["count", "sum budget", "avg budget", "min budget", "max budget"]),
)
def test_figures_by_owner_and_month_equal_naive_ones(
    raws: list[dict[str, Any]], period: str, day: int, figure: str
) -> None:
    as_of = date(2024, 3, day)
    measure = build_measure(figure, period, as_of, "owner", "month(created_at)")
    end = CALENDAR.end_of(as_of)
    deals = [deal_at(raw, f"opp-{place}", end) for place, raw in enumerate(raws)]
    here = [deal for deal in deals if deal is not None]
    contribute = build_contribution(measure, DEFINITION)
    found = finish(add_up(here, contribute, with_ids=True), measure, DEFINITION)

    span = CALENDAR.parse_period(period, as_of)
    chosen: dict[tuple[Any, str], list[dict[str, Any]]] = defaultdict(list)
    for raw in raws:
        created = raw["moves"][0][0]
        on = created.astimezone(CALENDAR.zone).date()
        is_in = (span.first or date.min) <= on <= (span.last or date.max)
        if raw["process"] == "any" and created <= end and is_in:
            chosen[raw["owner"], f"{on.year}-{on.month:02}"].append(raw)
    assert set(found.groups) == set(chosen)
    for key, mine in {(): [raw for some in chosen.values() for raw in some], **chosen}.items():
        told = found.total if key == () else found.groups[key]
        check(told, figure, mine)
        if figure == "count":
            assert found.behind(key, "") is not None
            assert len(found.behind(key, "") or ()) == len(mine)
        elif figure != "sum budget":
            assert found.ids is None


def check(told: dict[str, Any], figure: str, mine: list[dict[str, Any]]) -> None:
    if figure == "count":
        assert told == {"": len(mine)}
        return
    amounts: dict[str, list[Fraction]] = defaultdict(list)
    for raw in mine:
        if raw["budget"]:
            number, code = raw["budget"].split(" ")
            amounts[code].append(Fraction(number))
    assert set(told) == set(amounts)
    for code, numbers in amounts.items():
        exact = {
            "sum": sum(numbers),
            "avg": Fraction(sum(numbers), len(numbers)),
            "min": min(numbers),
            "max": max(numbers),
        }[figure.split()[0]]
        assert abs(Fraction(told[code]) - exact) <= Fraction(1, 200)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(raw_deals(), max_size=8), st.integers(8, 31))
def test_a_win_rate_by_owner_is_of_their_own_closings(raws: list[dict[str, Any]], day: int) -> None:
    as_of = date(2024, 3, day)
    measure = build_measure("win-rate", "2024-03", as_of, "owner")
    end = datetime.fromtimestamp(measure.question.end, UTC)
    deals = [deal_at(raw, f"opp-{place}", end) for place, raw in enumerate(raws)]
    here = [deal for deal in deals if deal is not None]
    found = finish(add_up(here, build_contribution(measure, DEFINITION)), measure, DEFINITION)
    start = CALENDAR.start_of(date(2024, 3, 1))
    ends: dict[Any, list[str]] = defaultdict(list)
    for raw in raws:
        moves = [move for move in raw["moves"] if move[0] <= end]
        if raw["process"] == "any" and moves and moves[-1][0] >= start:
            ends[raw["owner"]].append(moves[-1][1])
    for (owner,), numbers in found.groups.items():
        won, lost = (ends[owner].count(name) for name in ("won", "lost"))
        assert numbers == {"%": percent_of(won, won + lost)}


@pytest.mark.parametrize(
    ("day", "part", "week_start", "key"),
    [
        ("2024-03-31", "day", 0, "2024-03-31"),
        ("2024-03-31", "month", 0, "2024-03"),
        ("2024-03-31", "quarter", 0, "2024-Q1"),
        ("2024-12-31", "quarter", 0, "2024-Q4"),
        ("2024-03-31", "week", 0, "2024-03-25"),  # a Sunday: of the week that began on Monday
        ("2024-03-31", "week", 6, "2024-03-31"),  # weeks begin on Sunday
    ],
)
def test_a_day_has_the_key_of_its_part(day: str, part: str, week_start: int, key: str) -> None:
    assert key_of(day, part, week_start) == key
    assert key_of(date.fromisoformat(day), part, week_start) == key


def test_yes_and_no_and_words_and_instants_have_keys() -> None:
    assert (key_of(True, "", 0), key_of(False, "", 0)) == ("yes", "no")
    assert key_of("corporate, of the old kind", "", 0) == "corporate, of the old kind"
    assert key_of("2024-01-01T10:00:00Z", "day", 0) == "2024-01-01"
    assert key_of("2024-01-01T10:00:00Z", "quarter", 0) == "2024-Q1"
    assert key_of("2024-04-01T10:00:00Z", "week", 6) == "2024-03-31"  # of Sunday's week: a Monday


AREA = FigureAsk("avg custom.area", "avg", NameSpec("custom.area", "decimal"))
TAGS = GroupAsk(NameSpec("tags", "text"))
WEEK = GroupAsk(NameSpec("custom.visit", "day"), "week")


def read_by_id(**values: Sequence[Any]) -> Callable[[Deal], Sequence[Any]]:
    """What a deal has, by its id; nothing of others."""
    return lambda deal: values.get(deal.id, ())


def owners(deal: Deal) -> Sequence[str]:
    return (deal.owner,) if deal.owner else ()


def measure_of(
    figure: str | FigureAsk,
    *,
    asked_of: str = "all",
    currency: str | None = None,
    **more: Any,
) -> Measure:
    as_of = date(2024, 3, 31)
    question = ask(
        WinLossQuestion,
        "real-estate",
        CALENDAR.parse_period(asked_of, as_of),
        as_of,
        CALENDAR,
        sum="value",
        time_zone="Europe/Riga",
        currency=currency,
    )
    asked = parse_figure(figure, NAMES) if isinstance(figure, str) else figure
    return Measure(figure=asked, question=question, **more)


def found_of(measure: Measure, deals: Sequence[Deal], *, with_ids: bool = False) -> Measured:
    partial = add_up(deals, build_contribution(measure, REAL_ESTATE), with_ids=with_ids)
    return finish(partial, measure, REAL_ESTATE)


def deals_of(*names: str, **facts: Any) -> list[Deal]:
    return [make_deal(name, "Q 03-02", **facts) for name in names]


def values_of(figure: str | FigureAsk, *texts: str) -> dict[str, str | None]:
    """The figure of deals with these values, a deal with none besides; as text."""
    values = {f"D{place}": (text,) for place, text in enumerate(texts)}
    measure = measure_of(figure, value=read_by_id(**values))
    total = found_of(measure, deals_of("none", *values)).total
    return {unit: None if number is None else str(number) for unit, number in total.items()}


def test_a_deal_with_several_values_stands_in_the_group_of_each_and_in_the_total_once() -> None:
    tags = read_by_id(A=("y", "x", "y"), B=("x",), C=("x",))
    measure = measure_of("count", groups=(TAGS,), getters=(tags,))
    deals = deals_of("D", "C", "B", "A")
    found = found_of(measure, deals, with_ids=True)
    assert found.total == {"": 4}
    assert found.groups == {("x",): {"": 3}, ("y",): {"": 1}, (None,): {"": 1}}
    assert found.behind((), "") == ("A", "B", "C", "D")
    assert found.behind(("x",), "") == ("A", "B", "C")
    assert found.behind((None,), "") == ("D",)
    assert (found.behind(("z",), ""), found.behind(("x",), "EUR")) == ((), ())
    without = found_of(measure, deals)
    assert (without.total, without.groups, without.ids) == (found.total, found.groups, None)
    assert without.behind(("x",), "") is None


def test_without_groups_the_total_is_all_there_is() -> None:
    found = found_of(measure_of("count"), deals_of("B", "A"), with_ids=True)
    assert (found.total, found.groups) == ({"": 2}, {})
    assert found.ids == {(): {"": ("A", "B")}}


def test_two_groups_make_the_pairs_of_their_keys() -> None:
    tags, days = read_by_id(A=("x", "y"), B=("x",)), read_by_id(A=("2024-04-02",))
    measure = measure_of("count", groups=(TAGS, WEEK), getters=(tags, days), week_start=6)
    assert found_of(measure, deals_of("A", "B")).groups == {
        ("x", "2024-03-31"): {"": 1},
        ("y", "2024-03-31"): {"": 1},
        ("x", None): {"": 1},
    }


def test_a_deal_counts_where_all_conditions_hold() -> None:
    deals = [*deals_of("A", "B", owner="anna"), *deals_of("C", owner="boris")]
    conditions = (lambda deal: deal.owner == "anna", lambda deal: deal.id != "A")
    found = found_of(measure_of("count", tests=conditions), deals, with_ids=True)
    assert found.behind((), "") == ("B",)


@pytest.mark.parametrize(
    ("first", "last", "counted"),
    [
        ("2024-03-05", "2024-03-08", "ABF"),
        ("2024-03-05", None, "ABDF"),
        (None, "2024-03-08", "ABCF"),
        (None, None, "ABCDEFG"),
    ],
)
def test_a_deal_counts_where_one_of_its_days_lies_in_the_period(
    first: str | None, last: str | None, counted: str
) -> None:
    days = read_by_id(
        A=("2024-03-05",),
        B=(date(2024, 3, 8),),
        C=("2024-03-04",),
        D=("2024-03-09",),
        F=("2024-03-01", "2024-03-06"),
        G=("SOON",),
    )
    deals = deals_of(*"ABCDEFG")
    dated = measure_of("count", day=days, first=first, last=last)
    assert found_of(dated, deals, with_ids=True).behind((), "") == tuple(counted)
    undated = measure_of("count", first=first, last=last)
    assert found_of(undated, deals).total == {"": 7}


def test_other_processes_and_currencies_are_counted_beside_the_figure() -> None:
    deals = [
        *deals_of("O", "P", process="quick"),
        *deals_of("U", "V", budget="1.00 USD"),
        *deals_of("S", budget="1.00 SEK"),
        *deals_of("E", budget="1.00 EUR", differs=True),
        *deals_of("N"),
    ]
    measure = measure_of("count", currency="EUR", groups=(TAGS,), getters=(read_by_id(),))
    found = found_of(measure, deals, with_ids=True)
    assert (found.total, found.groups) == ({"": 2}, {(None,): {"": 2}})
    assert list(found.left_out.items()) == [("SEK", 1), ("USD", 2)]
    assert (found.other_process, found.differs) == (2, 1)
    assert found.ids == {key: {"": ("E", "N")} for key in ((), (None,))}
    contribute = build_contribution(measure, REAL_ESTATE)
    assert contribute(deals[2]) == ((), Brought(left_out="USD"))


def test_of_no_deals_nothing_is_left_out() -> None:
    found = found_of(measure_of("count"), [], with_ids=True)
    assert (found.total, found.groups, found.ids) == ({"": 0}, {}, {})
    assert (found.other_process, found.left_out, found.differs) == (0, {}, 0)


def test_a_deal_created_after_the_day_brings_nothing() -> None:
    contribute = build_contribution(measure_of("count"), REAL_ESTATE)
    assert contribute(make_deal("L", "Q 04-02")) is None


def test_a_period_to_come_has_no_figures_but_of_days_that_are_planned() -> None:
    deals = [*deals_of("O", process="quick"), *deals_of("A", "B")]
    april: Any = {"asked_of": "2024-04", "groups": (TAGS,), "getters": (read_by_id(),)}
    found = found_of(measure_of("count", **april), deals, with_ids=True)
    assert (found.total, found.groups, found.ids) == ({"": None}, {}, {})
    assert found.other_process == 1
    ahead = found_of(measure_of("count", looks_ahead=True, **april), deals)
    assert (ahead.total, ahead.groups) == ({"": 2}, {(None,): {"": 2}})
    closed = found_of(measure_of("win-rate", looks_ahead=True, **april), deals)
    assert (closed.total, closed.groups) == ({"%": None}, {})


def test_money_is_summed_by_currency_with_the_deals_behind_it() -> None:
    deals = [
        *deals_of("J", budget="700 JPY", owner="boris"),
        *deals_of("N", owner="anna"),
        *deals_of("B", "A", budget="100.50 EUR", owner="anna"),
        *deals_of("C", budget="100.50 EUR", owner="boris"),
    ]
    measure = measure_of(
        "sum budget",
        groups=(parse_group("owner", NAMES),),
        getters=(owners,),
        value=GETTERS["budget"],
    )
    found = found_of(measure, deals, with_ids=True)
    assert [(code, str(n)) for code, n in found.total.items()] == [
        ("EUR", "301.50"),
        ("JPY", "700"),
    ]
    assert found.groups == {
        ("anna",): {"EUR": Decimal("201.00")},
        ("boris",): {"EUR": Decimal("100.50"), "JPY": Decimal(700)},
    }
    assert found.ids == {
        (): {"EUR": ("A", "B", "C"), "JPY": ("J",)},
        ("anna",): {"EUR": ("A", "B")},
        ("boris",): {"EUR": ("C",), "JPY": ("J",)},
    }


@pytest.mark.parametrize(
    ("figure", "texts", "told"),
    [
        ("sum budget", ["1.50 EUR", "1.5 EUR"], {"EUR": "3.00"}),
        ("avg budget", ["10.00 EUR", "10.00 EUR", "10.01 EUR"], {"EUR": "10.00"}),
        ("avg budget", ["0.01 EUR", "0.02 EUR", "3 JPY", "4 JPY"], {"EUR": "0.02", "JPY": "4"}),
        ("min budget", ["9.00 EUR", "10.00 EUR"], {"EUR": "9.00"}),
        ("max budget", ["9.00 EUR", "10.00 EUR"], {"EUR": "10.00"}),
        ("sum budget", [], {}),
        ("sum days_at_stage", ["1", "2", "2"], {"days": "5"}),
        ("avg days_at_stage", ["1", "2", "2"], {"days": "1.7"}),
        ("avg days_in_funnel", ["1", "2", "2"], {"days": "1.7"}),
        ("min days_at_stage", ["9", "10"], {"days": "9"}),
        ("max days_at_stage", ["9", "10"], {"days": "10"}),
        ("sum days_at_stage", [], {"days": "0"}),
        ("avg days_at_stage", [], {"days": None}),
        ("max days_at_stage", [], {"days": None}),
        ("avg probability", ["10", "25", "26"], {"%": "20.33"}),
        (AREA, ["1", "2", "2"], {"": "1.67"}),
        ("count", ["1", "2"], {"": "3"}),
    ],
)
def test_figures_of_values_are_rounded_as_their_kind_is(
    figure: str | FigureAsk, texts: list[str], told: dict[str, str | None]
) -> None:
    assert values_of(figure, *texts) == told


def test_a_sum_of_numbers_has_the_decimals_that_they_have() -> None:
    area = FigureAsk("sum custom.area", "sum", AREA.field)
    assert values_of(area, "1.50", "2") == {"": "3.50"}
    assert values_of(area, "1E+2") == {"": "100"}


def test_a_mean_of_money_is_rounded_once() -> None:
    """101 of 1 yen and 99 of 2: 299 / 200 = 1.495."""
    counts: Any = {(((),), Brought("1 JPY")): 101, (((),), Brought("2 JPY")): 99}
    found = finish(Partial(counts), measure_of("avg budget"), REAL_ESTATE)
    assert found.total == {"JPY": 1}


def test_numbers_of_days_have_the_deals_behind_them_means_have_not() -> None:
    value = read_by_id(A=("3",), B=("4",))
    deals = deals_of("A", "B", "C")
    summed = found_of(measure_of("sum days_at_stage", value=value), deals, with_ids=True)
    assert (summed.total, summed.ids) == ({"days": 7}, {(): {"days": ("A", "B")}})
    mean = found_of(measure_of("avg days_at_stage", value=value), deals, with_ids=True)
    assert (mean.total, mean.ids) == ({"days": Decimal("3.5")}, None)


CLOSED = [
    make_deal("O", "Q 03-02, W 03-05", process="quick"),
    make_deal("A", "Q 03-02, W 03-05", "90.00 EUR", owner="anna"),  # 3 days
    make_deal("B", "Q 03-02, W 03-06", "90.00 EUR", owner="anna"),  # 4
    make_deal("C", "Q 03-02, W 03-06", "90.00 EUR", owner="boris"),  # 4
    make_deal("D", "Q 03-02, L 03-06", "30.00 EUR", owner="boris", differs=True),
    make_deal("E", "Q 03-02, L 03-06", "60.00 EUR", owner="boris"),
]


@pytest.mark.parametrize(
    ("figure", "told"),
    [
        ("win-rate", {"%": "60.00"}),
        ("win-rate-by-value", {"% EUR": "75.00"}),  # 270 of 360
        ("cycle", {"days": "3.7"}),  # 11 / 3
        ("average-value", {"EUR": "90.00"}),
        ("velocity", {"EUR": "0.00"}),  # no deal is open
        (FigureAsk("won", "won"), {"": "3"}),
    ],
)
def test_figures_of_closed_deals_are_those_of_wins_and_losses(
    figure: str | FigureAsk, told: dict[str, str]
) -> None:
    found = found_of(measure_of(figure, asked_of="2024-03"), CLOSED, with_ids=True)
    assert {unit: str(number) for unit, number in found.total.items()} == told
    assert (found.other_process, found.differs, found.ids) == (1, 1, None)


def test_owners_have_the_win_rates_of_their_own_closings_and_all_that_of_all() -> None:
    """Anna won two; Boris won one in as many days as she one of hers, and lost two."""
    measure = measure_of(
        "win-rate", asked_of="2024-03", groups=(parse_group("owner", NAMES),), getters=(owners,)
    )
    found = found_of(measure, CLOSED)
    assert found.total == {"%": Decimal("60.00")}
    assert found.groups == {
        ("anna",): {"%": Decimal("100.00")},
        ("boris",): {"%": Decimal("33.33")},
    }
    assert found.closed == {("anna",): 2, ("boris",): 3}
    counted = measure_of("count", groups=(parse_group("owner", NAMES),), getters=(owners,))
    assert found_of(counted, CLOSED).closed == {}


@pytest.mark.parametrize(
    ("figure", "unit", "money", "nothing"),
    [
        ("win-rate", "%", False, None),
        ("win-rate-by-value", "%", False, None),
        ("cycle", "days", False, None),
        ("velocity", "", True, None),
        ("average-value", "", True, None),
        ("count", "", False, 0),
        ("sum budget", "", True, 0),
        ("max budget", "", True, None),
        ("sum days_at_stage", "days", False, 0),
        ("min days_in_funnel", "days", False, None),
        ("avg probability", "%", False, None),
        (AREA, "", False, None),
    ],
)
def test_a_figure_has_a_unit_and_is_nothing_of_nothing(
    figure: str | FigureAsk, unit: str, money: bool, nothing: int | None
) -> None:
    asked = parse_figure(figure, NAMES) if isinstance(figure, str) else figure
    assert (unit_of(asked), is_money(asked), nothing_of(asked)) == (unit, money, nothing)


def figured(groups: dict[Any, Any], figure: str = "count") -> Figured:
    measure = build_measure(figure, "all", date(2024, 3, 31), "owner")
    found = finish(add_up([], build_contribution(measure, DEFINITION)), measure, DEFINITION)
    found.groups.update(groups)
    return Figured("Deals", measure, found)


def test_values_stand_as_they_are_offered_then_by_number_and_none_last() -> None:
    one = figured({("b",): {"": 1}, ("c",): {"": 5}, ("x",): {"": 9}, (None,): {"": 7}})
    keys = {"b", "c", "x", None}
    assert order_keys(keys, Axis(noun="n", order=("c", "a", "b")), [one], 0) == [
        "c",
        "b",
        "x",
        None,
    ]
    assert order_keys(keys, Axis(noun="n"), [one], 0) == ["x", "c", "b", None]


def test_the_shortest_way_to_a_win_stands_first() -> None:
    days = {("slow",): {"days": Decimal(65)}, ("fast",): {"days": Decimal(38)}}
    one = figured({**days, ("never",): {"days": None}}, "cycle")
    assert order_keys({"slow", "fast", "never"}, Axis(noun="n"), [one], 0) == [
        "fast",
        "slow",
        "never",
    ]


def test_people_who_closed_too_few_deals_stand_below_the_others() -> None:
    rates = {("lucky",): {"%": Decimal(100)}, ("busy",): {"%": Decimal(60)}}
    one = figured(rates, "win-rate")
    one.found.closed.update({("lucky",): 1, ("busy",): 5})
    axis = Axis(noun="owner", min_deals=5)
    assert order_keys({"lucky", "busy"}, axis, [one], 0) == ["busy", "lucky"]
    assert tell_unranked(axis, [one]) == "Below the others, with fewer than 5 closed: lucky."
    assert order_keys({"lucky", "busy"}, Axis(noun="source"), [one], 0) == ["lucky", "busy"]


def test_a_series_for_each_value_that_is_offered_stands_where_there_are_no_deals() -> None:
    month = Axis(
        noun="close date", part="month", filled=Period(date(2024, 3, 1), date(2024, 3, 31), "")
    )
    clients = Axis(noun="new client", names={"yes": "New", "no": "Old"}, order=("yes", "no"))
    (plot,) = build_plots([figured({})], [month, clients], Look(shape="column", title="T"))
    assert [one.name for one in plot.series] == ["New", "Old"]
    assert [one.values for one in plot.series] == [(0,), (0,)]


def test_gaps_of_weeks_are_filled_over_a_year_s_end() -> None:
    axis = Axis(noun="n", part="week")
    assert order_keys({"2024-12-16", "2025-01-06"}, axis, [], 0) == [
        "2024-12-16",
        "2024-12-23",
        "2024-12-30",
        "2025-01-06",
    ]


def test_a_chart_of_nothing_has_no_plot() -> None:
    assert build_plots([figured({})], [Axis(noun="n")], Look(shape="bar", title="T")) == ()


_EUR, _USD = Decimal("1.00"), Decimal("2.00")


@pytest.mark.parametrize("shape", ["column", "scatter"])
@pytest.mark.parametrize(
    ("numbers", "parts", "blank"),
    [
        ({}, [], [""]),
        ({"EUR": _EUR}, [""], []),
        ({"EUR": _EUR, "USD": _USD}, ["", "USD"], []),
        ({"USD": _USD}, ["USD"], [""]),
    ],
)
def test_the_plot_of_the_page_s_currency_has_the_same_part_whatever_deals_there_are(
    shape, numbers, parts, blank
) -> None:
    groups = {("a",): numbers} if numbers else {}
    figures = [figured(groups, "sum budget")]
    if shape == "scatter":
        figures.append(msgspec.structs.replace(figures[0], name="Largest"))
    look = Look(shape=shape, title="T", currency="EUR")
    plots = build_plots(figures, [Axis(noun="n")], look)
    assert [one.part for one in plots] == parts
    assert [one.part for one in build_blanks(figures, plots, look)] == blank


def test_plots_of_several_kinds_of_numbers_are_told_apart_by_kind_and_currency() -> None:
    figures = [
        figured({("a",): {"": Decimal(3)}}),
        figured({("a",): {"USD": _USD}}, "sum budget"),
        figured({("a",): {"%": Decimal(50)}}, "win-rate"),
    ]
    look = Look(shape="column", title="T", currency="EUR")
    plots = build_plots(figures, [Axis(noun="n")], look)
    assert [one.part for one in plots] == ["number", "USD", "percent"]
    blanks = build_blanks(figures, plots, look)
    assert [(one.part, one.title) for one in blanks] == [("EUR", "T, EUR")]


def test_a_scatter_of_money_counts_the_deals_whose_money_it_does_not_draw() -> None:
    count = figured({("a",): {"": Decimal(3)}})
    money = figured({("a",): {"EUR": _EUR, "USD": _USD}}, "sum budget")
    found = msgspec.structs.replace(money.found, valued={"EUR": 1, "USD": 2})
    figures = [count, msgspec.structs.replace(money, name="Sum", found=found)]
    euros, dollars = build_plots(
        figures, [Axis(noun="n")], Look(shape="scatter", title="T", currency="EUR")
    )
    assert euros.footer == ("Left out of the sums for their currency: 2 in USD.",)
    assert dollars.footer == ("Left out of the sums for their currency: 1 in EUR.",)


def test_deals_that_bring_money_are_counted_by_its_currency() -> None:
    values = read_by_id(A=("1.00 EUR",), B=("2.00 USD",), C=("2.00 USD",))
    found = found_of(measure_of("sum budget", value=values), deals_of(*"ABCD"))
    assert found.valued == {"EUR": 1, "USD": 2}
    assert found_of(measure_of("count"), deals_of("A")).valued == {}
    more = read_by_id(A=("1.00 EUR",), B=("3.00 EUR",))
    assert found_of(measure_of("sum budget", value=more), deals_of(*"AB")).valued == {"EUR": 2}
    area = measure_of(FigureAsk("sum custom.area", "sum", AREA.field), value=read_by_id(A=("2",)))
    assert found_of(area, deals_of("A")).valued == {}
