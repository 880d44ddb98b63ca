"""What git calls the content of files: marks by which records of a revision are known.

A record read from the work tree and one of a commit have the same mark if git has the same bytes of
both, so that what the index knows of the one holds for the other.
"""

from collections.abc import Iterable
from importlib import import_module

_PLAIN = "100644"  # git's mode of a file that nobody may execute
_ABSENT = "-"


def mark_of_bytes(sources: Iterable[bytes]) -> bytes:
    """The mark of a record whose files are plain and hold these bytes."""
    return " ".join(f"{_PLAIN} {blob_name(source)}" for source in sources).encode()


def mark_of_blobs(blobs: Iterable[tuple[str, str] | None]) -> bytes:
    """The mark of a record whose files are, in a tree, these (mode, name), or aren't there."""
    return " ".join(_ABSENT if blob is None else f"{blob[0]} {blob[1]}" for blob in blobs).encode()


def blob_name(source: bytes, length: int = 40) -> str:
    """How git names a blob with these bytes; `length` is that of the repository's names."""
    # OpenSSL takes a while to load, and only what was read anew needs it.
    hashing = import_module("hashlib")
    digest = hashing.sha256() if length == 64 else hashing.sha1(usedforsecurity=False)
    digest.update(b"blob %d\0" % len(source))
    digest.update(source)
    return str(digest.hexdigest())
