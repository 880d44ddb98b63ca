"""Steps of the process on the deals of the example: done, cancelled, answered, put off."""

from collections.abc import Sequence
from datetime import datetime

from salescli.model.activities import Activity, build_activities
from salescli.model.activity_rules import CANCELLED, results_of_step
from salescli.model.runs import running_run, steps_waiting
from salescli.workspace.activities import cancel_activity, complete_activity
from salescli.workspace.demo import activities, words
from salescli.workspace.demo.making import Making
from salescli.workspace.opportunities import set_opportunity
from salescli.workspace.stages import repeat_stage
from salescli.workspace.steps import start_process, stop_process

REWORK = "rework"
SELDOM, OFTEN = 0.12, 0.5


def start(making: Making, deal_id: str) -> None:
    """From now on the process leads the deal."""
    start_process(making.session, making.deal(deal_id))


def stop(making: Making, deal_id: str) -> None:
    """It goes on by hand."""
    why = making.random.choice(words.BY_HAND)
    stop_process(making.session, making.deal(deal_id), why)


def repeat(making: Making, deal_id: str) -> None:
    """The steps of the stage once more."""
    note = making.random.choice(words.ONCE_MORE)
    repeat_stage(making.session, making.deal(deal_id), note)


def waiting(making: Making, deal_id: str) -> Sequence[Activity]:
    """The open steps of a deal, in the order in which they were opened."""
    deal = making.deal(deal_id)
    found = steps_waiting(build_activities(deal.live).values(), running_run(deal.live))
    for step in found:
        making.remember(step.id, deal_id)
    return found


def finish(making: Making, deal_id: str, step: Activity, result: str | None = None) -> str:
    """Whoever it is for does the step, or seldom says that it won't be; its result."""
    making.session.actor = step.owner
    luck = making.random.random()
    if result is None and CANCELLED in step.results and luck < SELDOM:
        cancel_activity(making.session, step.id, note=making.random.choice(words.NOT_NEEDED))
        return CANCELLED
    if step.type == "form":
        _fill_in(making, deal_id)
    result = result or _choose(making, step)
    minutes = None
    if step.minutes:
        minutes = str(5 * making.random.randrange(step.minutes // 10, step.minutes // 4))
    complete_activity(making.session, step.id, result=result, minutes=minutes)
    return result


def put_off(making: Making, step: Activity, start: datetime | None = None) -> None:
    """Another day is taken for an open step, around the day that the example is made for."""
    days = making.random.uniform(-5, 9)
    activities.put_off(making, step.id, start or making.later(making.end, days))


def _choose(making: Making, step: Activity) -> str:
    own = results_of_step(step)
    if REWORK in own:
        return REWORK if making.random.random() < OFTEN else own[0]
    return making.random.choice(own)


def _fill_in(making: Making, deal_id: str) -> None:
    """What a form asks for and nobody has written yet."""
    if making.deal(deal_id).facts.mood is None:
        mood = making.random.choice(words.MOODS)
        set_opportunity(making.session, making.deal(deal_id), {"mood": mood})
