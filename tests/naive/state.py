"""Open deals on a day: domain text, sections 2 and 9."""

from datetime import date
from typing import Any

from tests.naive.histories import Deal, instant
from tests.naive.store import Question, Store, tally


def open_activities(deal: Deal) -> list[dict[str, Any]]:
    """What is planned and neither done nor cancelled."""
    return [one for one in deal["activities"].values() if one.get("state") == "planned"]


def is_overdue(deal: Deal, day: date) -> bool:
    """Its close date has passed."""
    closes = deal["facts"].get("close_date")
    return closes is not None and date.fromisoformat(closes) < day


def is_stale(store: Store, deal: Deal, day: date) -> bool:
    """Nothing happened for longer than its stage allows, and nothing is due from today on."""
    limit = store.quiet[deal["facts"]["stage"]]
    if limit is None or (day - store.day(deal["touched"])).days <= limit:
        return False
    due = [
        instant(one["start"]) if "start" in one else one["planned"] for one in open_activities(deal)
    ]
    return not any(store.day(at) >= day for at in due)


def parts(question: Question, deals: list[Deal]) -> dict[str, Any]:
    """Every number of the report, of some deals."""
    store, day = question.store, question.as_of
    standing = [deal for deal in deals if store.is_open(deal)]
    sets = {
        "open": standing,
        "overdue": [d for d in standing if is_overdue(d, day)],
        "undated": [d for d in standing if "close_date" not in d["facts"]],
        "stale": [d for d in standing if is_stale(store, d, day)],
        "without_next_step": [d for d in standing if not open_activities(d)],
    }
    return {name: tally(store, one, question.sum) for name, one in sets.items()}


def report_state(question: Question) -> dict[str, Any]:
    """`report state`: of the as-of day, whatever the period."""
    deals = question.deals(question.as_of)
    found: dict[str, Any] = {"total": parts(question, deals)}
    if by := question.options.get("by"):
        keys = {d["facts"].get(by) for d in deals if question.store.is_open(d)}
        if by == "stage":
            keys &= set(question.store.open)
        found["rows"] = {
            key: parts(question, [d for d in deals if d["facts"].get(by) == key]) for key in keys
        }
    return found
