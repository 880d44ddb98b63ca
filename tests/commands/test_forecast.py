"""Forecasts on the command line: the fixture of domain.md section 7, formats, what moved one."""

import csv
import io
import json
from decimal import Decimal

import pytest

from salescli.report.text.numbers import width_of
from tests.shop import made_once

MARCH = ("--as-of", "2024-03-31")
STAGES = {"K": "key-contacts", "P": "proposal-preparation", "S": "proposal-presentation"}
FIXTURE = (  # domain.md section 6, with what section 7 adds: expected closing, probability by hand
    ("D1", "anna", "100", "", "", "Q 02, K 05, P 10, S 20, W 28"),
    ("D2", "anna", "200", "2024-04-30", "", "Q 04, K 12"),
    ("D3", "boris", "150", "2024-04-15", "", "Q 06, P 15"),
    ("D4", "boris", "80", "", "", "Q 08, K 18, L 25"),
    ("D5", "boris", "300", "2024-04-01", "", "Q 01, K 02, P 05, S 22"),
    ("D6", "anna", "50", "", "", "Q 20"),
    ("D7", "anna", "120", "2024-04-10", "30", "Q 03, K 06, P 14, K 19"),
    ("D8", "boris", "90", "", "", "Q 01"),
)


@pytest.fixture
@made_once
def fixture(shop):
    """The deals and plans of the fixture, written by commands."""
    shop.do("person", "create", "Boris", "--id", "boris")
    shop.do("person", "set", "anna", "--name", "Anna")
    for title, owner, budget, closes, probability, moves in FIXTURE:
        (_, born), *others = (move.split(" ") for move in moves.split(", "))
        options = ["--close-date", closes] if closes else []
        at = ["--at", f"2024-03-{born}T09:00"]
        deal = shop.deal(title, "--owner", owner, "--budget", budget, *options, *at)
        for letter, day in others:
            at = ["--at", f"2024-03-{day}T12:00"]
            if letter == "W":
                shop.do("opp", "close", deal, "--outcome", "won", *at)
            elif letter == "L":
                shop.do("opp", "close", deal, "--outcome", "lost", "--reason", "price", *at)
            else:
                shop.do("opp", "move", deal, "--to", STAGES[letter], *at)
        if probability:
            shop.do("opp", "set", deal, "--probability", probability, "--at", "2024-03-20")
    for target, period, money in (
        ("owner=anna", "2024-03", "120"),
        ("owner=anna", "2024-04", "250"),
        ("owner=boris", "2024-04", "300"),
    ):
        shop.do("plan", "set", target, period, money)
    return shop


def document(shop, *options, report="forecast"):
    return json.loads(shop.do("report", report, *options, "--format", "json").out)


