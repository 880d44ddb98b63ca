"""`salescli dashboard …` and `report dashboard`: figures by hand, formats, what can't be."""

import hashlib
import json

import pytest

from salescli.report.pictures import chart as pictures
from salescli.workspace.initialising import DASHBOARDS
from tests.shop import made_once

BLOCKS = """\
name: Board
period: 2026-10
blocks:
"""


@pytest.fixture
@made_once
def sold(shop):
    """Two won by Anna, one lost by Boris in dollars, two open, one of them without a budget."""
    shop.do("person", "create", "Boris | <b>Kalnin</b>", "--id", "boris")
    shop.do("plan", "set", "company", "2026-10", "250 EUR")
    big, small = ["--category", "enterprise"], ["--category", "small"]
    a = shop.deal("A", "--budget", "100", "--at", "2026-09-01", *big)
    shop.do("opp", "close", a, "--outcome", "won", "--revenue", "90", "--at", "2026-09-11")
    b = shop.deal("B", "--budget", "200", "--at", "2026-09-05")
    shop.do("opp", "close", b, "--outcome", "won", "--at", "2026-10-05")
    of_boris = ["--owner", "boris"]
    c = shop.deal("C", "--budget", "80 USD", "--at", "2026-09-01", *of_boris, *small)
    shop.do("opp", "close", c, "--outcome", "lost", "--reason", "price", "--at", "2026-10-06")
    dated = ["--close-date", "2026-11-20", "--at", "2026-10-10"]
    d = shop.deal("D", "--budget", "300", *of_boris, *small, *dated)
    e = shop.deal("E", "--close-date", "2026-11-05", "--at", "2026-10-12")
    shop.ids = {"A": a, "B": b, "C": c, "D": d, "E": e}
    return shop


def blocks_of(shop, text, *options):
    """The blocks of a dashboard of these lines, as the JSON has them."""
    (shop.root / "board.yaml").write_text(BLOCKS + text, encoding="utf-8")
    out = shop.do("report", "dashboard", "board.yaml", "--format", "json", *options).out
    return json.loads(out)["blocks"]


def metric(shop, *lines, options=()):
    """unit → (value, previous, change, plan, attainment) of one metric."""
    text = "".join(f"    {line}\n" for line in lines)
    head = "  - block: one\n    kind: metric\n    title: One\n"
    (block,) = blocks_of(shop, head + text, *options)
    return {
        one["unit"]: tuple(
            one[name] for name in ("value", "previous", "change", "plan", "attainment")
        )
        for one in block["values"]
    }


def chart(shop, *lines, options=()):
    """unit → (categories, {series: values}) of one chart."""
    text = "".join(f"    {line}\n" for line in lines)
    head = "  - block: one\n    kind: chart\n    title: One\n"
    (block,) = blocks_of(shop, head + text, *options)
    return {
        plot["unit"]: (
            plot["categories"],
            {one["name"]: one["values"] for one in plot["series"]},
        )
        for plot in block["plots"]
    }


@pytest.mark.parametrize(
    ("lines", "values"),
    [
        (["figure: count", 'where: ["status=open"]', "period: all"], {"": "2"}),  # D, E
        (["figure: sum budget", 'where: ["status=open"]', "period: all"], {"EUR": "300.00"}),
        (["figure: sum budget", "period: all"], {"EUR": "600.00", "USD": "80.00"}),
        (["figure: max budget", "period: all"], {"EUR": "300.00", "USD": "80.00"}),
        (["figure: min budget", "period: all"], {"EUR": "100.00", "USD": "80.00"}),
        # (90 + 200) / 2
        (["figure: avg value", 'where: ["status=won"]', "period: all"], {"EUR": "145.00"}),
        # 10 and 30 days
        (["figure: avg days_in_funnel", 'where: ["status=won"]', "period: all"], {"days": "20.0"}),
        (["figure: sum days_in_funnel", 'where: ["status=won"]', "period: all"], {"days": "40"}),
        (["figure: count"], {"": "2"}),  # created in October
        (["figure: count", 'where: ["status=won,lost"]'], {"": "2"}),  # closed in October: B, C
        (["figure: count", 'where: ["status=won"]', "date: created_at"], {"": "0"}),
        (["figure: count", "date: close_date", "period: 2026-11"], {"": "2"}),  # D, E
        (["figure: win-rate", "period: all"], {"%": "66.67"}),  # 2 of 3
        (["figure: win-rate"], {"%": "50.00"}),  # B of B, C
        (["figure: win-rate-by-value", "period: all"], {"% EUR": "100.00", "% USD": "0.00"}),
        (["figure: cycle", "period: all"], {"days": "20.0"}),
        (["figure: average-value", "period: all"], {"EUR": "145.00"}),
        # D and E open × 145 × 2 of 2 in euros / 20 days; nothing was won in dollars
        (["figure: velocity", "period: all"], {"EUR": "14.50", "USD": None}),
        (["figure: sum budget", "period: 2025"], {"EUR": "0.00"}),
        (["figure: avg budget", "period: 2025"], {"EUR": None}),
        (["figure: win-rate", "period: 2025"], {"%": None}),
    ],
)
def test_a_metric_is_what_a_hand_computes(sold, lines, values):
    assert {unit: one[0] for unit, one in metric(sold, *lines).items()} == values


