"""The deals behind a number of the funnel: domain text, section 6."""

from typing import Any

from tests.naive.funnel import (
    counted,
    holding,
    ids,
    is_new,
    passing,
    reached,
    still_there,
)
from tests.naive.histories import Deal
from tests.naive.store import Question, money_texts, percent, sums_of, tally


def chosen(question: Question, stage: str, part: str) -> tuple[list[Deal], list[Deal] | None]:
    """The deals of a set, and those of which it is a share."""
    deals = question.deals()
    if question.options.get("definition") == "entered":
        if part == "reached":
            return holding(question, deals, stage), None
        return still_there(question, deals, stage), None
    if part in ("passed", "not-passed"):
        passed, of = passing(question, deals, stage)
        return (passed if part == "passed" else [d for d in of if d not in passed]), of
    if part in ("reached", "not-reached"):
        new = [deal for deal in deals if is_new(question, deal)]
        there = reached(new, stage)
        return (there if part == "reached" else [d for d in new if d not in there]), new
    return counted(question, deals, stage), None


def report_drill(question: Question) -> dict[str, Any]:
    """`report drill STAGE`, perhaps of a set, perhaps `--by` something."""
    store, options = question.store, question.options
    deals, of = chosen(question, options["stage"], options.get("part", "count"))
    found: dict[str, Any] = {"total": tally(store, deals, question.sum)}
    if of is not None:
        found["share"] = {
            "part": len(deals),
            "of": len(of),
            "of_ids": ids(of),
            "percent": percent(len(deals), len(of)),
        }
    if by := options.get("by"):
        found["rows"] = {
            key: tally(store, own, question.sum) | {"share": part_of(own, deals)}
            for key in {deal["facts"].get(by) for deal in deals}
            if (own := [deal for deal in deals if deal["facts"].get(by) == key])
        }
        return found
    kinds = ("budget", "amount")
    found["totals"] = {kind: money_texts(sums_of(store, deals, kind)) for kind in kinds}
    found["deals"] = {deal["id"]: one(question, deal) for deal in deals}
    return found


def part_of(own: list[Deal], deals: list[Deal]) -> dict[str, Any]:
    """A share of the deals."""
    return {"part": len(own), "of": len(deals), "percent": percent(len(own), len(deals))}


def one(question: Question, deal: Deal) -> dict[str, Any]:
    """A line of the list."""
    facts, store = deal["facts"], question.store
    names = ("client", "owner", "department", "stage", "close_date")
    found = {name: facts.get(name) for name in names}
    for kind in ("budget", "amount"):
        money = store.money(deal, kind)
        found[kind] = None
        if money:
            found[kind] = f"{money_texts(dict([money]))[money[0]]} {money[0]}"
    found["probability"] = store.probability(deal)
    return found
