"""What `next` shows on a terminal: a deal in lines of at most 80 columns. Commands aren't cut."""

from collections.abc import Sequence

from salescli.model.calendar import format_day
from salescli.process.expected import Expected, Route
from salescli.process.guidance import Way
from salescli.report.text.numbers import (
    clean_text,
    cut,
    fold_words,
    format_days,
    format_money,
    format_number_of,
    pad,
    width_of,
)
from salescli.report.text.wording import begun_small, format_time
from salescli.workspace.guiding import Guided, Waiting
from salescli.workspace.mornings import Morning

MARGIN = " " * 7
WIDTH = 80
MANDATORY = "must be done before the deal goes on"
_LONGEST_RESULT = 20  # columns of results that stand under one another


def summary(morning: Morning, me: str | None) -> str:
    """The line under somebody's deals: how many of them want something today."""
    total = len(morning.all)
    is_mine = morning.person == me
    if not total and is_mine:
        return "No open deal here is yours. salescli opportunity create TITLE --client NAME"
    if not total:
        return f"{morning.name} has no open deal here."
    wanting = len(morning.wanting)
    whose, of_whom = ("your ", "") if is_mine else ("", f" of {morning.name}")
    if total == 1:
        whose = "Your" if is_mine else "The"
        what = "something" if wanting else "nothing"
        return f"{whose} open deal{of_whom} wants {what} today."
    verb = "wants" if wanting == 1 else "want"
    return f"{wanting} of {whose}{total} open deals{of_whom} {verb} something today."


def screen(one: Guided, address: str, *, is_alone: bool) -> list[str]:
    """A deal's guidance in lines: all of it, or of one among others what is to be done."""
    guidance = one.guidance
    lines = [_title(one, address)]
    whose = f"{cut(clean_text(one.store), 30)} · " if one.store else ""
    lines.append(f"{MARGIN}{whose}{stage_words(one, 40)}")
    if is_alone and guidance.goal:
        lines += _told("Goal: ", guidance.goal)
    for words, command in alarms(one, address):
        lines += _pair(one, _told("! ", words), command)
    for waiting in one.waiting:
        lines += _activity(one, waiting, is_alone=is_alone)
    for entry in guidance.missing:
        if is_alone and entry.is_asked:
            continue
        mark = "○" if entry.kind == "advise" else "●"
        lines += _pair(one, _told(f"{mark} ", begun_small(entry.say)), entry.command or "")
    if guidance.has_come_to_end:
        lines += _told("✓ ", f"{guidance.name} is at its end")
    return lines + (_further(one) if is_alone else _onward(one))


def alarms(one: Guided, address: str) -> list[tuple[str, str]]:
    """What is wrong with a deal's days, and the command that mends it; empty where none does."""
    guidance, found = one.guidance, []
    if guidance.is_over_limit:
        over = (guidance.days_at_stage or 0) - (guidance.days_in_stage or 0)
        found.append((f"{format_days(over)} over the limit of its stage", ""))
    if guidance.overdue_since is not None:
        words = f"the close date was {format_day(guidance.overdue_since)}"
        found.append((words, f"salescli opp set {address} --close-date …"))
    if guidance.is_stale:
        words = f"nothing happened for {format_days(guidance.quiet_days or 0)}"
        found.append((words, f"salescli activity plan {address} …"))
    return found


def fitting(screens: Sequence[Sequence[str]], height: int) -> int:
    """How many of the first screens fit into so many lines; the first one always does."""
    total = 0
    for count, lines in enumerate(screens):
        total += len(lines)
        if total > height:
            return max(count, 1)
    return len(screens)


def stage_words(one: Guided, room: int | None = None) -> str:
    """`Qualification, 7 of 30 days`; the name cut to `room` columns."""
    days, limit = one.guidance.days_at_stage, one.guidance.days_in_stage
    name = clean_text(one.guidance.name)
    name = name if room is None else cut(name, room)
    if days is None:
        return name
    return (
        f"{name}, {days} of {limit} days" if limit else f"{name}, {format_number_of(days, 'day')}"
    )


def who_and_when(one: Guided, waiting: Waiting) -> str:
    """`you, 7 days late`, `Carl, today 14:00`: who is to do it, by when.

    A step of somebody else `waits for Carl, 6 Nov 2026`.
    """
    is_mine = waiting.activity.owner == one.me
    waits = "waits for " if waiting.expected.is_step else ""
    who = "you" if is_mine else waits + clean_text(waiting.who)
    if waiting.late_days:
        return f"{who}, {format_days(waiting.late_days)} late"
    start, due_on = waiting.activity.start_at, waiting.due_on
    if due_on is None:
        return who
    day = "today" if due_on == one.today else format_day(due_on)
    if start is None or start == one.calendar.start_of(due_on):
        return f"{who}, {day}"
    return f"{who}, {day} {format_time(start, one.calendar).rpartition(' ')[2]}"


