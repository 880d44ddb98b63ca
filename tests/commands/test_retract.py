"""`salescli retract`: what was said long ago is taken back, and its line stays."""

import json

import pytest

from tests.correspondence import STATUSES, deal_of_status, eml, events_in, raw_lead
from tests.shop import Shop, new_shop


@pytest.fixture
def shop(tmp_path) -> Shop:
    return new_shop(tmp_path / "shop")


def document(shop: Shop, deal: str) -> dict:
    return json.loads(shop.do("opportunity", "show", deal, "--format", "json").out)


def entries(shop: Shop, record: str) -> list[dict]:
    found = json.loads(shop.do("retract", record, "--format", "json").out)
    assert found["schema"] == "salescli/retractable@1"
    return found["retractable"]


@pytest.mark.parametrize("status", STATUSES)
def test_a_note_of_any_day_is_taken_back_whatever_the_status(shop, status):
    deal = deal_of_status(shop, status)
    shop.do("note", deal, "Wants a balcony", "--at", "2026-11-02")
    shop.do("note", deal, "Wants a garden")
    ids = {one["words"]: one["id"] for one in entries(shop, deal)}
    before = shop.events(deal)
    shop.do("retract", deal, ids['note "Wants a balcony"'], "--why", "It was another client")
    assert [one["text"] for one in document(shop, deal)["history"]["notes"]] == ["Wants a garden"]
    *same, voided = shop.events(deal)
    assert same == before
    assert (voided["kind"], voided["why"]) == ("voided", "mistake")
    assert voided["events"] == [ids['note "Wants a balcony"']]
    assert voided["note"] == "It was another client"
    assert shop.run("check").code == 0


def test_undo_gives_back_what_was_retracted_with_the_files_of_a_mail(shop):
    deal = deal_of_status(shop, "open")
    (shop.root.parent / "one.eml").write_bytes(eml(files={"plan.txt": b"plan"}))
    mail = shop.make("mail", "import", "../one.eml")
    before = shop.tree()
    shop.do("retract", deal, mail)
    assert not [path for path in shop.tree() if "/files/" in path or "/mail/" in path]
    assert document(shop, deal)["history"]["mails"] == []
    assert shop.run("check").code == 0
    shop.do("undo")
    after = shop.tree()
    assert {p: t for p, t in after.items() if not p.endswith("history.yaml")} == {
        p: t for p, t in before.items() if not p.endswith("history.yaml")
    }
    assert [one["mail"] for one in document(shop, deal)["history"]["mails"]] == [mail]


def test_a_mail_that_was_retracted_may_come_again(shop):
    deal = deal_of_status(shop, "open")
    (shop.root.parent / "one.eml").write_bytes(eml())
    first = shop.make("mail", "import", "../one.eml")
    shop.do("retract", deal, first)
    assert shop.make("mail", "import", "../one.eml") != first


def test_hours_of_work_that_nobody_did_count_no_more(shop):
    deal = deal_of_status(shop, "won")
    shop.do("time", "add", deal, "120")
    shop.do("time", "add", deal, "30")
    (wrong,) = [one["id"] for one in entries(shop, deal) if one["words"].startswith("2 h")]
    shop.do("retract", deal, wrong.removeprefix("h-")[:6])
    assert document(shop, deal)["computed"]["hours"] == "0.50"


def test_an_activity_that_was_not_done_after_all_waits_again(shop):
    deal = deal_of_status(shop, "open")
    activity = shop.make("activity", "plan", deal, "Call them", "--type", "call")
    shop.do("activity", "done", activity, "--minutes", "90")
    shop.do("retract", deal, activity)
    shop.do("activity", "done", activity, "--minutes", "9")
    (one,) = document(shop, deal)["history"]["activities"]
    assert (one["state"], one["minutes"]) == ("done", 9)


def test_what_changes_facts_is_not_among_what_can_be_taken_back(shop):
    deal = deal_of_status(shop, "open")
    shop.do("opportunity", "set", deal, "--budget", "9000")
    assert entries(shop, deal) == []
    assert shop.do("retract", deal).err == "Nothing on Flat 47 can be taken back this way.\n"
    created, changed = shop.events(deal)
    for event in (created, changed):
        answer = shop.run("retract", deal, event["id"])
        assert answer.code == 3
        assert f"'{event['id']}'" in answer.err


def test_an_empty_id_is_that_of_nothing(shop):
    deal = deal_of_status(shop, "open")
    shop.do("note", deal, "One")
    assert shop.run("retract", deal, "").code == 3


def test_an_id_of_several_is_refused_with_all_of_them(shop):
    deal = deal_of_status(shop, "open")
    shop.do("note", deal, "One")
    shop.do("note", deal, "Two")
    answer = shop.run("retract", deal, "h-")
    assert answer.code == 3
    assert all(one["id"] in answer.err for one in entries(shop, deal))


def test_a_post_goes_after_its_replies(shop):
    deal = deal_of_status(shop, "lost")
    post = shop.make("feed", "post", deal, "A balcony?")
    reply = shop.make("feed", "reply", post, "Two")
    refused = shop.run("retract", deal, post)
    assert (refused.code, reply in refused.err) == (1, True)
    shop.do("retract", deal, reply)
    shop.do("retract", deal, post)
    assert document(shop, deal)["history"]["posts"] == []


def test_a_note_on_a_lead_is_taken_back_too(shop):
    folder = raw_lead(shop, "elena@example.com")
    shop.do("note", "Flat for Elena", "Called twice")
    shop.do("retract", "Flat for Elena", str(events_in(folder)[-1]["id"]))
    assert entries(shop, "Flat for Elena") == []


def test_a_dry_run_writes_nothing(shop):
    deal = deal_of_status(shop, "open")
    shop.do("note", deal, "One")
    before = shop.tree()
    answer = shop.do("retract", deal, shop.events(deal)[-1]["id"], "--dry-run")
    assert '+- {"id":' in answer.out
    assert shop.tree() == before
