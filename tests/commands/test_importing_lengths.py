"""Ids of Salesforce with 15 characters in one file and with 18 in another are one record."""

import pytest

from tests.commands.test_importing_systems import Desk
from tests.shop import made_once

ACCOUNTS = "Account ID,Account Name\n0011a00000AbCdE,Acme\n"
DEALS = """\
Id,Name,AccountId,StageName,CreatedDate,CloseDate
0061a00000AbCdEAAV,Flat 7,0011a00000AbCdEAAV,Prospecting,2026-01-05,2026-12-01
0061a00000AbCdeAAF,Flat 8,0011A00000ABCDEAAV,Prospecting,2026-01-05,2026-12-01
"""


@pytest.fixture
@made_once
def desk(shop):
    return Desk(shop)


def short(text: str) -> str:
    return text.replace("AbCdEAAV", "AbCdE").replace("AbCdeAAF", "AbCde")


def test_accounts_of_a_report_are_found_by_the_ids_of_the_data_loader(desk):
    desk.take(ACCOUNTS, "salesforce")
    assert desk.take(DEALS, "salesforce")["created"] == {"opportunity": 2}
    assert desk.facts("Flat 7")["client"] == desk.facts("Flat 8")["client"]


def test_the_other_length_finds_the_record_and_leaves_its_id_alone(desk):
    desk.take(ACCOUNTS, "salesforce")
    desk.take(DEALS, "salesforce")
    again = short(DEALS).replace("0011A00000ABCDEAAV", "0011a00000AbCdE")
    assert desk.take(again, "salesforce")["unchanged"] == 2
    assert desk.take(again.replace("Flat 7", "Flat 70"), "salesforce")["updated"] == 1
    assert desk.facts("Flat 70")["external"] == {"salesforce": "0061a00000AbCdEAAV"}
    longer = ACCOUNTS.replace("AbCdE", "AbCdEAAV")
    assert desk.take(longer, "salesforce")["unchanged"] == 1


def test_leads_and_products_are_found_by_the_other_length(desk):
    leads = "Lead ID,First Name,Last Name\n00Q1a00000AbCdE,Jo,Doe\n"
    goods = "Product ID,Product Name\n01t1a00000AbCdE,Flat\n"
    for text in (leads, goods):
        desk.take(text, "salesforce")
    assert desk.take(leads.replace("CdE,", "CdEEAV,"), "salesforce")["unchanged"] == 1
    assert desk.take(goods.replace("CdE,", "CdEAAV,"), "salesforce")["unchanged"] == 1


def test_an_activity_finds_its_deal_and_itself(desk):
    desk.take(ACCOUNTS, "salesforce")
    desk.take(DEALS, "salesforce")
    text = "Id,Subject,WhatId,Status\n00T1a00000AbCdE,Call,0061a00000AbCdE,Open\n"
    assert desk.take(text, "salesforce-activities")["created"] == {"activity": 1}
    longer = text.replace("00T1a00000AbCdE", "00T1a00000AbCdEEAV")
    assert desk.take(longer, "salesforce-activities")["unchanged"] == 1


def test_one_record_twice_in_a_file_is_told_in_whichever_length(desk):
    text = "Opportunity ID,Opportunity Name,Account Name,Stage,Created Date\n"
    keys = ("0061a00000AbCdE", "0061a00000AbCdEAAV")
    rows = "".join(f"{key},A,Acme,Prospecting,2026-01-05\n" for key in keys)
    assert desk.refuse(text + rows, "salesforce") == [(3, "Opportunity ID", "key-twice")]


def test_a_history_of_stages_joins_deals_by_either_length(desk):
    deals = DEALS.replace("AccountId", "Account Name").replace("Prospecting", "Id. Decision Makers")
    rows = """\
Opportunity ID,To Stage,Last Modified
0061a00000AbCdE,Prospecting,2026-01-05
0061a00000AbCdEAAV,Id. Decision Makers,2026-02-05
"""
    more = ("--history", desk.give("h.csv", rows), "--history-mapping", "salesforce-history")
    report = desk.take(deals, "salesforce", *more)
    assert report["created"]["opportunity"] == 2
    shown = desk.shop.do("opportunity", "timeline", "Flat 7").out
    assert "5 Feb 2026" in shown
