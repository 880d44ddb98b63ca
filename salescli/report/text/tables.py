"""Tables for a terminal and for Markdown; the only module that loads tabulate.

Loaded when a table is asked for (tabulate takes 40 ms). Cells come as text and leave as the same
text: no library may read numbers into them.
"""

from collections.abc import Sequence
from typing import Literal

from tabulate import DataRow, TableFormat, tabulate

from salescli.report.text.listing import Column, Rendered, Row
from salescli.report.text.numbers import clean_text, cut, escape_markdown, width_of

_GAP = 2
_BLANKS = TableFormat(
    lineabove=None,
    linebelowheader=None,
    linebetweenrows=None,
    linebelow=None,
    headerrow=DataRow("", " " * _GAP, ""),
    datarow=DataRow("", " " * _GAP, ""),
    padding=0,
    with_header_hide=None,
)


def render(
    rows: Sequence[Row],
    columns: Sequence[Column],
    format: Literal["table", "md"],
    *,
    width: int | None = None,
) -> Rendered:
    """A table, cut to `width` columns of a terminal if given; Markdown is never cut."""
    cells = [[clean_text(cell) for cell in row] for row in rows]
    titles = [column.title for column in columns]
    if format == "md":
        escaped = [[escape_markdown(cell) for cell in row] for row in cells]
        heads = [escape_markdown(clean_text(title)) for title in titles]  # a side's name is one
        return Rendered(_tabulate(escaped, columns, "pipe", heads))
    note = ""
    if width is not None:
        cells, columns, note = _fit(cells, columns, width)
        titles = [column.title for column in columns]
    rules = ["─" * room for room in _measure(cells, columns)]
    # Title and rule go as rows: tabulate makes a column two wider than its header.
    text = _tabulate([titles, rules, *cells], columns, _BLANKS)
    return Rendered("\n".join(line.rstrip() for line in text.split("\n")), note)


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
    cells: list[list[str]], columns: Sequence[Column], width: int
) -> tuple[list[list[str]], Sequence[Column], str]:
    """Cut the widest texts first; if that isn't enough, leave out columns from the right."""
    widths = _measure(cells, columns)
    dropped: list[str] = []
    while len(columns) > 1 and _least(widths, columns) > width:
        dropped.insert(0, columns[-1].title)
        columns, widths = columns[:-1], widths[:-1]
    wanted = list(widths)
    while sum(widths) + _GAP * (len(widths) - 1) > width:
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
    return fitted, titled, _say(cut_titles, dropped, width)


def _measure(cells: list[list[str]], columns: Sequence[Column]) -> list[int]:
    titles = [width_of(column.title) for column in columns]
    return [
        max([title, *(width_of(row[place]) for row in cells)]) for place, title in enumerate(titles)
    ]


def _least(widths: Sequence[int], columns: Sequence[Column]) -> int:
    """The narrowest that the columns can become."""
    shortest = [
        min(width, column.least) if column.kind == "text" else width
        for width, column in zip(widths, columns, strict=True)
    ]
    return sum(shortest) + _GAP * (len(shortest) - 1)


def _say(cut_titles: list[str], dropped: list[str], width: int) -> str:
    parts = []
    if cut_titles:
        parts.append(f"cut: {', '.join(cut_titles)}")
    if dropped:
        parts.append(f"left out: {', '.join(dropped)}")
    if not parts:
        return ""
    return f"To fit {width} columns, {'; '.join(parts)}. A pipe and --format csv show everything."
