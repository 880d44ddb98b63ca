"""The few raw operations that all writing goes through, and reading that nothing can trick.

Owns how one file is read, written, renamed and made durable, and which paths are allowed. Must
not know what stands in a file, nor in which order a set of files is written (see `journal`).
"""

import contextlib
import errno
import fcntl
import os
import stat
import sys
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Protocol

from salescli.model.errors import Damaged, Failed, Place, finding
from salescli.store.atonce import at_once

LOCAL_DIRECTORY = ".salescli"
TEMPORARY_PREFIX = ".salescli-tmp-"

_NAME_BYTES = 255  # what file systems allow
_READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CODES = {
    errno.ENOSPC: "disk-full",
    errno.EDQUOT: "disk-full",
    errno.EACCES: "no-permission",
    errno.EPERM: "no-permission",
    errno.EROFS: "no-permission",
}
_HINTS = {
    "disk-full": "Free some space, then run the command again.",
    "io-failed": "See whether the disk is well, then run the command again.",
    "no-permission": "See who owns the file and its directory, and their modes.",
}


class FileSystem(Protocol):
    """What writing may do to a disk. Paths are absolute; all raise OSError."""

    def write_new(self, path: str, data: bytes, like: os.stat_result | None) -> None:
        """Make a file that is not there, with mode and group of `like`, else by umask."""

    def write_at(self, path: str, offset: int, data: bytes) -> None:
        """Write into a file that is there, from `offset` bytes on."""

    def truncate(self, path: str, size: int) -> None:
        """Cut a file to `size` bytes."""

    def rename(self, old: str, new: str) -> None:
        """Rename, replacing what is there."""

    def rename_all(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Rename each (old, new), in any order; raises the first error, with others done or not."""

    def unlink(self, path: str) -> None:
        """Remove a file."""

    def mkdir(self, path: str) -> None:
        """Make one directory, by umask."""

    def rmdir(self, path: str) -> None:
        """Remove an empty directory."""

    def fsync_file(self, path: str) -> None:
        """Make the bytes of a file durable."""

    def fsync_directory(self, path: str) -> None:
        """Make the names in a directory durable."""

    def syncfs(self, path: str) -> bool:
        """Make all on the file system of `path` durable; False where that can't be done."""


class RealFileSystem:
    """`FileSystem` by the operating system. Symbolic links are never followed."""

    def write_new(self, path: str, data: bytes, like: os.stat_result | None) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o666)
        try:
            if like is not None:
                _copy_mode(descriptor, like)
            _write_all(descriptor, data, 0, path)
        finally:
            os.close(descriptor)

    def write_at(self, path: str, offset: int, data: bytes) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            _write_all(descriptor, data, offset, path)
        finally:
            os.close(descriptor)

    def truncate(self, path: str, size: int) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            os.ftruncate(descriptor, size)
        finally:
            os.close(descriptor)

    def rename(self, old: str, new: str) -> None:
        os.rename(old, new)

    def rename_all(self, pairs: Sequence[tuple[str, str]]) -> None:
        at_once(lambda pair: self.rename(*pair), pairs)

    def unlink(self, path: str) -> None:
        os.unlink(path)

    def mkdir(self, path: str) -> None:
        os.mkdir(path)

    def rmdir(self, path: str) -> None:
        os.rmdir(path)

    def fsync_file(self, path: str) -> None:
        _fsync(path, _READ_FLAGS)

    def fsync_directory(self, path: str) -> None:
        _fsync(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def syncfs(self, path: str) -> bool:
        ctypes = import_module("ctypes")  # only where something is written
        syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
        if syncfs is None:
            return False
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            if syncfs(descriptor) != 0:
                number = ctypes.get_errno()
                if number == errno.ENOSYS:
                    return False
                raise OSError(number, os.strerror(number), path)
        finally:
            os.close(descriptor)
        return True


def _copy_mode(descriptor: int, like: os.stat_result) -> None:
    """Give the new file the old one's mode, and its group if we may."""
    if os.fstat(descriptor).st_gid != like.st_gid:
        with contextlib.suppress(PermissionError):
            os.fchown(descriptor, -1, like.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(like.st_mode))


def _write_all(descriptor: int, data: bytes, offset: int, path: str) -> None:
    view = memoryview(data)
    try:
        while view:
            written = os.pwrite(descriptor, view, offset)
            view, offset = view[written:], offset + written
    except OSError as error:
        error.filename = path  # the system knows only a number
        raise


def _fsync(path: str, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        if sys.platform == "darwin":  # its fsync stops at the drive's own cache
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        else:
            os.fsync(descriptor)
    except OSError as error:
        error.filename = path
        raise
    finally:
        os.close(descriptor)


def build_failure(error: OSError, path: str, root: str = "") -> Failed:
    """The error of exit code 6 that names the path and what the system said about it."""
    shown = os.fsdecode(error.filename) if error.filename else path
    if root and shown.startswith(root + "/"):
        shown = shown[len(root) + 1 :]
    code = _CODES.get(error.errno or 0, "io-failed")
    said = error.strerror or str(error)
    return Failed(finding(code, f"{shown}: {said}.", hint=_HINTS.get(code, ""), place=Place(shown)))


def check_path(path: str) -> None:
    """Raise `Damaged` (`unsafe-path`) unless `path` is a plain relative path with `/`.

    No empty, `.` or `..` part, no control character, no part over 255 bytes, nothing that is
    not UTF-8.
    """
    reason = _path_fault(path)
    if reason:
        raise _unsafe(path, reason)


def check_writable_path(path: str) -> None:
    """As `check_path`, and nothing inside `.git` or `.salescli`, in any case of letters."""
    check_path(path)
    parts = path.casefold().split("/")
    if ".git" in parts or LOCAL_DIRECTORY in parts:
        raise _unsafe(path, "it is not the store's own data")


@lru_cache(maxsize=4096)  # a record's paths are asked about at each step of a command
def _path_fault(path: str) -> str:
    if path.isascii() and path.isprintable():  # nearly every path: no look at each character
        names = path.encode().split(b"/")
    else:
        try:
            names = path.encode().split(b"/")
        except UnicodeEncodeError:
            return "it is not UTF-8"
        if any(character < " " or "\x7f" <= character <= "\x9f" for character in path):
            return "it has a control character"
    if any(name in (b"", b".", b"..") for name in names):
        return "it must be relative, without empty, “.” or “..” parts"
    if any(len(name) > _NAME_BYTES for name in names):
        return f"a part is longer than {_NAME_BYTES} bytes"
    return ""


def _unsafe(path: str, reason: str) -> Damaged:
    shown = ascii(path)[1:-1] if not path.isprintable() else path
    return Damaged(finding("unsafe-path", f"{shown} is not a path of this store: {reason}."))


def check_directories(root: str, path: str, known: set[str]) -> bool:
    """Whether all directories above `path` are there; raise `Damaged` if one is no directory.

    A link is none. `known` remembers what was looked at, so that a large set looks once at each.
    """
    parent = path.rpartition("/")[0]
    if not parent or parent in known:
        return True
    if not check_directories(root, parent, known):
        return False
    try:
        mode = os.lstat(f"{root}/{parent}").st_mode
    except FileNotFoundError:
        return False
    except NotADirectoryError as error:
        raise _unsafe(path, f"{parent} is not a directory") from error
    except OSError as error:
        raise build_failure(error, parent, root) from error
    if not stat.S_ISDIR(mode):
        kind = "a symbolic link" if stat.S_ISLNK(mode) else "not a directory"
        raise _unsafe(path, f"{parent} is {kind}")
    known.add(parent)
    return True


def read_file(root: Path, path: str, limit: int | None = None) -> bytes:
    """Read one regular file of the store; at most `limit` bytes.

    Raises FileNotFoundError, `Damaged` (`unsafe-path`, `not-a-regular-file`, `too-large`) and
    `Failed`. Never follows a link, never waits for a fifo, never opens a device.
    """
    return read_checked(os.fspath(root), path, limit, set())


def read_if_there(root: Path, path: str, limit: int | None = None) -> bytes | None:
    """As `read_file`, but None for what is not there."""
    try:
        return read_file(root, path, limit)
    except FileNotFoundError:
        return None


def read_checked(root: str, path: str, limit: int | None, known: set[str]) -> bytes:
    """`read_file` for many files: `known` remembers the directories that were looked at."""
    check_path(path)
    full = f"{root}/{path}"
    if not check_directories(root, path, known):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), full)
    try:
        _check_regular(os.lstat(full), path)
        descriptor = os.open(full, _READ_FLAGS)
        try:
            status = os.fstat(descriptor)
            _check_regular(status, path)
            _check_size(status.st_size, limit, path)
            return _read_all(descriptor, status.st_size, limit, path)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno == errno.ELOOP:  # became a link after we looked
            raise _not_regular(path, "a symbolic link") from error
        raise build_failure(error, path, root) from error


