"""Where a deal stands: what the engine of the process is asked about it, read from its files."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from salescli.model.activities import Activity, build_activities, build_proposals
from salescli.model.approvals import approval_of, build_approvals
from salescli.model.catalogues import Settings
from salescli.model.computed import (
    COMPUTED_NAMES,
    Computed,
    build_computed,
    open_of,
    values_of,
)
from salescli.model.definition import Definition
from salescli.model.events import Changed
from salescli.model.names import NameTable, build_names, subject_of
from salescli.model.visits import build_visits
from salescli.process.commands import end_command
from salescli.process.standing import OpenStep, Standing
from salescli.workspace.deals import LoadedDeal, refuse_unrecorded_stage
from salescli.workspace.session import Session


def deal_names(session: Session) -> NameTable:
    """The names that conditions on deals may use in this store."""
    return session.derived(session.settings, _names_under)


def _names_under(settings: Settings) -> NameTable:
    custom = settings.custom_fields.get("opportunity")
    return build_names("opportunity", currency=settings.currency, custom_fields=custom)


def compute(session: Session, deal: LoadedDeal, definition: Definition, day: date) -> Computed:
    """Everything computed of a deal on a day."""
    return build_computed(deal.facts, deal.live, definition, session.calendar, day)


def build_standing(session: Session, deal: LoadedDeal, head: Mapping[str, Any]) -> Standing:
    """Where a deal stands for a move whose event begins with `head`.

    Raises `Refused` if the file's stage isn't the one that the history says.
    """
    refuse_unrecorded_stage(deal)
    return standing_at(session, deal, head["at"], session.actor)


def standing_at(
    session: Session,
    deal: LoadedDeal,
    at: datetime,
    me: str | None,
    computed: Computed | None = None,
) -> Standing:
    """Where a deal stands at an instant, for `me`; its file is believed about the stage.

    `computed` is what is computed of it on that day, where the caller has it.
    """
    definition = session.process(deal.facts.process)
    day = session.calendar.day_of(at)
    activities = build_activities(deal.live).values()
    later = [
        event
        for event in deal.live
        if isinstance(event, Changed) and event.at > at and "probability" in event.fields
    ]
    return Standing(
        deal=deal.facts,
        definition=definition,
        visits=build_visits(deal.live),
        subject=LateSubject(session, deal, definition, day, computed),
        names=deal_names(session),
        today=day,
        me=me,
        open_mandatory=_open_mandatory(session, deal, definition, activities),
        empties_probability=bool(later),
        address=session.short(deal.id),
        latest_proposal=_latest_proposal(session, deal),
    )


class LateSubject:
    """A deal as conditions see it on a day; computed is what the first that asks for it needs."""

    def __init__(
        self,
        session: Session,
        deal: LoadedDeal,
        definition: Definition,
        day: date,
        computed: Computed | None = None,
    ) -> None:
        self._of = (session, deal, definition, day)
        self._computed = computed
        self._facts = subject_of(deal.facts, calendar=session.calendar)
        self._values: Mapping[str, Sequence[Any]] | None = None

    def values(self, name: str) -> Sequence[Any]:
        """All values of a name."""
        if name not in COMPUTED_NAMES:
            return self._facts.values(name)
        if self._values is None:
            self._values = values_of(self._computed or compute(*self._of))
        return self._values[name]


def _latest_proposal(session: Session, deal: LoadedDeal) -> str:
    """How commands name the proposal that changed last; empty without one."""
    known = [one for one in build_proposals(deal.live).values() if one.at is not None]
    if not known:
        return ""
    return session.short_inner(max(known, key=lambda one: (one.at, one.id)).id)


def _open_mandatory(
    session: Session, deal: LoadedDeal, definition: Definition, activities: Iterable[Activity]
) -> list[OpenStep]:
    """The open activities whose step must be done before the deal goes on."""
    stage = definition.stage_named(deal.facts.stage)
    steps = {step.step for step in stage.steps if step.mandatory} if stage is not None else set()
    waiting = [one for one in open_of(activities) if one.step in steps]
    return [OpenStep(one.id, one.title, finishing_line(session, deal, one)) for one in waiting]


def finishing_line(session: Session, deal: LoadedDeal, activity: Activity) -> str:
    """The command that finishes an open step of a deal: done, or the approval that it waits for."""
    approval = approval_of(build_approvals(deal.live).values(), activity.id)
    asked = None if approval is None else session.short_inner(approval.id)
    return end_command(activity, session.short_inner(activity.id), asked)
