"""Rows that are activities of deals and leads: written down if they are done, else planned.

The other system's id stands as the `key` of the event that began the activity, so that the same
row again is known.
"""

from collections.abc import Mapping
from typing import Literal

from salescli.model.activities import Activity, build_activities
from salescli.model.errors import Damaged, Gathered, NotFound, Refused, finding
from salescli.model.events import Event
from salescli.model.foreignids import is_same_id
from salescli.model.ids import fold_name
from salescli.model.nearest import did_you_mean
from salescli.workspace.activities import (
    differing_from,
    log_activity,
    plan_activity,
    replan_activity,
)
from salescli.workspace.deals import Loaded, load_deal, load_lead
from salescli.workspace.finishing import read_ending, read_note, write_cancelled, write_done
from salescli.workspace.importing.ends import Ends
from salescli.workspace.importing.folded import Folded
from salescli.workspace.importing.known import Here, Known
from salescli.workspace.importing.mapping import Mapping as ImportMapping
from salescli.workspace.importing.reading import Reader, Reading
from salescli.workspace.importing.references import Resolver
from salescli.workspace.importing.report import Report
from salescli.workspace.session import Session

Did = Literal["created", "updated", "unchanged"]
STATES = ("open", "done", "cancelled")
_PLANNED = ("type", "start", "minutes", "owner")


