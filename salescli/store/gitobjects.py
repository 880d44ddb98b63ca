"""Objects of a git repository: what a revision is called, what is in its tree, the bytes of blobs.

Owns git's read-only plumbing: `rev-parse`, `merge-base`, `ls-tree`, `cat-file --batch`; `gitlog`
asks for commits through it. Nothing is checked out, and no filter, hook or other program of the
repository's is run. Must not know what stands in the files.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import msgspec

from salescli.model.calendar import LAST_INSTANT
from salescli.model.errors import Damaged, Failed, NotFound, Place, Unfetched, finding
from salescli.store.gitnames import no_such_revision, refuse_doubtful
from salescli.store.gitprogram import SAFE, call_git, git_failed, no_git, reading_environ

MOST_ENTRIES = 4_000_000
"""Files of a tree: one that names itself over and over has billions, and git lists them all."""

AHEAD = 64
"""Blobs that are asked for at once: their names fit into a pipe, so that nobody waits."""

_PIECE = 1 << 16
# A blob that is larger is handed out in pieces, not held in git's memory.
_STREAMED = ["-c", "core.bigFileThreshold=2m"]
_IS_SHALLOW = ["rev-parse", "--is-shallow-repository"]
_ENTRY = re.compile(rb"(\d{6}) \w+ ([0-9a-f]{40,64}) *(\d+|-)?\t(.*)", re.DOTALL)
_WANTED = re.compile(rb"could not fetch ([0-9a-f]{40,64}) from promisor remote")
_COMMITTED = re.compile(rb"^committer .* (\d+) [+-]\d{4}$", re.MULTILINE)
_ODD_MODES = {"120000": "a symbolic link", "160000": "another repository"}


class Blob(msgspec.Struct, frozen=True):
    """A file in a tree: git's mode, and the name of its content."""

    mode: str
    oid: str


class Wish(msgspec.Struct, frozen=True):
    """A blob that is going to be read, and the most bytes of it that are."""

    oid: str
    limit: int | None = None


