"""From a lead to a deal: every field of the mapping, in one set of changes."""

import pytest

from tests.leads import lead_events, lead_facts, stage_of
from tests.shop import Shop, new_shop


@pytest.fixture
def shop(tmp_path) -> Shop:
    shop = new_shop(tmp_path / "shop")
    shop.make("department", "create", "North bank", "--id", "north")
    shop.make("person", "create", "Boris Kalnin", "--id", "boris", "--department", "north")
    shop.make("product", "create", "Flat B47", "--id", "flat-b47")
    shop.do("product", "set", "flat-b47", "--price", "2026-01-01=231000", "--price", "236000")
    return shop


def full(shop: Shop, *options: str) -> str:
    """A qualified lead of which everything is known."""
    elena = shop.make("contact", "create", "Elena Petrova")
    return shop.make(
        "lead", "create", "Flat for Elena", "--client", elena, "--need", "flat-to-live-in",
        "--owner", "boris", "--budget", "250000", "--source", "client-referral",
        "--decision-date", "2026-12-01", "--meeting-at", "2026-11-06 14:00",
        "--product", "flat-b47", "--notes", "Wants the river side", *options,
    )  # fmt: skip


def test_every_field_of_the_mapping_comes_over(shop):
    lead = full(shop)
    deal = shop.make("lead", "convert", lead)
    facts = shop.facts(deal)
    (line,) = facts["products"]
    assert line == {
        "line": line["line"],
        "product": "flat-b47",
        "quantity": "1",
        "price": "236000.00 EUR",
    }
    assert {name: value for name, value in facts.items() if value and name != "products"} == {
        "id": deal,
        "title": "Elena Petrova/1",
        "client": lead_facts(shop, lead)["client"],
        "stage": "qualification",
        "process": "real-estate",
        "owner": "boris",
        "department": "north",
        "budget": "250000.00 EUR",
        "need": "flat-to-live-in",
        "close_date": "2026-12-01",
        "source": "client-referral",
        "leads": [lead],
    }
    created, planned, started, step = shop.events(deal)
    assert created["from_lead"] == lead
    assert started["kind"] == "started"
    assert (step["step"], step["run"]) == ("facts", started["run"])
    assert planned["kind"] == "planned"
    assert planned["type"] == "meeting"
    assert planned["title"] == "Meet Elena Petrova"
    assert planned["owner"] == "boris"
    assert planned["start"] == "2026-11-06T12:00:00Z"
    assert planned["people"] == [facts["client"]]
    assert shop.run("check", "--strict").code == 0


def test_the_lead_awaits_the_sale_from_then_on_and_keeps_what_it_said(shop):
    lead = full(shop)
    before = lead_facts(shop, lead)
    shop.do("lead", "convert", lead)
    assert lead_facts(shop, lead) == {**before, "stage": "awaiting-sale"}
    last = lead_events(shop, lead)[-1]
    assert (last["kind"], last["from"], last["to"]) == ("moved", "qualification", "awaiting-sale")


def test_one_undo_takes_all_of_it_back_and_one_redo_brings_it(shop):
    lead = shop.make(
        "lead", "create", "--person", "Elena", "--company", "Mill", "--email", "e@example.com"
    )
    before = {path: text for path, text in shop.tree().items() if "history" not in path}
    deal = shop.make("lead", "convert", lead, "--create-client", "account")
    assert len(list(shop.root.glob("accounts/*"))) == len(list(shop.root.glob("contacts/*"))) == 1
    shop.do("undo")
    assert {path: text for path, text in shop.tree().items() if "history" not in path} == before
    assert not list(shop.root.glob("opportunities/*/*"))
    shop.do("redo")
    assert shop.facts(deal)["leads"] == [lead]
    assert stage_of(shop, lead) == "awaiting-sale"
    assert shop.run("check", "--strict").code == 0


def test_a_dry_run_shows_both_records_and_writes_nothing(shop):
    lead = full(shop)
    before = shop.tree()
    answer = shop.run("lead", "convert", lead, "--dry-run")
    assert "+stage: awaiting-sale" in answer.out
    assert "+title: Elena Petrova/1" in answer.out
    assert shop.tree() == before


def test_the_title_counts_the_deals_that_the_client_has_already(shop):
    lead = full(shop)
    shop.deal("Flat 1")
    shop.deal("Flat 2")
    deal = shop.make("lead", "convert", lead)
    assert shop.facts(deal)["title"] == "Elena Petrova/3"


def test_what_is_typed_wins_over_the_lead(shop):
    lead = full(shop)
    deal = shop.make(
        "lead", "convert", lead, "--title", "Flat 47", "--budget", "240000", "--owner", "anna",
        "--stage", "key-contacts", "--close-date", "2027-01-15",
    )  # fmt: skip
    facts = shop.facts(deal)
    assert facts["title"] == "Flat 47"
    assert facts["budget"] == "240000.00 EUR"
    assert facts["owner"] == "anna"
    assert facts["stage"] == "key-contacts"
    assert facts["close_date"] == "2027-01-15"


