"""What `next` tells of a deal: the stage's goal, what is expected and missing, what leads on.

Pure; no layout. Commands in it are spelled in `salescli.process.commands`. Whether one would be
refused the engine is asked, so that no command is recommended that the rules forbid.
"""

from collections.abc import Container, Iterator
from datetime import date
from itertools import chain
from typing import Literal

import msgspec

from salescli.model.computed import Computed
from salescli.model.criteria import Unmet, unmet_criteria
from salescli.model.definition import Stage, Step
from salescli.model.errors import Finding
from salescli.process import closing, engine
from salescli.process.commands import close_lines, ending_option, fill_command, is_runnable
from salescli.process.expected import Course, Expected, build_expected, steps_after
from salescli.process.forms import fill_form_command
from salescli.process.standing import Advanced, Outcome, Standing, open_after
from salescli.process.walks import first_steps


class Missing(msgspec.Struct, frozen=True):
    """An unmet criterion in words, or a field without which an open form can't be saved.

    `words` stand behind a word like "Required", `say` by itself. `is_asked`: an open form asks for
    it.

    `command` fills it in; None where no command exists. A form holds up nothing but itself.
    """

    kind: Literal["advise", "require", "form"]
    say: str
    words: str
    field: str
    command: str | None
    is_asked: bool = False


class StepWords(msgspec.Struct, frozen=True):
    """A step of the stage, to be told; performers and results are as the definition says them.

    `is_first`: it opens when the stage begins.
    """

    step: str
    kind: str
    title: str
    performers: tuple[str, ...]
    results: tuple[str, ...]
    minutes: int | None
    is_first: bool


class Way(msgspec.Struct, frozen=True):
    """What takes a deal further. `to` is the stage that it leads to, where that is certain.

    The command may leave something to be typed: `…`, `STAGE`, `REASON`.
    """

    do: Literal["advance", "close", "repeat", "move", "reopen", "check"]
    command: str
    to: str | None = None
    name: str | None = None  # of the stage


class Guidance(msgspec.Struct, frozen=True, kw_only=True):
    """All that can be said about a deal at its stage. Days are whole local days.

    `commands` can be run as they stand and aren't refused, the recommended one first. `start`
    lets the process lead a deal on which it doesn't run; None where it has no steps here, or has
    come to its end, on `ended_on`.
    `blocked_by` are the reasons for which it can't go on to the next stage now.
    """

    stage: str
    name: str
    goal: str | None
    days_at_stage: int | None
    days_in_stage: int | None  # the limit
    is_over_limit: bool
    overdue_since: date | None  # a close date that has passed
    quiet_days: int | None
    is_stale: bool
    missing: tuple[Missing, ...]
    steps: tuple[StepWords, ...]
    expected: tuple[Expected, ...]
    after: tuple[Step, ...]  # the steps that come after the open ones
    run: str | None
    is_at_end: bool  # a process runs, and no step of the stage is open
    start: str | None
    ended_on: date | None
    ways: tuple[Way, ...]
    commands: tuple[str, ...]
    blocked_by: tuple[Finding, ...]

    @property
    def go_on(self) -> tuple[str, ...]:
        """The commands that take it further, for people: some leave something to be typed."""
        return tuple(way.command for way in self.ways)

    @property
    def has_come_to_end(self) -> bool:
        """Whether the stage has steps, and none of them is open any more."""
        return self.is_at_end and bool(self.steps)

    @property
    def by_hand(self) -> tuple[Expected, ...]:
        """The unfinished activities that are no steps of the run."""
        return tuple(one for one in self.expected if not one.is_step)


NOTHING_RUNS = Course()


