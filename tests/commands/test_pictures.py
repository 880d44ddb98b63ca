"""`--png` and `--svg` of reports: what they draw, where it goes, what is refused."""

import importlib
import struct
from decimal import Decimal

import pytest

from salescli.report.layouts.plot import Series
from tests.shop import made_once

REPORTS = {
    "funnel": ("report", "funnel"),
    "win-loss": ("report", "win-loss", "--by", "owner"),
    "dynamics": ("report", "dynamics", "won-sum", "--period", "2026-Q4"),
    "forecast": ("report", "forecast", "--period", "2026-Q4"),
    "managers": ("report", "managers", "--min-deals", "0"),
    "state": ("report", "state", "--by", "owner"),
    "flow": ("report", "flow"),
    "norms": ("report", "norms"),
    "fullness": ("report", "fullness", "--plan-period", "2026-Q4"),
    "drill": ("report", "drill", "won", "--by", "owner"),
    "forecast-diff": ("report", "forecast-diff", "--period", "2026-Q4", "--since", "2026-10-03"),
    "stage-time": ("report", "stage-time", "--by", "owner"),
}


@pytest.fixture
@made_once
def traded(shop):
    """Won 190 000 of 200 000 in October, 80 dollars lost, one open; another owner is Cyrillic."""
    shop.do("person", "create", "Борис Калныньш", "--id", "boris")
    shop.do("plan", "set", "company", "2026-Q4", "400000")
    won = shop.deal("Won", "--budget", "200000", "--at", "2026-10-01")
    shop.do("opp", "close", won, "--outcome", "won", "--revenue", "190000", "--at", "2026-10-11")
    lost = shop.deal("Lost", "--budget", "80", "--owner", "boris", "--at", "2026-09-01")
    closing = ["--outcome", "lost", "--reason", "no-budget"]
    shop.do("opp", "close", lost, *closing, "--at", "2026-10-06")
    shop.deal("Open", "--budget", "50000", "--at", "2026-10-05")
    return shop


@pytest.mark.parametrize("report", REPORTS)
def test_each_report_draws_itself_and_prints_nothing(traded, report):
    answer = traded.run(*REPORTS[report], "--png", "a.png", "--size", "640")
    assert (answer.code, answer.out, answer.err) == (0, "", "a.png: 640 pixels wide.\n")
    data = (traded.root / "a.png").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">I", data[16:20]) == (640,)


@pytest.mark.parametrize("report", REPORTS)
def test_an_empty_store_is_drawn_too(shop, report):
    answer = shop.run(*REPORTS[report], "--svg", "a.svg")
    assert (answer.code, answer.out, answer.err) == (0, "", "a.svg is drawn.\n")


def test_a_format_that_is_asked_for_is_printed_beside_the_picture(traded):
    answer = traded.run("report", "win-loss", "--png", "a.png", "--format", "json")
    assert '"schema": "salescli/win-loss@1"' in answer.out
    assert (traded.root / "a.png").exists()


def test_picture_and_text_do_not_both_go_to_stdout(traded):
    answer = traded.run("report", "state", "--png", "-", "--format", "json")
    assert answer.code == 2
    assert "stdout is for the picture alone" in answer.err


@pytest.fixture
def plots(monkeypatch):
    """Every plot that is drawn, by the title it has."""
    chart = importlib.import_module("salescli.report.pictures.chart")
    drawn, found = chart.draw_plot, {}

    def keep(plot, **options):
        found[plot.title] = plot
        return drawn(plot, **options)

    monkeypatch.setattr(chart, "draw_plot", keep)
    return found


def draw(shop, report, *options):
    answer = shop.run(*REPORTS[report], *options, "--png", "a.png", "--size", "400")
    assert answer.code == 0, answer.err


def numbers(*values):
    return tuple(None if value is None else Decimal(value) for value in values)


def test_wins_and_losses_are_bars_of_each_owner(traded, plots):
    draw(traded, "win-loss")
    (plot,) = plots.values()
    assert (plot.shape, plot.unit, plot.title) == ("bar", "", "Won and lost · all time")
    by_name = dict(zip(plot.categories, zip(*(s.values for s in plot.series), strict=True),
                       strict=True))  # fmt: skip
    assert by_name["Борис Калныньш"] == numbers(0, 1)
    assert [one.name for one in plot.series] == ["Won", "Lost"]
    assert "by owner" in plot.subtitle
    assert plot.footer[0].startswith("Deals closed in the period, by outcome. As of ")


