"""`salescli lead`: writing interests down, changing, moving, ending and listing them."""

import json

import pytest

from tests.leads import contact_facts, lead_events, lead_facts, lead_folder, stage_of
from tests.shop import Shop, new_shop


@pytest.fixture
def shop(tmp_path) -> Shop:
    return new_shop(tmp_path / "shop")


def raw(shop: Shop, *options: str) -> str:
    """A lead of somebody who is no client yet."""
    return shop.make(
        "lead", "create", "Flat for Elena", "--person", "Elena Petrova", "--email",
        "elena@example.com", *options,
    )  # fmt: skip


def test_a_new_lead_is_a_directory_with_its_history(shop):
    lead = raw(shop, "--need", "parking", "--budget", "9000", "--medium", "phone")
    text = (lead_folder(shop, lead) / "lead.yaml").read_text()
    assert text == (
        f"id: {lead}\n"
        "title: Flat for Elena\n"
        "client:\n"
        "stage: qualification\n"
        "need: parking\n"
        "owner: anna\n"
        "department:\n"
        "budget: 9000.00 EUR\n"
        "source:\n"
        "decision_date:\n"
        "person: Elena Petrova\n"
        "emails: [elena@example.com]\n"
        "medium: phone\n"
    )
    (created,) = lead_events(shop, lead)
    assert created["kind"] == "created"
    assert created["fields"] == {
        "title": "Flat for Elena",
        "stage": "qualification",
        "need": "parking",
        "owner": "anna",
        "budget": "9000.00 EUR",
        "person": "Elena Petrova",
        "emails": ["elena@example.com"],
        "medium": "phone",
    }
    assert shop.run("check", "--strict").code == 0


def test_a_lead_without_a_title_is_called_like_its_person_or_company(shop):
    assert lead_facts(shop, shop.make("lead", "create", "--person", "Ян"))["title"] == "Ян"
    assert lead_facts(shop, shop.make("lead", "create", "--company", "Mill"))["title"] == "Mill"


def test_every_fault_of_a_new_lead_is_told_at_once(shop):
    answer = shop.run(
        "lead", "create", "--need", "nope", "--budget", "12,5", "--owner", "nobody", "--product",
        "nothing", "--stage", "satisfied", "--client", "Nobody",
    )  # fmt: skip
    assert answer.code != 0
    for told in (
        "needs has no value 'nope'",
        "'12,5' is not an amount",
        "there is no person 'nobody'",
        "there is no product 'nothing'",
        "a lead needs a title",
        "a lead begins in an open stage",
        "there is no client 'Nobody'",
    ):
        assert told.casefold() in answer.err.casefold()
    assert not list(shop.root.glob("leads/*/*"))


def test_a_lead_of_a_known_client_repeats_nothing_of_them(shop):
    shop.make("contact", "create", "Elena Petrova", "--email", "elena@example.com")
    lead = shop.make("lead", "create", "Flat", "--client", "elena@example.com")
    facts = lead_facts(shop, lead)
    assert facts["client"].startswith("con-")
    assert not {"person", "emails"} & facts.keys()


def test_a_known_client_takes_the_place_of_what_was_typed_of_them(shop):
    elena = shop.make("contact", "create", "Elena Petrova", "--email", "elena@example.com")
    answer = shop.do(
        "lead", "create", "Flat", "--client", elena, "--person", "Elena", "--phone", "2111"
    )
    assert not {"person", "phones"} & lead_facts(shop, answer.id).keys()
    assert f'salescli contact set {elena} --phone "2111"' in answer.err


def test_a_new_lead_says_who_it_may_be(shop):
    elena = shop.make("contact", "create", "Elena Petrova", "--phone", "+371 2111 1111")
    answer = shop.do("lead", "create", "Flat", "--phone", "(371) 21111111")
    assert f"Elena Petrova has that phone: {elena}" in answer.err


