"""The best managers as a terminal's screen, JSON, CSV or Markdown."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from msgspec.structs import replace

from salescli.report.figures.averages import format_mean
from salescli.report.figures.managers import Manager, Managers, Number
from salescli.report.figures.question import RankBy
from salescli.report.layouts.documents import build_asked, build_left_out
from salescli.report.layouts.drawn_money import currency_of, say_undrawn
from salescli.report.layouts.funnel_words import build_notes, build_scope
from salescli.report.layouts.keyed_rows import key_columns, key_rows
from salescli.report.layouts.plot import Plot, Series
from salescli.report.layouts.report_plots import build_report_plot, mean_number, money_in
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
from salescli.report.layouts.winloss_document import build_figure
from salescli.report.text.json_text import Document
from salescli.report.text.listing import Column, Rendered, Row
from salescli.report.text.numbers import (
    NOT_AVAILABLE,
    clean_text,
    format_count,
    format_number_of,
    format_percent,
)

MANAGERS_SCHEMA = "salescli/managers@1"
_Block = tuple[list[Column], list[list[str]]]  # columns, and their cells of each row


def render_managers(
    figure: Managers, format: str, *, width: int | None = None, raw: bool = False
) -> Rendered:
    """The managers as `table` (a terminal's screen), `json`, `csv` or `md`."""
    return render_layout(lay_out_managers(figure), format, width=width, raw=raw)


def lay_out_managers(figure: Managers) -> Layout:
    """How the report looks in each format."""
    return Layout(
        document=lambda: build_managers_document(figure),
        columns=lambda: _number_columns(figure),
        rows=lambda: _number_rows(figure),
        screen=lambda width: _build_screen(figure, width),
    )


def build_managers_document(figure: Managers) -> Document:
    """`salescli/managers@1`: a row a person, the best first; `ranked` says who closed enough.

    If the figures hold ids, each number `x` of deals has them beside it as `x_ids`; a meeting or
    call has the deal that it was about.
    """
    question = figure.question
    rows = [(one, True) for one in figure.ranked] + [(one, False) for one in figure.others]
    return {
        "schema": MANAGERS_SCHEMA,
        **build_asked(question),
        "rank_by": question.rank_by,
        "min_deals": question.min_deals,
        "rows": [
            {"row": one.key, "name": one.name or None, "ranked": ranked, **_build_manager(one)}
            for one, ranked in rows
        ],
        "total": _build_manager(figure.total),
        **build_left_out(figure),
    }


def _build_manager(one: Manager) -> Document:
    ids: Document = {} if one.figure.ids is None else {"closed_ids": list(one.figure.ids)}
    return {
        "closed": one.figure.count,
        **ids,
        **build_figure(one.figure),
        **_build_number("active", one.active),
        **_build_number("meetings", one.meetings),
        **_build_number("calls", one.calls),
    }


def _build_number(name: str, number: Number) -> Document:
    ids: dict[str, Any] = {} if number.ids is None else {f"{name}_ids": list(number.ids)}
    return {name: number.count, **ids}


def _number_columns(figure: Managers) -> list[Column]:
    codes = figure.currencies
    names = ["closed", "won", *(f"won_sum_{code}" for code in codes), "won_without_value"]
    names += [f"won_average_{code}" for code in codes]
    names += ["active", "meetings", "calls", "win_rate", "mean_days"]
    return [
        *key_columns(),
        Column("ranked", "Ranked"),
        *(Column(name, name, "right", "number") for name in names),
    ]


def _number_rows(figure: Managers) -> list[Row]:
    """A row for each person and one for all, who are not ranked."""
    rows = [(one, "true") for one in figure.ranked] + [(one, "false") for one in figure.others]
    found = [(one.key, one.name, (one, ranked)) for one, ranked in rows]
    return [
        [*head, ranked, *_numbers(one, figure.currencies)]
        for head, (one, ranked) in key_rows(figure.question, found, (figure.total, ""))
    ]


def _numbers(one: Manager, codes: Sequence[str]) -> list[str]:
    won = one.figure.outcomes["won"]
    return [
        str(one.figure.count),
        str(won.count),
        *(bare_number(won.sum.get(code)) for code in codes),
        str(won.without_value),
        *(bare_number(won.average.get(code)) for code in codes),
        str(one.active.count),
        str(one.meetings.count),
        str(one.calls.count),
        bare_number(one.figure.win_rate.percent),
        format_mean(won.mean) or "",
    ]


def _build_screen(figure: Managers, width: int | None) -> Screen:
    question = figure.question
    (columns, rows), fitted = fit_table(lambda whole: _build_table(figure, whole), width)
    ranked = f"ranked by {question.rank_by}"
    if question.rank_by in ("won", "average") and question.rank_currency:
        ranked += f" in {question.rank_currency}"
    return Screen(
        question=question,
        title="Managers",
        heading=[
            *build_scope(question),
            ", ".join(["value", *figure.currencies]),
            ranked,
        ],
        columns=columns,
        rows=rows,
        places=_place_cells(figure, columns),
        told=_tell_unranked(figure),
        fitted=fitted,
        notes=build_notes(figure),
    )


def _tell_unranked(figure: Managers) -> list[str]:
    """Why nobody is ranked, where nobody is."""
    least = figure.question.min_deals
    if figure.ranked or not figure.others or not least:
        return []
    deals = format_number_of(least, "deal")
    return [
        f"Nobody is ranked, since nobody closed {deals}: "
        "report managers --min-deals 1 ranks who closed one"
    ]


def _build_table(figure: Managers, whole: bool) -> tuple[list[Column], list[Row]]:
    """What is ranked by stands first, so that no narrow screen drops it."""
    question = figure.question
    groups = [("", list(figure.ranked)), *_unranked(figure)]
    people = [*(one for _, group in groups for one in group), figure.total]
    blocks = _build_blocks(people, figure.currencies, whole)
    order = sorted(blocks, key=lambda name: name != question.rank_by)
    lines = _lines(groups)
    columns = [
        Column("person", "Person", least=max([16, *map(len, lines.values())])),
        *(
            replace(column, is_minor=name not in ("won", question.rank_by))
            for name in order
            for column in blocks[name][0]
        ),
    ]
    names = [clean_text(one.name) if one.key else "without owner" for one in people[:-1]]
    rows: list[Row] = [
        [name, *(cell for block in order for cell in blocks[block][1][place])]
        for place, name in enumerate([*names, "Total"])
    ]
    for place, line in reversed(lines.items()):
        rows.insert(place, [line, *([""] * (len(columns) - 1))])
    return columns, rows


def _place_cells(figure: Managers, columns: Sequence[Column]) -> list[Row]:
    """Where the number of each cell stands in the document."""
    groups = [("", list(figure.ranked)), *_unranked(figure)]
    document = [*figure.ranked, *figure.others]
    people = (document.index(one) for _, group in groups for one in group)
    bases = [*(f"/rows/{place}" for place in people), "/total"]
    for place in reversed(_lines(groups)):
        bases.insert(place, "")
    return place_cells(bases, columns, numbers=_NUMBERS, money=_MONEY)


_MONEY = {"won": "/won/sum/{}", "average": "/won/average/{}"}
_NUMBERS = {
    "win-rate": "/win_rate/percent",
    "closed": "/closed",
    "active": "/active",
    "meetings": "/meetings",
    "calls": "/calls",
    "cycle": "/won/cycle/mean",
}


def _unranked(figure: Managers) -> list[tuple[str, list[Manager]]]:
    """Why people are not ranked, and who: what is nobody's never is, however much was closed."""
    few = [one for one in figure.others if one.key]
    nobodys = [one for one in figure.others if not one.key]
    reasons = [(f"fewer than {figure.question.min_deals} closed", few), ("nobody's", nobodys)]
    return [(why, group) for why, group in reasons if group]


def _lines(groups: Sequence[tuple[str, list[Manager]]]) -> dict[int, str]:
    """The line above each group that has another above it, by the row that it stands before."""
    lines: dict[int, str] = {}
    place = 0
    for why, group in groups:
        if place:
            lines[place] = f"– {why}"
        place += len(group)
    return lines


def _build_blocks(
    people: Sequence[Manager], codes: Sequence[str], whole: bool
) -> dict[str, _Block]:
    """The columns of each figure with their cells, a row a person, by what one ranks by."""
    won = [one.figure.outcomes["won"] for one in people]
    return {
        "won": (
            money_columns("won", "Won", codes),
            money_cells([one.sum for one in won], codes, "0", whole=whole),
        ),
        "win-rate": (
            [number_column("win-rate", "Win rate")],
            [[format_percent(one.figure.win_rate.percent)] for one in people],
        ),
        "closed": (
            [number_column("closed", "Closed")],
            [[format_count(one.figure.count)] for one in people],
        ),
        "active": (
            [number_column("active", "Active")],
            [[format_count(one.active.count)] for one in people],
        ),
        "meetings": (
            [number_column("meetings", "Meetings")],
            [[format_count(one.meetings.count)] for one in people],
        ),
        "calls": (
            [number_column("calls", "Calls")],
            [[format_count(one.calls.count)] for one in people],
        ),
        "cycle": (
            [number_column("cycle", "Days to win")],
            [[format_mean(one.mean) or NOT_AVAILABLE] for one in won],
        ),
        "average": (
            money_columns("average", "Average", codes),
            money_cells([one.average for one in won], codes, NOT_AVAILABLE, whole=whole),
        ),
    }


# --- for pictures ---------------------------------------------------------------------------------


class _Ranked(NamedTuple):
    """What people are ranked by: its name, what it is of, its number in a currency."""

    title: str
    explained: str
    read: Callable[[Manager, str], Decimal | None]


_RANKED: Mapping[RankBy, _Ranked] = {
    "won": _Ranked(
        "Value of won deals",
        "of the deals closed in the period",
        lambda one, code: money_in(one.figure.outcomes["won"].sum, code),
    ),
    "average": _Ranked(
        "Average value of won deals",
        "of the deals closed in the period",
        lambda one, code: one.figure.outcomes["won"].average.get(code),
    ),
    "active": _Ranked("Active deals", "open ones", lambda one, _: Decimal(one.active.count)),
    "meetings": _Ranked(
        "Meetings done", "in the period", lambda one, _: Decimal(one.meetings.count)
    ),
    "calls": _Ranked("Calls done", "in the period", lambda one, _: Decimal(one.calls.count)),
    "win-rate": _Ranked(
        "Win rate", "won of won and lost, by count", lambda one, _: one.figure.win_rate.percent
    ),
    "cycle": _Ranked(
        "Mean days to win",
        "from creation to closing",
        lambda one, _: mean_number(one.figure.outcomes["won"].mean),
    ),
}


def build_managers_plot(figure: Managers) -> Plot:
    """What people are ranked by, the best first; those who are not ranked stand under a line."""
    question = figure.question
    code = currency_of(question, figure.currencies)
    units = {"won": code, "average": code, "win-rate": "%", "cycle": "days"}
    ranked = _RANKED[question.rank_by]
    notes = build_notes(figure)
    for why, group in reversed(_unranked(figure)):
        who = format_number_of(len(group), "person", "people")
        said = f"{who} not ranked: {why}." if group[0].key else "Deals without an owner not ranked."
        notes.insert(0, said)
    if code and units.get(question.rank_by) == code:
        notes += say_undrawn(figure.total.figure.outcomes["won"].valued, code)
    categories: list[str] = []
    numbers: list[Decimal | None] = []
    unranked = _unranked(figure)
    lines = _lines([("", list(figure.ranked)), *unranked])
    for place, one in enumerate([*figure.ranked, *(one for _, own in unranked for one in own)]):
        if place in lines:  # a row of its own, without a bar
            categories.append(lines[place])
            numbers.append(None)
        categories.append(one.name if one.key else "without owner")
        numbers.append(ranked.read(one, code))
    return build_report_plot(
        question,
        "bar",
        "Managers",
        [*build_scope(question), f"ranked by {question.rank_by}"],
        categories,
        [Series(ranked.title, tuple(numbers))],
        unit=units.get(question.rank_by, ""),
        definition=f"{ranked.title}: {ranked.explained}.",
        notes=notes,
    )
