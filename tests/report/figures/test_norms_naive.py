"""Norms and fullness against slow ones, from raw JSON lines, written from domain.md alone.

Histories and the naive deal are those of `test_flows_naive`; nothing of ours is seen by that side.
"""

import os
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.model.calendar import Calendar
from salescli.report.figures.forecast import add_up_forecast
from salescli.report.figures.forecast_standing import ForecastQuestion, ask_forecast
from salescli.report.figures.fullness import Fullness, FullnessQuestion, add_up_fullness, finish
from salescli.report.figures.norms import Norms, NormsQuestion, build_norms
from salescli.report.figures.plan_bar import FittingPlan, build_cell
from salescli.report.figures.question import ask
from tests.report.figures.test_flows_naive import (
    DEFINITION,
    OPEN,
    PERIODS,
    ZONES,
    currency_of,
    histories,
    naive_deal,
    naive_money,
)
from tests.report.funnel_deals import deal_of_lines

EXAMPLES = 3000 if os.environ.get("SALESCLI_TEST_SIZE") == "long" else 50
Raw = dict[str, Any]


def in_period(at: datetime, start: datetime | None) -> bool:
    return start is None or at >= start


def naive_rates(deals: list[Raw], start: datetime | None) -> dict[str, tuple[int, int]]:
    """n(W) and n(s) of the entered definition."""
    n = {
        stage: sum(
            any(
                v["stage"] == stage and not v["old"] and in_period(v["at"], start)
                for v in deal["visits"]
            )
            for deal in deals
        )
        for stage in [*OPEN, "won"]
    }
    return {stage: (n["won"], n[stage]) for stage in OPEN}


def local_days(first: datetime, last: datetime, zone: ZoneInfo) -> int:
    return (last.astimezone(zone).date() - first.astimezone(zone).date()).days


def naive_days(
    deals: list[Raw], stage: str, start: datetime | None, end: datetime, zone: ZoneInfo
) -> list[int]:
    """Visits that ended in the period or run at its end; no skipped and no historical ones."""
    return [
        local_days(visit["at"], visit["until"] or end, zone)
        for deal in deals
        for visit in deal["visits"]
        if visit["stage"] == stage
        and visit["how"] != "skip"
        and not visit["old"]
        and (visit["until"] is None or in_period(visit["until"], start))
    ]


def naive_won(deals: list[Raw], start: datetime | None) -> list[Raw]:
    """Won at E, the last closing in the period."""
    return [
        deal
        for deal in deals
        if deal["stage"] == "won" and in_period(deal["visits"][-1]["at"], start)
    ]


def naive_average(won: list[Raw], code: str) -> Fraction | None:
    found = [money[1] for deal in won if (money := naive_money(deal, "value")) and money[0] == code]
    return Fraction(sum(found), 100 * len(found)) if found else None


def mean(numbers: list[int]) -> Fraction | None:
    return Fraction(sum(numbers), len(numbers)) if numbers else None


def check_norms(
    norms: Norms, deals: list[Raw], start: datetime | None, end: datetime, zone: ZoneInfo
) -> None:
    rates = naive_rates(deals, start)
    assert [stage.stage for stage in norms.stages] == OPEN
    for stage in norms.stages:
        assert (stage.winrate.won, stage.winrate.entered) == rates[stage.stage]
        assert len(stage.winrate.won_ids or ()) == stage.winrate.won
        days = naive_days(deals, stage.stage, start, end, zone)
        assert (stage.days.visits, stage.days.mean) == (len(days), mean(days))
        assert stage.days.median == (Fraction(median(days)) if days else None)
    won = naive_won(deals, start)
    assert norms.won.count == len(won)
    cycle = [local_days(deal["born"], deal["visits"][-1]["at"], zone) for deal in won]
    assert norms.won.mean == mean(cycle)


