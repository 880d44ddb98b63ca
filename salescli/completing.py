"""What a word on the command line may become: answers for the Tab key of a shell.

Must be quick, so it loads neither click nor the store: commands and options stand in a table made
from the tree of commands (`commands/completiontable.py`), ids are the names of directories, and
names out of catalogues are kept in `.salescli/`, beside the marks of the files they were read from.
In a large store even the names of directories are many: where the index is younger than the
folders it is asked instead, read-only, by the ids that it has.
Nothing is locked, nothing of the store is written, and what can't be read is not offered.
"""

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from itertools import islice
from typing import Any

TABLE = os.path.join(os.path.dirname(__file__), "data", "commands.json")
CACHE = ".salescli/completion.json"
INDEX = ".salescli/index.sqlite"
FORMAT = 3  # of the cache
MOST = 500  # records offered at once
FILES, FOLDERS = ":files", ":folders"  # the shell itself knows these
OPEN_DEALS = "open:opportunity"  # deals that may be moved
REVISIONS = ":revisions"  # branches and tags of git
COLUMNS, CONDITIONS = ":columns", ":conditions"  # of the table that is the first argument
INNER = ("open:activity", "proposal", "open:approval")  # what lies inside of deals and leads
MOST_READ = 2000  # deals that are looked into for their stage
Offer = tuple[str, str]  # what the word may be, and what it is


def complete(words: Sequence[str], directory: str, environ: Mapping[str, str]) -> str:
    """Lines `value<TAB>words about it` for the last of `words`, which follow the program's name.

    `:files` and `:folders` stand for those of the shell. Raises `OSError` and `ValueError` where
    the table can't be read.
    """
    with open(TABLE, encoding="utf-8") as file:
        table = json.load(file)
    *before, word = _joined(words) or [""]
    line = _Line(table, before)
    root = _find_root(directory, line.given.get("-C") or environ.get("SALESCLI_DIR"))
    offers = _Offers(table, root, line.arguments)
    found = list(dict.fromkeys(_offer(line, word, offers)))
    return "".join(_line_of(*offer) for offer in found if offer[0].isprintable())


def _line_of(value: str, about: str) -> str:
    """An offer as shells read it; what is about it never reaches over its line."""
    return f"{value}\t{about}\n" if about and about.isprintable() else f"{value}\n"


def _joined(words: Sequence[str]) -> list[str]:
    """The words as typed; bash makes three of `--owner=anna`, and of `owner=anna`."""
    joined: list[str] = []
    is_begun = False  # by a `=` that was a word of its own: what follows belongs to it
    for word in words:
        is_of_option = bool(joined) and joined[-1].startswith("--") and joined[-1].endswith("=")
        if joined and (word == "=" or is_of_option or (is_begun and not word.startswith("-"))):
            joined[-1] += word
        else:
            joined.append(word)
        is_begun = word == "="
    return joined


class _Line:
    """How far a command line has come: the command, its options and its arguments.

    `wants` is the option whose value comes next, `given` the values of options that were seen.
    """

    def __init__(self, table: Mapping[str, Any], before: Sequence[str]) -> None:
        self.commands: Mapping[str, Any] = table["commands"]
        self.name = ""
        self.wants: Any = None
        self.given: dict[str, str] = {}
        self.arguments: list[str] = []
        self.is_lost = False  # a word was no command
        self.only_arguments = False
        for word in before:
            self._take(word, table["aliases"])

    @property
    def here(self) -> Mapping[str, Any]:
        """The entry of the command so far."""
        entry: Mapping[str, Any] = self.commands[self.name]
        return entry

    def option(self, name: str) -> Any:
        """The entry of an option of this command, None if it has none of that name."""
        return next((one for one in self.here["options"] if name in one["names"]), None)

    def _take(self, word: str, aliases: Mapping[str, str]) -> None:
        if self.wants is not None:
            self.given[self.wants["names"][0]] = word
            self.wants = None
        elif word == "--" and not self.only_arguments:
            self.only_arguments = True
        elif word.startswith("-") and not self.only_arguments:
            option = self.option(word)
            self.wants = option if option is not None and option["values"] is not None else None
        else:
            below = f"{self.name} {aliases.get(word, word)}".strip()
            if self.here["below"] and below in self.commands:
                self.name = below
            else:
                self.is_lost = self.is_lost or bool(self.here["below"])
                self.arguments.append(word)


