"""What metrics and charts of a dashboard ask of the deals, and what they make of it.

A block becomes questions with what a deal contributes to each, and a function that makes its
figure of what they add up to; `dashboarding` walks through the deals once for all blocks.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from salescli.model.calendar import Period, format_day, period_before
from salescli.model.dashboards import (
    COMPANY,
    Block,
    FigureAsk,
    GroupAsk,
    default_date,
    parse_figure,
    parse_group,
)
from salescli.model.expression import ME
from salescli.model.money import round_amount
from salescli.model.names import STATUSES
from salescli.model.plans import Amounts, in_currency
from salescli.report.dashboards.block_figures import (
    Measure,
    Measured,
    build_contribution,
    finish,
    is_money,
)
from salescli.report.dashboards.block_plots import (
    Axis,
    Figured,
    Look,
    build_blanks,
    build_plots,
    tell_unranked,
)
from salescli.report.dashboards.dashboard import ChartFigure, Figure, MetricFigure, MetricValue
from salescli.report.figures.figure import Partial, percent_of
from salescli.report.figures.question import MIN_DEALS, Question
from salescli.report.layouts.funnel_words import build_notes, format_period
from salescli.report.layouts.plot import Shape
from salescli.report.text.filterwords import say_filters
from salescli.workspace.block_room import Pending, Room

_NAMES = {
    "new_client": {"yes": "New clients", "no": "Existing clients"},
    "client_kind": {"account": "Companies", "contact": "Persons"},
}
_YES_NO = {"yes": "Yes", "no": "No"}


def _notes_of(room: Room, measure: Measure, found: Measured) -> list[str]:
    """What a figure leaves out, in the words of all reports."""
    noted = _Noted(measure.question, found, room.invalid)
    return build_notes(noted)


class _Noted(msgspec.Struct, frozen=True):
    question: Question
    found: Measured
    invalid: int
    without_value: int = 0

    @property
    def other_process(self) -> int:
        return self.found.other_process

    @property
    def left_out(self) -> dict[str, int]:
        return self.found.left_out

    @property
    def differs(self) -> int:
        return self.found.differs


# --- metric --------------------------------------------------------------------------------------


def ask_metric(block: Block, room: Room) -> Pending:
    """The number of a metric, that of the period before, and the plan."""
    figure = parse_figure(block.figure or "count", room.names)
    period = room.period_of(block)
    before = period_before(period) if block.compare else None
    is_to_come = room.ask_measure(figure, period, block.where, block.date).is_to_come
    if is_to_come:
        before = None
    periods = [period, *([before] if before is not None else [])]
    measures = [room.ask_measure(figure, one, block.where, block.date) for one in periods]
    definition = room.definition(measures[0].question)

    def build(partials: Sequence[Partial[Any]]) -> Figure:
        found = [
            finish(partial, measure, definition)
            for partial, measure in zip(partials, measures, strict=True)
        ]
        notes = _notes_of(room, measures[0], found[0])
        if is_to_come:
            notes.append(_say_to_come(room))
        elif block.compare and before is None:
            notes.append("Nothing to compare with: the period has no first or no last day.")
        plan, reason = _plan_of(block, period, room)
        notes += [reason] if reason else []
        field = () if figure.field is None else (figure.field.name,)
        return MetricFigure(
            id=block.block,
            title=block.title,
            period=period,
            figure=figure.text,
            values=_values(figure, found, plan, room, is_to_come=is_to_come),
            compared=before,
            planned=_planned(block.plan, room),
            notes=(*notes, *room.notes(block.where, *field)),
        )

    return Pending(
        questions=[measure.question for measure in measures],
        contributions=lambda: [build_contribution(one, definition) for one in measures],
        build=build,
    )


def _say_to_come(room: Room) -> str:
    return f"No figures: the period begins after {format_day(room.base.as_of)}."


def _values(
    figure: FigureAsk,
    found: Sequence[Measured],
    plan: Amounts,
    room: Room,
    *,
    is_to_come: bool,
) -> tuple[MetricValue, ...]:
    """A value for each unit that the number, the one before or the plan is in."""
    now = found[0].total
    before = found[1].total if len(found) > 1 else {}
    planned = {money.currency: money.amount for money in plan}
    units = sorted({*now, *before, *planned})
    if not units and is_money(figure):
        currency = room.base.currency or room.base.store_currency
        units = [currency] if currency else []
    values = []
    for unit in units:
        nothing = None
        if figure.function == "sum" and not is_to_come:
            nothing = round_amount(Decimal(0), unit) if is_money(figure) else Decimal(0)
        value = now.get(unit, nothing)
        own = planned.get(unit)
        values.append(
            MetricValue(
                unit=unit,
                value=value,
                previous=before.get(unit, nothing) if len(found) > 1 else None,
                ids=None if value is None else found[0].behind((), unit),
                previous_ids=found[1].behind((), unit) if len(found) > 1 else None,
                plan=own,
                attainment=None if own is None or value is None else percent_of(value, own),
            )
        )
    return tuple(values)


def _planned(plan: str | None, room: Room) -> str:
    """What has the plan, as the file says it, with the page's person instead of @me."""
    return (plan or "").replace(f"={ME}", f"={room.person}" if plan and ME in plan else "=")


