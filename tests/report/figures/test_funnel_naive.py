"""The funnel against a slow one, written from domain.md sections 2, 3 and 6 alone.

The naive side never sees visits, contributions or partials: it replays the moves itself and asks
each sentence of the definition of every deal.
"""

import os
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.model.deal import Deal
from salescli.model.definition import Definition, Stage
from salescli.model.events import Closed, Created, Event, Moved, Reopened
from salescli.model.visits import build_visits
from salescli.report.figures.figure import Share
from salescli.report.figures.funnel import build_funnel
from salescli.report.figures.question import FunnelQuestion, ask
from tests.report.funnel_deals import CALENDAR

EXAMPLES = 5000 if os.environ.get("SALESCLI_TEST_SIZE") == "long" else 50
OPEN = ["a", "b", "hidden", "c", "retired", "d"]
FINAL = ["won", "lost", "rejected"]
DEFINITION = Definition(
    name="Any",
    stages=[
        *(
            Stage(stage=s, name=s.upper(), in_funnel=s != "hidden", retired=s == "retired")
            for s in OPEN
        ),
        Stage(stage="won", name="WON", final="success"),
        Stage(stage="lost", name="LOST", final="failure"),
        Stage(stage="rejected", name="REJECTED", final="failure"),
    ],
)
MIDNIGHT = datetime(2024, 3, 1, tzinfo=UTC) - timedelta(hours=2)  # of 1 March in Riga

money = st.none() | st.builds(
    lambda cents, code: f"{cents // 100}.{cents % 100:02} {code}",
    st.integers(0, 99_999),
    st.sampled_from(["EUR", "EUR", "USD"]),
)
moments = st.integers(-20, 60).map(lambda step: MIDNIGHT + timedelta(hours=12 * step))


@st.composite
def raw_deals(draw: st.DrawFn) -> dict[str, Any]:
    times = sorted(draw(st.lists(moments, min_size=1, max_size=7)))
    moves = [(times[0], draw(st.sampled_from(OPEN)))]
    for at in times[1:]:
        here = moves[-1][1]
        choices = OPEN if here in FINAL else OPEN + FINAL
        moves.append((at, draw(st.sampled_from([s for s in choices if s != here]))))
    code = draw(st.sampled_from(["EUR", "USD"]))

    def amount() -> str | None:
        drawn = draw(money)
        return drawn and drawn[:-3] + code

    return {
        "moves": moves,
        "budget": amount(),
        "amount": amount(),
        "revenue": amount(),
        "owner": draw(st.sampled_from(["anna", "boris", None])),
        "department": draw(st.sampled_from(["north", "south", None])),
        "process": draw(st.sampled_from(["any", "any", "any", "other"])),
        "differs": draw(st.booleans()),
    }


def events_of(moves: list[tuple[datetime, str]]) -> list[Event]:
    events: list[Event] = []
    seen: list[str] = []
    for seq, (at, to) in enumerate(moves):
        common: dict[str, Any] = {"id": f"h-{seq}", "seq": seq, "at": at, "by": "anna"}
        here = moves[seq - 1][1] if seq else ""
        names: dict[str, Any] = {"from_": here, "to": to}
        order = OPEN + ["won"]
        skipped: list[str] = []
        if seq and to in order and here in order:
            skipped = order[order.index(here) + 1 : order.index(to)]
        undone = [s for s in OPEN if to in OPEN and s in seen and OPEN.index(s) >= OPEN.index(to)]
        if not seq:
            events.append(Created(**common, fields={"stage": to}))
        elif here in FINAL:
            events.append(Reopened(**common, **names, undone=undone, reason="again"))
        elif to in FINAL:
            events.append(Closed(**common, **names, skipped=skipped))
        elif OPEN.index(to) > OPEN.index(here):
            events.append(Moved(**common, **names, skipped=skipped))
        else:
            events.append(Moved(**common, **names, undone=undone))
        seen += [*skipped, to]
    return events


def deal_at(raw: dict[str, Any], name: str, end: datetime) -> Deal | None:
    moves = [move for move in raw["moves"] if move[0] <= end]
    if not moves:
        return None
    facts = {key: value for key, value in raw.items() if key != "moves"}
    return Deal(
        id=name,
        title=name,
        client="acc-1",
        stage=moves[-1][1],
        created_at=int(moves[0][0].timestamp()),
        changed_at=int(moves[-1][0].timestamp()),
        touched_at=int(moves[-1][0].timestamp()),
        visits=build_visits(events_of(moves)),
        **facts,
    )


def naive_visits(raw: dict[str, Any], end: datetime) -> list[dict[str, Any]]:
    """Stage, began, ended, and whether its visit was entered by going on."""
    visits: list[dict[str, Any]] = []
    here = None
    for at, to in raw["moves"]:
        if at > end:
            break
        if visits and visits[-1]["ended"] is None:
            visits[-1]["ended"] = at
        goes_on = False
        if here in OPEN and (to == "won" or (to in OPEN and OPEN.index(to) > OPEN.index(here))):
            goes_on = True
            stop = OPEN.index(to) if to in OPEN else len(OPEN)
            for passed_over in OPEN[OPEN.index(here) + 1 : stop]:
                visits.append({"stage": passed_over, "began": at, "ended": at, "on": True})
        ended = at if to in FINAL else None
        visits.append({"stage": to, "began": at, "ended": ended, "on": goes_on})
        here = to
    return visits


