"""The example store: the same bytes each time, lively enough, and as the rules want it."""

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from salescli.model.activities import Activity, build_activities
from salescli.model.events import EVENT_TYPES
from salescli.model.facts import fold
from salescli.model.leads import LEAD_STAGES
from salescli.model.runs import running_run
from tests.shop import Shop, load
from tests.workspace.demo_store import write_demo

EVENT_KINDS = {kind.__struct_config__.tag for kind in EVENT_TYPES}
IS_LONG = os.environ.get("SALESCLI_TEST_SIZE") == "long"
FAILURES = ("lost", "rerouted", "rejected")


def digest(shop: Shop) -> str:
    whole = hashlib.sha256()
    for path, data in shop.tree().items():
        whole.update(f"{path}\0{len(data)}\0".encode() + data)
    return whole.hexdigest()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = write_demo(tmp_path_factory.mktemp("demo") / "store")
    shop.environ["SALESCLI_ACTOR"] = "anna-berzina"
    return shop


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The store of another seed, as it was written: whoever asks it changes nothing."""
    return write_demo(tmp_path_factory.mktemp("another") / "store", seed=2)


def deal_ids(demo: Shop) -> list[str]:
    return [path.name.rpartition("--")[2] for path in demo.root.glob("opportunities/*/*")]


def leads(demo: Shop) -> list[dict[str, Any]]:
    return [load(path) for path in demo.root.glob("leads/*/*/lead.yaml")]


def events_of_deals(demo: Shop) -> list[dict[str, Any]]:
    return [event for deal in deal_ids(demo) for event in demo.events(deal)]


def all_events(demo: Shop) -> list[dict[str, Any]]:
    """The events of all deals and leads."""
    texts = [path.read_text("utf-8") for path in demo.root.glob("*/*/*/history.yaml")]
    return [json.loads(line.removeprefix("- ")) for text in texts for line in text.splitlines()]


def assert_often(counted: Iterable[object], wanted: Iterable[object]) -> None:
    """Each of the wanted is there three times or more."""
    counts = Counter(counted)
    seldom = {one: counts[one] for one in wanted if counts[one] < 3}
    assert not seldom


def test_one_seed_and_day_make_the_same_bytes_and_another_seed_others(demo, another, tmp_path):
    assert digest(write_demo(tmp_path / "again")) == digest(demo)
    assert digest(another) != digest(demo)


def test_any_seed_is_lively_enough(another, tmp_path):
    for store in (another, write_demo(tmp_path / "store", seed=3)) if IS_LONG else (another,):
        assert_lively(store)
        assert_everything(store)
        assert store.do("check").err == ""


def test_it_is_lively_enough(demo):
    assert_lively(demo)


def assert_lively(demo: Shop) -> None:
    team = load(demo.root / "team.yaml")
    assert len(team["people"]) == 10
    tops = [slug for slug, entry in team["departments"].items() if "parent" not in entry]
    assert len(tops) == 1 and len(team["departments"]) == 4
    assert all(e.get("parent", tops[0]) == tops[0] for e in team["departments"].values())
    deals = deal_ids(demo)
    assert len(deals) >= 60
    assert max(len(demo.events(deal)) for deal in deals) >= 100
    budgets = {demo.facts(deal)["budget"][-3:] for deal in deals} - {""}
    assert budgets == {"EUR", "USD"}
    moves = [event for event in events_of_deals(demo) if event["kind"] == "moved"]
    assert sum("undone" in event for event in moves) >= 3
    assert sum("skipped" in event for event in moves) >= 3
    stages = [demo.facts(deal)["stage"] for deal in deals]
    assert_often(stages, ("won", "qualification", "key-contacts", "proposal-presentation"))
    assert sum(stage in FAILURES for stage in stages) >= 3
    names = " ".join(path.read_text("utf-8") for path in demo.root.glob("contacts/*"))
    assert any("а" <= c <= "я" for c in names) and any("a" <= c <= "z" for c in names)


def test_every_kind_of_record_and_event_is_there_three_times(demo):
    assert_everything(demo)


def assert_everything(demo: Shop) -> None:
    assert_often((event["kind"] for event in all_events(demo)), EVENT_KINDS)
    for folder in ("accounts/*", "contacts/*", "leads/*/*", "opportunities/*/*"):
        assert len(list(demo.root.glob(folder))) >= 3, folder
    assert len(load(demo.root / "products.yaml")["products"]) >= 3
    assert len(load(demo.root / "competitors.yaml")["competitors"]) >= 3
    events = all_events(demo)
    mails = [event["direction"] for event in events if event["kind"] == "mailed"]
    assert_often(mails, ("in", "out"))
    proposals = [event["state"] for event in events if event["kind"] == "proposed"]
    assert_often(proposals, ("draft", "sent", "accepted"))
    attached = ["url" if "url" in e else "file" for e in events if e["kind"] == "attached"]
    assert_often(attached, ("url", "file"))
    assert any("mentions" in event for event in events if event["kind"] == "posted")
    results = [event["result"] for event in events if event["kind"] == "done"]
    assert_often(results, ("done", "no-answer", "call-later"))


def led(demo: Shop) -> list[str]:
    """The deals on which the process runs or ran."""
    return [deal for deal in deal_ids(demo) if "started" in demo.kinds(deal)]


def steps_of(demo: Shop, deal: str) -> list[Activity]:
    return [one for one in build_activities(demo.live(deal)).values() if one.step]


def test_the_process_leads_a_third_of_the_deals(demo):
    assert 0.28 <= len(led(demo)) / len(deal_ids(demo)) <= 0.4
    steps = [step for deal in led(demo) for step in steps_of(demo, deal)]
    assert_often((step.result for step in steps), ("yes", "no", "rework", "saved", "done"))
    assert any(step.state == "cancelled" and step.result == "cancelled" for step in steps)
    whys = [event["why"] for event in events_of_deals(demo) if event["kind"] == "stopped"]
    assert len(set(whys)) > 1 and "end" not in whys


def test_the_deals_that_are_led_come_to_every_point_of_the_way(demo):
    stages = Counter(demo.facts(deal)["stage"] for deal in led(demo))
    assert stages["won"] >= 3 and stages["lost"] >= 1
    going_on = [
        deal
        for deal in led(demo)
        if running_run(demo.live(deal)) and demo.facts(deal)["stage"] not in (*FAILURES, "won")
    ]
    waiting = {deal: [one for one in steps_of(demo, deal) if one.is_open] for deal in going_on}
    assert sum(not steps for steps in waiting.values()) >= 2, "none is at the end of its stage"
    demo.now = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
    listed = json.loads(demo.do("activity", "list", "--open", "--format", "json").out)["activities"]
    steps = [one["overdue"] for one in listed if one["step"]]
    assert sum(steps) >= 2 and not all(steps), "late ones, and some that lie ahead"
    # Nothing waits on a deal that is not led any more.
    done = [deal for deal in led(demo) if deal not in going_on]
    assert not any(one.is_open for deal in done for one in steps_of(demo, deal))


def test_most_steps_are_done_within_days_and_some_late(demo):
    steps = [step for deal in led(demo) for step in steps_of(demo, deal)]
    days = [(step.closed_at - step.planned_at).days for step in steps if step.state == "done"]
    assert sum(taken <= 4 for taken in days) > len(days) / 2
    assert sum(taken > 7 for taken in days) >= 3


@pytest.mark.parametrize("ending", ["won", "lost"])
def test_much_is_written_about_a_deal_after_it_has_ended(demo, ending):
    after = set()
    for deal in deal_ids(demo):
        if demo.facts(deal)["stage"] == ending:
            kinds = demo.kinds(deal)
            after |= set(kinds[kinds.index("closed") + 1 :])
    wanted = "planned replanned done cancelled worked noted posted mailed attached proposed voided"
    assert after >= set(wanted.split())


def test_leads_stand_in_every_stage_and_deals_come_of_some(demo):
    stages = Counter(lead["stage"] for lead in leads(demo))
    assert set(stages) == set(LEAD_STAGES)
    facts = [demo.facts(deal) for deal in deal_ids(demo)]
    covered = {one["stage"] for one in facts if one.get("leads")}
    assert {"won", "lost"} <= covered
    assert any(len(one.get("leads", [])) > 1 for one in facts)


def test_the_catalogues_hold_what_is_in_use_and_what_is_not(demo):
    products = load(demo.root / "products.yaml")["products"]
    assert sum("retired" in one for one in products.values()) >= 3
    assert sum(len(one.get("prices", {})) > 1 for one in products.values()) >= 3
    rivals = load(demo.root / "competitors.yaml")["competitors"]
    assert any("retired" in one for one in rivals.values())
    assert sum(len(one.get("products", {})) for one in rivals.values()) >= 3
    assert load(demo.root / "dictionaries.yaml")["sources"]["radio"]["retired"] == "true"
    accounts = [load(path) for path in demo.root.glob("accounts/*")]
    assert any("archived" in one for one in accounts)
    contacts = [load(path) for path in demo.root.glob("contacts/*")]
    assert sum("merged_into" in one for one in contacts) == 2
    people = load(demo.root / "team.yaml")["people"]
    assert [slug for slug, one in people.items() if "left" in one] == ["petr-ivanov"]
    tactics = [
        sum("tactic" in event.get("fields", {}) for event in demo.events(deal))
        for deal in deal_ids(demo)
    ]
    assert sum(count > 1 for count in tactics) >= 3


def test_a_building_has_units_in_every_state(demo):
    listed = json.loads(demo.do("unit", "list", "--all", "--format", "json").out)["units"]
    assert len(listed) == 21
    assert len({unit["section"] for unit in listed if unit["kind"] == "flat"}) == 2
    states = Counter(unit["state"] for unit in listed)
    assert set(states) == {"free", "reserved", "contracted", "sold"}


def test_facts_are_what_the_history_folds_to(demo):
    for deal in deal_ids(demo):
        facts, state = demo.facts(deal), fold(demo.live(deal))
        for name in ("stage", "owner", "budget", "probability", "close_date", "tactic", "mood"):
            assert facts.get(name, "") == str(state.get(name, "")), (deal, name)


def test_all_lies_in_the_year_before_the_day(demo):
    days = [event["at"][:10] for event in all_events(demo)]
    assert min(days) >= "2025-10-31"
    assert max(days) == "2026-10-31"


@pytest.mark.parametrize("hour", [0, 12] if IS_LONG else [0])
def test_made_for_today_it_tells_nothing_that_lies_ahead(shop, hour):
    shop.now = datetime(2026, 11, 2, hour, 1, tzinfo=UTC)
    shop.do("demo", "../x")
    answer = shop.do("-C", "../x", "check")
    assert (answer.out, answer.err) == ("", "")
    strict = shop.run("-C", "../x", "check", "--strict")
    assert set(re.findall(r"\(([a-z-]+)\)", strict.out + strict.err)) <= {"no-decision-maker"}


def test_histories_run_forward(demo):
    for deal in deal_ids(demo):
        times = [event["at"] for event in demo.events(deal) if "logged" not in event]
        assert times == sorted(times), deal


def test_check_finds_nothing_wrong_with_it(demo):
    answer = demo.do("check")
    assert (answer.out, answer.err) == ("", "")


def test_its_funnel_can_be_told(demo):
    answer = demo.do("report", "funnel", "--as-of", "2026-11-01", "--format", "json")
    assert json.loads(answer.out)


def test_won_and_lost_deals_are_of_every_size(demo):
    report = ("report", "win-loss", "--by", "size", "--format", "json")
    rows = {row["name"]: row["won"]["count"] for row in json.loads(demo.do(*report).out)["rows"]}
    assert list(rows)[:3] == ["up to 200 000 EUR", "up to 500 000 EUR", "above 500 000 EUR"]
    assert all(list(rows.values())[:3])


def test_what_made_it_is_not_undone(demo):
    answer = demo.run("undo")
    assert answer.code == 1
    assert "there is no command to undo" in answer.err


def test_the_command_wants_a_folder_that_is_not_there_or_empty(shop):
    answer = shop.run("demo", ".")
    assert answer.code == 1
    assert "is not empty" in answer.err
    assert shop.run("demo", "x", "--until", "soon").code == 2
    assert not (shop.root / "x").exists()
    answer = shop.do("demo", "../x", "--until", "2026-11-01")
    assert answer.out == ""
    assert "salescli -C ../x report funnel" in answer.err
    assert (shop.root.parent / "x" / "salescli.yaml").exists()


def test_no_example_is_made_inside_a_store(shop):
    before = shop.tree()
    assert "lies inside the store" in shop.run("demo", "x").err
    assert shop.tree() == before


def test_the_command_wants_a_day_that_has_come(shop):
    answer = shop.run("demo", "../x", "--until", "2026-11-03")
    assert answer.code == 2
    assert "2026-11-03 lies in the future" in answer.err
    assert not (shop.root.parent / "x").exists()
