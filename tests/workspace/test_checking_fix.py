"""`check --fix`: what was edited by hand becomes the event that a command would have written."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.model.surroundings import Surroundings
from salescli.store.changeset import ChangeSet
from salescli.store.files import RealFileSystem
from salescli.store.journal import apply_changeset
from salescli.store.transaction import Transaction
from salescli.workspace.checking.fixing import fix_all
from salescli.workspace.checking.survey import Checked, check_store
from salescli.workspace.session import Session
from salescli.workspace.undoing import undo_last
from tests.workspace.small_store import (
    AGENCY,
    ELENA,
    LEAD,
    LOST,
    NOW,
    OPEN,
    replace_in,
    write_file,
    write_small_store,
)

DEAL = f"{OPEN}/opportunity.yaml"
PAST = f"{OPEN}/history.yaml"
LOST_DEAL = f"{LOST}/opportunity.yaml"
LOST_PAST = f"{LOST}/history.yaml"
LEAD_FILE = f"{LEAD}/lead.yaml"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A small valid store."""
    write_small_store(tmp_path)
    return tmp_path


def open_session(root: Path, via: str | None = None) -> Session:
    surroundings = Surroundings(
        clock=lambda: NOW, random_bytes=os.urandom, environ={}, directory=root
    )
    files = Transaction(RealFileSystem(), root)
    return Session(files, surroundings, actor="carl", via=via)


def apply(session: Session, title: str, **more: str) -> None:
    changes: ChangeSet = session.files.changeset(title, "check", "carl", NOW, (), **more)  # type: ignore[arg-type]
    if changes.changes:
        apply_changeset(RealFileSystem(), session.files.root, changes)


def fix(root: Path, keep: str | None = None) -> Checked:
    session = open_session(root, "check")
    outcome, left = fix_all(session, keep)
    apply(session, outcome.title)
    return left


def events(root: Path, path: str) -> list[dict]:
    lines = (root / path).read_text(encoding="utf-8").splitlines()
    return [json.loads(line.removeprefix("- ")) for line in lines]


def last_event(root: Path, path: str) -> dict:
    """The last event without what differs from run to run."""
    event = events(root, path)[-1]
    del event["id"]
    return event


def codes(checked: Checked) -> list[str]:
    return [entry.code for entry in checked.findings]


def is_clean(root: Path) -> bool:
    return check_store(os.fspath(root), NOW).findings == ()


def test_a_field_edited_by_hand_becomes_a_changed(store):
    replace_in(store, DEAL, "budget: 240000.00 EUR", "budget: 230000.00 EUR")
    replace_in(store, DEAL, "mood:\n", "mood: hopeful  # they smiled\n")
    facts = (store / DEAL).read_bytes()
    assert codes(fix(store)) == []
    assert last_event(store, PAST) == {
        "seq": 8,
        "at": "2026-11-25T09:00:00Z",
        "by": "carl",
        "kind": "changed",
        "fields": {
            "budget": ["240000.00 EUR", "230000.00 EUR"],
            "mood": [None, "hopeful"],
        },
        "via": "check",
    }
    assert (store / DEAL).read_bytes() == facts
    assert is_clean(store)


def test_items_edited_by_hand_are_written_down_key_by_key(store):
    replace_in(store, DEAL, "    loyalty: 2\n", "    influence: high\n")
    replace_in(store, DEAL, "leads:\n  - lead-0f5s3q8n2k\n", "")
    fix(store)
    assert last_event(store, PAST)["fields"] == {
        "contacts/con-4c8t1m9zqa/influence": [None, "high"],
        "contacts/con-4c8t1m9zqa/loyalty": [2, None],
        "leads/lead-0f5s3q8n2k": [True, None],
    }
    assert is_clean(store)


