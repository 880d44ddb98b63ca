"""One change on many deals: each decided as if it were the only one, all written or none."""

from collections.abc import Callable, Sequence
from decimal import Decimal

import msgspec

from salescli.model.errors import Damaged, Finding, SalesError
from salescli.model.money import parse_money
from salescli.report.text.numbers import format_number_of
from salescli.workspace.deals import LoadedDeal
from salescli.workspace.listing import list_records
from salescli.workspace.opportunities import open_deal
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

COLUMNS = "id,title,stage,owner,budget"
MOST_TOLD = 20  # different reasons
MOST_NAMED = 5  # deals of one reason
Change = Callable[[Session, LoadedDeal], Outcome]


class Chosen(msgspec.Struct, frozen=True):
    """A deal that meets the conditions."""

    id: str
    title: str
    stage: str
    owner: str
    budget: str


def choose_deals(session: Session, where: Sequence[str]) -> list[Chosen]:
    """The deals that meet all conditions, the oldest first; none that are archived.

    Raises `WrongUsage` for conditions that mean nothing, and `Damaged` for files that can't be
    read: one of these might be meant.
    """
    listing = list_records(session, "opportunity", where, sort="created_at,id", columns=COLUMNS)
    Damaged.raise_if(found for _, findings in listing.invalid for found in findings)
    return [
        Chosen(*(str(record[name] or "") for name in COLUMNS.split(",")))
        for record in listing.records
    ]


def sum_of(chosen: Sequence[Chosen]) -> dict[str, Decimal]:
    """Currency → the budgets of the deals, summed."""
    sums: dict[str, Decimal] = {}
    for one in chosen:
        if one.budget:
            budget = parse_money(one.budget, None)
            sums[budget.currency] = sums.get(budget.currency, Decimal()) + budget.amount
    return dict(sorted(sums.items()))


def change_each(
    session: Session,
    verb: str,
    where: Sequence[str],
    seen: Sequence[Chosen] | None,
    change: Change,
) -> Outcome:
    """Make one change on every deal that meets the conditions; raises all that is refused.

    The ids are those of the deals that it changed. `seen` are those that somebody said yes to:
    what came to meet the conditions since is left out.
    """
    chosen = choose_deals(session, where)
    if seen is not None:
        known = {one.id for one in seen}
        chosen = [one for one in chosen if one.id in known]
    if not chosen:
        return Outcome((), (f"Nothing to change: no deal meets {' and '.join(where)}.",))
    session.tells_next = False
    refused: list[tuple[Chosen, SalesError]] = []
    changed: list[str] = []
    for one in chosen:
        try:
            if change(session, open_deal(session, one.id)).title:
                changed.append(one.id)
        except SalesError as error:
            refused.append((one, error))
    session.tells_next = True
    _raise_refused(refused)
    words = f"{format_number_of(len(changed), 'deal')} of {len(chosen)} changed."
    if len(changed) == len(chosen):
        words = f"{format_number_of(len(chosen), 'deal')} changed."
    if not changed:
        return Outcome((), ("Nothing to change: it says so already.",))
    return Outcome(
        tuple(changed),
        (f"{words} salescli undo takes all of it back.",),
        f"{verb} {format_number_of(len(changed), 'deal')} where {' and '.join(where)}",
    )


def _raise_refused(refused: Sequence[tuple[Chosen, SalesError]]) -> None:
    """Raise what deals are refused: what many are refused alike once, with their number."""
    alike: dict[tuple[str, str, str], list[tuple[Chosen, Finding]]] = {}
    for deal, error in refused:
        for one in error.findings:
            alike.setdefault((one.code, one.field, one.text), []).append((deal, one))
    told = [_told_once(group) for group in [*alike.values()][:MOST_TOLD]]
    more = len(alike) - MOST_TOLD
    if more > 0:
        text = f"there are {more} more reasons, of other deals"
        told.append(msgspec.structs.replace(told[-1], text=text, hint=""))
    if refused:
        raise type(refused[0][1])(*told)


def _told_once(group: Sequence[tuple[Chosen, Finding]]) -> Finding:
    """One finding for all deals that have it; what to do is that of the first."""
    names = [f"{deal.title} ({deal.id})" for deal, _ in group]
    first = group[0][1]
    if len(names) == 1:
        return msgspec.structs.replace(first, text=f"{names[0]}: {first.text}")
    listed = ", ".join(names[:MOST_NAMED])
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    text = f"{format_number_of(len(names), 'deal')}: {first.text}: {listed}{more}"
    return msgspec.structs.replace(first, text=text)
