"""Which file system a folder lies on, by what the system lists as mounted."""

import re
import subprocess
import sys
from pathlib import Path

_NETWORK = re.compile(
    r"(?:nfs\d*|cifs|smb\d*|smbfs|afpfs|webdav|9p|afs|ceph|glusterfs|lustre|vboxsf|prl_fs|"
    r"virtiofs|drvfs|osxfs|grpcfuse|sshfs|macfuse|osxfuse|fuse(?:\..*)?)"
)


def is_network(kind: str) -> bool:
    """Whether a file system is shared or runs in user space, where flock may not do its work."""
    return _NETWORK.fullmatch(kind) is not None


def file_system_of(folder: Path) -> str | None:
    """The type of the file system that a folder lies on; None where nobody tells."""
    mounts = _mounts_of_linux() if sys.platform == "linux" else _mounts_of_others()
    return find_type(folder.resolve(), mounts)


def find_type(folder: Path, mounts: list[tuple[str, str]]) -> str | None:
    """The type of the deepest mount above a folder; of two on one spot the later covers."""
    best, kind = -1, None
    for point, name in mounts:
        if folder.is_relative_to(point) and len(Path(point).parts) >= best:
            best, kind = len(Path(point).parts), name
    return kind


def _mounts_of_linux() -> list[tuple[str, str]]:
    try:
        return parse_proc_mounts(Path("/proc/mounts").read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return []


def parse_proc_mounts(text: str) -> list[tuple[str, str]]:
    """(mount point, type) of each line of /proc/mounts; blanks in points are octal escapes."""
    rows = (line.split(" ") for line in text.splitlines())
    return [(_unescape(row[1]), row[2]) for row in rows if len(row) > 2]


def _unescape(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match.group(1), 8)), text)


def _mounts_of_others() -> list[tuple[str, str]]:
    try:
        done = subprocess.run(
            ["/sbin/mount"], capture_output=True, text=True, check=False, timeout=5
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return parse_mount_lines(done.stdout)


def parse_mount_lines(text: str) -> list[tuple[str, str]]:
    """(mount point, type) of what `mount` prints on macOS: `dev on /point (type, …)`."""
    found = re.findall(r"^.*? on (.*) \(([^,)]+)[,)].*$", text, re.MULTILINE)
    return [(point, kind) for point, kind in found]
