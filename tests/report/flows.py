"""Graphs of processes for the tests of what is told and drawn of them."""

from pathlib import Path

import salescli
from salescli.model.definition import Criterion, Definition, Stage, Step
from salescli.model.flow import Flow
from salescli.process.graph import build_flow
from salescli.store.codec import read_typed

DATA = Path(salescli.__file__).parent / "data"
_RULED = {
    "when": "contacts.role=decision-maker and budget>=1000000",
    "start_after": "2d",
    "mandatory": True,
    "adopt": True,
}
SHIPPED = ("corporate", "quick", "real-estate")


def shipped(name: str) -> Definition:
    """A definition as it is shipped."""
    file = DATA / "processes" / f"{name}.yaml"
    return read_typed(file.read_bytes(), file.name, Definition)


def flow_of(name: str) -> Flow:
    """The graph of a shipped process."""
    return build_flow(shipped(name))


def step(name: str, then: dict[str, str | None], **more: object) -> Step:
    """A task, unless said otherwise."""
    return Step(**{"step": name, "kind": "task", "title": name, "then": then} | more)


def small_flow(*stages: Stage, name: str = "Small") -> Flow:
    """The graph of some stages that end in won or lost."""
    finals = [
        Stage(stage="won", name="Won", final="success"),
        Stage(stage="lost", name="Lost", final="failure"),
    ]
    return build_flow(Definition(name=name, stages=[*stages, *finals]))


def crowded_flow(title: str, steps: int = 8) -> Flow:
    """Steps that lead forward over others, back, to themselves, and to every kind of end."""
    names = [f"s{number}" for number in range(steps)]
    made = [
        step(
            name,
            {
                title: names[min(place + 1, steps - 1)],
                f"{title} again": name,
                "skip": names[min(place + 3, steps - 1)],
                "back": names[place // 2],
                "done": "end-of-stage",
                "signed": "stage:won",
                "stop": "end-of-process",
                "over": None,
            },
            title=title,
            performer=["department-manager", title],
            minutes=12345,
            **(_RULED if place % 3 == 1 else {}),
        )
        for place, name in enumerate(names)
    ]
    required = [Criterion(require="budget", say=title), Criterion(require="close_date")]
    stages = [
        Stage(stage="a", name=title, steps=made, begin=[names[0], names[-1]], exit=required),
        Stage(stage="b", name=title, moves=["a", "c", "won"]),
        Stage(stage="c", name="C", steps=[step("one", {"done": "stage:a"})]),
    ]
    return small_flow(*stages, name=title)
