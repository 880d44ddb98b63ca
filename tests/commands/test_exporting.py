"""`export`: which rows and columns go out, and in which form."""

import csv
import io
import json
import sqlite3
from decimal import Decimal

import openpyxl
import pyarrow.parquet
import pytest

from salescli.model.fields import specs_of
from salescli.model.records import RECORD_TYPES
from salescli.model.tables import table_specs
from tests.shop import Shop, made_once

TABLES = list(table_specs({}))


@pytest.fixture
@made_once
def two(shop: Shop) -> Shop:
    """Two deals of one client: a flat at key contacts, and a garden house that was lost."""
    flat = shop.deal("Flat 47", "--budget", "250000", "--close-date", "2026-12-15")
    shop.do("opportunity", "advance", flat)
    house = shop.deal("Garden house", "--budget", "90000.50")
    shop.do("opportunity", "close", house, "--outcome", "lost", "--reason", "no-budget")
    return shop


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def lines_of(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("kind", RECORD_TYPES)
def test_json_lines_of_a_record_have_every_declared_field_in_its_order(kind):
    declared = [spec.name for spec in specs_of(RECORD_TYPES[kind])]
    fields = [spec.name for spec in table_specs({})[kind].fields]
    assert fields[: len(declared)] == declared


def test_a_deal_is_told_with_what_is_computed_of_it(two):
    flat, house = sorted(
        lines_of(two.do("export", "jsonl", "opportunity").out), key=lambda one: str(one["title"])
    )
    assert (flat["budget"], flat["probability"], flat["probability_by_hand"]) == (
        "250000.00 EUR",
        40,
        False,
    )
    assert (flat["status"], flat["weighted"], flat["contacts"]) == ("open", "100000.00 EUR", [])
    assert (house["status"], house["close_reason"], house["mood"]) == ("lost", "no-budget", None)


def test_money_in_a_row_is_an_amount_and_a_currency(two):
    rows = rows_of(two.do("export", "csv", "opportunity", "--columns", "title,budget").out)
    assert {"title": "Garden house", "budget": "90000.50", "budget_currency": "EUR"} in rows


def test_conditions_order_and_limit_are_those_of_lists(two):
    asked = ("--where", "status=open", "--columns", "title")
    assert rows_of(two.do("export", "csv", "opp", *asked).out) == [{"title": "Flat 47"}]
    asked = ("--sort", "-budget", "--limit", "1", "--columns", "title")
    assert rows_of(two.do("export", "csv", "opp", *asked).out) == [{"title": "Flat 47"}]
    asked = ("--sort", "budget", "--limit", "1", "--columns", "title")
    assert lines_of(two.do("export", "jsonl", "opp", *asked).out) == [{"title": "Garden house"}]


def test_archived_records_go_out_too(two):
    before = len(lines_of(two.do("export", "jsonl", "opportunity").out))
    two.do("opportunity", "archive", "Garden house")
    assert len(lines_of(two.do("export", "jsonl", "opportunity").out)) == before
    some = two.do("export", "jsonl", "opportunity", "--where", "!archived").out
    assert [one["title"] for one in lines_of(some)] == ["Flat 47"]


def test_an_undone_event_goes_out_and_does_not_count(two):
    two.do("opportunity", "set", "Flat 47", "--mood", "hopeful")
    two.do("opportunity", "set", "Flat 47", "--budget", "1")
    two.do("undo")
    events = lines_of(two.do("export", "jsonl", "event", "--where", "kind=changed").out)
    assert sorted(event["counts"] for event in events) == [False, True]
    changes = rows_of(two.do("export", "csv", "change", "--where", "field=budget").out)
    told = {(one["before"], one["after"], one["counts"]) for one in changes}
    assert ("250000.00 EUR", "1.00 EUR", "no") in told


def test_visits_are_the_stays_in_the_stages(two):
    visits = rows_of(two.do("export", "csv", "visit").out)
    told = [(one["stage"], one["entry"], one["left_at"] != "") for one in visits]
    assert ("qualification", "created", True) in told
    assert ("key-contacts", "forward", False) in told
    assert ("lost", "closed", True) in told


def test_every_table_goes_out_in_every_form(two):
    for table in TABLES:
        rows = rows_of(two.do("export", "csv", table, "--raw").out)
        lines = lines_of(two.do("export", "jsonl", table).out)
        assert len(rows) == len(lines), table


def test_a_formula_is_guarded_in_csv_and_raw_is_not(two):
    two.deal("=1+1")
    asked = ("export", "csv", "opportunity", "--columns", "title")
    assert {"title": "'=1+1"} in rows_of(two.do(*asked).out)
    assert {"title": "=1+1"} in rows_of(two.do(*asked, "--raw").out)


def test_a_workbook_has_texts_where_texts_are_and_no_formula(two, tmp_path):
    two.deal("=1+1")
    two.do("export", "xlsx", "-o", str(tmp_path / "all.xlsx"))
    book = openpyxl.load_workbook(tmp_path / "all.xlsx")
    assert book.sheetnames == TABLES
    sheet = book["opportunity"]
    names = [cell.value for cell in sheet[1]]
    titles = {row[names.index("title")].value: row for row in sheet.iter_rows(min_row=2)}
    assert titles["=1+1"][names.index("title")].data_type == "s"
    assert titles["Flat 47"][names.index("budget")].value == 250000
    assert titles["Flat 47"][names.index("close_date")].value.isoformat() == "2026-12-15T00:00:00"


def test_a_text_that_no_cell_of_a_workbook_holds_is_told(two, tmp_path):
    fields = [f"--{name}={'x' * 16_000}" for name in ("tactic", "strengths", "weaknesses")]
    two.deal("Flat 48", *fields)
    told = two.do("export", "xlsx", "event", "-o", str(tmp_path / "events.xlsx")).err
    assert "Cut, since a cell holds 32767 characters: 1 of event.own." in told


def test_the_same_tables_make_the_same_workbook_and_database(two, tmp_path):
    for form in ("xlsx", "sqlite"):
        for name in ("one", "two"):
            two.do("export", form, "-o", str(tmp_path / name))
        assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_parquet_has_exact_amounts(two, tmp_path):
    two.do("export", "parquet", "opportunity", "--sort", "budget", "-o", str(tmp_path / "d"))
    table = pyarrow.parquet.read_table(tmp_path / "d")
    assert table["budget"].to_pylist() == [Decimal("90000.5"), Decimal(250000)]
    assert table.schema.field("budget").metadata == {b"doc": b"What the client can spend"}


def test_a_database_file_holds_every_table(two, tmp_path):
    two.do("export", "sqlite", "-o", str(tmp_path / "all.sqlite"))
    db = sqlite3.connect(tmp_path / "all.sqlite")
    assert [
        name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
    ] == TABLES
    assert db.execute("SELECT sum(budget) FROM opportunity").fetchall() == [(340000.5,)]
    db.close()


def test_nothing_binary_goes_to_a_terminal(two):
    two.is_terminal = True
    answer = two.run("export", "sqlite")
    assert answer.code == 2 and "--output" in answer.err


def test_what_can_not_be_read_is_named_and_the_rest_goes_out(two):
    (broken,) = two.root.glob("opportunities/*/garden*/opportunity.yaml")
    broken.write_text("title: [\n")
    answer = two.run("export", "jsonl", "opportunity", "--columns", "title")
    assert answer.code == 4
    assert lines_of(answer.out) == [{"title": "Flat 47"}]
    assert "garden-house" in answer.err
    answer = two.run("export", "store")
    assert (answer.code, answer.out) == (4, "")


def test_every_unknown_name_is_told_at_once(two):
    answer = two.run("export", "csv", "opportunity", "--columns", "titel,budgte")
    assert answer.code == 2
    assert "title" in answer.err and "budget" in answer.err


def test_a_list_or_mapping_that_is_asked_for_is_a_column_too(two):
    two.do("opp", "set", "Flat 47", "--external", "hubspot=12")
    who = two.make("contact", "create", "Anna", "--email", "a@x.example")
    two.do("opp", "contact", "add", "Flat 47", who)
    asked = "title,contacts,external,external.hubspot,external.none,leads"
    answer = two.do("export", "csv", "opportunity", "--columns", asked, "--where", "title=Flat 47")
    header, row = csv.reader(answer.out.splitlines())
    assert header == asked.split(",")
    assert json.loads(row[1])[0]["contact"] == who
    assert (json.loads(row[2]), row[3:]) == ({"hubspot": "12"}, ["12", "", ""])


def test_a_custom_field_has_a_column_and_a_wrong_value_is_left_empty(two):
    settings = two.root / "salescli.yaml"
    settings.write_text(
        settings.read_text()
        + "custom_fields:\n  opportunity:\n    rooms:\n      name: Rooms\n      type: whole\n"
    )
    two.do("opportunity", "set", "Flat 47", "--custom", "rooms=3")
    asked = (
        "export",
        "csv",
        "opportunity",
        "--where",
        "title=Flat 47",
        "--columns",
        "custom_rooms",
    )
    assert rows_of(two.do(*asked).out) == [{"custom_rooms": "3"}]
    (path,) = two.root.glob("opportunities/*/flat*/opportunity.yaml")
    path.write_text(path.read_text().replace("rooms: 3", "rooms: many"))
    assert two.run(*asked).out.splitlines()[1:] in (['""'], [""])


def test_what_a_store_export_does_not_take_is_named(two):
    deal = next(two.root.glob("opportunities/*/flat-47--*"))
    for path in ("README.md", ".hidden", "notes/a.txt", "opportunities/list.txt"):
        (two.root / path).parent.mkdir(exist_ok=True)
        (two.root / path).write_text("x")
    (two.root / "link.md").symlink_to("README.md")
    (deal / "plan.txt").write_text("x")
    place = f"{deal.relative_to(two.root)}/plan.txt"
    said = " ".join(two.do("export", "store").err.split())
    told = said.partition("no part of a store: ")[2].removesuffix(".").split(", ")
    assert set(told) == {
        ".hidden", "README.md", "link.md", "notes", "opportunities/list.txt", place
    }  # fmt: skip


@pytest.mark.parametrize("words", ["csv opportunity", "jsonl opportunity", "store", "sql person"])
def test_every_text_goes_to_a_file_as_it_goes_to_stdout(two, tmp_path, words):
    printed = two.do("export", *words.split()).out
    done = two.do("export", *words.split(), "--output", str(tmp_path / "x"))
    assert (done.out, (tmp_path / "x").read_bytes()) == ("", printed.encode())
    lost = two.run("export", *words.split(), "-o", str(tmp_path / "none" / "x"))
    assert (lost.code, "can't be written" in lost.err) == (6, True)


def test_plans_units_proposals_and_what_else_lies_in_records_are_tables(two):
    for line in (
        ("plan", "set", "owner=anna", "2026-Q4", "5000"),
        ("unit", "building", "create", "b2", "--name", "B 2"),
        ("unit", "create", "b2", "a-1", "--kind", "flat", "--floor", "3"),
        ("proposal", "add", "Flat 47", "--amount", "240000", "--number", "R-47"),
        ("feed", "post", "Flat 47", "Hello"),
        ("file", "attach", "Flat 47", "https://x.example/a", "--link"),
        ("time", "add", "Flat 47", "1:30"),
    ):
        two.do(*line)
    rows = {
        table: lines_of(two.do("export", "jsonl", table).out)
        for table in "plan building unit proposal post file time".split()
    }
    assert {table: len(found) for table, found in rows.items()} == dict.fromkeys(rows, 1)
    told = {table: found[0] for table, found in rows.items()}
    assert (told["plan"]["plan"], told["plan"]["last_day"]) == ("5000.00 EUR", "2026-12-31")
    assert (told["unit"]["building"], told["unit"]["floor"]) == ("b2", 3)
    assert told["proposal"]["amount"] == "240000.00 EUR"
    assert (told["post"]["text"], told["time"]["minutes"]) == ("Hello", 90)
    assert (told["file"]["place"], told["file"]["is_link"]) == ("https://x.example/a", True)
    asked = "select sum(minutes) minutes from time"
    assert lines_of(two.do("sql", asked, "--format", "jsonl").out) == [{"minutes": 90}]


def test_a_sheet_takes_order_limit_and_fields_as_all_exports_do(two, tmp_path):
    where = str(tmp_path / "a.xlsx")
    two.do("export", "xlsx", "opp", "--sort", "-budget", "--limit", "1", "--fields", "title",
           "--output", where)  # fmt: skip
    sheet = openpyxl.load_workbook(where).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [["title"], ["Flat 47"]]
    assert two.run("export", "xlsx", "--limit", "1", "--output", where).code == 2
