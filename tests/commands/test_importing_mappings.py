"""Mappings by name and extended, records found by a chosen field, dry runs, near-duplicates."""

import json

import jsonschema
import pytest

from salescli.store.yamltext import read_tree
from salescli.workspace.importing.library import read_shipped, shipped_names, systems
from salescli.workspace.importing.mapping import read_mapping
from salescli.workspace.schemas import build_schema_named
from tests.commands.test_importing_systems import Desk
from tests.shop import made_once

DEALS = "kind: opportunity\nmatch: id\ncolumns: {id: id, title: title, client: client, budget: b}\n"


@pytest.fixture
@made_once
def desk(shop):
    return Desk(shop)


@pytest.mark.parametrize("name", shipped_names())
def test_every_mapping_that_ships_is_right_and_obeys_the_schema(name):
    mapping = read_mapping(read_shipped(name), name)
    assert mapping.system == (None if name == "history" else name.partition("-")[0])
    jsonschema.validate(read_tree(read_shipped(name), name), build_schema_named("mapping"))


def test_there_is_one_for_each_kind_of_record_of_each_system():
    kinds = {"deals", "leads", "accounts", "contacts", "products", "activities"}
    for system in ("hubspot", "pipedrive", "salesforce", "zoho"):
        assert system in systems()
        assert kinds <= {name.partition("-")[2] for name in shipped_names() if system in name}


def test_what_we_export_comes_back_by_our_own_mappings(desk):
    shop = desk.shop
    acme = shop.make("account", "create", "Acme", "--phone", "+371 2611 2222")
    shop.make("contact", "create", "Ann", "--account", acme, "--email", "a@x.example",
              "--email", "b@x.example")  # fmt: skip
    shop.make("opportunity", "create", "A", "--client", acme, "--budget", "7.50 USD")
    lost = shop.make("opportunity", "create", "B", "--client", acme)
    shop.do("opportunity", "close", lost, "--outcome", "lost", "--reason", "price")
    lead = shop.make("lead", "create", "L", "--person", "Jo", "--meeting-at", "2026-12-02 15:15")
    for kind, count in {"account": 1, "contact": 1, "opportunity": 2, "lead": 1}.items():
        text = shop.do("export", "csv", kind).out
        assert desk.take(text, "salescli")["unchanged"] == count, kind
    text = shop.do("export", "csv", "opportunity").out.replace("7.50,USD", "8.00,USD")
    assert desk.take(text, "salescli")["updated"] == 1
    assert desk.facts("A")["budget"] == "8.00 USD"
    moved = f"id,meeting_at\n{lead},2026-12-03T13:15:00Z\n"  # few columns are enough
    assert desk.take(moved, "salescli")["updated"] == 1


def test_a_mapping_is_printed_by_its_name(shop):
    assert "hubspot-deals" in shop.do("import", "mapping").out.splitlines()
    assert shop.do("import", "mapping", "zoho-deals").out.encode() == read_shipped("zoho-deals")


def test_an_unknown_name_is_told_with_the_nearest(shop, desk):
    file = desk.give("in.csv", "a\n1\n")
    answer = shop.run("import", "csv", file, "--mapping", "hubspot-deal")
    assert answer.code == 3
    assert "did you mean hubspot-deals?" in answer.err.casefold()


def test_a_file_that_no_mapping_of_the_system_fits_is_refused(shop, desk):
    file = desk.give("in.csv", "colour\nred\n")
    answer = shop.run("import", "csv", file, "--mapping", "hubspot")
    assert answer.code == 3
    assert "its columns don't tell which mapping" in answer.err


def test_what_extends_an_unknown_mapping_is_told_with_its_line(shop, desk):
    own = desk.give("own.yaml", "extends: hubspot-deels\n")
    answer = shop.run("import", "csv", desk.give("in.csv", "a\n1\n"), "--mapping", own)
    assert (answer.code, "own.yaml:1:10" in answer.err) == (4, True)
    assert "did you mean hubspot-deals?" in answer.err


def test_a_list_that_was_exported_comes_back_with_changes_by_our_own_ids(shop, desk):
    deal = shop.deal("Flat 47")
    own = desk.give("own.yaml", DEALS)
    text = f"id,title,client,b\n{deal},Flat 48,,7000\n"
    assert desk.take(text, own)["updated"] == 1
    assert (shop.facts(deal)["title"], shop.facts(deal)["budget"]) == ("Flat 48", "7000.00 EUR")
    assert desk.take(text, own)["unchanged"] == 1
    assert desk.refuse(text.replace(deal, "opp-0000000000"), own) == [(2, "id", "no-such-record")]
    assert desk.refuse(text.replace(deal, ""), own)[0] == (2, "id", "no-match-value")


def test_contacts_are_found_by_any_of_their_mails(shop, desk):
    shop.make("contact", "create", "Elena", "--email", "a@x.example", "--email", "b@x.example")
    own = desk.give("own.yaml", "kind: contact\nmatch: emails\ncolumns: {name: n, emails: m}\n")
    report = desk.take("n,m\nElena Petrova,B@x.example\n", own)
    assert (report["updated"], report["created"]) == (1, {})


