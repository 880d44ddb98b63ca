"""A process definition as it stands in `processes/<process>.yaml` (format.md section 5)."""

from typing import Annotated, ClassVar, Literal

import msgspec

from salescli.model.fields import Only, field, item_list, text
from salescli.model.records import Percent, Record

StepKind = Literal["task", "meeting", "call", "form", "question", "approval"]
Minutes = Annotated[int, msgspec.Meta(ge=0)]
Days = Annotated[int, msgspec.Meta(ge=0)]
PERFORMERS = ("owner", "department-manager", "starter")
END_OF_STAGE: Literal["end-of-stage"] = "end-of-stage"
END_OF_PROCESS: Literal["end-of-process"] = "end-of-process"
ENDS = (END_OF_STAGE, END_OF_PROCESS)
TO_STAGE = "stage:"
ADOPTABLE = ("meeting", "task", "call")  # kinds of steps that may await what was planned by hand
_OPEN = Only("final", (None,), "an open stage")
_FORM = Only("kind", ("form",), "a form")
_ADOPTING = Only("kind", ADOPTABLE, "a meeting, task or call")


class Criterion(Record, frozen=True, kw_only=True):
    """What should hold when a stage is left: exactly one of `advise` and `require`."""

    exactly_one: ClassVar[tuple[str, ...]] = ("advise", "require")

    advise: Annotated[
        str | None, field("condition", "Told by `next` and by the move; never blocks")
    ] = None
    require: Annotated[
        str | None, field("condition", "Blocks a move forward and a win, unless forced")
    ] = None
    say: Annotated[str | None, text("The same in the team's own words")] = None

    @property
    def expression(self) -> str:
        """The condition, whichever of the two it is."""
        return self.require or self.advise or ""


class Step(Record, frozen=True, kw_only=True):
    """A step of a stage; the keys of `then` are its allowed results."""

    step: Annotated[str, field("step", "Id, for ever")]
    kind: Annotated[StepKind, field("one-of", "What is to be done")]
    title: Annotated[str, text("What to do, in words")]
    performer: Annotated[
        list[str],
        field("performers", "The first that can be found does it; nobody found: the owner"),
    ] = msgspec.field(default_factory=lambda: ["owner"])
    minutes: Annotated[Minutes | None, field("whole", "How long it takes, in minutes")] = None
    start_after: Annotated[
        str | None, field("delay", "When it is due after it has opened; absent: at once")
    ] = None
    remind: Annotated[Minutes | None, field("whole", "Minutes before it is due")] = None
    fields: Annotated[
        list[str], field("words", "Fields and lists of the deal to fill", only=_FORM)
    ] = []
    required: Annotated[
        list[str], field("words", "Those of `fields` that must be filled", only=_FORM)
    ] = []
    when: Annotated[
        str | None,
        field("condition", "Where it isn't met the step counts as done, with its first result"),
    ] = None
    then: Annotated[
        dict[str, str | None],
        field(
            "routes",
            "What follows each result: a step of this stage (its own id: again), `end-of-stage`, "
            "`end-of-process`, `stage:STAGE`, or `~`, which ends the branch. "
            "The keys are the results that there are",
        ),
    ]
    adopt: Annotated[
        bool,
        field(
            "yes-no",
            "An unfinished activity of that kind, made by hand, is awaited instead of a new one",
            only=_ADOPTING,
        ),
    ] = False
    mandatory: Annotated[
        bool, field("yes-no", "While it is open no move forward and no win, unless forced")
    ] = False
    retired: Annotated[bool, field("yes-no", "Takes nothing new; old records keep it")] = False


class Stage(Record, frozen=True, kw_only=True):
    """A stage; `final` makes it the end, of success or failure."""

    stage: Annotated[str, field("slug", "Id, for ever")]
    name: Annotated[str, text("What people call it")]
    goal: Annotated[str | None, text("What is reached when it ends", only=_OPEN)] = None
    cap: Annotated[
        Percent,
        field(
            "percent",
            "Probability of a deal that has none by hand, and the highest that may be set",
            only=_OPEN,
        ),
    ] = 100
    final: Annotated[
        Literal["success", "failure"] | None,
        field(
            "one-of",
            "Ends the deal. Exactly one stage is the `success`, whose status is won; a `failure` "
            "called `rerouted` or `rejected` has that status, any other is lost. "
            "Absent: the stage is open",
        ),
    ] = None
    moves: Annotated[
        list[str] | None,
        field(
            "stages",
            "Where one may go; a failure is always allowed. Absent: everywhere",
            only=_OPEN,
        ),
    ] = None
    exit: Annotated[
        list[Criterion],
        field(
            "criteria",
            "Asked for the stage that is left and every open one that is skipped, "
            "not on a move back or to a failure",
            only=_OPEN,
        ),
    ] = []
    days_in_stage: Annotated[
        Days | None, field("whole", "Days after which a deal is late; absent: never", only=_OPEN)
    ] = None
    days_without_activity: Annotated[
        Days | None, field("whole", "Days after which a deal is quiet; absent: never", only=_OPEN)
    ] = None
    in_funnel: Annotated[
        bool, field("yes-no", "Whether it has a row in the funnel; a failure never has")
    ] = True
    begin: Annotated[
        list[str] | None,
        field("steps", "Steps that open together on entry; absent: the first", only=_OPEN),
    ] = None
    steps: Annotated[list[Step], item_list(Step, "Its steps", only=_OPEN)] = []
    retired: Annotated[bool, field("yes-no", "Takes nothing new; old records keep it")] = False

    @property
    def is_open(self) -> bool:
        """Whether deals in it are still being worked on."""
        return self.final is None

    def step_named(self, step: str) -> Step | None:
        """The step of that id, or None: the same id may stand in other stages, too."""
        return next((entry for entry in self.steps if entry.step == step), None)


class Definition(Record, frozen=True, kw_only=True):
    """A process: its stages in order."""

    name: Annotated[str, text("What people call it")]
    stages: Annotated[list[Stage], item_list(Stage, "In the order of the work, final ones last")]

    def stage_named(self, stage: str) -> Stage | None:
        """The stage of that id, or None."""
        for entry in self.stages:  # asked a dozen times a move: twice as fast as a generator
            if entry.stage == stage:
                return entry
        return None

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