def test_a_stage_moved_forward_by_hand_skips_what_lies_between(store):
    replace_in(store, DEAL, "stage: key-contacts", "stage: proposal-presentation")
    fix(store)
    event = last_event(store, PAST)
    assert (event["kind"], event["from"], event["to"]) == (
        "moved",
        "key-contacts",
        "proposal-presentation",
    )
    assert event["skipped"] == ["proposal-preparation"]
    assert "undone" not in event
    assert is_clean(store)


def test_a_stage_moved_back_by_hand_undoes_and_empties_the_probability(store):
    replace_in(store, DEAL, "stage: key-contacts", "stage: qualification")
    fix(store)
    event = last_event(store, PAST)
    assert event["undone"] == ["qualification", "key-contacts"]
    assert event["fields"] == {"probability": [35, None]}
    assert "\nprobability:\n" in (store / DEAL).read_text(encoding="utf-8")
    assert is_clean(store)


def test_a_closing_by_hand_becomes_a_closed_of_today(store):
    replace_in(store, DEAL, "stage: key-contacts", "stage: lost")
    replace_in(store, DEAL, "main_contact:", "close_reason: no-budget\nmain_contact:")
    fix(store)
    event = last_event(store, PAST)
    assert (event["kind"], event["from"], event["to"]) == ("closed", "key-contacts", "lost")
    assert event["fields"] == {
        "probability": [35, None],
        "close_date": ["2026-12-15", "2026-11-25"],
        "close_reason": [None, "no-budget"],
    }
    assert "close_date: 2026-11-25\n" in (store / DEAL).read_text(encoding="utf-8")
    assert is_clean(store)


def test_a_closing_by_hand_is_of_the_day_that_the_hand_wrote(store):
    replace_in(store, DEAL, "stage: key-contacts", "stage: won")
    replace_in(store, DEAL, "close_date: 2026-12-15", "close_date: 2026-11-20")
    fix(store)
    event = last_event(store, PAST)
    assert (event["at"], event["logged"]) == ("2026-11-19T22:00:00Z", "2026-11-25T09:00:00Z")
    assert event["skipped"] == ["proposal-preparation", "proposal-presentation"]
    assert event["fields"]["close_date"] == ["2026-12-15", "2026-11-20"]
    assert is_clean(store)


def test_what_the_rules_refuse_stays_and_says_why(store):
    replace_in(store, DEAL, "stage: key-contacts", "stage: lost")
    before = (store / PAST).read_bytes()
    left = fix(store)
    assert "unrecorded-edit" in codes(left)
    assert "reason-needed" in codes(left)
    assert (store / PAST).read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("owner: anna", "owner: dina", "has-left"),
        ("probability: 35", "probability: 41", "above-cap"),
        ("process: real-estate", "process: quick", "process-changed"),
        ("main_contact: con-4c8t1m9zqa", "main_contact: con-9p3x7y1c0f", "not-in-list"),
        ("role: decision-maker", "role: chief", "no-such-value"),
    ],
)
def test_an_edit_that_no_command_would_write_is_not_written_down(store, old, new, code):
    replace_in(store, DEAL, old, new)
    before = (store / PAST).read_bytes()
    left = fix(store)
    assert code in codes(left)
    assert "unrecorded-edit" in codes(left)
    assert (store / PAST).read_bytes() == before


def test_a_reopening_by_hand_stays_a_finding_with_the_way_to_do_it(store):
    replace_in(store, LOST_DEAL, "stage: lost", "stage: qualification")
    left = fix(store)
    (found,) = [entry for entry in left.findings if entry.code == "reopened-by-hand"]
    assert "reopen" in found.hint
    assert str(found.place) == f"{LOST_DEAL}:4:8"
    assert len(events(store, LOST_PAST)) == 2


def test_a_locked_field_edited_by_hand_stays_a_finding(store):
    replace_in(store, LOST_DEAL, "budget: 90000.00 EUR", "budget: 95000.00 EUR")
    assert {"locked-field", "unrecorded-edit"} <= set(codes(fix(store)))
    assert len(events(store, LOST_PAST)) == 2


