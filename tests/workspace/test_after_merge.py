"""What git merges clean and is wrong together: found by `check`, with what mends it."""

import json
import re
import shlex

import pytest

from tests.shop import new_shop
from tests.workspace.gitrepo import Repository

CLOSE = ("opp", "close", "DEAL", "--outcome", "lost", "--reason", "no-answer")
ADVANCE = ("opp", "advance", "DEAL")
BACK = ("opp", "move", "DEAL", "--to", "qualification", "--note", "Not yet")
FAR = ("opp", "move", "DEAL", "--to", "proposal-preparation", "--note", "y", "--force", "z")
JURIS = ("opp", "contact", "add", "DEAL", "Juris Petrovs")
NOTED = '- {"id":"h-aaaaaaaaaa","seq":9,"at":"2026-11-02T09:30:00Z","by":"anna","kind":"noted"'


def say(text):
    """An event of one id, whatever it says."""

    def write(repository, deal):
        path = repository.shop.folder(deal) / "history.yaml"
        path.write_text(f'{path.read_text()}{NOTED},"text":"{text}"}}\n')

    return write


def put_behind(key, line):
    """A line of the facts, written by hand behind another."""

    def write(repository, deal):
        text = repository.file(deal).read_text()
        repository.file(deal).write_text(re.sub(f"(?m)^({key}:.*\n)", rf"\1{line}\n", text))

    return write


def remove_juris(repository, deal):
    for path in repository.root.glob("contacts/*juris*"):
        path.unlink()


def put_elena_among_the_lines(repository, deal):
    (path,) = repository.root.glob("contacts/*elena*")
    name = path.stem.partition("--")[2]
    put_behind("source", f"products:\n  - contact: {name}\n    role: user")(repository, deal)


# What happened: theirs, ours, what `check` finds, whether `resolve --auto` mends it.
ROWS = {
    "both went to the same stage": ([ADVANCE], [ADVANCE], {"fork"}, True),
    "one went there and back, the other further": (
        [ADVANCE, BACK], [FAR], {"fork", "unsettled-merge"}, False,
    ),
    "a change beside a close": (
        [CLOSE], [("opp", "set", "DEAL", "--budget", "300", "--mood", "hopeful")],
        {"locked-change"}, False,
    ),
    "one event with two contents": ([say("one")], [say("two")], {"event-id-twice"}, False),
    "a key that both added, in two places": (
        [put_behind("budget", "strengths: Big")], [put_behind("source", "strengths: New")],
        {"duplicate-key"}, False,
    ),
    "an item under the wrong list": (
        [put_elena_among_the_lines],
        [("opp", "set", "DEAL", "--budget", "300")], {"missing-key", "unknown-key"}, False,
    ),
    "a name of somebody who is gone": ([remove_juris], [JURIS], {"no-such-reference"}, False),
}  # fmt: skip


@pytest.fixture(scope="module")
def merged(tmp_path_factory):
    """A store in which every row happened to a deal of its own, merged by git alone."""
    repository = Repository(new_shop(tmp_path_factory.mktemp("merged") / "store"))
    repository.shop.make("contact", "create", "Elena Petrova")
    repository.shop.make("contact", "create", "Juris Petrovs")
    options = ("--owner", "anna", "--budget", "200", "--close-date", "2027-01-01")
    deals = {name: repository.shop.deal(name, *options) for name in ROWS}
    repository.commit()
    for branch, side in (("theirs", 0), ("ours", 1)):
        repository.on_branch(branch)
        for name, row in ROWS.items():
            for line in row[side]:
                if callable(line):
                    line(repository, deals[name])
                else:
                    words = (deals[name] if word == "DEAL" else word for word in line)
                    repository.shop.do(*words)
        repository.commit()
    repository.git("merge", "-q", "theirs")
    return repository, deals


def found_in(repository, deal):
    document = json.loads(repository.shop.run("check", "--format", "json").out)
    return [one for one in document["findings"] if deal in (one["file"] or "")]


