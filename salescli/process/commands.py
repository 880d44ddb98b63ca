"""The commands that hints and guidance print, so that each is spelled in one place."""

import shlex

from salescli.model.criteria import Unmet
from salescli.model.definition import Definition
from salescli.model.expression import ME
from salescli.model.fields import spec_named
from salescli.model.records import Opportunity

_TYPED = frozenset("text choice reference money day percent yes-no whole decimal".split())


def fill_command(unmet: Unmet, address: str) -> str | None:
    """The command that would fill in what a criterion misses; None where no option does.

    The value stands in it where the criterion leaves only one, else `…`.
    """
    condition = unmet.condition
    spec = spec_named(Opportunity, condition.name.name)
    if spec is None or spec.kind not in _TYPED or spec.computed_by_commands:
        return None
    if spec.name in _WRITTEN_BY_CLOSING or condition.op == "unset":
        return None
    value = "…"
    is_told = condition.op == "=" and len(condition.values) == 1 and spec.kind != "day"
    if is_told and condition.values[0] != ME:
        value = shlex.quote(str(condition.values[0]))
    return f"salescli opp set {address} --{spec.name.replace('_', '-')} {value}"


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
