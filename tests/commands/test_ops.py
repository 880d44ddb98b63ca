"""The operations of a batch are the commands that write: neither more nor fewer, nor others."""

import ast
import fnmatch
import json
import re
import shutil
from pathlib import Path

import click
import pytest

import salescli.commands
from salescli.cli import cli
from salescli.commands.ops import LEFT_OUT, NOT_KEYS, Ops, is_writing, walk, why_left_out
from salescli.model.batchlines import OWN_KEYS
from salescli.model.errors import NotFound, WrongUsage
from tests.shop import Shop

OPS = {op.name: op for op in Ops(cli).every()}
SOURCES = sorted(Path(salescli.commands.__file__).parent.rglob("*.py"))


def written_names() -> dict[str, str]:
    """Under which name each `app.write(…)` and `change_deals(app, …)` runs, and where it stands.

    What an f-string puts in is `*`.
    """
    found: dict[str, str] = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func)
            if name == "app.write" and path.name != "bulk.py":
                given = node.args[0]
            elif name == "change_deals":
                given = node.args[1]
            else:
                continue
            parts = given.values if isinstance(given, ast.JoinedStr) else [given]
            texts = [str(part.value) if isinstance(part, ast.Constant) else "*" for part in parts]
            found["".join(texts)] = f"{path.name}:{node.lineno}"
    return found


def test_whatever_is_written_by_a_command_is_an_operation_or_left_out_with_a_reason():
    lost = {}
    for words, place in written_names().items():
        name = re.sub(r" --\w+", "", words).replace(" ", ".")
        is_known = fnmatch.filter(OPS, name) or why_left_out(name)
        if not is_known:
            lost[words] = place
    assert lost == {}


def test_the_search_for_what_is_written_finds_the_known_ones():
    assert {"opportunity create", "note", "opportunity * add", "batch"} <= set(written_names())
    assert len(written_names()) > 50


def test_every_command_that_can_be_run_dry_is_an_operation_or_left_out_with_a_reason():
    commands = dict(walk(cli, click.Context(cli)))
    writing = {name for name, command in commands.items() if is_writing(command)}
    assert writing - set(OPS) == {name for name in writing if why_left_out(name)}
    assert {"opportunity.create", "opportunity.contact.add", "note", "plan.set"} <= set(OPS)


def test_nothing_is_left_out_that_does_not_exist():
    commands = dict(walk(cli, click.Context(cli)))
    gone = [
        name
        for name in LEFT_OUT
        if name not in commands and not any(one.startswith(f"{name}.") for one in commands)
    ]
    assert gone == []


@pytest.mark.parametrize("name", sorted(OPS))
def test_each_option_is_a_key_by_its_long_name_and_each_argument_by_its_noun(name):
    op = OPS[name]
    for parameter in op.command.params:
        if isinstance(parameter, click.Option):
            longest = max(parameter.opts, key=len).removeprefix("--").replace("-", "_")
            if longest not in NOT_KEYS:
                assert op.keys[longest] is parameter
        else:
            assert parameter in op.keys.values()
    assert not set(OWN_KEYS) & set(op.keys)


@pytest.mark.parametrize(
    ("name", "key", "argument"),
    [
        ("opportunity.advance", "opportunity", "deal"),
        ("opportunity.create", "title", "title"),
        ("opportunity.contact.add", "opportunity", "deal"),
        ("opportunity.contact.add", "contact", "who"),
        ("opportunity.product.add", "product", "who"),
        ("lead.qualify", "lead", "lead"),
        ("activity.done", "activity", "activity_id"),
        ("activity.done", "fields", "fields"),
        ("activity.plan", "opportunity", "record"),
        ("activity.plan", "lead", "record"),
        ("account.set", "account", "record"),
        ("person.leave", "person", "who"),
        ("product.price", "product", "record"),
        ("product.price", "price", "price"),
        ("unit.building.create", "building", "building_id"),
        ("unit.set", "unit", "unit_id"),
        ("note", "text", "text"),
        ("client.merge", "client", "client_"),
        ("client.merge", "into", "into"),
        ("dictionary.add", "dictionary", "name"),
        ("dictionary.add", "name", "text"),
        ("plan.set", "object", "target"),
        ("plan.set", "amount", "amount"),
        ("proposal.set", "proposal", "proposal"),
        ("file.attach", "path", "path"),
        ("file.attach", "file", "path"),
        ("process.add", "source", "source"),
        ("process.add", "file", "source"),
        ("mail.import", "file", "file"),
    ],
)
def test_the_record_acted_on_is_called_by_its_noun_and_a_file_file(name, key, argument):
    assert OPS[name].keys[key].name == argument


