"""What a check says of notes, posts, mails, proposals and files that were edited or merged."""

import hashlib
import json
from pathlib import Path

import pytest

from salescli.workspace.checking.survey import check_store
from tests.workspace.small_store import LOST, NOW, OPEN, replace_in, write_small_store

PAST = f"{OPEN}/history.yaml"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A small valid store."""
    write_small_store(tmp_path)
    return tmp_path


def add(store: Path, directory: str, **own: object) -> None:
    """Append an event by hand."""
    path = store / directory / "history.yaml"
    number = path.read_text(encoding="utf-8").count("\n") + 1
    event = {
        "id": f"h-000000000{number % 10}",
        "seq": number,
        "at": "2026-11-20T09:00:00Z",
        "by": "anna",
        **own,
    }
    with path.open("a", encoding="utf-8") as file:
        file.write(f"- {json.dumps(event)}\n")


def codes(store: Path, *, strict: bool = False) -> list[str]:
    """The codes of what breaks a rule; with `strict` of warnings, too."""
    findings = check_store(str(store), NOW).findings
    return [found.code for found in findings if strict or not found.warning]


MAILED = {"kind": "mailed", "mail": "mail-2q7b4x0k6f", "from": "a@b", "direction": "in"}


@pytest.mark.parametrize("directory", [OPEN, LOST])
@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({**MAILED, "direction": "sideways"}, "bad-event-value"),
        ({**MAILED, "excerpt": "x" * 501}, "bad-event-value"),
        ({**MAILED, "file": "mail/none.eml"}, "missing-attachment"),
        ({**MAILED, "attachments": ["files/none.pdf"]}, "missing-attachment"),
        ({**MAILED, "file": "../../team.yaml"}, "bad-file-name"),
        ({"kind": "proposed", "proposal": "prop-4w9k1t6c8e", "state": "lost"}, "bad-event-value"),
        (
            {"kind": "proposed", "proposal": "prop-4w9k1t6c8e", "state": "sent", "amount": "5"},
            "bad-event-value",
        ),
        (
            {"kind": "proposed", "proposal": "prop-4w9k1t6c8e", "state": "sent", "file": "files/x"},
            "missing-attachment",
        ),
        ({"kind": "attached"}, "bad-event-value"),
        ({"kind": "posted", "post": "p", "text": "x"}, "bad-event-value"),
        (
            {
                "kind": "posted",
                "post": "post-6c1z8r4m2g",
                "text": "x",
                "reply_to": "post-0x5t9w3q7v",
            },
            "event-of-nothing",
        ),
        (
            {"kind": "posted", "post": "post-6c1z8r4m2g", "text": "x", "mentions": ["nobody"]},
            "no-such-reference",
        ),
        ({"kind": "noted", "text": "x" * 16_385}, "bad-event-value"),
    ],
)
def test_an_event_written_by_hand_keeps_the_rules_of_the_commands(store, directory, event, code):
    add(store, directory, **event)
    assert codes(store) == [code]


def test_what_was_voided_keeps_no_rule(store):
    add(store, OPEN, **{**MAILED, "direction": "sideways"})
    add(store, OPEN, kind="voided", events=["h-0000000008"], why="mistake")
    assert codes(store) == []


def test_a_hash_that_is_none_is_told(store):
    replace_in(store, PAST, '"bytes":5}', '"sha256":"5d5c2c5b","bytes":5}')
    assert codes(store) == ["bad-event-value", "changed-attachment"]


def test_a_file_with_the_hash_that_its_event_says_is_as_it_was(store):
    sha = hashlib.sha256(b"plan\n").hexdigest()
    replace_in(store, PAST, '"bytes":5}', f'"sha256":"{sha}","bytes":5}}')
    assert codes(store) == []
    (store / OPEN / "files/plan.txt").write_bytes(b"plam\n")
    assert codes(store) == ["changed-attachment"]


def test_a_file_that_a_voided_event_left_behind_is_nobodys(store):
    assert codes(store, strict=True) == []
    add(store, OPEN, kind="voided", events=["h-6s9q2c0m8k"], why="mistake")
    assert codes(store) == []
    assert codes(store, strict=True) == ["file-without-event"]


def test_a_file_attached_anew_is_held_against_its_last_event(store):
    add(store, OPEN, kind="voided", events=["h-6s9q2c0m8k"], why="mistake")
    add(store, OPEN, kind="attached", file="files/plan.txt", bytes=7)
    assert codes(store) == ["changed-attachment"]
    (store / OPEN / "files/plan.txt").write_bytes(b"plan 2\n")
    assert codes(store, strict=True) == []


def test_of_two_papers_that_branches_attached_under_one_name_the_other_one_is_voided(store):
    sha = hashlib.sha256(b"plan\n").hexdigest()
    add(store, OPEN, kind="attached", file="files/plan.txt", bytes=5, sha256=sha)
    add(store, OPEN, kind="attached", file="files/plan.txt", bytes=7)
    (found,) = check_store(str(store), NOW).findings
    assert found.code == "changed-attachment" and found.place.line == 9
    assert found.hint == "salescli check --fix --void h-0000000009"


def test_a_mail_that_two_branches_took_in_is_a_warning(store):
    add(store, OPEN, **MAILED, message_id="1@x")
    add(store, LOST, **{**MAILED, "mail": "mail-2q7b4x0k6g"}, message_id="1@x")
    add(store, LOST, **{**MAILED, "mail": "mail-2q7b4x0k6h"}, message_id="1@X")
    add(store, LOST, **{**MAILED, "mail": "mail-2q7b4x0k6j"})
    assert codes(store) == []
    (found,) = check_store(str(store), NOW).findings
    assert (found.code, found.warning) == ("mail-twice", True)
    assert found.place is not None and found.place.file == f"{LOST}/history.yaml"
    assert PAST in found.text
