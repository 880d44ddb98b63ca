"""The process goes on after each step: where a result leads, what a refused move leaves.

Expected values are those of domain.md section 4 and format.md section 5.
"""

import pytest

from tests.shop import made_once
from tests.workspace.process_model import tell
from tests.workspace.test_running import FINALS, finish, lead_by, stage, steps, waiting

ROUTES = """
  - stage: one
    name: One
    steps:
      - step: choose
        kind: question
        title: Choose
        then:
          step: second
          again: choose
          nothing: ~
          leave: end-of-stage
          end: end-of-process
          on: "stage:two"
          over: "stage:three"
          win: "stage:won"
          cancelled: second
      - {step: second, kind: task, title: Second, then: {done: end-of-stage}}
  - stage: two
    name: Two
    exit:
      - require: need
    steps:
      - {step: third, kind: task, title: Third, then: {done: "stage:three", back: "stage:one"}}
  - stage: three
    name: Three
    steps:
      - {step: fourth, kind: task, title: Fourth, then: {done: "stage:won", lose: "stage:lost"}}
"""


@pytest.fixture
@made_once
def deal(shop) -> str:
    return lead_by(shop, ROUTES, "--need", "parking")


@pytest.mark.parametrize(
    ("result", "to", "opened", "runs"),
    [
        ("step", "one", ["second"], 1),
        ("again", "one", ["choose"], 1),
        ("nothing", "one", [], 1),
        ("leave", "one", [], 1),
        ("end", "one", [], 0),
        ("on", "two", ["third"], 1),
        ("over", "three", ["fourth"], 1),
        ("win", "won", [], 1),
    ],
)
def test_a_result_leads_where_its_route_says(shop, deal, result, to, opened, runs):
    finish(shop, deal, "choose", result)
    assert (stage(shop, deal), steps(shop, deal)) == (to, opened)
    assert len(tell(shop.events(deal)).runs) == runs


def test_a_step_that_moves_the_deal_is_done_first_then_moved_then_the_next_opens(shop, deal):
    finish(shop, deal, "choose", "over")
    assert shop.kinds(deal)[-3:] == ["done", "moved", "planned"]
    assert shop.events(deal)[-2]["skipped"] == ["two"]


def test_the_process_comes_to_its_end_by_itself_and_cancels_what_is_open(shop, deal):
    finish(shop, deal, "choose", "end")
    done, stopped = shop.events(deal)[-2:]
    assert (done["kind"], stopped["kind"], stopped["why"]) == ("done", "stopped", "end")


def test_the_end_of_the_process_tells_what_it_lets_go_of_and_what_is_still_open(shop):
    beside = """
  - stage: one
    name: One
    begin: [choose, beside, meet]
    steps:
      - {step: choose, kind: task, title: Choose, then: {done: end-of-process}}
      - {step: beside, kind: task, title: Beside, then: {done: end-of-stage}}
      - {step: meet, kind: meeting, title: Meet, adopt: true, then: {done: end-of-stage}}
"""
    shop.write("processes/mine.yaml", f"name: Mine\nstages:\n{beside.strip(chr(10))}{FINALS}")
    deal = shop.deal("Flat 47", "--process", "mine")
    meeting = shop.make("activity", "plan", deal, "See the flat", "--type", "meeting")
    shop.do("process", "start", deal)
    told = shop.do("activity", "done", waiting(shop, deal, "choose")).err.splitlines()
    assert told[:4] == [
        "The process has come to its end.",
        'Cancelled: "Beside".',
        'No step any more: "See the flat".',
        'Still open: "See the flat".',
    ]
    assert meeting[4:8] in told[4]


def test_a_step_cancelled_by_hand_takes_the_route_of_that_result(shop, deal):
    shop.do("activity", "cancel", waiting(shop, deal, "choose"))
    assert steps(shop, deal) == ["second"]
    cancelled = shop.events(deal)[-2]
    assert (cancelled["kind"], cancelled["result"]) == ("cancelled", "cancelled")