def _plan_of(block: Block, period: Period, room: Room) -> tuple[Amounts, str]:
    """The plan of an object for a period, and why there is none or not all of it; of which status
    deals are is what the metric measures, and narrows nothing.
    """
    if block.plan is None:
        return (), ""
    of = _planned(block.plan, room)
    kind, _, name = of.partition("=")
    filters = room.filters(block.where, "process", "status")
    if filters and filters != ((kind, (name,)),):
        told = " and ".join(say_filters(filters))
        told = f"deals {told}" if told.startswith("without ") else told
        return (), f"No plan: it is of {_said(of)}, and the figures are of {told}."
    if period.first is None or period.last is None:
        return (), "No plan: one is of a period that has a first and a last day."
    if kind == COMPANY:
        found, said = room.company_plan(period)
    else:
        found, said = room.own_plan(kind, name, period)
    if not found:
        return (), f"No plan: {_said(of)} has none for {format_period(period)}."
    return in_currency(found, room.base.currency) or found, said


def _said(of: str) -> str:
    """What a plan is of, in a sentence: `the company`, `owner anna`."""
    return "the company" if of == COMPANY else of.replace("=", " ")


# --- chart ---------------------------------------------------------------------------------------


def ask_chart(block: Block, room: Room) -> Pending:
    """The figures of a chart, by its groups."""
    period = room.period_of(block)
    groups = [parse_group(text, room.names) for text in block.group]
    named: list[str] = []
    measures: list[Measure] = []
    for name, text, where, day in _series_of(block):
        figure = parse_figure(text, room.names)
        named.append(name)
        measures.append(room.ask_measure(figure, period, where, day, groups))
    definitions = [room.definition(measure.question) for measure in measures]

    def build(partials: Sequence[Partial[Any]]) -> Figure:
        found = [
            finish(partial, measure, definition)
            for partial, measure, definition in zip(partials, measures, definitions, strict=True)
        ]
        figures = [Figured(*one) for one in zip(named, measures, found, strict=True)]
        day = block.date or default_date(block.where, room.names)
        axes = [_axis(group, measures[0], room, day) for group in groups]
        notes = list(
            dict.fromkeys(
                note for one in figures for note in _notes_of(room, one.measure, one.found)
            )
        )
        if all(measure.is_to_come for measure in measures):
            notes.append(_say_to_come(room))
        below = tell_unranked(axes[0], figures)
        notes += [below] if below else []
        told = [group.name.name for group in groups]
        notes += room.notes(block.where, *told)
        look = _build_look(block, room, measures, notes)
        plots = build_plots(figures, axes, look)
        return ChartFigure(
            id=block.block,
            title=block.title,
            period=period,
            plots=plots,
            blanks=build_blanks(figures, plots, look),
            notes=tuple(notes),
        )

    return Pending(
        questions=[measure.question for measure in measures],
        contributions=lambda: list(map(build_contribution, measures, definitions)),
        build=build,
    )


