"""Files that a person hands over from outside the store: read within a limit, nothing else.

A fifo is waited for only where `pipes` says so, and a device never opened to its end. What lies
inside the store after all is read as everything there is: links are not followed.
"""

import errno
import os
import stat
from pathlib import Path

from salescli.model.errors import NotFound, Refused, WrongUsage, finding
from salescli.store.files import build_failure, read_file

_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC


def read_outside(
    path: Path,
    shown: str,
    limit: int,
    hint: str = "",
    root: Path | None = None,
    *,
    pipes: bool = False,
) -> bytes:
    """The bytes of a regular file; `shown` is how it was typed, `hint` what to do if too large.
    `pipes`: also of a pipe (`<(command)`, `/dev/stdin`, a fifo), once its writer is done, and of
    `/dev/null`, which is empty.

    Raises `NotFound` (`no-such-file`), `WrongUsage` (`not-a-regular-file`), `Refused`
    (`file-too-large`) and `Failed`; for a file inside `root` also what `read_file` does.
    """
    full = Path(os.path.abspath(path))
    try:
        if full.is_dir():
            raise not_regular(shown, pipes=pipes)
        if root is not None and full.is_relative_to(root):
            data = read_file(root, full.relative_to(root).as_posix())
            return _within(data, shown, limit, hint)
        is_pipe = pipes and stat.S_ISFIFO(full.stat().st_mode)
        descriptor = os.open(full, _FLAGS & ~os.O_NONBLOCK if is_pipe else _FLAGS)
    except FileNotFoundError:
        raise NotFound(
            finding(
                "no-such-file",
                f"there is no file {shown}",
                hint="see where it lies, with ls",
                field="file",
            )
        ) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _unopened(error, shown, pipes) from None
    try:
        status = os.fstat(descriptor)
        is_piped = stat.S_ISFIFO(status.st_mode) or is_null(status)
        if not stat.S_ISREG(status.st_mode) and not (pipes and is_piped):
            raise not_regular(shown, pipes=pipes)
        if status.st_size > limit:
            raise _too_large(shown, status.st_size, limit, hint)
        return _within(_read(descriptor, limit), shown, limit, hint)
    except OSError as error:
        raise build_failure(error, shown) from error
    finally:
        os.close(descriptor)


def _read(descriptor: int, limit: int) -> bytes:
    """At most one byte more than the limit: files of the system may be longer than they say."""
    parts: list[bytes] = []
    left = limit + 1
    while left > 0 and (part := os.read(descriptor, min(left, 1 << 20))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _within(data: bytes, shown: str, limit: int, hint: str) -> bytes:
    if len(data) > limit:
        raise _too_large(shown, len(data), limit, hint)
    return data


def _too_large(shown: str, size: int, limit: int, hint: str) -> Refused:
    text = f"{shown} has {size} bytes, {limit} are allowed"
    return Refused(finding("file-too-large", text, hint=hint))


def is_null(status: os.stat_result) -> bool:
    """Whether a status is that of `/dev/null`."""
    is_device = stat.S_ISCHR(status.st_mode)
    return is_device and status.st_rdev == os.stat(os.devnull).st_rdev


def not_regular(shown: str, *, pipes: bool = False) -> WrongUsage:
    """That a path names a directory, a device or a pipe where a file is wanted; or `pipes`."""
    others = "a directory or a device" if pipes else "a directory, a device or a pipe"
    text = f"{shown} is no regular file: {others} holds no file"
    return WrongUsage(finding("not-a-regular-file", text, hint="name the file itself"))


def _unopened(error: Exception, shown: str, pipes: bool) -> Exception:
    if isinstance(error, OSError) and error.errno not in (errno.ENXIO, errno.EISDIR):
        return build_failure(error, shown)
    return not_regular(shown, pipes=pipes)