@pytest.mark.parametrize(
    "words",
    [
        ["activity", "cancel", "{second}"],  # no such result
        ["activity", "done", "{second}", "--result", "step"],  # one of another step
        ["activity", "done", "{second}", "--result", "cancelled"],
    ],
)
def test_a_step_takes_its_own_results_alone(shop, deal, words):
    finish(shop, deal, "choose", "step")
    second, tree = waiting(shop, deal, "second"), shop.tree()
    answer = shop.run(*(word.format(second=second) for word in words))
    assert (answer.code, shop.tree()) == (1, tree)


def test_where_the_rules_refuse_the_move_nothing_is_written_and_the_step_stays_open(shop):
    deal = lead_by(shop, ROUTES)
    tree = shop.tree()
    for result in ("over", "win"):  # two is skipped, and requires a need
        answer = shop.run("activity", "done", waiting(shop, deal, "choose"), "--result", result)
        assert (answer.code, shop.tree()) == (1, tree)
        assert "Two requires" in answer.err
    assert steps(shop, deal) == ["choose"]


def test_a_failure_needs_a_reason_so_no_step_closes_a_deal_in_vain(shop, deal):
    finish(shop, deal, "choose", "over")
    fourth, tree = waiting(shop, deal, "fourth"), shop.tree()
    answer = shop.run("activity", "done", fourth, "--result", "lose")
    assert (answer.code, shop.tree()) == (1, tree)
    assert "--reason" in answer.err
    words = ("--outcome", "lost", "--reason", "price", "--done", f"{fourth}=lose")
    shop.do("opp", "close", deal, *words)
    assert stage(shop, deal) == "lost"


def test_a_step_back_opens_the_steps_of_the_stage_anew(shop, deal):
    finish(shop, deal, "choose", "on")
    finish(shop, deal, "third", "back")
    assert (stage(shop, deal), steps(shop, deal)) == ("one", ["choose"])
    assert shop.events(deal)[-2]["undone"] == ["one", "two"]


def test_a_step_ended_with_a_move_by_hand_does_not_take_its_route(shop, deal):
    shop.do("opp", "advance", deal, "--done", f"{waiting(shop, deal, 'choose')}=win")
    assert (stage(shop, deal), steps(shop, deal)) == ("two", ["third"])
    assert shop.kinds(deal)[-3:] == ["done", "moved", "planned"]


def test_a_stopped_process_leaves_the_deal_as_it_is(shop, deal):
    before = shop.facts(deal)
    mine = shop.make("activity", "plan", deal, "Ring the bank")
    shop.do("process", "stop", deal, "--reason", "by hand from here")
    stopped, cancelled = shop.events(deal)[-2:]
    assert (stopped["kind"], stopped["why"]) == ("stopped", "by hand from here")
    assert (cancelled["kind"], cancelled["note"]) == ("cancelled", "process stopped")
    assert shop.facts(deal) == before
    assert list(tell(shop.events(deal)).waiting) == [mine]
    tree = shop.tree()
    assert shop.run("process", "stop", deal).code == 1
    assert shop.run("opp", "repeat", deal).code == 1
    assert shop.tree() == tree


def test_an_activity_of_a_run_that_was_stopped_leads_to_nothing(shop, deal):
    mine = shop.make("activity", "plan", deal, "Ring the bank")
    shop.do("process", "stop", deal)
    shop.do("activity", "done", mine)
    assert steps(shop, deal) == []


def test_one_undo_takes_back_the_step_the_move_and_what_opened(shop, deal):
    tree = shop.facts(deal)
    finish(shop, deal, "choose", "on")
    shop.do("undo")
    assert (shop.facts(deal), steps(shop, deal)) == (tree, ["choose"])
    shop.do("redo")
    assert (stage(shop, deal), steps(shop, deal)) == ("two", ["third"])


# A definition that changes under a running deal.


def test_an_open_step_keeps_its_results_and_leads_where_the_definition_of_today_says(shop, deal):
    path = "processes/mine.yaml"
    shop.replace(path, "step: second\n          again", "another: end-of-process\n          again")
    shop.replace(path, "cancelled: second", "cancelled: second\n          step: end-of-process")
    finish(shop, deal, "choose", "step")
    assert tell(shop.events(deal)).runs == []


