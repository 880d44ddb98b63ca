"""Exports of other CRMs, made by hand with their public column names, by the shipped mappings."""

import json
from pathlib import Path

import pytest

from salescli.store.yamltext import read_tree
from tests.shop import Shop, made_once

HUBSPOT = """\
Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount,Pipeline,Create Date,Associated Company
9412338817,Flat 7,Closed Won,2026-03-04 14:05,anna,"€22,700.00",Sales Pipeline,2026-01-04 09:00,Acme
9412338818,Flat 8,Qualified To Buy,,anna,342.09K,Sales Pipeline,"15 Apr, 2026 00:02:00",Bluth
"""
SALESFORCE = """\
"Opportunity ID","Opportunity Name","Account Name","Amount","Close Date","Stage","Created Date"
"0061a00000AbCdE","Flat 7","Acme","1200.5","3/15/2026","Closed Won","1/25/2026"
"0061a00000AbCde","Flat 8","Acme","1200.5","12/31/2026","Prospecting","2/17/2026"
"""
SALESFORCE_API = """\
Id,Name,Account.Name,Amount,CloseDate,StageName,Owner.Name,CreatedDate
006A,Flat 7,Acme,1200.5,2026-03-15,Closed Lost,anna,2026-01-25T09:00:00.000Z
"""
PIPEDRIVE = """\
Deal - ID;Deal - Title;Deal - Value;Deal - Currency of Value;Deal - Organization;\
Deal - Contact person;Deal - Owner;Deal - Stage;Deal - Status;Deal - Deal created;\
Deal - Won time;Deal - Lost time;\
Deal - Lost reason;Deal - Expected close date
17;Flat 7;12500,50;EUR;Acme;Elena;anna;Contact Made;Won;2026-01-05 10:00:00;2026-03-01 12:00:00;;;
18;Flat 8;900;EUR;;Elena;anna;Contact Made;Lost;2026-01-05 10:00:00;;2026-03-02 12:00:00;Too dear;
19;Flat 9;900;EUR;Acme;Elena;anna;Proposal Made;Open;2026-01-05 10:00:00;;;;2026-12-01
"""
ZOHO = """\
Record Id,Deal Owner,Amount,Deal Name,Closing Date,Account Name,Stage,Created Time
zcrm_487687000000423001,anna,1200,Flat 7,2026-12-05,Acme,Needs Analysis,2026-01-05 10:00:00
"""


