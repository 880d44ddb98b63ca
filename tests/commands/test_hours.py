"""Hours by hand and the completion of a deal: the example in the docs, to the cent."""

import json
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.shop import made_once, new_shop


def figures(shop, deal):
    """The completion as a document."""
    return json.loads(shop.do("opportunity", "completion", deal, "--format", "json").out)


@pytest.fixture
@made_once
def example(shop):
    """Budget 100; 30 as planned, 120 and 90 minutes done, 60 cancelled, two hours by hand."""
    shop.do("person", "set", "anna", "--hourly", "2026-01-01=4")
    deal = shop.deal("Flat 47", "--budget", "100")
    shop.do("activity", "done", shop.make("activity", "plan", deal, "A", "--minutes", "30"))
    second = shop.make("activity", "plan", deal, "B", "--minutes", "60")
    shop.do("activity", "done", second, "--minutes", "2h")
    shop.do("activity", "log", deal, "C", "--minutes", "1:30")
    shop.do("activity", "cancel", shop.make("activity", "plan", deal, "D", "--minutes", "60"))
    shop.do("time", "add", deal, "2h", "--note", "Drive to the site and back")
    return deal


def test_the_example_comes_out_to_the_cent_through_commands(shop, example):
    shop.do("opportunity", "close", example, "--outcome", "won", "--revenue", "95")
    shop.do("opportunity", "set", example, "--direct-expense", "10")
    worked = next(event for event in shop.events(example) if event["kind"] == "worked")
    assert figures(shop, example) == {
        "schema": "salescli/completion@1",
        "opportunity": example,
        "title": "Flat 47",
        "status": "won",
        "closed_on": "2026-11-02",
        "close_reason": None,
        "close_details": None,
        "winner": None,
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
        "by_hand": [
            {
                "person": "anna",
                "minutes": 120,
                "at": worked["at"],
                "note": "Drive to the site and back",
            }
        ],
    }
    assert shop.do("opportunity", "completion", example).out.split("\n") == [
        f" Flat 47  {example}",
        " Won on 2 Nov 2026",
        " Revenue 95 EUR · against budget -5 EUR (-5.00 % of budget)",
        " Per hour 15.83 EUR · direct expense 10 EUR",
        " Work 6 h · own cost 24 EUR",
        " Margin 61 EUR (64.21 % of revenue)",
        " By hand",
        "   2 Nov 2026 · Anna Berzina · 2 h · Drive to the site and back",
        "",
    ]


def test_a_lost_deal_tells_its_hours_and_how_it_ended(shop, example):
    shop.do(
        "opportunity", "close", example, "--outcome", "lost", "--reason", "competitor-won",
        "--winner", "unknown", "--details", "Cheaper by a tenth",
    )  # fmt: skip
    found = figures(shop, example)
    assert (found["hours"], found["own_cost"]) == ("6.00", "24.00")
    assert [found[name] for name in ("revenue", "margin", "income_per_hour")] == [None] * 3
    assert found["winner"] == "unknown"
    lines = shop.do("opportunity", "completion", example).out.split("\n")
    assert lines[1:3] == [
        " Lost on 2 Nov 2026 · A competitor won · Cheaper by a tenth · won by unknown",
        " Work 6 h · own cost 24 EUR",
    ]
    shown = shop.do("opportunity", "completion", example, "--format", "md").out
    assert shown.startswith("# Flat 47\n\n```\n Flat 47")


def test_a_rate_counts_from_its_day_on_by_command_and_by_hand(shop):
    deal = shop.deal("Flat 47", "--budget", "100")
    for day in ("2026-10-29", "2026-10-30", "2026-11-01"):
        shop.do("time", "add", deal, "60", "--at", day)
    assert figures(shop, deal)["hours_without_rate"] == "3.00"
    shop.do("person", "set", "anna", "--hourly", "2026-10-30=4 EUR")
    shop.do("person", "set", "anna", "--hourly", "2026-11-01=7.50")
    found = figures(shop, deal)
    assert (found["own_cost"], found["hours_without_rate"]) == (None, "1.00")
    assert "    hourly:\n      2026-10-30: 4.00 EUR\n      2026-11-01: 7.50 EUR\n" in (
        shop.root / "team.yaml"
    ).read_text("utf-8")
    shop.replace("team.yaml", "2026-10-30: 4.00 EUR", "2026-10-01: 4.00 EUR")
    found = figures(shop, deal)
    assert (found["own_cost"], found["hours_without_rate"]) == ("15.50", "0")  # 4 + 4 + 7.50
    shop.do("person", "set", "anna", "--hourly", "2026-11-01=")
    assert figures(shop, deal)["own_cost"] == "12.00"
    shop.replace("team.yaml", "2026-10-01: 4.00 EUR", "2026-10-01: 4,00 EUR")
    assert shop.run("check").code == 4
    assert shop.run("opportunity", "completion", deal).code == 4


