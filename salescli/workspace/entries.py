"""Many entries of the files of named things in one writing: each patch reads its whole file.

While a batch is open, what is added is seen by whoever asks the session, and written at its end.
"""

from collections.abc import Callable, MutableMapping, Sequence
from typing import Any

import msgspec

from salescli.model.conversion import build_record
from salescli.store.dump import build_tree, dump_document
from salescli.store.patch import Set, patch
from salescli.store.yamltext import read_tree

Write = Callable[[Sequence[Set]], None]


class Pending(msgspec.Struct, frozen=True):
    """One new entry: its edit, and the catalogue that was told of it."""

    edit: Set
    known: MutableMapping[str, Any]
    write: Write


class EntryBatch:
    """New entries that wait to be written; those of a row can be forgotten."""

    def __init__(self) -> None:
        self._pending: dict[tuple[str, str], Pending] = {}  # (top key, id) → entry
        self._row: list[tuple[str, str]] = []
        self._flushed: dict[tuple[str, str], Pending] = {}  # while the row ran: of rows before it

    def begin_row(self) -> None:
        """From here on, what is added belongs to one row."""
        self._row.clear()
        self._flushed.clear()

    def forget_row(self) -> None:
        """The row was dropped, and with it what it had added; what it had flushed is kept."""
        for place in self._row:
            pending = self._pending.pop(place, None)
            if pending is not None:
                pending.known.pop(place[1], None)
        self._row.clear()
        if self._flushed:
            self._pending = {**self._flushed, **self._pending}
            self.flush()
            self._flushed.clear()

    def add(
        self,
        edit: Set,
        record: type[msgspec.Struct],
        known: MutableMapping[str, Any],
        write: Write,
    ) -> None:
        """Take an entry, written later by `write`; `known` is what the session has of them."""
        place = (str(edit.path[0]), str(edit.path[1]))
        tree: Any = build_tree(edit.value)
        known[place[1]] = build_record(tree, record)
        self._pending[place] = Pending(edit, known, write)
        self._row.append(place)

    def flush(self) -> None:
        """Write all that waits: whoever changes an entry wants it in its file."""
        self._flushed |= {p: e for p, e in self._pending.items() if p not in self._row}
        waiting: dict[int, list[Pending]] = {}
        for pending in self._pending.values():
            waiting.setdefault(id(pending.known), []).append(pending)
        self._pending.clear()
        self._row.clear()
        for entries in waiting.values():
            entries[0].write([entry.edit for entry in entries])


def add_entries(source: bytes, file: str, edits: Sequence[Set], key_order: Sequence[str]) -> bytes:
    """`source` with new entries of one mapping, each before the first that is greater.

    Those that go between the same two are written together, so that the file is read once for
    all of them.
    """
    tree: Any = read_tree(source, file)
    known = list(tree.get(str(edits[0].path[0])) or {})
    gaps: dict[str, list[Set]] = {}
    for edit in sorted(edits, key=lambda entry: str(entry.path[1])):
        name = str(edit.path[1])
        gaps.setdefault(next((key for key in known if key > name), ""), []).append(edit)
    for together in gaps.values():
        source = _add_block(source, file, together, key_order)
    return source


def _add_block(source: bytes, file: str, edits: Sequence[Set], key_order: Sequence[str]) -> bytes:
    """The first goes in as any edit does; where that is a block of lines, the others follow it."""
    patched = patch(source, file, edits[:1], key_order)
    block = _lines(edits[:1])
    start = patched.find(block)
    before, after = patched[:start], patched[start + len(block) :]
    if start >= 0 and before + after == source:
        whole = before + _lines(edits) + after
        expected: Any = read_tree(patched, file)
        top = str(edits[0].path[0])
        expected[top] |= {str(edit.path[1]): build_tree(edit.value) for edit in edits}
        if read_tree(whole, file) == expected:
            return whole
    return patch(patched, file, edits[1:], key_order)


def _lines(edits: Sequence[Set]) -> bytes:
    """The entries as lines, without the key that they stand under."""
    top = str(edits[0].path[0])
    text = dump_document({top: {str(edit.path[1]): edit.value for edit in edits}})
    return text.encode().partition(b"\n")[2]