def way_words(way: Way) -> str:
    """What a way is, for people."""
    names = {
        "advance": f"on to {clean_text(way.name or '')}",
        "close": clean_text(way.name or ""),
        "repeat": "its steps once more",
        "move": "to another stage",
        "reopen": "open it again",
        "check": "the process has no such stage any more",
    }
    return names[way.do]


def _title(one: Guided, address: str) -> str:
    facts = one.deal.facts
    money = format_money(facts.budget.amount, facts.budget.currency) if facts.budget else ""
    client = cut(clean_text(one.client), 22)
    room = WIDTH - len(address) - len(money) - 5
    title = pad(cut(clean_text(facts.title), 34), min(34, room - 22))
    left = f"{cut(title, room - width_of(client))} {client}"
    return f" {address}  {pad(left, room + 1)} {money}".rstrip()


def _activity(one: Guided, waiting: Waiting, *, is_alone: bool) -> list[str]:
    """An open activity: what, the command that ends it, below for whom and when, its results."""
    expected = waiting.expected
    may_end = expected.may_end(one.me)
    routes = expected.routes if is_alone and len(expected.routes) > 1 else ()
    is_told_below = bool(routes) and not expected.fields
    command = expected.typed if may_end and not is_told_below else ""
    lines = _pair(one, _told("● ", expected.activity.title), command)
    lines.append(f"{MARGIN}  {cut(who_and_when(one, waiting), WIDTH - 9)}")
    if expected.is_mandatory:
        lines += _told("  ", MANDATORY)
    if routes:
        return lines + _routes(one, routes, may_end=may_end)
    if expected.is_approval and may_end:
        return lines + _other_decisions(one, expected)
    if is_alone or not expected.is_choice:
        return lines
    results = ", ".join(route.result for route in expected.routes)
    return [*lines, *_told("  ", f"results: {results}")]


def _routes(one: Guided, routes: Sequence[Route], *, may_end: bool) -> list[str]:
    """Each result with what it leads to, and its command."""
    widths = [width_of(clean_text(route.result)) for route in routes]
    room = max((width for width in widths if width <= _LONGEST_RESULT), default=0)
    lines: list[str] = []
    for route, width in zip(routes, widths, strict=True):
        name = clean_text(route.result)
        is_long = width > _LONGEST_RESULT
        mark = "  " if is_long else f"  {pad(name, room)} → "
        words = f"{name} → {route.leads_to}" if is_long else route.leads_to
        lines += _pair(one, _told(mark, words), route.command if may_end else "")
    return lines


def _other_decisions(one: Guided, expected: Expected) -> list[str]:
    """The decisions on an approval beside the recommended one."""
    others = [route for route in expected.routes if route.command != expected.command]
    return [
        line for route in others for line in _pair(one, _told("  ", route.result), route.command)
    ]


def _further(one: Guided) -> list[str]:
    """What comes after the open steps, and every way on."""
    guidance = one.guidance
    lines: list[str] = []
    if guidance.after:
        titles = "; ".join(step.title for step in guidance.after)
        lines += _told("· then: ", titles)
    if guidance.start is not None and guidance.steps:
        lines += _told("· steps: ", "; ".join(step.title for step in guidance.steps))
    for way in guidance.ways:
        lines += _pair(one, _told("→ ", way_words(way)), way.command)
    return lines + _leading(one)


def _leading(one: Guided) -> list[str]:
    """How the process would lead a deal that it doesn't, or when it came to its end."""
    guidance = one.guidance
    if guidance.ended_on is not None:
        return _told("✓ ", f"The process came to its end on {format_day(guidance.ended_on)}")
    if guidance.start is None:
        return []
    return _pair(one, _told("→ ", "or let the process lead"), guidance.start)


def _onward(one: Guided) -> list[str]:
    """The recommended way on of a deal among others, where its stage is at its end.

    Of one that the process doesn't lead, how it would.
    """
    lines: list[str] = []
    for way in one.guidance.ways[:1] if one.guidance.is_at_end else ():
        lines += _pair(one, _told("→ ", way_words(way)), way.command)
    return lines + _leading(one)


def _told(mark: str, words: str) -> list[str]:
    """Words behind a mark, in as many lines as they take."""
    indent = MARGIN + " " * width_of(mark)
    first, *rest = fold_words(words, WIDTH - len(indent))
    return [MARGIN + mark + first, *(indent + line for line in rest)]


def _pair(one: Guided, left: list[str], command: str) -> list[str]:
    """Lines with a command at their right end, or below them where it doesn't fit."""
    right = one.aim(command)
    gap = WIDTH - width_of(left[-1]) - width_of(right)
    if not right:
        return left
    if gap >= 2:
        return [*left[:-1], f"{left[-1]}{' ' * gap}{right}"]
    return [*left, f"{' ' * max(9, WIDTH - width_of(right))}{right}"]