def test_hours_are_of_the_person_that_did_the_work(shop):
    deal = shop.deal("Flat 47", "--budget", "100")
    shop.do("person", "create", "Борис Калныньш", "--id", "boris", "--hourly", "2026-01-01=10")
    shop.do("person", "set", "anna", "--hourly", "2026-01-01=4")
    shop.do("activity", "log", deal, "A", "--owner", "boris", "--minutes", "90")
    shop.do("time", "add", deal, "30", "--person", "Борис Калныньш")
    shop.do("time", "add", deal, "30")
    found = figures(shop, deal)
    assert [(one["person"], one["hours"], one["own_cost"]) for one in found["people"]] == [
        ("boris", "2.00", "20.00"),
        ("anna", "0.50", "2.00"),
    ]
    lines = shop.do("opportunity", "completion", deal).out.split("\n")
    assert lines[2:5] == [
        " Work 2.5 h · own cost 22 EUR",
        "   Борис Калныньш 2 h · 20 EUR",
        "   Anna Berzina 0.5 h · 2 EUR",
    ]


@pytest.mark.parametrize("end", [(), ("won",), ("lost", "--reason", "price")])
def test_hours_are_added_whatever_became_of_the_deal_and_taken_back(shop, end):
    deal = shop.deal("Flat 47", "--budget", "100")
    if end:
        shop.do("opportunity", "close", deal, "--outcome", *end)
    assert shop.do("time", "add", deal, "1h30", "--at", "2026-10-01").out == f"{deal}\n"
    event = shop.events(deal)[-1]
    assert (event["kind"], event["person"], event["minutes"]) == ("worked", "anna", 90)
    assert event["at"] == "2026-09-30T21:00:00Z"  # before the deal was there: it is allowed
    assert figures(shop, deal)["hours"] == "1.50"
    shop.do("undo")
    assert (figures(shop, deal)["hours"], figures(shop, deal)["by_hand"]) == ("0", [])
    shop.do("redo")
    assert figures(shop, deal)["hours"] == "1.50"
    assert shop.do("check").code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("0",), 2, "no time at all"),
        (("-5",), 2, "reads as an option"),
        (("an hour",), 2, "not a length"),
        (("90", "--person", "zoe"), 3, "no person 'zoe'"),
        (("90", "--person", "dina"), 1, "left on 2026-10-31"),
        (("90", "--at", "tomorrow"), 1, "future"),
        (("x", "--person", "zoe", "--note", "a\x07"), 2, "U+0007"),
    ],
)
def test_what_is_no_work_is_refused_and_nothing_is_written(shop, arguments, code, words):
    deal = shop.deal()
    shop.do("person", "create", "Dina", "--id", "dina", "--left", "2026-10-31")
    before = shop.tree()
    answer = shop.run("time", "add", deal, *arguments)
    assert answer.code == code
    assert words.casefold() in answer.err.casefold()
    assert shop.tree() == before


def test_who_left_later_may_have_worked_before(shop):
    deal = shop.deal()
    shop.do("person", "create", "Dina", "--id", "dina", "--left", "2026-10-31")
    shop.do("time", "add", deal, "90", "--person", "dina", "--at", "2026-10-31")
    assert figures(shop, deal)["people"][0]["person"] == "dina"


ENTRIES = st.lists(st.tuples(st.booleans(), st.integers(1, 500)), min_size=1, max_size=6)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(entries=ENTRIES)
def test_hours_of_lists_conditions_and_completion_are_one_sum(tmp_path_factory, entries):
    shop = new_shop(tmp_path_factory.mktemp("hours") / "sales")
    deal = shop.deal("Flat 47", "--budget", "100")
    for is_activity, minutes in entries:
        what = ("activity", "log", deal, "A", "--minutes") if is_activity else ("time", "add", deal)
        shop.do(*what, str(minutes))
    hours = sum((Decimal(m) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP) for _, m in entries)
    listed = shop.do("opportunity", "list", "--columns", "id,hours", "--format", "csv").out
    assert listed.split("\n")[1] == f"{deal},{hours:.2f}"
    assert figures(shop, deal)["hours"] == f"{hours:.2f}"
    for condition, is_met in ((f"hours={hours}", True), (f"hours<{hours}", False)):
        answer = shop.do("opportunity", "list", "--where", condition, "--format", "csv")
        assert (deal in answer.out) is is_met


def test_a_list_sorts_hours_by_their_number(shop):
    for title, minutes in (("nine", "540"), ("ten", "600"), ("none", None)):
        deal = shop.deal(title)
        shop.now += timedelta(minutes=1)
        if minutes:
            shop.do("time", "add", deal, minutes)
    listed = shop.do(
        "opportunity", "list", "--sort", "-hours", "--columns", "title,hours", "--format", "csv"
    )
    assert listed.out.split() == ["title,hours", "ten,10.00", "nine,9.00", "none,0.00"]
