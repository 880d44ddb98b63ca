"""What is wrong with a dashboard: names that nothing has, keys that don't go together.

Pure: a typed dashboard in, findings with the path of their keys out.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial

from salescli.model.asked import is_created_idle
from salescli.model.calendar import Calendar
from salescli.model.conversion import Path
from salescli.model.dashboards import (
    COMPANY,
    FUNNEL_BY,
    FUNNEL_KEYS,
    PLANNED_KINDS,
    REPORTS,
    UNFILTERED,
    Block,
    DashboardFile,
    FigureAsk,
    parse_date,
    parse_figure,
    parse_group,
)
from salescli.model.errors import Finding, SalesError, finding
from salescli.model.expression import parse_condition
from salescli.model.fields import specs_of
from salescli.model.ids import is_slug
from salescli.model.names import NameTable
from salescli.model.nearest import did_you_mean

At = tuple[Path, Finding]
IsThere = Callable[[str, str], bool]  # target and id → whether it is there
_NEEDED = {  # key of what a kind can't do without, with an example
    "chart": (("shape", "column"), ("figure", "count"), ("group", "[month(created_at)]")),
    "metric": (("figure", "count"),),
    "list": (("columns", "[title, client, owner, budget]"),),
    "table": (("report", "managers"),),
    "funnel": (),
}


def check_dashboard(
    dashboard: DashboardFile, names: NameTable, calendar: Calendar, is_there: IsThere
) -> list[At]:
    """Everything that is wrong with a dashboard, as (path of keys and places, finding).

    `names` are those of opportunities; `is_there` tells of a plan's object whether there is one.
    """
    found: list[At] = [*_check_period(dashboard.period, ("period",), calendar)]
    seen: set[str] = set()
    for place, block in enumerate(dashboard.blocks):
        path: Path = ("blocks", place)
        found += _check_id(block.block, seen, (*path, "block"), "block")
        found += _check_keys(block, path)
        found += _check_period(block.period, (*path, "period"), calendar)
        found += _check_conditions(block.where, (*path, "where"), names)
        found += _check_names(block, path, names)
        found += _check_plan(block.plan, (*path, "plan"), is_there)
        found += _check_report(block, path)
        found += _check_funnel_keys(block, path)
        found += _check_figures(block, path, names)
    return found


def _check_id(slug: str, seen: set[str], at: Path, noun: str) -> Iterator[At]:
    if not is_slug(slug):
        text = f"{slug!r} can't be the id of a {noun}"
        yield at, finding("bad-id", text, hint="use a-z, 0-9 and -, at most 40 characters")
    if slug in seen:
        text = f"the {noun} {slug} stands here twice"
        yield at, finding("duplicate-block", text, hint="give one of them another id")
    seen.add(slug)


def _check_keys(block: Block, path: Path) -> Iterator[At]:
    """Keys that other kinds have, and those that this one lacks."""
    for spec in specs_of(Block):
        value = getattr(block, spec.name)
        if value in (None, []) or spec.only is None or block.kind in spec.only.values:
            continue
        text = f"{spec.name} is for {spec.only.words}, and this is a {block.kind}"
        yield (*path, spec.name), finding("not-for-kind", text, hint="take it out")
    for key, example in _NEEDED[block.kind]:
        is_said = getattr(block, key) not in (None, [])
        if key == "figure" and block.series and all(one.figure for one in block.series):
            continue
        if not is_said:
            text = f"the {block.kind} {block.block} has no {key}"
            yield (*path, key), finding("block-lacks-key", text, hint=f"write {key}: {example}")


def _check_period(period: str | None, at: Path, calendar: Calendar) -> Iterator[At]:
    if period is not None:
        yield from _tried(partial(calendar.parse_period, period, _ANY_DAY), at)


_ANY_DAY = date(2000, 1, 1)  # whether words are a period is the same on every day


def _tried(read: Callable[[], object], at: Path) -> Iterator[At]:
    try:
        read()
    except SalesError as error:
        for one in error.findings:
            yield at, one


def _check_conditions(where: Sequence[str], path: Path, names: NameTable) -> Iterator[At]:
    for place, text in enumerate(where):
        yield from _tried(partial(parse_condition, text, names), (*path, place))


def _check_names(block: Block, path: Path, names: NameTable) -> Iterator[At]:
    for place, name in enumerate(block.columns):
        yield from _tried(partial(names.named, name), (*path, "columns", place))
    for place, name in enumerate(block.sort):
        bare = name.removeprefix("-")
        yield from _tried(partial(names.named, bare), (*path, "sort", place))
    for place, name in enumerate(block.group):
        yield from _tried(partial(parse_group, name, names), (*path, "group", place))
    if block.date is not None:
        yield from _tried(partial(parse_date, block.date, names), (*path, "date"))


def _check_plan(plan: str | None, at: Path, is_there: IsThere) -> Iterator[At]:
    if plan is None or plan == COMPANY:
        return
    kind, sign, name = plan.partition("=")
    if kind not in PLANNED_KINDS or not sign or not name:
        hint = did_you_mean(kind, [*PLANNED_KINDS, COMPANY]) or "write company, or owner=anna"
        yield at, finding("not-a-plan-object", f"{plan!r} is nothing that has a plan", hint=hint)
    elif name != "@me" and not is_there(PLANNED_KINDS[kind], name):
        text = f"there is no {kind} {name!r}"
        hint = "write its id" if kind != "need" else "write the id of one in dictionaries.yaml"
        yield at, finding("no-such-reference", text, hint=hint)


def _check_report(block: Block, path: Path) -> Iterator[At]:
    if block.report is not None and block.kind == "table" and block.report not in REPORTS:
        hint = did_you_mean(block.report, REPORTS) or f"there are {', '.join(REPORTS)}"
        text = f"no table can be made of a report {block.report!r}"
        yield (*path, "report"), finding("unknown-report", text, hint=hint)
        return
    if block.kind == "table" and block.where and block.report in UNFILTERED:
        text = f"the report {block.report} takes no conditions"
        yield (*path, "where"), finding("bad-block", text, hint="take where out")
    if block.by is None or block.kind not in ("funnel", "table"):
        return
    known = FUNNEL_BY if block.kind == "funnel" else REPORTS.get(block.report or "", ())
    if block.by not in known:
        what = "a funnel" if block.kind == "funnel" else f"the report {block.report}"
        hint = did_you_mean(block.by, known) or f"one of {', '.join(known)}"
        text = f"{what} has no rows by {block.by!r}"
        yield (*path, "by"), finding("bad-block", text, hint=hint if known else "take it out")


def _check_funnel_keys(block: Block, path: Path) -> Iterator[At]:
    """Keys of funnels in a table of something else, and one that its definition has no use for."""
    if block.kind == "table" and block.report in REPORTS and block.report != "compare":
        for key in FUNNEL_KEYS:
            if getattr(block, key) is not None:
                text = f"{key} is for funnels, and the report {block.report} has none"
                yield (*path, key), finding("bad-block", text, hint="take it out")
    elif is_created_idle(block.created, block.definition):
        text = "created is for the reference definition, and this funnel is of what entered"
        yield (*path, "created"), finding("bad-block", text, hint="take it out")


def _check_figures(block: Block, path: Path, names: NameTable) -> Iterator[At]:
    """The figures of a block and of its series, and whether they fit its shape."""
    if block.kind not in ("metric", "chart"):
        return
    seen: set[str] = set()
    for place, one in enumerate(block.series):
        at: Path = (*path, "series", place)
        yield from _check_id(one.series, seen, (*at, "series"), "series")
        yield from _check_conditions(one.where, (*at, "where"), names)
        if one.date is not None:
            yield from _tried(partial(parse_date, one.date, names), (*at, "date"))
        if one.figure is not None:
            yield from _tried(partial(parse_figure, one.figure, names), (*at, "figure"))
    if block.figure is not None:
        yield from _tried(partial(parse_figure, block.figure, names), (*path, "figure"))
    yield from _check_shape(block, path, names)


def _check_shape(block: Block, path: Path, names: NameTable) -> Iterator[At]:
    if len(block.group) > 2:
        text = "a chart is grouped by two names at most"
        yield (*path, "group"), finding("bad-block", text, hint="take the rest out")
    if block.series and len(block.group) > 1:
        text = "series and a second group can't both make the series"
        yield (*path, "group"), finding("bad-block", text, hint="take one of the two out")
    if block.shape in ("pie", "funnel") and (len(block.group) > 1 or len(block.series) > 1):
        text = f"a {block.shape} has one figure and one group"
        yield (*path, "shape"), finding("bad-block", text, hint="make it a column")
    if block.shape == "scatter" and len(block.series) != 2:
        text = "a scatter has two series: the first is across, the second up"
        hint = "write series: with two figures"
        yield (*path, "shape"), finding("bad-block", text, hint=hint)
    figure = _figure_of(block, names)
    if block.kind == "metric" and block.plan is not None and figure is not None:
        is_sum = figure.function == "sum" and figure.field is not None
        if not (is_sum and figure.field is not None and figure.field.kind == "money"):
            text = f"a plan is of money, and {figure.text} is not a sum of money"
            yield (*path, "plan"), finding("bad-block", text, hint="write figure: sum value")


def _figure_of(block: Block, names: NameTable) -> FigureAsk | None:
    try:
        return parse_figure(block.figure or "", names)
    except SalesError:
        return None  # told already
