"""Every operation of a batch with each of its keys wrong: it is that key which the answer names.

Lines and keys come from the table of operations, so that a new command is tried as well.
"""

import json
from typing import Any

from salescli.cli import cli
from salescli.commands.ops import Op, Ops, is_needed
from tests.shop import Shop

NONSENSE = "zz wrong!"
SHAPE = {"a": ["b"]}  # what no key takes, for those that take any text

FREE = set(
    "address amount_of company description details external fields force from group kind motivator"
    " name note notes number offer_result person_of phone position project reason_of result role_of"
    " section strengths subject tactic text title weaknesses website why close_details".split()
)
"""Keys that take any text, whichever operation has them."""

FREE_OF = {
    ("dictionary.add", "value"),
    ("lead.create", "person"),
    ("lead.set", "person"),
    ("mail.import", "redact"),
    ("opportunity.reopen", "reason"),
    ("process.start", "new"),
    ("process.stop", "reason"),
}
"""Those that take any text in one operation, and something else in another."""


def stock(shop: Shop) -> dict[str, str]:
    """A store with one of everything; key → a right value for it."""
    shop.deal("D", "--budget", "250000")
    person = shop.make("person", "create", "Boris Kalnin", "--id", "boris")
    shop.make("product", "create", "Flat", "--id", "flat", "--price", "2026-01-01=100")
    shop.make("competitor", "create", "Skyline", "--id", "skyline")
    shop.do("competitor", "product", "add", "skyline", "Tower")
    shop.make("unit", "building", "create", "b1", "--name", "B")
    for title in ("Lost", "Runs"):
        shop.deal(title)
    shop.do("opportunity", "close", "Lost", "--outcome", "lost", "--reason", "price")
    shop.do("process", "start", "Runs")
    shop.make("lead", "create", "Over")
    shop.make("lead", "create", "Warm", "--client", "Elena Petrova")
    shop.do("lead", "disqualify", "Over", "--reason", "not-a-customer")
    for noun, member in (
        ("competitor", "skyline"), ("contact", "Elena Petrova"), ("member", "boris"),
        ("product", "flat"), ("lead", "Warm"),
    ):  # fmt: skip
        shop.do("opportunity", noun, "add", "Runs", member)
    shop.make("account", "create", "Acme Ltd")
    (shop.root.parent / "a.txt").write_text("x")
    shop.do("file", "attach", "D", "../a.txt")
    shop.make("unit", "create", "b1", "14", "--kind", "flat")
    shop.do("reservation", "add", "D", "b1/14", "--until", "2026-12-15")
    for mail in ("a.eml", "b.eml"):
        text = "From: elena@example.com\nTo: anna@riverside.example\nSubject: Hello\n\nHello\n"
        (shop.root.parent / mail).write_text(text)
    return {
        "account": shop.make("account", "create", "Acme"),
        "activity": shop.make("activity", "plan", "D", "Call"),
        "amount": "5",
        "approval": shop.make("approval", "request", "D", "Discount", "--of", "anna"),
        "building": "b1",
        "client": "Acme",
        "competitor": "skyline",
        "contact": "Elena Petrova",
        "department": shop.make("department", "create", "Sales"),
        "dictionary": "needs",
        "entry": shop.make("note", "D", "Wrong"),
        "file": "../a.eml",
        "into": "Elena Petrova",
        "lead": shop.make("lead", "create", "L", "--client", "Elena Petrova"),
        "member": person,
        "minutes": "30",
        "name": "New",
        "object": "company",
        "of": "anna",
        "opportunity": "D",
        "outcome": "lost",
        "path": "../a.eml",
        "period": "2026-11",
        "person": person,
        "post": shop.make("feed", "post", "D", "Hello"),
        "price": "5",
        "product": "flat",
        "proposal": shop.make("proposal", "add", "D", "--number", "7"),
        "reason": "price",
        "source": "quick",
        "subject": "Discount",
        "text": "Hello",
        "title": "T",
        "to": "key-contacts",
        "unit": shop.make("unit", "create", "b1", "12", "--kind", "flat"),
        "until": "2026-12-30",
        "value": "parking",
    }


