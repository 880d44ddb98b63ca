"""One record on one screen."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.output import as_text, print_document
from salescli.model.amounts import line_total
from salescli.model.calendar import format_day
from salescli.model.catalogues import choice_named
from salescli.model.conversion import build_document
from salescli.model.definition import Definition
from salescli.model.fields import specs_of
from salescli.model.money import Money
from salescli.report.numbers import (
    clean_text,
    escape_markdown,
    fold_words,
    format_days,
    format_money,
    pad,
    width_of,
)
from salescli.workspace import clients
from salescli.workspace.addressing import find_record
from salescli.workspace.guiding import Guided, client_name, guide
from salescli.workspace.named import find_named
from salescli.workspace.session import Session
from salescli.workspace.unit_rows import units_of
from salescli.workspace.values import catalogue_of, named_things

WIDTH = 80
LABEL = 11
STAGE_MARKS = {"past": "✓", "now": "▶", "ahead": "○"}


def show_deal(app: App, text: str, format_: str) -> None:
    """Print a deal: facts, stage bar with days, people, rivals, products, what it wants."""
    with app.reading() as session:
        one = guide(session, text)
        if format_ == "json":
            held, _ = units_of(session, one.deal.id)
            print_document({**deal_document(one), **({"units": held} if held else {})})
            return
        lines = deal_lines(session, one)
    if format_ == "md":
        lines = as_markdown(one.deal.facts.title, lines)
    for line in lines:
        click.echo(line)


def as_markdown(title: str, lines: list[str]) -> list[str]:
    """A screen as Markdown: the title as heading, the rest as it is between fences.

    The fence is longer than any run of backticks in it, so that no text of a user ends it.
    """
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"# {escape_markdown(clean_text(title))}", "", fence, *lines, fence]


def deal_document(one: Guided) -> dict[str, Any]:
    """A deal as a JSON document: what is on disk, and what is computed beside it."""
    computed = one.computed
    amounts = {"amount": computed.amount, "value": computed.value, "weighted": computed.weighted}
    return {
        "schema": "salescli/opportunity@1",
        **build_document(one.deal.facts),
        "computed": {
            "status": computed.status,
            "probability": computed.probability,
            **{name: str(money) if money else None for name, money in amounts.items()},
            "created_on": computed.created_on.isoformat() if computed.created_on else None,
            "days_in_funnel": computed.days_in_funnel,
            "days_at_stage": computed.days_at_stage,
            "overdue": computed.overdue,
            "stale": computed.stale,
            "completeness": f"{computed.completeness_percent:f}",
            "missing": [entry.field for entry in one.guidance.missing],
        },
    }


def deal_lines(session: Session, one: Guided) -> list[str]:
    """The screen of a deal: at most 80 columns, labels to the left."""
    facts, computed = one.deal.facts, one.computed
    room = WIDTH - len(facts.id) - 3
    title, *more = fold_words(facts.title, room)
    lines = [f" {pad(title, room)}  {facts.id}", *(f" {line}" for line in more)]
    lines += [*_about(session, one), *stage_bar(session, one), *_money_lines(session, one)]
    people = {
        entry.contact: (clients_name(session, entry.contact), entry) for entry in facts.contacts
    }
    for name, entry in people.values():
        words = [
            word for word in (entry.role, _influence(entry.influence), entry.motivator) if word
        ]
        lines += labelled("People", pad(name, 20), ", ".join(words))
    rivals = named_things(session, "competitor")
    for rival in facts.competitors:
        words = [word for word in (rival.product, rival.strengths, rival.weaknesses) if word]
        name = rivals.get(rival.competitor, rival.competitor)
        lines += labelled("Against", pad(name, 20), "; ".join(words))
    lines += _product_lines(session, one)
    lines += _unit_lines(session, facts.id)
    if facts.tactic:
        lines += labelled("Tactic", *facts.tactic.strip().split("\n"), is_one=False)
    for unmet in one.guidance.missing:
        lines += labelled("Wants", unmet.say)
    lines += labelled("Next", one.guidance.go_on[0] if one.guidance.go_on else "nothing")
    if computed.created_on:
        lines += labelled("Created", format_day(computed.created_on))
    return lines


def _unit_lines(session: Session, deal_id: str) -> list[str]:
    """The units that the deal holds; none of it in a store without buildings."""
    rows, broken = units_of(session, deal_id)
    lines = []
    for row in rows:
        words = str(row["state"])
        if row["reserved_until"] is not None:
            words += f" until {format_day(date.fromisoformat(row['reserved_until']))}"
        lines += labelled("Unit", pad(row["id"], 20), words)
    for path in broken:
        lines += labelled("Unit", f"{path} can't be read: salescli check says why")
    return lines


def _influence(influence: str | None) -> str | None:
    return f"{influence} influence" if influence else None


def _about(session: Session, one: Guided) -> list[str]:
    facts = one.deal.facts
    needs = named_choice(session, "needs", facts.need)
    source = named_choice(session, "sources", facts.source)
    people, departments = session.team.people, session.team.departments
    owner = people[facts.owner].name if facts.owner in people else facts.owner
    where = departments[facts.department].name if facts.department in departments else ""
    who = ", ".join(word for word in (owner, where) if word)
    parts = [clean_text(one.client), needs, source, who]
    return wrapped([part for part in parts if part], " · ")


def named_choice(session: Session, dictionary: str, value: str | None) -> str:
    """The name of a dictionary's value, the value itself where it has none."""
    if value is None:
        return ""
    choice = choice_named(session.dictionaries.get(dictionary, {}), value)
    return choice.name if choice else value


