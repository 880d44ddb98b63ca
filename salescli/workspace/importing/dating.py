"""When the deal of a row was created, entered each stage, and was closed.

Of the row's own days, or of another file's history. What isn't known isn't made up: what stands in
for it is counted in the report.
"""

from collections.abc import Mapping, Sequence

import msgspec

from salescli.model.definition import Definition, Stage
from salescli.model.errors import Finding, Refused, finding
from salescli.model.foreignids import id_core
from salescli.workspace.creating import first_stage
from salescli.workspace.importing.lives import Step, Steps
from salescli.workspace.importing.reading import Reader, Reading
from salescli.workspace.importing.report import Report
from salescli.workspace.importing.tellings import Telling, faults_of


class Dating:
    """Dates the stages of the rows of one file; `begins` is the stage that deals begin in."""

    def __init__(
        self,
        reader: Reader,
        report: Report,
        definition: Definition,
        process: str,
        begins: str | None,
    ) -> None:
        self.reader, self.report = reader, report
        self.definition, self.process, self.begins = definition, process, begins
        self.histories: Mapping[
            str, Telling
        ] = {}  # core of a key → what another file tells of its deal

    def steps(self, reading: Reading, stage: Stage) -> Steps:
        """When the deal was created, entered each stage, and was closed."""
        telling = self.histories.get(id_core(reading.key or ""))
        if telling is not None:
            Refused.raise_if(_told_of_history(found) for found in faults_of(telling))
            if telling.steps:
                return self.complete(telling.steps, reading, stage)
        closed = ""
        if not stage.is_open:
            closed = reading.texts.get("close_date") or self.reader.assume("close_date") or ""
            if not closed:
                text = f"a deal at {stage.name} needs the day of its closing"
                hint = "`close_date` in the mapping says where it stands, or `stand_ins` one"
                raise Refused(finding("closed-without-day", text, hint=hint, field="close_date"))
        dated = self.dated(reading, stage)
        created = reading.texts.get("created")
        if created is None:
            earliest = min([*dated.values(), *([closed] if closed else [])], default="")
            created = self.reader.assume("created", earliest)
        if created is None:
            text = "nothing says when the deal was created"
            hint = "`stand_ins: created: [earliest, DAY]` in the mapping says what to take then"
            raise Refused(finding("no-created-day", text, hint=hint, field="created"))
        entered = self._entered(dated, stage, created)
        taken = [Step(to, at, f"stage_dates.{to}") for to, at in entered.items()]
        if closed:
            taken.append(Step(stage.stage, closed, "close_date"))
        return Steps(taken, created)

    def complete(self, told: Sequence[Step], reading: Reading, stage: Stage | None) -> Steps:
        """The steps of a history, with the stage where the row says that the deal stands."""
        taken = list(told)
        created = reading.texts.get("created") or taken[0].at
        if created == taken[0].at[:10]:
            created = taken[0].at  # the same day, more exactly
        ended = reading.texts.get("close_date")
        is_end = stage is not None and not stage.is_open and stage.stage == taken[-1].stage
        if is_end and ended and ended[:10] != taken[-1].at[:10]:
            self.report.count("notes", "closed on the day of the row, not of the history")
            taken[-1] = Step(taken[-1].stage, ended, "close_date")
        first = self.definition.stage_named(taken[0].stage)
        if first is not None and not first.is_open:
            begins = first_stage(self.definition, self.begins, self.process)
            taken.insert(0, Step(begins, created, "created"))
        if stage is not None and stage.stage != taken[-1].stage:
            at = reading.texts.get("close_date") if not stage.is_open else None
            if at is None:
                at = taken[-1].at
                self.report.count("stand_ins", f"day of {stage.stage}: the day before it")
            taken.append(Step(stage.stage, at, "stage"))
        return Steps(taken, created)

    def dated(self, reading: Reading, stage: Stage) -> dict[str, str]:
        """The open stages whose day is known, in process order, none after the one it is at."""
        last = self.definition.index_of(stage.stage)
        found: dict[str, str] = {}
        for entry in self.definition.open_stages:
            at = reading.entered.get(entry.stage)
            if at is not None and self.definition.index_of(entry.stage) <= last:
                found[entry.stage] = at
            elif at is not None:
                self.report.count("notes", f"day of {entry.stage} after the stage it is at")
        return found

    def ahead(self, reading: Reading, here: str, stage: Stage) -> list[tuple[str, str | None]]:
        """The open stages that a deal at `here` comes to on the way to one, and when; None: now."""
        dated = self.dated(reading, stage)
        found: list[tuple[str, str | None]] = [
            (to, at) for to, at in dated.items() if self.is_before(here, to)
        ]
        if stage.is_open and stage.stage not in dict(found):
            found.append((stage.stage, None))
        return found

    def _entered(self, dated: dict[str, str], stage: Stage, created: str) -> dict[str, str]:
        """Stage → when, the first being the one it began in. What isn't known isn't made up."""
        entered = dict(dated)
        begins = self.begins
        if begins and begins not in entered and self.is_before(begins, stage.stage):
            entered = {begins: created, **entered}
        if stage.is_open and stage.stage not in entered:
            at = list(entered.values())[-1] if entered else created
            if entered:
                self.report.count("stand_ins", f"day of {stage.stage}: the day before it")
            entered[stage.stage] = at
        if not entered:
            entered = {first_stage(self.definition, None, self.process): created}
        return entered

    def is_before(self, first: str, second: str) -> bool:
        """Whether one stage comes before another in the process."""
        return self.definition.index_of(first) < self.definition.index_of(second)


def _told_of_history(found: Finding) -> Finding:
    text = f"its history is refused: {found.text}"
    return msgspec.structs.replace(found, text=text, field="key")