def test_a_dry_run_writes_nothing(shop):
    before = shop.tree()
    answer = shop.run("lead", "create", "Flat", "--dry-run")
    assert "+title: Flat" in answer.out
    assert shop.tree() == before


def test_setting_fields_is_one_event_and_patches_the_text(shop):
    lead = raw(shop)
    path = lead_folder(shop, lead) / "lead.yaml"
    path.write_text(path.read_text().replace("owner: anna\n", "owner: anna  # hers\n"))
    shop.make("person", "create", "Boris Kalnin", "--id", "boris")
    shop.do("lead", "set", lead, "--decision-date", "2026-12-01", "--notes", "Wants the river")
    assert "owner: anna  # hers\n" in path.read_text()
    assert lead_events(shop, lead)[-1]["fields"] == {
        "decision_date": [None, "2026-12-01"],
        "notes": [None, "Wants the river"],
    }
    assert "already" in shop.do("lead", "set", lead, "--notes", "Wants the river").err
    assert len(lead_events(shop, lead)) == 2


def test_an_empty_title_and_no_field_at_all_are_refused(shop):
    lead = raw(shop)
    assert shop.run("lead", "set", lead, "--title", "").code == 1
    assert shop.run("lead", "set", lead).code == 2


def test_the_client_of_a_lead_empties_what_it_said_of_them_in_the_same_event(shop):
    lead = raw(shop)
    elena = shop.make("contact", "create", "Elena Petrova", "--email", "elena@example.com")
    shop.do("lead", "set", lead, "--client", elena)
    assert lead_events(shop, lead)[-1]["fields"] == {
        "client": [None, elena],
        "person": ["Elena Petrova", None],
        "emails": [["elena@example.com"], None],
    }
    assert shop.run("check", "--strict").code == 0


def test_a_lead_moves_forward_and_back_with_what_that_undid(shop):
    lead = raw(shop)
    shop.do("lead", "move", lead, "--to", "awaiting-sale")
    shop.do("lead", "move", lead, "--to", "Nurturing", "--note", "Not before spring")
    forward, back = lead_events(shop, lead)[1:]
    assert "undone" not in forward
    assert "skipped" not in forward
    assert back["undone"] == ["awaiting-sale"]
    assert back["note"] == "Not before spring"
    assert stage_of(shop, lead) == "nurturing"


def test_a_lead_that_has_ended_is_taken_up_again_out_of_the_archive(shop):
    lead = raw(shop)
    shop.do("lead", "disqualify", lead, "--reason", "Wrong data")
    shop.do("lead", "archive", lead)
    shop.do("lead", "move", lead, "--to", "hand-off")
    last = lead_events(shop, lead)[-1]
    assert last["kind"] == "moved"
    assert last["undone"] == ["disqualified"]
    assert last["fields"] == {"disqualify_reason": ["wrong-data", None], "archived": [True, None]}
    assert not {"disqualify_reason", "archived"} & lead_facts(shop, lead).keys()
    assert shop.run("check", "--strict").code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("move", "--to", "qualification"), 1, "already"),
        (("move", "--to", "key-contacts"), 3, "leads have no stage"),
        (("move", "--to", "disqualified"), 1, "--reason VALUE"),
        (("disqualify",), 1, "not-a-customer, wrong-data"),
        (("disqualify", "--reason", "nope"), 3, "no value"),
        (("archive",), 1, "is open"),
    ],
)
def test_what_the_rules_forbid_is_refused_and_nothing_written(shop, arguments, code, told):
    lead = raw(shop)
    before = shop.tree()
    verb, *rest = arguments
    answer = shop.run("lead", verb, lead, *rest)
    assert answer.code == code
    assert told in answer.err.replace("\n  ", " ") or told in answer.err.lower()
    assert shop.tree() == before


def test_one_end_follows_another_only_by_way_of_an_open_stage(shop):
    lead = raw(shop)
    shop.do("lead", "move", lead, "--to", "not-interested")
    assert shop.run("lead", "move", lead, "--to", "satisfied").code == 1
    assert shop.run("lead", "disqualify", lead, "--reason", "wrong-data").code == 1


