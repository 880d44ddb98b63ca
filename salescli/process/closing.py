"""Closing and reopening a deal: values in, values out (domain.md section 2)."""

from collections.abc import Sequence
from datetime import date

import msgspec

from salescli.model.amounts import value_of
from salescli.model.catalogues import Choice, Dictionary, choice_named
from salescli.model.definition import Stage
from salescli.model.errors import Finding, finding
from salescli.model.events import Json
from salescli.model.leads import check_outcome
from salescli.model.money import Money
from salescli.model.nearest import did_you_mean
from salescli.model.rules import LOST_TO, UNKNOWN_WINNER, needs_details
from salescli.process.barriers import Barriers, barriers_of
from salescli.process.standing import (
    Advanced,
    Fields,
    Outcome,
    RefusedMove,
    Standing,
    build_fields,
    check_movable,
    check_target,
    move_line,
    open_stages_hint,
    ordered,
    probability_fields,
    refused,
    retired,
    stages_skipped,
    stages_undone,
    unknown_stage,
)


class _Given(msgspec.Struct, frozen=True):
    """What was typed with a closing."""

    reason: str | None
    details: str | None
    revenue: Money | None
    winner: str | None
    leads: str | None


def close(
    standing: Standing,
    outcome: str,
    *,
    close_reasons: Dictionary,
    day: date | None = None,
    reason: str | None = None,
    details: str | None = None,
    revenue: Money | None = None,
    winner: str | None = None,
    leads: str | None = None,
    force: str | None = None,
    is_import: bool = False,
) -> Outcome:
    """Move to a final stage: its id, or `won`. `day` is the day of the closing [today].

    `leads` is where the leads go, `winner` a competitor that exists, or `unknown`. An import may
    give the reasons that are offered to imports alone.
    """
    if (problem := check_movable(standing)) is not None:
        return problem
    definition = standing.definition
    success = definition.success if outcome == "won" else None
    stage = definition.stage_named(outcome) or success
    if stage is None:
        return _unknown_outcome(standing, outcome)
    if stage.is_open:
        text = f"{stage.name} is an open stage: a deal is moved there, not closed"
        return refused(finding("open-stage", text, hint=move_line(standing, outcome)))
    given = _Given(reason, (details or "").strip() or None, revenue, winner, leads)
    found = check_target(standing, stage)
    skipped: list[str] = []
    barriers = Barriers()
    if stage.final == "success":
        skipped = stages_skipped(standing, stage)
        barriers = barriers_of(standing, skipped)
        found += _check_win(standing, given)
    else:
        found += _check_failure(standing, stage, given, close_reasons, is_import)
    found += barriers.reasons(standing, force)
    if found:
        is_missing = all(problem.code == "unknown-reason" for problem in found)
        return RefusedMove(tuple(found), is_missing)
    fields, notes = probability_fields(standing, stage)
    return Advanced(
        kind="closed",
        from_=standing.deal.stage,
        to=stage.stage,
        skipped=tuple(skipped),
        forced=barriers.forced(force),
        fields=ordered(fields | _closing_fields(standing, given, day or standing.today)),
        advice=barriers.advice,
        overridden=barriers.required,
        notes=(*notes, *_told_of_value(standing, stage, revenue), *barriers.notes(force)),
    )


def _told_of_value(standing: Standing, stage: Stage, revenue: Money | None) -> list[str]:
    """What to say where nothing tells what a win is worth: reports then count it as nothing."""
    if (
        stage.final != "success"
        or revenue is not None
        or value_of(standing.deal, is_won=True) is not None
    ):
        return []
    line = f"salescli opp set {standing.name} --actual-revenue …"
    return [f"No revenue, amount or budget is known: {line}"]


def _closing_fields(standing: Standing, given: _Given, day: date) -> Fields:
    after: dict[str, Json] = {
        "close_date": day.isoformat(),
        "winner": given.winner,
        "close_reason": given.reason,
        "close_details": given.details,
        "actual_revenue": None if given.revenue is None else str(given.revenue),
    }
    fields = build_fields(standing.deal, after, keep="close_date")
    listed = [entry.competitor for entry in standing.deal.competitors]
    if given.winner is not None and given.winner not in (*listed, UNKNOWN_WINNER):
        fields[f"competitors/{given.winner}"] = [None, {}]
    return fields


def _unknown_outcome(standing: Standing, outcome: str) -> RefusedMove:
    finals = [s.stage for s in standing.definition.stages if not s.is_open and not s.retired]
    text = f'{standing.deal.process} has no outcome "{outcome}"'
    hint = did_you_mean(outcome, finals) or f"outcomes are {', '.join(finals)}"
    return RefusedMove((finding("unknown-outcome", text, hint=hint, field="stage"),), True)


