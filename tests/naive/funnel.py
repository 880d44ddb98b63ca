"""The funnel of both definitions, and the flow: domain text, section 6."""

from typing import Any

from tests.naive.histories import Deal
from tests.naive.store import Question, percent, tally


def shown(question: Question, deals: list[Deal]) -> list[str]:
    """Stages with a row: a retired one if the period has visits in it."""
    found = []
    for one in question.store.stages:
        if one.get("final") == "failure" or one.get("in_funnel") is False:
            continue
        if one.get("retired") and not any(
            touches(question, visit) and visit["stage"] == one["stage"]
            for deal in deals
            for visit in deal["visits"]
        ):
            continue
        found.append(one["stage"])
    return found


def touches(question: Question, visit: dict[str, Any]) -> bool:
    """It lies in the period, or a part of it does."""
    return visit["until"] is None or question.since_start(visit["until"])


def ids(deals: list[Deal]) -> list[str]:
    return sorted(deal["id"] for deal in deals)


def share(part: list[Deal], of: list[Deal], name: str) -> dict[str, Any]:
    """Deals of deals."""
    told = {name: len(part), f"{name}_ids": ids(part), "of": len(of), "of_ids": ids(of)}
    return told | {"percent": percent(len(part), len(of))}


def is_new(question: Question, deal: Deal) -> bool:
    """Created in the period."""
    return question.since_start(deal["born"])


def counted(question: Question, deals: list[Deal], stage: str) -> list[Deal]:
    """Those that stand at a stage, created in the period."""
    is_any = question.options.get("created") == "any"
    return [d for d in deals if d["facts"]["stage"] == stage and (is_any or is_new(question, d))]


def passing(question: Question, deals: list[Deal], stage: str) -> tuple[list[Deal], list[Deal]]:
    """Those with a visit that touches the period, and of them those that went on from one."""
    passed, of = [], []
    for deal in deals:
        after = [
            how
            for visit, how in question.store.directly_followed(deal)
            if visit["stage"] == stage and touches(question, visit)
        ]
        if after:
            of.append(deal)
        if "on" in after:
            passed.append(deal)
    return passed, of


def reached(deals: list[Deal], stage: str) -> list[Deal]:
    """Those with a visit of a stage."""
    return [deal for deal in deals if any(visit["stage"] == stage for visit in deal["visits"])]


def holding(question: Question, deals: list[Deal], stage: str) -> list[Deal]:
    """Those with a visit that began in the period and that no move back has undone."""
    return [
        deal
        for deal in deals
        if any(
            visit["stage"] == stage and not visit["old"] and question.since_start(visit["at"])
            for visit in deal["visits"]
        )
    ]


def still_there(question: Question, deals: list[Deal], stage: str) -> list[Deal]:
    """Of the holding ones those that are there, or ended there."""
    return [d for d in holding(question, deals, stage) if d["facts"]["stage"] == stage]


def reference(question: Question, deals: list[Deal], rows: list[str]) -> list[dict[str, Any]]:
    """Rows of the reference definition."""
    store, found = question.store, []
    new = [deal for deal in deals if is_new(question, deal)]
    for stage in rows:
        passed, of = passing(question, deals, stage)
        found.append(
            {
                "stage": stage,
                **tally(store, counted(question, deals, stage), question.sum),
                "conversion": share(passed, of, "passed") if stage != store.success else None,
                "first": share(reached(new, stage), new, "entered"),
            }
        )
    return found


def entered(question: Question, deals: list[Deal], rows: list[str]) -> list[dict[str, Any]]:
    """Rows of the entered definition."""
    store, found = question.store, []
    hold = {stage: holding(question, deals, stage) for stage in rows}
    filled = [stage for stage in rows if hold[stage]]
    for place, stage in enumerate(rows):
        n = hold[stage]
        earlier = [one for one in rows[:place] if hold[one]]
        if stage in filled or earlier:
            previous = share(n, hold[earlier[-1]] if earlier else n, "part")
            first = share(n, hold[filled[0]], "part")
        else:
            previous = first = share([], [], "part")
        found.append(
            {
                "stage": stage,
                **tally(store, still_there(question, deals, stage), question.sum),
                "n": len(n),
                "n_ids": ids(n),
                "previous": previous,
                "first": first,
            }
        )
    return found


def report_funnel(question: Question) -> dict[str, Any]:
    """`report funnel`, of either definition."""
    deals = question.deals()
    rows = shown(question, deals)
    is_entered = question.options.get("definition") == "entered"
    make = entered if is_entered else reference
    return {"stages": make(question, deals, rows), **footer(question)}


def footer(question: Question) -> dict[str, Any]:
    """Deals of the report that belong to other processes, differ, or have other money."""

    def takes_part(deal: Deal) -> bool:
        """It is counted or has a visit in the period, of those that the definition asks for."""
        if question.options.get("definition") == "entered":
            return any(
                not visit["old"] and question.since_start(visit["at"]) for visit in deal["visits"]
            )
        counts = is_new(question, deal) or question.options.get("created") == "any"
        return counts or any(touches(question, visit) for visit in deal["visits"])

    everything = [d for d in question.store.deals(question.end) if takes_part(d)]
    mine = [d for d in everything if question.is_asked(d)]
    others = [
        d
        for d in everything
        if question.is_asked(d, by_currency=False, by_process=False)
        and not question.is_asked(d, by_currency=False)
    ]
    return {"other_processes": len(others), "differing": sum(d["differs"] for d in mine)}


def report_flow(question: Question) -> dict[str, Any]:
    """`report flow`: each visit that began in the period, and what became of it."""
    deals = question.deals()
    names = {"on": "advanced", "lost": "lost", "back": "moved_back", "nothing": "still_there"}
    found = []
    for stage in shown(question, deals):
        row: dict[str, Any] = {"stage": stage}
        parts: dict[str, list[str]] = {name: [] for name in ("entered", *names.values())}
        for deal in deals:
            for visit, how in question.store.directly_followed(deal):
                if visit["stage"] == stage and question.since_start(visit["at"]):
                    parts["entered"].append(deal["id"])
                    parts[names[how]].append(deal["id"])
        for name, who in parts.items():
            row |= {name: len(who), f"{name}_ids": sorted(who)}
        found.append(row)
    return {"stages": found}