def test_a_picture_counts_the_deals_of_every_currency_as_the_table_does(traded, plots):
    dollars = traded.deal("Dollars", "--budget", "70 USD", "--at", "2026-10-02")
    traded.do("opp", "close", dollars, "--outcome", "won", "--at", "2026-10-12")
    draw(traded, "win-loss")
    plot = plots.pop("Won and lost · all time")
    assert [sum(one.values) for one in plot.series] == [2, 1]
    draw(traded, "managers")
    (plot,) = plots.values()
    assert sum(plot.series[0].values) == Decimal("190000.00")
    assert plot.footer[1].endswith("Left out of the sums for their currency: 1 in USD.")
    plots.clear()
    draw(traded, "dynamics")
    (plot,) = plots.values()
    assert plot.footer[1].endswith("Left out of the sums for their currency: 1 in USD.")
    plots.clear()
    by_day = ("report", "dynamics", "open-sum", "--by", "day")
    answer = traded.run(*by_day, "--png", "a.png", "--size", "400")
    assert answer.code == 0
    (plot,) = plots.values()
    assert (
        "At most on one day: left out of the sums for their currency: 1 in USD." in (plot.footer[1])
    )
    plots.clear()
    draw(traded, "win-loss", "--currency", "USD")
    (plot,) = plots.values()
    assert [sum(one.values) for one in plot.series] == [1, 0]
    assert "Left out for their currency: 3 in EUR." in plot.footer[1]


def test_reasons_are_those_of_lost_deals_and_wins_are_counted_below(traded, plots):
    answer = traded.run("report", "win-loss", "--by", "reason", "--png", "a.png", "--size", "400")
    assert answer.code == 0
    (plot,) = plots.values()
    assert (plot.categories, plot.series[0].values) == (("No budget",), numbers(1))
    assert [one.name for one in plot.series] == ["Lost"]
    assert "Not drawn: 1 won deal, for which there is no reason." in plot.footer[1]


def test_an_outcome_that_no_deal_of_a_reason_had_is_a_bar_of_zero_as_in_months(traded, plots):
    other = traded.deal("Rejected", "--at", "2026-09-02")
    closing = ["--outcome", "rejected", "--reason", "no-answer"]
    traded.do("opp", "close", other, *closing, "--at", "2026-10-07")
    draw(traded, "win-loss", "--by", "reason")
    (plot,) = plots.values()
    assert sorted(zip(*(one.values for one in plot.series), strict=True)) == [(0, 1), (1, 0)]


def test_rivals_are_drawn_without_those_who_had_none(traded, plots):
    answer = traded.run(
        "report", "win-loss", "--by", "competitor", "--png", "a.png", "--size", "400"
    )
    assert answer.code == 0
    (plot,) = plots.values()
    assert plot.categories == ()
    assert "Not drawn: 2 deals without a competitor." in plot.footer[1]


def test_dynamics_are_a_line_in_the_stores_currency(traded, plots):
    draw(traded, "dynamics")
    (plot,) = plots.values()
    assert (plot.shape, plot.unit) == ("line", "EUR")
    assert plot.categories[0] == "October 2026"
    assert plot.series[0].values[0] == Decimal("190000.00")


def test_a_forecast_is_plan_actual_and_weighted_of_each_month_or_row(traded, plots):
    draw(traded, "forecast", "--months", "--as-of", "2026-11-02")
    (plot,) = plots.values()
    assert plot.shape == "column"
    assert plot.categories == ("Oct 2026", "Nov 2026", "Dec 2026")
    plan, actual, weighted = plot.series
    assert [plan.name, actual.name, weighted.name] == ["Plan", "Actual", "Weighted"]
    assert actual.values == numbers("190000.00", 0, 0)
    plots.clear()
    draw(traded, "forecast")
    (plot,) = plots.values()
    assert "by owner" in plot.subtitle


def test_a_forecast_of_a_period_that_has_not_begun_has_its_plans(traded, plots):
    traded.do("plan", "set", "company", "2027-Q1", "7")
    answer = traded.run("report", "forecast", "--period", "2027-Q1", "--png", "a.png")
    assert answer.code == 0
    (plot,) = plots.values()
    assert not any("No figures" in line for line in plot.footer)


