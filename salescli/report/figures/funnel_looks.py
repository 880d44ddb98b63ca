"""Which numbers a funnel of each definition shows beside count and sum, and what they are called.

One table for screens, pages and spreadsheets; how they are laid out is for these.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from salescli.report.figures.entered import EnteredFunnel
from salescli.report.figures.figure import Share
from salescli.report.figures.funnel import Funnel

AnyFunnel = Funnel | EnteredFunnel
_Stage = Any  # a stage of the funnel that the look is of


class NumberLook(msgspec.Struct, frozen=True):
    """A plain number: `name` for machines, `title` for people."""

    name: str
    title: str
    number_of: Callable[[_Stage], int]


class ShareLook(msgspec.Struct, frozen=True):
    """A share. Its names for machines are of part, whole and percent; no name, no column.

    `short` is the title where counts don't stand beside the percentages.
    """

    names: tuple[str, str, str]
    title: str
    short: str
    share_of: Callable[[_Stage], Share | None]


class Look(msgspec.Struct, frozen=True):
    """The numbers of a definition. `measure`: what its deals have in common, for a heading.

    `has_counts`: whether the counts of a share stand beside it.
    """

    measure: str
    numbers: tuple[NumberLook, ...]
    shares: tuple[ShareLook, ...]
    has_counts: bool = True


_REFERENCE = (
    ShareLook(
        ("passed", "of", "passed_percent"), "Went on", "Went on", lambda stage: stage.conversion
    ),
    ShareLook(
        ("entered", "new", "entered_percent"),
        "Reached, of all new",
        "Reached",
        lambda stage: stage.first,
    ),
)
_ENTERED = Look(
    "entered in the period",
    (NumberLook("n", "Entered", lambda stage: stage.n),),
    (
        ShareLook(
            ("", "previous_n", "previous_percent"),
            "To previous",
            "To previous",
            lambda stage: stage.previous,
        ),
        ShareLook(
            ("", "first_n", "first_percent"), "To first", "To first", lambda stage: stage.first
        ),
    ),
    has_counts=False,
)


def look_of(funnel: AnyFunnel) -> Look:
    """The numbers of its definition."""
    if isinstance(funnel, EnteredFunnel):
        return _ENTERED
    is_any = funnel.question.created == "any"
    return Look("created at any time" if is_any else "created in the period", (), _REFERENCE)
