"""What commands wrote whose commits failed: the next commit takes it along, as they left it.

Owns the list of it, in a file of this clone alone: path, hash of the bytes, what the command did.
What somebody changed since is no command's any more, and is left to whoever did.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from salescli.model.errors import SalesError
from salescli.store import layout
from salescli.store.changeset import Append, Change, hash_bytes
from salescli.store.files import read_if_there

_FILE = f"{layout.LOCAL}/uncommitted"
_MOST = 1 << 24  # bytes
_GONE = ""  # instead of a hash


class Waiting(msgspec.Struct, frozen=True):
    """The state of one file that waits for a commit: `hash` is empty if it was removed.

    `words` say what each command did that wrote it.
    """

    path: str
    hash: str
    words: tuple[str, ...]


def read_waiting(root: Path, changes: Iterable[Change]) -> dict[str, Waiting]:
    """By path, what waits and is as it was left, but for what these `changes` made of it."""
    before = {change.path: _hash_before(change) for change in changes}
    try:
        source = read_if_there(root, _FILE, _MOST) or b"[]"
        known = msgspec.json.decode(source, type=list[Waiting])
    except (SalesError, msgspec.DecodeError):  # a link, or no list of ours
        return {}
    return {
        one.path: one
        for one in known
        if layout.locate(one.path) is not None
        and one.hash == (before[one.path] if one.path in before else _hash(root, one.path))
    }


def write_waiting(root: Path, words: Mapping[str, tuple[str, ...]]) -> None:
    """Put these files on the list, {path: what was done}, as they are now; none clears it.

    Never through a link, which a cloned directory may have brought.
    """
    target = root / _FILE
    left = [Waiting(path, _hash(root, path), said) for path, said in words.items()]
    with suppress(OSError):  # then they wait for whoever looks at git status
        target.unlink(missing_ok=True)
        if left:
            with target.open("xb") as file:
                file.write(msgspec.json.encode(left))


def words_of(waiting: Iterable[Waiting]) -> list[str]:
    """What the commands did, each once."""
    return list(dict.fromkeys(words for one in waiting for words in one.words))


def _hash_before(change: Change) -> str:
    if isinstance(change, Append):
        return change.before_hash
    return _GONE if change.before is None else hash_bytes(change.before)


def _hash(root: Path, path: str) -> str:
    try:
        data = read_if_there(root, path)
    except SalesError:
        return "unreadable"
    return _GONE if data is None else hash_bytes(data)
