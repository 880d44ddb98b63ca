"""The total in the CSV of reports by rows: told apart from rows by its kind, and what it counts."""

import csv
import json

import pytest

from tests.shop import made_once

REPORTS = {  # what says a line's number, and where the document has that of the total
    ("win-loss", "--by", "owner"): ("lost", lambda told: told["total"]["lost"]["count"]),
    ("win-loss", "--by", "competitor"): ("lost", lambda told: told["total"]["lost"]["count"]),
    ("managers",): ("active", lambda told: told["total"]["active"]),
    ("state", "--by", "owner"): ("open", lambda told: told["total"]["open"]["count"]),
    ("stage-time", "--by", "owner"): (
        "visits",
        lambda told: told["stages"][0]["current"]["visits"],
    ),
    ("funnel", "--by", "owner"): ("count", lambda told: told["stages"][0]["count"]),
    ("funnel", "--by", "owner", "--definition", "entered"): (
        "n",
        lambda told: told["stages"][0]["n"],
    ),
    ("drill", "qualification", "--by", "owner"): ("count", lambda told: told["total"]["count"]),
}


@pytest.fixture
@made_once
def totalled(shop):
    """A person whose id and name are those of a total has a deal, nobody has one, two are lost."""
    shop.do("person", "create", "Total", "--id", "total")
    shop.deal("Anna", "--budget", "1")
    shop.deal("Hers", "--budget", "2", "--owner", "total")
    free = shop.deal("Free", "--budget", "4")
    shop.do("opp", "set", free, "--owner", "")
    for title, owner in (("Lost", "anna"), ("Gone", "total")):
        deal = shop.deal(title, "--owner", owner)
        shop.do("opp", "close", deal, "--outcome", "lost", "--reason", "price")
    return shop


def read(shop, *options):
    text = shop.do("report", *options, "--format", "csv").out
    return list(csv.DictReader(text.split("\n")))


@pytest.mark.parametrize("report", REPORTS, ids=" ".join)
def test_the_last_line_is_the_total_and_no_row_is_taken_for_it(totalled, report):
    column, total_of = REPORTS[report]
    lines = read(totalled, *report)
    totals = [line for line in lines if line["kind"] == "total"]
    assert lines[-len(totals) :] == totals
    assert {line["row"] for line in totals} == {""}
    document = json.loads(totalled.do("report", *report, "--format", "json").out)
    assert totals[0][column] == str(total_of(document)) != "0"
    others = [line for line in lines if line["kind"] != "total"]
    assert {line["kind"] for line in others} <= {"row", "without"}
    assert all((line["row"] == "") == (line["kind"] == "without") for line in others)
    if "competitor" not in report:  # the person, whatever they are called
        assert {line["kind"] for line in others if line["row"] == "total"} == {"row"}


def test_a_report_without_rows_is_its_total(totalled):
    for report in (["state"], ["win-loss"], ["stage-time"]):
        assert {(line["kind"], line["row"]) for line in read(totalled, *report)} == {
            ("total", "total")
        }


def test_a_period_to_come_has_no_total(totalled):
    for report in ("win-loss", "funnel", "stage-time"):
        assert read(totalled, report, "--by", "owner", "--period", "2030") == []
    assert read(totalled, "managers", "--period", "2030") == []


def test_shares_and_ranks_of_all_are_what_the_screen_says(totalled):
    assert read(totalled, "drill", "qualification", "--by", "owner")[-1]["percent"] == "100.00"
    assert read(totalled, "drill", "won", "--by", "owner")[-1]["percent"] == ""
    assert read(totalled, "managers")[-1]["ranked"] == ""