def test_a_metric_is_held_against_the_plan_and_the_period_before(sold):
    won = ["figure: sum value", 'where: ["status=won"]', "date: close_date"]
    # October 200 of 250, September 90
    told = metric(sold, *won, "plan: company", "compare: previous")
    assert told == {"EUR": ("200.00", "90.00", "110.00", "250.00", "80.00")}
    rate = metric(sold, "figure: win-rate", "compare: previous")
    assert rate == {"%": ("50.00", "100.00", "-50.00", None, None)}


def test_a_period_to_come_has_no_figures_and_no_comparison(sold):
    sold.do("plan", "set", "company", "2027-01", "250 EUR")
    won = ["figure: sum value", 'where: ["status=won"]', "date: close_date", "compare: previous"]
    told = metric(sold, *won, "plan: company", options=["--period", "2027-01"])
    assert told == {"EUR": (None, None, None, "250.00", None)}
    of_new = metric(sold, "figure: count", "compare: previous", options=["--period", "2027-01"])
    assert of_new == {"": (None, None, None, None, None)}
    # What is planned may lie ahead: no open deal closes in January, two in November.
    ahead = ["figure: count", 'where: ["status=open"]', "date: close_date"]
    assert metric(sold, *ahead, options=["--period", "2027-01"])[""][0] == "0"
    assert metric(sold, *ahead, options=["--period", "2026-11-04.."])[""][0] == "2"
    text = sold.do("report", "dashboard", "overview", "--period", "2027-01").out
    assert "Won: n/a, plan 250 EUR" in text and "December 2026" not in text
    assert "No figures: the period begins after 2 Nov 2026." in text


def test_a_plan_that_is_not_of_the_figures_is_none(sold):
    won = ["figure: sum value", 'where: ["status=won"]', "plan: company"]
    assert metric(sold, *won, options=["--owner", "anna"])["EUR"][3:] == (None, None)
    head = "  - block: one\n    kind: metric\n    title: One\n"
    text = head + "".join(f"    {line}\n" for line in won)
    (block,) = blocks_of(sold, text, "--owner", "anna")
    assert "No plan: it is of the company, and the figures are of owner anna." in block["notes"]
    (block,) = blocks_of(sold, text, "--period", "2026-09")
    assert "No plan: the company has none for September 2026." in block["notes"]


def test_a_metric_of_some_deals_is_not_held_against_the_plan_of_all(sold):
    of_anna = ["figure: sum value", 'where: ["status=won", "owner=anna"]']
    assert metric(sold, *of_anna, "plan: company")["EUR"][3:] == (None, None)
    sold.do("plan", "set", "owner=anna", "2026-10", "400 EUR")
    assert metric(sold, *of_anna, "plan: owner=anna")["EUR"][3:] == ("400.00", "50.00")
    assert metric(sold, *of_anna, "plan: owner=@me")["EUR"][3:] == ("400.00", "50.00")


def test_a_funnel_says_its_filter_and_has_the_plan_of_just_that(sold):
    sold.do("plan", "set", "owner=anna", "2026-10", "400 EUR")
    head = "  - block: one\n    kind: funnel\n    title: One\n    plan: company\n    where: "
    (block,) = blocks_of(sold, f'{head}["category=enterprise"]\n')
    assert block["funnel"]["filters"]["where"] == ["category=enterprise"]
    assert block["funnel"]["plan"]["reason"] == "no plan fits the filter category=enterprise"
    assert "where category=enterprise" in sold.do("report", "dashboard", "board.yaml").out
    (block,) = blocks_of(sold, f'{head}["owner=@me", "process=real-estate"]\n')
    assert block["funnel"]["filters"] == {
        "process": "real-estate", "created": "period", "owner": ["anna"],
    }  # fmt: skip
    assert [one["plan"] for one in block["plan"]] == ["400.00"]
    (block,) = blocks_of(sold, f'{head}["owner=anna"]\n', "--owner", "boris")
    assert block["funnel"]["filters"]["owner"] == ["boris"]
    assert block["funnel"]["filters"]["where"] == ["owner=anna"]


def test_the_whole_of_a_filtered_comparison_is_not_called_the_company(sold):
    sold.do("department", "create", "North", "--id", "north")
    sold.do("opp", "set", sold.ids["E"], "--department", "north", "--at", "2026-10-13")
    text = (
        "  - block: one\n    kind: table\n    title: One\n    report: compare\n    by: department\n"
    )
    (block,) = blocks_of(sold, text, "--department", "north")
    assert [side["name"] for side in block["comparison"]["sides"]] == ["All shown", "North"]
    told = sold.do("report", "dashboard", "board.yaml", "--department", "north").out
    assert "department north" in told.splitlines()[3] and "pp) from all shown" in told
    for whose in ("company", "department=north"):
        sold.do("plan", "set", whose, "2026-10", "400 EUR")
    page = ("report", "dashboard", "board.yaml", "--html", "-")
    assert "Company" not in sold.do(*page, "--department", "north").out
    (block,) = blocks_of(sold, text)
    assert block["comparison"]["sides"][0]["name"] == "Company"
    assert "Company" in sold.do(*page).out


