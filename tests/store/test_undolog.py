"""What the log keeps, and taking commands back."""

import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.model.errors import Clash, Damaged
from salescli.store import undolog
from salescli.store.changeset import Append, Change, ChangeSet, Remove, Write, hash_bytes
from salescli.store.files import RealFileSystem
from salescli.store.journal import apply_changeset
from salescli.store.transaction import Transaction
from salescli.store.undolog import (
    Appended,
    FileHashes,
    append_entry,
    build_hashes,
    clear_log,
    format_entry,
    latest_redoable,
    parse_entry,
    plan_revert,
    read_changeset,
    read_entries,
    read_settled_appends,
    undoable,
)
from tests.store.recording import AT, build_changeset, quick_file_system, read_tree, write_tree

FS = quick_file_system()
DEAL = "opportunities/2026/mill--opp-3w8d1n6k2z"
FACTS, HISTORY = f"{DEAL}/opportunity.yaml", f"{DEAL}/history.yaml"


def _run(root: Path, **files: bytes | None) -> str:
    """One command that writes these files (`__` for `/`), removes those with None."""
    transaction = Transaction(FS, root)
    for name, data in files.items():
        path = name.replace("__", "/") + ".yaml"
        if data is None:
            transaction.remove(path)
        else:
            transaction.write(path, data)
    return apply_changeset(FS, root, transaction.changeset("words", "set", "anna", AT))


def _create_deal(root: Path) -> str:
    transaction = Transaction(FS, root)
    transaction.write(FACTS, b"stage: new\n")
    transaction.write(HISTORY, b"- created\n")
    return apply_changeset(FS, root, transaction.changeset("new deal", "create", "anna", AT))


def _change_deal(root: Path, stage: bytes, event: bytes) -> str:
    transaction = Transaction(FS, root)
    transaction.write(FACTS, b"stage: " + stage + b"\n")
    transaction.append(HISTORY, b"- " + event + b"\n")
    return apply_changeset(FS, root, transaction.changeset("moved", "advance", "anna", AT))


def _revert(root: Path, entry_id: str, kind: str, facts: bytes | None = None) -> str:
    """What the use case of undo and redo does; `facts` stands for what the fold says."""
    transaction = Transaction(FS, root)
    settled = read_settled_appends(root, entry_id)
    revert = plan_revert(read_changeset(root, entry_id), transaction, settled)
    for change in revert.plain:
        if isinstance(change, Write):
            transaction.write(change.path, change.after)
        else:
            transaction.remove(change.path)
    for appended in revert.appended:
        transaction.append(appended.path, b"- voided " + appended.data[2:])
    for path in revert.recomputed:
        assert facts is not None
        transaction.write(path, facts)
    changeset = transaction.changeset(
        "undone",
        kind,
        "anna",
        AT,
        kind=kind,  # type: ignore[arg-type]
        reverts=entry_id,
    )
    return apply_changeset(FS, root, changeset)


def _undo(root: Path, facts: bytes | None = None) -> str:
    entry = next(iter(undoable(read_entries(root))), None)
    assert entry is not None
    return _revert(root, entry.id, "undo", facts)


def _redo(root: Path, facts: bytes | None = None) -> str:
    entry = latest_redoable(read_entries(root))
    assert entry is not None
    return _revert(root, entry.id, "redo", facts)


paths = st.text(min_size=1, max_size=8)
changes = (
    st.builds(Write, paths, st.none() | st.binary(max_size=20), st.binary(max_size=20))
    | st.builds(Append, paths, st.integers(0, 99), st.just("0" * 64), st.binary(max_size=20))
    | st.builds(Remove, paths, st.binary(max_size=20))
)
changesets = st.builds(
    ChangeSet,
    changes=st.lists(changes, max_size=4).map(tuple),
    words=st.text(max_size=9),
    command=st.text(max_size=9),
    actor=st.text(max_size=9),
    at=st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 1)),
    record_ids=st.lists(st.text(max_size=9), max_size=3).map(tuple),
    kind=st.sampled_from(["command", "undo", "redo"]),
    reverts=st.text(max_size=9),
)


