"""The state of open deals against figures by hand (domain.md sections 2 and 9)."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.deal import Deal
from salescli.model.visits import seconds
from salescli.report.figures.figure import add_up
from salescli.report.figures.question import StateQuestion, ask
from salescli.report.figures.state import (
    NUMBERS,
    State,
    build_contribution,
    build_state,
    build_turning_days,
    finish,
)
from tests.report.funnel_deals import CALENDAR, REAL_ESTATE, fixture_deals, instant, make_deal

END_OF_MARCH = date(2024, 3, 31)
# Qualification may be quiet for 7 days, key contacts for any time.
DEFINITION = msgspec.structs.replace(
    REAL_ESTATE,
    stages=[
        msgspec.structs.replace(REAL_ESTATE.stages[0], days_without_activity=7),
        *REAL_ESTATE.stages[1:],
    ],
)


def state_of(deals: list[Deal], as_of: date = END_OF_MARCH, **options: Any) -> State:
    with_ids = options.pop("with_ids", False)
    question = ask(
        StateQuestion,
        "real-estate",
        CALENDAR.parse_period("all", as_of),
        as_of,
        CALENDAR,
        **{
            "time_zone": "Europe/Riga",
            "today_start": seconds(CALENDAR.start_of(as_of)),
            **options,
        },
    )
    return build_state(deals, question, DEFINITION, with_ids=with_ids)


def counts(state: State) -> list[int]:
    return [state.total.numbers[name].count for name in NUMBERS]


def test_the_open_deals_of_the_fixture() -> None:
    # Σ 200 + 150 + 300 + 50 + 120 + 90; at qualification are D6 (11 days quiet) and D8 (45).
    state = state_of(fixture_deals(), by="stage")
    assert counts(state) == [6, 0, 6, 2, 6]
    assert state.total.numbers["open"].sum == {"EUR": Decimal("910.00")}
    assert state.total.numbers["stale"].sum == {"EUR": Decimal("140.00")}
    assert [(row.key, row.numbers["open"].count) for row in state.rows] == [
        ("qualification", 2),
        ("key-contacts", 2),
        ("proposal-preparation", 1),
        ("proposal-presentation", 1),
    ]


def test_owners_stand_by_their_open_deals_and_empty_stages_stay() -> None:
    state = state_of([*fixture_deals(), make_deal("X", "Q 03-30")], by="owner")
    assert [(row.key, row.numbers["open"].count) for row in state.rows] == [
        ("anna", 3),
        ("boris", 3),
        (None, 1),
    ]
    assert [row.key for row in state_of([], by="stage").rows][:2] == [
        "qualification",
        "key-contacts",
    ]
    assert state_of([], by="owner").rows == ()


def test_a_close_date_on_the_day_is_not_yet_overdue() -> None:
    deals = [
        make_deal("A", "Q 03-30", close_date="2024-03-31"),
        make_deal("B", "Q 03-30", close_date="2024-03-30"),
        make_deal("C", "Q 03-30"),
        make_deal("D", "Q 03-20, L 03-30", close_date="2024-03-30"),
    ]
    state = state_of(deals, with_ids=True)
    assert counts(state) == [3, 1, 1, 0, 3]
    ids = {name: one.ids and one.ids.count for name, one in state.total.numbers.items()}
    assert (ids["open"], ids["overdue"], ids["undated"]) == (("A", "B", "C"), ("B",), ("C",))


def test_stale_is_quiet_for_longer_than_the_stage_allows() -> None:
    # Local days: 24 March is 7 days before the 31st, and 22:00 UTC is midnight in Riga.
    deals = [
        make_deal("A", "Q 03-23T21:59"),  # the 23rd: 8 days
        make_deal("B", "Q 03-23T22:00"),  # the 24th: 7 days
        make_deal("C", "K 03-01"),  # no limit there
    ]
    assert state_of(deals).total.numbers["stale"].count == 1


def test_what_is_due_from_the_day_on_keeps_a_deal_from_being_stale() -> None:
    def due(text: str) -> int:
        return seconds(instant(text))

    deals = [
        make_deal("A", "Q 03-01", due_at=due("03-30T21:59")),  # the 30th: over
        make_deal("B", "Q 03-01", due_at=due("03-30T22:00")),  # the 31st
        make_deal("C", "Q 03-01", due_at=due("04-09")),
    ]
    state = state_of(deals, with_ids=True)
    assert counts(state) == [3, 0, 3, 1, 0]
    ids = state.total.numbers["stale"].ids
    assert ids is not None and ids.count == ("A",)


def test_which_money_and_which_deals() -> None:
    deals = [
        make_deal("A", "Q 03-30", "5.00 EUR", amount="7.00 EUR", revenue="9.00 EUR", owner="anna"),
        make_deal("B", "Q 03-30", owner="boris", differs=True),
        make_deal("C", "Q 03-30", "3.00 USD", department="north"),
        make_deal("D", "Q 03-30", process="other"),
        make_deal("E", "Q 03-20, L 03-30", process="other"),
        make_deal("F", "Q 04-02"),
    ]
    state = state_of(deals, sum="value")
    assert state.total.numbers["open"].sum == {"EUR": Decimal("7.00"), "USD": Decimal("3.00")}
    assert (state.without_value, state.other_process, state.differs) == (1, 1, 1)
    assert state_of(deals, currency="EUR").left_out == {"USD": 1}
    assert counts(state_of(deals, owners=frozenset({"anna"})))[0] == 1
    assert counts(state_of(deals, departments=frozenset({"north"})))[0] == 1


facts = st.fixed_dictionaries(
    {
        "budget": st.sampled_from([None, "1.00 EUR", "0.10 EUR", "7.00 USD"]),
        "owner": st.sampled_from([None, "anna", "boris"]),
        "close_date": st.sampled_from([None, "2024-03-30", "2024-03-31", "2024-04-01"]),
        "due_at": st.none() | st.integers(-3, 3),
        "moves": st.sampled_from(["Q 03-01", "Q 03-30", "K 03-01", "Q 03-01, W 03-05"]),
    }
)


@given(st.lists(facts, max_size=8))
def test_the_state_equals_a_naive_one_and_rows_add_up(raws: list[dict[str, Any]]) -> None:
    start = seconds(CALENDAR.start_of(END_OF_MARCH))
    deals = []
    for place, raw in enumerate(raws):
        days = raw["due_at"]
        due = None if days is None else start + days * 86_400
        more = {"owner": raw["owner"], "close_date": raw["close_date"], "due_at": due}
        deals.append(make_deal(str(place), raw["moves"], raw["budget"], **more))
    state = state_of(deals, by="owner", with_ids=True)

    is_open = [raw for raw in raws if "W" not in raw["moves"]]
    naive = {
        "open": is_open,
        "overdue": [r for r in is_open if r["close_date"] == "2024-03-30"],
        "undated": [r for r in is_open if r["close_date"] is None],
        "stale": [
            r
            for r in is_open
            if r["moves"] == "Q 03-01" and (r["due_at"] is None or r["due_at"] < 0)
        ],
        "without_next_step": [r for r in is_open if r["due_at"] is None],
    }
    for name, expected in naive.items():
        found = state.total.numbers[name]
        assert found.count == len(expected)
        for code in ("EUR", "USD"):
            money = [
                Decimal(r["budget"][:-4]) for r in expected if (r["budget"] or "").endswith(code)
            ]
            assert found.sum.get(code, 0) == sum(money)
        assert found.without_value == sum(r["budget"] is None for r in expected)
        for row in state.rows:
            assert row.numbers[name].count == sum(r["owner"] == row.key for r in expected)
        assert found.ids is not None and len(found.ids.count) == found.count
        assert sum(map(len, found.ids.sum.values())) + found.without_value == found.count
        assert sum(row.numbers[name].count for row in state.rows) == found.count


def test_the_footer_of_a_state_counts_each_deal_and_nothing_is_0() -> None:
    deals = [
        make_deal("A", "Q 03-30", "1.00 USD"),
        make_deal("B", "Q 03-30", "2.00 GBP"),
        make_deal("C", "Q 03-30", "3.00 USD"),
        make_deal("D", "Q 03-20, L 03-30", "3.00 USD"),
        make_deal("E", "Q 03-30", "5.00 EUR", differs=True),
        make_deal("F", "Q 03-30", "5.00 EUR", differs=True),
        make_deal("G", "Q 03-20, L 03-30", process="other"),
    ]
    state = state_of(deals, currency="EUR", by="owner")
    assert list(state.left_out.items()) == [("GBP", 1), ("USD", 2)]
    assert (state.other_process, state.differs, state.invalid) == (0, 2, 0)
    assert state.process_name == "Real estate, corporate sale"
    assert (state.total.key, state.total.name, counts(state)[0]) == (None, "", 2)
    plain = build_state(deals, state.question, DEFINITION, invalid=3)
    assert (plain.invalid, plain.total.numbers["open"].ids) == (3, None)
    partial = add_up(deals, build_contribution(state.question, DEFINITION))
    assert finish(partial, DEFINITION, state.question).invalid == 0


def test_rows_of_a_state_have_names_money_and_ids() -> None:
    deals = [
        make_deal("A", "Q 03-30", "1.00 EUR", owner="anna"),
        make_deal("B", "Q 03-30", "2.00 EUR", owner="boris"),
        make_deal("C", "Q 03-30", "4.00 EUR", owner="boris"),
        make_deal("D", "Q 03-30", "8.00 EUR"),
    ]
    question = state_of(deals, by="owner").question
    state = build_state(deals, question, DEFINITION, names={"anna": "Anna"}, with_ids=True)
    assert [(row.key, row.name) for row in state.rows] == [
        ("boris", "boris"),  # two deals
        ("anna", "Anna"),
        (None, ""),
    ]
    numbers = [row.numbers["open"] for row in state.rows]
    assert [one.sum for one in numbers] == [{"EUR": Decimal(n)} for n in (6, 1, 8)]
    assert [one.ids and one.ids.count for one in numbers] == [("B", "C"), ("A",), ("D",)]
    assert [row.numbers["open"].ids for row in build_state(deals, question, DEFINITION).rows] == [
        None,
        None,
        None,
    ]
    assert state_of(deals).rows == ()


def test_stages_stand_in_their_order_and_a_retired_one_while_it_has_deals() -> None:
    retired = [msgspec.structs.replace(s, retired=s.stage[0] in "qk") for s in DEFINITION.stages]
    definition = msgspec.structs.replace(DEFINITION, stages=retired)
    deals = [make_deal("A", "K 03-30"), make_deal("B", "Q 03-30", stage="of-old")]
    question = state_of([], by="stage").question
    assert [row.key for row in build_state(deals, question, definition).rows] == [
        "key-contacts",
        "proposal-preparation",
        "proposal-presentation",
        "of-old",
    ]


def test_an_unknown_stage_is_open_and_its_deal_is_worth_its_amount() -> None:
    deal = make_deal("A", "Q 03-30", stage="of-old", amount="2.00 EUR", revenue="9.00 EUR")
    assert state_of([deal], sum="value").total.numbers["open"].sum == {"EUR": Decimal(2)}


def test_deals_of_another_process_are_open_by_their_last_visit() -> None:
    deals = [
        make_deal("A", "Q 03-30", process="other"),
        make_deal("B", "K 03-30", "1.00 USD", process="other"),
        make_deal("C", "Q 03-20, W 03-30", process="other"),
        msgspec.structs.replace(make_deal("D", "Q 03-30", process="other"), visits=()),
    ]
    assert state_of(deals).other_process == 2


def turning_days_of(deal: Deal) -> list[str] | None:
    days = build_turning_days(state_of([]).question, DEFINITION)(deal)
    return None if days is None else [str(date.fromordinal(day)) for day in days]


def test_a_state_may_turn_after_its_close_date_the_days_of_its_stage_and_what_is_due() -> None:
    # 22:00 UTC is midnight in Riga: the last event lies on the 6th, and 7 days on is the 13th.
    deal = make_deal(
        "A", "Q 03-05T22:00", close_date="2024-03-20", due_at=seconds(instant("03-09"))
    )
    assert turning_days_of(deal) == ["2024-03-21", "2024-03-14", "2024-03-10"]
    assert turning_days_of(make_deal("B", "K 03-05")) == []  # no limit there
    assert turning_days_of(make_deal("C", "Q 03-05T21:59")) == ["2024-03-13"]
    assert turning_days_of(make_deal("D", "Q 03-05", close_date="soon")) is None


def test_the_state_of_a_closed_deal_and_of_another_process_never_turns() -> None:
    late = {"close_date": "2024-03-20"}
    assert turning_days_of(make_deal("A", "Q 03-05, W 03-06", **late)) == []
    assert turning_days_of(make_deal("B", "Q 03-05, L 03-06", **late)) == []
    assert turning_days_of(make_deal("C", "Q 03-05", process="other", **late)) == []