def test_a_chart_by_months_leaves_none_out(sold):
    lines = ["shape: column", "figure: count", "group: [month(created_at)]"]
    told = chart(sold, *lines, "period: 2026-08-01..2026-12-31")
    # up to the day: of December nobody knows
    months = ["2026-08", "2026-09", "2026-10", "2026-11"]
    assert told == {"": (months, {"One": ["0", "3", "2", "0"]})}


@pytest.mark.parametrize(
    ("part", "keys"),
    [
        ("quarter", ["2026-Q3", "2026-Q4"]),
        ("week", ["2026-09-07", "2026-09-14", "2026-09-21", "2026-09-28", "2026-10-05"]),
    ],
)
def test_days_are_cut_into_weeks_and_quarters(sold, part, keys):
    lines = ["shape: line", "figure: count", 'where: ["status=won"]', "period: all"]
    ((categories, _),) = chart(sold, *lines, f"group: [{part}(close_date)]").values()
    assert categories == keys


def test_two_groups_make_categories_and_series(sold):
    lines = ["shape: column", "figure: sum value", 'where: ["status=won"]', "period: all"]
    told = chart(sold, *lines, "group: [month(close_date), owner]")
    series = {"Anna Berzina": ["90.00", "200.00"]}
    assert told == {"EUR": (["2026-09", "2026-10"], series)}


def test_each_currency_has_a_plot_of_its_own(sold):
    told = chart(sold, "shape: bar", "figure: sum budget", "group: [category]", "period: all")
    categories = ["Enterprise", "Small business", "without category"]
    assert told == {
        "EUR": (categories, {"One": ["100.00", "300.00", "200.00"]}),
        "USD": (categories, {"One": ["0.00", "80.00", "0.00"]}),
    }


def test_people_see_in_a_currency_what_has_money_in_it_and_programs_see_all(sold):
    """Small business alone has dollars; a month without money is no gap, so it stays."""
    text = "  - block: one\n    kind: chart\n    title: One\n    shape: bar\n    period: all\n"
    text += "    figure: sum budget\n"
    (sold.root / "own.yaml").write_text(f"{BLOCKS}{text}    group: [category]\n", encoding="utf-8")
    lines = sold.do("report", "dashboard", "own.yaml").out.splitlines()
    heads = [place for place, line in enumerate(lines) if line.startswith(" Category")]
    tables = [[line.split("  ")[0].strip() for line in lines[at + 1 : at + 4]] for at in heads]
    assert tables[0] == ["Enterprise", "Small business", "without category"]
    assert tables[1][0] == "Small business" and "Enterprise" not in tables[1]
    page = sold.do("report", "dashboard", "own.yaml", "--html", "-").out
    assert page.count(">Enterprise<") == 1
    (sold.root / "own.yaml").write_text(
        f"{BLOCKS}{text}    group: [month(created_at)]\n", encoding="utf-8"
    )
    lines = sold.do("report", "dashboard", "own.yaml").out.splitlines()
    assert len([line for line in lines if line.startswith(" September 2026")]) == 2


def test_several_figures_stand_on_one_axis(sold):
    told = chart(
        sold,
        "shape: line",
        "figure: count",
        "date: close_date",
        "group: [month(close_date)]",
        "period: all",
        "series:",
        "  - series: won",
        "    name: Won",
        '    where: ["status=won"]',
        "  - series: lost",
        "    name: Lost",
        '    where: ["status=lost"]',
    )
    assert told == {
        "": (["2026-09", "2026-10"], {"Won": ["1", "1"], "Lost": ["0", "1"]}),
    }


def test_a_scatter_has_a_figure_across_and_one_up(sold):
    told = chart(
        sold,
        "shape: scatter",
        "group: [owner]",
        "period: all",
        "series:",
        "  - series: deals",
        "    name: Deals",
        "    figure: count",
        "  - series: rate",
        "    name: Win rate",
        "    figure: win-rate",
    )
    ((names, series),) = told.values()
    assert dict(zip(names, series["Deals"], strict=True)) == {
        "Anna Berzina": "3",
        "Boris | <b>Kalnin</b>": "2",
    }
    assert series["Win rate, %"] == ["100.00", "0.00"]


def test_a_win_rate_by_owner_has_no_row_of_who_closed_nothing(sold):
    told = chart(sold, "shape: bar", "figure: win-rate", "group: [owner]", "period: 2026-09")
    assert told == {"%": (["Anna Berzina"], {"One": ["100.00"]})}


def test_a_list_is_filtered_sorted_and_limited(sold):
    text = """\
  - block: likely
    kind: list
    title: Likely
    columns: [title, owner, budget, close_date]
    where: ["status=open"]
    sort: [close_date]
    limit: 1
    period: all
"""
    (block,) = blocks_of(sold, text)
    assert block["rows"] == [
        {"title": "E", "owner": "anna", "budget": None, "close_date": "2026-11-05"}
    ]
    assert (block["found"], block["ids"]) == (2, [sold.ids["E"]])


def test_people_read_names_and_months_in_words(sold):
    overview = sold.do("report", "dashboard", "overview").out
    assert "Boris | <b>Kalnin</b>" in overview
    assert "boris" not in overview
    text = "  - block: months\n    kind: chart\n    title: Months\n    shape: column\n"
    text += "    figure: count\n    group: [month(created_at)]\n"
    (sold.root / "board.yaml").write_text(BLOCKS + text, encoding="utf-8")
    board = sold.do("report", "dashboard", "board.yaml").out
    lines = [line.replace("█", "").split() for line in board.splitlines()]
    assert ["Month", "Count"] in lines
    assert ["October", "2026", "2"] in lines
    page = sold.do("report", "dashboard", "board.yaml", "--html", "-").out
    assert "<bdi>Month</bdi>" in page and "<bdi>October 2026</bdi>" in page


