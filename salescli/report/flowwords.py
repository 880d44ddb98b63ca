"""Words in the drawings of a process, in text and in pictures."""

from salescli.model.flow import FlowStage, FlowStep, Route

ENDINGS = {
    "end-of-stage": "End of stage",
    "end-of-process": "End of process",
    "end-of-branch": "Nothing follows",
}
NO_STEPS = "No steps: moved by hand"
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
