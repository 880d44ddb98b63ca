"""What lies between a deal and a stage ahead, and how force gets past it (domain.md section 4)."""

from collections.abc import Sequence

import msgspec

from salescli.model.criteria import Unmet, unmet_criteria
from salescli.model.errors import Finding, finding
from salescli.process.commands import fill_command
from salescli.process.standing import OpenStep, Standing


class Barriers(msgspec.Struct, frozen=True):
    """Unmet criteria of the stages left, and mandatory steps that are still open."""

    unmet: Sequence[Unmet] = ()
    mandatory: Sequence[OpenStep] = ()

    @property
    def blocks(self) -> bool:
        """Whether only force gets past it."""
        return bool(self.mandatory) or bool(self.required)

    @property
    def required(self) -> tuple[Unmet, ...]:
        """The criteria that block."""
        return tuple(entry for entry in self.unmet if entry.is_required)

    @property
    def advice(self) -> tuple[Unmet, ...]:
        """The criteria that do not."""
        return tuple(entry for entry in self.unmet if not entry.is_required)

    def forced(self, force: str | None) -> str | None:
        """The reason to record: only where something was overridden."""
        return force.strip() if force is not None and self.blocks else None

    def notes(self, force: str | None) -> list[str]:
        """What to say about a force that was not needed."""
        return ["Nothing had to be forced."] if force is not None and not self.blocks else []

    def reasons(self, standing: Standing, force: str | None) -> list[Finding]:
        """The reasons against the move: all that blocks, none where a reason forces it."""
        if force is not None and force.strip():
            return []
        found = [requirement(standing, entry) for entry in self.required]
        for step in self.mandatory:
            text = f"the step {step.title!r} has to be done first"
            hint = f"{step.command}, or {standing.forcing}"
            found.append(finding("mandatory-step", text, hint=hint))
        if force is not None:
            text = "what is forced has a reason"
            found.append(finding("force-needs-reason", text, hint="--force REASON"))
        return found


def barriers_of(standing: Standing, skipped: Sequence[str]) -> Barriers:
    """Barriers of a move forward: of the stage left and every open stage skipped."""
    named = (standing.definition.stage_named(name) for name in (standing.deal.stage, *skipped))
    stages = [stage for stage in named if stage is not None]
    unmet = unmet_criteria(stages, standing.subject, standing.names, standing.today, standing.me)
    return Barriers(unmet, standing.open_mandatory)


def requirement(standing: Standing, unmet: Unmet) -> Finding:
    """What blocks, with the command that fills it."""
    stage = standing.definition.stage_named(unmet.stage)
    where = unmet.stage if stage is None else stage.name
    command = fill_command(unmet, standing.name, standing.latest_proposal)
    hint = f"{command}, or {standing.forcing}" if command else f"{standing.forcing} overrides it"
    text = f"{where} requires: {unmet.words}"
    return finding("unmet-requirement", text, hint=hint, field=unmet.field)