def test_me_is_the_one_owner_of_the_page_whoever_looks(sold):
    due = ["--start", "2026-11-01"]
    sold.do("activity", "plan", sold.ids["D"], "Call", *due, "--owner", "boris")
    sold.do("activity", "plan", sold.ids["E"], "Meet", *due, "--owner", "anna")

    def page(*owners):
        options = [piece for owner in owners for piece in ("--owner", owner)]
        out = sold.do("report", "dashboard", "my-day", "--format", "json", *options).out
        tasks, closing, _ = json.loads(out)["blocks"]
        people = [one["person"] for one in tasks["document"]["people"]]
        return people, [one["title"] for one in closing["rows"]]

    assert page() == (["anna"], ["E"])
    assert page("boris") == (["boris"], ["D"])
    assert page("anna", "boris") == (["anna"], ["E"])  # who looks at a page of two
    sold.environ, sold.git_email = {"SALESCLI_ACTOR": "nobody"}, ""
    assert page("boris") == (["boris"], ["D"])


def test_a_past_day_knows_nothing_of_what_came_later(sold):
    # on 30 September A was won, B and C were open
    lines = ["figure: count", 'where: ["status=open"]', "period: all"]
    assert metric(sold, *lines, options=["--as-of", "2026-09-30"])[""][0] == "2"
    today = metric(sold, *lines, options=["--as-of", "2026-11-02"])
    assert today == metric(sold, *lines)


def test_a_name_that_is_kept_of_today_alone_is_owned_up_to(sold):
    lines = "    figure: count\n" + '    where: ["!contacts"]\n    period: all\n'
    text = "  - block: one\n    kind: metric\n    title: One\n" + lines
    (block,) = blocks_of(sold, text, "--as-of", "2026-09-30")
    assert "contacts is as of today: of past days it is not kept." in block["notes"]
    (block,) = blocks_of(sold, text)
    assert block["notes"] == []


def test_the_deals_behind_a_number_are_those_that_it_counts(sold):
    text = """\
  - block: open
    kind: metric
    title: Open
    figure: count
    where: ["status=open"]
    period: all
  - block: months
    kind: chart
    title: Months
    shape: column
    figure: count
    group: [month(created_at)]
    period: all
"""
    number, months = blocks_of(sold, text, "--with-ids")
    assert number["values"][0]["value_ids"] == sorted([sold.ids["D"], sold.ids["E"]])
    (plot,) = months["plots"]
    assert plot["categories"] == ["2026-09", "2026-10"]
    assert plot["series"][0]["values_ids"] == [
        sorted(sold.ids[name] for name in "ABC"),
        sorted(sold.ids[name] for name in "DE"),
    ]


def test_the_deals_of_a_sum_are_those_with_money_in_its_currency_and_a_mean_names_none(sold):
    text = ""
    for name, figure in (("sum", "sum budget"), ("rate", "win-rate")):
        text += f"  - block: {name}\n    kind: metric\n    title: T\n    figure: {figure}\n"
        text += "    period: all\n"
    money, rate = blocks_of(sold, text, "--with-ids")
    euros, dollars = money["values"]
    assert euros["value_ids"] == sorted(sold.ids[name] for name in "ABD")
    assert dollars["value_ids"] == [sold.ids["C"]]
    assert not [name for name in rate["values"][0] if name.endswith("_ids")]


def test_the_page_s_period_leaves_that_of_a_block_alone(sold):
    text = """\
  - block: page
    kind: metric
    title: Page
    figure: count
  - block: own
    kind: metric
    title: Own
    figure: count
    period: 2026-09
"""
    page, own = blocks_of(sold, text, "--period", "2026-10-12")
    assert (page["values"][0]["value"], own["values"][0]["value"]) == ("1", "3")
    assert own["period"] == {"from": "2026-09-01", "to": "2026-09-30"}


def test_a_funnel_by_owner_adds_up_to_that_of_all(sold):
    text = "  - block: one\n    kind: funnel\n    title: One\n    by: owner\n    period: all\n"
    (block,) = blocks_of(sold, text)
    counts = [
        [stage["count"] for stage in funnel["stages"]]
        for funnel in [block["funnel"], *(part["funnel"] for part in block["parts"])]
    ]
    assert [part["id"] for part in block["parts"]] == ["anna", "boris"]
    assert counts[0] == [sum(numbers) for numbers in zip(*counts[1:], strict=True)]
    told = json.loads(sold.do("report", "funnel", "--format", "json").out)
    assert block["funnel"]["stages"] == told["stages"]


