"""The best managers: domain text, section 9."""

from fractions import Fraction
from typing import Any

from tests.naive.funnel import ids
from tests.naive.histories import Deal
from tests.naive.store import ZERO, Question, sums_of
from tests.naive.win_loss import averages, closed_in, cycle_days, outcomes


def talks(question: Question, deals: list[Deal], kind: str, owner: str | None) -> list[str]:
    """The deal of each meeting or call that was done in the period, by the activity's owner."""
    return sorted(
        deal["id"]
        for deal in deals
        for talk in deal["talks"]
        if talk["type"] == kind
        and owner in (None, talk["owner"])
        and question.since_start(talk["at"])
    )


def row(question: Question, deals: list[Deal], owner: str | None, everything: list[Deal]) -> Any:
    """The numbers of some deals; what was done by one person, or by anybody."""
    closed = closed_in(question, deals)
    active = [deal for deal in deals if question.store.is_open(deal)]
    found = {
        "closed": len(closed),
        "closed_ids": ids(closed),
        **outcomes(question, closed),
        "active": len(active),
        "active_ids": ids(active),
    }
    for kind in ("meeting", "call"):
        who = talks(question, everything, kind, owner)
        found |= {f"{kind}s": len(who), f"{kind}s_ids": who}
    return found


def rank(question: Question, deals: list[Deal], told: dict[str, Any]) -> Fraction | None:
    """What one is ranked by, more being better; None stands last."""
    store, by = question.store, question.options.get("rank-by", "won")
    code = question.options.get("currency", store.settings["currency"])
    won = [d for d in closed_in(question, deals) if store.is_won(d)]
    if by == "won":
        return sums_of(store, won, "value").get(code, ZERO)
    if by == "average":
        return averages(question, won).get(code)
    if by == "win-rate":
        rate = told["win_rate"]
        return Fraction(rate["won"], rate["of"]) if rate["of"] else None
    if by == "cycle":
        days = [cycle_days(question, deal) for deal in won]
        return -Fraction(sum(days), len(days)) if days else None
    return Fraction(told[by])


def report_managers(question: Question) -> dict[str, Any]:
    """`report managers`; `order` are the values of those above and below the line."""
    deals = question.deals()
    done = talked_about(question)
    keys = {d["facts"].get("owner") for d in [*closed_in(question, deals)]}
    keys |= {d["facts"].get("owner") for d in deals if question.store.is_open(d)}
    keys |= {
        talk["owner"]
        for deal in done
        for talk in deal["talks"]
        if talk["type"] in ("meeting", "call") and question.since_start(talk["at"])
    }
    if "owner" in question.options:
        keys &= {question.options["owner"]}
    rows, ranks = {}, {}
    for key in keys:
        own = [d for d in deals if d["facts"].get("owner") == key]
        rows[key] = row(question, own, key, done if key else [])
        enough = rows[key]["closed"] >= int(question.options.get("min-deals", 5))
        rows[key]["ranked"] = key is not None and enough  # nobody is no manager
        ranks[key] = rank(question, own, rows[key])
    return {
        "rows": rows,
        "total": row(question, deals, question.options.get("owner"), done),
    }


def talked_about(question: Question) -> list[Deal]:
    """Deals whose talks count: with a filter by person, those of anybody's deals."""
    part = Question(question.store, {k: v for k, v in question.options.items() if k != "owner"})
    return part.deals()
