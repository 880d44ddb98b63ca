"""Hours, income, own cost and margin of a deal: domain.md section 8, to the cent."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from salescli.model.calendar import Calendar
from salescli.model.catalogues import Person
from salescli.model.events import Cancelled, Done, Event, Planned, Worked
from salescli.model.money import parse_money
from salescli.model.records import Line, Opportunity
from salescli.report.records.completion import (
    Completion,
    Cost,
    HandWork,
    PersonCost,
    build_completion,
    build_completion_document,
    format_by_hand,
    format_completion,
)

RIGA = Calendar("Europe/Riga")
RATE_4 = {date(2026, 1, 1): parse_money("4.00 EUR")}


def deal(**given: object) -> Opportunity:
    fields: dict[str, object] = {
        "budget": parse_money("100.00 EUR"),
        "actual_revenue": parse_money("95.00 EUR"),
        "direct_expense": parse_money("10.00 EUR"),
        **given,
    }
    return Opportunity(
        id="opp-7k2m9xq4tb", title="Flat", client="con-4c8t1m9zqa", stage="won", process="quick",
        **fields,
    )  # type: ignore[arg-type]  # fmt: skip


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def event(kind: type, seq: int, when: str = "2026-11-02T12:00", **own: object) -> Event:
    return kind(id=f"h-{seq}", seq=seq, at=at(when), by="anna", **own)  # type: ignore[no-any-return]


def planned(seq: int, activity: str, minutes: int | None, owner: str = "anna") -> Event:
    own = {"type": "call", "title": "Call", "owner": owner, "minutes": minutes}
    return event(Planned, seq, activity=activity, **own)


def done(seq: int, activity: str, minutes: int | None = None, **more: object) -> Event:
    return event(Done, seq, activity=activity, result="done", minutes=minutes, **more)  # type: ignore[arg-type]


EXAMPLE = [
    planned(1, "act-1", 30),
    done(2, "act-1"),  # as planned
    planned(3, "act-2", 60),
    done(4, "act-2", 120),
    done(5, "act-3", 90, type="call", title="Call", owner="anna"),  # never planned
    planned(6, "act-4", 60),
    event(Cancelled, 7, activity="act-4"),
    event(Worked, 8, person="anna", minutes=120),
    planned(9, "act-5", 45),  # still open
]
ANNA = {"anna": Person(name="Anna", hourly=RATE_4)}


BY_HAND = (HandWork("anna", 120, at("2026-11-02T12:00"), None),)


def build(
    of: Opportunity, events: list[Event], people: dict[str, Person], *, is_won: bool = True
) -> Completion:
    return build_completion(of, events, people, is_won=is_won, calendar=RIGA, currency="EUR")


def test_the_example_comes_out_to_the_cent():
    own = Cost(Decimal("6.00"), Decimal("24.00"), Decimal(0))
    assert build(deal(), EXAMPLE, ANNA) == Completion(
        is_won=True,
        currency="EUR",
        own=own,
        people=(PersonCost("anna", own),),
        by_hand=BY_HAND,
        budget=Decimal("100.00"),
        revenue=Decimal("95.00"),
        income_per_hour=Decimal("15.83"),
        deviation=Decimal("-5.00"),
        deviation_percent=Decimal("-5.00"),
        direct_expense=Decimal("10.00"),
        margin=Decimal("61.00"),
        margin_percent=Decimal("64.21"),
    )


def test_of_a_deal_that_is_not_won_only_hours_and_own_cost_are_there():
    own = Cost(Decimal("6.00"), Decimal("24.00"), Decimal(0))
    assert build(deal(), EXAMPLE, ANNA, is_won=False) == Completion(
        is_won=False, currency="EUR", own=own, people=(PersonCost("anna", own),), by_hand=BY_HAND
    )


def test_hours_are_rounded_one_by_one_and_counted_per_owner():
    # 20 minutes are 0.33 h; three of them 0.99 h, not 1 h.
    events = [
        done(1, "act-1", 20, type="call", title="", owner="boris"),
        done(2, "act-2", 20, type="call", title="", owner="boris"),
        event(Worked, 3, person="boris", minutes=20),
        event(Worked, 4, person="anna", minutes=30),
    ]
    people = {**ANNA, "boris": Person(name="Boris", hourly=RATE_4)}
    found = build(deal(), events, people)
    # Boris: 0.33 h at 4 = 1.32, three times.
    assert found.people == (
        PersonCost("boris", Cost(Decimal("0.99"), Decimal("3.96"), Decimal(0))),
        PersonCost("anna", Cost(Decimal("0.50"), Decimal("2.00"), Decimal(0))),
    )
    assert found.own == Cost(Decimal("1.49"), Decimal("5.96"), Decimal(0))


def test_the_rate_is_the_one_in_force_on_the_local_day():
    hourly = {date(2026, 1, 1): parse_money("38 EUR"), date(2026, 7, 1): parse_money("40 EUR")}
    # 30 June 22:30 UTC is 1 July in Riga, 20:30 UTC still 30 June.
    before = [event(Worked, 1, "2026-06-30T20:30", person="anna", minutes=60)]
    after = [event(Worked, 1, "2026-06-30T22:30", person="anna", minutes=60)]
    people = {"anna": Person(name="Anna", hourly=hourly)}
    assert build(deal(), before, people).own.amount == Decimal("38.00")
    assert build(deal(), after, people).own.amount == Decimal("40.00")


@pytest.mark.parametrize(
    "hourly",
    [
        {},
        {date(2027, 1, 1): parse_money("4.00 EUR")},
        {date(2026, 1, 1): parse_money("4.00 USD")},
    ],
)
def test_hours_without_a_rate_in_the_currency_are_counted_and_make_cost_and_margin_na(hourly):
    people = {**ANNA, "boris": Person(name="Boris", hourly=hourly)}
    found = build(deal(), [*EXAMPLE, event(Worked, 10, person="boris", minutes=45)], people)
    assert found.own == Cost(Decimal("6.75"), None, Decimal("0.75"))
    assert (found.margin, found.margin_percent) == (None, None)
    # 95 / 6.75 = 14.074
    assert (found.income_per_hour, found.deviation) == (Decimal("14.07"), Decimal("-5.00"))
    assert found.people[1] == PersonCost("boris", Cost(Decimal("0.75"), None, Decimal("0.75")))


def test_work_of_no_minutes_needs_no_rate():
    found = build(deal(), [done(1, "act-1", type="call", title="", owner="zoe")], {})
    assert found.own == Cost(Decimal("0.00"), Decimal(0), Decimal(0))
    assert found.income_per_hour is None
    assert found.margin == Decimal("85.00")


def test_revenue_falls_back_to_amount_and_then_to_budget():
    line = Line(line="line-3n8v5t2h7q", title="Flat", price=parse_money("90.00 EUR"))
    assert build(deal(actual_revenue=None, products=[line]), [], {}).revenue == Decimal("90.00")
    assert build(deal(actual_revenue=None), [], {}).revenue == Decimal("100.00")
    nothing = build(deal(actual_revenue=None, budget=None), EXAMPLE, ANNA)
    assert (nothing.revenue, nothing.margin, nothing.income_per_hour) == (None, None, None)


def test_nothing_is_divided_by_nothing():
    zero = parse_money("0.00 EUR")
    found = build(deal(budget=zero, actual_revenue=zero), EXAMPLE, ANNA)
    assert (found.deviation, found.deviation_percent) == (Decimal("0.00"), None)
    # 0 - 10 - 24
    assert (found.margin, found.margin_percent) == (Decimal("-34.00"), None)


def test_an_expense_nobody_wrote_down_is_none():
    assert build(deal(direct_expense=None), EXAMPLE, ANNA).margin == Decimal("71.00")


def test_a_deal_in_two_currencies_has_no_figures_of_money():
    found = build(deal(direct_expense=parse_money("10.00 USD")), EXAMPLE, ANNA)
    assert (found.currency, found.revenue, found.margin) == (None, None, None)
    assert found.own == Cost(Decimal("6.00"), None, Decimal("6.00"))


def test_a_currency_without_decimals_rounds_to_whole_amounts():
    yen = {date(2026, 1, 1): parse_money("1000 JPY")}
    of = deal(
        budget=parse_money("100000 JPY"), actual_revenue=parse_money("95000 JPY"),
        direct_expense=None,
    )  # fmt: skip
    events = [event(Worked, 1, person="anna", minutes=20)]
    found = build(of, events, {"anna": Person(name="Anna", hourly=yen)})
    # 95000 / 0.33 = 287 878.79
    assert (found.own.amount, found.income_per_hour) == (Decimal(330), Decimal(287879))


def test_the_document_has_texts_and_nulls():
    document = build_completion_document(build(deal(), EXAMPLE, ANNA))
    assert document == {
        "schema": "salescli/completion@1",
        "won": True,
        "currency": "EUR",
        "budget": "100.00",
        "revenue": "95.00",
        "hours": "6.00",
        "income_per_hour": "15.83",
        "deviation": "-5.00",
        "deviation_percent": "-5.00",
        "direct_expense": "10.00",
        "own_cost": "24.00",
        "hours_without_rate": "0",
        "margin": "61.00",
        "margin_percent": "64.21",
        "people": [
            {"person": "anna", "hours": "6.00", "own_cost": "24.00", "hours_without_rate": "0"}
        ],
        "by_hand": [{"person": "anna", "minutes": 120, "at": "2026-11-02T12:00:00Z", "note": None}],
    }
    lost = build_completion_document(build(deal(), [], {}, is_won=False))
    assert (lost["revenue"], lost["margin"], lost["hours"]) == (None, None, "0")


def test_the_lines_say_it_in_words():
    assert format_completion(build(deal(), EXAMPLE, ANNA), {"anna": "Anna"}) == [
        "Revenue 95 EUR · against budget -5 EUR (-5.00 % of budget)",
        "Per hour 15.83 EUR · direct expense 10 EUR",
        "Work 6 h · own cost 24 EUR",
        "Margin 61 EUR (64.21 % of revenue)",
    ]


def test_the_lines_name_people_where_there_are_several_and_hours_without_a_rate():
    events = [*EXAMPLE, event(Worked, 10, person="boris", minutes=90)]
    assert format_completion(build(deal(), events, ANNA, is_won=False), {"anna": "Anna"}) == [
        "Work 7.5 h · own cost n/a (1.5 h without a rate)",
        "  Anna 6 h · 24 EUR",
        "  boris 1.5 h · n/a",
    ]


def test_hours_by_hand_are_told_in_the_order_in_which_they_were_worked():
    later = event(Worked, 1, "2026-11-05T23:30", person="boris", minutes=95, note="Two\nlines\x1b")
    earlier = event(Worked, 2, "2026-11-03T08:00", person="anna", minutes=20)
    found = build(deal(), [later, earlier], ANNA)
    assert format_by_hand(found, {"anna": "Anna"}, RIGA) == [
        "3 Nov 2026 · Anna · 20 min",
        "6 Nov 2026 · boris · 1 h 35 min · Two lines\ufffd",
    ]
