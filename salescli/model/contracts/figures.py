"""The documents of reports. Shapes only; `report/` builds what fits them."""

from collections.abc import Mapping

from salescli.model.contracts.shapes import Shape, by, words

IDS = ["text"]
NUMBER = ("decimal", None)  # null: a ratio of nothing, a mean of none
SUMS = by("decimal")
COUNTED = {
    "count": "whole",
    "sum": SUMS,
    "without_value": "whole",
    "count_ids?": IDS,
    "sum_ids?": by(IDS),
    "without_value_ids?": IDS,
}
PERIOD = {"from": ("day", None), "to": ("day", None)}
FILTERS: Mapping[str, Shape] = {
    "process?": ("text", None),
    "created?": "text",
    "currency?": "text",
    "owner?": ["text"],
    "department?": ["text"],
    "store?": ["text"],
    "where?": ["text"],  # of a block, as it is written
}
SUM = words("budget", "amount", "value")
DATED = {"as_of": "day", "period": PERIOD, "filters": FILTERS}
ASKED = {"as_of": "day", "period": PERIOD, "sum": SUM, "filters": FILTERS}
LEFT_OUT = {
    "other_processes": "whole",
    "left_out": by("whole"),
    "differing": "whole",
    "invalid": "whole",
}


def share(part: str) -> dict[str, Shape]:
    """So many of so many; `percent` has two decimals, and is null of nothing."""
    ids = {f"{part}_ids?": IDS, "of_ids?": IDS}
    return {part: "whole", "of": "whole", "percent": NUMBER, **ids}