@settings(deadline=None)
@given(changesets)
def test_an_entry_reads_back_as_it_was(changeset: ChangeSet) -> None:
    assert parse_entry(format_entry("00000007", changeset), "log") == ("00000007", changeset)


def test_an_entry_of_another_time_zone_is_the_same_moment() -> None:
    at = datetime(2026, 11, 2, 12, 12, tzinfo=timezone(timedelta(hours=2)))
    changeset = build_changeset(Write("a", None, b"x"))
    other = ChangeSet(changeset.changes, "w", "c", "a", at)
    assert parse_entry(format_entry("1", other), "log")[1].at == AT


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_other_bytes_are_damage(data: bytes) -> None:
    with pytest.raises(Damaged) as caught:
        parse_entry(data, ".salescli/log/1")
    assert caught.value.findings[0].code == "log-damaged"


def test_entries_are_newest_first_and_small(tmp_path: Path) -> None:
    text = b"the same line again and again\n" * 1000
    _run(tmp_path, a=text)
    second = _run(tmp_path, a=None, b=b"x\n")
    first, other = read_entries(tmp_path)
    assert (first.id, first.file_count, first.state, first.words) == (second, 2, "done", "words")
    assert (other.actor, other.at, other.command, other.file_count) == ("anna", AT, "set", 1)
    assert (tmp_path / ".salescli/log" / other.id).stat().st_size < 1000
    assert read_changeset(tmp_path, other.id).changes == (Write("a.yaml", None, text),)


def test_hashes_tell_what_stood_and_what_stands(tmp_path: Path) -> None:
    a, b = hash_bytes(b"a"), hash_bytes(b"b")
    changes: list[Change] = [
        Write("1", b"a", b"b"),
        Write("2", None, b"b"),
        Remove("3", b"a"),
        Append("4", 1, a, b"b"),
    ]
    assert build_hashes(build_changeset(*changes)) == (
        FileHashes("1", a, b),
        FileHashes("2", None, b),
        FileHashes("3", a, None),
        FileHashes("4", a, b),
    )


def test_a_store_without_a_log_has_no_entries(tmp_path: Path) -> None:
    assert read_entries(tmp_path) == []
    assert undoable([]) == []
    assert latest_redoable([]) is None
    for entry_id, code in (("00000001", "log-damaged"), ("../lock", "unsafe-path")):
        with pytest.raises(Damaged) as caught:
            read_changeset(tmp_path, entry_id)
        assert caught.value.findings[0].code == code


def test_a_damaged_entry_is_told_with_its_file(tmp_path: Path) -> None:
    entry_id = _run(tmp_path, a=b"x\n")
    path = tmp_path / ".salescli/log" / entry_id
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(Damaged) as caught:
        read_entries(tmp_path)
    assert str(caught.value.findings[0].place) == f".salescli/log/{entry_id}"


def test_the_log_keeps_the_last_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undolog, "KEPT_ENTRIES", 3)
    ids = [_run(tmp_path, a=b"%d\n" % n) for n in range(5)]
    assert [entry.id for entry in read_entries(tmp_path)] == ids[:1:-1]
    assert ids == sorted(set(ids))


def test_the_log_keeps_no_more_bytes_than_it_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undolog, "KEPT_BYTES", 25_000)
    ids = [_run(tmp_path, **{f"f{n}": os.urandom(10_000)}) for n in range(4)]
    assert [entry.id for entry in read_entries(tmp_path)] == [ids[3], ids[2]]
    huge = _run(tmp_path, big=os.urandom(60_000))
    assert [entry.id for entry in read_entries(tmp_path)] == [huge]


