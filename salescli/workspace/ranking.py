"""The best managers of a store."""

from salescli.model.asked import SumKind
from salescli.model.definition import Definition
from salescli.report.figures.managers import Managers, build_work, finish
from salescli.report.figures.question import ManagersQuestion, RankBy
from salescli.workspace.reporting import (
    Counted,
    ReportOptions,
    count_stores,
    read_deals,
    read_question,
)
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
    question, definition = _ask(session, options)
    counted = count_stores(session, count_managers, options)
    return finish(
        counted.partial,
        definition,
        question,
        names=build_wording(session, definition).names["person"],
        invalid=counted.invalid,
    )


def count_managers(session: Session, options: ManagersOptions) -> Counted:
    """What one store adds to the managers."""
    question, definition = _ask(session, options)
    found = read_deals(session, question.end, options)
    work = build_work(question, definition)
    return Counted(found.count(work, with_ids=options.with_ids), found.invalid)


def _ask(session: Session, options: ManagersOptions) -> tuple[ManagersQuestion, Definition]:
    question = read_question(
        session,
        options,
        ManagersQuestion,
        time_zone=session.settings.time_zone,
        rank_by=options.rank_by,
        min_deals=options.min_deals,
    )
    return question, session.process(question.process)
