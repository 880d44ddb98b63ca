"""`salescli report compare`: sides of a real store, its formats, and what it refuses."""

import csv
import json

import pytest

from tests.shop import made_once


@pytest.fixture
@made_once
def team(shop):
    """March: Anna won one of two deals, Boris moved his on. Anna's third came in April."""
    shop.do("department", "create", "North")
    shop.do("department", "create", "South")
    shop.do("department", "create", "North by sea", "--id", "sea", "--parent", "north")
    shop.do("person", "create", "Борис Калныньш", "--id", "boris")
    for title, owner, department, budget, at in (
        ("A", "anna", "north", "100", "2026-03-01"),
        ("B", "anna", "sea", "200", "2026-03-02"),
        ("C", "boris", "south", "50", "2026-03-03"),
        ("D", "anna", "north", "10", "2026-04-01"),
    ):
        options = ["--owner", owner, "--department", department, "--budget", budget, "--at", at]
        shop.deal(title, *options)
    shop.do("opp", "close", "A", "--outcome", "won", "--at", "2026-03-10")
    shop.do("opp", "move", "C", "--to", "key-contacts", "--at", "2026-03-20")
    return shop


def sides(shop, *options):
    told = json.loads(shop.do("report", "compare", *options, "--format", "json").out)
    return told["sides"]


def counts(side):
    return [stage["count"] for stage in side["funnel"]["stages"]]


def alone(shop, *options):
    return json.loads(shop.do("report", "funnel", *options, "--format", "json").out)


def test_owners_beside_each_other_are_their_own_funnels(team):
    anna, boris = sides(team, "--owner", "anna", "--owner", "Борис Калныньш", "--period", "2026-03")
    assert (anna["id"], boris["id"], boris["name"]) == ("anna", "boris", "Борис Калныньш")
    assert (counts(anna), counts(boris)) == ([1, 0, 0, 0, 1], [0, 1, 0, 0, 0])
    assert anna["funnel"] == alone(team, "--owner", "anna", "--period", "2026-03")
    assert boris["funnel"] == alone(team, "--owner", "boris", "--period", "2026-03")
    # Anna went on with 1 of 2 (the win skipped the rest), Boris with 1 of 1.
    assert boris["differences"][0]["conversion"] == "50.00"


@pytest.mark.parametrize("definition", ["reference", "entered"])
def test_periods_have_each_their_own_end(team, definition):
    options = ["--definition", definition, "--with-ids"]
    march, april = sides(team, "--period", "2026-03", "--period", "2026-04", *options)
    assert march["id"] == "2026-03-01..2026-03-31"
    assert (march["name"], april["name"]) == ("March 2026", "April 2026")
    assert march["funnel"] == alone(team, "--period", "2026-03", *options)
    assert april["funnel"] == alone(team, "--period", "2026-04", *options)


def test_a_past_period_is_rebuilt_from_history(team):
    # B went on in May, after both.
    team.do("opp", "move", "B", "--to", "key-contacts", "--at", "2026-05-02")
    march, april = sides(team, "--period", "2026-03", "--period", "2026-04", "--created", "any")
    assert (counts(march), counts(april)) == ([1, 1, 0, 0, 1], [2, 1, 0, 0, 1])
    (half,) = [
        side
        for side in sides(team, "--period", "2026-03", "--period", "2026", "--created", "any")
        if side["name"] == "2026"
    ]
    assert counts(half) == [1, 2, 0, 0, 1]


def test_a_department_takes_in_those_below_it_and_stands_beside_the_company(team):
    company, north, south = sides(
        team, "--department", "North", "--department", "south", "--with", "company"
    )
    assert (company["id"], company["name"], company["differences"]) == (None, "Company", None)
    assert (counts(company), counts(north), counts(south)) == (
        [2, 1, 0, 0, 1],
        [2, 0, 0, 0, 1],
        [0, 1, 0, 0, 0],
    )
    assert company["funnel"] == alone(team)


def test_people_of_one_name_are_told_apart_by_their_ids(team):
    team.do("person", "create", "Anna Berzina", "--id", "anna-2")
    told = sides(team, "--owner", "anna", "--owner", "anna-2")
    assert [side["name"] for side in told] == ["Anna Berzina (anna)", "Anna Berzina (anna-2)"]


def test_the_screen_stands_in_its_width_and_a_pipe_is_not_cut(team):
    options = ["report", "compare", "--owner", "anna", "--owner", "boris", "--with", "company"]
    piped = team.do(*options).out
    assert "Company" in piped and "Борис Калныньш" in piped
    team.is_terminal = True
    shown = team.do(*options)
    assert max(map(len, shown.out.splitlines())) <= 80
    assert "To fit 80 columns, left out: counts of shares." in shown.err


def test_csv_and_markdown(team):
    options = ["report", "compare", "--owner", "anna", "--owner", "boris"]
    rows = list(csv.DictReader(team.do(*options, "--format", "csv").out.splitlines()))
    assert [row["side"] for row in rows] == ["anna"] * 5 + ["boris"] * 5
    assert rows[5]["count_difference"] == "-2"
    assert team.do(*options, "--format", "md").out.startswith("**Comparison** · all time")


