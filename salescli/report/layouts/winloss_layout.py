"""Wins and losses as text: a terminal's screen, rows for a spreadsheet, a page of Markdown.

Layout and words; numbers come from the figure.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from msgspec.structs import replace

from salescli.model.calendar import MONTH_NAMES
from salescli.model.groupings import WinLossBy
from salescli.report.figures.averages import format_mean
from salescli.report.figures.winloss import OUTCOMES, ClosedFigure, WinLoss
from salescli.report.layouts.funnel_words import build_notes, build_scope
from salescli.report.layouts.keyed_rows import key_columns, key_rows
from salescli.report.layouts.plot import Plot, Series
from salescli.report.layouts.report_plots import build_report_plot
from salescli.report.layouts.screens import (
    Layout,
    Screen,
    bare_number,
    fit_table,
    money_cells,
    money_columns,
    number_column,
    place_cells,
    render_layout,
)
from salescli.report.layouts.winloss_document import build_win_loss_document
from salescli.report.text.listing import Column, Rendered, Row
from salescli.report.text.numbers import (
    NOT_AVAILABLE,
    clean_text,
    format_amount,
    format_count,
    format_number_of,
    format_percent,
    format_share,
    format_sums,
    is_whole,
)

_NOUNS = {"new-client": "Client", "client-kind": "Client", "last-stage": "Last stage"}
_WITHOUT = {"size": "no band", "last-stage": "not known"}


def render_win_loss(
    figure: WinLoss, format: str, *, width: int | None = None, raw: bool = False
) -> Rendered:
    """Wins and losses as `table` (a terminal's screen), `json`, `csv` or `md`."""
    return render_layout(lay_out_win_loss(figure), format, width=width, raw=raw)


def lay_out_win_loss(figure: WinLoss) -> Layout:
    """How the report looks in each format."""
    return Layout(
        document=lambda: build_win_loss_document(figure),
        columns=lambda: _number_columns(figure),
        rows=lambda: _number_rows(figure),
        screen=lambda width: _build_screen(figure, width),
    )


# --- for spreadsheets ----------------------------------------------------------------------------


def _number_columns(figure: WinLoss) -> list[Column]:
    names: list[str] = []
    for outcome in OUTCOMES:
        names += [outcome, *(f"{outcome}_sum_{code}" for code in figure.currencies)]
        names += [f"{outcome}_without_value"]
        names += [f"{outcome}_average_{code}" for code in figure.currencies]
        names += [f"{outcome}_mean_days", f"{outcome}_median_days"]
    names += ["win_rate", *(f"win_rate_by_value_{code}" for code in figure.currencies)]
    if figure.question.by is None:
        names += [f"velocity_{code}" for code in figure.currencies]
    return [*key_columns(), *(Column(name, name, "right", "number") for name in names)]


def _number_rows(figure: WinLoss) -> list[Row]:
    """A row for each key and one for all; without `by` that alone, with a velocity (a day)."""
    velocity: list[str] = []
    found = None
    if figure.question.by is None:
        per_day = [figure.velocity.get(code) for code in figure.currencies]
        velocity = [bare_number(None if one is None else one.per_day) for one in per_day]
    else:
        found = [(row.key, row.name, row.figure) for row in figure.rows]
    lines = key_rows(figure.question, found, figure.total)
    return [[*head, *_numbers(figure, one), *velocity] for head, one in lines]


def _numbers(figure: WinLoss, row: ClosedFigure) -> list[str]:
    cells = []
    for name in OUTCOMES:
        one = row.outcomes[name]
        cells += [str(one.count), *(bare_number(one.sum.get(code)) for code in figure.currencies)]
        cells += [str(one.without_value)]
        cells += [bare_number(one.average.get(code)) for code in figure.currencies]
        cells += [format_mean(one.mean) or "", format_mean(one.median) or ""]
    by_value = row.win_rate_by_value
    shares = [by_value[code].percent if code in by_value else None for code in figure.currencies]
    return [*cells, bare_number(row.win_rate.percent), *map(bare_number, shares)]


# --- for people ----------------------------------------------------------------------------------


def _build_screen(figure: WinLoss, width: int | None) -> Screen:
    build = _outcome_table if figure.question.by is None else _row_table
    (columns, rows), fitted = fit_table(lambda whole: build(figure, whole), width)
    return Screen(
        question=figure.question,
        title="Won and lost",
        heading=[*build_scope(figure.question), ", ".join(["value", *figure.currencies])],
        columns=columns,
        rows=rows,
        places=_place_cells(figure, columns),
        told=_tell_won(figure) if figure.question.by else _told(figure),
        notes=_notes(figure),
        fitted=fitted,
    )


def _outcome_table(figure: WinLoss, whole: bool) -> tuple[list[Column], list[Row]]:
    """A row for each outcome."""
    codes = figure.currencies
    columns = [
        Column("outcome", ""),
        number_column("count", "Deals"),
        *money_columns("sum", "Sum", codes),
        *money_columns("average", "Average", codes, is_minor=True),
        number_column("mean", "Mean days"),
        number_column("median", "Median days", is_minor=True),
    ]
    outcomes = [(name, figure.total.outcomes[name]) for name in OUTCOMES]
    sums = money_cells([one.sum for _, one in outcomes], codes, "0", whole=whole)
    averages = money_cells([one.average for _, one in outcomes], codes, NOT_AVAILABLE, whole=whole)
    rows: list[Row] = [
        [
            name.capitalize(),
            format_count(one.count),
            *sums[place],
            *averages[place],
            _days(one.mean),
            _days(one.median),
        ]
        for place, (name, one) in enumerate(outcomes)
    ]
    return columns, rows


def _row_table(figure: WinLoss, whole: bool) -> tuple[list[Column], list[Row]]:
    """A row for each key, then the total. For a reason nothing is won: it has no such columns."""
    by = figure.question.by or ""
    shown = [figure.rows[place] for place in _shown_rows(figure)]
    blocks = _build_blocks([row.figure for row in shown] + [figure.total], figure, whole)
    order = _OF_REASONS if by == "reason" else _ORDER
    names = [_row_name(figure, row.key, row.name) for row in shown] + ["Total"]
    columns = [
        Column("name", _NOUNS.get(by, by.capitalize()), least=16),
        *(replace(column, is_minor=name in _MINOR) for name in order for column in blocks[name][0]),
    ]
    rows: list[Row] = [
        [name, *(cell for block in order for cell in blocks[block][1][place])]
        for place, name in enumerate(names)
    ]
    return columns, rows


def _shown_rows(figure: WinLoss) -> list[int]:
    """The places of the rows that people see: of reasons, not one that is only of won deals."""
    return [
        place
        for place, row in enumerate(figure.rows)
        if figure.question.by != "reason" or row.key or _failed(row.figure)
    ]


def _place_cells(figure: WinLoss, columns: Sequence[Column]) -> list[Row]:
    """Where the number of each cell stands in the document."""
    if figure.question.by is None:
        rows = [f"/total/{name}" for name in OUTCOMES]
        return place_cells(rows, columns, numbers=_OF_OUTCOME, money=_MONEY_OF_OUTCOME)
    rows = [*(f"/rows/{place}" for place in _shown_rows(figure)), "/total"]
    return place_cells(rows, columns, numbers=_OF_ROW, money=_MONEY_OF_ROW)


# The places of numbers by column: in an outcome, and in a row of all outcomes.
_OF_OUTCOME = {"count": "/count", "mean": "/cycle/mean", "median": "/cycle/median"}
_MONEY_OF_OUTCOME = {"sum": "/sum/{}", "average": "/average/{}"}
_OF_ROW = {
    **{name: f"/{name}/count" for name in OUTCOMES},
    "rate": "/win_rate/percent",
    "cycle-won": "/won/cycle/mean",
    "cycle-lost": "/lost/cycle/mean",
}
_MONEY_OF_ROW = {
    "won": "/won/sum/{}",
    "lost": "/lost/sum/{}",
    "average": "/won/average/{}",
    "by-value": "/win_rate_by_value/{}/percent",
}
_ORDER = "won lost rate won-sum lost-sum rerouted rejected to-win to-lose by-value average".split()
_OF_REASONS = "lost rerouted rejected lost-sum to-lose".split()
_MINOR = _ORDER[4:]  # go first on a narrow screen
_Block = tuple[list[Column], list[list[str]]]


def _build_blocks(
    figures: Sequence[ClosedFigure], figure: WinLoss, whole: bool
) -> dict[str, _Block]:
    """The columns of each number with their cells, a row a figure."""
    codes = figure.currencies
    won, lost = ([one.outcomes[name] for one in figures] for name in ("won", "lost"))
    counts: dict[str, _Block] = {
        name: (
            [number_column(name, name.capitalize())],
            [[format_count(one.outcomes[name].count)] for one in figures],
        )
        for name in OUTCOMES
    }

    def money(name: str, title: str, sums: Sequence[dict[str, Decimal]], nothing: str) -> _Block:
        cells = money_cells(sums, codes, nothing, whole=whole)
        return money_columns(name, title, codes), cells

    return {
        **counts,
        "won-sum": money("won", "Sum won", [one.sum for one in won], "0"),
        "lost-sum": money("lost", "Sum lost", [one.sum for one in lost], "0"),
        "rate": (
            [number_column("rate", "Win rate")],
            [[format_percent(one.win_rate.percent)] for one in figures],
        ),
        "by-value": (
            money_columns("by-value", "By value", codes),
            [_rates_by_value(one, codes) for one in figures],
        ),
        "average": money("average", "Average won", [one.average for one in won], NOT_AVAILABLE),
        "to-win": (
            [number_column("cycle-won", "Days to win")],
            [[_days(one.mean)] for one in won],
        ),
        "to-lose": (
            [number_column("cycle-lost", "Days to lose")],
            [[_days(one.mean)] for one in lost],
        ),
    }


def _row_name(figure: WinLoss, key: str | None, name: str) -> str:
    by = figure.question.by or ""
    if key is None:
        return _WITHOUT.get(by, f"without {by}")
    if by == "month":
        return f"{MONTH_NAMES[int(key[5:]) - 1]} {key[:4]}"
    return clean_text(name)


def _rates_by_value(figure: ClosedFigure, codes: Sequence[str]) -> list[str]:
    by_value = figure.win_rate_by_value
    shares = [by_value[code].percent if code in by_value else None for code in codes]
    return list(map(format_percent, shares))


def _days(days: Fraction | None) -> str:
    return format_mean(days) or NOT_AVAILABLE


def _failed(figure: ClosedFigure) -> int:
    """How many deals were closed and not won."""
    return sum(figure.outcomes[name].count for name in OUTCOMES[1:])


def _tell_won(figure: WinLoss) -> list[str]:
    """What rows of reasons leave out."""
    won = figure.total.outcomes["won"]
    if figure.question.by != "reason" or not won.count:
        return []
    deals = format_number_of(won.count, "deal")
    return [f"Won deals have no reason, and so no row: {deals}, {format_sums(won.sum)}"]


def _told(figure: WinLoss) -> list[str]:
    """Win rates and velocity, a line each."""
    lines = [f"Win rate: {format_share(figure.total.win_rate)}"]
    for code, share in figure.total.win_rate_by_value.items():
        whole = is_whole([share.part, share.whole])
        part, of = (format_amount(one, whole=whole) for one in (share.part, share.whole))
        if share.percent is not None:
            lines.append(f"By value: {part} of {of} {code}, {format_percent(share.percent)}")
    rate = figure.total.win_rate
    for code, velocity in figure.velocity.items():
        if velocity.average is None or velocity.per_day is None:
            lines.append(f"Velocity in {code}: {NOT_AVAILABLE}")
            continue
        average = format_amount(velocity.average, whole=is_whole([velocity.average]))
        lines.append(
            f"Velocity: {format_amount(velocity.per_day)} {code} a day = "
            f"{format_number_of(velocity.open, 'open deal')} × {average} × "
            f"{format_percent(velocity.win_rate.percent)} / {_days(velocity.cycle)} days"
        )
        if velocity.win_rate != rate:
            lines.append(f"Each part of it is of deals in {code} and of those without money")
    return lines


def _notes(figure: WinLoss) -> list[str]:
    notes = build_notes(figure)
    if figure.question.by == "competitor":
        notes.insert(0, "A deal won against several stands in each of their rows.")
    if figure.question.by == "size" and not figure.question.bands:
        notes.insert(0, "No size_bands in salescli.yaml.")
    return notes


# --- for pictures ---------------------------------------------------------------------------------


def build_win_loss_plot(figure: WinLoss) -> Plot:
    """Deals of each outcome in each row; without rows, of all. Rows of nothing are left out."""
    question = figure.question
    by = question.by
    if by is None:
        names = [name.capitalize() for name in OUTCOMES]
        counts = [Decimal(figure.total.outcomes[name].count) for name in OUTCOMES]
        series, left_out = [Series("Deals", tuple(counts))], list[str]()
    else:
        names, series, left_out = _draw_rows(figure, by)
    return build_report_plot(
        question,
        "column" if by in (None, "month") else "bar",
        "Won and lost",
        [*build_scope(question), *([f"by {by}"] if by else [])],
        names,
        series,
        definition="Deals closed in the period, by outcome.",
        notes=[*left_out, *_notes(figure)],
    )


def _draw_rows(figure: WinLoss, by: WinLossBy) -> tuple[list[str], list[Series], list[str]]:
    """Names, series, and what is said of what is left out: what a reason or a rival is not of.

    Nothing is won for a reason, and who had no rival was won or lost against none; drawn among
    the others it would only be the longest bar.
    """
    names = OUTCOMES[1:] if by == "reason" else OUTCOMES
    rows = [
        row
        for row in figure.rows
        if row.key is not None
        or (by != "competitor" and any(row.figure.outcomes[name].count for name in names))
    ]
    drawn = [
        name
        for name in names
        if name in OUTCOMES[:2] or any(row.figure.outcomes[name].count for row in rows)
    ]
    series = [
        Series(name.capitalize(), tuple(Decimal(row.figure.outcomes[name].count) for row in rows))
        for name in drawn
    ]
    titles = [_row_name(figure, row.key, row.name) for row in rows]
    return titles, series, _say_left_out(figure, by)


def _say_left_out(figure: WinLoss, by: WinLossBy) -> list[str]:
    won = figure.total.outcomes["won"].count
    if by == "reason" and won:
        return [f"Not drawn: {format_number_of(won, 'won deal')}, for which there is no reason."]
    without = sum(row.figure.count for row in figure.rows if row.key is None)
    if by == "competitor" and without:
        return [f"Not drawn: {format_number_of(without, 'deal')} without a competitor."]
    return []
