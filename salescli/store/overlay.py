"""The index of a store in the middle of many changes: answers are as if they were on disk.

For a command that stages one change after the other under the exclusive lock, where each sees
those before it. The disk is compared once; then only what was staged since is read again, in
memory, and only for the kinds of records that are asked for.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from salescli.model.deal import Deal, Facts
from salescli.store.digest import files_of, word_of_key
from salescli.store.index import Index
from salescli.store.layout import FOLDERS, home_of, locate
from salescli.store.transaction import Transaction

WITH_HISTORY = ("opportunity", "lead")
CLIENTS = ("account", "contact")


class OverlaidIndex(Index):
    """An index that sees what a transaction has staged, from the last `refresh` on."""

    def __init__(self, files: Transaction, *, in_git_hook: bool = False) -> None:
        super().__init__(files.root, in_git_hook=in_git_hook)
        self._files = files
        self._is_compared = False
        self._waiting: dict[str, set[str]] = {kind: set() for kind in FOLDERS}  # kind → records
        self._laid: dict[str, set[str]] = {kind: set() for kind in FOLDERS}
        self._wanted: set[str] = set()  # kinds that are to be seen as they are now
        self._expected: dict[str, str] = {}  # paths of those that will be asked for

    def expect(self, ids: Collection[str]) -> None:
        """Look up where these records are, at once: `path_of` will be asked for each."""
        self._expected = self.paths_of(ids)

    def refresh(self, overlay: Mapping[str, bytes | None] | None = None) -> None:
        """From the next question on all is seen as it is now; the disk is compared once only."""
        self._compare()
        self._wanted = set(FOLDERS)

    def path_of(self, record_id: str) -> str | None:
        path = self._expected.get(record_id) or super().path_of(record_id)
        if path is None and not self._is_compared:  # a clone without an index, mostly
            self._compare()
            path = super().path_of(record_id)
        return path

    def deals(self) -> Iterator[Deal]:
        self._see("opportunity")
        return super().deals()

    def whole_deals(self, ids: Collection[str] | None = None) -> Iterator[tuple[Deal, Facts]]:
        self._see("opportunity")
        return super().whole_deals(ids)

    def documents(self, kind: str, ids: Collection[str] | None = None) -> Iterator[Facts]:
        self._see(kind)
        return super().documents(kind, ids)

    def clients(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        self._see(*CLIENTS)
        return super().clients()

    def titled(self, kind: str, text: str) -> list[str]:
        self._see(kind)
        return super().titled(kind, text)

    def holders(self, beginning: str) -> list[tuple[str, str]]:
        self._see(*WITH_HISTORY)
        return super().holders(beginning)

    def holding(self, prefix: str) -> list[str]:
        self._see(*WITH_HISTORY)
        return super().holding(prefix)

    def covering(self, lead_id: str) -> list[str]:
        self._see("opportunity")
        return super().covering(lead_id)

    def keyed(self, key: str) -> list[str]:
        """Ids of the deals and leads that have an event with an idempotency key like this."""
        query = "SELECT DISTINCT record FROM word WHERE text = ? ORDER BY record"
        return [record for (record,) in self._rows(query, [word_of_key(key)])]

    def _compare(self) -> None:
        if not self._is_compared:
            self._expected = {}  # a record may have been moved
            super().refresh()
            self._is_compared = True

    def _see(self, *kinds: str) -> None:
        """Read again what was staged of these kinds, if that was asked for since."""
        asked = self._wanted.intersection(kinds)
        if not asked:
            return
        self._wanted -= asked
        for path in self._files.take_touched():
            found = record_of(path)
            if found is not None:
                self._waiting[found[0]].add(found[1])
        for kind in asked:
            records, self._waiting[kind] = self._waiting[kind], set()
            self._laid[kind] |= records
            files = [record + suffix for record in records for suffix in files_of(kind)]
            if files:
                self._lay_over({file: self._files.read(file) for file in files})

    def _give_up(self, error: Exception) -> None:
        super()._give_up(error)
        self._is_compared = False
        for kind, records in self._laid.items():
            self._waiting[kind] |= records


def record_of(path: str) -> tuple[str, str] | None:
    """(kind, path of the record) that a file belongs to; None for what is no born record."""
    located = locate(path)
    kind = (located.of or located.kind) if located is not None else ""
    if kind not in FOLDERS:
        return None
    return kind, home_of(path)