def test_a_funnel_counts_older_deals_where_its_block_says_so(sold):
    """As `--created any` of the report: in October B was won, which began in September."""
    texts = [
        f"  - block: one\n    kind: {kind}\n    title: One\n{key}"
        for kind in ("funnel", "table\n    report: compare\n    by: owner")
        for key in ("", "    created: period\n", "    created: any\n")
    ]
    funnels = [blocks_of(sold, text, "--period", "2026-10")[0]["funnel"] for text in texts]
    for funnel, created in zip(funnels, ("period", "period", "any") * 2, strict=True):
        asked = ("--period", "2026-10", "--created", created, "--format", "json")
        told = json.loads(sold.do("report", "funnel", *asked).out)
        assert (funnel["filters"], funnel["stages"]) == (told["filters"], told["stages"])
    assert funnels[0]["stages"] != funnels[2]["stages"]


def test_the_overview_s_funnel_has_the_deals_that_the_plan_below_it_has(sold):
    """Won says no less than the plan, however old the deals are that were won."""
    out = sold.do("report", "dashboard", "overview", "--period", "2026-10", "--format", "json").out
    funnel = json.loads(out)["blocks"][0]["funnel"]
    assert funnel["filters"]["created"] == "any"
    won = funnel["plan"]["won"]["EUR"]["count"]
    assert 0 < won <= funnel["stages"][-1]["count"]


def test_a_funnel_beside_the_period_before(sold):
    lines = ["kind: funnel", "title: One", "compare: previous", "definition: entered"]
    text = "  - block: one\n" + "".join(f"    {line}\n" for line in lines)
    (block,) = blocks_of(sold, text)
    asked = ["report", "funnel", "--definition", "entered", "--format", "json", "--period"]
    for funnel, period in ((block["funnel"], "2026-10"), (block["previous"]["funnel"], "2026-09")):
        told = json.loads(sold.do(*asked, period).out)
        assert funnel["stages"] == told["stages"]
    assert block["previous"]["name"] == "September 2026"
    sides = [side["name"] for side in block["comparison"]["sides"]]
    assert sides == ["September 2026", "October 2026"]


def test_the_plan_under_a_funnel_is_that_of_the_report(sold):
    text = "  - block: one\n    kind: funnel\n    title: One\n    plan: company\n"
    (block,) = blocks_of(sold, text)
    told = json.loads(sold.do("report", "funnel", "--period", "2026-10", "--format", "json").out)
    assert block["funnel"]["plan"] == told["plan"]
    # 200 of 250
    assert [(one["value"], one["plan"], one["attainment"]) for one in block["plan"]] == [
        ("200.00", "250.00", "80.00")
    ]


@pytest.mark.parametrize(
    "lines", [["kind: funnel", "plan: company"], ["kind: table", "report: compare"]]
)
def test_each_side_of_a_comparison_has_the_plan_of_its_own(sold, lines):
    sold.do("plan", "set", "owner=anna", "2026-10", "400 EUR")
    sold.do("opp", "set", sold.ids["D"], "--close-date", "2026-11-02")  # of Boris, in November
    text = "  - block: one\n" + "".join(
        f"    {line}\n" for line in (*lines, "title: One", "by: owner")
    )
    (block,) = blocks_of(sold, text)
    plans = {part["id"]: part["funnel"]["plan"] for part in block["parts"]}
    plans[None] = block["funnel"]["plan"]
    # Won in October: B by Anna, 200 of her 400 and of the company's 250. Boris has no plan.
    assert plans[None]["of"] == "company"
    won = [one["actual"]["sum"] for one in (plans[None], plans["anna"])]
    assert won == [{"EUR": "200.00"}] * 2
    assert plans[None]["attainment"] == {"EUR": {"percent": "80.00"}}
    assert plans["anna"]["attainment"] == {"EUR": {"percent": "50.00"}}
    assert plans["boris"]["reason"] == "Boris | <b>Kalnin</b> has no plan for October 2026"
    told = sold.do("report", "dashboard", "board.yaml").out
    assert "Plan by value: won █, weighted ▒" in told
    asked = ["report", "compare", "--owner", "anna", "--with", "company", "--period", "2026-10"]
    sides = json.loads(sold.do(*asked, "--format", "json").out)["sides"]
    assert [side["funnel"]["plan"] for side in sides] == [plans[None], plans["anna"]]


def test_no_side_has_a_plan_where_another_filter_narrows_the_page(sold):
    sold.do("plan", "set", "owner=anna", "2026-10", "400 EUR")
    sold.do("department", "create", "North", "--id", "north")
    text = "  - block: one\n    kind: table\n    title: One\n    report: compare\n    by: owner\n"
    sold.do("opp", "set", sold.ids["E"], "--department", "north", "--at", "2026-10-13")
    (block,) = blocks_of(sold, text, "--department", "north")
    (part,) = block["parts"]
    assert part["funnel"]["plan"]["reason"] == "no plan fits a filter by department and owner"


def test_a_comparison_is_a_table_by_its_name(sold):
    text = "  - block: one\n    kind: table\n    title: One\n    report: compare\n    by: owner\n"
    (block,) = blocks_of(sold, text)
    sides = [side["id"] for side in block["comparison"]["sides"]]
    assert sides == [None, "anna", "boris"]


def test_what_can_not_be_read_is_no_dashboard_unless_it_is_left_out(sold):
    path = sold.folder(sold.ids["D"]) / "opportunity.yaml"
    path.write_text(path.read_text().replace("budget: 300.00 EUR", "budget: lots"))
    answer = sold.run("report", "dashboard", "overview")
    assert (answer.code, answer.out) == (4, "")
    assert "--skip-invalid" in answer.err
    shown = sold.do("report", "dashboard", "overview", "--skip-invalid").out
    assert "1 file left out: not readable." in shown


