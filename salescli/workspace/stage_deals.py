"""The deals behind the stages of a dashboard's funnels, with their names, for a page to open."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from salescli.report.dashboards.dashboard import Dashboard, FunnelFigure
from salescli.report.figures.deal_filter import MONEY_OF
from salescli.report.figures.figure import parse_amount
from salescli.report.page.funnel import DealLine, StageDeals, ids_of, pick_deals
from salescli.workspace.naming import client_names, names_of
from salescli.workspace.session import Session
from salescli.workspace.sweeps import deals_on


def read_stage_deals(session: Session, dashboard: Dashboard) -> StageDeals:
    """The dearest deals at each stage of each funnel, as they stood at its end.

    The figures must have kept their ids.
    """
    funnels = [block for block in dashboard.blocks if isinstance(block, FunnelFigure)]
    found: dict[tuple[str, str], list[DealLine]] = {}
    for one in session.over_stores(read_lines, funnels):
        for key, lines in one.items():
            found[key] = found.get(key, []) + lines
    return {key: pick_deals(lines) for key, lines in found.items()}


def read_lines(
    session: Session, funnels: Sequence[FunnelFigure]
) -> dict[tuple[str, str], list[DealLine]]:
    """Those of one store, by block and stage."""
    found: dict[tuple[str, str], list[DealLine]] = {}
    for block in funnels:
        lines = dict(_read_lines(session, block))
        for stage in block.funnel.stages:
            behind = [lines[one] for one in ids_of(stage, block.funnel) if one in lines]
            found[block.id, stage.stage] = pick_deals(behind)
    clients = client_names(session, {line.client for some in found.values() for line in some})
    people = names_of(session, "owner", set())
    return {key: [_name(line, clients, people) for line in some] for key, some in found.items()}


def _read_lines(session: Session, block: FunnelFigure) -> Iterator[tuple[str, DealLine]]:
    """Each deal behind a stage; client and owner still as ids."""
    question = block.funnel.question
    wanted = {one for stage in block.funnel.stages for one in ids_of(stage, block.funnel)}
    if not wanted:
        return
    success = session.process(question.process).success.stage
    money_of = MONEY_OF[question.sum]
    for deal in deals_on(session, question):
        if deal.id in wanted:
            money = money_of(deal, success)
            amount, currency = (None, "") if money is None else parse_amount(money)
            line = DealLine(deal.id, deal.title, deal.client, deal.owner or "", amount, currency)
            yield deal.id, line


def _name(line: DealLine, clients: Mapping[str, str], people: Mapping[str, str]) -> DealLine:
    client = clients.get(line.client, line.client)
    return replace(line, client=client, owner=people.get(line.owner, line.owner))
