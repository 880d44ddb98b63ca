"""Every number of every report, added up again from the deals that it names (`--with-ids`).

The reports come from the table of the command line, each with every choice of its options, so a
new one is tried without a word here. Money is read from the files by plain YAML, of a past day
from the raw lines of the histories.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import pytest
import yaml

from salescli.commands.report import REPORTS, report
from tests.shop import Shop
from tests.workspace.demo_store import UNTIL, write_demo

TYPED = {
    "stage": ("key-contacts", "won", "lost"),
    "since": ("2026-08-01",),
    "name": ("overview", "analytics", "comparison", "best-managers", "my-day"),  # dashboards
}
"""What is typed for what must be and has no choices."""

MORE = {"compare": ["--owner", "anna-berzina", "--owner", "boris-kalnin"]}
"""What a report wants besides that no option requires."""

LEFT_ALONE = {"format_", "raw", "with_ids", "skip_invalid", "help"}
NOT_OF_DEALS = re.compile(
    # the footer, what was asked, rows without a plan; of one deal its days and probability
    r"(.*\.)?(other_processes|differing|invalid|left_out\.[A-Z]{3}|min_deals|without_plan"
    r"|deals\[\]\.(probability|days_at_stage)"
    r"|blocks\[\]\.(found|rows\[\]\..*)"  # of a list: how many there are beside those shown
    r"|points\[\]\.value"  # of a series: the number that stands in `made_of`, with its deals
    r"|sides\[\]\.differences\[\]\..*"  # of a comparison: between numbers that name theirs
    # how many plans were added up, and how many wins and deals would be needed
    r"|objects|required|parts\[\]\.stages\[\]\.needed)"
)
OF_LINES = re.compile(r"rows\[\].*|without\[\].*")
"""Of a report by product: sums of the lines of deals there, not of the deals."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = write_demo(tmp_path_factory.mktemp("ids") / "sales")
    shop.now = shop.now.replace(UNTIL.year, UNTIL.month, UNTIL.day, 18)
    return shop


def ways(command: click.Command) -> Iterator[list[str]]:
    """The report as it is, then with each choice and each flag that it has, one at a time."""
    required: list[tuple[str, list[str]]] = []
    optional: list[list[str]] = []
    for param in command.params:
        if param.name in LEFT_ALONE or param.name is None:
            continue
        flag = param.opts[-1] if param.opts[-1].startswith("--") else ""
        choices = list(param.type.choices) if isinstance(param.type, click.Choice) else []
        if param.required:
            values = list(TYPED[param.name]) if param.name in TYPED else choices
            assert values, f"{command.name} wants {param.name}: TYPED says what to type"
            required.append((flag, values))
        elif isinstance(param, click.Option) and param.is_flag:
            optional.append([flag])
        elif choices:
            optional += [[flag, value] for value in choices]
    first = [piece for flag, values in required for piece in (flag, values[0]) if piece]
    first += MORE.get(str(command.name), [])
    yield first
    for flag, values in required:
        yield from ([piece for piece in (flag, value) if piece] for value in values[1:])
    yield from ([*first, *more] for more in optional)


def cases() -> Iterator[Any]:
    """The arguments, and whether they are the report as it is, which must be answered."""
    context = click.Context(report)
    for name in REPORTS:
        if name == "diff":  # it names every deal of which it tells, in two states of a store
            continue
        command = report.get_command(context, name)
        assert command is not None
        for place, way in enumerate(ways(command)):
            yield pytest.param([name, *way], place == 0, id=" ".join([name, *way]))


def value_of(deal: Mapping[str, Any], kind: str) -> str | None:
    """The budget, amount or value (domain.md section 2) of a deal, as `100.00 EUR`."""
    if kind == "budget":
        return deal.get("budget")
    amounts = []
    code = ""
    for line in (deal.get("products") or {}).values():
        price, code = str(line["price"]).split()
        exact = Decimal(price) * Decimal(str(line["quantity"]))
        exact *= 1 - Decimal(str(line.get("discount") or 0)) / 100
        places = Decimal(1) if code == "JPY" else Decimal("0.01")
        amounts.append(exact.quantize(places, ROUND_HALF_UP))
    amount = f"{sum(amounts)} {code}" if amounts else None
    if kind == "amount":
        return amount
    assert kind == "value"
    revenue = deal.get("actual_revenue") if deal["stage"] == "won" else None
    return revenue or amount or deal.get("budget")