def clients_name(session: Session, record_id: str) -> str:
    """The name of a contact or account."""
    return clean_text(client_name(session, record_id))


def stage_bar(session: Session, one: Guided) -> list[str]:
    """The stages with a mark each, and the days spent in those that were visited."""
    computed, definition = one.computed, one.definition
    days: dict[str, int] = {}
    for visit in computed.visits:
        if visit.historical or visit.is_skipped:
            continue
        end = visit.ended_at
        start_day = _day(session, visit.started_at)
        end_day = session.today if end is None else _day(session, end)
        days[visit.stage] = days.get(visit.stage, 0) + (end_day - start_day).days
    return wrapped([_stage(definition, name, days, one) for name in _shown_stages(one)], "  ")


def _day(session: Session, at: int) -> date:
    return session.calendar.day_of(datetime.fromtimestamp(at, UTC))


def _shown_stages(one: Guided) -> list[str]:
    stage = one.deal.facts.stage
    names = [entry.stage for entry in one.definition.open_stages if not entry.retired]
    final = stage if one.computed.status != "open" else one.definition.success.stage
    return [*names, final] if final not in names else names


def _stage(definition: Definition, name: str, days: dict[str, int], one: Guided) -> str:
    entry = definition.stage_named(name)
    title = entry.name if entry else name
    if name == one.deal.facts.stage:
        mark = STAGE_MARKS["now"]
    else:
        mark = STAGE_MARKS["past" if name in days else "ahead"]
    spent = f" {days[name]} d" if name in days and entry and entry.is_open else ""
    return f"{mark} {title}{spent}"


def wrapped(parts: Iterable[str], separator: str) -> list[str]:
    """Parts joined into lines of at most 79 columns after a blank; only a long one is broken."""
    lines: list[str] = []
    for part in map(clean_text, parts):
        if lines and width_of(lines[-1]) + width_of(separator + part) < WIDTH:
            lines[-1] += separator + part
        else:
            lines += [f" {line}" for line in fold_words(part, WIDTH - 1)]
    return lines


def _money(money: Money | None) -> str:
    return format_money(money.amount, money.currency) if money else ""


