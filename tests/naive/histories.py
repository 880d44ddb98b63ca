"""What the raw events of a deal say: its facts, visits and activities on a day.

The fold, and nothing else: which events count, in which order, and what each of them changes.
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

LISTS = {
    "contacts": "contact",
    "competitors": "competitor",
    "team": "member",
    "products": "line",
    "leads": "lead",
}
"""The lists of a deal, and the key of their items."""

STAGE_EVENTS = ("created", "moved", "closed", "reopened")
TOUCHES = ("done", "mailed", "posted", "proposed", *STAGE_EVENTS)
"""What makes a deal less stale."""

Event = dict[str, Any]
Deal = dict[str, Any]


def instant(text: str) -> datetime:
    """An instant of a file."""
    return datetime.fromisoformat(text)


def live(events: list[Event]) -> list[Event]:
    """The events that count, in fold order: what is voided is left out, from the last void back."""
    ordered = sorted(events, key=lambda event: (event["seq"], event["at"], event["id"]))
    gone: set[str] = set()
    for event in reversed(ordered):
        if event["kind"] == "voided" and event["id"] not in gone:
            earlier = {one["id"] for one in ordered if one["seq"] < event["seq"]}
            gone |= earlier & set(event["events"])
    return [e for e in ordered if e["id"] not in gone and e["kind"] != "voided"]


def deal_of(events: list[Event], zone: ZoneInfo, day: date) -> Deal | None:
    """The deal as its events up to the end of a day say; None before it was created."""
    told = [e for e in live(events) if instant(e["at"]).astimezone(zone).date() <= day]
    if not told or told[0]["kind"] != "created":
        return None
    deal: Deal = {"facts": {}, "visits": [], "activities": {}, "closings": [], "talks": []}
    for event in told:
        at = instant(event["at"])
        tell_facts(deal["facts"], event)
        if event["kind"] == "created":
            deal["born"] = at
            enter(deal, event["fields"]["stage"], at, None, "created")
        elif event["kind"] in STAGE_EVENTS:
            go(deal, event, at)
        elif event["kind"] in ("planned", "replanned", "done", "cancelled"):
            tell_activity(deal, event, at)
        if event["kind"] in TOUCHES:
            deal["touched"] = max(deal.get("touched", at), at)
    return deal


def tell_facts(facts: dict[str, Any], event: Event) -> None:
    """Set what an event of fields says."""
    if event["kind"] == "replanned":
        return
    for path, said in event.get("fields", {}).items():
        value = said if event["kind"] == "created" else said[1]
        name, *rest = path.split("/")
        if not rest:
            put(facts, name, value)
        elif name not in LISTS or len(rest) == 1:
            put(facts.setdefault(name, {}), "/".join(rest), value)
        elif rest[0] in facts.get(name, {}):
            put(facts[name][rest[0]], rest[1], value)
    if event["kind"] in ("moved", "closed", "reopened"):
        facts["stage"] = event["to"]


def put(facts: dict[str, Any], name: str, value: Any) -> None:
    """Set one, or take it out."""
    if value is None:
        facts.pop(name, None)
    else:
        facts[name] = dict(value) if isinstance(value, dict) else value


def enter(deal: Deal, stage: str, at: datetime, until: datetime | None, how: str) -> None:
    """A visit begins."""
    visit = {"stage": stage, "at": at, "until": until, "how": how, "old": False}
    deal["visits"].append(visit)


def go(deal: Deal, event: Event, at: datetime) -> None:
    """The stage changes: domain text, section 2, "Stage history"."""
    last = deal["visits"][-1]
    last["until"] = last["until"] or at
    for visit in deal["visits"]:
        visit["old"] = visit["old"] or visit["stage"] in event.get("undone", ())
    for stage in event.get("skipped", ()):
        enter(deal, stage, at, at, "skip")
    is_final = event["kind"] == "closed"
    if is_final:
        how = "closed"  # to success or not: who asks knows the process
        deal["closings"].append({"at": at, "from": event["from"], "to": event["to"]})
    elif event["kind"] == "reopened" or event.get("undone"):
        how = "back"
    else:
        how = "on"
    enter(deal, event["to"], at, at if is_final else None, how)


def tell_activity(deal: Deal, event: Event, at: datetime) -> None:
    """An activity is planned, changed, done or cancelled."""
    one = deal["activities"].setdefault(event["activity"], {"planned": at})
    if event["kind"] == "replanned":
        for name, (_, after) in event["fields"].items():
            put(one, name, after)
        return
    for name in ("type", "owner", "start"):
        if name in event:
            one[name] = event[name]
    one["state"] = event["kind"]
    if event["kind"] == "done":
        deal["talks"].append({"at": at, "type": one["type"], "owner": one["owner"]})
