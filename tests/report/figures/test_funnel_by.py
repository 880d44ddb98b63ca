"""Funnels by owner and department: the fixture of domain.md section 6, and how rows add up."""

import csv
import io
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
import pytest

from salescli.model.deal import Deal
from salescli.model.definition import Definition
from salescli.report.figures.averages import format_mean
from salescli.report.figures.figure import add_up
from salescli.report.figures.funnel_by import (
    METHODS,
    FunnelTable,
    build_contribution,
    build_funnel_table,
    finish,
)
from salescli.report.figures.funnel_looks import look_of
from salescli.report.figures.question import ask
from salescli.report.figures.stage_time import Durations, StageTimeQuestion, build_stage_time
from salescli.report.layouts.funnel_by_layout import build_funnel_by_document, render_funnel_table
from salescli.report.text.numbers import width_of
from tests.report.funnel_deals import CALENDAR, REAL_ESTATE, ask_of, fixture_deals, make_deal

MARCH = date(2024, 3, 31)


def table_of(
    deals: list[Deal],
    by: str = "owner",
    definition: Any = "reference",
    period: str = "2024-03",
    *,
    with_ids: bool = False,
    process: Definition = REAL_ESTATE,
    **names: str,
) -> FunnelTable:
    days = CALENDAR.parse_period(period, MARCH)
    zone = {"by": by, "time_zone": "Europe/Riga"}
    times = build_stage_time(
        deals,
        ask(StageTimeQuestion, "real-estate", days, MARCH, CALENDAR, **zone),
        process,
        with_ids=with_ids,
    )
    return build_funnel_table(
        deals,
        times,
        ask_of(period, by=by),
        process,
        METHODS[definition],
        names=names,
        with_ids=with_ids,
    )


@dataclass
class Cells:
    """What a row says of Q, K, P, S, W."""

    counts: list[int]
    conversions: list[str | None]
    days: list[str | None]


def cells(row: Any) -> Cells:
    shares = [look_of(row.funnel).shares[0].share_of(stage) for stage in row.funnel.stages]
    return Cells(
        [stage.count for stage in row.funnel.stages],
        [share and str(share.percent) for share in shares],
        [format_mean(times.mean) if times else None for times in row.times.values()],
    )


def test_annas_and_boriss_rows_of_the_reference_fixture() -> None:
    # Days, of visits that ended in March or run on the 31st, skips and history left out:
    # Anna: Q D1 3, D2 8, D6 11, D7 3 → 25/4 = 6.25; K 12.0 (domain.md); P D1 10; S D1 8.
    # Boris: Q D3 9, D4 10, D8 45 (15 Feb - 31 Mar; D5 left Q in February) → 64/3 = 21.33; K 10.5;
    #   P D3 16, D5 17 → 16.5; S D5 9.
    table = table_of(fixture_deals())
    anna, boris = table.rows
    assert (anna.key, boris.key) == ("anna", "boris")
    assert cells(anna) == Cells(
        [1, 2, 0, 0, 1],
        ["75.00", "66.67", "50.00", "100.00", None],
        ["6.3", "12.0", "10.0", "8.0", None],
    )
    assert cells(boris) == Cells(
        [0, 0, 1, 0, 0],
        ["66.67", "66.67", "50.00", "0.00", None],
        ["21.3", "10.5", "16.5", "9.0", None],
    )
    assert cells(table.total).counts == [1, 2, 1, 0, 1]
    assert cells(table.total).days[1] == "11.4"


def test_annas_and_boriss_rows_of_the_entered_fixture() -> None:
    anna, boris = table_of(fixture_deals(), definition="entered").rows
    # Anna stands at Q D6, K D2 and D7, W D1; Boris at P D3, S D5 (D4 is lost, D8 came in February)
    assert cells(anna).counts == [1, 2, 0, 0, 1]
    assert cells(anna).conversions == ["100.00", "75.00", "33.33", "100.00", "100.00"]
    assert cells(boris).counts == [0, 0, 1, 1, 0]
    assert cells(boris).conversions == ["100.00", "100.00", "100.00", "50.00", "0.00"]