@pytest.mark.parametrize("period", ["2027", "2020"])
@pytest.mark.parametrize("name", DASHBOARDS)
def test_a_period_without_deals_has_no_figures(sold, name, period):
    for format_ in ("table", "json", "md"):
        assert sold.do("report", "dashboard", name, "--period", period, "--format", format_).out


@pytest.mark.parametrize("report", ["state", "managers", "win-loss"])
def test_a_table_is_the_report_of_its_name(sold, report):
    text = (
        f"  - block: one\n    kind: table\n    title: One\n    report: {report}\n    period: all\n"
    )
    (block,) = blocks_of(sold, text)
    told = json.loads(sold.do("report", report, "--format", "json").out)
    if report == "state":  # a report of the day alone
        told["sum"] = block["document"]["sum"]
    assert block["document"] == told


def test_a_table_of_the_forecast_takes_the_period(sold):
    text = "  - block: one\n    kind: table\n    title: One\n    report: forecast\n    by: owner\n"
    (block,) = blocks_of(sold, text)
    told = json.loads(sold.do("report", "forecast", "--period", "2026-10", "--format", "json").out)
    assert block["document"] == told


@pytest.mark.parametrize("name", DASHBOARDS)
@pytest.mark.parametrize("format_", ["table", "json", "md"])
def test_shipped_dashboards_show_an_empty_store(shop, name, format_):
    answer = shop.do("report", "dashboard", name, "--format", format_)
    assert answer.out
    assert answer.err == ""


@pytest.mark.parametrize("name", DASHBOARDS)
def test_shipped_dashboards_fit_a_terminal(sold, name):
    sold.is_terminal = True
    out = sold.do("report", "dashboard", name, "--period", "2026").out
    assert max(map(len, out.splitlines())) <= 80


def test_names_that_attack_stay_names(sold):
    text = "  - block: one\n    kind: chart\n    title: One\n    shape: bar\n"
    (sold.root / "board.yaml").write_text(
        BLOCKS + text + "    figure: count\n    group: [owner]\n    period: all\n", encoding="utf-8"
    )
    out = sold.do("report", "dashboard", "board.yaml", "--format", "md").out
    assert r"Boris \| \<b\>Kalnin\</b\>" in out


LIST = "overview.pictures.sha256"
_OCTOBER = ("--period", "2026-10", "--png", "pictures", "--size", "400")


def test_pictures_are_drawn_for_funnels_and_charts(sold):
    answer = sold.do("report", "dashboard", "overview", *_OCTOBER)
    assert answer.out == ""
    drawn = {path.name for path in (sold.root / "pictures").iterdir()}
    assert drawn == {"funnel.png", "new-by-category.png", LIST}
    assert (sold.root / "pictures" / "funnel.png").read_bytes().startswith(b"\x89PNG")
    assert answer.err.splitlines() == [
        "pictures/funnel.png: 400 pixels wide.",
        "pictures/new-by-category.png: 400 pixels wide.",
        f"2 pictures in pictures, listed in {LIST}.",
    ]


def test_a_picture_has_the_same_name_whatever_deals_there_are(sold):
    chart = "  - block: won\n    kind: chart\n    title: Won\n    shape: column\n"
    chart += "    figure: sum budget\n    group: [status]\n"
    (sold.root / "board.yaml").write_text(BLOCKS + chart, encoding="utf-8")
    drawn = {}
    for period in ("2026-09", "2026-10", "2025"):  # two currencies, one, no deal at all
        options = ("--period", period, "--png", period, "--size", "400")
        sold.do("report", "dashboard", "board.yaml", *options)
        drawn[period] = {path.name for path in (sold.root / period).glob("*.png")}
    assert drawn == {
        "2026-09": {"won.png", "won.USD.png"},
        "2026-10": {"won.png"},
        "2025": {"won.png"},
    }


def test_pictures_that_are_drawn_no_more_are_deleted_if_they_are_as_they_were_drawn(sold):
    funnel = "  - block: {0}\n    kind: funnel\n    title: Deals\n"
    board, folder = sold.root / "board.yaml", sold.root / "pictures"
    names = ("kept", "gone", "edited", "linked")
    board.write_text(BLOCKS + "".join(map(funnel.format, names)), encoding="utf-8")
    draw = ("report", "dashboard", "board.yaml", *_OCTOBER)
    sold.do(*draw)
    (folder / "mine.png").write_bytes(b"mine")
    (folder / "edited.png").write_bytes(b"edited")
    (folder / "linked.png").rename(sold.root / "theirs.png")
    (folder / "linked.png").symlink_to(sold.root / "theirs.png")
    outside = hashlib.sha256(b"outside").hexdigest()
    (sold.root / "outside.png").write_bytes(b"outside")
    with (folder / "board.pictures.sha256").open("a") as file:
        file.write(f"{outside}  ../outside.png\n")
    board.write_text(BLOCKS + funnel.format("kept"), encoding="utf-8")
    answer = sold.do(*draw)
    assert {path.name for path in folder.glob("*.png")} == {
        *("kept.png", "edited.png", "linked.png", "mine.png"),
    }
    assert (sold.root / "outside.png").exists()
    assert answer.err.splitlines()[1:] == [
        "pictures/edited.png stays: the dashboard draws it no more, and it isn't as it was drawn.",
        "pictures/gone.png is deleted: the dashboard draws it no more.",
        "pictures/linked.png stays: the dashboard draws it no more, and it isn't as it was drawn.",
        "1 picture in pictures, listed in board.pictures.sha256.",
    ]
    digest = hashlib.sha256((folder / "kept.png").read_bytes()).hexdigest()
    assert (folder / "board.pictures.sha256").read_text() == f"{digest}  kept.png\n"


