"""Funnels of both definitions, their rows and the flow against slow ones, from raw JSON lines.

The naive side is written from domain.md sections 2, 3 and 6 alone. It reads each history as JSON
and asks each sentence of the definitions of every deal; it never sees a deal, a visit of ours or a
contribution.
"""

import json
import os
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.model.calendar import Calendar
from salescli.model.definition import Definition, Stage
from salescli.report.figures.entered import build_entered
from salescli.report.figures.figure import Share
from salescli.report.figures.funnel import build_funnel
from salescli.report.figures.funnel_by import METHODS, build_funnel_table
from salescli.report.figures.question import FunnelQuestion, Question, ask
from salescli.report.figures.stage_flow import build_flow
from salescli.report.figures.stage_time import StageTimeQuestion, build_stage_time
from tests.report.funnel_deals import deal_of_lines

EXAMPLES = 3000 if os.environ.get("SALESCLI_TEST_SIZE") == "long" else 50
OPEN = ["a", "b", "c", "d"]
FINAL = ["won", "lost", "rejected"]
ORDER = OPEN + FINAL
DEFINITION = Definition(
    name="Any",
    stages=[
        *(Stage(stage=s, name=s.upper()) for s in OPEN),
        Stage(stage="won", name="Won", final="success"),
        Stage(stage="lost", name="Lost", final="failure"),
        Stage(stage="rejected", name="Rejected", final="failure"),
    ],
)
ROWS = [*OPEN, "won"]
ZONES = ["Europe/Riga", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]
# Clocks change in Riga on 31 March 2024 at 1:00 UTC; its day begins at 22:00 and ends at 21:00.
FIRST = datetime(2024, 3, 30, 21, 59, 59, tzinfo=UTC)
STEPS = [0, 0, 1, 1800, 3600, 22 * 3600 + 3599, 86400, 3 * 86400]
CENTS = st.integers(0, 99_999).map(lambda cents: f"{cents // 100}.{cents % 100:02}")


@st.composite
def histories(draw: st.DrawFn) -> list[str]:
    """The lines of a history: moves forward and back, skips, closings, reopenings, changes.

    Times may be equal, a change may lie before what was written earlier, the last event may be
    voided, and lines may stand in any order.
    """
    code = draw(st.sampled_from(["EUR", "EUR", "USD"]))
    here = draw(st.sampled_from(OPEN))
    events = [{"kind": "created", "fields": draw_fields(draw, code, here)}]
    seen = [here]
    for _ in range(draw(st.integers(0, 6))):
        if draw(st.integers(0, 3)) == 0:
            events.append({"kind": "changed", "fields": draw_change(draw, code)})
            continue
        to = draw(st.sampled_from([s for s in (OPEN if here in FINAL else ORDER) if s != here]))
        events.append(move(here, to, seen))
        if to == "won" and draw(st.booleans()):
            events[-1]["fields"] = {"actual_revenue": [None, f"{draw(CENTS)} {code}"]}
        here = to
    return number(draw, events)


def draw_fields(draw: st.DrawFn, code: str, stage: str) -> dict[str, Any]:
    fields: dict[str, Any] = {"title": "T", "client": "acc-1", "stage": stage}
    fields["process"] = draw(st.sampled_from(["any", "any", "any", "other"]))
    fields["owner"] = draw(st.sampled_from(["anna", "boris", None]))
    fields["department"] = draw(st.sampled_from(["north", "south", None]))
    fields["budget"] = draw(st.none() | CENTS.map(lambda text: f"{text} {code}"))
    for number_ in range(draw(st.integers(0, 2))):
        fields[f"products/line-{number_}"] = {
            "title": "Own",
            "quantity": draw(st.sampled_from(["1", "0.5", "3"])),
            "price": f"{draw(CENTS)} {code}",
            **draw(st.sampled_from([{}, {"discount": "12.5"}, {"discount": "7.25"}])),
        }
    return {name: value for name, value in fields.items() if value is not None}


def draw_change(draw: st.DrawFn, code: str) -> dict[str, Any]:
    name = draw(st.sampled_from(["owner", "department", "budget"]))
    after = {
        "owner": st.sampled_from(["anna", "boris", None]),
        "department": st.sampled_from(["north", "south", None]),
        "budget": st.none() | CENTS.map(lambda text: f"{text} {code}"),
    }[name]
    return {name: [None, draw(after)]}


