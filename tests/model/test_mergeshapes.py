"""What a merge knows of each kind of file, from the declarations of its fields."""

import pytest

from salescli.model.mergeshapes import shape_of_file
from salescli.workspace.schemas import TYPES


@pytest.mark.parametrize(
    ("kind", "path", "keys"),
    [  # format.md section 8, "Lists in a three-way merge"
        ("opportunity", "contacts", ("contact",)),
        ("opportunity", "competitors", ("competitor",)),
        ("opportunity", "team", ("member",)),
        ("opportunity", "products", ("line",)),
        ("process", "stages", ("stage",)),
        ("process", "stages/steps", ("step",)),
        ("process", "stages/exit", ("advise", "require")),
        ("dashboard", "blocks", ("block",)),
    ],
)
def test_items_are_known_by_their_keys(kind, path, keys):
    assert shape_at(kind, path).keys == keys


@pytest.mark.parametrize(
    ("kind", "path", "is_set"),
    [
        ("opportunity", "leads", True),
        ("account", "emails", True),
        ("contact", "phones", True),
        ("lead", "products", True),
        ("team", "people/*/emails", True),
        ("process", "stages/moves", False),
        ("process", "stages/steps/fields", False),
        ("process", "stages/steps/performer", False),
        ("dashboard", "blocks/columns", False),
        ("settings", "size_bands", False),
        ("settings", "custom_fields/*/*/values", False),
    ],
)
def test_words_are_a_set_where_order_says_nothing(kind, path, is_set):
    assert shape_at(kind, path).is_set == is_set


@pytest.mark.parametrize(
    ("kind", "path", "ordered"),
    [
        ("process", "stages", True),
        ("process", "stages/steps/then", True),
        ("process", "stages/exit", True),
        ("dashboard", "blocks", True),
        ("dictionaries", "needs", True),
        ("opportunity", "contacts", False),
        ("team", "people", False),
        ("products", "products", False),
    ],
)
def test_order_says_something_in_processes_dashboards_and_dictionaries(kind, path, ordered):
    assert shape_at(kind, path).ordered == ordered


def test_new_keys_stand_in_the_order_of_the_format():
    deal = shape_of_file(TYPES["opportunity"])
    assert deal.precedes("partner", "checked_on")
    assert not deal.precedes("winner", "main_contact")
    assert deal.precedes("aaa", "bbb")


def shape_at(kind, path):
    shape = shape_of_file(TYPES[kind])
    for step in path.split("/"):
        shape = shape.item if shape.has_keys else shape
        shape = shape.inner(step)
    return shape
