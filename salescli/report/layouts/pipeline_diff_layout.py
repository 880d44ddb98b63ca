"""The comparison of two states for a terminal, as a comment on a forge, and as a document."""

from typing import Any

from salescli.model.amounts import amount_of_units
from salescli.model.calendar import format_day
from salescli.report.figures.forecast_sums import Amounts
from salescli.report.figures.pipeline_diff import PipelineDiff, Shift, Side, State
from salescli.report.layouts.documents import build_days
from salescli.report.layouts.forecast_document import build_difference_document
from salescli.report.layouts.funnel_mermaid import format_funnel_mermaid
from salescli.report.layouts.funnel_text import wrap_parts
from salescli.report.layouts.pipeline_diff_words import (
    describe_deals,
    describe_forecast,
    describe_shift,
    describe_worked,
    format_signed,
    is_only_worked,
    titles_of,
)
from salescli.report.text.filterwords import say_filters
from salescli.report.text.forge_text import escape_for_forge
from salescli.report.text.json_text import Document, format_json
from salescli.report.text.listing import Column, Format, Rendered, render_rows
from salescli.report.text.listing import Row as Texts
from salescli.report.text.numbers import clean_text, format_number_of

SCHEMA = "salescli/diff@1"
MOST_ROWS = 200
"""Deals in the table of a comment: a forge takes 65 536 characters."""


def render_diff(diff: PipelineDiff, format: str, *, width: int | None = None) -> Rendered:
    """The comparison as `table` (cut to `width` columns if it has one), `json` or `md`."""
    if format == "json":
        return Rendered(format_json(build_diff_document(diff)))
    return Rendered(_render_markdown(diff)) if format == "md" else _render_table(diff, width)


def _render_table(diff: PipelineDiff, width: int | None) -> Rendered:
    question = diff.forecast.question
    subject = ["What is different", f"{_name(diff.before)} → {_name(diff.after)}"]
    subject.append(f"as of {format_day(question.as_of)}")
    subject += [diff.process] if diff.process else []
    subject += say_filters(question.scope)
    lines = wrap_parts([clean_text(part) for part in subject], " · ", width)
    sentences = [describe_deals(diff), *describe_worked(diff)]
    for sentence in (*sentences, *describe_forecast(diff), *_notes(diff)):
        lines += wrap_parts(sentence.split(" "), " ", width)
    shown = _told(diff)
    if not shown:
        return Rendered("\n".join(lines))
    narrower = None if width is None else width - 1
    kind: Format = "plain" if width is None else "table"
    table = render_rows(_rows(diff, shown), _COLUMNS, kind, width=narrower)
    lines += [f" {line}".rstrip() for line in table.text.split("\n")]
    return Rendered("\n".join(lines), table.note)


def _render_markdown(diff: PipelineDiff) -> str:
    sentences = [describe_deals(diff), *describe_worked(diff, escape_for_forge)]
    sentences += [*describe_forecast(diff, escape_for_forge), *_notes(diff)]
    parts = [f"**Pipeline:** {' '.join(sentences)}"]
    shown = _told(diff)
    if shown:
        rows = _rows(diff, shown[:MOST_ROWS])
        heads = [column.title for column in _COLUMNS]
        cells = [[escape_for_forge(cell) for cell in row] for row in rows]
        rules = ["---:" if column.align == "right" else "---" for column in _COLUMNS]
        parts.append("\n".join(f"| {' | '.join(row)} |" for row in (heads, rules, *cells)))
        if len(shown) > MOST_ROWS:
            parts.append(f"… and {format_number_of(len(shown) - MOST_ROWS, 'more deal')}.")
    if diff.funnels is not None:
        parts.append(f"```mermaid\n{draw_funnel(diff)}\n```")
    return "\n\n".join(parts)


def draw_funnel(diff: PipelineDiff) -> str:
    """The funnel of what is there now as Mermaid draws it, with what each stage gained or lost."""
    assert diff.funnels is not None
    before, after = diff.funnels
    return format_funnel_mermaid(after, before)


