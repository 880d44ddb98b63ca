"""The commands that hints and guidance print, so that each is spelled in one place."""

import shlex

from salescli.model.activities import Activity
from salescli.model.activity_rules import CANCELLED, results_of_step
from salescli.model.approvals import APPROVED, REJECTED, VERBS
from salescli.model.criteria import Unmet
from salescli.model.definition import Definition
from salescli.model.expression import ME
from salescli.model.fields import spec_named
from salescli.model.records import Opportunity

_TYPED = frozenset("text choice reference money day percent yes-no whole decimal".split())


def fill_command(unmet: Unmet, address: str, proposal: str = "") -> str | None:
    """The command that would fill in what a criterion misses; None where no option does.

    The value stands in it where the criterion leaves only one, else `…`. `proposal` is how
    commands name the deal's latest proposal, empty without one.
    """
    condition = unmet.condition
    top, _, inner = condition.name.name.partition(".")
    if top == "proposals" and proposal and inner in _SET_OF_PROPOSAL and condition.op != "unset":
        return f"salescli proposal set {proposal} --{inner} {_value(unmet)}"
    if top in _ADDED_BY:
        return _add_command(_ADDED_BY[top], unmet, address, inner)
    if top in ("custom", "external") and condition.op != "unset":
        return f"salescli opp set {address} --{top} {inner}={_value(unmet)}"
    spec = spec_named(Opportunity, top)
    if spec is None or spec.kind not in _TYPED or spec.computed_by_commands:
        return None
    if spec.name in _WRITTEN_BY_CLOSING or condition.op == "unset":
        return None
    return f"salescli opp set {address} --{spec.name.replace('_', '-')} {_value(unmet)}"


def _value(unmet: Unmet) -> str:
    """The value that the criterion wants, quoted for a shell; `…` where it leaves a choice."""
    condition = unmet.condition
    is_told = condition.op == "=" and len(condition.values) == 1 and condition.name.kind != "day"
    return shlex.quote(str(condition.values[0])) if is_told and condition.values[0] != ME else "…"


def _add_command(command: str, unmet: Unmet, address: str, inner: str) -> str | None:
    """The command that adds what a list lacks; of one with a field, an item that has it."""
    if unmet.condition.op == "unset":
        return None
    if inner == "result":  # it is said of what was planned before
        return None
    named = "" if command.startswith("proposal") else " …"
    line = f"salescli {command} {address}"
    if not inner:
        return f"{line}{named}"
    value = _value(unmet)
    is_key = command.endswith(f" {inner} add")
    return f"{line} {value}" if is_key else f"{line}{named} --{inner.replace('_', '-')} {value}"


# Lists of a deal, and the command that adds to each.
_ADDED_BY = {
    "contacts": "opp contact add",
    "competitors": "opp competitor add",
    "products": "opp product add",
    "amount": "opp product add",
    "team": "opp member add",
    "leads": "opp lead add",
    "proposals": "proposal add",
    "activities": "activity plan",
}
_SET_OF_PROPOSAL = frozenset({"state", "amount", "number", "version", "file"})
_WRITTEN_BY_CLOSING = frozenset({"id", "close_reason", "close_details", "actual_revenue"})


def close_lines(definition: Definition, address: str, stage: str | None = None) -> list[str]:
    """The `close` line of each final stage in use, or of one."""
    lines = []
    for entry in definition.stages:
        if entry.is_open or entry.retired or (stage is not None and entry.stage != stage):
            continue
        more = "" if entry.final == "success" else " --reason REASON"
        lines.append(f"salescli opp close {address} --outcome {entry.stage}{more}")
    return lines


def is_runnable(command: str) -> bool:
    """Whether a command can be run as it stands: it leaves nothing to be typed."""
    return "…" not in command


def end_command(
    activity: Activity, address: str, approval: str | None = None, result: str | None = None
) -> str:
    """The command that ends an activity with this result.

    Without one: done, of several results with the first; a step that can only be cancelled is
    cancelled. `approval` is how commands name the one that its step waits for.
    """
    own = results_of_step(activity)
    if result is None:
        first = own[0] if own else CANCELLED if activity.results else None
        result = APPROVED if approval is not None else first
    if approval is not None and result in VERBS:
        more = " --note …" if result == REJECTED else ""
        return f"salescli approval {VERBS[result]} {approval}{more}"
    if result == CANCELLED:
        return f"salescli activity cancel {address}"
    told = f" --result {shlex.quote(result)}" if result is not None and len(own) > 1 else ""
    return f"salescli activity done {address}{told}"


def ending_option(activity: Activity, address: str) -> str:
    """`--done ACT[=RESULT]`: the activity ends together with a change of the stage."""
    results = results_of_step(activity)
    if activity.results and not results:
        return f"--cancel {address}"
    result = f"={results[0]}" if len(results) > 1 else ""
    return f"--done {shlex.quote(address + result)}"
