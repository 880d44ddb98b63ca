"""What a stage history or event log tells of one deal: its stages in order, each with its time.

Knows rows and stages; what becomes of them is decided by who imports deals.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec

from salescli.model.calendar import Calendar
from salescli.model.definition import Definition, stage_id
from salescli.model.errors import Finding, NotFound, Refused, finding
from salescli.model.foreignids import id_core
from salescli.model.nearest import did_you_mean
from salescli.workspace.importing.cells import Cell
from salescli.workspace.importing.folded import Folded
from salescli.workspace.importing.lives import Step
from salescli.workspace.importing.mapping import Mapping as ImportMapping
from salescli.workspace.importing.reading import Reader, Reading
from salescli.workspace.importing.report import Report
from salescli.workspace.importing.rows import Table

NOT_A_STAGE = ""  # in `stages` of a mapping: events of a log that change no stage


class Telling(msgspec.Struct, frozen=True):
    """The steps of a deal, and the rows that tell them."""

    steps: Sequence[Step]
    readings: Sequence[Reading]


class _Stay(msgspec.Struct, frozen=True):
    """A row: a stage, when it was entered, and when it was left if that is said."""

    entered: datetime
    step: Step
    left: str


class Teller:
    """Reads the rows of one deal as steps; faults go to the row that has them."""

    def __init__(
        self, definition: Definition, mapping: ImportMapping, calendar: Calendar, report: Report
    ) -> None:
        self.definition, self.mapping = definition, mapping
        self.calendar, self.report = calendar, report
        self.stages = Folded(mapping.stages)

    def tell(self, lines: Sequence[int], readings: Sequence[Reading]) -> Telling:
        """The steps by their time; raises nothing: faults are gathered in the readings."""
        timed: list[_Stay] = []
        for line, reading in zip(lines, readings, strict=True):
            with reading.gathered.trying():
                timed += self._timed(line, reading)
        timed.sort(key=lambda stay: stay.entered)  # stable: of one time stays in its order
        self._note_gaps(timed)
        steps: list[Step] = []
        for step in (stay.step for stay in timed):
            if steps and steps[-1].stage == step.stage:
                self.report.count("notes", f"{step.stage} told again while there")
            else:
                steps.append(step)
        return Telling(steps, readings)

    def _note_gaps(self, stays: Sequence[_Stay]) -> None:
        """Count what is said of leaving a stage and isn't kept: it ends where the next begins."""
        for number, stay in enumerate(stays):
            if stay.left and number + 1 == len(stays):
                self.report.count("notes", "a stage was left, and no row says what came next")
            elif stay.left and not self._is_same(stay.left, stays[number + 1].step.at):
                self.report.count("notes", "a stage was left before or after the next began")

    def _is_same(self, left: str, entered: str) -> bool:
        """Whether two times are one; where one is a day, whether the other lies in it."""
        if 10 in (len(left), len(entered)):
            return self._day(left) == self._day(entered)
        return self._instant(left) == self._instant(entered)

    def _day(self, text: str) -> date:
        return self.calendar.day_of(self._instant(text))

    def _timed(self, line: int, reading: Reading) -> list[_Stay]:
        texts = reading.texts
        stage = None if "stage" in reading.broken else self._stage(texts.get("stage"))
        if stage == NOT_A_STAGE:
            self.report.count("notes", f"{texts['stage']}: no stage")
            return []
        at = texts.get("entered")
        if at is None:
            if "entered" not in reading.broken:
                text = "nothing says when the stage was entered"
                raise Refused(finding("missing-value", text, field="entered"))
            return []
        entered = self._instant(at)
        left = texts.get("left", "")
        if left and self._instant(left) < entered:
            text = f"the stage was left on {left}, before it was entered"
            raise Refused(finding("left-before-entered", text, field="left"))
        return [_Stay(entered, Step(stage, at, "entered", line), left)] if stage else []

    def _instant(self, text: str) -> datetime:
        if len(text) == 10:
            return self.calendar.start_of(self.calendar.parse_day(text, datetime.max.date()))
        return self.calendar.parse_instant(text)

    def _stage(self, text: str | None) -> str:
        if text is None:
            raise Refused(finding("missing-value", "the row names no stage", field="stage"))
        text = self.stages.of(text)
        if text == NOT_A_STAGE:
            return text
        entry = self.definition.stage_named(stage_id(self.definition, text))
        if entry is None:
            stages = [each.stage for each in self.definition.stages]
            hint = did_you_mean(text, [*self.mapping.stages, *stages]) or (
                f"`stages` in the mapping says which of {', '.join(stages)} it is"
            )
            words = f"the process has no stage {text!r}"
            raise NotFound(finding("unknown-stage", words, hint=hint, field="stage"))
        return entry.stage


def tell_all(table: Table, reader: Reader, teller: Teller) -> Mapping[str, Telling]:
    """Core of a key → what a whole table tells of that deal."""
    lines: dict[str, list[int]] = {}
    readings: dict[str, list[Reading]] = {}
    for row in table.rows:
        reading = reader.read(row)
        key = id_core(reading.key or "")
        lines.setdefault(key, []).append(row.line)
        readings.setdefault(key, []).append(reading)
    return {key: teller.tell(lines[key], readings[key]) for key in readings}


def faults_of(telling: Telling) -> list[Finding]:
    """Everything wrong with the rows of a telling."""
    return [found for reading in telling.readings for found in reading.gathered.findings]


def merge_readings(readings: Iterable[Reading], into: Reading) -> Reading:
    """What all rows of a deal say of it: of each field the last that isn't empty."""
    texts: dict[str, str] = {}
    assumed: set[str] = set()
    said: dict[str, Cell] = {}
    for reading in readings:
        said |= reading.said
        texts |= {name: text for name, text in reading.texts.items() if name not in assumed}
        assumed |= reading.assumed - set(texts)
    own = ("stage", "entered", "left")
    texts = {name: text for name, text in texts.items() if name not in own}
    return msgspec.structs.replace(into, texts=texts, assumed=frozenset(assumed), said=said)
