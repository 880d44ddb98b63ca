"""Fullness as a terminal's screen, CSV or Markdown, and the door to its JSON document."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from salescli.model.amounts import amount_of_units
from salescli.model.calendar import format_day
from salescli.report.figures.fullness import Fullness, FullnessQuestion, Part, StageNeed, StageStock
from salescli.report.layouts.drawn_money import currency_of
from salescli.report.layouts.fullness_document import (
    build_fullness_document,
    format_wins,
    round_average,
)
from salescli.report.layouts.funnel_words import (
    build_notes,
    build_scope,
    format_period,
    is_cut,
    tell_hidden,
)
from salescli.report.layouts.plan_words import tell_fit
from salescli.report.layouts.plot import Plot, Series
from salescli.report.layouts.report_plots import build_report_plot
from salescli.report.layouts.screens import (
    Layout,
    Screen,
    bare_number,
    money_cells,
    money_columns,
    number_column,
    render_layout,
)
from salescli.report.text.listing import Column, Rendered, Row
from salescli.report.text.numbers import (
    NOT_AVAILABLE,
    clean_text,
    format_count,
    format_money,
    format_number_of,
    format_percent,
)

_PLANNED = "plan actual pipeline gap coverage".split()
_NEEDS = "without_value won entered winrate expected without_norm needed".split()
_NEEDS += "required average fullness".split()


def render_fullness(
    figure: Fullness, format: str, *, width: int | None = None, raw: bool = False
) -> Rendered:
    """Fullness as `table` (a terminal's screen), `json`, `csv` or `md`."""
    layout = Layout(
        document=lambda: build_fullness_document(figure),
        columns=lambda: _number_columns(figure),
        rows=lambda: _number_rows(figure),
        screen=lambda _: _build_screen(figure),
    )
    return render_layout(layout, format, width=width, raw=raw)


# --- for spreadsheets ----------------------------------------------------------------------------


def _number_columns(figure: Fullness) -> list[Column]:
    names = ["open", *(f"sum_{code}" for code in figure.currencies), *_NEEDS, *_PLANNED]
    return [
        Column("row", "Row", kind="id"),
        Column("stage", "Stage", kind="id"),
        Column("name", "Name"),
        Column("currency", "Currency", kind="id"),
        *(Column(name, name, "right", "number") for name in names),
    ]


def _number_rows(figure: Fullness) -> list[Row]:
    """A row `stock` for each stage; for each part a row `stage` for each and one `fullness`; for
    each currency of the plan one `coverage`. What a row doesn't tell is empty.
    """
    told = [
        *map(_stock_cells, figure.stock),
        *(cells for part in figure.parts for cells in _part_cells(part)),
        *(_coverage_cells(figure, code) for code in figure.cell.plan),
    ]
    names = [column.name for column in _number_columns(figure)]
    return [[cells.get(name, "") for name in names] for cells in told]


def _stock_cells(stock: StageStock) -> dict[str, str]:
    return {
        "row": "stock",
        "stage": stock.stage,
        "name": stock.name,
        "open": str(stock.open.count),
        **{f"sum_{code}": f"{amount:f}" for code, amount in stock.open.sum.items()},
        "without_value": str(stock.open.without_value),
    }


def _part_cells(part: Part) -> Iterator[dict[str, str]]:
    code = part.currency or ""
    for one in part.stages:
        yield {
            "row": "stage",
            "stage": one.stage,
            "name": one.name,
            "currency": code,
            "open": str(one.open),
            "won": str(one.winrate.won),
            "entered": str(one.winrate.entered),
            "winrate": bare_number(one.winrate.percent),
            "expected": format_wins(one.expected) or "",
            "needed": _whole(one.needed),
        }
    required = part.required
    yield {
        "row": "fullness",
        "currency": code,
        "open": str(part.open),
        "expected": format_wins(part.expected) or "",
        "without_norm": str(part.without_norm),
        "required": _whole(required.wins),
        "gap": bare_number(required.gap),
        "average": bare_number(round_average(required.average, part.currency)),
        "fullness": bare_number(part.fullness),
    }


def _coverage_cells(figure: Fullness, code: str) -> dict[str, str]:
    cell, nothing = figure.cell, amount_of_units(0, code)
    return {
        "row": "coverage",
        "currency": code,
        "plan": bare_number(cell.plan[code]),
        "actual": bare_number(cell.actual.sum.get(code, nothing)),
        "pipeline": bare_number(cell.pipeline.sum.get(code, nothing)),
        "gap": bare_number(cell.gap(code)),
        "coverage": bare_number(cell.coverage(code)),
    }


def _whole(number: int | None) -> str:
    return "" if number is None else str(number)


# --- for people ----------------------------------------------------------------------------------


def _build_screen(figure: Fullness) -> Screen:
    """The stock with the norms beside it; what they add up to in lines below."""
    codes = figure.currencies
    every = [dict(one.open.sum) for one in figure.stock]
    totals = {c: sum((one.get(c, Decimal(0)) for one in every), Decimal(0)) for c in codes}
    sums = money_cells([*every, totals], codes, "0")
    rows: list[Row] = []
    for stock, amounts, *needs in zip(
        figure.stock, sums, *(part.stages for part in figure.parts), strict=False
    ):
        cells = [clean_text(stock.name), format_count(stock.open.count)]
        for part, need in zip(figure.parts, needs, strict=True):
            cells += _need_cells(need, is_apart=_is_apart(figure, part))
        rows.append([*cells, *amounts])
    rows.append([*_total_cells(figure), *sums[-1]])
    return Screen(
        question=figure.question,
        title="Fullness",
        heading=[*_build_scope(figure.question), ", ".join(["budget", *codes])],
        columns=[
            Column("stage", "Stage", least=16),
            number_column("open", "Open"),
            *(column for part in figure.parts for column in _need_columns(figure, part)),
            *money_columns("sum", "Sum", codes),
        ],
        rows=rows,
        told=[line for part in figure.parts for line in _tell_part(figure, part)],
        anyway=_tell_coverage(figure),
        notes=tell_hidden(figure.hidden.count) + build_notes(figure),
    )


def _build_scope(question: FullnessQuestion) -> list[str]:
    """What is looked at, with the day of the open deals where it isn't the as-of day."""
    period, *rest = build_scope(question)
    days = [] if is_cut(question) else [f"open on {format_day(question.reporting_day)}"]
    return [period, *days, *rest, f"plan {format_period(question.plan_question.period)}"]


def _total_cells(figure: Fullness) -> list[str]:
    cells = ["Total", format_count(sum(one.open.count for one in figure.stock))]
    for part in figure.parts:
        cells += [format_count(part.open)] if _is_apart(figure, part) else []
        cells += ["", format_wins(part.expected) or NOT_AVAILABLE, ""]
    return cells


def _is_apart(figure: Fullness, part: Part) -> bool:
    """Whether a part has other deals than the stock."""
    return part.open != sum(one.open.count for one in figure.stock)


def _need_columns(figure: Fullness, part: Part) -> list[Column]:
    code = part.currency or ""
    ending = f", {code}" if len(figure.parts) > 1 else ""
    titles = {"winrate": "Win rate", "expected": "Expected", "needed": "Needed alone"}
    columns = [number_column(f"{name}-{code}", title + ending) for name, title in titles.items()]
    if not _is_apart(figure, part):
        return columns
    return [number_column(f"open-{code}", f"In {code}"), *columns]


def _need_cells(need: StageNeed, *, is_apart: bool) -> list[str]:
    return [
        *([format_count(need.open)] if is_apart else []),
        format_percent(need.winrate.percent),
        format_wins(need.expected) or NOT_AVAILABLE,
        NOT_AVAILABLE if need.needed is None else format_count(need.needed),
    ]


def _tell_part(figure: Fullness, part: Part) -> list[str]:
    """What is expected and required, and how full that is, a line each."""
    of = f" in {part.currency}" if len(figure.parts) > 1 else ""
    day = f"open on {format_day(figure.question.reporting_day)}"
    deals = f" of {format_number_of(part.open - part.without_norm, 'deal')} {day}"
    if not part.open:
        deals = f": no deal was {day}"
    expected = f"Expected{of}: {format_wins(part.expected) or NOT_AVAILABLE} wins{deals}"
    if part.without_norm:
        left = format_number_of(part.without_norm, "deal")
        expected += f"; {left} at stages without a win rate left out"
    lines = [expected]
    required = _tell_required(figure, part)
    if required:
        lines += [f"Required{of}: {required}", f"Fullness{of}: {format_percent(part.fullness)}"]
    if part.currency and _is_apart(figure, part):
        words = f"deals in {part.currency} and of those without money"
        lines.append(f"Win rates and what is expected are of {words}")
    return lines


def _tell_required(figure: Fullness, part: Part) -> str:
    required, code = part.required, part.currency
    if figure.question.required is not None:
        return format_number_of(figure.question.required, "win")
    if required.gap is None or code is None:
        return ""
    if required.gap <= 0:
        partly = f" ({tell_fit(figure.plan)})" if figure.plan.is_partial else ""
        return f"nothing, the plan is reached{partly}"
    gap, day = format_money(required.gap, code), format_day(figure.question.as_of)
    average = round_average(required.average, code)
    if average is None or required.wins is None:
        return f"{NOT_AVAILABLE}, nothing was won that tells how many deals {gap} are"
    wins = format_number_of(required.wins, "win")
    mean = f"{format_money(average, code)} average"
    return f"{wins} = {gap} missing on {day} / {mean}, rounded up"


def _tell_coverage(figure: Fullness) -> list[str]:
    """The pipeline against what is missing of the plan, a line for each currency of it."""
    plan, cell = figure.plan, figure.cell
    if plan.reason:
        return [f"Coverage: {NOT_AVAILABLE}, {tell_fit(plan)}"]
    lines = []
    for code in cell.plan:
        gap, coverage = cell.gap(code), cell.coverage(code)
        pipeline = format_money(cell.pipeline.sum.get(code, Decimal(0)), code)
        if gap is None or coverage is None:
            told = f"{NOT_AVAILABLE}, nothing is missing"
        else:
            missing = f"{format_money(gap, code)} missing on {format_day(figure.question.as_of)}"
            told = f"{coverage:.2f} = {pipeline} in the pipeline / {missing}"
        of = f" in {code}" if len(cell.plan) > 1 else ""
        lines.append(f"Coverage{of}: {told} ({tell_fit(plan)}, by value)")
    return lines


# --- for pictures ---------------------------------------------------------------------------------


def build_fullness_plot(figure: Fullness) -> Plot:
    """Open deals of each stage beside those that it would need alone; of several parts that of
    the currency that is drawn.
    """
    question = figure.question
    code = currency_of(question, [part.currency for part in figure.parts if part.currency])
    own = [part for part in figure.parts if part.currency in (None, code)][:1]
    needs = own[0].stages if own else ()
    day = format_day(question.reporting_day)
    return build_report_plot(
        question,
        "column",
        "Fullness",
        [*_build_scope(question), *([f"deals in {code}"] if len(figure.parts) > 1 else [])],
        [need.name for need in needs],
        [
            Series(_open_word(figure, own), tuple(Decimal(need.open) for need in needs)),
            Series("Needed alone", tuple(_drawn(need.needed) for need in needs)),
        ],
        definition=f"Deals open on {day}, and how many each stage would need alone.",
        notes=[
            *(f"{line}." for part in own for line in _tell_part(figure, part)),
            *(line for part in own for line in _say_apart(figure, part)),
            *tell_hidden(figure.hidden.count),
            *build_notes(figure),
        ],
    )


def _open_word(figure: Fullness, parts: Sequence[Part]) -> str:
    """What the bars of open deals are called: `Open, in EUR` where others are open, too."""
    apart = [part for part in parts if part.currency and _is_apart(figure, part)]
    return f"Open, in {apart[0].currency}" if apart else "Open"


def _say_apart(figure: Fullness, part: Part) -> list[str]:
    """How many open deals a part doesn't draw, for their currency."""
    if not _is_apart(figure, part):
        return []
    deals = sum(one.open.count for one in figure.stock) - part.open
    return [f"Left out for their currency: {format_number_of(deals, 'open deal')}."]


def _drawn(number: int | None) -> Decimal | None:
    return None if number is None else Decimal(number)
