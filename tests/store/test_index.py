"""The index never answers from what is no longer on disk, and never loses a record in silence."""

import os
import shutil
import signal
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from salescli.model.deal import ActivityFacts, Deal, ProposalFacts
from salescli.model.errors import Clash, Failed
from salescli.store import database, fingerprints, sharing
from salescli.store import indexdatabase as index_module
from salescli.store.index import Index, open_index
from salescli.store.indexorder import lowest_ids
from salescli.store.packing import unpack_deals
from tests.store.small_store import (
    age,
    created,
    event,
    facts_text,
    history_text,
    write_client,
    write_deal,
)

FORMAT = Path(__file__).resolve().parent.parent / "data" / "format"
LATER_NS = 5_000_000_000  # by then no file of a test is young any more


def old_enough() -> int:
    """A clock by which every file was written long enough ago to be trusted."""
    return time.time_ns() + LATER_NS


@pytest.fixture
def root(tmp_path: Path) -> Path:
    store = tmp_path / "store"
    store.mkdir()
    return store


@pytest.fixture
def index(root: Path) -> Iterator[Index]:
    with open_index(root, clock_ns=old_enough, git_patience_seconds=0) as opened:
        yield opened


def titles(index: Index) -> dict[str, str]:
    index.refresh()
    return {deal.id: deal.title for deal in index.deals()}


def codes(index: Index) -> dict[str, list[str]]:
    index.refresh()
    return {path: [found.code for found in findings] for path, findings in index.invalid()}


