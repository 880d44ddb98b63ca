"""The engine: may a deal make this move, and what does the move write? Values in, values out.

Each function answers `Advanced`, from which the caller makes the event, or `RefusedMove` with
all reasons at once. Rules: domain.md section 2 ("Moves"), section 4; closing and reopening stand
in `salescli.process.closing` and are offered here too.
"""

from salescli.model.errors import Finding, finding
from salescli.process.barriers import Barriers, barriers_of
from salescli.process.closing import close, offered_reasons, reopen
from salescli.process.commands import close_lines
from salescli.process.standing import (
    Advanced,
    Outcome,
    RefusedMove,
    Standing,
    check_movable,
    check_target,
    move_line,
    open_after,
    ordered,
    probability_fields,
    refused,
    stages_skipped,
    stages_undone,
    unknown_stage,
)

__all__ = [
    "Advanced",
    "Outcome",
    "RefusedMove",
    "Standing",
    "advance",
    "close",
    "move",
    "offered_reasons",
    "reopen",
]


def advance(standing: Standing, to: str | None = None, force: str | None = None) -> Outcome:
    """Move forward: to the next open stage that is in use, or to a later one."""
    if (problem := check_movable(standing)) is not None:
        return problem
    if to is None:
        later = open_after(standing)
        if not later:
            return refused(_at_last_stage(standing))
        to = later[0].stage
    return _move(standing, to, force, forward_only=True)


def move(standing: Standing, to: str, force: str | None = None) -> Outcome:
    """Move to any open stage, back too."""
    return check_movable(standing) or _move(standing, to, force, forward_only=False)


def _move(standing: Standing, to: str, force: str | None, forward_only: bool) -> Outcome:
    definition = standing.definition
    stage = definition.stage_named(to)
    if stage is None:
        return unknown_stage(standing, to, forward_only=forward_only)
    if to == standing.deal.stage:
        return refused(finding("already-there", f"already at {stage.name}", field="stage"))
    if not stage.is_open:
        text = f"{stage.name} is final: a deal is closed, not moved there"
        hint = "\n".join(close_lines(definition, standing.name, to))
        return refused(finding("final-stage", text, hint=hint, field="stage"))
    is_back = definition.index_of(to) < definition.index_of(standing.deal.stage)
    found = check_target(standing, stage)
    if is_back and forward_only:
        text = f"{stage.name} lies behind, and advance goes forward"
        found.append(finding("not-forward", text, hint=move_line(standing, to), field="stage"))
    skipped = [] if is_back else stages_skipped(standing, stage)
    barriers = Barriers() if is_back else barriers_of(standing, skipped)
    found += barriers.reasons(standing, force)
    if found:
        return RefusedMove(tuple(found))
    fields, notes = probability_fields(standing, stage)
    return Advanced(
        kind="moved",
        from_=standing.deal.stage,
        to=to,
        skipped=tuple(skipped),
        undone=tuple(stages_undone(standing, stage)) if is_back else (),
        forced=barriers.forced(force),
        fields=ordered(fields),
        advice=barriers.advice,
        overridden=barriers.required,
        notes=(*notes, *barriers.notes(force)),
    )


def _at_last_stage(standing: Standing) -> Finding:
    stage = standing.stage
    name = standing.deal.stage if stage is None else stage.name
    text = f"{name} is the last open stage: what comes next is a closing"
    hint = "\n".join(close_lines(standing.definition, standing.name))
    return finding("last-stage", text, hint=hint, field="stage")
