"""What a walk through a process showed, in a few lines or as a document. Pure."""

import textwrap
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from salescli.model.flow import MOST_COUNTED, Simulation, StageWalk
from salescli.report.text.numbers import clean_text, format_count, format_number_of

SCHEMA = "salescli/process-walks@1"
WIDTH = 78
STOPPED = "end-of-process"


def format_walk(name: str, simulation: Simulation) -> str:
    """Lines of text: what there is in all, and what stages can end in."""
    paths = simulation.paths
    told = [
        format_number_of(len(simulation.stages), "open stage"),
        format_number_of(simulation.steps, "step"),
        f"{format_number_of(simulation.routes, 'route')} walked",
        _tell_loops(simulation),
        f"more than {format_count(MOST_COUNTED)} paths"
        if paths is None
        else format_number_of(paths, "path"),
    ]
    lines = [*_wrap(f"{clean_text(name)}: {', '.join(told)}", ""), *_tell_outcomes(simulation)]
    return "\n".join(lines)


def _tell_loops(simulation: Simulation) -> str:
    """How many were walked; where there are very many in a stage, only the first were."""
    told = f"{format_number_of(simulation.loops, 'loop')} walked"
    is_cut = any(len(walk.loops) == MOST_COUNTED for walk in simulation.stages)
    return f"the first {told}" if is_cut else told


def _tell_outcomes(simulation: Simulation) -> Iterator[str]:
    """A line for each row of stages that can end in the same."""
    for ends, some in groupby(simulation.stages, outcomes_of):
        stages = [walk.stage for walk in some]
        named = ", ".join(stages) if len(stages) < 3 else f"{stages[0]} … {stages[-1]}"
        text = f"{named} → {', '.join(ends) or 'nothing'}"
        if not set(simulation.failures) <= set(ends):
            text += "; failures always"  # by hand, from any open stage
        yield from _wrap(text, "  ")


def _wrap(text: str, indent: str) -> list[str]:
    """Lines that fit the screen; names, which may be long paths, are never cut."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def outcomes_of(walk: StageWalk) -> tuple[str, ...]:
    """What a stage can end in: final stages, and the end of the process with the deal open."""
    return (*walk.outcomes, STOPPED) if walk.can_stop else walk.outcomes


def build_walks_document(walked: Mapping[str, Simulation]) -> dict[str, Any]:
    """The document of several walks; `paths` is null where there are more than 10 000."""
    return {"schema": SCHEMA, "processes": [_document(*entry) for entry in walked.items()]}


def _document(name: str, simulation: Simulation) -> dict[str, Any]:
    stages = [
        {
            "stage": walk.stage,
            "steps": walk.steps,
            "routes": [
                {"step": route.step, "result": route.result, "target": route.target}
                for route in walk.routes
            ],
            "loops": [list(loop) for loop in walk.loops],
            "paths": walk.paths,
            "outcomes": list(walk.outcomes),
            "can_stop": walk.can_stop,
        }
        for walk in simulation.stages
    ]
    totals = {
        "steps": simulation.steps,
        "routes": simulation.routes,
        "loops": simulation.loops,
        "paths": simulation.paths,
    }
    return {"process": name, **totals, "stages": stages}