_COLUMNS = (
    Column("kind", "What", kind="id"),
    Column("title", "Deal", least=14),
    Column("owner", "Owner", least=6),
    Column("change", "Change", least=20),
    Column("weighted", "Weighted", "right", "money"),
)


def _told(diff: PipelineDiff) -> list[Shift]:
    """The deals of the table: of the others there is nothing to tell but their names."""
    return [shift for shift in diff.shifts if not is_only_worked(shift)]


def _rows(diff: PipelineDiff, shifts: list[Shift]) -> list[Texts]:
    called = titles_of(diff)
    return [
        [
            shift.kind,
            clean_text(called[shift.id]),
            _owner(shift),
            describe_shift(shift, dict(diff.reasons)),
            _weighted(shift),
        ]
        for shift in shifts
    ]


def _owner(shift: Shift) -> str:
    """Whose the deal is now, or was."""
    side = shift.after or shift.before
    return clean_text(side.owner or "") if side is not None else ""


def _weighted(shift: Shift) -> str:
    moved = {code: sums.weighted for code, sums in sorted(shift.forecast.items()) if sums.weighted}
    words = [format_signed(amount_of_units(units, code), code) for code, units in moved.items()]
    if len(moved) > 1:
        words = [f"{word} {code}" for word, code in zip(words, moved, strict=True)]
    return " ".join(words)


def _notes(diff: PipelineDiff) -> list[str]:
    if not diff.invalid:
        return []
    return [f"{format_number_of(diff.invalid, 'file')} left out: not readable."]


def _name(state: State) -> str:
    """What a state is called; of a commit that has no other name, enough of it to know it by."""
    return state.name[:12] if state.name == state.commit else state.name


# --- as a document --------------------------------------------------------------------------------


def build_diff_document(diff: PipelineDiff) -> Document:
    """`salescli/diff@1`: both states, the deals that differ, and the forecast before and after.

    `forecast` is what `salescli/forecast-diff@1` says, without its head.
    """
    question = diff.forecast.question
    forecast = build_difference_document(diff.forecast, with_ids=False)
    counts: dict[str, int] = {}
    for shift in diff.shifts:
        counts[shift.kind] = counts.get(shift.kind, 0) + 1
    return {
        "schema": SCHEMA,
        "before": _build_state(diff.before),
        "after": _build_state(diff.after),
        "as_of": question.as_of.isoformat(),
        "period": build_days(question.period),
        "filters": {
            "process": diff.process,
            **{name: list(values) for name, values in question.scope},
        },
        "counts": counts,
        "deals": [_build_shift(shift) for shift in diff.shifts],
        "forecast": {name: forecast[name] for name in ("before", "after", "reasons", "changes")},
        "invalid": diff.invalid,
    }


def _build_state(state: State) -> Document:
    """Of the files as they are `commit` and `at` are null."""
    name = None if state.commit is None else state.name
    return {"revision": name, "commit": state.commit, "at": state.committed_at}


def _build_shift(shift: Shift) -> Document:
    return {
        "id": shift.id,
        "title": shift.title,
        "process": shift.process,
        "kind": shift.kind,
        "fields": list(shift.fields),
        "before": None if shift.before is None else _build_side(shift.before),
        "after": None if shift.after is None else _build_side(shift.after),
        "forecast": {code: _amounts(code, sums) for code, sums in sorted(shift.forecast.items())},
    }


def _build_side(side: Side) -> Document:
    return {
        "title": side.title,
        "stage": side.stage,
        "status": side.status,
        "value": side.value,
        "budget": side.budget,
        "probability": side.probability,
        "close_date": side.close_date,
        "owner": side.owner,
        "close_reason": side.close_reason,
    }


def _amounts(code: str, sums: Amounts) -> dict[str, Any]:
    return {name: f"{amount:f}" for name, amount in sums.as_money(code).items()}
