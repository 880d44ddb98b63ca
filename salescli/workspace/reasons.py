"""Why a deal was not won, put right after the closing: its reason and its winner go together."""

from collections.abc import Mapping

from salescli.model.events import Json
from salescli.model.facts import State
from salescli.model.rules import LOST_TO, UNKNOWN_WINNER
from salescli.workspace.session import Session
from salescli.workspace.values import read_reference


def read_winner(
    session: Session, state: State, values: Mapping[str, Json], winner: str | None
) -> dict[str, Json]:
    """What the deal's fields become beside `values` if `winner` (None: not typed) won it.

    A winner who isn't among the competitors yet is added, as a closing does. A reason that asks
    for no winner empties the one there is.
    """
    if winner is None:
        has_no_winner = values.get("close_reason", LOST_TO) != LOST_TO
        return {"winner": None} if has_no_winner and "winner" in state else {}
    if winner in ("", UNKNOWN_WINNER):
        return {"winner": winner or None}
    key = read_reference(session, "competitor", winner, "winner")
    added: dict[str, Json] = (
        {} if key in state.get("competitors", {}) else {f"competitors/{key}": {}}
    )
    return {"winner": key, **added}