def test_the_titles_of_blocks_begin_the_titles_of_their_pictures(sold):
    text = "  - block: {id}\n    kind: funnel\n    title: {title}\n"
    blocks = text.format(id="all", title="All of ours")
    blocks += text.format(id="people", title="Our people") + "    by: owner\n"
    (sold.root / "board.yaml").write_text(BLOCKS + blocks, encoding="utf-8")
    sold.do("report", "dashboard", "board.yaml", *_OCTOBER)
    for name, title in (("all", "All of ours"), ("people", "Our people")):
        drawn = (sold.root / "pictures" / f"{name}.png").read_bytes()
        assert f"{title} · October 2026".encode("latin-1") in drawn


def test_the_picture_of_a_chart_says_its_process_filters_and_definition(sold, monkeypatch):
    drawn, draw = [], pictures.draw_plot
    monkeypatch.setattr(
        pictures, "draw_plot", lambda plot, **more: drawn.append(plot) or draw(plot, **more)
    )
    (sold.root / "board.yaml").write_text(
        BLOCKS + "  - block: chart\n    kind: chart\n    title: Open ones\n    shape: area\n"
        "    figure: count\n    group: [month(created_at)]\n    where: [status=open]\n",
        encoding="utf-8",
    )
    sold.do("report", "dashboard", "board.yaml", *_OCTOBER)
    assert len(drawn) == 1
    assert drawn[0].subtitle.startswith("October 2026 · ")  # the process's name in between
    assert drawn[0].subtitle.endswith(" · where status=open")
    assert drawn[0].subtitle.count(" · ") == 2
    assert drawn[0].footer[0] == "Number of deals: those of the period by created at."


# --- the files -----------------------------------------------------------------------------------


def test_a_new_store_has_the_shipped_ones(shop):
    out = shop.do("dashboard", "list", "--format", "json").out
    listed = [one["dashboard"] for one in json.loads(out)["dashboards"]]
    assert listed == sorted(DASHBOARDS)
    assert shop.run("dashboard", "check").code == 0
    assert shop.run("check").code == 0


def test_those_that_are_missing_are_added_and_others_kept(shop):
    (shop.root / "dashboards" / "overview.yaml").unlink()
    mine = (shop.root / "dashboards" / "my-day.yaml").write_text("name: Mine\nblocks: []\n")
    answer = shop.do("dashboard", "add", "--shipped")
    assert answer.out == "overview\n"
    assert "Kept as they are: analytics, comparison, best-managers, my-day." in answer.err
    assert (shop.root / "dashboards" / "my-day.yaml").stat().st_size == mine
    again = shop.run("dashboard", "add", "--shipped")
    assert (again.code, "all shipped dashboards are here already" in again.err) == (1, True)


def test_one_of_a_file_is_added_under_its_name(shop):
    (shop.root.parent / "team-board.yaml").write_text(
        BLOCKS + "  - block: one\n    kind: metric\n    title: One\n    figure: count\n"
    )
    assert shop.do("dashboard", "add", "../team-board.yaml").out == "team-board\n"
    assert "Board" in shop.do("report", "dashboard", "team-board").out
    taken = shop.run("dashboard", "add", "../team-board.yaml")
    assert (taken.code, "there is a dashboard team-board already" in taken.err) == (1, True)


def test_a_custom_value_of_another_type_typed_by_hand_is_nothing(shop):
    settings = shop.root / "salescli.yaml"
    declared = "".join(
        f"    {name}: {{name: {name}, type: {kind}}}\n"
        for name, kind in (("worth", "decimal"), ("paid", "money"), ("seen", "day"))
    )
    text = settings.read_text("utf-8") + f"custom_fields:\n  opportunity:\n{declared}"
    settings.write_text(text, "utf-8")
    typed = [
        {"worth": "1.50", "paid": "7.00 EUR", "seen": "2026-09-02"},
        {"worth": "12 m", "paid": "12", "seen": "soon"},
        {"worth": "nan", "paid": "x.00 EUR", "seen": "2026-02-30"},
    ]
    for place, values in enumerate(typed):
        deal = shop.deal(f"Deal {place}", "--at", "2026-10-01")
        (file,) = shop.root.glob(f"opportunities/**/*{deal}/opportunity.yaml")
        lines = "".join(f'  {name}: "{value}"\n' for name, value in values.items())
        file.write_text(f"{file.read_text('utf-8')}custom:\n{lines}", "utf-8")
    assert metric(shop, "figure: sum custom.worth")[""][0] == "1.50"
    assert metric(shop, "figure: avg custom.paid")["EUR"][0] == "7.00"
    for part, key in (("quarter", "2026-Q3"), ("week", "2026-08-31")):
        categories, _ = chart(
            shop, "shape: bar", "figure: count", f'group: ["{part}(custom.seen)"]'
        )[""]
        assert categories == [key, "without seen"]