def test_a_lead_moved_by_hand_becomes_a_moved(store):
    replace_in(store, LEAD_FILE, "stage: awaiting-sale", "stage: nurturing")
    replace_in(store, LEAD_FILE, "budget:\n", "budget: 5.00 EUR\n")
    fix(store)
    event = last_event(store, f"{LEAD}/history.yaml")
    assert (event["from"], event["to"], event["undone"]) == (
        "awaiting-sale",
        "nurturing",
        ["awaiting-sale"],
    )
    assert event["fields"] == {"budget": [None, "5.00 EUR"]}
    assert is_clean(store)


def merge_apart(store: Path) -> None:
    """Two events of one seq, and facts that say something else than their fold."""
    for number, budget in ((1, "210000.00 EUR"), (2, "220000.00 EUR")):
        line = (
            f'- {{"id":"h-{number}q0q0q0q0q","seq":8,"at":"2026-11-14T0{number}:00:00Z",'
            '"by":"anna","kind":"changed",'
            f'"fields":{{"budget":["240000.00 EUR","{budget}"]}}}}\n'
        )
        with (store / PAST).open("a", encoding="utf-8") as file:
            file.write(line)
    replace_in(store, DEAL, "budget: 240000.00 EUR", "budget: 210000.00 EUR")


def test_what_a_merge_left_apart_wants_a_choice(store):
    merge_apart(store)
    before = {path: (store / path).read_bytes() for path in (DEAL, PAST)}
    left = fix(store)
    (found,) = left.findings
    assert found.code == "unsettled-merge"
    assert "210000.00 EUR" in found.text
    assert "220000.00 EUR" in found.text
    assert "--keep" in found.hint
    assert {path: (store / path).read_bytes() for path in (DEAL, PAST)} == before


def test_keeping_the_facts_writes_an_event(store):
    merge_apart(store)
    assert codes(fix(store, "facts")) == []
    event = last_event(store, PAST)
    assert event["seq"] == 9
    assert event["fields"] == {"budget": ["220000.00 EUR", "210000.00 EUR"]}


def test_keeping_the_history_sets_the_facts(store):
    merge_apart(store)
    past = (store / PAST).read_bytes()
    assert codes(fix(store, "history")) == []
    assert (store / PAST).read_bytes() == past
    assert "budget: 220000.00 EUR\n" in (store / DEAL).read_text(encoding="utf-8")


def test_a_repeated_line_is_dropped(store):
    whole = (store / PAST).read_bytes()
    write_file(store, PAST, whole + whole.splitlines(keepends=True)[3])
    assert codes(fix(store)) == []
    assert (store / PAST).read_bytes() == whole


def test_of_two_moves_to_one_stage_the_later_is_voided(store):
    with (store / PAST).open("a", encoding="utf-8") as file:
        file.write(
            '- {"id":"h-1q0q0q0q0q","seq":2,"at":"2026-10-12T10:00:00Z","by":"carl",'
            '"kind":"moved","from":"qualification","to":"key-contacts"}\n'
        )
    assert codes(fix(store)) == []
    event = last_event(store, PAST)
    assert (event["kind"], event["events"], event["why"]) == ("voided", ["h-1q0q0q0q0q"], "merge")
    assert event["via"] == "check"
    assert is_clean(store)


def test_a_fork_to_two_stages_stays(store):
    with (store / PAST).open("a", encoding="utf-8") as file:
        file.write(
            '- {"id":"h-1q0q0q0q0q","seq":2,"at":"2026-10-12T10:00:00Z","by":"carl",'
            '"kind":"moved","from":"qualification","to":"proposal-preparation"}\n'
        )
    assert "fork" in codes(fix(store))
    assert len(events(store, PAST)) == 8


