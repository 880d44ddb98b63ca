"""The forecast against a slow one, written from domain.md sections 2, 3 and 7 alone.

The naive side reads the lines of the history as JSON and asks each sentence of the definition of
every deal; it never sees a deal, a visit or a contribution.
"""

import json
import os
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.model.deal import Deal, build_deal
from salescli.model.definition import Definition, Stage
from salescli.model.events import live_events
from salescli.model.eventtext import decode_event
from salescli.model.facts import fold
from salescli.report.figures.forecast import Cell, build_forecast
from tests.report.forecast_deals import asked, planned
from tests.report.funnel_deals import CALENDAR

EXAMPLES = 2000 if os.environ.get("SALESCLI_TEST_SIZE") == "long" else 150
CAPS = {"qualification": 10, "key-contacts": 45}
DEFINITION = Definition(
    name="Any",
    stages=[
        *(Stage(stage=stage, name=stage, cap=cap) for stage, cap in CAPS.items()),
        Stage(stage="won", name="Won", final="success"),
        Stage(stage="lost", name="Lost", final="failure"),
    ],
)
FIRST = datetime(2024, 3, 28, 20, tzinfo=UTC)  # two hours before a midnight of Riga
DAYS = st.none() | st.integers(-3, 40).map(lambda n: str(date(2024, 3, 28) + timedelta(days=n)))
CENTS = st.integers(0, 99_999).map(lambda cents: f"{cents // 100}.{cents % 100:02}")
PLANS = st.dictionaries(
    st.sampled_from(["anna", "boris", "north", "flat", "acc-1", "parking"]),
    st.dictionaries(
        st.sampled_from(["2024-03", "2024-04", "2024-Q1", "2024-Q2", "2024"]),
        st.builds("{} {}".format, CENTS, st.sampled_from(["EUR", "EUR", "USD"])),
        max_size=3,
    ),
    max_size=4,
)


