"""Figures and groups as they are written, and that one page tells every key."""

import re
from pathlib import Path

import pytest

from salescli.model.calendar import Calendar, Period, period_before
from salescli.model.dashboard_checks import check_dashboard
from salescli.model.dashboards import (
    Block,
    DashboardFile,
    default_date,
    parse_figure,
    parse_group,
)
from salescli.model.errors import WrongUsage
from salescli.model.fields import specs_of
from salescli.model.names import build_names
from salescli.store.codec import read_typed
from salescli.workspace.initialising import DASHBOARDS, shipped

NAMES = build_names("opportunity")
CALENDAR = Calendar("Europe/Riga")
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("text", "function", "field"),
    [
        ("count", "count", None),
        ("sum budget", "sum", "budget"),
        ("avg  probability", "avg", "probability"),
        ("max days_at_stage", "max", "days_at_stage"),
        ("win-rate-by-value", "win-rate-by-value", None),
    ],
)
def test_a_figure_is_read(text: str, function: str, field: str | None) -> None:
    read = parse_figure(text, NAMES)
    assert (read.function, read.field and read.field.name) == (function, field)


@pytest.mark.parametrize(
    "text", ["", "sum", "sum title", "count budget", "win-rate budget", "median budget", "cycel"]
)
def test_what_is_no_figure_is_refused(text: str) -> None:
    with pytest.raises(WrongUsage):
        parse_figure(text, NAMES)


@pytest.mark.parametrize(
    ("text", "name", "part"),
    [
        ("category", "category", ""),
        ("month(close_date)", "close_date", "month"),
        ("week( created_at )", "created_at", "week"),
        ("close_date", "close_date", "day"),
        ("contacts.role", "contacts.role", ""),
    ],
)
def test_a_group_is_read(text: str, name: str, part: str) -> None:
    read = parse_group(text, NAMES)
    assert (read.name.name, read.part) == (name, part)


@pytest.mark.parametrize("text", ["month(budget)", "year(close_date)", "month()", "custom", "x"])
def test_what_is_no_group_is_refused(text: str) -> None:
    with pytest.raises(WrongUsage):
        parse_group(text, NAMES)


@pytest.mark.parametrize(
    ("where", "day"),
    [
        ([], "created_at"),
        (["status=open"], "created_at"),
        (["status=won"], "close_date"),
        (["status=won,lost"], "close_date"),
        (["status=open,won"], "created_at"),
        (["status!=open"], "created_at"),
        (["owner=anna", "status=lost"], "close_date"),
    ],
)
def test_the_day_is_that_of_creation_or_of_closing(where: list[str], day: str) -> None:
    assert default_date(where, NAMES) == day


# As the format gives it for an example.
EXAMPLE = b"""\
name: Overview
period: this-month             # for all blocks; --period overrides, a block may have its own
blocks:
  - block: funnel
    kind: funnel
    title: Funnel
    definition: reference
    sum: budget
    plan: company
  - block: open-sum
    kind: metric
    title: Budget of open deals
    figure: sum budget
    where: ["status=open"]
    period: all
  - block: open-count
    kind: metric
    title: Open deals
    figure: count
    where: ["status=open"]
    period: all
  - block: won-against-plan
    kind: metric
    title: Won this month
    figure: sum value
    where: ["status=won"]
    date: close_date
    plan: company
    compare: previous
  - block: new-by-category
    kind: chart
    shape: column
    title: New deals
    figure: count
    date: created_at
    group: [category]
  - block: likeliest
    kind: list
    title: Ten likeliest
    columns: [title, client, owner, budget, probability, close_date]
    where: ["status=open"]
    sort: [-probability, -budget, id]
    limit: 10
    period: all
"""


def test_nothing_is_wrong_with_the_format_s_example() -> None:
    file = read_typed(EXAMPLE, "overview.yaml", DashboardFile)
    assert check_dashboard(file, NAMES, CALENDAR, lambda target, of: True) == []
    assert [block.kind for block in file.blocks] == "funnel metric metric metric chart list".split()
    assert file.blocks[5].sort == ["-probability", "-budget", "id"]


@pytest.mark.parametrize("name", DASHBOARDS)
def test_nothing_is_wrong_with_the_shipped_ones(name: str) -> None:
    file = read_typed(shipped(f"dashboards/{name}.yaml"), name, DashboardFile)
    assert check_dashboard(file, NAMES, CALENDAR, lambda target, of: True) == []


def test_the_page_tells_each_key_of_a_block() -> None:
    page = (ROOT / "docs" / "dashboards.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    assert told - set(DASHBOARDS) == {spec.name for spec in specs_of(Block)}


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2024-03", ("2024-02-01", "2024-02-29", "February 2024")),
        ("2024-Q1", ("2023-10-01", "2023-12-31", "2023-Q4")),
        ("2024", ("2023-01-01", "2023-12-31", "2023")),
        ("2024-03-10..2024-03-16", ("2024-03-03", "2024-03-09", "2024-03-03..2024-03-09")),
        ("2024-02-01..2024-03-31", ("2023-12-01", "2024-01-31", "2023-12-01..2024-01-31")),
        ("0001", None),
        ("all", None),
        ("2024-03-01..", None),
    ],
)
def test_the_period_before_is_as_long(text: str, before: tuple[str, str, str] | None) -> None:
    found = period_before(CALENDAR.parse_period(text, CALENDAR.parse_day("2024-03-31", None)))  # type: ignore[arg-type]
    told = found and (str(found.first), str(found.last), found.label)
    assert told == before
    assert found is None or isinstance(found, Period)
