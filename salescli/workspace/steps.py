"""The process on a deal: it is started, goes on after each step, is stopped.

What opens and what is cancelled stands in `salescli.workspace.running`.
"""

from salescli.model.activities import Activity
from salescli.model.activity_rules import CANCELLED, results_of_step
from salescli.model.errors import Refused, finding
from salescli.model.inputs import clean_text
from salescli.model.runs import running_run
from salescli.report.text.numbers import cut
from salescli.workspace import running
from salescli.workspace.deals import Loaded, LoadedDeal, load_deal
from salescli.workspace.guiding import WIDTH, next_line
from salescli.workspace.lettinggo import told_of_steps
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
    ending = _ending(session.short_inner(activity.id), activity, result)
    led = carry_on(session, running.reload(session, deal), following, ending=ending)
    return tuple(filter(None, (*led, next_line(session, record.id))))


def _ending(address: str, activity: Activity, result: str) -> str:
    """The option of a move by hand that ends this step with it."""
    if result == CANCELLED:
        return f" --cancel {address}"
    has_choice = len(results_of_step(activity)) > 1
    return f" --done {address}" + (f"={result}" if has_choice else "")


def start_process(session: Session, deal: LoadedDeal) -> Outcome:
    """Let the process run from the deal's stage; raises `Refused` if it runs, or none may."""
    stage = running.stage_to_run(session, deal)
    following = running.begin_run(session, deal)
    led = carry_on(session, running.reload(session, deal), following, frozenset({stage.stage}))
    head = "The process started at "
    name = cut(clean_text(stage.name), WIDTH - len(head) - 1)
    words = (f"{head}{name}.", *led, next_line(session, deal.id))
    return Outcome((deal.id,), tuple(filter(None, words)), f"start process of {deal.facts.title}")


def start_if_set(session: Session, deal_id: str, *settings: str) -> tuple[str, ...]:
    """Start the process on a new deal if the store's `start_process` is one of these; words."""
    if session.settings.start_process not in settings:
        return ()
    deal = load_deal(session, session.born[deal_id][0])
    return start_process(session, deal).words[:-1]


def stop_process(session: Session, deal: LoadedDeal, why: str) -> Outcome:
    """Stop the run on a deal: its open steps are cancelled, nothing else changes.

    Raises `Refused` if none runs, or for a reason that would read as the process's own end.
    """
    why = " ".join(clean_text(why).split())
    if why.casefold() in ("", running.PROCESS_ENDED):
        text = "a process that comes to its own end writes 'end'; what somebody stops has a reason"
        hint = '--reason "the client wants to talk to the owner alone", for one'
        raise Refused(finding("not-its-own-end", text, hint=hint, field="reason"))
    run = running_run(deal.live)
    if run is None:
        text = "no process runs on this deal"
        hint = f"salescli process start {session.short(deal.id)}"
        raise Refused(finding("no-process-runs", text, hint=hint, field="record"))
    stopped = running.stop_run(session, deal, run, why)
    words = ["The process stopped: what comes is by hand.", *told_of_steps(deal, stopped)]
    return Outcome((deal.id,), tuple(words), f"stop process of {deal.facts.title}")
