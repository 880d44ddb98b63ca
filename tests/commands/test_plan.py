"""Plans on the command line: set, listed, taken out; what stands in the file by hand stays."""

import csv
import io
import json

import pytest

from tests.shop import load, made_once

FILE = "plans/2026.yaml"


@pytest.fixture
@made_once
def office(shop):
    """Boris, two departments, a product and a client beside Anna."""
    shop.do("person", "create", "Boris Kalnin", "--id", "boris")
    shop.do("department", "create", "North bank", "--id", "north")
    shop.do("product", "create", "Flat 47", "--id", "flat-b47")
    shop.client = shop.make("contact", "create", "Елена Петрова")
    return shop


def plan(shop, target, period, money):
    return shop.do("plan", "set", target, period, money).out


def test_a_plan_of_each_object_stands_where_the_format_says(office):
    for target, period, money in (
        ("owner=boris", "2026-04", "300 EUR"),
        ("company", "2026", "9000000"),
        ("owner=anna", "2026-04", "250 EUR"),
        ("product=Flat 47", "2026-Q4", "236000.00 EUR"),
        ("department=North bank", "2026-Q2", "1500000"),
        ("need=A parking place", "FY2026-Q3", "10.50 USD"),
        ("client=Елена Петрова", "2026-12", "5"),
    ):
        plan(office, target, period, money)
    assert (
        (office.root / FILE).read_text(encoding="utf-8")
        == f"""\
client:
  {office.client}:
    2026-12: 5.00 EUR
company:
  2026: 9000000.00 EUR
department:
  north:
    2026-Q2: 1500000.00 EUR
need:
  parking:
    FY2026-Q3: 10.50 USD
owner:
  anna:
    2026-04: 250.00 EUR
  boris:
    2026-04: 300.00 EUR
product:
  flat-b47:
    2026-Q4: 236000.00 EUR
"""
    )
    assert office.run("check").code == 0


def test_what_is_printed_names_the_plan(office):
    assert plan(office, "owner=Boris Kalnin", "next-quarter", "3") == "owner=boris 2027-Q1\n"
    assert plan(office, "company", "2026", "3") == "company 2026\n"


def test_each_year_has_a_file_of_its_own(office):
    plan(office, "company", "2026-12", "1")
    plan(office, "company", "2027-01", "1")
    assert sorted(path.name for path in (office.root / "plans").iterdir()) == [
        "2026.yaml",
        "2027.yaml",
    ]


def test_comments_and_lines_of_others_stay_as_they_are(office):
    plan(office, "owner=anna", "2026-04", "250")
    by_hand = (office.root / FILE).read_text(encoding="utf-8")
    by_hand = "# agreed on 5 May\n" + by_hand.replace(
        "    2026-04: 250.00 EUR", "    # she is away in June\n    2026-04:   250.00 EUR # low"
    )
    office.write(FILE, by_hand)
    plan(office, "owner=anna", "2026-05", "300")
    assert (office.root / FILE).read_text(encoding="utf-8") == by_hand + "    2026-05: 300.00 EUR\n"
    plan(office, "owner=anna", "2026-04", "260")
    after = (office.root / FILE).read_text(encoding="utf-8")
    assert "# she is away in June" in after
    assert "# low" in after
    assert load(office.root / FILE)["owner"]["anna"]["2026-04"] == "260.00 EUR"


def test_an_empty_amount_takes_the_plan_out_and_with_the_last_the_file(office):
    plan(office, "owner=anna", "2026-04", "250")
    plan(office, "owner=boris", "2026-04", "300")
    plan(office, "owner=anna", "2026-04", "")
    assert load(office.root / FILE) == {"owner": {"boris": {"2026-04": "300.00 EUR"}}}
    plan(office, "owner=boris", "2026-04", "")
    assert not (office.root / FILE).exists()
    answer = office.do("plan", "set", "owner=boris", "2026-04", "")
    assert answer.err == "There is no such plan.\n"


def test_a_file_with_words_of_its_own_stays_when_its_last_plan_goes(office):
    plan(office, "company", "2026", "1")
    office.write(FILE, "# ours\n" + (office.root / FILE).read_text(encoding="utf-8"))
    plan(office, "company", "2026", "")
    assert "# ours" in (office.root / FILE).read_text(encoding="utf-8")
    assert office.run("check").code == 0
    plan(office, "company", "2026-Q1", "2")
    assert load(office.root / FILE) == {"company": {"2026-Q1": "2.00 EUR"}}


def test_the_same_again_changes_nothing(office):
    plan(office, "company", "2026", "1")
    before = office.tree()
    assert "Nothing to change" in office.do("plan", "set", "company", "2026", "1.00 EUR").err
    assert office.tree() == before


def test_a_dry_run_shows_the_line_and_undo_takes_it_back(office):
    shown = office.do("plan", "set", "company", "2026", "1", "--dry-run").out
    assert "+  2026: 1.00 EUR" in shown
    assert not (office.root / FILE).exists()
    plan(office, "company", "2026", "1")
    office.do("undo")
    assert not (office.root / FILE).exists()


