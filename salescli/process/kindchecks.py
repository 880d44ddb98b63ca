"""Checks of what the kind of a step asks of its results, and of steps with conditions.

Steps, routes and forms are checked in `salescli.process.stepchecks`.
"""

from collections.abc import Iterator

from salescli.model.conversion import Path
from salescli.model.definition import Stage, Step
from salescli.model.errors import Finding, finding

At = tuple[Path, Finding]
DECISIONS = ("approved", "rejected")


def check_kind(step: Step, path: Path) -> Iterator[At]:
    """What is wrong with the results of a question or an approval, and with a reminder."""
    then: Path = (*path, "then")
    if step.kind == "question" and len(step.then) == 1:
        text = f"the question {step.step} has one answer, so it asks nothing"
        hint = "give it another result, or make it a task"
        yield then, finding("one-answer", text, hint=hint, warning=True)
    if step.kind == "approval" and step.then:
        yield from _check_decisions(step, then)
    if step.remind is not None and step.start_after is None:
        text = f"nobody is reminded of {step.step}: without start_after it has no time"
        hint = "add start_after, or take remind out"
        yield (*path, "remind"), finding("reminder-without-time", text, hint=hint, warning=True)


def _check_decisions(step: Step, path: Path) -> Iterator[At]:
    for result in step.then:
        if result not in DECISIONS:
            text = f"the approval {step.step} can't end as {result}"
            hint = f"its results are {' and '.join(DECISIONS)}"
            yield (*path, result), finding("not-a-decision", text, hint=hint)
    for decision in DECISIONS:
        if decision not in step.then:
            text = f"the approval {step.step} has no route for {decision}"
            hint = f"add {decision}: end-of-stage, or a step"
            yield path, finding("decision-without-route", text, hint=hint)


def check_conditions(stage: Stage, path: Path) -> Iterator[At]:
    """Steps that pass each other by in a circle when none of their conditions holds."""
    passing = {
        step.step: next(iter(step.then.values()), None)
        for step in stage.steps
        if step.when is not None and not step.retired
    }
    told: set[str] = set()
    for place, step in enumerate(stage.steps):
        circle = _circle(step.step, passing)
        if not circle or told & set(circle):
            continue
        told |= set(circle)
        round_ = " → ".join((*circle, circle[0]))
        text = f"where no condition holds, the first results go round for ever: {round_}"
        hint = "let the first result of one lead out of the circle"
        yield (*path, "steps", place, "when"), finding("circle-of-conditions", text, hint=hint)


def _circle(first: str, passing: dict[str, str | None]) -> tuple[str, ...]:
    """The steps passed by from one back to itself; none where it isn't in such a circle."""
    way = [first]
    target = passing.get(first)
    while target is not None and target in passing and target not in way:
        way.append(target)
        target = passing[target]
    return tuple(way) if target == first and first in passing else ()
