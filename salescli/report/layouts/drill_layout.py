"""A drill as a terminal's screen, JSON, CSV or Markdown: its deals, or with `by` its rows."""

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from salescli.report.figures.drill import Drill, DrilledDeal
from salescli.report.figures.figure import parse_amount
from salescli.report.layouts.drill_document import build_drill_document
from salescli.report.layouts.funnel_words import build_notes, build_scope
from salescli.report.layouts.keyed_rows import key_columns, key_rows
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
from salescli.report.text.listing import Column, Rendered, Row, plain_width
from salescli.report.text.numbers import (
    clean_text,
    format_count,
    format_money,
    format_number_of,
    format_percent,
    format_share,
)

_WORDS = {
    "count": "",
    "passed": "went on",
    "not-passed": "did not go on",
    "reached": "reached",
    "not-reached": "not reached",
}
_FATES = {"lost": "lost", "still-there": "still there", "went-back": "went back"}


def render_drill(
    drill: Drill,
    format: str,
    *,
    width: int | None = None,
    raw: bool = False,
    limit: int | None = None,
    short: Callable[[str], str] = str,
) -> Rendered:
    """A drill as `table` (a terminal's screen), `json`, `csv` or `md`.

    `limit` is how many deals are listed at most; `short` is how a terminal shows their ids.
    """
    by_deal = drill.question.grouped is None
    layout = Layout(
        document=lambda: build_drill_document(drill, limit),
        columns=lambda: _deal_number_columns() if by_deal else _row_number_columns(drill),
        rows=lambda: _deal_numbers(drill, limit) if by_deal else _row_numbers(drill),
        screen=lambda width: _build_screen(drill, limit, short, width),
    )
    return render_layout(layout, format, width=width, raw=raw)


# --- for machines --------------------------------------------------------------------------------


def _deal_number_columns() -> list[Column]:
    texts = [Column(name, name) for name in ("title", "client_name")]
    ids = [Column(name, name, kind="id") for name in ("client", "owner", "department", "stage")]
    money = [Column(name, name, "right", "money") for name in ("budget", "amount", "money")]
    return [
        Column("id", "Id", kind="id"),
        *texts,
        *ids,
        *money,
        Column("currency", "currency", kind="id"),
        Column("probability", "probability", "right", "number"),
        Column("close_date", "close_date", kind="day"),
        Column("days_at_stage", "days_at_stage", "right", "number"),
        Column("became", "became", kind="id"),
        Column("became_stage", "became_stage", kind="id"),
    ]


def _deal_numbers(drill: Drill, limit: int | None) -> list[Row]:
    return [
        [
            one.deal.id,
            one.deal.title,
            one.client,
            one.deal.client,
            one.deal.owner or "",
            one.deal.department or "",
            one.deal.stage,
            *(text[:-4] if text else "" for text in (one.deal.budget, one.deal.amount, one.money)),
            one.deal.currency or "",
            str(one.probability),
            one.deal.close_date or "",
            "" if one.stay.days is None else str(one.stay.days),
            one.stay.fate or "",
            one.stay.to or "",
        ]
        for one in drill.deals[:limit]
    ]


def _row_number_columns(drill: Drill) -> list[Column]:
    names = ["count", *(f"sum_{code}" for code in drill.currencies), "without_value", "percent"]
    return [*key_columns(), *(Column(name, name, "right", "number") for name in names)]


def _row_numbers(drill: Drill) -> list[Row]:
    """A row for each key and one for all of them."""
    rows = [(row.key, row.name, (row.counted, row.share.percent)) for row in drill.rows]
    return [
        [
            *head,
            str(counted.count),
            *(bare_number(counted.sum.get(code)) for code in drill.currencies),
            str(counted.without_value),
            bare_number(percent),
        ]
        for head, (counted, percent) in key_rows(
            drill.question, rows, (drill.counted, _whole_percent(drill))
        )
    ]


def _whole_percent(drill: Drill) -> Decimal | None:
    """The share that all of the deals are of themselves; of none there is no share."""
    return Decimal("100.00") if drill.counted.count else None


# --- for people ----------------------------------------------------------------------------------


def _build_screen(
    drill: Drill, limit: int | None, short: Callable[[str], str], width: int | None
) -> Screen:
    question = drill.question
    told = [*_say_fates(drill), *_say_limit(drill, limit)]
    if question.grouped is None:
        columns, rows = _deal_table(drill, drill.deals[:limit], short)
        if width is not None and plain_width(rows, columns) > width - 1:
            exact, (columns, rows) = rows, _deal_table(drill, drill.deals[:limit], short, True)
            told += ["Amounts are rounded to whole ones."] if rows != exact else []
    else:
        columns, rows = _row_table(drill)
    return Screen(
        question=question,
        title=clean_text(drill.stage_name),
        heading=[_say_part(drill), *build_scope(question), *_say_measure(drill)],
        columns=columns,
        rows=rows,
        told=told,
        notes=[f"{question.definition.capitalize()} definition.", *build_notes(drill)],
    )


def _say_part(drill: Drill) -> str:
    """`12 deals`, `went on, 5 of 7, 71.43 %`."""
    words = _WORDS[drill.question.part]
    if drill.whole is not None and drill.whole.whole:
        return f"{words}, {format_share(drill.whole)}"
    deals = format_number_of(drill.counted.count, "deal")
    return f"{deals} {words}".rstrip()