def test_of_a_fork_that_a_merge_made_the_side_to_keep_may_be_said(store):
    with (store / PAST).open("a", encoding="utf-8") as file:
        file.write(
            '- {"id":"h-1q0q0q0q0q","seq":2,"at":"2026-10-12T10:00:00Z","by":"carl",'
            '"kind":"moved","from":"qualification","to":"proposal-preparation"}\n'
        )
    assert {"fork", "unsettled-merge"} <= set(codes(fix(store)))
    assert codes(fix(store, "history")) == ["fork"]
    assert "stage: proposal-preparation\n" in (store / DEAL).read_text(encoding="utf-8")


def test_while_a_fork_is_open_no_stage_is_written_down(store):
    replace_in(store, PAST, '"from":"qualification","to"', '"from":"proposal-preparation","to"')
    replace_in(store, DEAL, "stage: key-contacts", "stage: qualification")
    before = (store / PAST).read_bytes()
    assert {"fork", "unrecorded-edit"} <= set(codes(fix(store)))
    assert (store / PAST).read_bytes() == before


def test_a_history_without_a_beginning_is_told_once_and_left(store):
    write_file(store, LOST_PAST, b"")
    assert codes(fix(store)) == ["no-creation"]
    assert (store / LOST_PAST).read_bytes() == b""


def test_where_a_fix_was_refused_nobody_is_sent_to_it_again(store):
    replace_in(store, DEAL, "owner: anna", "owner: dina")
    hints = {entry.code: entry.hint for entry in fix(store).findings}
    assert hints["unrecorded-edit"] == ""


def test_one_refused_record_does_not_hinder_the_others(store):
    replace_in(store, DEAL, "owner: anna", "owner: dina")
    replace_in(store, LEAD_FILE, "budget:\n", "budget: 5.00 EUR\n")
    assert set(codes(fix(store))) == {"has-left", "unrecorded-edit"}
    assert len(events(store, f"{LEAD}/history.yaml")) == 3


def test_an_account_of_a_contact_is_redirected_too(store):
    new = "accounts/keys--acc-9p3x7y1c0f.yaml"
    write_file(store, new, b"id: acc-9p3x7y1c0f\nname: Keys\n")
    write_file(store, AGENCY, b"id: acc-2h6w0r5kdn\nname: X\nmerged_into: acc-9p3x7y1c0f\n")
    assert codes(fix(store)) == []
    assert "account: acc-9p3x7y1c0f\n" in (store / ELENA).read_text(encoding="utf-8")
    assert "client: acc-9p3x7y1c0f\n" in (store / LOST_DEAL).read_text(encoding="utf-8")
    assert is_clean(store)


def test_an_event_that_a_hand_damaged_is_mended_by_voiding_it(store):
    replace_in(store, PAST, "[null,35]", '[null,"much"]')
    assert "bad-event-value" in codes(check_store(os.fspath(store), NOW))
    with (store / PAST).open("a", encoding="utf-8") as file:
        file.write(
            '- {"id":"h-1q0q0q0q0q","seq":8,"at":"2026-11-14T10:00:00Z","by":"carl",'
            '"kind":"voided","events":["h-8c5t1q7y2w"],"why":"mistake"}\n'
        )
    assert "bad-event-value" not in codes(check_store(os.fspath(store), NOW))


def test_references_to_a_merged_client_are_redirected(store):
    new = "contacts/elena-p--con-9p3x7y1c0f.yaml"
    write_file(store, new, b"id: con-9p3x7y1c0f\nname: Elena P\n")
    write_file(
        store, ELENA, b"id: con-4c8t1m9zqa\nname: Elena Petrova\nmerged_into: con-9p3x7y1c0f\n"
    )
    assert codes(fix(store)) == []
    text = (store / DEAL).read_text(encoding="utf-8")
    assert "con-4c8t1m9zqa" not in text
    assert text.count("con-9p3x7y1c0f") == 3
    item = {"role": "decision-maker", "loyalty": 2}
    assert last_event(store, PAST)["fields"] == {
        "client": ["con-4c8t1m9zqa", "con-9p3x7y1c0f"],
        "main_contact": ["con-4c8t1m9zqa", "con-9p3x7y1c0f"],
        "contacts/con-4c8t1m9zqa": [item, None],
        "contacts/con-9p3x7y1c0f": [None, item],
    }
    assert is_clean(store)