def test_a_name_of_nothing_is_told_and_so_is_why_a_command_is_left_out():
    ops = Ops(cli)
    for name in ("opportunity", "opportunity.list", "opportunity.advanse", "", "a.b.c"):
        with pytest.raises(NotFound) as caught:
            ops.named(name)
        assert caught.value.findings[0].code == "unknown-op"
    for name in ("undo", "import.csv", "contact.erase", "batch", "check"):
        with pytest.raises(WrongUsage) as caught:
            ops.named(name)
        assert caught.value.findings[0].code == "op-left-out"


def test_an_alias_of_a_noun_means_the_same_command():
    ops = Ops(cli)
    assert ops.named("opp.advance").command is ops.named("opportunity.advance").command


# The command line, and the line of a batch that says the same.
SAME = [
    (["opp", "set", "D", "--budget", "12.50", "--need", "parking", "--custom", "no=1"], None),
    (
        ["opp", "set", "D", "--budget", "12.50", "--source", "web", "--at", "2026-11-02"],
        {"op": "opportunity.set", "opportunity": "D", "budget": 12.50, "source": "web",
         "at": "2026-11-02"},
    ),
    (
        ["opp", "advance", "D", "--to", "proposal-preparation", "--note", "Быстро"],
        {"op": "opportunity.advance", "opportunity": "D", "to": "proposal-preparation",
         "note": "Быстро"},
    ),
    (
        ["opp", "close", "D", "--outcome", "lost", "--reason", "no-budget"],
        {"op": "opportunity.close", "opportunity": "D", "outcome": "lost", "reason": "no-budget"},
    ),
    (
        ["opp", "contact", "add", "D", "Elena Petrova", "--role", "decision-maker", "--main"],
        {"op": "opportunity.contact.add", "opportunity": "D", "contact": "Elena Petrova",
         "role": "decision-maker", "main": True},
    ),
    (
        ["activity", "plan", "D", "Show it", "--type", "meeting", "--minutes", "90",
         "--person", "Elena Petrova"],
        {"op": "activity.plan", "opportunity": "D", "title": "Show it", "type": "meeting",
         "minutes": 90, "person": ["Elena Petrova"]},
    ),
    (["note", "D", "Two lines\nof it"], {"op": "note", "record": "D", "text": "Two lines\nof it"}),
    (
        ["lead", "create", "Shop 2", "--person", "Mill", "--email", "a@b.example",
         "--email", "c@d.example"],
        {"op": "lead.create", "title": "Shop 2", "person": "Mill",
         "email": ["a@b.example", "c@d.example"]},
    ),
    (
        ["account", "create", "Acme", "--external", "old=7", "--website", "https://a.example"],
        {"op": "account.create", "name": "Acme", "external": {"old": 7},
         "website": "https://a.example"},
    ),
    (
        ["product", "create", "Barn", "--price", "2026-01-01=900", "--price", "2026-02-01=950"],
        {"op": "product.create", "name": "Barn", "price": {"2026-01-01": 900, "2026-02-01": 950}},
    ),
    (
        ["dictionary", "add", "sources", "fair", "Fair"],
        {"op": "dictionary.add", "dictionary": "sources", "value": "fair", "name": "Fair"},
    ),
    (
        ["opp", "delete", "D", "--yes"],
        {"op": "opportunity.delete", "opportunity": "D", "yes": True},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "line"), SAME, ids=lambda value: "")
def test_a_line_of_a_batch_writes_what_its_command_writes(typed, line, shop: Shop, tmp_path):
    shop.deal("D")
    twin = tmp_path / "twin"
    shutil.copytree(shop.root, twin)
    other = Shop(twin)
    other.now, seed = shop.now, shop.random.getstate()
    other.random.setstate(seed)
    if line is None:
        line = {
            "op": "opportunity.set", "opportunity": "D", "budget": "12.50", "need": "parking",
            "custom": {"no": 1},
        }  # fmt: skip
        answered = json.loads(shop.run("batch", "-", stdin=json.dumps(line)).out)
        said = other.run(*typed)
        assert said.code == answered["code"] != 0
        for reason in answered["reasons"]:
            assert reason["text"].casefold() in " ".join(said.err.split()).casefold()
        return
    done = shop.run("batch", "-", stdin=json.dumps(line))
    assert done.code == 0, done.out
    other.do(*typed)
    tree = {path: data.replace(b',"via":"batch"', b"") for path, data in shop.tree().items()}
    assert tree == other.tree()
