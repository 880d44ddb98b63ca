"""Checks of the steps of one stage: routes, performers, forms, what can't be reached."""

import re
from collections.abc import Callable, Iterable, Iterator

from salescli.model.activity_rules import CANCELLED
from salescli.model.conversion import Path
from salescli.model.definition import ADOPTABLE, ENDS, PERFORMERS, TO_STAGE, Definition, Stage, Step
from salescli.model.errors import Finding, SalesError, finding
from salescli.model.expression import parse_condition
from salescli.model.ids import SLUG, build_slug, is_slug
from salescli.model.names import NameTable
from salescli.model.nearest import did_you_mean, nearest
from salescli.model.records import Opportunity
from salescli.process.kindchecks import check_conditions, check_kind
from salescli.process.walks import first_steps, reachable

At = tuple[Path, Finding]


def check_steps(
    definition: Definition,
    stage: Stage,
    path: Path,
    names: NameTable,
    is_person: Callable[[str], bool] | None = None,
    has_left: Callable[[str], bool] | None = None,
) -> list[At]:
    """Everything that is wrong with the steps of a stage; `path` is the stage's."""
    found = [*_check_step_ids(stage, path), *_check_begin(stage, path)]
    for place, step in enumerate(stage.steps):
        at: Path = (*path, "steps", place)
        found += _check_routes(definition, stage, step, at)
        found += _check_performers(step, at, is_person, has_left)
        found += _check_form(step, at, names)
        found += _check_rest(step, at, names)
        found += check_kind(step, at)
    if len({step.step for step in stage.steps}) == len(stage.steps):
        found += _check_step_graph(stage, path)
        found += check_conditions(stage, path)
    return found


def _check_step_ids(stage: Stage, path: Path) -> Iterator[At]:
    seen: set[str] = set()
    for place, step in enumerate(stage.steps):
        at: Path = (*path, "steps", place, "step")
        if not is_slug(step.step) or step.step in ENDS:
            text = f"{step.step!r} can't be the id of a step"
            yield at, finding("bad-id", text, hint="use a-z, 0-9 and -, at most 40 characters")
        if step.step in seen:
            text = f"the step {step.step} stands twice in {stage.stage}"
            yield at, finding("duplicate-step", text)
        seen.add(step.step)


def _check_begin(stage: Stage, path: Path) -> Iterator[At]:
    by_id = {step.step: step for step in stage.steps}
    for place, name in enumerate(stage.begin or []):
        at: Path = (*path, "begin", place)
        if name not in by_id:
            text = f"{stage.stage} begins with {name!r}, which is no step of it"
            yield at, finding("unknown-step", text, hint=did_you_mean(name, by_id))
        elif by_id[name].retired:
            yield at, finding("retired-step", f"the step {name} is retired: nothing goes there")
        elif name in (stage.begin or [])[:place]:
            yield at, finding("duplicate-step", f"{name} stands here twice")


def _check_routes(definition: Definition, stage: Stage, step: Step, path: Path) -> Iterator[At]:
    if not step.then:
        text = f"the step {step.step} has no results, so it could never be finished"
        yield (*path, "then"), finding("no-results", text, hint="write then: {done: end-of-stage}")
    by_id = {entry.step: entry for entry in stage.steps}
    for result, target in step.then.items():
        at: Path = (*path, "then", result)
        if not SLUG.fullmatch(result):
            text = f"{result!r} can't be the name of a result"
            near = build_slug(result)
            hint = "use a-z, 0-9 and -, at most 40 characters" + (f": {near}" if near else "")
            yield at, finding("bad-id", text, hint=hint)
        if target is None or target in ENDS:
            continue
        if target.startswith(TO_STAGE):
            yield from _check_route_to_stage(definition, stage, target[len(TO_STAGE) :], at)
        elif target not in by_id:
            text = f"{result} of {step.step} leads to {target!r}, which is no step of {stage.stage}"
            hint = _meant(definition, target, by_id)
            yield at, finding("unknown-step", text, hint=hint)
        elif by_id[target].retired and not step.retired:
            text = f"{result} of {step.step} leads to {target}, which is retired"
            yield at, finding("retired-step", text)


def _meant(definition: Definition, target: str, steps: Iterable[str]) -> str:
    """The hint for a route to nothing: the stage of that id, else what is spelled like it."""
    name = target.rpartition(":")[2]
    if definition.stage_named(name) is not None:
        return f"did you mean {TO_STAGE}{name}?"
    like = nearest(name, [entry.stage for entry in definition.stages])
    meant = f"did you mean {TO_STAGE}{like}?" if like is not None else ""
    return did_you_mean(target, [*steps, *ENDS]) or meant


