"""A report as a plot: the title above it, the footer below it, the currency that it is in.

What is drawn of a report is said in the report's own module; here is what all of them share.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from salescli.model.calendar import format_day
from salescli.model.money import round_amount
from salescli.report.figures.figure import round_fraction
from salescli.report.figures.question import Question
from salescli.report.layouts.plot import Plot, Series, Shape


def build_report_plot(
    question: Question,
    shape: Shape,
    title: str,
    subject: Sequence[str],
    categories: Iterable[str],
    series: Iterable[Series],
    *,
    unit: str = "",
    definition: str,
    notes: Sequence[str],
    looks_ahead: bool = False,
    stacked: bool = False,
) -> Plot:
    """The plot of a report.

    The first part of its `subject` (see `funnel_words.build_scope`) stands in the title, the rest
    in the subtitle. `definition` says what is drawn; `notes` are the report's own. Of a
    period that hasn't begun there is nothing to draw, unless the report `looks_ahead`.
    """
    day = format_day(question.as_of)
    footer = [f"{definition} As of {day}.", " ".join(notes)]
    if question.is_before_start and not looks_ahead:
        footer.insert(0, f"No figures: the period begins after {day}.")
        categories, series = (), ()
    return Plot(
        shape=shape,
        title=" · ".join([title, *subject[:1]]),
        categories=tuple(categories),
        series=tuple(series),
        unit=unit,
        subtitle=" · ".join(subject[1:]),
        footer=tuple(line for line in footer if line),
        stacked=stacked,
    )


def money_in(sums: Mapping[str, Decimal], code: str) -> Decimal | None:
    """The sum in a currency: 0 where there is none; None without any currency."""
    return sums.get(code, round_amount(Decimal(0), code)) if code else None


def mean_number(mean: Fraction | None) -> Decimal | None:
    """A mean as reports print it: one decimal, half up."""
    return None if mean is None else round_fraction(mean, 1)
