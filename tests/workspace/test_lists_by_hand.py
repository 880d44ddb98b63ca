"""The lists of a deal and the catalogues, edited by hand: `check` tells what commands refuse."""

import json
from pathlib import Path

import pytest

from tests.shop import Shop, made_once


@pytest.fixture
@made_once
def stocked(shop: Shop) -> Shop:
    """A store with people, rivals and products, and one open deal with an item in each list."""
    shop.make("person", "create", "Boris Kalnin", "--id", "boris")
    shop.make("person", "create", "Dina Liepa", "--id", "dina", "--left", "2026-06-30")
    shop.make("competitor", "create", "Skyline Homes", "--id", "skyline")
    shop.make("competitor", "product", "add", "skyline", "Skyline Park")
    shop.make("competitor", "create", "Old Town", "--id", "old-town", "--retired", "yes")
    shop.make("product", "create", "Flat", "--id", "flat", "--price", "2026-01-01=236000")
    shop.make("product", "create", "Barn", "--retired", "yes", "--price", "2026-01-01=1000")
    shop.deal("Deal", "--budget", "250000")
    shop.make("contact", "create", "Gone Person")
    shop.do("contact", "archive", "Gone Person")
    shop.do("opp", "contact", "add", "Deal", "Elena Petrova", "--role", "decision-maker")
    shop.do("opp", "competitor", "add", "Deal", "skyline", "--product", "skyline-park")
    shop.do("opp", "member", "add", "Deal", "boris", "--role", "presales")
    shop.do("opp", "product", "add", "Deal", "flat")
    assert shop.do("check", "--strict").out == ""
    return shop


def deal_file(shop: Shop) -> Path:
    (found,) = shop.root.glob("opportunities/*/deal--*/opportunity.yaml")
    return found


def id_of(shop: Shop, kind: str, slug: str) -> str:
    (found,) = shop.root.glob(f"{kind}/{slug}--*.yaml")
    return found.stem.rpartition("--")[2]


def codes(shop: Shop) -> set[str]:
    answer = shop.run("check", "--format", "json")
    return {entry["code"] for entry in json.loads(answer.out)["findings"]}


BROKEN = [
    ("    role: decision-maker\n", "    role: boss\n", "no-such-value"),
    ("  - competitor: skyline\n", "  - competitor: skylnie\n", "no-such-reference"),
    ("    product: skyline-park\n", "    product: skyline-prak\n", "no-such-rival-product"),
    ("    quantity: 1\n", "    quantity: 0\n", "bad-quantity"),
    ("    quantity: 1\n", "    quantity: 1\n    discount: 101\n", "bad-discount"),
    ("    price: 236000.00 EUR\n", "    price: 236000.00 USD\n", "two-currencies"),
    ("    product: flat\n", "    product: flta\n", "no-such-reference"),
    ("    product: flat\n", "    product: flat\n    title: Flat\n", "line-of-what"),
    ("  - member: boris\n", "  - member: bors\n", "no-such-reference"),
    ("  - member: boris\n", "  - member: boris\n  - member: boris\n", "twice-in-list"),
    ("contacts:\n", "main_contact: con-0000000000\ncontacts:\n", "not-in-list"),
    ("contacts:\n", "main_competitor: old-town\ncontacts:\n", "not-in-list"),
    ("products:\n", "leads:\n  - lead-0000000000\nproducts:\n", "no-such-reference"),
]


@pytest.mark.parametrize(("old", "new", "code"), BROKEN, ids=lambda v: str(v).strip()[:40])
def test_a_broken_rule_is_told_by_check_and_not_written_down_by_its_fix(stocked, old, new, code):
    stocked.replace(deal_file(stocked), old, new)
    before = stocked.tree()
    assert code in codes(stocked)
    assert stocked.run("check", "--fix").code != 0
    assert stocked.tree() == before


OUT_OF_USE = [
    ("competitors:\n", "competitors:\n  - competitor: old-town\n", "old-town is retired"),
    ("    product: flat\n", "    product: barn\n", "product barn is retired"),
    ("  - member: boris\n", "  - member: dina\n", "dina left on 2026-06-30"),
    ("contacts:\n", "contacts:\n  - contact: GONE\n", "Gone Person is archived"),
    ("team:\n", "team:\n  - member: GONE\n", "Gone Person is archived"),
    ("products:\n",
     "products:\n  - line: line-0000000000\n    product: barn\n    price: 1.00 EUR\n",
     "product barn is retired"),
    ("    quantity: 1\n", "    quantity: 1\n    offer_result: rejected\n", "rejected of offer_re"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), OUT_OF_USE, ids=lambda v: str(v).strip()[:40])
def test_what_is_out_of_use_can_not_be_added_by_hand(stocked, old, new, words):
    gone = id_of(stocked, "contacts", "gone-person")
    stocked.replace(deal_file(stocked), old, new.replace("GONE", gone))
    before = stocked.tree()
    assert "unrecorded-edit" in codes(stocked)
    answer = stocked.run("check", "--fix")
    assert answer.code != 0
    assert words in " ".join((answer.out + answer.err).split())
    assert stocked.tree() == before