def test_qualifying_gives_the_client_and_hands_off_in_one_event(shop):
    lead = raw(shop, "--phone", "2111 1111")
    answer = shop.do(
        "lead", "qualify", lead, "--create-client", "contact", "--need", "parking", "--at",
        "2026-11-02 11:01",
    )  # fmt: skip
    facts = lead_facts(shop, lead)
    person = contact_facts(shop, facts["client"])
    assert person["name"] == "Elena Petrova"
    assert person["emails"] == ["elena@example.com"]
    assert person["phones"] == ["2111 1111"]
    assert facts["stage"] == "hand-off"
    last = lead_events(shop, lead)[-1]
    assert (last["kind"], last["from"], last["to"]) == ("moved", "qualification", "hand-off")
    assert last["fields"]["need"] == [None, "parking"]
    assert last["fields"]["phones"] == [["2111 1111"], None]
    assert "budget, decision_date" in answer.err
    shop.do("undo")
    assert not list(shop.root.glob("contacts/*"))
    assert lead_facts(shop, lead)["person"] == "Elena Petrova"
    assert stage_of(shop, lead) == "qualification"


def test_qualifying_wants_a_client_and_names_who_it_may_be(shop):
    lead = raw(shop)
    elena = shop.make("contact", "create", "E. Petrova", "--email", "ELENA@example.com")
    answer = shop.run("lead", "qualify", lead, "--budget", "1,5")
    assert answer.code != 0
    assert f"--client {elena}: E. Petrova has that e-mail" in answer.err
    assert "'1,5' is not an amount" in answer.err


def test_a_company_becomes_an_account_and_its_person_a_contact_there(shop):
    lead = raw(shop, "--company", "Mill Invest")
    shop.do("lead", "qualify", lead, "--create-client", "account")
    account = lead_facts(shop, lead)["client"]
    assert contact_facts(shop, account) == {"id": account, "name": "Mill Invest"}
    (path,) = shop.root.glob("contacts/*")
    person = contact_facts(shop, path.stem[-10:])
    assert person["account"] == account
    assert person["emails"] == ["elena@example.com"]


def test_a_person_of_a_known_company_becomes_its_contact_once(shop):
    mill = shop.make("account", "create", "Mill Invest")
    for _ in range(2):
        lead = raw(shop, "--company", "Mill Invest")
        shop.do("lead", "qualify", lead, "--client", mill)
    assert len(list(shop.root.glob("contacts/*"))) == 1


def test_a_person_made_a_client_stays_with_their_company(shop):
    mill = shop.make("account", "create", "Mill Invest")
    lead = raw(shop, "--company", "MILL invest")
    shop.do("lead", "qualify", lead, "--create-client", "contact")
    assert contact_facts(shop, lead_facts(shop, lead)["client"])["account"] == mill


@pytest.mark.parametrize("stage", ["hand-off", "awaiting-sale", "satisfied", "not-interested"])
def test_what_is_qualified_or_has_ended_is_not_qualified_again(shop, stage):
    lead = raw(shop)
    shop.do("lead", "move", lead, "--to", stage)
    assert shop.run("lead", "qualify", lead, "--create-client", "contact").code == 1


def test_a_lead_with_a_client_gets_none_made(shop):
    elena = shop.make("contact", "create", "Elena Petrova")
    lead = shop.make("lead", "create", "Flat", "--client", elena)
    answer = shop.run("lead", "qualify", lead, "--create-client", "contact")
    assert answer.code == 1
    assert "has a client already" in answer.err
    both = ("--create-client", "contact", "--client", elena)
    assert shop.run("lead", "qualify", lead, *both).code == 2