def test_pictures_are_written_and_say_how_wide_they_are(team):
    options = ["report", "compare", "--owner", "anna", "--owner", "boris", "--mode", "first-stage"]
    told = team.do(*options, "--png", "c.png", "--svg", "c.svg", "--size", "800")
    assert told.out == ""
    assert "c.png: 800 pixels wide." in told.err
    assert (team.root / "c.png").read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in (team.root / "c.svg").read_bytes()


def test_all_that_is_wrong_is_told_at_once(team):
    told = team.run("report", "compare", "--owner", "x", "--owner", "y", "--period", "2026-13")
    assert told.code == 2
    assert all(text in told.err for text in ("2026-13", "'x'", "'y'"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--owner", "anna"], "two or more"),
        (["--owner", "anna", "--department", "north"], "--owner and --department"),
        (["--with", "company"], "The company alone"),
        (["--owner", "anna", "--owner", "Anna Berzina"], "'anna' is named twice"),
        (["--period", "2026-03", "--period", "2026-03-01..2026-03-31"], "is named twice"),
        (
            ["--owner", "anna", "--owner", "boris", "--period", "2025", "--period", "2026"],
            "--owner",
        ),
        (
            ["--owner", "anna", "--owner", "boris", "--definition", "entered", "--created", "any"],
            "--created",
        ),
    ],
)
def test_what_is_no_comparison_is_wrong_usage(team, options, words):
    told = team.run("report", "compare", *options)
    assert (told.code, told.out) == (2, "")
    assert words in told.err


def test_an_empty_store_compares_nothing_with_nothing(shop):
    shop.do("person", "create", "Boris", "--id", "boris")
    told = shop.do("report", "compare", "--owner", "anna", "--owner", "boris").out
    assert "n/a" in told
    assert "No deals of other processes." in told


@pytest.fixture
def planned(team):
    """For March Anna has 400 planned and Boris 100; she won 100."""
    team.do("plan", "set", "owner=anna", "2026-03", "400")
    team.do("plan", "set", "owner=boris", "2026-03", "100")
    return team


MARCH = ("--period", "2026-03")
OWNERS = ("--owner", "anna", "--owner", "boris", "--period", "2026-03")


def test_each_side_has_the_plan_of_its_own_funnel(planned):
    for side, owner in zip(sides(planned, *OWNERS, "--with-ids"), ("anna", "boris"), strict=True):
        expected = alone(planned, "--owner", owner, "--period", "2026-03", "--with-ids")
        assert side["funnel"]["plan"] is not None
        assert side["funnel"] == expected


def test_plans_stand_below_on_one_scale(planned):
    lines = planned.do("report", "compare", *OWNERS).out.splitlines()
    start = lines.index(" Plan by value: won █, weighted ▒")
    anna, boris = lines[start + 1 : start + 3]
    # The longest plan, 400, takes 30 columns: 100 won are a quarter, Boris's 100 as long.
    assert anna.split()[2] == "█" * 8 + "·" * 22  # 7.5 columns, half up
    assert anna.endswith("25.00 % attained, 25.00 % expected")
    assert boris.split()[2] == "·" * 8
    assert boris.endswith("0.00 % attained, 0.00 % expected")


def test_a_side_without_a_plan_says_why(planned):
    told = planned.do("report", "compare", *OWNERS, "--with", "company").out
    assert "Company         n/a" in told
    assert "Company: no plan for March 2026." in told
    planned.do("plan", "set", "owner=boris", "2026-03", "")
    told = planned.do("report", "compare", *OWNERS).out
    assert " Борис Калныньш: no plan for March 2026. No deals" in told
    planned.do("plan", "set", "owner=anna", "2026-03", "")
    planned.do("plan", "set", "company", "2026-03", "900")
    told = planned.do("report", "compare", *OWNERS).out
    assert "(pp) from Anna Berzina. No plan for March 2026. No deals" in told
    told = planned.do("report", "compare", "--owner", "anna", "--owner", "boris").out
    assert "Plan by value" not in told
    why = "No plan: a plan is of a period that has a first and a last day."
    assert told.count(why) == told.count("a plan is of") == 1
    told = planned.do("report", "compare", *OWNERS[:4], "--owner", "@none").out
    assert told.count(why) == told.count("a plan is of") == 1
    assert "deals without owner have no plan." in told


def test_plans_are_in_the_picture(planned):
    planned.do("report", "compare", *OWNERS, "--svg", "with.svg")
    planned.do("plan", "set", "owner=anna", "2026-03", "")
    planned.do("plan", "set", "owner=boris", "2026-03", "")
    planned.do("report", "compare", *OWNERS, "--svg", "without.svg")
    taller, lower = ((planned.root / f"{name}.svg").read_text() for name in ("with", "without"))
    assert height_of(taller) > height_of(lower)


def height_of(svg):
    return float(svg.partition(' height="')[2].partition("pt")[0])


def test_a_department_says_how_many_of_those_below_it_have_a_plan(team):
    team.do("plan", "set", "department=north", "2026-03", "400")
    told = team.do(
        "report", "compare", "--department", "north", "--department", "south", *MARCH
    ).out
    assert "North: 1 of 2 departments of North has a plan." in told
    assert "South: no plan for March 2026." in told