def test_every_cell_of_the_fixture_through_commands(fixture):
    out = fixture.do("report", "forecast", "--period", "2024-04", *MARCH, "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(out)))
    names = "plan actual pipeline weighted expected_percent coverage".split()
    assert [(row["row"], row["name"], *(row[name] for name in names)) for row in rows[:3]] == [
        ("row", "Anna", "250.00", "0.00", "320.00", "116.00", "46.40", "1.28"),
        ("row", "Boris", "300.00", "0.00", "450.00", "240.00", "80.00", "1.50"),
        ("total", "", "550.00", "0.00", "770.00", "356.00", "64.73", "1.40"),
    ]
    # Undated: D6 and D8, 50 and 90 at the 10 % of qualification.
    assert (rows[3]["row"], rows[3]["pipeline"], rows[3]["weighted"]) == (
        "undated",
        "140.00",
        "14.00",
    )


def test_march_of_anna_through_commands(fixture):
    anna = document(fixture, "--period", "2024-03", *MARCH)["rows"][0]["columns"][0]
    assert anna["attainment"] == {"EUR": {"percent": "83.33"}}
    assert anna["gap"] == {"EUR": "20.00"}
    assert anna["actual"] == {"count": 1, "sum": {"EUR": "100.00"}, "without_value": 0}


def test_the_screen_of_the_fixture(fixture):
    assert fixture.do("report", "forecast", "--period", "2024-04", *MARCH).out.splitlines() == [
        " Forecast · April 2024 · as of 31 Mar 2024 · real-estate · by owner · value, EUR",
        " Owner    Plan  Actual  Weighted  Expected   Exp. %  Attained  Gap  Pipeline  Cover",
        " Anna      250       0       116       116  46.40 %    0.00 %  250       320   1.28",
        " Boris     300       0       240       240  80.00 %    0.00 %  300       450   1.50",
        " Total     550       0       356       356  64.73 %    0.00 %  550       770   1.40",
        " Undated                      14                                         140",
        " Overdue and undated deals are in no pipeline above. No deals of other processes.",
    ]


def test_the_document_has_the_manner_of_the_others(fixture):
    made = document(fixture, "--period", "2024-04", "--owner", "anna", *MARCH, "--with-ids")
    assert made["schema"] == "salescli/forecast@1"
    assert (made["as_of"], made["period"], made["sum"], made["filters"], made["by"]) == (
        "2024-03-31",
        {"from": "2024-04-01", "to": "2024-04-30"},
        "value",
        {"process": "real-estate", "owner": ["anna"]},
        "owner",
    )
    (row,) = made["rows"]
    assert (row["owner"], row["name"]) == ("anna", "Anna")
    (column,) = row["columns"]
    assert len(column["pipeline"]["count_ids"]) == column["pipeline"]["count"] == 2
    assert column["coverage"] == {"EUR": {"ratio": "1.28"}}
    assert column["actual"] == {
        "count": 0,
        "sum": {},
        "without_value": 0,
        "count_ids": [],
        "sum_ids": {},
        "without_value_ids": [],
    }
    assert made["total"][0]["without_plan"] == 0


def test_today_as_of_is_the_same_as_without_it(fixture):
    assert document(fixture) == document(fixture, "--as-of", "today")


def test_a_filter_of_another_kind_drops_the_plans_and_says_so(fixture):
    fixture.do("department", "create", "North", "--id", "north")
    answer = fixture.do(
        "report", "forecast", "--department", "north", "--period", "2024-04", *MARCH
    )
    assert "No plans: the filter by department narrows the rows." in answer.out
    made = document(fixture, "--department", "north", "--by", "department", "--period", "2024-04")
    assert made["has_plans"] is True


def test_departments_below_have_rows_and_plans_of_their_own(shop):
    shop.do("department", "create", "Sales", "--id", "sales")
    shop.do("department", "create", "North", "--id", "north", "--parent", "sales")
    shop.do("department", "create", "South", "--id", "south")
    for name, money in (("sales", "10"), ("north", "20"), ("south", "40")):
        shop.do("plan", "set", f"department={name}", "2026-12", money)
        shop.deal(name, "--department", name, "--budget", money, "--close-date", "2026-12-01")
    made = document(shop, "--by", "department", "--department", "sales", "--period", "2026-12")
    plans = [(row["department"], row["columns"][0]["plan"]["EUR"]) for row in made["rows"]]
    assert plans == [("north", "20.00"), ("sales", "10.00")]
    assert made["total"][0]["plan"] == {"EUR": "30.00"}


@pytest.mark.parametrize("by", ["client", "need", "department", "product", "owner"])
def test_however_it_is_cut_the_total_is_the_same(fixture, by):
    made = document(fixture, "--by", by, "--period", "2024-03..2024-04", "--months", *MARCH)
    whole = made["total"][-1]
    assert (whole["actual"]["sum"], whole["pipeline"]["sum"], whole["weighted"]) == (
        {"EUR": "100.00"}, {"EUR": "770.00"}, {"EUR": "356.00"},
    )  # fmt: skip
    columns = [row["columns"][-1] for row in made["rows"]]
    columns += [made["without"][-1]] if made["without"] else []
    assert sum(Decimal(c["pipeline"]["sum"].get("EUR", "0")) for c in columns) == 770


def test_by_product_lines_and_the_rest_stand_apart(shop):
    shop.do("product", "create", "Flat 47", "--id", "flat", "--price", "200")
    deal = shop.deal("A", "--close-date", "2026-12-01", "--probability", "10")
    shop.do("opp", "product", "add", deal, "flat", "--quantity", "2", "--discount", "25")
    shop.do("opp", "product", "add", deal, "--title", "Kitchen", "--price", "50")
    shop.do("plan", "set", "product=flat", "2026-12", "1000")
    out = shop.do(
        "report", "forecast", "--by", "product", "--period", "2026-12", "--format", "csv"
    ).out
    rows = [
        (r["row"], r["product"], r["pipeline"], r["weighted"])
        for r in csv.DictReader(io.StringIO(out))
    ]
    assert rows == [
        ("row", "flat", "300.00", "30.00"),
        ("without", "", "50.00", "5.00"),
        ("total", "", "350.00", "35.00"),
    ]
    assert "without product" in shop.do("report", "forecast", "--by", "product").out


def test_the_past_has_its_lines_and_values(shop):
    shop.do("product", "create", "Flat 47", "--id", "flat", "--price", "2026-01-01=200")
    deal = shop.deal("A", "--close-date", "2026-12-01", "--at", "2026-10-01")
    shop.do("opp", "product", "add", deal, "flat", "--at", "2026-10-10")
    shop.do("opp", "set", deal, "--close-date", "2026-12-05", "--at", "2026-10-20")
    past = ["--by", "product", "--as-of"]
    assert document(shop, *past, "2026-10-05")["rows"] == []
    (row,) = document(shop, *past, "2026-10-15")["rows"]
    assert row["columns"][0]["pipeline"]["sum"] == {"EUR": "200.00"}


def test_markdown_escapes_what_users_wrote(shop):
    shop.do("person", "set", "anna", "--name", "Anna | <b>")
    shop.deal("A", "--budget", "5", "--close-date", "2026-12-01")
    out = shop.do("report", "forecast", "--format", "md").out
    assert "Anna \\| \\<b\\>" in out
    assert out.startswith("**Forecast** · ")


def test_formulas_in_names_are_guarded_in_csv(shop):
    shop.do("person", "set", "anna", "--name", "=1+1")
    shop.deal("A", "--budget", "5", "--close-date", "2026-12-01")
    options = ["report", "forecast", "--format", "csv"]
    assert ",'=1+1," in shop.do(*options).out
    assert ",=1+1," in shop.do(*options, "--raw").out


def test_a_terminal_is_never_wider_than_it_is_and_told_what_was_cut(fixture):
    fixture.is_terminal = True
    fixture.do("person", "set", "anna", "--name", "Анна Бергс-Миллер из северного отдела")
    for options in (["--months", "--period", "2024-03..2024-04"], ["--period", "2024-04"]):
        answer = fixture.do("report", "forecast", *options, *MARCH)
        assert max(map(width_of, answer.out.splitlines())) <= 80
        assert "To fit" in answer.err
    answer = fixture.do("report", "forecast-diff", "--since", "2024-03-10", *MARCH)
    assert max(map(width_of, answer.out.splitlines())) <= 80


def test_a_narrow_terminal_loses_cents_before_columns(shop):
    shop.is_terminal = True
    shop.do("plan", "set", "owner=anna", "2026-12", "1000000")
    shop.deal("A", "--budget", "1234567.50", "--close-date", "2026-12-01")
    answer = shop.do("report", "forecast", "--period", "2026-12")
    assert answer.err.startswith("Amounts are rounded to whole ones. ")
    line, _ = (line for line in answer.out.splitlines() if "Anna" in line)  # two tables
    # 10 % of 1 234 567.50 are 123 456.75
    assert "1 000 000" in line
    assert line.count("123 457") == 2  # weighted, and so expected
    assert "123 457" in line
    shop.is_terminal = False
    assert "1 234 567.50" in shop.do("report", "forecast", "--period", "2026-12").out


def test_an_empty_store_has_an_empty_forecast_in_every_format(shop):
    assert document(shop)["rows"] == []
    for format_ in ("table", "csv", "md"):
        assert shop.do("report", "forecast", "--format", format_, "--period", "2026-Q4").out
        assert shop.do("report", "forecast-diff", "--since", "yesterday", "--format", format_).out
    assert document(shop, "--since", "yesterday", report="forecast-diff")["changes"] == []


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--by", "colour"], 2, "colour"),
        (["--period", "soon"], 2, "not a period"),
        (["--months"], 2, "120 months"),
        (["--months", "--period", "2000..2026"], 2, "this one has 324"),
        (["--owner", "ghost"], 3, "no person 'ghost'"),
        (["--as-of", "tomorrow"], 2, "still to come"),
        (["--currency", "EURO"], 2, "not a currency"),
    ],
)
def test_what_was_typed_wrongly_is_told(shop, options, code, words):
    answer = shop.run("report", "forecast", *options)
    assert (answer.code, answer.out) == (code, "")
    assert words in answer.err


