"""A small valid store, written file by file, for tests that damage it.

Every text is written by hand as the format says, not made by the code under test.
"""

# ruff: noqa: E501 — an event is one line, however long

from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

NOW = DEALS_DAY = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
OPEN = "opportunities/2026/flat-47--opp-7k2m9xq4tb"
LOST = "opportunities/2026/flat-48--opp-3c8t1m9zqa"
LEAD = "leads/2026/flat-for-elena--lead-0f5s3q8n2k"
ELENA = "contacts/elena-petrova--con-4c8t1m9zqa.yaml"
AGENCY = "accounts/bright-keys--acc-2h6w0r5kdn.yaml"

SETTINGS = """\
format: 1
name: Riverside Development
currency: EUR
time_zone: Europe/Riga
process: real-estate
start_process: never
size_bands:
  - 100000.00 EUR
  - 250000.00 EUR
custom_fields:
  opportunity:
    mortgage:
      name: Mortgage
      type: choice
      values: [none, asked, granted]
    visits:
      name: Visits
      type: whole
"""
TEAM = """\
people:
  anna:
    name: Anna Bērziņa
    emails: [anna@riverside.example]
    department: north
  carl:
    name: Carl Ozols
    department: north
  dina:
    name: Dina Liepa
    left: 2026-06-30
departments:
  sales:
    name: Sales
  north:
    name: North bank
    parent: sales
    manager: carl
"""
PRODUCTS = """\
products:
  flat-b47:
    name: Block B, flat 47
    prices:
      2026-01-01: 231000.00 EUR
"""
COMPETITORS = """\
competitors:
  skyline:
    name: Skyline Homes
"""
PLAN = """\
company:
  2026: 9000000.00 EUR
department:
  north:
    2026-Q2: 1500000.00 EUR
owner:
  anna:
    2026-04: 250000.00 EUR
"""
CONTACT = """\
id: con-4c8t1m9zqa
name: Elena Petrova
account: acc-2h6w0r5kdn
emails: [elena@example.com]
"""
ACCOUNT = """\
id: acc-2h6w0r5kdn
name: Bright Keys Agency
kind: partner
owner: anna
"""
OPEN_FACTS = """\
id: opp-7k2m9xq4tb
title: Flat 47
client: con-4c8t1m9zqa
stage: key-contacts
process: real-estate
owner: anna
department: north
budget: 240000.00 EUR
need: flat-to-live-in
probability: 35
type: direct
close_date: 2026-12-15
category: small
mood:
source: web
main_contact: con-4c8t1m9zqa
custom:
  mortgage: asked
contacts:
  - contact: con-4c8t1m9zqa
    role: decision-maker
    loyalty: 2
competitors:
  - competitor: skyline
    amount: 228000.00 EUR
products:
  - line: line-3n8v5t2h7q
    product: flat-b47
    quantity: 1
    price: 236000.00 EUR
    discount: 1.5
leads:
  - lead-0f5s3q8n2k
"""
OPEN_HISTORY = """\
- {"id":"h-8r0k2c5v1m","seq":1,"at":"2026-10-05T08:30:00Z","by":"anna","kind":"created","fields":{"title":"Flat 47","client":"con-4c8t1m9zqa","stage":"qualification","process":"real-estate","owner":"anna","department":"north","budget":"250000.00 EUR","need":"flat-to-live-in","type":"direct","close_date":"2026-12-15","category":"small","source":"web","leads/lead-0f5s3q8n2k":true}}
- {"id":"h-5w8b2f6k0c","seq":2,"at":"2026-10-12T09:06:00Z","by":"anna","kind":"moved","from":"qualification","to":"key-contacts"}
- {"id":"h-8c5t1q7y2w","seq":3,"at":"2026-11-02T10:15:00Z","by":"anna","kind":"changed","fields":{"budget":["250000.00 EUR","240000.00 EUR"],"probability":[null,35],"main_contact":[null,"con-4c8t1m9zqa"],"custom/mortgage":[null,"asked"],"contacts/con-4c8t1m9zqa":[null,{"role":"decision-maker","loyalty":1}],"competitors/skyline":[null,{"amount":"228000.00 EUR"}],"products/line-3n8v5t2h7q":[null,{"product":"flat-b47","price":"236000.00 EUR","discount":"1.5"}]}}
- {"id":"h-2n6g9r4d0x","seq":4,"at":"2026-11-03T07:50:00Z","by":"carl","kind":"changed","fields":{"contacts/con-4c8t1m9zqa/loyalty":[1,2]}}
- {"id":"h-6s9q2c0m8k","seq":5,"at":"2026-11-11T09:00:00Z","by":"carl","kind":"attached","file":"files/plan.txt","bytes":5}
- {"id":"h-0w2x6s8k5t","seq":6,"at":"2026-11-12T10:10:00Z","by":"anna","kind":"changed","fields":{"mood":[null,"doubtful"]}}
- {"id":"h-5c7r9b1g4z","seq":7,"at":"2026-11-12T10:12:00Z","by":"anna","kind":"voided","events":["h-0w2x6s8k5t"],"why":"undo"}
"""
LOST_FACTS = """\
id: opp-3c8t1m9zqa
title: Flat 48
client: acc-2h6w0r5kdn
stage: lost
process: real-estate
owner: carl
department: north
budget: 90000.00 EUR
need:
probability:
type:
close_date: 2026-10-29
category:
mood:
source:
close_reason: no-answer
"""
LOST_HISTORY = """\
- {"id":"h-9f2w6n0t8d","seq":1,"at":"2026-10-01T08:00:00Z","by":"carl","kind":"created","fields":{"title":"Flat 48","client":"acc-2h6w0r5kdn","stage":"qualification","process":"real-estate","owner":"carl","department":"north","budget":"90000.00 EUR"}}
- {"id":"h-h3yfcy7mts","seq":2,"at":"2026-10-28T22:30:00Z","by":"carl","kind":"closed","from":"qualification","to":"lost","fields":{"close_date":[null,"2026-10-29"],"close_reason":[null,"no-answer"]}}
"""
LEAD_FACTS = """\
id: lead-0f5s3q8n2k
title: Flat for Elena
client: con-4c8t1m9zqa
stage: awaiting-sale
need: flat-to-live-in
owner: anna
department: north
budget:
source: client-referral
decision_date:
"""
LEAD_HISTORY = """\
- {"id":"h-1a7r9b1g4z","seq":1,"at":"2026-09-01T08:00:00Z","by":"anna","kind":"created","fields":{"title":"Flat for Elena","client":"con-4c8t1m9zqa","stage":"qualification","need":"flat-to-live-in","owner":"anna","department":"north","source":"client-referral"}}
- {"id":"h-1b7r9b1g4z","seq":2,"at":"2026-10-05T08:30:00Z","by":"anna","kind":"moved","from":"qualification","to":"awaiting-sale"}
"""

