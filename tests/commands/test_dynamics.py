"""`salescli report dynamics`: each point is what the report of that span says."""

import csv
import json

import pytest

from salescli.report.layouts.dynamics import FIGURES
from tests.shop import made_once

SOURCES = {
    "open": ("state", ("total", "open", "count")),
    "open-sum": ("state", ("total", "open", "sum")),
    "stale": ("state", ("total", "stale", "count")),
    "won": ("win-loss", ("total", "won", "count")),
    "lost-sum": ("win-loss", ("total", "lost", "sum")),
    "win-rate": ("win-loss", ("total", "win_rate", "percent")),
    "cycle": ("win-loss", ("total", "won", "cycle", "mean")),
    "calls": ("managers", ("total", "calls")),
}


@pytest.fixture
@made_once
def past(shop):
    """Four deals from August to October 2026: won, lost and won again later, reopened, open."""
    won = shop.deal("A", "--budget", "100", "--at", "2026-08-03")
    shop.do("opp", "close", won, "--outcome", "won", "--at", "2026-08-13")
    twice = shop.deal("B", "--budget", "20 USD", "--at", "2026-08-05")
    shop.do("opp", "close", twice, "--outcome", "lost", "--reason", "price", "--at", "2026-08-30")
    again = ["--to", "qualification", "--reason", "they came back"]
    shop.do("opp", "reopen", twice, *again, "--at", "2026-09-10")
    shop.do("opp", "close", twice, "--outcome", "won", "--at", "2026-10-15")
    talked = shop.deal("C", "--budget", "7", "--at", "2026-09-01")
    call = ["--type", "call", "--start", "2026-09-20"]
    act = shop.make("activity", "plan", talked, "Call", *call, "--at", "2026-09-02")
    shop.do("activity", "done", act, "--at", "2026-09-20")
    shop.do("opp", "set", talked, "--budget", "9", "--at", "2026-10-05")
    return shop


def document(shop, *options):
    return json.loads(shop.do("report", *options, "--format", "json").out)


@pytest.mark.parametrize("figure", SOURCES)
def test_each_point_is_what_the_report_of_its_span_says(past, figure):
    source, keys = SOURCES[figure]
    for by in ("month", "quarter", "week"):
        told = document(past, "dynamics", figure, "--by", by, "--period", "2026-08-02..2026-11-01")
        assert told["points"]
        for point in told["points"]:
            span = [] if source == "state" else ["--period", f"{point['from']}..{point['to']}"]
            value = document(past, source, *span, "--as-of", point["to"])
            for key in keys:
                value = value[key]
            assert point["value"] == value


def test_points_of_months_by_hand(past):
    def values(figure):
        told = document(past, "dynamics", figure, "--period", "2026-08..", "--as-of", "2026-11-01")
        return [point["value"] for point in told["points"]]

    assert values("open") == [0, 2, 1, 1]
    assert values("won") == [1, 0, 1, 0]
    assert values("win-rate") == ["50.00", None, "100.00", None]
    assert values("open-sum") == [{}, {"EUR": "7.00", "USD": "20.00"}, {"EUR": "9.00"}] + [
        {"EUR": "9.00"}
    ]
    assert values("calls") == [0, 1, 0, 0]
    assert values("cycle") == ["10.0", None, "71.0", None]  # 5 August to 15 October: 26 + 30 + 15


def test_a_period_without_a_beginning_starts_with_the_first_deal(past):
    points = document(past, "dynamics", "open")["points"]
    assert (points[0]["from"], points[-1]["to"]) == ("2026-08-03", "2026-11-02")
    assert points[-1]["value"] == document(past, "state")["total"]["open"]["count"]


def test_the_deals_behind_a_point(past):
    first, *_ = document(past, "dynamics", "won", "--period", "2026-08", "--with-ids")["points"]
    assert len(first["made_of"]["count_ids"]) == first["value"] == 1


def test_the_screen_has_a_line_of_blocks_and_fits(past):
    told = past.do("report", "dynamics", "open-sum", "--period", "2026-Q3").out
    assert " EUR ▁▁█\n" in told and " USD ▁▁█\n" in told
    past.is_terminal = True
    past.width = 60
    told = past.do("report", "dynamics", "open", "--by", "day").out
    assert max(map(len, told.splitlines())) <= 60


def test_csv_and_markdown(past):
    options = ["won-sum", "--by", "quarter", "--period", "2026"]
    out = past.do("report", "dynamics", *options, "--format", "csv").out
    rows = list(csv.DictReader(out.split("\n")))
    assert rows[2] == {
        "from": "2026-07-01",
        "to": "2026-09-30",
        "won-sum_EUR": "100.00",
        "won-sum_USD": "0.00",
    }
    assert rows[-1]["to"] == "2026-11-02"
    assert "| Q3 2026" in past.do("report", "dynamics", *options, "--format", "md").out


