"""A new deal and the leads that it covers: those named, or those of the deal it goes on from."""

from collections.abc import Mapping

from salescli.model.errors import About, Gathered, SalesError
from salescli.workspace.addressing import find_by_id
from salescli.workspace.covering import follow_list, refuse_uncoverable
from salescli.workspace.creating import create_opportunity
from salescli.workspace.deals import load_deal, load_lead
from salescli.workspace.leads import open_lead
from salescli.workspace.opportunities import open_deal
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.steps import start_if_set
from salescli.workspace.values import read_reference


def begin_opportunity(
    session: Session,
    title: str | None,
    client: str | None,
    typed: Mapping[str, str],
    *,
    continues: str | None = None,
    stage: str | None = None,
    process: str | None = None,
    client_kind: str | None = None,
) -> Outcome:
    """Make a deal (see `create_opportunity`); its leads await its sale from now on.

    Those typed (`leads`: ids or titles with commas), else those of the deal that it goes on from
    which have not ended; the rest stay where they are. Raises every fault together.
    """
    gathered = Gathered()
    leads: list[str] | None = None
    left: list[str] = []
    outcome = Outcome(())
    if "leads" in typed:
        leads = _typed_leads(session, typed["leads"], gathered)
    elif continues is not None:
        with About("continue", "opportunity"):
            leads, left = _leads_of(session, continues)
    with gathered.trying():
        outcome = create_opportunity(
            session,
            title,
            client,
            {name: text for name, text in typed.items() if name != "leads"},
            stage=stage,
            process=process,
            continues=continues,
            leads=leads if leads or continues else None,
            client_kind=client_kind,
        )
    gathered.raise_all()
    made = load_deal(session, session.born[outcome.ids[0]][0])
    moved = follow_list(session, made, {f"leads/{name}": [None, True] for name in leads or ()})
    started = start_if_set(session, made.id, "always")
    return Outcome(outcome.ids, (*outcome.words, *moved, *left, *started), outcome.title)


def _typed_leads(session: Session, text: str, gathered: Gathered) -> list[str]:
    """The ids of the leads that were typed, each once; faults go to `gathered`."""
    found: dict[str, None] = {}
    for word in filter(None, map(str.strip, text.split(","))):
        with gathered.trying("leads"):
            with About("leads", "lead"):
                lead = open_lead(session, word)
            refuse_uncoverable(session, lead)
            found[read_reference(session, "lead", lead.id, "leads")] = None
    return list(found)


def _leads_of(session: Session, deal: str) -> tuple[list[str], list[str]]:
    """The leads that a deal hands to the one that goes on from it, and words about the others."""
    kept: list[str] = []
    left: list[str] = []
    for lead_id in open_deal(session, deal).facts.leads:
        found = find_by_id(session, lead_id)
        if found is None:
            continue
        try:
            refuse_uncoverable(session, load_lead(session, found.path))
            kept.append(lead_id)
        except SalesError as error:
            left.append(f"Not taken along: {error.findings[0].text}.")
    return kept, left