class ActivityImporter:
    """Takes the rows of one file of activities."""

    def __init__(
        self,
        session: Session,
        mapping: ImportMapping,
        system: str | None,
        reader: Reader,
        resolver: Resolver,
        report: Report,
    ) -> None:
        self.session, self.mapping, self.system = session, mapping, system
        self.reader, self.resolver, self.report = reader, resolver, report
        self.stages = Folded(mapping.stages)
        self.ends = Ends(session, report)
        self._of: dict[str, Known] = {}

    def take(self, reading: Reading) -> Did:
        """Stage what a row says; raises every fault together."""
        gathered = reading.gathered
        texts = dict(reading.texts)
        record, state, owner = None, "open", None
        with gathered.trying():
            record = self._record(texts, reading)
        if "state" not in reading.broken:
            with gathered.trying("state"):
                state = self._state(texts)
        known = self._known(record, reading) if record is not None else None
        ended = None
        with gathered.trying():
            if state != "open" and (known is None or known.is_open):
                ended = self.ends.day_of(state, texts, is_new=known is None)
        with gathered.trying("owner"):
            if "owner" in texts:
                makes = self.mapping.create.owner
                there = known.owner if known is not None else None
                owner = self.resolver.named(
                    "person", texts["owner"], "owner", create=makes, there=there, at=ended
                )
        gathered.raise_all()
        assert record is not None  # else its fault was raised
        typed = {name: texts[name] for name in _PLANNED if name in texts}
        if owner is not None:
            typed["owner"] = owner
        if known is not None:
            return self._update(record, known, state, ended, typed, texts)
        return self._create(record, state, ended, typed, texts, reading, gathered)

    def _record(self, texts: Mapping[str, str], reading: Reading) -> Loaded:
        """The deal, else the lead, that the row names by its title or the other system's id."""
        for kind in ("opportunity", "lead"):
            if kind not in texts:
                continue
            text = texts[kind]
            said = reading.said.get(kind)
            by = None if said is not None and said.by == "key" else "title"
            place = f"{kind} by {by}"
            if place not in self._of:
                self._of[place] = Known(self.session, kind, self.system, by)
            here = self._of[place].one(text, kind)
            if here is None and kind in reading.beside:
                here = self._titled(kind, reading.beside[kind].text)
            if here is None:
                noun = "deal" if kind == "opportunity" else "lead"
                words = f"there is no {noun} {text!r}"
                hint = did_you_mean(text, self._titles(kind)) or f"import the {noun}s first"
                raise NotFound(finding(f"no-such-{kind}", words, hint=hint, field=kind))
            path = self.session.index.path_of(here.id)
            if path is None:
                raise Damaged(finding("missing-file", f"the files of {here.id} are gone"))
            load = load_deal if kind == "opportunity" else load_lead
            return load(self.session, path)
        text = "the row names no deal and no lead"
        hint = "an activity belongs to one: leave the row out, or name it"
        raise Refused(finding("no-record", text, hint=hint, field="opportunity"))

    def _titled(self, kind: str, title: str) -> Here | None:
        """The record of the title beside an id that nothing here has: never one with another id."""
        place = f"{kind} beside"
        if place not in self._of:
            self._of[place] = Known(self.session, kind, self.system, "title", is_unkeyed=True)
        return self._of[place].one(title, kind)

    def _titles(self, kind: str) -> list[str]:
        return [title for _, title in self.session.index.titles(kind)]

    def _state(self, texts: Mapping[str, str]) -> str:
        """Whether it is open, done or cancelled; a day on which it was done says so, too."""
        text = texts.get("state")
        if text is None:
            return "done" if "done" in texts else "open"
        state = fold_name(self.stages.of(text))
        if state not in STATES:
            hint = f"`stages` in the mapping says which of {', '.join(STATES)} it is"
            raise NotFound(
                finding("unknown-state", f"an activity is not {text!r}", hint=hint, field="state")
            )
        return state

    def _key(self, reading: Reading) -> str | None:
        return f"{self.system}/{reading.key}" if self.system and reading.key else None

    def _id_in(self, key: str | None) -> str | None:
        """The other system's id in an event's key."""
        begins = f"{self.system}/"
        return key.removeprefix(begins) if key and key.startswith(begins) else None

    def _known(self, record: Loaded, reading: Reading) -> Activity | None:
        for event in record.live if self._key(reading) else ():
            if is_same_id(self._id_in(event.key), reading.key) and hasattr(event, "activity"):
                return build_activities(record.live)[event.activity]
        return None

    def _create(
        self,
        record: Loaded,
        state: str,
        ended: str | None,
        typed: dict[str, str],
        texts: Mapping[str, str],
        reading: Reading,
        gathered: Gathered,
    ) -> Did:
        session, title, note = self.session, texts.get("title", ""), texts.get("note")
        session.key = self._key(reading)
        if state == "done":
            session.at = ended
            with gathered.trying():
                log_activity(session, record, title, typed, result=texts.get("result"), note=note)
        else:
            session.at = texts.get("created")
            with gathered.trying():
                made = plan_activity(session, record, title, typed, note=note).ids[0]
                if state == "cancelled":
                    session.at = ended
                    self._cancel(record, made)
        session.key = None
        gathered.raise_all()
        self.report.count("created", "activity")
        return "created"

    def _reload(self, record: Loaded) -> Loaded:
        load = load_deal if record.kind == "opportunity" else load_lead
        return load(self.session, record.directory)

    def _cancel(self, record: Loaded, activity: str) -> None:
        record = self._reload(record)
        write_cancelled(self.session, record, build_activities(record.live)[activity])

    def _update(
        self,
        record: Loaded,
        activity: Activity,
        state: str,
        ended: str | None,
        typed: dict[str, str],
        texts: Mapping[str, str],
    ) -> Did:
        """What was open goes on; what has ended stays as it is, and what differs is counted."""
        session = self.session
        typed = {"title": texts.get("title", ""), **typed}
        if typed.get("owner") == activity.owner:
            del typed["owner"]  # who may have left since
        notes = {event.note for event in record.live if _is_of(event, activity.id)}
        note = read_note(texts.get("note"))
        new_note = None if note in notes else note
        if activity.is_open and state != "open":
            session.at = ended
            if state == "cancelled":
                write_cancelled(session, record, activity, new_note)
                return "updated"
            ending = read_ending(
                session, activity, texts.get("result"), texts.get("minutes"), new_note
            )
            write_done(session, record, activity, ending)
            return "updated"
        if new_note is not None:
            self._leave("note", activity)
        if activity.is_open:
            return "updated" if replan_activity(session, activity.id, typed).title else "unchanged"
        if state != activity.state:
            self._leave("state", activity)
        if typed.pop("owner", None) is not None:
            self._leave("owner", activity)
        for name in differing_from(session, activity, typed):
            self._leave(name, activity)
        return "unchanged"

    def _leave(self, name: str, activity: Activity) -> None:
        """Count what a row says otherwise and isn't taken."""
        self.report.count("left", f"{name} of an activity that is {activity.state}: left as it is")


def _is_of(event: Event, activity: str) -> bool:
    return getattr(event, "activity", None) == activity