def test_managers_are_bars_of_what_ranks_them(traded, plots):
    draw(traded, "managers")
    (plot,) = plots.values()
    assert (plot.shape, plot.unit) == ("bar", "EUR")
    assert plot.series[0].values[0] == Decimal("190000.00")
    plots.clear()
    draw(traded, "managers", "--rank-by", "win-rate", "--min-deals", "2")
    (plot,) = plots.values()
    assert (plot.unit, plot.categories) == ("%", ("Anna Berzina", "Борис Калныньш"))
    assert "not ranked: fewer than 2 closed." in plot.footer[1]


def test_the_state_is_a_bar_of_each_number_by_row(traded, plots):
    draw(traded, "state")
    (plot,) = plots.values()
    names = [one.name for one in plot.series]
    assert names == ["Open", "Overdue", "Undated", "Stale", "No next step"]
    assert sum(plot.series[0].values) == 1
    assert "without a close date" not in plot.title


def test_the_time_in_stages_is_mean_and_median_or_the_mean_of_each_row(traded, plots):
    draw(traded, "stage-time")
    (plot,) = plots.values()
    assert (plot.shape, plot.unit) == ("bar", "days")
    assert {one.name for one in plot.series} >= {"Борис Калныньш"}
    plots.clear()
    answer = traded.run("report", "stage-time", "--png", "a.png")
    assert answer.code == 0
    (plot,) = plots.values()
    mean = next(one for one in plot.series if one.name == "Mean")
    assert isinstance(mean, Series)
    assert len(plot.categories) == len(mean.values) > 0


def test_the_flow_is_stacked_columns_of_what_became_of_visits(traded, plots):
    draw(traded, "flow")
    (plot,) = plots.values()
    assert (plot.shape, plot.stacked) == ("column", True)
    assert [one.name for one in plot.series] == ["Advanced", "Lost", "Back", "Still there"]
    assert [one.values[0] for one in plot.series] == [1, 1, 0, 1]


def test_norms_are_bars_of_win_rates(traded, plots):
    draw(traded, "norms")
    (plot,) = plots.values()
    assert (plot.shape, plot.unit) == ("bar", "%")
    assert plot.series[0].values[0] == Decimal("33.33")


def test_fullness_is_what_is_open_beside_what_each_stage_would_need(traded, plots):
    draw(traded, "fullness", "--required", "2")
    (plot,) = plots.values()
    assert [one.name for one in plot.series] == ["Open", "Needed alone"]
    assert [one.values[0] for one in plot.series] == [1, 6]  # 2 wins at one of three
    assert "Fullness: 16.67 %." in plot.footer[1]


def test_a_drill_is_bars_of_its_rows_and_a_list_of_deals_has_no_picture(traded, plots):
    draw(traded, "drill")
    (plot,) = plots.values()
    assert (plot.categories, plot.series[0].values) == (("Anna Berzina",), numbers(1))
    answer = traded.run("report", "drill", "won", "--png", "b.png")
    assert (answer.code, answer.out) == (2, "")
    assert "--by says what the bars are of" in answer.err


def test_what_moved_a_forecast_is_bars_from_day_to_day(traded, plots):
    draw(traded, "forecast-diff", "--as-of", "2026-10-20")
    (plot,) = plots.values()
    moved = dict(zip(plot.categories, plot.series[0].values, strict=True))
    assert next(iter(moved)) == "3 Oct 2026"
    assert list(moved)[-1] == "20 Oct 2026"
    assert moved["20 Oct 2026"] == Decimal("190000.00")
    assert sum(list(moved.values())[:-1]) == moved["20 Oct 2026"]


def test_fonts_are_looked_for_in_the_folder_of_who_draws(traded, monkeypatch):
    chart = importlib.import_module("salescli.report.pictures.chart")
    homes = []
    monkeypatch.setattr(chart, "find_fonts", lambda home: homes.append(home) or [])
    traded.do("person", "create", "い", "--id", "wide")
    traded.deal("Wide", "--budget", "1", "--owner", "wide", "--at", "2026-10-05")
    traded.environ = {**traded.environ, "HOME": "mine"}
    draw(traded, "state")
    traded.do("report", "dashboard", "comparison", "--png", "pictures", "--size", "400")
    traded.do("report", "dashboard", "comparison", "--html", "page.html")
    assert len(homes) >= 3
    assert set(homes) == {"mine"}
