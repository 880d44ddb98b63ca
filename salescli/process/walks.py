"""Walks over stages and steps that several modules take: where one begins, what is reached."""

from collections.abc import Iterable, Mapping, Sequence

from salescli.model.definition import Stage


def reachable(starts: Iterable[str], routes: Mapping[str, Sequence[str]]) -> set[str]:
    """Everything that routes lead to from the starts, these included."""
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += routes.get(name, ())
    return found


def first_steps(stage: Stage) -> list[str]:
    """Ids of the steps that open on entry: `begin`, else the first one in use."""
    if stage.begin is not None:
        return list(stage.begin)
    return [step.step for step in stage.steps if not step.retired][:1]
