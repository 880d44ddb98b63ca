"""The protocol call by call: the n-th call fails, files change, directories are read-only."""

import errno
import os
from pathlib import Path

import pytest

from salescli.model.errors import Clash, Damaged, Failed
from salescli.store import steps
from salescli.store.changeset import Append, ChangeSet, Remove, Write, hash_bytes
from salescli.store.files import RealFileSystem
from salescli.store.journal import JOURNAL, apply_changeset, discard, has_journal, recover
from salescli.store.undolog import read_changeset, read_entries
from tests.store.recording import (
    CHANGES,
    NEW,
    OLD,
    build_changeset,
    fail_at,
    quick_file_system,
    read_tree,
    record_into,
    write_tree,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "store"
    write_tree(root, OLD)
    return root


def _count_calls(tmp_path: Path) -> int:
    calls: list[tuple[object, ...]] = []
    write_tree(tmp_path / "counted", OLD)
    apply_changeset(
        record_into(calls, tmp_path / "counted"), tmp_path / "counted", build_changeset()
    )
    return len(calls)


def _first_call(root: Path, name: str) -> int:
    """The number of the first call of that name, as `fail_at` counts."""
    calls: list[tuple[object, ...]] = []
    other = root.parent / "other"
    write_tree(other, OLD)
    apply_changeset(record_into(calls, other), other, build_changeset())
    return [call[0] for call in calls].index(name)


def _interrupt_at(root: Path, number: int) -> None:
    """Leave the store as a kill before call `number` does."""
    with pytest.raises(KeyboardInterrupt):
        apply_changeset(
            fail_at(number, KeyboardInterrupt(), for_good=True), root, build_changeset()
        )


def _commit_only(root: Path) -> None:
    """Leave a committed journal and nothing of what it brings."""
    _interrupt_at(root, _first_call(root, "rename") + 1)
    assert has_journal(root)
    assert read_tree(root) == OLD


def test_a_set_is_applied_and_logged(root: Path) -> None:
    entry_id = apply_changeset(RealFileSystem(), root, build_changeset())
    assert read_tree(root) == NEW
    assert not (root / "gone").exists()
    assert not has_journal(root)
    assert read_changeset(root, entry_id) == build_changeset()


def test_an_empty_set_writes_nothing_at_all(root: Path) -> None:
    empty = ChangeSet((), "", "", "anna", build_changeset().at)
    assert apply_changeset(RealFileSystem(), root, empty) == ""
    assert not (root / ".salescli").exists()


@pytest.mark.parametrize("limit", [0, steps.SMALL_SET])
@pytest.mark.parametrize("after_half", [False, True])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_a_failure_at_any_call_leaves_all_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, after_half: bool, limit: int
) -> None:
    monkeypatch.setattr(steps, "SMALL_SET", limit)
    failed = completed = 0
    for call in range(_count_calls(tmp_path)):
        root = tmp_path / f"{call}"
        write_tree(root, OLD)
        error = OSError(number, os.strerror(number), str(root / "somewhere"))
        with pytest.raises(Failed) as caught:
            apply_changeset(fail_at(call, error, after_half=after_half), root, build_changeset())
        said = caught.value.findings[0]
        assert caught.value.exit_code == 6
        assert f": {os.strerror(number)}." in said.text
        assert said.place is not None
        if said.code == "not-finished":
            completed += 1
            was_logged = _is_logged(root)
            assert recover(quick_file_system(), root) is not was_logged
            assert read_tree(root) == NEW
        else:
            failed += 1
            assert read_tree(root) == OLD  # temporary files are gone, too
            assert recover(quick_file_system(), root) is False
    assert failed > completed > 0


@pytest.mark.parametrize(
    ("broken", "path", "good_calls"),
    [
        ("pwrite", ".salescli/.salescli-tmp-journal", 0),
        ("pwrite", "team.yaml", 1),
        ("pwrite", "deals/x/history.yaml", 2),
        ("fsync", ".salescli/.salescli-tmp-journal", 0),
    ],
)
def test_a_failure_names_the_file_though_the_system_does_not(
    root: Path, monkeypatch: pytest.MonkeyPatch, broken: str, path: str, good_calls: int
) -> None:
    real = getattr(os, broken)
    left = good_calls

    def fail(*arguments: object) -> object:
        nonlocal left
        left -= 1
        if left == -1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments)

    monkeypatch.setattr(os, broken, fail)
    with pytest.raises(Failed) as caught:
        apply_changeset(RealFileSystem(), root, build_changeset())
    said = caught.value.findings[0]
    assert said.text == f"{path}: {os.strerror(errno.ENOSPC)}. Nothing was changed."
    assert said.code == "disk-full"


