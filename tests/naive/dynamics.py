"""Any figure as a series: domain text, section 9."""

from datetime import date, timedelta
from typing import Any

from tests.naive.managers import report_managers
from tests.naive.state import report_state
from tests.naive.store import Question, money_texts, period_of
from tests.naive.win_loss import averages, closed_in, report_win_loss

OPEN = ("open", "overdue", "undated", "stale", "without-next-step")


def spans(question: Question) -> list[tuple[date, date]]:
    """The spans of a period, the first and the last cut by it; from the store's first deal on."""
    store, by = question.store, question.options.get("by", "month")
    first = question.first
    if first is None:
        days = [store.day(deal["born"]) for deal in store.deals(store.today)]
        if not days:
            return []
        first = min(days)
    found = []
    day = first
    while day <= question.end:
        if by == "day":
            last = day
        else:
            last = period_of(store, f"this-{by}", day)[1] or day
        last = min(last, question.end)
        found.append((day, last))
        day = last + timedelta(days=1)
    return found


def value(question: Question, figure: str) -> Any:
    """What the report of one span says."""
    if figure in OPEN or figure == "open-sum":
        name = "open" if figure == "open-sum" else figure.replace("-", "_")
        part = report_state(question)["total"][name]
        return part["sum"] if figure == "open-sum" else part["count"]
    if figure in ("meetings", "calls"):
        return report_managers(question)["total"][figure]
    told = report_win_loss(question)
    total = told["total"]
    if figure in ("won", "lost", "rerouted", "rejected"):
        return total[figure]["count"]
    if figure in ("won-sum", "lost-sum"):
        return total[figure[:-4]]["sum"]
    if figure == "win-rate":
        return total["win_rate"]["percent"]
    if figure == "win-rate-by-value":
        rates = total["win_rate_by_value"]
        return {code: one["percent"] for code, one in rates.items()}
    if figure == "cycle":
        return total["won"]["cycle"]["mean"]
    if figure == "average-value":
        won = [d for d in closed_in(question, question.deals()) if question.store.is_won(d)]
        return money_texts(averages(question, won))
    return {code: one["per_day"] for code, one in told["velocity"].items()}


def report_dynamics(question: Question) -> dict[str, Any]:
    """`report dynamics FIGURE`."""
    points = []
    for first, last in spans(question):
        options = {k: v for k, v in question.options.items() if k not in ("figure", "by")}
        options |= {"period": f"{first}..{last}", "as-of": str(last)}
        part = Question(question.store, options)
        figure = value(part, question.options["figure"])
        points.append({"from": str(first), "to": str(last), "value": figure})
    return {"points": points}
