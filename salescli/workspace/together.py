"""Fields of a deal that change with its stage, by the one event that changes both.

Format.md section 1: one command on one record is at most one event of these. Writes nothing.
"""

import msgspec

from salescli.model.definition import Definition
from salescli.model.events import Json
from salescli.process.standing import Advanced, ordered
from salescli.workspace.deals import LoadedDeal
from salescli.workspace.opportunities import Fields, build_deal_record, check_changes, put_fields
from salescli.workspace.session import Session


def with_fields(deal: LoadedDeal, fields: Fields) -> LoadedDeal:
    """The deal as it is with {path: [before, after]}, for those who ask what it may do then."""
    if not fields:
        return deal
    state = {k: dict(v) if isinstance(v, dict) else v for k, v in deal.state.items()}
    put_fields(state, fields)
    return msgspec.structs.replace(deal, facts=build_deal_record(deal.id, state), state=state)


def joined(decided: Advanced, fields: Fields) -> Advanced:
    """A move that changes these fields, too: from what stood there before either.

    `decided` is what the engine said of the deal with them. A close date is written even if it
    stays.
    """
    found: dict[str, list[Json]] = {path: list(change) for path, change in fields.items()}
    for path, (before, after) in decided.fields.items():
        found[path] = [found.get(path, [before])[0], after]
    kept = {
        path: change
        for path, change in found.items()
        if change[0] != change[1] or path == "close_date"
    }
    return msgspec.structs.replace(decided, fields=ordered(kept))


def check_joined(
    session: Session, deal: LoadedDeal, decided: Advanced, definition: Definition
) -> None:
    """Raise `Refused` with every rule that the deal would break after a move with its fields."""
    fields: dict[str, list[Json]] = {path: list(pair) for path, pair in decided.fields.items()}
    fields["stage"] = [decided.from_, decided.to]
    check_changes(session, deal, fields, definition)
