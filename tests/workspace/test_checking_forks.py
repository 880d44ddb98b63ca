"""The ways out of a fork: what they void, and that following what `check` says ends clean."""

import json
import os
import re
import shlex
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from salescli.model.calendar import Calendar
from salescli.model.errors import finding
from salescli.model.events import Changed, Closed, Created, Event, Moved
from salescli.store import layout
from salescli.workspace.checking.forks import find_repeated_steps, find_ways, what_stays
from salescli.workspace.checking.history import check_history
from salescli.workspace.checking.misplaced import with_ways
from tests.shop import Shop, new_shop

SEEDS = range(200) if os.environ.get("SALESCLI_TEST_SIZE") == "long" else (2,)
NAMES = {"q": "qualification", "k": "key-contacts", "p": "proposal-preparation", "l": "lost"}


def build(text: str) -> list[Event]:
    """Events from words like `2o1:q-k`: seq, name, minute, from-to; or `3t2:budget=5,mood=up`."""
    events: list[Event] = []
    for word in text.split():
        head_, _, what = word.partition(":")
        seq, name, minute = re.fullmatch(r"(\d)(\w)(\d+)", head_).groups()  # type: ignore[union-attr]
        at = datetime(2026, 11, 2, tzinfo=UTC) + timedelta(minutes=int(minute))
        head: dict[str, Any] = {"id": f"{name}{seq}", "seq": int(seq), "at": at, "by": "anna"}
        old, _, new = what.partition("-")
        if "=" in what:
            pairs = (one.split("=") for one in what.split(","))
            events.append(Changed(**head, fields={path: [None, value] for path, value in pairs}))
        elif not new:
            events.append(Created(**head, fields={"stage": NAMES[old]}))
        elif new == "l":
            fields: dict[str, Any] = {"close_date": [None, f"2026-11-0{minute}"]}
            events.append(Closed(**head, from_=NAMES[old], to="lost", fields=fields))
        else:
            events.append(Moved(**head, from_=NAMES[old], to=NAMES[new]))
    return events


WAYS = {
    "the way of the file comes first": (
        "1c0:q 2o1:q-k 2t2:q-p", "p", [("p", ["o2"]), ("k", ["t2"])]),
    "all steps of the side that lost": (
        "1c0:q 2o1:q-k 2t2:q-l 3o3:k-p", "l", [("l", ["o2", "o3"]), ("p", ["t2"])]),
    "what was changed beside the closing falls with it": (
        "1c0:q 2o1:q-k 2t2:q-l 3o3:budget=5", "l", [("l", ["o2", "o3"]), ("k", ["t2"])]),
    "a probability of before the closing falls too": (
        "1c0:q 2o1:probability=5 2t2:q-k 3o3:q-l", "l", [("l", ["o2", "t2"]), ("k", ["o3"])]),
    "stages that run backwards are a fork": (
        "1c0:q 2o9:q-k 3t2:k-p", "p", [("k", ["t3"])]),
    "of two ways to one stage the one that the file tells": (
        "1c0:q 2o1:q-l 2t2:q-l", "l", [("l", ["o2"])]),
}  # fmt: skip


@pytest.mark.parametrize("name", WAYS)
def test_each_way_out_of_a_fork_names_all_that_falls(name):
    text, stage, expected = WAYS[name]
    state = {"stage": NAMES[stage]}
    if stage == "l":
        state["close_date"] = "2026-11-02"
    ways = [(way.stage, list(way.lost)) for way in find_ways(build(text), state) if way.lost]
    assert ways == [(NAMES[letter], lost) for letter, lost in expected]


@pytest.mark.parametrize(
    ("text", "repeated"),
    [
        ("1c0:q 2o1:q-k 2t2:q-k", ("t2",)),
        ("1c0:q 2o1:q-k 2t2:q-k 3o3:k-p 3t4:k-p", ("t2", "t3")),
        ("1c0:q 2o1:q-l 2t2:q-l 3t3:budget=5", ("t2", "t3")),
        ("1c0:q 2o1:q-k 2t2:q-k 3o3:k-p 3t4:k-l", ()),
        ("1c0:q 2o1:q-k 2t2:q-p", ()),
        ("1c0:q 2o1:q-k 3t2:k-p", ()),
    ],
)
def test_only_steps_to_where_it_stood_already_are_voided_without_a_choice(text, repeated):
    assert find_repeated_steps(build(text)) == repeated


@pytest.mark.parametrize(
    ("text", "lost", "stays"),
    [
        ("1c0:q 2o1:q-l 2t2:budget=5,mood=up", ["t2"], {"mood": [None, "up"]}),
        ("1c0:q 2o1:q-k 2t2:q-l 3o3:budget=5,mood=up", ["o2", "o3"], {"mood": [None, "up"]}),
        ("1c0:q 2o1:probability=5,mood=up 3o3:q-l", ["o2"], {"mood": [None, "up"]}),
        ("1c0:q 2o1:q-l 2t2:budget=5,mood=up 3t3:mood=down", ["t2"], {}),
        ("1c0:q 2o1:q-l 2t2:mood=up", ["t2"], {}),  # a mistake: nothing locks that
        ("1c0:q 2o1:budget=5,mood=up 3o3:q-l", ["o2"], {}),
        ("1c0:q 2o1:q-k 2t2:q-l 3o3:budget=5,mood=up", ["t2"], {}),
    ],
)
def test_of_a_change_that_a_close_locks_out_the_rest_stays(text, lost, stays):
    assert what_stays(build(text), lost) == stays


