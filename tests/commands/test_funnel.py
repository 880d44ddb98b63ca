"""`report funnel` and `report flow` on the command line: options, formats, past days."""

import csv
import io
import json
from datetime import timedelta

import pytest

from salescli.report.text.numbers import width_of
from tests.shop import made_once

REPORTS = [
    ("funnel",),
    ("funnel", "--created", "any", "--sum", "value"),
    ("funnel", "--definition", "entered"),
    ("funnel", "--by", "owner"),
    ("funnel", "--by", "department", "--definition", "entered"),
    ("flow",),
]


@pytest.fixture
@made_once
def busy(shop):
    """2 November 2026, in Riga. Three deals of October and one of September.

    Old     100  1 Sep Q, 5 Oct K                    Anna
    Back    200  1 Oct Q, 6 Oct K, 9 Oct back to Q   Boris
    Won     300  2 Oct Q, 20 Oct won (K, P, S skipped)   Anna
    Lost     50  3 Oct Q, 7 Oct lost                 Boris
    """
    shop.do("person", "create", "Борис", "--id", "boris")

    def new(title, budget, owner, day):
        return shop.deal(title, "--budget", budget, "--owner", owner, "--at", day)

    shop.old = new("Old", "100", "anna", "2026-09-01")
    shop.do("opp", "move", shop.old, "--to", "key-contacts", "--at", "2026-10-05")
    shop.back = new("Back", "200", "boris", "2026-10-01")
    shop.do("opp", "move", shop.back, "--to", "key-contacts", "--at", "2026-10-06")
    shop.do("opp", "move", shop.back, "--to", "qualification", "--at", "2026-10-09")
    shop.won = new("Won", "300", "anna", "2026-10-02")
    shop.do("opp", "close", shop.won, "--outcome", "won", "--at", "2026-10-20")
    shop.lost = new("Lost", "50", "boris", "2026-10-03")
    shop.do(
        "opp", "close", shop.lost, "--outcome", "lost", "--reason", "price", "--at", "2026-10-07"
    )
    return shop


def document(shop, *report):
    return json.loads(shop.do("report", *report, "--format", "json").out)


OCTOBER = ("--period", "2026-10")


def test_the_entered_funnel_of_october(busy):
    # Q: Back (its second visit), Won, Lost; K: Old, Won (Back's is history); P, S, W: Won.
    told = document(busy, "funnel", "--definition", "entered", *OCTOBER, "--with-ids")
    assert (told["schema"], told["definition"]) == ("salescli/funnel@1", "entered")
    assert told["filters"] == {"process": "real-estate"}
    stages = told["stages"]
    assert [(stage["n"], stage["count"]) for stage in stages] == [
        (3, 1), (2, 1), (1, 0), (1, 0), (1, 1),
    ]  # fmt: skip
    assert [stage["previous"]["percent"] for stage in stages] == [
        "100.00", "66.67", "50.00", "100.00", "100.00",
    ]  # fmt: skip
    assert stages[1]["first"] == {
        "part": 2,
        "of": 3,
        "percent": "66.67",
        "part_ids": sorted([busy.old, busy.won]),
        "of_ids": sorted([busy.back, busy.won, busy.lost]),
    }
    assert stages[1]["sum"] == {"EUR": "100.00"}


def test_the_flow_of_october_adds_up_on_the_screen(busy):
    assert busy.do("report", "flow", *OCTOBER).out.splitlines() == [
        " Flow · October 2026 · real-estate · visits begun in the period",
        " Stage                  Entered  = Advanced  + Lost  + Back  + Still there",
        " Qualification                4           2       1       0              1",
        " Key contacts                 3           1       0       1              1",
        " Proposal preparation         1           1       0       0              0",
        " Proposal presentation        1           1       0       0              0",
        " Won                          1           0       0       0              1",
        " No deals of other processes.",
    ]


def test_the_document_and_the_rows_of_a_flow(busy):
    told = document(busy, "flow", *OCTOBER, "--with-ids")
    assert (told["schema"], told["period"]) == (
        "salescli/flow@1",
        {"from": "2026-10-01", "to": "2026-10-31"},
    )
    assert "sum" not in told
    key = told["stages"][1]
    assert (key["entered"], key["advanced"], key["lost"]) == (3, 1, 0)
    assert key["moved_back_ids"] == [busy.back]
    # a deal stands there once for each visit
    assert told["stages"][0]["entered_ids"].count(busy.back) == 2
    text = busy.do("report", "flow", *OCTOBER, "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0] == {
        "stage": "qualification", "name": "Qualification", "entered": "4",
        "advanced": "2", "lost": "1", "moved_back": "0", "still_there": "1",
    }  # fmt: skip
    assert "| Key contacts" in busy.do("report", "flow", *OCTOBER, "--format", "md").out


