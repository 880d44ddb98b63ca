"""Many stores in one report: each in its own zone, names told apart, what each counts added up."""

import json
import shutil

import pytest

from salescli.commands.report import REPORTS
from salescli.model.errors import Damaged
from salescli.workspace.storelist import Store, read_stores_file
from tests.shop import new_shop

STORES = ("--store", "../north", "--store", "../south")
# 1 April, 01:30 in Riga; 31 March, 15:30 in Los Angeles.
AROUND_MIDNIGHT = "2026-03-31T22:30Z"
ARGUMENTS = {
    "compare": ["--owner", "boris", "--with", "company"],
    "dashboard": ["overview"],
    "drill": ["qualification"],
    "dynamics": ["won"],
    "forecast-diff": ["--since", "2026-04-01"],
}
"""What reports want besides, to be asked at all."""
ADDING = [name for name in REPORTS if name != "diff"]
"""All but that of revisions, which are those of one repository."""
OF_BORIS = """name: Boris
blocks:
  - block: won
    kind: metric
    title: Won
    figure: sum value
    where: ["status=won", "owner=boris"]
    date: close_date
    plan: owner=boris
  - block: by-owner
    kind: funnel
    title: Funnels
    definition: reference
    by: owner
    plan: company
"""


@pytest.fixture(scope="module")
def group(tmp_path_factory):
    """North (Riga, EUR) and south (Los Angeles, USD); `anna` is somebody else in each, Boris one.

    | Store | Deal | Owner | Budget | Created | Won |
    | north | N1 | anna | 100 EUR | 31 March, 22:30 UTC | |
    | north | N2 | boris | 50 EUR | 10 March | 20 March |
    | south | S1 | anna | 200 USD | 31 March, 22:30 UTC | |
    | south | S2 | boris | 70 USD | 10 March | |
    """
    place = tmp_path_factory.mktemp("group")
    north, south = (new_shop(place / name) for name in ("north", "south"))
    south.random.seed(6)
    south.replace("salescli.yaml", "currency: EUR", "currency: USD")
    south.replace("salescli.yaml", "Europe/Riga", "America/Los_Angeles")
    for shop, name, code in ((north, "Anna Ozola", "EUR"), (south, "Ana Silva", "USD")):
        shop.do("person", "set", "anna", "--name", name)
        shop.do("person", "create", "Boris", "--id", "boris")
        first, second = ("N1", "N2") if shop is north else ("S1", "S2")
        money = {"N1": "100", "N2": "50", "S1": "200", "S2": "70"}
        at = ("--at", AROUND_MIDNIGHT)
        shop.deal(second, "--owner", "boris", "--budget", money[second], "--at", "2026-03-10")
        if shop is north:
            won = ("--outcome", "won", "--at", "2026-03-20")
            shop.do("opp", "close", "N2", *won)
        shop.deal(first, "--owner", "anna", "--budget", f"{money[first]} {code}", *at)
    return north


def document(shop, *arguments):
    return json.loads(shop.do("report", *arguments, "--format", "json").out)


def first_stage(shop, *arguments):
    return document(shop, "funnel", *arguments)["stages"][0]


def test_each_store_is_read_in_its_own_zone(group):
    # March: in north N2 alone, which is won; in south S2, and S1 on its last day.
    march = first_stage(group, "--period", "2026-03", *STORES)
    assert (march["count"], march["sum"]) == (2, {"USD": "270.00"})
    # April: N1, by its first hours in Riga.
    april = first_stage(group, "--period", "2026-04", *STORES)
    assert (april["count"], april["sum"]) == (1, {"EUR": "100.00"})


def test_somebody_else_of_the_same_id_is_told_apart_and_the_same_person_adds_up(group):
    found = document(group, "state", "--by", "owner", *STORES)
    rows = {row["row"]: row for row in found["rows"]}
    assert set(rows) == {"north/anna", "south/anna", "boris"}
    assert rows["north/anna"]["name"] == "north/Anna Ozola"
    assert rows["north/anna"]["open"]["sum"] == {"EUR": "100.00"}
    assert rows["boris"]["open"]["sum"] == {"USD": "70.00"}  # N2 is won
    won = document(group, "managers", "--min-deals", "0", *STORES)
    assert won["rows"][0]["row"] == "boris"


