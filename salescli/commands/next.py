"""`salescli next`: what deals want now."""

from collections.abc import Sequence

import click

from salescli.commands.app import App, say
from salescli.commands.options import format_option
from salescli.model.calendar import format_day
from salescli.report.numbers import (
    clean_text,
    cut,
    fold_words,
    format_days,
    format_money,
    format_number_of,
    pad,
    width_of,
)
from salescli.workspace.guiding import Guided, Waiting, guide, open_deals_of

MARGIN = " " * 7
WIDTH = 80


@click.command()
@click.argument("deal", required=False, metavar="[DEAL]")
@click.option("--person", metavar="PERSON", help="Whose deals, if not yours.")
@click.option("--actor", metavar="PERSON", help="Who acts.")
@format_option("table", "json")
@click.pass_obj
def next(
    app: App, /, deal: str | None, person: str | None, actor: str | None, format_: str
) -> None:
    """What a deal wants now: its stage's goal, what is missing, and the commands that fill it.

    Without DEAL: every open deal of yours, the longest at its stage first. DEAL may be a lead.
    """
    from salescli.commands.listing import report_invalid
    from salescli.commands.output import print_document
    from salescli.commands.showing_leads import show_next
    from salescli.workspace.addressing import find_record
    from salescli.workspace.deals import load_lead
    from salescli.workspace.named import find_named

    with app.reading(actor) as session:
        if deal is not None:
            found = find_record(session, deal, "opportunity", "lead")
            if found.kind == "lead":
                show_next(session, load_lead(session, found.path), format_)
                return
            guided = [guide(session, found.id)]
        else:
            who = find_named(session, "person", person) if person else session.actor
            guided = [guide(session, one) for one in open_deals_of(session, who)]
        addresses = [session.short(one.deal.id) for one in guided]
        invalid = () if deal is not None else session.index.invalid()
    if format_ == "json":
        print_document({"schema": "salescli/next@1", "deals": [document(one) for one in guided]})
    else:
        for one, address in zip(guided, addresses, strict=True):
            for line in screen(one, address, is_alone=deal is not None):
                click.echo(line)
        if deal is None:
            say(summary(guided))
    report_invalid(invalid)


def summary(guided: Sequence[Guided]) -> str:
    """The line under somebody's deals: how many of them want something."""
    if not guided:
        return "No open deal here is yours. salescli opportunity create TITLE --client NAME"
    wanting = sum(1 for one in guided if is_wanting(one))
    return f"{wanting} of {format_number_of(len(guided), 'open deal')} to be worked on."


def is_wanting(one: Guided) -> bool:
    """Whether a deal is to be worked on: something is missing, late or due, or it lies still."""
    is_due = any(entry.late_days or entry.due_on == one.today for entry in one.waiting)
    return bool(one.guidance.missing) or one.guidance.is_stale or is_due


def document(one: Guided) -> dict[str, object]:
    """A deal's guidance as a JSON record."""
    guidance, facts = one.guidance, one.deal.facts
    return {
        "id": one.deal.id,
        "title": facts.title,
        "client": facts.client,
        "stage": guidance.stage,
        "stage_name": guidance.name,
        "goal": guidance.goal,
        "days_at_stage": guidance.days_at_stage,
        "days_in_stage": guidance.days_in_stage,
        "over_limit": guidance.is_over_limit,
        "stale": guidance.is_stale,
        "activities": [
            {
                "activity": entry.activity.id,
                "type": entry.activity.type,
                "title": entry.activity.title,
                "owner": entry.activity.owner,
                "due_on": None if entry.due_on is None else entry.due_on.isoformat(),
                "late_days": entry.late_days,
                "command": f"salescli activity done {entry.address}",
            }
            for entry in one.waiting
        ],
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
        "commands": list(guidance.go_on),
    }


def screen(one: Guided, address: str, *, is_alone: bool) -> list[str]:
    """A deal's guidance in lines of at most 80 columns; commands are never cut."""
    facts, guidance = one.deal.facts, one.guidance
    money = format_money(facts.budget.amount, facts.budget.currency) if facts.budget else ""
    client = cut(clean_text(one.client), 22)
    room = WIDTH - len(address) - len(money) - 5
    title = pad(cut(clean_text(facts.title), 34), min(34, room - 22))
    left = f"{cut(title, room - width_of(client))} {client}"
    lines = [f" {address}  {pad(left, room + 1)} {money}".rstrip()]
    days = _days(guidance.days_at_stage, guidance.days_in_stage)
    lines.append(f"{MARGIN}{cut(clean_text(guidance.name), 40)}{days}")
    if is_alone and guidance.goal:
        lines += _told("Goal: ", guidance.goal)
    if guidance.is_stale:
        lines.append(f"{MARGIN}! nothing happened for {format_days(guidance.quiet_days or 0)}")
    for waiting in one.waiting:
        lines += _activity(one, waiting)
    for entry in guidance.missing:
        mark = "●" if entry.kind == "require" else "○"
        words = entry.say[:1].lower() + entry.say[1:]
        lines += _pair(_told(f"{mark} ", words), entry.command or "")
    if is_alone:
        lines += _steps(one)
        lines += [f"{MARGIN}→ {command}" for command in guidance.go_on]
    return lines


def _activity(one: Guided, waiting: Waiting) -> list[str]:
    """An open activity: what, the command that ends it, and below for whom and when."""
    activity = waiting.activity
    lines = _pair(_told("● ", activity.title), f"salescli activity done {waiting.address}")
    who = "you" if activity.owner == one.me else activity.owner
    if waiting.late_days:
        return [*lines, f"{MARGIN}  {who}, {format_days(waiting.late_days)} late"]
    when = f", {format_day(waiting.due_on)}" if waiting.due_on and activity.start_at else ""
    return [*lines, f"{MARGIN}  {who}{when}"]


def _told(mark: str, words: str) -> list[str]:
    """Words behind a mark, in as many lines as they take."""
    indent = MARGIN + " " * width_of(mark)
    first, *rest = fold_words(words, WIDTH - len(indent))
    return [MARGIN + mark + first, *(indent + line for line in rest)]


def _days(days: int | None, limit: int | None) -> str:
    if days is None:
        return ""
    return f", {days} of {limit} days" if limit else f", {format_number_of(days, 'day')}"


def _pair(left: list[str], right: str) -> list[str]:
    """Lines with a command at their right end, or below them where it doesn't fit."""
    gap = WIDTH - width_of(left[-1]) - width_of(right)
    if not right:
        return left
    if gap >= 2:
        return [*left[:-1], f"{left[-1]}{' ' * gap}{right}"]
    return [*left, f"{' ' * max(9, WIDTH - width_of(right))}{right}"]


def _steps(one: Guided) -> list[str]:
    lines = []
    for step in one.guidance.steps:
        minutes = f", {step.minutes} min" if step.minutes else ""
        who = " or ".join(step.performers)
        lines += _told("· ", f"{step.kind}: {step.title} ({who}{minutes})")
    return lines
