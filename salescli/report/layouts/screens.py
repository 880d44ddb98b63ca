"""The screen and the page of a report that is a table: title, rows, lines below, footer.

Layout only; what is said comes from the report. A screen fits its width, a page has none.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import msgspec

from salescli.model.calendar import format_day
from salescli.report.figures.question import Question
from salescli.report.layouts.funnel_text import wrap_parts
from salescli.report.text.fitting import is_wide
from salescli.report.text.json_text import Document, format_json
from salescli.report.text.listing import (
    Column,
    Format,
    Rendered,
    Row,
    format_csv,
    render_rows,
)
from salescli.report.text.numbers import escape_markdown, format_rounded, is_whole


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """What a report shows people. `told` are lines below the table, `notes` its footer.

    `fitted` is what was done to it for a terminal, which a note tells. `places` are, for each
    cell of the rows, where its number stands in the document, a JSON pointer or "".
    A question whose period begins after the as-of day has no table, and the screen says so, as it
    does in words of its own where the report has a `refusal`; `anyway` are lines that hold all the
    same.
    """

    question: Question
    title: str
    heading: Sequence[str]
    columns: Sequence[Column]
    rows: Sequence[Row]
    places: Sequence[Row] = ()
    told: Sequence[str] = ()
    anyway: Sequence[str] = ()
    notes: Sequence[str] = ()
    fitted: str = ""
    refusal: str = ""


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """How one report looks in each format; what isn't asked for isn't made.

    `screen` is told the columns of the terminal, None in a pipe and for a page.
    """

    document: Callable[[], Document]
    columns: Callable[[], list[Column]]
    rows: Callable[[], list[Row]]
    screen: Callable[[int | None], Screen]


def render_layout(layout: Layout, format: str, *, width: int | None, raw: bool) -> Rendered:
    """A report as `table` (a terminal's screen), `json`, `csv` or `md`."""
    if format == "json":
        return Rendered(format_json(layout.document()))
    if format == "csv":
        return Rendered(format_csv(layout.rows(), layout.columns(), raw=raw))
    if format == "md":
        return Rendered(format_page(layout.screen(None)))
    return format_screen(layout.screen(width), width)


def format_screen(screen: Screen, width: int | None) -> Rendered:
    """For a terminal, at most `width` columns wide; None (a pipe) cuts nothing."""
    heading = wrap_parts([screen.title, *screen.heading], " · ", width)
    refusal = _refuse(screen)
    if refusal:
        lines = [line for text in (refusal, *screen.anyway) for line in _wrap(text, width)]
        return Rendered("\n".join([*heading, *lines]))
    layout: Format = "plain" if width is None else "table"
    table = render_rows(screen.rows, screen.columns, layout, width=width, is_stacked=True, indent=1)
    told = [line for text in (*screen.told, *screen.anyway) for line in _wrap(text, width)]
    footer = wrap_parts(screen.notes, " ", width)
    text = "\n".join([*heading, table.text, *told, *footer])
    return Rendered(text, " ".join(part for part in (screen.fitted, table.note) if part))


def format_page(screen: Screen) -> str:
    """The same as Markdown."""
    title = f"**{screen.title}** · {escape_markdown(' · '.join(screen.heading))}"
    anyway = "".join(f"{escape_markdown(text)}\n\n" for text in screen.anyway)
    refusal = _refuse(screen)
    if refusal:
        return f"{title}\n\n{refusal}\n\n{anyway}".rstrip()
    table = render_rows(screen.rows, screen.columns, "md").text
    told = "".join(f"{text}\n\n" for text in screen.told)
    return f"{title}\n\n{table}\n\n{told}{anyway}{' '.join(screen.notes)}"


def _wrap(text: str, width: int | None) -> list[str]:
    return wrap_parts([text], " ", width)


def _refuse(screen: Screen) -> str:
    """Why there are no figures; empty where there are."""
    if not screen.question.is_before_start:
        return screen.refusal
    return f"No figures: the period begins after {format_day(screen.question.as_of)}."


Table = tuple[list[Column], list[Row]]


ROUNDED = "Amounts are rounded to whole ones."


def fit_table(build: Callable[[bool], Table], width: int | None) -> tuple[Table, str]:
    """The table for `width` columns (None: as it is), and a sentence where amounts are rounded.

    `build(whole)` makes it, with whole amounts if `whole`: what is too wide, columns of nothing
    aside, is rounded before any column goes that says something.
    """
    table = build(False)
    if width is None or not is_wide(table[1], table[0], width - 1):
        return table, ""
    exact, table = table, build(True)
    return table, ROUNDED if table[1] != exact[1] else ""


def number_column(name: str, title: str, *, is_minor: bool = False) -> Column:
    """A column of numbers for people."""
    return Column(name, title, "right", "number", is_minor=is_minor)


def money_columns(
    name: str, title: str, codes: Sequence[str], *, is_minor: bool = False
) -> list[Column]:
    """A column for each currency; its code stands in the title if there are several."""
    return [
        number_column(
            f"{name}-{code}",
            f"{title}, {code}" if len(codes) > 1 else title,
            is_minor=is_minor,
        )
        for code in codes
    ]


def place_cells(
    rows: Sequence[str],
    columns: Sequence[Column],
    *,
    numbers: Mapping[str, str],
    money: Mapping[str, str],
) -> list[Row]:
    """Where the number of each cell stands in the document: `Screen.places`.

    `rows` are the places of what the rows tell ("" for a line that parts them), `numbers` and
    `money` are by the names of columns the places in there, of money without its currency.
    """
    places = [_place_column(column.name, numbers, money) for column in columns]
    return [[f"{row}{place}" if row and place else "" for place in places] for row in rows]


def _place_column(name: str, numbers: Mapping[str, str], money: Mapping[str, str]) -> str:
    figure, _, code = name.rpartition("-")
    if figure in money and name not in numbers:
        return money[figure].format(code)
    return numbers.get(name, "")


def money_cells(
    sums: Sequence[dict[str, Decimal]],
    codes: Sequence[str],
    nothing: str,
    *,
    whole: bool = False,
) -> list[list[str]]:
    """The cells of money of each row: decimals only in a column where some amount has them, and
    in none if `whole`, which rounds half up.
    """
    is_round = {c: whole or is_whole(one[c] for one in sums if c in one) for c in codes}
    return [
        [format_rounded(one[c], whole=is_round[c]) if c in one else nothing for c in codes]
        for one in sums
    ]


def bare_number(number: Decimal | None) -> str:
    """For a spreadsheet: no thousands, an empty cell for nothing."""
    return "" if number is None else f"{number:f}"
