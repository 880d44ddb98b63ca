"""Random stores, written as raw files: whatever may stand there by the format's rules.

Moves back, skips, reopenings, ties in time, several currencies, lines with discounts, voided and
back-dated events, hand-edited facts, and days on which the clocks change. The facts of a deal are
what the fold of `histories` says, so `salescli check` on a store here is a test of that fold.
"""

import json
from copy import deepcopy
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from tests.naive.histories import LISTS, STAGE_EVENTS, deal_of, instant, live

OPEN = ["first", "second", "hidden", "third", "retired", "fourth"]
FINAL = ["won", "lost", "rerouted", "rejected"]
CAPS = {"first": 10, "second": 30, "hidden": 40, "third": 40, "retired": 50, "fourth": 90}
QUIET = {"first": 3, "third": 10, "retired": 5}
CHANGES = {
    "Europe/Riga": ("2024-03-31", "2024-10-27"),
    "America/New_York": ("2024-03-10", "2024-11-03"),
    "Africa/Cairo": ("2024-04-26", "2024-11-01"),  # at midnight: that day begins at 01:00
    "Asia/Beirut": ("2024-03-31", "2024-10-27"),  # at midnight
    "America/Santiago": ("2024-04-07", "2024-09-08"),  # at midnight
    "Australia/Lord_Howe": ("2024-04-07", "2024-10-06"),  # by half an hour
    "Asia/Kathmandu": ("2024-01-01", "2024-07-01"),  # at no time; 5:45 before UTC
    "UTC": ("2024-02-29", "2024-12-31"),
}
"""Days on which the clocks change, by zone."""

PLACES = {"EUR": 2, "USD": 2, "JPY": 0, "KWD": 3}
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
HEAD = (
    "id title client stage process owner department budget need probability type close_date"
    " category mood source"
).split()
TAIL = "winner close_reason close_details actual_revenue is_primary archived".split()
STEPS = [0, 0, 1, 60, 3600, 9 * 3600, 86_400, 3 * 86_400, 9 * 86_400]