def test_who_filters_by_nobody_is_told_who_there_is_and_not_how_to_add_one(shop):
    told = " ".join(shop.run("report", "forecast", "--owner", "ghost").err.split())
    assert "There is anna." in told and "adds one" not in told
    assert "Did you mean anna" in shop.run("report", "forecast", "--owner", "ana").err
    names = ["boris", "carl", "dora", "egor", "fred"]
    for name in names:
        shop.do("person", "create", name)
    told = " ".join(shop.run("agenda", "--person", "ghost").err.split())
    assert "There are anna, boris, carl, dora, egor …" in told and "adds one" not in told
    shop.deal("A")
    told = shop.run("opp", "set", "A", "--owner", "ghost")
    assert "adds one" in told.err
    assert "department create" in shop.run("report", "forecast", "--department", "x").err


def test_since_is_a_day_before_the_as_of_day(shop):
    assert shop.run("report", "forecast-diff").code == 2
    for since in ("today", "tomorrow", "then"):
        assert shop.run("report", "forecast-diff", "--since", since).code == 2
    assert shop.run("report", "forecast-diff", "--since", "2024-03-31", *MARCH).code == 2


def test_a_record_that_cannot_be_read_fails_the_report_or_is_counted(fixture):
    (path, *_) = fixture.root.glob("opportunities/*/d2--*/opportunity.yaml")
    path.write_text("title: [", encoding="utf-8")
    for report in (["forecast"], ["forecast-diff", "--since", "2024-03-10"]):
        assert fixture.run("report", *report).code == 4
        made = document(fixture, *report[1:], "--skip-invalid", report=report[0])
        assert made["invalid"] == 1