@pytest.mark.parametrize("result", ["step", "win"])
def test_a_step_that_is_no_longer_there_leads_to_the_end_of_the_stage(shop, deal, result):
    text = (shop.root / "processes/mine.yaml").read_text("utf-8")
    shop.write("processes/mine.yaml", text.replace("choose", "pick"))
    answer = shop.run("activity", "done", waiting(shop, deal, "choose"), "--result", result)
    assert answer.code == 0
    assert (stage(shop, deal), steps(shop, deal)) == ("one", [])
    assert len(tell(shop.events(deal)).runs) == 1
    shop.do("opp", "advance", deal)
    assert steps(shop, deal) == ["third"]


PASSED = """
  - stage: one
    name: One
    steps:
      - {step: go, kind: task, title: Go, then: {done: "stage:two"}}
  - stage: two
    name: Two
    exit:
      - require: mood
    steps:
      - {step: ask, kind: task, title: Ask, when: "!budget", then: {done: "stage:three"}}
  - stage: three
    name: Three
    steps:
      - {step: think, kind: task, title: Think, then: {done: "stage:won"}}
"""


@pytest.mark.parametrize(
    "command",
    [
        ["activity", "done", "{go}"],
        ["opp", "advance", "{deal}"],
        ["opp", "move", "{deal}", "--to=two"],
    ],
)
def test_nobody_is_kept_out_of_a_stage_by_what_it_takes_to_leave_it(shop, command):
    """Two has nothing to ask where there is a budget, and would be left at once."""
    deal = lead_by(shop, PASSED, "--budget", "1")
    go = waiting(shop, deal, "go")
    answer = shop.do(*(word.format(go=go, deal=deal) for word in command))
    assert (stage(shop, deal), steps(shop, deal)) == ("two", [])
    assert "Not on to Three: Two requires: mood" in answer.err
    shop.do("opp", "set", deal, "--mood", "hopeful")
    shop.do("opp", "repeat", deal)
    assert (stage(shop, deal), steps(shop, deal)) == ("three", ["think"])


def test_a_process_can_be_started_in_a_stage_that_it_may_not_leave(shop):
    deal = lead_by(shop, PASSED, "--budget", "1")
    shop.do("process", "stop", deal)
    shop.do("opp", "advance", deal)
    answer = shop.do("process", "start", deal)
    assert (stage(shop, deal), len(tell(shop.events(deal)).runs)) == ("two", 1)
    assert "Not on to Three" in answer.err


# A stage that somebody edited by hand, and nothing recorded.


def edit_stage(shop, deal, before: str, after: str) -> None:
    path = shop.folder(deal) / "opportunity.yaml"
    shop.replace(path, f"stage: {before}", f"stage: {after}")


def test_no_process_starts_where_the_stage_was_edited_by_hand(shop):
    deal = shop.deal()
    edit_stage(shop, deal, "qualification", "proposal-preparation")
    tree = shop.tree()
    answer = shop.run("process", "start", deal)
    assert (answer.code, shop.tree()) == (1, tree)
    assert "salescli check --fix" in answer.err


def test_a_step_follows_its_own_stage_where_the_file_tells_another(shop, deal):
    edit_stage(shop, deal, "one", "three")
    finish(shop, deal, "choose", "step")
    assert steps(shop, deal) == ["second"]
    finish(shop, deal, "second", "done")
    assert steps(shop, deal) == []


SAME_FORM = """
  - stage: one
    name: One
    steps:
      - {step: fill, kind: form, title: Fill, fields: [mood], then: {saved: "stage:two"}}
  - stage: two
    name: Two
    steps:
      - {step: fill, kind: form, title: Fill, fields: [need], then: {saved: "stage:won"}}
"""


def test_a_form_asks_for_the_fields_of_its_stage_where_two_have_a_step_of_that_id(shop):
    deal = lead_by(shop, SAME_FORM)
    shop.do("activity", "done", waiting(shop, deal, "fill"), "mood=hopeful")
    form, tree = waiting(shop, deal, "fill"), shop.tree()
    assert (shop.run("activity", "done", form, "mood=doubtful").code, shop.tree()) == (1, tree)
    shop.do("activity", "done", form, "need=parking")
    assert (shop.facts(deal)["need"], stage(shop, deal)) == ("parking", "won")
