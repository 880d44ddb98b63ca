"""What is right in a tree that isn't: read on, with what nobody can know marked."""

import pytest

from salescli.model.catalogues import Settings, Team
from salescli.model.definition import Definition
from salescli.model.salvage import salvage

TEAM = {
    "people": {
        "anna": {"name": "Anna", "left": "31.12.2026", "department": "sales"},
        "boris": "Boris",
        "carl": {"emails": ["c@example.com"]},
    },
    "departments": {"sales": {"name": "Sales"}},
}


def test_a_bad_field_is_left_out_and_all_else_is_read():
    read = salvage(TEAM, Team)
    assert list(read.record.people) == ["anna", "boris", "carl"]
    assert read.record.people["anna"].department == "sales"
    assert read.record.people["anna"].left is None


@pytest.mark.parametrize(
    ("path", "is_known"),
    [
        (("people", "anna"), True),
        (("people", "anna", "department"), True),
        (("people", "anna", "left"), False),
        (("people", "boris", "name"), False),
        (("people", "carl", "name"), False),
        (("departments",), True),
    ],
)
def test_what_was_left_out_or_made_up_is_not_known(path, is_known):
    assert salvage(TEAM, Team).is_known(path) is is_known


def test_stages_and_steps_keep_their_places():
    steps = [{"step": "a", "kind": "nonsense", "title": "A", "then": {}}, "b"]
    stages = [{"stage": "s", "name": "S", "cap": "110", "steps": steps}, {"stage": "w"}]
    read = salvage({"name": "P", "stages": stages}, Definition)
    assert [stage.stage for stage in read.record.stages] == ["s", "w"]
    assert read.record.stages[0].cap == 100
    assert [step.step for step in read.record.stages[0].steps][:1] == ["a"]
    assert not read.is_known(("stages", 0, "steps", 0, "then"))
    assert not read.is_known(("stages", 1, "name"))


def test_the_tree_itself_stays_as_it_was():
    tree = {"format": "1", "name": "N", "week_start": "someday"}
    assert salvage(tree, Settings).record.week_start == "monday"
    assert tree["week_start"] == "someday"


def test_a_tree_of_quite_another_form_gives_something_or_nothing_but_no_error():
    for tree in ({}, {"people": ["x"]}, {"stages": "x"}, {"format": {}}, {"size_bands": [{}]}):
        for record in (Team, Settings, Definition):
            found = salvage(tree, record).record
            assert found is None or isinstance(found, record)
