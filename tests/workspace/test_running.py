"""The run of a process on a deal: what opens, what is cancelled, who does it, and when.

Expected values are those of domain.md section 4 and format.md sections 5 and 7.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.shop import Shop
from tests.workspace.process_model import tell

EXAMPLE = Path(__file__).parent.parent / "data" / "format" / "history.yaml"
OF_THE_PROCESS = "moved closed reopened repeated started stopped planned done cancelled".split()
FINALS = """
  - {stage: won, name: Won, final: success}
  - {stage: lost, name: Lost, final: failure}
"""


def lead_by(shop: Shop, stages: str, *options: str) -> str:
    """A deal on which a process of these stages runs."""
    shop.write("processes/mine.yaml", f"name: Mine\nstages:\n{stages.strip(chr(10))}{FINALS}")
    assert shop.run("process", "check", "mine").code == 0
    deal = shop.deal("Flat 47", "--process", "mine", *options)
    shop.do("process", "start", deal)
    return deal


def steps(shop: Shop, deal: str) -> list[str]:
    """Ids of the steps that wait, in the order in which they were opened."""
    return [one["step"] for one in tell(shop.events(deal)).steps.values()]


def waiting(shop: Shop, deal: str, step: str) -> str:
    """The activity that is the open step of that id."""
    (found,) = [k for k, one in tell(shop.events(deal)).steps.items() if one["step"] == step]
    return found


def finish(shop: Shop, deal: str, step: str, result: str, *options: str) -> None:
    """Say that an open step is done with a result."""
    shop.do("activity", "done", waiting(shop, deal, step), "--result", result, *options)


def planned(shop: Shop, deal: str, step: str) -> dict[str, Any]:
    """The last event that planned a step."""
    events = shop.events(deal)
    return [one for one in events if one["kind"] == "planned" and one.get("step") == step][-1]


def stage(shop: Shop, deal: str) -> str:
    return str(shop.facts(deal)["stage"])


# The story of the format.


def test_the_story_of_the_format_is_written_by_the_commands_that_it_tells_of(shop):
    """Every event that a process has to do with, in that order, with those keys and values."""
    make_people(shop)
    shop.now = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
    deal = shop.deal("Flat 47", "--department", "north", "--owner", "anna")

    def at(text: str) -> None:
        shop.now = datetime.fromisoformat(f"2026-{text}:00Z")

    at("10-05T08:30")
    shop.do("process", "start", deal)
    at("10-12T09:05")
    facts = waiting(shop, deal, "facts")
    shop.do("activity", "done", facts, "--minutes", "20", "--actor", "carl")
    at("10-12T09:06")
    told = ("--note", "They know what they want")
    shop.do("opp", "advance", deal, "--to", "proposal-preparation", *told)
    at("10-14T11:00")
    told = ("--note", "The wife decides, we never met her")
    shop.do("opp", "move", deal, "--to", "key-contacts", *told)
    at("10-28T16:40")
    shop.do("opp", "close", deal, "--outcome", "lost", "--reason", "no-answer")
    at("11-02T10:12")
    told = ("--reason", "They called back")
    shop.do("opp", "reopen", deal, "--to", "key-contacts", *told)
    at("11-04T09:00")
    meeting = shop.make(
        "activity", "plan", deal, "Show block B with the wife", "--type", "meeting",
        "--start", "2026-11-06 16:00", "--minutes", "60", "--remind", "30",
    )  # fmt: skip
    at("11-07T11:10")
    told = ("--note", "Liked the courtyard; worries about parking")
    shop.do("activity", "done", meeting, "--minutes", "70", *told)
    at("11-10T08:10")
    shop.do("opp", "move", deal, "--to", "proposal-preparation")
    at("11-10T08:11")
    finish(shop, deal, "costing-needed", "yes")
    at("11-11T09:01")
    costing = waiting(shop, deal, "costing")
    shop.do("activity", "done", costing, "--minutes", "90", "--result", "done", "--actor", "carl")
    at("11-13T08:30")
    shop.do("opp", "repeat", deal, "--note", "The wife wants another flat costed as well")
    at("11-13T08:31")
    shop.do("process", "stop", deal, "--reason", "by hand from here")

    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    wanted = comparable([json.loads(line.removeprefix("- ")) for line in lines])
    assert comparable(shop.events(deal)) == wanted
    assert shop.do("check").err == ""


def make_people(shop: Shop) -> None:
    """Carl, who manages the department north, and Boris."""
    shop.make("person", "create", "Boris")
    shop.make("person", "create", "Carl")
    shop.make("department", "create", "North", "--manager", "carl")


def comparable(events: list[dict[str, Any]]) -> list[str]:
    """The events of a process as text; ids in the order in which they first appear."""
    names: dict[str, str] = {}
    told = []
    for event in events:
        if event["kind"] not in OF_THE_PROCESS:
            continue
        said = {k: v for k, v in event.items() if k not in ("id", "seq", "people", "fields")}
        for key in ("activity", "run"):
            if key in said:
                said[key] = names.setdefault(said[key], f"{key} {len(names)}")
        told.append(json.dumps(said))
    return told


# What opens.


@pytest.mark.parametrize(
    ("at", "opened"),
    [
        ("qualification", ["facts"]),
        ("key-contacts", ["contacts"]),
        ("proposal-preparation", ["costing-needed"]),
        ("proposal-presentation", ["agree"]),
    ],
)
def test_a_run_begins_with_the_first_step_of_the_stage_where_the_deal_is(shop, at, opened):
    deal = shop.deal()
    if at != "qualification":
        shop.do("opp", "move", deal, "--to", at)
    shop.do("process", "start", deal)
    assert steps(shop, deal) == opened
    assert shop.kinds(deal)[-2:] == ["started", "planned"]
    assert stage(shop, deal) == at


def test_a_second_run_is_refused_while_one_goes_on_and_begins_once_it_is_stopped(shop):
    deal = shop.deal()
    shop.do("process", "start", deal)
    tree = shop.tree()
    answer = shop.run("process", "start", deal)
    assert (answer.code, shop.tree()) == (1, tree)
    shop.do("process", "stop", deal)
    shop.do("process", "start", deal)
    assert steps(shop, deal) == ["facts"]
    assert len(tell(shop.events(deal)).runs) == 1


def test_a_closed_deal_takes_no_run(shop):
    deal = shop.deal()
    shop.do("opp", "close", deal, "--outcome", "won")
    tree = shop.tree()
    assert shop.run("process", "start", deal).code == 1
    assert shop.tree() == tree


TWO_BRANCHES = """
  - stage: one
    name: One
    begin: [left, right]
    steps:
      - {step: left, kind: task, title: Left, then: {done: both, cancelled: ~}}
      - {step: right, kind: task, title: Right, then: {done: both}}
      - {step: both, kind: task, title: Both, then: {done: end-of-stage, again: left}}
