"""What lies inside a deal or lead, named by an id of its own."""

import json

import pytest

from salescli.model.activities import build_activities
from salescli.model.errors import NotFound
from salescli.workspace.inner import find_inner, open_record
from tests.shop import Shop
from tests.workspace.small_store import LEAD, LOST, OPEN, write_small_store

DEAL_ACTIVITY, LEAD_ACTIVITY, DONE_ACTIVITY = "act-3t8d0n5v2k", "act-3t9c6x1g7p", "act-9c2m6x1g7p"


def known(record):
    return build_activities(record.live)


def append(root, directory, **event):
    path = root / directory / "history.yaml"
    path.write_text(path.read_text("utf-8") + f"- {json.dumps(event)}\n", "utf-8")


@pytest.fixture
def shop(tmp_path):
    """A small store in which a deal, a lost deal and a lead have an activity each."""
    root = tmp_path / "store"
    root.mkdir()
    write_small_store(root)
    for directory, activity in (
        (OPEN, DEAL_ACTIVITY),
        (LOST, DONE_ACTIVITY),
        (LEAD, LEAD_ACTIVITY),
    ):
        append(
            root,
            directory,
            id=f"h-{activity[4:]}",
            seq=9,
            at="2026-11-12T12:00:00Z",
            by="anna",
            kind="planned",
            activity=activity,
            type="call",
            title="Call",
            owner="anna",
        )
    return Shop(root)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Flat 47", "opportunity"), ("0f5s", "lead"), ("Flat for Elena", "lead")],
)
def test_a_record_is_a_deal_or_a_lead(shop, text, kind):
    with shop.session() as session:
        assert open_record(session, text).kind == kind


@pytest.mark.parametrize(
    ("text", "inner", "kind"),
    [
        (DEAL_ACTIVITY, DEAL_ACTIVITY, "opportunity"),
        ("3t8", DEAL_ACTIVITY, "opportunity"),
        ("act-3t9", LEAD_ACTIVITY, "lead"),
        ("9c2m", DONE_ACTIVITY, "opportunity"),
    ],
)
def test_the_beginning_of_an_id_names_an_activity_and_its_record(shop, text, inner, kind):
    with shop.session() as session:
        found, record = find_inner(session, "act", text, known)
    assert (found, record.kind) == (inner, kind)


def test_a_beginning_that_two_have_lists_both(shop):
    with shop.session() as session, pytest.raises(NotFound) as refused:
        find_inner(session, "act", "3t", known)
    (found,) = refused.value.findings
    assert found.code == "ambiguous"
    assert f"{DEAL_ACTIVITY}  of Flat 47" in found.text
    assert f"{LEAD_ACTIVITY}  of Flat for Elena" in found.text


@pytest.mark.parametrize("text", ["zzzz", "prop-3t8", "%", "' OR 1=1"])
def test_what_begins_no_id_is_told_as_missing(shop, text):
    with shop.session() as session, pytest.raises(NotFound) as refused:
        find_inner(session, "act", text, known)
    assert refused.value.findings[0].code == "no-such-activity"


def test_what_was_added_by_hand_since_is_found_and_what_went_is_not(shop):
    with shop.session() as session:
        find_inner(session, "act", "3t8", known)
    path = shop.root / OPEN / "history.yaml"
    path.write_text(path.read_text("utf-8").replace(DEAL_ACTIVITY, "act-4v8d0n5v2k"), "utf-8")
    with shop.session() as session:
        assert find_inner(session, "act", "4v8", known)[0] == "act-4v8d0n5v2k"
    with shop.session() as session, pytest.raises(NotFound):
        find_inner(session, "act", "3t8", known)
