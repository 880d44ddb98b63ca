"""What a command that touched records of many kinds is called, in the log and in commits."""

from collections.abc import Iterable, Sequence

from salescli.model.errors import SalesError
from salescli.report.text.numbers import format_number_of
from salescli.store import layout
from salescli.store.yamltext import read_tree
from salescli.workspace.addressing import find_by_id
from salescli.workspace.session import Session

MOST_NAMED = 3
_DATED = {"prices": "price from", "hourly": "hourly cost from"}


def title_of(session: Session, verb: str, names: Sequence[str]) -> str:
    """`resolve opp-7k2m9xq4tb: Flat 47`; of several how many there are, and the first by name.

    `names` are ids of records, and paths of files that are none.
    """
    if len(names) == 1:
        named = _named(session, names[0])
        return f"{verb} {names[0]}" + (f": {named}" if named != names[0] else "")
    told = ", ".join(_named(session, name) for name in names[:MOST_NAMED])
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{verb}: {format_number_of(len(names), 'record')}" + (f", {told}{more}" if told else "")


def told_fields(paths: Iterable[str]) -> str:
    """Changed paths in the trade's words: `close date, price from 2026-12-01`."""
    return ", ".join(dict.fromkeys(_told(path) for path in paths))


def _told(path: str) -> str:
    top, _, key = path.partition("/")
    if top == "external" and key:
        return f"id in {key}"
    words = f"{_DATED[top]} {key}" if key and top in _DATED else path.replace("/", " ")
    return words.removeprefix("custom ").replace("_", " ")


def _named(session: Session, name: str) -> str:
    """The title or name of a record as its file says it now; what can't be read is its id."""
    found = find_by_id(session, name)
    if found is None:
        return name
    is_client = found.kind in ("account", "contact")
    path = found.path if is_client else layout.record_file(found.kind, found.path)
    try:
        tree = read_tree(session.files.read(path) or b"", path)
    except SalesError:
        return name
    said = tree.get("name" if is_client else "title")
    return said if isinstance(said, str) else name
