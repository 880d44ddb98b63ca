"""The numbers of a funnel's stage as cells of a page, and where they stand in the JSON document.

Pure. Both definitions; what is made of the cells is for others.
"""

from typing import Any

from salescli.report.page.parts import Cell, amount_cell, number_cell
from salescli.report.text.numbers import format_count

_Stage = Any  # a stage of either definition
# The shares of a definition in its document, and their part there.
SHARES = {
    "reference": (("conversion", "passed"), ("first", "entered")),
    "entered": (("previous", "part"), ("first", "part")),
}
SIZE = {"reference": "count", "entered": "n"}  # the number that a slice is as wide as


def count_cell(stage: _Stage, pointer: str, name: str = "count") -> Cell:
    """One of the stage's numbers of deals."""
    count = getattr(stage, name)
    return number_cell(count, f"{pointer}/{name}", format_count(count))


def sum_cell(stage: _Stage, pointer: str, code: str) -> Cell:
    """The stage's money in a currency; 0 where it has none."""
    return amount_cell(stage.sum[code], f"{pointer}/sum/{code}") if code in stage.sum else Cell("0")