def _build_look(
    block: Block, room: Room, measures: Sequence[Measure], notes: Sequence[str]
) -> Look:
    """What the picture says around the numbers: period, process and filters; definition and day."""
    asked = [measure.question for measure in measures]
    processes = list(dict.fromkeys(room.definition(one).name for one in asked))
    filters = say_filters(room.filters(block.where, "process"))
    series = _series_of(block)
    defined = dict.fromkeys(
        _define(measure, where, day, room)
        for measure, (_, _, where, day) in zip(measures, series, strict=True)
    )
    return Look(
        shape=_shape(block),
        title=block.title,
        subtitle=" · ".join([format_period(room.period_of(block)), *processes, *filters]),
        footer=(*defined, f"As of {format_day(room.base.as_of)}.", *notes),
        currency=room.base.currency or room.base.store_currency,
    )


def _define(measure: Measure, where: Sequence[str], day: str | None, room: Room) -> str:
    """What a figure is, and which deals of the period it is of."""
    figure = measure.figure.text
    if measure.is_of_closed:
        return f"{figure.replace('-', ' ').capitalize()}: of deals closed in the period."
    told = "Number of deals" if figure == "count" else f"{figure.capitalize()} of deals"
    by = (day or default_date(where, room.names)).replace("_", " ")
    return f"{told}: those of the period by {by}."


def _series_of(block: Block) -> list[tuple[str, str, list[str], str | None]]:
    """Name, figure, conditions and day of each series; a block without has one of its own."""
    if not block.series:
        return [(block.title, block.figure or "count", block.where, block.date)]
    return [
        (
            one.name,
            one.figure or block.figure or "count",
            [*block.where, *one.where],
            one.date or block.date,
        )
        for one in block.series
    ]


def _shape(block: Block) -> Shape:
    """How it is drawn; a funnel of any groups is bars, one below the other."""
    return "bar" if block.shape == "funnel" else block.shape or "column"


def _axis(group: GroupAsk, measure: Measure, room: Room, day: str) -> Axis:
    """The names and the order of a group's values in this store."""
    spec, question = group.name, measure.question
    noun = spec.name.replace("custom.", "").replace("_", " ").replace(".", " ")
    if group.part:
        is_cut = spec.name == day and question.period.first and question.period.last
        last = min(question.period.last or date.max, question.as_of)
        is_filled = is_cut and question.period.first and question.period.first <= last
        filled = Period(question.period.first, last, "") if is_filled else None
        week_start = room.session.calendar.week_start
        return Axis(noun=noun, part=group.part, week_start=week_start, filled=filled)
    wording = room.wording(question.process)
    if spec.name in _NAMES:
        names = _NAMES[spec.name]
        return Axis(noun=noun, names=names, order=tuple(names))
    if spec.kind == "yes-no":
        return Axis(noun=noun, names=_YES_NO, order=tuple(_YES_NO))
    if spec.name == "status":
        return Axis(noun=noun, order=STATUSES)
    if spec.name == "stage":
        stages = room.definition(question).stages
        names = {stage.stage: stage.name for stage in stages}
        return Axis(noun=noun, names=names, order=tuple(names))
    if spec.kind == "choice":
        order = spec.values or tuple(room.session.dictionaries.get(spec.target, ()))
        return Axis(noun=noun, names=wording.names.get(spec.target, {}), order=order)
    target = spec.target.partition("|")[0]
    called = wording.names.get(target, {}) if target else {}
    return Axis(noun=noun, names=called, min_deals=MIN_DEALS if spec.name == "owner" else 0)
