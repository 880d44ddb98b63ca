"""Every noun of the page is entered, listed, changed, taken back, and found after closing.

The page is the table of the test: each of its commands is run as it stands there.
"""

import json
import re
import shlex
import shutil
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from tests.correspondence import eml
from tests.shop import Shop, new_shop

PAGE = Path(__file__).resolve().parent.parent / "docs" / "nouns.md"
MOST_CHARACTERS = 80
ROW = re.compile(r"^\| ([^|]*?) ?\| (enter|list|change) \| `([^`]+)` \| (?:`([^`]+)` )?\|$", re.M)
OUTCOMES = {"won": (), "lost": ("--reason", "price")}
# A word of each that its list shows.
MARKS = {
    "client": "Elena Petrova",
    "company": "Mill Invest",
    "interest": "Flat for Ines",
    "deal": "Flat 48",
    "client of a deal": "Flat 47",
    "stage": "Key contacts",
    "process": "process started",
    "tactic": "The river side first",
    "competitor": "Skyline Homes",
    "strengths, weaknesses": "Parking",
    "participant and role": "Juris Ozols",
    "colleague": "Boris Kalnin",
    "activity": "Show the flat",
    "result and minutes": "Called back",
    "mail": "Our offer",
    "mail as a file": "A question",
    "proposal": "R-47",
    "approval": "Discount of 1.5 %",
    "discussion": "Is there a parking place?",
    "file": "The plan",
    "comment": "Wants a balcony",
    "need that a deal covers": "Parking for Juris",
    "product": "Block B, flat 47",
    "service": "Kitchen, fitted",
    "income": "241 960 EUR",
    "reason of a loss": "price",
    "hours": "Drive to the site",
    "expense": "450 EUR",
}
CLOSES_ITSELF = {"income", "reason of a loss"}
OF_OPEN_DEALS = {
    "stage",
    "process",
    "need that a deal covers",
    "product",
    "service",
} | CLOSES_ITSELF
BESIDE_DEALS = {"client", "company", "interest", "deal"}
IDS = {"ACT", "POST", "PROP", "APPR", "MAIL", "ENTRY"}


class Noun(msgspec.Struct, frozen=True):
    """A noun's commands and where it is in the JSON documents."""

    name: str
    enter: str
    list: str
    change: str
    where: str


def read_nouns() -> list[Noun]:
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    groups = [rows[start : start + 3] for start in range(0, len(rows), 3)]
    for group in groups:
        assert [row[1] for row in group] == ["enter", "list", "change"]
    return [Noun(one[0][0], one[0][2], one[1][2], one[2][2], one[0][3]) for one in groups]


NOUNS = read_nouns()
ABOUT_DEALS = [noun for noun in NOUNS if noun.name not in BESIDE_DEALS]


class Desk:
    """A shop with a deal that nothing is known of, and what the page's commands name."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.deal = ""
        self.entered = ""

    def prepare(self) -> None:
        """Make what the page's commands name."""
        shop = self.shop
        shop.do("person", "create", "Boris Kalnin", "--id", "boris")
        shop.do("competitor", "create", "Skyline Homes", "--id", "skyline")
        shop.do("product", "create", "Block B, flat 47", "--id", "flat-b47", "--price", "236000")
        shop.do("contact", "create", "Juris Ozols", "--email", "juris@example.com")
        shop.do("contact", "create", "Dace Liepa", "--email", "dace@example.com")
        shop.do("lead", "create", "Parking for Juris", "--client", "Juris Ozols")
        self.deal = shop.make("opp", "create", "Flat 47", "--client", "Dace Liepa")
        shop.write("plan.txt", "The plan")
        (shop.root / "question.eml").write_bytes(eml(sender="Dace <dace@example.com>"))

    def run(self, command: str) -> str:
        """Run a command of the page; what it printed."""
        program, *words = shlex.split(command)
        assert program == "salescli"
        return self.shop.do(*(self.meant(word) for word in words)).out

    def meant(self, word: str) -> str:
        """What a word in capitals stands for."""
        if word == "ENTRY":
            found = json.loads(self.shop.do("retract", self.deal, "--format", "json").out)
            return str(found["retractable"][0]["id"])
        return {"DEAL": self.deal, **dict.fromkeys(IDS, self.entered)}.get(word, word)

    def enter(self, noun: Noun) -> None:
        self.entered = self.run(noun.enter).strip()

    def close(self, outcome: str) -> None:
        self.shop.do("opp", "close", self.deal, "--outcome", outcome, *OUTCOMES[outcome])

    def json(self, where: str) -> Any:
        """A part of the deal's document, or the document of a command."""
        if " " in where:
            return json.loads(self.shop.do(*where.split(), "--format", "json").out)
        found = json.loads(self.shop.do("opp", "show", self.deal, "--format", "json").out)
        for name in where.split("."):
            found = found.get(name)
            if found is None:
                return None
        return found

    def records(self) -> dict[str, bytes]:
        """Every file but the histories, which keep their lines."""
        tree = self.shop.tree()
        return {path: text for path, text in tree.items() if not path.endswith("history.yaml")}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Desk:
    desk = Desk(new_shop(tmp_path_factory.mktemp("nouns") / "shop"))
    desk.prepare()
    return desk


