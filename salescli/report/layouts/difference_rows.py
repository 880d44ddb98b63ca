"""What moved a forecast as rows: both days and the changes between them, deal by deal."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial

from salescli.model.calendar import format_day
from salescli.report.figures.forecast_diff import REASONS, Difference
from salescli.report.figures.forecast_sums import Amounts
from salescli.report.layouts.drawn_money import currency_of, say_undrawn
from salescli.report.layouts.forecast_document import build_difference_document
from salescli.report.layouts.forecast_rows import build_subject, render_words
from salescli.report.layouts.funnel_words import build_notes
from salescli.report.layouts.plot import Plot, Series
from salescli.report.layouts.report_plots import build_report_plot
from salescli.report.text.json_text import format_json
from salescli.report.text.listing import Column, Rendered, format_csv
from salescli.report.text.listing import Row as Texts
from salescli.report.text.numbers import clean_text, format_number_of, format_rounded, is_whole

_MONEY = ("actual", "pipeline", "weighted", "expected")


def render_difference(
    difference: Difference,
    format: str,
    *,
    width: int | None = None,
    raw: bool = False,
    with_ids: bool = False,
    short: Callable[[str], str] = str,
) -> Rendered:
    """The difference as `table`, `json`, `csv` or `md`; `short` is how a terminal shows ids."""
    if format == "json":
        document = build_difference_document(difference, with_ids=with_ids)
        return Rendered(format_json(document))
    if format == "csv":
        names = [Column("row", "Row", kind="id"), Column("id", "Id", kind="id")]
        names += [Column("title", "Title"), Column("currency", "Currency", kind="id")]
        money = [Column(name, name, "right", "money") for name in _MONEY]
        rows = [
            [kind, record_id, title, code, *(f"{amount:f}" for amount in amounts)]
            for kind, record_id, title, code, amounts in _lines(difference)
        ]
        return Rendered(format_csv(rows, [*names, *money], raw=raw))
    return render_words(
        _subject(difference),
        partial(_rows, difference, short if format == "table" else str),
        _columns(difference),
        _say(difference),
        format,
        width,
    )


def _lines(difference: Difference) -> Iterator[tuple[str, str, str, str, list[Decimal]]]:
    """(row, deal, title, currency, amounts): the day before, each change, the day itself."""
    codes = difference.currencies or ("",)

    def line(code: str, amounts: Amounts) -> list[Decimal]:
        return list(amounts.as_money(code).values())

    for code in codes:
        amounts = difference.before.sums.get(code, Amounts())
        yield "before", "", "", code, line(code, amounts)
    for change in difference.changes:
        for code in sorted(change.sums) or codes[:1]:
            amounts = change.sums.get(code, Amounts())
            yield change.reason, change.id, change.title, code, line(code, amounts)
    for code in codes:
        amounts = difference.after.sums.get(code, Amounts())
        yield "after", "", "", code, line(code, amounts)


def _subject(difference: Difference) -> list[str]:
    since = f"since {format_day(difference.since.as_of)}"
    money = ", ".join(["value", *difference.currencies])
    return ["What moved the forecast", since, *build_subject(difference.question), money]


def _columns(difference: Difference) -> list[Column]:
    texts = [Column("row", "What", kind="id")]
    texts += [Column("id", "Id", kind="id"), Column("title", "Deal", least=12)]
    if len(difference.currencies) > 1:
        texts.append(Column("currency", "Money", kind="id"))
    order = ("expected", "actual", "pipeline", "weighted")
    return [
        *texts,
        *(
            # expected less actual: the one that a narrow screen can do without
            Column(name, name.capitalize(), "right", "money", is_minor=name == "weighted")
            for name in order
        ),
    ]


def _rows(difference: Difference, short: Callable[[str], str], *, whole: bool) -> list[Texts]:
    days = {
        "before": format_day(difference.since.as_of),
        "after": format_day(difference.question.as_of),
    }
    several = len(difference.currencies) > 1
    lines = [line for line in _lines(difference) if line[0] in days or any(line[-1])]
    whole = whole or is_whole(amount for *_, amounts in lines for amount in amounts)
    rows: list[Texts] = []
    for kind, record_id, title, code, (actual, pipeline, weighted, expected) in lines:
        is_change = kind not in days
        ordered = (expected, actual, pipeline, weighted)
        cells = [_signed(amount, is_change=is_change, whole=whole) for amount in ordered]
        what = days.get(kind) or kind.replace("-", " ")
        deal = [short(record_id) if record_id else "", clean_text(title)]
        rows.append([what, *deal, *([code] if several else []), *cells])
    return rows


def _signed(amount: Decimal, *, is_change: bool, whole: bool) -> str:
    text = format_rounded(amount, whole=whole)
    return f"+{text}" if is_change and amount > 0 else text


def _say(difference: Difference) -> list[str]:
    moving = {change.id for change in difference.changes if any(change.sums.values())}
    still = len({change.id for change in difference.changes} - moving)
    deals = len(moving)
    notes = [f"{format_number_of(deals, 'deal')} moved it."] if deals else ["Nothing moved it."]
    if still:
        verb = "is" if still == 1 else "are"
        notes.append(f"{format_number_of(still, 'deal')} that moved no money {verb} not listed.")
    return [*notes, *build_notes(difference)]


# --- for pictures ---------------------------------------------------------------------------------


def build_difference_plot(difference: Difference) -> Plot:
    """What was expected on both days, and between them what each reason moved, in one currency."""
    question = difference.question
    code = currency_of(question, difference.currencies)
    moved: dict[str, Amounts] = {}
    for change in difference.changes:
        own = change.sums.get(code, Amounts())
        if own:
            moved[change.reason] = moved.get(change.reason, Amounts()) + own
    steps = [
        (format_day(difference.since.as_of), difference.before.sums.get(code, Amounts())),
        *((reason.replace("-", " "), moved[reason]) for reason in REASONS if reason in moved),
        (format_day(question.as_of), difference.after.sums.get(code, Amounts())),
    ]
    others = {
        other: len({one.id for one in difference.changes if one.sums.get(other)})
        for other in difference.currencies
    }
    return build_report_plot(
        question,
        "bar",
        "What moved the forecast",
        [*build_subject(question), f"since {format_day(difference.since.as_of)}"],
        [name for name, _ in steps],
        [Series("Expected", tuple(one.as_money(code)["expected"] for _, one in steps))],
        unit=code,
        definition="Actual and weighted by value: both days, and what moved it between them.",
        notes=[*_say(difference), *say_undrawn(others, code)],
        looks_ahead=True,
    )
