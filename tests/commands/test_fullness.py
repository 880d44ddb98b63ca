"""`salescli report fullness` and `norms`, what `plan set` offers, and the plan under the funnel."""

import csv
import json

import pytest

from tests.shop import made_once


@pytest.fixture
@made_once
def traded(shop):
    """Last year two of four deals were won for 100 and 300; three are open now, one in dollars."""
    shop.do("department", "create", "North", "--id", "north")
    shop.do("department", "create", "East", "--id", "east", "--parent", "north")
    shop.do("person", "create", "Борис Калныньш", "--id", "boris")
    for title, budget in (("Won 1", "100"), ("Won 2", "300")):
        won = shop.deal(title, "--budget", budget, "--at", "2025-09-01", "--department", "east")
        shop.do("opp", "close", won, "--outcome", "won", "--at", "2025-09-11")
    for title in ("Lost 1", "Lost 2"):
        lost = shop.deal(title, "--budget", "50", "--at", "2025-09-01", "--owner", "boris")
        closing = ["--outcome", "lost", "--reason", "no-budget", "--at", "2025-10-06"]
        shop.do("opp", "close", lost, *closing)
    soon = ["--close-date", "2026-12-01"]
    shop.deal("Open 1", "--budget", "500", "--department", "north", *soon, "--at", "2026-09-05")
    shop.deal("Open 2", "--budget", "700", "--owner", "boris", *soon, "--at", "2026-09-05")
    shop.deal("Open 3", "--budget", "80 USD", *soon, "--at", "2026-09-05")
    return shop


def document(shop, *options):
    return json.loads(shop.do("report", *options, "--format", "json").out)


def rows(shop, *options):
    return list(csv.DictReader(shop.do("report", *options, "--format", "csv").out.splitlines()))


# --- norms ---------------------------------------------------------------------------------------


def test_norms_of_a_year(traded):
    told = document(traded, "norms", "--period", "2025", "--with-ids")
    assert told["schema"] == "salescli/norms@1"
    first = told["stages"][0]
    assert (first["winrate"]["won"], first["winrate"]["of"]) == (2, 4)
    assert first["winrate"]["percent"] == "50.00"
    assert len(first["winrate"]["of_ids"]) == 4
    # won ones stood 10 days, lost ones 35: mean and median 22.5
    assert first["days"]["mean"] == first["days"]["median"] == "22.5"
    assert told["cycle"] == {"mean": "10.0", "median": "10.0"}
    assert told["average"] == {"EUR": "200.00"}


def test_norms_in_every_format(traded):
    screen = traded.do("report", "norms", "--period", "2025").out
    assert "Cycle: mean 10.0 days, median 10.0, of 2 won deals" in screen
    assert "Average value: 200 EUR" in screen
    found = rows(traded, "norms", "--period", "2025")
    assert found[0]["winrate"] == "50.00"
    assert (found[-1]["name"], found[-1]["average_EUR"]) == ("Cycle", "200.00")
    page = traded.do("report", "norms", "--period", "2025", "--format", "md").out
    assert page.startswith("**Norms** · 2025")


def test_norms_of_an_empty_store(shop):
    out = shop.do("report", "norms").out
    assert "No deal was won: no cycle and no average value" in out
    assert document(shop, "norms")["stages"][0]["winrate"] == {"won": 0, "of": 0, "percent": None}


# --- fullness ------------------------------------------------------------------------------------


def test_fullness_against_a_number_of_wins(traded):
    told = document(traded, "fullness", "--required", "3")
    (part,) = told["parts"]
    # all time: 7 deals entered qualification, 2 were won; 3 are open: 6/7 of a win
    assert (part["expected"], part["required"]) == ("0.8571", 3)
    assert part["fullness"] == {"percent": "28.57"}
    assert part["stages"][0]["needed"] == 11  # 3 / (2/7) = 10.5
    assert told["coverage"]["reason"] == "the company has no plan for 2026-Q4"
    assert told["plan_period"] == {"from": "2026-10-01", "to": "2026-12-31"}


def test_the_reference_is_where_the_open_deals_stand(traded):
    told = document(traded, "fullness", "--period", "2025", "--required", "1")
    assert [one["count"] for one in told["stock"]] == [0, 0, 0, 0]  # open ones came in 2026
    assert told["parts"][0]["expected"] == "0.0000"
    assert (told["open_on"], told["as_of"]) == ("2025-12-31", "2026-11-02")
    screen = traded.do("report", "fullness", "--period", "2025", "--required", "1").out
    assert "Expected: 0.0000 wins: no deal was open on 31 Dec 2025" in screen


