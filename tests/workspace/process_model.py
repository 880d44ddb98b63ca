"""What a process does to a deal, in plain Python: an independent model for tests.

Written from domain.md section 4 and format.md section 5; imports nothing of salescli. A
definition is what its YAML says, as mappings and lists. One deal is modelled; a command that the
rules refuse raises `Refusal`, and then whoever drives it goes back to the state before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Definition = Mapping[str, Any]
ADOPTED = "adopted"
_STRENGTH = ("", "end-of-stage", "end-of-process", "stage:")


class Refusal(Exception):
    """The rules say no."""


@dataclass
class Model:
    """A deal as it should be. `steps`: open steps of the run; an adopted one is told as such.

    `hand`: type of each open activity that somebody planned by hand. `owners`: who does each step
    that the process planned.
    """

    definition: Definition = field(repr=False)
    stage: str
    owner: str = "anna"
    manager: str | None = None
    here: frozenset[str] = frozenset({"anna"})
    values: dict[str, str] = field(default_factory=dict)
    starter: str | None = None  # of the run that goes on
    steps: dict[str, str] = field(default_factory=dict)
    hand: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    actor: str = "anna"

    # The definition.

    def stages(self) -> list[Mapping[str, Any]]:
        return list(self.definition["stages"])

    def stage_named(self, name: str) -> Mapping[str, Any]:
        return next(stage for stage in self.stages() if stage["stage"] == name)

    def place(self, name: str) -> int:
        return [stage["stage"] for stage in self.stages()].index(name)

    @property
    def is_open(self) -> bool:
        return "final" not in self.stage_named(self.stage)

    def step_named(self, name: str) -> Mapping[str, Any] | None:
        steps = self.stage_named(self.stage).get("steps", [])
        return next((step for step in steps if step["step"] == name), None)

    def holds(self, condition: str) -> bool:
        """A condition of the two kinds that the definitions here use: `field` and `!field`."""
        if condition.startswith("!"):
            return condition[1:] not in self.values
        return condition in self.values

    # Commands.

    def start(self) -> None:
        if self.starter is not None or not self.is_open:
            raise Refusal
        self.starter = self.actor
        self._begin({self.stage})

    def stop(self) -> None:
        if self.starter is None:
            raise Refusal
        self.starter, self.steps = None, {}

    def repeat(self) -> None:
        if self.starter is None or not self.is_open:
            raise Refusal
        self.steps = {}
        self._begin({self.stage})

    def finish(self, step: str, result: str) -> None:
        """A step ends with a result, and its route is followed."""
        del self.steps[step]
        found = self.step_named(step)
        if found is None or result not in found["then"]:
            return
        opened, end = self._arrive(found["then"][result])
        self._open([opened] if opened else [])
        self._go(end, {self.stage}, by_step=True)

    def advance(self, to: str | None, is_forced: bool) -> None:
        if not self.is_open:
            raise Refusal
        later = [stage["stage"] for stage in self._open_after()]
        if to is None:
            if not later:
                raise Refusal
            to = later[0]
        if self.place(to) <= self.place(self.stage):
            raise Refusal
        self.move(to, is_forced)

    def move(self, to: str, is_forced: bool, left: Iterable[str] = ()) -> None:
        target = self.stage_named(to)
        if not self.is_open or "final" in target or to == self.stage:
            raise Refusal
        self._refuse_target(target)
        if self.place(to) > self.place(self.stage) and not is_forced:
            self._refuse_barriers(to)
        self._arrive_at(to, {*left, self.stage})

    def close(
        self, to: str, has_reason: bool, is_forced: bool = False, left: Iterable[str] = ()
    ) -> None:
        target = self.stage_named(to)
        is_win = target.get("final") == "success"
        if not self.is_open or "final" not in target or has_reason is is_win:
            raise Refusal
        self._refuse_target(target)
        if is_win and not is_forced:
            self._refuse_barriers(to)
        self._arrive_at(to, {*left, self.stage})

    def set_owner(self, person: str) -> None:
        """A new owner gets the open steps whose performer is the owner."""
        for name, owner in self.owners.items():
            if owner == self.owner and self._performer(self.step_named(name))[1] == "owner":
                self.owners[name] = person
        self.owner = person

    def leave(self, person: str, heir: str) -> None:
        """Somebody has left; what is open goes to somebody else."""
        self.owners = {k: heir if v == person else v for k, v in self.owners.items()}
        self.manager = heir if self.manager == person else self.manager
        if self.is_open and self.owner == person:
            self.owner = heir
        self.here -= {person}

    def reopen(self, to: str) -> None:
        target = self.stage_named(to)
        if self.is_open or "final" in target or target.get("retired"):
            raise Refusal
        self._arrive_at(to, {self.stage})

    # What follows.

    def _refuse_target(self, target: Mapping[str, Any]) -> None:
        moves = self.stage_named(self.stage).get("moves")
        is_failure = target.get("final") == "failure"
        if target.get("retired"):
            raise Refusal
        if moves is not None and not is_failure and target["stage"] not in moves:
            raise Refusal

    def _refuse_barriers(self, to: str) -> None:
        """Criteria of the stage left and those skipped; the mandatory steps that are open."""
        skipped = [s for s in self._open_after() if self.place(s["stage"]) < self.place(to)]
        for stage in (self.stage_named(self.stage), *skipped):
            for criterion in stage.get("exit", []):
                if "require" in criterion and not self.holds(criterion["require"]):
                    raise Refusal
        named = (self.step_named(step) for step in self.steps)
        if any(step and step.get("mandatory") for step in named):
            raise Refusal

    def _open_after(self) -> list[Mapping[str, Any]]:
        later = self.stages()[self.place(self.stage) + 1 :]
        return [stage for stage in later if "final" not in stage and not stage.get("retired")]

    def _arrive_at(self, to: str, left: set[str]) -> None:
        self.stage, self.steps = to, {}
        if self.starter is not None and self.is_open:
            self._begin(left)

    def _begin(self, left: set[str]) -> None:
        stage = self.stage_named(self.stage)
        used = [step["step"] for step in stage.get("steps", []) if not step.get("retired")]
        arrived = [self._arrive(name) for name in stage.get("begin", used[:1])]
        self._open([step for step, _ in arrived if step])
        strongest = max((end for _, end in arrived), key=self._strength, default="")
        self._go(strongest, left)

    @staticmethod
    def _strength(end: str) -> int:
        return max(rank for rank, kind in enumerate(_STRENGTH) if end.startswith(kind))

    def _go(self, end: str, left: set[str], by_step: bool = False) -> None:
        """Go where the process leads. A stage that has just begun isn't left against the rules."""
        if end == "end-of-process":
            self.starter, self.steps = None, {}
        if not end.startswith("stage:") or end.removeprefix("stage:") in left:
            return
        to = end.removeprefix("stage:")
        before = self.stage
        try:
            if "final" in self.stage_named(to):
                self.close(to, has_reason=False, left=left)
            else:
                self.move(to, is_forced=False, left=left)
        except Refusal:
            if by_step or self.stage != before:
                raise

    def _arrive(self, target: str | None) -> tuple[str, str]:
        """(step to open, end of the branch): one of the two, or neither."""
        passed: set[str] = set()
        while target is not None:
            if target.startswith(("end-of-", "stage:")):
                return "", target
            step = self.step_named(target)
            if step is None or step.get("retired") or target in passed:
                return "", "end-of-stage"
            if "when" not in step or self.holds(step["when"]):
                return target, ""
            passed.add(target)
            target = next(iter(step["then"].values()))
        return "", ""

    def _open(self, steps: Iterable[str]) -> None:
        for name in steps:
            step = self.step_named(name)
            if name in self.steps or step is None:
                continue
            as_adopted = f"{ADOPTED} {step['kind']}"
            planned = list(self.hand.values()).count(step["kind"])
            if step.get("adopt") and planned > list(self.steps.values()).count(as_adopted):
                self.steps[name] = as_adopted
            else:
                self.steps[name] = "planned"
                person, _ = self._performer(step)
                self.owners[name] = person or self.actor

    def _performer(self, step: Mapping[str, Any] | None) -> tuple[str | None, str]:
        """The first that can be found, and by which role; nobody → the owner, then the starter."""
        roles = {
            "owner": self.owner,
            "department-manager": self.manager,
            "starter": self.starter,
        }
        names = step.get("performer", ["owner"]) if step else ["owner"]
        for name in names:
            if (person := roles.get(name, name)) in self.here:
                return person, name
        left = (person for person in (self.owner, self.starter) if person in self.here)
        return next(left, None), "owner"


