"""Who does a step: the first of its performers that can be found (format.md section 5).

Pure: the people that a deal's roles lead to come as values.
"""

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from salescli.model.definition import Stage

Role = Literal["owner", "department-manager", "starter", "person"]


class Roles(msgspec.Struct, frozen=True):
    """Who owns a deal, manages its department, started its run; None for nobody usable."""

    owner: str | None = None
    manager: str | None = None
    starter: str | None = None


def find_performer(
    performers: Iterable[str], roles: Roles, is_here: Callable[[str], bool] = lambda name: True
) -> tuple[str | None, Role]:
    """(person, by which role) of the first performer that can be found; nobody → the owner.

    `is_here` tells of a person named in the definition whether they can still do anything.
    """
    known: dict[str, tuple[str | None, Role]] = {
        "owner": (roles.owner, "owner"),
        "department-manager": (roles.manager, "department-manager"),
        "starter": (roles.starter, "starter"),
    }
    for name in performers:
        person, role = known.get(name) or (name if is_here(name) else None, "person")
        if person is not None:
            return person, role
    return roles.owner, "owner"


def is_owners_step(
    stage: Stage | None,
    step: str,
    roles: Roles,
    is_here: Callable[[str], bool] = lambda name: True,
) -> bool:
    """Whether a step of a stage is the owner's; one that is no longer there is (the default)."""
    found = None if stage is None else stage.step_named(step)
    return found is None or find_performer(found.performer, roles, is_here)[1] == "owner"
