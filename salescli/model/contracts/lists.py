"""The documents of lists that are none of records, and of what happened."""

from collections.abc import Mapping

from salescli.model.contracts.figures import COUNTED
from salescli.model.contracts.records import PROPOSAL, TACTIC, UNIT
from salescli.model.contracts.shapes import Shape, by, optional, rows, words
from salescli.model.units import STATES

ENTRY = {
    "id": "text",
    "record": "text",
    "at": "instant",
    "by": "text",
    "kind": "text",
    "words": "text",
    "details": ["text"],
}
FAULT = {
    "line": "whole",
    "column": "text",
    "value": "text",
    "code": "text",
    "reason": "text",
    "hint": "text",
}

LISTS: Mapping[str, tuple[str, Mapping[str, Shape]]] = {
    "blame@1": (
        "Who set each field of a record: opportunity blame, lead blame.",
        {
            "blame": [
                {
                    "field": "text",
                    "value": "any",
                    "by": ("text", None),
                    "at": ("instant", None),
                    "how": "text",
                    "event": ("text", None),
                    "commit": ("text", None),
                    "author": ("text", None),
                    "subject": ("text", None),
                }
            ]
        },
    ),
    "buildings@1": (
        "Buildings and how many of their units are in each state: unit building list.",
        {
            "buildings": rows(
                {
                    "building": "text",
                    "name": ("text", None),
                    "project": ("text", None),
                    "units": "whole",
                    **dict.fromkeys(STATES, "whole"),
                }
            )
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
                    "changes": rows(
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
                    ),
                }
            ],
            "gone": [{"record": "text", "kind": "text", "title": "text"}],
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
            "clients": rows(
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
            )
        },
    ),
    "commits@1": (
        "The commits of a store: log --git.",
        {
            "commits": rows(
                {
                    "at": "instant",
                    "author": "text",
                    "commit": "text",
                    "subject": "text",
                    "records": "whole",
                }
            )
        },
    ),
    "dashboards@1": (
        "The dashboards there are: dashboard list.",
        {
            "dashboards": rows(
                {"dashboard": "text", "name": "text", "period": "text", "blocks": "whole"},
            )
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
            "log": rows(
                {
                    "at": "instant",
                    "actor": "text",
                    "command": "text",
                    "words": "text",
                    "files": "whole",
                    "state": "text",
                }
            )
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
    "plans@1": (
        "Plans: plan list.",
        {
            "plans": rows(
                {
                    "object": "text",
                    "id": ("text", None),
                    "name": ("text", None),
                    "period": "text",
                    "plan": "money",
                }
            )
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
        {"reservations": rows(optional(UNIT))},
    ),
    "retractable@1": (
        "What can be taken back on a record: retract.",
        {"retractable": [{"id": "text", "at": "instant", "by": "text", "words": "text"}]},
    ),
    "rows@1": ("The answer to a query: sql.", {"rows": [by("any")]}),
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
            "hits": rows(
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
            ),
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
    "units@1": ("Units: unit list.", {"units": rows(optional(UNIT))}),
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
    "clash@1": (
        "What a merge left undecided in a file: a note in .salescli/clashes.",
        {
            "schema": words("salescli/clash@1"),
            "path": "text",
            "base": "text",
            "ours": "text",
            "theirs": "text",
            "clashes": [{"path": "text", "base?": "any", "ours?": "any", "theirs?": "any"}],
            "made": ["text"],
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