def move(here: str, to: str, seen: list[str]) -> dict[str, Any]:
    """A move as domain.md section 2 says that it is recorded; `seen` are stages with visits."""
    event: dict[str, Any] = {"from": here, "to": to}
    if to in FINAL:
        event["kind"] = "closed"
    elif here in FINAL:
        event |= {"kind": "reopened", "reason": "again"}
    else:
        event["kind"] = "moved"
    if to in OPEN and (here in FINAL or OPEN.index(to) < OPEN.index(here)):
        event["undone"] = [s for s in ORDER[ORDER.index(to) :] if s in seen]
    elif to in OPEN or to == "won":
        event["skipped"] = OPEN[OPEN.index(here) + 1 : ORDER.index(to)]
        seen += event["skipped"]
    seen.append(to)
    return event


def number(draw: st.DrawFn, events: list[dict[str, Any]]) -> list[str]:
    at = born = FIRST + timedelta(days=draw(st.integers(-3, 3)))
    lines = []
    for seq, event in enumerate(events, 1):
        happened = at
        if event["kind"] == "changed" and draw(st.booleans()):
            happened = max(born, at - timedelta(days=draw(st.integers(0, 2))))
        head = {"id": f"h-{seq:03}", "seq": seq, "at": f"{happened:%Y-%m-%dT%H:%M:%SZ}"}
        lines.append(json.dumps({**head, "by": "anna", **event}))
        at += timedelta(seconds=draw(st.sampled_from(STEPS)))
    if len(lines) > 1 and draw(st.integers(0, 3)) == 0:
        void = {"kind": "voided", "events": [f"h-{len(lines):03}"], "why": "mistake"}
        head = {"id": "h-v", "seq": len(lines) + 1, "at": f"{at:%Y-%m-%dT%H:%M:%SZ}"}
        lines.append(json.dumps({**head, "by": "anna", **void}))
    return draw(st.permutations(lines)) if draw(st.booleans()) else lines


# --- the slow side -------------------------------------------------------------------------------


def naive_deal(lines: list[str], end: datetime) -> dict[str, Any] | None:
    """Facts and visits of a deal as its events up to `end` say; None before it was created."""
    events = [json.loads(line) for line in lines]
    gone = {one for event in events if event["kind"] == "voided" for one in event["events"]}
    live = [e for e in events if e["id"] not in gone and datetime.fromisoformat(e["at"]) <= end]
    live.sort(key=lambda event: (event["seq"], event["at"], event["id"]))
    deal: dict[str, Any] = {"visits": []}
    for event in live:
        at = datetime.fromisoformat(event["at"])
        for name, value in event.get("fields", {}).items():
            deal[name] = value if event["kind"] == "created" else value[1]
        if event["kind"] == "created":
            deal["born"] = at
            enter(deal, event["fields"]["stage"], at, None, "created")
        elif event["kind"] in ("moved", "closed", "reopened"):
            go(deal, event, at)
    return deal if "born" in deal else None


def enter(deal: dict[str, Any], stage: str, at: datetime, until: Any, how: str) -> None:
    deal["stage"] = stage
    deal["visits"].append({"stage": stage, "at": at, "until": until, "how": how, "old": False})


def go(deal: dict[str, Any], event: dict[str, Any], at: datetime) -> None:
    if deal["visits"][-1]["until"] is None:
        deal["visits"][-1]["until"] = at
    for visit in deal["visits"]:
        visit["old"] = visit["old"] or visit["stage"] in event.get("undone", ())
    for stage in event.get("skipped", ()):
        enter(deal, stage, at, at, "skip")
    how = "back" if event.get("undone") or event["kind"] == "reopened" else "on"
    if event["kind"] == "closed" and event["to"] != "won":
        how = "failed"
    enter(deal, event["to"], at, at if event["to"] in FINAL else None, how)


def cents(text: str) -> Fraction:
    return Fraction(Decimal(text[:-4])) * 100


