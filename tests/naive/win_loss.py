"""Win and loss: domain text, section 8."""

from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

from tests.naive.funnel import ids
from tests.naive.histories import Deal
from tests.naive.store import (
    ZERO,
    Question,
    Store,
    currency,
    currency_of,
    decimals,
    mean,
    median,
    money_texts,
    percent,
    sums_of,
    tally,
    text_of,
)

OUTCOMES = ("won", "lost", "rerouted", "rejected")


def closed_in(question: Question, deals: list[Deal]) -> list[Deal]:
    """Deals that are final at the end, and whose last closing lies in the period."""
    store = question.store
    return [
        deal
        for deal in deals
        if not store.is_open(deal) and question.since_start(deal["closings"][-1]["at"])
    ]


def cycle_days(question: Question, deal: Deal) -> int:
    """Calendar days from creation to closing."""
    day = question.store.day
    return (day(deal["closings"][-1]["at"]) - day(deal["born"])).days


def averages(question: Question, deals: list[Deal]) -> dict[str, Fraction]:
    """The mean value, by currency, of those that have one; not rounded."""
    sums = sums_of(question.store, deals, "value")
    count = dict.fromkeys(sums, 0)
    for deal in deals:
        if money := question.store.money(deal, "value"):
            count[money[0]] += 1
    return {code: total / count[code] for code, total in sums.items()}


def cycle(question: Question, deals: list[Deal]) -> dict[str, Any]:
    """Mean and median."""
    days = [cycle_days(question, deal) for deal in deals]
    return {"mean": mean(days), "median": median(days)}


def outcomes(question: Question, closed: list[Deal]) -> dict[str, Any]:
    """Each outcome, and the win rates."""
    store = question.store
    sets = {name: [d for d in closed if store.status(d) == name] for name in OUTCOMES}
    found: dict[str, Any] = {
        name: tally(store, deals, "value")
        | {
            "average": money_texts(averages(question, deals)),
            "cycle": cycle(question, deals),
        }
        for name, deals in sets.items()
    }
    won, both = sets["won"], [*sets["won"], *sets["lost"]]
    found["win_rate"] = {
        "won": len(won),
        "won_ids": ids(won),
        "of": len(both),
        "of_ids": ids(both),
        "percent": percent(len(won), len(both)),
    }
    parts, whole = sums_of(store, won, "value"), sums_of(store, both, "value")
    found["win_rate_by_value"] = {
        code: {
            **{
                name: text_of(amount, decimals(code))
                for name, amount in (("won", parts.get(code, ZERO)), ("of", total))
            },
            "percent": percent(parts.get(code, ZERO), total),
        }
        for code, total in whole.items()
    }
    return found


def velocity(question: Question, deals: list[Deal]) -> dict[str, Any]:
    """Money a day, each currency as under --currency; one for each that was closed in."""
    store = question.store
    closed = closed_in(question, deals)
    found = {}
    both = [d for d in closed if store.status(d) in ("won", "lost")]
    for code in sums_of(store, closed, "value"):
        mine = [d for d in deals if currency_of(d) in (code, None)]
        ended = [d for d in both if currency_of(d) in (code, None)]
        won = [d for d in ended if store.is_won(d)]
        active = [d for d in mine if store.is_open(d)]
        average = averages(question, won).get(code)
        days = [cycle_days(question, deal) for deal in won]
        per_day = None
        if average is not None and sum(days):
            rate = Fraction(len(won), len(ended))
            per_day = len(active) * average * rate / Fraction(sum(days), len(days))
        found[code] = {
            "open": len(active),
            "open_ids": ids(active),
            "average": None if average is None else text_of(average, decimals(code)),
            "win_rate": percent(len(won), len(ended)),
            "cycle": mean(days),
            "per_day": None if per_day is None else text_of(per_day, decimals(code)),
        }
    return found


def is_first_of_client(question: Question, deal: Deal) -> bool:
    """Said by somebody, else: no deal of the client in any process was made before."""
    said = deal["facts"].get("is_primary")
    if said is not None:
        return bool(said)
    return deal["id"] in firsts(question.store, question.end)


@cache
def firsts(store: Store, day: date) -> set[str]:
    """The first deal of each client, by creation, then id."""
    found: dict[str, str] = {}
    for deal in sorted(store.deals(day), key=lambda d: (d["born"], d["id"])):
        found.setdefault(deal["facts"]["client"], deal["id"])
    return {*found.values()}


def band(question: Question, deal: Deal) -> str | None:
    """The band of its value, bounds included; of another currency there is none."""
    bounds = question.store.settings["size_bands"]
    money = question.store.money(deal, "value")
    if money is None or money[0] != currency(bounds[0]):
        return None
    for text in bounds:
        if money[1] <= Fraction(text[:-4]):
            return f"up to {text}"
    return f"above {bounds[-1]}"


def keys_of(question: Question, deal: Deal, by: str) -> list[Any]:
    """The rows in which a closed deal stands."""
    facts, store = deal["facts"], question.store
    closing = deal["closings"][-1]
    if by == "competitor":
        if store.is_won(deal):
            return sorted(facts.get("competitors", {})) or [None]
        return [facts.get("winner")]
    return [
        {
            "month": lambda: f"{store.day(closing['at']):%Y-%m}",
            "reason": lambda: facts.get("close_reason"),
            "client-kind": lambda: "account" if facts["client"].startswith("acc-") else "contact",
            "new-client": lambda: "new" if is_first_of_client(question, deal) else "existing",
            "size": lambda: band(question, deal),
            "last-stage": lambda: closing["from"],
        }.get(by, lambda: facts.get(by))()
    ]


def report_win_loss(question: Question) -> dict[str, Any]:
    """`report win-loss`, perhaps `--by` something."""
    deals = question.deals()
    closed = closed_in(question, deals)
    found = {"total": outcomes(question, closed), "velocity": velocity(question, deals)}
    if by := question.options.get("by"):
        rows: dict[Any, list[Deal]] = {}
        for deal in closed:
            for key in keys_of(question, deal, by):
                rows.setdefault(key, []).append(deal)
        found["rows"] = {key: outcomes(question, one) for key, one in rows.items()}
    return found
