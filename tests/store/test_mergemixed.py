"""Which files of a merge hold lines of two records."""

import pytest

from salescli.store.mergemixed import Mixed, find_mixed
from salescli.store.mergeversions import Versions

OLD, NEW = "contacts/juris--con-1111111111.yaml", "contacts/maris--con-2222222222.yaml"
MOVED = "contacts/juris-b--con-1111111111.yaml"
REMOVED = {OLD: Versions(OLD, "a", "b", "")}  # changed here, removed there


def mixed(made, held=(), index=(), removed=REMOVED):
    files = {**removed, made.path: made}
    unmerged = {made.path: held} if held else {}
    return find_mixed(files, unmerged, unmerged, lambda: dict(index))


@pytest.mark.parametrize(
    ("made", "held", "index"),
    [
        (Versions(NEW, "", "", "c"), ("a", "b", "c"), {NEW: ""}),  # the driver didn't merge them
        (Versions(NEW, "", "", "c"), (), {NEW: "d"}),  # git's lines did
    ],
)
def test_a_new_record_in_which_git_has_merged_a_removed_one_is_mixed(made, held, index):
    assert mixed(made, held, index) == Mixed((NEW,), (OLD,))


@pytest.mark.parametrize(
    ("made", "held", "index", "removed"),
    [
        (Versions(NEW, "", "", "c"), (), {NEW: "c"}, REMOVED),  # as its side has made it
        (Versions(NEW, "", "", "c"), (), {NEW: "d", OLD: "b"}, REMOVED),  # the other one is there
        (Versions(NEW, "", "", "c"), (), {NEW: "d"}, {OLD: Versions(OLD, "a", "a", "")}),
        (Versions(NEW, "", "", "c", is_edited=True), (), {NEW: "d"}, REMOVED),
        (Versions(MOVED, "", "", "c"), ("a", "b", "c"), {MOVED: ""}, REMOVED),  # under its own id
    ],
)
def test_what_stands_in_its_own_file_is_not_mixed(made, held, index, removed):
    assert mixed(made, held, index, removed) == Mixed()


def test_what_git_moved_along_with_the_record_is_stray():
    old = "opportunities/2026/a--opp-1111111111/history.yaml"
    new = "opportunities/2026/b--opp-2222222222/history.yaml"
    paper = "opportunities/2026/b--opp-2222222222/files/plan.pdf"
    files = {old: Versions(old, "a", "b", ""), new: Versions(new, "", "", "c")}
    found = find_mixed(files, {}, {}, lambda: {new: "d", paper: "e"})
    assert found == Mixed((new,), (old,), (paper,))
