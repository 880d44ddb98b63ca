"""The funnel's public JSON document."""

import json
from datetime import date
from typing import Any

from salescli.report.layouts.documents import build_funnel_document
from salescli.report.text.json_text import format_json
from tests.report.funnel_deals import entered_of, fixture_deals, funnel_of, make_deal


def read(document: dict[str, Any]) -> dict[str, Any]:
    return json.loads(format_json(document))


def test_the_document_of_the_fixture() -> None:
    document = read(
        build_funnel_document(funnel_of(fixture_deals(), filters=(("owner", ("all",)),)))
    )
    stages = document.pop("stages")
    assert document == {
        "schema": "salescli/funnel@1",
        "definition": "reference",
        "as_of": "2024-03-31",
        "period": {"from": "2024-03-01", "to": "2024-03-31"},
        "sum": "budget",
        "filters": {"process": "real-estate", "created": "period", "owner": ["all"]},
        "plan": None,
        "hidden": {"count": 0, "sum": {}, "without_value": 0},
        "other_processes": 0,
        "left_out": {},
        "differing": 0,
        "invalid": 0,
    }
    assert stages[0] == {
        "stage": "qualification",
        "name": "Qualification",
        "count": 1,
        "sum": {"EUR": "50.00"},
        "without_value": 0,
        "conversion": {"passed": 5, "of": 7, "percent": "71.43"},
        "first": {"entered": 6, "of": 6, "percent": "100.00"},
    }
    assert stages[3]["sum"] == {}
    assert stages[4]["conversion"] is None
    assert list(stages[0]) == [
        "stage", "name", "count", "sum", "without_value", "conversion", "first",
    ]  # fmt: skip


def test_an_empty_denominator_has_numbers_and_no_percent() -> None:
    stage = read(build_funnel_document(funnel_of([])))["stages"][0]
    assert stage["conversion"] == {"passed": 0, "of": 0, "percent": None}
    assert stage["first"] == {"entered": 0, "of": 0, "percent": None}


def test_the_period_is_as_asked_and_null_where_open() -> None:
    document = read(build_funnel_document(funnel_of([], "2024-03", date(2024, 3, 10))))
    assert document["period"] == {"from": "2024-03-01", "to": "2024-03-31"}
    assert document["as_of"] == "2024-03-10"
    assert read(build_funnel_document(funnel_of([], "all")))["period"] == {"from": None, "to": None}


def test_what_is_left_out_is_in_the_document() -> None:
    deals = [make_deal("A", "Q 03-02", "1.00 USD"), make_deal("B", "Q 03-02", process="quick")]
    document = read(build_funnel_document(funnel_of(deals, currency="EUR", invalid=2)))
    assert (document["left_out"], document["other_processes"]) == ({"USD": 1}, 1)
    assert (document["invalid"], document["filters"]["currency"]) == (2, "EUR")


def numbers_with_ids(value: Any) -> list[tuple[Any, list[str]]]:
    """Every number that has `…_ids` beside it, wherever it stands."""
    found: list[tuple[Any, list[str]]] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            if f"{key}_ids" in value:
                found.append((inner, value[f"{key}_ids"]))
            found += numbers_with_ids(inner)
    elif isinstance(value, list):
        for inner in value:
            found += numbers_with_ids(inner)
    return found


def test_the_ids_behind_each_number_add_up_to_it() -> None:
    deals = fixture_deals()
    budgets = {deal.id: float(deal.budget[:-4]) for deal in deals if deal.budget}
    document = read(build_funnel_document(funnel_of(deals, with_ids=True)))
    pairs = numbers_with_ids(document)
    # five numbers a stage, two where it can go on, and three of what no stage shows
    assert len(pairs) == 5 * 5 + 2 * 4 + 3
    for number, ids in pairs:
        if isinstance(number, dict):
            for currency, amount in number.items():
                assert float(amount) == sum(budgets[one] for one in ids[currency])
        else:
            assert number == len(ids) == len(set(ids))


def test_without_ids_there_are_none() -> None:
    assert numbers_with_ids(build_funnel_document(funnel_of(fixture_deals()))) == []


def test_the_entered_document_of_the_fixture() -> None:
    document = read(build_funnel_document(entered_of(fixture_deals(), with_ids=True)))
    assert (document["schema"], document["definition"]) == ("salescli/funnel@1", "entered")
    assert document["filters"] == {"process": "real-estate"}
    stage = document["stages"][3]
    assert stage == {
        "stage": "proposal-presentation",
        "name": "Proposal presentation",
        "count": 1,
        "sum": {"EUR": "300.00"},
        "without_value": 0,
        "n": 2,
        "previous": {
            "part": 2,
            "of": 3,
            "percent": "66.67",
            "part_ids": ["D1", "D5"],
            "of_ids": ["D1", "D3", "D5"],
        },
        "first": {
            "part": 2,
            "of": 6,
            "percent": "33.33",
            "part_ids": ["D1", "D5"],
            "of_ids": ["D1", "D2", "D3", "D4", "D6", "D7"],
        },
        "count_ids": ["D5"],
        "sum_ids": {"EUR": ["D5"]},
        "without_value_ids": [],
        "n_ids": ["D1", "D5"],
    }