def reads_of(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that the index reads from now on."""
    paths: list[str] = []
    original = index_module.read_checked

    def noting(root: str, path: str, limit: int | None, known: set[str]) -> bytes:
        paths.append(path)
        return original(root, path, limit, known)

    monkeypatch.setattr(index_module, "read_checked", noting)
    return paths


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- what it says ------------------------------------------------------------------------------


@pytest.fixture
def example(root: Path) -> Path:
    """The deal of format.md."""
    directory = root / "opportunities/2026/riverside-block-b-flat-47--opp-7k2m9xq4tb"
    directory.mkdir(parents=True)
    for name in ("opportunity.yaml", "history.yaml"):
        shutil.copyfile(FORMAT / name, directory / name)
    return directory


def test_the_deal_of_the_format_comes_out_as_its_files_say(example, index):
    index.refresh()
    [deal] = index.deals()
    assert (deal.id, deal.stage, deal.client) == (
        "opp-7k2m9xq4tb",
        "proposal-preparation",
        "con-4c8t1m9zqa",
    )
    assert (deal.budget, deal.probability, deal.close_date) == ("240000.00 EUR", 35, "2026-12-15")
    assert deal.amount == "241960.00 EUR"  # 236000 × 0.985 + 9500, as in its proposal
    assert deal.revenue is None and deal.close_reason is None and not deal.archived
    assert deal.created_at == at("2026-10-05T08:30:00").timestamp()
    assert not deal.differs


def test_visits_of_the_deal_of_the_format_are_those_that_its_moves_say(example, index):
    index.refresh()
    [deal] = index.deals()
    assert [(visit.stage, visit.historical, visit.is_skipped) for visit in deal.visits] == [
        ("qualification", False, False),
        ("key-contacts", True, True),
        ("proposal-preparation", True, False),
        ("key-contacts", True, False),
        ("lost", True, False),
        ("key-contacts", False, False),
        ("proposal-preparation", False, False),
    ]


def test_the_rest_of_a_deal_is_told_when_asked_for(example, index):
    index.refresh()
    [facts] = index.facts()
    assert facts.document["id"] == "opp-7k2m9xq4tb"
    assert facts.document["custom"] == {"mortgage": "asked"}
    assert [item["quantity"] for item in facts.document["products"]] == ["1", "1"]
    assert [item.get("discount") for item in facts.document["products"]] == ["1.5", None]
    assert ActivityFacts("meeting", "anna", "done", "done") in facts.activities
    assert [one.number for one in facts.proposals] == ["R-47"]
    assert isinstance(facts.proposals[0], ProposalFacts)


def test_minutes_are_those_done_and_those_by_hand(root, index):
    call = {"activity": "act-0000000001", "type": "call", "title": "Call", "owner": "anna"}
    events = [
        created(),
        event(2, "2026-01-06T08:00:00", "planned", **call),
        event(
            3, "2026-01-07T08:00:00", "done", activity="act-0000000001", result="done", minutes=20
        ),
        event(4, "2026-01-08T08:00:00", "worked", person="anna", minutes=45),
    ]
    write_deal(root, 1, events)
    index.refresh()
    assert [facts.hours for facts in index.facts()] == ["1.08"]


def test_a_deal_knows_when_it_was_touched_and_when_it_is_due(root, index):
    call = {"activity": "act-0000000001", "type": "call", "title": "Call", "owner": "anna"}
    events = [
        created(),
        event(2, "2026-01-06T08:00:00", "moved", from_="qualification", to="key-contacts"),
        event(3, "2026-01-07T08:00:00", "planned", **call, start="2026-02-01T09:00:00Z"),
        event(4, "2026-01-09T08:00:00", "noted", text="Nice people"),
    ]
    write_deal(root, 1, events)
    index.refresh()
    [deal] = index.deals()
    assert deal.touched_at == at("2026-01-06T08:00:00").timestamp()
    assert deal.due_at == at("2026-02-01T09:00:00").timestamp()
    assert deal.changed_at == at("2026-01-09T08:00:00").timestamp()


def test_an_activity_that_is_done_is_no_longer_due(root, index):
    call = {"activity": "act-0000000001", "type": "call", "title": "Call", "owner": "anna"}
    done = {"activity": "act-0000000001", "result": "done"}
    events = [
        created(),
        event(2, "2026-01-07T08:00:00", "planned", **call),
        event(3, "2026-01-08T08:00:00", "done", **done),
    ]
    write_deal(root, 1, events)
    index.refresh()
    assert [deal.due_at for deal in index.deals()] == [None]


def test_a_hand_edit_shows_as_a_difference(root, index):
    write_deal(root, 1, [created(budget="1000.00 EUR")], facts={"title": "Flat 1"} | {
        "client": "con-4c8t1m9zqa", "stage": "qualification", "process": "real-estate",
        "budget": "2000.00 EUR",
    })  # fmt: skip
    write_deal(root, 2)
    index.refresh()
    assert {deal.id[-1]: (deal.budget, deal.differs) for deal in index.deals()} == {
        "1": ("2000.00 EUR", True),
        "2": (None, False),
    }


def test_what_lies_inside_is_found_by_the_beginning_of_its_id(root, index):
    planned = {"activity": "act-5k0r2j8w4t", "type": "call", "title": "Call", "owner": "anna"}
    write_deal(root, 1, [created(), event(2, "2026-03-02T08:00:00", "planned", **planned)])
    index.refresh()
    assert index.holders("act-5k") == [("act-5k0r2j8w4t", "opp-0000000001")]
    assert index.holders("act-6") == []


def test_the_records_with_approvals_are_known_and_what_waits_in_them(root, index):
    asked = {"approval": "appr-8d3v5n0j2s", "of": ["carl"], "subject": "Discount"}
    write_deal(root, 1, [created(), event(2, "2026-03-02T08:00:00", "asked", **asked)])
    write_deal(root, 2)
    index.refresh()
    assert index.holding("appr") == ["opp-0000000001"]
    assert index.holding("prop") == []
    (facts,) = index.documents("opportunity", index.holding("appr"))
    assert [(one.id, one.of, one.is_open) for one in facts.approvals] == [
        ("appr-8d3v5n0j2s", ("carl",), True)
    ]


def test_clients_and_leads_are_found_by_name_and_address(root, index):
    write_client(root, "account", 1, "Bright Keys", "emails: [office@bright.example]\n")
    write_client(root, "contact", 2, "Élena Petrova", 'phones: ["+371 2000 0000"]\n')
    index.refresh()
    assert index.titled("account", "bright KEYS") == ["acc-0000000001"]
    assert index.titled("account", "office@bright.example") == ["acc-0000000001"]
    assert index.titled("contact", "E\u0301LENA petrova") == ["con-0000000002"]
    assert index.titled("contact", "+371 2000 0000") == ["con-0000000002"]
    assert index.titled("contact", "Elena") == []
    assert [(kind, path) for kind, path, _ in index.clients()] == [
        ("account", "accounts/client--acc-0000000001.yaml"),
        ("contact", "contacts/client--con-0000000002.yaml"),
    ]


def test_the_names_are_not_those_of_the_last_refresh_but_one(root, index):
    write_deal(root, 1)
    index.refresh()
    assert index.titled("opportunity", "flat 1") == ["opp-0000000001"]
    write_deal(root, 1, [created(title="Penthouse")])
    index.refresh()
    assert index.titled("opportunity", "flat 1") == []
    assert index.titles("opportunity") == [("opp-0000000001", "Penthouse")]


def test_documents_of_some_ids_are_those_alone(root, index):
    for number in range(5):
        write_deal(root, number)
    index.refresh()
    asked = ["opp-0000000003", "opp-0000000001", "opp-0000000099"]
    found = sorted(facts.id for facts in index.facts(asked))
    assert found == ["opp-0000000001", "opp-0000000003"]


def test_a_short_id_is_long_enough_to_be_the_only_one(root, index):
    for number in (1, 2, 1_000_000_000):
        write_deal(root, number)
    index.refresh()
    assert index.short_id("opp-0000000001") == "0000000001"
    assert index.short_id("opp-1000000000") == "1000"


def test_a_path_is_named_without_a_look_at_the_store(root, index):
    directory = write_deal(root, 1)
    assert index.path_of("opp-0000000001") is None
    index.refresh()
    shutil.rmtree(directory)
    assert index.path_of("opp-0000000001") == "opportunities/2026/flat--opp-0000000001"
    assert index.path_of("opp-0000000002") is None


def test_an_overlay_is_answered_from_until_the_next_refresh(root, index):
    write_deal(root, 1)
    write_deal(root, 2)
    text = facts_text("opp-0000000003", {"title": "New", "client": "con-4c8t1m9zqa"} | {
        "stage": "qualification", "process": "real-estate",
    })  # fmt: skip
    folder = "opportunities/2026"
    index.refresh(
        {
            f"{folder}/new--opp-0000000003/opportunity.yaml": text.encode(),
            f"{folder}/new--opp-0000000003/history.yaml": history_text(
                [created(title="New")]
            ).encode(),
            f"{folder}/flat--opp-0000000002/opportunity.yaml": None,
            f"{folder}/flat--opp-0000000002/history.yaml": None,
        }
    )
    assert sorted(deal.title for deal in index.deals()) == ["Flat 1", "New"]
    assert sorted(titles(index).values()) == ["Flat 1", "Flat 2"]


def test_two_processes_give_what_one_gives(root, monkeypatch):
    for number in range(300):
        write_deal(root, number)
    (write_deal(root, 300) / "history.yaml").unlink()
    said = []
    for smallest in (10**9, 0):
        monkeypatch.setattr(index_module, "SHARED_FROM", smallest)
        monkeypatch.setattr(fingerprints, "SHARED_FROM", smallest)
        monkeypatch.setattr(sharing, "is_sharing_possible", lambda: True)
        shutil.rmtree(root / ".salescli", ignore_errors=True)
        with open_index(root, clock_ns=old_enough) as index:
            index.refresh()
            said.append((sorted(deal.title for deal in index.deals()), index.invalid()))
    assert said[0] == said[1]
    assert len(said[0][0]) == 300


# --- never stale ---------------------------------------------------------------------------------


def test_a_rewrite_of_the_same_size_and_time_is_seen(root, index):
    directory = write_deal(root, 1)
    files = [directory / "opportunity.yaml", directory / "history.yaml"]
    age(*files)
    assert titles(index) == {"opp-0000000001": "Flat 1"}
    write_deal(root, 1, [created(title="Flat 9")])
    age(*files)
    assert titles(index) == {"opp-0000000001": "Flat 9"}


def test_what_did_not_change_is_not_read_again(root, index, monkeypatch):
    write_deal(root, 1)
    index.refresh()
    paths = reads_of(monkeypatch)
    assert titles(index) == {"opp-0000000001": "Flat 1"}
    assert paths == []


def test_what_was_young_when_it_was_read_is_read_again(root, monkeypatch):
    write_deal(root, 1)
    with open_index(root) as first:
        first.refresh()
    paths = reads_of(monkeypatch)
    with open_index(root, clock_ns=old_enough) as second:
        second.refresh()
        assert len(paths) == 2
        second.refresh()
        assert len(paths) == 2


def test_one_changed_deal_leaves_the_chunks_of_others_alone(root, index):
    for number in range(300):
        write_deal(root, number)
    index.refresh()
    database = root / ".salescli" / "index.sqlite"

    def chunks() -> dict[int, bytes]:
        with sqlite3.connect(database) as db:
            found = dict(db.execute("SELECT number, blob FROM deals"))
        db.close()
        return found

    before = chunks()
    assert len(before) == 2
    write_deal(root, 7, [created(title="Seven")])
    index.refresh()
    after = chunks()
    [changed] = [number for number in before if before[number] != after[number]]
    assert "Seven" in {deal.title for deal in unpack_deals(after[changed])}
    assert index.record_count() == 300


def test_added_removed_and_renamed_records_are_seen(root, index):
    first, second = write_deal(root, 1), write_deal(root, 2)
    assert set(titles(index)) == {"opp-0000000001", "opp-0000000002"}
    shutil.rmtree(first)
    second.rename(second.with_name("other--opp-0000000002"))
    write_deal(root, 3, year=2025)
    assert set(titles(index)) == {"opp-0000000002", "opp-0000000003"}
    assert index.path_of("opp-0000000002") == "opportunities/2026/other--opp-0000000002"
    assert index.path_of("opp-0000000001") is None
    assert index.record_count() == 2


def test_a_removed_year_takes_its_deals_along(root, index):
    write_deal(root, 1, year=2025)
    write_deal(root, 2)
    assert len(titles(index)) == 2
    shutil.rmtree(root / "opportunities" / "2025")
    assert list(titles(index)) == ["opp-0000000002"]


def test_another_process_that_writes_the_index_meanwhile_does_no_harm(root, index, monkeypatch):
    write_deal(root, 1)
    index.refresh()
    write_deal(root, 2)
    original = index_module.scan_records
    intruded: list[bool] = []

    def scan(*arguments):
        found = original(*arguments)
        if not intruded:
            intruded.append(True)
            write_deal(root, 3)
            with open_index(root, clock_ns=old_enough) as other:
                other.refresh()
        return found

    monkeypatch.setattr(index_module, "scan_records", scan)
    assert len(titles(index)) == 3
    with sqlite3.connect(root / ".salescli" / "index.sqlite") as db:
        assert db.execute("SELECT sum(records) FROM chunk").fetchone() == (3,)
    db.close()


# --- a database that is no use -------------------------------------------------------------------


@pytest.mark.parametrize("offset", [0, 100, 5000, 20_000, 40_000, 60_000])
def test_a_corrupt_database_is_made_anew(root, offset):
    for number in range(60):
        write_deal(root, number)
    database = root / ".salescli" / "index.sqlite"
    with open_index(root, clock_ns=old_enough) as index:
        index.refresh()
        expected = titles(index)
    with database.open("r+b") as file:
        file.seek(offset)
        file.write(b"\x5a" * 3000)
    with open_index(root, clock_ns=old_enough) as index:
        assert titles(index) == expected
        assert sorted(facts.id for facts in index.facts()) == sorted(expected)
        assert index.invalid() == []


def test_a_database_that_is_none_is_made_anew(root, index):
    write_deal(root, 1)
    (root / ".salescli").mkdir()
    (root / ".salescli" / "index.sqlite").write_bytes(b"not a database at all" * 100)
    assert titles(index) == {"opp-0000000001": "Flat 1"}
    assert index.path_of("opp-0000000001") is not None


def test_a_database_of_another_version_is_made_anew(root, index):
    write_deal(root, 1)
    index.refresh()
    index.close()
    with sqlite3.connect(root / ".salescli" / "index.sqlite") as db:
        db.execute("PRAGMA user_version = 1")
        db.execute("UPDATE record SET id = 'opp-zzzzzzzzzz'")
    db.close()
    assert index.path_of("opp-zzzzzzzzzz") is None
    assert titles(index) == {"opp-0000000001": "Flat 1"}
    assert index.path_of("opp-zzzzzzzzzz") is None


@pytest.mark.parametrize("blocked", [".salescli", ".salescli/index.sqlite"])
def test_where_nothing_can_be_kept_it_is_computed(root, index, blocked):
    write_deal(root, 1)
    if blocked == ".salescli":
        (root / blocked).write_text("a file in the way")
    else:
        (root / blocked).mkdir(parents=True)
    assert titles(index) == {"opp-0000000001": "Flat 1"}
    write_deal(root, 2)
    assert len(titles(index)) == 2


def test_a_link_in_place_of_the_database_is_not_followed(root, index, tmp_path):
    write_deal(root, 1)
    precious = tmp_path / "precious"
    precious.write_bytes(b"")
    (root / ".salescli").mkdir()
    (root / ".salescli" / "index.sqlite").symlink_to(precious)
    assert titles(index) == {"opp-0000000001": "Flat 1"}
    assert precious.read_bytes() == b""


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


def forbid_writing(root: Path) -> None:
    for folder, _, _ in os.walk(root, topdown=False):
        os.chmod(folder, 0o555)
    if os.getuid() == 0:
        os.seteuid(65534)


@pytest.mark.parametrize("has_index", [False, True])
def test_a_store_that_may_not_be_written_can_be_read(nobody, has_index):
    write_deal(nobody, 1)
    if has_index:
        with open_index(nobody, clock_ns=old_enough) as index:
            index.refresh()
        write_deal(nobody, 2)
    forbid_writing(nobody)
    with open_index(nobody, clock_ns=old_enough) as index:
        assert len(titles(index)) == 1 + has_index
    assert (nobody / ".salescli").exists() == has_index


def test_a_folder_that_may_not_be_read_is_no_empty_folder(nobody):
    write_deal(nobody, 1)
    (nobody / "opportunities" / "2026").chmod(0)
    if os.getuid() == 0:
        os.seteuid(65534)
    with open_index(nobody) as index, pytest.raises(Failed) as caught:
        index.refresh()
    assert caught.value.findings[0].code == "no-permission"


# --- what is broken ------------------------------------------------------------------------------


def test_a_broken_file_is_carried_and_recovers_when_it_is_mended(root, index, monkeypatch):
    directory = write_deal(root, 1)
    write_deal(root, 2)
    good = (directory / "opportunity.yaml").read_bytes()
    (directory / "opportunity.yaml").write_bytes(good + b"title: again\n")
    broken = {"opportunities/2026/flat--opp-0000000001": ["duplicate-key"]}
    assert codes(index) == broken
    paths = reads_of(monkeypatch)
    assert codes(index) == broken  # from the index, without a look at the file
    assert paths == []
    assert list(titles(index)) == ["opp-0000000002"]
    (directory / "opportunity.yaml").write_bytes(good)
    assert codes(index) == {}
    assert len(titles(index)) == 2


def test_a_good_deal_that_breaks_leaves_the_lists(root, index):
    directory = write_deal(root, 1)
    assert len(titles(index)) == 1
    (directory / "history.yaml").write_text("- {broken\n")
    assert titles(index) == {}
    assert len(codes(index)) == 1
    assert index.record_count() == 0


def test_findings_of_the_index_have_their_place(root, index):
    directory = write_deal(root, 1)
    text = (directory / "opportunity.yaml").read_text().replace("budget:", "budget: much")
    (directory / "opportunity.yaml").write_text(text)
    index.refresh()
    [(_, [found])] = index.invalid()
    assert str(found.place) == "opportunities/2026/flat--opp-0000000001/opportunity.yaml:8:9"


def test_a_record_whose_name_is_not_utf8_is_told_and_the_others_are_there(root, index):
    deal, client = write_deal(root, 1), write_client(root, "account", 6, "Six")
    os.rename(os.fsencode(deal), os.fsencode(deal.parent) + b"/\xff" + os.fsencode(deal.name))
    os.rename(client, os.fsencode(client.parent) + b"/caf\xe9--acc-0000000006.yaml")
    write_deal(root, 2)
    for _ in range(2):  # as it is read, and as it is kept
        assert list(titles(index)) == ["opp-0000000002"]
        assert codes(index) == {
            "accounts/caf\\xe9--acc-0000000006.yaml": ["bad-file-name"],
            "opportunities/2026/\\xffflat--opp-0000000001": ["bad-file-name"],
        }
    for found in root.glob("*/**/*\udcff*"):
        shutil.rmtree(found)
    assert "opportunities/2026/\\xffflat--opp-0000000001" not in codes(index)


def test_the_lowest_ids_of_a_kind_stand_in_their_order(root, index):
    for number in (3, 1, 2):
        write_deal(root, number)
    write_client(root, "account", 6, "Six")
    index.refresh()
    assert lowest_ids(index, "opportunity", 2) == ["opp-0000000001", "opp-0000000002"]
    assert lowest_ids(index, "account", 9) == ["acc-0000000006"]
    assert lowest_ids(index, "lead", 9) == []


def test_what_is_missing_or_misnamed_is_told(root, index):
    without_history = write_deal(root, 1)
    (without_history / "history.yaml").unlink()
    without_facts = write_deal(root, 2)
    (without_facts / "opportunity.yaml").unlink()
    copied = write_deal(root, 3)
    copied.rename(copied.with_name("flat--opp-0000000004"))
    renamed = write_deal(root, 5)
    renamed.rename(renamed.with_name("flat-five"))
    write_client(root, "account", 6, "Six").rename(root / "accounts" / "six.yaml")
    assert codes(index) == {
        "accounts/six.yaml": ["misnamed-record"],
        "opportunities/2026/flat--opp-0000000001": ["missing-file"],
        "opportunities/2026/flat--opp-0000000002": ["missing-file"],
        "opportunities/2026/flat--opp-0000000004": ["id-not-of-path"],
        "opportunities/2026/flat-five": ["misnamed-record"],
    }
    assert titles(index) == {}


def test_what_is_no_record_is_passed_over(root, index):
    write_deal(root, 1)
    (root / "opportunities" / "2026" / "flat--opp-0000000009").mkdir()
    (root / "opportunities" / "2026" / "notes").mkdir()
    (root / "opportunities" / "2026" / "README").write_text("words")
    (root / "opportunities" / ".hidden").mkdir()
    (root / "accounts").mkdir()
    (root / "accounts" / "README.md").write_text("words")
    assert codes(index) == {}
    assert len(titles(index)) == 1


@pytest.mark.parametrize(
    "events",
    [
        [],
        [event(1, "2026-01-05T08:00:00", "noted", text="No beginning")],
        [created(), event(2, "2026-01-06T08:00:00", "changed", fields={"title": []})],
    ],
)
def test_a_history_that_makes_no_deal_is_told(root, index, events):
    write_deal(root, 1, events, facts={"title": "Flat 1", "client": "con-4c8t1m9zqa"} | {
        "stage": "qualification", "process": "real-estate",
    })  # fmt: skip
    assert list(codes(index)) == ["opportunities/2026/flat--opp-0000000001"]
    assert titles(index) == {}


def test_two_records_with_one_id_count_neither_and_recover(root, index):
    first = write_deal(root, 1)
    write_deal(root, 2)
    assert len(titles(index)) == 2
    twin = write_deal(root, 1, slug="copy")
    assert list(titles(index)) == ["opp-0000000002"]
    assert codes(index) == {
        "opportunities/2026/copy--opp-0000000001": ["id-twice"],
        "opportunities/2026/flat--opp-0000000001": ["id-twice"],
    }
    shutil.rmtree(first)
    assert set(titles(index)) == {"opp-0000000001", "opp-0000000002"}
    assert index.path_of("opp-0000000001") == f"opportunities/2026/{twin.name}"
    assert codes(index) == {}


def test_no_fifo_link_or_device_is_ever_opened(root, index, tmp_path):
    write_deal(root, 1)
    outside = write_deal(tmp_path / "elsewhere", 2)
    (root / "opportunities" / "2026" / outside.name).symlink_to(outside)
    linked = write_deal(root, 3)
    (linked / "history.yaml").unlink()
    (linked / "history.yaml").symlink_to(outside / "history.yaml")
    piped = write_deal(root, 4)
    (piped / "history.yaml").unlink()
    os.mkfifo(piped / "history.yaml")
    (root / "accounts").mkdir()
    os.mkfifo(root / "accounts" / "x.yaml")
    signal.alarm(20)  # a fifo that is opened waits for ever
    try:
        found = codes(index)
    finally:
        signal.alarm(0)
    assert {path: names[0] for path, names in found.items()} == {
        "accounts/x.yaml": "not-a-regular-file",
        "opportunities/2026/flat--opp-0000000002": "unsafe-path",
        "opportunities/2026/flat--opp-0000000003": "not-a-regular-file",
        "opportunities/2026/flat--opp-0000000004": "not-a-regular-file",
    }
    assert list(titles(index)) == ["opp-0000000001"]


def test_a_year_that_is_a_link_is_not_followed(root, index, tmp_path):
    write_deal(root, 1)
    write_deal(tmp_path / "elsewhere", 2, year=2025)
    (root / "opportunities" / "2025").symlink_to(tmp_path / "elsewhere" / "opportunities" / "2025")
    assert list(titles(index)) == ["opp-0000000001"]


def test_a_git_that_is_switching_is_waited_for_in_vain(root, index):
    write_deal(root, 1)
    (root / ".git").mkdir()
    (root / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    assert len(titles(index)) == 1
    (root / ".git" / "index.lock").touch()
    with pytest.raises(Clash) as caught:
        index.refresh()
    assert [found.code for found in caught.value.findings] == ["git-is-switching"]


# --- as of a day ---------------------------------------------------------------------------------


def as_of(index: Index, when: str) -> dict[str, Deal]:
    index.refresh()
    return {deal.id: deal for deal in index.deals_as_of(at(when))}


def test_a_past_day_has_the_deals_of_that_day_as_they_were(root, index):
    move = event(2, "2026-02-10T08:00:00", "moved", from_="qualification", to="key-contacts")
    write_deal(root, 1, [created(), move])
    write_deal(root, 2, [created("2026-03-01T08:00:00")])
    assert {key: deal.stage for key, deal in as_of(index, "2026-02-10T07:59:59").items()} == {
        "opp-0000000001": "qualification"
    }
    assert {key: deal.stage for key, deal in as_of(index, "2026-02-10T08:00:00").items()} == {
        "opp-0000000001": "key-contacts"
    }
    assert len(as_of(index, "2026-03-01T08:00:00")) == 2


def test_a_past_day_speaks_of_the_history_and_tells_that_a_hand_edited_it(root, index):
    write_deal(root, 1, facts={"title": "By hand", "client": "con-4c8t1m9zqa"} | {
        "stage": "key-contacts", "process": "real-estate",
    })  # fmt: skip
    [deal] = as_of(index, "2026-06-01T08:00:00").values()
    assert (deal.title, deal.stage, deal.differs) == ("Flat 1", "qualification", True)


BY_HAND = {"title": "By hand", "client": "con-4c8t1m9zqa", "stage": "key-contacts"} | {
    "process": "real-estate",
}


MOVE = event(2, "2026-02-10T08:00:00", "moved", from_="qualification", to="key-contacts")


def path_of(number: int) -> str:
    return f"opportunities/2026/flat--opp-{number:010}/history.yaml"


def test_the_first_past_day_reads_histories_and_later_ones_only_those_edited_by_hand(
    root, index, monkeypatch
):
    write_deal(root, 1, [created(), MOVE], facts=BY_HAND)
    write_deal(root, 2, [created(), MOVE])
    write_deal(root, 3, [created()])
    index.refresh()
    paths = reads_of(monkeypatch)
    assert len(list(index.deals_as_of(at("2026-02-01T08:00:00")))) == 3
    assert sorted(paths) == [path_of(1), path_of(2)]
    paths.clear()
    assert len(list(index.deals_as_of(at("2026-02-01T08:00:00")))) == 3
    assert paths == [path_of(1)]


def test_an_earlier_day_reads_the_histories_that_a_later_one_had_no_need_of(
    root, index, monkeypatch
):
    write_deal(root, 1, [created(), MOVE])
    write_deal(root, 2, [created(), MOVE | {"at": "2026-03-10T08:00:00Z"}])
    index.refresh()
    paths = reads_of(monkeypatch)
    for day, read in (("03-01", [path_of(2)]), ("02-01", [path_of(1)]), ("03-05", [])):
        found = {deal.id: deal.stage for deal in index.deals_as_of(at(f"2026-{day}T08:00:00"))}
        assert found["opp-0000000002"] == "qualification"
        assert paths == read
        paths.clear()


def test_after_a_change_only_the_history_of_that_deal_is_read_again(root, index, monkeypatch):
    for number in (1, 2):
        write_deal(root, number, [created(), MOVE])
    assert len(as_of(index, "2026-02-01T08:00:00")) == 2
    back = event(3, "2026-02-20T08:00:00", "moved", from_="key-contacts", to="qualification")
    write_deal(root, 2, [created(), MOVE, back])
    index.refresh()
    paths = reads_of(monkeypatch)
    found = {deal.id: deal.stage for deal in index.deals_as_of(at("2026-02-15T08:00:00"))}
    assert found == {"opp-0000000001": "key-contacts", "opp-0000000002": "key-contacts"}
    assert paths == [path_of(2)]


def test_a_history_that_changed_since_it_was_compared_is_not_kept_as_the_past(root, index):
    write_deal(root, 1, [created(), MOVE])
    index.refresh()
    write_deal(root, 1, [created(title="Other"), MOVE])
    assert len(list(index.deals_as_of(at("2026-02-01T08:00:00")))) == 1
    assert index._rows("SELECT count(*) FROM pasts") == [(1,)]
    (deal,) = as_of(index, "2026-02-01T08:00:00").values()
    assert (deal.title, deal.stage) == ("Other", "qualification")


def test_a_past_day_sees_what_is_not_on_disk_yet(root, index):
    folder = write_deal(root, 1, [created(), MOVE])
    history = (folder / "history.yaml").read_bytes()
    write_deal(root, 1, [created()])
    facts = (folder / "opportunity.yaml").read_bytes()
    where = str(folder.relative_to(root))
    staged = facts.replace(b"qualification", b"key-contacts")
    index.refresh({f"{where}/history.yaml": history, f"{where}/opportunity.yaml": staged})
    for day, stage in (("02-01", "qualification"), ("02-11", "key-contacts")):
        (deal,) = index.deals_as_of(at(f"2026-{day}T08:00:00"))
        assert deal.stage == stage


def test_a_past_day_is_told_where_the_index_cannot_be_written(root, index, monkeypatch):
    write_deal(root, 1, [created(), MOVE])
    index.refresh()

    def refuse(*_: object, **__: object) -> bool:
        error = sqlite3.OperationalError("attempt to write a readonly database")
        error.sqlite_errorcode = sqlite3.SQLITE_READONLY
        raise error

    written = database.write_unchanged
    monkeypatch.setattr(
        index_module,
        "write_unchanged",
        lambda *given: (refuse if index._is_stored else written)(*given),
    )
    for _ in range(2):
        (deal,) = index.deals_as_of(at("2026-02-01T08:00:00"))
        assert deal.stage == "qualification"
    assert not index._is_stored


@pytest.mark.parametrize("facts", [None, BY_HAND])
def test_several_days_at_once_are_those_of_each_day(root, index, monkeypatch, facts):
    move = event(2, "2026-02-10T08:00:00", "moved", from_="qualification", to="key-contacts")
    write_deal(root, 1, [created(), move], facts=facts)
    write_deal(root, 2, [created("2026-03-01T08:00:00")])
    index.refresh()
    paths = reads_of(monkeypatch)
    days = [at("2025-01-01T08:00:00"), at("2026-02-01T08:00:00"), at("2026-02-10T08:00:00"), None]
    every = list(index.deals_at(days))
    found = {states[-1].id: [deal and deal.stage for deal in states] for states in every}
    assert found == {
        "opp-0000000001": [None, "qualification", "key-contacts", "key-contacts"],
        "opp-0000000002": [None, None, None, "qualification"],
    }
    assert paths == [path_of(1)]


def test_a_deal_keeps_its_rivals_and_the_talks_that_were_done(root, index):
    call = {"title": "Call", "owner": "boris", "start": "2026-01-09T08:00:00Z"}
    events = [
        created(),
        event(2, "2026-01-06T08:00:00", "planned", activity="act-0000000001", type="call", **call),
        event(3, "2026-01-06T08:00:00", "planned", activity="act-0000000002", type="task", **call),
        event(4, "2026-01-06T08:00:00", "planned", activity="act-0000000003", type="call", **call),
        event(5, "2026-01-07T08:00:00", "done", activity="act-0000000001", result="done"),
        event(6, "2026-01-07T08:00:00", "done", activity="act-0000000002", result="done"),
        event(7, "2026-01-07T08:00:00", "cancelled", activity="act-0000000003"),
        event(8, "2026-01-08T08:00:00", "changed", fields={
            "competitors/skyline": [None, {"strengths": "cheap"}],
        }),
    ]  # fmt: skip
    write_deal(root, 1, events)
    (deal,) = as_of(index, "2026-01-08T08:00:00").values()
    assert [(talk.type, talk.owner) for talk in deal.talks] == [("call", "boris")]
    assert deal.rivals == ("skyline",)
    (before,) = as_of(index, "2026-01-06T08:00:00").values()
    assert (before.talks, before.rivals) == ((), ())


def test_open_activities_are_kept_whole(root, index):
    call = {"type": "call", "title": "Call", "owner": "anna", "start": "2026-01-09T08:00:00Z"}
    events = [
        created(),
        event(2, "2026-01-06T08:00:00", "planned", activity="act-0000000001", **call),
        event(3, "2026-01-06T08:00:00", "planned", activity="act-0000000002", **call),
        event(4, "2026-01-07T08:00:00", "cancelled", activity="act-0000000001"),
    ]
    write_deal(root, 1, events)
    index.refresh()
    ((one,),) = [facts.waiting for facts in index.facts()]
    assert (one.id, one.title, one.planned_at) == (
        "act-0000000002",
        "Call",
        datetime(2026, 1, 6, 8, tzinfo=UTC),
    )
    assert one.start_at == datetime(2026, 1, 9, 8, tzinfo=UTC)


def test_the_id_of_an_activity_is_as_short_as_its_neighbours_allow(root, index):
    call = {"type": "call", "title": "Call", "owner": "anna"}
    events = [
        created(),
        event(2, "2026-01-06T08:00:00", "planned", activity="act-7k2m9xq4tb", **call),
        event(3, "2026-01-06T08:00:00", "planned", activity="act-7k2m9yq4tb", **call),
        event(4, "2026-01-06T08:00:00", "posted", post="post-7k2m9yq4tb", text="Hello"),
    ]
    write_deal(root, 1, events)
    index.refresh()
    assert index.short_inner("act-7k2m9xq4tb") == "7k2m9x"
    assert index.short_inner("post-7k2m9yq4tb") == "7k2m"
    assert index.short_inner("act-9999999999") == "9999"  # not written yet


def test_paths_and_whole_deals_are_those_that_are_asked_for_one_by_one(root: Path, index: Index):
    for number in range(5):
        write_deal(root, number)
    index.refresh()
    ids = ["opp-0000000001", "opp-0000000003", "opp-9999999999"]
    found = {record_id: index.path_of(record_id) for record_id in ids[:2]}
    assert index.paths_of(ids) == found
    assert {deal.id: facts.id for deal, facts in index.whole_deals(ids)} == {
        record_id: record_id for record_id in ids[:2]
    }
    whole = sorted(index.whole_deals(), key=lambda both: both[0].id)
    assert [deal for deal, _ in whole] == sorted(index.deals(), key=lambda deal: deal.id)
    assert [facts for _, facts in whole] == sorted(index.facts(), key=lambda facts: facts.id)