def _money_lines(session: Session, one: Guided) -> list[str]:
    facts, computed = one.deal.facts, one.computed
    parts = []
    if facts.budget:
        parts.append(f"Budget {_money(facts.budget)}")
    if computed.amount:
        parts.append(f"amount {_money(computed.amount)}")
    if facts.actual_revenue:
        parts.append(f"revenue {_money(facts.actual_revenue)}")
    chance = f"{computed.probability} %"
    parts.append(f"{chance} → {_money(computed.weighted)}" if computed.weighted else chance)
    lines = wrapped(parts, " · ")
    if facts.close_date:
        days = (facts.close_date - session.today).days
        when = f"in {format_days(days)}" if days > 0 else f"{format_days(-days)} ago"
        when = when if days else "today"
        verb = "Closes" if computed.status == "open" else "Closed"
        lines.append(f" {verb} {format_day(facts.close_date)} ({when})")
    if facts.close_reason:
        reason = named_choice(session, "close_reasons", facts.close_reason)
        details = f": {facts.close_details}" if facts.close_details else ""
        lines += [f" {line}" for line in fold_words(reason + details, WIDTH - 1)]
    return lines


def _product_lines(session: Session, one: Guided) -> list[str]:
    names = named_things(session, "product")
    lines = []
    for line in one.deal.facts.products:
        title = line.title or names.get(line.product or "", line.product or "")
        price = f"{line.quantity:f} × {_money(line.price)}"
        discount = f" − {line.discount:f} %" if line.discount else ""
        total = _money(line_total(line))
        first = clean_text(title)
        if width_of(first) > 24:  # on lines of its own: a name is never cut
            lines += labelled("Products", first)
            first = ""
        left = f" {'Products' if first else '':<{LABEL - 1}}{pad(first, 24)} {price}{discount}"
        gap = WIDTH - width_of(left) - width_of(total)
        lines += [f"{left}{' ' * gap}{total}"] if gap > 0 else [left, pad(total, WIDTH, right=True)]
    return lines


def labelled(label: str, *parts: str, is_one: bool = True) -> list[str]:
    """A label, and beside it its text in as many lines as that takes.

    Parts are set one beside the other, or, if they aren't one, below each other.
    """
    room = WIDTH - LABEL
    one = " ".join(clean_text(part) for part in parts if part)
    if is_one and width_of(one) <= room:
        texts = [one]
    else:
        texts = [line for part in ([one] if is_one else parts) for line in fold_words(part, room)]
    labels = [label, *[""] * (len(texts) - 1)]
    return [
        f" {name:<{LABEL - 1}}{text}".rstrip() for name, text in zip(labels, texts, strict=True)
    ]


def show_client(app: App, kind: str, text: str, format_: str) -> None:
    """Print an account or contact, field by field."""
    with app.reading() as session:
        found = find_record(session, text, kind)
        record = clients.load_client(session, found)[1]
    show_fields(kind, build_document(record), type(record), format_)


def show_named(app: App, kind: str, text: str, format_: str) -> None:
    """Print a person, department or product, field by field."""
    with app.reading() as session:
        slug = find_named(session, kind, text)
        record = catalogue_of(session, kind)[slug]
    document = {"id": slug, **build_document(record)}
    show_fields(kind, document, type(record), format_)


def _entry_lines(key: str, entry: Any) -> list[str]:
    """An entry of a mapping; what a competitor sells is a mapping again, a line for each value."""
    if not isinstance(entry, dict):
        return [f"{key}: {as_text(entry)}"]
    rest = [f"  {name} {as_text(value)}" for name, value in entry.items() if name != "name"]
    return [f"{key}: {as_text(entry.get('name'))}", *rest]


def show_fields(kind: str, document: dict[str, Any], record: Any, format_: str) -> None:
    """Print a document: JSON, or a line a field."""
    if format_ == "json":
        print_document({"schema": f"salescli/{kind}@1", **document})
        return
    rows: list[tuple[str, list[str]]] = []
    for name in dict.fromkeys(["id", *(spec.name for spec in specs_of(record))]):
        if name in document:
            value = document[name]
            if isinstance(value, dict):
                texts = [line for pair in value.items() for line in _entry_lines(*pair)]
            else:
                texts = as_text(value).strip().split("\n")
            rows.append((name, texts))
    if format_ == "md":
        for name, texts in rows:
            said = "; ".join(escape_markdown(clean_text(text)) for text in texts)
            click.echo(f"- **{name}**: {said}")
        return
    width = max(len(name) for name, _ in rows) + 2
    for name, texts in rows:
        for number, text in enumerate(texts):
            click.echo(f" {name if number == 0 else '':<{width}}{clean_text(text)}")
