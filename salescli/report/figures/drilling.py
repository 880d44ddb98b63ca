"""Which deals are behind one number of the funnel, and what became of each (S12).

Pure (domain.md section 6, "Drill-down"). The funnel's own contributions say which deals they are,
so that a drill adds up to it. Sums, groups and layout are for others.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from salescli.model.asked import FunnelDefinition
from salescli.model.deal import Deal
from salescli.model.definition import Definition
from salescli.model.visits import Entry, Visit
from salescli.report.figures import entered, funnel
from salescli.report.figures.deal_filter import MONEY_OF
from salescli.report.figures.question import FunnelQuestion

DrillBy = Literal["owner", "department", "need", "source", "client"]
Part = Literal["count", "passed", "not-passed", "reached", "not-reached"]
Fate = Literal["went-on", "lost", "still-there", "went-back"]
FATES: tuple[Fate, ...] = ("lost", "still-there", "went-back")
PAIRS: tuple[tuple[Part, ...], ...] = (
    ("count",),
    ("passed", "not-passed"),
    ("reached", "not-reached"),
)
PARTS_OF: Mapping[FunnelDefinition, tuple[Part, ...]] = {
    "reference": ("count", "passed", "not-passed", "reached", "not-reached"),
    "entered": ("count", "reached"),
}
"""The numbers of each definition that can be drilled into."""

_FORWARD = (int(Entry.FORWARD), int(Entry.SKIPPED))
_CLOSED = int(Entry.CLOSED)
_SKIPPED = int(Entry.SKIPPED)


class DrillQuestion(FunnelQuestion, frozen=True, kw_only=True):
    """What is asked: the deals behind which number of which stage, `grouped` by what.

    Days are cut in `time_zone`.
    """

    stage: str
    part: Part = "count"
    grouped: DrillBy | None = None
    definition: FunnelDefinition = "reference"
    time_zone: str

    def at(self, stage: str) -> "DrillQuestion":
        """The same question of another stage."""
        return msgspec.structs.replace(self, stage=stage)


class Stay(NamedTuple):
    """A deal's visit of the stage: how many local calendar days, and what followed it.

    `days` is None of a final stage, and where there is no visit. `to` is the stage that followed.
    """

    days: int | None = None
    fate: Fate | None = None
    to: str | None = None


class Drilled(NamedTuple):
    """A deal of the part, with the money that is summed."""

    deal: Deal
    money: str | None
    stay: Stay


class Aside(NamedTuple):
    """A deal that is only counted beside the list: of the other set, or left out."""

    is_rest: bool = False  # of the two sets it is in the one that isn't asked for
    left_out: str = ""  # OTHER_PROCESS or a currency


Contribution = Drilled | Aside


def build_contribution(
    question: DrillQuestion, definition: Definition
) -> Callable[[Deal], Contribution | None]:
    """The contribution of one deal as a function of the deal alone; None of one without a part.

    Asked for one of two sets (went on, did not), the deals of the other are counted.
    """
    parts_of = _BELONGING[question.definition](question, definition)
    pair = next(pair for pair in PAIRS if question.part in pair)
    money_of, success = MONEY_OF[question.sum], definition.success.stage
    stay_of = _build_stay_of(question, definition)

    def contribute(deal: Deal) -> Contribution | None:
        found = parts_of(deal)
        if found is None:
            return None
        left_out, parts = found
        if left_out:
            return Aside(left_out=left_out)
        if question.part in parts:
            return Drilled(deal, money_of(deal, success), stay_of(deal))
        return Aside(is_rest=True) if any(part in parts for part in pair) else None

    return contribute


Belonging = Callable[[Deal], tuple[str, tuple[Part, ...]] | None]


def _reference_parts(question: DrillQuestion, definition: Definition) -> Belonging:
    """The numbers of the stage that a deal is in, by the reference definition."""
    contribute = funnel.build_contribution(question, definition)
    stage = question.stage
    known: dict[funnel.Path, tuple[str, tuple[Part, ...]]] = {}

    def parts(path: funnel.Path) -> Iterable[Part]:
        if path.counted == stage:
            yield "count"
        if stage in path.touched:
            yield "passed" if stage in path.passed else "not-passed"
        if path.is_new:
            yield "reached" if stage in path.reached else "not-reached"

    def parts_of(deal: Deal) -> tuple[str, tuple[Part, ...]] | None:
        contribution = contribute(deal)
        if contribution is None:
            return None
        path = contribution[0]
        if path not in known:
            known[path] = path.left_out, tuple(parts(path))
        return known[path]

    return parts_of


def _entered_parts(question: DrillQuestion, definition: Definition) -> Belonging:
    """The same by the entered definition: `reached` is its n."""
    contribute = entered.build_contribution(question, definition)
    stage = question.stage

    def parts_of(deal: Deal) -> tuple[str, tuple[Part, ...]] | None:
        contribution = contribute(deal)
        if contribution is None:
            return None
        path = contribution[0]
        flags: dict[Part, bool] = {
            "count": path.counted == stage,
            "reached": stage in path.entered,
        }
        return path.left_out, tuple(part for part, flag in flags.items() if flag)

    return parts_of


_BELONGING: Mapping[FunnelDefinition, Callable[[DrillQuestion, Definition], Belonging]] = {
    "reference": _reference_parts,
    "entered": _entered_parts,
}


def _build_stay_of(question: DrillQuestion, definition: Definition) -> Callable[[Deal], Stay]:
    """The function that tells a deal's stay at the stage: the last visit that puts it in the part.

    Days run to the end of the visit, or to the day of E.
    """
    zone = ZoneInfo(question.time_zone)
    end, stage, part = question.end, question.stage, question.part
    success = definition.success.stage
    entry = definition.stage_named(stage)
    is_final = entry is not None and not entry.is_open

    def day_of(at: int) -> int:
        return datetime.fromtimestamp(at, zone).toordinal()

    def is_further(visit: Visit | None) -> bool:
        if visit is None:
            return False
        return visit.entry in _FORWARD or (visit.entry == _CLOSED and visit.stage == success)

    def puts_it_in(visit: Visit, after: Visit | None) -> bool:
        return visit.stage == stage and (part != "passed" or is_further(after))

    def stay_of(deal: Deal) -> Stay:
        visits = [visit for visit in deal.visits if visit.started_at <= end]
        pairs = list(zip(visits, [*visits[1:], None], strict=True))
        found = next((n for n in reversed(range(len(pairs))) if puts_it_in(*pairs[n])), None)
        if found is None:
            return Stay()
        visit, after = pairs[found]
        if part == "count" and not is_final and after is not None:
            return Stay()  # its file was altered by hand
        until = end if visit.ended_at is None else min(visit.ended_at, end)
        days = None if is_final else day_of(until) - day_of(visit.started_at)
        target = next((v.stage for v in visits[found + 1 :] if v.entry != _SKIPPED), None)
        return Stay(days, _fate_of(after, is_further(after)), target)

    return stay_of


def _fate_of(after: Visit | None, is_further: bool) -> Fate:
    if after is None:
        return "still-there"
    if is_further:
        return "went-on"
    return "lost" if after.entry == _CLOSED else "went-back"
