"""Questions of every kind, their command lines, and where the naive answer is another one."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from tests.naive.drill import report_drill
from tests.naive.dynamics import report_dynamics
from tests.naive.forecast import report_forecast, report_plan_bar
from tests.naive.forecast_diff import report_forecast_diff
from tests.naive.funnel import report_flow, report_funnel
from tests.naive.funnel_by import report_compare, report_funnel_by
from tests.naive.managers import report_managers
from tests.naive.norms import report_fullness, report_norms
from tests.naive.stage_time import report_stage_time
from tests.naive.state import report_state
from tests.naive.store import Question
from tests.naive.win_loss import report_win_loss

NAIVE: dict[str, Callable[[Question], dict[str, Any]]] = {
    "funnel": report_funnel,
    "funnel-by": report_funnel_by,
    "plan-bar": report_plan_bar,
    "compare": report_compare,
    "flow": report_flow,
    "drill": report_drill,
    "stage-time": report_stage_time,
    "state": report_state,
    "win-loss": report_win_loss,
    "managers": report_managers,
    "dynamics": report_dynamics,
    "norms": report_norms,
    "fullness": report_fullness,
    "forecast": report_forecast,
    "forecast-diff": report_forecast_diff,
}
COMMANDS = {"funnel-by": "funnel", "plan-bar": "funnel"}
POSITIONAL = ("stage", "figure")
FLAGS = ("months",)
Options = dict[str, Any]


def words(report: str, options: Options) -> list[str]:
    """The command line of a question."""
    found = ["report", COMMANDS.get(report, report)]
    for name, value in options.items():
        if name in POSITIONAL:
            found.append(value)
        elif name == "part":
            found += [f"--{value}"] * (value != "count")
        elif name in FLAGS:
            found.append(f"--{name}")
        elif isinstance(value, list):
            found += [piece for one in value for piece in (f"--{name}", one)]
        else:
            found += [f"--{name}", str(value)]
    return [*found, "--format", "json", "--with-ids"]


# --- what is asked --------------------------------------------------------------------------------


class Asker:
    """Random questions for a store whose interesting days lie around one day."""

    def __init__(self, random: Random, change: date, today: date, names: dict[str, Any]) -> None:
        self.random, self.change, self.today, self.names = random, change, today, names

    def pick(self, *values: Any) -> Any:
        return self.random.choice(values)

    def day(self) -> date:
        """One near the change of the clocks."""
        return self.change + timedelta(days=self.random.randint(-9, 9))

    def period(self) -> str:
        """Days, months, quarters, years, open at an end, or of the calendar."""
        first = self.day()
        last = first + timedelta(days=self.random.randint(0, 20))
        month = f"{self.change:%Y-%m}"
        quarter = f"{self.change.year}-Q{(self.change.month + 2) // 3}"
        kinds = ["all", f"{first}..{last}", f"{first}..", f"..{last}", str(self.change), month]
        kinds += [quarter, str(self.change.year), f"FY{self.change.year}", "this-month"]
        return str(self.pick(*kinds, "last-week", "last-month", "this-quarter", "yesterday"))

    def closed_period(self) -> str:
        """One that has a first and a last day."""
        while (period := self.period()) == "all" or period.startswith("..") or period[-1] == ".":
            pass
        return period

    def narrowed(self, *, sums: bool = False) -> Options:
        """A day and filters."""
        found: Options = {}
        if self.random.random() < 0.5:
            found["as-of"] = str(min(self.pick(self.change, self.day(), self.today), self.today))
        if self.random.random() < 0.25:
            found["owner"] = self.pick(*self.names["owner"])
        if self.random.random() < 0.25:
            found["department"] = self.pick(*self.names["department"])
        if self.random.random() < 0.25:
            found["currency"] = self.pick("EUR", "USD")
        if sums and self.random.random() < 0.5:
            found["sum"] = self.pick("budget", "amount", "value")
        return found

    def of(self, report: str) -> Options:
        """One question to a report."""
        found: Options = getattr(self, "of_" + report.replace("-", "_"))()
        return found

    def maybe(self, name: str, *values: str) -> Options:
        """An option with one of some values, or none."""
        value = self.pick(None, *values)
        return {} if value is None else {name: value}

    def of_funnel(self) -> Options:
        found = {"period": self.period(), **self.narrowed(sums=True)}
        found |= self.maybe("definition", "entered")
        if "definition" not in found:
            found |= self.maybe("created", "any")
        return found

    def of_funnel_by(self) -> Options:
        return {**self.of_funnel(), "by": self.pick("owner", "department")}

    def of_plan_bar(self) -> Options:
        found = self.narrowed()
        if self.random.random() < 0.7:
            found.pop(self.pick("owner", "department"), None)
        return {"period": self.period(), **found}

    def of_compare(self) -> Options:
        found = self.of_funnel()
        by = self.pick("owner", "department", "period")
        if by == "period":
            found["period"] = [str(self.day()), f"{self.change:%Y-%m}"]
        else:
            found.pop("owner", None)
            found.pop("department", None)
            found[by] = self.random.sample(self.names[by], 2)
        if by == "period":
            found.pop("owner" if self.random.random() < 0.5 else "department", None)
        return found

    def of_flow(self) -> Options:
        return {"period": self.period(), **self.narrowed()}

    def of_drill(self) -> Options:
        stage = self.pick(*self.names["stage"], *self.names["final"])
        found = {"stage": stage, **self.of_funnel()}
        found["part"] = self.pick("count", "passed", "not-passed", "reached", "not-reached")
        if stage in self.names["final"] and "passed" in found["part"]:
            found["part"] = "count"  # nothing goes on from a final stage
        if "definition" in found:
            found["part"] = self.pick("count", "reached")
        if self.random.random() < 0.4:
            found["by"] = self.pick("owner", "department", "need", "source", "client")
        return found

    def of_stage_time(self) -> Options:
        return {**self.of_flow(), **self.maybe("by", "owner", "department")}

    def of_state(self) -> Options:
        return {**self.narrowed(sums=True), **self.maybe("by", "owner", "department", "stage")}

    def of_win_loss(self) -> Options:
        ways = "month reason competitor source need owner department client-kind new-client size"
        return {**self.of_flow(), "by": self.pick(*ways.split(), "last-stage")}

    def of_managers(self) -> Options:
        ranks = ("won", "average", "active", "meetings", "calls", "win-rate", "cycle")
        return {**self.of_flow(), "rank-by": self.pick(*ranks), "min-deals": self.pick("0", "2")}

    def of_dynamics(self) -> Options:
        figures = (
            "open open-sum overdue undated stale without-next-step won lost rerouted rejected"
            " won-sum lost-sum win-rate win-rate-by-value cycle average-value velocity meetings"
            " calls"
        )
        figure = self.pick(*figures.split())
        found = {"figure": figure, **self.of_flow(), "by": self.pick("week", "month", "quarter")}
        if figure == "open-sum":
            found |= self.maybe("sum", "value", "amount")
        return found

    def of_norms(self) -> Options:
        return self.of_flow()

    def of_fullness(self) -> Options:
        found = {**self.of_flow(), "plan-period": self.pick("this-quarter", self.closed_period())}
        return found | self.maybe("required", "3")

    def of_forecast(self) -> Options:
        found = {**self.narrowed(), "period": self.period()}
        found["by"] = self.pick("owner", "department", "client", "need", "product")
        if self.random.random() < 0.5:
            found |= {"period": self.closed_period(), "months": True}
        return found

    def of_forecast_diff(self) -> Options:
        found = {**self.narrowed(), "period": self.period()}
        before = date.fromisoformat(found.get("as-of", str(self.today)))
        return found | {"since": str(before - timedelta(days=self.random.randint(1, 25)))}


# --- comparing ------------------------------------------------------------------------------------


def keyed(rows: list[dict[str, Any]], *names: str) -> dict[Any, Any]:
    """Rows by the first of some keys that they have; each row once."""
    found = {}
    for row in rows:
        (key, *_) = [row[name] for name in names if name in row]
        assert key not in found, key
        found[key] = row
    return found


def is_empty(row: Any) -> bool:
    """All that is counted in it is 0."""
    if isinstance(row, dict):
        if row.keys() & {"part", "entered"} and "of" in row:
            return not row.get("part", row.get("entered"))
        if row.keys() >= {"won", "of"}:
            return not row["of"]
        return all(is_empty(one) for name, one in row.items() if name not in NOT_COUNTED)
    if isinstance(row, list):
        return all(is_empty(one) for one in row)
    return row == 0 or not isinstance(row, int)


NOT_COUNTED = ("ranked", "without_plan")


def without_empty(value: Any, retired: set[str]) -> Any:
    """An answer without rows in which nothing is, and those of retired stages there.

    Which of them are told is left to the report; the numbers are not.
    """
    if isinstance(value, dict):
        return {name: without_empty(one, retired) for name, one in value.items()}
    if isinstance(value, list):
        return [
            without_empty(one, retired)
            for one in value
            if not (isinstance(one, dict) and one.get("stage") in retired and is_empty(one))
        ]
    return value


def shaped(report: str, document: dict[str, Any]) -> dict[str, Any]:
    """A document with its rows by their keys, as the naive side has them."""
    found = dict(document)
    if "rows" in found:
        by = found.get("by") or "row"
        found["rows"] = keyed(found["rows"], "row", by)
    if report == "drill" and "deals" in found:
        found["deals"] = keyed(found["deals"], "id")
    if report == "forecast-diff":
        found["moved"] = moved(found["changes"])
    if report == "managers":
        found["order"] = [row["row"] for row in document["rows"]]
    if report == "fullness":
        found["against_plan"] = found.pop("coverage")
        found["parts"] = {
            one["currency"]: one | {"stages": keyed(one["stages"], "stage")}
            for one in found["parts"]
        }
    if report == "plan-bar":
        found = dict(found["plan"])
        found["reason"] = found["reason"] is not None
    return found


def moved(changes: list[dict[str, Any]]) -> dict[str, Any]:
    """What the changes of a deal add up to, by currency; those of nothing left out."""
    found: dict[str, Any] = {}
    for change in changes:
        for code, sums in change["sums"].items():
            own = found.setdefault(change["id"], {}).setdefault(code, dict.fromkeys(sums, "0"))
            for name, amount in sums.items():
                own[name] = str(Decimal(own[name]) + Decimal(amount))
    for who, by_code in list(found.items()):
        found[who] = {c: s for c, s in by_code.items() if any(Decimal(a) for a in s.values())}
    return {who: told for who, told in found.items() if told}


def rows_aside(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without its empty rows."""
    if "rows" not in answer:
        return answer
    return answer | {"rows": {k: row for k, row in answer["rows"].items() if not is_empty(row)}}