def fold(lines: list[dict[str, Any]], end: datetime) -> dict[str, Any]:
    """The facts of a deal as its raw events until an instant say; {} before its creation."""
    gone = {one for line in lines if line["kind"] == "voided" for one in line["events"]}
    facts: dict[str, Any] = {}
    for line in sorted(lines, key=lambda line: (line["seq"], line["at"], line["id"])):
        if line["id"] in gone or datetime.fromisoformat(line["at"]) > end:
            continue
        for path, value in (line.get("fields") or {}).items():
            new = value if line["kind"] == "created" else value[1]
            *parents, last = path.split("/")
            place = facts
            for parent in parents:
                place = place.setdefault(parent, {})
            place[last] = new
            if new is None:
                del place[last]
        if line["kind"] in ("moved", "closed", "reopened"):
            facts["stage"] = line["to"]
    return facts


class Deals:
    """The deals of a store: as their files say today, as their history says of another day."""

    def __init__(self, root: Path, today: date) -> None:
        self.today = today
        self.files: dict[str, dict[str, Any]] = {}
        self.histories: dict[str, list[dict[str, Any]]] = {}
        for path in root.glob("opportunities/*/*/opportunity.yaml"):
            deal = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
            lines = deal.get("products") or ()
            self.files[deal["id"]] = {**deal, "products": dict(enumerate(lines))}
            told = path.with_name("history.yaml").read_text(encoding="utf-8").splitlines()
            self.histories[deal["id"]] = [json.loads(line.removeprefix("- ")) for line in told]

    def at(self, record_id: str, day: date) -> dict[str, Any]:
        """One deal at the end of a day of Riga."""
        if day >= self.today:
            return self.files[record_id]
        end = datetime.combine(day, time(23, 59, 59), ZoneInfo("Europe/Riga"))
        return fold(self.histories[record_id], end)


@pytest.fixture(scope="module")
def deals(demo: Shop) -> Deals:
    return Deals(demo.root, UNTIL)


class Adding:
    """Adds up the deals behind each number of a document and keeps what is wrong."""

    def __init__(self, document: Mapping[str, Any], deals: Any) -> None:
        self.deals = deals
        self.by_line = document.get("by") == "product"
        self.wrong: list[str] = []
        self.added = 0

    def walk(self, value: Any, path: str = "", day: date = date.max, kind: str = "") -> None:
        """`day` is the one whose deals a number is of: that of a point, else today.

        `kind` is the money that is summed, as the nearest part around a number says.
        """
        if isinstance(value, list):
            for one in value:
                self.walk(one, f"{path}[]", day, kind)
        elif isinstance(value, dict):
            if "made_of" in value:
                day = date.fromisoformat(value["to"])
            if isinstance(value.get("sum"), str):
                kind = value["sum"]
            if "unit" in value and ("value" in value or "series" in value):  # of a dashboard: texts
                self.walk_unit(value, path, value["unit"])
                return
            for name, one in value.items():
                if name.endswith("_ids") and name[:-4] in value:
                    continue
                at = f"{path}.{name}" if path else name
                ids = value.get(f"{name}_ids")
                if ids is not None:
                    self.compare(at, one, ids, day, kind)
                elif isinstance(one, int) and not isinstance(one, bool):
                    if not NOT_OF_DEALS.fullmatch(at):
                        self.wrong.append(f"{at} is {one} and names no deals")
                else:
                    self.walk(one, at, day, kind)

    def walk_unit(self, value: Mapping[str, Any], path: str, unit: str) -> None:
        """The numbers of a metric, or of the series of a plot, all in one unit."""
        if unit not in ("", "EUR", "USD"):
            return  # days and percentages are of no deals
        parts = [(value, "value"), (value, "previous")]
        parts += [(series, "values") for series in value.get("series", ())]
        for part, name in parts:
            ids = part.get(f"{name}_ids")
            if ids is None:
                continue
            pairs = zip(part[name], ids, strict=True) if name == "values" else [(part[name], ids)]
            for number, who in pairs:
                self.compare_unit(f"{path}.{name}", number or "0", who, unit)

    def compare_unit(self, at: str, number: str, ids: list[str], unit: str) -> None:
        """A count, or a sum of whichever money a dashboard's figure names."""
        self.added += 1
        if not unit:
            if Decimal(number) != len(ids):
                self.wrong.append(f"{at} is {number}, of {len(ids)} deals")
            return
        totals = []
        for kind in ("budget", "value", "amount"):
            money = [value_of(self.deals.at(one, date.max), kind) or f"0 {unit}" for one in ids]
            if all(one.split()[1] == unit for one in money):
                totals.append(sum((Decimal(one.split()[0]) for one in money), Decimal(0)))
        if Decimal(number) not in totals:
            self.wrong.append(f"{at} is {number} {unit}, its deals add up to {totals}")

    def compare(self, at: str, number: Any, ids: Any, day: date, kind: str) -> None:
        """A number of deals, an amount (its currency is the name above), or amounts by currency."""
        self.added += 1
        if isinstance(number, int):
            if number != len(ids):
                self.wrong.append(f"{at} is {number}, of {len(ids)} deals")
        elif isinstance(number, str):
            self.add_money(at, at.split(".")[-2], number, ids, day, kind)
        elif set(number) != set(ids):
            self.wrong.append(f"{at} has {set(number)}, deals of {set(ids)}")
        elif not (self.by_line and OF_LINES.fullmatch(at)):
            for code, amount in number.items():
                self.add_money(f"{at}.{code}", code, amount, ids[code], day, kind)

    def add_money(
        self, at: str, code: str, amount: str, ids: list[str], day: date, kind: str
    ) -> None:
        total = Decimal(0)
        for one in ids:
            money = value_of(self.deals.at(one, day), kind) or "0 none"
            total += Decimal(money.split()[0])
            if money.split()[1] != code:
                self.wrong.append(f"{at} names {one}, which has {money}")
        if total != Decimal(amount):
            self.wrong.append(f"{at} is {amount}, its deals add up to {total}")