CELL = {
    "plan": SUMS,
    "actual": COUNTED,
    "pipeline": COUNTED,
    "weighted": SUMS,
    "expected": SUMS,
    "attainment": by({"percent": NUMBER}),
    "expected_percent": by({"percent": NUMBER}),
    "gap": SUMS,
    "coverage": by({"ratio": NUMBER}),
}
FIT = {
    "sum": words("value"),
    "of": ("text", None),
    "name": ("text", None),
    "reason": ("text", None),
    "objects": "whole",
    "without_plan": "whole",
    "stores?": "whole",  # of a group, where some of them have deals and no plan
    "stores_without_plan?": "whole",
}
WON = by({"count": "whole", "count_ids?": IDS})  # deals of the plan's currency
PLAN = {**FIT, **{f"{key}?": shape for key, shape in {**CELL, "won": WON}.items()}}
STAGE = {"stage": "text", "name": "text"}
REFERENCE_STAGE = {
    **STAGE,
    **COUNTED,
    "conversion": (share("passed"), None),
    "first": share("entered"),
}
ENTERED_STAGE = {
    **STAGE,
    **COUNTED,
    "n": "whole",
    "n_ids?": IDS,
    "previous": share("part"),
    "first": share("part"),
}
VISITS = {"visits": "whole", "mean": NUMBER, "median?": NUMBER, "visits_ids?": IDS}
DAYS = (VISITS, None)
FUNNEL: dict[str, Shape] = {
    "definition": words("reference", "entered"),
    **ASKED,
    "stages": [(REFERENCE_STAGE, ENTERED_STAGE)],
    "plan": (PLAN, None),
    "hidden": COUNTED,
    **LEFT_OUT,
}
WHOLE_FUNNEL = {"schema": words("salescli/funnel@1"), **FUNNEL}
FUNNEL_BY_STAGES = [
    ({**REFERENCE_STAGE, "days": DAYS}, {**ENTERED_STAGE, "days": DAYS}),
]
DIFFERENCE = {
    "stage": "text",
    "count": "whole",
    "sum": SUMS,
    "conversion?": NUMBER,
    "previous?": NUMBER,
    "first": NUMBER,
}
SIDE = {"id": ("text", None), "name": "text", "differences": ([DIFFERENCE], None)}
COMPARE = {
    "definition": words("reference", "entered"),
    "by": "text",
    "as_of": "day",
    "sides": [{**SIDE, "funnel": WHOLE_FUNNEL}],
}
CYCLE = {"mean": NUMBER, "median": NUMBER}
OUTCOME = {**COUNTED, "average": SUMS, "cycle": CYCLE}
MONEY_SHARE = {
    "won": "decimal",
    "of": "decimal",
    "percent": NUMBER,
    "won_ids?": IDS,
    "of_ids?": IDS,
}
CLOSED = {
    **dict.fromkeys(("won", "lost", "rerouted", "rejected"), OUTCOME),
    "win_rate": share("won"),
    "win_rate_by_value": by(MONEY_SHARE),
}
VELOCITY = {
    "open": "whole",
    "average": NUMBER,
    "win_rate": NUMBER,
    "cycle": NUMBER,
    "per_day": NUMBER,
    "open_ids?": IDS,
}
MANAGER = {
    "closed": "whole",
    "closed_ids?": IDS,
    **CLOSED,
    **{
        key: shape
        for name in ("active", "meetings", "calls")
        for key, shape in ((name, "whole"), (f"{name}_ids?", IDS))
    },
}
ROW = {"row": ("text", None), "name": ("text", None)}
STATE = dict.fromkeys(("open", "overdue", "undated", "stale", "without_next_step"), COUNTED)
APART = {**COUNTED, "weighted": SUMS}
COLUMN = {"month": ("text", None), **CELL}
AMOUNTS = by(dict.fromkeys(("actual", "pipeline", "weighted", "expected"), "decimal"))
TOTALS = {
    "counts": {
        "actual": "whole",
        "pipeline": "whole",
        "actual_ids?": IDS,
        "pipeline_ids?": IDS,
    },
    "sums": AMOUNTS,
}
MOVED = {
    "before": TOTALS,
    "after": TOTALS,
    "reasons": [{"reason": "text", "count": "whole", "sums": AMOUNTS, "count_ids?": IDS}],
    "changes": [{"id": "text", "title": "text", "reason": "text", "sums": AMOUNTS}],
}
REVISION = {"revision": ("text", None), "commit": ("text", None), "at": ("instant", None)}
DIFF_SIDE = {
    "title": "text",
    "stage": "text",
    "status": "text",
    "value": ("money", None),
    "budget": ("money", None),
    "probability": ("whole", None),
    "close_date": ("day", None),
    "owner": ("text", None),
    "close_reason": ("text", None),
}
SHIFT = {
    "id": "text",
    "title": "text",
    "process": "text",
    "kind": "text",
    "fields": ["text"],
    "before": (DIFF_SIDE, None),
    "after": (DIFF_SIDE, None),
    "forecast": AMOUNTS,
}
DRILLED = {
    "id": "text",
    "title": "text",
    "client": ("text", None),
    "client_name": ("text", None),
    "owner": ("text", None),
    "department": ("text", None),
    "stage": "text",
    "budget": ("money", None),
    "amount": ("money", None),
    "probability": ("whole", None),
    "close_date": ("day", None),
    "days_at_stage": ("whole", None),
    "value?": ("money", None),
    "became?": ("text", None),
    "became_stage?": ("text", None),
    "went_to?": ("text", None),
}
STAGE_TIMES = [{**STAGE, "current": DAYS, "historical": DAYS}]
FULL_STAGE = {
    "stage": "text",
    "open": "whole",
    "open_ids?": IDS,
    "winrate": share("won"),
    "expected": NUMBER,
    "needed": ("whole", None),
}
FULL_PART = {
    "currency": ("text", None),
    "stages": [FULL_STAGE],
    "expected": NUMBER,
    "without_norm": "whole",
    "without_norm_ids?": IDS,
    "required": ("whole", None),
    "gap": NUMBER,
    "average": NUMBER,
    "fullness": {"percent": NUMBER},
}
POINT = {
    "from": "day",
    "to": "day",
    "value": (SUMS, by(NUMBER), "decimal", "whole", None),
    "made_of": by("any"),  # the part of the report that has it
}

