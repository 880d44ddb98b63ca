"""The graph of a process as values: stages, steps, the routes between them, and walks through it.

Made in `salescli.process.graph` and `simulation`, told and drawn in `salescli.report`; knows no
rules.
"""

from typing import Literal

import msgspec

MOST_COUNTED = 10_000  # loops and paths of one stage, and paths of all
RouteKind = Literal["step", "end-of-stage", "end-of-process", "stage", "end-of-branch"]


class Route(msgspec.Struct, frozen=True):
    """What one result of a step leads to. `to`: the step or the stage, None at the other kinds."""

    step: str
    result: str
    kind: RouteKind
    to: str | None = None

    @property
    def target(self) -> str:
        """The target as the definition writes it."""
        if self.kind == "end-of-branch":
            return "~"
        if self.kind == "stage":
            return f"stage:{self.to}"
        return self.to or self.kind


class FlowStep(msgspec.Struct, frozen=True):
    """A step in use, with what is said of it in a drawing.

    `minutes`: planned length. `when`: the condition without which it is passed over.
    `start_after`: what it waits after it has opened, `30m`, `4h`, `2d`. `is_mandatory`: no move
    forward while it is open. `is_adopting`: it awaits what was planned by hand.
    """

    step: str
    title: str
    kind: str
    performers: tuple[str, ...] = ()
    minutes: int | None = None
    when: str | None = None
    start_after: str | None = None
    is_mandatory: bool = False
    is_adopting: bool = False


class FlowStage(msgspec.Struct, frozen=True):
    """An open stage in use.

    `begin`: the steps that open on entry. `routes`: in the order of the file. `following`: where
    the end of the stage leads by default, None where its moves don't allow that. `choices`: all
    that may be chosen at its end besides repeating it. `has_moves`: whether the definition
    restricts them. `required`: what must hold for a move forward, in the words of the
    definition.
    """

    stage: str
    name: str
    cap: int
    begin: tuple[str, ...]
    steps: tuple[FlowStep, ...]
    routes: tuple[Route, ...]
    following: str | None
    choices: tuple[str, ...]
    has_moves: bool = False
    required: tuple[str, ...] = ()

    @property
    def is_chosen_at_end(self) -> bool:
        """Whether somebody chooses what comes next: at its end, or as it has no steps."""
        return not self.steps or any(route.kind == "end-of-stage" for route in self.routes)

    @property
    def onward(self) -> tuple[str, ...]:
        """The stages that the process leads to from here, each once."""
        routed = [route.to for route in self.routes if route.kind == "stage" and route.to]
        return tuple(dict.fromkeys([*(self.choices if self.is_chosen_at_end else ()), *routed]))


class FlowFinal(msgspec.Struct, frozen=True):
    """A final stage in use."""

    stage: str
    name: str
    is_success: bool


class Flow(msgspec.Struct, frozen=True):
    """A process: its open stages in order, and its ends."""

    name: str
    stages: tuple[FlowStage, ...]
    finals: tuple[FlowFinal, ...]

    def earlier_than(self, stage: str) -> frozenset[str]:
        """The open stages before one, by their ids."""
        names = [entry.stage for entry in self.stages]
        return frozenset(names[: names.index(stage)])

    def name_of(self, stage: str) -> str:
        """The name of a stage; its id where it isn't in use."""
        named = {entry.stage: entry.name for entry in self.stages}
        named |= {entry.stage: entry.name for entry in self.finals}
        return named.get(stage, stage)


class StageWalk(msgspec.Struct, frozen=True):
    """What walking through a stage showed.

    `routes` and `loops` are those walked, `unwalked` the routes that no walk came to (none, where
    the checks of the definition found nothing). `paths` is None above 10 000, and `loops` are the
    first 10 000. `outcomes`: the final stages that the process can lead to from here; closing by
    hand is always possible besides. `can_stop`: whether it can come to the end of the process with
    the deal still open.
    """

    stage: str
    name: str
    steps: int
    routes: tuple[Route, ...]
    unwalked: tuple[Route, ...]
    loops: tuple[tuple[str, ...], ...]
    paths: int | None
    outcomes: tuple[str, ...]
    can_stop: bool


class Simulation(msgspec.Struct, frozen=True):
    """A walk through all open stages of a process, in order.

    `failures` are the final ones of failure, to which a deal may be closed from any open stage.
    """

    stages: tuple[StageWalk, ...]
    failures: tuple[str, ...] = ()

    @property
    def steps(self) -> int:
        """Steps in use."""
        return sum(walk.steps for walk in self.stages)

    @property
    def routes(self) -> int:
        """Routes walked."""
        return sum(len(walk.routes) for walk in self.stages)

    @property
    def loops(self) -> int:
        """Loops walked."""
        return sum(len(walk.loops) for walk in self.stages)

    @property
    def paths(self) -> int | None:
        """Paths of all stages together; None where there are more than 10 000."""
        counts = [walk.paths for walk in self.stages]
        total = sum(count or 0 for count in counts)
        return None if None in counts or total > MOST_COUNTED else total