class Writer:
    """One store of a seed; `plain` has nothing voided, back-dated or edited by hand."""

    def __init__(self, root: Path, seed: int, *, deals: int = 24, plain: bool = False) -> None:
        self.root, self.random, self.plain = root, Random(seed), plain
        self.name = self.random.choice(sorted(CHANGES))
        self.zone = ZoneInfo(self.name)
        self.change = date.fromisoformat(self.random.choice(CHANGES[self.name]))
        self.today = self.change + timedelta(days=self.random.randint(3, 40))
        self.now = datetime.combine(self.today, time(18, 30), self.zone).astimezone(UTC)
        self.start = self.change - timedelta(days=self.random.randint(20, 80))
        self.fiscal = self.random.choice([1, 1, 4, 5])
        self.week = self.random.choice(["monday", "sunday"])
        self.ids = 0
        self.clients = [f"acc-{self.id()}" for _ in range(3)] + [f"con-{self.id()}" for _ in "12"]
        self.histories = [self.history() for _ in range(deals)]

    def id(self) -> str:
        """Ten letters, never the same."""
        self.ids += 1
        return "".join(self.random.choices(LETTERS, k=6)) + f"{self.ids:04}"

    # --- the settings -----------------------------------------------------------------------------

    def write(self) -> None:
        """All files."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.write_settings()
        for number, events in enumerate(self.histories):
            self.write_deal(number, events)

    def dump(self, path: str, value: Any) -> None:
        """One YAML file."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        text = yaml.dump(value, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
        target.write_text(text, encoding="utf-8")

    def write_settings(self) -> None:
        """Everything but the deals."""
        settings = {
            "format": 1,
            "name": "Random",
            "currency": "EUR",
            "time_zone": self.name,
            "week_start": self.week,
            "fiscal_year_start": self.fiscal,
            "process": "main",
            "start_process": "never",
            "size_bands": ["300.00 EUR", "700.00 EUR"],
        }
        self.dump("salescli.yaml", settings)
        people = {
            name: {"name": name.title(), **({"department": where} if where else {})}
            for name, where in (("anna", "north"), ("boris", "south"), ("carl", None))
        }
        people["anna"]["emails"] = ["anna@riverside.example"]
        departments = {
            "sales": {"name": "Sales"},
            "north": {"name": "North", "parent": "sales"},
            "south": {"name": "South", "parent": "sales"},
            "far": {"name": "Far", "parent": "south"},
        }
        self.dump("team.yaml", {"people": people, "departments": departments})
        self.dump("dictionaries.yaml", DICTIONARIES)
        prices = {"2020-01-01": "100.00 EUR"}
        products = {
            name: {"name": name.title(), "prices": {date(2020, 1, 1): prices["2020-01-01"]}}
            for name in ("box", "chair")
        }
        self.dump("products.yaml", {"products": products})
        competitors = {name: {"name": name.title()} for name in ("acme", "zenith")}
        self.dump("competitors.yaml", {"competitors": competitors})
        for process, stages in (("main", OPEN), ("other", OPEN[:2])):
            self.dump(f"processes/{process}.yaml", process_of(process, stages))
        for year in (2023, 2024, 2025):
            if plans := self.plans(year):
                self.dump(f"plans/{year}.yaml", plans)
        for client in self.clients:
            folder = "accounts" if client.startswith("acc") else "contacts"
            self.dump(f"{folder}/client--{client}.yaml", {"id": client, "name": client[4:].upper()})

    def plans(self, year: int) -> dict[str, Any]:
        """Some plans of a year: of months, of quarters, of the year, in two currencies."""
        keys = [str(year)] + [f"{year}-Q{q}" for q in range(1, 5)]
        keys += [f"{year}-{month:02}" for month in range(1, 13)]
        if self.fiscal == 5:  # its quarters are none of the calendar's
            keys += [f"FY{year}"] + [f"FY{year}-Q{q}" for q in range(1, 5)]
        found: dict[str, Any] = {}
        objects = {
            "client": self.clients,
            "company": [None],
            "department": ["sales", "north", "south", "far"],
            "need": ["flat", "parking"],
            "owner": ["anna", "boris", "carl"],
            "product": ["box", "chair"],
        }
        for kind, names in objects.items():
            for name in names:
                share = self.random.choice([0, 0.3, 0.95])
                own = {
                    key: self.money(self.random.choice(["EUR"] * 9 + ["USD"]), 4)
                    for key in keys
                    if self.random.random() < share
                }
                if not own:
                    continue
                if name is None:
                    found[kind] = own
                else:
                    found.setdefault(kind, {})[name] = own
        return found

    def money(self, code: str, size: int = 1) -> str:
        """Some money, or 0."""
        units = self.random.choice([0, self.random.randint(1, 99), self.random.randint(1, 90_000)])
        number = Decimal(units * size).scaleb(-PLACES[code] if PLACES[code] < 3 else -3)
        return f"{number:.{PLACES[code]}f} {code}"

    # --- a deal -----------------------------------------------------------------------------------

    def history(self) -> list[dict[str, Any]]:
        """The events of one deal, in the order of their writing."""
        story = Story(self)
        for _ in range(self.random.randint(0, 14)):
            if not story.go_on():
                break
        events = story.events
        if self.random.random() < 0.1:
            self.random.shuffle(events)  # lines of a file may stand in any order
        return events

    def facts_of(self, events: list[dict[str, Any]]) -> dict[str, Any]:
        """Its file, as the fold says."""
        deal = deal_of(events, self.zone, date.max)
        assert deal is not None
        return deal["facts"]

    def write_deal(self, number: int, events: list[dict[str, Any]]) -> None:
        """Its two files."""
        facts = self.facts_of(events)
        if not self.plain and self.random.random() < 0.12:
            self.edit_by_hand(facts)
        created = next(e for e in events if e["kind"] == "created")
        year = instant(created["at"]).astimezone(self.zone).year
        folder = f"opportunities/{year}/deal--{created['of']}"
        document: dict[str, Any] = {name: facts.get(name) for name in HEAD}
        document["id"] = created["of"]
        document |= {name: facts[name] for name in TAIL if name in facts}
        for name, key in LISTS.items():
            if items := facts.get(name):
                document[name] = [{key: one, **told} for one, told in sorted(items.items())]
        for name in ("close_date",):
            if document.get(name):
                document[name] = date.fromisoformat(document[name])
        for line in document.get("products", ()):
            for name in ("quantity", "discount"):
                if name in line:
                    line[name] = yaml.safe_load(line[name])
        self.dump(f"{folder}/opportunity.yaml", document)
        lines = [
            json.dumps({k: v for k, v in e.items() if k != "of"}, separators=(",", ":"))
            for e in events
        ]
        text = "".join(f"- {line}\n" for line in lines)
        (self.root / folder / "history.yaml").write_text(text, encoding="utf-8")

    def edit_by_hand(self, facts: dict[str, Any]) -> None:
        """Change a fact and leave no event."""
        name = self.random.choice(["owner", "department", "need", "source", "budget", "close_date"])
        is_open = facts["stage"] in OPEN
        if name in ("budget", "close_date") and not is_open:
            name = "owner"
        if name == "budget":
            facts[name] = (
                f"777{'.' + '0' * PLACES[c] if PLACES[c] else ''} {c}"
                if (c := currency_of(facts))
                else "777.00 EUR"
            )
        elif name == "close_date":
            facts[name] = str(self.today + timedelta(days=self.random.randint(-9, 9)))
        else:
            values = {"owner": "carl", "department": "far", "need": "parking", "source": "web"}
            facts[name] = values[name]


