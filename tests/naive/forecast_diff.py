"""What moved a forecast: domain text, section 7."""

from datetime import date
from fractions import Fraction
from typing import Any

from tests.naive.forecast import Sums, pipeline_in, plus, weighted, won_in
from tests.naive.histories import Deal
from tests.naive.store import Question, decimals, sums_of, text_of

NAMES = ("actual", "pipeline", "weighted", "expected")


def sums_on(question: Question, deals: list[Deal], day: date) -> dict[str, Sums]:
    """The four sums of some deals on a day."""
    store, days = question.store, (question.first, question.last)
    ahead = pipeline_in(store, deals, days, day)
    actual = sums_of(store, won_in(store, deals, days), "value")
    heavy = weighted(store, ahead)
    found = (actual, sums_of(store, ahead, "value"), heavy, plus(actual, heavy))
    return dict(zip(NAMES, found, strict=True))


def told(sums: dict[str, Sums]) -> dict[str, dict[str, str]]:
    """By currency: the four, each written; where all are nothing there is none."""
    codes = {code for one in sums.values() for code in one}
    return {
        code: {name: text_of(sums[name].get(code, Fraction(0)), decimals(code)) for name in NAMES}
        for code in sorted(codes)
    }


def minus(after: dict[str, Sums], before: dict[str, Sums]) -> dict[str, Sums]:
    """What is more."""
    negative = {
        name: {code: -amount for code, amount in one.items()} for name, one in before.items()
    }
    return {name: plus(after[name], negative[name]) for name in NAMES}


def report_forecast_diff(question: Question) -> dict[str, Any]:
    """`report forecast-diff --since DAY`: two days, and each deal's difference."""
    store, days = question.store, (question.first, question.last)
    since = date.fromisoformat(question.options["since"])
    found: dict[str, Any] = {}
    for name, day in (("before", since), ("after", question.as_of)):
        deals = question.deals(day)
        found[name] = {
            "counts": {
                "actual": len(won_in(store, deals, days)),
                "pipeline": len(pipeline_in(store, deals, days, day)),
            },
            "sums": told(sums_on(question, deals, day)),
        }
    then = {deal["id"]: deal for deal in question.deals(since)}
    now = {deal["id"]: deal for deal in question.deals(question.as_of)}
    found["moved"] = {}
    for who in {*then, *now}:
        before = sums_on(question, [then[who]] if who in then else [], since)
        after = sums_on(question, [now[who]] if who in now else [], question.as_of)
        if any(any(one.values()) for one in minus(after, before).values()):
            found["moved"][who] = told(minus(after, before))
    return found
