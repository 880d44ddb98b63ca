"""Who does a step, and which steps are the owner's."""

import pytest

from salescli.model.definition import Stage, Step
from salescli.process.performers import Roles, find_performer, is_owners_step

EVERYBODY = Roles("anna", "carl", "dina")


@pytest.mark.parametrize(
    ("performers", "roles", "expected"),
    [
        (["owner"], EVERYBODY, ("anna", "owner")),
        (["department-manager", "owner"], EVERYBODY, ("carl", "department-manager")),
        (["department-manager", "owner"], Roles("anna"), ("anna", "owner")),
        (["department-manager", "starter"], Roles("anna", None, "dina"), ("dina", "starter")),
        (["department-manager", "starter"], Roles("anna"), ("anna", "owner")),  # nobody found
        (["boris"], EVERYBODY, ("boris", "person")),
        ([], EVERYBODY, ("anna", "owner")),
        (["owner"], Roles(), (None, "owner")),
    ],
)
def test_the_first_that_can_be_found_does_it_else_the_owner(performers, roles, expected):
    assert find_performer(performers, roles) == expected


def test_a_step_is_the_owners_by_its_performers_and_one_that_is_gone_is_too():
    steps = [
        Step(step="call", kind="call", title="Call", then={"done": None}),
        Step(
            step="sign",
            kind="task",
            title="Sign",
            performer=["department-manager"],
            then={"done": None},
        ),
    ]
    stage = Stage(stage="a", name="A", steps=steps)
    assert is_owners_step(stage, "call", EVERYBODY)
    assert not is_owners_step(stage, "sign", EVERYBODY)
    assert is_owners_step(stage, "sign", Roles("anna"))
    assert is_owners_step(stage, "gone", EVERYBODY)
