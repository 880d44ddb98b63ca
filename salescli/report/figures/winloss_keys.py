"""Which rows a closed deal stands in, and which rows there are, for each way to group them.

Keys only: ids, months, sizes. Their names are for others.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from functools import cache
from typing import NamedTuple

from salescli.model.calendar import add_months
from salescli.model.deal import Deal
from salescli.model.definition import Definition
from salescli.model.ids import kind_of_id
from salescli.model.money import Money
from salescli.report.figures.figure import parse_amount
from salescli.report.figures.question import WinLossQuestion

Key = str | None  # None: the deal has none of what makes the rows


class Keys(NamedTuple):
    """A closed deal, and what its closing adds to what is on it."""

    deal: Deal
    outcome: str
    value: str | None
    closed_on: int  # the local day, as an ordinal
    stage_before: str | None


def build_keys(
    question: WinLossQuestion, first_deals: Collection[str]
) -> Callable[[Keys], tuple[Key, ...]]:
    """The function that tells a closed deal's rows; without `by` it has none."""
    by = question.by
    if by is None:
        return lambda closed: ()
    if by in _PLAIN:
        return _PLAIN[by]
    if by == "month":
        month_of = cache(lambda day: _month(date.fromordinal(day)))
        return lambda closed: (month_of(closed.closed_on),)
    if by == "new-client":
        return lambda closed: ("new" if _is_new(closed.deal, first_deals) else "existing",)
    band_of = cache(lambda value: _band_of(value, question.bands))
    return lambda closed: (band_of(closed.value),)


def _competitors(closed: Keys) -> tuple[Key, ...]:
    """Won against each of its competitors; otherwise lost to the winner, who may be unknown."""
    if closed.outcome == "won":
        return closed.deal.rivals or (None,)
    return (closed.deal.winner,)


def _is_new(deal: Deal, first_deals: Collection[str]) -> bool:
    return deal.id in first_deals if deal.is_primary is None else deal.is_primary


_PLAIN: Mapping[str, Callable[[Keys], tuple[Key, ...]]] = {
    "owner": lambda closed: (closed.deal.owner,),
    "department": lambda closed: (closed.deal.department,),
    "source": lambda closed: (closed.deal.source,),
    "need": lambda closed: (closed.deal.need,),
    "reason": lambda closed: (closed.deal.close_reason,),
    "client-kind": lambda closed: (kind_of_id(closed.deal.client),),
    "last-stage": lambda closed: (closed.stage_before,),
    "competitor": _competitors,
}


def band_keys(bands: Iterable[Money]) -> list[str]:
    """Size bands by their bounds: `up to 100.00 EUR`, …, `above 250.00 EUR`."""
    bounds = list(bands)
    return [f"up to {bound}" for bound in bounds] + [f"above {bound}" for bound in bounds[-1:]]


def _band_of(value: str | None, bands: tuple[Money, ...]) -> Key:
    """The band of a value; upper bounds belong to it. Other currencies have no band."""
    if value is None or not bands or value[-3:] != bands[0].currency:
        return None
    amount, _ = parse_amount(value)
    place = sum(amount > bound.amount for bound in bands)
    return band_keys(bands)[place]


def complete_keys(
    found: Mapping[Key, int], question: WinLossQuestion, definition: Definition
) -> list[Key]:
    """The keys of all rows in their order, of those found with their numbers of closed deals.

    What makes a scale (months, sizes, stages) stands in its order, when empty, too; the rest by
    number, the greatest first; None last.
    """
    if question.by is None:
        return []
    keys: list[Key] = [*_scale(question, definition, [key for key in found if key is not None])]
    known = set(keys)
    rest = (key for key in found if key is not None and key not in known)
    keys += sorted(rest, key=lambda key: (-found[key], key))
    return [*keys, None] if None in found else keys


def _scale(question: WinLossQuestion, definition: Definition, found: list[str]) -> list[str]:
    if question.by == "month":
        return _months(question, found)
    if question.by == "size":
        return band_keys(question.bands)
    if question.by == "new-client":
        return ["new", "existing"]
    if question.by == "client-kind":
        return ["account", "contact"]
    if question.by == "last-stage":
        return [
            stage.stage
            for stage in definition.open_stages
            if not stage.retired or stage.stage in found
        ]
    return []


def _months(question: WinLossQuestion, found: list[str]) -> list[str]:
    """From the first month to the last: of the period up to the as-of day, else of the closings."""
    if not found and (question.period.first is None or question.period.last is None):
        return []
    first, last = question.period.first, question.period.last
    month = date.fromisoformat(f"{min(found)}-01") if first is None else first
    end = max(found) if last is None else _month(min(last, question.as_of))
    months = []
    while _month(month) <= end:
        months.append(_month(month))
        month = add_months(month, 1)
    return months


def _month(day: date) -> str:
    return day.isoformat()[:7]
