"""Lists over many stores: every list takes them, says whose each row is, each in its own zone."""

import csv
import json
import re
import shlex
from io import StringIO

import click
import pytest

from salescli.cli import cli
from tests.commands.test_stores import STORES
from tests.shop import new_shop

# 3 November, 00:30 in Riga; 2 November, 14:30 in Los Angeles.
LATE = "2026-11-02T22:30Z"
LISTS = {
    "account list": [],
    "activity list": [],
    "agenda": ["--everyone", "--week"],
    "approval list": [],
    "changes": ["--since", "2026-11-01"],
    "client list": [],
    "competitor list": [],
    "contact list": [],
    "dashboard list": [],
    "department list": [],
    "dictionary list": ["sources"],
    "lead list": [],
    "log": [],
    "next": ["--person", "boris"],
    "opportunity board": [],
    "opportunity list": [],
    "person list": [],
    "plan list": [],
    "process list": [],
    "process status": [],
    "product list": [],
    "reservation list": [],
    "search": ["elena"],
    "unit building list": [],
    "unit list": [],
}
"""Every list of records, with what it must be asked for besides."""
OF_ONE_STORE = {
    **dict.fromkeys(
        (
            "account show",
            "client history",
            "client show",
            "competitor show",
            "contact show",
            "department show",
            "feed list",
            "file list",
            "file open",
            "lead blame",
            "lead show",
            "lead timeline",
            "mail list",
            "mail show",
            "opportunity blame",
            "opportunity brief",
            "opportunity completion",
            "opportunity show",
            "opportunity tactic history",
            "opportunity tactic show",
            "opportunity timeline",
            "person show",
            "product show",
            "proposal list",
            "unit chess",
            "unit show",
        ),
        "tells of one record, which lies in one store",
    ),
    **dict.fromkeys(
        ("dashboard check", "dashboard show", "process check", "process draw", "process show"),
        "is of a definition, which each store has its own of",
    ),
    **dict.fromkeys(
        (
            "export csv",
            "export jsonl",
            "export parquet",
            "export sql",
            "export sqlite",
            "export store",
            "export xlsx",
            "sql",
        ),
        "has the tables of one store, under its own ids",
    ),
    "report diff": "names two revisions of one repository",
    **dict.fromkeys(
        ("completion", "help", "import mapping", "schema"), "is of the program, and reads no store"
    ),
    **dict.fromkeys(
        ("demo", "doctor", "git merge-driver", "sync"), "makes, or sees to, one store or clone"
    ),
}
"""Commands that read, and why they take one store alone."""
NOT_AS_ROWS = {"agenda", "changes", "next", "opportunity board", "search"}
MERGED = {"competitor", "department", "dictionary", "person", "process list", "product"}
"""Lists of named things: what two stores have alike stands there once."""


@pytest.fixture(scope="module")
def group(tmp_path_factory):
    """North (Riga) and south (Los Angeles): the same of all in both, and `anna` somebody else."""
    place = tmp_path_factory.mktemp("lists")
    shops = [new_shop(place / name) for name in ("north", "south")]
    shops[1].random.seed(7)
    shops[1].replace("salescli.yaml", "Europe/Riga", "America/Los_Angeles")
    for shop, name in zip(shops, ("Anna Ozola", "Ana Silva"), strict=True):
        shop.do("person", "set", "anna", "--name", name)
        shop.do("person", "create", "Boris", "--id", "boris")
        shop.do("account", "create", "Baltic Bakery")
        shop.do("competitor", "create", "Rival")
        shop.do("department", "create", "Sales", "--id", "sales")
        shop.do("product", "create", "Flat", "--id", "flat", "--price", "100")
        shop.do("unit", "building", "create", "b", "--name", "House")
        shop.do("unit", "create", "b", "b-1", "--kind", "flat", "--product", "flat")
        deal = shop.deal("Flat 47", "--owner", "anna", "--budget", "100")
        shop.do("lead", "create", "Interest", "--client", "Elena Petrova")
        shop.do("reservation", "add", deal, "b-1", "--until", "2026-12-01")
        shop.do("activity", "plan", deal, "Call", "--type", "call", "--start", LATE)
        meeting = ("--type", "meeting", "--owner", "boris", "--start", LATE)
        shop.do("activity", "plan", deal, "Visit", *meeting)
        shop.do("approval", "request", deal, "Discount", "--of", "boris")
        shop.do("plan", "set", "owner=anna", "2026-11", "250")
        shop.do("plan", "set", "client=Elena Petrova", "2026-11", "50")
    shops[0].do("process", "start", "Flat 47")
    return shops[0]


