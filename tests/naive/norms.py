"""Norms and fullness: domain text, section 6."""

from fractions import Fraction
from math import ceil
from typing import Any

from tests.naive.forecast import of_deals, plan_of, plus
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
    tally,
    text_of,
)
from tests.naive.win_loss import averages, closed_in, cycle


def win_rate(question: Question, deals: list[Deal], stage: str) -> tuple[int, int]:
    """n(W), at most n(s), of n(s): of the entered definition."""
    n = len(holding(question, deals, stage))
    return min(n, len(holding(question, deals, question.store.success))), n


def rate_of(rate: tuple[int, int]) -> dict[str, Any]:
    return {"won": rate[0], "of": rate[1], "percent": percent(*rate)}


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
    text = options.get("plan-period", "this-quarter")
    days = period_of(store, text, question.as_of)
    if "owner" in options:
        names: list[str | None] = [options["owner"]]
        return "owner", names, [plan_of(store, "owner", options["owner"], days)]
    if "department" in options:
        names = [*sorted(store.below(options["department"]))]
        return "department", names, [plan_of(store, "department", one, days) for one in names]
    company = plan_of(store, "company", None, days)
    if company:
        return "company", [None], [company]
    names = [*sorted(store.people)]
    return "owner", names, [plan_of(store, "owner", name, days) for name in names]


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
        "hidden": tally(
            store, [d for d in standing if d["facts"]["stage"] not in rows], "budget"
        ),
    }
    days = period_of(store, options.get("plan-period", "this-quarter"), question.as_of)
    kind, names, plans = plan_and_object(question)
    plan = plus(*plans)
    as_of_deals = question.deals(question.as_of)
    if plan:
        found["coverage"] = of_deals(question, as_of_deals, days, plan)
        found["coverage"]["without_plan"] = sum(not one for one in plans)
    if "required" in options:
        found["parts"] = {None: part(question, None, int(options["required"]), None)}
    else:
        found["parts"] = {}
        for code in plan:
            inner = question.part(currency=code)
            actual = of_deals(inner, inner.deals(question.as_of), days, plan)
            left = {
                c: v for c, v in plan.items() if c == code
            }[code] - money_in(inner, days).get(code, ZERO)
            assert actual["plan"]
            found["parts"][code] = part(inner, code, None, left)
    return found


def money_in(question: Question, days: Any) -> dict[str, Fraction]:
    """What was won in some days."""
    from tests.naive.forecast import won_in
    from tests.naive.store import sums_of

    store = question.store
    return sums_of(store, won_in(store, question.deals(question.as_of), days), "value")


def at(deals: list[Deal], stage: str) -> list[Deal]:
    """Those at a stage."""
    return [deal for deal in deals if deal["facts"]["stage"] == stage]


def part(question: Question, code: str | None, required: int | None, gap: Any) -> dict[str, Any]:
    """Expected wins of some deals against required ones."""
    store, deals = question.store, question.deals()
    standing = [deal for deal in deals if store.is_open(deal)]
    won = [deal for deal in closed_in(question, deals) if store.is_won(deal)]
    average = averages(question, won).get(code) if code else None
    if required is None:
        required = 0 if gap <= 0 else ceil(gap / average) if average else None
    expected, without, with_norm = ZERO, 0, 0
    stages = {}
    for stage in store.open:
        here = at(standing, stage)
        n_won, n = win_rate(question, deals, stage)
        if n == 0:
            without += len(here)
        else:
            with_norm += len(here)
            expected += len(here) * Fraction(n_won, n)
        stages[stage] = {
            "open": len(here),
            "winrate": rate_of((n_won, n)),
            "expected": text_of(len(here) * Fraction(n_won, n), 4) if n else None,
            "needed": ceil(required / Fraction(n_won, n)) if required and n_won else None,
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