"""


def test_branches_open_together_and_a_step_that_both_lead_to_opens_once(shop):
    deal = lead_by(shop, TWO_BRANCHES)
    assert steps(shop, deal) == ["left", "right"]
    finish(shop, deal, "left", "done")
    assert steps(shop, deal) == ["right", "both"]
    finish(shop, deal, "right", "done")
    assert steps(shop, deal) == ["both"]


def test_a_step_that_was_done_opens_again_when_a_later_branch_leads_to_it(shop):
    deal = lead_by(shop, TWO_BRANCHES)
    finish(shop, deal, "left", "done")
    finish(shop, deal, "both", "done")
    assert steps(shop, deal) == ["right"]
    finish(shop, deal, "right", "done")
    assert steps(shop, deal) == ["both"]


def test_a_repeated_stage_has_fresh_steps_in_the_same_visit(shop):
    deal = lead_by(shop, TWO_BRANCHES)
    first = waiting(shop, deal, "right")
    finish(shop, deal, "left", "done")
    shop.do("opp", "repeat", deal)
    assert steps(shop, deal) == ["left", "right"]
    assert waiting(shop, deal, "right") != first
    repeated, *rest = shop.events(deal)[-5:]
    assert repeated["kind"] == "repeated"
    assert [one["kind"] for one in rest] == ["cancelled", "cancelled", "planned", "planned"]
    assert all(one["note"] == "stage repeated" and "result" not in one for one in rest[:2])
    assert "moved" not in shop.kinds(deal)


CONDITIONS = """
  - stage: one
    name: One
    begin: [money, wish]
    steps:
      - {step: money, kind: task, title: Money, when: "!budget", then: {done: after, no: ~}}
      - {step: wish, kind: task, title: Wish, when: need, then: {done: ~, after: after}}
      - {step: after, kind: task, title: After, then: {done: "stage:two"}}
  - stage: two
    name: Two
    steps:
      - {step: pay, kind: task, title: Pay, when: "!budget", then: {done: "stage:won"}}