def _check_win(standing: Standing, given: _Given) -> list[Finding]:
    found = check_outcome("won", given.leads)
    found += [
        finding("reason-not-failed", f"a won deal takes no --{option}", field=name)
        for option, name, value in (
            ("reason", "close_reason", given.reason),
            ("details", "close_details", given.details),
            ("winner", "winner", given.winner),
        )
        if value is not None
    ]
    deal, revenue = standing.deal, given.revenue
    money = [deal.budget, deal.direct_expense, *(line.price for line in deal.products)]
    currencies = {entry.currency for entry in money if entry is not None}
    if revenue is not None and not currencies <= {revenue.currency}:
        text = f"the deal is in {', '.join(sorted(currencies))}, the revenue in {revenue.currency}"
        found.append(finding("two-currencies", text, field="actual_revenue"))
    return found


def _check_failure(
    standing: Standing, stage: Stage, given: _Given, close_reasons: Dictionary, is_import: bool
) -> list[Finding]:
    offered = offered_reasons(close_reasons, is_import)
    status = standing.definition.status_of(stage.stage)
    found = _check_reason(status, given, close_reasons, offered)
    if given.winner is not None and given.reason != LOST_TO:
        text = f"a winner belongs to the reason {LOST_TO}"
        found.append(finding("winner-not-asked", text, field="winner"))
    if given.revenue is not None:
        text = f"only a won deal has a revenue ({given.revenue}), this one would be {status}"
        found.append(finding("revenue-not-won", text, field="actual_revenue"))
    return found


def _check_reason(
    status: str, given: _Given, close_reasons: Dictionary, offered: Sequence[str]
) -> list[Finding]:
    reason = given.reason
    if reason is None:
        text = f"a {status} deal needs --reason, one of {', '.join(offered)}"
        return [finding("reason-needed", text, field="close_reason")]
    entry = choice_named(close_reasons, reason)
    if entry is None:
        text = f'there is no reason "{reason}"'
        hint = did_you_mean(reason, offered) or f"one of {', '.join(offered)}"
        return [finding("unknown-reason", text, hint=hint, field="close_reason")]
    found = [] if reason in offered else [_not_offered(reason, entry, offered)]
    if needs_details(reason, close_reasons) and given.details is None:
        text = f"the reason {reason!r} needs --details"
        found.append(finding("details-needed", text, field="close_details"))
    if reason == LOST_TO and given.winner is None:
        text = f"the reason {LOST_TO} needs --winner NAME, or --winner {UNKNOWN_WINNER}"
        found.append(finding("winner-needed", text, field="winner"))
    return found


def _not_offered(reason: str, entry: Choice, offered: Sequence[str]) -> Finding:
    hint = f"one of {', '.join(offered)}"
    if entry.retired:
        text = f"the reason {reason!r} is retired: nothing new takes it"
        return finding("retired-reason", text, hint=hint, field="close_reason")
    text = f"the reason {reason!r} is for imports"
    return finding("import-only-reason", text, hint=hint, field="close_reason")


def offered_reasons(close_reasons: Dictionary, is_import: bool = False) -> list[str]:
    """Ids of the reasons that may be given, in the order of the dictionary."""
    entries = ((name, choice_named(close_reasons, name)) for name in close_reasons)
    return [
        name
        for name, entry in entries
        if entry is not None and not entry.retired and (is_import or not entry.imported)
    ]


def reopen(
    standing: Standing,
    to: str,
    reason: str,
    expected_close_date: date | None = None,
    close_date: date | None = None,
) -> Outcome:
    """Take a closed deal back to an open stage.

    `expected_close_date` is the one before the closing, which returns unless it has passed;
    `close_date` is the one that somebody typed instead.
    """
    deal = standing.deal
    if standing.stage is not None and standing.stage.is_open:
        text = f"the deal is open, at {standing.stage.name}"
        return refused(finding("not-closed", text, hint=move_line(standing, to), field="stage"))
    stage = standing.definition.stage_named(to)
    if stage is None:
        return unknown_stage(standing, to)
    found = _check_reopening(standing, stage, reason)
    if found:
        return RefusedMove(tuple(found))
    returning = close_date
    if returning is None and expected_close_date and expected_close_date >= standing.today:
        returning = expected_close_date
    fields, notes = probability_fields(standing, stage)
    after: dict[str, Json] = dict.fromkeys(
        ("winner", "close_reason", "close_details", "actual_revenue", "archived")
    )
    after["close_date"] = None if returning is None else returning.isoformat()
    if returning is None:
        notes.append("The close date is empty now.")
    return Advanced(
        kind="reopened",
        from_=deal.stage,
        to=to,
        undone=tuple(stages_undone(standing, stage)),
        reason=reason.strip(),
        fields=ordered(fields | build_fields(deal, after)),
        notes=tuple(notes),
    )


def _check_reopening(standing: Standing, stage: Stage, reason: str) -> list[Finding]:
    found: list[Finding] = []
    if not stage.is_open:
        text = f"{stage.name} is final: a deal is reopened to an open stage"
        hint = open_stages_hint(standing.definition.open_stages)
        found.append(finding("final-stage", text, hint=hint, field="stage"))
    elif stage.retired:
        found.append(retired(stage))
    if not reason.strip():
        hint = f"salescli opp reopen {standing.name} --to {stage.stage} --reason TEXT"
        text = "a reopening has a reason"
        found.append(finding("reason-needed", text, hint=hint, field="reason"))
    return found