FIGURES: Mapping[str, tuple[str, Mapping[str, Shape]]] = {
    "funnel@1": ("A funnel: report funnel.", FUNNEL),
    "funnel-by@1": (
        "A funnel with a row for each value: report funnel --by.",
        {
            **FUNNEL,
            "stages": FUNNEL_BY_STAGES,
            "by": "text",
            "rows": [{**ROW, "stages": FUNNEL_BY_STAGES}],
        },
    ),
    "compare@1": ("Funnels side by side: report compare.", COMPARE),
    "drill@1": (
        "The deals behind a number of the funnel: report drill.",
        {
            "definition": words("reference", "entered"),
            **ASKED,
            "stage": "text",
            "name": "text",
            "part": words("count", "passed", "not-passed", "reached", "not-reached"),
            "by": ("text", None),
            "total": COUNTED,
            "share": (share("part"), None),
            "became?": by(COUNTED),
            "totals?": by(SUMS),
            "deals?": [DRILLED],
            "rows?": [{**ROW, **COUNTED, "share": share("part")}],
            **LEFT_OUT,
        },
    ),
    "flow@1": (
        "What entered each stage and what became of it: report flow.",
        {
            **DATED,
            "stages": [
                {
                    **STAGE,
                    **{
                        key: shape
                        for name in ("entered", "advanced", "lost", "moved_back", "still_there")
                        for key, shape in ((name, "whole"), (f"{name}_ids?", IDS))
                    },
                }
            ],
            **LEFT_OUT,
        },
    ),
    "stage-time@1": (
        "How long deals stay at each stage: report stage-time.",
        {
            **DATED,
            "by": ("text", None),
            "unit": "text",
            "stages": STAGE_TIMES,
            "rows": [{**ROW, "stages": STAGE_TIMES}],
            **LEFT_OUT,
        },
    ),
    "norms@1": (
        "What a period says of the next ones: report norms.",
        {
            **ASKED,
            "stages": [{**STAGE, "winrate": share("won"), "days": DAYS}],
            "won": COUNTED,
            "cycle": CYCLE,
            "average": SUMS,
            **LEFT_OUT,
        },
    ),
    "fullness@1": (
        "Whether enough is in the funnel: report fullness.",
        {
            **ASKED,
            "open_on": "day",
            "plan_period": PERIOD,
            "stock": [{**STAGE, **COUNTED}],
            "coverage": {**FIT, **CELL},
            "parts": [FULL_PART],
            "hidden": COUNTED,
            **LEFT_OUT,
        },
    ),
    "win-loss@1": (
        "What was won and lost: report win-loss.",
        {
            **ASKED,
            "by": ("text", None),
            "total": CLOSED,
            "velocity": by(VELOCITY),
            "rows": [{**ROW, **CLOSED}],
            **LEFT_OUT,
        },
    ),
    "managers@1": (
        "The best managers: report managers.",
        {
            **ASKED,
            "rank_by": "text",
            "min_deals": "whole",
            "rows": [{**ROW, "ranked": "flag", **MANAGER}],
            "total": MANAGER,
            **LEFT_OUT,
        },
    ),
    "state@1": (
        "Open deals on a day: report state.",
        {**ASKED, "by": ("text", None), "total": STATE, "rows": [{**ROW, **STATE}], **LEFT_OUT},
    ),
    "dynamics@1": (
        "A figure as a series: report dynamics.",
        {"figure": "text", "by": "text", **ASKED, "points": [POINT], **LEFT_OUT},
    ),
    "forecast@1": (
        "What is sold and likely to be, beside the plans: report forecast.",
        {
            **ASKED,
            "by": words("owner", "department", "product", "process", "client"),
            "has_plans": "flag",
            "partly_planned?": ["text"],
            "rows": [
                {
                    **dict.fromkeys(
                        ("owner?", "department?", "product?", "process?", "client?"),
                        ("text", None),
                    ),
                    "name": ("text", None),
                    "columns": [COLUMN],
                }
            ],
            "without": ([COLUMN], None),
            "total": [{**COLUMN, "without_plan": "whole"}],
            "overdue": APART,
            "undated": APART,
            **LEFT_OUT,
        },
    ),
    "forecast-diff@1": (
        "What moved a forecast, deal by deal: report forecast-diff.",
        {"since": "day", **ASKED, **MOVED, **LEFT_OUT},
    ),
    "diff@1": (
        "What is different between two revisions: report diff.",
        {
            "before": REVISION,
            "after": REVISION,
            "as_of": "day",
            "period": PERIOD,
            "filters": FILTERS,
            "counts": by("whole"),
            "deals": [SHIFT],
            "forecast": MOVED,
            "invalid": "whole",
        },
    ),
}