def currency_of(facts: dict[str, Any]) -> str | None:
    """The currency of a deal, by any money that it has."""
    texts = [facts.get("budget"), facts.get("actual_revenue")]
    texts += [line["price"] for line in facts.get("products", {}).values()]
    return next((text[-3:] for text in texts if text), None)


class Story:
    """One deal as it goes on."""

    def __init__(self, writer: Writer) -> None:
        self.writer, self.random = writer, writer.random
        self.code = self.random.choice(["EUR", "EUR", "EUR", "USD", "JPY", "KWD"])
        days = (writer.today - writer.start).days
        self.at = datetime.combine(
            writer.start + timedelta(days=self.random.randint(0, days)),
            time(self.random.randint(0, 23), self.random.choice([0, 30, 59])),
            writer.zone,
        ).astimezone(UTC)
        self.at = min(self.at, writer.now)
        self.events: list[dict[str, Any]] = []
        self.create()

    def add(self, kind: str, at: datetime | None = None, **own: Any) -> None:
        """One event more."""
        when = at or self.at
        event = {
            "id": f"h-{self.writer.id()}",
            "seq": len(self.events) + 1,
            "at": f"{when:%Y-%m-%dT%H:%M:%SZ}",
            "by": "anna",
            "kind": kind,
            **own,
        }
        if when < self.at:
            event["logged"] = f"{self.at:%Y-%m-%dT%H:%M:%SZ}"
        self.events.append(event)

    def create(self) -> None:
        """It begins, mostly at the first stage."""
        pick = self.random.choice
        is_other = self.random.random() < 0.1
        fields: dict[str, Any] = {
            "title": "Deal",
            "client": pick(self.writer.clients),
            "stage": "first" if is_other else pick(["first"] * 5 + OPEN),
            "process": "other" if is_other else "main",
            "owner": pick(["anna", "boris", "carl", None]),
            "department": pick(["north", "south", "far", "sales", None]),
            "budget": pick([None, self.writer.money(self.code), self.writer.money(self.code)]),
            "need": pick([None, "flat", "parking"]),
            "close_date": pick([None, self.near_day(), self.near_day()]),
            "category": pick([None, "small"]),
            "source": pick([None, "web", "event"]),
            "is_primary": pick([None, None, None, None, True, False]),
        }
        for _ in range(pick([0, 0, 1, 2])):
            fields[f"products/line-{self.writer.id()}"] = self.line()
        fields = {name: value for name, value in fields.items() if value is not None}
        self.add("created", fields=fields)
        self.events[0]["of"] = f"opp-{self.writer.id()}"

    def near_day(self) -> str:
        """A day not far from the change of the clocks."""
        return str(self.writer.change + timedelta(days=self.random.randint(-30, 90)))

    def line(self) -> dict[str, Any]:
        """A line: of the catalogue or of one's own, perhaps with a discount."""
        pick = self.random.choice
        return {
            **pick([{"product": "box"}, {"product": "chair"}, {"title": "Own"}]),
            "quantity": pick(["1", "3", "0.5", "0.333"]),
            "price": self.writer.money(self.code),
            **pick([{}, {"discount": "12.5"}, {"discount": "7.25"}, {"discount": "100"}]),
        }

    # --- going on ---------------------------------------------------------------------------------

    def go_on(self) -> bool:
        """One thing more happens; False where the present is reached."""
        self.at = self.next_moment()
        if self.at > self.writer.now:
            return False
        deal = deal_of(self.events, self.writer.zone, date.max)
        assert deal is not None
        is_final = deal["facts"]["stage"] in FINAL
        ways = [self.move, self.change, self.talk, self.move]
        if not is_final:
            ways += [self.close]
        if not self.writer.plain:
            ways += [self.void, self.change_before]
        self.random.choice(ways)(deal)
        return True

    def next_moment(self) -> datetime:
        """At once, a second later, at a midnight, or days later."""
        if self.random.random() < 0.25:
            day = self.at.astimezone(self.writer.zone).date() + timedelta(days=1)
            midnight = datetime.combine(day, time(), self.writer.zone).astimezone(UTC)
            return max(self.at, midnight + timedelta(seconds=self.random.choice([-1, 0, 1])))
        return self.at + timedelta(seconds=self.random.choice(STEPS))

    def move(self, deal: dict[str, Any]) -> None:
        """To another open stage, forward or back, or out of a final one."""
        facts = deal["facts"]
        here = facts["stage"]
        stages = OPEN if facts["process"] == "main" else OPEN[:2]
        to = self.random.choice([stage for stage in stages if stage != here])
        seen = {visit["stage"] for visit in deal["visits"]}
        undone = [s for s in [*OPEN, *FINAL] if s in seen and (s in FINAL or at_or_after(s, to))]
        fields: dict[str, Any] = {}
        if facts.get("probability", 0) > CAPS[to]:
            fields["probability"] = [facts["probability"], None]
        if here in FINAL:
            for name in ("close_reason", "winner", "actual_revenue", "archived"):
                if name in facts:
                    fields[name] = [facts[name], None]
            wanted = self.random.choice([None, self.near_day()])
            fields["close_date"] = [facts.get("close_date"), wanted]
            names = {"from": here, "to": to, "undone": undone}
            self.add("reopened", **names, reason="Again", fields=fields)
            return
        own: dict[str, Any] = {"from": here, "to": to}
        if at_or_after(here, to):
            own["undone"] = undone
        elif skipped := between(here, to):
            own["skipped"] = skipped
        if fields:
            own["fields"] = fields
        self.add("moved", **own)

    def close(self, deal: dict[str, Any]) -> None:
        """To one of the four ends."""
        facts = deal["facts"]
        to = self.random.choice(["won", "won", "lost", "lost", "rerouted", "rejected"])
        today = str(self.at.astimezone(self.writer.zone).date())
        fields: dict[str, Any] = {"close_date": [facts.get("close_date"), today]}
        if "probability" in facts:
            fields["probability"] = [facts["probability"], None]
        own: dict[str, Any] = {"from": facts["stage"], "to": to}
        if to == "won":
            last = "fourth" if facts["process"] == "main" else "second"
            skipped = between(facts["stage"], last) + [last] * (facts["stage"] != last)
            if skipped:
                own["skipped"] = skipped
            if self.random.random() < 0.4:
                fields["actual_revenue"] = [None, self.writer.money(self.code)]
        else:
            reason = self.random.choice(["price", "no-answer", "competitor-won"])
            fields["close_reason"] = [None, reason]
            if reason == "competitor-won":
                rivals = sorted(facts.get("competitors", {}))
                fields["winner"] = [None, self.random.choice([*rivals, "unknown"])]
        self.add("closed", **own, fields=fields)

    def change(self, deal: dict[str, Any], at: datetime | None = None) -> None:
        """A field or an item has another value, from now or from a past moment on."""
        facts, pick = deal["facts"], self.random.choice
        free: dict[str, list[Any]] = {
            "owner": ["anna", "boris", "carl", None],
            "department": ["north", "south", "far", "sales", None],
            "need": ["flat", "parking", None],
            "source": ["web", "event", None],
            "client": self.writer.clients,
        }
        if facts["stage"] in FINAL:
            if facts["stage"] == "won" and at is None:
                free["actual_revenue"] = [None, self.writer.money(self.code)]
            if at is None:
                free["archived"] = [True, None]
        elif at is None:
            free["budget"] = [None, self.writer.money(self.code)]
            free["close_date"] = [None, self.near_day()]
            free["probability"] = [None, pick(range(CAPS[facts["stage"]] + 1))]
            free[f"products/line-{self.writer.id()}"] = [self.line()]
            for line in facts.get("products", {}):
                free[f"products/{line}"] = [None]
                free[f"products/{line}/quantity"] = ["2", "1.5"]
        for rival in ("acme", "zenith"):
            if rival not in facts.get("competitors", {}):
                free[f"competitors/{rival}"] = [{"strengths": "Cheap"}]
        name = pick(sorted(free))
        value = pick(free[name])
        before = value_at(facts, name)
        if value != before:
            self.add("changed", at=at, fields={name: [before, value]})

    def change_before(self, deal: dict[str, Any]) -> None:
        """A change that holds from a day in the past on."""
        past = self.at - timedelta(days=self.random.randint(0, 20), hours=self.random.randint(0, 9))
        last = instant(self.events[0]["at"])
        self.change(deal, at=max(past, last))

    def talk(self, deal: dict[str, Any]) -> None:
        """Activities, mails, notes, posts, proposals, hours."""
        pick = self.random.choice
        states = {name: one["state"] for name, one in deal["activities"].items()}
        waiting = [name for name, state in states.items() if state == "planned"]
        kind = pick(["planned", "planned", "worked", "noted", "posted", "mailed", "proposed"])
        ahead = self.at + timedelta(days=pick([-2, 0, 1, 5, 20]), minutes=pick([0, 90]))
        start = f"{ahead:%Y-%m-%dT%H:%M:%SZ}"
        if waiting and self.random.random() < 0.6:
            one, kind = pick(waiting), pick(["done", "done", "cancelled", "replanned"])
            own: dict[str, Any] = {"activity": one}
            if kind == "done":
                own |= {"result": "done", "minutes": 30}
            if kind == "replanned":
                field = pick(["start", "owner"])
                after = start if field == "start" else "boris"
                own["fields"] = {field: [deal["activities"][one].get(field), after]}
            self.add(kind, **own)
            return
        activity = {
            "activity": f"act-{self.writer.id()}",
            "type": pick(["meeting", "call", "task"]),
            "title": "Talk",
            "owner": pick(["anna", "boris"]),
        }
        self.add(
            kind,
            **{
                "planned": {**activity, **pick([{}, {"start": start}])},
                "worked": {"person": "anna", "minutes": 60},
                "noted": {"text": "A note"},
                "posted": {"post": f"post-{self.writer.id()}", "text": "A post"},
                "mailed": {
                    "mail": f"mail-{self.writer.id()}",
                    "direction": "out",
                    "from": "anna@riverside.example",
                    "to": ["a@example.com"],
                    "subject": "Mail",
                    "excerpt": "Text",
                },
                "proposed": {
                    "proposal": f"prop-{self.writer.id()}",
                    "number": f"R-{self.writer.ids}",
                    "version": 1,
                    "state": "draft",
                },
            }[kind],
        )

    def void(self, deal: dict[str, Any]) -> None:
        """Take back a change, the last stage event, or what took something back."""
        standing = live(self.events)
        stages = [event for event in standing if event["kind"] in STAGE_EVENTS][1:]
        can = [e for e in standing if e["kind"] == "changed"][-1:]
        if can and any(path.startswith("competitors/") for path in can[0]["fields"]):
            can = []  # a winner may be one of them
        if stages and not any(
            event["seq"] > stages[-1]["seq"] and event["kind"] == "changed" for event in standing
        ):
            can.append(stages[-1])
        if self.events[-1]["kind"] == "voided":
            can.append(self.events[-1])
        if can:
            self.add("voided", events=[self.random.choice(can)["id"]], why="mistake")


