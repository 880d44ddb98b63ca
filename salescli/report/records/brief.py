"""The brief of a deal: all that one must know before a meeting, as Markdown. Pure."""

from collections.abc import Iterable, Sequence

from salescli.model.amounts import line_total
from salescli.model.approvals import build_approvals
from salescli.model.calendar import format_day
from salescli.model.events import Done, Mailed, Noted, Posted
from salescli.model.records import Account, Contact
from salescli.model.tactics import build_tactics
from salescli.report.records.dealview import (
    DealView,
    choice_words,
    closing_words,
    money_parts,
    money_words,
    number_words,
    run_words,
    stage_days,
)
from salescli.report.records.stakeholders import StakeholderRow, format_matrix
from salescli.report.records.timeline import Entry
from salescli.report.text.numbers import clean_text, escape_markdown, format_days
from salescli.report.text.wording import format_start, format_time

LAST_CONTACTS = 5
LAST_NOTES = 5
_CONTACT_KINDS = ("mailed", "done")
_CONTACT_TYPES = ("call", "meeting", "visit", "email")


def format_brief(view: DealView) -> str:
    """The whole page, without a line break at its end."""
    deal = view.deal
    sections = [
        (f"# {_safe(deal.title)}", _intro(view)),
        ("## Client", _client(view)),
        ("## Where it stands", _standing(view)),
        ("## People", _people(view)),
        ("## How we mean to win it", _tactic(view)),
        ("## Rivals", _rivals(view)),
        ("## Open questions", _questions(view)),
        ("## What we offer", _products(view)),
        ("## Proposals", _proposals(view)),
        ("## Last contacts", _contacts(view)),
        ("## Notes and posts", _notes(view)),
        ("## What waits", _activities(view)),
        ("## Other deals of the client", _others(view)),
    ]
    return "\n\n".join("\n".join([heading, "", *lines]) for heading, lines in sections if lines)


def _safe(text: str) -> str:
    return escape_markdown(clean_text(" ".join(text.split())))


def _name(view: DealView, kind: str, value: object) -> str:
    return escape_markdown(view.wording.name(kind, value))


def _intro(view: DealView) -> list[str]:
    deal = view.deal
    owner = _name(view, "person", deal.owner) if deal.owner else "nobody"
    day = "As of" if view.is_past else "On"
    return [f"{day} {format_day(view.today)} · {deal.id} · {owner} is responsible"]


def _client(view: DealView) -> list[str]:
    lines = [f"**{_safe(view.client)}**"]
    record = view.client_record
    if record is not None:
        lines[0] += _addresses(record.phones, record.emails)
        if isinstance(record, Contact) and record.account:
            lines[0] += f" · {_name(view, 'account', record.account)}"
        if isinstance(record, Account) and record.website:
            lines[0] += f" · {_safe(record.website)}"
        lines += [_safe(text) for text in (record.address, record.notes) if text]
    partner = view.deal.partner
    if partner:
        lines.append(f"Through {_name(view, 'account', partner)}")
    return _items(lines)


def _addresses(phones: Sequence[str], emails: Sequence[str]) -> str:
    return "".join(f" · {_safe(one)}" for one in (*phones, *emails))


def _items(lines: Iterable[str]) -> list[str]:
    return [f"- {line}" for line in lines]


def _standing(view: DealView) -> list[str]:
    deal, computed = view.deal, view.computed
    now = next(one for one in stage_days(view) if one.mark == "now")
    days = "" if computed.days_at_stage is None else f", {format_days(computed.days_at_stage)}"
    lines = [f"Stage: **{_safe(now.name)}**{days}"]
    lines += [f"Goal: {_safe(view.goal)}"] if view.goal else []
    chance = f"{computed.probability} %"
    lines.append(f"Money: {', '.join([*money_parts(view), chance])}")
    process = run_words(view)
    lines += [f"Process: {process}"] if process else []
    closing = closing_words(view)
    lines += [f"{closing}{', overdue' if computed.overdue else ''}"] if closing else []
    told = (("need", "needs", deal.need), ("mood", "moods", deal.mood))
    lines += [
        f"{word.capitalize()}: {_safe(choice_words(view, dictionary, value))}"
        for word, dictionary, value in told
        if value
    ]
    lines += [f"**{_safe(words)}**" for words in view.warnings]
    if deal.close_reason:
        reason = choice_words(view, "close_reasons", deal.close_reason)
        lines.append(_safe(f"{reason}: {deal.close_details}" if deal.close_details else reason))
    return _items(lines)


def _people(view: DealView) -> list[str]:
    if not view.people:
        return []
    head = ["Name", "Part", "Influence", "Attitude", "Wants", "Reach"]
    rows = [head, ["---"] * len(head), *(_person(view, person) for person in view.people)]
    table = [f"| {' | '.join(row)} |" for row in rows]
    matrix = format_matrix(view.people)
    longest = max(
        (len(run) for line in matrix for run in line.split() if set(run) == {"`"}), default=0
    )
    fence = "`" * max(3, longest + 1)
    return [*table, "", fence, *matrix, fence]