def _offer(line: _Line, word: str, offers: "_Offers") -> Iterator[Offer]:
    """What a word may be at the end of a line."""
    if line.is_lost:
        return
    if line.wants is not None:
        yield from offers.of(line.wants["values"], word)
        return
    if word.startswith("--") and "=" in word:
        name, _, value = word.partition("=")
        option = line.option(name)
        if option is not None and option["values"] is not None:
            for text, about in offers.of(option["values"], value):
                yield (text if text.startswith(":") else f"{name}={text}", about)
        return
    if word.startswith("-") and not line.only_arguments:
        for option in line.here["options"]:
            for name in option["names"]:
                if name.startswith(word) and (len(name) > 2 or word == name):
                    yield name, option["about"]
        return
    for name in line.here["below"]:
        if name.startswith(word):
            below = f"{line.name} {name}".strip()
            yield name, line.commands[below]["about"]
    arguments = line.here["arguments"]
    if arguments and (len(line.arguments) < len(arguments) or arguments[-1]["many"]):
        place = min(len(line.arguments), len(arguments) - 1)
        yield from offers.of(arguments[place]["values"], word)


class _Offers:
    """The values there are in a store, by the kinds of the table."""

    def __init__(
        self, table: Mapping[str, Any], root: str | None, arguments: Sequence[str]
    ) -> None:
        self._table = table
        self._arguments = arguments
        self._root = root
        self._named: Mapping[str, Mapping[str, str]] | None = None

    def of(self, kinds: Sequence[str], word: str) -> Iterator[Offer]:
        """The values of these kinds that begin with `word`."""
        for kind in kinds:
            if kind.startswith("="):
                if kind[1:].startswith(word):
                    yield kind[1:], ""
            elif kind in (FILES, FOLDERS):
                yield kind, ""
            elif kind == OPEN_DEALS:
                yield from self._open_deals(word)
            elif kind == REVISIONS:
                yield from self._revisions(word)
            elif kind.startswith("name:"):
                yield from self._field_names(kind, word)
            elif kind in (COLUMNS, CONDITIONS):
                yield from self._of_table(kind, word)
            elif kind in INNER:
                yield from self._inner(kind, word)
            elif kind in self._table["records"]:
                yield from self._records(self._table["records"][kind], word)
            else:
                for value, about in self._catalogues().get(kind, {}).items():
                    if value.startswith(word):
                        yield value, about

    def _field_names(self, kind: str, word: str) -> Iterator[Offer]:
        """Names of fields, after those that stand before a comma; a `-` turns an order round."""
        name, equals, value = word.partition("=")
        if equals:
            yield from self._field_values(kind, name, value)
        if any(sign in word for sign in "=<>~!"):
            return  # a condition that has come to its value
        head, comma, last = word.rpartition(",")
        begun = head + comma + ("-" if last.startswith("-") else "")
        for name in self._catalogues().get(kind, {}):
            if name.startswith(last.removeprefix("-")):
                yield begun + name, ""

    def _field_values(self, kind: str, name: str, typed: str) -> Iterator[Offer]:
        """Conditions with a value of a field that has certain ones, after those before a comma."""
        kinds = self._catalogues().get(kind, {}).get(name.rstrip("!"), "").split()
        head, comma, last = typed.rpartition(",")
        for value, about in self.of(kinds, last):
            yield f"{name}={head}{comma}{value}", about

    def _of_table(self, kind: str, word: str) -> Iterator[Offer]:
        """Names of the columns of the table on the line; conditions on records have more names."""
        table = "".join(self._arguments[:1]).replace("-", "_")
        table = self._table["aliases"].get(table, table)
        named = [f"column:{table}"] if kind == COLUMNS else [f"name:{table}", f"column:{table}"]
        known = next((one for one in named if one in self._catalogues()), "")
        yield from self._field_names(known, word)

    def _inner(self, kind: str, word: str) -> Iterator[Offer]:
        """Ids of what lies inside of deals and leads, those of the newest years first."""
        inner = import_module("salescli.completing_inner")
        start, cut = _begun(inner.PREFIXES[kind], word)
        places = self._table["records"]
        found = (one for of in ("opportunity", "lead") for one in self._directories(places[of], ""))
        histories = (
            (slug.replace("-", " "), os.path.join(folder, "history.yaml"))
            for slug, _, folder in islice(found, MOST)
        )
        for name, about in islice(inner.find_inner(histories, kind, start), MOST):
            yield name[cut:], about

    def _records(self, place: Mapping[str, str], word: str) -> Iterator[Offer]:
        """Ids of born records; one that was begun without its prefix goes on without it."""
        start, cut = _begun(f"{place['prefix']}-", word)
        is_found = False
        for slug, record, _ in islice(self._directories(place, start), MOST):
            is_found = True
            yield record[cut:], slug.replace("-", " ")
        if not is_found and word:
            yield from self._named_so(place, word)

    def _named_so(self, place: Mapping[str, str], word: str) -> Iterator[Offer]:
        """The id of the one record in whose name a word begins so; of several none is meant."""
        part = f"-{'-'.join(word.lower().split())}"
        every = self._directories(place, "")
        alike = list(islice((one for one in every if part in f"-{one[0]}"), 2))
        for slug, record, _ in alike[:1] if len(alike) == 1 else ():
            yield record, slug.replace("-", " ")

    def _open_deals(self, word: str) -> Iterator[Offer]:
        """Deals at an open stage; of those of one title also the client."""
        places = self._table["records"]
        place = places["opportunity"]
        start, cut = _begun(f"{place['prefix']}-", word)
        is_open = self._catalogues().get("open-stage", {})
        found: list[tuple[str, str, str]] = []
        for slug, record, folder in islice(self._directories(place, start), MOST_READ):
            head = _head_of(os.path.join(str(self._root), folder, "opportunity.yaml"))
            if head.get("stage", "") in is_open and len(found) < MOST:
                found.append((slug, record[cut:], head.get("client", "")))
        slugs = [slug for slug, _, _ in found]
        alike = {slug for slug in slugs if slugs.count(slug) > 1}
        clients: dict[str, str] = {}
        for kind in ("account", "contact") if alike else ():
            clients |= {one: slug for slug, one, _ in self._directories(places[kind], "")}
        for slug, record, client in found:
            about = f"{slug}, {clients.get(client, client)}" if slug in alike else slug
            yield record, about.replace("-", " ")

    def _revisions(self, word: str) -> Iterator[Offer]:
        revisions = import_module("salescli.completing_revisions")
        known = revisions.find_revisions(self._root, _lines_of) if self._root is not None else ()
        yield from ((name, "") for name in islice(known, MOST) if name.startswith(word))

    def _directories(self, place: Mapping[str, str], start: str) -> Iterator[tuple[str, str, str]]:
        """(slug, id, path) of the records of a kind whose ids begin so.

        Those filed by years come with the newest first. Most names of a large store are passed over
        by the search for `--` and the start alone.
        """
        if self._root is None:
            return
        top = os.path.join(self._root, place["folder"])
        folders = [top]
        if place["years"]:
            folders = [os.path.join(top, year) for year in sorted(_listed(top), reverse=True)]
        indexed = self._indexed(folders, start)
        listed = ((folder, name) for folder in folders for name in _listed(folder))
        likely = (one for one in listed if f"--{start}" in one[1])
        for folder, name in likely if indexed is None else indexed:
            slug, _, record = name.removesuffix(".yaml").rpartition("--")
            if record.startswith(start) and record.startswith(place["prefix"]):
                yield slug, record, os.path.join(folder, name)

    def _indexed(self, folders: Sequence[str], start: str) -> list[tuple[str, str]] | None:
        """(folder, name) as the index has them; None if it may not have them all."""
        path = os.path.join(str(self._root), INDEX)
        query = "SELECT name FROM record WHERE folder = ? AND id >= ? AND id < ? LIMIT ?"
        names: list[tuple[str, str]] = []
        try:
            if any(os.stat(folder).st_mtime_ns >= os.stat(path).st_mtime_ns for folder in folders):
                return None
            db = sqlite3.connect(f"file:{_escaped(path)}?mode=ro", uri=True, timeout=0.1)
            try:
                db.execute(
                    "PRAGMA trusted_schema = OFF"
                )  # a copied directory may bring any database
                for folder in folders:
                    relative = os.path.relpath(folder, self._root)
                    rows = db.execute(query, [relative, start, f"{start}~", MOST - len(names)])
                    names += [(folder, name) for (name,) in rows]
            finally:
                db.close()
        except (OSError, sqlite3.Error):
            return None
        return names

    def _catalogues(self) -> Mapping[str, Mapping[str, str]]:
        if self._named is None:
            self._named = {} if self._root is None else _named_things(self._root, self._table)
        return self._named


