"""Rows that tell the stages of deals: all of one deal together, made anew or told on."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from salescli.model.chronology import check_stage_time, choose_instant
from salescli.model.errors import Gathered, NotFound, Refused, SalesError, finding
from salescli.model.events import Closed, Created, Moved, Reopened
from salescli.workspace.deals import LoadedDeal, load_deal
from salescli.workspace.importing.deals import DealImporter
from salescli.workspace.importing.lives import REOPENED, Step
from salescli.workspace.importing.reading import Reading
from salescli.workspace.importing.rows import Row
from salescli.workspace.importing.tellings import Teller, Telling, faults_of, merge_readings
from salescli.workspace.stages import close_opportunity, move_opportunity, reopen_opportunity

PAST = "the past of a deal that is here stays; only what came later is taken"

Did = Literal["created", "updated", "unchanged"]


class HistoryImporter(DealImporter):
    """Takes all rows of a deal at once. What is wrong stands in the reading of its row."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.teller = Teller(self.definition, self.mapping, self.session.calendar, self.report)
        self._blamed = 0  # the line of the step that is being taken

    def take_all(self, rows: Sequence[Row], readings: Sequence[Reading]) -> Did:
        """Stage what the rows of one deal say; raises with its faults in their readings."""
        lines = [row.line for row in rows]
        telling = self.teller.tell(lines, readings)
        if found := faults_of(telling):
            raise SalesError(*found)
        self._blamed = lines[0]
        try:
            return self._take_telling(telling)
        except SalesError as error:
            readings[lines.index(self._blamed)].gathered.add(error)
            raise

    def _take_telling(self, telling: Telling) -> Did:
        first = telling.readings[0]
        here = self.known.find(first)
        if here is not None:
            return self._go_on(here.id, telling.steps)
        if not telling.steps:
            return "unchanged"
        reading = merge_readings(telling.readings, first)
        if "title" not in reading.texts and not self.mapping.candidates("title"):
            words = f"no deal has the id {first.key!r} of {self.system}"
            hint = "`salescli import csv DEALS --history FILE` brings both together"
            raise NotFound(finding("no-such-record", words, hint=hint, field="key"))
        steps = self.dating.complete(telling.steps, reading, None)
        stage = self.definition.stage_named(steps.taken[-1].stage)
        merged = msgspec.structs.replace(
            reading, entered={}, gathered=Gathered(), broken=frozenset()
        )
        return self._create(merged, stage, steps)

    def _take_step(self, deal: LoadedDeal, step: Step, ending: Any, is_last: bool) -> LoadedDeal:
        self._blamed = step.line or self._blamed
        return super()._take_step(deal, step, ending, is_last)

    def _go_on(self, deal_id: str, steps: Sequence[Step]) -> Did:
        """Take the steps that the deal here hasn't taken; what it has is never rewritten."""
        taken = _taken(self._load(deal_id))
        stages, told = [stage for stage, _ in taken], [step.stage for step in steps]
        if told[: len(stages)] == stages[: len(told)]:
            left = list(steps[len(stages) :])
        else:
            left = [step for step in steps if not self._is_taken(step, taken)]
        has_gone = False
        for step in left:
            self._blamed = step.line
            try:
                has_gone |= self._go(self._load(deal_id), step)
            except SalesError as error:
                raise _told_of_past(error) from None
        self.session.at = None
        return "updated" if has_gone else "unchanged"

    def _is_taken(self, step: Step, taken: Sequence[tuple[str, Any]]) -> bool:
        calendar = self.session.calendar
        if len(step.at) == 10:
            return (step.stage, step.at) in {
                (stage, calendar.day_of(at).isoformat()) for stage, at in taken
            }
        return (step.stage, calendar.parse_instant(step.at)) in taken

    def _go(self, deal: LoadedDeal, step: Step) -> bool:
        """Take a step; answers whether the deal wasn't there already."""
        session, force = self.session, self.mapping.force
        stage = self.definition.stage_named(step.stage)
        here = self.definition.stage_named(deal.facts.stage)
        if step.stage == deal.facts.stage:
            at = choose_instant(step.at, session.calendar, session.now, deal.live)
            Refused.raise_if(check_stage_time(at, deal.live, session.calendar))
            self.report.count("left", f"{step.stage} told again while there")
            return False
        session.at = step.at
        if stage is not None and not stage.is_open:
            reason = self.reader.assume("close_reason") if stage.final == "failure" else None
            close_opportunity(session, deal, outcome=step.stage, reason=reason, force=force)
        elif here is not None and not here.is_open:
            reopen_opportunity(session, deal, to=step.stage, reason=REOPENED)
        else:
            move_opportunity(session, deal, to=step.stage, force=force)
        return True

    def _load(self, deal_id: str) -> LoadedDeal:
        born = self.session.born.get(deal_id)
        return load_deal(self.session, born[0]) if born else super()._load(deal_id)


def _told_of_past(error: SalesError) -> SalesError:
    """The same error in the words of a file: what lies before the last step is never rewritten."""
    found = [
        msgspec.structs.replace(entry, hint=PAST, field="entered")
        if entry.field == "at" and entry.code != "in-the-future"
        else entry
        for entry in error.findings
    ]
    return type(error)(*found)


def _taken(deal: LoadedDeal) -> list[tuple[str, Any]]:
    """(stage, when) of every stage event of a deal."""
    found: list[tuple[str, Any]] = []
    for event in deal.live:
        if isinstance(event, Created):
            found.append((str(event.fields.get("stage")), event.at))
        elif isinstance(event, Moved | Closed | Reopened):
            found.append((event.to, event.at))
    return found


OTHER_ROW = "other-row-refused"


def other_row(key: str | None, line: int) -> Any:
    """What is told of a right row whose deal is refused for another."""
    text = f"line {line} of {key} is refused, and a deal's history is taken whole"
    return finding("other-row-refused", text, field="key")
