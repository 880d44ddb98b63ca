"""Funnels and reports as blocks of a dashboard: their own contributions, under a block's filter."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from salescli.model.calendar import period_before
from salescli.model.dashboards import Block
from salescli.model.definition import Definition
from salescli.model.visits import seconds
from salescli.report.dashboards.dashboard import (
    Figure,
    FunnelFigure,
    FunnelPart,
    TableFigure,
)
from salescli.report.figures import entered, funnel, managers, state, winloss
from salescli.report.figures.comparison import (
    ALL_SHOWN,
    COMPANY,
    ComparedBy,
    Comparison,
    Side,
    build_comparison,
)
from salescli.report.figures.figure import Partial
from salescli.report.figures.piecewise import Contribute
from salescli.report.figures.question import (
    FunnelQuestion,
    ManagersQuestion,
    Question,
    StateQuestion,
    WinLossQuestion,
)
from salescli.report.layouts.forecast_document import build_forecast_document
from salescli.report.layouts.forecast_rows import build_columns, build_rows, place_rows
from salescli.report.layouts.forecast_rows import say as say_forecast
from salescli.report.layouts.funnel_words import format_period
from salescli.report.layouts.managers_layout import lay_out_managers
from salescli.report.layouts.screens import Layout
from salescli.report.layouts.state_layout import lay_out_state
from salescli.report.layouts.winloss_layout import lay_out_win_loss
from salescli.report.records.agenda import build_agenda_document
from salescli.report.records.agenda_rows import build_agenda_rows
from salescli.workspace.agenda import read_agenda
from salescli.workspace.block_plans import (
    ask_plan,
    build_bar,
    build_part_bar,
    by_group,
    merge,
    split,
    tell_notes,
    tell_values,
)
from salescli.workspace.block_room import Pending, Room
from salescli.workspace.forecasting import ForecastOptions, report_forecast
from salescli.workspace.stating import row_names as state_names
from salescli.workspace.winloss import row_names as win_loss_names

_FUNNELS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "reference": (funnel.build_contribution, funnel.finish),
    "entered": (entered.build_contribution, entered.finish),
}


# --- funnel --------------------------------------------------------------------------------------


def ask_funnel(block: Block, room: Room) -> Pending:
    """The funnel of all deals under the filter; with `by` one for each owner or department."""
    period = room.period_of(block)
    before = period_before(period) if block.compare else None
    build_contribution, finish = _FUNNELS[block.definition or "reference"]
    questions = [
        room.ask(
            FunnelQuestion,
            one,
            block.where,
            sum=block.sum or "budget",
            mode=block.mode or "count",
            created=block.created or "period",
        )
        for one in (period, before)
        if one is not None
    ]
    definition, tests = room.definition(questions[0]), room.tests(block.where)
    contributions: list[Contribute] = [
        by_group(build_contribution(one, definition), tests, block.by) for one in questions
    ]
    plan = ask_plan(block, room, period, tests, definition)
    asked: list[Question] = list(questions)
    if plan is not None:
        asked.append(plan.question)
        contributions.append(plan.contribute)

    def build(partials: Sequence[Partial[Any]]) -> Figure:
        groups = split(partials[0])
        whole = finish(merge(groups), definition, questions[0], invalid=room.invalid)
        sold = split(partials[-1]) if plan is not None else {}
        nothing: Partial[Any] = Partial({}, None if partials[-1].ids is None else {})
        bar = build_bar(merge(sold) if sold else nothing, plan, definition) if plan else None
        names = room.wording(questions[0].process).names
        kind = "person" if block.by == "owner" else "department"

        def build_part(key: str | None, partial: Partial[Any]) -> FunnelPart:
            name = names[kind].get(key, key) if key else ""
            found = finish(partial, definition, questions[0], invalid=room.invalid)
            if plan is not None:
                own = sold.get(key, nothing)
                told = build_part_bar(key, name, own, plan, block, room, definition)
                found = msgspec.structs.replace(found, plan=told)
            return FunnelPart(key, name, found)

        parts = [build_part(key, partial) for key, partial in groups.items() if block.by]
        parts.sort(key=lambda part: (part.id is None, part.name.casefold(), part.id or ""))
        previous = None
        if before is not None:
            partial = merge(split(partials[1]))
            told = finish(partial, definition, questions[1], invalid=room.invalid)
            previous = FunnelPart(None, format_period(before), told)
        whole = msgspec.structs.replace(whole, plan=bar)
        return FunnelFigure(
            id=block.block,
            title=block.title,
            period=period,
            funnel=whole,
            by=block.by or "",
            parts=tuple(parts),
            previous=previous,
            plan=tell_values(bar),
            planned=bar.fit.of if bar is not None else "",
            comparison=_compare(block, whole, parts, previous, definition),
            notes=tell_notes(bar, block) + tuple(room.notes(block.where)),
        )

    return Pending(questions=asked, contributions=lambda: contributions, build=build)


def _compare(
    block: Block,
    whole: Any,
    parts: Sequence[FunnelPart],
    previous: FunnelPart | None,
    definition: Definition,
) -> Comparison | None:
    """The funnels side by side: those of the parts beside the company's, or two periods."""
    if block.by and parts:
        by: ComparedBy = "owner" if block.by == "owner" else "department"
        sides = [Side(None, ALL_SHOWN if whole.question.filters else COMPANY, whole)]
        sides += [Side(part.id, part.name or f"without {by}", part.funnel) for part in parts]
        return build_comparison(by, sides, definition)
    if previous is None:
        return None
    told = msgspec.structs.replace(whole, plan=None)  # that of the period before isn't asked for
    now = Side(_days(whole.question), format_period(whole.question.period), told)
    then = Side(_days(previous.funnel.question), previous.name, previous.funnel)
    return build_comparison("period", [then, now], definition)