@dataclass
class Told:
    """What the events of a deal say, folded by another fold than ours."""

    stage: str = ""
    runs: list[str] = field(default_factory=list)  # those that go on
    activities: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def waiting(self) -> dict[str, dict[str, Any]]:
        """The open activities, by id."""
        return {name: one for name, one in self.activities.items() if one["state"] == "open"}

    @property
    def steps(self) -> dict[str, dict[str, Any]]:
        """The open activities that are steps, by id."""
        return {name: one for name, one in self.waiting.items() if one.get("step")}

    @property
    def hand(self) -> dict[str, str]:
        """Type of each open activity that no process planned, by id."""
        return {name: one["type"] for name, one in self.waiting.items() if one["by_hand"]}


def live(events: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The events that count: what is voided is left out, resolved from the last back."""
    dead: set[str] = set()
    ordered = sorted(events, key=lambda one: (one["seq"], one["at"], one["id"]))
    for event in reversed(ordered):
        if event["kind"] == "voided" and event["id"] not in dead:
            dead |= set(event["events"])
    return [event for event in ordered if event["id"] not in dead]


def tell(events: Iterable[Mapping[str, Any]]) -> Told:
    """Fold what concerns the process."""
    told = Told()
    for event in live(events):
        kind = event["kind"]
        if kind == "created":
            told.stage = event["fields"]["stage"]
        elif kind in ("moved", "closed", "reopened"):
            assert event["from"] == told.stage
            told.stage = event["to"]
        elif kind == "started":
            told.runs.append(event["run"])
        elif kind == "stopped":
            told.runs.remove(event["run"])
        elif kind == "planned":
            told.activities[event["activity"]] = {
                **event,
                "state": "open",
                "by_hand": "step" not in event,
            }
        elif kind == "replanned":
            changes = {name: after for name, (_, after) in event["fields"].items()}
            told.activities[event["activity"]].update(changes)
        elif kind in ("done", "cancelled"):
            told.activities[event["activity"]]["state"] = kind
    return told
