"""Rows and who they mean: people by address, rows of one client, rows that are no records."""

import pytest

from tests.commands.test_importing_systems import Desk
from tests.shop import made_once


@pytest.fixture
@made_once
def desk(shop):
    shop.make("person", "create", "Anna Berg", "--id", "berg", "--email", "berg@x.example")
    return Desk(shop)


def test_an_owner_is_found_by_the_address_and_made_with_it(desk):
    header = "Record ID,Deal Name,Deal Stage,Create Date,Associated Company,Deal owner\n"
    owners = {
        "A": "Berg@x.example",
        "B": "A. Berg (berg@x.example)",
        "C": "anna berg (private@x.example)",
        "D": "Bo Carr (bo@x.example)",
        "E": "bo@x.example",
    }
    rows = "".join(
        f"{name},{name},Qualified To Buy,2026-01-05,Echo,{owner}\n"
        for name, owner in owners.items()
    )
    assert desk.take(header + rows, "hubspot")["created"]["person"] == 1
    assert [desk.facts(name)["owner"] for name in "ABCDE"] == ["berg"] * 3 + ["bo-carr"] * 2
    bo = desk.read(desk.shop.root / "team.yaml")["people"]["bo-carr"]
    assert (bo["name"], bo["emails"]) == ("Bo Carr", ["bo@x.example"])
    assert desk.take(header + rows, "hubspot")["unchanged"] == 5


def test_an_address_of_two_of_our_people_is_refused(desk):
    desk.shop.make("person", "create", "Other", "--email", "berg@x.example")
    text = "Record ID,Company name,Company owner\n1,Echo,berg@x.example\n"
    assert desk.refuse(text, "hubspot") == [(2, "Company owner", "ambiguous")]


def test_the_contact_of_a_lead_of_hubspot_is_a_name_and_an_address(desk):
    text = "Record ID,Lead Name,Associated Contact,Lead Status\n1,A,Jane Doe (jane@a.example),New\n"
    desk.take(text, "hubspot")
    (path,) = desk.shop.root.glob("leads/*/*/lead.yaml")
    lead = desk.read(path)
    assert (lead["person"], lead["emails"]) == ("Jane Doe", ["jane@a.example"])
    assert desk.take(text, "hubspot")["unchanged"] == 1


def test_what_salesforce_has_deleted_is_left_out_and_counted(desk):
    text = "Id,IsDeleted,Name,Account.Name,StageName,CloseDate,CreatedDate\n"
    text += "006A,true,Gone,Acme,Prospecting,2027-01-01,2026-01-05\n"
    text += "006B,false,Here,Acme,Prospecting,2027-01-01,2026-01-05\n"
    report = desk.take(text, "salesforce")
    assert (report["rows"], report["created"]["opportunity"]) == (1, 1)
    assert report["notes"] == {"left out, as IsDeleted is true": 1}
    assert report["others"] == []


def test_two_rows_without_ids_that_differ_about_one_client_are_refused(desk):
    own = desk.give("own.yaml", "kind: account\ncolumns: {name: name, address: city, notes: n}\n")
    header, london, paris = "name,city,n\n", "Acme,London,\n", "Acme,Paris,\n"
    for _ in range(2):  # made by the first row, and here already
        assert desk.refuse(header + london + paris, own) == [(3, "name", "key-twice")]
        desk.take(header + london + "Acme,,big\n" + london, own)  # nothing speaks against it
