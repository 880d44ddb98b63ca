"""The slices of a funnel's picture: how wide each is and what is written in and beside it.

Pure; what a mode draws is decided here, for both definitions, and where it stands elsewhere.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec

from salescli.model.asked import FunnelMode
from salescli.report.figures.entered import EnteredFunnel
from salescli.report.figures.figure import Share
from salescli.report.figures.funnel import Funnel
from salescli.report.figures.funnel_looks import AnyFunnel
from salescli.report.text.numbers import NOT_AVAILABLE, format_count, format_percent


class Slice(msgspec.Struct, frozen=True):
    """A stage as it is drawn. `share` of the widest; None where there is nothing to draw."""

    name: str
    count: int
    sum: Mapping[str, Decimal]
    is_success: bool
    share: Fraction | None
    text: str
    reached: str
    between: tuple[str, ...] = ()  # to the next slice: the longest words first; empty for none


class Slices(msgspec.Struct, frozen=True):
    """All slices with what their columns are called; `tells_count`: it stands in the slices."""

    slices: tuple[Slice, ...]
    head: str
    reached_head: tuple[str, ...]
    tells_count: bool
    note: str  # for a subtitle
    has_slopes: bool  # from slice to slice: of what becomes fewer


class _Stage(msgspec.Struct, frozen=True):
    """What the two definitions have in common."""

    name: str
    count: int
    sum: Mapping[str, Decimal]
    is_success: bool
    conversion: Share | None  # what stage-conversion draws
    first: Share
    between: Share | None
    words: str


def build_slices(funnel: AnyFunnel) -> Slices:
    """The slices in the mode that was asked for; `stage-conversion` of an entered funnel is its
    "to previous".
    """
    mode = funnel.question.mode
    if isinstance(funnel, EnteredFunnel):
        stages = _read_entered(funnel)
        conversion, whole = "To previous", max((one.first.whole for one in stages), default=0)
        reached = ("To first", f"of {format_count(whole)}")
    else:
        stages = _read_reference(funnel)
        conversion, reached = "Went on", ("Reached", f"of {format_count(funnel.new)} new")
    shares = [_share_of(stage, mode) for stage in stages]
    widest = max([Fraction(0 if mode == "count" else 1), *(one for one in shares if one)])
    slices = tuple(
        Slice(
            stage.name,
            stage.count,
            stage.sum,
            stage.is_success,
            None if share is None else (share / widest if widest else share),
            _text_of(stage, mode),
            _format_part(stage.first) if mode == "first-stage" else _format(stage.first),
            _say_between(stage, mode),
        )
        for stage, share in zip(stages, shares, strict=True)
    )
    head = {"count": "Deals", "stage-conversion": conversion, "first-stage": " ".join(reached)}
    notes = {
        "count": "",
        "stage-conversion": "conversion of stages",
        "first-stage": "conversion from the first",
    }
    has_slopes = mode != "stage-conversion"
    return Slices(slices, head[mode], reached, mode == "count", notes[mode], has_slopes)


def _read_reference(funnel: Funnel) -> Sequence[_Stage]:
    return [
        _Stage(
            stage.name,
            stage.count,
            stage.sum,
            stage.conversion is None,
            stage.conversion,
            stage.first,
            stage.conversion,
            "went on",
        )
        for stage in funnel.stages
    ]


def _read_entered(funnel: EnteredFunnel) -> Sequence[_Stage]:
    stages = funnel.stages
    following = [*(stage.previous for stage in stages[1:]), None]
    return [
        _Stage(
            stage.name,
            stage.count,
            stage.sum,
            after is None,
            stage.previous,
            stage.first,
            after,
            "of previous",
        )
        for stage, after in zip(stages, following, strict=False)
    ]


def _share_of(stage: _Stage, mode: FunnelMode) -> Fraction | None:
    if mode == "count":
        return Fraction(stage.count)
    share = stage.conversion if mode == "stage-conversion" else stage.first
    return Fraction(share.part, share.whole) if share is not None and share.whole else None


def _text_of(stage: _Stage, mode: FunnelMode) -> str:
    if mode == "count":
        return format_count(stage.count)
    return _format(stage.conversion if mode == "stage-conversion" else stage.first)


def _format(share: Share | None) -> str:
    return NOT_AVAILABLE if share is None else format_percent(share.percent)


def _format_part(share: Share) -> str:
    return format_count(share.part) if share.whole else NOT_AVAILABLE


def _say_between(stage: _Stage, mode: FunnelMode) -> tuple[str, ...]:
    """Between a slice and the next; where the slice itself tells the percent, only how many."""
    share = stage.between
    if share is None:
        return ()
    if share.percent is None:
        return (NOT_AVAILABLE,)
    counts = f"{format_count(share.part)} of {format_count(share.whole)}"
    if mode == "stage-conversion":
        return (counts,)
    percent = format_percent(share.percent)
    return (f"{percent} {stage.words}, {counts}", f"{percent} {stage.words}", percent)