def test_the_same_days_under_another_key_are_refused_with_the_line_that_works(office):
    plan(office, "company", "2026-Q3", "5")
    answer = office.run("plan", "set", "company", "FY2026-Q3", "6")
    assert answer.code == 1
    assert 'salescli plan set company 2026-Q3 "6.00 EUR"' in answer.err
    plan(office, "owner=anna", "FY2026-Q3", "6")  # of another object it is no second one


def test_all_faults_are_told_together(office):
    answer = office.run("plan", "set", "owner=bob", "2026-13", "ten")
    assert answer.code == 3
    for words in ("no person 'bob'", "'2026-13' is not a period", "'ten' is not an amount"):
        assert words in answer.err
    assert office.run("plan", "set", "onwer=anna", "2026", "1").err.count("owner") == 1


@pytest.mark.parametrize("target", ["", "anna", "owner", "owner=", "company=x", "=anna"])
def test_what_has_no_plan_is_refused(office, target):
    answer = office.run("plan", "set", target, "2026", "1")
    assert (answer.code, answer.out) == (2, "")
    assert "nothing that has a plan" in answer.err


def test_who_has_left_gets_no_plan_and_can_lose_one(office):
    plan(office, "owner=boris", "2026-04", "300")
    office.do("person", "leave", "boris", "--to", "anna", "--on", "2026-10-31")
    answer = office.run("plan", "set", "owner=boris", "2026-12", "300")
    assert (answer.code, "boris left on" in answer.err) == (1, True)
    plan(office, "owner=boris", "2026-04", "")


def test_a_list_shows_all_or_those_of_a_kind_an_object_or_a_period(office):
    for target, period in (("company", "2026"), ("owner=anna", "2026-Q1"), ("owner=boris", "2027")):
        plan(office, target, period, "1000")

    def listed(*options):
        rows = json.loads(office.do("plan", "list", *options, "--format", "json").out)["plans"]
        return [(row["object"], row["id"], row["period"]) for row in rows]

    everything = [
        ("company", None, "2026"),
        ("owner", "anna", "2026-Q1"),
        ("owner", "boris", "2027"),
    ]
    assert listed() == everything
    assert listed("company") == everything[:1]
    assert listed("owner") == everything[1:]
    assert listed("owner=Boris Kalnin") == everything[2:]
    assert listed("--period", "2026") == everything[:2]
    assert listed("client") == []


def test_every_format_of_a_list(office):
    plan(office, "company", "2026", "1234567.50")
    plan(office, "client=Елена Петрова", "2026-Q1", "1000")
    table = office.do("plan", "list")
    assert table.out.splitlines()[1].split() == (
        ["client", office.client, "Елена", "Петрова", "2026-Q1", "1", "000", "EUR"]
    )
    assert table.err == "2 plans.\n"
    rows = list(csv.DictReader(io.StringIO(office.do("plan", "list", "--format", "csv").out)))
    assert rows[1] == {
        "object": "company", "id": "", "name": "", "period": "2026", "plan": "1234567.50 EUR",
    }  # fmt: skip
    line = office.do("plan", "list", "company", "--format", "jsonl").out
    assert json.loads(line)["plan"] == "1234567.50 EUR"
    assert "| company |" in office.do("plan", "list", "--format", "md").out


def test_an_empty_store_has_no_plans_and_says_so(shop):
    assert (shop.do("plan", "list").out, shop.do("plan", "list").err) == ("", "No plans yet.\n")


def test_a_broken_file_of_plans_is_told_with_its_line(office):
    plan(office, "company", "2026", "1")
    office.replace(FILE, "  2026: 1.00 EUR", "  2025: 1.00 EUR")
    for arguments in (
        ["plan", "list"],
        ["plan", "set", "company", "2026-Q1", "2"],
        ["report", "forecast", "--period", "2026"],
    ):
        answer = office.run(*arguments)
        assert (answer.code, f"{FILE}:2:9" in answer.err) == (4, True), arguments


def test_a_funnel_without_a_plan_of_the_company_says_who_has_one(office):
    def told(*options):
        return " ".join(office.do("report", "funnel", *options).out.split())

    plan(office, "owner=boris", "2026-11", "300")
    assert (
        "Plan: n/a, the company has no plan for November 2026. 1 owner has one: "
        "salescli report forecast --by owner --period 2026-11" in told("--period", "2026-11")
    )
    plan(office, "owner=anna", "2026-11", "300")
    plan(office, "department=north", "2026-11", "300")
    assert "2 owners and 1 department have one: salescli report forecast --by owner" in told(
        "--period", "this-month"
    )
    # Of October nobody has one; the whole of November, day by day, is November.
    assert told("--period", "2026-10").count("has") == 1
    assert "--period 2026-11" in told("--period", "2026-11-01..2026-11-30")
    plan(office, "company", "2026-11", "600")
    assert "have one" not in told("--period", "2026-11")
