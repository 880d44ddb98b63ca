"""A deal on one screen: at most 40 lines of 80 columns, labels to the left.

Owns what gives way where a deal has more than a screen holds: the longest section loses its last
items and says how many. Titles, names and sums are never cut. Pure.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from salescli.model.activities import Activity, Proposal, build_proposals
from salescli.model.amounts import line_total
from salescli.model.approvals import Approval, build_approvals
from salescli.model.calendar import format_day
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
from salescli.report.records.stakeholders import format_stakeholders
from salescli.report.records.timeline import Entry
from salescli.report.text.numbers import (
    ELLIPSIS,
    clean_text,
    cut,
    fold_words,
    format_days,
    format_number_of,
    pad,
    width_of,
)
from salescli.report.text.wording import format_start
from salescli.report.text.wrapping import wrap_text

WIDTH = 80
HEIGHT = 40
LABEL = 11
LAST_EVENTS = 8
STAGE_MARKS = {"past": "✓", "now": "▶", "ahead": "○"}
_ENTRY_LINES = 2
_LINE_NAME = 24
_NAME = 20


class Section(msgspec.Struct, frozen=True):
    """Items of lines that belong together. `least` of them stay, whatever gives way.

    `more` is what the items are called where some are left out; empty: nothing is said.
    """

    items: list[list[str]]
    least: int = 1
    more: tuple[str, str] = ("", "")

    def lines(self, kept: int) -> list[str]:
        """The lines of the first `kept` items, and how many more there are."""
        lines = [line for item in self.items[:kept] for line in item]
        left_out = len(self.items) - kept
        if left_out and self.more[0]:
            lines.append(f"{' ' * (1 + LABEL)}{ELLIPSIS} {format_number_of(left_out, *self.more)}")
        return lines


def format_deal(view: DealView, *, height: int | None = HEIGHT) -> tuple[list[str], bool]:
    """The lines of the screen, and whether something was left out to fit `height` of them."""
    sections = [
        _always(_head(view)),
        Section(_people(view), 2, ("more of the people", "more of the people")),
        Section(_rivals(view), 1, ("more rival", "more rivals")),
        Section(_products(view), 2, ("more line", "more lines")),
        _always(_total(view)),
        Section(_units(view), 1, ("more unit", "more units")),
        Section(_proposals(view), 1, ("more proposal", "more proposals")),
        Section(_tactic(view), 2, ("more line of it", "more lines of it")),
        Section(_ours(view)),
        _always(_warnings(view)),
        _always(_process(view)),
        Section(_open(view), 1, ("more that waits", "more that wait")),
        Section(_missing(view), 1, ("more to find out", "more to find out")),
        _always(_next(view)),
        _always(labelled("Revision", view.revision) if view.revision else []),
        Section(_history(view), 1),
    ]
    kept = [len(section.items) for section in sections]
    room = None if height is None else height - 1
    while room is not None and _total_lines(sections, kept) > room:
        able = [place for place, count in enumerate(kept) if count > sections[place].least]
        if not able:
            break
        longest = max(able, key=lambda place: len(sections[place].lines(kept[place])))
        kept[longest] -= 1
    pairs = list(zip(sections, kept, strict=True))
    lines = [line for section, count in pairs for line in section.lines(count)]
    shown = kept[-1]
    if shown < len(view.entries):
        lines.append(f" Earlier: salescli opp timeline {view.address}")
    is_cut = any(count < len(section.items) for section, count in pairs[:-1])
    return lines, is_cut


def _always(lines: list[str]) -> Section:
    return Section([lines] if lines else [])


def _total_lines(sections: Sequence[Section], kept: Sequence[int]) -> int:
    return sum(len(section.lines(count)) for section, count in zip(sections, kept, strict=True))


def _head(view: DealView) -> list[str]:
    deal = view.deal
    room = WIDTH - len(deal.id) - 3
    title, *more = fold_words(deal.title, room)
    lines = [f" {pad(title, room)}  {deal.id}", *(f" {line}" for line in more)]
    if view.is_past:
        lines.append(f" As of {format_day(view.today)}")
    return [*lines, *_about(view), *_stage_bar(view), *_money_lines(view)]


def _about(view: DealView) -> list[str]:
    deal, names = view.deal, view.wording
    owner = names.name("person", deal.owner) if deal.owner else ""
    where = names.name("department", deal.department) if deal.department else ""
    partner = f"through {names.name('account', deal.partner)}" if deal.partner else ""
    team = [
        f"{names.name('person|contact', one.member)}"
        + (f" ({choice_words(view, 'team_roles', one.role)})" if one.role else "")
        for one in deal.team
    ]
    parts = [
        clean_text(view.client),
        choice_words(view, "needs", deal.need),
        choice_words(view, "sources", deal.source),
        partner,
        ", ".join(word for word in (owner, where) if word),
        f"with {', '.join(team)}" if team else "",
    ]
    return wrapped([part for part in parts if part], " · ")


def _stage_bar(view: DealView) -> list[str]:
    """The stages with a mark each, and the days spent in those that were visited."""
    parts = [
        f"{STAGE_MARKS[stage.mark]} {stage.name}"
        + (f" {stage.days} d" if stage.days is not None and stage.is_open else "")
        for stage in stage_days(view)
    ]
    return wrapped(parts, "  ")


def _money_lines(view: DealView) -> list[str]:
    deal, computed = view.deal, view.computed
    parts = money_parts(view)
    parts[:1] = [f"{part[:1].upper()}{part[1:]}" for part in parts[:1]]
    chance = f"{computed.probability} %"
    weighted = money_words(computed.weighted)
    parts.append(f"{chance} → {weighted}" if weighted else chance)
    lines = wrapped(parts, " · ")
    created = f"Created {format_day(computed.created_on)}" if computed.created_on else ""
    closing = closing_words(view) + (" ! overdue" if computed.overdue else "")
    lines += wrapped([word for word in (closing, created) if word], " · ")
    if deal.close_reason:
        details = f": {deal.close_details}" if deal.close_details else ""
        winner = f", {view.wording.name('competitor', deal.winner)}" if deal.winner else ""
        reason = choice_words(view, "close_reasons", deal.close_reason) + winner + details
        lines += [f" {line}" for line in fold_words(reason, WIDTH - 1)]
    return lines


def _people(view: DealView) -> list[list[str]]:
    """The stakeholders, a block of lines each: a line that names nobody goes on."""
    blocks: list[list[str]] = []
    for person in range(len(view.people)):
        lines = format_stakeholders(view.people[: person + 1])
        before = sum(map(len, blocks))
        blocks.append(lines[before:])
    return blocks


def _rivals(view: DealView) -> list[list[str]]:
    blocks = []
    main = view.deal.main_competitor
    rivals = sorted(view.deal.competitors, key=lambda one: one.competitor != main)
    for number, rival in enumerate(rivals):
        product = view.wording.name("rival-product", rival.product) if rival.product else ""
        offer = ", ".join(word for word in (product, money_words(rival.amount)) if word)
        points = "; ".join(word for word in (rival.strengths, rival.weaknesses) if word)
        words = ": ".join(word for word in (offer, points) if word)
        name = view.wording.name("competitor", rival.competitor)
        blocks.append(_beside("" if number else "Against", name, words))
    return blocks


def _beside(label: str, name: str, words: str) -> list[str]:
    """A name, and in a column beside it words; below it where the name is too long for that."""
    margin = " " * (1 + LABEL + _NAME)
    told = wrap_text(words, WIDTH - len(margin))
    if width_of(name) < _NAME:
        first = [f" {label:<{LABEL}}{pad(name, _NAME)}{told[0]}".rstrip()]
        return [*first, *(margin + line for line in told[1:])]
    return [*labelled(label, name), *(margin + line for line in told if line)]


def _products(view: DealView) -> list[list[str]]:
    """The product lines, the largest sums first: the last give way where room is short."""
    blocks = []
    by_sum = sorted(view.deal.products, key=lambda one: line_total(one).amount, reverse=True)
    for number, line in enumerate(by_sum):
        title = clean_text(line.title or view.wording.name("product", line.product))
        price = f"{number_words(line.quantity)} × {money_words(line.price)}"
        price += f" − {number_words(line.discount)} %" if line.discount else ""
        total = money_words(line_total(line))
        label = "" if number else "Products"
        lines = []
        if width_of(title) > _LINE_NAME:  # on lines of its own: a name is never cut
            lines += labelled(label, title)
            label = title = ""
        left = f" {label:<{LABEL}}{pad(title, _LINE_NAME)} {price}"
        gap = WIDTH - width_of(left) - width_of(total)
        lines += [f"{left}{' ' * gap}{total}"] if gap > 0 else [left, pad(total, WIDTH, right=True)]
        blocks.append(lines)
    return blocks


def _total(view: DealView) -> list[str]:
    if len(view.deal.products) < 2:
        return []
    left, total = f"{' ' * (1 + LABEL)}Total", money_words(view.computed.amount)
    return [left + pad(total, WIDTH - len(left), right=True)]


def _units(view: DealView) -> list[list[str]]:
    """The units that the deal holds; none of it in a store without buildings."""
    blocks = []
    for unit in view.units:
        words = str(unit["state"])
        if unit["reserved_until"] is not None:
            words += f" until {format_day(date.fromisoformat(unit['reserved_until']))}"
        blocks.append(_beside("Unit", clean_text(unit["id"]), words))
    for path in view.broken_units:
        blocks.append(labelled("Unit", f"{path} can't be read: salescli check says why"))
    return blocks


def _proposals(view: DealView) -> list[list[str]]:
    """The proposals as they are now, the one that changed last first."""
    blocks: list[list[str]] = []
    for one in sorted(build_proposals(view.events).values(), key=_changed_at, reverse=True):
        version = f" v{one.version}" if one.version else ""
        name = f"{one.number or 'unnumbered'}{version}"
        when = _short_day(view.calendar.day_of(one.at), view.today) if one.at else ""
        words = ", ".join(word for word in (one.state, money_words(one.amount), when) if word)
        blocks.append(_beside("" if blocks else "Proposal", clean_text(name), words))
    return blocks


def _changed_at(one: Proposal) -> tuple[float, str]:
    return (one.at.timestamp() if one.at else 0.0, one.id)


def _tactic(view: DealView) -> list[list[str]]:
    if not view.deal.tactic:
        return []
    lines = labelled("Tactic", *view.deal.tactic.strip().split("\n"), is_one=False)
    checked = view.deal.checked_on
    if checked is not None:
        note = f"({_short_day(checked, view.today)})"
        if width_of(lines[-1]) + 1 + len(note) <= WIDTH:
            lines[-1] += f" {note}"
        else:
            lines.append(f"{' ' * (1 + LABEL)}{note}")
    return [[line] for line in lines]


def _ours(view: DealView) -> list[list[str]]:
    pairs = (("Strengths", view.deal.strengths), ("Weakness", view.deal.weaknesses))
    return [labelled(label, text) for label, text in pairs if text]


def _warnings(view: DealView) -> list[str]:
    return [line for words in view.warnings for line in labelled("!", words)]


def _process(view: DealView) -> list[str]:
    words = run_words(view)
    return labelled("Process", words) if words else []


def _open(view: DealView) -> list[list[str]]:
    approvals = [one for one in build_approvals(view.events).values() if one.waits_alone]
    waiting = [_approval(view, one) for one in approvals]
    waiting += [_activity(view, one) for one in view.computed.open_activities]
    if not waiting:
        if view.is_past or view.computed.status != "open":
            return []
        return [labelled("Open", f"nothing · salescli activity plan {view.address} …")]
    return [labelled("" if number else "Open", words) for number, words in enumerate(waiting)]


def _approval(view: DealView, one: Approval) -> str:
    """`approval Discount of 1.5 %, Carl Ozols`: what waits for whom to decide."""
    people = ", ".join(view.wording.name("person", name) for name in one.of)
    return f"approval {clean_text(one.subject)}, {people}"


def _activity(view: DealView, one: Activity) -> str:
    """`6 Nov 2026 16:00 meeting Show block B, Anna`, and how late it is.

    Whose it is is said where it isn't the owner's.
    """
    type_ = view.wording.choice("activity_types", one.type)
    words = f"{type_} {clean_text(one.title)}"
    if one.owner != view.deal.owner:
        words += f", {view.wording.name('person', one.owner)}"
    if one.start_at is not None:
        words = f"{format_start(one.start_at, view.calendar)} {words}"
    late = 0 if one.due_at is None else (view.today - view.calendar.day_of(one.due_at)).days
    return f"{words} ! {format_days(late)} late" if late > 0 and one.start_at else words


def _missing(view: DealView) -> list[list[str]]:
    return [labelled("" if number else "Wants", one.say) for number, one in enumerate(view.missing)]


def _next(view: DealView) -> list[str]:
    return labelled("Next", view.go_on[0]) if view.go_on else []


def _history(view: DealView) -> list[list[str]]:
    """The last entries, the newest first, each under its day where that changes."""
    blocks: list[list[str]] = []
    day: date | None = None
    for entry in list(reversed(view.entries))[:LAST_EVENTS]:
        happened_on = view.calendar.day_of(entry.at)
        label = "" if happened_on == day else _short_day(happened_on, view.today)
        day = happened_on
        lines = labelled(label, _told(view, entry), is_one=False)
        if len(lines) > _ENTRY_LINES:
            lines = lines[:_ENTRY_LINES]
            last = lines[-1].removesuffix(ELLIPSIS)
            whole = width_of(last) < WIDTH
            lines[-1] = last + ELLIPSIS if whole else cut(f"{last} ", WIDTH)
        blocks.append(lines)
    return blocks


def _told(view: DealView, entry: Entry) -> str:
    """An entry in words; who did it is said where it wasn't the owner."""
    where = "" if entry.record == view.deal.id else "on the lead: "
    who = "" if entry.by == view.deal.owner else f"{clean_text(entry.by)}: "
    return f"{who}{where}{entry.words}"


