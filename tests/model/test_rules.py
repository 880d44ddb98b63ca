"""Rules of one deal: each broken alone gives its code, and a sound deal none."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from salescli.model.definition import Definition
from salescli.model.money import Money
from salescli.model.records import Line, Opportunity, Rival, Stakeholder, TeamMember
from salescli.model.rules import (
    check_locked,
    check_opportunity,
    locked_fields,
    needs_details,
    probability_rule,
)
from salescli.store.codec import read_dictionaries, read_typed

FORMAT = Path(__file__).parent.parent / "data" / "format"
PROCESS = read_typed(
    (FORMAT / "processes_real-estate.yaml").read_bytes(), "real-estate.yaml", Definition
)
REASONS = read_dictionaries((FORMAT / "dictionaries.yaml").read_bytes(), "d.yaml")["close_reasons"]


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def deal(stage: str = "qualification", **more: Any) -> Opportunity:
    given = {"id": "opp-1", "title": "Flat", "client": "con-1", "process": "real-estate"}
    if stage in ("won", "lost", "rejected", "rerouted"):
        given["close_date"] = date(2026, 3, 1)  # type: ignore[assignment]
    if stage in ("lost", "rejected", "rerouted"):
        given["close_reason"] = "price"
    return Opportunity(**{**given, "stage": stage, **more})  # type: ignore[arg-type]


def line(key: str = "line-1", **more: Any) -> Line:
    return Line(**{"line": key, "title": "Kitchen", "price": eur("10.00"), **more})


def codes(broken: Opportunity) -> list[str]:
    return [problem.code for problem in check_opportunity(broken, PROCESS, REASONS)]


@pytest.mark.parametrize(
    "sound",
    [
        deal(),
        deal(probability=10),
        deal("won", actual_revenue=eur("5.00"), budget=eur("6.00")),
        deal("won", archived=True),
        deal("lost"),
        deal("lost", close_reason="other", close_details="moved away"),
        deal("lost", close_reason="competitor-won", winner="unknown"),
        deal(
            "rejected",
            close_reason="competitor-won",
            winner="skyline",
            competitors=[Rival(competitor="skyline")],
        ),
        deal(main_contact="con-1", contacts=[Stakeholder(contact="con-1")]),
        deal(products=[line(discount=Decimal(100)), line("line-2", quantity=Decimal("0.125"))]),
        deal("key-contacts"),
    ],
)
def test_a_sound_deal_has_nothing_wrong(sound: Opportunity) -> None:
    assert codes(sound) == []


def test_the_formats_deal_is_sound() -> None:
    source = (FORMAT / "opportunity.yaml").read_bytes()
    assert codes(read_typed(source, "opportunity.yaml", Opportunity)) == []


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (deal("signing"), "unknown-stage"),
        (deal(probability=11), "above-cap"),
        (deal(probability=101), "not-a-percentage"),
        (deal(probability=-1), "not-a-percentage"),
        (deal("won", probability=75), "probability-when-closed"),
        (deal("lost", probability=0), "probability-when-closed"),
        (deal(budget=eur("1.00"), products=[line(price=usd("1.00"))]), "two-currencies"),
        (deal(budget=eur("1.00"), direct_expense=usd("1.00")), "two-currencies"),
        (deal("won", actual_revenue=eur("1.00"), budget=usd("1.00")), "two-currencies"),
        (deal(archived=True), "archived-open"),
        (deal("won", close_date=None), "closed-without-day"),
        (deal("lost", close_date=None), "closed-without-day"),
        (deal("lost", actual_revenue=eur("1.00")), "revenue-not-won"),
        (deal(actual_revenue=eur("1.00")), "revenue-not-won"),
        (deal(close_reason="price"), "reason-not-failed"),
        (deal("won", close_details="because"), "reason-not-failed"),
        (deal("won", winner="unknown"), "reason-not-failed"),
        (deal("rerouted", close_reason=None), "reason-needed"),
        (deal("lost", close_reason="other"), "details-needed"),
        (deal("lost", close_reason="competitor-won"), "winner-needed"),
        (deal("lost", winner="unknown"), "winner-not-asked"),
        (deal("lost", close_reason="competitor-won", winner="skyline"), "not-in-list"),
        (deal(main_contact="con-2", contacts=[Stakeholder(contact="con-1")]), "not-in-list"),
        (deal(main_competitor="skyline"), "not-in-list"),
        (deal(contacts=[Stakeholder(contact="con-1")] * 2), "twice-in-list"),
        (deal(competitors=[Rival(competitor="skyline")] * 3), "twice-in-list"),
        (deal(team=[TeamMember(member="boris")] * 2), "twice-in-list"),
        (deal(products=[line(), line()]), "twice-in-list"),
        (deal(leads=["lead-1", "lead-1"]), "twice-in-list"),
        (deal(products=[line(product="flat-b47")]), "line-of-what"),
        (deal(products=[line(title=None)]), "line-of-what"),
        (deal(products=[line(quantity=Decimal(0))]), "bad-quantity"),
        (deal(products=[line(quantity=Decimal("1.2345"))]), "too-many-decimals"),
        (deal(products=[line(discount=Decimal("100.001"))]), "bad-discount"),
        (deal(products=[line(discount=Decimal(-1))]), "bad-discount"),
        (deal(products=[line(discount=Decimal("0.0001"))]), "too-many-decimals"),
        (deal("proposal-preparation"), "no-decision-maker"),
    ],
)
def test_each_broken_rule_has_its_code(broken: Opportunity, code: str) -> None:
    assert codes(broken) == [code]


def test_everything_is_told_at_once() -> None:
    broken = deal(
        "lost",
        probability=5,
        close_reason=None,
        close_date=None,
        winner="skyline",
        actual_revenue=eur("1.00"),
        budget=usd("1.00"),
    )
    assert set(codes(broken)) == {
        "probability-when-closed",
        "two-currencies",
        "closed-without-day",
        "revenue-not-won",
        "reason-needed",
        "winner-not-asked",
        "not-in-list",
    }


def test_who_decides_is_a_warning_and_no_more() -> None:
    (problem,) = check_opportunity(deal("proposal-presentation"), PROCESS)
    assert problem.warning


@pytest.mark.parametrize("stage", ["qualification", "key-contacts", "won", "lost"])
def test_nobody_has_to_decide_before_that_stage_or_after_the_end(stage: str) -> None:
    assert codes(deal(stage)) == []


def test_the_cap_is_named_in_the_refusal() -> None:
    # tour.md: "55 % is above what Key contacts allows (40 %)"
    problem = probability_rule(PROCESS, "key-contacts", 55)
    assert problem is not None
    assert problem.text == "55 % is above what Key contacts allows (40 %)"
    assert problem.field == "probability"


@pytest.mark.parametrize(
    ("stage", "percent", "code"),
    [
        ("key-contacts", 40, None),
        ("key-contacts", 0, None),
        ("key-contacts", 41, "above-cap"),
        ("won", 75, "probability-when-closed"),  # peer case 4
        ("won", 100, "probability-when-closed"),
        ("lost", 0, "probability-when-closed"),
        ("qualification", 101, "not-a-percentage"),  # peer case 26
        ("qualification", -1, "not-a-percentage"),
    ],
)
def test_a_probability_by_hand(stage: str, percent: int, code: str | None) -> None:
    problem = probability_rule(PROCESS, stage, percent)
    assert (problem.code if problem else None) == code


def test_four_fields_are_locked_in_final_stages() -> None:
    locked = {"budget", "probability", "close_date", "products"}
    assert all(locked_fields(PROCESS, stage) == locked for stage in ("won", "lost", "rejected"))
    assert locked_fields(PROCESS, "qualification") == frozenset()


def test_a_locked_field_is_refused_once_however_many_paths_touch_it() -> None:
    paths = ["products/line-1", "products/line-2/quantity", "mood", "budget", "actual_revenue"]
    problems = check_locked(PROCESS, "won", paths, "7k2m")
    assert [(problem.code, problem.field) for problem in problems] == [
        ("locked-field", "products"),
        ("locked-field", "budget"),
    ]
    assert problems[0].hint == "salescli opp reopen 7k2m --to STAGE --reason TEXT"
    assert check_locked(PROCESS, "qualification", paths) == []


def test_the_dictionary_says_which_reasons_want_details() -> None:
    assert needs_details("other", REASONS)
    assert not needs_details("price", REASONS)
    assert needs_details("other", {})
