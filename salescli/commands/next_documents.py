"""`next` for scripts and for a mail: `salescli/next@1`, and the same as Markdown."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec.structs import replace

from salescli.commands.next_screens import (
    MANDATORY,
    alarms,
    stage_words,
    way_words,
    who_and_when,
)
from salescli.model.calendar import format_day, format_instant
from salescli.process.forms import form_document
from salescli.report.text.numbers import (
    clean_text,
    code_markdown,
    escape_markdown,
    format_money,
)
from salescli.report.text.wording import begun_small
from salescli.workspace.guiding import Guided, Waiting
from salescli.workspace.mornings import Morning

NEXT_SCHEMA = "salescli/next@1"
_COMMANDS = ("command", "commands", "hint")  # keys of texts with commands


def build_next_document(deals: Sequence[Guided]) -> dict[str, Any]:
    """`salescli/next@1`: what each of the deals wants."""
    return {"schema": NEXT_SCHEMA, "deals": [_deal(one) for one in deals]}


def _deal(one: Guided) -> dict[str, Any]:
    guidance, facts = one.guidance, one.deal.facts
    document = {
        "id": one.deal.id,
        "title": facts.title,
        "client": facts.client,
        "stage": guidance.stage,
        "stage_name": guidance.name,
        "goal": guidance.goal,
        "days_at_stage": guidance.days_at_stage,
        "days_in_stage": guidance.days_in_stage,
        "over_limit": guidance.is_over_limit,
        "overdue_since": _day(guidance.overdue_since),
        "stale": guidance.is_stale,
        "run": guidance.run,
        "at_end_of_stage": guidance.is_at_end,
        "activities": [_activity(entry) for entry in one.waiting],
        "missing": [
            {
                "kind": entry.kind,
                "say": entry.say,
                "field": entry.field,
                "command": entry.command,
            }
            for entry in guidance.missing
        ],
        "steps": [
            {
                "step": step.step,
                "kind": step.kind,
                "title": step.title,
                "performers": list(step.performers),
                "results": list(step.results),
                "minutes": step.minutes,
            }
            for step in guidance.steps
        ],
        "ways": [
            {"do": way.do, "to": way.to, "to_name": way.name, "command": way.command}
            for way in guidance.ways
        ],
        "blocked_by": [
            {"code": one.code, "text": one.text, "hint": one.hint, "field": one.field}
            for one in guidance.blocked_by
        ],
        "commands": list(guidance.commands),
    }
    return _of_store(one, document) if one.store else document


def _of_store(one: Guided, document: dict[str, Any]) -> dict[str, Any]:
    """What a deal of a group wants, and whose it is; commands name the store's directory."""

    def aimed(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: aimed(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [aimed(inner, key) for inner in value]
        return one.aim(value) if key in _COMMANDS and value is not None else value

    return {**aimed(document), "store": one.store}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _activity(entry: Waiting) -> dict[str, Any]:
    activity = entry.activity
    return {
        "activity": activity.id,
        "type": activity.type,
        "title": activity.title,
        "owner": activity.owner,
        "start": None if activity.start_at is None else format_instant(activity.start_at),
        "due_on": _day(entry.due_on),
        "late_days": entry.late_days,
        "step": activity.step if entry.expected.is_step else None,
        "mandatory": entry.expected.is_mandatory,
        "fields": form_document(entry.expected.form),
        "results": [
            {"result": route.result, "leads_to": route.leads_to, "command": route.command}
            for route in entry.expected.routes
        ],
        "command": entry.expected.command,
    }


def format_morning_markdown(morning: Morning, told: str) -> list[str]:
    """A morning mail to the person: their deals, those first that want something today.

    `told` is the line about all of them.
    """
    day = f", {format_day(morning.all[0].today)}" if morning.all else ""
    lines = [f"# {_safe(morning.name)}{day}", "", _safe(told), ""]
    for heading, deals in (("Today", morning.wanting), ("Not today", morning.rest)):
        if deals:
            lines += [f"## {heading}", ""]
        for one in deals:
            mine = replace(one, me=morning.person)
            lines += format_deal_markdown(mine, one.address, "###")
    return lines[:-1]


def format_deal_markdown(one: Guided, address: str, heading: str = "#") -> list[str]:
    """What a deal wants as a part of a Markdown document, an empty line at its end."""
    guidance, facts = one.guidance, one.deal.facts
    budget = format_money(facts.budget.amount, facts.budget.currency) if facts.budget else ""
    parts = (one.client, one.store, budget, stage_words(one))
    about = " · ".join(_safe(part) for part in parts if part)
    lines = [f"{heading} {_safe(facts.title)}", "", about, ""]
    if guidance.goal:
        lines += [f"Goal: {_safe(guidance.goal)}", ""]
    for words, command in alarms(one, address):
        lines.append(_item(_sentence(words), one.aim(command)))
    for waiting in one.waiting:
        lines += _activity_markdown(one, waiting)
    for entry in guidance.missing:
        kind = "Not known yet" if entry.kind == "advise" else "Required"
        lines.append(
            _item(f"{kind}: {_safe(begun_small(entry.words))}", one.aim(entry.command or ""))
        )
    if guidance.has_come_to_end:
        lines.append(f"- **{_safe(guidance.name)} is at its end.**")
    for way in guidance.ways:
        lines.append(_item(_safe(_sentence(way_words(way))), one.aim(way.command)))
    if guidance.ended_on is not None:
        lines.append(f"- The process came to its end on {format_day(guidance.ended_on)}.")
    if guidance.start is not None:
        lines.append(_item("Or let the process lead", one.aim(guidance.start)))
    return [*lines, ""]


def _activity_markdown(one: Guided, waiting: Waiting) -> list[str]:
    expected = waiting.expected
    told = f"**{_safe(expected.activity.title)}** ({_safe(who_and_when(one, waiting))})"
    if expected.is_mandatory:
        told += f", {MANDATORY}"
    may_end = expected.may_end(one.me)
    if not expected.is_choice and not (expected.is_approval and expected.routes):
        return [_item(told, one.aim(expected.typed) if may_end else None)]
    lines = [f"- {told}"]
    for route in expected.routes:
        said = f"{_safe(route.result)} → {_safe(route.leads_to)}"
        lines.append(f"  {_item(said, one.aim(route.command) if may_end else None)}")
    return lines


def _item(words: str, command: str | None) -> str:
    """An item of a list; the command as code."""
    return f"- {words}: {code_markdown(command)}" if command else f"- {words}"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _safe(text: str) -> str:
    return escape_markdown(clean_text(text))
