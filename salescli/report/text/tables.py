"""Tables for a terminal and for Markdown; the only module that loads tabulate.

Loaded when a table is asked for (tabulate takes 40 ms). Cells come as text and leave as the same
text: no library may read numbers into them.
"""

from collections.abc import Sequence
from typing import Literal

from tabulate import DataRow, TableFormat, tabulate

from salescli.report.text.fitting import GAP, choose_columns, tell_cut
from salescli.report.text.listing import Column, Rendered, Row, measure
from salescli.report.text.numbers import clean_text, cut, escape_markdown

_BLANKS = TableFormat(
    lineabove=None,
    linebelowheader=None,
    linebetweenrows=None,
    linebelow=None,
    headerrow=DataRow("", " " * GAP, ""),
    datarow=DataRow("", " " * GAP, ""),
    padding=0,
    with_header_hide=None,
)


def render(
    rows: Sequence[Row],
    columns: Sequence[Column],
    format: Literal["table", "md"],
    *,
    width: int | None = None,
    heads: int = 0,
    terminal: int | None = None,
) -> Rendered:
    """A table, cut to `width` columns of a terminal if given; Markdown is never cut.

    With `heads` no column of weight is left out that has room beside the first so many: what
    doesn't fit stands below in a table of its own, which begins with these. `terminal` is the
    width that the note names, where the table doesn't have all of it.
    """
    cells = [[clean_text(cell) for cell in row] for row in rows]
    if format == "md":
        escaped = [[escape_markdown(cell) for cell in row] for row in cells]
        # The name of a compared side is a title, and so somebody's text.
        safe = [escape_markdown(clean_text(column.title)) for column in columns]
        return Rendered(_tabulate(escaped, columns, "pipe", safe))
    if width is None:
        return Rendered(_lay_out(cells, columns))
    texts: list[str] = []
    cut_titles: dict[str, None] = {}
    kept, nothing = list(range(len(columns))), list[int]()
    if heads:
        kept, nothing = choose_columns(cells, columns, heads, width)
    titles = [column.title for column in columns]
    gone = [titles[place] for place in range(len(columns)) if place not in {*kept, *nothing}]
    columns = [columns[place] for place in kept]
    cells = [[row[place] for place in kept] for row in cells]
    while True:
        fitted, shown, told = _fit(cells, columns, width)
        texts.append(_lay_out(fitted, shown))
        cut_titles.update(dict.fromkeys(told))
        dropped = columns[len(shown) :]
        if not dropped or not 0 < heads < len(shown):
            break
        cells = [[*row[:heads], *row[len(shown) :]] for row in cells]
        columns = [*columns[:heads], *dropped]
    note = tell_cut(
        terminal or width,
        cut=[*cut_titles],
        left_out=[*gone, *(column.title for column in dropped)],
        nothing=[titles[place] for place in nothing],
    )
    return Rendered("\n\n".join(texts), note)


def _lay_out(cells: Sequence[Sequence[str]], columns: Sequence[Column]) -> str:
    rules = ["─" * room for room in measure(cells, columns)]
    # Title and rule go as rows: tabulate makes a column two wider than its header.
    text = _tabulate([[column.title for column in columns], rules, *cells], columns, _BLANKS)
    return "\n".join(line.rstrip() for line in text.split("\n"))


def _tabulate(
    cells: Sequence[Sequence[str]],
    columns: Sequence[Column],
    format: str | TableFormat,
    titles: Sequence[str] = (),
) -> str:
    return tabulate(
        cells,
        headers=titles,
        tablefmt=format,
        disable_numparse=True,
        preserve_whitespace=True,
        colalign=[column.align for column in columns] if cells else None,
    )


def _fit(
    cells: Sequence[Sequence[str]], columns: Sequence[Column], width: int
) -> tuple[list[list[str]], Sequence[Column], list[str]]:
    """Cut the widest texts first; if that isn't enough, leave out columns from the right.

    Cells and columns that fit, and the titles of those that were cut.
    """
    widths = measure(cells, columns)
    while len(columns) > 1 and _least(widths, columns) > width:
        columns, widths = columns[:-1], widths[:-1]
    wanted = list(widths)
    while sum(widths) + GAP * (len(widths) - 1) > width:
        texts = [place for place, column in enumerate(columns) if column.kind == "text"]
        texts = [place for place in texts if widths[place] > columns[place].least]
        if not texts:
            break
        widths[max(texts, key=lambda place: widths[place])] -= 1
    cut_titles = [
        column.title for column, now, was in zip(columns, widths, wanted, strict=True) if now < was
    ]
    fitted = [[cut(cell, room) for cell, room in zip(row, widths, strict=False)] for row in cells]
    titled = [
        Column(column.name, cut(column.title, room), column.align, column.kind)
        for column, room in zip(columns, widths, strict=True)
    ]
    return fitted, titled, cut_titles


def _least(widths: Sequence[int], columns: Sequence[Column]) -> int:
    """The narrowest that the columns can become."""
    shortest = [
        min(width, column.least) if column.kind == "text" else width
        for width, column in zip(widths, columns, strict=True)
    ]
    return sum(shortest) + GAP * (len(shortest) - 1)
