"""Deals as a command reads them: once as long as they are the same, anew when they have changed."""

from datetime import UTC, datetime

import pytest

from salescli.model.events import Noted
from salescli.model.surroundings import Surroundings
from salescli.store.files import RealFileSystem
from salescli.store.transaction import writing
from salescli.workspace.deals import event_head, load_deal, stage_event
from salescli.workspace.session import Session
from tests.workspace.small_store import OPEN, write_small_store


@pytest.fixture
def session(tmp_path):
    root = tmp_path / "store"
    root.mkdir()
    write_small_store(root)
    surroundings = Surroundings(
        clock=lambda: datetime(2026, 12, 1, 9, 0, tzinfo=UTC),
        random_bytes=lambda count: b"7" * count,
        environ={},
        directory=root,
        git_email=lambda: "",
        git_name=lambda: "",
    )
    with writing(root, fs=RealFileSystem()) as files:
        yield Session(files, surroundings, actor="anna")


def test_a_deal_is_read_once_until_something_is_written_in_it(session):
    before = load_deal(session, OPEN)
    assert load_deal(session, OPEN) is before
    stage_event(session, before, Noted(**event_head(session, before), text="They called"))
    after = load_deal(session, OPEN)
    assert [event.id for event in after.events[:-1]] == [event.id for event in before.events]
    assert after.events[-1].text == "They called"