def compare(report: str, question: Question, document: dict[str, Any]) -> list[str]:
    """Where the two answers differ."""
    retired = {one["stage"] for one in question.store.stages if one.get("retired")}
    naive, real = NAIVE[report](question), shaped(report, document)
    if report == "fullness":  # of the stages that are told
        for part in {*naive["parts"]} & {*real["parts"]}:
            told, stages = real["parts"][part]["stages"], naive["parts"][part]["stages"]
            for stage in retired - {*told}:
                assert not stages[stage]["open"] and not stages[stage]["winrate"]["of"], stage
                del stages[stage]
    return list(
        differences(
            rows_aside(without_empty(naive, retired)), rows_aside(without_empty(real, retired))
        )
    )


def differences(naive: Any, real: Any, path: str = "") -> Iterator[str]:
    """Where a part of the naive answer isn't what the document says."""
    if isinstance(naive, dict):
        if not isinstance(real, dict):
            yield f"{path}: {real} is no mapping like {naive}"
            return
        for name, value in naive.items():
            if name in real:
                yield from differences(value, real[name], f"{path}/{name}")
            else:
                yield f"{path}/{name} is missing, it should be {value}"
        if path.endswith(EVERY_KEY):
            for name in real.keys() - naive.keys():
                yield f"{path}/{name} should not be there: {real[name]}"
    elif path.endswith("_ids"):
        if sorted(real) != sorted(naive):
            yield f"{path}: {sorted(real)}, it should be {sorted(naive)}"
    elif isinstance(naive, list):
        if len(naive) != len(real):
            yield f"{path}: {len(real)} instead of {len(naive)}: {real} {naive}"
            return
        for place, (one, other) in enumerate(zip(naive, real, strict=True)):
            yield from differences(one, other, f"{path}/{place}")
    elif naive != real:
        yield f"{path}: {real}, it should be {naive}"


EVERY_KEY = (
    "/rows",
    "/deals",
    "/sum",
    "/plan",
    "/gap",
    "/weighted",
    "/expected",
    "/average",
    "/velocity",
    "/win_rate_by_value",
    "/coverage",
    "/attainment",
    "/moved",
    "/parts",
    "/value",
)
"""Mappings in which nothing may stand beside what the naive side found."""
