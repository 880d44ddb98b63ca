"""A process definition as it stands in `processes/<process>.yaml` (format.md section 5)."""

from typing import Annotated, Literal

import msgspec

from salescli.model.records import Percent, Record

StepKind = Literal["task", "meeting", "call", "form", "question", "approval"]
Minutes = Annotated[int, msgspec.Meta(ge=0)]


class Criterion(Record, frozen=True, kw_only=True):
    """An exit criterion: one of `advise`, `require` holds an expression; `say` puts it in words."""

    advise: str | None = None
    require: str | None = None
    say: str | None = None

    @property
    def expression(self) -> str:
        """The condition, whichever of the two it is."""
        return self.require or self.advise or ""


class Step(Record, frozen=True, kw_only=True):
    """A step of a stage; the keys of `then` are its allowed results."""

    step: str
    kind: StepKind
    title: str
    performer: list[str] = msgspec.field(default_factory=lambda: ["owner"])
    minutes: Minutes | None = None
    start_after: str | None = None
    remind: Minutes | None = None
    fields: list[str] = []
    required: list[str] = []
    when: str | None = None
    then: dict[str, str | None]
    adopt: bool = False
    mandatory: bool = False
    retired: bool = False


class Stage(Record, frozen=True, kw_only=True):
    """A stage; `final` makes it the end, of success or failure."""

    stage: str
    name: str
    goal: str | None = None
    cap: Percent = 100
    final: Literal["success", "failure"] | None = None
    moves: list[str] | None = None
    exit: list[Criterion] = []
    days_in_stage: int | None = None
    days_without_activity: int | None = None
    in_funnel: bool = True
    begin: list[str] | None = None
    steps: list[Step] = []
    retired: bool = False

    @property
    def is_open(self) -> bool:
        """Whether deals in it are still being worked on."""
        return self.final is None


class Definition(Record, frozen=True, kw_only=True):
    """A process: its stages in order."""

    name: str
    stages: list[Stage]

    def stage_named(self, stage: str) -> Stage | None:
        """The stage of that id, or None."""
        return next((entry for entry in self.stages if entry.stage == stage), None)

    def index_of(self, stage: str) -> int:
        """The place of a stage in the process; ValueError for an unknown one."""
        return [entry.stage for entry in self.stages].index(stage)

    @property
    def open_stages(self) -> list[Stage]:
        """The working stages, in order."""
        return [entry for entry in self.stages if entry.is_open]

    @property
    def success(self) -> Stage:
        """The one final stage of success; a checked definition has exactly one."""
        return next(entry for entry in self.stages if entry.final == "success")

    def status_of(self, stage: str) -> str:
        """`open`, `won`, `lost`, `rerouted` or `rejected` (format.md section 5, `final`)."""
        entry = self.stage_named(stage)
        if entry is None or entry.is_open:
            return "open"
        if entry.final == "success":
            return "won"
        return stage if stage in ("rerouted", "rejected") else "lost"

    def cap_of(self, stage: str) -> int:
        """Percent that a deal in the stage has when nobody set one: cap, 100 or 0."""
        entry = self.stage_named(stage)
        if entry is None:
            return 0
        if entry.is_open:
            return entry.cap
        return 100 if entry.final == "success" else 0


def stage_id(definition: Definition, text: str) -> str:
    """A stage given by id or by name, as its id; what is neither comes back as it is."""
    for entry in definition.stages:
        if text == entry.stage or text.casefold() == entry.name.casefold():
            return entry.stage
    return text