def naive_money(raw: dict[str, Any], kind: str, stage: str) -> str | None:
    if kind == "value":
        won = raw["revenue"] if stage == "won" else None
        return won or raw["amount"] or raw["budget"]
    return raw[kind]


def naive_funnel(
    raws: list[dict[str, Any]], start: datetime | None, end: datetime, asked: dict[str, Any]
) -> dict[str, Any]:
    stages: dict[str, dict[str, Any]] = {
        s: {"count": 0, "sum": {}, "without": 0, "passed": 0, "of": 0, "entered": 0}
        for s in OPEN + FINAL
    }
    totals: dict[str, Any] = {"new": 0, "other": 0, "left_out": {}, "differs": 0}
    for raw in raws:
        if asked["owners"] and raw["owner"] not in asked["owners"]:
            continue
        if asked["departments"] and raw["department"] not in asked["departments"]:
            continue
        visits = naive_visits(raw, end)
        if not visits:
            continue
        is_new = start is None or visits[0]["began"] >= start
        counts = is_new or asked["created"] == "any"
        touching = [
            (visit, follower)
            for visit, follower in zip(visits, [*visits[1:], None], strict=True)
            if start is None or visit["ended"] is None or visit["ended"] >= start
        ]
        if not (counts or touching):
            continue
        if raw["process"] != "any":
            totals["other"] += 1
            continue
        codes = {raw[key][-3:] for key in ("budget", "amount", "revenue") if raw[key]}
        if asked["currency"] and codes and asked["currency"] not in codes:
            (code,) = codes
            totals["left_out"][code] = totals["left_out"].get(code, 0) + 1
            continue
        totals["differs"] += raw["differs"]
        for stage in {visit["stage"] for visit, _ in touching}:
            stages[stage]["of"] += 1
            stages[stage]["passed"] += any(
                follower is not None and follower["on"]
                for visit, follower in touching
                if visit["stage"] == stage
            )
        if is_new:
            totals["new"] += 1
            for stage in {visit["stage"] for visit in visits}:
                stages[stage]["entered"] += 1
        if counts:
            row = stages[visits[-1]["stage"]]
            row["count"] += 1
            text = naive_money(raw, asked["sum"], visits[-1]["stage"])
            if text is None:
                row["without"] += 1
            else:
                number, code = text.split(" ")
                row["sum"][code] = row["sum"].get(code, Fraction(0)) + Fraction(Decimal(number))
    return {"stages": stages, **totals}


questions = st.fixed_dictionaries(
    {
        "created": st.sampled_from(["period", "any"]),
        "sum": st.sampled_from(["budget", "amount", "value"]),
        "currency": st.sampled_from([None, None, "EUR"]),
        "owners": st.sampled_from([None, None, frozenset({"anna"})]),
        "departments": st.sampled_from([None, None, frozenset({"north"})]),
    }
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(raw_deals(), max_size=8),
    st.sampled_from(["2024-03", "2024-03-05..2024-03-08", "2024-03-06", "..2024-03-10", "all"]),
    st.integers(8, 31),
    questions,
)
def test_the_funnel_equals_a_naive_one(
    raws: list[dict[str, Any]], period: str, day: int, asked: dict[str, Any]
) -> None:
    as_of = date(2024, 3, day)
    question = ask(
        FunnelQuestion, "any", CALENDAR.parse_period(period, as_of), as_of, CALENDAR, **asked
    )
    end = datetime.fromtimestamp(question.end, UTC)
    start = None if question.start is None else datetime.fromtimestamp(question.start, UTC)
    deals = [deal_at(raw, f"opp-{place}", end) for place, raw in enumerate(raws)]
    here = [deal for deal in deals if deal is not None]
    funnel = build_funnel(here, question, DEFINITION, with_ids=True)
    naive = naive_funnel(raws, start, end, asked)

    expected_rows = [
        s for s in [*OPEN, "won"] if s != "hidden" and (s != "retired" or naive["stages"][s]["of"])
    ]
    assert [figure.stage for figure in funnel.stages] == expected_rows
    for figure in funnel.stages:
        row = naive["stages"][figure.stage]
        assert figure.count == row["count"]
        assert {code: Fraction(amount) for code, amount in figure.sum.items()} == row["sum"]
        assert figure.without_value == row["without"]
        is_open = figure.stage != "won"
        assert figure.conversion == (Share(row["passed"], row["of"]) if is_open else None)
        assert figure.first == Share(row["entered"], naive["new"])
        assert row["passed"] <= row["of"]
        assert figure.ids is not None
        assert len(figure.ids.count) == figure.count
        assert len(figure.ids.touched) == row["of"]
    assert (funnel.new, funnel.other_process, funnel.left_out, funnel.differs) == (
        naive["new"],
        naive["other"],
        naive["left_out"],
        naive["differs"],
    )
    without_ids = build_funnel(here, question, DEFINITION)
    assert [f.count for f in without_ids.stages] == [f.count for f in funnel.stages]
    assert [f.sum for f in without_ids.stages] == [f.sum for f in funnel.stages]
