"""A store from the lines that `export store` wrote: the same bytes, or nothing.

Owns what must hold of all lines together: a beginning, an end, every path once, no record without
its history. Every fault is told with its line.
"""

from collections.abc import Iterable, Iterator

import msgspec

from salescli.model.errors import Damaged, Finding, Gathered, Place, Refused, finding
from salescli.model.records import RECORD_TYPES
from salescli.report.text.numbers import format_number_of
from salescli.store import layout
from salescli.store.digest import has_history
from salescli.store.transaction import Transaction
from salescli.workspace.exporting.storelines import SCHEMA, Line, parse_line, read_file_line
from salescli.workspace.outcome import Outcome

_NEEDED = (layout.SETTINGS, layout.TEAM, layout.DICTIONARIES)
_AGAIN = "write it again with salescli export store"


def restore_store(files: Transaction, lines: Iterable[bytes], shown: str) -> Outcome:
    """Stage the store that `lines` tell; `shown` is how their file was typed.

    What stands there already must be a store without records: its settings and catalogues go.
    Raises `Damaged` with every line that is wrong, `Refused` (`store-has-records`).
    """
    refuse_records(files)
    gathered = Gathered()
    staged: set[str] = set()
    counted = _Ends()
    for number, source in enumerate(lines, 1):
        with gathered.trying():
            try:
                line = parse_line(source)
                _take(files, line, number, counted, staged)
            except Damaged as error:
                raise Damaged(*(_placed(one, shown, number) for one in error.findings)) from None
        if not counted.is_begun:
            break  # it is something else altogether: one word about it is enough
    gathered.raise_all()
    for problem in (*counted.problems(len(staged)), *_missing(staged)):
        gathered.add(Damaged(msgspec.structs.replace(problem, place=Place(shown))))
    gathered.raise_all()
    for path in _catalogues_there(files):
        if path not in staged:
            files.remove(path)
    return _outcome(counted.name, staged)


def refuse_records(files: Transaction) -> None:
    """Raise `Refused` (`store-has-records`) where there are records: nothing is mixed with them."""
    for folder in layout.FOLDERS.values():
        if files.list_directory(folder):
            text = f"the store has {folder} already, and a whole store goes only into an empty one"
            hint = "name a folder that isn't there, or import rows: salescli import csv"
            raise Refused(finding("store-has-records", text, hint=hint))


class _Ends:
    """The first and the last line, as far as they have come."""

    def __init__(self) -> None:
        self.name = ""
        self.is_begun = False
        self.files: int | None = None

    def problems(self, staged: int) -> Iterator[Finding]:
        if self.files is None:
            text = "the file ends before the store does: its last line is missing"
            yield finding("cut-off", text, hint=_AGAIN)
        elif self.files != staged:
            text = f"{self.files} files were written, {staged} are here"
            yield finding("cut-off", text, hint=_AGAIN)


def _take(files: Transaction, line: Line, number: int, ends: _Ends, staged: set[str]) -> None:
    """Stage the file of one line, or take note of a line that is none."""
    if number == 1:
        if line.schema != SCHEMA:
            text = f"the first line does not say {SCHEMA}"
            raise Damaged(finding("not-a-store-line", text, hint=_AGAIN))
        ends.is_begun, ends.name = True, line.name or ""
        return
    if line.files is not None:
        ends.files = line.files
        return
    path = line.path or ""
    source = read_file_line(line)
    if path in staged:
        raise Damaged(finding("path-twice", f"{path} stands here a second time", hint=_AGAIN))
    staged.add(path)
    files.write(path, source)


def _placed(problem: Finding, shown: str, number: int) -> Finding:
    """A finding at its line of the file; where it lies inside the text of that line is said."""
    inner = problem.place
    text = problem.text
    if inner is not None and inner.line:
        text = f"{inner}: {text}"
    return msgspec.structs.replace(problem, text=text, place=Place(shown, number, 1))


def _missing(staged: set[str]) -> Iterator[Finding]:
    for path in _NEEDED:
        if path not in staged:
            yield finding("missing-file", f"{path} is missing", hint=_AGAIN)
    directories = {}
    for path in staged:
        located = layout.locate(path)
        kind = (located.of or located.kind) if located is not None else ""
        if has_history(kind):
            directories["/".join(path.split("/")[:3])] = kind
    for directory, kind in sorted(directories.items()):
        for path in (layout.record_file(kind, directory), f"{directory}/{layout.HISTORY}"):
            if path not in staged:
                yield finding("missing-file", f"{path} is missing", hint=_AGAIN)


def _catalogues_there(files: Transaction) -> Iterator[str]:
    yield from (name for name in layout.SINGLE_FILES if files.exists(name))
    for folder in layout.CATALOGUE_FOLDERS.values():
        for name in files.list_directory(folder):
            if layout.locate(f"{folder}/{name}") is not None:
                yield f"{folder}/{name}"


def _outcome(name: str, staged: set[str]) -> Outcome:
    records = sum(
        located.kind in RECORD_TYPES for path in staged if (located := layout.locate(path))
    )
    told = f"{format_number_of(records, 'record')} in {format_number_of(len(staged), 'file')}"
    words = (f"{name} is here: {told}.", "salescli check holds it against every rule.")
    return Outcome((), words, f"import the store {name}")