def test_rows_are_the_deals_own_department_and_those_without_one_stand_last() -> None:
    deals = [
        make_deal("A", "Q 03-02", "5.00 EUR", department="north-bank"),
        make_deal("B", "Q 03-02, K 03-05", department="north"),
        make_deal("C", "Q 03-02"),
        make_deal("D", "Q 03-02"),
    ]
    table = table_of(deals, "department", north="North")
    assert [(row.key, row.name) for row in table.rows] == [
        ("north", "North"),
        ("north-bank", "north-bank"),
        (None, ""),
    ]
    assert [sum(cells(row).counts) for row in table.rows] == [1, 1, 2]
    assert cells(table.total).counts == [3, 1, 0, 0, 0]


def test_who_only_waits_has_a_row_without_entries() -> None:
    # Boris's deal came to Q in February: it entered nothing in March, but spends its days there.
    deals = [make_deal("A", "Q 03-02", owner="anna"), make_deal("B", "Q 02-28", owner="boris")]
    anna, boris = table_of(deals, definition="entered", with_ids=True).rows
    assert cells(boris).counts == [0] * 5
    assert cells(boris).days[0] == "32.0"  # 28 February to 31 March of a leap year
    assert cells(boris).conversions == ["None"] * 5
    assert boris.funnel.stages[0].ids is not None
    assert anna.times["key-contacts"] is not None


def test_all_rows_show_the_stages_of_all_deals() -> None:
    deals = [make_deal("A", "Q 03-02", owner="anna"), make_deal("B", "R 03-02", owner="boris")]
    table = table_of(deals)
    shown = [stage.stage for stage in table.total.funnel.stages]
    for row in table.rows:
        assert [stage.stage for stage in row.funnel.stages] == shown


def test_a_period_to_come_has_no_rows() -> None:
    table = table_of(fixture_deals(), period="2024-05")
    assert (table.rows, table.total.funnel.stages) == ((), ())
    assert "No figures" in render_funnel_table(table, "table", width=80).text


@pytest.mark.parametrize("definition", ["reference", "entered"])
def test_the_document_is_the_funnels_with_days_and_rows(definition: str) -> None:
    document = build_funnel_by_document(
        table_of(fixture_deals(), definition=definition, with_ids=True, anna="Анна")
    )
    assert (document["schema"], document["by"]) == ("salescli/funnel-by@1", "owner")
    assert document["definition"] == definition
    assert [(row["row"], row["name"]) for row in document["rows"]] == [
        ("anna", "Анна"),
        ("boris", "boris"),
    ]
    key = document["stages"][1]
    assert key["days"] == {
        "visits": 5,
        "mean": "11.4",
        "visits_ids": ["D1", "D2", "D4", "D5", "D7"],
    }
    assert document["stages"][4]["days"] is None
    of_rows = [row["stages"][1] for row in document["rows"]]
    assert sorted(one for stage in of_rows for one in stage["count_ids"]) == key["count_ids"]


def test_the_rows_for_a_spreadsheet_have_all_numbers() -> None:
    text = render_funnel_table(table_of(fixture_deals()), "csv").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["kind"] for row in rows] == ["row"] * 10 + ["total"] * 5
    assert rows[1] == {
        "kind": "row",
        "row": "anna",
        "row_name": "anna",
        "stage": "key-contacts",
        "name": "Key contacts",
        "count": "2",
        "sum_EUR": "320.00",
        "without_value": "0",
        "passed": "2",
        "of": "3",
        "passed_percent": "66.67",
        "entered": "3",
        "new": "4",
        "entered_percent": "75.00",
        "mean_days": "12.0",
    }
    assert rows[9]["mean_days"] == ""


@pytest.mark.parametrize("definition", ["reference", "entered"])
def test_the_screen_fits_and_names_each_row_once(definition: str) -> None:
    table = table_of(fixture_deals(), definition=definition, anna="Анна Петрова-Водкина")
    text = render_funnel_table(table, "table", width=80).text
    assert max(map(width_of, text.split("\n"))) <= 80
    assert text.count("Анна Петрова-Водкина") == 1
    assert text.count("Key contacts") == 3  # Anna's, Boris's, and the total's
    assert "| Total" in render_funnel_table(table, "md").text