def test_without_an_owner_the_acting_person_takes_it(shop):
    lead = full(shop)
    shop.do("lead", "set", lead, "--owner", "", "--department", "")
    assert shop.facts(shop.make("lead", "convert", lead))["owner"] == "anna"


def test_the_person_beside_a_company_is_a_contact_of_the_deal(shop):
    mill = shop.make("account", "create", "Mill")
    lead = shop.make("lead", "create", "--person", "Elena", "--company", "Mill")
    deal = shop.make("lead", "convert", lead, "--client", mill)
    (contact,) = shop.root.glob("contacts/*")
    assert [item["contact"] for item in shop.facts(deal)["contacts"]] == [contact.stem[-14:]]


def test_so_is_one_who_was_written_down_before_the_company_was_known(shop):
    mill = shop.make("account", "create", "Mill")
    lead = shop.make("lead", "create", "--person", "Elena", "--company", "Mill")
    shop.do("lead", "qualify", lead, "--client", mill)
    shop.do("lead", "set", lead, "--notes", "Later")
    deal = shop.make("lead", "convert", lead)
    (contact,) = shop.root.glob("contacts/*")
    assert [item["contact"] for item in shop.facts(deal)["contacts"]] == [contact.stem[-14:]]


def test_what_went_out_of_use_since_is_left_out_and_said(shop):
    lead = full(shop)
    shop.do("department", "set", "north", "--manager", "anna")
    shop.do("person", "set", "boris", "--left", "2026-11-01")
    shop.do("product", "set", "flat-b47", "--retired", "yes")
    answer = shop.do("lead", "convert", lead)
    facts = shop.facts(answer.id)
    assert facts["owner"] == "anna"
    assert "products" not in facts
    assert "Left out: boris left on 2026-11-01" in answer.err
    assert "Left out: product flat-b47 is retired." in answer.err


def test_without_a_client_nothing_is_made(shop):
    lead = shop.make("lead", "create", "Flat", "--phone", "2111 1111")
    before = shop.tree()
    answer = shop.run("lead", "convert", lead, "--budget", "x", "--process", "nope")
    for told in ("has no client yet", "not an amount", "no process 'nope'"):
        assert told in answer.err
    assert shop.run("lead", "convert", lead, "--create-client", "contact").code == 1
    assert shop.tree() == before


def test_an_archived_client_buys_nothing_new(shop):
    lead = full(shop)
    shop.do("contact", "set", "Elena Petrova", "--archived", "yes")
    assert shop.run("lead", "convert", lead).code == 1


def test_money_of_two_currencies_is_refused_as_everywhere(shop):
    lead = full(shop)
    shop.do("lead", "set", lead, "--budget", "100 USD")
    answer = shop.run("lead", "convert", lead)
    assert answer.code == 1
    assert "EUR, USD" in answer.err
    assert stage_of(shop, lead) == "qualification"


@pytest.mark.parametrize("stage", ["satisfied", "not-interested"])
def test_a_lead_that_has_ended_is_not_converted(shop, stage):
    lead = full(shop)
    shop.do("lead", "move", lead, "--to", stage)
    answer = shop.run("lead", "convert", lead)
    assert answer.code == 1
    assert f"salescli lead move {lead[5:9]} --to hand-off" in answer.err


def test_a_lead_is_sold_to_once_at_a_time(shop):
    lead = full(shop)
    deal = shop.make("lead", "convert", lead)
    answer = shop.run("lead", "convert", lead)
    assert answer.code == 1
    assert deal[4:8] in answer.err
    shop.do("opportunity", "close", deal, "--outcome", "rerouted", "--reason", "price")
    assert shop.facts(shop.make("lead", "convert", lead))["title"] == "Elena Petrova/2"


def test_a_conversion_of_another_day_is_one_in_both_histories(shop):
    lead = full(shop, "--at", "2026-10-01")
    deal = shop.make("lead", "convert", lead, "--at", "2026-10-05")
    assert {event["at"] for event in shop.events(deal)} == {"2026-10-04T21:00:00Z"}
    assert lead_events(shop, lead)[-1]["at"] == "2026-10-04T21:00:00Z"
    assert shop.run("lead", "create", "X", "--at", "2027-01-01").code == 1


def test_a_conversion_before_the_last_step_of_the_lead_is_too_early(shop):
    lead = full(shop)
    shop.do("lead", "move", lead, "--to", "nurturing")
    answer = shop.run("lead", "convert", lead, "--at", "2026-11-01")
    assert answer.code == 1
    assert not list(shop.root.glob("opportunities/*/*"))
