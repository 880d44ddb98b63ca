"""Forecast and plan: domain text, section 7."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.naive.histories import Deal
from tests.naive.store import (
    ZERO,
    Question,
    Store,
    currency,
    decimals,
    half_up,
    line_money,
    money_texts,
    month_days,
    parse,
    percent,
    period_of,
    sums_of,
    tally,
    text_of,
)

Days = tuple[date | None, date | None]
Sums = dict[str, Fraction]


# --- plans --------------------------------------------------------------------------------------


def plans_of(store: Store, kind: str, name: str | None) -> dict[Days, tuple[str, Fraction]]:
    """The plans of one object by their days."""
    found = {}
    for year in store.plans:
        told = year.get(kind) or {}
        if name is not None:
            told = told.get(name) or {}
        for key, text in told.items():
            money = parse(text)
            assert money is not None
            found[period_of(store, str(key), store.today)] = money
    return found


def plan_of(store: Store, kind: str, name: str | None, days: Days) -> Sums:
    """The key of just these days, else all its months, else all its quarters, in one currency."""
    found = plans_of(store, kind, name)
    first, last = days
    if first is None or last is None:
        return {}
    if days in found:
        return dict([found[days]])
    fiscal = store.settings.get("fiscal_year_start", 1)
    months = cut(first, last, 1, 1)
    quarters = cut(first, last, 3, 1)
    for pieces in (months, quarters, cut(first, last, 3, fiscal)):
        if pieces and all(piece in found for piece in pieces):
            money = [found[piece] for piece in pieces]
            if len({code for code, _ in money}) == 1:
                return {money[0][0]: sum((amount for _, amount in money), ZERO)}
    return {}


def planned_for(question: Question, kind: str, name: str | None, days: Days) -> Sums:
    """Its plan, in the currency that is asked for."""
    plan = plan_of(question.store, kind, name, days)
    asked = question.options.get("currency")
    return {code: amount for code, amount in plan.items() if asked in (code, None)}


def cut(first: date, last: date, months: int, start: int) -> list[tuple[date, date]]:
    """The days cut into spans of so many months, the year beginning at `start`; else nothing."""
    found = []
    day = first
    while day <= last:
        span = month_days(day.year, day.month, months)
        if span[0] != day or span[1] > last or (day.month - start) % months:
            return []
        found.append(span)
        day = span[1] + timedelta(days=1)
    return found


# --- actual and pipeline ------------------------------------------------------------------------


def lies(day: date, days: Days) -> bool:
    """A day lies in a period."""
    return (days[0] is None or day >= days[0]) and (days[1] is None or day <= days[1])


def close_day(deal: Deal) -> date | None:
    """When it closes."""
    text = deal["facts"].get("close_date")
    return date.fromisoformat(text) if text else None


def won_in(store: Store, deals: list[Deal], days: Days) -> list[Deal]:
    """Deals that stand as won and whose last closing lies in the period."""
    return [d for d in deals if store.is_won(d) and lies(store.day(d["closings"][-1]["at"]), days)]


def pipeline_in(store: Store, deals: list[Deal], days: Days, today: date) -> list[Deal]:
    """Open deals that close in it, and are not overdue."""
    found = []
    for deal in deals:
        day = close_day(deal)
        if store.is_open(deal) and day is not None and day >= today and lies(day, days):
            found.append(deal)
    return found


def weighted(store: Store, deals: list[Deal]) -> Sums:
    """Σ value × probability, rounded deal by deal."""
    sums: Sums = {}
    for deal in deals:
        if money := store.money(deal, "value"):
            code, amount = money
            one = half_up(amount * store.probability(deal) / 100, decimals(code))
            sums[code] = sums.get(code, ZERO) + one
    return sums


def plus(*parts: Sums) -> Sums:
    """Sums added up."""
    found: Sums = {}
    for part in parts:
        for code, amount in part.items():
            found[code] = found.get(code, ZERO) + amount
    return found


def column(plan: Sums, actual: Sums, pipeline: Sums, heavy: Sums) -> dict[str, Any]:
    """What follows from the four; ratios stand where there is a plan."""
    expected = plus(dict.fromkeys(plan, ZERO), actual, heavy)
    gap = {code: amount - actual.get(code, ZERO) for code, amount in plan.items()}

    def shares(of: Sums) -> dict[str, Any]:
        return {c: {"percent": percent(of.get(c, ZERO), amount)} for c, amount in plan.items()}

    def cover(code: str) -> str | None:
        if gap[code] <= 0:
            return None
        return text_of(pipeline.get(code, ZERO) / gap[code], 2)

    return {
        "plan": money_texts(plan),
        "weighted": money_texts(heavy),
        "expected": money_texts(expected),
        "attainment": shares(actual),
        "expected_percent": shares(expected),
        "gap": money_texts(gap),
        "coverage": {code: {"ratio": cover(code)} for code in gap},
    }


def of_deals(question: Question, deals: list[Deal], days: Days, plan: Sums) -> dict[str, Any]:
    """A column of whole deals."""
    store = question.store
    won = won_in(store, deals, days)
    ahead = pipeline_in(store, deals, days, question.as_of)
    return {
        "actual": tally(store, won, "value"),
        "pipeline": tally(store, ahead, "value"),
        **column(
            plan,
            sums_of(store, won, "value"),
            sums_of(store, ahead, "value"),
            weighted(store, ahead),
        ),
    }


# --- by product ---------------------------------------------------------------------------------


def product_lines(store: Store, deal: Deal) -> dict[str | None, tuple[str, Fraction]]:
    """What a deal brings by product; under None what its value is more or less than these."""
    found: dict[str | None, tuple[str, Fraction]] = {}
    value = store.money(deal, "value")
    rest = value[1] if value else ZERO
    for line in deal["facts"].get("products", {}).values():
        if "product" in line:
            code = currency(line["price"])
            before = found.get(line["product"], (code, ZERO))[1]
            found[line["product"]] = (code, before + line_money(line))
            rest -= line_money(line)
    has_own = not found or rest != 0
    if has_own and value:
        found[None] = (value[0], rest)
    return found


def by_line(question: Question, deals: list[Deal], days: Days, product: Any) -> dict[str, Any]:
    """Sums of one product: actual, pipeline, weighted."""
    store = question.store
    found: dict[str, Any] = {}
    for name, some in (
        ("actual", won_in(store, deals, days)),
        ("pipeline", pipeline_in(store, deals, days, question.as_of)),
    ):
        sums: Sums = {}
        own = [deal for deal in some if product in (product_lines(store, deal) or {None: None})]
        for deal in own:
            if money := product_lines(store, deal).get(product):
                sums = plus(sums, dict([money]))
        found[name] = {"count": len(own), "sum": money_texts(sums)}
    return found


# --- the report ---------------------------------------------------------------------------------


def columns_of(question: Question) -> list[tuple[str | None, Days]]:
    """Each month with --months, then the whole."""
    whole = (None, (question.first, question.last))
    if not question.options.get("months"):
        return [whole]
    assert question.first is not None and question.last is not None
    found: list[tuple[str | None, Days]] = []
    day = question.first
    while day <= question.last:
        first, last = month_days(day.year, day.month)
        found.append((f"{day:%Y-%m}", (max(first, question.first), min(last, question.last))))
        day = last + timedelta(days=1)
    return [*found, whole]


def has_plans(question: Question, by: str) -> bool:
    """No filter of another kind narrows the rows."""
    return not any(name in question.options for name in ("owner", "department") if name != by)


def planned(question: Question, by: str) -> set[str]:
    """Objects with a plan at all that the filter lets through."""
    names = {name for year in question.store.plans for name in year.get(by) or {}}
    if by in question.options:
        asked = question.options[by]
        names &= question.store.below(asked) if by == "department" else {asked}
    return names


def report_forecast(question: Question) -> dict[str, Any]:
    """`report forecast`: rows by object, `None` for what has none, total, overdue, undated."""
    store, by = question.store, question.options.get("by", "owner")
    deals = question.deals(question.as_of)
    cuts = columns_of(question)
    plans: dict[str, list[Sums]] = {}
    if has_plans(question, by):
        for name in planned(question, by):
            own = [planned_for(question, by, name, days) for _, days in cuts]
            if any(own):
                plans[name] = own
    rows: dict[str | None, list[Deal]] = {name: [] for name in plans}
    taking = [
        d
        for d in deals
        if any(
            d in won_in(store, [d], days) or d in pipeline_in(store, [d], days, question.as_of)
            for _, days in cuts
        )
    ]
    for deal in taking:
        keys = product_lines(store, deal) or {None: None} if by == "product" else None
        for key in keys if keys is not None else [deal["facts"].get(by)]:
            rows.setdefault(key, []).append(deal)
    found: dict[str, Any] = {"rows": {}}
    for key, own in rows.items():
        made = []
        for place, (month, days) in enumerate(cuts):
            plan = plans[key][place] if key in plans else {}
            one = of_deals(question, own, days, plan)
            if by == "product":
                one = by_line(question, own, days, key) | {"plan": one["plan"]}
            made.append({"month": month} | one)
        if key is None:
            found["without"] = made
        else:
            found["rows"][key] = {"columns": made}
    found["total"] = []
    for place, (month, days) in enumerate(cuts):
        plan = plus(*(own[place] for own in plans.values()))
        without = sum(not (name in plans and plans[name][place]) for name in found["rows"])
        one = of_deals(question, taking, days, plan)
        found["total"].append({"month": month, **one, "without_plan": without})
    standing = [deal for deal in deals if store.is_open(deal)]
    for name, some in (
        ("overdue", [d for d in standing if (c := close_day(d)) and c < question.as_of]),
        ("undated", [d for d in standing if close_day(d) is None]),
    ):
        found[name] = tally(store, some, "value") | {"weighted": money_texts(weighted(store, some))}
    return found


# --- under the funnel ---------------------------------------------------------------------------


def report_plan_bar(question: Question) -> dict[str, Any]:
    """The plan of exactly what the filter names, or of the company; else a reason."""
    store, options = question.store, question.options
    days = (question.first, question.last)
    names: list[tuple[str, str | None]]
    if "owner" in options and "department" in options:
        return {"reason": True}
    if "owner" in options:
        names = [("owner", options["owner"])]
    elif "department" in options:
        names = [("department", name) for name in sorted(store.below(options["department"]))]
    else:
        names = [("company", None)]
    plans = [planned_for(question, kind, name, days) for kind, name in names]
    without = sum(not plan_of(store, kind, name, days) for kind, name in names)
    found: dict[str, Any] = {"objects": len(names), "without_plan": without}
    if not any(plans):
        return found | {"reason": True}
    deals = question.deals(question.as_of)
    return found | {"reason": False} | of_deals(question, deals, days, plus(*plans))