def walk(command, path=()):
    """Every command below one, with its words."""
    if not isinstance(command, click.Group):
        yield " ".join(path), command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        yield from walk(command.get_command(context, name), (*path, name))


def asks_for_stores(command):
    return {"store", "stores", "scheduler"} <= {one.name for one in command.params}


def test_what_reads_takes_several_stores_unless_it_says_why_not():
    found = dict(walk(cli))
    reading = {
        words: command
        for words, command in found.items()
        if "dry_run" not in {one.name for one in command.params}
    }
    of_one = {words for words, command in reading.items() if not asks_for_stores(command)}
    assert of_one == OF_ONE_STORE.keys()
    reports = {words for words in found if words.startswith("report ")} - {"report diff"}
    assert reading.keys() - of_one == LISTS.keys() | reports


@pytest.mark.parametrize("words", sorted(set(LISTS) - NOT_AS_ROWS))
def test_a_list_has_the_rows_of_all_stores(group, words):
    told = group.do(*words.split(), *LISTS[words], "--format", "csv", *STORES).out
    rows = [{k.lower(): v for k, v in row.items()} for row in csv.DictReader(StringIO(told))]
    if any(words.startswith(one) for one in MERGED):
        assert rows and not any("store" in row for row in rows)
        return
    stores = ["north"] if words == "process status" else ["north", "south"]
    assert sorted({row["store"] for row in rows}) == stores


def test_activities_have_the_day_of_their_own_store_and_their_own_owner(group):
    found = json.loads(group.do("activity", "list", "--open", "--format", "json", *STORES).out)
    calls = {row["store"]: row for row in found["activities"] if row["type"] == "call"}
    assert [calls[one]["due_on"] for one in ("north", "south")] == ["2026-11-03", "2026-11-02"]
    assert calls["north"]["owner"] == "north/anna"
    closed = json.loads(group.do("activity", "list", "--format", "json", *STORES).out)
    assert {row["owner"] for row in closed["activities"]} == {"north/anna", "south/anna", "boris"}
    shown = group.do("activity", "list", "--type", "call", *STORES).out
    assert "2026-11-03 00:30" in shown and "2026-11-02 14:30" in shown


def test_the_agenda_of_several_stores_is_one_a_person(group):
    asked = ["agenda", "--everyone", "--week", *STORES]
    found = json.loads(group.do(*asked, "--format", "json").out)
    people = {one["person"]: one for one in found["people"]}
    assert set(people) == {"north/anna", "south/anna", "boris"}
    # One day for all, the latest of any store: at 09:30 UTC that is 2 November in both.
    assert found["today"] == "2026-11-02"
    assert [one["due_on"] for one in people["south/anna"]["today"]] == ["2026-11-02"]
    assert "2026-11-03" in [one["due_on"] for one in people["north/anna"]["week"]]
    assert sorted(one["store"] for one in people["boris"]["approvals"]) == ["north", "south"]
    told = group.do(*asked).out
    assert "14:30" in told and "Tue 00:30" in told
    assert "Elena Petrova · south" in told
    assert "south" in group.do("agenda", "--person", "south/anna", "--week", *STORES).out


