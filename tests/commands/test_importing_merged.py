"""Imports into a store where clients were merged, share a name, or have another id beside it."""

import pytest

from tests.commands.test_importing_systems import Desk
from tests.shop import made_once

ACCOUNTS = "Record ID,Company name,Phone Number\n7,ACME Ltd.,+371 2111 1111\n8,Acme,+371 333\n"
DEALS = "Record ID,Deal Name,Deal Stage,Amount,Create Date,Associated Company,"
DEALS += "Associated Company IDs\n"


@pytest.fixture
@made_once
def desk(shop):
    return Desk(shop)


def row(key: int, name: str, company: str, its_id: str = "") -> str:
    return f"{key},{name},Appointment scheduled,5,2026-01-01 10:00,{company},{its_id}\n"


def client_named(desk: Desk, name: str) -> dict:
    found = [desk.read(path) for path in desk.shop.root.glob("accounts/*")]
    (one,) = [each for each in found if each["name"] == name and "merged_into" not in each]
    return one


def test_after_a_merge_the_same_files_change_nothing_and_lead_to_the_one_that_stays(desk):
    shop, deals = desk.shop, DEALS + row(1, "One", "ACME Ltd.", "7") + row(2, "Two", "", "7")
    desk.take(ACCOUNTS, "hubspot")
    desk.take(deals, "hubspot")
    gone, kept = (client_named(desk, name)["id"] for name in ("ACME Ltd.", "Acme"))
    shop.do("client", "merge", gone, kept)
    before = shop.tree()
    report = desk.take(ACCOUNTS, "hubspot")
    assert (report["updated"], report["unchanged"]) == (0, 2)
    assert report["notes"] == {"account merged into another here: left as it is": 1}
    assert desk.take(deals, "hubspot")["unchanged"] == 2
    assert shop.tree() == before
    desk.take(DEALS + row(3, "Three", "ACME Ltd.") + row(4, "Four", "", "7"), "hubspot")
    assert {desk.facts(name)["client"] for name in ("One", "Two", "Three", "Four")} == {kept}
    assert client_named(desk, "Acme")["phones"] == ["+371 333", "+371 2111 1111"]
    assert shop.run("check").code == 0


def test_the_name_of_a_merged_client_is_no_second_candidate(desk):
    shop = desk.shop
    acme = shop.make("account", "create", "Acme")
    desk.take("Record ID,Company name\n7,ACME Ltd.\n", "hubspot")
    shop.do("client", "merge", client_named(desk, "ACME Ltd.")["id"], acme)
    assert desk.take("Record ID,Company name\n7,ACME Ltd.\n", "hubspot")["unchanged"] == 1
    assert client_named(desk, "Acme")["external"] == {"hubspot": "7"}
    desk.take(DEALS + row(1, "One", "ACME Ltd.") + row(2, "Two", "ACME Ltd.", "7"), "hubspot")
    assert (desk.facts("One")["client"], desk.facts("Two")["client"]) == (acme, acme)


def test_an_export_of_ours_leads_from_a_merged_client_to_no_change(desk):
    shop = desk.shop
    gone, kept = (shop.make("account", "create", name) for name in ("ACME Ltd.", "Acme"))
    shop.do("client", "merge", gone, kept)
    own = desk.give("own.yaml", "kind: account\nmatch: id\ncolumns: {id: id, name: name}\n")
    assert desk.take(f"id,name\n{gone},ACME Ltd.\n{kept},Acme\n", own)["unchanged"] == 2


def test_an_id_beside_a_name_wins_and_is_kept_by_who_is_made_from_the_name(desk):
    desk.take("Record ID,Company name\n902,Globex\n", "hubspot")
    globex = client_named(desk, "Globex")["id"]
    shop = desk.shop
    text = DEALS + row(1, "One", "Globex", "902") + row(2, "Two", "Globex", "950")
    assert desk.take(text, "hubspot")["created"] == {"account": 1, "opportunity": 2}
    assert desk.facts("One")["client"] == globex
    (other,) = [
        found
        for found in map(desk.read, shop.root.glob("accounts/*"))
        if found["id"] == desk.facts("Two")["client"]
    ]
    assert (other["name"], other["external"]) == ("Globex", {"hubspot": "950"})
    shop.do("account", "set", globex, "--name", "Globex Holding")
    assert desk.take(text, "hubspot")["unchanged"] == 2
    people = "Record ID,First Name,Last Name,Associated Company,Associated Company IDs\n"
    people += "1,Elena,Petrova,Globex,950\n2,Boris,Kalnin,Globex,902\n"
    assert desk.take(people, "hubspot")["created"] == {"contact": 2}
    found = {each["name"]: each for each in map(desk.read, shop.root.glob("contacts/*"))}
    assert found["Elena Petrova"]["account"] == other["id"]
    assert found["Boris Kalnin"]["account"] == globex


