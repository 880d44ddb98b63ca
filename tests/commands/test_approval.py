"""`salescli approval`: asked, decided, by hand and as steps of a process."""

import csv
import io
import json
import re

import pytest

from tests.correspondence import LEAD, STATUSES, deal_of_status, events_in, raw_lead
from tests.planned import append_event, folder_of
from tests.shop import Shop, made_once

SMALL = """\
name: Small
stages:
  - stage: offer
    name: Offer
    steps:
      - step: discount
        kind: approval
        title: Approve the discount
        performer: [carl]
        mandatory: true
        then:
          approved: end-of-stage
          rejected: rework
      - step: rework
        kind: task
        title: Work the offer over
        then:
          done: discount
  - stage: sign
    name: Signing
  - stage: won
    name: Won
    final: success
  - stage: lost
    name: Lost
    final: failure
"""


@pytest.fixture
@made_once
def house(shop) -> Shop:
    """A shop with Carl, who approves, and Boris."""
    shop.make("person", "create", "Carl Ozols", "--id", "carl")
    shop.make("person", "create", "Boris Kalnin", "--id", "boris")
    return shop


@pytest.fixture
def running(house) -> str:
    """A deal whose process waits for Carl's approval."""
    house.write("processes/small.yaml", SMALL)
    deal = house.deal("Flat 47", "--process", "small")
    house.do("process", "start", deal)
    return deal


def own(event: dict) -> dict:
    """An event without what every event has."""
    return {key: value for key, value in event.items() if key not in ("id", "seq", "at", "by")}


def listed(shop: Shop, *arguments: str) -> list[dict]:
    return json.loads(shop.do("approval", "list", *arguments, "--format", "json").out)["approvals"]


def ask(shop: Shop, deal: str, subject: str = "Discount of 1.5 %", *of: str) -> str:
    people = [word for person in of or ("carl",) for word in ("--of", person)]
    return shop.make("approval", "request", deal, subject, *people)


@pytest.mark.parametrize("status", STATUSES)
def test_an_approval_is_asked_for_and_decided_on_a_deal_of_any_status(house, status):
    deal = deal_of_status(house, status)
    facts = house.facts(deal)
    approval = house.make(
        "approval", "request", deal, "Discount  of 1.5 %", "--of", "Carl Ozols", "--of", "boris"
    )
    assert own(house.events(deal)[-1]) == {
        "kind": "asked",
        "approval": approval,
        "of": ["carl", "boris"],
        "subject": "Discount of 1.5 %",
    }
    answer = house.do("approval", "approve", approval[5:9], "--note", "Not more", "--actor", "carl")
    assert answer.id == approval
    assert "Warning" not in answer.err
    assert own(house.events(deal)[-1]) == {
        "kind": "decided",
        "approval": approval,
        "decision": "approved",
        "note": "Not more",
    }
    assert house.events(deal)[-1]["by"] == "carl"
    assert house.facts(deal) == facts
    assert house.do("check", "--strict").code == 0
    house.do("undo")
    assert [one["state"] for one in listed(house, deal)] == ["open"]
    house.do("undo")
    assert listed(house, deal, "--all") == []


def test_an_approval_goes_on_a_lead_too(house):
    folder = raw_lead(house, "elena@example.com")
    approval = ask(house, LEAD)
    house.do("approval", "reject", approval, "--note", "Too early", "--actor", "carl")
    assert [event["kind"] for event in events_in(folder)[-2:]] == ["asked", "decided"]
    assert [one["record"] for one in listed(house, "--all")] == [LEAD]


def test_one_may_ask_oneself_and_it_is_told(house):
    answer = house.do("approval", "request", house.deal(), "A free day", "--of", "@me")
    assert "ask yourself" in answer.err


def test_all_that_is_wrong_with_a_request_is_told_at_once(house):
    house.make("person", "create", "Dina", "--id", "dina")
    house.do("person", "leave", "dina", "--to", "anna", "--on", "2026-11-01")
    deal = house.deal()
    answer = house.run("approval", "request", deal, " ", "--of", "dina", "--of", "nobody")
    assert answer.code == 1
    for words in ("what is to be approved", "dina left on", "no person 'nobody'"):
        assert words in answer.err
    assert house.kinds(deal) == ["created"]
    assert house.run("approval", "request", deal, "Discount").code == 2


def test_who_decides_without_being_asked_is_told_so_and_it_is_recorded(house):
    approval = ask(house, house.deal())
    answer = house.do("approval", "approve", approval)
    assert "Warning: carl was asked, anna decides" in answer.err
    assert [one["decided_by"] for one in listed(house, "--all")] == ["anna"]


