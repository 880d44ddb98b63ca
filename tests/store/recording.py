"""File systems for tests: one that records, one that fails at the n-th call, one that is quick."""

import errno
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from salescli.store.changeset import Append, Change, ChangeSet, Remove, Write, hash_bytes
from salescli.store.files import RealFileSystem

IS_LONG = os.environ.get("SALESCLI_TEST_SIZE") == "long"
AT = datetime(2026, 11, 2, 10, 12, tzinfo=UTC)
NAMES = {
    *("write_new", "write_at", "truncate", "rename", "unlink", "mkdir", "rmdir"),
    *("fsync_file", "fsync_directory", "syncfs"),
}


class HookedFileSystem(RealFileSystem):
    """Calls `hook(name, arguments, run)` in place of each operation."""

    def __init__(self, hook: Callable[[str, tuple[Any, ...], Callable[[], Any]], Any]) -> None:
        self._hook = hook

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in NAMES:
            return found
        hook = self._hook
        return lambda *arguments: hook(name, arguments, lambda: found(*arguments))


def record_into(
    calls: list[tuple[Any, ...]], root: Path, fail_at_call: int = -1
) -> HookedFileSystem:
    """A quick file system that notes each call, with paths relative to `root`.

    Call `fail_at_call` (from 0) finds the disk full, when a write has got half of its bytes in.
    """
    count = -1

    def hook(name: str, arguments: tuple[Any, ...], run: Callable[[], Any]) -> Any:
        nonlocal count
        count += 1
        if count == fail_at_call and not name.startswith("write"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if count == fail_at_call:
            _half(name, arguments, run)
            place = 1 if name == "write_new" else 2
            half = arguments[place][: len(arguments[place]) // 2]
            arguments = (*arguments[:place], half, *arguments[place + 1 :])
        result = True if count == fail_at_call else _run_quickly(name, run)
        calls.append((name, *(_relative(argument, root) for argument in arguments)))
        if count == fail_at_call:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return result

    return HookedFileSystem(hook)


def _relative(argument: Any, root: Path) -> Any:
    if isinstance(argument, str):
        return argument[len(str(root)) :].lstrip("/")
    return argument


def fail_at(
    number: int, error: BaseException, *, for_good: bool = False, after_half: bool = False
) -> HookedFileSystem:
    """A quick file system whose call `number` (from 0) fails, and all later ones too if `for_good`.

    With `after_half` a write leaves half of its bytes and other calls are done all the same.
    """
    count = -1

    def hook(name: str, arguments: tuple[Any, ...], run: Callable[[], Any]) -> Any:
        nonlocal count
        count += 1
        if count == number or (for_good and count > number):
            if after_half:
                _half(name, arguments, run)
            raise error
        return _run_quickly(name, run)

    return HookedFileSystem(hook)


def _half(name: str, arguments: tuple[Any, ...], run: Callable[[], Any]) -> None:
    if name == "write_new":
        path, data, like = arguments
        RealFileSystem().write_new(path, data[: len(data) // 2], like)
    elif name == "write_at":
        path, offset, data = arguments
        RealFileSystem().write_at(path, offset, data[: len(data) // 2])
    else:
        run()


def quick_file_system() -> HookedFileSystem:
    """Nothing is made durable: for tests in which the power stays on."""

    def hook(name: str, arguments: tuple[Any, ...], run: Callable[[], Any]) -> Any:
        return _run_quickly(name, run)

    return HookedFileSystem(hook)


def _run_quickly(name: str, run: Callable[[], Any]) -> Any:
    return True if name in ("fsync_file", "fsync_directory", "syncfs") else run()


def write_tree(root: Path, tree: dict[str, bytes]) -> None:
    for path, data in tree.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


def read_tree(root: Path) -> dict[str, bytes]:
    """All files but those of `.salescli`."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.relative_to(root).parts[0] != ".salescli"
    }


OLD = {
    "team.yaml": b"people: one\n",
    "deals/x/history.yaml": b'- {"seq":1}\n',
    "gone/note.yaml": b"note: leaves\n",
    "untouched.yaml": b"same: always\n",
}
NEW = {
    "team.yaml": b"people: one and two\n",
    "deals/x/history.yaml": b'- {"seq":1}\n- {"seq":2}\n',
    "deals/new/opportunity.yaml": b"title: born today\n",
    "untouched.yaml": b"same: always\n",
}


def build_changeset(*changes: Change, **more: Any) -> ChangeSet:
    return ChangeSet(changes or CHANGES, "moved", "opportunity advance", "anna", AT, **more)


CHANGES: tuple[Change, ...] = (
    Write("team.yaml", OLD["team.yaml"], NEW["team.yaml"]),
    Append(
        "deals/x/history.yaml",
        len(OLD["deals/x/history.yaml"]),
        hash_bytes(OLD["deals/x/history.yaml"]),
        b'- {"seq":2}\n',
    ),
    Write("deals/new/opportunity.yaml", None, NEW["deals/new/opportunity.yaml"]),
    Remove("gone/note.yaml", OLD["gone/note.yaml"]),
)
