"""The deals behind one number of a store's funnel."""

from collections.abc import Iterable

from salescli.model.deal import Deal
from salescli.model.definition import Definition, stage_id
from salescli.model.errors import NotFound, WrongUsage, finding
from salescli.model.nearest import did_you_mean
from salescli.report.figures.drill import Drill, add_up_drill, finish, ids_in
from salescli.report.figures.drilling import PARTS_OF, DrillBy, DrillQuestion, Part
from salescli.workspace.naming import names_of
from salescli.workspace.reporting import (
    Counted,
    FunnelOptions,
    count_stores,
    read_deals,
    read_question,
)
from salescli.workspace.session import Session

_NO_CONVERSION = ("passed", "not-passed")


class DrillOptions(FunnelOptions, frozen=True, kw_only=True):
    """What was typed for a drill: the stage by id or name, which number of it, how grouped."""

    stage: str
    part: Part = "count"
    by: DrillBy | None = None


def report_drill(session: Session, options: DrillOptions) -> Drill:
    """The deals that were asked for. Raises `Damaged` where a file can't be read.

    With `skip_invalid` those are left out and counted. Raises `NotFound` for a stage that neither
    the process nor a visit of a deal knows, `WrongUsage` for a number that the stage doesn't have.
    """
    question, definition = _ask(session, options)
    counted = count_stores(session, count_drill, options)
    return finish(
        counted.partial,
        definition,
        question,
        names={
            field: {key: name for (of, key), name in counted.names.items() if of == field}
            for field in _named_fields(options)
        },
        invalid=counted.invalid,
    )


def count_drill(session: Session, options: DrillOptions) -> Counted:
    """The deals of one store, with the names of what they are of."""
    question, definition = _ask(session, options)
    found = read_deals(session, question.end, options)
    deals = found.deals
    if definition.stage_named(question.stage) is None and not session.store:
        deals = _deals_that_know(deals, question, definition)
    partial = add_up_drill(deals, question, definition, with_ids=options.with_ids)
    names = {
        (field, key): name
        for field in _named_fields(options)
        for key, name in names_of(session, field, ids_in(partial, field)).items()
    }
    return Counted(partial, found.invalid, names)


def _named_fields(options: DrillOptions) -> tuple[str, ...]:
    return ("client", "owner") if options.by is None else (options.by,)


def _ask(session: Session, options: DrillOptions) -> tuple[DrillQuestion, Definition]:
    question = read_question(
        session,
        options,
        DrillQuestion,
        created=options.created,
        stage=options.stage,
        part=options.part,
        grouped=options.by,
        definition=options.definition,
        time_zone=session.settings.time_zone,
    )
    definition = session.process(question.process)
    question = question.at(stage_id(definition, options.stage))
    _check_part(question, definition)
    return question, definition


def _check_part(question: DrillQuestion, definition: Definition) -> None:
    if question.part not in PARTS_OF[question.definition]:
        raise WrongUsage(
            finding(
                "no-such-number",
                f"--{question.part} is a number of the reference funnel, not of the entered one",
                hint="leave out --definition entered, or drill into --reached",
                field="definition",
            )
        )
    stage = definition.stage_named(question.stage)
    if question.part in _NO_CONVERSION and stage is not None and not stage.is_open:
        raise WrongUsage(
            finding(
                "no-such-number",
                f"{stage.stage} is a final stage: nothing goes on from there",
                hint=f"salescli report drill {stage.stage} lists the deals that stand there",
                field="stage",
            )
        )


def _deals_that_know(
    deals: Iterable[Deal], question: DrillQuestion, definition: Definition
) -> list[Deal]:
    """The deals, if one of them was ever at a stage that the process doesn't have (any more)."""
    known = list(deals)
    if not any(visit.stage == question.stage for deal in known for visit in deal.visits):
        stages = [stage.stage for stage in definition.stages]
        raise NotFound(
            finding(
                "unknown-stage",
                f'{question.process} has no stage "{question.stage}"',
                hint=did_you_mean(question.stage, stages) or f"its stages: {', '.join(stages)}",
                field="stage",
            )
        )
    return known