_DEAL = {"title": "T", "client": "Elena Petrova"}
_SET = {"opportunity": "Runs"}
WANTED: dict[str, dict[str, Any]] = {
    "opportunity.archive": {"opportunity": "Lost"},
    "opportunity.competitor.remove": _SET,
    "opportunity.competitor.set": {**_SET, "strengths": "x"},
    "opportunity.contact.add": {"contact": "Elena Petrova"},
    "opportunity.contact.remove": _SET,
    "opportunity.contact.set": {**_SET, "motivator": "x"},
    "opportunity.create": _DEAL,
    "opportunity.delete": {"yes": True},
    "opportunity.lead.remove": {**_SET, "lead": "Warm"},
    "opportunity.member.remove": _SET,
    "opportunity.member.set": {**_SET, "role": "presales"},
    "opportunity.product.add": {"product": "flat"},
    "opportunity.product.remove": _SET,
    "opportunity.product.set": {**_SET, "quantity": "2"},
    "opportunity.reopen": {"opportunity": "Lost"},
    "opportunity.set": {"mood": "hopeful"},
    "opportunity.tactic.set": {"text": "x"},
    "lead.archive": {"lead": "Over"},
    "lead.create": {"title": "T"},
    "lead.delete": {"yes": True},
    "lead.disqualify": {"reason": "not-a-customer"},
    "lead.move": {"to": "nurturing"},
    "lead.set": {"need": "parking"},
    "activity.replan": {"title": "x"},
    "client.merge": {"into": "Acme Ltd"},
    "account.set": {"notes": "x"},
    "contact.set": {"notes": "x"},
    "file.detach": {"name": "a.txt"},
    "proposal.set": {"state": "sent"},
    "approval.reject": {"note": "x"},
    "mail.import": {"opportunity": "D"},
    "mail.log": {"text": "x", "to": "elena@example.com"},
    "person.leave": {"to": "anna"},
    "person.set": {"name": "Boris K"},
    "department.set": {"name": "Sale"},
    "product.set": {"name": "Flats"},
    "competitor.product.remove": {"product": "tower"},
    "competitor.product.set": {"product": "tower", "strengths": "x"},
    "competitor.set": {"name": "Sky"},
    "unit.building.create": {"building": "b2", "name": "B2"},
    "unit.building.set": {"name": "B2"},
    "unit.create": {"unit": "13", "kind": "flat"},
    "unit.set": {"rooms": "2"},
    "dictionary.add": {"value": "cave"},
    "dictionary.set": {"name": "Cave"},
    "process.start": {"new": "T", "client": "Elena Petrova"},
    "process.stop": _SET,
    "reservation.extend": {"unit": "b1/14"},
    "reservation.release": {"unit": "b1/14"},
    "retract": {"entry": None},
    "dashboard.add": {"source": "overview"},
}
"""What a line of an operation needs beside its keys that are never left out."""

ALONE = {
    ("opportunity.product.add", "unit"),
    ("process.start", "opportunity"),
    ("process.start", "record"),
}
"""Keys that take the place of those in WANTED."""


def lines_of(op: Op, right: dict[str, str]) -> list[tuple[str, dict[str, Any]]]:
    """(key, a line in which it alone is wrong) for each key of an operation."""
    needed = {op.key_of(one) for one in op.command.params if is_needed(one)}
    needs = {key: right[key] for key in needed}
    wanted = {key: value or right[key] for key, value in WANTED.get(op.name, {}).items()}
    found = []
    for key, parameter in op.keys.items():
        base = needs if (op.name, key) in ALONE else needs | wanted
        line = {one: value for one, value in base.items() if op.keys[one] is not parameter}
        is_free = key in FREE or (op.name, key) in FREE_OF
        found.append((key, {"op": op.name, **line, key: SHAPE if is_free else NONSENSE}))
    return found


def test_each_key_of_each_operation_is_told_where_it_is_wrong(shop: Shop):
    right = stock(shop)
    rows = [(op.name, *row) for op in Ops(cli).every() for row in lines_of(op, right)]
    assert len(rows) > 700
    done = shop.run("batch", "-", stdin="\n".join(json.dumps(line) for _, _, line in rows))
    told = [json.loads(line) for line in done.out.splitlines()]
    lost = {}
    for (op, key, _), answer in zip(rows, told, strict=True):
        reasons = [(one["field"], one["code"], one["text"]) for one in answer["reasons"]]
        if answer["status"] != "refused" or {field for field, _, _ in reasons} != {key}:
            lost[op, key] = reasons
    assert lost == {}, "\n".join(f"{place}: {reasons}" for place, reasons in lost.items())
