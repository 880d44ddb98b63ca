"""Which file system a folder lies on, from what Linux and macOS list."""

from pathlib import Path

import pytest

from salescli.workspace.mounts import (
    file_system_of,
    find_type,
    is_network,
    parse_mount_lines,
    parse_proc_mounts,
)

PROC = """\
/dev/sda1 / ext4 rw 0 0
proc /proc proc rw 0 0
server:/share /mnt/my\\040share nfs4 rw 0 0
sshfs#x /mnt/my\\040share/inner fuse.sshfs rw 0 0
/dev/sdb1 / btrfs rw 0 0
"""
MAC = """\
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//anna@server/share on /Volumes/Team (work) (smbfs, nodev, nosuid)
map auto_home on /System/Volumes/Data/home (autofs)
"""


def test_points_with_blanks_are_read():
    assert ("/mnt/my share", "nfs4") in parse_proc_mounts(PROC)


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/anna", "btrfs"),
        ("/mnt/my share/store", "nfs4"),
        ("/mnt/my share/inner/store", "fuse.sshfs"),
        ("/mnt/my shared", "btrfs"),
    ],
)
def test_the_deepest_mount_counts_and_the_later_of_two(folder, kind):
    assert find_type(Path(folder), parse_proc_mounts(PROC)) == kind


def test_lines_of_macos_are_read():
    assert parse_mount_lines(MAC) == [
        ("/", "apfs"),
        ("/Volumes/Team (work)", "smbfs"),
        ("/System/Volumes/Data/home", "autofs"),
    ]


def test_nothing_mounted_is_not_known():
    assert find_type(Path("/home"), []) is None


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smbfs", "fuse.sshfs", "9p", "virtiofs"])
def test_shared_file_systems_are_known(kind):
    assert is_network(kind)


@pytest.mark.parametrize("kind", ["ext4", "btrfs", "apfs", "tmpfs", "overlay", "xfs", "fuseblk"])
def test_local_file_systems_are_no_network(kind):
    assert not is_network(kind)


def test_this_machine_has_an_answer(tmp_path):
    assert file_system_of(tmp_path)