def test_undo_takes_a_fix_back_and_leaves_a_clean_store(store):
    original = (store / DEAL).read_bytes()
    replace_in(store, DEAL, "stage: key-contacts", "stage: qualification")
    fix(store)
    session = open_session(store)
    outcome, entry = undo_last(session)
    apply(session, outcome.title, kind="undo", reverts=entry.id)
    assert (store / DEAL).read_bytes() == original
    assert last_event(store, PAST)["kind"] == "voided"
    assert is_clean(store)


def test_a_clean_store_is_left_alone(store):
    session = open_session(store, "check")
    outcome, left = fix_all(session, None)
    assert outcome.words == ()
    assert left.findings == ()
    assert session.files.changeset("", "", "", NOW).changes == ()


# A field, its line as it stands, and values that a hand may write instead ("" is nothing).
HAND = {
    "title": ("title: Flat 47\n", ["Flat 47a", '"007"', "Плоский 47", '"yes"']),
    "stage": (
        "stage: key-contacts\n",
        ["qualification", "key-contacts", "proposal-preparation", "proposal-presentation"],
    ),
    "owner": ("owner: anna\n", ["carl", "anna", ""]),
    "department": ("department: north\n", ["sales", ""]),
    "budget": ("budget: 240000.00 EUR\n", ["1.00 EUR", ""]),
    "need": ("need: flat-to-live-in\n", ["parking", ""]),
    "probability": ("probability: 35\n", ["5", "10", ""]),
    "close_date": ("close_date: 2026-12-15\n", ["2027-01-31", ""]),
    "mood": ("mood:\n", ["hopeful", "doubtful"]),
    "custom": ("  mortgage: asked\n", ["granted"]),
    "loyalty": ("    loyalty: 2\n", ["-3", "3"]),
    "discount": ("    discount: 1.5\n", ["1.50", "0.125", "100"]),
    "quantity": ("    quantity: 1\n", ["2", "1.000", "0.5"]),
}
EXAMPLES = 200 if os.environ.get("SALESCLI_TEST_SIZE") == "long" else 25


@settings(max_examples=EXAMPLES, deadline=timedelta(seconds=60))
@given(st.dictionaries(st.sampled_from(sorted(HAND)), st.integers(0, 9), min_size=1, max_size=6))
def test_any_allowed_edit_by_hand_is_found_written_down_and_then_clean(tmp_path_factory, edits):
    root = tmp_path_factory.mktemp("edited")
    write_small_store(root)
    for name, number in edits.items():
        line, values = HAND[name]
        value = values[number % len(values)]
        indented = line.partition(":")[0]
        replace_in(root, DEAL, line, f"{indented}: {value}".rstrip() + "\n")
    edited = (root / DEAL).read_text(encoding="utf-8")
    found = check_store(os.fspath(root), NOW)
    lasting = [entry for entry in found.findings if entry.code not in ("unrecorded-edit",)]
    if lasting:  # a probability above the cap of a stage written by the same hand
        assert {entry.code for entry in lasting} <= {"above-cap"}
    count = len(events(root, PAST))
    left = fix(root)
    if left.findings:
        assert "above-cap" in codes(left)
        assert (root / DEAL).read_text(encoding="utf-8") == edited
        return
    assert is_clean(root)
    assert len(events(root, PAST)) == count + bool(found.findings)
    if found.findings:
        fields = events(root, PAST)[-1].get("fields", {})
        told = {entry.field for entry in found.findings} - {"stage"}
        assert told <= {path.partition("/")[0] for path in fields}
