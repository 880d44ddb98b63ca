"""Funnels by person or department, and side by side: domain text, section 6."""

from typing import Any

from tests.naive.funnel import entered, reference, shown, touches
from tests.naive.histories import Deal
from tests.naive.stage_time import lengths, told
from tests.naive.store import Question


def with_days(question: Question, deals: list[Deal], rows: list[str]) -> list[dict[str, Any]]:
    """A funnel, with the mean days of each stage."""
    is_entered = question.options.get("definition") == "entered"
    found = (entered if is_entered else reference)(question, deals, rows)
    for row in found:
        days = None
        if row["stage"] in question.store.open:
            days = told(lengths(question, deals, row["stage"], old=False))
            del days["median"]
        row["days"] = days
    return found


def report_funnel_by(question: Question) -> dict[str, Any]:
    """`report funnel --by owner|department`."""
    deals, by = question.deals(), question.options["by"]
    rows = shown(question, deals)
    taking = [d for d in deals if takes_part(question, d)]
    keys = {deal["facts"].get(by) for deal in taking}
    return {
        "stages": with_days(question, deals, rows),
        "rows": {
            key: {
                "stages": with_days(question, [d for d in deals if d["facts"].get(by) == key], rows)
            }
            for key in keys
        },
    }


def takes_part(question: Question, deal: Deal) -> bool:
    """It is in some number: it is counted, or has a visit in the period."""
    is_any = question.options.get("created") == "any"
    counts = is_any or question.since_start(deal["born"])
    return counts or any(touches(question, visit) for visit in deal["visits"])


def report_compare(question: Question) -> dict[str, Any]:
    """`report compare`: each side as the funnel makes it, of the stages that any of them has."""
    options = question.options
    (by,) = (name for name, value in options.items() if isinstance(value, list))
    sides = [question.part(**{by: value}) for value in options[by]]
    together = {s for side in sides for s in shown(side, side.deals())}
    rows = [s for s in question.store.order if s in together]
    is_entered = options.get("definition") == "entered"
    make = entered if is_entered else reference
    return {"sides": [{"funnel": {"stages": make(s, s.deals(), rows)}} for s in sides]}
