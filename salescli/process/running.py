"""What the steps of a process lead to. Pure: knows neither deals nor who does a step.

Rules: domain.md section 4, format.md section 5. What a result leads to is looked up in the
definition of today; a step that is no longer there leads to the end of its stage.
"""

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from salescli.model.activities import Activity
from salescli.model.calendar import LAST_INSTANT
from salescli.model.definition import (
    ADOPTABLE,
    END_OF_PROCESS,
    END_OF_STAGE,
    TO_STAGE,
    Stage,
    Step,
)
from salescli.process.walks import first_steps

IsMet = Callable[[str], bool]


class Following(msgspec.Struct, frozen=True):
    """What comes next: steps to open, and the end that a branch came to.

    `end`: `stage` goes to the stage `to`; `end-of-stage` leaves the choice to somebody. A branch
    that just ends has neither steps nor an end.
    """

    steps: tuple[Step, ...] = ()
    end: Literal["stage", "end-of-stage", "end-of-process"] | None = None
    to: str | None = None


def begin(stage: Stage, is_met: IsMet) -> Following:
    """What opens when a stage is entered or repeated. `is_met` tells whether a `when` holds."""
    return _join(_arrive(stage, name, is_met) for name in first_steps(stage))


def follow(stage: Stage, step: str, result: str, is_met: IsMet) -> Following:
    """What the result of a step of this stage leads to."""
    found = stage.step_named(step)
    if found is None or result not in found.then:
        return Following(end=END_OF_STAGE)
    return _arrive(stage, found.then[result], is_met)


def _arrive(stage: Stage, target: str | None, is_met: IsMet) -> Following:
    """What a target is; a step whose `when` doesn't hold is passed by its first result."""
    passed: set[str] = set()
    while True:
        if target is None:
            return Following()
        if target == END_OF_PROCESS:
            return Following(end=END_OF_PROCESS)
        if target.startswith(TO_STAGE):
            return Following(end="stage", to=target.removeprefix(TO_STAGE))
        step = stage.step_named(target)
        if step is None or step.retired or step.step in passed:
            return Following(end=END_OF_STAGE)
        if step.when is None or is_met(step.when):
            return Following((step,))
        passed.add(step.step)
        target = next(iter(step.then.values()), END_OF_STAGE)


_WEIGHT = {None: 0, END_OF_STAGE: 1, END_OF_PROCESS: 2, "stage": 3}


def _join(parts: Iterable[Following]) -> Following:
    """Branches that begin together: the steps of all, and of their ends the strongest."""
    steps: dict[str, Step] = {}
    strongest = Following()
    for part in parts:
        steps |= {step.step: step for step in part.steps}
        if _WEIGHT[part.end] > _WEIGHT[strongest.end]:
            strongest = part
    return Following(tuple(steps.values()), strongest.end, strongest.to)


def adoptable(step: Step, activities: Iterable[Activity]) -> Activity | None:
    """The unfinished activity, made by hand, that a step with `adopt` awaits instead of a new one.

    Of several the one that is due first.
    """
    if not step.adopt or step.kind not in ADOPTABLE:
        return None
    free = [one for one in activities if one.is_open and one.step is None and one.type == step.kind]
    return min(free, key=lambda one: (one.due_at or LAST_INSTANT, one.id), default=None)