"""


@pytest.mark.parametrize(
    ("fields", "opened"),
    [
        ([], ["money"]),
        (["--budget", "1"], ["after"]),
        (["--need", "parking"], ["money", "wish"]),
        (["--need", "parking", "--budget", "1"], ["after", "wish"]),
    ],
)
def test_a_step_whose_condition_does_not_hold_is_passed_by_its_first_result(shop, fields, opened):
    assert steps(shop, lead_by(shop, CONDITIONS, *fields)) == opened


def test_a_condition_is_asked_when_its_step_would_open(shop):
    deal = lead_by(shop, CONDITIONS)
    finish(shop, deal, "money", "done")
    shop.do("opp", "set", deal, "--budget", "1")
    finish(shop, deal, "after", "done")
    assert stage(shop, deal) == "won"
    assert steps(shop, deal) == []


# What is cancelled.


@pytest.mark.parametrize(
    ("command", "to", "opened"),
    [
        (["opp", "advance"], "key-contacts", ["contacts"]),
        (["opp", "move", "--to", "proposal-presentation"], "proposal-presentation", ["agree"]),
        (["opp", "close", "--outcome", "lost", "--reason", "price"], "lost", []),
        (["opp", "close", "--outcome", "won"], "won", []),
    ],
)
def test_a_stage_left_by_hand_cancels_its_steps_and_no_hand_made_activity(
    shop, command, to, opened
):
    deal = shop.deal()
    shop.do("process", "start", deal)
    left = waiting(shop, deal, "facts")
    mine = shop.make("activity", "plan", deal, "Ring the bank")
    answer = shop.do(*command, deal)
    told = tell(shop.events(deal))
    assert stage(shop, deal) == to
    assert steps(shop, deal) == opened
    assert told.activities[left]["state"] == "cancelled"
    assert told.activities[mine]["state"] == "open"
    assert len(told.runs) == 1  # a closing ends no run
    assert "Ring the bank" in answer.err
    (cancelled,) = [one for one in shop.events(deal) if one["kind"] == "cancelled"]
    assert (cancelled["note"], cancelled.get("result")) == ("stage left", None)


def test_a_reopened_deal_resumes_its_run_with_the_first_steps_of_the_stage(shop):
    deal = shop.deal()
    shop.do("process", "start", deal)
    shop.do("opp", "close", deal, "--outcome", "lost", "--reason", "price")
    shop.do("opp", "reopen", deal, "--to", "proposal-preparation", "--reason", "x")
    assert steps(shop, deal) == ["costing-needed"]
    runs = {one["run"] for one in shop.events(deal) if "run" in one}
    assert len(runs) == 1


def test_a_deal_on_which_nothing_runs_moves_without_any_step(shop):
    deal = shop.deal()
    shop.do("opp", "advance", deal)
    shop.do("opp", "close", deal, "--outcome", "lost", "--reason", "price")
    shop.do("opp", "reopen", deal, "--to", "qualification", "--reason", "x")
    assert shop.kinds(deal) == ["created", "moved", "closed", "reopened"]
