"""Write a store of N opportunities with five events each: `generate.py DIR N [EVENTS]`.

With EVENTS each has so many, the rest of them notes.

Writes the files directly, since it is the reader that is to be measured; every deal's facts are
what its history says, so `salescli check` has nothing to tell. The same N gives the same bytes.
"""

import json
import os
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

SEED = 20261125
FIRST_DAY = datetime(2023, 1, 1, 8, tzinfo=UTC)
LAST_DAY = datetime(2025, 9, 1, 8, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Riga")
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

HEAD = (
    "id title client stage process owner department budget need probability type close_date "
    "category mood source"
).split()
LATER = "close_reason actual_revenue contacts products".split()
PEOPLE = {
    "anna": ("Anna Bērziņa", "north"),
    "boris": ("Boris Kalnin", "north"),
    "carl": ("Carl Ozols", "north"),
    "dina": ("Dina Liepa", "south"),
    "edgar": ("Edgar Roze", "south"),
    "faina": ("Фаина Лебедева", "partners"),
}
DEPARTMENTS = {
    "sales": ("Sales", "", ""),
    "north": ("North bank", "sales", "carl"),
    "south": ("South bank", "sales", "dina"),
    "partners": ("Partner sales", "sales", "faina"),
}
STAGES = ("qualification", "key-contacts", "proposal-preparation", "proposal-presentation")
FINALS = ("won", "won", "lost", "rerouted", "rejected")
NEEDS = ("flat-to-live-in", "flat-to-let", "parking", "commercial")
SOURCES = ("web", "event", "print-ad", "client-referral", "partner-referral", "cold-call")
REASONS = ("priorities-changed", "no-answer", "no-budget", "price")
EVENTS_EACH = 5
NOTES = ("Called back, wants a parking place:", "Спросила про парковку:", "Met on the site:")
NAMES = ("Elena Petrova", "Jānis Krūmiņš", "Ольга Смирнова", "Peter Ziedonis", "Марина Волкова")

SETTINGS = """\
format: 1
name: Riverside Development
currency: EUR
time_zone: Europe/Riga
process: real-estate
start_process: never
"""
DICTIONARIES = {
    "roles": {"decision-maker": "Decision maker", "influencer": "Influencer"},
    "types": {"direct": "Direct sale", "partner": "Partner sale"},
    "categories": {"enterprise": "Enterprise", "medium": "Medium business", "small": "Small"},
    "needs": {name: name.replace("-", " ").capitalize() for name in NEEDS},
    "sources": {name: name.replace("-", " ").capitalize() for name in SOURCES},
    "moods": {"confident": "Confident", "hopeful": "Hopeful", "doubtful": "Doubtful"},
    "loyalties": {f'"{step}"': f"Step {step}" for step in (-3, -2, -1, 1, 2, 3)},
    "close_reasons": {
        name: name.replace("-", " ").capitalize()
        for name in (*REASONS, "competitor-won", "other", "not-recorded")
    },
    "activity_types": {"task": "Task", "call": "Call", "meeting": "Meeting"},
    "activity_results": {"done": "Done", "cancelled": "Cancelled"},
}
PROCESS = """\
name: Real estate, corporate sale
stages:
  - stage: qualification
    name: Qualification
    cap: 10
    goal: We know what they need, what they can spend and when they decide.
    days_without_activity: 7
    days_in_stage: 30
    exit:
      - advise: budget
        say: Ask what they can spend
  - stage: key-contacts
    name: Key contacts
    cap: 40
    goal: Everybody who decides or has influence is known.
    days_without_activity: 10
    days_in_stage: 30
    exit:
      - advise: contacts.role=decision-maker
        say: Find out who decides
  - stage: proposal-preparation
    name: Proposal preparation
    cap: 40
    goal: A proposal that answers every need of the client.
    days_without_activity: 10
  - stage: proposal-presentation
    name: Proposal presentation
    cap: 60
    goal: They have seen the proposal and said what they think.
    days_without_activity: 14
  - stage: won
    name: Won
    final: success
  - stage: lost
    name: Lost
    final: failure
  - stage: rerouted
    name: Rerouted
    final: failure
  - stage: rejected
    name: Rejected
    final: failure
"""
ATTRIBUTES = """\
* text=auto eol=lf
*.yaml merge=salescli
history.yaml merge=union
**/files/** binary
**/mail/** binary
"""

Fields = dict[str, Any]


class Generator:
    """Random choices of one seed, and the files that they make under `root`."""

    def __init__(self, root: Path, events_each: int) -> None:
        self.root = root
        self.events_each = events_each
        self.random = random.Random(SEED)
        self.clients: list[str] = []

    def new_id(self, prefix: str) -> str:
        """A born id: the prefix and ten characters."""
        bits = self.random.getrandbits(50)
        return prefix + "-" + "".join(ALPHABET[(bits >> shift) & 31] for shift in range(0, 50, 5))

    def write(self, path: str, text: str) -> None:
        """Write one file of the store, its directory made before it where needed."""
        full = self.root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_text(text, encoding="utf-8")

    def write_surroundings(self, clients: int) -> None:
        """Settings, team, catalogues, the process, and `clients` accounts and contacts."""
        people = {
            key: {"name": name, "emails": [f"{key}@riverside.example"], "department": department}
            for key, (name, department) in PEOPLE.items()
        }
        departments = {
            key: {"name": name, "parent": parent, "manager": manager}
            for key, (name, parent, manager) in DEPARTMENTS.items()
        }
        product = {"name": "Block B, flat 47", "group": "flats", "prices": {}}
        product["prices"] = {"2024-01-01": "231000.00 EUR"}
        self.write("salescli.yaml", SETTINGS)
        self.write("team.yaml", dump({"people": people, "departments": departments}))
        self.write("dictionaries.yaml", dump(DICTIONARIES))
        self.write("products.yaml", dump({"products": {"flat-b47": product}}))
        self.write("competitors.yaml", "competitors:\n")
        self.write("processes/real-estate.yaml", PROCESS)
        self.write(".gitattributes", ATTRIBUTES)
        self.write(".gitignore", "/.salescli/\n")
        for number in range(clients):
            self.write_client(number)

    def write_client(self, number: int) -> None:
        """An account for every third client, else a contact."""
        if number % 3 == 0:
            record_id, folder, slug = self.new_id("acc"), "accounts", f"client-{number}"
            fields: Fields = {"id": record_id, "name": f"Client {number}"}
        else:
            record_id, folder, slug = self.new_id("con"), "contacts", f"person-{number}"
            fields = {"id": record_id, "name": f"{NAMES[number % len(NAMES)]} {number}"}
        fields["emails"] = [f"{slug}@example.com"]
        self.clients.append(record_id)
        self.write(f"{folder}/{slug}--{record_id}.yaml", dump(fields))

    def write_deal(self, number: int) -> None:
        """The directory of one deal: facts and its events."""
        record_id = self.new_id("opp")
        born_at = FIRST_DAY + (LAST_DAY - FIRST_DAY) * self.random.random()
        born_at = born_at.replace(microsecond=0)
        fields = self.first_fields(number)
        events = self.build_events(fields, born_at)
        folder = f"{self.root}/opportunities/{born_at.astimezone(ZONE).year}"
        directory = f"{folder}/flat-{number}--{record_id}"
        os.makedirs(folder, exist_ok=True)
        os.mkdir(directory)
        head = {name: fields.get(name) for name in HEAD} | {"id": record_id}
        later = {name: fields[name] for name in LATER if name in fields}
        with open(f"{directory}/opportunity.yaml", "w", encoding="utf-8") as file:
            file.write(dump(head | later))
        with open(f"{directory}/history.yaml", "w", encoding="utf-8") as file:
            file.writelines(f"- {compact(event)}\n" for event in events)

    def first_fields(self, number: int) -> Fields:
        """What a deal is born with, in the order of the head."""
        choose = self.random.choice
        owner = choose(list(PEOPLE))
        title = f"Квартира {number}" if number % 4 == 0 else f"Riverside, flat {number}"
        fields = {
            "title": title,
            "client": choose(self.clients),
            "stage": STAGES[0],
            "process": "real-estate",
            "owner": owner,
            "department": PEOPLE[owner][1],
            "budget": f"{self.random.randrange(40, 400) * 1000}.00 EUR",
            "need": choose(NEEDS),
            "type": choose(("direct", "partner")),
            "close_date": (LAST_DAY + timedelta(self.random.randrange(600))).date().isoformat(),
            "category": choose(("enterprise", "medium", "small")),
            "source": choose(SOURCES),
        }
        if number % 3 == 0:
            people = [c for c in self.random.sample(self.clients, 3) if c.startswith("con-")]
            if people:
                fields["contacts"] = [{"contact": people[0], "role": "decision-maker"}]
        if number % 5 == 0:
            line = {"line": self.new_id("line"), "product": "flat-b47", "quantity": "1"}
            fields["products"] = [line | {"price": "231000.00 EUR"}]
        return fields

    def build_events(self, fields: Fields, at: datetime) -> list[Fields]:
        """Five events and notes before the last; `fields` becomes what they amount to."""
        owner, call = fields["owner"], self.new_id("act")
        second, skipped = STAGES[1], []
        if self.random.random() < 0.3:
            second, skipped = STAGES[2], [STAGES[1]]
        plan = {"activity": call, "type": "call", "title": "Call them back", "owner": owner}
        move: Fields = {"from": STAGES[0], "to": second}
        if skipped:
            move["skipped"] = skipped
        steps = [
            ("created", {"fields": created_fields(fields)}),
            ("planned", plan | {"minutes": 30}),
            ("done", {"activity": call, "result": "done", "minutes": 20}),
            ("moved", move),
        ]
        events = []
        fields["stage"] = second
        for kind, own in steps:
            events.append(self.build_event(len(events) + 1, at, owner, kind, own))
            at += timedelta(hours=self.random.randrange(1, 400))
        for _ in range(self.events_each - EVENTS_EACH):
            text = f"{self.random.choice(NOTES)} {self.random.choice(NAMES)}"
            events.append(self.build_event(len(events) + 1, at, owner, "noted", {"text": text}))
            at += timedelta(hours=self.random.randrange(1, 40))
        events.append(self.build_last(len(events) + 1, fields, at, owner))
        return events

    def build_last(self, seq: int, fields: Fields, at: datetime, owner: str) -> Fields:
        """The last event: half of the deals are closed, the others go on or change."""
        drawn = self.random.random()
        if drawn < 0.5:
            final, day = self.random.choice(FINALS), at.astimezone(ZONE).date().isoformat()
            changes: Fields = {"close_date": [fields["close_date"], day]}
            if final == "won":
                changes["actual_revenue"] = [None, fields["budget"]]
            else:
                changes["close_reason"] = [None, self.random.choice(REASONS)]
            own: Fields = {"from": fields["stage"], "to": final}
            if final == "won":
                own["skipped"] = list(STAGES[STAGES.index(fields["stage"]) + 1 :])
            own["fields"] = changes
            fields["stage"] = final
            kind = "closed"
        elif drawn < 0.8:
            own = {"from": fields["stage"], "to": STAGES[3]}
            skipped = list(STAGES[STAGES.index(fields["stage"]) + 1 : 3])
            own |= {"skipped": skipped} if skipped else {}
            changes, kind, fields["stage"] = {}, "moved", STAGES[3]
        else:
            changes = {"probability": [None, 35], "mood": [None, "hopeful"]}
            own, kind = {"fields": changes}, "changed"
        fields |= {path: after for path, (_, after) in changes.items()}
        return self.build_event(seq, at, owner, kind, own)

    def build_event(self, seq: int, at: datetime, by: str, kind: str, own: Fields) -> Fields:
        """One event with the keys that every event has."""
        when = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"id": self.new_id("h"), "seq": seq, "at": when, "by": by, "kind": kind, **own}