def test_a_client_without_an_id_is_the_one_of_its_name_for_one_id_alone(desk):
    globex = desk.shop.make("account", "create", "Globex")
    text = DEALS + row(1, "One", "Globex", "902") + row(2, "Two", "Globex", "950")
    assert desk.take(text, "hubspot")["created"] == {"account": 1, "opportunity": 2}
    assert desk.facts("One")["client"] == globex != desk.facts("Two")["client"]
    assert desk.take(text, "hubspot")["unchanged"] == 2


def test_an_id_that_a_refused_row_brought_is_forgotten_with_it(desk):
    bad = row(1, "One", "Globex", "950").replace("Appointment scheduled", "Dreaming")
    file = desk.give("in.csv", DEALS + bad + row(2, "Two", "Globex", "950"))
    done = desk.shop.run(
        "import", "csv", file, "--mapping", "hubspot", "--skip-errors", "--rejected", "../o.csv"
    )
    assert done.code == 0, done.err
    assert desk.facts("Two")["client"] == client_named(desk, "Globex")["id"]
    assert desk.shop.run("check").code == 0


@pytest.mark.parametrize(
    ("mapping", "header"),
    [
        ("hubspot", "Record ID,Task Title,Task Type,Task Status,Associated Deal,"
         "Associated Deal IDs,Due date"),
        ("zoho", "Task Id,Subject,Activity Type,Status,Related To,Related To.id,Due Date"),
        ("pipedrive", "Activity - ID,Activity - Subject,Activity - Type,Activity - Done,"
         "Activity - Deal,Activity - Deal ID,Activity - Due date"),
        ("salesforce", "Activity ID,Subject,Type,Status,Opportunity,WhatId,Date"),
    ],
)  # fmt: skip
def test_of_two_deals_of_one_title_an_activity_goes_to_the_one_with_its_id(desk, mapping, header):
    own = "kind: opportunity\nsystem: {}\nkey: key\ncolumns: {{title: t, client: c, created: d}}\n"
    own += "create: {{client: account}}\n"
    name = desk.give("own.yaml", own.format(mapping))
    desk.take("key,t,c,d\n31,Benton,Acme,2026-01-01\n32,Benton,Acme,2026-01-01\n", name)
    state = {"zoho": "Not Started", "salesforce": "Not Started", "pipedrive": "To do"}
    text = f"{header}\n1,Call,Call,{state.get(mapping, 'NOT_STARTED')},Benton,32,2027-05-04\n"
    assert desk.take(text, mapping)["created"] == {"activity": 1}
    (path,) = [
        path
        for path in desk.shop.root.glob("opportunities/*/*")
        if '"planned"' in (path / "history.yaml").read_text(encoding="utf-8")
    ]
    assert desk.read(path / "opportunity.yaml")["external"] == {mapping: "32"}


def test_pipedrives_deals_go_to_the_organization_of_their_id(desk):
    desk.take("Organization - ID,Organization - Name\n5,Acme\n6,Acme\n", "pipedrive")
    text = "Deal - ID,Deal - Title,Deal - Organization,Deal - Organization ID,Deal - Stage,"
    text += "Deal - Status,Deal - Deal created\n1,One,Acme,6,Qualified,Open,2026-01-05\n"
    assert desk.take(text, "pipedrive")["created"] == {"opportunity": 1}
    (acme,) = [
        one
        for one in map(desk.read, desk.shop.root.glob("accounts/*"))
        if one["id"] == desk.facts("One")["client"]
    ]
    assert acme["external"] == {"pipedrive": "6"}


def test_the_ids_of_a_merged_client_are_no_fault_and_stay_when_check_empties_it(desk):
    shop = desk.shop
    desk.take(ACCOUNTS, "hubspot")
    gone, kept = (client_named(desk, name)["id"] for name in ("ACME Ltd.", "Acme"))
    shop.do("client", "merge", gone, kept)
    assert shop.run("check", "--strict").out == ""
    (path,) = shop.root.glob(f"accounts/*{gone}*")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("external:", "website: acme.example\nexternal:"), "utf-8")
    assert "merged-with-data" in shop.run("check").out
    shop.do("check", "--fix")
    assert desk.read(path)["external"] == {"hubspot": "7"}
    assert client_named(desk, "Acme")["website"] == "acme.example"
    assert shop.run("check", "--strict").out == ""
