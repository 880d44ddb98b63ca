"""The process on deals as people run it: started, looked at, stopped, moved by hand beside it."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.planned import append_event, folder_of, plan
from tests.shop import START, Shop, new_shop

SMALL = """\
name: Small
stages:
  - stage: talk
    name: Talk
    cap: 20
    exit:
      - require: need
        say: Ask what they need
    steps:
      - step: call
        kind: call
        title: Call them
        mandatory: true
        then:
          done: stage:offer
          cancelled: stage:lost
          later: call
          nothing: ~
          stop: end-of-process
          end: end-of-stage
  - stage: offer
    name: Offer
    cap: 60
    steps:
      - step: show
        kind: meeting
        title: Show it
        adopt: true
        then:
          done: write
          cancelled: end-of-stage
      - step: write
        kind: task
        title: Write the offer
        then:
          done: stage:won
          cancelled: end-of-stage
  - stage: won
    name: Won
    final: success
  - stage: lost
    name: Lost
    final: failure
"""


@pytest.fixture
def small(shop: Shop) -> Shop:
    """A store with a process of two stages."""
    shop.write("processes/small.yaml", SMALL)
    return shop


def run_deal(shop: Shop, *options: str) -> str:
    deal = shop.deal("Flat 47", "--process", "small", *options)
    shop.do("process", "start", deal)
    return deal


def step_of(shop: Shop, deal: str) -> str:
    """The id of the one open activity of a deal."""
    (waiting,) = open_of(shop, deal)
    return str(waiting["activity"])


def open_of(shop: Shop, deal: str) -> list[dict]:
    listed = shop.do("activity", "list", deal, "--open", "--format", "json").out
    return list(json.loads(listed)["activities"])


def states(shop: Shop, deal: str) -> list[tuple[str, str]]:
    listed = json.loads(shop.do("activity", "list", deal, "--format", "json").out)
    return sorted((one["title"], one["state"]) for one in listed["activities"])


def kinds_since(shop: Shop, deal: str, count: int) -> list[str]:
    return shop.kinds(deal)[count:]


# --- starting ---------------------------------------------------------------------------------


def test_from_nothing_a_deal_is_made_and_its_process_started(small):
    small.make("contact", "create", "Elena Petrova")
    answer = small.do(
        "process",
        "start",
        "--new",
        "Flat 48",
        "--client",
        "elena",
        "--process",
        "small",
        "--budget",
        "250000",
    )
    assert small.kinds(answer.id) == ["created", "started", "planned"]
    assert small.facts(answer.id)["budget"] == "250000.00 EUR"
    assert answer.err.splitlines()[-1].startswith("Next: Call them · salescli next ")
    small.do("undo")
    assert small.do("opportunity", "list", "--format", "csv").out.count("\n") == 1


def test_from_nothing_under_a_setting_that_starts_always_it_starts_once(small):
    small.replace("salescli.yaml", "from-lead", "always")
    small.make("contact", "create", "Elena Petrova")
    answer = small.do("process", "start", "--new", "Flat 48", "--client", "elena")
    assert small.kinds(answer.id).count("started") == 1
    assert "The process started at Qualification." in answer.err
    assert "Next: " in answer.err.splitlines()[-1]


def test_from_nothing_every_fault_is_told_and_nothing_made(small):
    small.deal()
    before = small.tree()
    answer = small.run("process", "start", "--new", "Flat", "--need", "castle", "--stage", "x")
    assert answer.code in (1, 3)
    assert "A deal needs a client" in answer.err
    assert 'no stage "x"' in answer.err
    assert "castle" in answer.err
    assert small.tree() == before


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("Flat 47", "--new", "Flat 48"),
        ("Flat 47", "--client", "elena"),
        ("Flat 47", "--budget", "1"),
    ],
)
def test_a_start_is_of_a_deal_or_of_a_new_one(small, arguments):
    small.deal()
    assert small.run("process", "start", *arguments).code == 2


def test_a_lead_that_nobody_has_converted_names_the_command_that_does(shop):
    shop.deal()
    lead = shop.make("lead", "create", "Garage", "--client", "Elena Petrova")
    answer = shop.run("process", "start", lead)
    assert answer.code == 1
    assert "Garage is a lead at Qualification" in answer.err
    assert f"salescli lead convert {lead[5:9]} makes its deal" in answer.err


def test_a_lead_that_has_ended_is_taken_up_first(shop):
    shop.deal()
    lead = shop.make("lead", "create", "Garage", "--client", "Elena Petrova")
    shop.do("lead", "disqualify", lead, "--reason", "wrong-data")
    answer = shop.run("process", "start", lead)
    assert (answer.code, "--to hand-off takes it up again" in answer.err) == (1, True)


def test_a_lead_means_the_open_deal_that_covers_it(shop):
    shop.replace("salescli.yaml", "from-lead", "never")
    shop.deal()
    lead = shop.make("lead", "create", "Garage", "--client", "Elena Petrova")
    deal = shop.make("lead", "convert", lead)
    assert "started" not in shop.kinds(deal)
    assert shop.do("process", "start", lead).id == deal
    assert "started" in shop.kinds(deal)


@pytest.mark.parametrize(
    ("setting", "starts"), [("never", ""), ("from-lead", "lead"), ("always", "all")]
)
def test_the_setting_says_on_which_new_deals_the_process_starts(shop, setting, starts):
    shop.replace("salescli.yaml", "from-lead", setting)
    by_hand = shop.deal()
    lead = shop.make("lead", "create", "Garage", "--client", "Elena Petrova")
    from_lead = shop.make("lead", "convert", lead)
    cloned = shop.make("opportunity", "clone", by_hand)
    shop.do("opportunity", "close", by_hand, "--outcome", "rerouted", "--reason", "price")
    continued = shop.make("opportunity", "create", "--continue", by_hand)
    started = [
        name
        for name, deal in (
            ("by hand", by_hand),
            ("from lead", from_lead),
            ("cloned", cloned),
            ("continued", continued),
        )
        if "started" in shop.kinds(deal)
    ]
    expected = {
        "": [],
        "lead": ["from lead"],
        "all": ["by hand", "from lead", "cloned", "continued"],
    }
    assert started == expected[starts]


def test_init_writes_down_when_the_process_starts(tmp_path, shop):
    shop.root = tmp_path / "other"
    shop.root.mkdir()
    shop.do("init", ".", "--currency", "EUR", "--start-process", "always")
    assert "start_process: always\n" in (shop.root / "salescli.yaml").read_text()
    assert shop.run("init", "x", "--start-process", "sometimes").code == 2


def test_an_import_starts_no_process(shop):
    shop.replace("salescli.yaml", "from-lead", "always")
    shop.deal("Old flat")
    shop.write("old.csv", "Title,Client,Created\nFlat 1,Elena Petrova,2026-10-01\n")
    shop.write(
        "map.yaml",
        "kind: opportunity\ncolumns:\n  title: Title\n  client: Client\n  created: Created\n",
    )
    answer = shop.run("import", "csv", "old.csv", "--mapping", "map.yaml")
    assert answer.code == 0, answer.err
    listed = json.loads(shop.do("opportunity", "list", "--format", "json").out)
    (made,) = (one for one in listed["opportunities"] if one["title"] == "Flat 1")
    assert shop.kinds(made["id"]) == ["created"]


# --- status -----------------------------------------------------------------------------------


def test_the_status_of_a_deal_says_what_waits_and_where_each_result_leads(small):
    deal = run_deal(small)
    lines = small.do("process", "status", deal).out.splitlines()
    act = step_of(small, deal)[4:8]
    assert lines[1:] == [
        " Stage    Talk, 0 days · Small",
        " Process  runs since 2 Nov 2026, started by Anna Berzina",
        f' Waits    {act} call "Call them", Anna Berzina, since 2 Nov 2026',
        "               done → Offer",
        "               cancelled → Lost",
        "               later → the same again",
        "               nothing → nothing more",
        "               stop → the end of the process",
        "               end → the end of the stage",
    ]
    status = json.loads(small.do("process", "status", deal, "--format", "json").out)
    told = json.loads(small.do("next", deal, "--format", "json").out)["deals"][0]
    assert [one["leads_to"] for one in status["steps"][0]["results"]] == [
        one["leads_to"] for one in told["activities"][0]["results"]
    ]


def test_at_the_end_of_a_stage_the_status_names_the_commands(small):
    deal = run_deal(small)
    small.do("activity", "plan", deal, "Ring the bank", "--type", "call")
    small.do("activity", "done", step_id(small, deal, "Call them"), "--result", "end")
    out = small.do("process", "status", deal).out
    assert " End      Every step of the stage is done: where does the deal go?\n" in out
    assert f"salescli opp advance {deal[4:8]}\n" in out
    assert out.count(f"salescli opp repeat {deal[4:8]}\n") == 1
    assert ' By hand  call "Ring the bank", Anna Berzina\n' in out
    document = json.loads(small.do("process", "status", deal, "--format", "json").out)
    assert document["end_of_stage"] is True
    assert document["steps"] == []
    assert document["go_on"][0] == f"salescli opp advance {deal[4:8]}"


def step_id(shop: Shop, deal: str, title: str) -> str:
    return next(one["activity"] for one in open_of(shop, deal) if one["title"] == title)


def test_past_runs_are_told_with_how_they_ended(small):
    deal = run_deal(small)
    small.do("process", "stop", deal, "--reason", "They are abroad")
    small.do("process", "start", deal)
    small.do("activity", "done", step_of(small, deal), "--result", "stop")
    out = small.do("process", "status", deal).out
    assert f" Process  does not run · salescli process start {deal[4:8]}\n" in out
    assert " Before   2 Nov 2026, Anna Berzina; came to its end on 2 Nov 2026\n" in out
    assert '2 Nov 2026, Anna Berzina; stopped "They are abroad" on 2 Nov 2026\n' in out
    document = json.loads(small.do("process", "status", deal, "--format", "json").out)
    assert (document["running"], [one["why"] for one in document["runs"]]) == (
        None,
        ["They are abroad", "end"],
    )


def test_the_list_has_the_open_deals_on_which_it_runs_those_at_an_end_first(small):
    waits, ended, closed = (
        run_deal(small),
        small.deal("Ended", "--process", "small"),
        run_deal(small),
    )
    small.deal("Without")
    small.do("process", "start", ended)
    small.do("activity", "done", step_of(small, ended), "--result", "end")
    small.do("opportunity", "close", closed, "--outcome", "lost", "--reason", "price")
    answer = small.do("process", "status", "--format", "csv")
    rows = [line.split(",") for line in answer.out.splitlines()]
    assert [row[0] for row in rows[1:]] == [ended, waits]
    told = small.do("process", "status")
    assert told.err.splitlines() == [
        "The process runs on 2 deals, 1 at the end of a stage.",
        "small: talk 2.",
        "1 closed deal goes on when it is reopened.",
    ]
    assert "end of stage" in told.out.splitlines()[1]
    document = json.loads(small.do("process", "status", "--format", "json").out)
    assert document["counts"] == [{"process": "small", "stage": "talk", "deals": 2, "at_end": 1}]
    assert document["closed"] == 1
    assert [one["end_of_stage"] for one in document["runs"]] == [True, False]
    assert (
        small.do("process", "status", "--process", "quick", "--format", "csv").out.count("\n") == 1
    )
    assert small.do("process", "status", "--person", "@me", "--format", "csv").out.count("\n") == 3
    assert small.do("process", "status", "--limit", "1", "--format", "jsonl").out.count("\n") == 1


@pytest.mark.parametrize("is_terminal", [True, False])
def test_the_list_counts_all_steps_that_are_open(shop, is_terminal):
    shop.do("process", "start", shop.deal("Flat 47", "--process", "quick"))  # opens two steps
    shop.is_terminal = is_terminal
    line = shop.do("process", "status").out.splitlines()[-1]
    assert " +1 more" in line
    assert len(line) <= 80 or not is_terminal


def test_an_empty_store_says_how_a_process_is_started(shop):
    answer = shop.do("process", "status")
    assert answer.out == ""
    assert answer.err == (
        "The process runs on no open deal. salescli process start DEAL lets it.\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [("--person", "@me"), ("--limit", "1"), ("--format", "csv"), ("--process", "small")],
)
def test_what_is_of_the_list_is_not_asked_of_one_deal(small, arguments):
    assert small.run("process", "status", run_deal(small), *arguments).code == 2


# --- stopping ---------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["end", " End ", ""])
def test_a_typed_reason_never_reads_as_the_process_own_end(small, reason):
    deal = run_deal(small)
    answer = small.run("process", "stop", deal, "--reason", reason)
    assert (answer.code, answer.out) == (1, "")
    assert "a process that comes to its own end writes 'end'" in answer.err
    assert "stopped" not in small.kinds(deal)


def test_a_stop_tells_what_it_cancels_and_what_it_gives_back_and_undo_takes_it_back(small):
    deal = run_deal(small, "--stage", "offer")
    small.do("process", "stop", deal)
    meeting = small.make("activity", "plan", deal, "See the flat", "--type", "meeting")
    small.do("process", "start", deal)
    assert small.do("process", "status", deal).out.count("planned") == 1
    answer = small.do("process", "stop", deal, "--reason", "Both on holiday")
    assert answer.err.splitlines() == [
        "The process stopped: what comes is by hand.",
        'No step any more: "See the flat".',
    ]
    assert step_of(small, deal) == meeting
    assert small.run("process", "stop", deal).code == 1
    small.do("undo")
    assert open_of(small, deal)[0]["step"] == "show"
    small.do("redo")
    assert open_of(small, deal)[0]["step"] is None
    assert small.run("check").code == 0


# --- what ends with a move --------------------------------------------------------------------


def test_a_mandatory_step_that_is_done_with_the_move_lets_it_pass(small):
    deal = run_deal(small, "--need", "parking")
    act = step_of(small, deal)
    assert small.run("opportunity", "advance", deal).code == 1
    answer = small.do("opportunity", "advance", deal, "--done", f"{act}=end")
    assert small.facts(deal)["stage"] == "offer"
    assert "Cancelled" not in answer.err
    assert [one["title"] for one in open_of(small, deal)] == ["Show it"]
    assert [one for one in small.kinds(deal) if one == "moved"] == ["moved"]


def test_a_step_with_several_results_wants_one(small):
    deal = run_deal(small, "--need", "parking")
    act = step_of(small, deal)
    answer = small.run("opportunity", "advance", deal, "--done", act)
    assert answer.code == 1
    assert "goes on by its result, and has several" in answer.err
    answer = small.run("opportunity", "advance", deal, "--done", f"{act}=maybe")
    assert (answer.code, "'maybe' is no result of this step" in answer.err) == (1, True)


def test_what_is_wrong_with_ends_is_told_together_and_nothing_happens(small):
    deal = run_deal(small, "--need", "parking")
    other = small.deal("Other")
    theirs = small.make("activity", "plan", other, "Ring", "--type", "call")
    closed = small.make("activity", "plan", deal, "Write", "--type", "task")
    small.do("activity", "done", closed)
    before = small.tree()
    answer = small.run(
        "opportunity",
        "advance",
        deal,
        "--done",
        "act-zzzzzzzzzz",
        "--done",
        theirs,
        "--cancel",
        closed,
    )
    assert answer.code in (1, 3)
    assert "There is no activity 'act-zzzzzzzzzz'" in answer.err
    assert "'Ring' is an activity of 'Other', not of this deal" in answer.err
    assert "'Write' is done already" in answer.err
    assert small.tree() == before


def test_an_activity_ends_in_one_way_only(small):
    deal = run_deal(small, "--need", "parking")
    act = small.make("activity", "plan", deal, "Write", "--type", "task")
    answer = small.run("opportunity", "advance", deal, "--done", act, "--cancel", act[4:])
    assert (answer.code, "'Write' can end in one way only" in answer.err) == (1, True)


def test_hand_made_activities_end_with_a_move_and_the_rest_is_listed(small):
    deal = run_deal(small, "--need", "parking")
    first = small.make("activity", "plan", deal, "Write", "--type", "task")
    second = small.make("activity", "plan", deal, "Ring", "--type", "call")
    small.make("activity", "plan", deal, "Ask", "--type", "task")
    call = step_id(small, deal, "Call them")
    answer = small.do(
        "opportunity",
        "move",
        deal,
        "--to",
        "offer",
        "--done",
        f"{call}=end",
        "--done",
        first,
        "--cancel",
        second,
    )
    assert 'Still open: "Ask".' in answer.err
    assert states(small, deal) == [
        ("Ask", "open"),
        ("Call them", "done"),
        ("Ring", "cancelled"),
        ("Show it", "open"),
        ("Write", "done"),
    ]


def test_what_ends_with_a_back_dated_move_ended_then_and_a_dry_run_writes_nothing(small):
    deal = run_deal(small, "--need", "parking")
    act = step_of(small, deal)
    small.now += timedelta(days=3)
    before = small.tree()
    line = ("opportunity", "advance", deal, "--done", f"{act}=end", "--at", "2026-11-04")
    assert small.run(*line, "--dry-run").code == 0
    assert small.tree() == before
    count = len(small.kinds(deal))
    small.do(*line)
    new = small.events(deal)[count:]
    assert [event["kind"] for event in new] == ["done", "moved", "planned"]
    assert {event["at"][:13] for event in new} == {"2026-11-03T22"}
    assert small.run("check").code == 0


def test_a_closing_ends_activities_and_cancels_the_steps(small):
    deal = run_deal(small)
    own = small.make("activity", "plan", deal, "Ring", "--type", "call")
    answer = small.do(
        "opportunity", "close", deal, "--outcome", "lost", "--reason", "price", "--cancel", own
    )
    assert 'Cancelled: "Call them".' in answer.err
    assert "Still open" not in answer.err
    assert open_of(small, deal) == []
    answer = small.run("opportunity", "close", deal, "--outcome", "lost", "--reason", "price")
    assert answer.code == 1


# --- repeating --------------------------------------------------------------------------------


def test_a_repeated_stage_has_fresh_steps_in_the_same_visit(small):
    deal = run_deal(small)
    old = step_of(small, deal)
    answer = small.do("opportunity", "repeat", deal, "--note", "They have a new idea")
    assert answer.err.splitlines()[:2] == ["Talk begins again.", 'Cancelled: "Call them".']
    assert step_of(small, deal) != old
    assert kinds_since(small, deal, 3) == ["repeated", "cancelled", "planned"]
    visits = json.loads(small.do("opportunity", "show", deal, "--format", "json").out)
    assert len(visits["computed"]["visits"]) == 1
    small.do("undo")
    assert step_of(small, deal) == old


def test_a_meeting_that_the_first_step_awaits_is_awaited_on_without_a_word(small):
    deal = small.deal("Flat 47", "--process", "small", "--stage", "offer")
    meeting = small.make("activity", "plan", deal, "See the flat", "--type", "meeting")
    small.do("process", "start", deal)
    count = len(small.kinds(deal))
    small.do("opportunity", "repeat", deal)
    assert kinds_since(small, deal, count) == ["repeated"]
    assert step_of(small, deal) == meeting
    assert small.run("check").code == 0


def test_what_a_later_step_had_adopted_is_given_back_by_a_repeat(small):
    small.replace(
        "processes/small.yaml",
        "        title: Write the offer\n",
        "        title: Write the offer\n        adopt: true\n",
    )
    deal = small.deal("Flat 47", "--process", "small", "--stage", "offer")
    own = small.make("activity", "plan", deal, "Draft", "--type", "task")
    small.do("process", "start", deal)
    small.do("activity", "done", step_id(small, deal, "Show it"))
    assert open_of(small, deal)[0]["step"] == "write"
    answer = small.do("opportunity", "repeat", deal)
    assert 'No step any more: "Draft".' in answer.err
    assert {(one["title"], one["step"]) for one in open_of(small, deal)} == {
        ("Draft", None),
        ("Show it", "show"),
    }
    assert own in {one["activity"] for one in open_of(small, deal)}


def test_nothing_is_repeated_on_a_closed_deal_or_without_a_run(small):
    deal = small.deal("Flat 47", "--process", "small")
    answer = small.run("opportunity", "repeat", deal)
    assert (answer.code, "no process runs on this deal" in answer.err) == (1, True)
    assert f"salescli process start {deal[4:8]}" in answer.err
    small.do("process", "start", deal)
    small.do("opportunity", "close", deal, "--outcome", "lost", "--reason", "price")
    answer = small.run("opportunity", "repeat", deal)
    assert (answer.code, "the deal is closed already" in answer.err) == (1, True)


# --- by hand beside it ------------------------------------------------------------------------


def test_a_return_has_fresh_steps_and_undo_and_redo_carry_them(small):
    deal = run_deal(small, "--need", "parking")
    first = step_of(small, deal)
    small.do("opportunity", "advance", deal, "--done", f"{first}=end")
    shown = step_of(small, deal)
    answer = small.do("opportunity", "move", deal, "--to", "talk")
    assert 'Cancelled: "Show it".' in answer.err
    again = step_of(small, deal)
    assert again not in (first, shown)
    small.do("undo")
    assert step_of(small, deal) == shown
    small.do("redo")
    assert step_of(small, deal) == again
    assert small.run("check").code == 0


def test_closing_ends_no_run_and_reopening_resumes_it_with_the_first_steps(small):
    deal = run_deal(small, "--stage", "offer")
    small.do("activity", "done", step_of(small, deal))
    small.do("opportunity", "close", deal, "--outcome", "lost", "--reason", "price")
    told = " ".join(small.do("process", "status", deal).out.split())
    assert "goes on when the deal is reopened" in told
    assert "stopped" not in small.kinds(deal)
    small.do("opportunity", "reopen", deal, "--to", "offer", "--reason", "They called")
    assert [one["step"] for one in open_of(small, deal)] == ["show"]
    assert {one["run"] for one in open_of(small, deal)} == {
        event["run"] for event in small.events(deal) if event["kind"] == "started"
    }
    assert small.run("check").code == 0


def test_a_win_that_the_process_makes_by_itself_is_undone_whole(small):
    deal = run_deal(small, "--stage", "offer")
    small.do("activity", "done", step_of(small, deal))
    write = step_of(small, deal)
    small.do("activity", "done", write)
    assert small.facts(deal)["stage"] == "won"
    small.do("undo")
    assert (small.facts(deal)["stage"], step_of(small, deal)) == ("offer", write)


def test_a_step_of_a_run_that_was_stopped_is_done_and_leads_nowhere(small):
    deal = run_deal(small)
    run = next(event["run"] for event in small.events(deal) if event["kind"] == "started")
    small.do("process", "stop", deal)
    plan(
        small, folder_of(small, deal), "w4te", "anna", step="call", run=run, results=["done", "end"]
    )
    answer = small.do("activity", "done", "act-000000w4te", "--result", "done")
    assert small.facts(deal)["stage"] == "talk"
    assert "salescli activity plan" in answer.err


# --- routes that the rules refuse -------------------------------------------------------------


def test_a_route_that_a_criterion_refuses_leaves_the_step_open_and_names_what_works(small):
    deal = run_deal(small)
    act = step_of(small, deal)
    before = small.tree()
    answer = small.run("activity", "done", act, "--result", "done")
    assert answer.code == 1
    assert small.tree() == before
    address = deal[4:8]
    told = " ".join(answer.err.split())
    line = f"salescli opp move {address} --to offer --done {act[4:8]}=done --force REASON"
    assert f"salescli opp set {address} --need …, or {line}" in told
    words = line.replace("REASON", "x").split()[1:]
    small.do(*words)
    assert (small.facts(deal)["stage"], step_of(small, deal) != act) == ("offer", True)


def test_a_route_to_a_failure_names_the_closing_that_has_its_reason(small):
    deal = run_deal(small)
    act = step_of(small, deal)
    before = small.tree()
    answer = small.run("activity", "cancel", act)
    assert answer.code == 1
    assert small.tree() == before
    line = f"salescli opp close {deal[4:8]} --outcome lost --reason REASON --cancel {act[4:8]}"
    assert line in " ".join(answer.err.split())
    small.do(*line.replace("REASON", "price").split()[1:])
    assert small.facts(deal)["stage"] == "lost"
    assert states(small, deal) == [("Call them", "cancelled")]


def test_a_mandatory_step_beside_the_one_that_leads_on_blocks_it(small):
    text = (small.root / "processes/small.yaml").read_text()
    ask = ["    begin: [call, ask]", "    steps:", "      - step: ask", "        kind: task"]
    ask += ["        title: Ask", "        then:", "          done: stage:offer", ""]
    before, after = text.split("    steps:\n", 1)
    small.write("processes/small.yaml", before + "\n".join(ask) + after)
    deal = run_deal(small, "--need", "parking")
    answer = small.run("activity", "done", step_id(small, deal, "Ask"))
    assert answer.code == 1
    assert "the step 'Call them' has to be done first" in answer.err
    assert "--force REASON" in answer.err


# --- a definition that changed ----------------------------------------------------------------


def test_a_renamed_step_keeps_the_title_under_which_it_was_opened(small):
    deal = run_deal(small, "--stage", "offer")
    small.replace("processes/small.yaml", "title: Show it", "title: Show the flat")
    assert [one["title"] for one in open_of(small, deal)] == ["Show it"]
    small.do("opportunity", "repeat", deal)
    assert [one["title"] for one in open_of(small, deal)] == ["Show the flat"]


def test_a_step_that_is_no_longer_there_leads_to_the_end_of_its_stage(small):
    deal = run_deal(small, "--stage", "offer")
    text = small.root / "processes/small.yaml"
    before = text.read_text()
    start, end = before.index("      - step: show"), before.index("      - step: write")
    text.write_text(before[:start] + before[end:])
    out = small.do("process", "status", deal).out
    assert "done → the end of the stage (the definition has changed)" in out
    small.do("activity", "done", step_of(small, deal))
    assert open_of(small, deal) == []
    assert small.facts(deal)["stage"] == "offer"
    document = json.loads(small.do("process", "status", deal, "--format", "json").out)
    assert document["end_of_stage"] is True


def test_a_result_that_is_no_longer_there_can_still_be_given_and_ends_the_stage(small):
    deal = run_deal(small)
    small.replace("processes/small.yaml", "          later: call\n", "")
    out = small.do("process", "status", deal).out
    assert "later → the end of the stage (the definition has changed)" in out
    small.do("activity", "done", step_of(small, deal), "--result", "later")
    assert open_of(small, deal) == []


def test_a_route_to_a_stage_that_was_retired_is_refused_and_another_move_works(small):
    deal = run_deal(small, "--need", "parking")
    small.replace(
        "processes/small.yaml", "    name: Offer\n", "    name: Offer\n    retired: true\n"
    )
    act = step_of(small, deal)
    answer = small.run("activity", "done", act, "--result", "done")
    assert answer.code == 1
    assert "Offer is retired" in answer.err
    assert f"--to STAGE --done {act[4:8]}=done" in " ".join(answer.err.split())
    small.do("opportunity", "close", deal, "--outcome", "won", "--done", f"{act}=done")


def test_a_retired_step_is_not_opened_any_more(small):
    deal = run_deal(small, "--stage", "offer")
    small.replace(
        "processes/small.yaml",
        "        title: Write the offer\n",
        "        title: Write the offer\n        retired: true\n",
    )
    small.do("activity", "done", step_of(small, deal))
    assert open_of(small, deal) == []


# --- figures ----------------------------------------------------------------------------------


REPORTS = (
    ("report", "funnel", "--process", "small", "--format", "json"),
    ("opportunity", "list", "--format", "json"),
    ("opportunity", "board", "--process", "small", "--format", "json"),
)


def figures_of(root: Path, *, has_run: bool) -> list[str]:
    """The reports of a store of its own in which three deals go the same way."""
    shop = new_shop(root)
    shop.write("processes/small.yaml", SMALL)
    deals = [shop.deal(f"Flat {number}", "--process", "small") for number in range(3)]
    for deal in deals if has_run else ():
        shop.do("process", "start", deal)
    shop.now = START + timedelta(days=1)
    shop.do("opportunity", "move", deals[0], "--to", "offer", "--force", "x")
    shop.do("opportunity", "move", deals[1], "--to", "offer", "--force", "x")
    shop.do("opportunity", "close", deals[1], "--outcome", "won")
    shop.do("opportunity", "close", deals[2], "--outcome", "lost", "--reason", "price")
    shop.now = START + timedelta(days=5)
    ids = re.compile(r"\b(opp|con)-[0-9a-z]{10}\b")
    return [ids.sub(r"\1", shop.do(*line).out) for line in REPORTS]


def test_a_run_changes_no_figure(tmp_path):
    without = figures_of(tmp_path / "without", has_run=False)
    beside = figures_of(tmp_path / "beside", has_run=True)
    assert beside == without
    assert all("Flat 0" in text for text in without[1:])


# --- what a merge or a hand makes -------------------------------------------------------------


def test_a_stage_edited_by_hand_takes_the_steps_with_it_when_it_is_recorded(small):
    deal = run_deal(small, "--need", "parking")
    folder = folder_of(small, deal)
    small.do("activity", "done", step_of(small, deal), "--result", "end")
    small.do("opportunity", "repeat", deal)
    small.do("activity", "cancel", small.make("activity", "plan", deal, "X", "--type", "task"))
    call = step_of(small, deal)
    small.replace("processes/small.yaml", "        mandatory: true\n", "")
    small.replace(f"{folder}/opportunity.yaml", "stage: talk", "stage: offer")
    answer = small.run("check", "--fix")
    assert answer.code == 0, answer.err
    assert 'Cancelled: "Call them".' in answer.err
    assert [one["step"] for one in open_of(small, deal)] == ["show"]
    assert call not in {one["activity"] for one in open_of(small, deal)}
    assert small.run("check").code == 0
    small.do("undo")
    assert step_of(small, deal) == call


def test_what_somebody_planned_is_theirs_to_cancel_where_its_step_has_no_such_result(small):
    text = SMALL.replace(
        "          done: write\n          cancelled: end-of-stage", "          done: write"
    )
    small.write("processes/small.yaml", text)
    deal = small.deal("Flat 47", "--process", "small", "--stage", "offer")
    meeting = small.make("activity", "plan", deal, "See the flat", "--type", "meeting")
    small.do("process", "start", deal)
    small.do("activity", "cancel", meeting)
    assert open_of(small, deal) == []
    assert "result" not in small.events(deal)[-1]
    assert "salescli opp repeat" in small.do("process", "status", deal).out
    assert small.run("check").code == 0
    small.do("opportunity", "repeat", deal)
    answer = small.run("activity", "cancel", step_of(small, deal))
    assert (answer.code, "none that can be" in answer.err) == (1, True)


def break_process(shop: Shop) -> None:
    shop.write("processes/small.yaml", SMALL.replace("stage:won", "stage:wonn"))


def test_a_broken_process_is_not_started(small):
    deal = small.deal("Flat 47", "--process", "small")
    break_process(small)
    before = small.events(deal)
    answer = small.run("process", "start", deal)
    assert answer.code == 4
    assert re.search(r"processes/small\.yaml:\d+:\d+: ", answer.err)
    assert "salescli process check small" in answer.err
    assert small.events(deal) == before


@pytest.mark.parametrize(
    "words",
    [
        ("activity", "done", "STEP", "--result", "end"),
        ("opportunity", "advance", "DEAL", "--force", "x"),
        ("opportunity", "repeat", "DEAL"),
    ],
)
def test_a_process_that_broke_under_a_running_deal_opens_nothing_more(small, words):
    deal = run_deal(small, "--need", "parking")
    step = step_of(small, deal)
    break_process(small)
    before = small.events(deal)
    answer = small.run(*({"DEAL": deal, "STEP": step}.get(word, word) for word in words))
    assert answer.code == 4
    assert re.search(r"processes/small\.yaml:\d+:\d+: ", answer.err)
    assert "salescli process stop" in answer.err
    assert small.events(deal) == before
    assert small.run("process", "status", deal).code == 0
    assert small.run("report", "funnel").code == 0
    small.do("process", "stop", deal)
    small.do("opportunity", "advance", deal)


def test_a_deal_whose_process_broke_can_be_closed_in_vain(small):
    deal = run_deal(small)
    break_process(small)
    small.do("opportunity", "close", deal, "--outcome", "lost", "--reason", "no-answer")
    assert small.facts(deal)["stage"] == "lost"


@pytest.mark.parametrize(
    "words", [("process", "start"), ("process", "stop"), ("opportunity", "repeat")]
)
def test_a_process_does_nothing_before_the_deal_was_there(small, words):
    deal = small.deal("Flat 47", "--process", "small")
    if words[1] != "start":
        small.do("process", "start", deal)
    answer = small.run(*words, deal, "--at", "2026-01-01")
    assert answer.code == 1
    assert "lies before the creation" in answer.err


def test_what_a_back_dated_result_leads_to_begins_when_the_process_did(small):
    deal = small.deal("Flat 47", "--process", "small")
    small.now += timedelta(days=3)
    small.do("process", "start", deal)
    began = small.events(deal)[-1]["at"]
    small.now += timedelta(days=3)
    call = step_of(small, deal)
    small.do("activity", "done", call, "--result", "later", "--at", "2026-01-01")
    events = small.events(deal)
    assert events[-2]["at"] == "2025-12-31T22:00:00Z"
    assert events[-1]["at"] == began
    small.do("activity", "done", step_of(small, deal), "--result", "stop", "--at", "2026-01-01")
    assert (small.kinds(deal)[-1], small.events(deal)[-1]["at"]) == ("stopped", began)
    assert small.run("check").code == 0


def test_a_start_that_a_hand_dated_before_the_deal_is_told_by_check(small):
    deal = small.deal("Flat 47", "--process", "small")
    run = {"run": "run-2222222222", "at": "2026-01-01T09:00:00Z"}
    append_event(small, folder_of(small, deal), "started", **run)
    answer = small.run("check")
    assert (answer.code, "(too-early)" in answer.out) == (1, True)


def test_two_runs_of_a_merge_become_one(small):
    deal = run_deal(small)
    folder = folder_of(small, deal)
    append_event(small, folder, "started", run="run-2222222222")
    plan(small, folder, "twin", "anna", step="call", run="run-2222222222", results=["done"])
    answer = small.run("check")
    assert answer.code == 1
    assert "(two-runs)" in answer.out
    assert "(stray-step)" in " ".join(answer.out.split())
    answer = small.run("check", "--fix")
    assert answer.code == 0, answer.err + answer.out
    assert "stopped run-2222222222, which ran beside another" in answer.err
    assert len(open_of(small, deal)) == 1
    assert small.run("check").code == 0
    small.do("undo")
    assert small.run("check").code == 1


def test_an_open_step_that_a_merge_left_over_is_let_go_of(small):
    deal = run_deal(small, "--need", "parking")
    folder = folder_of(small, deal)
    run = next(event["run"] for event in small.events(deal) if event["kind"] == "started")
    small.do("opportunity", "advance", deal, "--done", f"{step_of(small, deal)}=end")
    moved = next(event["seq"] for event in small.events(deal) if event["kind"] == "moved")
    other = {"seq": moved, "step": "call", "run": run}  # of the branch that did not move
    plan(small, folder, "strayed", "anna", results=["done"], **other)
    assert "(stray-step)" in small.run("check").out
    answer = small.run("check", "--fix")
    assert answer.code == 0
    assert 'let go of "Task strayed"' in answer.err
    assert [one["step"] for one in open_of(small, deal)] == ["show"]


def test_on_a_terminal_of_80_columns_the_list_keeps_stage_days_step_and_due(shop):
    deal = shop.deal("A flat with a long name, block B, floor 7", "--owner", "anna")
    shop.do("process", "start", deal)
    shop.is_terminal = True
    answer = shop.do("process", "status")
    assert answer.out.splitlines()[0].split() == "Id Title Stage Days Step Due".split()
    assert all(len(line) <= 80 for line in [*answer.out.splitlines(), *answer.err.splitlines()])
    assert "left out: Owner, Process." in " ".join(answer.err.split())
