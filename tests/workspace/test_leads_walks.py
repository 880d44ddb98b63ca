"""Leads and deals under any order of commands: whatever was refused or done, `check` is content."""

import os
from random import Random

import pytest

from salescli.model.records import LEAD_STAGES
from tests.leads import lead_events, lead_facts
from tests.shop import Shop, new_shop

IS_LONG = os.environ.get("SALESCLI_TEST_SIZE") == "long"
WALKS = range(40 if IS_LONG else 3)
STEPS = 60 if IS_LONG else 25
OUTCOMES = ("won", "lost", "rerouted", "rejected")


def command(random: Random, leads: list[str], deals: list[str]) -> tuple[str, ...]:
    """Some command that may be refused."""
    lead, deal = random.choice(leads), random.choice(deals)
    outcome = random.choice(OUTCOMES)
    closing = ("opportunity", "close", deal, "--outcome", outcome)
    chosen = random.choice([(), ("--leads", random.choice(["satisfied", "hand-off"]))])
    return random.choice(
        [
            ("lead", "move", lead, "--to", random.choice(LEAD_STAGES)),
            ("lead", "disqualify", lead, "--reason", "wrong-data"),
            ("lead", "qualify", lead, "--create-client", random.choice(["account", "contact"])),
            ("lead", "convert", lead),
            ("lead", "archive", lead),
            ("opportunity", "lead", "add", deal, lead),
            ("opportunity", "lead", "remove", deal, lead),
            closing if outcome == "won" else (*closing, "--reason", "price", *chosen),
            ("opportunity", "reopen", deal, "--to", "qualification", "--reason", "Again"),
            ("opportunity", "create", "--continue", deal),
            ("undo",),
            ("redo",),
        ]
    )


def visits_of(events: list[dict[str, object]]) -> str:
    """The stage that a history ends in, voided events left out, by another way than ours."""
    voided: set[object] = set()
    for event in reversed(events):
        if event["kind"] == "voided" and event["id"] not in voided:
            voided |= set(event["events"])  # type: ignore[call-overload]
    stage = ""
    for event in events:
        if event["id"] in voided:
            continue
        if event["kind"] == "created":
            stage = str(event["fields"]["stage"])  # type: ignore[index]
        elif event["kind"] == "moved":
            assert event["from"] == stage
            stage = str(event["to"])
    return stage


@pytest.fixture
def shop(tmp_path) -> Shop:
    return new_shop(tmp_path / "shop")


@pytest.mark.parametrize("walk", WALKS)
def test_any_order_of_commands_leaves_a_store_without_findings(shop, walk):
    random = Random(walk)
    leads = [
        shop.make("lead", "create", f"Lead {name}", "--person", name, "--company", f"{name} Ltd")
        for name in ("Ann", "Bob")
    ]
    deals = [shop.deal("Deal 1"), shop.deal("Deal 2")]
    for _ in range(STEPS):
        answer = shop.run(*command(random, leads, deals))
        assert answer.code in (0, 1, 3, 5), answer.err
        deals = [path.name[-14:] for path in sorted(shop.root.glob("opportunities/*/*"))]
        leads = [lead for lead in leads if list(shop.root.glob(f"leads/*/*{lead}"))]
        if not leads or not deals:
            break
    told = shop.run("check")
    assert told.code == 0, told.out
    for lead in leads:
        assert visits_of(lead_events(shop, lead)) == lead_facts(shop, lead)["stage"]