def build_guidance(
    standing: Standing, computed: Computed, course: Course = NOTHING_RUNS
) -> Guidance:
    """Tell what a deal wants at its stage."""
    stage = standing.stage
    if stage is None:
        stage = Stage(stage=standing.deal.stage, name=standing.deal.stage, retired=True)
    days, limit = computed.days_at_stage, stage.days_in_stage
    expected = build_expected(standing, computed.activities, course)
    steps = tuple(one for one in expected if one.is_step)
    is_led = course.run is not None and stage.is_open and standing.stage is not None
    start = _start(standing, stage, course)
    unmet = unmet_criteria([stage], standing.subject, standing.names, standing.today, standing.me)
    forms = tuple(_form_lacks(step) for step in steps if step.unfilled)
    lacking = {entry.name for step in steps for entry in step.unfilled}
    asked = {name for step in steps for name in step.fields}
    missing = (
        *chain.from_iterable(forms),
        *(_missing(one, standing, asked) for one in unmet if not _is_told(one, lacking)),
    )
    return Guidance(
        stage=stage.stage,
        name=stage.name,
        goal=stage.goal,
        days_at_stage=days,
        days_in_stage=limit,
        is_over_limit=days is not None and limit is not None and days > limit,
        overdue_since=standing.deal.close_date if computed.overdue else None,
        quiet_days=computed.quiet_days,
        is_stale=computed.stale,
        missing=missing,
        steps=_steps(stage),
        expected=expected,
        after=tuple(steps_after(standing, steps)),
        run=course.run.id if course.run is not None else None,
        is_at_end=is_led and not steps,
        start=start,
        ended_on=course.ended_on if stage.is_open and course.run is None else None,
        ways=_ways(standing, steps, is_led),
        commands=_commands(standing, course, expected, missing, start),
        blocked_by=_blocked_by(standing),
    )


def _is_told(unmet: Unmet, lacking: Container[str]) -> bool:
    """Whether a form already says that the field is required."""
    return unmet.condition.op == "set" and unmet.field in lacking


def _missing(unmet: Unmet, standing: Standing, asked: Container[str]) -> Missing:
    kind: Literal["advise", "require"] = "require" if unmet.is_required else "advise"
    command = fill_command(unmet, standing.name, standing.latest_proposal)
    is_asked = unmet.condition.op == "set" and not unmet.is_required and unmet.field in asked
    return Missing(kind, unmet.sentence, unmet.words, unmet.field, command, is_asked)


def _form_lacks(form: Expected) -> list[Missing]:
    """What a form requires and the deal lacks; one command fills all of it."""
    line = fill_form_command(form.unfilled, form.address)
    title = form.activity.title
    return [
        Missing("form", f"{title}: {one.label}", f"{title}: {one.label}", one.name, line)
        for one in form.unfilled
    ]


def _steps(stage: Stage) -> tuple[StepWords, ...]:
    first = first_steps(stage)
    return tuple(_words(step, step.step in first) for step in stage.steps if not step.retired)


def _words(step: Step, is_first: bool) -> StepWords:
    performers, results = tuple(step.performer), tuple(step.then)
    return StepWords(step.step, step.kind, step.title, performers, results, step.minutes, is_first)


def _start(standing: Standing, stage: Stage, course: Course) -> str | None:
    is_over = course.run is not None or course.ended_on is not None
    if is_over or not stage.is_open or not first_steps(stage):
        return None
    return f"salescli process start {standing.name}"


def _ways(standing: Standing, steps: tuple[Expected, ...], is_led: bool) -> tuple[Way, ...]:
    """What takes it further: an open step alone stands in the way of nothing but its own end."""
    stage, address = standing.stage, standing.name
    if stage is None:
        return (Way("check", "salescli check"),)
    if not stage.is_open:
        return (Way("reopen", f"salescli opp reopen {address} --to STAGE --reason TEXT"),)
    if steps:
        return _ways_past(standing, steps)
    others = _failures(standing)
    if not is_led:
        is_last = not open_after(standing)
        return (_forward(standing), *(others if is_last else ()))
    more = [Way("repeat", f"salescli opp repeat {address}")]
    if len([one for one in standing.definition.open_stages if not one.retired]) > 1:
        more.append(Way("move", f"salescli opp move {address} --to STAGE"))
    return (_forward(standing), *more, *others)