def test_a_plan_of_a_client_is_found_in_the_store_that_has_them(group):
    found = group.do("plan", "list", "client=Elena Petrova", "--format", "json", *STORES)
    plans = json.loads(found.out)["plans"]
    assert sorted((one["store"], one["name"]) for one in plans) == [
        ("north", "Elena Petrova"),
        ("south", "Elena Petrova"),
    ]
    unknown = group.run("plan", "list", "owner=carl", *STORES)
    assert unknown.code == 3 and unknown.err.count("carl") <= 2


def test_units_are_filtered_by_building_and_store(group):
    asked = ["unit", "list", "--building", "House", "--where", "store=south", *STORES]
    found = json.loads(group.do(*asked, "--format", "json").out)
    assert [(one["store"], one["id"], one["price"]) for one in found["units"]] == [
        ("south", "b-1", "100.00 EUR")
    ]
    unknown = group.run("unit", "list", "--building", "Palace", *STORES)
    assert unknown.code == 3 and "Palace" in unknown.err


def test_a_search_has_the_likeliest_of_each_store_first(group):
    found = json.loads(group.do("search", "elena", "--limit", "2", "--format", "json", *STORES).out)
    assert [hit["store"] for hit in found["hits"]] == ["north", "south"]
    assert found["found"] > 2


@pytest.mark.parametrize("words", ["activity list", "unit list", "plan list"])
def test_a_file_that_cannot_be_read_is_named_with_its_store(group, words):
    kind = {"unit list": "units/*.yaml", "plan list": "plans/*.yaml"}
    (path, *_) = (group.root.parent / "south").glob(kind.get(words, "contacts/*.yaml"))
    whole = path.read_bytes()
    path.write_bytes(b"name: [\n")
    try:
        answer = group.run(*words.split(), *STORES)
    finally:
        path.write_bytes(whole)
    assert answer.code == 4
    assert f"south/{path.parent.name}/" in answer.err
    assert "north" in answer.out


@pytest.mark.parametrize("words", ["agenda", "changes", "log", "next", "opportunity board"])
def test_a_store_that_is_not_there_fails_a_list_with_its_name(group, words):
    asked = [*words.split(), *LISTS[words]]
    answer = group.run(*asked, "--store", "../north", "--store", "../nowhere")
    assert (answer.code, answer.out) == (3, "")
    assert "nowhere: there is no store" in answer.err


@pytest.mark.parametrize("words", [("activity", "list"), ("next",)])
def test_what_is_of_one_record_is_not_asked_of_several_stores(group, words):
    answer = group.run(*words, "Flat 47", *STORES)
    assert answer.code == 2 and "one store alone" in answer.err


@pytest.mark.parametrize("words", ["changes", "log --git", "next", "opportunity board"])
def test_a_commit_of_several_stores_is_refused(group, words):
    asked = [*words.split(), *LISTS.get(words, []), "--rev", "HEAD"]
    answer = group.run(*asked, *STORES)
    assert (answer.code, answer.out) == (2, "")
    assert "--rev is of one repository" in answer.err


def test_a_board_has_the_cards_of_all_stores_under_one_set_of_stages(group):
    stages = json.loads(group.do("opp", "board", "--format", "json", *STORES).out)["stages"]
    (stage,) = [one for one in stages if one["count"]]
    assert (stage["count"], stage["sum"]) == (2, {"EUR": "200.00"})
    assert sorted(card["store"] for card in stage["cards"]) == ["north", "south"]
    assert (
        "store"
        not in json.loads(group.do("opp", "board", "--format", "json").out)["stages"][0]["cards"][0]
    )
    asked = ["opp", "board", "--where", "store=south", "--where", "owner=@me"]
    told = group.do(*asked, "--actor", "south/anna", "--width", "80", *STORES).out
    assert "south  opp-" in told and "north" not in told
    assert "· south ·" in group.do("opp", "board", *STORES).out
    assert ": Elena Petrova, south," in group.do("opp", "board", "--format", "md", *STORES).out
    answer = group.run("opp", "board", "--where", "clent=x", *STORES)
    assert answer.code == 2 and answer.err.count("'clent' is not a field") == 1


