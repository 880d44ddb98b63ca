"""The process on a deal: it is started, goes on after each step, is stopped.

What opens and what is cancelled stands in `salescli.workspace.running`.
"""

from salescli.model.activities import Activity, build_activities
from salescli.model.errors import Refused, finding
from salescli.model.runs import running_run, steps_waiting
from salescli.report.wording import quoted_titles
from salescli.workspace import running
from salescli.workspace.deals import Loaded, LoadedDeal, load_deal
from salescli.workspace.guiding import next_line
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.stages import carry_on


def follow(session: Session, record: Loaded, activity: Activity, result: str) -> tuple[str, ...]:
    """Follow the route of a step's result; words about it, none for what no process made.

    Raises what the rules refuse of a stage that the route leads to.
    """
    if record.kind != "opportunity" or activity.step is None:
        return ()
    deal = load_deal(session, record.directory)
    following = running.follow_result(session, deal, activity, result)
    if following is None:
        return ()
    led = carry_on(session, running.reload(session, deal), following, by_step=True)
    return tuple(filter(None, (*led, next_line(session, record.id))))


def start_process(session: Session, deal: LoadedDeal) -> Outcome:
    """Let the process run from the deal's stage; raises `Refused` if it runs, or none may."""
    stage = running.stage_to_run(session, deal)
    following = running.begin_run(session, deal)
    led = carry_on(session, running.reload(session, deal), following, frozenset({stage.stage}))
    words = (f"The process started at {stage.name}.", *led, next_line(session, deal.id))
    return Outcome((deal.id,), tuple(filter(None, words)), f"start process of {deal.facts.title}")


def start_if_set(session: Session, deal_id: str, *settings: str) -> tuple[str, ...]:
    """Start the process on a new deal if the store's `start_process` is one of these; words."""
    if session.settings.start_process not in settings:
        return ()
    deal = load_deal(session, session.born[deal_id][0])
    return start_process(session, deal).words[:-1]


def stop_process(session: Session, deal: LoadedDeal, why: str) -> Outcome:
    """Stop the run on a deal: its open steps are cancelled, nothing else changes."""
    run = running_run(deal.live)
    if run is None:
        text = "no process runs on this deal"
        hint = f"salescli process start {session.short(deal.id)}"
        raise Refused(finding("no-process-runs", text, hint=hint))
    left = steps_waiting(build_activities(deal.live).values(), run)
    running.stop_run(session, deal, run, why)
    words = ["The process stopped: what comes is by hand."]
    words += [f"Cancelled: {quoted_titles(left)}."] if left else []
    return Outcome((deal.id,), tuple(words), f"stop process of {deal.facts.title}")