def test_each_change_of_a_lead_is_taken_back_by_undo(shop):
    lead = raw(shop)
    for command in (
        ("set", lead, "--notes", "Quiet"),
        ("move", lead, "--to", "nurturing"),
        ("disqualify", lead, "--reason", "wrong-data"),
        ("archive", lead),
    ):
        before = lead_facts(shop, lead)
        shop.do("lead", *command)
        after = lead_facts(shop, lead)
        assert after != before
        shop.do("undo")
        assert lead_facts(shop, lead) == before
        shop.do("redo")
        assert lead_facts(shop, lead) == after
    assert shop.run("check", "--strict").code == 0


def test_a_lead_is_deleted_and_brought_back(shop):
    lead = raw(shop)
    before = shop.tree()
    refused = shop.run("lead", "delete", lead)
    assert refused.code == 2
    assert f"salescli lead delete {lead} --yes" in refused.err
    shop.do("lead", "delete", lead, "--yes")
    assert not list(shop.root.glob("leads/*/*"))
    shop.do("undo")
    assert shop.tree() == before


def test_an_edited_stage_must_be_recorded_before_the_next_move(shop):
    lead = raw(shop)
    shop.replace(lead_folder(shop, lead) / "lead.yaml", "stage: qualification", "stage: nurturing")
    answer = shop.run("lead", "move", lead, "--to", "hand-off")
    assert answer.code == 1
    assert "check --fix" in answer.err
    shop.do("check", "--fix")
    shop.do("lead", "move", lead, "--to", "hand-off")


def test_leads_are_listed_by_conditions_sorted_and_summed(shop):
    elena = shop.make("contact", "create", "Elena Petrova")
    first = shop.make("lead", "create", "Flat", "--client", elena, "--budget", "100")
    second = shop.make("lead", "create", "Shop", "--company", "Mill", "--budget", "250")
    third = shop.make("lead", "create", "Garage", "--phone", "2111 1111")
    shop.do("lead", "move", second, "--to", "nurturing")

    def ids(*options: str) -> list[str]:
        return shop.do("lead", "list", "--columns", "id", "--format", "csv", *options).out.split()[
            1:
        ]

    assert ids() == [third, second, first]
    assert ids("--where", "stage=nurturing") == [second]
    assert ids("--where", "who~elena") == [first]
    assert ids("--where", "who~mill,2111") == [third, second]
    assert ids("--where", "client=Elena Petrova") == [first]
    assert ids("--where", "budget>=200") == [second]
    assert ids("--where", "created_at=today", "--where", "days_at_stage=0", "--limit", "1") == [
        third
    ]
    assert ids("--sort", "title") == [first, third, second]
    assert shop.run("lead", "list", "--where", "stage=won").code == 3
    assert "3 leads, budget 350 EUR." in shop.do("lead", "list").err


def test_archived_leads_are_listed_only_when_all_are(shop):
    lead = raw(shop)
    shop.do("lead", "move", lead, "--to", "not-interested")
    shop.do("lead", "archive", lead)
    assert "Flat for Elena" not in shop.do("lead", "list").out
    assert "Flat for Elena" in shop.do("lead", "list", "--all").out
    rows = json.loads(
        shop.do("lead", "list", "--all", "--where", "status=not-interested", "--format", "json").out
    )["leads"]
    assert [row["archived"] for row in rows] == [True]


def test_a_list_names_who_a_lead_is_of_and_the_days_count_from_the_last_move(shop):
    lead = raw(shop, "--at", "2026-10-01")
    shop.do("lead", "move", lead, "--to", "nurturing", "--at", "2026-10-20")
    answer = shop.do("lead", "list", "--columns", "who,days_at_stage,created_at", "--format", "csv")
    assert answer.out.splitlines()[1] == "Elena Petrova,13,2026-10-01"


def test_an_empty_store_says_that_there_are_none(shop):
    answer = shop.do("lead", "list")
    assert (answer.out, answer.err) == ("", "No leads yet.\n")


