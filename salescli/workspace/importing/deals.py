"""Rows that are deals: a new one with its past, or the change of one that is here already.

The past of a closed deal is `created`, a `moved` for each stage whose day is known, and `closed`,
all decided by the engine that decides for commands. Updates go through the commands' use cases.
"""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from salescli.model.definition import Definition, Stage, stage_id
from salescli.model.errors import Damaged, NotFound, Refused, SalesError, finding
from salescli.model.events import Json
from salescli.model.facts import State, apply_value, build_state
from salescli.model.fields import spec_named
from salescli.model.foreignids import is_same_id
from salescli.model.money import parse_money
from salescli.model.nearest import did_you_mean
from salescli.model.records import Opportunity
from salescli.model.rules import LOST_TO, check_locked
from salescli.workspace.closings import read_ending
from salescli.workspace.creating import appoint, first_stage
from salescli.workspace.deals import LoadedDeal, load_deal, stage_new_record
from salescli.workspace.importing.dating import Dating
from salescli.workspace.importing.folded import Folded
from salescli.workspace.importing.known import Known, key_there
from salescli.workspace.importing.lines import Lines
from salescli.workspace.importing.lives import Life, Step, Steps
from salescli.workspace.importing.mapping import Mapping as ImportMapping
from salescli.workspace.importing.reading import Reader, Reading
from salescli.workspace.importing.references import Resolver
from salescli.workspace.importing.report import Report
from salescli.workspace.opportunities import (
    apply_fields,
    build_deal_record,
    changed_fields,
    refuse_broken,
)
from salescli.workspace.session import Session
from salescli.workspace.stages import close_opportunity, move_opportunity

Did = Literal["created", "updated", "unchanged"]
CLOSING = ("close_reason", "close_details", "actual_revenue", "winner")
_NEEDED = ("title", "client")
_NOT_FIELDS = {"id", "stage", "outcome", "created", "product", "quantity", "price", *CLOSING}


