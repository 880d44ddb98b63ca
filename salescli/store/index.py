"""The index: what lists and reports need of all records, kept in `.salescli/index.sqlite`.

Owns what is asked of the database. It answers reads only, and only after each record's mark was
compared with the disk (`indexdatabase`); it may be deleted at any time. Must not compute figures.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from salescli.model.deal import Deal, Facts
from salescli.model.errors import Finding
from salescli.model.ids import INNER_PREFIXES, is_born_id
from salescli.model.visits import seconds
from salescli.store.digest import word_of
from salescli.store.indexdatabase import IndexDatabase, let_go
from salescli.store.indexrows import (
    encode_ids,
    shortest,
)
from salescli.store.layout import FOLDERS, HISTORY, prefix_of
from salescli.store.packing import (
    PackedPast,
    unpack_deals,
    unpack_facts,
    unpack_findings,
    unpack_pasts,
)
from salescli.store.parts import count_in_parts
from salescli.store.past import Run, deal_runs, deals_at

T = TypeVar("T")
_DEALS = "SELECT blob FROM deals"
_OF_THESE = (
    "number IN (SELECT chunk FROM record WHERE id IN (SELECT value FROM json_each(?)))"  # of `ids`
)


class Index(IndexDatabase):
    """The records of a store as of the last `refresh`; options as of `IndexDatabase`."""

    def deals(self) -> Iterator[Deal]:
        """All valid deals, a chunk at a time, in no particular order."""
        yield from self._deals_of(let_go(self._blob_rows(_DEALS)))

    def deals_as_of(self, instant: datetime) -> Iterator[Deal]:
        """All valid deals as the events until `instant` say; later ones are left out.

        Raises `Damaged` for a history that broke since `refresh`.
        """
        return (deal for (deal,) in self.deals_at([instant]) if deal is not None)

    def deals_at(self, instants: Sequence[datetime | None]) -> Iterator[Sequence[Deal | None]]:
        """Each valid deal as of each instant, None where it began later: `past.deals_at`."""
        yield from self._states_of(let_go(self._rows_with_pasts(instants)), instants)

    def count_deals(self, count: Callable[[Iterable[Deal]], T]) -> list[T]:
        """What `count` makes of all valid deals, part by part: of many by two processes."""
        return count_in_parts(self._blob_rows(_DEALS), lambda rows: count(self._deals_of(rows)))

    def count_states(
        self,
        instants: Sequence[datetime | None],
        count: Callable[[Iterable[Sequence[Deal | None]]], T],
    ) -> list[T]:
        """The same of each deal as of each instant, as `deals_at` has them."""
        rows = self._rows_with_pasts(instants)
        return count_in_parts(rows, lambda some: count(self._states_of(some, instants)))

    def count_runs(
        self, instants: Sequence[datetime | None], count: Callable[[Iterable[list[Run]]], T]
    ) -> list[T]:
        """The same of each deal by the instants from which on it was another: `past.deal_runs`."""
        rows = self._rows_with_pasts(instants)
        return count_in_parts(
            rows, lambda some: count(self._runs_of(some, instants)), are_heavy=True
        )

    def _deals_of(self, rows: Iterable[Any]) -> Iterator[Deal]:
        for (blob,) in rows:
            deals = unpack_deals(blob)
            yield from (d for d in deals if d.id not in self.left_out) if self.left_out else deals

    def _states_of(
        self, rows: Iterable[Any], instants: Sequence[datetime | None]
    ) -> Iterator[Sequence[Deal | None]]:
        return deals_at(self._with_pasts(rows), instants, self._history)

    def _runs_of(
        self, rows: Iterable[Any], instants: Sequence[datetime | None]
    ) -> Iterator[list[Run]]:
        return deal_runs(self._with_pasts(rows), instants, self._history)

    def _rows_with_pasts(self, instants: Sequence[datetime | None]) -> list[Any]:
        if earliest := min((seconds(one) for one in instants if one is not None), default=None):
            self._whole(lambda db: self._fill_pasts(db, earliest))
        return self._blob_rows(
            "SELECT deals.blob, pasts.blob FROM deals LEFT JOIN pasts USING (number)"
        )

    def _with_pasts(self, rows: Iterable[Any]) -> Iterator[tuple[Deal, PackedPast | None]]:
        for blob, other in rows:
            pasts = {} if other is None else {past.id: past for past in unpack_pasts(other)}
            for deal in unpack_deals(blob):
                if deal.id not in self.left_out:
                    yield deal, pasts.get(deal.id)

    def _history(self, record_id: str) -> tuple[str, bytes]:
        return (file := f"{self.path_of(record_id)}/{HISTORY}"), self.read_file(file, set())

    def facts(self, ids: Collection[str] | None = None) -> Iterator[Facts]:
        """The rest of all valid deals, or of those with `ids`, in no particular order."""
        return self.documents("opportunity", ids)

    def documents(self, kind: str, ids: Collection[str] | None = None) -> Iterator[Facts]:
        """All valid records of a kind, or those with `ids`, as documents."""
        query = "SELECT blob FROM facts JOIN chunk USING (number) WHERE kind = ?"
        values = [kind]
        if ids is not None:
            query += f" AND {_OF_THESE}"
            values.append(encode_ids(ids))
        wanted = None if ids is None else set(ids)
        for blob in self._blobs(query, values):
            for facts in unpack_facts(blob):
                if wanted is None or facts.id in wanted:
                    yield facts

    def whole_deals(self, ids: Collection[str] | None = None) -> Iterator[tuple[Deal, Facts]]:
        """All valid deals, or those with `ids`, each with the rest of it, a chunk at a time."""
        query, values = "SELECT deals.blob, facts.blob FROM deals JOIN facts USING (number)", []
        if ids is not None:
            query += f" WHERE {_OF_THESE}"
            values.append(encode_ids(ids))
        wanted = None if ids is None else set(ids)
        for blob, other in let_go(self._blob_rows(query, values)):
            deals = {deal.id: deal for deal in unpack_deals(blob)}
            for facts in unpack_facts(other):
                if wanted is None or facts.id in wanted:
                    yield deals[facts.id], facts

    def titles(self, kind: str) -> list[tuple[str, str]]:
        """(id, title or name) of all valid records of a kind."""
        if kind == "opportunity":
            return [(deal.id, deal.title) for deal in self.deals()]
        key = "title" if kind == "lead" else "name"
        return [(facts.id, str(facts.document[key])) for facts in self.documents(kind)]

    def titled(self, kind: str, text: str) -> list[str]:
        """Ids of records whose title, name, e-mail or phone is `text`, NFC and case-folded.

        Asked of the index as it stands; of very long names only the beginning is compared.
        """
        query = "SELECT record FROM word WHERE text = ? AND record GLOB ?"
        rows = self._rows(query, [word_of(text), f"{prefix_of(kind)}*"])
        return [record for (record,) in rows]

    def holders(self, beginning: str) -> list[tuple[str, str]]:
        """(inner id, record id) of activities, lines, posts … whose id begins like that."""
        query = "SELECT text, record FROM word WHERE text >= ? AND text < ? ORDER BY text LIMIT 20"
        rows = self._rows(query, [beginning, f"{beginning}~"])
        return [(text, record) for text, record in rows if is_born_id(text, *INNER_PREFIXES)]

    def holding(self, prefix: str) -> list[str]:
        """Ids of the records that have something inside whose id begins with this prefix."""
        query = "SELECT DISTINCT record FROM word WHERE text >= ? AND text < ? ORDER BY record"
        return [record for (record,) in self._rows(query, [f"{prefix}-", f"{prefix}-~"])]

    def covering(self, lead_id: str) -> list[str]:
        """Ids of the deals whose file names a lead."""
        query = "SELECT record FROM word WHERE text = ? ORDER BY record"
        found = [record for (record,) in self._rows(query, [lead_id])]
        return [record for record in found if record.startswith(prefix_of("opportunity"))]

    def clients(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """(kind, path, document) of all valid accounts and contacts."""
        query = "SELECT id, name FROM record WHERE folder = ? AND chunk IS NOT NULL"
        for kind in ("account", "contact"):
            names = dict(self._rows(query, [FOLDERS[kind]]))
            for facts in self.documents(kind):
                yield kind, f"{FOLDERS[kind]}/{names[facts.id]}", facts.document

    def invalid(self) -> list[tuple[str, tuple[Finding, ...]]]:
        """Paths of the records that can't be read, each with what is wrong, in their order."""
        query = "SELECT folder, name, findings FROM record WHERE findings IS NOT NULL"
        rows = self._rows(f"{query} ORDER BY folder, name")
        return [(f"{folder}/{name}", unpack_findings(found)) for folder, name, found in rows]

    def record_count(self, kind: str = "opportunity") -> int:
        """How many valid records of a kind there are."""
        rows = self._rows("SELECT sum(records) FROM chunk WHERE kind = ?", [kind])
        return int(rows[0][0] or 0)

    def path_of(self, record_id: str) -> str | None:
        """The directory of a deal or lead, the file of an account or contact; None if unknown."""
        rows = self._rows("SELECT folder, name FROM record WHERE id = ?", [record_id])
        return "/".join(rows[0]) if rows else None

    def paths_of(self, ids: Collection[str]) -> dict[str, str]:
        """`path_of` of those that are known, in one question."""
        query = "SELECT id, folder, name FROM record WHERE id IN (SELECT value FROM json_each(?))"
        found: dict[str, str] = {}
        for record_id, *parts in self._rows(query, [encode_ids(ids)]):
            found.setdefault(record_id, "/".join(parts))
        return found

    def short_id(self, record_id: str) -> str:
        """The shortest beginning of a record's id, in the manner of `short_inner`."""
        return self.run(lambda db: shortest(db, record_id, "id", "record"))

    def short_inner(self, inner: str) -> str:
        """The shortest beginning of the id of an activity, post … that no other of its kind has:

        at least 4 characters, without the kind in front. `inner` itself need not be known yet.
        """
        return self.run(lambda db: shortest(db, inner, "text", "word"))


def open_index(root: Path, **options: Any) -> Index:
    """The index of the store at `root`; `refresh` it before reading. Options as of `Index`."""
    return Index(root, **options)