def test_a_change_beside_a_close_is_not_told_to_be_too_early_as_well():
    events = build("1c0:q 2o9:q-l 2t1:need=x 3t2:budget=5 4t3:probability=5")
    road = check_history(events, events[-1].at + timedelta(days=1), Calendar("UTC"))
    found = [(name, one.code) for name, one in road.found if one.code != "bad-id"]
    assert found == [("t3", "locked-change"), ("t4", "locked-change")]


def test_another_closing_day_is_taken_back_by_voiding_what_set_it():
    events = build("1c0:q 2o2:q-l 2t1:need=x 3t1:close_date=2027-01-01")
    road = check_history(events, events[-1].at + timedelta(days=9), Calendar("UTC"))
    found = finding("wrong-closing-day", "another", hint="write it", field="close_date")
    (told,) = with_ways([found], road, frozenset())
    assert told.hint == "salescli check --fix --void t3"


# With commands

COMMANDS = [
    ("advance", "D"),
    ("advance", "D"),
    ("move", "D", "--to", "proposal-preparation", "--note", "y", "--force", "z"),
    ("move", "D", "--to", "qualification", "--note", "n"),
    ("close", "D", "--outcome", "lost", "--reason", "no-answer"),
    ("close", "D", "--outcome", "lost", "--reason", "price"),
    ("close", "D", "--outcome", "won"),
    ("reopen", "D", "--to", "qualification", "--reason", "They called"),
    ("set", "D", "--budget", "300"),
    ("set", "D", "--budget", "400"),
    ("set", "D", "--probability", "5"),
    ("set", "D", "--close-date", "2027-02-02"),
    ("set", "D", "--need", "parking"),
    ("set", "D", "--close-reason", "no-budget"),
    ("set", "D", "--actual-revenue", "150"),
]
BEGUN = {
    "open": (),
    "lost": ("--outcome", "lost", "--reason", "price"),
    "won": ("--outcome", "won"),
}
MOST_STEPS = 5


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, list[str]]:
    """A store with an open deal, a lost one and one that was won."""
    shop = new_shop(tmp_path_factory.mktemp("begun") / "store")
    options = ("--owner", "anna", "--budget", "200", "--close-date", "2027-01-01")
    deals = [shop.deal(name, *options) for name in BEGUN]
    for deal, closing in zip(deals, BEGUN.values(), strict=True):
        if closing:
            shop.do("opp", "close", deal, *closing)
    return shop, deals


def fork(random: Random) -> tuple[Any, Any, int, str]:
    """Both sides' commands, minutes by which theirs are later, and whose values a person takes."""
    ours, theirs = (random.choices(COMMANDS, k=random.randint(1, 4)) for _ in range(2))
    return ours, theirs, random.choice([-3, 0, 7]), random.choice(["ours", "theirs", ""])


def parts(path: Path) -> dict[str, str]:
    """The lines of a file of facts by their key."""
    found = re.findall(r"(?m)^(\w+):.*\n(?:[ -].*\n)*", path.read_text(encoding="utf-8"))
    texts = re.split(r"(?m)^(?=\w)", path.read_text(encoding="utf-8"))[1:]
    return dict(zip(found, texts, strict=True))


def put_together(base: Path, ours: Path, theirs: Path, taken: str, random: Random) -> None:
    """What git's lines and a person make of two versions, in place of ours."""
    was, here, there = (parts(one / "opportunity.yaml") for one in (base, ours, theirs))
    text = ""
    for key in sorted({**here, **there}, key=list(layout.KEY_ORDER["opportunity"]).index):
        mine, other = here.get(key, ""), there.get(key, "")
        side = taken or random.choice(["ours", "theirs"])
        clash = mine if side == "ours" else other
        text += other if mine == was.get(key, "") else mine if other == was.get(key, "") else clash
    (ours / "opportunity.yaml").write_text(text, encoding="utf-8")
    old, new = ((one / "history.yaml").read_bytes() for one in (base, theirs))
    with (ours / "history.yaml").open("ab") as file:
        file.write(new.removeprefix(old))


def advised(shop: Shop) -> dict[str, str]:
    """The first command that `check` names of each file's folder; it must name one for each."""
    found = json.loads(shop.run("check", "--format", "json").out)["findings"]
    commands: dict[str, str] = {}
    for entry in found:
        told = re.search(r"salescli (check --fix(?: --\w+ [\w-]+)*)", entry["hint"] or "")
        if told and entry["level"] == "error":
            commands.setdefault(entry["file"].rpartition("/")[0], told[1])
    silent = {one["file"].rpartition("/")[0] for one in found if one["level"] == "error"}
    assert silent <= set(commands), found
    return commands


