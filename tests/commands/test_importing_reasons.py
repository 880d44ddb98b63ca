"""Why deals were lost, and where they came from, as exports of other systems say it."""

import pytest

from tests.commands.test_importing_systems import Desk
from tests.shop import made_once


@pytest.fixture
@made_once
def desk(shop):
    return Desk(shop)


LOST = """\
Record Id,Deal Owner,Amount,Deal Name,Closing Date,Account Name,Stage,Created Time,\
Reason For Loss,Lead Source
z1,anna,1200,Flat 7,2026-03-05,Acme,Closed-Lost to Competition,2026-01-05 10:00:00,,Trade Show
z2,anna,1200,Flat 8,2026-03-05,Acme,Closed Lost,2026-01-05 10:00:00,Price too high,Chat
z3,anna,1200,Flat 9,2026-03-05,Acme,Closed Lost,2026-01-05 10:00:00,The dog ate it,
z4,anna,1200,Flat 10,2026-03-05,Acme,Closed Won,2026-01-05 10:00:00,Price too high,
"""


def test_why_a_deal_was_lost_is_our_reason_where_it_is_one_and_stays_in_words(desk):
    report = desk.take(LOST, "zoho")
    rival, dear, dog, won = map(desk.facts, ("Flat 7", "Flat 8", "Flat 9", "Flat 10"))
    assert (rival["close_reason"], rival["winner"]) == ("competitor-won", "unknown")
    assert (dear["close_reason"], dear["close_details"]) == ("price", "Price too high")
    assert (dog["close_reason"], dog["close_details"]) == ("not-recorded", "The dog ate it")
    assert (won["stage"], "close_reason" in won, "close_details" in won) == ("won", False, False)
    assert (rival["source"], dear["source"]) == ("event", None)
    assert report["stand_ins"] == {"close_reason: not-recorded": 1, "winner: unknown": 1}
    assert report["notes"]["source left out: Chat"] == 1
    assert desk.take(LOST, "zoho")["unchanged"] == 4
    assert desk.shop.run("check").code == 0


def test_a_reason_that_the_file_says_anew_is_changed_with_its_winner(desk):
    desk.take(LOST, "zoho")
    anew = LOST.replace(
        "Closed Lost,2026-01-05 10:00:00,Price too high",
        "Closed-Lost to Competition,2026-01-05 10:00:00,",
    )
    anew = anew.replace(
        "Closed-Lost to Competition,2026-01-05 10:00:00,,Trade",
        "Closed Lost,2026-01-05 10:00:00,Pricing,Trade",
    )
    assert desk.take(anew, "zoho")["updated"] == 2
    rival, dear = map(desk.facts, ("Flat 7", "Flat 8"))
    assert (rival["close_reason"], rival.get("winner")) == ("price", None)
    assert (dear["close_reason"], dear["winner"]) == ("competitor-won", "unknown")
    assert desk.shop.run("check").code == 0


@pytest.mark.parametrize(
    ("mapping", "text"),
    [
        ("pipedrive", "Deal - ID,Deal - Title,Deal - Organization,Deal - Stage,Deal - Status,"
         "Deal - Deal created,Deal - Lost time,Deal - Lost reason\n"
         "1,A,Acme,Contact Made,Lost,2026-01-05,2026-02-05,too expensive\n"),
        ("salesforce", "Opportunity ID,Opportunity Name,Account Name,Stage,Created Date,"
         "Close Date,Loss Reason\n1,A,Acme,Closed Lost,2026-01-05,2026-02-05,Too Expensive\n"),
        ("hubspot", "Record ID,Deal Name,Associated Company,Deal Stage,Create Date,Close Date,"
         "Closed Lost Reason\n1,A,Acme,Closed Lost,2026-01-05,2026-02-05,Too expensive\n"),
    ],
)  # fmt: skip
def test_each_system_says_why_a_deal_was_lost(desk, mapping, text):
    desk.take(text, mapping)
    assert desk.facts("A")["close_reason"] == "price"


def test_a_companys_own_reason_is_found_by_its_name(desk):
    desk.shop.make("dictionary", "add", "close_reasons", "dog", "The dog ate it")
    desk.take(LOST, "zoho")
    assert desk.facts("Flat 9")["close_reason"] == "dog"