def line_cents(line: dict[str, str]) -> int:
    exact = cents(line["price"]) * Fraction(Decimal(line["quantity"]))
    exact *= 1 - Fraction(Decimal(line.get("discount", "0"))) / 100
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def naive_money(deal: dict[str, Any], kind: str) -> tuple[str, int] | None:
    lines = [value for name, value in deal.items() if name.startswith("products/")]
    amount = (lines[0]["price"][-3:], sum(map(line_cents, lines))) if lines else None
    budget = deal.get("budget") and (deal["budget"][-3:], int(cents(deal["budget"])))
    if kind == "budget":
        return budget or None
    if kind == "amount":
        return amount
    revenue = deal.get("actual_revenue") if deal["stage"] == "won" else None
    won = revenue and (revenue[-3:], int(cents(revenue)))
    return won or amount or budget or None


def currency_of(deal: dict[str, Any]) -> str | None:
    texts = [deal.get("budget"), deal.get("actual_revenue")]
    texts += [value["price"] for name, value in deal.items() if name.startswith("products/")]
    return next((text[-3:] for text in texts if text), None)


def naive_figures(
    deals: list[dict[str, Any]], start: datetime | None, created: str, kind: str
) -> dict[str, dict[str, Counter[Any]]]:
    """Numbers by stage, of each figure."""
    names = ("reference", "entered", "flow")
    found: dict[str, dict[str, Counter[Any]]] = {
        name: {stage: Counter() for stage in ORDER} for name in names
    }
    for deal in deals:
        visits = deal["visits"]
        followed = list(zip(visits, [*visits[1:], {"how": "nothing"}], strict=True))
        is_new = start is None or deal["born"] >= start
        if is_new or created == "any":
            count(found["reference"][deal["stage"]], deal, kind)
        for stage in ORDER:
            row = found["reference"][stage]
            here = [(v, n) for v, n in followed if v["stage"] == stage]
            touching = [
                (v, n) for v, n in here if start is None or not v["until"] or v["until"] >= start
            ]
            row["touched"] += bool(touching)
            row["passed"] += any(n["how"] in ("on", "skip") for _, n in touching)
            row["reached"] += is_new and bool(here)
            row["new"] += is_new
            begun = [(v, n) for v, n in here if start is None or v["at"] >= start]
            hold = [v for v, _ in begun if not v["old"]]
            row = found["entered"][stage]
            row["n"] += len(hold)
            if any(v["until"] is None or stage in FINAL for v in hold):
                count(row, deal, kind)
            row = found["flow"][stage]
            for _, after in begun:
                row["entered"] += 1
                row["advanced"] += after["how"] in ("on", "skip")
                row["lost"] += after["how"] == "failed"
                row["moved_back"] += after["how"] == "back"
                row["still_there"] += after["how"] == "nothing"
    return found


def count(row: Counter[Any], deal: dict[str, Any], kind: str) -> None:
    row["count"] += 1
    money = naive_money(deal, kind)
    if money is None:
        row["without"] += 1
    else:
        row[money[0]] += money[1]
        row[f"of {money[0]}"] += 1


def sums_of(row: Counter[Any]) -> dict[str, Fraction]:
    return {code: Fraction(row[code], 100) for code in ("EUR", "USD") if row[f"of {code}"]}


def fractions(sums: dict[str, Decimal]) -> dict[str, Fraction]:
    return {code: Fraction(amount) for code, amount in sums.items()}


# --- both sides ----------------------------------------------------------------------------------


