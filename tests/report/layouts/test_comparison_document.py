"""A comparison for programs, spreadsheets and pages."""

import csv
import io
import json
from typing import Any

import pytest

from salescli.report.figures.comparison import Comparison
from salescli.report.layouts.comparison_document import render_comparison
from salescli.report.layouts.documents import build_funnel_document
from tests.report.comparisons import compare_owners, make_comparison
from tests.report.funnel_deals import fixture_deals, make_deal


def document(comparison: Comparison) -> dict[str, Any]:
    return json.loads(render_comparison(comparison, "json").text)


def test_each_side_has_its_whole_funnel_and_all_but_the_first_their_differences() -> None:
    comparison = compare_owners("anna", "boris")
    told = document(comparison)
    sides = told.pop("sides")
    assert told == {
        "schema": "salescli/compare@1",
        "definition": "reference",
        "by": "owner",
        "as_of": "2024-03-31",
    }
    assert [(side["id"], side["name"]) for side in sides] == [
        ("anna", "Anna Berzina"),
        ("boris", "Boris Kalnins"),
    ]
    for side, given in zip(sides, comparison.sides, strict=True):
        assert side["funnel"] == build_funnel_document(given.funnel)
        assert side["funnel"]["filters"]["owner"] == [given.key]
    assert sides[0]["differences"] is None
    assert sides[1]["differences"] == [
        {
            "stage": "qualification",
            "count": -1,
            "sum": {"EUR": "-50.00"},
            "conversion": "-8.33",
            "first": "0.00",
        },
        {
            "stage": "key-contacts",
            "count": -2,
            "sum": {"EUR": "-320.00"},
            "conversion": "0.00",
            "first": "25.00",
        },
        {
            "stage": "proposal-preparation",
            "count": 1,
            "sum": {"EUR": "150.00"},
            "conversion": "0.00",
            "first": "0.00",
        },
        {
            "stage": "proposal-presentation",
            "count": 0,
            "sum": {},
            "conversion": "-100.00",
            "first": "-25.00",
        },
        {
            "stage": "won",
            "count": -1,
            "sum": {"EUR": "-100.00"},
            "conversion": None,
            "first": "-25.00",
        },
    ]


def test_the_company_has_no_id_and_the_entered_shares_are_called_as_in_their_funnel() -> None:
    company, anna = document(compare_owners(None, "anna", entered=True))["sides"]
    assert (company["id"], company["name"]) == (None, "Company")
    assert set(anna["differences"][0]) == {"stage", "count", "sum", "previous", "first"}
    assert set(anna["funnel"]["stages"][0]) > {"previous", "first"}


@pytest.mark.parametrize("entered", [False, True])
def test_ids_stand_behind_the_numbers_of_each_side(entered: bool) -> None:
    told = document(compare_owners("anna", "boris", entered=entered, with_ids=True))
    for side, owner in zip(told["sides"], ("anna", "boris"), strict=True):
        own = {deal.id for deal in fixture_deals() if deal.owner == owner}
        for stage in side["funnel"]["stages"]:
            assert len(stage["count_ids"]) == stage["count"]
            assert set(stage["count_ids"]) <= own


def read_csv(comparison: Comparison, *, raw: bool = False) -> list[dict[str, str]]:
    text = render_comparison(comparison, "csv", raw=raw).text
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_has_a_row_for_each_stage_of_each_side() -> None:
    rows = read_csv(compare_owners(None, "boris"))
    assert len(rows) == 10
    assert rows[0]["side"] == rows[0]["count_difference"] == rows[0]["passed_points"] == ""
    assert rows[6] == {
        "side": "boris",
        "side_name": "Boris Kalnins",
        "stage": "key-contacts",
        "name": "Key contacts",
        "count": "0",
        "count_difference": "-2",
        "sum_EUR": "",
        "without_value": "0",
        "passed": "2",
        "of": "3",
        "passed_percent": "66.67",
        "passed_points": "0.00",
        "entered": "2",
        "new": "2",
        "entered_percent": "100.00",
        "entered_points": "16.67",
    }


def test_csv_of_the_entered_definition_has_its_own_numbers() -> None:
    row = read_csv(compare_owners("anna", "boris", entered=True))[7]
    assert (row["side"], row["stage"], row["n"]) == ("boris", "proposal-preparation", "2")
    assert (row["previous_n"], row["previous_percent"], row["previous_points"]) == (
        "2",
        "100.00",
        "66.67",
    )
    assert (row["first_n"], row["first_percent"], row["first_points"]) == ("2", "100.00", "75.00")


def test_csv_guards_names() -> None:
    comparison = make_comparison(["=cmd()", "B"], ["@x", "y"], [1], [None])
    assert (read_csv(comparison)[0]["side_name"], read_csv(comparison)[0]["name"]) == (
        "'=cmd()",
        "'@x",
    )
    assert read_csv(comparison, raw=True)[0]["side_name"] == "=cmd()"


def test_markdown_is_a_table_for_the_deals_and_one_for_each_share() -> None:
    text = render_comparison(compare_owners("anna", "boris"), "md").text
    assert text.startswith("**Comparison** · March 2024 · real-estate")
    assert text.count("|:---") == 3
    assert "| Key contacts          |    2 (320 EUR) |           0 (0) |" in text
    assert "| Qualification         |  3 of 4, 75.00 % |  2 of 3, 66.67 %, -8.33 pp |" in text
    assert "percentage points (pp) from Anna Berzina." in text


def test_markdown_escapes_names() -> None:
    deals = [make_deal("A", "Q 03-02", owner="a|b")]
    text = render_comparison(compare_owners("a|b", "<b>", deals=deals), "md").text
    assert r"a\|b" in text
    assert r"\<b\>" in text
    assert "<b>" not in text
