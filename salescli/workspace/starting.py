"""`process start` from where it is asked: on a deal, on the deal of a lead, from nothing."""

from collections.abc import Mapping

from salescli.model.errors import Refused, finding
from salescli.model.leads import HANDED_OFF, is_final, lead_stage_name
from salescli.model.records import Opportunity
from salescli.model.runs import running_run
from salescli.workspace.continuing import begin_opportunity
from salescli.workspace.covering import deals_covering, is_open
from salescli.workspace.deals import LoadedDeal, load_deal
from salescli.workspace.guiding import next_line
from salescli.workspace.inner import open_record
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.steps import start_process


def start_new(
    session: Session,
    title: str,
    client: str | None,
    typed: Mapping[str, str],
    *,
    stage: str | None = None,
    process: str | None = None,
    client_kind: str | None = None,
) -> Outcome:
    """Make a deal and let the process run on it; raises every fault of what was typed together."""
    made = begin_opportunity(
        session, title, client, typed, stage=stage, process=process, client_kind=client_kind
    )
    (deal_id,) = made.ids
    deal = load_deal(session, session.born[deal_id][0])
    if running_run(deal.live) is None:
        words = start_process(session, deal).words
    else:  # the store's setting has started it
        words = tuple(filter(None, [next_line(session, deal_id)]))
    return Outcome(made.ids, (*made.words, *words), made.title)


def open_deal_to_start(session: Session, text: str) -> LoadedDeal:
    """The deal that `text` names, or the open one that covers the lead that it names.

    Raises `Refused` for a lead of which nobody has made a deal yet: the process leads deals.
    """
    record = open_record(session, text)
    if record.kind == "lead":
        record = _deal_of(session, record.id, record.facts.title, record.facts.stage)
    assert isinstance(record.facts, Opportunity)
    return load_deal(session, record.directory)


def _deal_of(session: Session, lead_id: str, title: str, stage: str) -> LoadedDeal:
    covering = [deal for deal in deals_covering(session, lead_id) if is_open(session, deal)]
    if covering:
        return covering[0]
    address = session.short(lead_id)
    text = f"{title} is a lead at {lead_stage_name(stage)}, and the process leads deals"
    hint = f"salescli lead convert {address} makes its deal"
    if is_final(stage):
        hint = f"salescli lead move {address} --to {HANDED_OFF} takes it up again"
    raise Refused(finding("lead-without-deal", text, hint=hint))
