"""The best managers of a store."""

from salescli.report.managers import Managers, build_managers
from salescli.report.question import ManagersQuestion, RankBy, SumKind
from salescli.workspace.reporting import ReportOptions, read_deals, read_question
from salescli.workspace.session import Session
from salescli.workspace.wordings import build_wording


class ManagersOptions(ReportOptions, frozen=True, kw_only=True):
    """What was typed for the managers; who closed fewer than `min_deals` deals isn't ranked."""

    sum: SumKind = "value"
    rank_by: RankBy = "won"
    min_deals: int = 5


def report_managers(session: Session, options: ManagersOptions) -> Managers:
    """The managers that were asked for. Raises `Damaged` where a file can't be read.

    With `skip_invalid` those are left out and counted on the figure.
    """
    question = read_question(
        session,
        options,
        ManagersQuestion,
        time_zone=session.settings.time_zone,
        rank_by=options.rank_by,
        min_deals=options.min_deals,
    )
    definition = session.process(question.process)
    found = read_deals(session, question.end, options)
    return build_managers(
        found.deals,
        question,
        definition,
        names=build_wording(session, definition).names["person"],
        invalid=found.invalid,
        with_ids=options.with_ids,
    )