def test_a_file_edited_by_hand_counts_as_it_says_for_today_alone(past):
    (path,) = past.root.glob("opportunities/*/c--*/opportunity.yaml")
    past.replace(path, "budget: 9.00 EUR", "budget: 500.00 EUR")
    told = document(past, "dynamics", "open-sum", "--period", "2026-10..")
    assert [point["value"]["EUR"] for point in told["points"]] == ["9.00", "500.00"]


def test_a_series_of_money_names_its_sum_and_who_has_none_and_a_count_does_neither(past):
    def told(figure, *options):
        return past.do("report", "dynamics", figure, "--period", "2026-10", *options).out

    past.deal("D", "--at", "2026-10-02")
    sums = told("open-sum", "--sum", "amount")
    assert "Open deals · October 2026 · real-estate · amount" in sums
    assert "2 deals without an amount." in sums
    assert "won deals · October 2026 · real-estate · value, USD\n" in told("won-sum")
    assert "by value · October 2026 · real-estate · value, USD\n" in told("win-rate-by-value")
    count = told("open")
    assert count.startswith(" Open deals · October 2026 · real-estate\n")
    assert "without" not in count


KEPT = ["other_processes", "left_out", "differing", "invalid"]


def test_a_series_of_closed_deals_leaves_out_what_the_report_of_its_whole_period_does(past):
    # A is closed in August, C is open: in September alone there would be one.
    options = ["--period", "2026-08..2026-09", "--currency", "USD"]
    told = document(past, "dynamics", "won-sum", *options)
    report = document(past, "win-loss", *options, "--as-of", "2026-09-30")
    assert list(told)[-4:] == KEPT
    assert [told[key] for key in KEPT] == [report[key] for key in KEPT] == [0, {"EUR": 2}, 0, 0]
    out = past.do("report", "dynamics", "won-sum", *options).out
    assert out.endswith(" No deals of other processes. Left out for their currency: 2 in EUR.\n")


def test_a_series_of_open_deals_leaves_out_the_most_that_a_day_does(past):
    # A is open from 3 to 12 August, and there is none in euros on the last day.
    options = ["--by", "day", "--period", "2026-08", "--currency", "USD"]
    told = document(past, "dynamics", "open", *options)
    assert [told[key] for key in KEPT] == [0, {"EUR": 1}, 0, 0]
    said = "At most on one day: left out for their currency: 1 in EUR."
    assert f" {said}\n" in past.do("report", "dynamics", "open", *options).out
    options[3] = "2026-08-03"
    said = "No deals of other processes. Left out for their currency: 1 in EUR."
    assert f" {said}\n" in past.do("report", "dynamics", "open", *options).out


def test_before_the_first_deal_there_are_no_figures_and_a_sentence_says_so(past):
    sentence = "No figures: no deal was created by 1 Jan 2020."
    for options in ([], ["--format", "md"]):
        out = past.do("report", "dynamics", "won", "--as-of", "2020-01-01", *options).out
        assert out.rstrip("\n").splitlines()[1:][-1].strip() == sentence
        assert "Month" not in out
    assert document(past, "dynamics", "won", "--as-of", "2020-01-01")["invalid"] == 0


def test_an_empty_store_and_a_period_to_come(shop):
    assert document(shop, "dynamics", "won")["points"][0]["value"] == 0
    told = shop.do("report", "dynamics", "won", "--period", "2026-12", "--as-of", "2026-11-01").out
    assert "No figures: the period begins after 1 Nov 2026." in told


def test_what_is_wrong_is_refused(past):
    assert past.run("report", "dynamics").code == 2
    luck = past.run("report", "dynamics", "luck")
    assert (luck.code, luck.err.count("without-next-step")) == (2, 1)
    assert past.run("report", "dynamics", "won", "--by", "year").code == 2
    (path,) = past.root.glob("opportunities/*/c--*/history.yaml")
    path.write_text("- nonsense\n")
    assert past.run("report", "dynamics", "won").code == 4
    assert document(past, "dynamics", "won", "--skip-invalid")["points"]


@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_has_every_format(past, figure):
    for shape in ("table", "json", "csv", "md"):
        assert past.do("report", "dynamics", figure, "--format", shape).out


def test_help_names_every_figure(shop):
    told = shop.do("report", "dynamics", "--help").out
    named = told.partition("FIGURE: ")[2].partition(".")[0]
    assert [name.strip() for name in named.split(",")] == list(FIGURES)


def test_a_figure_that_is_never_known_has_no_sparkline(shop):
    told = shop.do("report", "dynamics", "win-rate", "--period", "2026-Q4").out.splitlines()
    assert all(line.strip() for line in told)


def test_closed_deals_are_said_to_be_those_of_each_end(shop):
    said = "Each month as it stood at its end, whatever was reopened later."
    assert said in shop.do("report", "dynamics", "lost", "--period", "2026-Q4").out
    assert said not in shop.do("report", "dynamics", "open", "--period", "2026-Q4").out
    assert said not in shop.do("report", "dynamics", "lost", "--period", "2026-11").out
