"""An idempotency key that comes again: the same line is skipped, another one refused."""

import json
from typing import Any

import pytest

from salescli.cli import cli
from salescli.commands.ops import Ops, is_needed
from salescli.workspace.keyed import FIRST
from tests.commands.test_wrong_keys import WANTED, stock
from tests.shop import Shop


def answers(shop: Shop, *lines: dict[str, Any]) -> list[dict[str, Any]]:
    done = shop.run("batch", "-", "--keep-going", stdin="\n".join(map(json.dumps, lines)))
    return [json.loads(line) for line in done.out.splitlines()]


def codes(told: list[dict[str, Any]]) -> list[str]:
    return [one["reasons"][0]["code"] if one["reasons"] else one["status"] for one in told]


def test_whatever_operation_had_a_key_the_same_line_is_known_again(shop: Shop):
    right = stock(shop)
    lines = []
    for op in Ops(cli).every():
        needed = {op.key_of(one) for one in op.command.params if is_needed(one)}
        wanted = {key: value or right[key] for key, value in WANTED.get(op.name, {}).items()}
        line = {key: right[key] for key in needed} | wanted
        lines.append({"op": op.name, **line, "idempotency_key": op.name})
    done = [
        line
        for line, told in zip(lines, answers(shop, *lines), strict=True)
        if told["status"] == "done"
    ]
    assert len({line["op"] for line in done} & set(FIRST)) > 30
    told = dict(zip((line["op"] for line in done), codes(answers(shop, *done)), strict=True))
    assert told == dict.fromkeys(told, "already-applied")


def test_the_table_names_operations_that_there_are():
    assert set(FIRST) <= {op.name for op in Ops(cli).every()}


ONCE = {"opportunity": "D", "idempotency_key": "k"}


@pytest.mark.parametrize(
    ("line", "same", "others"),
    [
        ({"op": "note", "text": "Call  back"}, {"op": "note", "text": "call back"},
         [{"op": "note", "text": "Call"}, {"op": "opportunity.set", "budget": 5}]),
        ({"op": "opportunity.set", "budget": 5}, {"op": "opportunity.set", "budget": "5.00 EUR"},
         [{"op": "opportunity.set", "budget": 6}, {"op": "opportunity.set", "mood": "hopeful"},
          {"op": "opportunity.archive"},
          {"op": "opportunity.set", "budget": 5, "need": "parking"},
          {"op": "opportunity.set", "budget": 5, "at": "2026-10-01"},
          {"op": "opportunity.set", "budget": 5, "external": {"crm": "7"}}]),
        ({"op": "opportunity.set", "budget": 5, "owner": "anna"},  # whose it is already
         {"op": "opportunity.set", "owner": "Anna Berzina"},
         [{"op": "opportunity.set", "budget": 5, "owner": "boris"}]),
        ({"op": "opportunity.advance"}, {"op": "opportunity.advance", "to": "Key contacts"},
         [{"op": "opportunity.advance", "to": "proposal-preparation"},
          {"op": "opportunity.close", "outcome": "lost", "reason": "price"}]),
        ({"op": "opportunity.close", "outcome": "lost", "reason": "price"},
         {"op": "opportunity.close", "outcome": "lost", "reason": "price"},
         [{"op": "opportunity.close", "outcome": "won"},
          {"op": "opportunity.close", "outcome": "lost", "reason": "no-budget"},
          {"op": "opportunity.close", "outcome": "lost", "reason": "price", "details": "Less"}]),
        ({"op": "opportunity.contact.add", "contact": "Elena Petrova", "role": "decision-maker"},
         {"op": "opportunity.contact.add", "contact": "Elena Petrova", "role": "Decision maker"},
         [{"op": "opportunity.contact.add", "contact": "Tom Becker"},
          {"op": "opportunity.contact.add", "contact": "Elena Petrova", "role": "influencer"}]),
        ({"op": "time.add", "minutes": "1h30"}, {"op": "time.add", "minutes": 90},
         [{"op": "time.add", "minutes": 60}, {"op": "time.add", "minutes": 90, "person": "boris"}]),
        ({"op": "proposal.add", "amount": 100}, {"op": "proposal.add", "amount": "100 EUR"},
         [{"op": "proposal.add", "amount": 120}]),
        ({"op": "activity.plan", "title": "Call", "start": "2026-11-09"},
         {"op": "activity.plan", "title": "Call", "start": "2026-11-09"},
         [{"op": "activity.plan", "title": "Meet"}, {"op": "activity.log", "title": "Call"}]),
    ],
)  # fmt: skip
def test_a_key_is_for_one_operation_and_one_content(shop: Shop, line, same, others):
    shop.deal("D", "--budget", "250000")
    shop.make("contact", "create", "Tom Becker")
    shop.make("person", "create", "Boris Kalnin", "--id", "boris")
    assert codes(answers(shop, line | ONCE)) == ["done"]
    assert codes(answers(shop, same | ONCE)) == ["already-applied"]
    told = [codes(answers(shop, other | ONCE))[0] for other in others]
    assert told == ["key-of-another"] * len(others)


def test_a_key_of_a_new_deal_is_for_its_first_values(shop: Shop):
    shop.deal("D")
    old = shop.make("contact", "create", "T. Becker")
    new = shop.make("contact", "create", "Tom Becker")
    line = {"op": "opportunity.create", "title": "N", "client": old, "budget": 1000}
    line |= {"at": "2026-10-01", "idempotency_key": "k"}
    assert codes(answers(shop, line)) == ["done"]
    shop.do("opportunity", "set", "N", "--budget", "7", "--title", "M")
    file = next((shop.root / "contacts").rglob(f"*{old}*"))
    file.write_text(f"{file.read_text()}merged_into: {new}\n")
    same = line | {"title": "n", "client": new, "budget": "1000.00 EUR"}
    assert codes(answers(shop, same)) == ["already-applied"]
    others: list[dict[str, Any]] = [
        {"title": "M"}, {"client": "Elena Petrova"}, {"budget": 2000}, {"owner": "boris"},
        {"close_date": "2026-12-01"}, {"source": "web"}, {"at": "2026-10-02"},
    ]  # fmt: skip
    shop.make("person", "create", "Boris Kalnin", "--id", "boris")
    told = codes(answers(shop, *(line | other for other in others)))
    assert told == ["key-of-another"] * len(others)
