"""What is different between two states of a store in sentences: one of deals, one of the forecast.

Owns the words. Titles go through `escape`, so that the same sentences stand on a terminal and in a
comment; numbers and words of ours need none.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from salescli.model.amounts import amount_of_units
from salescli.model.calendar import format_day
from salescli.model.ids import fold_name
from salescli.report.figures.figure import parse_amount
from salescli.report.figures.forecast_diff import Change
from salescli.report.figures.forecast_sums import Amounts
from salescli.report.figures.pipeline_diff import KINDS, Kind, PipelineDiff, Shift, Side
from salescli.report.layouts.funnel_words import format_period
from salescli.report.text.numbers import (
    clean_text,
    cut,
    format_amount,
    format_money,
    format_number_of,
    format_sums,
    is_whole,
)

Escape = Callable[[str], str]
MOST_MOVERS = 5  # deals that the sentence of the forecast names
_TITLE = 30  # columns of a title in a sentence
_LEAST_OF_ID = 4  # characters of a shortened id
_WORDS: dict[Kind, str] = {"changed": "changed", "worked": "worked on"}


def titles_of(diff: PipelineDiff, most: int | None = None) -> dict[str, str]:
    """Id → what a deal is called, cut to `most` columns.

    Those of one title are told apart by the beginning of their id.
    """
    called = {change.id: change.title for change in diff.forecast.changes}
    called |= {shift.id: shift.title for shift in diff.shifts}
    alike: dict[str, list[str]] = {}
    for deal_id, title in called.items():
        alike.setdefault(fold_name(title), []).append(deal_id)
    if most is not None:
        called = {one: cut(clean_text(title), most) for one, title in called.items()}
    for ids in alike.values():
        short = _shortened(ids)
        called |= {one: f"{called[one]} ({short[one]})" for one in ids if len(ids) > 1}
    return called


def _shortened(ids: Sequence[str]) -> dict[str, str]:
    """As much of each id, without its kind, as tells it from the others."""
    bare = {one: one.partition("-")[2] for one in ids}
    for length in range(_LEAST_OF_ID, max(map(len, bare.values()))):
        if len({text[:length] for text in bare.values()}) == len(ids):
            return {one: text[:length] for one, text in bare.items()}
    return bare


def describe_deals(diff: PipelineDiff) -> str:
    """`3 deals moved, 1 won (236 000 EUR), 1 new.`"""
    parts = [_count(diff.of(kind), kind) for kind in KINDS if diff.of(kind)]
    if not parts:
        return "No deal is different."
    number, _, rest = parts[0].partition(" ")
    noun = "deal" if number == "1" else "deals"
    return ", ".join([f"{number} {noun} {rest}", *parts[1:]]) + "."


def describe_worked(diff: PipelineDiff, escape: Escape = clean_text) -> list[str]:
    """Which deals have no more to tell than that their history has grown: one sentence, or none.

    `Worked on: flat 47, shop 2 and 3 more.`
    """
    called = titles_of(diff, _TITLE)
    names = [escape(called[shift.id]) for shift in diff.shifts if is_only_worked(shift)]
    if not names:
        return []
    more = len(names) - MOST_MOVERS
    told = ", ".join(names[:MOST_MOVERS])
    return [f"Worked on: {told}" + (f" and {more} more." if more > 0 else ".")]


def is_only_worked(shift: Shift) -> bool:
    """Whether there is nothing to tell of a deal beside its title."""
    return shift.kind == "worked" and not shift.forecast


def _count(shifts: Sequence[Shift], kind: Kind) -> str:
    words = f"{len(shifts)} {_WORDS.get(kind, kind)}"
    if kind not in ("won", "lost", "new"):
        return words
    sums: dict[str, Decimal] = {}
    for shift in shifts:
        if shift.after is not None and shift.after.value:
            amount, code = parse_amount(shift.after.value)
            sums[code] = sums.get(code, Decimal(0)) + amount
    return f"{words} ({format_sums(dict(sorted(sums.items())))})" if sums else words


def describe_forecast(diff: PipelineDiff, escape: Escape = clean_text) -> list[str]:
    """For each currency how the weighted pipeline moved and by which deals; what was won besides.

    `Weighted 2026-Q4: 1 204 000 → 1 168 290 EUR (−35 710): flat 47 +60 490 (35 → 60 %).`
    """
    label = format_period(diff.forecast.question.period)
    sentences = []
    for code in _currencies(diff):
        before = diff.forecast.before.sums.get(code, Amounts())
        after = diff.forecast.after.sums.get(code, Amounts())
        sentences.append(f"Weighted {label}: {_moved(diff, before, after, code, escape)}.")
        won = _money(after.actual - before.actual, code)
        if won:
            sentences.append(f"Won {label}: {format_signed(won, code)} {code}.")
    return sentences


def _currencies(diff: PipelineDiff) -> list[str]:
    """Those that moved, else those in which there is anything; one at least, if any is known."""
    before, after = diff.forecast.before.sums, diff.forecast.after.sums
    known = list(diff.forecast.currencies)
    moved = [code for code in known if before.get(code) != after.get(code)]
    return moved or [code for code in known if code in after and after[code].weighted] or known[:1]


def _moved(diff: PipelineDiff, before: Amounts, after: Amounts, code: str, escape: Escape) -> str:
    movers = _movers(diff, code)
    amounts = [_money(one.weighted, code) for one in (before, after)]
    if not movers:
        return f"{format_money(amounts[1], code)}, unchanged"
    total = format_signed(amounts[1] - amounts[0], code)
    words = f"{_bare(amounts[0], code)} → {format_money(amounts[1], code)} ({total}): "
    told = []
    for title, units, why in movers[:MOST_MOVERS]:
        name = escape(clean_text(title))
        told.append(f"{name} {format_signed(_money(units, code), code)} ({why})")
    more = len(movers) - MOST_MOVERS
    return (
        words
        + ", ".join(told)
        + (f" and {format_number_of(more, 'more deal')}" if more > 0 else "")
    )


def _movers(diff: PipelineDiff, code: str) -> list[tuple[str, int, str]]:
    """(title, minor units, why) of deals that moved the weighted sum, those that did most first."""
    shifts = {shift.id: shift for shift in diff.shifts}
    changes: dict[str, list[Change]] = {}
    for change in diff.forecast.changes:
        if change.sums.get(code, Amounts()).weighted:
            changes.setdefault(change.id, []).append(change)
    called = titles_of(diff, _TITLE)
    found = []
    for deal_id, own in changes.items():
        units = sum(change.sums[code].weighted for change in own)
        found.append((called[deal_id], units, _why(shifts.get(deal_id), own)))
    return sorted(found, key=lambda mover: (-abs(mover[1]), mover[0]))


def _why(shift: Shift | None, changes: Sequence[Change]) -> str:
    """`new`, `35 → 60 %`, `won, was 60 % of 236 000`; both where both moved it."""
    return ", ".join(dict.fromkeys(_reason(shift, change.reason) for change in changes))


def _reason(shift: Shift | None, reason: str) -> str:
    words = reason.replace("-", " ")
    if shift is None or shift.before is None or shift.after is None:
        return words
    before, after = shift.before, shift.after
    if reason in ("won", "lost"):
        value = _bare(*parse_amount(before.value)) if before.value else "nothing"
        return f"{after.status}, was {before.probability} % of {value}"
    if reason.startswith("probability"):
        return f"{before.probability} → {after.probability} %"
    if reason in ("grown", "shrunk"):
        return describe_values(before.value, after.value)
    if reason in ("pulled-in", "pushed-out", "overdue") and after.close_date:
        return f"closes {format_day(date.fromisoformat(after.close_date))}"
    return words


def describe_values(before: str | None, after: str | None) -> str:
    """`250 000 → 240 000 EUR`; both currencies where they differ."""
    if before is None or after is None:
        known = after or before
        money = format_money(*parse_amount(known)) if known else "nothing"
        return money if before is None else f"{money} → nothing"
    (old, was), (new, code) = parse_amount(before), parse_amount(after)
    left = _bare(old, code) if was == code else format_money(old, was)
    return f"{left} → {format_money(new, code)}"


def describe_shift(shift: Shift, reasons: dict[str, str] | None = None) -> str:
    """What happened to a deal, beside its title: `Key contacts → Won; 236 000 EUR`."""
    before, after = shift.before, shift.after
    if after is None:
        return _standing(before) if before else ""
    if before is None:
        return _standing(after)
    parts = []
    if before.stage != after.stage:
        words = f"{before.stage_name} → {after.stage_name}"
        if after.close_reason and after.status not in ("open", "won"):
            words += f": {(reasons or {}).get(after.close_reason, after.close_reason)}"
        parts.append(words)
    parts += _describe_fields(shift, before, after)
    if shift.kind in ("won", "lost") and "value" not in shift.fields and after.value:
        parts.append(format_money(*parse_amount(after.value)))
    return clean_text("; ".join(parts))


def _standing(side: Side) -> str:
    money = f", {format_money(*parse_amount(side.value))}" if side.value else ""
    return clean_text(f"at {side.stage_name}{money}")


def _describe_fields(shift: Shift, before: Side, after: Side) -> Iterator[str]:
    if "value" in shift.fields:
        yield describe_values(before.value, after.value)
    if "budget" in shift.fields:
        yield f"budget {describe_values(before.budget, after.budget)}"
    if "probability" in shift.fields:
        yield f"{before.probability} → {after.probability} %"
    if "close_date" in shift.fields:
        yield f"closes {_day(before.close_date)} → {_day(after.close_date)}"
    if "owner" in shift.fields:
        yield f"owner {before.owner or 'nobody'} → {after.owner or 'nobody'}"
    if "title" in shift.fields:
        yield f"was called {before.title}"


def _day(text: str | None) -> str:
    return format_day(date.fromisoformat(text)) if text else "no day"


def _money(units: int, code: str) -> Decimal:
    return amount_of_units(units, code)


def _bare(amount: Decimal, _code: str) -> str:
    return format_amount(amount, whole=is_whole([amount]))


def format_signed(amount: Decimal, code: str) -> str:
    """`+60 490`, `−35 710`; decimals only where there are some."""
    text = _bare(abs(amount), code)
    return f"{'−' if amount < 0 else '+'}{text}"