def test_a_filter_takes_the_groups_names(group):
    own = first_stage(group, "--owner", "south/anna", *STORES)
    assert (own["count"], own["sum"]) == (1, {"USD": "200.00"})
    both = first_stage(group, "--owner", "Boris", *STORES)
    assert (both["count"], both["sum"]) == (1, {"USD": "70.00"})
    unknown = group.run("report", "funnel", "--owner", "anna", *STORES)
    assert unknown.code == 3
    assert unknown.err.count("anna'") == 1  # told once, not by each store
    assert "north/anna" in unknown.err and "south/anna" in unknown.err


def test_what_several_stores_say_is_what_each_says_added_up(group):
    both = document(group, "funnel", "--with-ids", *STORES)["stages"]
    alone = [
        document(group, "funnel", "--with-ids", "--store", f"../{name}")["stages"]
        for name in ("north", "south")
    ]
    for together, *parts in zip(both, *alone, strict=True):
        assert together["count"] == sum(part["count"] for part in parts)
        ids = [one for part in parts for one in part["count_ids"]]
        assert together["count_ids"] == sorted(ids)
        assert together["first"]["of"] == sum(part["first"]["of"] for part in parts) == 4


def take_stores(found):
    """The stores that a document names, in all of its filters; it has them no more."""
    inner = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    named = [stores for part in inner for stores in take_stores(part)]
    if isinstance(found, dict) and "store" in found.get("filters", {}):
        named.append(found["filters"].pop("store"))
    return [one for place, one in enumerate(named) if one not in named[:place]]


@pytest.mark.parametrize("report", ADDING)
def test_a_report_of_one_store_that_is_named_is_the_report_of_that_store(group, report):
    options = [report, *ARGUMENTS.get(report, ()), "--as-of", "2026-04-02"]
    named = document(group, *options, "--store", "../north")
    assert take_stores(named) == [["north"]]
    assert named == document(group, *options)


@pytest.mark.parametrize("report", ADDING)
def test_every_report_adds_stores_up_in_any_order(group, report):
    options = [report, *ARGUMENTS.get(report, ()), "--as-of", "2026-04-02", "--currency", "USD"]
    one = document(group, *options, *STORES)
    other = document(group, *options, *STORES[2:], *STORES[:2])
    assert take_stores(one) == [["north", "south"]]
    assert take_stores(other) == [["south", "north"]]
    assert one == other


def test_a_dashboard_has_the_numbers_and_the_rows_of_all_stores(group):
    # On 2 April N1 (100 EUR), S1 (200 USD) and S2 (70 USD) are open; N2 was won in March.
    found = document(group, "dashboard", "overview", "--as-of", "2026-04-02", *STORES)
    blocks = {one["block"]: one for one in found["blocks"]}
    assert [one["value"] for one in blocks["open-count"]["values"]] == ["3"]
    sums = {one["unit"]: one["value"] for one in blocks["open-sum"]["values"]}
    assert sums == {"EUR": "100.00", "USD": "270.00"}
    titles = [one["title"] for one in blocks["likeliest"]["rows"]]
    assert sorted(titles) == ["N1", "S1", "S2"]
    # By probability, which is the same, then budget: the first store's currency, then others.
    assert titles == ["N1", "S1", "S2"]


def test_a_page_opens_the_deals_of_all_stores(group):
    page = group.do(
        *("report", "dashboard", "overview", "--period", "2026-03", "--html", "-"), *STORES
    ).out
    assert all(f">{title}<" in page for title in ("N1", "S1", "S2"))


@pytest.mark.parametrize("options", [["--by", "owner"], ["--definition", "entered"]])
def test_other_funnels_add_stores_up_as_well(group, options):
    asked = ["funnel", *options, "--as-of", "2026-04-02", "--currency", "USD"]
    one = document(group, *asked, *STORES)
    other = document(group, *asked, *STORES[2:], *STORES[:2])
    assert take_stores(one) != take_stores(other)
    assert one == other


