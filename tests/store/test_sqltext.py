"""Case in SQL: what SQLite says of ASCII holds for every script."""

import sqlite3

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from salescli.store import sqltext
from salescli.store.database import connect_scratch

TEXTS = st.text("aAb%_x.\n", max_size=6)


@given(TEXTS, TEXTS)
@example("", "x")
@example("abx", "__%x")
def test_like_is_what_sqlite_says_where_that_knows_the_letters(text, pattern):
    with sqlite3.connect(":memory:") as db:
        plain, escaped = db.execute(
            "select ?1 like ?2, ?1 like ?2 escape 'x'", (text, pattern)
        ).fetchone()
    assert sqltext.like(pattern, text) == plain
    assert sqltext.like(pattern, text, "x") == escaped


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("'Вера Новикова' like '%новикова%'", 1),
        ("'ZIEMEĻVĒJŠ' like 'zieme_vējš'", 1),
        ("upper('ёж')", "ЁЖ"),
        ("lower('ĀĶIS')", "āķis"),
        ("'Ж' = 'ж' collate nocase", 1),
        ("'Ж' = 'ж'", 0),
        ("null like '%'", None),
        ("upper(null)", None),
        ("25 like '2_'", 1),
    ],
)
def test_a_query_knows_case_in_every_script(said, answer):
    assert connect_scratch().execute(f"select {said}").fetchone() == (answer,)


def test_no_pattern_takes_long_and_one_that_is_none_is_an_error():
    assert sqltext.like("%a" * 500 + "%b", "a" * 100_000) is False
    for pattern, escape in (("a" * 50_001, ""), ("a", "bc")):
        with pytest.raises(ValueError, match="one character, a pattern"):
            sqltext.like(pattern, "a", escape)