def test_a_match_that_no_column_says_is_a_fault_of_the_mapping(shop, desk):
    own = desk.give("own.yaml", "kind: contact\nmatch: emails\ncolumns: {name: n}\n")
    answer = shop.run("import", "csv", desk.give("in.csv", "n\nA\n"), "--mapping", own)
    assert (answer.code, "own.yaml:2:8" in answer.err) == (4, True)


def test_a_dry_run_tells_each_field_that_would_change(shop, desk):
    deal = shop.deal("Flat 47")
    own = desk.give("own.yaml", DEALS)
    before = shop.tree()
    report = desk.take(f"id,title,client,b\n{deal},Flat 48,,7000\n", own, "--dry-run")
    assert report["written"] is False
    assert [(d["record"], d["field"], d["after"]) for d in report["differences"]] == [
        (deal, "title", "Flat 48"), (deal, "budget", "7000.00 EUR"),
    ]  # fmt: skip
    answer = shop.run("import", "csv", "../in.csv", "--mapping", own, "--dry-run")
    assert "Flat 48: title Flat 47 → Flat 48" in answer.err
    assert shop.tree() == before


def test_clients_that_may_be_one_are_told_and_stay_two(shop, desk):
    acme = shop.make("account", "create", "Acme")
    report = desk.take("Record ID,Company name,City\n1,ACME Ltd.,Riga\n2,Other,Riga\n", "hubspot")
    (near,) = report["near"]
    assert (near["name"], near["other"]) == ("ACME Ltd.", acme)
    assert len(list(shop.root.glob("accounts/*"))) == 3


def test_a_client_made_for_a_refused_row_is_not_told(shop, desk):
    shop.make("account", "create", "Acme")
    header = "Record ID,Deal Name,Deal Stage,Create Date,Associated Company"
    text = f"{header}\n1,Flat,Dreaming,2026-01-01,ACME Ltd\n"
    file = desk.give("in.csv", text)
    answer = shop.run(
        "import", "csv", file, "--mapping", "hubspot", "--skip-errors", "--format", "json",
        "--rejected", "../out.csv",
    )  # fmt: skip
    assert json.loads(answer.out)["near"] == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1251", "cp1251", "koi8-r"])
def test_names_come_in_by_every_encoding(desk, encoding):
    own = desk.give("own.yaml", f"extends: zoho-accounts\nencoding: {encoding}\n")
    text = "Record Id;Account Name;Website\n1;Ромашка;\n"
    desk.take(text.encode(encoding), own)
    (path,) = desk.shop.root.glob("accounts/*")
    assert desk.read(path)["name"] == "Ромашка"


def test_a_wrong_encoding_is_told_with_its_line(shop, desk):
    file = desk.give("in.csv", "Record Id,Account Name\n1,Ромашка\n".encode("cp1251"))
    answer = shop.run("import", "csv", file, "--mapping", "zoho-accounts")
    assert (answer.code, "in.csv:2:1" in answer.err) == (4, True)
    assert "windows-1251" in answer.err


def test_a_mapping_called_as_its_system_calls_the_records_has_the_name_of_ours(shop):
    own = shop.root.parent / "own.yaml"
    own.write_text("extends: salesforce-opportunities\n")
    (shop.root.parent / "x.csv").write_text("a\n1\n")
    told = shop.run("import", "csv", "../x.csv", "--mapping", "../own.yaml")
    assert "did you mean salesforce-deals?" in " ".join(told.err.split())


def test_two_columns_are_enough_for_records_that_are_found_by_our_own_ids(shop, desk):
    deal = shop.deal("Flat 47", "--budget", "100")
    shop.do("opportunity", "advance", deal, "--to", "key-contacts")
    own = desk.give("own.yaml", "kind: opportunity\nmatch: id\ncolumns: {id: id, budget: b}\n")
    assert desk.take(f"id,b\n{deal},7000\n", own)["updated"] == 1
    assert shop.facts(deal)["budget"] == "7000.00 EUR"
    assert shop.facts(deal)["stage"] == "key-contacts"  # the file says none
    elena = shop.make("contact", "create", "Elena")
    own = desk.give("own.yaml", "kind: contact\nmatch: id\ncolumns: {id: id, position: p}\n")
    assert desk.take(f"id,p\n{elena},CEO\n", own)["updated"] == 1


def test_an_exported_list_that_nobody_edited_changes_nothing(shop, desk):
    shop.deal("Flat 47", "--budget", "100")
    lost = shop.deal("Flat 48", "--budget", "100")
    shop.do("opportunity", "close", lost, "--outcome", "lost", "--reason", "no-budget")
    own = desk.give("own.yaml", "kind: opportunity\nmatch: id\ncolumns: {id: id, title: title, "
                    "client: client, probability: probability}\n")  # fmt: skip
    exported = shop.do("export", "csv", "opportunity", "--columns", "id,title,client,probability")
    assert desk.take(exported.out, own)["unchanged"] == 2


def test_the_line_that_tells_excel_the_delimiter_is_no_header(desk):
    text = "sep=;\r\nRecord Id;Account Name;Website\r\n1;Acme;\r\n;;\r\n"
    assert desk.refuse(text, "zoho-accounts")[0][0] == 4  # lines are those of the file
    assert desk.take(text.replace(";;\r\n", ""), "zoho-accounts")["created"] == {"account": 1}
