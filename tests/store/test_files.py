"""Reading what nobody can trick, and the raw operations of writing."""

import errno
import os
import socket
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from salescli.model.errors import Damaged, Failed
from salescli.store.files import (
    RealFileSystem,
    build_failure,
    check_path,
    check_writable_path,
    read_file,
    read_if_there,
)


def _code(caught: pytest.ExceptionInfo[Damaged]) -> str:
    return caught.value.findings[0].code


def test_a_regular_file_is_read_whole(tmp_path: Path) -> None:
    data = os.urandom(3_000_000)
    (tmp_path / "a").mkdir()
    (tmp_path / "a/f").write_bytes(data)
    assert read_file(tmp_path, "a/f") == data
    assert read_file(tmp_path, "a/f", 3_000_000) == data


def test_an_empty_file_is_no_missing_file(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"")
    assert read_if_there(tmp_path, "f") == b""
    assert read_if_there(tmp_path, "g") is None
    assert read_if_there(tmp_path, "no/such/directory") is None
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path, "g")


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"12345")
    with pytest.raises(Damaged) as caught:
        read_file(tmp_path, "f", 4)
    assert _code(caught) == "too-large"
    assert "5 bytes; at most 4" in caught.value.findings[0].text


@pytest.mark.parametrize("kind", ["fifo", "link", "dangling link", "directory", "socket", "device"])
def test_what_is_no_regular_file_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """A fifo named like a record would block an open for ever."""
    path = tmp_path / "x.yaml"
    monkeypatch.chdir(tmp_path)  # a socket's whole path has to be short
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "link":
        (tmp_path / "real.yaml").write_bytes(b"a: 1\n")
        path.symlink_to("real.yaml")
    elif kind == "dangling link":
        path.symlink_to("nowhere")
    elif kind == "directory":
        path.mkdir()
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("x.yaml")
    else:
        path = Path("/dev/null")
        tmp_path = Path("/dev")
    with pytest.raises(Damaged) as caught:
        read_file(tmp_path, path.name)
    assert _code(caught) == "not-a-regular-file"
    assert kind.removeprefix("dangling ") in caught.value.findings[0].text


def test_a_linked_directory_is_not_entered(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret").write_bytes(b"secret")
    (tmp_path / "store/deep").mkdir(parents=True)
    (tmp_path / "store/deep/link").symlink_to(tmp_path / "outside")
    for path in ("deep/link/secret", "deep/link/missing"):
        with pytest.raises(Damaged) as caught:
            read_file(tmp_path / "store", path)
        assert _code(caught) == "unsafe-path"


def test_a_file_in_the_place_of_a_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"")
    for path in ("f/g", "f/g/h"):
        with pytest.raises(Damaged) as caught:
            read_file(tmp_path, path)
        assert _code(caught) == "unsafe-path"


@pytest.mark.parametrize(
    "path",
    ["", ".", "..", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", "./a", "a/./b", "a\0b"]
    + ["a\nb", "a\x1b[31m", "a\x9bb", "x" * 256, "é" * 128, "\udc80", "a/" + "x" * 256 + "/b"],
)
def test_hostile_paths_are_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(Damaged) as caught:
        read_file(tmp_path, path)
    assert _code(caught) == "unsafe-path"
    assert caught.value.findings[0].text.isprintable()


@settings(deadline=None)
@given(st.text(st.characters(codec=None)) | st.text("a./\\~:\0\n-éCON", max_size=12))
@example("x" * 255)
@example("-rf")
@example("C:\\x")
def test_a_path_that_passes_stays_inside_whatever_it_is(path: str) -> None:
    try:
        check_path(path)
    except Damaged:
        return
    full = os.path.normpath(os.path.join("/the/store", path))
    assert full == "/the/store/" + path  # nothing was left out, nothing was climbed
    assert "\0" not in path
    assert all(len(part) <= 255 for part in path.encode().split(b"/"))


@pytest.mark.parametrize("path", [".git/config", "a/.Git/hooks/x", ".SALESCLI/journal", ".git"])
def test_no_write_reaches_into_git_or_the_local_directory(path: str) -> None:
    check_path(path)
    with pytest.raises(Damaged) as caught:
        check_writable_path(path)
    assert _code(caught) == "unsafe-path"


def test_files_that_git_reads_in_the_store_may_be_written() -> None:
    check_writable_path(".gitattributes")
    check_writable_path("opportunities/2026/a--opp-1/files/Договор.pdf")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk-full"),
        (errno.EDQUOT, "disk-full"),
        (errno.EROFS, "no-permission"),
        (errno.EACCES, "no-permission"),
        (errno.EIO, "io-failed"),
    ],
)
def test_a_failure_says_where_and_what(number: int, code: str) -> None:
    error = OSError(number, os.strerror(number), "/home/anna/sales/team.yaml")
    failed = build_failure(error, "?", "/home/anna/sales")
    assert isinstance(failed, Failed)
    assert failed.findings[0].code == code
    assert failed.findings[0].text == f"team.yaml: {os.strerror(number)}."


def test_a_failed_read_is_a_failure_with_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "f").write_bytes(b"x")

    def broken(descriptor: int, size: int) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "read", broken)
    with pytest.raises(Failed) as caught:
        read_file(tmp_path, "f")
    assert str(caught.value) == f"f: {os.strerror(errno.EIO)}."


def test_a_new_file_never_replaces_nor_follows(tmp_path: Path) -> None:
    fs = RealFileSystem()
    (tmp_path / "victim").write_bytes(b"precious")
    (tmp_path / "link").symlink_to("victim")
    for name in ("victim", "link"):
        with pytest.raises(FileExistsError):
            fs.write_new(str(tmp_path / name), b"x", None)
    with pytest.raises(OSError, match=os.strerror(errno.ELOOP)):
        fs.write_at(str(tmp_path / "link"), 0, b"x")
    with pytest.raises(OSError, match=os.strerror(errno.ELOOP)):
        fs.truncate(str(tmp_path / "link"), 0)
    assert (tmp_path / "victim").read_bytes() == b"precious"


def test_writing_goes_on_after_a_short_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda fd, data, at: real(fd, data[:3], at))
    RealFileSystem().write_new(str(tmp_path / "f"), b"0123456789", None)
    RealFileSystem().write_at(str(tmp_path / "f"), 8, b"abcdefgh")
    assert (tmp_path / "f").read_bytes() == b"01234567abcdefgh"


def test_syncfs_tells_whether_it_did(tmp_path: Path) -> None:
    assert RealFileSystem().syncfs(str(tmp_path)) in (True, False)
    with pytest.raises(FileNotFoundError):
        RealFileSystem().syncfs(str(tmp_path / "missing"))


def test_a_new_file_keeps_the_group_of_the_old_where_it_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "old").write_bytes(b"")
    fields = list((tmp_path / "old").stat())
    fields[0] = (fields[0] & ~0o7777) | 0o660
    fields[5] += 1  # another group
    asked = []

    def fchown(descriptor: int, user: int, group: int) -> None:
        asked.append((user, group))
        raise PermissionError

    monkeypatch.setattr(os, "fchown", fchown)
    RealFileSystem().write_new(str(tmp_path / "new"), b"x", os.stat_result(fields))
    assert asked == [(-1, fields[5])]
    assert (tmp_path / "new").stat().st_mode & 0o7777 == 0o660