def _say_measure(drill: Drill) -> list[str]:
    question = drill.question
    if question.definition == "entered":
        which = ["entered in the period"]
    elif question.part == "count":
        is_any = question.created == "any"
        which = ["created at any time" if is_any else "created in the period"]
    else:
        which = []
    return [*which, ", ".join([question.sum, *drill.currencies])]


def _say_fates(drill: Drill) -> list[str]:
    parts = [f"{format_count(one.count)} {_FATES[fate]}" for fate, one in drill.fates.items()]
    return [", ".join(parts) + "."] if parts else []


def _say_limit(drill: Drill, limit: int | None) -> list[str]:
    found = len(drill.deals)
    if drill.question.grouped is not None or limit is None or limit >= found:
        return []
    return [f"{limit} of {format_number_of(found, 'deal')} shown; --limit {found} shows every one."]


def _deal_table(
    drill: Drill, deals: Sequence[DrilledDeal], short: Callable[[str], str], whole: bool = False
) -> tuple[list[Column], list[Row]]:
    """The deals with their money, rounded to `whole` amounts if told, then a total by currency."""
    part = drill.question.part
    kinds = [name for name in ("budget", "amount", "value") if drill.totals.get(name)]
    has_days = any(one.stay.days is not None for one in deals)
    fate = {"passed": "Went to", "not-passed": "Became"}.get(part)
    columns = [
        Column("id", "Id", kind="id"),
        Column("title", "Deal", least=12),
        Column("client", "Client", least=8),
        Column("owner", "Owner", least=6),
        *([Column("fate", fate, least=9)] if fate else []),
        *(number_column(name, name.capitalize()) for name in kinds),
        number_column("probability", "%"),
        *([number_column("days", "Days")] if has_days else []),
        Column("close", "Closes", kind="day"),
    ]
    codes = drill.currencies
    money = {name: _money_texts(drill, deals, name, whole) for name in kinds}
    rows: list[Row] = [
        [
            short(one.deal.id),
            one.deal.title,
            one.client,
            one.owner,
            *([_became(one, drill)] if fate else []),
            *(money[name][place] for name in kinds),
            str(one.probability),
            *([_format_days(one)] if has_days else []),
            one.deal.close_date or "",
        ]
        for place, one in enumerate(deals)
    ]
    blank = ["", ""] + ([""] if fate else [])
    for place, code in enumerate(codes if drill.deals else ()):
        sums = (money[name][len(deals) + place] for name in kinds)
        title = "Total" if len(codes) == 1 else f"Total {code}"
        rows.append(["", title, *blank, *sums, "", *([""] if has_days else []), ""])
    return columns, rows


def _format_days(one: DrilledDeal) -> str:
    return "" if one.stay.days is None else format_count(one.stay.days)


def _money_texts(drill: Drill, deals: Sequence[DrilledDeal], name: str, whole: bool) -> list[str]:
    """The cells of a column of money: of each deal, then of the total in each currency."""
    texts = [one.money if name == drill.question.sum else getattr(one.deal, name) for one in deals]
    amounts = [_parse(text) for text in texts]
    amounts += [_only(drill.totals[name], code) for code in drill.currencies]
    if whole:
        amounts = [
            {code: one.quantize(Decimal(1), ROUND_HALF_UP) for code, one in cell.items()}
            for cell in amounts
        ]
    if len(drill.currencies) > 1:
        return [" ".join(format_money(a, c) for c, a in one.items()) for one in amounts]
    return [cells[0] if cells else "" for cells in money_cells(amounts, drill.currencies, "")]


def _parse(text: str | None) -> dict[str, Decimal]:
    if text is None:
        return {}
    amount, code = parse_amount(text)
    return {code: amount}


def _only(sums: dict[str, Decimal], code: str) -> dict[str, Decimal]:
    return {code: sums[code]} if code in sums else {}


def _became(one: DrilledDeal, drill: Drill) -> str:
    """Where a deal went on to; of one that did not go on, what became of it."""
    target = drill.stage_names.get(one.stay.to or "", one.stay.to or "")
    if drill.question.part == "passed":
        return target
    words = _FATES.get(one.stay.fate or "", "")
    return f"{words}: {target}" if one.stay.to not in (None, "lost") else words


def _row_table(drill: Drill) -> tuple[list[Column], list[Row]]:
    by = drill.question.grouped or ""
    codes = drill.currencies
    columns = [
        Column("name", by.capitalize(), least=16),
        number_column("count", "Deals"),
        number_column("share", "Share"),
        *money_columns("sum", "Sum", codes),
    ]
    counted = [*(row.counted for row in drill.rows), drill.counted]
    sums = money_cells([one.sum for one in counted], codes, "0")
    names = [row.name if row.key else f"without {by}" for row in drill.rows] + ["Total"]
    percents = [*(row.share.percent for row in drill.rows), _whole_percent(drill)]
    shares = [format_percent(percent) for percent in percents]
    rows: list[Row] = [
        [name, format_count(one.count), share, *money]
        for name, one, share, money in zip(names, counted, shares, sums, strict=True)
    ]
    return columns, rows


# --- for pictures ---------------------------------------------------------------------------------


def build_drill_plot(drill: Drill) -> Plot:
    """The deals of each row of a drill that is grouped."""
    question = drill.question
    by = question.grouped or ""
    return build_report_plot(
        question,
        "bar",
        clean_text(drill.stage_name),
        [*build_scope(question), _say_part(drill), f"by {by}"],
        [row.name if row.key else f"without {by}" for row in drill.rows],
        [Series("Deals", tuple(Decimal(row.counted.count) for row in drill.rows))],
        definition=f"{question.definition.capitalize()} definition.",
        notes=build_notes(drill),
    )
