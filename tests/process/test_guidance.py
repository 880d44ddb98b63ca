"""What `next` tells of a deal."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from standings import NAMES, REAL_ESTATE, eur, make_deal, process, require, shipped, stage

from salescli.model.calendar import Calendar
from salescli.model.computed import build_computed, values_of
from salescli.model.criteria import Unmet
from salescli.model.definition import Criterion, Definition
from salescli.model.events import Created
from salescli.model.expression import parse_condition
from salescli.model.names import subject_of
from salescli.process.commands import fill_command
from salescli.process.engine import Standing
from salescli.process.guidance import Guidance, build_guidance

BORN = datetime(2026, 10, 5, 8, 30, tzinfo=UTC)
RIGA = Calendar("Europe/Riga")


def guide(
    at: str, definition: Definition = REAL_ESTATE, today: date = date(2026, 10, 12), **more: Any
) -> Guidance:
    deal = make_deal(at, **more)
    event = Created(id="h-1", seq=1, at=BORN, by="anna", fields={"stage": at})
    computed = build_computed(deal, [event], definition, RIGA, today)
    standing = Standing(
        deal=deal,
        definition=definition,
        visits=computed.visits,
        subject=subject_of(deal, values_of(computed), calendar=RIGA),
        names=NAMES,
        today=today,
        address="7k2m",
    )
    return build_guidance(standing, computed)


def test_the_tours_morning() -> None:
    told = guide("qualification", budget=eur("250000.00"))
    assert (told.name, told.days_at_stage, told.days_in_stage) == ("Qualification", 7, 30)
    assert told.goal == "We know what they need, what they can spend and when they decide."
    assert [(entry.say, entry.command) for entry in told.missing] == [
        ("Ask what they need", "salescli opp set 7k2m --need …"),
        ("Ask when they want to decide", "salescli opp set 7k2m --close-date …"),
    ]
    assert told.go_on == ("salescli opp advance 7k2m",)


@pytest.mark.parametrize(("day", "is_over"), [(4, False), (5, True)])
def test_the_limit_of_a_stage_is_over_on_the_day_after_it(day: int, is_over: bool) -> None:
    # 30 days after 5 October is 4 November
    assert guide("qualification", today=date(2026, 11, day)).is_over_limit is is_over


def test_a_stage_without_a_limit_is_never_over_it() -> None:
    assert not guide("proposal-preparation", today=date(2030, 1, 1)).is_over_limit


def test_nothing_happened_for_eight_days() -> None:
    told = guide("qualification", today=date(2026, 10, 13))
    assert (told.quiet_days, told.is_stale) == (8, True)


def test_steps_are_told_with_the_definitions_words() -> None:
    (facts,) = guide("qualification").steps
    assert facts.title == "Fill in the deal and appoint its owner"
    assert (facts.performers, facts.results) == (("department-manager", "starter"), ("saved",))
    assert (facts.minutes, facts.is_first) == (30, True)
    told = guide("proposal-preparation").steps
    assert [(entry.step, entry.is_first) for entry in told] == [
        ("costing-needed", True),
        ("costing", False),
        ("proposal", False),
    ]


def test_steps_that_begin_together_are_all_first() -> None:
    told = guide("qualification", shipped("quick")).steps
    assert [(entry.step, entry.is_first) for entry in told] == [
        ("learn-needs", True),
        ("prepare", True),
    ]


def test_a_list_is_told_with_the_command_that_adds_to_it() -> None:
    (missing,) = guide("key-contacts").missing
    assert (missing.say, missing.field) == ("Find out who decides", "contacts.role")
    assert missing.kind == "advise"
    assert missing.command == "salescli opp contact add 7k2m … --role decision-maker"


def test_the_last_stage_goes_on_with_a_closing_and_a_closed_deal_with_a_reopening() -> None:
    assert guide("proposal-presentation").go_on[0] == "salescli opp close 7k2m --outcome won"
    closed = guide("lost")
    assert closed.go_on == ("salescli opp reopen 7k2m --to STAGE --reason TEXT",)
    assert (closed.missing, closed.steps, closed.is_over_limit) == ((), (), False)


def test_a_stage_that_is_gone_is_named_as_it_stands() -> None:
    told = guide("signing")
    assert (told.name, told.missing, told.go_on) == ("signing", (), ("salescli check",))


def test_what_is_required_is_told_as_such() -> None:
    definition = process(stage("a", exit=[*require("budget"), Criterion(advise="mood")]))
    told = guide("a", definition).missing
    assert [(entry.kind, entry.say) for entry in told] == [
        ("require", "say budget"),
        ("advise", "mood is advised"),
    ]


@pytest.mark.parametrize(
    ("condition", "command"),
    [
        ("need", "salescli opp set 7k2m --need …"),
        ("need=flat-to-let", "salescli opp set 7k2m --need flat-to-let"),
        ("need=flat-to-let,parking", "salescli opp set 7k2m --need …"),
        ("need!=parking", "salescli opp set 7k2m --need …"),
        ("budget>=1000", "salescli opp set 7k2m --budget …"),
        ("budget=1000", "salescli opp set 7k2m --budget '1000.00 EUR'"),
        ("close_date>today", "salescli opp set 7k2m --close-date …"),
        ("close_date=today", "salescli opp set 7k2m --close-date …"),
        ("main_contact", "salescli opp set 7k2m --main-contact …"),
        ("owner=@me", "salescli opp set 7k2m --owner …"),
        ("title~flat", "salescli opp set 7k2m --title …"),
        ("!partner", None),
        ("contacts", "salescli opp contact add 7k2m …"),
        (
            "contacts.role=decision-maker",
            "salescli opp contact add 7k2m … --role decision-maker",
        ),
        ("competitors.competitor=skyline", "salescli opp competitor add 7k2m skyline"),
        ("!competitors", None),
        ("products", "salescli opp product add 7k2m …"),
        ("amount>=1", "salescli opp product add 7k2m …"),
        ("amount=1", "salescli opp product add 7k2m …"),
        ("team.role=presales", "salescli opp member add 7k2m … --role presales"),
        ("leads", "salescli opp lead add 7k2m …"),
        ("proposals", "salescli proposal add 7k2m"),
        ("proposals.state=sent", "salescli proposal add 7k2m --state sent"),
        ("proposals.state=sent,accepted", "salescli proposal add 7k2m --state …"),
        ("activities.type=meeting", "salescli activity plan 7k2m … --type meeting"),
        ("activities.result=no-answer", None),
        ("external.hubspot", "salescli opp set 7k2m --external hubspot=…"),
        ("winner", None),
        ("actual_revenue", None),
    ],
)
def test_the_command_that_fills_in_what_is_missing(condition: str, command: str | None) -> None:
    unmet = Unmet("a", Criterion(advise=condition), parse_condition(condition, NAMES))
    assert fill_command(unmet, "7k2m") == command


@pytest.mark.parametrize(
    ("condition", "command"),
    [
        ("proposals.state=sent", "salescli proposal set 5x9d --state sent"),
        ("proposals.state=sent,accepted", "salescli proposal set 5x9d --state …"),
        ("proposals.amount>=1000", "salescli proposal set 5x9d --amount …"),
        ("proposals", "salescli proposal add 7k2m"),
        ("need", "salescli opp set 7k2m --need …"),
    ],
)
def test_a_proposal_that_exists_is_set_to_what_is_wanted(condition: str, command: str) -> None:
    unmet = Unmet("a", Criterion(advise=condition), parse_condition(condition, NAMES))
    assert fill_command(unmet, "7k2m", "5x9d") == command