@pytest.fixture
def desk(prepared, tmp_path) -> Desk:
    """A desk like the one that was prepared, whose random ids go on from there."""
    shutil.copytree(prepared.shop.root, tmp_path / "shop")
    shop = Shop(tmp_path / "shop")
    shop.now, shop.random = prepared.shop.now, Random(7)
    mine = Desk(shop)
    mine.deal = prepared.deal
    return mine


def named(nouns: list[Noun]) -> Any:
    return pytest.mark.parametrize("noun", nouns, ids=lambda noun: noun.name)


def test_every_noun_of_the_page_is_tested_and_each_sentence_has_its_nouns():
    assert [noun.name for noun in NOUNS] == list(MARKS)
    cells = [line for line in PAGE.read_text(encoding="utf-8").split("\n") if "`salescli" in line]
    assert len([line for line in cells if line.startswith("|")]) == 3 * len(NOUNS)


@named(NOUNS)
def test_each_command_of_a_noun_is_short(noun):
    for command in (noun.enter, noun.list, noun.change):
        assert len(command) <= MOST_CHARACTERS, command


@named(NOUNS)
def test_a_noun_is_entered_listed_changed_and_taken_back(desk, noun):
    empty, nothing = desk.records(), desk.json(noun.where)
    desk.enter(noun)
    entered, known = desk.records(), desk.json(noun.where)
    assert known != nothing
    assert MARKS[noun.name] in desk.run(noun.list)
    desk.run(noun.change)
    assert desk.json(noun.where) != known
    desk.shop.do("undo")
    assert desk.records() == entered
    assert desk.json(noun.where) == known
    desk.shop.do("undo")
    assert desk.records() == empty
    assert desk.json(noun.where) == nothing
    assert desk.shop.run("check").code == 0


@pytest.mark.parametrize("outcome", OUTCOMES)
@named([noun for noun in ABOUT_DEALS if noun.name not in CLOSES_ITSELF])
def test_what_an_open_deal_had_is_found_after_its_closing(desk, noun, outcome):
    desk.enter(noun)
    known = desk.json(noun.where)
    desk.close(outcome)
    assert MARKS[noun.name] in desk.run(noun.list)
    if noun.name != "stage":  # the closing is a visit more
        assert desk.json(noun.where) == known


@pytest.mark.parametrize("outcome", OUTCOMES)
@named([noun for noun in ABOUT_DEALS if noun.name not in OF_OPEN_DEALS])
def test_a_closed_deal_takes_it_too_and_lets_it_be_changed(desk, noun, outcome):
    desk.close(outcome)
    nothing = desk.json(noun.where)
    desk.enter(noun)
    known = desk.json(noun.where)
    assert known != nothing
    assert MARKS[noun.name] in desk.run(noun.list)
    desk.run(noun.change)
    assert desk.json(noun.where) != known
    desk.shop.do("undo")
    desk.shop.do("undo")
    assert desk.json(noun.where) == nothing


@named([noun for noun in ABOUT_DEALS if noun.name in CLOSES_ITSELF])
def test_what_a_closing_says_is_found_and_put_right_after_it(desk, noun):
    desk.enter(noun)
    assert MARKS[noun.name] in desk.run(noun.list)
    known = desk.json(noun.where)
    desk.run(noun.change)
    assert desk.json(noun.where) != known
