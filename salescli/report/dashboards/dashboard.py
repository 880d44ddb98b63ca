"""A dashboard as plain values: what each of its blocks shows, computed once, rendered many times.

Pure. `dashboard_blocks` and the other reports make the figures; text, JSON and pages are made of
them. Knows nothing of stores, of files and of how anything is laid out.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

import msgspec

from salescli.model.calendar import Period
from salescli.report.figures.comparison import Comparison
from salescli.report.figures.funnel_looks import AnyFunnel
from salescli.report.layouts.plot import Plot
from salescli.report.text.listing import Column


class BlockFigure(msgspec.Struct, frozen=True, kw_only=True):
    """What all kinds of blocks have. `notes` are sentences that stand under the block.

    `period` is the one that the block is of, with the words that asked for it.
    """

    kind: ClassVar[str]
    id: str
    title: str
    period: Period
    notes: tuple[str, ...] = ()


class MetricValue(msgspec.Struct, frozen=True, kw_only=True):
    """One number of a metric. `unit` is a currency code, `%`, `days` or "" (a count, a number).

    A percentage of each currency has its code, too: `% EUR`.

    `value` is None where there is none (not 0). `previous` is the same figure of the period
    before, `plan` the plan of the period in this currency, `attainment` value/plan in percent.
    `ids` and `previous_ids` are the deals that a count or a sum is made of, if they were kept.
    """

    unit: str
    value: Decimal | None
    previous: Decimal | None = None
    plan: Decimal | None = None
    attainment: Decimal | None = None
    ids: tuple[str, ...] | None = None
    previous_ids: tuple[str, ...] | None = None

    @property
    def change(self) -> Decimal | None:
        """value − previous; None where one of them is missing."""
        if self.value is None or self.previous is None:
            return None
        return self.value - self.previous


class MetricFigure(BlockFigure, frozen=True, kw_only=True):
    """A number, or one for each currency; none at all where there is no money.

    `figure` is as the dashboard's file says it (`sum value`). `compared` is the period before,
    `planned` whose plan it is (`company`, `owner=anna`); None and "" where nobody asked.
    """

    kind = "metric"
    figure: str
    values: tuple[MetricValue, ...]
    compared: Period | None = None
    planned: str = ""


class ChartFigure(BlockFigure, frozen=True, kw_only=True):
    """A chart: a plot for each unit, since amounts of two currencies share no axis.

    A chart of counts has one plot; one of money without a deal has none. `blanks` are empty ones,
    to be drawn for those that are missing and have a file of their own all the same.
    """

    kind = "chart"
    plots: tuple[Plot, ...]
    blanks: tuple[Plot, ...] = ()


class ListFigure(BlockFigure, frozen=True, kw_only=True):
    """Deals: `rows` are for people, `records` for programs; one of each for a deal, in order.

    `ids` name the deals of the rows; `found` counts all that met the filter, `len(rows)` the
    ones that are shown.
    """

    kind = "list"
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    records: tuple[Mapping[str, Any], ...]
    ids: tuple[str, ...]
    found: int


class FunnelPart(msgspec.Struct, frozen=True):
    """The funnel of one owner or department, or of another period.

    `id` is None for deals without an owner or department.
    """

    id: str | None
    name: str
    funnel: AnyFunnel


class FunnelFigure(BlockFigure, frozen=True, kw_only=True):
    """The funnel of all, and with `by` one for each owner or department that has deals in it.

    `plan` is what the metric of a plan says, in each currency: won in the period and planned;
    `funnel.plan` the same to be drawn, with what is likely to be won.
    `comparison` puts the funnels side by side: with `by` those of the parts beside all of them,
    with `previous` that of the period before beside this one; the first is compared with.
    """

    kind = "funnel"
    funnel: AnyFunnel
    by: str = ""
    parts: tuple[FunnelPart, ...] = ()
    previous: FunnelPart | None = None
    plan: tuple[MetricValue, ...] = ()
    planned: str = ""
    comparison: Comparison | None = None


class TableFigure(BlockFigure, frozen=True, kw_only=True):
    """A report by its name: the rows of its screen for people, its own document for programs.

    `places` say of each cell where its number stands in that document, as a JSON pointer or "".
    """

    kind = "table"
    report: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    document: Mapping[str, Any]
    places: tuple[tuple[str, ...], ...] = ()


Figure = MetricFigure | ChartFigure | ListFigure | FunnelFigure | TableFigure


class Question(msgspec.Struct, frozen=True):
    """What is asked of a whole dashboard: the page's period, the day, and the filters as typed."""

    period: Period
    as_of: date
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    currency: str | None = None


class Dashboard(msgspec.Struct, frozen=True, kw_only=True):
    """A dashboard with all its figures, in the order of its file.

    `name` is the file's id, `title` what people call it, `store` the store's name.
    """

    question: Question
    name: str
    title: str
    store: str
    blocks: tuple[Figure, ...]
    notes: tuple[str, ...] = ()

    @property
    def period(self) -> Period:
        """The page's period; a block may have its own."""
        return self.question.period

    @property
    def as_of(self) -> date:
        """The day that everything is as of."""
        return self.question.as_of
