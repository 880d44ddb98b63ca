"""A dashboard as it stands in `dashboards/<dashboard>.yaml` (format.md section 4).

Every key is declared once, here. What a figure and a group mean is read here, too; what is wrong
with a dashboard says `dashboard_checks`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, get_args

import msgspec

from salescli.model.asked import Created, FunnelDefinition, FunnelMode, SumKind
from salescli.model.errors import SalesError, WrongUsage, finding
from salescli.model.expression import Condition, parse_condition
from salescli.model.fields import Only, field, item_list, text
from salescli.model.groupings import ForecastBy, FunnelBy, StateBy, WinLossBy
from salescli.model.names import NameSpec, NameTable
from salescli.model.nearest import did_you_mean, nearest
from salescli.model.records import Record

BlockKind = Literal["funnel", "metric", "chart", "list", "table"]
ChartShape = Literal["column", "bar", "line", "area", "pie", "scatter", "funnel"]
AGGREGATES = ("sum", "avg", "min", "max")
OF_CLOSED = ("win-rate", "win-rate-by-value", "cycle", "velocity", "average-value")
PARTS = ("day", "week", "month", "quarter")
COMPANY = "company"
PLANNED_KINDS = {  # what can have a plan beside the company, and what its id names
    "client": "account|contact",
    "department": "department",
    "need": "needs",
    "owner": "person",
    "product": "product",
}
REPORTS: Mapping[str, tuple[str, ...]] = {  # of a table: name → what `by` may say; () nothing
    "agenda": (),
    "compare": get_args(FunnelBy),
    "forecast": get_args(ForecastBy),
    "managers": (),
    "state": get_args(StateBy),
    "win-loss": get_args(WinLossBy),
}
FUNNEL_BY = REPORTS["compare"]
FUNNEL_KEYS = ("definition", "created", "mode")  # of a table of funnels alone
UNFILTERED = ("agenda", "forecast")  # reports that take no conditions
NUMBER_KINDS = ("money", "whole", "decimal", "percent")
_FIGURED = Only("kind", ("metric", "chart"), "a metric or chart")
_CHART = Only("kind", ("chart",), "a chart")
_LIST = Only("kind", ("list",), "a list")
_PLANNED = Only("kind", ("metric", "funnel"), "a metric or funnel")
_DATED = Only("kind", ("metric", "chart", "list"), "a metric, chart or list")
_REPORTED = Only("kind", ("funnel", "table"), "a funnel or table")
_FUNNEL = Only("kind", ("funnel",), "a funnel")
_TABLE = Only("kind", ("table",), "a table")


class Series(Record, frozen=True, kw_only=True):
    """One of several figures on one axis; what it leaves out it has from its block."""

    series: Annotated[str, field("slug", "Id, of its chart alone")]
    name: Annotated[str, text("What people call it")]
    figure: Annotated[str | None, text("As of the block")] = None
    where: Annotated[
        list[str], field("conditions", "Conditions, beside those of the block; all must hold")
    ] = []
    date: Annotated[str | None, text("As of the block")] = None


class Block(Record, frozen=True, kw_only=True):
    """One block of a dashboard."""

    block: Annotated[str, field("slug", "Id, of its dashboard alone")]
    kind: Annotated[BlockKind, field("one-of", "What it shows")]
    title: Annotated[str, text("What stands over it")]
    report: Annotated[
        str | None, text("A report by its name: `managers`, `compare`, `state` …", only=_TABLE)
    ] = None
    definition: Annotated[
        FunnelDefinition | None, field("one-of", "As the option of the report", only=_REPORTED)
    ] = None
    created: Annotated[
        Created | None,
        field("one-of", "Count the deals created in the period, or any", only=_REPORTED),
    ] = None
    sum: Annotated[
        SumKind | None, field("one-of", "As the option of the report", only=_REPORTED)
    ] = None
    mode: Annotated[
        FunnelMode | None, field("one-of", "What the picture of the funnel draws", only=_REPORTED)
    ] = None
    by: Annotated[
        str | None, text("Rows, or funnels, for each: `owner`, `department` …", only=_REPORTED)
    ] = None
    shape: Annotated[ChartShape | None, field("one-of", "How it is drawn", only=_CHART)] = None
    figure: Annotated[
        str | None,
        text(
            "`count`; `sum`, `avg`, `min` or `max` and a money or number name of the expression "
            "language; `win-rate`, `win-rate-by-value`, `cycle`, `velocity`, `average-value`",
            only=_FIGURED,
        ),
    ] = None
    columns: Annotated[list[str], field("words", "Names of the columns", only=_LIST)] = []
    where: Annotated[
        list[str], field("conditions", "Conditions in the expression language; all must hold")
    ] = []
    date: Annotated[
        str | None,
        text(
            "The day that the period is taken of; absent: `created_at`, but `close_date` where "
            "the conditions ask for a closed status",
            only=_DATED,
        ),
    ] = None
    period: Annotated[str | None, text("Its own period; absent: the dashboard's")] = None
    plan: Annotated[
        str | None, text("What has the plan: `company`, `owner=anna` …", only=_PLANNED)
    ] = None
    compare: Annotated[
        Literal["previous"] | None, field("one-of", "With the period before", only=_PLANNED)
    ] = None
    group: Annotated[
        list[str],
        field(
            "words",
            "Up to two names, or `day`, `week`, `month` or `quarter` of a day: "
            "`month(close_date)`. The second makes the series",
            only=_CHART,
        ),
    ] = []
    series: Annotated[
        list[Series], item_list(Series, "Several figures on one axis", only=_CHART)
    ] = []
    sort: Annotated[
        list[str], field("words", "Names to sort by; `-name` is descending", only=_LIST)
    ] = []
    limit: Annotated[
        Annotated[int, msgspec.Meta(ge=1)] | None,
        field("whole", "The most rows that are shown", only=_LIST),
    ] = None


class DashboardFile(Record, frozen=True, kw_only=True):
    """A dashboard: its blocks in the order in which they are shown."""

    name: Annotated[str, text("What people call it")]
    period: Annotated[
        str | None,
        text("Of all blocks without one of their own; absent: `all`. `--period` overrides it"),
    ] = None
    blocks: Annotated[list[Block], item_list(Block, "What it shows, in order")]


class FigureAsk(msgspec.Struct, frozen=True):
    """A figure that has been read: its function, and of an aggregate the field."""

    text: str
    function: str
    field: NameSpec | None = None


class GroupAsk(msgspec.Struct, frozen=True):
    """A group that has been read: a name, and of a day perhaps the part that counts."""

    name: NameSpec
    part: str = ""


def parse_figure(text: str, names: NameTable) -> FigureAsk:
    """Read `count`, `sum budget`, `win-rate` …; raises `WrongUsage` (`unknown-figure`,
    `unknown-name`) with what was meant.
    """
    word, _, name = text.strip().partition(" ")
    name = name.strip()
    if word in AGGREGATES and name:
        spec = names.named(name)
        if spec.kind not in NUMBER_KINDS:
            why = f"{name} is neither money nor a number, so there is no {word} of it"
            raise WrongUsage(finding("unknown-figure", why, hint="count counts deals"))
        return FigureAsk(f"{word} {name}", word, spec)
    if word in ("count", *OF_CLOSED) and not name:
        return FigureAsk(word, word)
    if word in AGGREGATES:
        why, hint = f"{word} of what?", f"write {word} budget"
    elif name and word in ("count", *OF_CLOSED):
        why, hint = f"{word} takes no field", f"write {word}"
    else:
        known = ("count", *AGGREGATES, *OF_CLOSED)
        meant = nearest(word, known)
        why = f"{text!r} is no figure"
        like = f"{meant} {name}" if meant in AGGREGATES and name else meant
        hint = f"did you mean {like}?" if meant else ""
        hint = hint or f"figures are {', '.join(known)}"
    raise WrongUsage(finding("unknown-figure", why, hint=hint))


_GROUP = re.compile(r"([a-z]+)\(([^()]*)\)")


def parse_group(text: str, names: NameTable) -> GroupAsk:
    """Read `category`, `month(close_date)` …; raises `WrongUsage` (`bad-group`, `unknown-name`)."""
    match = _GROUP.fullmatch(text.strip())
    if match is None:
        spec = names.named(text.strip())
        if spec.kind == "group":
            why = f"{text} is a group of values, so nothing can be grouped by it"
            raise WrongUsage(finding("bad-group", why, hint=_inner_hint(text, names)))
        is_day = spec.kind in ("day", "instant")
        return GroupAsk(spec, "day" if is_day else "")
    part, name = match[1], match[2].strip()
    if part not in PARTS:
        hint = did_you_mean(part, PARTS) or f"parts of days are {', '.join(PARTS)}"
        raise WrongUsage(finding("bad-group", f"{part!r} is no part of days", hint=hint))
    spec = names.named(name)
    if spec.kind not in ("day", "instant"):
        why = f"{name} is no day, so it has no {part}"
        raise WrongUsage(finding("bad-group", why, hint=f"write {part}(close_date)"))
    return GroupAsk(spec, part)


def _inner_hint(text: str, names: NameTable) -> str:
    inner = [name for name in names.names if name.startswith(f"{text.strip()}.")]
    return f"write {', '.join(inner)}" if inner else ""


def parse_date(text: str, names: NameTable) -> NameSpec:
    """The name of a day; raises `WrongUsage` (`bad-date`, `unknown-name`)."""
    spec = names.named(text.strip())
    if spec.kind not in ("day", "instant"):
        why = f"{text} is no day, so no period can be taken of it"
        raise WrongUsage(finding("bad-date", why, hint="write created_at or close_date"))
    return spec


def asks_for_closed(conditions: Sequence[Condition]) -> bool:
    """Whether conditions let only closed deals through, by their status."""
    return any(
        one.name.name == "status" and one.op == "=" and "open" not in one.values
        for one in conditions
    )


def default_date(where: Sequence[str], names: NameTable) -> str:
    """The name of the day that a period is taken of where no key says it.

    `created_at`, but `close_date` where the conditions ask for a closed status.
    """
    read = []
    for condition in where:
        try:
            read.append(parse_condition(condition, names))
        except SalesError:
            continue  # told where the condition itself is looked at
    return "close_date" if asks_for_closed(read) else "created_at"
