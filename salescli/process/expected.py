"""What is expected on a deal: its open activities, and what each result of a step leads to.

Pure. Where a result leads is decided in `salescli.process.running`; here it is told.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial

import msgspec

from salescli.model.activities import Activity
from salescli.model.activity_rules import CANCELLED
from salescli.model.calendar import LAST_INSTANT
from salescli.model.catalogues import CustomField, Dictionary
from salescli.model.conversion import build_document
from salescli.model.definition import END_OF_STAGE, Stage, Step
from salescli.model.facts import build_state
from salescli.model.runs import Run, steps_waiting
from salescli.process import running
from salescli.process.commands import end_command
from salescli.process.forms import FormField, build_form, fill_form_command, lacking
from salescli.process.running import Following
from salescli.process.standing import Standing, holds


class Course(msgspec.Struct, frozen=True):
    """What goes on on a deal: the run of its process, and how commands name open activities.

    `has_run`: whether the process ran on it at any time. Dictionaries and custom fields say what
    the fields of a form may be.
    """

    run: Run | None = None
    has_run: bool = False
    addresses: Mapping[str, str] = {}  # activity id → what one types
    approvals: Mapping[str, str] = {}  # activity id → what one types for what it waits for
    dictionaries: Mapping[str, Dictionary] = {}
    custom_fields: Mapping[str, CustomField] = {}
    ended_on: date | None = None  # the last run came to its own end on that day


class Route(msgspec.Struct, frozen=True):
    """A result of a step: what it leads to, in words, and the command that says it.

    `is_gone`: the definition has the step, or its result, no more; it ends the stage then.
    `target` is what the definition says; None: nothing more.
    """

    result: str
    leads_to: str
    command: str
    following: Following
    target: str | None
    is_gone: bool = False


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """An open activity. `step` and `routes` are those of a step of the run, else None and none.

    `form` is what a form asks for, with what the deal says of it. `is_approval`: an approval is
    decided by it, which those asked alone may do.
    """

    activity: Activity
    address: str
    command: str
    is_step: bool = False
    step: Step | None = None
    routes: tuple[Route, ...] = ()
    form: tuple[FormField, ...] = ()
    is_approval: bool = False

    @property
    def is_mandatory(self) -> bool:
        """Whether it must be done before the deal goes on."""
        return self.step is not None and self.step.mandatory

    def may_end(self, me: str | None) -> bool:
        """Whether its commands are for `me`; None is somebody unknown."""
        return not self.is_approval or me is None or self.activity.owner == me

    @property
    def first(self) -> Following | None:
        """Where the command leads: the route of the first result that isn't a cancelling."""
        done = [one for one in self.routes if one.result != CANCELLED]
        return next((one.following for one in done or self.routes), None)

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of what a form asks for."""
        return tuple(one.name for one in self.form)

    @property
    def typed(self) -> str:
        """What somebody types to end it: a form with all that it asks for and isn't known."""
        unknown = [one for one in self.form if one.is_empty]
        return fill_form_command(unknown, self.address) if unknown else self.command

    @property
    def unfilled(self) -> tuple[FormField, ...]:
        """What a form requires and the deal lacks: without it the form can't be saved."""
        return tuple(lacking(self.form))

    @property
    def is_choice(self) -> bool:
        """Whether it has several results that lead to different things."""
        return len({one.leads_to for one in self.routes}) > 1


def build_expected(
    standing: Standing, activities: Iterable[Activity], course: Course
) -> tuple[Expected, ...]:
    """The open activities of a deal, the earliest due first, steps in the process's order."""
    waiting = [one for one in activities if one.is_open]
    steps = {one.id for one in steps_waiting(waiting, course.run)}
    stage = standing.stage
    places = {} if stage is None else {one.step: place for place, one in enumerate(stage.steps)}

    def order(one: Activity) -> tuple[object, ...]:
        return (one.due_at or LAST_INSTANT, places.get(one.step or "", len(places)), one.id)

    found = []
    for activity in sorted(waiting, key=order):
        address = course.addresses.get(activity.id, activity.id)
        approval = course.approvals.get(activity.id)
        one = Expected(
            activity=activity,
            address=address,
            command=end_command(activity, address, approval),
            is_approval=approval is not None,
        )
        is_step = activity.id in steps and stage is not None and stage.is_open
        if is_step and stage is not None:
            one = _step(standing, stage, one, course)
        found.append(one)
    return tuple(found)


def _step(standing: Standing, stage: Stage, one: Expected, course: Course) -> Expected:
    """The same with all that the process says of the step today."""
    name, results = one.activity.step or "", one.activity.results
    approval = course.approvals.get(one.activity.id)
    step = stage.step_named(name)
    routes = tuple(_route(standing, stage, one, result, approval) for result in results)
    form = _form(standing, step, course) if step is not None and step.kind == "form" else ()
    return msgspec.structs.replace(one, is_step=True, step=step, routes=routes, form=form)


def _form(standing: Standing, step: Step, course: Course) -> tuple[FormField, ...]:
    state = build_state(build_document(standing.deal))
    return build_form(step, state, course.dictionaries, course.custom_fields)


def _route(
    standing: Standing, stage: Stage, one: Expected, result: str, approval: str | None
) -> Route:
    name = one.activity.step or ""
    following = running.follow(stage, name, result, partial(holds, standing))
    command = end_command(one.activity, one.address, approval, result)
    step = stage.step_named(name)
    is_gone = step is None or result not in step.then
    target = END_OF_STAGE if step is None or is_gone else step.then[result]
    is_adopted = step is not None and step.title != one.activity.title
    told = leads_to(standing, following, "" if is_adopted else name)
    return Route(result, told, command, following, target, is_gone)


def leads_to(standing: Standing, following: Following, step: str) -> str:
    """What comes next, in words: a step's title, the name of a stage, an end.

    `step` is the one that has ended, if what is open bears its title.
    """
    if following.steps:
        return " and ".join(
            "the same again" if one.step == step else one.title for one in following.steps
        )
    if following.end == "stage":
        stage = standing.definition.stage_named(following.to or "")
        return stage.name if stage is not None else following.to or ""
    if following.end is None:
        return "nothing more"
    return {"end-of-stage": "the end of the stage", "end-of-process": "the end of the process"}[
        following.end
    ]


def steps_after(standing: Standing, open_: Iterable[Expected]) -> list[Step]:
    """The steps of the stage that come after the open ones, by their first results."""
    stage = standing.stage
    if stage is None:
        return []
    shown = {one.activity.step for one in open_}
    ahead: dict[str, Step] = {}
    waiting = [step for one in open_ if one.first is not None for step in one.first.steps]
    while waiting:
        step = waiting.pop(0)
        if step.step in ahead or step.step in shown:
            continue
        ahead[step.step] = step
        first = next((result for result in step.then if result != CANCELLED), None)
        if first is not None:
            waiting += running.follow(stage, step.step, first, partial(holds, standing)).steps
    return list(ahead.values())
