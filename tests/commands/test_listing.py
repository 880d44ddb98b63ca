"""Lists: conditions, order, columns, formats, limits, totals, broken files."""

import csv
import io
import json

import pytest

from tests.shop import Shop, made_once


@pytest.fixture
@made_once
def deals(shop: Shop) -> dict[str, str]:
    """Three deals: 47 at the first stage, 48 at the second in dollars, 49 won without a budget."""
    shop.make("department", "create", "North bank", "--id", "north")
    shop.make("person", "create", "Boris Kalnin", "--id", "boris", "--department", "north")
    shop.make("account", "create", "Mill Invest", "--email", "office@mill.example")
    made = {"47": shop.deal("Flat 47", "--budget", "250000", "--close-date", "2026-11-20")}
    made["48"] = shop.make(
        "opp", "create", "Flat 48", "--client", "mill", "--budget", "90000 USD",
        "--owner", "boris", "--stage", "key-contacts", "--source", "web",
    )  # fmt: skip
    made["49"] = shop.deal("Flat 49", "--external", "hubspot=12")
    shop.do("opp", "close", "Flat 49", "--outcome", "won")
    return made


def titles(shop: Shop, *arguments: str) -> list[str]:
    document = json.loads(shop.do("opp", "list", "--format", "json", *arguments).out)
    return [record["title"] for record in document["opportunities"]]


WHERE = [
    (["stage=key-contacts,won"], ["Flat 49", "Flat 48"]),
    (["stage=Key contacts"], ["Flat 48"]),
    (["status=open"], ["Flat 48", "Flat 47"]),
    (["status!=open"], ["Flat 49"]),
    (["budget>=100000 EUR"], ["Flat 47"]),
    (["budget>=100000"], ["Flat 47"]),
    (["budget<100000 USD"], ["Flat 48"]),
    (["budget"], ["Flat 48", "Flat 47"]),
    (["!budget"], ["Flat 49"]),
    (["close_date<today+30d", "status=open"], ["Flat 47"]),
    (["owner=@me"], ["Flat 49", "Flat 47"]),
    (["owner=Boris Kalnin"], ["Flat 48"]),
    (["department=north"], ["Flat 48"]),
    (["client=Mill Invest"], ["Flat 48"]),
    (["client~mill"], ["Flat 48"]),
    (["client_kind=account"], ["Flat 48"]),
    (["title~FLAT 4"], ["Flat 49", "Flat 48", "Flat 47"]),
    (['title="Flat 47"'], ["Flat 47"]),
    (["external.hubspot=12"], ["Flat 49"]),
    (["probability>=40"], ["Flat 49", "Flat 48"]),
    (["value>100000 EUR"], ["Flat 47"]),
    (["weighted=25000.00 EUR"], ["Flat 47"]),
    (["weighted=36000.00 USD"], ["Flat 48"]),
    (["new_client=yes"], ["Flat 48", "Flat 47"]),
    (["source=web"], ["Flat 48"]),
    (["created_at=today"], ["Flat 49", "Flat 48", "Flat 47"]),
    (["days_at_stage=0"], ["Flat 48", "Flat 47"]),
    (["overdue=yes"], []),
    (["process=real-estate"], ["Flat 49", "Flat 48", "Flat 47"]),
]


@pytest.mark.parametrize(("where", "found"), WHERE, ids=lambda v: str(v)[:50])
def test_conditions_of_every_kind_of_name(shop, deals, where, found):
    assert titles(shop, *(part for text in where for part in ("--where", text))) == found


@pytest.mark.parametrize(
    ("where", "code", "words"),
    [
        ("bugdet>1", 2, "budget"),
        ("budget>many", 2, "many"),
        ("close_date<soon", 2, "soon"),
        ("owner=nobody", 3, "nobody"),
        ("stage=nowhere", 3, "nowhere"),
        ("client=Mil Invest", 3, "Mill Invest"),
        ("source=Web", 3, "web"),
        ("probability>101%%", 2, "101%%"),
        ("=1", 2, "=1"),
        ("custom.x=1", 2, "custom.x"),
    ],
)
def test_a_condition_that_means_nothing_says_why(shop, deals, where, code, words):
    answer = shop.run("opp", "list", "--where", where)
    assert (answer.code, answer.out) == (code, "")
    assert words in answer.err


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("title", ["Flat 47", "Flat 48", "Flat 49"]),
        ("-title", ["Flat 49", "Flat 48", "Flat 47"]),
        ("budget", ["Flat 49", "Flat 47", "Flat 48"]),  # nothing, EUR, USD
        ("-budget", ["Flat 47", "Flat 48", "Flat 49"]),
        ("-status,title", ["Flat 49", "Flat 47", "Flat 48"]),  # won after open
        ("-probability", ["Flat 49", "Flat 48", "Flat 47"]),
        ("close_date", ["Flat 48", "Flat 49", "Flat 47"]),
    ],
)
def test_lists_sort_by_several_names_up_and_down(shop, deals, sort, found):
    assert titles(shop, "--sort", sort) == found


