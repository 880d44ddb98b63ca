"""The documents of records and of lists of them, from the declarations of their fields."""

from collections.abc import Mapping
from typing import Any

import msgspec

from salescli.model.catalogues import Competitor, Department, Person, Product, RivalProduct
from salescli.model.contracts.shapes import Shape, by, optional, rows
from salescli.model.dashboards import DashboardFile
from salescli.model.definition import Definition
from salescli.model.fields import FieldSpec, specs_of
from salescli.model.names import NameSpec, build_names
from salescli.model.records import RECORD_TYPES, Account, Contact, Lead, Opportunity

_LEAVES: Mapping[str, Shape] = {
    "whole": "whole",
    "percent": "whole",
    "decimal": "decimal",
    "money": "money",
    "day": "day",
    "instant": "instant",
    "yes-no": "flag",
    "words": ["text"],
    "dated-money": by("money"),
    "choice": ("text", "whole"),  # of a number, such as loyalty, the number
    "mapping": by("any"),
}
LISTS: Mapping[str, str] = {
    "opportunities": "opportunity",
    "leads": "lead",
    "accounts": "account",
    "contacts": "contact",
    "people": "person",
    "departments": "department",
    "products": "product",
    "competitors": "competitor",
}


def fields_of(record: type[msgspec.Struct]) -> dict[str, Shape]:
    """The fields of a record as a document has them: what isn't set is absent."""
    return optional({spec.name: _field(spec) for spec in specs_of(record)})


def _field(spec: FieldSpec) -> Shape:
    if spec.items is not None:
        return [fields_of(spec.items)]
    return leaf_of(spec)


def leaf_of(spec: FieldSpec) -> Shape:
    """The shape of one value of a field."""
    return _LEAVES.get(spec.kind, "text")


def listed_fields(kind: str) -> dict[str, Shape]:
    """What a list of a kind may show: every name that conditions know, as JSON has its values.

    A name of the team's own (`custom.…`, `external.…`) may stand there, too.
    """
    names = {name: _listed(spec) for name, spec in build_names(kind).names.items()}
    if kind == "product":
        names["price"] = ("money", None)  # that of today
    if kind in RECORD_TYPES:
        names["revision"] = ("revision", None)
    return names


def _listed(spec: NameSpec) -> Shape:
    if "." in spec.name or spec.kind in ("words", "group"):
        return "any"  # of a list: one value, or several
    leaf = _LEAVES.get("day" if spec.kind == "instant" else spec.kind, "text")
    many: Any = [leaf]
    return (leaf, many, None)


