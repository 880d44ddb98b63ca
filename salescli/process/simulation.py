"""A process walked through before a deal is: every route, every loop, what each stage can end in.

Pure. It walks with `salescli.process.running`, so that what is walked is what runs. A step with a
condition (`when`) is walked both ways: opened, and passed by.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from salescli.model.conversion import Path
from salescli.model.definition import Definition, Stage
from salescli.model.errors import Finding, finding
from salescli.model.flow import MOST_COUNTED, Flow, FlowStage, Simulation, StageWalk
from salescli.process import running
from salescli.process.graph import build_flow, find_loops, find_paths, ways
from salescli.process.walks import reachable

At = tuple[Path, Finding]
Walked = dict[tuple[str, str], set[str]]  # (step, result) → the steps that it opened
Opened = Mapping[str, set[str]]  # step → the steps that some result of it opened


def simulate(definition: Definition) -> Simulation:
    """Walk through a definition that its checks find nothing wrong with."""
    flow = build_flow(definition)
    onward = {entry.stage: entry.onward for entry in flow.stages}
    stopping = {entry.stage for entry in flow.stages if _stops(entry)}
    walks = []
    for entry in flow.stages:
        stage = definition.stages[definition.index_of(entry.stage)]
        reached = reachable([entry.stage], onward)
        walks.append(_walk_stage(stage, entry, reached, flow, bool(reached & stopping)))
    failures = tuple(final.stage for final in flow.finals if not final.is_success)
    return Simulation(tuple(walks), failures)


def _stops(stage: FlowStage) -> bool:
    return any(route.kind == "end-of-process" for route in stage.routes)


def _walk_stage(
    stage: Stage, entry: FlowStage, reached: set[str], flow: Flow, can_stop: bool
) -> StageWalk:
    walked = walk_routes(stage)
    opened: dict[str, set[str]] = {}
    for (step, _), steps in walked.items():
        opened.setdefault(step, set()).update(steps)
    loops = [loop for loop in islice(find_loops(entry), MOST_COUNTED) if walks_round(loop, opened)]
    count = sum(1 for _ in islice(find_paths(entry), MOST_COUNTED + 1))
    return StageWalk(
        stage=entry.stage,
        name=entry.name,
        steps=len(entry.steps),
        routes=tuple(one for one in entry.routes if (one.step, one.result) in walked),
        unwalked=tuple(one for one in entry.routes if (one.step, one.result) not in walked),
        loops=tuple(loops),
        paths=None if count > MOST_COUNTED else count,
        outcomes=tuple(final.stage for final in flow.finals if final.stage in reached),
        can_stop=can_stop,
    )


def walk_routes(stage: Stage) -> Walked:
    """Take every result of every step that opens, once; answers which steps each of them opened.

    Ends, since a step is gone on from only once, however often it opens.
    """
    walked: Walked = {}
    waiting = [*running.begin(stage, _holds).steps, *running.begin(stage, _fails).steps]
    while waiting:
        step = waiting.pop(0)
        for result in step.then:
            if (step.step, result) in walked:
                continue
            both = (running.follow(stage, step.step, result, way) for way in (_holds, _fails))
            opened = [one for following in both for one in following.steps]
            walked[step.step, result] = {one.step for one in opened}
            waiting += opened
    return walked


def walks_round(loop: Sequence[str], opened: Opened) -> bool:
    """Whether the steps of a loop, one after the other, opened the next, and the last the first."""
    pairs = zip(loop, (*loop[1:], loop[0]), strict=True)
    return all(to in opened.get(step, ()) for step, to in pairs)


def _holds(_: str) -> bool:
    return True


def _fails(_: str) -> bool:
    return False


def check_walks(definition: Definition) -> Iterator[At]:
    """Walks that get stuck, of a definition that is sound otherwise: a warning for each stage.

    A stage is stuck when each of its branches has ended without leading anywhere.
    """
    for entry in build_flow(definition).stages:
        routes = ways(entry)
        if not entry.begin or not all("~" in reachable([first], routes) for first in entry.begin):
            continue
        place = definition.index_of(entry.stage)
        steps = [step.step for step in definition.stages[place].steps]
        route = next(one for one in entry.routes if one.kind == "end-of-branch")
        text = f"{entry.stage} can be left without a step: {route.result} of {route.step} ends the"
        text += " last branch and leads nowhere"
        hint = "let one branch lead to end-of-stage whatever its result"
        path: Path = ("stages", place, "steps", steps.index(route.step), "then", route.result)
        yield path, finding("leads-nowhere", text, hint=hint, warning=True)