class DealImporter:
    """Takes the rows of one file of deals."""

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
        self.lines = Lines(session, resolver, makes=mapping.create.product)
        self.process = mapping.process or session.settings.process
        self.definition: Definition = session.process(self.process)
        begins = None
        if mapping.begins:
            begins = first_stage(self.definition, mapping.begins, self.process)
        self.stages = Folded(mapping.stages)
        self.life = Life(session, self.definition, mapping.force)
        self.dating = Dating(reader, report, self.definition, self.process, begins)
        self.known = Known(session, "opportunity", system, mapping.match)

    def take(self, reading: Reading) -> Did:
        """Stage what a row says; raises every fault together."""
        stage = None
        if not reading.broken & {"stage", "outcome"}:
            with reading.gathered.trying():
                stage = self._stage(reading)
        try:
            here = self.known.find(reading)
        except SalesError as error:  # else nobody knows whether it is here
            reading.gathered.add(error)
            reading.gathered.raise_all()
            raise
        if here is not None:
            seen = build_state(here.document)
            if not ({"stage", "outcome"} & reading.texts.keys() - reading.assumed):
                stage = self.definition.stage_named(str(seen["stage"])) or stage
            return self._update(reading, stage, here.id, seen)
        return self._create(reading, stage)

    def _stage(self, reading: Reading) -> Stage:
        """Where the row says that the deal stands: its outcome, else its stage."""
        name = "outcome" if "outcome" in reading.texts else "stage"
        text = reading.texts.get(name) or self.reader.assume("stage")
        if text is None:
            text = first_stage(self.definition, self.mapping.begins, self.process)
        text = self.stages.of(text)
        entry = self.definition.stage_named(stage_id(self.definition, text))
        if entry is None:
            stages = [each.stage for each in self.definition.stages]
            hint = did_you_mean(text, [*self.mapping.stages, *stages]) or (
                f"`stages` in the mapping says which of {', '.join(stages)} it is"
            )
            words = f"{self.process} has no stage {text!r}"
            raise NotFound(finding("unknown-stage", words, hint=hint, field=name))
        return entry

    def _create(self, reading: Reading, stage: Stage | None, told: Steps | None = None) -> Did:
        gathered = reading.gathered
        state: State = {"process": self.process}
        for path, value in self._values(reading, stage).items():
            apply_value(state, path, value)
        self._note_missing(reading, state)
        steps = Steps((), "")
        if stage is not None and not reading.broken & {"created", "close_date", "stage_dates"}:
            with gathered.trying():
                steps = told or self.dating.steps(reading, stage)
        with gathered.trying("product"):
            if "product" in reading.texts:
                line = self.lines.read(reading, steps.created[:10])
                state["products"] = {self.session.new_id("line"): line}
        ending: dict[str, str] = {}
        with gathered.trying():
            ending = self._read_ending(reading, stage)
        facts: Opportunity | None = None
        if steps.taken:
            state["stage"] = steps.taken[0].stage
            with gathered.trying():
                made_up = dict.fromkeys(_NEEDED, "-")  # where its fault is told already
                facts = build_deal_record("opp-0000000000", made_up | state)
                refuse_broken(self.session, facts, self.definition)
        gathered.raise_all()
        assert stage is not None  # else its fault was raised
        before = dict(state)
        appoint(self.session, state)
        if "owner" in state and "owner" not in before:
            self.report.count("stand_ins", f"owner: {state['owner']}")
        self._write(state, steps, ending, facts if state == before else None)
        self.report.count("created", "opportunity")
        return "created"

    def _read_ending(self, reading: Reading, stage: Stage | None) -> dict[str, str]:
        """What a closing takes of the row, all of which means something."""
        ending = {name: text for name, text in reading.texts.items() if name in CLOSING}
        if stage is not None:
            ending = self._ending(reading, stage)
        if stage is None or not stage.is_open:
            read_ending(
                self.session,
                **{name.rpartition("_")[2]: text for name, text in ending.items()},
            )
        return ending

    def _note_missing(self, reading: Reading, state: State) -> None:
        """Tell what every deal has and this row doesn't say, not even wrongly."""
        told = {found.field for found in reading.gathered.findings} | reading.broken
        for name in _NEEDED:
            if not state.get(name) and name not in told:
                text = f"a deal needs a {name}"
                reading.gathered.add(Refused(finding("missing-value", text, field=name)))

    def _write(
        self, state: State, steps: Steps, ending: dict[str, str], known: Opportunity | None
    ) -> None:
        """Stage the deal; `known` is the record that the state makes, where it was built."""
        deal_id = self.session.new_id("opportunity")
        if known is not None:  # to build one costs as much as all cells of a row
            facts = msgspec.structs.replace(known, id=deal_id)
        else:
            facts = build_deal_record(deal_id, state)
        deal = self.life.begin(deal_id, facts, state, steps.created)
        for step in steps.taken[1:]:
            is_last = step is steps.taken[-1]
            said = ending if is_last else self._earlier_ending(step)
            deal = self._take_step(deal, step, said, is_last)
        stage_new_record(self.session, "opportunity", deal_id, deal.events)

    def _take_step(
        self, deal: LoadedDeal, step: Step, ending: Mapping[str, str], is_last: bool
    ) -> LoadedDeal:
        return self.life.take(deal, step, ending, is_last=is_last)

    def _earlier_ending(self, step: Step) -> Mapping[str, str]:
        """What is said of a closing after which the deal was reopened: nobody recorded why."""
        entry = self.definition.stage_named(step.stage)
        reason = None
        if entry is not None and entry.final == "failure":
            reason = self.reader.assume("close_reason")
        return {"close_reason": reason} if reason else {}

    def _values(
        self, reading: Reading, stage: Stage | None, seen: State | None = None
    ) -> Mapping[str, Json]:
        """Path → value of all fields that a row says, references found or made.

        What means nothing goes to the row's faults.
        """
        values: dict[str, Json] = {}
        texts = dict(reading.texts)
        if seen is None:
            for name in self.mapping.stand_ins:
                is_free = name not in texts and name not in reading.broken
                if is_free and name not in _NOT_FIELDS | {"close_date"}:
                    assumed = self.reader.assume(name)
                    if assumed is not None:
                        texts[name] = assumed
        else:
            texts = {name: text for name, text in texts.items() if name not in reading.assumed}
        is_closed = stage is not None and not stage.is_open
        for name, text in texts.items():
            if name in _NOT_FIELDS or (is_closed and name == "close_date"):
                continue
            try:
                values |= self._value(name, text, reading, seen)
            except SalesError as error:
                reading.gathered.add(error, name)
        if self.system and reading.key:
            values[f"external/{self.system}"] = reading.key
        if "probability" not in (seen or {}) and "probability" in values:
            cap = self.definition.cap_of(stage.stage) if stage is not None else None
            if values["probability"] == cap:  # as an export says it: it goes on following the stage
                del values["probability"]
        return values

    def _value(
        self, name: str, text: str, reading: Reading, seen: State | None
    ) -> Mapping[str, Json]:
        """What a text means; what the deal has already, as it is `seen`, may be out of use."""
        create, said, there = self.mapping.create, reading.said.get(name), (seen or {}).get(name)
        if name == "client":
            beside = reading.beside.get(name)
            client = self.resolver.client(text, said, create.client, beside=beside, there=there)
            return {"client": client}
        spec = spec_named(Opportunity, name)
        if spec is not None and spec.target in ("person", "department"):
            makes = create.owner if name == "owner" else create.department
            at = reading.texts.get("created") if seen is None else None
            found = self.resolver.named(spec.target, text, name, create=makes, there=there, at=at)
            return {name: found}
        return self.resolver.values(Opportunity, name, text, there)

    def _ending(self, reading: Reading, stage: Stage) -> dict[str, str]:
        """What a closing takes of the row; a revenue of 0 outside a success is none.

        Any other one there goes to the row's faults.
        """
        texts = {name: reading.texts[name] for name in CLOSING if name in reading.texts}
        revenue = texts.get("actual_revenue")
        if revenue is not None and stage.final != "success":
            if parse_money(revenue, self.session.settings.currency).amount == 0:
                del texts["actual_revenue"]
                self.report.count("notes", f"revenue of 0 at {stage.stage}: none")
            else:
                text = f"only a won deal has a revenue ({revenue}), this one is at {stage.name}"
                wrong = finding("revenue-not-won", text, field="actual_revenue")
                reading.gathered.add(Refused(wrong))
                del texts["actual_revenue"]
        if stage.final == "failure":
            self._assume_ending(texts)
        elif self.mapping.lenient and stage.final == "success":
            for name in ("close_reason", "close_details", "winner"):
                if texts.pop(name, None) is not None:
                    self.report.count("notes", f"{name} of a won deal: left out")
        return {} if stage.is_open else texts

    def _assume_ending(self, texts: dict[str, str]) -> None:
        """Put what stands in where a row doesn't say why its deal was lost, and to whom."""
        for name in ("close_reason", "close_details"):
            assumed = None if name in texts else self.reader.assume(name)
            if assumed is not None:
                texts[name] = assumed
        if texts.get("close_reason") == LOST_TO and "winner" not in texts:
            assumed = self.reader.assume("winner")
            if assumed is not None:
                texts["winner"] = assumed

    def _update(self, reading: Reading, stage: Stage | None, deal_id: str, seen: State) -> Did:
        """Bring a deal to what the row says. An empty cell says nothing, nor does a stand-in."""
        gathered = reading.gathered
        values = dict(self._values(reading, stage, seen))
        if is_same_id(key_there(seen, self.system), reading.key):
            del values[f"external/{self.system}"]
        is_there = stage is None or seen["stage"] == stage.stage
        with gathered.trying():
            if stage is not None and is_there and not stage.is_open:
                values |= self._final_values(reading, stage, seen)
        fields = changed_fields(seen, values)
        with gathered.trying("product"):
            fields |= self._line_changes(reading, seen)
        if gathered.is_empty and is_there and not fields:
            return "unchanged"
        deal = self._load(deal_id)
        with gathered.trying("product"):
            fields = changed_fields(deal.state, values) | self._line_changes(reading, deal.state)
        for entry in check_locked(self.definition, deal.facts.stage, fields, deal_id):
            gathered.add(Refused(entry))
        gathered.raise_all()
        assert stage is not None  # else its fault was raised
        if deal.facts.stage != stage.stage:
            self._move_on(reading, stage, deal, fields)
        else:
            apply_fields(self.session, deal, fields, self.session.process(deal.facts.process))
        return "updated"

    def _load(self, deal_id: str) -> LoadedDeal:
        path = self.session.index.path_of(deal_id)
        if path is None:  # seen in the same index a moment ago
            raise Damaged(finding("missing-file", f"the files of {deal_id} are gone"))
        deal = load_deal(self.session, path)
        if deal.facts.process != self.process:
            raise Refused(
                finding(
                    "other-process",
                    f"the deal runs in {deal.facts.process}, the mapping says {self.process}",
                    hint="a deal's process never changes; leave the row out",
                    field="stage",
                )
            )
        return deal

    def _final_values(self, reading: Reading, stage: Stage, seen: State) -> dict[str, Json]:
        ending = self._ending(reading, stage)
        winner = ending.pop("winner", None)
        texts = {name: text for name, text in ending.items() if name in reading.texts}
        if "close_date" in reading.texts:
            texts["close_date"] = reading.texts["close_date"][:10]
        values: dict[str, Json] = {}
        for name, text in texts.items():
            values |= self.resolver.values(Opportunity, name, text, seen.get(name))
        reason = values.get("close_reason")
        if reason is not None and (reason == LOST_TO) != ("winner" in seen):
            values["winner"] = read_ending(self.session, winner=winner).winner
        return values

    def _line_changes(self, reading: Reading, state: State) -> dict[str, list[Json]]:
        """What the row's product changes in the deal's only line; several lines are our own."""
        if "product" not in reading.texts or "product" in reading.assumed:
            return {}
        lines: dict[str, Any] = state.get("products", {})
        there = {line.get("product") for line in lines.values()}
        product = self.lines.product(reading.texts["product"], there)
        if len(lines) > 1 or any(line.get("product") == product for line in lines.values()):
            return {}
        created = reading.texts.get("created") or self.session.today.isoformat()
        new = self.lines.read(reading, created[:10])
        removed = {f"products/{key}": [line, None] for key, line in lines.items()}
        return {**removed, f"products/{self.session.new_id('line')}": [None, new]}

    def _move_on(
        self, reading: Reading, stage: Stage, deal: LoadedDeal, fields: dict[str, list[Json]]
    ) -> None:
        """Bring a deal to the row's stage; the first event on the way has the fields, too.

        But for the probability, which goes with the stage that the row says.
        """
        here = self.definition.stage_named(deal.facts.stage)
        if here is not None and not here.is_open:
            raise Refused(
                finding(
                    "already-closed",
                    f"the deal is closed here, at {here.name}; the row says {stage.name}",
                    hint=f"salescli opportunity reopen {deal.id} --to STAGE --reason TEXT",
                    field="stage",
                )
            )
        session, force = self.session, self.mapping.force
        ahead = self.dating.ahead(reading, deal.facts.stage, stage)
        for number, (to, session.at) in enumerate(ahead):
            is_last = stage.is_open and number + 1 == len(ahead)
            move_opportunity(
                session, deal, to=to, force=force, fields=_due(fields, number == 0, is_last)
            )
            deal = load_deal(session, deal.directory)
        if not stage.is_open:
            ending = self._ending(reading, stage)
            reading.gathered.raise_all()
            session.at = self.dating.steps(reading, stage).taken[-1].at
            close_opportunity(
                session,
                deal,
                outcome=stage.stage,
                reason=ending.get("close_reason"),
                details=ending.get("close_details"),
                revenue=ending.get("actual_revenue"),
                winner=ending.get("winner"),
                force=force,
                fields=_due(fields, not ahead, True),
            )
        session.at = None


def _due(fields: dict[str, list[Json]], is_first: bool, is_last: bool) -> dict[str, list[Json]]:
    """The fields that an event on the way changes: the probability last, all others first."""
    return {
        path: change
        for path, change in fields.items()
        if (is_last if path == "probability" else is_first)
    }
