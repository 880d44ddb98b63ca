"""A chart as plain values: what is to be seen, before it is drawn as picture, page or text.

Figures become plots in the modules of their reports; `chart` draws plots and knows no figures.
"""

from decimal import Decimal
from typing import Literal

import msgspec

Shape = Literal["column", "bar", "line", "area", "pie", "scatter"]


class Series(msgspec.Struct, frozen=True):
    """One row of numbers, a number for each category; None where there is none (not 0).

    `ids` are the deals that each is made of, if they were kept.
    """

    name: str
    values: tuple[Decimal | None, ...]
    ids: tuple[tuple[str, ...], ...] | None = None


class Plot(msgspec.Struct, frozen=True, kw_only=True):
    """What a chart shows. `unit` is a currency code, `%`, `days` or "" (a count).

    Of a `scatter` the first series is x and the second y, and a category is a point. A `pie` has
    one series. `part` tells it from the other plots of its block: a currency, a kind of number, or
    "" (see `block_plots`). `heading` is what categories are, `keys` what programs call them where
    that is another name than people read. Columns that are `stacked` stand on each other: parts,
    none negative, of a whole. `elsewhere` are the places of categories that have nothing in this
    unit, and something in the plot of another: people aren't shown these zeros. `target` is a level
    to compare with (a plan); `subtitle` says period and filters, `footer` the definition and the
    day it is as of.
    """

    shape: Shape
    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    heading: str = "Category"
    keys: tuple[str, ...] = ()
    subtitle: str = ""
    footer: tuple[str, ...] = ()
    target: Decimal | None = None
    target_name: str = ""
    stacked: bool = False
    elsewhere: tuple[int, ...] = ()
    part: str = ""

    @property
    def said(self) -> tuple[int, ...]:
        """The places of the categories that people are shown."""
        return tuple(p for p in range(len(self.categories)) if p not in self.elsewhere)

    def shown(self) -> "Plot":
        """The same with these categories alone."""
        said = self.said
        if not self.elsewhere:
            return self
        series = (
            msgspec.structs.replace(one, values=tuple(one.values[p] for p in said), ids=None)
            for one in self.series
        )
        return msgspec.structs.replace(
            self,
            categories=tuple(self.categories[p] for p in said),
            keys=tuple(self.keys[p] for p in said) if self.keys else (),
            series=tuple(series),
            elsewhere=(),
        )