def _person(view: DealView, person: StakeholderRow) -> list[str]:
    record = view.contact_records.get(person.contact)
    reach = [*record.phones, *record.emails] if record else []
    position = f", {record.position}" if record and record.position else ""
    name = _safe(person.name + position)
    return [
        f"**{name}**" if person.is_main else name,
        _safe(person.role_name),
        _safe(person.influence_name),
        _safe(person.loyalty_name),
        _safe(person.motivator),
        _safe(", ".join(reach)),
    ]


def _tactic(view: DealView) -> list[str]:
    deal = view.deal
    lines: list[str] = []
    if deal.tactic:
        lines += [_safe(line) for line in deal.tactic.strip().split("\n")]
        if deal.checked_on:
            lines.append(f"Checked on {format_day(deal.checked_on)}")
        if (changes := len(build_tactics(view.events, view.calendar))) > 1:
            lines.append(f"Changed {changes - 1} times; the former ones stand in the timeline")
    lines += [f"Our strengths: {_safe(deal.strengths)}"] if deal.strengths else []
    lines += [f"Our weaknesses: {_safe(deal.weaknesses)}"] if deal.weaknesses else []
    return _items(lines)


def _rivals(view: DealView) -> list[str]:
    lines = []
    for rival in view.deal.competitors:
        name = f"**{_name(view, 'competitor', rival.competitor)}**"
        if rival.competitor == view.deal.main_competitor:
            name += " (the strongest)"
        words = [_name(view, "rival-product", rival.product)] if rival.product else []
        words += [money_words(rival.amount)] if rival.amount else []
        words += [f"strong: {_safe(rival.strengths)}"] if rival.strengths else []
        words += [f"weak: {_safe(rival.weaknesses)}"] if rival.weaknesses else []
        lines.append(f"{name}: {'; '.join(words)}" if words else name)
    return _items(lines)


def _questions(view: DealView) -> list[str]:
    lines = [_safe(one.say[:1].upper() + one.say[1:]) for one in view.missing]
    for asked in build_approvals(view.events).values():
        if asked.is_open:
            people = ", ".join(_name(view, "person", one) for one in asked.of)
            lines.append(f"{_safe(asked.subject)}: {people} has not decided yet")
    return _items(lines)


def _products(view: DealView) -> list[str]:
    lines = []
    for line in view.deal.products:
        title = line.title or view.wording.name("product", line.product)
        discount = f" − {number_words(line.discount)} %" if line.discount else ""
        said = choice_words(view, "offer_results", line.offer_result)
        lines.append(
            f"{_safe(title)}: {number_words(line.quantity)} × {money_words(line.price)}{discount}"
            f" = {money_words(line_total(line))}{f' ({_safe(said)})' if said else ''}"
        )
    if len(lines) > 1:
        lines.append(f"**Total {money_words(view.computed.amount)}**")
    return _items(lines)


def _proposals(view: DealView) -> list[str]:
    lines = []
    for one in reversed(view.computed.proposals):
        words = [_safe(one.number or one.id)]
        words += [f"v{one.version}"] if one.version is not None else []
        words.append(_safe(one.state))
        on = f", {format_day(view.calendar.day_of(one.at))}" if one.at else ""
        money = f", {money_words(one.amount)}" if one.amount else ""
        file = f", {_safe(one.file)}" if one.file else ""
        lines.append(f"{' '.join(words)}{money}{on}{file}")
    return _items(lines)


def _contacts(view: DealView) -> list[str]:
    """The last talks with the client: mails, calls, meetings, visits with what came of them."""
    types = {one.id: one.type for one in view.computed.activities}
    talks = {
        event.id
        for event in view.events
        if isinstance(event, Mailed)
        or (isinstance(event, Done) and types.get(event.activity) in _CONTACT_TYPES)
    }
    on_leads = [one for one in view.entries if one.record != view.deal.id]
    talks |= {one.id for one in on_leads if one.kind in _CONTACT_KINDS}
    found = [one for one in view.entries if one.id in talks]
    lines = []
    for one in reversed(found[-LAST_CONTACTS:]):
        lines.append(_entry(view, one))
        lines += [f"  {_safe(detail)}" for detail in one.details[-3:] if one.kind == "mailed"]
    return [line if line.startswith("  ") else f"- {line}" for line in lines]


def _entry(view: DealView, entry: Entry) -> str:
    when = format_time(entry.at, view.calendar)
    return f"{when} **{_safe(entry.by)}** {escape_markdown(entry.words)}"


def _notes(view: DealView) -> list[str]:
    found = [event for event in view.events if isinstance(event, Noted | Posted)]
    return _items(
        f"{format_time(one.at, view.calendar)} **{_safe(one.by)}** {_safe(one.text)}"
        for one in reversed(found[-LAST_NOTES:])
    )


def _activities(view: DealView) -> list[str]:
    lines = []
    for one in view.computed.open_activities:
        when = f"{format_start(one.start_at, view.calendar)} " if one.start_at else ""
        type_ = view.wording.choice("activity_types", one.type)
        people = ", ".join(_name(view, "contact|person", who) for who in one.people)
        lines.append(
            f"{when}{_safe(type_)} {_safe(one.title)}, {_name(view, 'person', one.owner)}"
            + (f", with {people}" if people else "")
        )
    return _items(lines)


def _others(view: DealView) -> list[str]:
    return _items(
        f"{_safe(one.title)}: {one.status}{f', {one.money}' if one.money else ''} ({one.id})"
        for one in view.other_deals
    )
