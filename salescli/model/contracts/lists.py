"""The documents of lists that are none of records, of what waits, and of what happened."""

from collections.abc import Mapping

from salescli.model.contracts.figures import COUNTED, NUMBER, SUMS
from salescli.model.contracts.records import (
    ACTIVITY,
    APPROVAL,
    PROPOSAL,
    TACTIC,
    UNIT,
)
from salescli.model.contracts.shapes import Shape, by, optional, words
from salescli.model.units import STATES

OF_RECORD = {"record": "text", "record_title": "text"}
ENTRY = {
    "id": "text",
    "record": "text",
    "at": "instant",
    "by": "text",
    "kind": "text",
    "words": "text",
    "details": ["text"],
}
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
            "overdue": [APPOINTMENT],
            "today": [APPOINTMENT],
            "week": [APPOINTMENT],
            "later": "whole",
            "approvals": [
                {
                    "approval": "text",
                    "subject": "text",
                    "asked_by": "text",
                    "asked_at": "instant",
                    **OF_RECORD,
                }
            ],
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
FAULT = {
    "line": "whole",
    "column": "text",
    "value": "text",
    "code": "text",
    "reason": "text",
    "hint": "text",
}

LISTS: Mapping[str, tuple[str, Mapping[str, Shape]]] = {
    "activities@1": (
        "Activities of all records or of one: activity list.",
        {
            "activities": [
                {
                    **ACTIVITY,
                    **OF_RECORD,
                    "client": ("text", None),
                    "due_on": ("day", None),
                    "overdue": "flag",
                    "remind": ("whole", "text", None),
                }
            ]
        },
    ),
    "agenda@1": ("What waits: agenda.", AGENDA),
    "approvals@1": (
        "Who must agree to what: approval list.",
        {"approvals": [APPROVAL | OF_RECORD]},
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
                    "cards": [
                        {
                            "id": "text",
                            "title": "text",
                            "client": ("text", None),
                            "money": ("money", None),
                            "days_at_stage": ("whole", None),
                            "overdue": "flag",
                        }
                    ],
                }
            ]
        },
    ),
    "buildings@1": (
        "Buildings and how many of their units are in each state: unit building list.",
        {
            "buildings": [
                {
                    "building": "text",
                    "name": ("text", None),
                    "project": ("text", None),
                    "units": "whole",
                    **dict.fromkeys(STATES, "whole"),
                }
            ]
        },
    ),
    "changes@1": (
        "What happened since a time, person by person: changes.",
        {
            "since": {"at": "instant", "revision": ("text", None), "commit": ("text", None)},
            "until": "instant",
            "people": [
                {
                    "person": "text",
                    "name": "text",
                    "changes": [
                        {
                            "record": "text",
                            "kind": "text",
                            "title": "text",
                            "event": "text",
                            "what": "text",
                            "at": "instant",
                            "logged": "instant",
                            "words": "text",
                        }
                    ],
                }
            ],
        },
    ),
    "check@1": (
        "What is wrong with the files: check.",
        {
            "files": "whole",
            "unreadable": ["text"],
            "findings": [
                {
                    "code": "text",
                    "level": words("error", "warning"),
                    "file": ("text", None),
                    "line": ("whole", None),
                    "column": ("whole", None),
                    "field": ("text", None),
                    "text": "text",
                    "hint": ("text", None),
                }
            ],
        },
    ),
    "client-history@1": (
        "All business with a client: client history.",
        {
            "client": {"id": "text", "kind": "text", "name": "text", "addresses": ["text"]},
            "sum": "text",
            "deals": by(COUNTED),
            "leads": by("whole"),
            "first_contact_on": ("day", None),
            "last_contact_on": ("day", None),
            "records": [
                {
                    "id": "text",
                    "kind": words("opportunity", "lead"),
                    "title": "text",
                    "client": ("text", None),
                    "stage": "text",
                    "status": "text",
                    "owner": ("text", None),
                    "value": ("money", None),
                    "created_on": ("day", None),
                    "close_date": ("day", None),
                }
            ],
            "takes_part_in": ["text"],
            "of_its_contacts": ["text"],
            "entries": [ENTRY],
        },
    ),
    "clients@1": (
        "Companies and people alike: client list.",
        {
            "clients": [
                {
                    "id": "text",
                    "kind": words("account", "contact"),
                    "name": "text",
                    "addresses": ["text"],
                    "open": "whole",
                    "won": "whole",
                    "failed": "whole",
                    "value": ["money"],
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
    "dashboards@1": (
        "The dashboards there are: dashboard list.",
        {
            "dashboards": [
                {"dashboard": "text", "name": "text", "period": "text", "blocks": "whole"},
            ]
        },
    ),
    "dictionaries@1": (
        "Values to choose from: dictionary list.",
        {
            "dictionaries": [
                {"dictionary": "text", "value": "text", "name": "text", "flags": ["text"]},
            ]
        },
    ),
    "doctor@1": (
        "Whether this machine can hold a store: doctor.",
        {"signs": [{"name": "text", "state": "text", "text": "text", "hint": ("text", None)}]},
    ),
    "files@1": (
        "Files of a record: file list.",
        {
            "files": [
                {
                    "name": "text",
                    "title": ("text", None),
                    "file": ("text", None),
                    "url": ("text", None),
                    "bytes": ("whole", None),
                    "sha256": ("text", None),
                    "at": "instant",
                    "by": "text",
                }
            ]
        },
    ),
    "import@1": (
        "What an import did or would do: import csv, import history.",
        {
            "file": "text",
            "rows": "whole",
            "written": "flag",
            "created": by("whole"),
            "updated": "whole",
            "unchanged": "whole",
            "rejected": "whole",
            "stand_ins": by("any"),
            "spelled": by("any"),
            "notes": by("whole"),
            "others": ["text"],
            "near": [
                {
                    "id": "text",
                    "name": "text",
                    "other": "text",
                    "other_name": "text",
                    "why": "text",
                },
            ],
            "differences": [
                {
                    "record": "text",
                    "name": "text",
                    "field": "text",
                    "before": "any",
                    "after": "any",
                },
            ],
            "faults": [FAULT],
        },
    ),
    "log@1": (
        "The last commands: log.",
        {
            "log": [
                {
                    "at": "instant",
                    "actor": "text",
                    "command": "text",
                    "words": "text",
                    "files": "whole",
                    "state": "text",
                }
            ]
        },
    ),
    "mails@1": (
        "Mails of a record: mail list.",
        {
            "mails": [
                {
                    "mail": "text",
                    "at": "instant",
                    "direction": "text",
                    "from": "text",
                    "to": ["text"],
                    "cc": ["text"],
                    "subject": ("text", None),
                    "excerpt": ("text", None),
                    "message_id": ("text", None),
                    "file": ("text", None),
                    "attachments": ["text"],
                }
            ]
        },
    ),
    "next@1": (
        "What deals and leads want now: next.",
        {
            "deals": [WANTS],
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
    "plans@1": (
        "Plans: plan list.",
        {
            "plans": [
                {
                    "object": "text",
                    "id": ("text", None),
                    "name": ("text", None),
                    "period": "text",
                    "plan": "money",
                }
            ]
        },
    ),
    "posts@1": (
        "Posts on a record: feed list.",
        {
            "posts": [
                {
                    "post": "text",
                    "at": "instant",
                    "by": "text",
                    "reply_to": ("text", None),
                    "mentions": ["text"],
                    "text": "text",
                }
            ]
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
    "processes@1": (
        "The processes there are: process list.",
        {
            "processes": [
                {"process": "text", "name": "text", "stages": "whole", "default": "flag"},
            ]
        },
    ),
    "proposals@1": ("What we offer in a deal: proposal list.", {"proposals": [PROPOSAL]}),
    "reservations@1": (
        "Units held for deals: reservation list.",
        {"reservations": [optional(UNIT)]},
    ),
    "retractable@1": (
        "What can be taken back on a record: retract.",
        {"retractable": [{"id": "text", "at": "instant", "by": "text", "words": "text"}]},
    ),
    "rows@1": ("The answer to a query: sql.", {"rows": [by("any")]}),
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
            "runs": [RUN_ROW],
            "counts": [{"process": "text", "stage": "text", "deals": "whole", "at_end": "whole"}],
            "closed": "whole",
        },
    ),
    "schemas@1": (
        "The schemas there are: schema.",
        {"schemas": [{"schema": "text", "files": ("text", None), "holds": "text"}]},
    ),
    "search@1": (
        "Records by the words that they hold: search.",
        {
            "text": "text",
            "words": ["text"],
            "found": "whole",
            "hits": [
                {
                    "id": "text",
                    "kind": "text",
                    "title": "text",
                    "client": ("text", None),
                    "stage": ("text", None),
                    "places": [
                        {
                            "kind": "text",
                            "at": ("instant", None),
                            "by": ("text", None),
                            "excerpt": "text",
                            "text": "text",
                        }
                    ],
                }
            ],
        },
    ),
    "tables@1": (
        "What a query may ask: sql --schema.",
        {"tables": [{"table?": "text", "column?": "text", "type?": "text", "holds": "text"}]},
    ),
    "tactics@1": (
        "The tactics of a deal: opportunity tactic show, history.",
        {"id": "text", "title": "text", "tactics": [TACTIC]},
    ),
    "timeline@1": (
        "What happened on a record: opportunity timeline, lead timeline.",
        {"record": "text", "entries": [ENTRY]},
    ),
    "units@1": ("Units: unit list.", {"units": [optional(UNIT)]}),
}
LINES: Mapping[str, tuple[str, Shape]] = {
    "batch-answer@1": (
        "A line that batch answers a line with.",
        {
            "line": "whole",
            "status": words("done", "refused", "skipped"),
            "code": "whole",
            "id": ("text", None),
            "reasons": [{"code": "text", "field": ("text", None), "text": "text"}],
        },
    ),
    "store@1": (
        "A line of a store that was exported: export store.",
        (
            {"schema": words("salescli/store@1"), "name": ("text", None)},
            {"path": "text", "record": by("any")},
            {"path": "text", "events": ["any"]},
            {"path": "text", "text": "text"},
            {"path": "text", "base64": "text"},
            {"files": "whole"},
        ),
    ),
}