def test_a_funnel_for_each_owner_adds_up_to_the_companys(busy):
    told = document(busy, "funnel", "--by", "owner", *OCTOBER, "--with-ids")
    assert {row["row"]: row["name"] for row in told["rows"]} == {
        "anna": "Anna Berzina",
        "boris": "Борис",
    }
    whole = document(busy, "funnel", *OCTOBER, "--with-ids")["stages"]
    for place, stage in enumerate(whole):
        assert {**stage, "days": None} == {**told["stages"][place], "days": None}
        rows = [row["stages"][place] for row in told["rows"]]
        assert sum(row["count"] for row in rows) == stage["count"]
        assert sorted(one for row in rows for one in row["count_ids"]) == stage["count_ids"]


def test_the_rows_of_owners_are_their_own_funnels(busy):
    for definition in ("reference", "entered"):
        options = ("--definition", definition, *OCTOBER)
        for row in document(busy, "funnel", "--by", "owner", *options)["rows"]:
            own = document(busy, "funnel", "--owner", row["row"], *options)["stages"]
            assert [{**stage, "days": None} for stage in row["stages"]] == [
                {**stage, "days": None} for stage in own
            ]


def test_the_mean_days_are_those_of_the_time_in_stages(busy):
    times = document(busy, "stage-time", "--by", "owner", *OCTOBER)
    table = document(busy, "funnel", "--by", "owner", *OCTOBER)
    expected = {row["row"]: row["stages"] for row in times["rows"]}
    for row in table["rows"]:
        for stage, time in zip(row["stages"], expected[row["row"]], strict=True):
            days = time["current"] and {key: time["current"][key] for key in ("visits", "mean")}
            assert stage["days"] == days


@pytest.mark.parametrize("report", REPORTS)
def test_as_of_today_is_no_as_of(busy, report):
    for period in ("all", "2026-11", "2026"):
        options = (*report, "--period", period, "--with-ids")
        assert document(busy, *options) == document(busy, *options, "--as-of", "2026-11-02")


@pytest.mark.parametrize("report", REPORTS)
def test_yesterdays_report_made_today_is_the_one_made_yesterday(busy, report):
    options = (*report, "--period", "2026", "--with-ids")
    yesterday = document(busy, *options)
    assert yesterday["as_of"] == "2026-11-02"
    busy.now += timedelta(days=1)
    busy.do("opp", "move", busy.old, "--to", "proposal-preparation")
    busy.do("opp", "set", busy.old, "--budget", "999", "--owner", "boris")
    busy.deal("New today", "--budget", "5")
    assert document(busy, *options, "--as-of", "yesterday") == yesterday
    assert document(busy, *options) != yesterday


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("format_", ["table", "json", "csv", "md"])
def test_an_empty_store_has_a_report_in_each_format(shop, report, format_):
    answer = shop.do("report", *report, "--format", format_)
    assert answer.out.strip()
    assert answer.err == ""


@pytest.mark.parametrize("report", REPORTS)
def test_a_period_to_come_says_so(busy, report):
    assert "No figures: the period begins after 2 Nov 2026." in (
        busy.do("report", *report, "--period", "2027").out
    )


@pytest.mark.parametrize("report", REPORTS)
def test_the_screen_fits_a_terminal(busy, report):
    busy.is_terminal = True
    out = busy.do("report", *report).out
    assert max(map(width_of, out.split("\n"))) <= 80


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--definition", "entered", "--created", "any"), "--definition reference"),
        (("--by", "owner", "--png", "x.png"), "salescli report compare --owner A --owner B"),
        (("--definition", "both"), "not one of 'reference'"),
        (("--mode", "sum"), "stage-conversion"),
        (("--by", "need"), "not one of 'owner'"),
    ],
)
def test_what_a_funnel_cannot_be_asked(busy, options, said):
    answer = busy.run("report", "funnel", *options)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert not (busy.root / "x.png").exists()


@pytest.mark.parametrize("mode", ["count", "stage-conversion", "first-stage"])
def test_an_entered_funnel_is_drawn_in_each_mode(busy, mode):
    options = ("--definition", "entered", "--mode", mode, "--svg", "x.svg")
    busy.do("report", "funnel", *OCTOBER, *options)
    assert (busy.root / "x.svg").read_bytes().startswith(b"<?xml")


def test_a_file_that_cannot_be_read_stops_each_report_or_is_counted(busy):
    path = busy.folder(busy.lost) / "opportunity.yaml"
    path.write_text("title: [", "utf-8")
    for report in REPORTS:
        assert busy.run("report", *report).code == 4
        told = document(busy, *report, "--skip-invalid")
        assert told["invalid"] == 1
