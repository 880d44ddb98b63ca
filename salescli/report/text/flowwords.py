"""Words in the drawings of a process, in text and in pictures."""

from salescli.model.flow import FlowStage, FlowStep, Route

ENDINGS = {
    "end-of-stage": "End of stage",
    "end-of-process": "End of process",
    "end-of-branch": "Nothing follows",
}
MANDATORY = "mandatory"
NO_STEPS = "No steps: moved by hand"
_UNITS = {"m": "min", "h": "h", "d": "d"}
_PERFORMERS = {"department-manager": "manager"}


def merge_routes(stage: FlowStage) -> dict[tuple[str, str], tuple[Route, str]]:
    """(step, target) → a route there and all results that lead so, `done, cancelled`."""
    found: dict[tuple[str, str], list[Route]] = {}
    for route in stage.routes:
        found.setdefault((route.step, route.target), []).append(route)
    return {
        key: (routes[0], ", ".join(route.result for route in routes))
        for key, routes in found.items()
    }


def describe_step(step: FlowStep) -> str:
    """What stands small below a step's title: kind, performers, minutes."""
    performers = " or ".join(_PERFORMERS.get(name, name) for name in step.performers)
    minutes = "" if step.minutes is None else f"{step.minutes} min"
    return " · ".join(filter(None, (step.kind, performers, minutes)))


def describe_rules(step: FlowStep) -> list[str]:
    """What decides whether and when a step is to be done, a line each."""
    told = []
    if step.when is not None:
        told.append(f"if {step.when}")
    if step.start_after is not None:
        unit = step.start_after[-1:]
        told.append(f"starts {step.start_after[:-1]} {_UNITS.get(unit, unit)} later")
    if step.is_adopting:
        told.append(f"awaits a planned {step.kind}")
    return told


def describe_required(stage: FlowStage) -> str:
    """What must hold before a move forward; empty where nothing must."""
    return f"Required: {'; '.join(stage.required)}" if stage.required else ""