def test_a_full_disk_is_met_before_the_point_of_no_return(tmp_path: Path) -> None:
    calls: list[tuple[object, ...]] = []
    write_tree(tmp_path, OLD)
    apply_changeset(record_into(calls, tmp_path), tmp_path, build_changeset())
    names = [call[0] for call in calls if call[:2] != ("mkdir", ".salescli/log")]
    first_final = names.index("rename", names.index("rename") + 1)
    assert not {"write_new", "write_at", "mkdir"} & set(names[first_final:])


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("after_half", [False, True])
def test_a_disk_that_fails_for_good_at_any_call_leaves_all_or_nothing(
    tmp_path: Path, number: int, after_half: bool
) -> None:
    seen = set()
    for call in range(_count_calls(tmp_path)):
        root = tmp_path / f"{call}"
        write_tree(root, OLD)
        broken = fail_at(
            call, OSError(number, os.strerror(number)), for_good=True, after_half=after_half
        )
        with pytest.raises(Failed):
            apply_changeset(broken, root, build_changeset())
        was_committed = recover(quick_file_system(), root)
        assert read_tree(root) == (NEW if was_committed or _is_logged(root) else OLD)
        seen.add(was_committed)
    assert seen == {True, False}


def _is_logged(root: Path) -> bool:
    """Whether all was done; what failed was to make the journal's end durable."""
    return [entry.words for entry in read_entries(root)] == ["moved"]


@pytest.mark.parametrize("after_half", [False, True])
@pytest.mark.parametrize("for_good", [False, True])
def test_an_interrupt_at_any_call_leaves_all_or_nothing(
    tmp_path: Path, after_half: bool, for_good: bool
) -> None:
    outcomes = set()
    for call in range(_count_calls(tmp_path)):
        root = tmp_path / f"{call}"
        write_tree(root, OLD)
        stopped = fail_at(call, KeyboardInterrupt(), for_good=for_good, after_half=after_half)
        with pytest.raises(KeyboardInterrupt):
            apply_changeset(stopped, root, build_changeset())
        recover(quick_file_system(), root)
        tree = read_tree(root)
        assert tree in (OLD, NEW)
        outcomes.add(tree == NEW)
    assert outcomes == {True, False}


def test_recovery_may_be_interrupted_at_any_call_and_done_again(root: Path, tmp_path: Path) -> None:
    _commit_only(root)
    calls: list[tuple[object, ...]] = []
    recover(record_into(calls, root), root)
    assert len(calls) > 12
    for call in range(len(calls)):
        root = tmp_path / f"interrupted{call}" / "store"
        write_tree(root, OLD)
        _commit_only(root)
        with pytest.raises(KeyboardInterrupt):
            recover(fail_at(call, KeyboardInterrupt(), for_good=True, after_half=True), root)
        recover(quick_file_system(), root)
        assert read_tree(root) == NEW
        assert recover(quick_file_system(), root) is False
        assert read_tree(root) == NEW


def test_an_uncommitted_journal_is_swept(root: Path) -> None:
    _interrupt_at(root, 3)  # before its fsync
    assert [path.name for path in (root / ".salescli").iterdir()] == [".salescli-tmp-journal"]
    assert recover(RealFileSystem(), root) is False
    assert list((root / ".salescli").iterdir()) == []
    assert read_tree(root) == OLD


