"""One event for a deal's stage and the fields that change with it."""

import pytest

from salescli.process.standing import Advanced
from salescli.workspace.together import joined


@pytest.mark.parametrize(
    ("decided", "fields", "found"),
    [
        ({}, {"title": ["A", "B"]}, {"title": ["A", "B"]}),
        # The engine saw the deal with the field: what stood there before is what counts.
        ({"probability": [40, None]}, {"probability": [None, 40]}, {}),
        ({"probability": [40, None]}, {"probability": [5, 40]}, {"probability": [5, None]}),
        (
            {"close_date": ["2026-11-01", "2026-11-01"]},
            {"budget": ["5.00 EUR", None]},
            {"budget": ["5.00 EUR", None], "close_date": ["2026-11-01", "2026-11-01"]},
        ),
    ],
)
def test_a_move_and_its_fields_are_told_from_what_stood_before_both(decided, fields, found):
    moved = Advanced(kind="moved", from_="a", to="b", fields=decided)
    assert joined(moved, fields).fields == found


def test_the_paths_stand_in_the_order_of_the_record():
    closed = Advanced(kind="closed", from_="a", to="lost", fields={"close_reason": [None, "price"]})
    both = joined(closed, {"custom/x": [None, "1"], "title": ["A", "B"]})
    assert list(both.fields) == ["title", "close_reason", "custom/x"]