def test_open_deals_and_what_is_missing_have_each_their_day(traded):
    traded.do("plan", "set", "company", "2026-Q4", "1000 EUR")
    for format_ in ("table", "md"):
        told = traded.do("report", "fullness", "--period", "2026-09", "--format", format_).out
        assert "September 2026 · open on 30 Sep 2026 · real-estate" in told
        assert "wins of 2 deals open on 30 Sep 2026" in told
        assert "1 200 EUR in the pipeline / 1 000 EUR missing on 2 Nov 2026" in told
    told = traded.do("report", "fullness").out  # one day for all
    assert "all time · as of 2 Nov 2026 · real-estate" in told
    assert "wins of 2 deals open on 2 Nov 2026" in told


def test_fullness_against_the_plan_of_the_company(traded):
    traded.do("plan", "set", "company", "2026-Q4", "1000 EUR")
    told = document(traded, "fullness")
    (part,) = told["parts"]
    # in euros: 6 entered, 2 won, 2 open: 2/3; gap 1000 / average 200: 5 wins; 13.33 %
    assert (part["currency"], part["expected"], part["required"]) == ("EUR", "0.6667", 5)
    assert (part["gap"], part["average"]) == ("1000.00", "200.00")
    assert part["fullness"]["percent"] == "13.33"
    # 500 + 700 in the pipeline, 1000 missing
    assert told["coverage"]["coverage"] == {"EUR": {"ratio": "1.20"}}
    screen = traded.do("report", "fullness").out
    assert (
        "Required: 5 wins = 1 000 EUR missing on 2 Nov 2026 / 200 EUR average, rounded up" in screen
    )
    assert "In EUR" in screen  # the part has fewer deals than the stock


def test_owners_plans_stand_in_for_the_companys(traded):
    traded.do("plan", "set", "owner=boris", "2026-Q4", "600 EUR")
    told = document(traded, "fullness")["coverage"]
    assert (told["of"], told["plan"]) == ("owner", {"EUR": "600.00"})
    assert (told["objects"], told["without_plan"]) == (2, 1)  # Anna has a pipeline and no plan
    assert told["coverage"]["EUR"]["ratio"] == "2.00"  # 1200 of both / 600


def test_a_filter_by_owner_takes_the_owners_plan(traded):
    traded.do("plan", "set", "owner=boris", "2026-Q4", "1400 EUR")
    traded.do("plan", "set", "company", "2026-Q4", "9000 EUR")
    told = document(traded, "fullness", "--owner", "boris")
    assert told["coverage"]["plan"] == {"EUR": "1400.00"}
    assert told["coverage"]["coverage"]["EUR"]["ratio"] == "0.50"  # 700 / 1400
    (part,) = told["parts"]
    assert (part["required"], part["expected"]) == (None, "0.0000")  # Boris has won nothing
    assert "nothing was won" in traded.do("report", "fullness", "--owner", "boris").out


def test_a_department_takes_the_plans_below_it(traded):
    traded.do("plan", "set", "department=east", "2026-Q4", "250 EUR")
    told = document(traded, "fullness", "--department", "north")["coverage"]
    assert (told["of"], told["objects"], told["without_plan"]) == ("department=north", 2, 1)
    assert told["coverage"]["EUR"]["ratio"] == "2.00"  # 500 / 250
    screen = traded.do("report", "fullness", "--department", "north").out
    assert "(1 of 2 departments of North has a plan, by value)" in screen


def test_a_reference_after_the_day_still_has_a_coverage(traded):
    traded.do("plan", "set", "company", "2026-Q4", "1000 EUR")
    out = traded.do("report", "fullness", "--period", "2027").out
    assert "No figures: the period begins after" in out
    assert "Coverage: 1.20" in out
    told = document(traded, "fullness", "--period", "2027")
    assert (told["stock"], told["parts"]) == ([], [])