def test_the_log_can_be_emptied_and_ids_begin_anew(tmp_path: Path) -> None:
    _run(tmp_path, a=b"secret\n")
    clear_log(RealFileSystem(), tmp_path)
    assert read_entries(tmp_path) == []
    assert append_entry(RealFileSystem(), tmp_path, build_changeset()) == "00000001"
    assert read_changeset(tmp_path, "00000001") == build_changeset()


def test_plain_files_go_back_and_forth(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a.yaml": b"old\n", "c.yaml": b"gone\n"})
    old = read_tree(tmp_path)
    _run(tmp_path, a=b"new\n", dir__b=b"born\n", c=None)
    new = read_tree(tmp_path)
    _undo(tmp_path)
    assert read_tree(tmp_path) == old
    assert not (tmp_path / "dir").exists()
    _redo(tmp_path)
    assert read_tree(tmp_path) == new
    _undo(tmp_path)
    assert read_tree(tmp_path) == old


def test_several_commands_are_undone_and_redone_in_turn(tmp_path: Path) -> None:
    for data in (b"1\n", b"2\n", b"3\n"):
        _run(tmp_path, a=data)
    seen = []
    for step in (_undo, _undo, _redo, _redo, _undo, _undo, _undo):
        step(tmp_path)
        seen.append(read_tree(tmp_path).get("a.yaml"))
    assert seen == [b"2\n", b"1\n", b"2\n", b"3\n", b"2\n", b"1\n", None]
    assert undoable(read_entries(tmp_path)) == []


def test_states_tell_what_holds(tmp_path: Path) -> None:
    _run(tmp_path, a=b"1\n")
    _undo(tmp_path)
    assert [(e.kind, e.state) for e in read_entries(tmp_path)] == [
        ("undo", "done"),
        ("command", "undone"),
    ]
    _redo(tmp_path)
    assert [(e.kind, e.state) for e in read_entries(tmp_path)] == [
        ("redo", "done"),
        ("undo", "undone"),
        ("command", "done"),
    ]


def test_after_another_command_nothing_is_redone(tmp_path: Path) -> None:
    _run(tmp_path, a=b"1\n")
    _undo(tmp_path)
    assert latest_redoable(read_entries(tmp_path)) is not None
    _run(tmp_path, b=b"1\n")
    assert latest_redoable(read_entries(tmp_path)) is None


def test_all_files_that_changed_since_are_listed(tmp_path: Path) -> None:
    write_tree(tmp_path, {"d.yaml": b"1\n", "e.yaml": b"1\n"})
    _run(tmp_path, a=b"1\n", b=b"1\n", c=b"1\n", d=None, e=b"2\n")
    write_tree(tmp_path, {"a.yaml": b"hand\n", "d.yaml": b"1\n"})
    (tmp_path / "b.yaml").unlink()
    before = read_tree(tmp_path)
    with pytest.raises(Clash) as caught:
        _undo(tmp_path)
    assert [(f.code, str(f.place)) for f in caught.value.findings] == [
        ("changed-since", "a.yaml"),
        ("changed-since", "b.yaml"),
        ("changed-since", "d.yaml"),
    ]
    assert read_tree(tmp_path) == before


def test_a_history_is_not_cut_and_its_facts_are_the_callers(tmp_path: Path) -> None:
    _create_deal(tmp_path)
    entry_id = _change_deal(tmp_path, b"won", b"closed")
    revert = plan_revert(read_changeset(tmp_path, entry_id), Transaction(FS, tmp_path))
    assert revert.plain == ()
    assert revert.appended == (Appended(HISTORY, b"- closed\n"),)
    assert list(revert.recomputed) == [FACTS]
    assert b"won" not in revert.recomputed[FACTS]


def test_new_files_beside_a_history_are_plain(tmp_path: Path) -> None:
    _create_deal(tmp_path)
    transaction = Transaction(FS, tmp_path)
    transaction.append(HISTORY, b"- attached\n")
    transaction.write(f"{DEAL}/files/plan.pdf", b"%PDF")
    transaction.write(f"{DEAL}/note.txt", b"x")
    changeset = transaction.changeset("w", "attach", "anna", AT)
    apply_changeset(FS, tmp_path, changeset)
    revert = plan_revert(changeset, Transaction(FS, tmp_path))
    assert revert.plain == (
        Remove(f"{DEAL}/files/plan.pdf", b"%PDF"),
        Remove(f"{DEAL}/note.txt", b"x"),
    )
    assert revert.recomputed == {}


def test_a_record_that_the_command_made_goes_whole_and_comes_back(tmp_path: Path) -> None:
    write_tree(tmp_path, {"team.yaml": b"people:\n"})
    _create_deal(tmp_path)
    made = read_tree(tmp_path)
    _undo(tmp_path)
    assert read_tree(tmp_path) == {"team.yaml": b"people:\n"}
    assert not (tmp_path / "opportunities").exists()
    _redo(tmp_path)
    assert read_tree(tmp_path) == made


@pytest.mark.parametrize("stray", [f"{DEAL}/files/plan.pdf", f"{DEAL}/note.txt"])
def test_a_record_in_which_somebody_put_a_file_stays(tmp_path: Path, stray: str) -> None:
    _create_deal(tmp_path)
    write_tree(tmp_path, {stray: b"mine"})
    before = read_tree(tmp_path)
    with pytest.raises(Clash) as caught:
        _undo(tmp_path)
    assert [str(f.place) for f in caught.value.findings] == [stray]
    assert read_tree(tmp_path) == before


def test_a_record_that_somebody_wrote_to_since_stays(tmp_path: Path) -> None:
    entry_id = _create_deal(tmp_path)
    _change_deal(tmp_path, b"next", b"moved")
    with pytest.raises(Clash) as caught:
        _revert(tmp_path, entry_id, "undo")
    assert [str(f.place) for f in caught.value.findings] == [HISTORY, FACTS]


@pytest.mark.parametrize("line", [b"- theirs\n", b"- moved\n", b"x"])
def test_a_history_that_grew_since_refuses(tmp_path: Path, line: bytes) -> None:
    _create_deal(tmp_path)
    _change_deal(tmp_path, b"next", b"moved")
    with (tmp_path / HISTORY).open("ab") as history:
        history.write(line)
    with pytest.raises(Clash) as caught:
        _undo(tmp_path, b"stage: new\n")
    assert [str(f.place) for f in caught.value.findings] == [HISTORY]


def test_a_history_whose_past_was_rewritten_refuses(tmp_path: Path) -> None:
    _create_deal(tmp_path)
    _change_deal(tmp_path, b"next", b"moved")
    path = tmp_path / HISTORY
    path.write_bytes(path.read_bytes().replace(b"created", b"CREATED"))
    with pytest.raises(Clash):
        _undo(tmp_path, b"stage: new\n")


def test_one_deal_is_undone_step_by_step_to_its_birth_and_back(tmp_path: Path) -> None:
    """Each undo leaves a `voided`: it must not count as a change since for the one before."""
    _create_deal(tmp_path)
    _change_deal(tmp_path, b"second", b"to second")
    _change_deal(tmp_path, b"third", b"to third")
    _undo(tmp_path, b"stage: second\n")
    _undo(tmp_path, b"stage: new\n")
    assert read_tree(tmp_path) == {
        FACTS: b"stage: new\n",
        HISTORY: b"- created\n- to second\n- to third\n- voided to third\n- voided to second\n",
    }
    _redo(tmp_path, b"stage: second\n")
    _undo(tmp_path, b"stage: new\n")
    _undo(tmp_path)
    assert read_tree(tmp_path) == {}
    _redo(tmp_path)
    assert read_tree(tmp_path)[FACTS] == b"stage: new\n"
    assert read_tree(tmp_path)[HISTORY].endswith(b"- voided voided voided to second\n")
