"""A deal that goes on from another, in another process: its leads come along."""

from collections.abc import Mapping

from salescli.model.errors import SalesError
from salescli.workspace.addressing import find_by_id
from salescli.workspace.covering import follow_list, refuse_uncoverable
from salescli.workspace.deals import load_deal, load_lead
from salescli.workspace.opportunities import create_opportunity, open_deal
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session


def continue_opportunity(
    session: Session,
    continues: str,
    title: str | None,
    client: str | None,
    typed: Mapping[str, str],
    *,
    stage: str | None = None,
    process: str | None = None,
    client_kind: str | None = None,
) -> Outcome:
    """Make a deal that goes on from another (see `create_opportunity`).

    The leads of the other that have not ended await this one's sale; the rest stay where they are.
    """
    before = open_deal(session, continues)
    kept: list[str] = []
    left: list[str] = []
    for lead_id in before.facts.leads:
        found = find_by_id(session, lead_id)
        if found is None:
            continue
        try:
            refuse_uncoverable(session, load_lead(session, found.path))
            kept.append(lead_id)
        except SalesError as error:
            left.append(f"Not taken along: {error.findings[0].text}.")
    outcome = create_opportunity(
        session,
        title,
        client,
        typed,
        stage=stage,
        process=process,
        continues=before.id,
        leads=kept,
        client_kind=client_kind,
    )
    made = load_deal(session, session.born[outcome.ids[0]][0])
    moved = follow_list(session, made, {f"leads/{lead_id}": [None, True] for lead_id in kept})
    return Outcome(outcome.ids, (*outcome.words, *moved, *left), outcome.title)
