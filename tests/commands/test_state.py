"""`salescli report state`: options, formats, and a past day rebuilt from history."""

import csv
import json

import pytest

from tests.shop import made_once


@pytest.fixture
@made_once
def busy(shop):
    """2 November 2026. One deal waits since September, one has a call tomorrow, one is closed."""
    shop.do("person", "create", "Борис", "--id", "boris")
    shop.old = shop.deal(
        "Old", "--budget", "100", "--close-date", "2026-10-01", "--at", "2026-09-01"
    )
    shop.called = shop.deal("Called", "--owner", "boris", "--at", "2026-09-01")
    shop.call = shop.make(
        "activity", "plan", shop.called, "Call", "--type", "call", "--start", "2026-11-03"
    )
    closed = shop.deal("Closed", "--budget", "7", "--at", "2026-09-01")
    shop.do("opp", "close", closed, "--outcome", "lost", "--reason", "price", "--at", "2026-10-05")
    return shop


def document(shop, *options):
    return json.loads(shop.do("report", "state", *options, "--format", "json").out)


def counts(told):
    names = ("open", "overdue", "undated", "stale", "without_next_step")
    return [told[name]["count"] for name in names]


def test_the_document_holds_the_deals_of_each_number(busy):
    told = document(busy, "--with-ids")
    assert (told["schema"], told["as_of"], told["sum"]) == (
        "salescli/state@1",
        "2026-11-02",
        "budget",
    )
    assert counts(told["total"]) == [2, 1, 1, 1, 1]
    assert told["total"]["stale"]["count_ids"] == [busy.old]
    assert told["total"]["without_next_step"]["count_ids"] == [busy.old]
    assert told["total"]["open"]["sum"] == {"EUR": "100.00"}
    assert told["total"]["open"]["without_value_ids"] == [busy.called]


def test_a_past_day_is_rebuilt_from_history(busy):
    # By 30 September nothing was planned, the close date had not passed, three were open.
    told = document(busy, "--as-of", "2026-09-30")
    assert counts(told["total"]) == [3, 0, 2, 3, 3]
    assert told["total"]["open"]["sum"] == {"EUR": "107.00"}
    assert counts(document(busy, "--as-of", "2026-08-31")["total"]) == [0, 0, 0, 0, 0]


def test_a_call_done_leaves_no_next_step_but_is_a_sign_of_life(busy):
    busy.do("activity", "done", busy.call)
    (boris,) = [row for row in document(busy, "--by", "owner")["rows"] if row["row"] == "boris"]
    assert (boris["name"], counts(boris)) == ("Борис", [1, 0, 1, 0, 1])


@pytest.mark.parametrize("by", ["owner", "department", "stage"])
def test_a_screen_fits_its_width(busy, by):
    busy.is_terminal = True
    told = busy.do("report", "state", "--by", by).out
    assert max(map(len, told.splitlines())) <= 80
    assert told.startswith(" Open deals · as of 2 Nov 2026 · real-estate · budget, EUR\n")
    assert "Total" in told and "1 deal without a budget." in told


def test_csv_and_markdown(busy):
    (total,) = csv.DictReader(busy.do("report", "state", "--format", "csv").out.split("\n"))
    assert (total["open"], total["open_sum_EUR"], total["stale"]) == ("2", "100.00", "1")
    by_stage = busy.do("report", "state", "--by", "stage", "--format", "csv").out
    assert next(csv.DictReader(by_stage.split("\n")))["row"] == "qualification"
    assert "| Total" in busy.do("report", "state", "--format", "md").out


def test_an_empty_store_has_zeros(shop):
    assert counts(document(shop)["total"]) == [0, 0, 0, 0, 0]
    out = shop.do("report", "state", "--by", "owner", "--format", "csv").out
    assert [row["kind"] for row in csv.DictReader(out.split("\n"))] == ["total"]


def test_what_is_wrong_is_refused(busy):
    assert busy.run("report", "state", "--period", "2026").code == 2  # a state has no period
    answer = busy.run("report", "state", "--as-of", "2027-01-01")
    assert (answer.code, "still to come" in answer.err) == (2, True)
    (busy.folder(busy.old) / "history.yaml").write_text("- nonsense\n")
    assert busy.run("report", "state").code == 4
    assert document(busy, "--skip-invalid")["invalid"] == 1
