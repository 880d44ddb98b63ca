"""What is different between two states of a store, both asked on one day."""

from datetime import date
from typing import Any

from tests.naive.forecast import pipeline_in, won_in
from tests.naive.forecast_diff import minus, sums_on, told
from tests.naive.histories import Deal
from tests.naive.store import Question, Store, money_texts

TOLD = ("title", "stage", "status", "value", "budget", "owner")
"""Where one of these is another one, the deal is told."""


def said(store: Store, deal: Deal) -> dict[str, Any]:
    """What a deal is in one of them."""
    facts, money = deal["facts"], store.money(deal, "value")
    return {
        "title": facts["title"],
        "stage": facts["stage"],
        "status": store.status(deal),
        "value": f"{money_texts(dict([money]))[money[0]]} {money[0]}" if money else None,
        "budget": facts.get("budget"),
        "probability": store.probability(deal),
        "close_date": facts.get("close_date"),
        "owner": facts.get("owner"),
        "close_reason": facts.get("close_reason"),
    }


def report_diff(before: Question, after: Question) -> dict[str, Any]:
    """`report diff BASE..HEAD`: deals that are other ones, the forecast of each, what moved it."""
    day: date = after.as_of
    then = {deal["id"]: deal for deal in before.deals(day)}
    now = {deal["id"]: deal for deal in after.deals(day)}
    # One that was handed over is told as what it was and is, whichever of both was asked for.
    was = {deal["id"]: deal for deal in before.store.deals(day)}
    is_ = {deal["id"]: deal for deal in after.store.deals(day)}
    deals, moved = {}, {}
    for who in {*then, *now}:
        old = said(before.store, was[who]) if who in was else None
        new = said(after.store, is_[who]) if who in is_ else None
        if old is None or new is None or any(old[name] != new[name] for name in TOLD):
            deals[who] = {"before": old, "after": new}
        more = minus(
            sums_on(after, [now[who]] if who in now else [], day),
            sums_on(before, [then[who]] if who in then else [], day),
        )
        if any(any(one.values()) for one in more.values()):
            moved[who] = told(more)
    sides = {
        name: {
            "counts": {
                "actual": len(won_in(q.store, some, (q.first, q.last))),
                "pipeline": len(pipeline_in(q.store, some, (q.first, q.last), day)),
            },
            "sums": told(sums_on(q, some, day)),
        }
        for name, q, some in (
            ("before", before, before.deals(day)),
            ("after", after, after.deals(day)),
        )
    }
    return {"told": deals, "forecast": {**sides, "moved": moved}}