def test_an_undo_takes_it_away_again(shop):
    (shop.root / "dashboards" / "overview.yaml").unlink()
    shop.do("dashboard", "add", "overview")
    shop.do("undo")
    assert not (shop.root / "dashboards" / "overview.yaml").exists()


FAULTY = """\
name: Board
period: last-moth
blocks:
  - block: one
    kind: metric
    title: One
    figure: summ budget
    where: ["statuss=open", "owner=nobody"]
    plan: compny
  - block: one
    kind: chart
    title: Two
    shape: colum
    figure: sum title
    group: [mnth(close_date), categry, source]
    columns: [title]
  - block: three
    kind: table
    title: Three
    report: manager
    sort: [title]
    wher: []
"""


def test_everything_that_is_wrong_is_told_at_once_with_its_place(shop):
    (shop.root / "bad.yaml").write_text(FAULTY, encoding="utf-8")
    answer = shop.run("dashboard", "check", "bad.yaml")
    assert answer.code == 4
    told = [line for line in answer.err.splitlines() if line.startswith("bad.yaml:")]
    places = [line.split(": ", 1)[0].removeprefix("bad.yaml:") for line in told]
    assert places == [
        "2:9",  # no period
        "7:13",  # no figure
        "8:13",  # no field
        "8:29",  # no person
        "9:11",  # nothing that has a plan
        "10:12",  # the id again
        "13:12",  # no shape
        "14:13",  # no number
        "15:12",  # more than two names
        "15:13",  # no part of days
        "15:31",  # no field
        "16:14",  # not of a chart
        "20:13",  # no report
        "21:11",  # not of a table
        "22:5",  # no key
    ]
    told = " ".join(answer.err.split())
    for meant in (
        "sum budget",
        "status",
        "company",
        "column",
        "month",
        "category",
        "managers",
        "where",
    ):
        assert f"id you mean {meant}?" in told, meant
    assert shop.run("dashboard", "add", "bad.yaml").code == 4
    assert not (shop.root / "dashboards" / "bad.yaml").exists()


def test_a_block_without_a_title_hides_nothing_else(shop):
    (shop.root / "bad.yaml").write_text(
        "name: Bad\nblocks:\n"
        "  - {block: a, kind: metric, title: A, figure: count}\n"
        "  - {block: a, kind: chart, shape: bar, figure: count, group: [catgory]}\n",
        encoding="utf-8",
    )
    told = shop.run("dashboard", "check", "bad.yaml").err
    for fault in ("title is missing", "the block a stands here twice", "'catgory' is not a field"):
        assert fault in told


def test_check_of_the_store_finds_the_same(shop):
    (shop.root / "dashboards" / "bad.yaml").write_text(
        FAULTY.replace("shape: colum\n", "shape: column\n"), encoding="utf-8"
    )
    answer = shop.run("check")
    assert answer.code == 1
    assert "dashboards/bad.yaml:7:13" in answer.err + answer.out
    shown = shop.run("report", "dashboard", "bad")
    assert (shown.code, "dashboards/bad.yaml:7:13" in shown.err) == (4, True)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["shape: pie", "figure: count", "group: [owner, source]"], "one figure and one group"),
        (["shape: scatter", "figure: count", "group: [owner]"], "a scatter has two series"),
        (["shape: bar", "figure: count"], "has no group"),
        (["shape: bar", "figure: count", "group: [contacts]", "limit: 3"], "limit is for a list"),
    ],
)
def test_a_chart_that_can_not_be_drawn_is_refused(shop, lines, words):
    text = "".join(f"    {line}\n" for line in lines)
    head = "  - block: one\n    kind: chart\n    title: One\n"
    (shop.root / "bad.yaml").write_text(BLOCKS + head + text, encoding="utf-8")
    answer = shop.run("dashboard", "check", "bad.yaml")
    assert (answer.code, words in answer.err) == (1, True), answer.err


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["kind: funnel", "created: ever"], "not one of any, period"),
        (["kind: funnel", "definition: entered", "created: any"], "created is for the reference"),
        (["kind: table", "report: state", "created: any"], "the report state has none"),
        (["kind: table", "report: managers", "mode: count"], "mode is for funnels"),
        (["kind: list", "columns: [title]", "created: any"], "created is for a funnel or table"),
    ],
)
def test_a_key_that_its_funnel_has_no_use_for_is_refused(shop, lines, words):
    text = "".join(f"    {line}\n" for line in lines)
    (shop.root / "bad.yaml").write_text(
        f"{BLOCKS}  - block: one\n    title: One\n{text}", encoding="utf-8"
    )
    answer = shop.run("dashboard", "check", "bad.yaml")
    assert (answer.code in (1, 4), words in answer.err) == (True, True), answer.err
    assert "bad.yaml:" in answer.err


def test_a_name_that_nothing_has_tells_the_nearest(shop):
    answer = shop.run("report", "dashboard", "overveiw")
    assert (answer.code, "Did you mean overview?" in answer.err) == (3, True)
    assert shop.run("dashboard", "add").code == 2
    assert shop.run("dashboard", "add", "overview", "--shipped").code == 2