def test_a_sound_edit_of_a_list_is_written_down_as_one_event(stocked):
    path = deal_file(stocked)
    stocked.replace(path, "    price: 236000.00 EUR\n", "    price: 230000.00 EUR\n")
    stocked.replace(path, "  - member: boris\n    role: presales\n", "  - member: anna\n")
    assert stocked.run("check").code == 1
    stocked.do("check", "--fix")
    assert stocked.do("check", "--strict").out == ""
    deal = path.parent.name.rpartition("--")[2]
    (line,) = (item["line"] for item in stocked.facts(deal)["products"])
    assert stocked.events(deal)[-1]["fields"] == {
        "team/anna": [None, {}],
        "team/boris": [{"role": "presales"}, None],
        f"products/{line}/price": ["236000.00 EUR", "230000.00 EUR"],
    }


def test_lines_of_a_closed_deal_are_locked_for_hands_too(stocked):
    stocked.do("opp", "close", "Deal", "--outcome", "won")
    stocked.replace(deal_file(stocked), "    price: 236000.00 EUR\n", "    price: 1.00 EUR\n")
    before = stocked.tree()
    answer = stocked.run("check", "--fix")
    assert answer.code == 1
    assert "products can't be changed at Won" in " ".join(answer.out.split())
    assert stocked.tree() == before


def test_a_rivals_product_in_words_of_an_older_store_hinders_nothing_but_its_own_list(stocked):
    path = deal_file(stocked)
    path.write_text(path.read_text("utf-8").replace("skyline-park", "Their tower"), "utf-8")
    history = path.parent / "history.yaml"
    history.write_text(history.read_text("utf-8").replace("skyline-park", "Their tower"), "utf-8")
    assert codes(stocked) == {"no-such-rival-product"}
    stocked.do("opp", "set", "Deal", "--mood", "hopeful")
    stocked.do("opp", "member", "remove", "Deal", "boris")
    answer = stocked.run("opp", "competitor", "set", "Deal", "skyline", "--strengths", "Cheap")
    assert answer.code == 1 and "has no product 'Their tower'" in answer.err
    stocked.do("opp", "competitor", "set", "Deal", "skyline", "--product", "Skyline Park")
    assert stocked.do("check").code == 0


def test_editing_a_deal_obeys_the_rules_of_its_lists(stocked):
    for old, new, words in [
        ("  - line: line-", "  - line: lime-", "is no id of a line"),
        ("products:", "leads:\\n  - lead-0000000000\\nproducts:", "no lead 'lead-0000000000'"),
        ("skyline-park", "nothing", "has no product 'nothing'"),
    ]:
        editor = stocked.root.parent / "editor"
        editor.write_text(f"#!/bin/sh\nsed -i 's/{old}/{new}/' \"$1\"\n", "utf-8")
        editor.chmod(0o755)
        before = stocked.tree()
        stocked.environ["EDITOR"] = str(editor)
        answer = stocked.run("opp", "edit", "Deal")
        assert answer.code != 0
        assert words in " ".join(answer.err.split())
        assert stocked.tree() == before


# Catalogues

CATALOGUES = [
    ("products.yaml", "      2026-01-01: 236000.00 EUR\n",
     "      2026-01-01: 236000.00 EUR\n      2026-01-01: 1.00 EUR\n", "duplicate-key"),
    ("products.yaml", "236000.00 EUR", "236000 EUR", "wrong-type"),
    ("products.yaml", "236000.00 EUR", "236000.00 euro", "wrong-type"),
    ("products.yaml", "236000.00 EUR", "-236000.00 EUR", "wrong-type"),
    ("products.yaml", "      2026-01-01: 236000.00", "      2026-13-01: 236000.00", "wrong-type"),
    ("products.yaml", "    name: Flat\n", "    nmae: Flat\n", "missing-key"),
    ("products.yaml", "  flat:\n", "  Flat:\n", "bad-id"),
    ("competitors.yaml", "      skyline-park:\n", "      Skyline Park:\n", "bad-id"),
    ("competitors.yaml", "        name: Skyline Park\n", "        strengths: x\n", "missing-key"),
    ("competitors.yaml", "    retired: true\n", "    retired: gone\n", "wrong-type"),
    ("dictionaries.yaml", "  decision-maker:", "  decider:", "required-value"),
    ("dictionaries.yaml", "types: [call]}\n  call-later", "types: [cll]}\n  call-later",
     "no-such-value"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "old", "new", "code"), CATALOGUES, ids=lambda v: str(v)[:30])
def test_a_catalogue_that_is_broken_by_hand_is_told_of(stocked, path, old, new, code):
    stocked.replace(path, old, new)
    assert code in codes(stocked)
