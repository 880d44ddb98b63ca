"""Files from outside the store: read within a limit, never waited for, never run away with."""

import os
import threading

import pytest

from salescli.model.errors import Damaged, Failed, NotFound, Refused, WrongUsage
from salescli.store.outside import read_outside


def read(path, limit=100, **options):
    return read_outside(path, "it", limit, **options)


def codes(error):
    return [found.code for found in error.value.findings]


def test_a_file_is_read_whole_up_to_its_limit(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 100)
    assert read(tmp_path / "a") == b"x" * 100


def test_one_byte_more_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 101)
    with pytest.raises(Refused) as error:
        read(tmp_path / "a", hint="do that")
    (found,) = error.value.findings
    assert (found.code, found.hint) == ("file-too-large", "do that")
    assert "101" in found.text


def test_a_file_that_says_it_is_empty_is_not_read_beyond_the_limit():
    with pytest.raises(Refused) as error:  # of no size, and of many bytes
        read("/proc/self/smaps", limit=50)
    assert codes(error) == ["file-too-large"]


def test_a_pipe_is_read_to_its_end_where_pipes_may_be(tmp_path):
    reader, writer = os.pipe()
    os.write(writer, b"x" * 100)
    os.close(writer)
    try:
        assert read(f"/dev/fd/{reader}", pipes=True) == b"x" * 100
    finally:
        os.close(reader)
    os.mkfifo(tmp_path / "fifo")
    thread = threading.Thread(target=(tmp_path / "fifo").write_bytes, args=(b"x" * 101,))
    thread.start()
    with pytest.raises(Refused) as error:
        read(tmp_path / "fifo", pipes=True)
    thread.join()
    assert codes(error) == ["file-too-large"]
    assert read("/dev/null", pipes=True) == b""
    with pytest.raises(WrongUsage):
        read("/dev/zero", pipes=True)


def test_pipes_devices_and_directories_are_no_files(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path / "fifo", "/dev/zero", "/dev/null", tmp_path):
        with pytest.raises(WrongUsage) as error:
            read(path)
        assert codes(error) == ["not-a-regular-file"]


def test_the_store_itself_and_its_directories_are_no_files_either(tmp_path):
    (tmp_path / "opportunities").mkdir()
    for path in (tmp_path, tmp_path / "opportunities"):
        with pytest.raises(WrongUsage) as error:
            read(path, root=tmp_path)
        assert codes(error) == ["not-a-regular-file"]


def test_a_name_of_nothing_or_with_a_nul_is_told(tmp_path):
    with pytest.raises(NotFound) as error:
        read(tmp_path / "none")
    assert codes(error) == ["no-such-file"]
    with pytest.raises(WrongUsage):
        read("a\0b")


def test_a_way_through_a_file_is_told(tmp_path):
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(Failed):
        read(tmp_path / "a" / "b")


def test_links_outside_the_store_are_followed_and_inside_they_are_not(tmp_path):
    (tmp_path / "secret").write_bytes(b"s")
    root = tmp_path / "store"
    root.mkdir()
    (root / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    assert read(tmp_path / "link", root=root) == b"s"
    with pytest.raises(Damaged) as error:
        read(root / ".." / "store" / "link", root=root)
    assert codes(error) == ["not-a-regular-file"]


def test_a_file_of_the_store_is_read_within_the_limit_too(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 101)
    assert read(tmp_path / "a", 101, root=tmp_path) == b"x" * 101
    with pytest.raises(Refused):
        read(tmp_path / "a", root=tmp_path)
