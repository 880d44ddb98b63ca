"""`--owner @none`, `--department @none`: the deals that the rows `without owner` count."""

import json
from typing import Any

import pytest

from tests.shop import made_once

REPORTS = [
    ["funnel"],
    ["funnel", "--definition", "entered"],
    ["state"],
    ["win-loss"],
    ["stage-time"],
    ["forecast", "--period", "2026"],
    ["drill", "qualification"],
    ["drill", "qualification", "--not-passed"],
]


@pytest.fixture
@made_once
def partly_owned(shop):
    """Two deals of nobody, one of them lost; one of Anna without a department, one of both; and
    a person whose id is none, with one of hers."""
    shop.do("department", "create", "North", "--id", "north")
    shop.do("person", "create", "None Such", "--id", "none")
    shop.anna = shop.deal("Anna", "--budget", "1")
    shop.north = shop.deal("North", "--budget", "2", "--department", "north", "--owner", "anna")
    shop.hers = shop.deal("Hers", "--budget", "4", "--owner", "none")
    shop.nobody = shop.deal("Nobody", "--budget", "8", "--close-date", "2026-12-01")
    shop.lost = shop.deal("Lost", "--budget", "16")
    for deal in (shop.nobody, shop.lost):
        shop.do("opp", "set", deal, "--owner", "")
    shop.do("opp", "close", shop.lost, "--outcome", "lost", "--reason", "price")
    return shop


def document(shop, *options: str) -> dict[str, Any]:
    told = shop.do("report", *options, "--with-ids", "--format", "json").out
    return json.loads(told)


def row_without(told: dict[str, Any]) -> Any:
    """The row of what has none; its share of all is another when it stands alone."""
    if "without" in told:
        return told["without"]
    (row,) = [row for row in told["rows"] if row["row"] is None]
    return {name: value for name, value in row.items() if name != "share"}


def ids(value: Any) -> set[str]:
    """All deals behind the numbers of a part of a document."""
    if isinstance(value, list):
        return set().union(*map(ids, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    own = [set(v) for k, v in value.items() if k.endswith("_ids") and isinstance(v, list)]
    return set().union(*own, *map(ids, value.values()))


@pytest.mark.parametrize("by", ["owner", "department"])
@pytest.mark.parametrize("report", REPORTS, ids=" ".join)
def test_what_a_row_without_counts_is_what_its_filter_takes(partly_owned, report, by):
    row = row_without(document(partly_owned, *report, "--by", by))
    alone = document(partly_owned, *report, "--by", by, f"--{by}", "@none")
    assert row_without(alone) == row
    assert alone["filters"][by] == ["@none"]
    assert ids(row)
    assert ids([alone["rows"], alone.get("without")]) == ids(row)


def test_managers_without_an_owner_are_the_deals_of_the_filter(partly_owned):
    row = row_without(document(partly_owned, "managers"))
    assert ids(row) == {partly_owned.nobody, partly_owned.lost}
    assert row_without(document(partly_owned, "managers", "--owner", "@none")) == row


def test_a_drill_lists_the_deals_of_nobody_and_a_person_called_none_has_their_own(partly_owned):
    shop = partly_owned

    def drilled(*options: str) -> set[str]:
        told = document(shop, "drill", "qualification", *options)
        return {deal["id"] for deal in told["deals"]}

    assert drilled("--owner", "@none") == {shop.nobody}
    assert drilled("--owner", "none") == {shop.hers}
    assert drilled("--owner", "@none", "--owner", "none") == {shop.nobody, shop.hers}
    assert drilled("--department", "@none") == {shop.anna, shop.hers, shop.nobody}
    assert drilled("--department", "@none", "--department", "north") == drilled()
    listed = shop.do("opp", "list", "--where", "!owner", "--where", "status=open", "--columns=id")
    assert shop.nobody in listed.out


def test_headings_say_it_in_words_and_no_plan_is_of_it(partly_owned):
    shop = partly_owned
    shop.do("plan", "set", "company", "2026-11", "100 EUR")
    told = shop.do("report", "funnel", "--owner", "@none", "--period", "2026-11").out
    assert "· without owner ·" in told.splitlines()[0]
    assert "Plan: n/a, deals without owner have no plan." in told
    told = shop.do("report", "state", "--owner", "none", "--owner", "@none").out
    assert "· owner none or without owner ·" in told.splitlines()[0]
    sides = document(shop, "compare", "--owner", "@none", "--owner", "anna")["sides"]
    assert [side["name"] for side in sides] == ["Without owner", "Anna Berzina"]
    assert ids(sides[0]["funnel"]["stages"]) == {shop.nobody, shop.lost}


def test_a_page_of_nobody_is_not_the_page_of_a_person(partly_owned):
    shop = partly_owned
    written = (
        "name: Mine\nblocks:\n"
        "  - block: mine\n    kind: list\n    title: Mine\n"
        "    columns: [title]\n    where: [owner=@me]\n"
        "  - block: free\n    kind: funnel\n    title: Free\n    where: ['!owner']\n"
    )
    (shop.root.parent / "mine.yaml").write_text(written, encoding="utf-8")
    told = shop.do("report", "dashboard", "../mine.yaml", "--owner", "@none").out
    assert "· without owner" in told.splitlines()[0]
    assert "where" not in told  # the block's own filter is the page's


@pytest.mark.parametrize("typed", ["", "nobody", "unassigned"])
def test_who_means_nobody_is_told_how_it_is_written(partly_owned, typed):
    told = partly_owned.run("report", "funnel", "--owner", typed)
    assert (told.code, told.out) == (3, "")
    assert "@none takes the deals without one" in told.err
    told = partly_owned.run("opp", "list", "--where", "owner=@none")
    assert "!NAME finds what has none, as !owner does" in told.err
