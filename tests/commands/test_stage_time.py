"""`salescli report stage-time`: options, formats, screens, and a past day."""

import csv
import json

import pytest

from tests.shop import made_once


@pytest.fixture
@made_once
def slow(shop):
    """2 November 2026. One deal went back in October, one of Борис waits since 13 October."""
    shop.do("person", "create", "Борис с очень длинным именем и фамилией", "--id", "boris")
    shop.back = shop.deal("Back", "--at", "2026-10-01")
    for stage, day in (("key-contacts", "03"), ("qualification", "10"), ("key-contacts", "15")):
        shop.do("opp", "move", shop.back, "--to", stage, "--at", f"2026-10-{day}")
    shop.waits = shop.deal("Waits", "--owner", "boris", "--at", "2026-10-13")
    return shop


def document(shop, *options):
    return json.loads(shop.do("report", "stage-time", *options, "--format", "json").out)


def test_the_document_holds_visits_mean_and_median_of_each_stage(slow):
    told = document(slow, "--with-ids", "--by", "owner")
    assert (told["schema"], told["unit"], "sum" in told) == ("salescli/stage-time@1", "days", False)
    first = told["stages"][0]
    # Qualification: 5 days from the 10th, and 20 that run; 2 days were undone.
    assert first["current"] == {
        "visits": 2,
        "mean": "12.5",
        "median": "12.5",
        "visits_ids": sorted([slow.back, slow.waits]),
    }
    assert first["historical"] == {
        "visits": 1,
        "mean": "2.0",
        "median": "2.0",
        "visits_ids": [slow.back],
    }
    (boris,) = [row for row in told["rows"] if row["row"] == "boris"]
    assert boris["stages"][0]["current"]["mean"] == "20.0"
    assert (told["stages"][-1]["current"], told["stages"][-1]["historical"]) == (None, None)


def test_a_past_day_and_hours(slow):
    # On 4 October the deal was a day at key contacts; to the end of that day 48 hours.
    for unit, mean in (("days", "1.0"), ("hours", "48.0")):
        told = document(slow, "--as-of", "2026-10-04", "--unit", unit)
        by_stage = {one["stage"]: one["current"] for one in told["stages"] if one["current"]}
        assert by_stage["key-contacts"]["mean"] == mean
    assert document(slow, "--as-of", "2026-11-02") == document(slow)


@pytest.mark.parametrize("by", ["owner", "department"])
@pytest.mark.parametrize("unit", ["days", "hours"])
def test_a_screen_fits_its_width(slow, by, unit):
    slow.is_terminal = True
    told = slow.do("report", "stage-time", "--by", by, "--unit", unit).out
    assert max(map(len, told.splitlines())) <= 80
    assert told.startswith(" Time in stage · all time · as of 2 Nov 2026 · real-estate · ")
    assert "Historical: undone by a move back or a reopening." in told
    assert "Total" in told


def test_csv_has_a_line_for_each_row_and_stage(slow):
    lines = slow.do("report", "stage-time", "--by", "owner", "--format", "csv").out.split("\n")
    rows = [row for row in csv.DictReader(lines) if row["row"] == "boris"]
    assert rows[0]["stage"] == "qualification"
    assert [row["mean"] for row in rows] == ["20.0", "", "", "", ""]
    assert "| Qualification" in slow.do("report", "stage-time", "--format", "md").out


def test_an_empty_store_has_stages_and_no_days(shop):
    told = document(shop)
    assert [one["stage"] for one in told["stages"]][-1] == "won"
    assert told["stages"][0]["current"] == {"visits": 0, "mean": None, "median": None}


def test_what_is_wrong_is_refused(slow):
    assert slow.run("report", "stage-time", "--by", "need").code == 2
    assert slow.run("report", "stage-time", "--unit", "weeks").code == 2
    told = slow.do("report", "stage-time", "--period", "2027").out
    assert "No figures: the period begins after 2 Nov 2026." in told
    (slow.folder(slow.waits) / "history.yaml").write_text("- nonsense\n")
    assert slow.run("report", "stage-time").code == 4
    assert document(slow, "--skip-invalid")["invalid"] == 1
