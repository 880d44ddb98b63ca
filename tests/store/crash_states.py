"""What may stand on a disk after the power went, for a list of recorded file-system calls.

A small model, weaker than any file system we know: whatever was not made durable may or may not
survive, each operation by itself, a write also in half or as zeros. Names in a directory are made
durable by an fsync of the directory, bytes by an fsync of the file, all by syncfs.
"""

import itertools
import random
from collections.abc import Iterator, Mapping
from typing import Any

Call = tuple[Any, ...]
Tree = frozenset[tuple[str, bytes | None]]  # None for a directory


class _Node:
    """A file or a directory: what is durable, and the operations that may be lost."""

    def __init__(self, durable: Any) -> None:
        self.durable = durable  # bytes, or {name: _Node}
        self.pending: list[tuple[Any, ...]] = []

    def sync(self) -> None:
        self.durable = self.now()
        self.pending = []

    def now(self) -> Any:
        return _applied(self.durable, [(operation, "whole") for operation in self.pending])


def _applied(durable: Any, survivors: list[tuple[tuple[Any, ...], str]]) -> Any:
    if isinstance(durable, dict):
        names = dict(durable)
        for (kind, name, node), _ in survivors:
            if kind == "set":
                names[name] = node
            elif kind == "rename":  # within a directory: one operation
                old, new = name
                names.pop(old, None)
                names[new] = node
            else:
                names.pop(name, None)
        return names
    data: bytes = durable
    for (kind, offset, new), how in survivors:
        if kind == "truncate":
            data = data[:offset]
            continue
        part = {"whole": new, "half": new[: len(new) // 2], "zeros": bytes(len(new))}[how]
        data = data[:offset].ljust(offset, b"\0") + part + data[offset + len(part) :]
    return data


class Disk:
    """The model; `run` takes the recorded calls one by one."""

    def __init__(self, tree: Mapping[str, bytes | None]) -> None:
        self.root = _Node({})
        for path, data in sorted(tree.items()):
            directory = self.root
            *parents, name = path.split("/")
            for parent in parents:
                directory = directory.durable.setdefault(parent, _Node({}))
            directory.durable[name] = _Node({} if data is None else data)

    def _find(self, path: str) -> _Node:
        node = self.root
        for name in path.split("/") if path else []:
            node = node.now()[name]
        return node

    def _parent(self, path: str) -> tuple[_Node, str]:
        parent, _, name = path.rpartition("/")
        return self._find(parent), name

    def run(self, call: Call) -> None:
        kind, path, *rest = call
        if kind == "syncfs":
            for node in list(self._nodes()):
                node.sync()
        elif kind in ("fsync_file", "fsync_directory"):
            self._find(path).sync()
        elif kind == "write_at":
            self._find(path).pending.append(("write", rest[0], rest[1]))
        elif kind == "truncate":
            self._find(path).pending.append(("truncate", rest[0], b""))
        elif kind == "rename":
            self._rename(path, rest[0])
        elif kind in ("write_new", "mkdir"):
            parent, name = self._parent(path)
            node = _Node({} if kind == "mkdir" else b"")
            if kind == "write_new":
                node.pending.append(("write", 0, rest[0]))
            parent.pending.append(("set", name, node))
        else:
            parent, name = self._parent(path)
            parent.pending.append(("remove", name, None))

    def _rename(self, old: str, new: str) -> None:
        node = self._find(old)
        (source, old_name), (target, new_name) = self._parent(old), self._parent(new)
        if source is target:
            source.pending.append(("rename", (old_name, new_name), node))
        else:
            target.pending.append(("set", new_name, node))
            source.pending.append(("remove", old_name, None))

    def _nodes(self) -> Iterator[_Node]:
        seen: set[int] = set()
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            yield node
            if isinstance(node.durable, dict):
                waiting += node.durable.values()
                waiting += [entry for _, _, entry in node.pending if entry is not None]

    def states(self, limit: int, seed: int) -> Iterator[Tree]:
        """Trees after a crash now: all, or a sample of `limit` beside the extreme ones."""
        nodes = [node for node in self._nodes() if node.pending]
        choices = [
            ("lost", "whole", "half", "zeros") if operation[0] == "write" else ("lost", "whole")
            for node in nodes
            for operation in node.pending
        ]
        total = 1
        for options in choices:
            total *= len(options)
        for fates in _fates(choices, total, limit, seed):
            yield self._tree(nodes, fates)

    def _tree(self, nodes: list[_Node], fates: tuple[str, ...]) -> Tree:
        fate = iter(fates)
        chosen = {
            id(node): _applied(
                node.durable,
                [(op, how) for op in node.pending if (how := next(fate)) != "lost"],
            )
            for node in nodes
        }
        entries: list[tuple[str, bytes | None]] = []
        waiting = [("", self.root)]
        while waiting:
            path, node = waiting.pop()
            value = chosen.get(id(node), node.durable)
            if isinstance(value, dict):
                if path:
                    entries.append((path, None))
                waiting += [(f"{path}/{n}".lstrip("/"), child) for n, child in value.items()]
            else:
                entries.append((path, value))
        return frozenset(entries)


def _fates(
    choices: list[tuple[str, ...]], total: int, limit: int, seed: int
) -> Iterator[tuple[str, ...]]:
    if total <= limit:
        yield from itertools.product(*choices)
        return
    whole = tuple("whole" for _ in choices)
    lost = tuple("lost" for _ in choices)
    yield whole
    yield lost
    for index, options in enumerate(choices):
        for option in options:
            yield (*whole[:index], option, *whole[index + 1 :])
            yield (*lost[:index], option, *lost[index + 1 :])
    chance = random.Random(seed)
    for _ in range(limit):
        yield tuple(chance.choice(options) for options in choices)


def explore(
    tree: Mapping[str, bytes | None], calls: list[Call], limit: int
) -> Iterator[tuple[Tree, frozenset[str]]]:
    """Each possible tree after a crash, once, with the marks that were passed at its time.

    A mark is a call `("mark", NAME)`.
    """
    disk = Disk(tree)
    marks: frozenset[str] = frozenset()
    seen: set[tuple[Tree, frozenset[str]]] = set()
    for number, call in enumerate([("mark", "start"), *calls]):
        if call[0] == "mark":
            marks |= {call[1]}
        else:
            disk.run(call)
        for state in disk.states(limit, number):
            if (state, marks) not in seen:
                seen.add((state, marks))
                yield state, marks