def test_what_is_decided_stays_and_says_who_decided_when(house):
    approval = ask(house, house.deal())
    house.do("approval", "approve", approval, "--actor", "carl", "--at", "2026-11-02 11:03")
    answer = house.run("approval", "reject", approval, "--note", "No")
    assert answer.code == 1
    assert "carl approved 'Discount of 1.5 %' on 2026-11-02 11:03" in " ".join(answer.err.split())


def test_a_rejection_without_a_reason_is_refused(house):
    deal = house.deal()
    answer = house.run("approval", "reject", ask(house, deal), "--note", "  ")
    assert answer.code == 1
    told = " ".join(answer.err.split())
    assert re.search("salescli approval reject [0-9a-z]{4} --note TEXT", told)
    assert house.kinds(deal)[-1] == "asked"


def test_the_list_shows_what_waits_of_whom_and_on_what(house):
    flat, house_ = house.deal("Flat 47"), house.deal("House 1")
    first, second = ask(house, flat), ask(house, house_, "Скидка", "boris", "carl")
    third = ask(house, flat, "Lawyer", "boris")
    house.do("approval", "approve", third)
    assert [one["approval"] for one in listed(house)] == [first, second]
    assert [one["approval"] for one in listed(house, "--person", "boris")] == [second]
    assert [one["approval"] for one in listed(house, "--person", "@me")] == []
    assert [one["approval"] for one in listed(house, flat)] == [first]
    assert [one["state"] for one in listed(house, flat, "--all")] == ["open", "approved"]
    rows = list(csv.DictReader(io.StringIO(house.do("approval", "list", "--format", "csv").out)))
    assert [row["subject"] for row in rows] == ["Discount of 1.5 %", "Скидка"]
    table = house.do("approval", "list").out
    assert "boris, carl" in table
    assert house.do("approval", "list", "--format", "jsonl").out.count("\n") == 2
    assert house.do("approval", "list", "--format", "md").out.startswith("| Id")
    house.is_terminal = True
    short = house.do("approval", "list").out
    assert first not in short
    assert all(len(line) <= 80 for line in short.splitlines())


def test_an_empty_list_says_so(shop):
    answer = shop.do("approval", "list")
    assert (answer.out, answer.err) == ("", "Nothing waits for an approval.\n")


def test_an_approval_stands_in_the_agenda_of_those_asked_and_on_the_deals_screens(house):
    deal = house.deal()
    approval = ask(house, deal)
    agenda = house.do("agenda", "--person", "carl").out
    assert "To approve or reject" in agenda
    assert "Discount of 1.5 %" in agenda
    assert approval[5:9] in agenda
    assert "Discount" not in house.do("agenda", "--person", "boris").out
    assert "Discount" not in house.do("agenda", "--person", "carl", "--overdue").out
    assert "Open       approval Discount of 1.5 %, Carl Ozols" in house.do("opp", "show", deal).out
    assert "Carl Ozols has not decided yet" in house.do("opp", "brief", deal).out
    house.do("approval", "approve", approval, "--actor", "carl")
    assert "Discount" not in house.do("agenda", "--person", "carl").out
    assert "Open       approval" not in house.do("opp", "show", deal).out
    assert "not decided" not in house.do("opp", "brief", deal).out


def test_a_step_of_a_process_is_planned_and_asked_for_by_one_command(house, running):
    planned, asked = house.events(running)[-2:]
    assert (planned["kind"], planned["type"], planned["owner"]) == ("planned", "approval", "carl")
    assert own(asked) == {
        "kind": "asked",
        "approval": asked["approval"],
        "of": ["carl"],
        "subject": "Approve the discount",
        "step": "discount",
    }
    agenda = house.do("agenda", "--person", "carl").out
    assert agenda.count("Approve the discount") == 1
    house.do("undo")
    assert listed(house, "--all") == []


@pytest.mark.parametrize("way", ["approval", "activity"])
def test_a_step_is_decided_and_done_either_way_alike_and_the_process_follows(house, running, way):
    planned, asked = house.events(running)[-2:]
    before = len(house.events(running))
    if way == "approval":
        line = ["approval", "reject", asked["approval"]]
    else:
        line = ["activity", "done", planned["activity"], "--result", "rejected"]
    house.do(*line, "--note", "One percent at most", "--actor", "carl")
    told = [own(event) for event in house.events(running)[before:]]
    assert told[:2] == [
        {
            "kind": "decided",
            "approval": asked["approval"],
            "decision": "rejected",
            "note": "One percent at most",
        },
        {"kind": "done", "activity": planned["activity"], "result": "rejected"},
    ]
    assert [(event["kind"], event["step"]) for event in told[2:]] == [("planned", "rework")]
    house.do("activity", "done", told[2]["activity"])
    again = house.events(running)[-1]
    assert (again["kind"], again["step"]) == ("asked", "discount")
    assert again["approval"] != asked["approval"]
    assert house.do("check", "--strict").code == 0


