"""Forecasts as rows: bare numbers for machines (CSV), words for a page and for a terminal."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import partial

from salescli.model.amounts import amount_of_units
from salescli.model.calendar import MONTH_NAMES, format_day
from salescli.report.figures.forecast import Apart, Cell, Forecast, Row
from salescli.report.figures.piles import Counted
from salescli.report.figures.question import Question
from salescli.report.figures.spans import Span
from salescli.report.layouts.drawn_money import currency_of, say_undrawn
from salescli.report.layouts.forecast_document import build_forecast_document
from salescli.report.layouts.funnel_text import wrap_parts
from salescli.report.layouts.funnel_words import build_notes, format_period
from salescli.report.layouts.keyed_rows import ROW, TOTAL, WITHOUT
from salescli.report.layouts.plot import Plot, Series
from salescli.report.layouts.report_plots import build_report_plot, money_in
from salescli.report.layouts.screens import fit_table
from salescli.report.text.filterwords import say_filters
from salescli.report.text.json_text import format_json
from salescli.report.text.listing import (
    Column,
    Format,
    Rendered,
    format_csv,
    render_rows,
)
from salescli.report.text.listing import Row as Texts
from salescli.report.text.numbers import (
    NOT_AVAILABLE,
    clean_text,
    escape_markdown,
    format_number_of,
    format_percent,
    format_rounded,
    is_whole,
)

_MONEY = (
    ("plan", "Plan"),
    ("actual", "Actual"),
    ("pipeline", "Pipeline"),
    ("weighted", "Weighted"),
)


def render_forecast(
    forecast: Forecast, format: str, *, width: int | None = None, raw: bool = False
) -> Rendered:
    """The forecast as `table` (cut to `width` columns if it has one), `json`, `csv` or `md`."""
    if format == "json":
        return Rendered(format_json(build_forecast_document(forecast)))
    if format == "csv":
        columns = build_number_columns(forecast)
        return Rendered(format_csv(build_number_rows(forecast), columns, raw=raw))
    subject = ["Forecast", *build_subject(forecast.question), f"by {forecast.question.by}"]
    subject.append(", ".join(["value", *forecast.currencies]))
    return render_words(
        subject,
        partial(build_rows, forecast),
        build_columns(forecast),
        say(forecast),
        format,
        width,
    )


def render_words(
    subject: Sequence[str],
    build: Callable[..., Sequence[Texts]],
    columns: Sequence[Column],
    notes: Sequence[str],
    format: str,
    width: int | None,
) -> Rendered:
    """A heading, a table and what it leaves out: for a terminal, a pipe or a Markdown page.

    `build(whole=)` makes the rows. On a terminal that is too narrow for them the amounts are
    rounded to whole ones, before any column goes.
    """
    rows = build(whole=False)
    if format == "md":
        title, *rest = subject
        head = f"**{title}** · {escape_markdown(' · '.join(rest))}"
        body = render_rows(rows, columns, "md").text
        return Rendered(f"{head}\n\n{body}\n\n{escape_markdown(' '.join(notes))}")
    kind: Format = "plain" if width is None else "table"
    (_, rows), said = fit_table(lambda whole: (list(columns), list(build(whole=whole))), width)
    table = render_rows(rows, columns, kind, width=width, is_stacked=True, indent=1)
    lines = [*wrap_parts(subject, " · ", width), table.text]
    lines += wrap_parts(notes, " ", width) if notes else []
    return Rendered("\n".join(lines), " ".join(part for part in (said, table.note) if part))


def build_subject(question: Question) -> list[str]:
    """Period, as-of day, process and filters."""
    parts = [format_period(question.period), f"as of {format_day(question.as_of)}"]
    parts.append(question.process)
    parts += say_filters(question.scope)
    return [clean_text(part) for part in parts]


def say(forecast: Forecast) -> list[str]:
    """What the figures leave out, or where they could mislead, a sentence each."""
    notes = []
    by = forecast.question.by
    if not forecast.has_plans:
        names = " and ".join(name for name, _ in forecast.question.filters if name != by)
        notes.append(f"No plans: the filter by {names} narrows the rows.")
    elif forecast.without_plan[-1] and forecast.rows:
        missing, rows = forecast.without_plan[-1], len(forecast.rows)
        notes.append(f"{missing} of {format_number_of(rows, 'row')} without a plan.")
    if forecast.partly_planned:
        whose = ", ".join(map(clean_text, forecast.partly_planned))
        notes.append(f"Not every store with deals of {whose} has a plan of theirs.")
    if forecast.overdue.deals.count or forecast.undated.deals.count:
        notes.append("Overdue and undated deals are in no pipeline above.")
    return [*notes, *build_notes(forecast)]


def _all_rows(forecast: Forecast) -> Iterator[tuple[str, Row]]:
    for row in forecast.rows:
        yield ROW, row
    if forecast.without is not None:
        yield WITHOUT, forecast.without
    yield TOTAL, forecast.total


def _lines(
    forecast: Forecast, *, with_valueless: bool = False
) -> Iterator[tuple[str, Row, Span, Cell, str]]:
    """Each row in each column and currency. A cell of nothing stands in the first currency.

    With `with_valueless` deals without a value have a line of their own, in the currency "".
    """
    codes = forecast.currencies or ("",)
    for kind, row in _all_rows(forecast):
        mine = {code for cell in row.cells for code in cell.currencies} or {codes[0]}
        for span, cell in zip(forecast.question.spans, row.cells, strict=True):
            kept = [code for code in codes if code in mine]
            if with_valueless and cell.actual.without_value + cell.pipeline.without_value:
                kept = [*(code for code in kept if code), ""]
            for code in kept:
                yield kind, row, span, cell, code


def _apart(forecast: Forecast, *, with_valueless: bool = False) -> Iterator[tuple[str, Apart, str]]:
    codes = forecast.currencies or ("",)
    for kind, apart in (("overdue", forecast.overdue), ("undated", forecast.undated)):
        deals = apart.deals
        kept = [code for code in codes if code in deals.sum]
        if with_valueless:
            kept += [""] if deals.without_value else []
        elif deals.count and codes[0] not in kept:
            kept.insert(0, codes[0])
        for code in kept:
            yield kind, apart, code


def build_number_columns(forecast: Forecast) -> list[Column]:
    """The columns of `build_number_rows`: a line for each row, month (if wanted) and currency."""
    by = forecast.question.by
    texts = [Column("row", "Row", kind="id"), Column(by, by, kind="id"), Column("name", "Name")]
    if len(forecast.question.spans) > 1:
        texts.append(Column("month", "Month", kind="id"))
    texts.append(Column("currency", "Currency", kind="id"))
    money = "plan actual pipeline weighted expected gap".split()
    numbers = "attainment_percent expected_percent coverage".split()
    numbers += "actual_deals pipeline_deals without_value".split()
    return [
        *texts,
        *(Column(name, name, "right", "money") for name in money),
        *(Column(name, name, "right", "number") for name in numbers),
    ]


def build_number_rows(forecast: Forecast) -> list[Texts]:
    """Numbers without thousands or signs; an empty cell where there is nothing to tell.

    Deals are counted in the line of their currency, those without a value in a line without one:
    so every column can be added up.
    """
    months = len(forecast.question.spans) > 1
    rows: list[Texts] = []
    for kind, row, span, cell, code in _lines(forecast, with_valueless=True):
        name = row.name if kind == "row" else ""
        head = [kind, row.id or "", name, *([span.key] if months else []), code]
        rows.append([*head, *_numbers(cell, code)])
    for kind, apart, code in _apart(forecast, with_valueless=True):
        head = [kind, "", "", *([""] if months else []), code]
        amounts = ["", ""]
        if code:
            amounts = [f"{_of(one, code):f}" for one in (apart.deals.sum, apart.weighted)]
        count, valueless = _count(apart.deals, code)
        rows.append([*head, "", "", *amounts, *[""] * 5, "", str(count), str(valueless)])
    return rows


def _numbers(cell: Cell, code: str) -> list[str]:
    counts = [_count(one, code) for one in (cell.actual, cell.pipeline)]
    deals = [str(count) for count, _ in counts]
    deals.append(str(sum(valueless for _, valueless in counts)))
    if not code:
        return [*[""] * 9, *deals]
    numbers = [
        cell.plan.get(code),
        _of(cell.actual.sum, code),
        _of(cell.pipeline.sum, code),
        _of(cell.weighted, code),
        cell.expected(code),
        cell.gap(code),
        cell.attainment(code),
        cell.expected_percent(code),
        cell.coverage(code),
    ]
    return [*("" if n is None else f"{n:f}" for n in numbers), *deals]


def _count(deals: Counted, code: str) -> tuple[int, int]:
    """How many of them stand in the line of a currency, and how many without a value."""
    return (deals.valued.get(code, 0), 0) if code else (deals.without_value, deals.without_value)


def _of(sums: dict[str, Decimal], code: str) -> Decimal:
    return sums[code] if code in sums else amount_of_units(0, code)


def build_columns(forecast: Forecast) -> list[Column]:
    """The columns of `build_rows`, those that tell most first."""
    texts = [Column("name", forecast.question.by.capitalize(), least=10)]
    if len(forecast.question.spans) > 1:
        texts.append(Column("month", "Month", kind="id"))
    if len(forecast.currencies) > 1:
        texts.append(Column("currency", "Money", kind="id"))
    return [
        *texts,
        Column("plan", "Plan", "right", "money"),
        Column("actual", "Actual", "right", "money"),
        Column("weighted", "Weighted", "right", "money"),
        Column("expected", "Expected", "right", "money"),
        Column("expected_percent", "Exp. %", "right", "percent"),
        Column("attainment", "Attained", "right", "percent"),
        Column("gap", "Gap", "right", "money"),
        Column("pipeline", "Pipeline", "right", "money"),
        Column("coverage", "Cover", "right", "number"),
    ]


def build_rows(forecast: Forecast, *, whole: bool = False) -> list[Texts]:
    """The rows in words, rounded to whole amounts if `whole`.

    The name stands once where a row has several lines.
    """
    rounds = {code: whole or is_whole(_amounts(forecast, code)) for code in forecast.currencies}
    months, several = len(forecast.question.spans) > 1, len(forecast.currencies) > 1
    rows: list[Texts] = []
    before: object = None
    for kind, row, span, cell, code in _lines(forecast):
        name = _name(kind, row, forecast.question.by) if row is not before else ""
        before = row
        head = [name, *([_month(span)] if months else []), *([code] if several else [])]
        rows.append([*head, *_cells(cell, code, rounds.get(code, True))])
    for kind, apart, code in _apart(forecast):
        name = kind.capitalize() if kind != before else ""
        before = kind
        head = [name, *([""] if months else []), *([code] if several else [])]
        is_round = rounds.get(code, True)
        value, likely = _of(apart.deals.sum, code), _of(apart.weighted, code)
        pipeline, weighted = (format_rounded(one, whole=is_round) for one in (value, likely))
        rows.append([*head, "", "", weighted, *[""] * 4, pipeline, ""])
    return rows


def place_rows(forecast: Forecast) -> list[Texts]:
    """Where the number of each cell of `build_rows` stands in the document: pointers, or ""."""
    names = [column.name for column in build_columns(forecast)]
    numbers = {id(row): place for place, row in enumerate(forecast.rows)}
    rows: list[Texts] = []
    for kind, row, span, _, code in _lines(forecast):
        at = f"/rows/{numbers[id(row)]}/columns" if kind == "row" else f"/{kind}"
        at += f"/{forecast.question.spans.index(span)}"
        rows.append(
            [f"{at}{_PLACES[name].format(code)}" if name in _PLACES else "" for name in names]
        )
    for kind, _, code in _apart(forecast):
        told = {"weighted": f"/{kind}/weighted/{code}", "pipeline": f"/{kind}/sum/{code}"}
        rows.append([told.get(name, "") for name in names])
    return rows


_PLACES = {  # in a column of a row, by currency
    "plan": "/plan/{}",
    "actual": "/actual/sum/{}",
    "weighted": "/weighted/{}",
    "expected": "/expected/{}",
    "expected_percent": "/expected_percent/{}/percent",
    "attainment": "/attainment/{}/percent",
    "gap": "/gap/{}",
    "pipeline": "/pipeline/sum/{}",
    "coverage": "/coverage/{}/ratio",
}


def _amounts(forecast: Forecast, code: str) -> Iterator[Decimal]:
    for _, row in _all_rows(forecast):
        for cell in row.cells:
            sums = (cell.plan, cell.actual.sum, cell.pipeline.sum, cell.weighted)
            yield from (_of(one, code) for one in sums)
    for apart in (forecast.overdue, forecast.undated):
        yield from (_of(apart.deals.sum, code), _of(apart.weighted, code))


def _name(kind: str, row: Row, by: str) -> str:
    if kind == WITHOUT:
        return f"without {by}"
    return "Total" if kind == TOTAL else clean_text(row.name)


def _month(span: Span) -> str:
    first = span.period.first
    if not span.key or first is None:
        return "in all"
    return f"{MONTH_NAMES[first.month - 1][:3]} {first.year}"


def _cells(cell: Cell, code: str, whole: bool) -> list[str]:
    def money(amount: Decimal | None) -> str:
        return NOT_AVAILABLE if amount is None else format_rounded(amount, whole=whole)

    coverage = cell.coverage(code)
    return [
        money(cell.plan.get(code)),
        money(_of(cell.actual.sum, code)),
        money(_of(cell.weighted, code)),
        money(cell.expected(code)),
        format_percent(cell.expected_percent(code)),
        format_percent(cell.attainment(code)),
        money(cell.gap(code)),
        money(_of(cell.pipeline.sum, code)),
        NOT_AVAILABLE if coverage is None else f"{coverage:.2f}",
    ]


# --- for pictures ---------------------------------------------------------------------------------


def build_forecast_plot(forecast: Forecast) -> Plot:
    """Plan, actual and weighted of each row; with months, of each month of all rows together."""
    question = forecast.question
    code = currency_of(question, forecast.currencies)
    if len(question.spans) > 1:
        names = [_month(span) for span in question.spans[:-1]]
        cells = list(forecast.total.cells[:-1])
    else:
        rows = [row for _, row in _all_rows(forecast)][:-1]
        names = [row.name if row.id is not None else f"without {question.by}" for row in rows]
        cells = [row.cells[-1] for row in rows]
    return build_report_plot(
        question,
        "column",
        "Forecast",
        [*build_subject(question), *([] if len(question.spans) > 1 else [f"by {question.by}"])],
        names,
        [
            Series("Plan", tuple(cell.plan.get(code) for cell in cells)),
            Series("Actual", tuple(money_in(cell.actual.sum, code) for cell in cells)),
            Series("Weighted", tuple(money_in(cell.weighted, code) for cell in cells)),
        ],
        unit=code,
        definition="Value of what was won, and of open deals times their probability.",
        notes=[*say(forecast), *say_undrawn(_valued(forecast), code)],
        looks_ahead=True,
    )


def _valued(forecast: Forecast) -> dict[str, int]:
    """How many deals of the whole period bring money, by currency."""
    last = forecast.total.cells[-1]
    found = Counter(last.actual.valued)
    found.update(last.pipeline.valued)
    return dict(found)
