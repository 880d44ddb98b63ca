"""The graph of a definition: which stage and which step leads where.

Retired stages and steps aren't in it: nothing new goes there. A route to what isn't in it is the
end of its stage, as it is when the process runs (format.md section 5).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from salescli.model.definition import END_OF_PROCESS, TO_STAGE, Definition, Stage, Step
from salescli.model.flow import Flow, FlowFinal, FlowStage, FlowStep, Route
from salescli.process.walks import first_steps


def build_flow(definition: Definition) -> Flow:
    """The graph of a definition that its checks find nothing wrong with."""
    in_use = [stage for stage in definition.stages if not stage.retired]
    return Flow(
        name=definition.name,
        stages=tuple(_build_stage(definition, stage) for stage in in_use if stage.is_open),
        finals=tuple(
            FlowFinal(stage.stage, stage.name, stage.final == "success")
            for stage in in_use
            if not stage.is_open
        ),
    )


def targets_of(definition: Definition, stage: Stage) -> list[str]:
    """Ids of the stages that a deal may go to from an open stage; retired ones take nothing."""
    return [
        entry.stage
        for entry in definition.stages
        if entry.stage != stage.stage
        and not entry.retired
        and (stage.moves is None or entry.stage in stage.moves or entry.final == "failure")
    ]


def _build_stage(definition: Definition, stage: Stage) -> FlowStage:
    choices = targets_of(definition, stage)
    ahead = definition.stages[definition.index_of(stage.stage) + 1 :]
    onward = (entry.stage for entry in ahead if entry.is_open and not entry.retired)
    following = next(onward, definition.success.stage)
    steps = [step for step in stage.steps if not step.retired]
    known = {step.step for step in steps}
    return FlowStage(
        stage=stage.stage,
        name=stage.name,
        cap=stage.cap,
        begin=tuple(name for name in first_steps(stage) if name in known),
        steps=tuple(_build_step(step) for step in steps),
        routes=tuple(
            _build_route(step.step, result, target, known)
            for step in steps
            for result, target in step.then.items()
        ),
        following=following if following in choices else None,
        choices=tuple(choices),
        has_moves=stage.moves is not None,
        required=tuple(one.say or one.require for one in stage.exit if one.require),
    )


def _build_step(step: Step) -> FlowStep:
    return FlowStep(
        step=step.step,
        title=step.title,
        kind=step.kind,
        performers=tuple(step.performer),
        minutes=step.minutes,
        when=step.when,
        start_after=step.start_after,
        is_mandatory=step.mandatory,
        is_adopting=step.adopt,
    )


def _build_route(step: str, result: str, target: str | None, known: Iterable[str]) -> Route:
    if target is None:
        return Route(step, result, "end-of-branch")
    if target == END_OF_PROCESS:
        return Route(step, result, "end-of-process")
    if target.startswith(TO_STAGE):
        return Route(step, result, "stage", target.removeprefix(TO_STAGE))
    return (
        Route(step, result, "step", target)
        if target in known
        else Route(step, result, "end-of-stage")
    )


def find_loops(stage: FlowStage) -> Iterator[tuple[str, ...]]:
    """The loops of a stage: steps that lead round in a circle, none of them twice.

    Each once, from its step that stands first. Results that lead the same way make one loop.
    """
    order = [step.step for step in stage.steps]
    routes = {name: [to for to in targets if to in order] for name, targets in ways(stage).items()}
    for place, first in enumerate(order):
        later = {name: routes[name] for name in order[place:]}
        for way in simple_ways(first, later, frozenset((first,))):
            yield way[:-1]


def find_paths(stage: FlowStage) -> Iterator[tuple[str, ...]]:
    """The paths through a stage: from a step that begins it to where its steps end, no step twice.

    The last entry is the target that the path ends in. Branches that begin together are counted
    apart, since each ends by itself; results that lead the same way make one path.
    """
    routes = ways(stage)
    ends = frozenset(to for targets in routes.values() for to in targets if to not in routes)
    for first in stage.begin:
        yield from simple_ways(first, routes, ends)


def ways(stage: FlowStage) -> dict[str, list[str]]:
    """What each step leads to, each target once, in the order of the file."""
    found: dict[str, dict[str, None]] = {step.step: {} for step in stage.steps}
    for route in stage.routes:
        found[route.step][route.target] = None
    return {step: list(targets) for step, targets in found.items()}


def simple_ways(
    first: str, routes: Mapping[str, Sequence[str]], goals: frozenset[str]
) -> Iterator[tuple[str, ...]]:
    """All ways from a node to a goal that pass no node twice; a goal may be the first one itself.

    Nodes that no goal can be reached from any more are never entered, so that the time from one
    way to the next is bounded, however many there are.
    """
    way = [first]
    waiting = [iter(routes.get(first, ()))]
    while waiting:
        target = next(waiting[-1], None)
        if target is None:
            waiting.pop()
            way.pop()
        elif target in goals:
            yield (*way, target)
        elif target in routes and target not in way and _leads_on(target, way, routes, goals):
            way.append(target)
            waiting.append(iter(routes[target]))


def _leads_on(
    node: str, way: Sequence[str], routes: Mapping[str, Sequence[str]], goals: frozenset[str]
) -> bool:
    """Whether a goal can be reached from a node without what was passed already."""
    seen = {*way, node}
    waiting = [node]
    while waiting:
        for target in routes.get(waiting.pop(), ()):
            if target in goals:
                return True
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return False