def _ways_past(standing: Standing, steps: tuple[Expected, ...]) -> tuple[Way, ...]:
    """On while steps are open: with the last one done, or past those that needn't be done."""
    last = _last(steps)
    if last is not None and last.may_end(standing.me):
        return (_forward(standing, last),)
    return () if any(one.is_mandatory for one in steps) else (_forward(standing),)


def _failures(standing: Standing) -> list[Way]:
    finals = [one for one in standing.definition.stages if one.final == "failure"]
    return [
        Way("close", line, one.stage, one.name)
        for one in finals
        for line in close_lines(standing.definition, standing.name, one.stage)
    ]


def _last(steps: tuple[Expected, ...]) -> Expected | None:
    """The only open step, if what it leads to is the end of the stage."""
    if len(steps) != 1 or steps[0].first is None or steps[0].first.steps:
        return None
    return steps[0] if steps[0].first.end == "end-of-stage" else None


def _forward(standing: Standing, done: Expected | None = None) -> Way:
    """On to the next open stage, or after the last one to the win; with a step that ends."""
    more = f" {ending_option(done.activity, done.address)}" if done is not None else ""
    later = open_after(standing)
    if later:
        command = f"salescli opp advance {standing.name}{more}"
        return Way("advance", command, later[0].stage, later[0].name)
    success = standing.definition.success
    command = f"salescli opp close {standing.name} --outcome {success.stage}{more}"
    return Way("close", command, success.stage, success.name)


def _commands(
    standing: Standing,
    course: Course,
    expected: tuple[Expected, ...],
    missing: tuple[Missing, ...],
    start: str | None,
) -> tuple[str, ...]:
    """All that can be run as it stands, the recommended one first."""
    stage = standing.stage
    if stage is None or not stage.is_open:
        return ()
    fills = [one.command for one in missing if one.kind == "require" and one.command is not None]
    found = [command for command in fills if is_runnable(command)]
    found += _onward(standing, course, expected, start)
    return tuple(dict.fromkeys(found))


def _onward(
    standing: Standing, course: Course, expected: tuple[Expected, ...], start: str | None
) -> Iterator[str]:
    """What takes the deal further, then what else waits; nothing that the rules refuse.

    Repeating a stage is for people to choose: whoever runs the first command must come to an end.
    """
    steps = tuple(one for one in expected if one.is_step)
    last = _last(steps)
    if start is not None and not course.has_run:
        yield start
    if last is not None and not last.unfilled and not _is_refused(standing, last):
        yield _forward(standing, last).command
    if not steps and not _is_refused(standing):
        yield _forward(standing).command
    for one in expected:
        if not one.unfilled and not _refuses_end(standing, one):
            yield one.command


def _is_refused(standing: Standing, done: Expected | None = None) -> bool:
    return not isinstance(_try_forward(_without(standing, done)), Advanced)


def _refuses_end(standing: Standing, one: Expected) -> bool:
    """Whether the step leads to a stage that the rules refuse: then it stays open."""
    if one.first is None or one.first.end != "stage" or one.first.to is None:
        return False
    after, to = _without(standing, one), standing.definition.stage_named(one.first.to)
    if to is not None and not to.is_open:
        return not isinstance(_try_close(after, to.stage), Advanced)
    return not isinstance(engine.move(after, one.first.to), Advanced)


def _without(standing: Standing, done: Expected | None) -> Standing:
    """The deal as it stands when a step is no longer open."""
    if done is None:
        return standing
    others = [one for one in standing.open_mandatory if one.activity != done.activity.id]
    return msgspec.structs.replace(standing, open_mandatory=others)


def _try_forward(standing: Standing) -> Outcome:
    """What the engine says to the next stage, or after the last one to the win."""
    if open_after(standing):
        return engine.advance(standing)
    return _try_close(standing, standing.definition.success.stage)


def _try_close(standing: Standing, outcome: str) -> Outcome:
    return closing.close(standing, outcome, close_reasons={}, day=standing.today)


def _blocked_by(standing: Standing) -> tuple[Finding, ...]:
    stage = standing.stage
    if stage is None or not stage.is_open:
        return ()
    decided = _try_forward(standing)
    return () if isinstance(decided, Advanced) else decided.findings