def created_fields(fields: Fields) -> Fields:
    """The fields of a `created` event: an item of a list is a path of its own."""
    flat: Fields = {}
    for name, value in fields.items():
        if isinstance(value, list):
            for item in value:
                key, *_ = item.values()
                flat[f"{name}/{key}"] = dict(list(item.items())[1:])
        else:
            flat[name] = value
    return flat


def compact(value: Fields) -> str:
    """JSON on one line, as events are written."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def dump(mapping: Fields, indent: str = "") -> str:
    """Block-style YAML of plain words, which is all that is generated here."""
    lines = []
    for key, value in mapping.items():
        if isinstance(value, dict):
            lines.append(f"{indent}{key}:\n{dump(value, indent + '  ')}")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            lines.append(f"{indent}{key}:\n")
            for item in value:
                text = dump(item, indent + "    ")
                lines.append(f"{indent}  - {text[len(indent) + 4 :]}")
        elif isinstance(value, list):
            lines.append(f"{indent}{key}: [{', '.join(value)}]\n")
        elif value in (None, ""):
            lines.append(f"{indent}{key}:\n")
        else:
            lines.append(f"{indent}{key}: {value}\n")
    return "".join(lines)


def main() -> None:
    """Write the store that the command line asks for."""
    numbers = sys.argv[2:]
    if len(numbers) not in (1, 2) or not all(map(str.isdigit, numbers)):
        sys.exit("usage: generate.py DIR N [EVENTS]")
    root, count = Path(sys.argv[1]), int(numbers[0])
    events_each = int(numbers[1]) if numbers[1:] else EVENTS_EACH
    if events_each < EVENTS_EACH:
        sys.exit(f"a deal has at least {EVENTS_EACH} events")
    if root.exists() and any(root.iterdir()):
        sys.exit(f"{root} is not empty")
    generator = Generator(root, events_each)
    generator.write_surroundings(max(6, count // 20))
    for number in range(count):
        generator.write_deal(number)


if __name__ == "__main__":
    main()