class GitObjects:
    """The repository in whose work tree `root` lies. Close it, or use it as a context manager."""

    def __init__(self, root: Path, environ: Mapping[str, str]) -> None:
        self.root = root
        self._environ = reading_environ(environ)
        self._batch: _Running | None = None
        self._inherited: list[_Running] = []  # of the process that this one was forked from
        self._known: dict[str, bytes | int] = {}  # read ahead: bytes, or a size that is too large

    def __enter__(self) -> "GitObjects":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def prefix(self) -> str:
        """Where `root` is in the work tree: `""`, or `sales/`; raises `Failed`, `NotFound`."""
        done = call_git(self.root, ["rev-parse", "--show-prefix"], environ=self._environ)
        if done.returncode == 0:
            return os.fsdecode(done.stdout.removesuffix(b"\n"))
        if b"not a git repository" in done.stderr:
            text = f"{self.root} lies in no git repository, so it has no revisions"
            hint = "git init, git add and git commit begin its past"
            raise NotFound(finding("no-repository", text, hint=hint, field="rev"))
        raise git_failed("rev-parse", done.stderr)

    def commit_of(self, revision: str) -> str:
        """The whole name of the commit that `revision` is.

        Raises `NotFound` (`no-such-revision`, `ambiguous-revision`, `log-too-young`). `revision` is
        never read as an option.
        """
        found = self._ask_for(revision)
        if found is None:
            done = call_git(self.root, _IS_SHALLOW, environ=self._environ)
            raise NotFound(no_such_revision(revision, is_shallow=done.stdout.strip() == b"true"))
        return found

    def _ask_for(self, revision: str) -> str | None:
        if not revision or revision.startswith("-") or "\0" in revision:
            return None
        # What follows `:/` are words to look for, to the last character.
        asked = revision if revision.startswith(":/") else f"{revision}^{{commit}}"
        done = call_git(self.root, ["rev-parse", "--verify", asked], environ=self._environ)
        refuse_doubtful(revision, done.stderr.decode("utf-8", "replace"))
        name = done.stdout.decode("ascii", "replace").strip()
        return name if done.returncode == 0 and not name.startswith("^") else None

    def is_file(self, commit: str, path: str) -> bool:
        """Whether a commit has a file at a path from the top of the work tree."""
        return bool(self.name_at(commit, path))

    def name_at(self, revision: str, path: str) -> str:
        """The name of what a revision has at a path from the top; `""` without either."""
        arguments = ["rev-parse", "--verify", "--quiet", f"{revision}:{path}"]
        done = call_git(self.root, arguments, environ=self._environ)
        return done.stdout.decode("ascii").strip() if done.returncode == 0 else ""

    def merge_base(self, one: str, other: str) -> str:
        """The commit from which two others went apart; raises `NotFound` (`no-such-revision`)."""
        if bases := self.merge_bases(one, other):
            return bases[0]
        text = f"{one[:10]} and {other[:10]} have no commit in common"
        hint = "write BASE..HEAD with two dots to compare them as they are"
        raise NotFound(finding("no-such-revision", text, hint=hint, field="rev"))

    def merge_bases(self, one: str, other: str) -> list[str]:
        """The commits from which two others went apart: several where they merged each other."""
        done = call_git(self.root, ["merge-base", "--all", one, other], environ=self._environ)
        return done.stdout.decode("ascii").split() if done.returncode == 0 else []

    def committed_at(self, commit: str) -> datetime:
        """When a commit was made, by the clock of whoever made it; raises `Failed`."""
        text = self.read(Blob("commit", commit), None, commit)
        match = _COMMITTED.search(text.partition(b"\n\n")[0])
        if match is None:
            raise git_failed("cat-file", b"the commit says no time")
        try:
            return datetime.fromtimestamp(int(match.group(1)), UTC)
        except (ValueError, OverflowError, OSError):  # a commit may claim any number
            return LAST_INSTANT

    def list_tree(self, commit: str, prefix: str) -> dict[str, Blob]:
        """Path below `prefix` → what stands there, of all files of a commit.

        Raises `Damaged` (`too-large`) for a tree of more than `MOST_ENTRIES`.
        """
        found: dict[str, Blob] = {}
        for path, mode, oid, _ in self._list_tree(commit, prefix):
            found[path] = Blob(mode, oid)
            if len(found) > MOST_ENTRIES:
                text = f"{commit[:10]} has more than {MOST_ENTRIES} files; no store has so many"
                raise Damaged(finding("too-large", text))
        return found

    def list_sizes(self, commit: str, prefix: str) -> dict[str, int]:
        """Path below `prefix` → bytes, of all files of a commit; slower than `list_tree`."""
        found = self._list_tree(commit, prefix, "--long")
        return {path: int(size) for path, _, _, size in found if size.isdigit()}

    def _list_tree(
        self, commit: str, prefix: str, *options: str
    ) -> Iterator[tuple[str, str, str, str]]:
        """(path, mode, name of the content, size if asked for) of each file."""
        treeish = f"{commit}:{prefix.removesuffix('/')}" if prefix else commit
        for line in self.read_lines(["ls-tree", "-r", "-z", "--full-tree", *options, treeish]):
            match = _ENTRY.fullmatch(line)
            if match is None:
                raise git_failed("ls-tree", line)
            mode, oid, size, path = match.groups(b"")
            yield (
                path.decode("utf-8", "backslashreplace"),
                mode.decode(),
                oid.decode(),
                size.decode(),
            )

    def read_lines(self, arguments: Sequence[str]) -> Iterator[bytes]:
        """What git prints, cut at NUL, while it prints it; raises `Failed` if it fails."""
        running = _Running(self._open, arguments)
        rest = b""
        try:
            while piece := running.stdout.read(_PIECE):
                *whole, rest = (rest + piece).split(b"\0")
                yield from whole
            if running.process.wait() != 0:
                raise _missing_or_failed(arguments[0], running.said())
        finally:
            running.end()

    def _open(self, arguments: Sequence[str], said: IO[bytes]) -> "subprocess.Popen[bytes]":
        try:
            return subprocess.Popen(
                ["git", *SAFE, *_STREAMED, *arguments],
                cwd=self.root,
                env=self._environ,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
            )
        except OSError as error:
            raise no_git(error) from None

    # --- blobs -------------------------------------------------------------------------------

    def read(self, blob: Blob, limit: int | None, path: str, ahead: Sequence[Wish] = ()) -> bytes:
        """The bytes of a file of a tree; `ahead` are blobs that will be read next.

        Raises `Damaged` (`not-a-regular-file`, `too-large`) and `Failed` (`object-missing`).
        """
        kind = _ODD_MODES.get(blob.mode)
        if kind is not None:
            text = f"{path} is {kind}, not a file. It was not opened."
            raise Damaged(finding("not-a-regular-file", text, place=Place(path)))
        if blob.oid not in self._known:
            self._fetch([Wish(blob.oid, limit), *ahead[: AHEAD - 1]])
        found = self._known.pop(blob.oid)
        size = found if isinstance(found, int) else len(found)
        if limit is not None and size > limit:
            text = f"{path} has {size} bytes; at most {limit} are read."
            raise Damaged(finding("too-large", text, place=Place(path)))
        if isinstance(found, int):  # asked for with another limit
            return self.read(blob, limit, path)
        return found

    def _fetch(self, wishes: Sequence[Wish]) -> None:
        """Ask for some blobs at once and read the answers; stops behind one that is too large."""
        wishes = [wish for wish in wishes if wish.oid not in self._known]
        batch = self._running_batch()
        try:
            batch.stdin.write(b"".join(f"{wish.oid}\n".encode() for wish in wishes))
            batch.stdin.flush()
        except BrokenPipeError:  # it has ended; why, its answers don't say
            raise self._batch_failed(batch) from None
        for wish in wishes:
            oid, kind, size = self._read_head(batch)
            if kind == "missing":
                self.close()
                raise _missing(oid)
            if wish.limit is not None and size > wish.limit:
                self._known[wish.oid] = size
                self.close()  # quicker than to read what nobody wants
                return
            self._known[wish.oid] = batch.stdout.read(size)
            batch.stdout.read(1)

    def _read_head(self, batch: "_Running") -> tuple[str, str, int]:
        """`<oid> blob <size>`, or `<oid> missing`."""
        words = batch.stdout.readline().decode("ascii", "replace").split()
        if len(words) == 3 and words[2].isdigit():
            return words[0], words[1], int(words[2])
        if len(words) == 2 and words[1] == "missing":
            return words[0], words[1], 0
        raise self._batch_failed(batch)

    def _running_batch(self) -> "_Running":
        """The `cat-file` of this process: one that was forked off starts its own."""
        if self._batch is not None and self._batch.owner != os.getpid():
            self._inherited.append(self._batch)  # not to be ended here
            self._batch = None
        if self._batch is None:
            self._batch = _Running(self._open, ["cat-file", "--batch"])
        return self._batch

    def _batch_failed(self, batch: "_Running") -> Failed:
        batch.process.kill()
        batch.process.wait()
        said = batch.said()
        self.close()
        return _missing_or_failed("cat-file", said)

    def close(self) -> None:
        """End git; the next reading starts it again."""
        if self._batch is not None and self._batch.owner == os.getpid():
            self._batch.end()
            self._batch = None