def test_fullness_in_rows_of_numbers(traded):
    traded.do("plan", "set", "company", "2026-Q4", "1000 EUR")
    found = rows(traded, "fullness")
    kinds = [row["row"] for row in found]
    assert kinds == ["stock"] * 4 + ["stage"] * 4 + ["fullness", "coverage"]
    assert (found[0]["open"], found[0]["sum_EUR"], found[0]["sum_USD"]) == ("3", "1200.00", "80.00")
    assert (found[4]["open"], found[4]["needed"]) == ("2", "15")
    assert (found[8]["expected"], found[8]["fullness"]) == ("0.6667", "13.33")
    assert (found[9]["pipeline"], found[9]["actual"], found[9]["coverage"]) == (
        "1200.00", "0.00", "1.20",
    )  # fmt: skip


def test_both_wrong_periods_are_told_at_once(shop):
    answer = shop.run("report", "fullness", "--period", "never", "--plan-period", "soon")
    assert answer.code == 2
    assert "'never' is not a period" in answer.err
    assert "'soon' is not a period" in answer.err


def test_fullness_of_an_empty_store(shop):
    out = shop.do("report", "fullness").out
    assert "Expected: 0.0000 wins: no deal was open on 2 Nov 2026" in out
    assert "Coverage: n/a, the company has no plan for 2026-Q4" in out


# --- the plan under the funnel -------------------------------------------------------------------


def test_the_funnel_has_the_plan_of_its_period(traded):
    traded.do("plan", "set", "company", "2025-Q3", "800 EUR")
    out = traded.do("report", "funnel", "--period", "2025-Q3").out
    assert "Plan  ███████████████···············  50.00 % attained, 50.00 % expected" in out
    assert "2 deals, 400 EUR (█), and 0 EUR weighted of 800 EUR, by value" in " ".join(out.split())
    told = document(traded, "funnel", "--period", "2025-Q3", "--with-ids")["plan"]
    assert told["attainment"] == {"EUR": {"percent": "50.00"}}
    assert len(told["actual"]["count_ids"]) == 2
    assert told["won"]["EUR"]["count_ids"] == told["actual"]["sum_ids"]["EUR"]


def test_the_funnel_of_another_filter_says_why_it_has_no_plan(traded):
    traded.do("plan", "set", "company", "2025-Q3", "800 EUR")
    out = traded.do("report", "funnel", "--owner", "boris", "--department", "north").out
    assert "Plan: n/a, no plan fits a filter by owner and department." in out


def test_an_open_period_has_no_plan(traded):
    traded.do("plan", "set", "company", "2025-Q3", "800 EUR")
    assert "Plan: n/a, a plan is of a period" in traded.do("report", "funnel").out


def test_csv_of_the_funnel_has_no_plan(traded):
    before = traded.do("report", "funnel", "--period", "2025", "--format", "csv").out
    traded.do("plan", "set", "company", "2025", "800 EUR")
    assert traded.do("report", "funnel", "--period", "2025", "--format", "csv").out == before


# --- what is offered when a plan is made ---------------------------------------------------------


def test_a_plan_is_told_in_wins_and_deals(traded):
    err = traded.do("plan", "set", "company", "2026", "900 EUR").err
    # 2025: average 200, so 5 wins; win rate 2 of 4 at the first stage
    assert "By the norms of 2025 that is 5 wins, 200 EUR on average." in err
    assert "It takes so many deals at one stage: Qualification 10" in err
    assert err.rstrip().split("\n")[-1] == "Next: salescli report forecast --period 2026"


def test_without_a_year_before_the_norms_are_of_all_time(traded):
    err = traded.do("plan", "set", "company", "2028-Q1", "900 EUR").err
    assert "By the norms of all time that is 5 wins" in err


def test_where_norms_say_nothing_nothing_is_said(traded):
    assert "norms" not in traded.do("plan", "set", "owner=boris", "2026", "900 EUR").err
    assert "norms" not in traded.do("plan", "set", "company", "2026", "900 USD").err
    assert "norms" not in traded.do("plan", "set", "need=parking", "2026", "900 EUR").err
    assert "norms" not in traded.do("plan", "set", "company", "2026-Q1", "0 EUR").err
    assert "norms" not in traded.do("plan", "set", "company", "2026-Q1", "").err


def test_each_currency_says_of_which_deals_its_fullness_is(traded):
    traded.do("plan", "set", "company", "2026-Q4", "900")
    told = traded.do("report", "fullness", "--period", "2026").out
    said = "Win rates and what is expected are of deals in EUR and of those without money"
    assert said in told
    one = traded.do("report", "fullness", "--period", "2026", "--currency", "EUR").out
    assert "those without money" not in one
