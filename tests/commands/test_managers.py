"""`salescli report managers`: rows by person, the line, what was done, formats."""

import csv
import json

import pytest

from tests.shop import made_once


@pytest.fixture
@made_once
def team(shop):
    """Anna won two deals, Boris one for more; both met and called in October."""
    shop.do("person", "create", "Борис Калныньш", "--id", "boris")
    for title, owner, budget in (("A", "anna", "10"), ("B", "anna", "20"), ("C", "boris", "50")):
        deal = shop.deal(title, "--owner", owner, "--budget", budget, "--at", "2026-10-01")
        shop.do("opp", "close", deal, "--outcome", "won", "--at", "2026-10-11")
    shop.open = shop.deal("Open", "--owner", "boris", "--at", "2026-10-01")
    for kind, owner in (("meeting", "anna"), ("call", "anna"), ("call", "boris"), ("task", "anna")):
        start = ["--type", kind, "--owner", owner, "--start", "2026-10-05"]
        act = shop.make("activity", "plan", shop.open, kind, *start, "--at", "2026-10-02")
        shop.do("activity", "done", act, "--at", "2026-10-06")
    return shop


def document(shop, *options):
    return json.loads(shop.do("report", "managers", *options, "--format", "json").out)


def test_the_document_ranks_and_says_who_closed_enough(team):
    told = document(team, "--min-deals", "2", "--with-ids")
    assert (told["schema"], told["rank_by"], told["min_deals"]) == (
        "salescli/managers@1",
        "won",
        2,
    )
    anna, boris = told["rows"]
    assert (anna["row"], anna["ranked"], anna["closed"]) == ("anna", True, 2)
    assert (boris["row"], boris["name"], boris["ranked"]) == ("boris", "Борис Калныньш", False)
    assert anna["won"]["average"] == {"EUR": "15.00"}
    assert anna["won"]["cycle"] == {"mean": "10.0", "median": "10.0"}
    assert (anna["meetings"], anna["meetings_ids"], anna["calls"]) == (1, [team.open], 1)
    assert (boris["active_ids"], boris["calls"]) == ([team.open], 1)
    assert (told["total"]["calls"], told["total"]["meetings"]) == (2, 1)


def test_what_was_done_later_is_not_yet_done_on_a_past_day(team):
    told = document(team, "--as-of", "2026-10-05")
    assert (told["total"]["calls"], told["total"]["active"]) == (0, 4)


def test_a_call_of_a_past_day_that_was_taken_back_is_left_out(team):
    team.do("undo")  # Anna's task
    team.do("undo")
    team.do("undo")  # Boris's call
    assert document(team)["total"]["calls"] == 1


def test_the_screen_puts_a_line_over_those_who_closed_too_few(team):
    lines = team.do("report", "managers", "--min-deals", "2").out.splitlines()
    assert lines[0].startswith(" Managers · all time · as of 2 Nov 2026 · real-estate · value, EUR")
    assert lines[0].endswith(" · ranked by won in EUR")
    assert [line.split("  ")[0].strip() for line in lines[2:6]] == [
        "Anna Berzina",
        "– fewer than 2 closed",
        "Борис Калныньш",
        "Total",
    ]
    assert "– fewer" not in team.do("report", "managers", "--min-deals", "1").out


def test_where_nobody_is_ranked_no_line_stands_over_all_of_them_and_the_screen_says_why(team):
    out = team.do("report", "managers", "--min-deals", "9").out
    assert "fewer than" not in out
    assert "Nobody is ranked, since nobody closed 9 deals" in out
    assert "Anna Berzina" in out
    page = team.do("report", "dashboard", "best-managers").out  # 5 are asked there
    assert "– fewer" not in page
    assert "Nobody is ranked, since nobody closed 5 deals" in " ".join(page.split())
    assert "Nobody" not in team.do("report", "managers", "--min-deals", "2").out


@pytest.mark.parametrize("rank_by", ["won", "average", "calls", "cycle"])
def test_a_narrow_screen_keeps_what_is_ranked_by(team, rank_by):
    team.is_terminal = True
    told = team.run("report", "managers", "--rank-by", rank_by).out
    assert max(map(len, told.splitlines())) <= 80
    title = {"won": "Won", "average": "Average", "calls": "Calls", "cycle": "Days to win"}[rank_by]
    header = next(line for line in told.splitlines() if line.startswith(" Person"))
    assert header.split("  ")[-1] != title and title in header


def test_csv_and_markdown(team):
    out = team.do("report", "managers", "--min-deals", "2", "--format", "csv").out
    anna, boris, _ = csv.DictReader(out.split("\n"))
    assert (anna["row"], anna["ranked"], anna["won_sum_EUR"], anna["win_rate"]) == (
        "anna",
        "true",
        "30.00",
        "100.00",
    )
    assert (boris["ranked"], boris["calls"], boris["mean_days"]) == ("false", "1", "10.0")
    assert "| Anna Berzina" in team.do("report", "managers", "--format", "md").out


def test_an_empty_store_has_nobody(shop):
    assert document(shop)["rows"] == []
    assert "Total" in shop.do("report", "managers").out


def test_what_is_wrong_is_refused(team):
    assert team.run("report", "managers", "--rank-by", "luck").code == 2
    assert team.run("report", "managers", "--min-deals", "-1").code == 2
    assert team.run("report", "managers", "--owner", "zoe").code == 3
