"""The full-text table: it names every record that holds the words as its files stand now."""

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.store import search as search_module
from salescli.store.index import Index, open_index
from salescli.store.search import find_candidates
from tests.store.small_store import created, event, write_client, write_deal

LATER_NS = 5_000_000_000  # by then no file of a test is young any more
DEAL, OTHER = "opp-0000000001", "opp-0000000002"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    store = tmp_path / "store"
    store.mkdir()
    return store


@pytest.fixture
def index(root: Path) -> Iterator[Index]:
    with old_index(root) as opened:
        yield opened


def old_index(root: Path) -> Index:
    """An index by whose clock every file was written long enough ago to be trusted."""
    return open_index(root, clock_ns=lambda: time.time_ns() + LATER_NS, git_patience_seconds=0)


def find(index: Index, *words: str, **options: object) -> list[str]:
    index.refresh()
    found = find_candidates(index, words, **options)  # type: ignore[arg-type]
    assert found is not None
    return found


def read_counts(index: Index) -> list[int]:
    """How many records each of the next searches reads, once it has run."""
    counts: list[int] = []
    find(index, "x", on_reading=counts.append)
    return counts


def with_note(text: str, **fields: str) -> list[dict[str, object]]:
    return [created(**fields), event(2, "2026-01-06T08:00:00", "noted", text=text)]


def test_all_words_must_be_there_and_their_beginnings_are_enough(root, index):
    write_deal(root, 1, with_note("Parking by the river", title="Flat one"))
    write_deal(root, 2, with_note("Parking", title="Flat two"))
    assert set(find(index, "park")) == {DEAL, OTHER}
    assert find(index, "park", "riv") == [DEAL]
    assert find(index, "park", "one") == [DEAL]  # in different places
    assert find(index, "arking") == find(index, "zoo") == []


def test_titles_come_first_then_what_changed_last(root, index):
    late = [created(title="A"), event(2, "2026-03-01T08:00:00", "noted", text="river")]
    write_deal(root, 1, with_note("river", title="B"))
    write_deal(root, 2, late)
    write_deal(root, 3, [created(title="River side")])
    assert find(index, "river") == ["opp-0000000003", OTHER, DEAL]


def test_a_deal_is_found_by_its_clients_name(root, index):
    write_client(root, "contact", 7, "Ольга Krūmiņa")
    write_deal(root, 1, with_note("kitchen", client="con-0000000007"))
    write_deal(root, 2, with_note("kitchen", client="con-0000000008"))
    assert set(find(index, "krumina")) == {DEAL, "con-0000000007"}
    assert find(index, "ольга", "kitchen") == [DEAL]
    assert find(index, "ольга", kinds=["client"]) == [DEAL]
    assert find(index, "ольга", kinds=["note"]) == []


def test_what_a_contact_writes_about_others_makes_their_deals_no_hit(root, index):
    write_client(root, "contact", 7, "Elena", "notes: Knows the architect\n")
    write_deal(root, 1, [created(client="con-0000000007")])
    assert find(index, "architect") == ["con-0000000007"]


def test_kinds_of_places_and_of_records_narrow(root, index):
    write_deal(root, 1, with_note("river", title="Flat"))
    write_deal(root, 2, [created(title="River")])
    write_client(root, "account", 3, "River Homes")
    assert find(index, "river", kinds=["note"]) == [DEAL]
    assert find(index, "river", kinds=["title"], prefixes=["opp"]) == [OTHER]
    assert find(index, "river", prefixes=["acc"]) == ["acc-0000000003"]


def test_what_is_written_by_hand_is_found_and_what_it_replaced_is_not(root, index):
    write_deal(root, 1, with_note("river"))
    assert find(index, "river") == [DEAL]
    write_deal(root, 1, with_note("kitchen and more"))
    assert find(index, "river") == []
    assert find(index, "kitchen") == [DEAL]


def test_a_deleted_or_broken_record_is_found_no_more(root, index):
    first, second = write_deal(root, 1, with_note("river")), write_deal(root, 2, with_note("river"))
    assert len(find(index, "river")) == 2
    shutil.rmtree(first)
    (second / "history.yaml").write_text("- nothing\n")
    assert find(index, "river") == []


def test_what_was_voided_is_not_found(root, index):
    events = with_note("river")
    gone = event(3, "2026-01-07T08:00:00", "voided", events=["h-0000000002"], why="undo")
    write_deal(root, 1, [*events, gone])
    assert find(index, "river") == []


def test_only_what_changed_is_read_again(root, index):
    for number in (1, 2, 3):
        write_deal(root, number, with_note("river"))
    assert read_counts(index) == [3]
    assert read_counts(index) == []
    write_deal(root, 2, with_note("kitchen"))
    assert read_counts(index) == [1]


