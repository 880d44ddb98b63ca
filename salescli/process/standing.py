"""What the engine is asked and what it answers, and the rules that all its moves share.

Values in, values out; knows no disk and no clock. Rules: domain.md section 2.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

import msgspec

from salescli.model.conversion import build_plain
from salescli.model.criteria import Unmet
from salescli.model.definition import Definition, Stage
from salescli.model.errors import Finding, NotFound, Refused, SalesError, finding
from salescli.model.events import Json
from salescli.model.expression import evaluate, parse_condition
from salescli.model.fields import key_order
from salescli.model.names import NameTable, Subject
from salescli.model.nearest import did_you_mean
from salescli.model.records import Opportunity
from salescli.model.visits import Visit

Fields = dict[str, list[Json]]


class OpenStep(msgspec.Struct, frozen=True):
    """An open activity of a mandatory step: its id, title, and the command that finishes it."""

    activity: str
    title: str
    command: str


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a deal stands, and all that its moves depend on.

    `today` is the local day of the move. `open_mandatory` are the open activities whose step is
    mandatory. `empties_probability`: a live `changed` of the probability lies after the
    instant of the move, which then empties it in any case (format.md section 2, "Time").
    `address` is how commands in hints name the deal; `by_hand` is the command that would make this
    move, where nobody typed one: hints then give it whole. `latest_proposal` is how commands name
    the proposal that changed last; empty without one.
    """

    deal: Opportunity
    definition: Definition
    visits: Sequence[Visit]
    subject: Subject
    names: NameTable
    today: date
    me: str | None = None
    open_mandatory: Sequence[OpenStep] = ()
    empties_probability: bool = False
    address: str = ""
    by_hand: str = ""
    latest_proposal: str = ""

    @property
    def forcing(self) -> str:
        """What forces the move past what blocks it."""
        return f"{self.by_hand} --force REASON".lstrip()

    @property
    def name(self) -> str:
        """The deal as hints name it."""
        return self.address or self.deal.id

    @property
    def stage(self) -> Stage | None:
        """The stage where it stands; None if the process has it no more."""
        return self.definition.stage_named(self.deal.stage)


class Advanced(msgspec.Struct, frozen=True, kw_only=True):
    """A move that may be made, with what its event says.

    `forced` is set only where something was overridden, and `overridden` says which criteria.
    `fields` are paths in record order with before and after in document form. `advice` are the
    unmet criteria that do not block; `notes` are whole sentences for stderr.
    """

    kind: Literal["moved", "closed", "reopened"]
    from_: str
    to: str
    skipped: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()
    forced: str | None = None
    reason: str | None = None
    fields: Fields = {}
    advice: tuple[Unmet, ...] = ()
    overridden: tuple[Unmet, ...] = ()
    notes: tuple[str, ...] = ()


class RefusedMove(msgspec.Struct, frozen=True):
    """A move that may not be made, with every reason. `is_missing`: something named is nothing."""

    findings: tuple[Finding, ...]
    is_missing: bool = False

    @property
    def error(self) -> SalesError:
        """The reasons as the error to raise."""
        return (NotFound if self.is_missing else Refused)(*self.findings)


Outcome = Advanced | RefusedMove


def holds(standing: Standing, text: str) -> bool:
    """Whether a condition holds as the deal stands; raises what `parse_condition` raises."""
    condition = parse_condition(text, standing.names)
    return evaluate(condition, standing.subject, standing.today, standing.me)


def refused(*findings: Finding) -> RefusedMove:
    """Refuse for these reasons."""
    return RefusedMove(findings)


_LOST_STAGE = "a stage that was used stays in the file of its process, with retired: true"


def check_movable(standing: Standing) -> RefusedMove | None:
    """Why nothing can be moved or closed at all: closed already, or nowhere in the process."""
    deal, stage = standing.deal, standing.stage
    if stage is None:
        text = f"the deal stands at {deal.stage!r}, which {deal.process} has no more"
        return refused(finding("stage-not-in-process", text, hint=_LOST_STAGE, field="stage"))
    if not stage.is_open:
        text = f"the deal is closed already: {stage.name}"
        hint = f"salescli opp reopen {standing.name} --to STAGE --reason TEXT"
        return refused(finding("already-closed", text, hint=hint, field="stage"))
    return None


