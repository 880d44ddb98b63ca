"""Figures as public JSON documents, each with a schema name and a version.

They have their own shape, never that of the domain types, so that those may change without
breaking a script. Money and percentages are text.
"""

from datetime import date
from typing import Any

from salescli.model.calendar import Period
from salescli.report.figures.entered import EnteredFunnel, EnteredStage
from salescli.report.figures.figure import Leaving, Share
from salescli.report.figures.funnel import Funnel, StageFigure, StageIds
from salescli.report.figures.question import Question
from salescli.report.layouts.cell_document import build_plan
from salescli.report.layouts.counted_document import add_count_ids, build_counted, build_sums
from salescli.report.text.json_text import Document

FUNNEL_SCHEMA = "salescli/funnel@1"


def build_funnel_document(funnel: Funnel | EnteredFunnel) -> Document:
    """`salescli/funnel@1`, of either definition.

    The period's days are those asked for, not cut at the as-of day. If the figures hold ids, each
    number `x` has its deals beside it as `x_ids`. `plan` is null in a store without plans.
    """
    if isinstance(funnel, EnteredFunnel):
        asked = build_asked(funnel.question)
        stages = [build_entered_stage(stage) for stage in funnel.stages]
    else:
        asked = build_asked(funnel.question, created=funnel.question.created)
        stages = [build_stage(stage) for stage in funnel.stages]
    return {
        "schema": FUNNEL_SCHEMA,
        "definition": funnel.definition,
        **asked,
        "stages": stages,
        "plan": build_plan(funnel.plan),
        "hidden": build_counted(funnel.hidden),
        **build_left_out(funnel),
    }


def build_days(period: Period) -> Document:
    """The first and last day of a period, as it was asked for; null where it is open."""
    return {"from": _day(period.first), "to": _day(period.last)}


def build_left_out(figure: Leaving) -> Document:
    """What every document of a report says last: what the figure leaves out."""
    return {
        "other_processes": figure.other_process,
        "left_out": figure.left_out,
        "differing": figure.differs,
        "invalid": figure.invalid,
    }


def build_asked(question: Question, **filters: Any) -> Document:
    """What every document of a report says first: the day, the period, the money, the filters."""
    filters = {"process": question.process, **filters}
    if question.currency is not None:
        filters["currency"] = question.currency
    filters.update((name, list(values)) for name, values in question.scope)
    return {
        "as_of": question.as_of.isoformat(),
        "period": build_days(question.period),
        "sum": question.sum,
        "filters": filters,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def build_stage(stage: StageFigure) -> Document:
    """A slice of the reference funnel, with the deals behind each number if they were kept."""
    document: Document = {
        "stage": stage.stage,
        "name": stage.name,
        "count": stage.count,
        "sum": build_sums(stage.sum),
        "without_value": stage.without_value,
        "conversion": stage.conversion and build_share("passed", stage.conversion),
        "first": build_share("entered", stage.first),
    }
    if stage.ids is not None:
        _add_ids(document, stage.ids)
    return document


def build_entered_stage(stage: EnteredStage) -> Document:
    """A slice of the entered funnel, with the deals behind each number if they were kept."""
    document: Document = {
        "stage": stage.stage,
        "name": stage.name,
        "count": stage.count,
        "sum": build_sums(stage.sum),
        "without_value": stage.without_value,
        "n": stage.n,
        "previous": build_share("part", stage.previous),
        "first": build_share("part", stage.first),
    }
    ids = stage.ids
    if ids is not None:
        add_count_ids(document, ids)
        document["n_ids"] = list(ids.entered)
        for name, whole in (("previous", ids.previous), ("first", ids.first)):
            document[name]["part_ids"] = list(ids.entered)
            document[name]["of_ids"] = list(whole)
    return document


def build_share(part: str, share: Share) -> Document:
    """`{part: 5, "of": 7, "percent": "71.43"}`; the percent of nothing is None."""
    percent = share.percent
    return {
        part: share.part,
        "of": share.whole,
        "percent": None if percent is None else f"{percent:f}",
    }


def _add_ids(document: Document, ids: StageIds) -> None:
    add_count_ids(document, ids)
    if document["conversion"] is not None:
        document["conversion"]["passed_ids"] = list(ids.passed)
        document["conversion"]["of_ids"] = list(ids.touched)
    document["first"]["entered_ids"] = list(ids.entered)
    document["first"]["of_ids"] = list(ids.new)