def test_a_title_that_looks_like_money_sorts_as_text(shop, deals):
    shop.deal("100 EUR")
    shop.deal("47 flats OLD")
    found = ["100 EUR", "47 flats OLD", "Flat 47", "Flat 48", "Flat 49"]
    assert titles(shop, "--sort", "title") == found


def test_columns_are_chosen_and_limits_kept(shop, deals):
    answer = shop.do("opp", "list", "--columns", "title,status", "--limit", "2", "--format", "csv")
    assert list(csv.reader(io.StringIO(answer.out))) == [
        ["title", "status"],
        ["Flat 49", "won"],
        ["Flat 48", "open"],
    ]


def test_json_has_a_schema_and_types(shop, deals):
    document = json.loads(shop.do("opp", "list", "--format", "json", "--sort", "title").out)
    assert document["schema"] == "salescli/opportunities@1"
    first = document["opportunities"][0]
    assert first["id"] == deals["47"]
    assert first["budget"] == "250000.00 EUR"
    assert first["probability"] == 10
    assert first["weighted"] == "25000.00 EUR"
    assert first["overdue"] is False
    assert first["created_at"] == "2026-11-02"
    assert first["mood"] is None


def test_jsonl_is_a_record_a_line(shop, deals):
    lines = shop.do("opp", "list", "--format", "jsonl").out.splitlines()
    assert [json.loads(line)["title"] for line in lines] == ["Flat 49", "Flat 48", "Flat 47"]


def test_what_a_record_has_many_of_is_a_list_however_many_there_are(shop, deals):
    who = shop.make("contact", "create", "Elena", "--email", "e@x.example")
    shop.do("opp", "contact", "add", "Flat 47", who)
    shop.make("activity", "plan", "Flat 47", "Show block B", "--type", "meeting")
    shop.make("proposal", "add", "Flat 47", "--amount", "100")
    names = "contacts,contacts.role,activities,activities.type,proposals,proposals.amount,products"
    answer = shop.do("opp", "list", "--format", "jsonl", "--sort", "title", "--fields", names)
    first, second, _ = map(json.loads, answer.out.splitlines())
    assert second == {name: [] for name in names.split(",")}
    assert first == {
        "contacts": [who],
        "contacts.role": [],
        "activities": ["meeting"],
        "activities.type": ["meeting"],
        "proposals": ["draft"],
        "proposals.amount": ["100.00 EUR"],
        "products": [],
    }
    shown = shop.do("opp", "list", "--sort", "title", "--fields", "activities,proposals.amount")
    assert shown.out.splitlines()[1].split() == ["meeting", "100", "EUR"]
    found = shop.do("opp", "list", "--where", "activities=meeting", "--fields", "title")
    assert found.out.split() == ["Title", "Flat", "47"]


@pytest.mark.parametrize("format_", ["table", "csv", "json", "md"])
def test_a_field_that_is_named_twice_stands_once(shop, deals, format_):
    once = shop.do("opp", "list", "--format", format_, "--fields", "title,status").out
    twice = shop.do("opp", "list", "--format", format_, "--fields", "title,status,title").out
    assert once == twice


def test_markdown_is_a_table_that_keeps_bars_inside_cells(shop, deals):
    shop.do("opp", "set", "Flat 47", "--title", "A|B `c`")
    answer = shop.do("opp", "list", "--format", "md", "--columns", "title", "--sort", "title")
    assert answer.out.splitlines()[0].strip("| ") == "Title"
    assert r"A\|B \`c\`" in answer.out


def test_csv_guards_against_formulas_unless_raw(shop, deals):
    shop.do("opp", "set", "Flat 47", "--title", "=1+1")
    options = ("opp", "list", "--format", "csv", "--columns", "title", "--where", "title~1+1")
    assert shop.do(*options).out.splitlines()[1] == "'=1+1"
    assert shop.do(*options, "--raw").out.splitlines()[1] == "=1+1"


def test_totals_stand_on_stderr_per_currency(shop, deals):
    answer = shop.do("opp", "list")
    assert answer.err == "3 deals, budget 250 000 EUR + 90 000 USD.\n"
    assert "deals" not in answer.out
    assert shop.do("opp", "list", "--format", "csv").err == ""


def test_a_table_in_a_pipe_has_full_ids_and_all_text(shop, deals):
    long = "A very long title of a deal that would never fit into eighty columns of a screen, ever"
    shop.do("opp", "set", "Flat 47", "--title", long)
    answer = shop.do("opp", "list")
    assert long in answer.out
    assert deals["48"] in answer.out


