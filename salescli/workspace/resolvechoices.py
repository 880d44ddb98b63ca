"""The records of a merge that goes on, and what people have decided about them.

Pure but for the names that git has: reads no file.
"""

from collections.abc import Mapping

import msgspec

from salescli.model.ids import fold_name
from salescli.report.records.clashes import Clashing
from salescli.store import layout
from salescli.store.mergestate import Merging
from salescli.workspace.resolvefiles import Choose
from salescli.workspace.schemas import TYPES


class Home(msgspec.Struct, frozen=True):
    """A record of the merge: its kind, id (of a catalogue its path), file and directory."""

    kind: str
    id: str
    file: str

    @property
    def directory(self) -> str:
        """The directory of a deal or lead."""
        return self.file.rpartition("/")[0]

    def called(self, title: str) -> str:
        """The title with the id, or with the path of a catalogue; that alone if it has no title."""
        return self.id if title == self.id else f"{title} ({self.id})"

    @property
    def has_history(self) -> bool:
        """Whether events stand beside the file."""
        return self.kind in ("opportunity", "lead")


class Clashed(msgspec.Struct, frozen=True):
    """A record in which both sides changed the same; `places` are still to be decided."""

    home: Home
    title: str
    places: tuple[Clashing, ...]


class Choices(msgspec.Struct, frozen=True):
    """What was decided: a side for all, values by path, in the record `of` if that is named.

    `merge` are the two commits of which a dialogue has asked.
    """

    of: str = ""
    side: str = ""
    fields: Mapping[str, str] = {}
    answers: Mapping[tuple[str, str], str] = {}  # (file, path) → what a dialogue heard
    merge: tuple[str, str] | tuple[()] = ()

    def chooser(self, home: Home, title: str) -> Choose:
        """What is to hold in a record."""
        is_meant = not self.of or is_named(home, title, self.of)

        def choose(path: str) -> str | None:
            if (home.file, path) in self.answers:
                return self.answers[home.file, path]
            if not is_meant:
                return None
            return self.fields.get(path) or self.side or None

        return choose


def is_named(home: Home, title: str, text: str) -> bool:
    """Whether somebody means this record: by its id, the beginning of one, its title or file."""
    beginnings = (home.id, home.id.partition("-")[2])
    if text in (home.file, home.id) or fold_name(text) == fold_name(title):
        return True
    return len(text) >= 4 and home.id != home.file and any(b.startswith(text) for b in beginnings)


def find_homes(merging: Merging) -> dict[str, Home]:
    """File of the facts → the record, of all that both sides changed."""
    homes: dict[str, Home] = {}
    for path in sorted(merging.files):
        located = layout.locate(path)
        if located is None or not merging.is_of_both(path):
            continue
        kind = located.of if located.kind == "history" else located.kind
        if kind not in TYPES:
            continue
        directory = path.rpartition("/")[0]
        is_born = kind in ("opportunity", "lead")
        file = layout.record_file(kind, directory) if is_born else path
        record_id = layout.id_in(directory.rpartition("/")[2]) if is_born else located.id
        homes[file] = Home(kind, record_id if is_born or "-" in record_id else path, file)
    return homes