EVENT = {"event": "text", "at": "instant", "by": "text"}
APPROVAL = {
    **EVENT,
    "approval": "text",
    "of": ["text"],
    "subject": "text",
    "step": ("text", None),
    "state": "text",
    "decision": ("text", None),
    "decided_at": ("instant", None),
    "decided_by": ("text", None),
    "note": ("text", None),
}
ACTIVITY = {
    "activity": "text",
    "type": "text",
    "title": ("text", None),
    "owner": ("text", None),
    "state": "text",
    "result": ("text", None),
    "start": ("instant", None),
    "minutes": ("whole", None),
    "people": ["text"],
    "step": ("text", None),
    "run": ("text", None),
    "planned_at": ("instant", None),
    "closed_at": ("instant", None),
}
PROPOSAL = {
    "proposal": "text",
    "number": ("text", None),
    "version": ("whole", None),
    "state": ("text", None),
    "amount": ("money", None),
    "file": ("text", None),
    "at": "instant",
}
TACTIC = {
    "text": ("text", None),
    "by": "text",
    "from": "day",
    "until": ("day", None),
    "checked_on": ["day"],
}
HISTORY = {
    "activities": [ACTIVITY],
    "proposals": [PROPOSAL],
    "approvals": [APPROVAL],
    "mails": [
        {
            **EVENT,
            "mail": "text",
            "direction": "text",
            "from": "text",
            "to": ["text"],
            "cc": ["text"],
            "subject": ("text", None),
            "excerpt": ("text", None),
            "file": ("text", None),
            "attachments": ["any"],
        }
    ],
    "files": [
        {
            **EVENT,
            "file": ("text", None),
            "url": ("text", None),
            "title": ("text", None),
            "bytes": ("whole", None),
            "sha256": ("text", None),
        }
    ],
    "posts": [
        {
            **EVENT,
            "post": "text",
            "reply_to": ("text", None),
            "text": "text",
            "mentions": ["text"],
        }
    ],
    "notes": [{**EVENT, "text": "text"}],
    "work": [{**EVENT, "person": "text", "minutes": "whole", "note": ("text", None)}],
    "tactics": [TACTIC],
}
UNIT = {
    "id": "text",
    "building": "text",
    "project": ("text", None),
    "kind": "text",
    "section": ("text", None),
    "floor": ("whole", None),
    "rooms": ("whole", None),
    "area": ("decimal", None),
    "product": ("text", None),
    "price": ("money", None),
    "state": "text",
    "deal": ("text", None),
    "owner": ("text", None),
    "reserved_for": ("text", None),
    "reserved_until": ("day", None),
    "contracted_on": ("day", None),
    "days_left": ("whole", None),
}
COMPUTED = {
    "status": "text",
    "probability": ("whole", None),
    "amount": ("money", None),
    "value": ("money", None),
    "weighted": ("money", None),
    "created_on": ("day", None),
    "closed_on": ("day", None),
    "days_in_funnel": ("whole", None),
    "days_at_stage": ("whole", None),
    "quiet_days": ("whole", None),
    "overdue": "flag",
    "stale": "flag",
    "hours": "decimal",
    "completeness": "decimal",
    "missing": ["text"],
    "warnings": ["text"],
    "client_name": ("text", None),
    "people": [
        {
            "contact": "text",
            "name": "text",
            "main": "flag",
            "role": ("text", None),
            "influence": ("text", None),
            "loyalty": ("whole", None),
            "motivator": ("text", None),
        }
    ],
    "stages": [{"stage": "text", "name": "text", "mark": "text", "days": ("whole", None)}],
    "run": ({"run": "text", "starter": "text", "started_at": "instant"}, None),
    "visits": [
        {
            "stage": "text",
            "started_at": "instant",
            "ended_at": ("instant", None),
            "days": "whole",
            "skipped": "flag",
            "historical": "flag",
        }
    ],
}
LEAD_COMPUTED = {
    "status": "text",
    "created_on": ("day", None),
    "days_at_stage": ("whole", None),
    "opportunities": ["text"],
    "visits": [{"stage": "text", "entered_on": "day", "historical": "flag"}],
}

RECORDS: Mapping[str, tuple[str, Mapping[str, Shape]]] = {
    **{
        f"{plural}@1": (f"A list: {kind} list.", {plural: rows(optional(listed_fields(kind)))})
        for plural, kind in LISTS.items()
    },
    "opportunity@1": (
        "A deal with what is computed and what happened: opportunity show.",
        {
            **fields_of(Opportunity),
            "as_of": "day",
            "revision?": "revision",
            "id": "text",
            "units?": [UNIT],
            "computed": COMPUTED,
            "history": HISTORY,
        },
    ),
    "lead@1": (
        "A lead with what is computed and what happened: lead show.",
        {
            **fields_of(Lead),
            "id": "text",
            "revision": "revision",
            "computed": LEAD_COMPUTED,
            "history": HISTORY,
        },
    ),
    "account@1": (
        "A company: account show, client show.",
        {**fields_of(Account), "id": "text", "revision": "revision"},
    ),
    "contact@1": (
        "A person outside: contact show, client show.",
        {**fields_of(Contact), "id": "text", "revision": "revision"},
    ),
    "person@1": ("One of our people: person show.", {"id": "text", **fields_of(Person)}),
    "department@1": ("A department: department show.", {"id": "text", **fields_of(Department)}),
    "product@1": ("A product: product show.", {"id": "text", **fields_of(Product)}),
    "competitor@1": (
        "A competitor: competitor show.",
        {"id": "text", **fields_of(Competitor), "products?": by(fields_of(RivalProduct))},
    ),
    "process@1": (
        "A process as its file has it: process show.",
        {"process": "text", **dict.fromkeys(fields_of(Definition), "any")},
    ),
    "dashboard-file@1": (
        "What a dashboard is made of: dashboard show.",
        {"dashboard": "text", **dict.fromkeys(fields_of(DashboardFile), "any")},
    ),
    "unit@1": ("A unit: unit show.", UNIT),
}