FILES = {
    "salescli.yaml": SETTINGS,
    "team.yaml": TEAM,
    "products.yaml": PRODUCTS,
    "competitors.yaml": COMPETITORS,
    "plans/2026.yaml": PLAN,
    ELENA: CONTACT,
    AGENCY: ACCOUNT,
    f"{OPEN}/opportunity.yaml": OPEN_FACTS,
    f"{OPEN}/history.yaml": OPEN_HISTORY,
    f"{OPEN}/files/plan.txt": "plan\n",
    f"{LOST}/opportunity.yaml": LOST_FACTS,
    f"{LOST}/history.yaml": LOST_HISTORY,
    f"{LEAD}/lead.yaml": LEAD_FACTS,
    f"{LEAD}/history.yaml": LEAD_HISTORY,
}


def write_small_store(root: Path) -> None:
    """Write the store; the dictionaries and the process are the shipped ones."""
    for name in ("dictionaries.yaml", "processes/real-estate.yaml"):
        data = resources.files("salescli").joinpath("data", name).read_bytes()
        write_file(root, name, data)
    for path, text in FILES.items():
        write_file(root, path, text.encode())


def write_file(root: Path, path: str, data: bytes) -> None:
    """Write one file, with the folders above it."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(data)


def replace_in(root: Path, path: str, old: str, new: str) -> None:
    """Replace what stands exactly once in a file."""
    text = (root / path).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    (root / path).write_bytes(text.replace(old, new).encode())
