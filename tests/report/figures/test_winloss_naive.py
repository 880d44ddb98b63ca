"""Wins and losses against slow ones, written from domain.md sections 3 and 8 alone.

The naive side sees moves, never visits, contributions or partials.
"""

import statistics
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.report.figures.question import WinLossQuestion, ask
from salescli.report.figures.winloss import ClosedFigure, build_win_loss
from tests.report.figures.test_funnel_naive import DEFINITION, EXAMPLES, deal_at, raw_deals
from tests.report.funnel_deals import CALENDAR

STATUS = {"won": "won", "lost": "lost", "rejected": "rejected"}


def naive_closing(
    raw: dict[str, Any], start: datetime | None, end: datetime
) -> dict[str, Any] | None:
    """Outcome, days, last stage, month and value of a deal that is closed in the period."""
    moves = [move for move in raw["moves"] if move[0] <= end]
    if not moves or moves[-1][1] not in STATUS:
        return None
    closed_at = moves[-1][0]
    if start is not None and closed_at < start:
        return None
    outcome = STATUS[moves[-1][1]]
    closed_on = closed_at.astimezone(CALENDAR.zone).date()
    created_on = moves[0][0].astimezone(CALENDAR.zone).date()
    revenue = raw["revenue"] if outcome == "won" else None
    return {
        "outcome": outcome,
        "days": (closed_on - created_on).days,
        "last-stage": moves[-2][1],
        "month": f"{closed_on.year}-{closed_on.month:02}",
        "owner": raw["owner"],
        "value": revenue or raw["amount"] or raw["budget"],
    }


def check(figure: ClosedFigure, closings: list[dict[str, Any]]) -> None:
    for outcome, found in figure.outcomes.items():
        mine = [one for one in closings if one["outcome"] == outcome]
        assert found.count == len(mine)
        sums: dict[str, list[Fraction]] = defaultdict(list)
        for one in mine:
            if one["value"]:
                number, code = one["value"].split(" ")
                sums[code].append(Fraction(number))
        assert {code: Fraction(amount) for code, amount in found.sum.items()} == {
            code: sum(amounts) for code, amounts in sums.items()
        }
        for code, amounts in sums.items():
            mean = Fraction(sum(amounts), len(amounts))
            assert abs(Fraction(found.average[code]) - mean) <= Fraction(1, 200)
        assert found.without_value == sum(one["value"] is None for one in mine)
        days = [Fraction(one["days"]) for one in mine]
        assert found.mean == (statistics.mean(days) if days else None)
        assert found.median == (statistics.median(days) if days else None)
        assert found.ids is not None
        assert len(found.ids.count) == found.count
        assert sum(map(len, found.ids.sum.values())) + found.without_value == found.count
        assert len(found.ids.without_value) == found.without_value
    won, lost = (sum(one["outcome"] == name for one in closings) for name in ("won", "lost"))
    assert (figure.win_rate.part, figure.win_rate.whole) == (won, won + lost)
    assert figure.count == len(closings)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(raw_deals(), max_size=8),
    st.sampled_from(["2024-03", "2024-03-05..2024-03-08", "2024-03-06", "..2024-03-10", "all"]),
    st.integers(8, 31),
    st.sampled_from(["owner", "month", "last-stage"]),
)
def test_wins_and_losses_equal_naive_ones(
    raws: list[dict[str, Any]], period: str, day: int, by: str
) -> None:
    as_of = date(2024, 3, day)
    question = ask(
        WinLossQuestion,
        "any",
        CALENDAR.parse_period(period, as_of),
        as_of,
        CALENDAR,
        sum="value",
        time_zone="Europe/Riga",
        by=by,
    )
    end = datetime.fromtimestamp(question.end, UTC)
    start = None if question.start is None else datetime.fromtimestamp(question.start, UTC)
    deals = [deal_at(raw, f"opp-{place}", end) for place, raw in enumerate(raws)]
    here = [deal for deal in deals if deal is not None]
    figure = build_win_loss(here, question, DEFINITION, with_ids=True)

    mine = [raw for raw in raws if raw["process"] == "any"]
    closings = [one for raw in mine if (one := naive_closing(raw, start, end)) is not None]
    check(figure.total, closings)
    for row in figure.rows:
        check(row.figure, [one for one in closings if one[by] == row.key])
    assert {row.key for row in figure.rows} >= {one[by] for one in closings}
    assert sum(row.figure.count for row in figure.rows) == figure.total.count

    def has_begun(raw: dict[str, Any]) -> bool:
        return bool(raw["moves"][0][0] <= end)

    still = [raw for raw in mine if has_begun(raw)]
    still = [raw for raw in still if [to for at, to in raw["moves"] if at <= end][-1] not in STATUS]
    for code, velocity in figure.velocity.items():
        own = [raw for raw in still if currency_of(raw) in (code, None)]
        assert velocity.open == len(own)
        if velocity.per_day is not None:
            check_velocity(velocity.per_day, code, len(own), raws, start, end)
    without = build_win_loss(here, question, DEFINITION)
    assert [row.key for row in without.rows] == [row.key for row in figure.rows]
    assert without.total.outcomes["won"].sum == figure.total.outcomes["won"].sum


def currency_of(raw: dict[str, Any]) -> str | None:
    return next((raw[key][-3:] for key in ("budget", "amount", "revenue") if raw[key]), None)


def check_velocity(
    per_day: Decimal,
    code: str,
    still: int,
    raws: list[dict[str, Any]],
    start: datetime | None,
    end: datetime,
) -> None:
    own = [raw for raw in raws if raw["process"] == "any" and currency_of(raw) in (code, None)]
    closings = [one for raw in own if (one := naive_closing(raw, start, end)) is not None]
    won = [one for one in closings if one["outcome"] == "won"]
    lost = [one for one in closings if one["outcome"] == "lost"]
    values = [Fraction(one["value"][:-4]) for one in won if one["value"]]
    rate = Fraction(len(won), len(won) + len(lost))
    cycle = Fraction(sum(one["days"] for one in won), len(won))
    exact = still * Fraction(sum(values), len(values)) * rate / cycle
    assert abs(Fraction(per_day) - exact) <= Fraction(1, 200)