def test_a_list_has_the_rows_of_all_stores_in_one_order_and_says_whose_they_are(group):
    found = group.do("opp", "list", "--sort", "title", "--columns", "title,store,owner,budget",
                     "--format", "csv", *STORES)  # fmt: skip
    assert found.out.splitlines() == [
        "title,store,owner,budget",
        "N1,north,north/anna,100.00 EUR",
        "N2,north,boris,50.00 EUR",
        "S1,south,south/anna,200.00 USD",
        "S2,south,boris,70.00 USD",
    ]


def test_a_list_is_cut_after_all_stores_are_in_order_and_its_totals_are_of_all(group):
    found = group.do("opp", "list", "--sort", "-budget", "--limit", "2", *STORES)
    assert [line.split()[1:3] for line in found.out.splitlines()[1:]] == [
        ["north", "N1"],  # the first store's currency stands before others
        ["north", "N2"],
    ]
    assert "2 of 4 deals shown" in found.err and "budget 150 EUR + 270 USD" in found.err


def test_a_condition_names_a_client_that_one_store_has(group):
    contact = group.make("contact", "create", "Karl Ozols", "--email", "karl@example.com")
    found = group.do("opp", "list", "--where", "client=Karl Ozols", *STORES)
    assert "No opportunities meet that." in found.err + found.out
    listed = group.do("contact", "list", "--where", "store=north", "--columns", "id", *STORES)
    assert contact in listed.out


def test_a_word_that_means_nothing_is_told_once(group):
    answer = group.run("opp", "list", "--where", "clent=x", *STORES)
    assert answer.code == 2 and answer.err.count("'clent' is not a field") == 1


def test_people_of_all_stores_are_listed_once(group):
    found = group.do("person", "list", "--columns", "id", *STORES)
    assert sorted(found.out.split()[1:]) == ["boris", "north/anna", "south/anna"]


@pytest.fixture
def damaged(group):
    """The group with a deal of south that can't be read, until the test ends."""
    (path,) = (group.root.parent / "south").glob("opportunities/*/s2--*/opportunity.yaml")
    whole = path.read_bytes()
    path.write_bytes(b"title: [\n")
    yield group
    path.write_bytes(whole)


def test_a_store_that_cannot_be_read_fails_the_report_with_its_name(damaged):
    answer = damaged.run("report", "funnel", *STORES)
    assert (answer.code, answer.out) == (4, "")
    assert "south/opportunities/2026/s2--" in answer.err
    assert "north" not in answer.err
    assert "salescli -C ../south check tells the rest" in answer.err
    left_out = document(damaged, "funnel", "--skip-invalid", *STORES)
    assert left_out["invalid"] == 1 and left_out["stages"][0]["count"] == 2


def test_all_stores_that_are_not_there_are_named(group):
    answer = group.run(
        "report", "funnel", "--store", "../north", "--store", "../a", "--store", "../b"
    )
    assert (answer.code, answer.out) == (3, "")
    assert "a: there is no store in" in answer.err and "b: there is no store in" in answer.err


def test_a_file_gives_stores_their_names_and_lies_where_it_lies(group):
    folder = group.root.parent / "office"
    folder.mkdir()
    text = "stores:\n  riga:\n    directory: ../north\n  la:\n    directory: ../south\n"
    (folder / "group.yaml").write_text(text)
    found = document(group, "state", "--by", "owner", "--stores", "../office/group.yaml")
    assert found["filters"]["store"] == ["riga", "la"]
    assert {"riga/anna", "la/anna"} <= {row["row"] for row in found["rows"]}
    (folder / "group.yaml").write_text("stores:\n  riga:\n    folder: ../north\n")
    answer = group.run("report", "funnel", "--stores", "../office/group.yaml")
    assert answer.code == 4 and "group.yaml:2:" in answer.err and "directory" in answer.err