def _check_route_to_stage(
    definition: Definition, stage: Stage, target: str, path: Path
) -> Iterator[At]:
    entry = definition.stage_named(target)
    if entry is None:
        known = [TO_STAGE + other.stage for other in definition.stages]
        text = f"the route leads to the stage {target!r}, which there is none of"
        yield path, finding("unknown-stage", text, hint=did_you_mean(TO_STAGE + target, known))
    elif entry.stage == stage.stage:
        text = "the route leads to the stage that it leaves"
        yield path, finding("route-to-itself", text, hint="name a step, or end-of-stage")
    elif entry.retired:
        yield path, finding("retired-stage", f"the route leads to {target}, which is retired")
    elif stage.moves is not None and target not in stage.moves and entry.final != "failure":
        text = f"the route leads to {target}, which the moves of {stage.stage} do not allow"
        hint = f"add {target} to the moves, or name another stage"
        yield path, finding("move-not-allowed", text, hint=hint)
    elif entry.final == "failure":
        text = f"the route leads to {target}: a failure has a reason, and no step can say one"
        hint = "lead to end-of-stage, where somebody closes the deal and says why"
        yield path, finding("route-to-failure", text, hint=hint, warning=True)


def _check_performers(
    step: Step,
    path: Path,
    is_person: Callable[[str], bool] | None,
    has_left: Callable[[str], bool] | None,
) -> Iterator[At]:
    for place, name in enumerate(step.performer):
        at: Path = (*path, "performer", place)
        if name in PERFORMERS:
            continue
        if not (is_slug(name) if is_person is None else is_person(name)):
            text = f"{name!r} is nobody who could do the step {step.step}"
            hint = did_you_mean(name, PERFORMERS) or f"use {', '.join(PERFORMERS)} or a person's id"
            yield at, finding("unknown-performer", text, hint=hint)
        elif has_left is not None and has_left(name) and not step.retired:
            text = f"{name} has left, so the step {step.step} goes to the next one, or the owner"
            hint = f"put somebody else in the place of {name}"
            yield at, finding("performer-left", text, hint=hint, warning=True)


def _check_form(step: Step, path: Path, names: NameTable) -> Iterator[At]:
    for key in ("fields", "required"):
        for place, name in enumerate(getattr(step, key)):
            at: Path = (*path, key, place)
            if step.kind != "form":
                text = f"{key} are for a form, the step {step.step} is a {step.kind}"
                yield at, finding("fields-outside-form", text)
                break
            if not is_fillable(name, names):
                text = f"the form {step.step} asks for {name!r}, which nobody can fill in"
                fields = [field for field in names.names if is_fillable(field, names)]
                yield at, finding("unknown-field", text, hint=did_you_mean(name, fields))
            elif key == "required" and name not in step.fields:
                text = f"the form {step.step} wants {name} without asking for it"
                yield at, finding("required-not-asked", text, hint=f"add {name} to fields")


def is_fillable(name: str, names: NameTable) -> bool:
    """Whether a form may ask for a name: a field or list that people write themselves."""
    spec = names.names.get(name)
    if spec is None or spec.computed or name in ("id", "stage", "process", "archived", "winner"):
        return False
    return name.startswith("custom.") or name in Opportunity.__struct_fields__


def _check_rest(step: Step, path: Path, names: NameTable) -> Iterator[At]:
    if step.when is not None:
        try:
            parse_condition(step.when, names)
        except SalesError as error:
            for problem in error.findings:
                yield (*path, "when"), problem
    if step.adopt and step.kind not in ADOPTABLE:
        text = f"only a {', '.join(ADOPTABLE)} can be adopted, {step.step} is a {step.kind}"
        yield (*path, "adopt"), finding("not-adoptable", text)
    elif step.adopt and CANCELLED not in step.then:
        text = f"{step.step} awaits what somebody planned, and leads nowhere if they cancel it"
        hint = "say in then: what follows, cancelled: end-of-stage for one"
        yield (*path, "adopt"), finding("adopt-without-cancelled", text, hint=hint, warning=True)
    if step.start_after is not None and not re.fullmatch(r"\d{1,5}[mhd]", step.start_after):
        text = f"{step.start_after!r} is not a time to wait"
        yield (*path, "start_after"), finding("bad-delay", text, hint="write 30m, 4h or 2d")


def _check_step_graph(stage: Stage, path: Path) -> Iterator[At]:
    """Steps that nothing leads to, and loops that nothing leads out of."""
    routes = {
        step.step: [target for target in step.then.values() if target is not None]
        for step in stage.steps
    }
    reached = reachable(first_steps(stage), routes)
    back: dict[str, list[str]] = {name: [] for name in routes}
    for name, targets in routes.items():
        for target in targets:
            back.setdefault(target, []).append(name)
    # A result without a target, and every target that is no step, leads out.
    outside = [target for target in back if target not in routes]
    ending = [step.step for step in stage.steps if None in step.then.values() or not step.then]
    leaving = reachable([*outside, *ending], back)
    for place, step in enumerate(stage.steps):
        at: Path = (*path, "steps", place, "step")
        if not step.retired and step.step not in reached:
            text = f"nothing leads to the step {step.step}"
            yield at, finding("unreachable-step", text, hint="name it in begin: or in a then:")
        if step.step not in leaving:
            text = f"the step {step.step} goes round for ever: no result leads out"
            yield at, finding("step-trap", text, hint="let a result lead to end-of-stage")