def test_a_retired_stage_where_deals_stayed_has_its_days() -> None:
    stages = [msgspec.structs.replace(s, retired=s.name[0] == "K") for s in REAL_ESTATE.stages]
    process = msgspec.structs.replace(REAL_ESTATE, stages=stages)
    deals = [make_deal("A", "Q 02-10, K 02-20"), make_deal("B", "Q 03-02", owner="boris")]
    table = table_of(deals, definition="entered", process=process)
    for row in (table.total, *table.rows):
        assert [one.name[0] for one in row.funnel.stages] == ["Q", "K", "P", "P", "W"]
    stayed = table.total.times["key-contacts"]
    assert stayed is not None and (stayed.visits, stayed.mean) == (1, 40)


def test_the_fullest_row_stands_first_then_by_key_and_none_last() -> None:
    deals = [
        make_deal("A", "Q 03-02", owner="carl"),
        make_deal("B", "Q 03-02", owner="boris"),
        make_deal("C", "Q 03-02", owner="dora"),
        make_deal("D", "K 03-02", owner="dora"),
        *(make_deal(name, "Q 03-02") for name in "EFG"),
    ]
    rows = table_of(deals, dora="Dora").rows
    assert [(row.key, row.name) for row in rows] == [
        ("dora", "Dora"),
        ("boris", "boris"),
        ("carl", "carl"),
        (None, ""),
    ]


def test_the_total_has_no_name_and_counts_what_cannot_be_read() -> None:
    days = CALENDAR.parse_period("2024-03", MARCH)
    asked = ask(
        StageTimeQuestion, "real-estate", days, MARCH, CALENDAR, by="owner", time_zone="Europe/Riga"
    )
    times = build_stage_time(fixture_deals(), asked, REAL_ESTATE)
    question, method = ask_of(by="owner"), METHODS["reference"]
    table = build_funnel_table(fixture_deals(), times, question, REAL_ESTATE, method, invalid=3)
    assert (table.total.key, table.total.name, table.total.funnel.invalid) == (None, "", 3)
    assert table.question == question
    plain = build_funnel_table(fixture_deals(), times, question, REAL_ESTATE, method)
    assert (plain.total.funnel.invalid, plain.total.funnel.stages[0].ids) == (0, None)
    assert [row.name for row in table.rows] == ["anna", "boris"]
    contribute = build_contribution(question, REAL_ESTATE, method)
    whole = finish(add_up(fixture_deals(), contribute), times, question, REAL_ESTATE, method)
    assert whole.total.funnel.invalid == 0
    assert whole.rows == table.rows


def test_rows_and_days_have_ids_only_if_asked() -> None:
    deals = [
        make_deal("A", "Q 03-02", owner="anna"),
        make_deal("B", "Q 03-03", owner="anna"),
        make_deal("C", "Q 02-28", owner="boris"),
    ]
    anna, boris = table_of(deals, definition="entered", with_ids=True).rows
    assert anna.funnel.stages[0].ids is not None
    assert anna.funnel.stages[0].ids.count == ("A", "B")
    nothing = Durations(0, None, None, ())
    assert (boris.times["key-contacts"], boris.times["won"]) == (nothing, None)
    plain = table_of(deals, definition="entered").rows
    assert [row.funnel.stages[0].ids for row in plain] == [None, None]
    assert plain[0].times["key-contacts"] == Durations(0, None, None, None)


@pytest.mark.parametrize("with_ids", [False, True])
def test_who_has_no_visit_that_is_measured_has_days_of_nothing(with_ids: bool) -> None:
    # Boris's deal was lost at once: it was at no open stage.
    deals = [make_deal("A", "Q 03-02", owner="anna"), make_deal("B", "L 03-02", owner="boris")]
    rows = {row.key: row for row in table_of(deals, with_ids=with_ids).rows}
    nothing = Durations(0, None, None, () if with_ids else None)
    assert rows["boris"].times["qualification"] == nothing
    assert rows["boris"].times["won"] is None
    assert rows["boris"].times.keys() == rows["anna"].times.keys()


def test_rows_as_full_as_one_another_stand_by_their_keys() -> None:
    deals = [make_deal(owner, "Q 03-02", owner=owner) for owner in "hgfedcba"]
    assert [row.key for row in table_of(deals).rows] == list("abcdefgh")