def _days(question: Question) -> str:
    return f"{question.period.first or ''}..{question.period.last or ''}"


# --- table ---------------------------------------------------------------------------------------


class _Report(msgspec.Struct, frozen=True):
    """A report that is made of contributions: what is asked, how it adds up, how it looks."""

    question: Callable[[Block, Room], Question]
    contribution: Callable[..., Any]
    finish: Callable[..., Any]
    names: Callable[[Room, Any, Definition], Mapping[str, str]]
    layout: Callable[[Any], Layout]


def _ask_state(block: Block, room: Room) -> Question:
    calendar, base = room.session.calendar, room.base
    return msgspec.structs.replace(
        room.ask(
            StateQuestion,
            calendar.parse_period("all", base.as_of),
            block.where,
            sum=block.sum or "budget",
            time_zone=room.session.settings.time_zone,
            today_start=seconds(calendar.start_of(base.as_of)),
            by=block.by,
        )
    )


def _ask_managers(block: Block, room: Room) -> Question:
    zone = room.session.settings.time_zone
    period = room.period_of(block)
    return room.ask(ManagersQuestion, period, block.where, sum="value", time_zone=zone)


def _ask_win_loss(block: Block, room: Room) -> Question:
    settings = room.session.settings
    return room.ask(
        WinLossQuestion,
        room.period_of(block),
        block.where,
        sum="value",
        time_zone=settings.time_zone,
        by=block.by,
        bands=tuple(settings.size_bands),
    )


_REPORTS = {
    "state": _Report(
        _ask_state,
        state.build_contribution,
        state.finish,
        lambda room, question, definition: state_names(room.session, question, definition),
        lay_out_state,
    ),
    "managers": _Report(
        _ask_managers,
        managers.build_work,
        managers.finish,
        lambda room, question, _: room.wording(question.process).names["person"],
        lay_out_managers,
    ),
    "win-loss": _Report(
        _ask_win_loss,
        winloss.build_contribution,
        winloss.finish,
        lambda room, question, definition: win_loss_names(room.session, question, definition),
        lay_out_win_loss,
    ),
}


def ask_table(block: Block, room: Room) -> Pending:
    """A report by its name."""
    name = block.report or ""
    if name == "compare":  # funnels side by side, which a funnel block shows, too
        return ask_funnel(msgspec.structs.replace(block, by=block.by or "owner"), room)
    if name in _OTHERS:
        return Pending(questions=[], contributions=list, build=lambda _: _OTHERS[name](block, room))
    report = _REPORTS[name]
    question = report.question(block, room)
    definition, tests = room.definition(question), room.tests(block.where)

    def contributions() -> list[Contribute]:
        more = {"first_deals": room.rows.first_deals} if block.by == "new-client" else {}
        contribute = report.contribution(question, definition, **more)
        return [lambda deal: contribute(deal) if all(test(deal) for test in tests) else None]

    def build(partials: Sequence[Partial[Any]]) -> Figure:
        names = report.names(room, question, definition)
        figure = report.finish(partials[0], definition, question, names=names, invalid=room.invalid)
        layout = report.layout(figure)
        screen = layout.screen(None)
        notes = [*screen.told, *screen.notes, *room.notes(block.where)]
        return TableFigure(
            id=block.block,
            title=block.title,
            period=question.period,
            report=name,
            columns=tuple(screen.columns),
            rows=tuple(map(tuple, screen.rows)),
            document=layout.document(),
            places=tuple(map(tuple, screen.places)),
            notes=tuple(notes),
        )

    return Pending(questions=[question], contributions=contributions, build=build)


def _build_forecast(block: Block, room: Room) -> Figure:
    base = room.base
    asked = dict(base.filters)
    period = block.period or room.typed_period
    options = ForecastOptions(
        period=period,
        as_of=base.as_of.isoformat(),
        owners=asked.get("owner", ()),
        departments=asked.get("department", ()),
        process=base.process,
        currency=base.currency,
        by=block.by or "owner",  # type: ignore[arg-type]
        skip_invalid=True,  # what can't be read was refused or counted before
        with_ids=room.with_ids,
    )
    figure = report_forecast(room.session, options)
    return TableFigure(
        id=block.block,
        title=block.title,
        period=room.period_of(block),
        report="forecast",
        columns=tuple(build_columns(figure)),
        rows=tuple(map(tuple, build_rows(figure))),
        document=build_forecast_document(figure),
        places=tuple(map(tuple, place_rows(figure))),
        notes=tuple(say_forecast(figure)),
    )


def _build_agenda(block: Block, room: Room) -> Figure:
    session = room.session
    day = session.calendar.parse_period("today", session.today)
    notes = ["Activities are as of today, whatever the day of the page."] if room.is_past else []
    agenda, _ = read_agenda(session, person=room.person, scope="day")
    columns, rows = build_agenda_rows(agenda, session.calendar)
    return TableFigure(
        id=block.block,
        title=block.title,
        period=day,
        report="agenda",
        columns=tuple(columns),
        rows=tuple(map(tuple, rows)),
        document=build_agenda_document(agenda, session.calendar),
        notes=tuple(notes),
    )


_OTHERS: Mapping[str, Callable[[Block, Room], Figure]] = {
    "forecast": _build_forecast,
    "agenda": _build_agenda,
}