@pytest.mark.parametrize(("arguments", "is_plain"), list(cases()))
def test_each_number_is_what_its_deals_add_up_to(
    demo: Shop, deals: Deals, arguments: list[str], is_plain: bool
) -> None:
    answer = demo.run("report", *arguments, "--with-ids", "--format", "json")
    if (
        answer.code == 2 and not is_plain
    ):  # two options that don't go together, or a stage without that number
        assert answer.out == "" and answer.err
        return
    assert answer.code == 0, answer.err
    document = json.loads(answer.out)
    adding = Adding(document, deals)
    adding.walk(document)
    assert not adding.wrong, "\n".join(adding.wrong[:20])
    assert adding.added


class OneDeal:
    """A deal of 2 euros, whichever is asked for."""

    def at(self, record_id: str, day: date) -> dict[str, Any]:
        return {"id": record_id, "stage": "won", "budget": "2.00 EUR"}


def test_a_number_without_deals_and_one_that_is_wrong_are_found() -> None:
    sums = {"sum": {"EUR": "3.00"}, "sum_ids": {"EUR": ["a"]}}
    adding = Adding({}, OneDeal())
    rows = [{"count": 2, "count_ids": ["a"], "lost": 1, **sums}]
    adding.walk({"sum": "budget", "rows": rows, "invalid": 0})
    adding.walk({"sum": "budget", "USD": {"won": "2.00", "won_ids": ["a"]}})
    assert adding.wrong == [
        "rows[].count is 2, of 1 deals",
        "rows[].lost is 1 and names no deals",
        "rows[].sum.EUR is 3.00, its deals add up to 2.00",
        "USD.won names a, which has 2.00 EUR",
    ]


def test_a_number_of_a_dashboard_that_is_wrong_is_found() -> None:
    adding = Adding({}, OneDeal())
    metrics = [
        {"unit": "", "value": "2", "value_ids": ["a"]},
        {"unit": "EUR", "value": "3.00", "value_ids": ["a"]},
        {"unit": "EUR", "series": [{"values": ["2.00", None], "values_ids": [["a"], []]}]},
        {"unit": "%", "value": "50.00"},
    ]
    adding.walk({"values": metrics})
    assert [one.split(",")[0] for one in adding.wrong] == [
        "values[].value is 2",
        "values[].value is 3.00 EUR",
    ]
    assert adding.added == 4