def value_at(facts: dict[str, Any], path: str) -> Any:
    """What stands at a path."""
    value: Any = facts
    for name in path.split("/"):
        value = (value or {}).get(name)
    return deepcopy(value)


def at_or_after(stage: str, to: str) -> bool:
    """In the order of the process."""
    return OPEN.index(stage) >= OPEN.index(to)


def between(here: str, to: str) -> list[str]:
    """The open stages that are passed over; nothing new goes to a retired one."""
    passed = OPEN[OPEN.index(here) + 1 : OPEN.index(to)]
    return [stage for stage in passed if stage != "retired"]


def process_of(name: str, stages: list[str]) -> dict[str, Any]:
    """A definition."""
    made: list[dict[str, Any]] = []
    for stage in stages:
        one: dict[str, Any] = {"stage": stage, "name": stage.title(), "cap": CAPS[stage]}
        if stage in QUIET:
            one["days_without_activity"] = QUIET[stage]
        if stage == "hidden":
            one["in_funnel"] = False
        if stage == "retired":
            one["retired"] = True
        made.append(one)
    made.append({"stage": "won", "name": "Won", "final": "success"})
    made += [{"stage": s, "name": s.title(), "final": "failure"} for s in FINAL[1:]]
    return {"name": name.title(), "stages": made}


DICTIONARIES = {
    "roles": {name: name for name in ("decision-maker", "influencer", "contact-person")},
    "loyalties": {name: name for name in ("-3", "-2", "-1", "1", "2", "3")},
    "needs": {"flat": "A flat", "parking": "A parking place"},
    "sources": {"web": "Web", "event": "Event"},
    "categories": {"small": "Small"},
    "types": {"direct": "Direct sale"},
    "close_reasons": {
        "price": "Price",
        "no-answer": "No answer",
        "competitor-won": "A competitor won",
        "other": {"name": "Other", "details": True},
    },
    "activity_types": {"task": "Task", "meeting": "Meeting", "call": "Call"},
    "activity_results": {"done": "Done", "cancelled": "Cancelled"},
}