asked = st.fixed_dictionaries(
    {
        "sum": st.sampled_from(["budget", "amount", "value"]),
        "currency": st.sampled_from([None, None, "EUR"]),
        "owners": st.sampled_from([None, None, frozenset({"anna"})]),
        "departments": st.sampled_from([None, None, frozenset({"north"})]),
    }
)
PERIODS = ["2024-03-31", "2024-04-01", "2024-03", "2024-03-30..2024-04-02", "..2024-04-02", "all"]


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(histories(), max_size=8),
    st.sampled_from(PERIODS),
    st.integers(0, 12),
    st.sampled_from(ZONES),
    st.sampled_from(["period", "any"]),
    asked,
)
def test_funnels_and_flow_equal_naive_ones(
    store: list[list[str]],
    period: str,
    later: int,
    zone: str,
    created: str,
    options: dict[str, Any],
) -> None:
    calendar, as_of = Calendar(zone), date(2024, 3, 30) + timedelta(days=later)
    days = calendar.parse_period(period, as_of)
    question = ask(
        FunnelQuestion, "any", days, as_of, calendar, created=created, by="owner", **options
    )
    if question.is_before_start:
        return
    end = datetime.fromtimestamp(question.end, UTC)
    start = None if question.start is None else datetime.fromtimestamp(question.start, UTC)
    found = (deal_of_lines(f"opp-{place}", lines, end) for place, lines in enumerate(store))
    here = [deal for deal in found if deal is not None]
    naive = [deal for lines in store if (deal := naive_deal(lines, end)) is not None]
    naive = [
        deal
        for deal in naive
        if deal["process"] == "any"
        and (not options["owners"] or deal.get("owner") in options["owners"])
        and (not options["departments"] or deal.get("department") in options["departments"])
        and (not options["currency"] or currency_of(deal) in (options["currency"], None))
    ]
    numbers = naive_figures(naive, start, created, options["sum"])

    reference = build_funnel(here, question, DEFINITION, with_ids=True)
    check_reference(reference, numbers["reference"])
    check_entered(build_entered(here, question, DEFINITION, with_ids=True), numbers["entered"])
    plain = ask(Question, "any", days, as_of, calendar, **options)
    flow = build_flow(here, plain, DEFINITION, with_ids=True)
    assert [stage.stage for stage in flow.stages] == ROWS
    for stage in flow.stages:
        row = numbers["flow"][stage.stage]
        assert stage.entered == row["entered"] == sum(stage.fates.values())
        assert stage.fates == {name: row[name] for name in stage.fates}
        assert stage.ids is not None
        assert {name: len(ids) for name, ids in stage.ids.items()} == {
            "entered": stage.entered,
            **stage.fates,
        }

    times = build_stage_time(
        here,
        ask(
            StageTimeQuestion,
            "any",
            days,
            as_of,
            calendar,
            time_zone=zone,
            by="owner",
            **options,
        ),
        DEFINITION,
    )
    for method in METHODS.values():
        table = build_funnel_table(here, times, question, DEFINITION, method)
        for row_ in table.rows:
            own = [deal for deal in naive if deal.get("owner") == row_.key]
            part = naive_figures(own, start, created, options["sum"])
            if method is METHODS["reference"]:
                check_reference(row_.funnel, part["reference"])
            else:
                check_entered(row_.funnel, part["entered"])
        for place, stage_ in enumerate(table.total.funnel.stages):
            rows = [row_.funnel.stages[place] for row_ in table.rows]
            assert sum(one.count for one in rows) == stage_.count
            assert sum(one.without_value for one in rows) == stage_.without_value


def check_reference(funnel: Any, numbers: dict[str, Counter[Any]]) -> None:
    assert [stage.stage for stage in funnel.stages] == ROWS
    for stage in funnel.stages:
        row = numbers[stage.stage]
        assert (stage.count, stage.without_value) == (row["count"], row["without"])
        assert fractions(stage.sum) == sums_of(row)
        is_open = stage.stage in OPEN
        assert stage.conversion == (Share(row["passed"], row["touched"]) if is_open else None)
        assert stage.first == Share(row["reached"], row["new"])
        if stage.conversion and stage.conversion.percent is not None:
            assert stage.conversion.percent <= 100


def check_entered(funnel: Any, numbers: dict[str, Counter[Any]]) -> None:
    assert [stage.stage for stage in funnel.stages] == ROWS
    n = {stage: numbers[stage]["n"] for stage in ROWS}
    filled = [stage for stage in ROWS if n[stage]]
    for place, stage in enumerate(funnel.stages):
        row = numbers[stage.stage]
        assert (stage.n, stage.count) == (n[stage.stage], row["count"])
        assert stage.without_value == row["without"]
        assert fractions(stage.sum) == sums_of(row)
        if not filled or place < ROWS.index(filled[0]):
            assert (stage.previous, stage.first) == (Share(0, 0), Share(0, 0))
            continue
        earlier = [name for name in ROWS[:place] if n[name]]
        whole = n[earlier[-1]] if earlier else stage.n
        assert stage.previous == Share(stage.n, whole)
        assert stage.first == Share(stage.n, n[filled[0]])
        if stage.ids is not None:
            assert len(stage.ids.entered) == stage.n
            assert len(stage.ids.previous) == whole
            assert len(stage.ids.count) == stage.count
