"""Norms and fullness: domain text, section 6."""

from fractions import Fraction
from math import ceil
from typing import Any

from tests.naive.forecast import (
    Days,
    Sums,
    of_deals,
    plan_of,
    planned_for,
    plus,
    report_forecast,
    won_in,
)
from tests.naive.funnel import holding, shown
from tests.naive.histories import Deal
from tests.naive.stage_time import lengths, told
from tests.naive.store import (
    ZERO,
    Question,
    decimals,
    money_texts,
    percent,
    period_of,
    sums_of,
    tally,
    text_of,
)
from tests.naive.win_loss import averages, closed_in, cycle


def win_rate(question: Question, deals: list[Deal], stage: str) -> tuple[int, int]:
    """n(W) of n(s), of the entered definition."""
    won = holding(question, deals, question.store.success)
    return len(won), len(holding(question, deals, stage))


def share_of(won: int, n: int) -> Fraction:
    """The win rate, at most 1."""
    return min(Fraction(1), Fraction(won, n))


def rate_of(rate: tuple[int, int]) -> dict[str, Any]:
    """A win rate, told."""
    won, n = rate
    return {"won": won, "of": n, "percent": percent(share_of(won, n), 1) if n else None}


def report_norms(question: Question) -> dict[str, Any]:
    """`report norms`."""
    deals, store = question.deals(), question.store
    won = [deal for deal in closed_in(question, deals) if store.is_won(deal)]
    return {
        "stages": [
            {
                "stage": stage,
                "winrate": rate_of(win_rate(question, deals, stage)),
                "days": told(lengths(question, deals, stage, old=False)),
            }
            for stage in shown(question, deals)
            if stage != store.success
        ],
        "won": tally(store, won, "value"),
        "cycle": cycle(question, won),
        "average": money_texts(averages(question, won)),
    }


def plan_and_object(question: Question) -> tuple[str, list[str | None], list[Any]]:
    """Whose plan is the coverage's: what the filter names, the company's, else its owners'."""
    store, options = question.store, question.options
    names: list[str | None]
    text = options.get("plan-period", "this-quarter")
    days = period_of(store, text, question.as_of)
    if "owner" in options and "department" in options:
        return "", [], []
    if "owner" in options:
        kind, names = "owner", [options["owner"]]
    elif "department" in options:
        kind, names = "department", [*sorted(store.below(options["department"]))]
    else:
        company = planned_for(question, "company", None, days)
        if company:
            return "company", [None], [company]
        kind, names = "owner", [*sorted(store.people)]
    return kind, names, [planned_for(question, kind, name, days) for name in names]


def report_fullness(question: Question) -> dict[str, Any]:
    """`report fullness`: stock, coverage, and parts against the norm."""
    store, options = question.store, question.options
    deals = question.deals()
    rows = [stage for stage in shown(question, deals) if stage != store.success]
    standing = [deal for deal in deals if store.is_open(deal)]
    found: dict[str, Any] = {
        "stock": [
            {"stage": stage, **tally(store, at(standing, stage), "budget")} for stage in rows
        ],
        "hidden": tally(store, [d for d in standing if d["facts"]["stage"] not in rows], "budget"),
    }
    days = period_of(store, options.get("plan-period", "this-quarter"), question.as_of)
    kind, names, plans = plan_and_object(question)
    plan = plus(*plans)
    as_of_deals = question.deals(question.as_of)
    if plan:
        found["against_plan"] = of_deals(question, as_of_deals, days, plan)
        if kind == "owner" and "owner" not in options:  # as the total of the forecast says
            total = report_forecast(question.part(period=f"{days[0]}..{days[1]}", by="owner"))
            found["against_plan"]["without_plan"] = total["total"][0]["without_plan"]
        else:
            owned = [plan_of(store, kind, name, days) for name in names]
            found["against_plan"]["without_plan"] = sum(not one for one in owned)
    if "required" in options:
        code = options.get("currency")
        found["parts"] = {code: part(question, None, int(options["required"]), None)}
    else:
        found["parts"] = {}
        codes = [options["currency"]] if "currency" in options else list(plan) or [None]
        for code in codes:
            inner = question.part(currency=code) if code else question
            gap = None
            if code in plan:
                gap = plan[code] - money_in(inner, days).get(code, ZERO)
            found["parts"][code] = part(inner, code, None, gap)
    return found


def money_in(question: Question, days: Days) -> Sums:
    """What was won in some days."""
    store = question.store
    return sums_of(store, won_in(store, question.deals(question.as_of), days), "value")


def at(deals: list[Deal], stage: str) -> list[Deal]:
    """Those at a stage."""
    return [deal for deal in deals if deal["facts"]["stage"] == stage]


def funnelled(question: Question) -> list[str]:
    """Open stages that a funnel may show: deals at others are told beside."""
    return [
        one["stage"]
        for one in question.store.stages
        if "final" not in one and one.get("in_funnel", True)
    ]


def part(question: Question, code: str | None, required: int | None, gap: Any) -> dict[str, Any]:
    """Expected wins of some deals against required ones."""
    store, deals = question.store, question.deals()
    standing = [deal for deal in deals if store.is_open(deal)]
    won = [deal for deal in closed_in(question, deals) if store.is_won(deal)]
    average = None  # where there is a plan: for the wins that it takes
    if code and gap is not None:
        average = averages(question, won).get(code)
    if required is None:
        required = None
        if gap is not None:
            required = ceil(gap / average) if gap > 0 and average else None
    expected, without, with_norm = ZERO, 0, 0
    stages = {}
    for stage in funnelled(question):
        here = at(standing, stage)
        n_won, n = win_rate(question, deals, stage)
        if n == 0:
            without += len(here)
        else:
            with_norm += len(here)
            expected += len(here) * share_of(n_won, n)
        stages[stage] = {
            "open": len(here),
            "winrate": rate_of((n_won, n)),
            "expected": text_of(len(here) * share_of(n_won, n), 4) if n else None,
            "needed": ceil(required / share_of(n_won, n)) if required and n_won and n else None,
        }
    is_na = without > 0 and with_norm == 0
    fullness = None if is_na or not required else percent(expected, required)
    return {
        "stages": stages,
        "expected": None if is_na else text_of(expected, 4),
        "without_norm": without,
        "required": required,
        "gap": text_of(gap, decimals(code)) if code and gap is not None else None,
        "average": text_of(average, decimals(code)) if code and average is not None else None,
        "fullness": {"percent": fullness},
    }