def test_a_record_too_young_to_be_trusted_is_read_each_time(root):
    write_deal(root, 1, with_note("river"))
    with open_index(root, git_patience_seconds=0) as young:
        assert read_counts(young) == [1]
        assert read_counts(young) == [1]


def test_rows_that_are_no_longer_true_do_not_pile_up(root, index, monkeypatch):
    monkeypatch.setattr(search_module, "_MOST_STALE", 3)
    for change in range(12):
        write_deal(root, 1, with_note("river" + " and" * change))
        assert find(index, "river") == [DEAL]
    with sqlite3.connect(root / ".salescli/index.sqlite") as db:
        (last,) = db.execute("SELECT max(number) FROM searched").fetchone()
    db.close()
    assert last <= 6


def test_another_process_finds_the_tables_ready(root, index):
    write_deal(root, 1, with_note("river"))
    assert find(index, "river") == [DEAL]
    with old_index(root) as other:
        assert read_counts(other) == []
        assert find(other, "river") == [DEAL]


@pytest.fixture
def nobody() -> Iterator[Path]:
    """A directory that may be read and not written; as root, by being somebody else."""
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    yield root
    os.seteuid(os.getuid())
    for folder, _, _ in os.walk(root):
        os.chmod(folder, 0o755)
    shutil.rmtree(root)


@pytest.mark.parametrize("made", ["nothing", "index", "search"])
def test_a_store_that_may_not_be_written_can_be_searched(nobody, made):
    write_deal(nobody, 1, with_note("river"))
    with old_index(nobody) as index:
        if made != "nothing":
            index.refresh()
        if made == "search":
            assert find(index, "river") == [DEAL]
            write_deal(nobody, 2, with_note("river and bank"))
    for folder, _, _ in os.walk(nobody, topdown=False):
        os.chmod(folder, 0o555)
    if os.getuid() == 0:
        os.seteuid(65534)
    with old_index(nobody) as index:
        assert set(find(index, "river")) == ({DEAL, OTHER} if made == "search" else {DEAL})
        assert find(index, "bank") == ([OTHER] if made == "search" else [])


@pytest.mark.parametrize("blocked", ["a file", "a folder"])
def test_where_nothing_can_be_kept_the_search_goes_on_in_memory(root, index, blocked):
    write_deal(root, 1, with_note("river"))
    if blocked == "a file":
        (root / ".salescli").write_text("in the way")
    else:
        (root / ".salescli/index.sqlite").mkdir(parents=True)
    assert find(index, "river") == [DEAL]


def test_broken_tables_are_made_anew(root, index):
    write_deal(root, 1, with_note("river"))
    assert find(index, "river") == [DEAL]
    index.close()
    with sqlite3.connect(root / ".salescli/index.sqlite") as db:
        db.execute("UPDATE search_data SET block = x'00ff00ff'")
    db.close()
    assert find(index, "river") == [DEAL]


def test_an_index_of_another_version_goes_with_its_search_tables(root, index):
    write_deal(root, 1, with_note("river"))
    assert find(index, "river") == [DEAL]
    index.close()
    with sqlite3.connect(root / ".salescli/index.sqlite") as db:
        db.execute("PRAGMA user_version = 1")
    db.close()
    assert read_counts(index) == [1]
    assert find(index, "river") == [DEAL]


def test_without_full_text_in_sqlite_nothing_is_claimed(root, index, monkeypatch):
    write_deal(root, 1, with_note("river"))
    monkeypatch.setattr(search_module, "_is_possible", lambda db: False)
    index.refresh()
    assert find_candidates(index, ["river"]) is None


def test_more_than_a_batch_is_read_by_two_processes_alike(root, index, monkeypatch):
    monkeypatch.setattr(search_module, "_BATCH", 8)
    monkeypatch.setattr(search_module, "_JOB", 3)
    monkeypatch.setattr(search_module, "SHARED_FROM", 2)
    for number in range(1, 21):
        write_deal(root, number, with_note(f"river w{number}x"))
    assert len(find(index, "river")) == 20
    assert find(index, "w17x") == ["opp-0000000017"]


words = st.sampled_from("park parking river krumins kitchen".split())
spellings = st.sampled_from(["{}", "{}!", "«{}»", "x {} y"])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(words, max_size=4), min_size=1, max_size=4), words, spellings)
def test_a_record_is_found_exactly_when_a_word_of_it_begins_so(
    tmp_path_factory, notes, wanted, spelling
):
    root = tmp_path_factory.mktemp("words")
    for number, some in enumerate(notes, 1):
        write_deal(root, number, with_note(spelling.format(" ".join(some)).upper(), title="T"))
    naive = {
        f"opp-{number:010}"
        for number, some in enumerate(notes, 1)
        if any(word.startswith(wanted) for word in some)
    }
    with old_index(root) as index:
        assert set(find(index, wanted)) == naive