def test_a_step_rejected_without_a_reason_is_refused_with_the_command(house, running):
    planned = house.events(running)[-2]
    before = house.tree()
    short = planned["activity"][4:8]
    answer = house.run("activity", "done", planned["activity"], "--result", "rejected")
    assert answer.code == 1
    told = " ".join(answer.err.split())
    assert f"salescli activity done {short} --result rejected --note TEXT" in told
    asked = house.events(running)[-1]["approval"]
    assert house.run("approval", "reject", asked).code == 1
    assert (
        house.run("opp", "move", running, "--to", "sign", "--done", f"{short}=rejected").code == 1
    )
    assert house.tree() == before


@pytest.mark.parametrize("line", [["advance"], ["close", "--outcome", "won"]])
def test_a_mandatory_approval_that_waits_blocks_and_says_how_to_approve(house, running, line):
    asked = house.events(running)[-1]["approval"]
    answer = house.run("opp", line[0], running, *line[1:])
    assert answer.code == 1
    command = f"salescli approval approve {asked[5:9]}"
    assert command in " ".join(answer.err.split())
    house.do(*command.split()[1:], "--actor", "carl")
    house.do("opp", line[0], running, *line[1:])


def test_a_stage_that_was_left_waits_for_no_approval(house, running):
    asked = house.events(running)[-1]["approval"]
    house.do("opp", "move", running, "--to", "sign", "--force", "The boss is ill")
    assert listed(house) == []
    assert [one["state"] for one in listed(house, "--all")] == ["moot"]
    assert "not decided" not in house.do("opp", "brief", running).out
    answer = house.run("approval", "approve", asked)
    assert (answer.code, "waits no more" in answer.err) == (1, True)
    house.do("undo")
    house.do("process", "stop", running)
    assert [one["state"] for one in listed(house, "--all")] == ["moot"]


def test_what_waits_can_be_retracted_and_a_decision_too_but_nothing_of_a_step(house, running):
    assert house.do("retract", running).out == ""
    approval = ask(house, running)
    house.do("approval", "approve", approval, "--actor", "carl")
    house.do("retract", running, approval, "--why", "He meant another deal")
    assert [one["state"] for one in listed(house, running)] == ["open", "open"]
    house.do("retract", running, approval)
    assert [one["approval"] for one in listed(house, running, "--all") if not one["step"]] == []
    assert house.do("check", "--strict").code == 0


def test_who_leaves_is_told_what_they_are_still_to_approve(house, running):
    approval = ask(house, running)
    answer = house.do("person", "leave", "carl", "--to", "boris")
    told = " ".join(answer.err.split())
    assert "carl is still to approve 'Discount of 1.5 %' of Flat 47" in told
    assert f"salescli approval approve|reject {approval[5:9]}" in told
    assert "still to approve 'Approve the discount'" not in told
    assert [one["of"] for one in listed(house, running)] == [["boris"], ["carl"]]


def test_two_decisions_of_a_merge_are_found_and_one_is_voided(house, running):
    folder = folder_of(house, running)
    planned, asked = house.events(running)[-2:]
    house.do("approval", "approve", asked["approval"], "--actor", "carl")
    common = {"at": "2026-11-02T10:30:00Z", "by": "boris"}
    decided = append_event(
        house, folder, "decided", approval=asked["approval"], decision="rejected", **common
    )
    done = append_event(
        house, folder, "done", activity=planned["activity"], result="rejected", **common
    )
    answer = house.run("check")
    assert answer.code == 1
    told = " ".join(answer.out.split())
    assert "is decided twice: carl approved, boris then rejected; the first holds" in told
    command = f"salescli check --fix --void {decided} --void {done}"
    assert f"Keep approved: {command}" in told
    house.do(*command.split()[1:])
    assert house.run("check").code == 0
    assert [one["state"] for one in listed(house, "--all")] == ["approved"]


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"kind": "decided", "decision": "perhaps"}, "unknown-decision"),
        ({"kind": "asked", "of": ["nobody"], "subject": "More"}, "no-such-reference"),
    ],
)
def test_a_decision_that_is_none_and_a_request_of_nobody_are_found(house, keys, code):
    deal = house.deal()
    approval = ask(house, deal) if keys["kind"] == "decided" else "appr-8d3v5n0j2s"
    own_keys = {key: value for key, value in keys.items() if key != "kind"}
    append_event(house, folder_of(house, deal), keys["kind"], approval=approval, **own_keys)
    found = house.run("check")
    assert found.code == 1
    assert f"({code})" in found.out


def test_an_approval_that_is_not_there_is_not_found(house):
    answer = house.run("approval", "approve", "8d3v")
    assert answer.code == 3
    assert "salescli approval list" in answer.err
