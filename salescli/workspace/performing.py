"""Who does the steps of a deal: its roles as people who are here (format.md section 5)."""

from collections.abc import Sequence
from datetime import date

from salescli.model.catalogues import is_employed_on
from salescli.model.runs import Run
from salescli.process.performers import Roles, find_performer
from salescli.workspace.deals import LoadedDeal
from salescli.workspace.session import Session


def roles_of(session: Session, deal: LoadedDeal, run: Run | None, owner: str | None) -> Roles:
    """The people that a deal's roles lead to under this owner; nobody who has left."""
    department = session.team.departments.get(deal.facts.department or "")
    manager = department.manager if department is not None else None
    starter = run.starter if run is not None else None
    return Roles(*(_if_here(session, one, session.today) for one in (owner, manager, starter)))


def performer_of(
    session: Session, deal: LoadedDeal, run: Run | None, performers: Sequence[str]
) -> str:
    """Who does a step: the first that can be found, else the owner, else who acts."""
    roles = roles_of(session, deal, run, deal.facts.owner)
    person, _ = find_performer(performers, roles, lambda name: is_here(session, name))
    return person or roles.starter or session.actor


def is_here(session: Session, person: str) -> bool:
    """Whether somebody is one of our people today."""
    return _if_here(session, person, session.today) is not None


def _if_here(session: Session, person: str | None, day: date) -> str | None:
    entry = session.team.people.get(person or "")
    return person if entry is not None and is_employed_on(entry, day) else None
