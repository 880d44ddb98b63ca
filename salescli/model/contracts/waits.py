"""The documents of what waits: activities, agenda, what deals want, processes that run."""

from collections.abc import Mapping

from salescli.model.contracts.figures import NUMBER, SUMS
from salescli.model.contracts.records import ACTIVITY, APPROVAL
from salescli.model.contracts.shapes import Shape, rows, words

OF_RECORD = {"record": "text", "record_title": "text"}
APPOINTMENT = {
    "activity": "text",
    "type": "text",
    "title": ("text", None),
    "start": ("instant", None),
    "due_on": ("day", None),
    "minutes": ("whole", None),
    "step": ("text", None),
    **OF_RECORD,
    "client": ("text", None),
}
AGENDA = {
    "today": "day",
    "week_ends_on": "day",
    "scope": ("text", None),
    "people": [
        {
            "person": ("text", None),
            "overdue": rows(APPOINTMENT),
            "today": rows(APPOINTMENT),
            "week": rows(APPOINTMENT),
            "later": "whole",
            "approvals": rows(
                {
                    "approval": "text",
                    "subject": "text",
                    "asked_by": "text",
                    "asked_at": "instant",
                    **OF_RECORD,
                }
            ),
        }
    ],
}
WAITING = {
    "activity": "text",
    "type": "text",
    "title": ("text", None),
    "owner": ("text", None),
    "start": ("instant", None),
    "due_on": ("day", None),
    "late_days": ("whole", None),
    "step": ("text", None),
    "mandatory": "flag",
    "fields": [
        {
            "field": "text",
            "label": "text",
            "kind": "text",
            "required": "flag",
            "value": "any",
            "values": ["text"],
        }
    ],
    "results": [{"result": "text", "leads_to": "text", "command": ("text", None)}],
    "command": ("text", None),
}
WANTS = {
    "id": "text",
    "title": "text",
    "client": ("text", None),
    "stage": "text",
    "stage_name": "text",
    "goal": ("text", None),
    "days_at_stage": ("whole", None),
    "days_in_stage": ("whole", None),
    "over_limit": "flag",
    "overdue_since": ("day", None),
    "stale": "flag",
    "run": ("text", None),
    "at_end_of_stage": "flag",
    "activities": [WAITING],
    "missing": [
        {
            "kind": words("advise", "require", "form"),
            "say": "text",
            "field": ("text", None),
            "command": ("text", None),
        }
    ],
    "steps": [
        {
            "step": "text",
            "kind": "text",
            "title": ("text", None),
            "performers": ["text"],
            "results": ["text"],
            "minutes": ("whole", None),
        }
    ],
    "ways": [
        {"do": "text", "to": ("text", None), "to_name": ("text", None), "command": "text"},
    ],
    "blocked_by": [{"code": "text", "text": "text", "hint": "text", "field": "text"}],
    "commands": ["text"],
}
RUN = {
    "run": "text",
    "starter": "text",
    "started_at": "instant",
    "stopped_at": ("instant", None),
    "why": ("text", None),
}
RUN_ROW = {
    "id": "text",
    "title": "text",
    "client": ("text", None),
    "owner": ("text", None),
    "process": "text",
    "stage": "text",
    "days_at_stage": ("whole", None),
    "started_at": "instant",
    "starter": "text",
    "open_steps": "whole",
    "end_of_stage": "flag",
    "step": ("text", None),
    "performer": ("text", None),
    "due_on": ("day", None),
    "late": "flag",
}
OPEN_STEP = {
    "activity": "text",
    "step": ("text", None),
    "type": "text",
    "title": ("text", None),
    "owner": ("text", None),
    "start": ("instant", None),
    "due_on": ("day", None),
    "late": "flag",
    "adopted": "flag",
    "results": [
        {"result": "text", "leads_to": "text", "target": ("text", None), "gone": "flag"},
    ],
}
COST = {"hours": NUMBER, "own_cost": NUMBER, "hours_without_rate": NUMBER}
WALK = {"steps": "whole", "routes": "whole", "loops": "whole", "paths": ("whole", None)}

WAITS: Mapping[str, tuple[str, Mapping[str, Shape]]] = {
    "activities@1": (
        "Activities of all records or of one: activity list.",
        {
            "activities": rows(
                {
                    **ACTIVITY,
                    **OF_RECORD,
                    "client": ("text", None),
                    "due_on": ("day", None),
                    "overdue": "flag",
                    "remind": ("whole", "text", None),
                }
            )
        },
    ),
    "agenda@1": ("What waits: agenda.", AGENDA),
    "approvals@1": (
        "Who must agree to what: approval list.",
        {"approvals": rows(APPROVAL | OF_RECORD)},
    ),
    "board@1": (
        "Open deals under their stages: opportunity board.",
        {
            "stages": [
                {
                    "stage": "text",
                    "name": "text",
                    "count": "whole",
                    "sum": SUMS,
                    "cards": rows(
                        {
                            "id": "text",
                            "title": "text",
                            "client": ("text", None),
                            "money": ("money", None),
                            "days_at_stage": ("whole", None),
                            "overdue": "flag",
                        }
                    ),
                }
            ]
        },
    ),
    "completion@1": (
        "What a deal has brought and cost: opportunity completion.",
        {
            "opportunity": "text",
            "title": "text",
            "status": "text",
            "closed_on": ("day", None),
            "close_reason": ("text", None),
            "close_details": ("text", None),
            "winner": ("text", None),
            "won": "flag",
            "currency": ("text", None),
            "budget": NUMBER,
            "revenue": NUMBER,
            "income_per_hour": NUMBER,
            "deviation": NUMBER,
            "deviation_percent": NUMBER,
            "direct_expense": NUMBER,
            **COST,
            "margin": NUMBER,
            "margin_percent": NUMBER,
            "people": [{"person": "text", **COST}],
            "by_hand": [
                {"person": "text", "minutes": "whole", "at": "instant", "note": ("text", None)},
            ],
        },
    ),
    "next@1": (
        "What deals and leads want now: next.",
        {
            "deals": rows(WANTS),
            "leads?": [
                {
                    "id": "text",
                    "title": "text",
                    "stage": "text",
                    "days_at_stage": ("whole", None),
                    "missing": ["text"],
                    "commands": ["text"],
                }
            ],
        },
    ),
    "process-walks@1": (
        "What a walk through processes showed: process check.",
        {
            "processes": [
                {
                    "process": "text",
                    **WALK,
                    "stages": [
                        {
                            "stage": "text",
                            "steps": "whole",
                            "routes": [{"step": "text", "result": "text", "target": "text"}],
                            "loops": [["text"]],
                            "paths": ("whole", None),
                            "outcomes": ["text"],
                            "can_stop": "flag",
                        }
                    ],
                }
            ]
        },
    ),
    "run@1": (
        "How far the process of a deal has come: process status DEAL.",
        {
            "id": "text",
            "title": "text",
            "process": "text",
            "stage": "text",
            "days_at_stage": ("whole", None),
            "running": ("text", None),
            "end_of_stage": "flag",
            "steps": [OPEN_STEP],
            "unfinished": ["text"],
            "go_on": ["text"],
            "runs": [RUN],
        },
    ),
    "runs@1": (
        "The processes that run: process status.",
        {
            "runs": rows(RUN_ROW),
            "counts": [{"process": "text", "stage": "text", "deals": "whole", "at_end": "whole"}],
            "closed": "whole",
        },
    ),
}
