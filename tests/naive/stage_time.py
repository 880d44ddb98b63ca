"""Time in stage: domain text, section 6."""

from typing import Any

from tests.naive.funnel import shown, touches
from tests.naive.histories import Deal
from tests.naive.store import Question, mean, median


def lengths(
    question: Question, deals: list[Deal], stage: str, *, old: bool
) -> list[tuple[str, int]]:
    """Days of the visits that ended in the period or run at its end; what was skipped is none."""
    return [
        (deal["id"], question.store.days(visit, question.end))
        for deal in deals
        for visit in deal["visits"]
        if visit["stage"] == stage
        and visit["old"] == old
        and visit["how"] != "skip"
        and touches(question, visit)
    ]


def told(lengths_: list[tuple[str, int]]) -> dict[str, Any]:
    """How many, the mean and the median."""
    days = [one for _, one in lengths_]
    who = sorted(one for one, _ in lengths_)
    return {"visits": len(days), "visits_ids": who, "mean": mean(days), "median": median(days)}


def stages_of(question: Question, deals: list[Deal], rows: list[str]) -> list[dict[str, Any]]:
    """Each stage; a final one has none."""
    found = []
    for stage in rows:
        row: dict[str, Any] = {"stage": stage, "current": None, "historical": None}
        if stage in question.store.open:
            row["current"] = told(lengths(question, deals, stage, old=False))
            row["historical"] = told(lengths(question, deals, stage, old=True))
        found.append(row)
    return found


def report_stage_time(question: Question) -> dict[str, Any]:
    """`report stage-time`, perhaps `--by` something."""
    deals = question.deals()
    rows = shown(question, deals)
    found: dict[str, Any] = {"stages": stages_of(question, deals, rows)}
    by = question.options.get("by")
    if by is None:
        return found
    keys = {deal["facts"].get(by) for deal in deals}
    made = {
        key: stages_of(question, [d for d in deals if d["facts"].get(by) == key], rows)
        for key in keys
    }
    found["rows"] = {
        key: {"stages": one}
        for key, one in made.items()
        if any(
            row[part] and row[part]["visits"] for row in one for part in ("current", "historical")
        )
    }
    return found