class Desk:
    """A shop with exports beside it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def give(self, name: str, text: str | bytes) -> str:
        data = text if isinstance(text, bytes) else text.encode()
        (self.shop.root.parent / name).write_bytes(data)
        return f"../{name}"

    def take(self, text: str | bytes, mapping: str, *more: str) -> dict:
        """Import what must be taken; the report."""
        file = self.give("in.csv", text)
        answer = self.shop.run(
            "import", "csv", file, "--mapping", mapping, "--format", "json", *more
        )
        assert answer.code == 0, answer.out + answer.err
        return json.loads(answer.out)

    def refuse(self, text: str | bytes, mapping: str, *more: str) -> list[tuple]:
        """Import what must be refused; (line, column, code)."""
        file = self.give("in.csv", text)
        answer = self.shop.run(
            "import", "csv", file, "--mapping", mapping, "--format", "json",
            "--rejected", "../out.csv", *more,
        )  # fmt: skip
        assert answer.code == 4, answer.out + answer.err
        return [(f["line"], f["column"], f["code"]) for f in json.loads(answer.out)["faults"]]

    def facts(self, title: str) -> dict:
        found = [
            self.read(path) for path in self.shop.root.glob("opportunities/*/*/opportunity.yaml")
        ]
        (facts,) = [each for each in found if each["title"] == title]
        return facts

    def read(self, path: Path) -> dict:
        return read_tree(path.read_bytes(), path.name)


@pytest.fixture
@made_once
def desk(shop):
    return Desk(shop)


def test_the_deals_of_hubspot_come_in_by_the_name_of_the_system(desk):
    report = desk.take(HUBSPOT, "hubspot")
    assert report["created"] == {"account": 2, "opportunity": 2}
    assert report["others"] == ["Pipeline"]
    won, flat = desk.facts("Flat 7"), desk.facts("Flat 8")
    assert (won["stage"], won["budget"], won["close_date"]) == ("won", "22700.00 EUR", "2026-03-04")
    assert won["external"] == {"hubspot": "9412338817"}
    assert (flat["stage"], flat["budget"]) == ("key-contacts", "342090.00 EUR")
    assert desk.take(HUBSPOT, "hubspot")["unchanged"] == 2
    assert desk.shop.run("check").code == 0


def test_ids_of_salesforce_differ_by_case_and_its_dates_are_taken_where_they_are_clear(desk):
    assert desk.take(SALESFORCE, "salesforce")["created"] == {"account": 1, "opportunity": 2}
    assert desk.facts("Flat 7")["close_date"] == "2026-03-15"
    assert desk.facts("Flat 8")["close_date"] == "2026-12-31"
    assert desk.take(SALESFORCE, "salesforce")["unchanged"] == 2


def test_a_date_of_two_meanings_is_refused_until_the_mapping_says_the_order(desk):
    text = SALESFORCE.replace("12/31/2026", "12/11/2026")
    assert desk.refuse(text, "salesforce") == [(3, "Close Date", "ambiguous-date")]
    own = desk.give("own.yaml", "extends: salesforce-deals\ndate: month-first\n")
    desk.take(text, own)
    assert desk.facts("Flat 8")["close_date"] == "2026-12-11"


def test_salesforces_api_names_are_known_too(desk):
    desk.take(SALESFORCE_API, "salesforce")
    lost = desk.facts("Flat 7")
    assert (lost["stage"], lost["close_reason"], lost["close_date"]) == (
        "lost", "not-recorded", "2026-03-15",
    )  # fmt: skip


def test_pipedrives_status_wins_over_its_stage_and_its_commas_are_decimal(desk):
    report = desk.take(PIPEDRIVE, "pipedrive")
    assert report["created"] == {"account": 1, "contact": 1, "opportunity": 3}
    won, lost, flat = map(desk.facts, ("Flat 7", "Flat 8", "Flat 9"))
    assert lost["client"].startswith("con-")  # a deal of a person, without an organization
    assert (won["stage"], won["budget"], won["close_date"]) == ("won", "12500.50 EUR", "2026-03-01")
    assert (lost["stage"], lost["close_details"]) == ("lost", "Too dear")
    assert (flat["stage"], flat["close_date"]) == ("proposal-presentation", "2026-12-01")


def test_zohos_deals_come_in(desk):
    desk.take(ZOHO, "zoho")
    flat = desk.facts("Flat 7")
    assert (flat["stage"], flat["owner"], flat["budget"]) == (
        "qualification", "anna", "1200.00 EUR",
    )  # fmt: skip


DEAL = "Opportunity ID,Opportunity Name,Account Name,Stage,Created Date"


@pytest.mark.parametrize(
    ("mapping", "text", "budget"),
    [
        ("salesforce", f"{DEAL},Amount Currency,Amount\n"
         '1,A,Acme,Prospecting,2026-01-05,USD,"22,700.00"', "22700.00 USD"),
        ("salesforce", "ID,NAME,ACCOUNT.NAME,STAGENAME,CREATEDDATE,CURRENCYISOCODE,AMOUNT\n"
         "1,A,Acme,Prospecting,2026-01-05,USD,22700", "22700.00 USD"),
        ("pipedrive", "ID,Title,Organization,Value,Currency,Stage,Status,Deal created\n"
         "1,A,Acme,1500,USD,Qualified,Open,2026-01-05", "1500.00 USD"),
        ("pipedrive", "Deal - ID,Deal - Title,Deal - Value,Deal - Currency of value,"
         "Deal - Stage (pipeline),Deal - Creation date\n"
         "1,A,1500,USD,Qualified (Pipeline),2026-01-05", "1500.00 USD"),
        ("hubspot", "Record ID,Deal Name,Deal Stage,Amount,Currency,Amount in company currency,"
         "Create Date\n1,A,contractsent,100,USD,90,2026-01-05", "100.00 USD"),
        ("hubspot", "Record ID,Deal Name,Deal Stage,Amount,Currency,Amount in company currency,"
         "Create Date\n1,A,Contract sent,,USD,90,2026-01-05", "90.00 EUR"),
        ("hubspot", "Record ID,Deal Name,Deal Stage,Amount,Currency,Amount in company currency,"
         "Currency in company currency,Create Date\n1,A,CONTRACTSENT,,USD,90,GBP,2026-01-05",
         "90.00 GBP"),
    ],
)  # fmt: skip
def test_an_amount_has_the_currency_that_its_own_column_says(desk, mapping, text, budget):
    desk.take(f"{text}\n", mapping)
    assert desk.facts("A")["budget"] == budget


@pytest.mark.parametrize(
    "text",
    [
        "Record ID,Name,Unit price,Price currency\n1,A,9,USD\n",
        "Record ID,Name,Unit price,Currency\n1,A,9,EUR\n2,B,9,US Dollar\n",
    ],
)
def test_a_currency_that_would_be_left_out_is_refused_until_somebody_says_so(desk, text):
    answer = desk.shop.run("import", "csv", desk.give("in.csv", text), "--mapping", "hubspot")
    assert (answer.code, "isn't taken, and amounts" in answer.err) == (4, True)
    column = text.partition("\n")[0].rpartition(",")[2]
    own = desk.give("own.yaml", f"extends: hubspot-products\nignore: [{column}]\n")
    desk.take(text, own)
    desk.take(text.replace("USD", "EUR").replace("US Dollar", "eur"), "hubspot")


HUBSPOT_NAMES = """\
Record ID,Deal Name,Deal Stage,Create Date,Close Date,Associated Company,Associated Contact
1,A,Closed won (Sales Pipeline),2026-01-05,2026-02-05,Acme;Bluth,
2,B,Qualified to buy,2026-01-05,,,Jane Doe (jane@acme.example);Bob (bob@acme.example)
3,C,closedlost,2026-01-05,2026-02-05,,Jane (jane@acme.example)
"""


def test_hubspots_stages_and_associations_are_read_as_it_writes_them(desk):
    jane = desk.shop.make("contact", "create", "Jane Doe", "--email", "Jane@acme.example")
    report = desk.take(HUBSPOT_NAMES, "hubspot")
    assert report["created"] == {"account": 1, "opportunity": 3}
    assert report["notes"] == {"client: the first of several": 2}
    assert [desk.facts(name)["stage"] for name in "ABC"] == ["won", "key-contacts", "lost"]
    assert (desk.facts("B")["client"], desk.facts("C")["client"]) == (jane, jane)
    assert desk.shop.run("check").code == 0


def test_a_contact_that_is_not_here_is_made_with_its_address(desk):
    text = "Record ID,Deal Name,Deal Stage,Create Date,Associated Contact\n"
    rows = "1,A,Contract sent,2026-01-05,Jane Doe (jane@acme.example)\n"
    assert desk.take(text + rows, "hubspot")["created"] == {"contact": 1, "opportunity": 1}
    (path,) = desk.shop.root.glob("contacts/*")
    jane = desk.read(path)
    assert (jane["name"], jane["emails"]) == ("Jane Doe", ["jane@acme.example"])
    assert desk.take(text + rows, "hubspot")["unchanged"] == 1


EXTRACT = """\
"ID","ISDELETED","ACCOUNTID","NAME","STAGENAME","AMOUNT","CLOSEDATE","OWNERID","CREATEDDATE"
"006A","false","001A","Flat 7","Prospecting","22700.0","2027-06-15","005A","2026-04-15T00:02:00Z"
"""


def test_the_data_loaders_header_and_ids_of_accounts_are_known(desk):
    file = desk.give("in.csv", EXTRACT)
    assert desk.shop.run("import", "csv", file, "--mapping", "salesforce").code == 4
    accounts = '"ID","NAME","BILLINGCITY"\n"001A","Acme","Riga"\n'
    assert desk.take(accounts, "salesforce")["created"] == {"account": 1}
    report = desk.take(EXTRACT, "salesforce")
    assert (report["created"], report["stand_ins"]) == ({"opportunity": 1}, {"owner: anna": 1})
    (acme,) = desk.shop.root.glob("accounts/*")
    assert desk.facts("Flat 7")["client"] == desk.read(acme)["id"]
    assert desk.refuse(EXTRACT.replace("001A", "001B").replace("006A", "006B"), "salesforce") == [
        (2, "ACCOUNTID", "no-such-client")
    ]


@pytest.mark.parametrize(
    ("mapping", "text", "kind", "found"),
    [
        ("hubspot", "Record ID,Company name,Company Domain Name,City\n1,Acme,acme.example,Riga\n",
         "account", {"name": "Acme", "website": "acme.example"}),
        ("salesforce", "Account ID,Account Name,Phone,Billing City\n1,Acme,+371 2111,Riga\n",
         "account", {"name": "Acme", "address": "Riga"}),
        ("pipedrive", "Organization - ID,Organization - Name,Organization - Address\n1,Acme,Riga\n",
         "account", {"name": "Acme", "address": "Riga"}),
        ("zoho", "Record Id,Account Name,Website,Account Owner\n1,Acme,a.example,anna\n",
         "account", {"name": "Acme", "owner": "anna"}),
        ("hubspot", "Record ID,First Name,Last Name,Email,Job Title\n"
         "1,Elena,Petrova,e@x.example,CEO\n",
         "contact", {"name": "Elena Petrova", "position": "CEO", "emails": ["e@x.example"]}),
        ("salesforce", "Contact ID,First Name,Last Name,Email,Mobile\n1,Elena,Petrova,,+371 21\n",
         "contact", {"name": "Elena Petrova", "phones": ["+371 21"]}),
        ("pipedrive", "Person - ID,Person - Name,Person - Email - Work,Person - Phone - Mobile\n"
         "1,Elena Petrova,e@x.example,+371 21\n",
         "contact", {"name": "Elena Petrova", "emails": ["e@x.example"], "phones": ["+371 21"]}),
        ("zoho", "Record Id,Contact Owner,First Name,Last Name,Email,Secondary Email\n"
         "1,anna,Elena,Petrova,a@x.example,b@x.example\n",
         "contact", {"name": "Elena Petrova", "emails": ["a@x.example", "b@x.example"]}),
        ("hubspot", "Record ID,Lead Name,Lead Pipeline Stage,Associated Contact\n"
         "1,Elena at Acme,Connected,Elena\n",
         "lead", {"title": "Elena at Acme", "stage": "nurturing", "person": "Elena"}),
        ("salesforce", "Lead ID,First Name,Last Name,Company / Account,Lead Status,Email\n"
         "1,Elena,Petrova,Acme,Unqualified,e@x.example\n",
         "lead", {"title": "Elena Petrova", "company": "Acme", "stage": "disqualified"}),
        ("pipedrive", "Lead - ID,Lead - Title,Lead - Value,Lead - Currency of Value,"
         "Lead - Contact person\n"
         "1,Acme lead,900,EUR,Elena\n",
         "lead", {"title": "Acme lead", "budget": "900.00 EUR", "person": "Elena"}),
        ("zoho", "Record Id,First Name,Last Name,Company,Lead Status\n"
         "1,Elena,Petrova,Acme,Lost Lead\n",
         "lead", {"title": "Elena Petrova", "stage": "not-interested"}),
    ],
)  # fmt: skip
def test_clients_and_leads_of_each_system_come_in_and_come_again_unchanged(
    desk, mapping, text, kind, found
):
    assert desk.take(text, mapping)["created"] == {kind: 1}
    (path,) = desk.shop.root.glob(f"{kind}s/**/*--*" if kind != "lead" else "leads/*/*/lead.yaml")
    facts = desk.read(path)
    assert {name: facts[name] for name in found} == found
    assert facts["external"] == {mapping: "1"}
    assert desk.take(text, mapping)["unchanged"] == 1
    assert desk.shop.run("check").code == 0


@pytest.mark.parametrize(
    ("mapping", "header"),
    [
        ("hubspot", "Record ID,Name,Unit price"),
        ("salesforce", "Product ID,Product Name,List Price"),
        ("pipedrive", "Product - ID,Product - Name,Product - Unit price"),
        ("zoho", "Record Id,Product Name,Unit Price"),
    ],
)
def test_products_of_each_system_come_in(desk, mapping, header):
    assert desk.take(f"{header}\n7,Kitchen,9500.5\n", mapping)["created"] == {"product": 1}
    text = (desk.shop.root / "products.yaml").read_text(encoding="utf-8")
    assert "9500.50 EUR" in text
    assert f'{mapping}: "7"' in text


@pytest.mark.parametrize(
    ("mapping", "text"),
    [
        ("hubspot", "Record ID,Task Title,Task Type,Task Status,Associated Deal,Due date,"
         "Completed at\n"
         "1,Call,CALL,COMPLETED,Flat,2026-05-04 10:00,2026-05-04 10:30\n"
         "2,Meet,MEETING,NOT_STARTED,Flat,2027-05-04 10:00,\n"),
        ("salesforce", "Activity ID,Subject,Type,Status,Opportunity,Date\n"
         "1,Call,Call,Completed,Flat,5/14/2026\n2,Meet,Meeting,Not Started,Flat,5/14/2027\n"),
        ("pipedrive", "Activity - ID,Activity - Subject,Activity - Type,Activity - Done,"
         "Activity - Deal,Activity - Due date\n"
         "1,Call,Call,Done,Flat,2026-05-04\n2,Meet,Meeting,To do,Flat,2027-05-04\n"),
        ("zoho", "Task Id,Subject,Activity Type,Status,Related To,Due Date\n"
         "1,Call,Call,Completed,Flat,2026-05-04\n2,Meet,Meeting,Not Started,Flat,2027-05-04\n"),
    ],
)  # fmt: skip
def test_activities_of_each_system_are_written_down_or_planned(desk, mapping, text):
    deal = desk.shop.make(
        "opportunity",
        "create",
        "Flat",
        "--client",
        "Acme",
        "--create-client",
        "account",
        "--at",
        "2026-05-01",
    )
    assert desk.take(text, mapping)["created"] == {"activity": 2}
    _, done, planned = desk.shop.events(deal)
    assert (done["kind"], done["type"], done["title"]) == ("done", "call", "Call")
    assert (planned["kind"], planned["type"], planned["title"]) == ("planned", "meeting", "Meet")
    assert (done["key"], planned["key"]) == (f"{mapping}/1", f"{mapping}/2")
    assert desk.take(text, mapping)["unchanged"] == 2
    assert desk.shop.run("check").code == 0


def test_a_closing_without_a_day_is_told_of_the_stage_where_no_column_has_days(desk):
    text = "Record ID,Deal Name,Deal Stage,Create Date\n1,A,Closed Won,2026-01-05\n"
    assert desk.refuse(text, "hubspot") == [(2, "Deal Stage", "closed-without-day")]
    own = desk.give("own.yaml", "extends: hubspot-deals\nstand_ins: {close_date: 2026-03-01}\n")
    desk.take(text, own)
    assert desk.facts("A")["close_date"] == "2026-03-01"


def test_a_report_of_salesforce_comes_in_with_its_foot_which_is_told(desk):
    foot = """

