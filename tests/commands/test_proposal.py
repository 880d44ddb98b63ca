"""`salescli proposal`: what was offered, in which version, and what became of it."""

import json

import pytest

from salescli.model.activities import build_proposals
from tests.correspondence import STATUSES, deal_of_status, raw_lead


def told(shop, deal):
    """What stands on disk of the last proposal event."""
    event = shop.events(deal)[-1]
    names = ("proposal", "number", "version", "state", "amount", "file")
    return {name: event[name] for name in names if name in event}


@pytest.mark.parametrize("status", STATUSES)
def test_a_proposal_goes_on_a_deal_of_any_status(shop, status):
    deal = deal_of_status(shop, status)
    facts = shop.facts(deal)
    proposal = shop.make("proposal", "add", deal, "--number", "R-47", "--amount", "241960")
    assert shop.events(deal)[-1]["kind"] == "proposed"
    assert told(shop, deal) == {
        "proposal": proposal,
        "number": "R-47",
        "version": 1,
        "state": "draft",
        "amount": "241960.00 EUR",
    }
    assert shop.make("proposal", "set", proposal[5:9], "--state", "declined") == proposal
    assert told(shop, deal) == {"proposal": proposal, "state": "declined"}
    assert shop.facts(deal) == facts
    assert shop.do("check").code == 0


def test_a_proposals_file_is_copied_in_and_each_version_keeps_its_own(shop):
    deal = shop.deal()
    path = shop.root.parent / "offer.pdf"
    path.write_bytes(b"one")
    proposal = shop.make("proposal", "add", deal, "--file", str(path))
    assert shop.kinds(deal)[-2:] == ["attached", "proposed"]
    assert told(shop, deal)["file"] == "files/offer.pdf"
    path.write_bytes(b"two")
    shop.do("proposal", "set", proposal, "--state", "declined")
    answer = shop.do("proposal", "set", proposal, "--version", "2", "--file", str(path))
    assert told(shop, deal) == {
        "proposal": proposal,
        "version": 2,
        "state": "draft",
        "file": "files/offer-2.pdf",
    }
    assert "v2: draft" in answer.err
    folder = shop.folder(deal) / "files"
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == {
        "offer.pdf": b"one",
        "offer-2.pdf": b"two",
    }
    assert shop.do("check", "--strict").code == 0
    shop.do("undo")
    assert [one.name for one in folder.iterdir()] == ["offer.pdf"]
    assert build_proposals(shop.live(deal))[proposal].state == "declined"


def test_a_file_that_is_attached_already_is_named(shop):
    deal = shop.deal()
    shop.run("file", "attach", deal, "-", "--name", "offer.pdf", stdin="x")
    for name in ("offer.pdf", "files/offer.pdf"):
        shop.do("proposal", "add", deal, "--file", name)
        assert shop.kinds(deal).count("attached") == 1
        assert told(shop, deal)["file"] == "files/offer.pdf"
    answer = shop.run("proposal", "add", deal, "--file", "none.pdf")
    assert (answer.code, answer.out) == (3, "")


def test_all_faults_are_told_at_once_and_nothing_is_written(shop):
    deal = shop.deal("Flat 47", "--budget", "250000")
    before = shop.tree()
    answer = shop.run(
        *("proposal", "add", deal, "--number", "", "--version", "0"),
        *("--state", "snt", "--amount", "12 USD"),
    )
    assert answer.code == 1
    for words in ("number is one line", "'0' is not a version", "mean sent?", "here it is EUR"):
        assert words in " ".join(answer.err.split())
    assert shop.run("proposal", "add", deal, "--amount", "12,5").code == 2
    assert shop.run("proposal", "set", "zzzz", "--state", "sent").code == 3
    assert shop.tree() == before


def test_a_proposal_without_any_money_of_the_deal_is_in_its_own_currency(shop):
    deal = shop.deal()
    shop.do("proposal", "add", deal, "--amount", "12 USD")
    assert told(shop, deal)["amount"] == "12.00 USD"


def test_setting_what_stands_already_writes_nothing(shop):
    deal = shop.deal()
    proposal = shop.make("proposal", "add", deal, "--number", "R-47", "--amount", "5")
    before = shop.tree()
    answer = shop.do("proposal", "set", proposal, "--number", "R-47", "--amount", "5.00 EUR")
    assert (answer.id, "says so already" in answer.err) == (proposal, True)
    assert shop.run("proposal", "set", proposal).code == 2
    assert shop.tree() == before


def test_proposals_belong_to_deals(shop):
    raw_lead(shop, "elena@example.com")
    assert shop.run("proposal", "add", "Flat for Elena").code == 3


def test_proposals_are_listed_as_they_are_now(shop):
    deal = shop.deal()
    first = shop.make("proposal", "add", deal, "--number", "R-47", "--amount", "241960")
    second = shop.make("proposal", "add", deal)
    shop.do("proposal", "set", first, "--state", "sent")
    lines = shop.do("proposal", "list", deal).out.splitlines()
    assert [line.split() for line in lines] == [
        ["Id", "Number", "Version", "State", "Amount", "When", "File"],
        [first, "R-47", "1", "sent", "241", "960", "EUR", "2026-11-02", "11:04"],
        [second, "1", "draft", "2026-11-02", "11:03"],
    ]
    document = json.loads(shop.do("proposal", "list", deal, "--format", "json").out)
    assert document["schema"] == "salescli/proposals@1"
    assert document["proposals"][0] == {
        "proposal": first,
        "number": "R-47",
        "version": 1,
        "state": "sent",
        "amount": "241960.00 EUR",
        "at": "2026-11-02T09:04:00Z",
        "file": None,
    }


def test_no_proposals_says_so(shop):
    answer = shop.do("proposal", "list", shop.deal())
    assert (answer.out, answer.err) == ("", "Flat 47 has no proposals yet.\n")
