"""What `next` tells of a deal: the stage's goal, what is missing, the steps. Pure; no layout."""

from typing import Literal

import msgspec

from salescli.model.computed import Computed
from salescli.model.criteria import Unmet, unmet_criteria
from salescli.model.definition import Stage, Step
from salescli.process.commands import close_lines, fill_command
from salescli.process.standing import Standing, open_after
from salescli.process.walks import first_steps


class Missing(msgspec.Struct, frozen=True):
    """An unmet criterion in words. `command` fills it in; None where no command exists."""

    kind: Literal["advise", "require"]
    say: str
    field: str
    command: str | None


class StepWords(msgspec.Struct, frozen=True):
    """A step of the stage, to be told. `is_first`: it opens when the stage begins."""

    step: str
    kind: str
    title: str
    performers: tuple[str, ...]
    results: tuple[str, ...]
    minutes: int | None
    is_first: bool


class Guidance(msgspec.Struct, frozen=True, kw_only=True):
    """All that can be said about a deal at its stage. Days are whole local days.

    `go_on` are the commands that take it further: `advance`, or the `close` lines at the last
    open stage, or `reopen` of a closed deal.
    """

    stage: str
    name: str
    goal: str | None
    days_at_stage: int | None
    days_in_stage: int | None  # the limit
    is_over_limit: bool
    quiet_days: int | None
    is_stale: bool
    missing: tuple[Missing, ...]
    steps: tuple[StepWords, ...]
    go_on: tuple[str, ...]


def build_guidance(standing: Standing, computed: Computed) -> Guidance:
    """Tell what a deal wants at its stage."""
    stage = standing.stage
    if stage is None:
        stage = Stage(stage=standing.deal.stage, name=standing.deal.stage, retired=True)
    days, limit = computed.days_at_stage, stage.days_in_stage
    unmet = unmet_criteria([stage], standing.subject, standing.names, standing.today, standing.me)
    return Guidance(
        stage=stage.stage,
        name=stage.name,
        goal=stage.goal,
        days_at_stage=days,
        days_in_stage=limit,
        is_over_limit=days is not None and limit is not None and days > limit,
        quiet_days=computed.quiet_days,
        is_stale=computed.stale,
        missing=tuple(_missing(entry, standing.name) for entry in unmet),
        steps=_steps(stage),
        go_on=_go_on(standing),
    )


def _missing(unmet: Unmet, address: str) -> Missing:
    kind: Literal["advise", "require"] = "require" if unmet.is_required else "advise"
    return Missing(kind, unmet.words, unmet.field, fill_command(unmet, address))


def _steps(stage: Stage) -> tuple[StepWords, ...]:
    first = first_steps(stage)
    return tuple(_words(step, step.step in first) for step in stage.steps if not step.retired)


def _words(step: Step, is_first: bool) -> StepWords:
    performers = tuple(name.replace("-", " ") for name in step.performer)
    return StepWords(
        step.step, step.kind, step.title, performers, tuple(step.then), step.minutes, is_first
    )


def _go_on(standing: Standing) -> tuple[str, ...]:
    stage = standing.stage
    if stage is None:
        return ("salescli check",)
    if not stage.is_open:
        return (f"salescli opp reopen {standing.name} --to STAGE --reason TEXT",)
    if open_after(standing):
        return (f"salescli opp advance {standing.name}",)
    return tuple(close_lines(standing.definition, standing.name))