def test_show_fits_the_screen_whatever_stands_in_the_lead(shop):
    lead = shop.make(
        "lead", "create", "Очень длинное название потребности " * 4, "--person", "Елена " * 20,
        "--notes", "слово " * 60, "--budget", "250000", "--meeting-at", "2026-11-06 14:00",
    )  # fmt: skip
    shop.do("lead", "disqualify", lead, "--reason", "not-a-customer", "--note", "x" * 200)
    lines = shop.do("lead", "show", lead).out.splitlines()
    assert max(map(len, lines)) <= 80
    assert any("Can't be a customer" in line for line in lines)
    assert any(line.startswith(" Meeting    2026-11-06 14:00") for line in lines)
    assert f"salescli lead move {lead[5:9]} --to hand-off" in lines[-1]


def test_what_happened_stands_in_the_document_of_a_lead_as_in_that_of_a_deal(shop):
    lead = shop.make("lead", "create", "Flat for Elena")
    act = shop.make("activity", "log", lead, "Called", "--type", "call", "--minutes", "5")
    shop.do("note", lead, "Wants the quiet side")
    shop.do("feed", "post", lead, "Who takes her?")
    shop.do("mail", "log", lead, "--direction", "in", "--from", "e@x.example", "--subject", "Hello")
    shop.do("file", "attach", lead, "https://maps.example/b47", "--link")
    deal = shop.deal("Flat 47")
    history = json.loads(shop.do("lead", "show", lead, "--format", "json").out)["history"]
    of_a_deal = json.loads(shop.do("opp", "show", deal, "--format", "json").out)["history"]
    assert list(history) == list(of_a_deal)
    assert [one["activity"] for one in history["activities"]] == [act]
    assert [one["text"] for one in history["notes"]] == ["Wants the quiet side"]
    assert [one["text"] for one in history["posts"]] == ["Who takes her?"]
    assert [one["subject"] for one in history["mails"]] == ["Hello"]
    assert [one["url"] for one in history["files"]] == ["https://maps.example/b47"]


def test_show_as_json_holds_what_is_on_disk_and_what_is_computed(shop):
    lead = raw(shop)
    shop.do("lead", "move", lead, "--to", "nurturing")
    document = json.loads(shop.do("lead", "show", lead, "--format", "json").out)
    assert document["schema"] == "salescli/lead@1"
    assert document["emails"] == ["elena@example.com"]
    computed = document["computed"]
    assert computed["status"] == "open"
    assert computed["created_on"] == "2026-11-02"
    assert [visit["stage"] for visit in computed["visits"]] == ["qualification", "nurturing"]
    assert shop.do("lead", "show", lead, "--format", "md").out.startswith("# Flat for Elena\n")


def test_next_tells_what_a_lead_wants(shop):
    lead = raw(shop)
    told = shop.do("next", lead).out
    assert "client, need, budget, decision date" in told
    assert f"salescli lead qualify {lead[5:9]} --create-client contact" in told
    document = json.loads(shop.do("next", lead, "--format", "json").out)
    assert document["leads"][0]["missing"] == ["client", "need", "budget", "decision_date"]


def test_a_name_beside_a_client_is_theirs_or_refused_never_lost(shop):
    shop.make("contact", "create", "Juris Kalns")
    shop.make("account", "create", "Sun Ltd")
    before = shop.tree()
    answer = shop.run("lead", "create", "y", "--person", "A", "--client", "Juris")
    assert answer.code == 1
    assert "the client is Juris Kalns, so the lead has no person of its own: A" in " ".join(
        answer.err.split()
    )
    assert shop.run("lead", "create", "y", "--company", "Moon", "--client", "Sun Ltd").code == 1
    assert shop.tree() == before
    shop.make("lead", "create", "y", "--person", "kalns", "--client", "Juris")
    shop.make("lead", "create", "z", "--person", "Anna Liepa", "--client", "Sun Ltd")
    assert "Anna Liepa" in shop.do("contact", "list").out
    lead = shop.make("lead", "create", "Flat")
    answer = shop.run("lead", "set", lead, "--person", "A", "--client", "Juris")
    assert answer.code == 1
    assert "person" not in lead_facts(shop, lead)