def _short_day(day: date, today: date) -> str:
    """`13 Nov`, in another year `13 Nov 25`: a label has no room for more."""
    short, _, year = format_day(day).rpartition(" ")
    return short if day.year == today.year else f"{short} {year[2:]}"


def wrapped(parts: Iterable[str], separator: str) -> list[str]:
    """Parts joined into lines of at most 79 columns after a blank; only a long one is broken."""
    lines: list[str] = []
    for part in map(clean_text, parts):
        if lines and width_of(lines[-1]) + width_of(separator + part) < WIDTH:
            lines[-1] += separator + part
        else:
            lines += [f" {line}" for line in fold_words(part, WIDTH - 1)]
    return lines


def labelled(label: str, *parts: str, is_one: bool = True) -> list[str]:
    """A label, and beside it its text in as many lines as that takes.

    Parts are set one beside the other, or, if they aren't one, below each other.
    """
    room = WIDTH - LABEL - 1
    one = " ".join(clean_text(part) for part in parts if part)
    if is_one and width_of(one) <= room:
        texts = [one]
    else:
        texts = [line for part in ([one] if is_one else parts) for line in fold_words(part, room)]
    labels = [label, *[""] * (len(texts) - 1)]
    return [f" {name:<{LABEL}}{text}".rstrip() for name, text in zip(labels, texts, strict=True)]