def test_a_table_on_a_terminal_has_short_ids_and_fits(shop, deals):
    shop.is_terminal = True
    shop.do("opp", "set", "Flat 47", "--title", "Очень длинное название сделки " * 4)
    answer = shop.do("opp", "list")
    assert deals["48"] not in answer.out
    assert deals["48"][4:8] in answer.out
    assert max(map(len, answer.out.splitlines())) <= 80
    assert "\x1b" not in answer.out


def test_a_terminal_shows_fifty_rows_and_says_so(shop):
    for number in range(51):
        shop.deal(f"Flat {number:02}", "--budget", "1")
    assert len(shop.do("opp", "list", "--columns", "title").out.splitlines()) >= 51
    shop.is_terminal = True
    answer = shop.do("opp", "list", "--columns", "title")
    assert sum("Flat" in line for line in answer.out.splitlines()) == 50
    assert answer.err == "50 of 51 deals shown; --limit 51 shows every one, budget 51 EUR.\n"
    assert "Flat 50" in answer.out and "Flat 00" not in answer.out  # the newest first
    everything = shop.do("opp", "list", "--columns", "title", "--all")
    assert sum("Flat" in line for line in everything.out.splitlines()) == 51
    assert everything.err == "51 deals, budget 51 EUR.\n"


def test_no_rows_at_all_by_limit_still_counts(shop, deals):
    answer = shop.do("opp", "list", "--limit", "0")
    assert answer.out == ""
    assert answer.err.startswith("0 of 3 deals shown")


@pytest.mark.parametrize("kind", ["opportunity", "account", "contact", "department", "product"])
@pytest.mark.parametrize("format_", ["table", "json", "jsonl", "csv", "md"])
def test_lists_of_nothing_are_empty_and_fine(shop, kind, format_):
    answer = shop.do(kind, "list", "--format", format_)
    if format_ == "table":
        assert answer.out == "" and answer.err.startswith("No ") and answer.err.endswith("yet.\n")
    elif format_ == "json":
        document = json.loads(answer.out)
        assert [value for name, value in document.items() if name != "schema"] == [[]]
    elif format_ == "jsonl":
        assert answer.out == ""
    else:
        assert answer.err == ""


def test_a_list_knows_the_revision_that_show_prints(shop, deals):
    shop.make("lead", "create", "L", "--person", "Ivan")
    for noun, plural in (
        ("opportunity", "opportunities"),
        ("contact", "contacts"),
        ("lead", "leads"),
    ):
        told = shop.do(noun, "list", "--fields", "id,revision", "--format", "json").out
        rows = json.loads(told)[plural]
        assert rows
        for row in rows:
            whole = json.loads(shop.do(noun, "show", row["id"], "--format", "json").out)
            assert row["revision"] == whole["revision"]


def test_a_condition_that_nothing_meets_says_so(shop, deals):
    assert shop.do("opp", "list", "--where", "stage=lost").err == "No opportunities meet that.\n"


@pytest.mark.parametrize("format_", ["table", "json", "csv"])
def test_a_broken_file_is_named_and_the_rest_is_listed(shop, deals, format_):
    path = shop.folder(deals["47"]) / "opportunity.yaml"
    shop.replace(path, "250000.00 EUR", "12,5 EUR")
    answer = shop.run("opp", "list", "--format", format_)
    assert answer.code == 4
    assert "Flat 48" in answer.out and "Flat 47" not in answer.out
    place = path.relative_to(shop.root)
    assert f"{place}:8:9: " in answer.err
    assert "1 file can't be read: what it holds is not shown.\n" in answer.err


def test_people_departments_and_products_list_in_the_order_of_their_file(shop, deals):
    document = json.loads(shop.do("person", "list", "--format", "json").out)
    assert [record["id"] for record in document["people"]] == ["anna", "boris"]
    assert titles_of(shop, "department") == ["north"]
    shop.make("product", "create", "Flat 47", "--id", "f47", "--price", "2026-01-01=1000")
    shop.do("product", "set", "f47", "--price", "2027-01-01=2000")
    document = json.loads(shop.do("product", "list", "--format", "json").out)
    assert document["products"][0]["price"] == "1000.00 EUR"  # in force today


def titles_of(shop: Shop, kind: str) -> list[str]:
    document = json.loads(shop.do(kind, "list", "--format", "json").out)
    return [record["id"] for record in document[f"{kind}s"]]


def test_money_of_the_store_s_currency_stands_before_other_money_either_way(deals, shop):
    shop.deal("Flat 50", "--budget", "100 EUR")
    for sort, expected in (("-budget", ["47", "50", "48"]), ("budget", ["50", "47", "48"])):
        found = titles(shop, "--where", "budget", "--sort", sort)
        assert [title.removeprefix("Flat ") for title in found] == expected