def _begun(prefix: str, word: str) -> tuple[str, int]:
    """How ids begin that a word may become, and how much of them is left out of what is offered."""
    is_bare = bool(word) and not word.startswith(prefix) and not prefix.startswith(word)
    return (prefix + word, len(prefix)) if is_bare else (word, 0)


def _lines_of(path: str) -> Iterator[str]:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            yield from file
    except OSError:
        return


def _head_of(path: str) -> dict[str, str]:
    """The first lines of a record, in which every one has its stage and its client."""
    pairs = (line.partition(": ") for line in islice(_lines_of(path), 8))
    return {key: value.strip().strip("\"'") for key, _, value in pairs}


def _escaped(path: str) -> str:
    """A path as it stands in a URI."""
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _find_root(directory: str, named: str | None) -> str | None:
    """The store: the named folder, else the nearest one upwards that has settings."""
    folder = os.path.join(directory, os.path.expanduser(named or ""))
    while not os.path.exists(os.path.join(folder, "salescli.yaml")):
        above = os.path.dirname(folder)
        if named or above == folder:
            return None
        folder = above
    return folder


def _named_things(root: str, table: Mapping[str, Any]) -> Mapping[str, Mapping[str, str]]:
    """kind → id → name out of the catalogues, as they were read last unless a file has changed."""
    marks = [["", FORMAT, 0]]  # what was kept by another version is read anew
    marks += [mark for path in table["catalogues"] for mark in _marks(root, path)]
    path = os.path.join(root, CACHE)
    try:
        with open(path, encoding="utf-8") as file:
            kept = json.load(file)
        if kept["marks"] == marks:
            named: Mapping[str, Mapping[str, str]] = kept["named"]
            return named
    except (OSError, ValueError, LookupError, TypeError):
        pass  # none yet, or not one of ours: it is made anew
    named = import_module("salescli.workspace.completions").read_named_things(root)
    _keep(path, {"marks": marks, "named": named})
    return named


def _marks(root: str, path: str) -> Iterator[list[Any]]:
    """[path, time, size] of a file, or of each in a folder."""
    full = os.path.join(root, path)
    if not path.endswith(".yaml"):
        for name in sorted(_listed(full)):
            if name.endswith(".yaml"):
                yield from _marks(root, f"{path}/{name}")
        return
    try:
        found = os.stat(full)
    except OSError:
        return
    yield [path, found.st_mtime_ns, found.st_size]


def _keep(path: str, document: Mapping[str, Any]) -> None:
    """Keep what was read beside the index, whole or not at all; where it can't be, it isn't."""
    new = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(new, "x", encoding="utf-8") as file:
            json.dump(document, file, ensure_ascii=False)
        os.replace(new, path)
    except OSError:
        return
