"""What is said of the plan that a figure stands against: whose it is, or why there is none."""

from salescli.report.numbers import clean_text, format_number_of
from salescli.report.plan_bar import FittingPlan


def tell_fit(plan: FittingPlan) -> str:
    """`plan of the company`, `plan of Anna Berzina`, `3 plans, 1 department without`."""
    if plan.reason:
        return plan.reason
    kind = plan.of.partition("=")[0]
    if plan.objects == 1:
        return "plan of the company" if plan.of == "company" else f"plan of {clean_text(plan.name)}"
    whose = f" of {clean_text(plan.name)}" if plan.name else ""
    told = f"plans{whose} of {format_number_of(plan.objects - plan.without_plan, kind)}"
    if not plan.without_plan:
        return told
    return f"{told}, {format_number_of(plan.without_plan, kind)} without"