def test_a_file_names_a_store_by_its_directory_alone(tmp_path):
    (tmp_path / "group.yaml").write_text("stores: {riga: ../north, la: {directory: s, worker: w}}")
    assert read_stores_file(tmp_path / "group.yaml", "group.yaml") == (
        Store("riga", str(tmp_path / "../north")),
        Store("la", str(tmp_path / "s"), "w"),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("riga: ../north\n", "stores is missing"),
        ("stores: [../north]\n", "not a mapping"),
        ("stores:\n  riga: {path: ../north}\n", "directory is missing"),
        ("stores:\n  riga:\n", "not a text or a mapping"),
    ],
)
def test_a_file_of_another_shape_is_refused_with_the_right_one(tmp_path, text, says):
    (tmp_path / "group.yaml").write_text(text)
    with pytest.raises(Damaged) as told:
        read_stores_file(tmp_path / "group.yaml", "group.yaml")
    (fault,) = told.value.findings
    assert says in fault.text
    assert "stores: {riga: ../riga, porto: ../porto}" in fault.hint.lower()


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """A store, a link to it, and a clone of it that went its own way."""
    shop = new_shop(tmp_path_factory.mktemp("copied") / "store")
    for number in range(3):
        shop.deal(f"Flat {number}")
    shutil.copytree(shop.root, shop.root / "../clone", ignore=lambda *_: [".salescli"])
    (shop.root / "../link").symlink_to("store")
    shop.do("opp", "delete", "Flat 2", "--yes")
    shop.deal("Flat 3")
    return shop


def test_a_store_under_two_names_is_refused(copied):
    done = copied.run("report", "funnel", "--store", "../store", "--store", "../link/../link")
    assert done.code == 2
    assert "is named twice" in done.err
    text = "stores: {one: {directory: store}, two: {directory: link}}"
    (copied.root.parent / "twice.yaml").write_text(text)
    done = copied.run("opp", "list", "--stores", "../twice.yaml")
    assert done.code == 2
    assert "is the same directory as" in " ".join(done.err.split())


def test_two_copies_of_a_store_are_never_added_up(copied):
    # The clone has no index yet: it is made for the question.
    for asked in (["report", "funnel"], ["opp", "list"], ["opp", "board"], ["next"], ["log"]):
        done = copied.run(*asked, "--store", "../store", "--store", "../clone")
        assert (done.code, done.out) == (2, "")
        told = " ".join(done.err.split())
        assert "store and clone both have opp-" in told
        assert told.count("both have") == 1  # once, not for each deal


def test_one_store_and_several_are_not_both_meant(group):
    answer = group.run("-C", ".", "report", "funnel", *STORES)
    assert answer.code == 2 and "--store" in answer.err


def test_plans_of_the_same_person_add_up_and_those_of_two_stay_apart(group):
    south = group.root.parent / "south"
    for who, north_plan, south_plan in (("boris", "100", "20"), ("anna", "10", "5")):
        group.do("plan", "set", f"owner={who}", "2026-05", f"{north_plan} EUR")
        group.do("-C", str(south), "plan", "set", f"owner={who}", "2026-05", f"{south_plan} EUR")
    found = document(group, "forecast", "--period", "2026-05", *STORES)
    plans = {row["owner"]: row["columns"][-1]["plan"] for row in found["rows"]}
    assert plans["boris"] == {"EUR": "120.00"}
    assert (plans["north/anna"], plans["south/anna"]) == ({"EUR": "10.00"}, {"EUR": "5.00"})
    for who, plan in (("boris", "120.00"), ("south/anna", "5.00")):
        funnel = document(group, "funnel", "--period", "2026-05", "--owner", who, *STORES)
        assert funnel["plan"]["plan"] == {"EUR": plan}


def test_a_store_without_a_plan_of_the_company_is_told_wherever_the_plan_stands(group):
    # N2 won 50 EUR in March; south plans nothing.
    group.do("plan", "set", "company", "2026-03", "40 EUR")
    plan = document(group, "funnel", "--period", "2026-03", *STORES)["plan"]
    assert (plan["of"], plan["objects"], plan["without_plan"]) == ("company", 2, 1)
    assert plan["plan"] == {"EUR": "40.00"}
    assert plan["attainment"] == {"EUR": {"percent": "125.00"}}
    told = "1 of 2 stores has a plan"
    full = group.do("report", "fullness", "--plan-period", "2026-03", *STORES).out
    assert f"nothing, the plan is reached ({told})" in full
    shown = document(group, "dashboard", "overview", "--period", "2026-03", *STORES)
    blocks = {block["block"]: block for block in shown["blocks"]}
    assert f"{told}." in blocks["won-against-plan"]["notes"]
    assert blocks["funnel"]["funnel"]["plan"]["without_plan"] == 1
    alone = document(group, "funnel", "--period", "2026-03", "--store", "../north")["plan"]
    assert (alone["objects"], alone["without_plan"]) == (1, 0)