def test_what_moved_the_forecast_adds_up_to_both_days(fixture):
    options = ["--period", "2024-03..2024-04"]
    moved = document(
        fixture, *options, *MARCH, "--since", "2024-03-10", "--with-ids", report="forecast-diff"
    )
    for day, side in (("2024-03-10", "before"), ("2024-03-31", "after")):
        whole = document(fixture, *options, "--as-of", day)["total"][0]
        sums = moved[side]["sums"]["EUR"]
        for name, found in (
            ("actual", whole["actual"]["sum"]),
            ("pipeline", whole["pipeline"]["sum"]),
            ("weighted", whole["weighted"]),
            ("expected", whole["expected"]),
        ):
            assert Decimal(sums[name]) == Decimal(found.get("EUR", "0")), (day, name)
        assert moved[side]["counts"]["pipeline"] == whole["pipeline"]["count"]
    for name in ("actual", "pipeline", "weighted", "expected"):
        changes = sum(Decimal(change["sums"]["EUR"][name]) for change in moved["changes"])
        before, after = (Decimal(moved[side]["sums"]["EUR"][name]) for side in ("before", "after"))
        assert before + changes == after
        reasons = sum(Decimal(reason["sums"]["EUR"][name]) for reason in moved["reasons"])
        assert reasons == changes
    # D1 had no date and was won. On 10 March D2 was at 10 %, on the 12th it came to 40; D3 was at
    # 10 and came to 40; D5 from 40 to 60. D7 was at K, at 40, and is at 30 by hand.
    titles = {(change["reason"], change["title"]) for change in moved["changes"]}
    assert titles == {
        ("won", "D1"),
        ("probability-up", "D2"),
        ("probability-up", "D3"),
        ("probability-up", "D5"),
        ("probability-down", "D7"),
    }
    assert [(r["reason"], r["count"], len(r["count_ids"])) for r in moved["reasons"]] == [
        ("won", 1, 1),
        ("probability-up", 3, 3),
        ("probability-down", 1, 1),
    ]


MONEY = ("Expected", "Actual", "Pipeline", "Weighted")


def test_the_screen_of_what_moved(fixture):
    out = fixture.do(
        "report", "forecast-diff", "--period", "2024-03..2024-04", "--since", "2024-03-10", *MARCH
    ).out
    lines = out.splitlines()
    assert lines[1].split() == [*("What", "Id", "Deal"), *MONEY]
    assert lines[2].split() == ["10", "Mar", "2024", "203", "0", "770", "203"]
    d1 = lines[3].split()[1]
    assert json.loads(fixture.do("opp", "show", d1, "--format", "json").out)["title"] == "D1"
    assert lines[3].split() == ["won", d1, "D1", "+100", "+100", "0", "0"]
    assert lines[-2].split() == ["31", "Mar", "2024", "456", "100", "770", "356"]
    assert lines[-1] == " 5 deals moved it. No deals of other processes."


def test_deals_of_one_title_are_told_apart_by_ids_that_a_terminal_shortens(shop):
    options = ("--budget", "100", "--close-date", "2026-12-01")
    ids = [shop.deal("Flat 47", *options) for _ in range(2)]
    diff = ("report", "forecast-diff", "--period", "2026-12", "--since", "2026-11-01")
    piped = [line.split()[1] for line in shop.do(*diff).out.splitlines() if "Flat" in line]
    assert sorted(piped) == sorted(ids)
    shop.is_terminal = True
    shown = [line.split()[1] for line in shop.do(*diff).out.splitlines() if "Flat" in line]
    assert [f"opp-{one}" for one in shown] == [one[: len("opp-") + 4] for one in piped]
    assert "Flat 47" in shop.do("opp", "show", shown[0]).out


def test_a_deal_that_moves_no_money_is_counted_and_not_listed(shop):
    shop.deal("Moneyless", "--close-date", "2026-12-01")
    shop.deal("Paid", "--budget", "100", "--close-date", "2026-12-01")
    answer = shop.do("report", "forecast-diff", "--period", "2026-12", "--since", "2026-11-01")
    assert "Paid" in answer.out
    assert "Moneyless" not in answer.out
    assert "1 deal moved it. 1 deal that moved no money is not listed." in answer.out
