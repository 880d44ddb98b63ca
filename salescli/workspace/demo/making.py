"""The store in the making: what time it is in it, who acts, where what was made stands."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from salescli.model.surroundings import Surroundings
from salescli.store.index import Index
from salescli.store.transaction import Transaction
from salescli.workspace.deals import Loaded, LoadedDeal, LoadedLead, load_deal, load_lead
from salescli.workspace.demo import names
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

YEAR = timedelta(days=365)
MANAGER = "marta-ozola"
FIRST_HOUR, HOURS = 7, 8  # UTC: nine to five in Riga


class Today(Exception):
    """The example has come to its last instant: what would come later hasn't happened yet."""


class Making:
    """One run of the generator; `until` is the day that it is made for, `luck` what it begins with.

    The last that happens lies on the day before, at 15:00 UTC: so on no clock in the future.
    """

    def __init__(self, files: Transaction, until: date, luck: str) -> None:
        self.random = Random(luck)
        self.until = until
        last = until - timedelta(days=1)
        self.end = datetime(last.year, last.month, last.day, 15, tzinfo=UTC)
        self.begin = self.end - YEAR
        self.surroundings = Surroundings(
            clock=lambda: self.begin,
            random_bytes=self.random.randbytes,
            environ={},
            directory=files.root,
            git_email=lambda: "marta.ozola@riverside.example",
            git_name=lambda: "Marta Ozola",
        )
        self.session = Session(files, self.surroundings, actor=MANAGER)
        self.session.index = self._index = StagedIndex(files.root)

    def go_to(self, at: datetime, who: str = MANAGER) -> None:
        """Let it be `at`, and let somebody act; raises `Today` for what lies after the end."""
        if at > self.end:
            raise Today
        self.session.now = at.replace(second=0, microsecond=0)
        self.session.actor = who

    def later(self, at: datetime, days: float) -> datetime:
        """Some time of a working day about so many days after `at`, never before it."""
        moment = at + timedelta(days=days)
        moment += timedelta(days=max(0, 7 - moment.weekday()) if moment.weekday() > 4 else 0)
        hour = FIRST_HOUR + self.random.randrange(HOURS)
        moment = moment.replace(hour=hour, minute=self.random.randrange(0, 60, 5))
        return max(moment, at + timedelta(minutes=20))

    def deal(self, deal_id: str) -> LoadedDeal:
        """A deal of this run as it stands."""
        return load_deal(self.session, self.session.born[deal_id][0])

    def lead(self, lead_id: str) -> LoadedLead:
        """A lead of this run as it stands."""
        return load_lead(self.session, self.session.born[lead_id][0])

    def record(self, record_id: str) -> Loaded:
        """A deal or lead of this run as it stands."""
        return self.lead(record_id) if record_id.startswith("lead-") else self.deal(record_id)

    def hold(self, outcome: Outcome, record_id: str) -> str:
        """The id of the activity, post or proposal that was made inside a record just now."""
        self.remember(outcome.ids[0], record_id)
        return outcome.ids[0]

    def remember(self, inner: str, record_id: str) -> None:
        """Let an activity, post or proposal of a record be found by its id."""
        self._index.held[inner] = record_id

    def born(self, prefix: str) -> Sequence[str]:
        """The ids of a kind that were made so far."""
        return [one for one in self.session.born if one.startswith(prefix)]


class StagedIndex(Index):
    """An index that knows where those activities, posts and proposals are that are only staged."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.held: dict[str, str] = {}  # inner id → record id

    def holders(self, beginning: str) -> list[tuple[str, str]]:
        """(inner id, record id); here the whole id is always given."""
        if beginning in self.held:
            return [(beginning, self.held[beginning])]
        return super().holders(beginning)


def person_ids() -> Mapping[str, Sequence[str]]:
    """Department → ids of its people."""
    found: dict[str, list[str]] = {}
    for slug, _, department, _ in names.PEOPLE:
        found.setdefault(department, []).append(slug)
    return found