def test_next_has_the_deals_of_all_stores_and_commands_that_find_theirs(group):
    deals = json.loads(group.do("next", "--person", "boris", "--format", "json", *STORES).out)[
        "deals"
    ]
    assert sorted(one["store"] for one in deals) == ["north", "south"]
    (south,) = [one for one in deals if one["store"] == "south"]
    owners = {one["owner"]: one["due_on"] for one in south["activities"]}
    # 2 November in Los Angeles; in Riga it is the third.
    assert set(owners) == {"boris", "south/anna"} and owners["south/anna"] == "2026-11-02"
    (visit,) = [one for one in south["activities"] if one["owner"] == "boris"]
    assert visit["command"].startswith("salescli -C ../south activity done ")
    assert all(one.startswith("salescli -C ../south ") for one in south["commands"])
    for command in south["commands"]:
        if "…" not in command:
            group.do(*shlex.split(command)[1:], "--dry-run")
    told = group.do("next", "--person", "boris", *STORES)
    assert "       south · Qualification" in told.out and "-C ../south activity done" in told.out
    sent = group.do("next", "--person", "boris", "--format", "md", *STORES).out
    assert "Elena Petrova · south · 100 EUR" in sent and "`salescli -C ../south" in sent


def test_next_knows_who_acts_in_the_store_that_has_them(group):
    told = group.do("next", "--actor", "south/anna", *STORES)
    assert told.err == "Your open deal wants something today.\n"
    assert "-C ../south" in told.out and "north" not in told.out
    assert "         you, " in told.out
    answer = group.run("next", "--actor", "anna", *STORES)
    assert answer.code == 3 and "north/anna or south/anna" in answer.err


def test_commands_of_all_stores_stand_in_one_order_newest_first(group):
    asked = ["log", "--format", "json", "--limit", "5", *STORES]
    rows = json.loads(group.do(*asked).out)["log"]
    assert len(rows) == 5 and rows[0]["command"] == "process start"
    assert [row["at"] for row in rows] == sorted((row["at"] for row in rows), reverse=True)
    assert {(row["store"], row["actor"]) for row in rows} == {
        ("north", "north/anna"),
        ("south", "south/anna"),
    }
    answer = group.run("log", "--git", *STORES)
    assert answer.code != 0 and "north: " in answer.err and "south: " in answer.err


def test_changes_are_told_by_person_each_at_the_time_of_their_store(group):
    found = json.loads(
        group.do("changes", "--since", "2026-11-01", "--format", "json", *STORES).out
    )
    told = {
        one["person"]: {change["store"] for change in one["changes"]} for one in found["people"]
    }
    assert told == {"north/anna": {"north"}, "south/anna": {"south"}}
    shown = group.do("changes", "--since", "2026-11-01", *STORES).out
    assert "planned for 3 Nov 2026 00:30" in shown and "planned for 2 Nov 2026 14:30" in shown
    assert "Flat 47 · south" in shown
    # 09:13 UTC and later in Riga, and at night in Los Angeles
    assert re.search("2 Nov 11:.*created at Qualification", shown)
    assert re.search("2 Nov 01:.*created at Qualification", shown)
    answer = group.run("changes", "--since", "HEAD~3", *STORES)
    assert answer.code == 2 and "a revision is of one repository" in answer.err


def test_the_tasks_of_a_day_are_those_of_all_stores(group, monkeypatch):
    monkeypatch.setitem(group.environ, "SALESCLI_ACTOR", "south/anna")
    asked = ["report", "dashboard", "my-day", "--format", "json", *STORES]
    found = json.loads(group.do(*asked).out)
    (block,) = [one for one in found["blocks"] if one.get("report") == "agenda"]
    (person,) = block["document"]["people"]
    assert (person["person"], [one["title"] for one in person["today"]]) == ("south/anna", ["Call"])