def test_check_finds_what_merged_clean_and_is_wrong_each_with_what_mends_it(merged):
    repository, deals = merged
    document = json.loads(repository.shop.run("check", "--format", "json").out)
    for name, (_, _, codes, _) in ROWS.items():
        found = [one for one in document["findings"] if deals[name] in (one["file"] or "")]
        assert {one["code"] for one in found} == codes, name
        for one in found:
            is_told = re.search("salescli |git |^settled? ", one["hint"])
            assert is_told, one


def test_resolve_mends_the_forks_of_a_merge_that_is_committed_already(merged):
    repository, deals = merged
    answer = repository.shop.run("resolve", "--auto")
    assert answer.code == 1  # the key that both added is a clash
    assert "strengths" in answer.err
    document = json.loads(repository.shop.run("check", "--format", "json").out)
    for name, (*_, is_mended) in ROWS.items():
        found = {one["code"] for one in document["findings"] if deals[name] in (one["file"] or "")}
        assert bool(found) != is_mended, f"{name}: {found}"
    both = deals["a key that both added, in two places"]
    repository.shop.run("resolve", both, "--theirs")
    assert repository.shop.facts(both)["strengths"] == "Big"
    gone = deals["a name of somebody who is gone"]
    (reference,) = found_in(repository, gone)
    repository.git(*shlex.split(reference["hint"].splitlines()[-1])[1:])
    assert found_in(repository, gone) == []
    back = deals["one went there and back, the other further"]
    assert repository.shop.facts(back)["stage"] == "proposal-preparation"
    repository.shop.run("resolve", back, "--field", "stage=theirs")  # who went back, on purpose
    assert repository.shop.facts(back)["stage"] == "qualification"
    assert found_in(repository, back) == []
    change = next(one for one in found_in(repository, deals["a change beside a close"]))
    void = re.search(r"--void h-\w+", change["hint"])
    answer = repository.shop.run("check", "--fix", *void[0].split())
    assert "what it says of mood stays" in answer.err
    facts = repository.shop.facts(deals["a change beside a close"])
    assert (facts["budget"], facts["mood"]) == ("200.00 EUR", "hopeful")
    voided, again = repository.shop.events(deals["a change beside a close"])[-2:]
    assert (voided["why"], again["fields"]) == ("merge", {"mood": [None, "hopeful"]})


def test_a_fork_settled_by_hand_leaves_the_reason_of_its_closing_until_it_is_resolved(tmp_path):
    repository = Repository(new_shop(tmp_path / "store"))
    deal = repository.shop.deal("Flat", "--owner", "anna")
    repository.commit()
    for branch, line in (("theirs", CLOSE), ("ours", ADVANCE)):
        repository.on_branch(branch)
        repository.shop.do(*(deal if word == "DEAL" else word for word in line))
        repository.commit()
    repository.git("merge", "-q", "theirs", code=1)
    text = repository.file(deal).read_text()
    ours = re.sub("(?s)<<<<<<< HEAD\n(.*?)=======\n.*?>>>>>>> theirs\n", r"\1", text)
    repository.file(deal).write_text(ours)
    assert {one["code"] for one in found_in(repository, deal)} == {"fork", "reason-not-failed"}
    repository.shop.do("resolve", "--auto")
    assert "close_reason" not in repository.shop.facts(deal)
    assert found_in(repository, deal) == []


def test_an_erased_person_stays_erased_whatever_the_other_side_set(tmp_path):
    repository = Repository(new_shop(tmp_path / "store"))
    elena = repository.shop.make("contact", "create", "Elena Petrova", "--phone", "1")
    repository.commit()
    sides = {
        "theirs": ("contact", "set", elena, "--name", "Elena P", "--position", "Buyer"),
        "ours": ("contact", "erase", elena, "--yes"),
    }
    for branch, line in sides.items():
        repository.on_branch(branch)
        repository.shop.do(*line)
        repository.commit()
        repository.git("checkout", "-q", "main")
    repository.git("checkout", "-q", "ours")
    repository.git("merge", "-q", "theirs", code=None)
    told = repository.shop.do("resolve", elena, "--theirs").err
    assert f"{elena} was erased on one side, and stays erased." in told
    (path,) = repository.root.glob("contacts/*elena*")
    assert path.read_text() == f"id: {elena}\nname: erased\n"
    repository.git("commit", "-qm", "merged")
    assert "stays erased" not in repository.shop.do("resolve", "--auto").err