@pytest.mark.parametrize("tail", [b"", b"- ", b'- {"seq":2}', b"- \0\0\0\0\0", bytes(12)])
def test_a_torn_append_counts_as_what_stood_there(root: Path, tail: bytes) -> None:
    _commit_only(root)
    history = root / "deals/x/history.yaml"
    history.write_bytes(OLD["deals/x/history.yaml"] + tail)
    assert recover(RealFileSystem(), root) is True
    assert read_tree(root) == NEW


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("team.yaml", b"people: somebody else's\n"),
        ("deals/x/history.yaml", b'- {"seq":1}\n- {"seq":7}\n'),
        ("deals/x/history.yaml", b'- {"seq":0}\n'),
        ("deals/x/history.yaml", b""),
        ("deals/x/history.yaml", NEW["deals/x/history.yaml"] + b"- {}\n"),
        ("deals/x/history.yaml", NEW["deals/x/history.yaml"] + b"\0"),
        ("deals/new/opportunity.yaml", b"title: not ours\n"),
        ("gone/note.yaml", b"note: stays, please\n"),
    ],
)
def test_recovery_stops_before_a_file_that_somebody_else_wrote(
    root: Path, path: str, data: bytes
) -> None:
    _commit_only(root)
    write_tree(root, {path: data})
    with pytest.raises(Clash) as caught:
        recover(RealFileSystem(), root)
    assert [(f.code, str(f.place)) for f in caught.value.findings] == [("journal-stuck", path)]
    assert read_tree(root) == {**OLD, path: data}  # nothing else was touched
    assert has_journal(root)


def test_all_files_that_stop_recovery_are_listed(root: Path) -> None:
    _commit_only(root)
    (root / "team.yaml").write_bytes(b"x")
    (root / "deals/x/history.yaml").unlink()
    with pytest.raises(Clash) as caught:
        apply_changeset(RealFileSystem(), root, build_changeset(Write("z.yaml", None, b"z")))
    places = [str(found.place) for found in caught.value.findings]
    assert places == ["team.yaml", "deals/x/history.yaml"]


def test_an_interrupted_set_can_be_given_up(root: Path) -> None:
    calls: list[tuple[object, ...]] = []
    write_tree(root.parent / "other", OLD)
    apply_changeset(
        record_into(calls, root.parent / "other"), root.parent / "other", build_changeset()
    )
    _interrupt_at(root, [call[0] for call in calls].index("unlink"))
    discard(RealFileSystem(), root)
    assert read_tree(root) == {**NEW, "gone/note.yaml": OLD["gone/note.yaml"]}
    assert recover(RealFileSystem(), root) is False


def test_giving_up_leaves_no_temporary_files(root: Path) -> None:
    calls: list[tuple[object, ...]] = []
    write_tree(root.parent / "other", OLD)
    apply_changeset(
        record_into(calls, root.parent / "other"), root.parent / "other", build_changeset()
    )
    _interrupt_at(root, [call[0] for call in calls].index("write_at"))
    assert ".salescli-tmp-0" in read_tree(root)
    discard(RealFileSystem(), root)
    assert read_tree(root) == OLD


def test_a_journal_cut_at_any_byte_or_altered_is_damage(root: Path) -> None:
    _commit_only(root)
    whole = (root / JOURNAL).read_bytes()
    altered = [whole[:n] + bytes([whole[n] ^ 1]) + whole[n + 1 :] for n in range(len(whole))]
    for data in [*(whole[:n] for n in range(len(whole))), *altered, whole + b"x"]:
        (root / JOURNAL).write_bytes(data)
        with pytest.raises(Damaged) as caught:
            recover(RealFileSystem(), root)
        assert caught.value.findings[0].code == "journal-damaged"
    assert read_tree(root) == OLD


def test_a_committed_journal_in_a_read_only_directory_waits(root: Path) -> None:
    _commit_only(root)
    read_only = fail_at(0, OSError(errno.EROFS, os.strerror(errno.EROFS)), for_good=True)
    with pytest.raises(Clash) as caught:
        recover(read_only, root)
    assert caught.value.exit_code == 5
    assert caught.value.findings[0].code == "journal-waiting"


def test_the_next_set_completes_the_interrupted_one_first(root: Path) -> None:
    _commit_only(root)
    apply_changeset(RealFileSystem(), root, build_changeset(Write("z.yaml", None, b"z: 1\n")))
    assert read_tree(root) == {**NEW, "z.yaml": b"z: 1\n"}
    assert [entry.file_count for entry in read_entries(root)] == [1, 4]


@pytest.mark.parametrize(
    "change",
    [
        Write("team.yaml", b"as it was last week\n", b"x\n"),
        Write("team.yaml", None, b"x\n"),
        Write("missing.yaml", b"was here\n", b"x\n"),
        Append("deals/x/history.yaml", 3, hash_bytes(b"abc"), b"x\n"),
        Append("missing.yaml", 0, hash_bytes(b""), b"x\n"),
        Remove("team.yaml", b"as it was last week\n"),
        Remove("missing.yaml", b"was here\n"),
    ],
)
def test_a_set_made_from_other_contents_is_refused(
    root: Path, change: Write | Append | Remove
) -> None:
    good = Write("another.yaml", None, b"good\n")
    with pytest.raises(Clash) as caught:
        apply_changeset(RealFileSystem(), root, build_changeset(good, change))
    assert [(f.code, str(f.place)) for f in caught.value.findings] == [
        ("changed-since", change.path)
    ]
    assert read_tree(root) == OLD