def check_target(standing: Standing, stage: Stage) -> list[Finding]:
    """Whether the stage takes deals, and the moves of the stage left lead to it."""
    found = [retired(stage)] if stage.retired else []
    left = standing.stage
    if left is None or left.moves is None or stage.final == "failure":
        return found
    if stage.stage not in left.moves:
        allowed = ", ".join(left.moves) or "nothing but a failure"
        text = f"{left.name} does not lead to {stage.name}: it leads to {allowed}"
        found.append(finding("move-not-allowed", text, field="stage"))
    return found


def retired(stage: Stage) -> Finding:
    """The reason against a stage that takes nothing new."""
    return finding("retired-stage", f"{stage.name} is retired: nothing new goes there")


def open_after(standing: Standing) -> list[Stage]:
    """The open stages ahead that are in use, in order."""
    place = standing.definition.index_of(standing.deal.stage)
    later = standing.definition.stages[place + 1 :]
    return [stage for stage in later if stage.is_open and not stage.retired]


def open_before(standing: Standing) -> list[Stage]:
    """The open stages behind that are in use, in order; none of a deal that is closed."""
    stage, definition = standing.stage, standing.definition
    if stage is None or not stage.is_open:
        return []
    earlier = definition.stages[: definition.index_of(stage.stage)]
    return [one for one in earlier if one.is_open and not one.retired]


def stages_skipped(standing: Standing, target: Stage) -> list[str]:
    """Open stages that a forward move passes over. Retired ones take no visit, not even this."""
    place = standing.definition.index_of(target.stage)
    passed = {stage.stage for stage in standing.definition.stages[:place]}
    return [stage.stage for stage in open_after(standing) if stage.stage in passed]


def stages_undone(standing: Standing, target: Stage) -> list[str]:
    """The stages at or after the target that have visits, in process order."""
    visited = {visit.stage for visit in standing.visits} | {standing.deal.stage}
    place = standing.definition.index_of(target.stage)
    return [s.stage for s in standing.definition.stages[place:] if s.stage in visited]


def unknown_stage(standing: Standing, to: str, *, forward_only: bool = True) -> RefusedMove:
    """The answer to a stage that the process does not have: what is near, what lies ahead.

    Of a move that may go back too, also what lies behind.
    """
    others = (entry.stage for entry in standing.definition.stages)
    near = did_you_mean(to, [name for name in others if name != standing.deal.stage])
    stage = standing.stage
    if stage is None or not stage.is_open:
        ahead = open_stages_hint(standing.definition.open_stages)
    elif later := open_after(standing):
        ahead = open_stages_hint(later, "Open stages ahead")
    else:
        ahead = "No open stage lies ahead."
    behind = [] if forward_only else open_before(standing)
    if behind:
        ahead += f" {open_stages_hint(behind, 'Behind')}"
    text = f'{standing.deal.process} has no stage "{to}"'
    hint = f"{near[0].upper()}{near[1:]} {ahead}" if near else ahead
    return RefusedMove((finding("unknown-stage", text, hint=hint, field="stage"),), True)


def open_stages_hint(stages: Sequence[Stage], words: str = "Open stages") -> str:
    """`Open stages: a, b.`, those in use alone."""
    return f"{words}: {', '.join(stage.stage for stage in stages if not stage.retired)}."


def move_line(standing: Standing, to: str) -> str:
    """The command that moves the deal to a stage."""
    return f"salescli opp move {standing.name} --to {to}"


def probability_fields(standing: Standing, stage: Stage) -> tuple[Fields, list[str]]:
    """What a move does to a probability set by hand: nothing, or it empties it and says so."""
    by_hand = standing.deal.probability
    if by_hand is None:
        return {}, []
    cap = standing.definition.cap_of(stage.stage)
    if not stage.is_open:
        why = f"{stage.name} has {cap} %"
    elif by_hand > cap:
        why = f"{stage.name} allows {cap} % at most"
    elif standing.empties_probability:
        why = "it was set after the day of this move"
    else:
        return {}, []
    note = f"The probability of {by_hand} % set by hand is empty now: {why}."
    return {"probability": [by_hand, None]}, [note]


def build_fields(deal: Opportunity, after: Mapping[str, Json], keep: str = "") -> Fields:
    """Paths with before and after, where the two differ; `keep` is written even if they do not."""
    before = {name: build_plain(getattr(deal, name)) for name in after}
    return {
        name: [before[name], value]
        for name, value in after.items()
        if name == keep or before[name] != value
    }


_PLACES = {name: place for place, name in enumerate(key_order(Opportunity))}


def ordered(fields: Fields) -> Fields:
    """The paths in the order of the record's fields."""
    return dict(sorted(fields.items(), key=lambda entry: _PLACES[entry[0].partition("/")[0]]))
