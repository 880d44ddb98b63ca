"""Wins and losses as a public JSON document."""

from typing import Any

from salescli.report.figures.averages import format_mean
from salescli.report.figures.figure import MoneyShare
from salescli.report.figures.piles import CountIds
from salescli.report.figures.winloss import ClosedFigure, OutcomeFigure, Velocity, WinLoss
from salescli.report.layouts.counted_document import build_counted, build_sums
from salescli.report.layouts.documents import build_asked, build_left_out, build_share
from salescli.report.text.json_text import Document

WIN_LOSS_SCHEMA = "salescli/win-loss@1"


def build_win_loss_document(figure: WinLoss) -> Document:
    """`salescli/win-loss@1`: the total, velocity by currency, and a row for each key of `by`.

    If the figures hold ids, each number `x` of deals has them beside it as `x_ids`.
    """
    question = figure.question
    return {
        "schema": WIN_LOSS_SCHEMA,
        **build_asked(question),
        "by": question.by,
        "total": build_figure(figure.total),
        "velocity": {code: _build_velocity(one) for code, one in figure.velocity.items()},
        "rows": [
            {"row": row.key, "name": row.name or None, **build_figure(row.figure)}
            for row in figure.rows
        ],
        **build_left_out(figure),
    }


def build_figure(figure: ClosedFigure) -> Document:
    """The four outcomes and the win rates of a row."""
    rate = build_share("won", figure.win_rate)
    won, lost = figure.outcomes["won"].ids, figure.outcomes["lost"].ids
    if won is not None and lost is not None:
        rate |= {"won_ids": list(won.count), "of_ids": sorted([*won.count, *lost.count])}
    return {
        **{name: _build_outcome(outcome) for name, outcome in figure.outcomes.items()},
        "win_rate": rate,
        "win_rate_by_value": {
            code: _build_money_share(code, one, won, lost)
            for code, one in figure.win_rate_by_value.items()
        },
    }


def _build_money_share(
    code: str, share: MoneyShare, won: CountIds | None, lost: CountIds | None
) -> Document:
    document: Document = {
        "won": f"{share.part:f}",
        "of": f"{share.whole:f}",
        "percent": _text(share.percent),
    }
    if won is not None and lost is not None:
        document["won_ids"] = list(won.sum.get(code, ()))
        document["of_ids"] = sorted([*won.sum.get(code, ()), *lost.sum.get(code, ())])
    return document


def _build_outcome(outcome: OutcomeFigure) -> Document:
    return {
        **build_counted(outcome),
        "average": build_sums(outcome.average),
        "cycle": {"mean": format_mean(outcome.mean), "median": format_mean(outcome.median)},
    }


def _build_velocity(velocity: Velocity) -> Document:
    document: Document = {
        "open": velocity.open,
        "average": _text(velocity.average),
        "win_rate": _text(velocity.win_rate.percent),
        "cycle": format_mean(velocity.cycle),
        "per_day": _text(velocity.per_day),
    }
    if velocity.open_ids is not None:
        document["open_ids"] = list(velocity.open_ids)
    return document


def _text(number: Any) -> str | None:
    return None if number is None else f"{number:f}"