def naive_part(
    deals: list[Raw], start: datetime | None, wins: int | None
) -> tuple[Fraction | None, int, list[int | None]]:
    """Expected wins, open deals left out, and deals needed at each stage alone."""
    rates = naive_rates(deals, start)
    expected, left, counted = Fraction(0), 0, 0
    needed: list[int | None] = []
    for stage in OPEN:
        here = sum(deal["stage"] == stage for deal in deals)
        won, n = rates[stage]
        if n == 0:
            left += here
            needed.append(None)
            continue
        rate = min(Fraction(won, n), Fraction(1))
        expected += here * rate
        counted += here
        needed.append(None if not rate or not wins else -((-wins) // rate))
    return (None if left and not counted else expected), left, needed


def check_fullness(
    figure: Fullness,
    deals: list[Raw],
    start: datetime | None,
    gaps: dict[str, Fraction],
    required: int | None,
) -> None:
    assert [one.open.count for one in figure.stock] == [
        sum(deal["stage"] == stage for deal in deals) for stage in OPEN
    ]
    for part in figure.parts:
        code = part.currency
        own = [d for d in deals if code is None or currency_of(d) in (code, None)]
        wins = required
        if required is None and code in gaps:
            average = naive_average(naive_won(own, start), code)
            wins = None
            if gaps[code] > 0 and average:
                wins = -((-gaps[code]) // average)
        expected, left, needed = naive_part(own, start, wins)
        assert part.required.wins == wins
        assert (part.expected, part.without_norm) == (expected, left)
        assert [stage.needed for stage in part.stages] == needed
        if expected is None or not wins:
            assert part.fullness is None
        else:
            hundredth = expected / wins * 10_000
            assert part.fullness is not None
            assert int(part.fullness * 100) == (hundredth + Fraction(1, 2)).__floor__()


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(histories(), max_size=8),
    st.sampled_from(PERIODS),
    st.integers(0, 12),
    st.sampled_from(ZONES),
    st.sampled_from([None, None, "EUR"]),
    st.sampled_from([None, None, 1, 3]),
    st.dictionaries(st.sampled_from(["EUR", "USD"]), st.integers(0, 300_000), max_size=2),
)
def test_norms_and_fullness_equal_naive_ones(
    store: list[list[str]],
    period: str,
    later: int,
    zone_name: str,
    currency: str | None,
    required: int | None,
    plans: dict[str, int],
) -> None:
    calendar, as_of = Calendar(zone_name), date(2024, 3, 30) + timedelta(days=later)
    zone = ZoneInfo(zone_name)
    days = calendar.parse_period(period, as_of)
    more: dict[str, Any] = {"currency": currency, "time_zone": zone_name}
    question = ask(NormsQuestion, "any", days, as_of, calendar, **more)
    if question.is_before_start:
        return
    today = calendar.end_of(as_of)
    end = datetime.fromtimestamp(question.end, UTC)
    start = None if question.start is None else datetime.fromtimestamp(question.start, UTC)

    def sides(day: datetime) -> tuple[list[Any], list[Raw]]:
        ours = [deal_of_lines(f"opp-{n}", lines, day) for n, lines in enumerate(store)]
        raw = [deal for lines in store if (deal := naive_deal(lines, day)) is not None]
        kept = [
            deal
            for deal in raw
            if deal["process"] == "any" and (not currency or currency_of(deal) in (currency, None))
        ]
        return [deal for deal in ours if deal is not None], kept

    here, naive = sides(end)
    now, naive_now = sides(today)
    norms = build_norms(here, question, DEFINITION, with_ids=True)
    check_norms(norms, naive, start, end, zone)

    quarter = calendar.parse_period("2024-Q2", as_of)
    forecast = ask_forecast(
        ask(ForecastQuestion, "any", quarter, as_of, calendar, currency=currency), calendar
    )
    asked = ask(
        FullnessQuestion,
        "any",
        days,
        as_of,
        calendar,
        **more,
        plan_question=forecast,
        required=required,
    )
    planned = {c: Decimal(n) / 100 for c, n in sorted(plans.items()) if currency in (None, c)}
    cell = build_cell(add_up_forecast(now, forecast, DEFINITION), forecast, DEFINITION, planned)
    sold = dict.fromkeys(planned, 0)
    for deal in naive_now:
        closed = deal["visits"][-1]["at"].astimezone(zone).date()
        money = naive_money(deal, "value")
        if deal["stage"] == "won" and money and money[0] in sold:
            sold[money[0]] += money[1] if closed >= date(2024, 4, 1) else 0
    gaps = {code: Fraction(plans[code] - sold[code], 100) for code in planned}
    assert {code: cell.gap(code) for code in planned} == gaps
    parts = add_up_fullness(here, asked, DEFINITION, with_ids=True)
    fit = FittingPlan("company", "Riverside", planned)
    figure = finish(parts, DEFINITION, asked, fit, cell)
    codes = [currency] if required is not None or not planned else list(planned)
    assert [part.currency for part in figure.parts] == codes
    check_fullness(figure, naive, start, gaps, required)