def test_a_row_that_only_one_of_its_stores_plans_for_is_named(group):
    # S2 of Boris, in south, is to be won in December; only north has a plan of his.
    south = group.root.parent / "south"
    group.do("-C", str(south), "opp", "set", "S2", "--close-date", "2026-12-20")
    group.do("plan", "set", "owner=boris", "2026-12", "40 USD")
    asked = ("forecast", "--period", "2026-12")
    assert "partly_planned" not in document(group, *asked)
    found = document(group, *asked, *STORES)
    assert found["partly_planned"] == ["Boris"]
    told = group.do("report", *asked, *STORES).out
    assert "Not every store with deals of Boris has a plan of theirs." in told
    group.do("-C", str(south), "plan", "set", "owner=boris", "2026-12", "2 USD")
    assert "partly_planned" not in document(group, *asked, *STORES)


def test_a_plan_of_somebody_that_only_one_store_has_says_so(group):
    # S2 of Boris, in south, is to be won in December; only north plans for his quarter.
    group.do("-C", "../south", "opp", "set", "S2", "--close-date", "2026-12-20")
    group.do("plan", "set", "owner=boris", "2026-Q4", "100 EUR")
    asked = ("funnel", "--owner", "boris", "--period", "2026-Q4")
    assert "stores" not in document(group, *asked)["plan"]
    plan = document(group, *asked, *STORES)["plan"]
    assert (plan["stores"], plan["stores_without_plan"]) == (2, 1)
    assert "plan of Boris, in 1 of 2 stores." in group.do("report", *asked, *STORES).out
    shown = document(group, "dashboard", "overview", *asked[1:], *STORES)
    (funnel,) = [one["funnel"] for one in shown["blocks"] if one["kind"] == "funnel"]
    assert funnel["plan"]["stores_without_plan"] == 1
    (group.root / "dashboards" / "boris.yaml").write_text(OF_BORIS)
    won, by_owner = document(group, "dashboard", "boris", "--period", "2026-Q4", *STORES)["blocks"]
    (group.root / "dashboards" / "boris.yaml").unlink()
    assert won["notes"] == ["1 of 2 stores has a plan."]
    plans = {part["id"]: part["funnel"]["plan"] for part in by_owner["parts"]}
    assert plans["boris"]["stores_without_plan"] == 1


def test_plans_in_two_currencies_stand_beside_each_other(group):
    south = str(group.root.parent / "south")
    for of in ("owner=boris", "company"):
        group.do("plan", "set", of, "2026-07", "100 EUR")
        group.do("-C", south, "plan", "set", of, "2026-07", "20 USD")
    both = {"EUR": "100.00", "USD": "20.00"}
    asked = ("--period", "2026-07", *STORES)
    assert document(group, "funnel", "--owner", "boris", *asked)["plan"]["plan"] == both
    rows = {row["owner"]: row for row in document(group, "forecast", *asked)["rows"]}
    assert rows["boris"]["columns"][-1]["plan"] == both
    shown = document(group, "dashboard", "overview", *asked)
    (won,) = [one for one in shown["blocks"] if one["block"] == "won-against-plan"]
    assert {one["unit"]: one["plan"] for one in won["values"]} == both
    assert won["notes"] == []


def test_stages_that_only_one_store_has_stand_in_the_report_and_it_says_so(group):
    (path,) = (group.root.parent / "south").glob("processes/real-estate.yaml")
    whole = path.read_bytes()
    viewing = b"  - stage: viewing\n    name: Viewing\n"
    path.write_bytes(whole.replace(b"  - stage:", viewing + b"  - stage:", 1))
    answer = group.do("report", "funnel", "--format", "json", *STORES)
    path.write_bytes(whole)
    assert json.loads(answer.out)["stages"][0]["stage"] == "viewing"
    assert "real-estate isn't the same in north, south" in answer.err
