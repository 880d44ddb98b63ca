"""Moving deals: what the engine decides becomes one event and a patch of the facts."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from salescli.model.calendar import format_day
from salescli.model.definition import END_OF_PROCESS, stage_id
from salescli.model.errors import About, Refused, finding
from salescli.model.events import Closed, Event, Json, Moved, Reopened
from salescli.model.rules import check_deciders
from salescli.model.runs import running_run
from salescli.process import closing, engine
from salescli.process.running import Following
from salescli.process.standing import Advanced, RefusedMove, Standing, check_movable
from salescli.process.ways import stage_line
from salescli.workspace import lettinggo, running
from salescli.workspace.closings import decide_closing, expected_close_date, read_force, read_text
from salescli.workspace.covering import follow_closing, follow_reopening, leads_elsewhere
from salescli.workspace.deals import LoadedDeal, event_head, stage_event, stage_fields
from salescli.workspace.finishing import NOTHING_ENDS, Ends, end_activities
from salescli.workspace.opportunities import NO_FIELDS, Fields, warning_words
from salescli.workspace.outcome import Outcome
from salescli.workspace.reservations import release_all, unsold
from salescli.workspace.session import Session
from salescli.workspace.standing import build_standing
from salescli.workspace.together import check_joined, joined, with_fields


def advance_opportunity(
    session: Session,
    deal: LoadedDeal,
    *,
    to: str | None = None,
    force: str | None = None,
    note: str | None = None,
    ends: Ends = NOTHING_ENDS,
) -> Outcome:
    """Forward, to the next open stage or to `to`. `ends` are activities that end with it."""
    force, note = read_force(session, force), read_text(session, note)
    deal = end_activities(session, deal, ends)
    head = event_head(session, deal)
    standing = build_standing(session, deal, head)
    to = None if to is None else stage_id(standing.definition, to)
    return _apply(session, deal, standing, engine.advance(standing, to, force), head, note)


def move_opportunity(
    session: Session,
    deal: LoadedDeal,
    *,
    to: str,
    force: str | None = None,
    note: str | None = None,
    ends: Ends = NOTHING_ENDS,
    fields: Fields = NO_FIELDS,
) -> Outcome:
    """To any open stage, back too. `ends` are activities that end with it.

    `fields` change with the same event, {path: [before, after]}: the rules see them.
    """
    force, note = read_force(session, force), read_text(session, note)
    deal = end_activities(session, deal, ends)
    head = event_head(session, deal)
    standing = build_standing(session, with_fields(deal, fields), head)
    to = stage_id(standing.definition, to)
    decided = engine.move(standing, to, force)
    return _apply(session, deal, standing, decided, head, note, fields=fields)


def close_opportunity(
    session: Session,
    deal: LoadedDeal,
    *,
    outcome: str,
    reason: str | None = None,
    details: str | None = None,
    revenue: str | None = None,
    winner: str | None = None,
    leads: str | None = None,
    force: str | None = None,
    note: str | None = None,
    ends: Ends = NOTHING_ENDS,
    fields: Fields = NO_FIELDS,
) -> Outcome:
    """To a final stage, with what a closing needs (domain.md section 2, "Closing").

    `leads` is where the deal's leads go if it was not won; `ends` are activities that end with it;
    `fields` change with the same event, {path: [before, after]}: the rules see them.
    """
    note = read_text(session, note)
    deal = end_activities(session, deal, ends)
    head = event_head(session, deal)
    standing = build_standing(session, with_fields(deal, fields), head)
    decided = decide_closing(
        session,
        standing,
        outcome,
        reason=reason,
        details=details,
        revenue=revenue,
        winner=winner,
        leads=leads,
        force=force,
    )
    return _apply(session, deal, standing, decided, head, note, leads, fields=fields)


def reopen_opportunity(
    session: Session,
    deal: LoadedDeal,
    *,
    to: str,
    reason: str,
    close_date: str | None = None,
    note: str | None = None,
) -> Outcome:
    """From a final stage back to an open one."""
    reason, note = read_text(session, reason) or "", read_text(session, note)
    head = event_head(session, deal)
    standing = build_standing(session, deal, head)
    with About("close_date"):
        typed = session.calendar.parse_day(close_date, session.today) if close_date else None
    decided = closing.reopen(
        standing, stage_id(standing.definition, to), reason, expected_close_date(deal.live), typed
    )
    if isinstance(decided, Advanced) and deal.facts.leads:
        elsewhere = leads_elsewhere(session, deal)
        let_go: dict[str, list[Json]] = {f"leads/{lead}": [True, None] for lead in elsewhere}
        fields, notes = {**decided.fields, **let_go}, (*decided.notes, *elsewhere.values())
        decided = msgspec.structs.replace(decided, fields=fields, notes=notes)
    return _apply(session, deal, standing, decided, head, note)


def repeat_stage(
    session: Session, deal: LoadedDeal, note: str | None = None, ends: Ends = NOTHING_ENDS
) -> Outcome:
    """Begin the steps of the deal's stage again, in the same visit; raises `Refused`.

    `ends` are activities that end with it.
    """
    note = read_text(session, note)
    deal = end_activities(session, deal, ends)
    head = event_head(session, deal)
    standing = build_standing(session, deal, head)
    problem, stage = check_movable(standing), standing.stage
    if problem is not None or stage is None:
        raise problem.error if problem is not None else AssertionError("no stage to repeat")
    if running_run(deal.live) is None:
        text = "no process runs on this deal, so there are no steps to repeat"
        hint = f"salescli process start {session.short(deal.id)}"
        raise Refused(finding("no-process-runs", text, hint=hint, field="record"))
    following = running.repeat_stage(session, deal, stage, note)
    repeated = running.reload(session, deal)
    words = [f"{stage.name} begins again.", *lettinggo.told_of_steps(deal, repeated)]
    words += carry_on(session, repeated, following, frozenset({stage.stage}))
    title = f"repeat {stage.stage} of {deal.id}: {deal.facts.title}"
    return Outcome((deal.id,), tuple(words), title)


def carry_on(
    session: Session,
    deal: LoadedDeal,
    following: Following,
    passed: frozenset[str] = frozenset(),
    ending: str | None = None,
) -> tuple[str, ...]:
    """Go where the process leads by itself: to a stage, or to its own end. Answers words.

    The rules of a move hold. Where the result of a step leads there, `ending` are the options
    that end it with a move by hand; what the rules refuse is raised, so that the step stays open.
    Else a stage has just begun whose steps are passed by their conditions, and the deal stays at
    its end: nobody is kept out of a stage for what it takes to leave it. `passed` are stages that
    this command has been at: where conditions lead in a circle, the choice is left to somebody.
    """
    run = running_run(deal.live)
    if following.end == END_OF_PROCESS and run is not None:
        stopped = running.stop_run(session, deal, run, running.PROCESS_ENDED)
        left = lettinggo.told_of_steps(deal, stopped)
        left += lettinggo.told_of_unfinished(session, stopped)
        return ("The process has come to its end.", *left)
    if following.end != "stage" or following.to is None or following.to in passed:
        return ()
    head = event_head(session, deal)
    standing = build_standing(session, deal, head)
    line = _line_by_hand(session, deal, standing, following.to) + (ending or "")
    standing = msgspec.structs.replace(standing, by_hand=line)
    to = standing.definition.stage_named(following.to)
    decided: Advanced | RefusedMove
    if to is not None and not to.is_open:
        decided = decide_closing(session, standing, following.to)
    else:
        decided = engine.move(standing, following.to)
    if isinstance(decided, RefusedMove):
        ways = [lettinggo.with_way(entry, line) for entry in decided.findings]
        if ending is None:
            return lettinggo.told_of_refusal(following.to if to is None else to.name, ways)
        decided = RefusedMove(tuple(ways), decided.is_missing)
    return _apply(session, deal, standing, decided, head, None, passed=passed).words


def _apply(
    session: Session,
    deal: LoadedDeal,
    standing: Standing,
    decided: Advanced | RefusedMove,
    head: Mapping[str, Any],
    note: str | None,
    leads: str | None = None,
    passed: frozenset[str] = frozenset(),
    fields: Fields = NO_FIELDS,
) -> Outcome:
    if isinstance(decided, RefusedMove):
        raise decided.error
    if fields:
        decided = joined(decided, fields)
        check_joined(session, deal, decided, standing.definition)
    event = build_event(decided, head, note)
    stage_event(session, deal, event)
    stage_fields(session, deal, {"stage": [decided.from_, decided.to], **decided.fields})
    about_units = _settle_units(session, deal, standing, event)
    forward = "move" if decided.undone else "advance"
    verb = {"moved": forward, "closed": "close", "reopened": "reopen"}[decided.kind]
    title = f"{verb} {deal.id} to {decided.to}: {deal.facts.title}"
    about_leads: Sequence[str] = ()
    if isinstance(event, Closed):
        about_leads = follow_closing(session, deal, event, leads)
    elif isinstance(event, Reopened):
        about_leads = follow_reopening(session, deal, event)
    after = msgspec.structs.replace(standing.deal, stage=decided.to)
    warned = warning_words(session, deal.id, check_deciders(after, standing.definition))
    about_steps: Sequence[str] = ()
    if isinstance(event, Closed) or running_run(deal.live) is not None:
        about_steps = enter(session, deal, passed | {decided.from_})
    words = (*_words(deal, standing, decided), *about_units, *about_leads, *warned, *about_steps)
    return Outcome((deal.id,), words, title)


def _line_by_hand(session: Session, deal: LoadedDeal, standing: Standing, to: str) -> str:
    """The command that takes a deal to a stage by hand; to any other where none leads there."""
    line = stage_line(standing.definition, deal.facts.stage, to, session.short(deal.id))
    return line or f"salescli opp move {session.short(deal.id)} --to STAGE"


def enter(session: Session, deal: LoadedDeal, passed: frozenset[str]) -> Sequence[str]:
    """Let the run follow a stage event that was staged, and tell what that left.

    Without a run, and at an open stage, nothing follows.

    `deal` is the deal before it, `passed` the stages that it has left in this command.
    """
    moved = running.reload(session, deal)
    following = running.enter_stage(session, moved)
    entered = running.reload(session, deal)
    words = lettinggo.told_of_steps(moved, entered)
    is_closed = entered.facts.stage in _finals(session, entered)
    if is_closed or running_run(moved.live) is not None:
        words += lettinggo.told_of_unfinished(session, entered)
    led = carry_on(session, entered, following, passed)
    return (*words, *led)


def _finals(session: Session, deal: LoadedDeal) -> set[str]:
    definition = session.process(deal.facts.process)
    return {stage.stage for stage in definition.stages if not stage.is_open}


def _settle_units(
    session: Session, deal: LoadedDeal, standing: Standing, event: Event
) -> Sequence[str]:
    """A closing in vain frees the deal's units; a win tells which of them it doesn't sell."""
    if not isinstance(event, Closed):
        return ()
    if standing.definition.status_of(event.to) == "won":
        return unsold(session, deal)
    return release_all(session, deal, event, event.to)


def build_event(decided: Advanced, head: Mapping[str, Any], note: str | None) -> Event:
    """The event that writes down what the engine decided."""
    more: dict[str, Any] = {**head, "note": note, "from_": decided.from_, "to": decided.to}
    fields = {path: list(change) for path, change in decided.fields.items()}
    if decided.kind == "reopened":
        return Reopened(
            **more, undone=list(decided.undone), reason=decided.reason or "", fields=fields
        )
    if decided.kind == "closed":
        fields.setdefault("close_date", [None, None])
        return Closed(**more, skipped=list(decided.skipped), forced=decided.forced, fields=fields)
    return Moved(
        **more,
        skipped=list(decided.skipped),
        undone=list(decided.undone),
        forced=decided.forced,
        fields=fields,
    )


def _words(deal: LoadedDeal, standing: Standing, decided: Advanced) -> list[str]:
    definition = standing.definition
    before, after = definition.stage_named(decided.from_), definition.stage_named(decided.to)
    assert before is not None and after is not None
    old = deal.facts.probability
    old = definition.cap_of(before.stage) if old is None or not before.is_open else old
    kept = deal.facts.probability if "probability" not in decided.fields else None
    new = definition.cap_of(after.stage) if kept is None or not after.is_open else kept
    change = f"{old} %" if old == new else f"{old} → {new} %"
    line = f"{before.name} → {after.name}, probability {change}."
    words = [line, *decided.notes]
    if decided.skipped:
        words.append(f"Skipped: {', '.join(decided.skipped)}.")
    if decided.overridden:
        words.append(f"Forced over: {', '.join(u.words for u in decided.overridden)}.")
    if decided.advice:
        told = ", ".join(dict.fromkeys(unmet.field for unmet in decided.advice))
        words.append(f"Not known yet (advice): {told}.")
    if not after.is_open and "close_date" in decided.fields:
        words.append(f"Closed on {format_day(standing.today)}.")
    return words
