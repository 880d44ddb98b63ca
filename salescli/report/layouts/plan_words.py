"""What is said of the plan that a figure stands against: whose it is, or why there is none."""

from salescli.report.figures.plan_bar import FittingPlan, PlanPart
from salescli.report.text.numbers import (
    NOT_AVAILABLE,
    clean_text,
    format_money,
    format_number_of,
)

WON = "Won in the period"


def tell_no_plan(plan: FittingPlan) -> str:
    """`Plan: n/a, no plan is of 2 owners together.`; "" where there is one.

    Where the company has none and its owners or departments have, it says how to see those.
    """
    if not plan.reason:
        return ""
    return f"Plan: {NOT_AVAILABLE}, {clean_text(plan.reason)}. {tell_others(plan)}".rstrip()


def tell_others(plan: FittingPlan) -> str:
    """`3 owners have one: salescli report forecast --by owner --period 2026-10`; mostly ""."""
    told = [format_number_of(count, kind) for kind, count in plan.others.items() if count]
    if not told:
        return ""
    kind = next(kind for kind, count in plan.others.items() if count)
    verb = "has" if sum(plan.others.values()) == 1 else "have"
    see = f"salescli report forecast --by {kind} --period {plan.days}"
    return f"{' and '.join(told)} {verb} one: {see}"


def tell_sold(part: PlanPart, filled: str = "", hatched: str = "") -> str:
    """What a bar shows: `Won in the period: 4 deals, 100 EUR (█), and 20 EUR weighted (▒)`.

    `filled` and `hatched` say how the two parts are drawn; nothing of one that has no room.
    """
    lengths = part.lengths()
    drawn = (filled if lengths.filled else "", hatched if lengths.hatched else "")
    won, weighted = (format_money(one, part.currency) for one in (part.actual, part.weighted))
    sold, likely = (f" ({look})" if look else "" for look in drawn)
    deals = format_number_of(part.deals, "deal")
    return f"{WON}: {deals}, {won}{sold}, and {weighted} weighted{likely}"


def tell_fit(plan: FittingPlan) -> str:
    """`plan of the company`, `plans of 3 departments of North`, `2 of 3 owners have a plan`.

    The company of a group is its stores: `1 of 2 stores has a plan`. Of others it says where some
    stores plan nothing: `plan of Boris, in 1 of 2 stores`.
    """
    if plan.reason:
        return plan.reason
    told = _tell_objects(plan)
    if not plan.stores_without:
        return told
    return f"{told}, in {plan.stores - plan.stores_without} of {plan.stores} stores"


def _tell_objects(plan: FittingPlan) -> str:
    kind = plan.of.partition("=")[0]
    if plan.objects == 1:
        return "plan of the company" if plan.of == "company" else f"plan of {clean_text(plan.name)}"
    is_group = kind == "company"
    whose = format_number_of(plan.objects, "store" if is_group else kind)
    whose += f" of {clean_text(plan.name)}" if plan.name and not is_group else ""
    if not plan.without_plan:
        return f"plans of {whose}"
    verb = "has" if plan.objects - plan.without_plan == 1 else "have"
    return f"{plan.objects - plan.without_plan} of {whose} {verb} a plan"