@st.composite
def histories(draw: st.DrawFn) -> list[str]:
    """The lines of a history: created, changed, moved, closed and reopened, some voided."""
    code = draw(st.sampled_from(["EUR", "EUR", "USD"]))
    money = st.none() | CENTS.map(lambda text: f"{text} {code}")
    fields = {
        "title": "T",
        "client": draw(st.sampled_from(["acc-1", "acc-2"])),
        "stage": "qualification",
        "process": draw(st.sampled_from(["real-estate", "real-estate", "real-estate", "quick"])),
        "owner": draw(st.sampled_from(["anna", "boris", None])),
        "department": draw(st.sampled_from(["north", None])),
        "need": draw(st.sampled_from(["parking", None])),
        "budget": draw(money),
        "close_date": draw(DAYS),
    }
    fields = {name: value for name, value in fields.items() if value is not None}
    for number in range(draw(st.integers(0, 2))):
        line = {
            "quantity": draw(st.sampled_from(["1", "1.5", "3"])),
            "price": f"{draw(CENTS)} {code}",
        }
        line |= draw(st.sampled_from([{"product": "flat"}, {"product": "shop"}, {"title": "Own"}]))
        line |= draw(st.sampled_from([{}, {"discount": "12.5"}]))
        fields[f"products/line-{number}"] = line  # type: ignore[assignment]
    events: list[dict[str, Any]] = [{"kind": "created", "fields": fields}]
    here, closed = "qualification", False
    for _ in range(draw(st.integers(0, 4))):
        if closed:
            events.append({"kind": "reopened", "from": here, "to": "key-contacts", "reason": "x"})
            events[-1]["fields"] = {"close_date": [None, draw(DAYS)]}
            here, closed = "key-contacts", False
            continue
        kind = draw(st.sampled_from(["changed", "changed", "moved", "closed"]))
        if kind == "changed":
            name = draw(st.sampled_from(["owner", "probability", "close_date", "budget"]))
            value = {
                "owner": st.sampled_from(["anna", "boris"]),
                "probability": st.sampled_from([None, 0, 33, 45]),
                "close_date": DAYS,
                "budget": money,
            }[name]
            events.append({"kind": "changed", "fields": {name: [None, draw(value)]}})
        else:
            to = draw(st.sampled_from(["won", "lost"])) if kind == "closed" else "key-contacts"
            events.append({"kind": kind, "from": here, "to": to})
            if kind == "closed" and to == "won":
                events[-1]["fields"] = {"actual_revenue": [None, draw(money)]}
            here, closed = to, kind == "closed"
    at = FIRST
    lines = []
    for seq, event in enumerate(events, 1):
        head = {"id": f"h-{seq:010}", "seq": seq, "at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "by": "anna"}
        lines.append(json.dumps({**head, **event}))
        at += draw(
            st.sampled_from([timedelta(0), timedelta(hours=1, minutes=59), timedelta(days=6)])
        )
    if len(lines) > 1 and events[-1]["kind"] == "changed" and draw(st.booleans()):
        head = {"id": "h-v", "seq": len(lines) + 1, "at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "by": "anna"}
        void = {"kind": "voided", "events": [json.loads(lines[-1])["id"]], "why": "mistake"}
        lines.append(json.dumps({**head, **void}))
    return lines


def ours(name: str, lines: list[str], end: datetime) -> Deal | None:
    live = live_events([decode_event(line.encode()) for line in lines], end)
    return build_deal(name, fold(live), live, is_folded=True) if live else None


def half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def cents(text: str) -> Fraction:
    return Fraction(Decimal(text.split(" ")[0])) * 100


def naive_deal(lines: list[str], end: datetime) -> dict[str, Any] | None:
    """What a deal is on the day: its fields, and when it was closed last."""
    events = [json.loads(line) for line in lines]
    gone = {one for event in events for one in event.get("events", ())}
    deal: dict[str, Any] = {}
    for event in events:
        if event["id"] in gone or event["kind"] == "voided":
            continue
        if datetime.fromisoformat(event["at"]) > end:
            continue
        for name, value in event.get("fields", {}).items():
            deal[name] = value if event["kind"] == "created" else value[1]
        if event["kind"] in ("moved", "closed", "reopened"):
            deal["stage"] = event["to"]
        if event["kind"] == "closed":
            deal["closed"] = datetime.fromisoformat(event["at"]).astimezone(CALENDAR.zone).date()
    return deal or None


def line_cents(line: dict[str, str]) -> int:
    percent = 100 - Fraction(Decimal(line.get("discount", "0")))
    return half_up(cents(line["price"]) * Fraction(Decimal(line["quantity"])) * percent / 100)


def naive_place(deal: dict[str, Any], first: date, last: date, as_of: date) -> str | None:
    if deal["stage"] == "won":
        return "actual" if first <= deal["closed"] <= last else None
    if deal["stage"] == "lost":
        return None
    if deal.get("close_date") is None:
        return "undated"
    day = date.fromisoformat(deal["close_date"])
    if day < as_of:
        return "overdue"
    return "pipeline" if first <= day <= last else None


def naive_pieces(deal: dict[str, Any], by: str) -> list[tuple[str | None, str, int, int]]:
    """(row, currency, value, weighted value) in cents; currency "" for a deal without a value."""
    lines = [value for name, value in deal.items() if name.startswith("products/")]
    amount = sum(map(line_cents, lines)) if lines else None
    codes = [line["price"][-3:] for line in lines]
    value, code = amount, codes[0] if codes else ""
    if deal["stage"] == "won" and deal.get("actual_revenue"):
        value, code = int(cents(deal["actual_revenue"])), deal["actual_revenue"][-3:]
    elif value is None and deal.get("budget"):
        value, code = int(cents(deal["budget"])), deal["budget"][-3:]
    row = deal.get(by)
    if value is None:
        return [(row, "", 0, 0)]
    percent = 100
    if deal["stage"] in CAPS:
        by_hand = deal.get("probability")
        percent = CAPS[deal["stage"]] if by_hand is None else by_hand
    weight = half_up(Fraction(value * percent, 100))
    if by != "product":
        return [(row, code, value, weight)]
    pieces: dict[str, list[int]] = {}
    for line in lines:
        if "product" in line:
            own = line_cents(line)
            piece = pieces.setdefault(line["product"], [0, 0])
            piece[0] += own
            piece[1] += half_up(Fraction(own * percent, 100))
    rest = value - sum(p[0] for p in pieces.values()), weight - sum(p[1] for p in pieces.values())
    found: list[tuple[str | None, str, int, int]] = [(p, code, *v) for p, v in pieces.items()]  # type: ignore[misc]
    return found + ([(None, code, *rest)] if any(rest) or not pieces else [])


Table = dict[tuple[str, str | None, str], int]


def naive_table(
    deals: list[dict[str, Any]], by: str, first: date, last: date, as_of: date
) -> tuple[Table, set[str]]:
    """(measure, row, currency) → cents, and the rows that there are but None."""
    table: Table = {}
    rows: set[str] = set()
    for deal in deals:
        place = naive_place(deal, first, last, as_of)
        if deal["process"] != "real-estate" or place is None:
            continue
        for row, code, value, weight in naive_pieces(deal, by):
            if place in ("overdue", "undated"):
                row = None
            elif row is not None:
                rows.add(row)
            for measure, number in ((place, value), (f"{place} weighted", weight)):
                if code:
                    key = (measure, row, code)
                    table[key] = table.get(key, 0) + number
    return table, rows


def table_of(cells: Mapping[str | None, Cell]) -> Table:
    table: Table = {}
    for row, cell in cells.items():
        for measure, sums in (
            ("actual", cell.actual.sum),
            ("pipeline", cell.pipeline.sum),
            ("pipeline weighted", cell.weighted),
        ):
            for code, amount in sums.items():
                table[measure, row, code] = int(amount * 100)
    return table


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(histories(), max_size=6),
    st.sampled_from(["owner", "department", "client", "need", "product"]),
    st.sampled_from(["2024-03", "2024-04", "2024-03..2024-04", "2024-03-30..2024-04-12"]),
    st.integers(0, 25).map(lambda days: date(2024, 3, 28) + timedelta(days=days)),
    PLANS,
)
def test_the_forecast_equals_a_naive_one(lives, by, period, as_of, plans):
    question = asked(period, as_of, months=True, by=by)
    end = datetime.fromtimestamp(question.end, UTC)
    deals = [ours(f"D{place}", lines, end) for place, lines in enumerate(lives)]
    raws = [naive_deal(lines, end) for lines in lives]
    naive = [raw for raw in raws if raw is not None]
    there = [deal for deal in deals if deal is not None]
    of_rows = planned(question, plans)
    forecast = build_forecast(there, question, DEFINITION, of_rows, {}, with_ids=True)

    everything: set[str] = set()
    for place, span in enumerate(question.spans):
        first, last = span.period.first, span.period.last
        expected, rows = naive_table(naive, by, first, last, as_of)
        everything |= rows
        cells: dict[str | None, Cell] = {row.id: row.cells[place] for row in forecast.rows}
        if forecast.without is not None:
            cells[None] = forecast.without.cells[place]
        found = {key: number for key, number in table_of(cells).items() if number}
        wanted = {
            (measure, row, code): number
            for (measure, row, code), number in expected.items()
            if measure in ("actual", "pipeline", "pipeline weighted") and number
        }
        assert found == wanted
        total = forecast.total.cells[place]
        for code in total.currencies:
            for measure, sums in (("actual", total.actual.sum), ("pipeline", total.pipeline.sum)):
                parts = [n for (m, _, c), n in expected.items() if (m, c) == (measure, code)]
                assert sums.get(code, 0) * 100 == sum(parts)
            plan = sum(row.cells[place].plan.get(code, 0) for row in forecast.rows)
            assert total.plan.get(code, 0) == plan
        assert forecast.without_plan[place] == sum(
            not row.cells[place].plan for row in forecast.rows
        )
        # the deals behind each number of a total are as many as it says
        assert total.pipeline.ids is not None
        assert len(total.pipeline.ids.count) == total.pipeline.count
    whole, _ = naive_table(naive, by, question.period.first, question.period.last, as_of)
    for name, apart in (("overdue", forecast.overdue), ("undated", forecast.undated)):
        for code, amount in apart.deals.sum.items():
            assert amount * 100 == whole.get((name, None, code), 0)
    with_plan = {row for row, of_row in of_rows.items() if any(of_row)}
    assert {row.id for row in forecast.rows} == everything | with_plan
    # months add up to the period
    for row in (*forecast.rows, forecast.total):
        for code in row.cells[-1].currencies:
            parts = [cell.actual.sum.get(code, 0) for cell in row.cells[:-1]]
            assert row.cells[-1].actual.sum.get(code, 0) == sum(parts)