"Opportunity Report"
"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."
"Confidential Information - Do Not Distribute"
"Generated By:  Anna  6/15/2026 4:05 AM"
"""
    report = desk.take(SALESFORCE + foot, "salesforce")
    assert (report["rows"], report["created"]["opportunity"]) == (2, 2)
    assert report["notes"] == {"foot of the report, from 'Opportunity Report'": 4}
    padded = foot.replace('"\n', '",,\n').replace("006", "007")  # as a spreadsheet saves it
    again = desk.take(SALESFORCE + padded, "salesforce")
    assert (again["unchanged"], again["notes"]) == (2, report["notes"])
    assert desk.refuse(f'{SALESFORCE}\n"006B\n"', "salesforce") == [(5, "", "wrong-width")]


@pytest.mark.parametrize(
    ("mapping", "text", "fields"),
    [
        ("salesforce", "Product ID,Product Name,List Price,Active,Product Code\n"
         "7,Kitchen,9,0,K-1\n",
         ["retired: true", 'sku: K-1']),
        ("zoho", "Record Id,Product Name,Unit Price,Product Active,Product Code\n"
         "7,Kitchen,9,false,K-1\n", ["retired: true", 'sku: K-1']),
        ("pipedrive", "Product - ID,Product - Name,Product - Unit price,Product - Product code\n"
         "7,Kitchen,9,K-1\n", ['sku: K-1']),
        ("hubspot", "Record ID,Name,Unit price,SKU\n7,Kitchen,9,K-1\n", ['sku: K-1']),
    ],
)  # fmt: skip
def test_a_product_keeps_its_code_and_is_retired_where_it_is_not_active(
    desk, mapping, text, fields
):
    desk.take(text, mapping)
    file = (desk.shop.root / "products.yaml").read_text(encoding="utf-8")
    assert all(field in file for field in fields), file
    assert desk.take(text, mapping)["unchanged"] == 1


@pytest.mark.parametrize(
    ("mapping", "text", "minutes"),
    [
        ("pipedrive", "Activity - ID,Activity - Subject,Activity - Type,Activity - Done,"
         "Activity - Deal,Activity - Due date,Activity - Duration\n"
         "1,Call,Call,Done,Flat,2026-11-01,00:30\n", 30),
        ("salesforce", "Activity ID,Subject,Type,Status,Opportunity,Date,Call Duration\n"
         "1,Call,Call,Completed,Flat,11/1/2026,61\n", 2),
        ("salesforce", "Activity ID,Subject,Type,Status,Opportunity,Date,DurationInMinutes\n"
         "1,Meet,Meeting,Completed,Flat,2026-11-01,45\n", 45),
        ("zoho", "Call Id,Subject,Activity Type,Status,Related To,Call Start Time,"
         "Call Duration (in seconds)\n1,Call,Call,Completed,Flat,2026-11-01 10:00,600\n", 10),
    ],
)  # fmt: skip
def test_how_long_an_activity_took_comes_along(desk, mapping, text, minutes):
    deal = desk.shop.make("opportunity", "create", "Flat", "--client", "Acme",
                          "--create-client", "account", "--at", "2026-10-01")  # fmt: skip
    own = desk.give("own.yaml", f"extends: {mapping}-activities\ndate: month-first\n")
    desk.take(text, own)
    assert desk.shop.events(deal)[-1]["minutes"] == minutes


def test_contacts_of_hubspot_without_a_name_are_called_by_their_mail_which_is_counted(desk):
    text = "Record ID,First Name,Last Name,Email\n1,,,nameless@x.example\n2,Elena,,e@x.example\n"
    report = desk.take(text, "hubspot")
    assert report["created"] == {"contact": 2}
    assert report["stand_ins"] == {"name: its Email": 1}
    assert desk.take(text, "hubspot")["unchanged"] == 2
    named = text.replace("1,,", "1,Anna,Berg")
    assert desk.take(named, "hubspot")["updated"] == 1
    assert desk.take(text, "hubspot")["unchanged"] == 2  # a stand-in changes nothing


def test_a_contact_that_nothing_names_is_told_without_its_empty_cells(desk):
    text = "Record ID,First Name,Last Name,Email\n1,,,\n"
    desk.refuse(text, "hubspot")
    answer = desk.shop.run("import", "csv", "../in.csv", "--mapping", "hubspot", "--dry-run",
                           "--format", "json")  # fmt: skip
    (fault,) = json.loads(answer.out)["faults"]
    assert (fault["value"], fault["hint"]) == ("", "fill it in, or leave the row out")


@pytest.mark.parametrize("stage", ["Closed Lost to Competition", "Closed-Lost to Competition"])
def test_both_spellings_of_zohos_stage_are_known(desk, stage):
    text = "Record Id,Deal Name,Closing Date,Account Name,Stage,Created Time\n"
    desk.take(f"{text}1,Flat,2026-03-05,Acme,{stage},2026-01-05\n", "zoho")
    facts = desk.facts("Flat")
    assert (facts["stage"], facts["close_reason"]) == ("lost", "competitor-won")
