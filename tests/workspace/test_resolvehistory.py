"""Which events of a fork count no more."""

import pytest

from salescli.model.events import live_events
from salescli.store.codec import read_history
from salescli.workspace.resolvehistory import Sides, find_apart, find_lost, may_contradict

HEAD = '"at":"2026-11-02T09:0%s:00Z","by":"%s","kind":'
BORN = '"created","fields":{"title":"Flat","stage":"a"}'
AWAY = '"moved","from":"a","to":"b"'
LEFT = '"cancelled","activity":"act-0000000001","note":"stage left"'
SAID = '"changed","fields":{"budget":["1.00 EUR","2.00 EUR"]}'
SIDES = Sides(frozenset({"h-o1", "h-o2"}), frozenset({"h-t1", "h-t2"}))


def events(*lines):
    """Live events of (id, seq, minute, who, what)."""
    text = "".join(
        f'- {{"id":"{name}","seq":{seq},{HEAD % (minute, who)}{what}}}\n'
        for name, seq, minute, who, what in lines
    )
    return live_events(read_history(text.encode(), "history.yaml"))


FORK = (
    ("h-b", 1, 0, "anna", BORN),
    ("h-o1", 2, 1, "anna", AWAY),
    ("h-o2", 3, 1, "anna", LEFT),
    ("h-t1", 2, 3, "boris", AWAY.replace('"b"', '"c"')),
    ("h-t2", 3, 3, "boris", LEFT),
)


@pytest.mark.parametrize(
    ("winner", "lost"),
    [
        ("ours", ["h-t1", "h-t2"]),
        ("theirs", ["h-o1", "h-o2"]),
        ("both", ["h-t1", "h-t2"]),  # theirs came later
        ("", []),
    ],
)
def test_the_steps_of_the_side_that_lost_go_with_what_they_let_go_of(winner, lost):
    assert [event.id for event in find_lost(events(*FORK), SIDES, winner)] == lost


def test_two_ways_to_one_stage_are_apart_and_one_way_is_not():
    on = ("h-o2", 3, 2, "anna", AWAY.replace('"b"', '"c"').replace('"a"', '"b"'))
    there = ("h-t1", 2, 3, "boris", AWAY.replace('"b"', '"c"'))
    found = find_apart(events(*FORK[:2], on, there), SIDES)
    assert found is not None
    assert (found.ours, found.theirs) == ("a → b → c", "a → c")
    assert find_apart(events(*FORK[:2], ("h-t1", 2, 3, "boris", AWAY)), SIDES) is None


def test_where_one_side_alone_moved_nothing_is_lost():
    one = events(FORK[0], FORK[1], ("h-t1", 2, 3, "boris", SAID))
    assert find_lost(one, SIDES, "ours") == []


def test_only_steps_and_changes_of_items_since_the_sides_parted_may_contradict():
    assert may_contradict(events(*FORK))
    assert not may_contradict(events(*FORK[:2]))  # one side alone
    said = ("h-o1", 2, 1, "anna", SAID), ("h-t1", 2, 3, "boris", SAID)
    assert not may_contradict(events(FORK[0], *said))
    role = SAID.replace("budget", "contacts/con-1/role")
    assert may_contradict(events(FORK[0], said[0], ("h-t1", 2, 3, "boris", role)))
