"""Records of the index in an order that two clones share, and their histories as they stand."""

from collections.abc import Iterator

from salescli.store.index import Index
from salescli.store.layout import HISTORY, prefix_of

_VALID = "FROM record WHERE id GLOB ? AND chunk IS NOT NULL ORDER BY"


def ordered_ids(index: Index, kind: str) -> list[str]:
    """Ids of all valid records of a kind, in the order of their paths."""
    query, values = f"SELECT id {_VALID} folder, name", [f"{prefix_of(kind)}*"]
    rows = index.run(lambda db: db.execute(query, values).fetchall())
    return [record for (record,) in rows]


def lowest_ids(index: Index, kind: str, count: int) -> list[str]:
    """The first `count` ids of records of a kind, readable or not, as the index stands."""
    first = prefix_of(kind)
    after = first.replace("-", ".")  # the next character
    query = f"SELECT id FROM record WHERE id >= ? AND id < ? ORDER BY id LIMIT {count:d}"
    rows = index.run(lambda db: db.execute(query, [first, after]).fetchall())
    return [record for (record,) in rows]


def read_histories(index: Index, kind: str) -> Iterator[tuple[str, str, bytes]]:
    """(id, file, bytes) of the history of every valid record of a kind, by id.

    Raises FileNotFoundError, `Damaged` and `Failed` for what broke since `refresh`.
    """
    query, values = f"SELECT id, folder, name {_VALID} id", [f"{prefix_of(kind)}*"]
    known: set[str] = set()
    for record_id, *path in index.run(lambda db: db.execute(query, values).fetchall()):
        file = "/".join([*path, HISTORY])
        yield record_id, file, index.read_file(file, known)
