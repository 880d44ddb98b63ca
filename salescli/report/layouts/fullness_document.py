"""Fullness, and the plan that a figure stands against, as public JSON documents."""

from decimal import Decimal
from fractions import Fraction

from salescli.model.money import decimals_of
from salescli.report.figures.figure import round_fraction
from salescli.report.figures.fullness import Fullness, Part, StageNeed
from salescli.report.layouts.cell_document import build_figures, build_fit, number_text
from salescli.report.layouts.counted_document import build_counted
from salescli.report.layouts.documents import build_asked, build_days, build_left_out
from salescli.report.layouts.norms_layout import build_winrate
from salescli.report.text.json_text import Document

FULLNESS_SCHEMA = "salescli/fullness@1"
PLACES = 4  # decimals of expected wins


def build_fullness_document(figure: Fullness) -> Document:
    """`salescli/fullness@1`: the stock, the coverage of the plan's gap, and a part for each
    currency of the plan (one for all where wins are asked for).

    If the figures hold ids, each number `x` has its deals beside it as `x_ids`.
    """
    question = figure.question
    plan_question = question.plan_question
    return {
        "schema": FULLNESS_SCHEMA,
        **build_asked(question),
        "open_on": question.reporting_day.isoformat(),
        "plan_period": build_days(plan_question.period),
        "stock": [
            {"stage": one.stage, "name": one.name, **build_counted(one.open)}
            for one in figure.stock
        ],
        "coverage": build_fit(figure.plan) | build_figures(figure.cell),
        "parts": [_build_part(part) for part in figure.parts],
        "hidden": build_counted(figure.hidden),
        **build_left_out(figure),
    }


def _build_part(part: Part) -> Document:
    required = part.required
    document: Document = {
        "currency": part.currency,
        "stages": [_build_stage(stage) for stage in part.stages],
        "expected": format_wins(part.expected),
        "without_norm": part.without_norm,
        "required": required.wins,
        "gap": number_text(required.gap),
        "average": number_text(round_average(required.average, part.currency)),
        "fullness": {"percent": number_text(part.fullness)},
    }
    if part.without_norm_ids is not None:
        document["without_norm_ids"] = list(part.without_norm_ids)
    return document


def _build_stage(stage: StageNeed) -> Document:
    document: Document = {
        "stage": stage.stage,
        "open": stage.open,
        "winrate": build_winrate(stage.winrate),
        "expected": format_wins(stage.expected),
        "needed": stage.needed,
    }
    if stage.open_ids is not None:
        document["open_ids"] = list(stage.open_ids)
    return document


def format_wins(wins: Fraction | None) -> str | None:
    """Expected wins, with four decimals; None stays None."""
    return None if wins is None else f"{round_fraction(wins, PLACES):f}"


def round_average(average: Fraction | None, currency: str | None) -> Decimal | None:
    """An exact mean, rounded to its currency."""
    if average is None or currency is None:
        return None
    return round_fraction(average, decimals_of(currency))
