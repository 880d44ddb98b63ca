"""One change on many deals: each decided as if it were the only one, all written or none."""

from collections.abc import Callable, Sequence

import msgspec

from salescli.model.errors import Damaged, Gathered, NotFound, SalesError, finding
from salescli.report.text.numbers import format_number_of
from salescli.workspace.deals import LoadedDeal
from salescli.workspace.listing import list_records
from salescli.workspace.opportunities import open_deal
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

COLUMNS = "id,title,stage,owner"
Change = Callable[[Session, LoadedDeal], Outcome]


class Chosen(msgspec.Struct, frozen=True):
    """A deal that meets the conditions."""

    id: str
    title: str
    stage: str
    owner: str


def choose_deals(session: Session, where: Sequence[str]) -> list[Chosen]:
    """The deals that meet all conditions, the oldest first; none that are archived.

    Raises `WrongUsage` for conditions that mean nothing, `NotFound` where no deal meets them, and
    `Damaged` for files that can't be read: one of these might be meant.
    """
    listing = list_records(session, "opportunity", where, sort="created_at,id", columns=COLUMNS)
    Damaged.raise_if(found for _, findings in listing.invalid for found in findings)
    if not listing.records:
        told = " and ".join(where)
        hint = "salescli opportunity list --where … shows what a condition finds"
        raise NotFound(finding("nothing-meets", f"no deal meets {told}", hint=hint, field="where"))
    return [
        Chosen(*(str(record[name] or "") for name in COLUMNS.split(",")))
        for record in listing.records
    ]


def change_each(
    session: Session,
    verb: str,
    where: Sequence[str],
    seen: Sequence[Chosen] | None,
    change: Change,
) -> Outcome:
    """Make one change on every deal that meets the conditions; raises all that is refused.

    `seen` are those that somebody said yes to: what came to meet the conditions since is left out.
    """
    chosen = choose_deals(session, where)
    if seen is not None:
        known = {one.id for one in seen}
        chosen = [one for one in chosen if one.id in known]
    session.tells_next = False
    gathered = Gathered()
    outcomes: list[Outcome] = []
    for one in chosen:
        try:
            outcomes.append(change(session, open_deal(session, one.id)))
        except SalesError as error:
            gathered.add(_of_deal(error, one))
    session.tells_next = True
    gathered.raise_all()
    changed = [found for found in outcomes if found.title]
    words = f"{format_number_of(len(changed), 'deal')} of {len(chosen)} changed."
    if len(changed) == len(chosen):
        words = f"{format_number_of(len(chosen), 'deal')} changed."
    if not changed:
        return Outcome(tuple(one.id for one in chosen), ("Nothing to change: it says so already.",))
    return Outcome(
        tuple(one.id for one in chosen),
        (f"{words} salescli undo takes all of it back.",),
        f"{verb} {format_number_of(len(changed), 'deal')} where {' and '.join(where)}",
    )


def _of_deal(error: SalesError, deal: Chosen) -> SalesError:
    """The same error, its findings told of a deal."""
    told = f"{deal.title} ({deal.id})"
    return type(error)(
        *(msgspec.structs.replace(one, text=f"{told}: {one.text}") for one in error.findings)
    )