def _read_all(descriptor: int, size: int, limit: int | None, path: str) -> bytes:
    """Read to the end; the size is a first guess, for the file may still grow."""
    data = os.read(descriptor, size + 1)
    if len(data) == size:
        return data
    parts = [data]
    total = len(data)
    while parts[-1]:
        _check_size(total, limit, path)
        parts.append(os.read(descriptor, 1 << 20))
        total += len(parts[-1])
    return b"".join(parts)


def _check_regular(status: os.stat_result, path: str) -> None:
    mode = status.st_mode
    if stat.S_ISREG(mode):
        return
    kinds = [
        (stat.S_ISLNK, "a symbolic link"),
        (stat.S_ISDIR, "a directory"),
        (stat.S_ISFIFO, "a fifo"),
        (stat.S_ISSOCK, "a socket"),
    ]
    raise _not_regular(path, next((name for test, name in kinds if test(mode)), "a device"))


def _not_regular(path: str, kind: str) -> Damaged:
    text = f"{path} is {kind}, not a file. It was not opened."
    return Damaged(finding("not-a-regular-file", text, place=Place(path)))


def _check_size(size: int, limit: int | None, path: str) -> None:
    if limit is not None and size > limit:
        text = f"{path} has {size} bytes; at most {limit} are read."
        raise Damaged(finding("too-large", text, place=Place(path)))


def make_local_directory(fs: FileSystem, root: str) -> None:
    """Make `.salescli` unless it is there; durable with the first change. Raises OSError."""
    path = f"{root}/{LOCAL_DIRECTORY}"
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        with contextlib.suppress(FileExistsError):  # another process was faster
            fs.mkdir(path)
        return
    if not stat.S_ISDIR(mode):
        raise _unsafe(LOCAL_DIRECTORY, "it is not a directory")