@pytest.mark.parametrize("seed", SEEDS)
def test_doing_what_check_says_first_again_and_again_ends_with_nothing_wrong(begun, tmp_path, seed):
    random = Random(seed)
    forks = [fork(random) for _ in BEGUN]
    base, deals = begun
    sides = []
    for side, name in enumerate(("ours", "theirs")):
        shutil.copytree(base.root, tmp_path / name)
        shop = Shop(tmp_path / name)
        shop.random.seed(f"{name}{forks}")
        for deal, (*lines, later, _) in zip(deals, forks, strict=True):
            shop.now = base.now + timedelta(minutes=10 + side * later)
            for line in lines[side]:
                shop.run("opp", *(deal if word == "D" else word for word in line))
        sides.append(shop)
    ours, theirs = sides
    for deal, (*_, taken) in zip(deals, forks, strict=True):
        put_together(*(shop.folder(deal) for shop in (base, ours, theirs)), taken, random)
    shutil.rmtree(ours.root / ".salescli", ignore_errors=True)
    ours.now = base.now + timedelta(days=1)
    for _ in range(MOST_STEPS):
        commands = advised(ours)
        for command in dict.fromkeys(commands.values()):
            answer = ours.run(*shlex.split(command))
            assert answer.code in (0, 1), f"{command}: {answer.err}"
            assert "Nothing could be mended" not in answer.err, command
        if not commands:
            break
    assert ours.run("check").code == 0


def merged_by_hand(tmp_path: Path, ours: list[Any], theirs: list[Any], taken: str) -> Shop:
    """A store with one deal, changed on two sides, of whose values a person took one side's."""
    base = new_shop(tmp_path / "base")
    deal = base.deal("Flat", "--owner", "anna", "--budget", "200", "--close-date", "2027-01-01")
    sides = []
    for name, lines in (("ours", ours), ("theirs", theirs)):
        shutil.copytree(base.root, tmp_path / name)
        shop = Shop(tmp_path / name)
        shop.random.seed(name)
        shop.now = base.now
        for line in lines:
            shop.do("opp", *(deal if word == "D" else word for word in line))
        sides.append(shop)
    put_together(*(shop.folder(deal) for shop in (base, *sides)), taken, Random(1))
    shutil.rmtree(sides[0].root / ".salescli")
    return sides[0]


LOST = ("close", "D", "--outcome", "lost", "--reason", "price")


def test_of_a_clash_taken_by_hand_one_command_that_fits_a_shell_settles_all(tmp_path):
    ours = [("advance", "D"), ("set", "D", "--budget", "300"), ("set", "D", "--probability", "5")]
    shop = merged_by_hand(tmp_path, ours, [LOST], "theirs")
    told = shop.run("check").out
    line = re.search(r"(?s)Keep lost:\s+salescli (.*?[^\\])\n", told)
    assert line is not None, told
    assert line[1].count("--void") == 3
    assert all(len(one) <= 80 for one in line[1].split("\n"))
    answer = shop.run(*shlex.split(line[1].replace("\\\n", "")))  # as a shell reads it
    assert (answer.code, answer.out) == (0, "")
    assert shop.run("check", "--strict").code == 0


def test_of_a_closed_deal_the_history_holds_what_a_merge_left_apart(tmp_path):
    day = ("set", "D", "--close-date", "2027-02-02")
    shop = merged_by_hand(tmp_path, [day, LOST], [day], "theirs")
    (file,) = shop.root.glob("opportunities/*/*/opportunity.yaml")
    assert "close_date: 2027-02-02" in file.read_text(encoding="utf-8")
    assert "salescli check --fix takes what its history says" in shop.run("check").out
    shop.do("check", "--fix")
    assert "close_date: 2026-11-02" in file.read_text(encoding="utf-8")
    assert shop.run("check").code == 0


def test_a_probability_of_before_a_closing_on_the_other_side_is_voided(tmp_path):
    ours = [("set", "D", "--need", "parking"), ("set", "D", "--probability", "5")]
    shop = merged_by_hand(tmp_path, ours, [("set", "D", "--mood", "hopeful"), LOST], "ours")
    told = json.loads(shop.run("check", "--format", "json").out)["findings"]
    assert {one["code"] for one in told} >= {"probability-when-closed"}
    for one in told:
        command = re.search(r"salescli (check --fix --void \S+)", one["hint"] or "")
        if command:
            shop.run(*command[1].split())
    assert shop.run("check").code == 0


def test_a_move_dated_back_to_before_the_process_was_started_is_no_fork(shop):
    deal = shop.deal("Flat 47")
    born = shop.events(deal)[0]["at"]
    shop.do("process", "start", deal)
    shop.do("opportunity", "advance", deal, "--at", born)
    assert shop.run("check").code == 0
