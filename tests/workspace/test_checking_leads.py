"""`check` and `check --fix` on leads: what hands may do to them and to the lists that name them."""

import json

import pytest

from tests.leads import lead_events, lead_facts, lead_folder, stage_of
from tests.shop import Shop, new_shop


@pytest.fixture
def shop(tmp_path) -> Shop:
    return new_shop(tmp_path / "shop")


def covered(shop: Shop) -> tuple[str, str]:
    """(lead, deal): a lead and the open deal that it became."""
    shop.make("contact", "create", "Elena Petrova")
    lead = shop.make("lead", "create", "Flat", "--client", "Elena Petrova")
    return lead, shop.make("lead", "convert", lead)


def test_an_edited_stage_is_written_down_as_the_move_it_is(shop):
    lead = shop.make("lead", "create", "Flat")
    shop.do("lead", "move", lead, "--to", "hand-off")
    path = lead_folder(shop, lead) / "lead.yaml"
    shop.replace(path, "stage: hand-off", "stage: qualification")
    assert "unrecorded-edit" in shop.run("check").out
    shop.do("check", "--fix")
    last = lead_events(shop, lead)[-1]
    assert last["kind"] == "moved"
    assert last["undone"] == ["qualification", "hand-off"]
    assert shop.run("check", "--strict").code == 0


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("stage: not-interested", "stage: satisfied", "final-stage"),
        ("stage: not-interested", "stage: disqualified", "reason-needed"),
        ("stage: not-interested", "stage: won", "unknown-stage"),
        ("person: Elena", "person: Elena\ndisqualify_reason: wrong-data", "reason-needed"),
        ("client:", "client: {client}", "raw-and-client"),
    ],
)
def test_what_no_command_may_do_no_hand_may_either(shop, old, new, code):
    client = shop.make("contact", "create", "Elena Petrova")
    lead = shop.make("lead", "create", "Flat", "--person", "Elena")
    shop.do("lead", "move", lead, "--to", "not-interested")
    path = lead_folder(shop, lead) / "lead.yaml"
    shop.replace(path, old, new.format(client=client))
    before = shop.tree()
    answer = shop.run("check", "--fix")
    assert answer.code == 1
    assert f"({code})" in answer.out.replace("\n  ", " ")
    assert shop.tree() == before


def test_an_archived_lead_that_is_open_is_told(shop):
    lead = shop.make("lead", "create", "Flat")
    path = lead_folder(shop, lead) / "lead.yaml"
    path.write_text(path.read_text() + "archived: true\n")
    assert "archived-open" in shop.run("check").out


def test_a_deal_that_a_hand_closed_takes_its_leads_along(shop):
    lead, deal = covered(shop)
    shop.replace(shop.folder(deal) / "opportunity.yaml", "stage: qualification", "stage: won")
    assert "Lead Flat: Awaiting sale → Satisfied." in shop.do("check", "--fix").err
    assert stage_of(shop, lead) == "satisfied"
    assert shop.run("check", "--strict").code == 0
    shop.do("undo")
    assert stage_of(shop, lead) == "awaiting-sale"


def test_a_lead_that_a_hand_put_on_a_list_awaits_the_sale(shop):
    lead = shop.make("lead", "create", "Flat")
    deal = shop.deal()
    path = shop.folder(deal) / "opportunity.yaml"
    path.write_text(path.read_text() + f"leads:\n  - {lead}\n")
    shop.do("check", "--fix")
    assert stage_of(shop, lead) == "awaiting-sale"
    assert shop.run("check", "--strict").code == 0


def test_an_editor_puts_no_lead_on_a_list_that_there_is_not(shop, tmp_path):
    deal = shop.deal()
    editor = tmp_path / "editor.sh"
    editor.write_text('#!/bin/sh\nprintf "leads:\\n  - lead-0f5s3q8n2k\\n" >> "$1"\n')
    editor.chmod(0o755)
    shop.environ["EDITOR"] = str(editor)
    answer = shop.run("opportunity", "edit", deal)
    assert answer.code == 3
    assert "lead-0f5s3q8n2k" in answer.err


def test_an_editor_puts_a_lead_on_a_list_and_it_awaits_the_sale(shop, tmp_path):
    deal = shop.deal()
    lead = shop.make("lead", "create", "Flat")
    editor = tmp_path / "editor.sh"
    editor.write_text(f'#!/bin/sh\nprintf "leads:\\n  - {lead}\\n" >> "$1"\n')
    editor.chmod(0o755)
    shop.environ["EDITOR"] = str(editor)
    shop.do("opportunity", "edit", deal)
    assert stage_of(shop, lead) == "awaiting-sale"


def second_cover(shop: Shop, lead: str) -> str:
    """Another open deal that covers the lead, as a merge may bring it: facts and history agree."""
    other = shop.deal("Other")
    path = shop.folder(other) / "opportunity.yaml"
    path.write_text(path.read_text() + f"leads:\n  - {lead}\n")
    event = {
        "id": "h-0000000001", "seq": 9, "at": "2026-11-02T09:05:00Z", "by": "anna",
        "kind": "changed", "fields": {f"leads/{lead}": [None, True]},
    }  # fmt: skip
    history = shop.folder(other) / "history.yaml"
    history.write_text(f"{history.read_text()}- {json.dumps(event)}\n")
    return other


def test_a_lead_that_two_open_deals_cover_is_told_of_once(shop):
    lead, deal = covered(shop)
    other = second_cover(shop, lead)
    answer = shop.run("check")
    assert answer.code == 1
    assert answer.out.count("covered-twice") == 1
    assert "1 finding" in answer.err
    shop.do("opportunity", "close", other, "--outcome", "lost", "--reason", "price")
    assert "covered-twice" not in shop.run("check").out
    assert shop.facts(deal)["leads"] == [lead]


def test_a_deal_that_came_by_git_a_moment_ago_covers_its_lead_for_every_command(shop):
    shop.make("contact", "create", "Elena Petrova")
    lead = shop.make("lead", "create", "Flat", "--client", "Elena Petrova")
    second_cover(shop, lead)
    answer = shop.run("lead", "convert", lead)
    assert answer.code == 1
    assert "is covered by an open deal, Other" in answer.err


def test_a_lead_that_awaits_a_sale_which_nobody_makes_is_a_warning(shop):
    lead = shop.make("lead", "create", "Flat")
    shop.do("lead", "move", lead, "--to", "awaiting-sale")
    assert shop.run("check").code == 0
    answer = shop.run("check", "--strict")
    assert answer.code == 1
    assert "awaits-nothing" in answer.out


@pytest.mark.parametrize(
    "event",
    [
        {"kind": "closed", "from": "qualification", "to": "satisfied", "fields": {}},
        {"kind": "moved", "from": "qualification", "to": "satisfied", "skipped": ["hand-off"]},
    ],
)
def test_a_lead_is_never_closed_and_skips_nothing(shop, event):
    lead = shop.make("lead", "create", "Flat")
    head = {"id": "h-0000000001", "seq": 2, "at": "2026-11-02T10:00:00Z", "by": "anna"}
    history = lead_folder(shop, lead) / "history.yaml"
    history.write_text(f"{history.read_text()}- {json.dumps({**head, **event})}\n")
    assert "wrong-stage-event" in shop.run("check").out


def test_a_product_that_a_lead_asks_for_must_be_there(shop):
    lead = shop.make("lead", "create", "Flat")
    path = lead_folder(shop, lead) / "lead.yaml"
    path.write_text(path.read_text() + "products: [nothing]\n")
    assert "no-such-reference" in shop.run("check").out
    assert lead_facts(shop, lead)["products"] == ["nothing"]