@pytest.mark.parametrize("number", [1, 3])
def test_what_we_may_not_write_is_met_before_the_commit(
    root: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """An append or a removal that can't be done would stop every later command."""
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    change = CHANGES[number]
    with pytest.raises(Failed) as caught:
        apply_changeset(RealFileSystem(), root, build_changeset(change))
    assert str(caught.value) == f"{change.path}: {os.strerror(errno.EACCES)}."
    assert list(root.glob(".salescli/*")) == []


def test_two_changes_of_one_file_are_a_mistake_of_the_caller(root: Path) -> None:
    twice = build_changeset(Write("a.yaml", None, b"1"), Write("a.yaml", None, b"2"))
    with pytest.raises(ValueError, match=r"two changes of a\.yaml"):
        apply_changeset(RealFileSystem(), root, twice)


def test_the_old_mode_is_kept_and_new_files_follow_the_umask(root: Path) -> None:
    before = os.umask(0o002)
    try:
        (root / "team.yaml").chmod(0o640)
        (root / "deals/x/history.yaml").chmod(0o660)
        apply_changeset(RealFileSystem(), root, build_changeset())
    finally:
        os.umask(before)
    modes = {path: (root / path).stat().st_mode & 0o7777 for path in NEW}
    assert modes["team.yaml"] == 0o640
    assert modes["deals/x/history.yaml"] == 0o660
    assert modes["deals/new/opportunity.yaml"] == 0o664
    assert (root / "deals/new").stat().st_mode & 0o777 == 0o775


def test_a_large_set_costs_two_syncs_of_the_file_system(tmp_path: Path) -> None:
    calls: list[tuple[object, ...]] = []
    count = steps.SMALL_SET + 1
    changes = [Write(f"d{n}/f.yaml", None, b"x\n") for n in range(count)]
    apply_changeset(record_into(calls, tmp_path), tmp_path, build_changeset(*changes))
    names = [call[0] for call in calls]
    assert names.count("syncfs") == 2
    assert names.count("fsync_file") == 1  # the journal
    assert len(read_tree(tmp_path)) == count


def test_without_syncfs_each_file_is_synced(tmp_path: Path) -> None:
    class Without(RealFileSystem):
        synced = 0

        def syncfs(self, path: str) -> bool:
            return False

        def fsync_file(self, path: str) -> None:
            self.synced += 1
            super().fsync_file(path)

    fs = Without()
    changes = [Write(f"f{n}.yaml", None, b"x\n") for n in range(steps.SMALL_SET + 1)]
    apply_changeset(fs, tmp_path, build_changeset(*changes))
    assert fs.synced == len(changes) + 1


@pytest.mark.parametrize("path", [".git/hooks/post-checkout", ".GIT/config", ".salescli/lock"])
def test_no_set_reaches_into_git_or_our_own_files(root: Path, path: str) -> None:
    with pytest.raises(Damaged) as caught:
        apply_changeset(RealFileSystem(), root, build_changeset(Write(path, None, b"x")))
    assert caught.value.findings[0].code == "unsafe-path"
    assert read_tree(root) == OLD


def test_no_set_is_written_through_a_linked_directory(root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (root / "linked").symlink_to(tmp_path / "outside")
    with pytest.raises(Damaged) as caught:
        apply_changeset(RealFileSystem(), root, build_changeset(Write("linked/f", None, b"x")))
    assert caught.value.findings[0].code == "unsafe-path"
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_link_in_the_place_of_a_temporary_file_is_not_followed(
    root: Path, tmp_path: Path
) -> None:
    (tmp_path / "victim").write_bytes(b"precious")
    (root / ".salescli-tmp-0").symlink_to(tmp_path / "victim")
    apply_changeset(RealFileSystem(), root, build_changeset())
    assert (tmp_path / "victim").read_bytes() == b"precious"
    assert read_tree(root) == NEW
