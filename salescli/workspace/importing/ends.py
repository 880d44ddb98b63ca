"""When an activity of a row ended. What stands in for a day that nobody tells is counted."""

from collections.abc import Mapping

from salescli.model.chronology import choose_instant
from salescli.model.errors import About
from salescli.workspace.importing.report import Report
from salescli.workspace.session import Session

_CALLED = {"start": "start", "created": "creation"}


class Ends:
    """Dates the ends of the activities of one file."""

    def __init__(self, session: Session, report: Report) -> None:
        self.session, self.report = session, report

    def day_of(self, state: str, texts: Mapping[str, str], *, is_new: bool) -> str | None:
        """When what is done or cancelled ended; None means now.

        Its `done` says so. Else what is done was done at its start, unless that lies ahead, and
        what is new at its creation. Raises `Refused` for an end that lies ahead.
        """
        if "done" in texts:
            self._refuse_ahead(texts["done"])
            return texts["done"]
        for name in _CALLED:
            says_so = state == "done" if name == "start" else is_new
            if says_so and name in texts and self._is_past(name, texts[name]):
                self.report.count("stand_ins", f"{state}: its {_CALLED[name]}")
                return texts[name]
        self.report.count("stand_ins", f"{state}: now")
        return None

    def _refuse_ahead(self, text: str) -> None:
        with About("done", "at"):
            choose_instant(text, self.session.calendar, self.session.now, ())

    def _is_past(self, name: str, text: str) -> bool:
        session = self.session
        with About(name):
            return session.calendar.parse_moment(text, session.today) <= session.now
