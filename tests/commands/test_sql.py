"""`sql`: what a query sees, and what it can't do."""

import csv
import io
import json

import pytest

from salescli.model.tables import table_specs
from tests.shop import Shop, made_once

WRITING = (
    "delete from person",
    "update person set name = 'x'",
    "insert into person (id) values ('x')",
    "create table x (a)",
    "create temp table x (a)",
    "drop table person",
    "begin",
    "attach 'x.sqlite' as x",
    "vacuum into 'x.sqlite'",
    "pragma table_info(person)",
    "select * from pragma_table_info('person')",
    "select load_extension('x')",
)


@pytest.fixture
@made_once
def two(shop: Shop) -> Shop:
    """Two deals of one client."""
    shop.do("opportunity", "advance", shop.deal("Flat 47", "--budget", "0.10"))
    shop.deal("=1+1", "--budget", "0.20")
    return shop


def test_a_query_sees_the_store_as_it_is(two):
    query = "select stage, count(*) n from opportunity group by stage order by stage"
    told = json.loads(two.do("sql", query, "--format", "json").out)
    assert told == {
        "schema": "salescli/rows@1",
        "rows": [{"stage": "key-contacts", "n": 1}, {"stage": "qualification", "n": 1}],
    }


def test_what_nobody_has_archived_is_not_archived(two):
    two.do("person", "create", "Boris Kalnin", "--id", "boris")
    two.do("opportunity", "close", "=1+1", "--outcome", "lost", "--reason", "no-budget")
    two.do("opportunity", "archive", "=1+1")
    query = "select title from opportunity where not archived"
    assert rows_told(two, query) == [{"title": "Flat 47"}]
    query = "select distinct archived, is_primary from opportunity order by archived"
    assert rows_told(two, query) == [
        {"archived": 0, "is_primary": None},
        {"archived": 1, "is_primary": None},
    ]
    assert rows_told(two, "select count(*) n from contact where archived is null") == [{"n": 0}]


def rows_told(shop: Shop, query: str) -> list[dict[str, object]]:
    told = json.loads(shop.do("sql", query, "--format", "json").out)
    return list(told["rows"])


def test_a_sum_of_decimals_is_told_as_people_add(two):
    assert two.do("sql", "select sum(budget) s from opportunity", "--format", "csv").out == (
        "s\n0.3\n"
    )


def test_every_table_can_be_asked(two):
    for table in table_specs({}):
        count = two.do("sql", f'select count(*) n from "{table}"', "--format", "csv").out
        lines = two.do("export", "jsonl", table).out.splitlines()
        assert count == f"n\n{len(lines)}\n", table


@pytest.mark.parametrize("query", WRITING)
def test_a_query_changes_nothing_and_opens_nothing(two, query):
    before = two.tree()
    answer = two.run("sql", query)
    assert (answer.code, answer.out) == (1, "")
    assert two.tree() == before


def test_two_queries_or_none_are_no_query(two):
    assert two.run("sql", "select 1; delete from person").code == 2
    assert two.run("sql", "").code == 2
    assert two.run("sql").code == 2


def test_a_query_without_end_is_stopped(two):
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"
    assert two.run("sql", endless, "--seconds", "0.1").code == 1
    assert two.run("sql", "select length(zeroblob(900000000))").code == 1


def test_columns_of_one_name_are_told_apart(two):
    query = "select a.id, b.id from person a, person b"
    assert two.do("sql", query, "--format", "csv").out == "id,id_2\nanna,anna\n"


def test_a_formula_is_guarded_and_a_number_is_not(two):
    query = "select title, -1 n from opportunity where title like '=%'"
    (row,) = csv.DictReader(io.StringIO(two.do("sql", query, "--format", "csv").out))
    assert row == {"title": "'=1+1", "n": "-1"}
    (row,) = csv.DictReader(io.StringIO(two.do("sql", query, "--format", "csv", "--raw").out))
    assert row == {"title": "=1+1", "n": "-1"}


def test_the_name_of_a_column_is_guarded_like_its_texts(two):
    query = """select 1 as "=cmd|'/C calc'!A0" """
    assert two.do("sql", query, "--format", "csv").out == "'=cmd|'/C calc'!A0\n1\n"
    assert two.do("sql", query, "--format", "csv", "--raw").out == "=cmd|'/C calc'!A0\n1\n"


def test_a_query_may_come_from_stdin(two):
    assert two.run("sql", "-", "--format", "csv", stdin="select 1 as one").out == "one\n1\n"


def test_the_schema_tells_every_column(two):
    rows = json.loads(two.do("sql", "--schema", "visit", "--format", "json").out)["tables"]
    assert [row["column"] for row in rows] == [c.name for c in table_specs({})["visit"].columns]


def test_infinity_is_null_in_json_which_has_none(two):
    query = "select 9e999 more, -9e999 less"
    assert rows_told(two, query) == [{"more": None, "less": None}]
    assert two.do("sql", query, "--format", "jsonl").out == '{"more":null,"less":null}\n'
    assert two.do("sql", query, "--format", "csv").out.split() == [
        "more,less",
        "infinity,'-infinity",
    ]


def test_a_query_may_begin_with_a_comment(two):
    for begun in ("-- how many", "--how many", "--"):
        query = f"{begun}\nselect count(*) n from opportunity"
        assert two.do("sql", query, "--format", "csv").out.split() == ["n", "2"]
        assert two.do("sql", "--format", "csv", query).out.split() == ["n", "2"]
    assert two.run("sql", "--nonsense").code == 2


def test_a_table_or_column_that_is_not_there_has_the_nearest_that_is(shop):
    for query, near in (
        ("select stge from opportunity", "Did you mean stage?"),
        ("select o.titel from opportunity o", "Did you mean title?"),
        ("select * from deals", "Did you mean opportunity?"),
        ("select * from opportunty", "Did you mean opportunity?"),
    ):
        told = shop.run("sql", query)
        assert (told.code, near in told.err) == (2, True), told.err
