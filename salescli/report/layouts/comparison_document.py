"""A comparison as a public JSON document, as bare numbers for a spreadsheet, and as a page."""

from collections.abc import Callable
from decimal import Decimal

from salescli.report.figures.comparison import Cell, Compared, Comparison, first_of, onward_of
from salescli.report.figures.funnel_looks import look_of
from salescli.report.layouts.comparison_text import format_comparison
from salescli.report.layouts.comparison_words import (
    TITLE,
    build_footer,
    build_heading,
    build_measures,
    format_points,
)
from salescli.report.layouts.counted_document import build_sums
from salescli.report.layouts.documents import build_funnel_document
from salescli.report.layouts.screens import bare_number
from salescli.report.text.json_text import Document, format_json
from salescli.report.text.listing import Column, Rendered, Row, format_csv, render_rows
from salescli.report.text.numbers import (
    NOT_AVAILABLE,
    escape_markdown,
    format_count,
    format_share,
    format_sums,
)

COMPARISON_SCHEMA = "salescli/compare@1"


def render_comparison(
    comparison: Comparison, format: str, *, width: int | None = None, raw: bool = False
) -> Rendered:
    """The comparison as `table` (a terminal's screen), `json`, `csv` or `md`."""
    if format == "json":
        return Rendered(format_json(build_comparison_document(comparison)))
    if format == "csv":
        rows, columns = build_number_rows(comparison), build_number_columns(comparison)
        return Rendered(format_csv(rows, columns, raw=raw))
    if format == "md":
        return Rendered(_format_page(comparison))
    return format_comparison(comparison, width=width)


def build_comparison_document(comparison: Comparison) -> Document:
    """`salescli/compare@1`: each side with its whole funnel (`salescli/funnel@1`).

    `differences` are from the first side, for which they are null: deals, money, and of the shares
    percentage points, null where one of the two is of nothing. `id` is null for the company.
    """
    return {
        "schema": COMPARISON_SCHEMA,
        "definition": comparison.first.definition,
        "by": comparison.by,
        "as_of": comparison.first.question.as_of.isoformat(),
        "sides": [
            {
                "id": side.key,
                "name": side.name,
                "funnel": build_funnel_document(side.funnel),
                "differences": _build_differences(comparison, place) if place else None,
            }
            for place, side in enumerate(comparison.sides)
        ],
    }


def _build_differences(comparison: Comparison, place: int) -> list[Document]:
    """What a side differs by at each stage; nothing where one of the two has no figures."""
    onward, first = _share_keys(comparison)
    found = [(row.stage, row.cells[place]) for row in comparison.rows]
    return [
        {
            "stage": stage,
            "count": cell.differences.count,
            "sum": build_sums(cell.differences.sum),
            onward: _text(cell.differences.onward),
            first: _text(cell.differences.first),
        }
        for stage, cell in found
        if cell and cell.differences
    ]


def _share_keys(comparison: Comparison) -> tuple[str, str]:
    """What the two shares are called in the funnel's document."""
    return (
        ("conversion", "first")
        if comparison.first.definition == "reference"
        else ("previous", "first")
    )


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


def build_number_columns(comparison: Comparison) -> list[Column]:
    """The columns of `build_number_rows`: the funnel's own, the side, and the differences."""
    look = look_of(comparison.first)
    sums = [f"sum_{code}" for code in comparison.currencies]
    numbers = ["count", "count_difference", *sums, "without_value"]
    numbers += [number.name for number in look.numbers]
    for share in look.shares:
        numbers += [*filter(None, share.names), share.names[-1].replace("percent", "points")]
    return [
        Column("side", "Side", kind="id"),
        Column("side_name", "Name"),
        Column("stage", "Stage", kind="id"),
        Column("name", "Name"),
        *(Column(name, name, "right", "number") for name in numbers),
    ]


def build_number_rows(comparison: Comparison) -> list[Row]:
    """A row for each stage of each side; a cell is empty where there is nothing to tell."""
    width = len(build_number_columns(comparison)) - 4
    return [
        [
            side.key or "",
            side.name,
            row.stage,
            row.name,
            *(_numbers(cell, comparison) if (cell := row.cells[place]) else [""] * width),
        ]
        for place, side in enumerate(comparison.sides)
        for row in comparison.rows
    ]


def _numbers(cell: Cell, comparison: Comparison) -> list[str]:
    look = look_of(comparison.first)
    numbers = [str(cell.count), str(cell.differences.count) if cell.differences else ""]
    numbers += [bare_number(cell.sum.get(code)) for code in comparison.currencies]
    numbers += [str(cell.without_value), *map(str, cell.numbers)]
    for share, (found, points) in zip(look.shares, (onward_of(cell), first_of(cell)), strict=True):
        told = ["", "", ""]
        if found is not None:
            told = [str(found.part), str(found.whole), bare_number(found.percent)]
        numbers += [text for name, text in zip(share.names, told, strict=True) if name]
        numbers.append(bare_number(points))
    return numbers


def _format_page(comparison: Comparison) -> str:
    """Markdown: a table for the deals, and one for each share."""
    title = f"**{TITLE}** · {escape_markdown(' · '.join(build_heading(comparison)))}"
    definition = f"{comparison.first.definition.capitalize()} definition."
    footer = " ".join([definition, *map(escape_markdown, build_footer(comparison))])
    if not comparison.rows:
        return f"{title}\n\n{footer}"
    onward, first = build_measures(comparison)
    tables = (
        (f"Deals, {comparison.first.question.sum}", _say_deals),
        (onward, lambda cell: _say_share(onward_of(cell))),
        (first, lambda cell: _say_share(first_of(cell))),
    )
    return "\n\n".join([title, *(_format_table(comparison, *one) for one in tables), footer])


def _format_table(comparison: Comparison, title: str, say: Callable[[Cell | None], str]) -> str:
    columns = [Column("name", title)]
    columns += [Column(f"side-{n}", side.name, "right") for n, side in enumerate(comparison.sides)]
    rows = [[row.name, *map(say, row.cells)] for row in comparison.rows]
    return render_rows(rows, columns, "md").text


def _say_deals(cell: Cell | None) -> str:
    if cell is None:
        return NOT_AVAILABLE
    return f"{format_count(cell.count)} ({format_sums(dict(cell.sum)) if cell.sum else '0'})"


def _say_share(compared: Compared) -> str:
    share, points = compared
    told = format_share(share)
    return told if points is None else f"{told}, {format_points(points)} pp"
