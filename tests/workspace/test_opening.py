"""How a step is opened: what it adopts, who does it, when it is due (format.md section 5)."""

import json
from datetime import UTC, datetime

import pytest

from tests.shop import made_once
from tests.workspace.process_model import tell
from tests.workspace.test_running import (
    FINALS,
    finish,
    lead_by,
    make_people,
    planned,
    steps,
    waiting,
)

# Adopting.

ADOPTING = """
  - stage: one
    name: One
    begin: [meet, ring]
    steps:
      - {step: meet, kind: meeting, title: Meet, adopt: true, then: {done: ~, later: meet}}
      - {step: ring, kind: call, title: Ring, then: {done: "stage:two"}}
  - stage: two
    name: Two
    steps:
      - {step: think, kind: task, title: Think, then: {done: "stage:won"}}
"""


@pytest.fixture
@made_once
def adopted(shop) -> tuple[str, str]:
    """A deal, and its meeting that the process awaits."""
    text = f"name: Mine\nstages:\n{ADOPTING.strip(chr(10))}{FINALS}"
    shop.write("processes/mine.yaml", text)
    deal = shop.deal("Flat 47", "--process", "mine")
    meeting = shop.make("activity", "plan", deal, "Coffee", "--type", "meeting")
    shop.make("activity", "plan", deal, "Ring the bank", "--type", "call")
    shop.do("process", "start", deal)
    return deal, meeting


def test_a_meeting_planned_by_hand_is_awaited_instead_of_a_new_one(shop, adopted):
    deal, meeting = adopted
    assert waiting(shop, deal, "meet") == meeting
    (event,) = [one for one in shop.events(deal) if one["kind"] == "replanned"]
    (run,) = tell(shop.events(deal)).runs
    assert event["fields"] == {
        "results": [None, ["done", "later"]],
        "step": [None, "meet"],
        "run": [None, run],
    }
    assert planned(shop, deal, "ring")["title"] == "Ring"  # a call that adopts nothing


def test_what_was_adopted_takes_the_results_of_the_step_and_follows_its_routes(shop, adopted):
    deal, _ = adopted
    finish(shop, deal, "meet", "later")
    assert planned(shop, deal, "meet")["title"] == "Meet"
    assert steps(shop, deal) == ["ring", "meet"]


@pytest.mark.parametrize(
    "command", [["opp", "advance"], ["process", "stop"], ["opp", "close", "--outcome", "won"]]
)
def test_what_was_adopted_is_given_back_when_its_step_is_left(shop, adopted, command):
    deal, meeting = adopted
    shop.do(*command, deal)
    mine = tell(shop.events(deal)).activities[meeting]
    assert mine["state"] == "open"
    assert (mine["step"], mine["run"], mine["results"]) == (None, None, None)
    shop.do("activity", "done", meeting)  # with a result as of any activity
    found = json.loads(shop.do("check", "--format", "json").out)["findings"]
    assert {one["code"] for one in found} == {"adopt-without-cancelled"}  # of the process itself


def test_what_was_given_back_is_adopted_again(shop, adopted):
    deal, meeting = adopted
    shop.do("opp", "advance", deal)
    shop.do("opp", "move", deal, "--to", "one")
    assert waiting(shop, deal, "meet") == meeting


# Who does it.

PERFORMERS = """
  - stage: one
    name: One
    steps:
      - {{step: only, kind: task, title: Only, performer: [{names}], then: {{done: "stage:won"}}}}
"""


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("owner", "dina"),
        ("department-manager, owner", "carl"),
        ("starter", "anna"),
        ("boris, owner", "boris"),
        ("edgar, starter", "anna"),  # who is named has left
        ("edgar", "dina"),  # nobody found: the owner
    ],
)
def test_a_step_is_of_the_first_performer_that_can_be_found(shop, names, expected):
    make_people(shop)
    shop.make("person", "create", "Dina")
    shop.make("person", "create", "Edgar", "--left", "2026-10-01")
    options = ("--owner", "dina", "--department", "north")
    deal = lead_by(shop, PERFORMERS.format(names=names), *options)
    assert planned(shop, deal, "only")["owner"] == expected


def test_without_a_manager_the_next_performer_does_it(shop):
    make_people(shop)
    shop.do("department", "set", "north", "--manager", "")
    stages = PERFORMERS.format(names="department-manager, boris")
    deal = lead_by(shop, stages, "--department", "north")
    assert planned(shop, deal, "only")["owner"] == "boris"


def test_of_an_owner_who_has_left_the_starter_does_the_step(shop):
    make_people(shop)
    deal = shop.deal("Flat 47", "--owner", "boris")
    shop.do("process", "start", deal, "--actor", "carl")
    shop.do("opp", "close", deal, "--outcome", "won")
    shop.do("person", "leave", "boris", "--to", "anna", "--on", "2026-11-01")
    shop.do("opp", "reopen", deal, "--to", "key-contacts", "--reason", "x")
    assert shop.facts(deal)["owner"] == "boris"
    assert planned(shop, deal, "contacts")["owner"] == "carl"


# When it is due.

DELAYED = """
  - stage: one
    name: One
    steps:
      - step: only
        kind: task
        title: Only
        start_after: {delay}
        remind: 15
        then: {{done: "stage:won"}}
"""


@pytest.mark.parametrize(
    ("delay", "start"),
    [
        ("30m", "2026-10-24T09:30:00Z"),
        ("24h", "2026-10-25T09:00:00Z"),  # 11:00 in Riga, where it was 12:00 the day before
        ("1d", "2026-10-25T10:00:00Z"),  # 12:00 in Riga on either day
        ("7d", "2026-10-31T10:00:00Z"),
    ],
)
def test_a_delay_counts_from_the_opening_and_days_are_those_of_the_stores_clock(shop, delay, start):
    """In the night of 25 October 2026 the clocks of Riga go back an hour."""
    shop.make("contact", "create", "Elena Petrova")
    shop.write("processes/mine.yaml", f"name: Mine\nstages:{DELAYED.format(delay=delay)}{FINALS}")
    shop.now = datetime(2026, 10, 24, 9, 0, tzinfo=UTC)
    deal = shop.deal("Flat 47", "--process", "mine")
    shop.now = datetime(2026, 10, 24, 9, 0, tzinfo=UTC)
    shop.do("process", "start", deal)
    event = planned(shop, deal, "only")
    assert (event["start"], event["remind"]) == (start, 15)


def test_a_step_that_is_due_at_once_has_no_start_and_no_reminder(shop):
    stages = DELAYED.format(delay="1d").replace("        start_after: 1d\n", "")
    event = planned(shop, lead_by(shop, stages), "only")
    assert "start" not in event
    assert "remind" not in event