def _missing(oid: str) -> Unfetched:
    text = f"object {oid[:10]} is missing, though a tree of this repository names it"
    hint = (
        "a clone that was made with --filter has not all: git fetch --refetch --no-filter"
        " brings it; in a whole one git fsck tells what is broken"
    )
    return Unfetched(finding("object-missing", text, hint=hint))


def _missing_or_failed(verb: str, said: bytes) -> Failed:
    """Of a git that doesn't know GIT_NO_LAZY_FETCH: it tries to fetch, and isn't allowed to."""
    wanted = _WANTED.search(said)
    return _missing(wanted[1].decode()) if wanted else git_failed(verb, said)


class _Running:
    """A git that runs, and a file that takes what it complains of: a pipe could be full."""

    def __init__(
        self,
        start: Callable[[Sequence[str], IO[bytes]], "subprocess.Popen[bytes]"],
        arguments: Sequence[str],
    ) -> None:
        self.owner = os.getpid()
        with ExitStack() as stack:
            self._said = stack.enter_context(tempfile.TemporaryFile())
            self.process = start(arguments, self._said)
            stack.pop_all()
        assert self.process.stdin is not None and self.process.stdout is not None
        self.stdin, self.stdout = self.process.stdin, self.process.stdout

    def said(self) -> bytes:
        """What it has complained of."""
        self._said.seek(0)
        return self._said.read(_PIECE)

    def end(self) -> None:
        """Let it go, whatever it is doing."""
        self.process.kill()
        for stream in (self.stdin, self.stdout, self._said):
            with suppress(BrokenPipeError):
                stream.close()
        self.process.wait()
