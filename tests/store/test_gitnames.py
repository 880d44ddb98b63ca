"""Words of git about revisions in doubt, as git 2.39 has them."""

import pytest

from salescli.model.errors import NotFound
from salescli.store.gitnames import no_such_revision, refuse_doubtful


def told(revision: str, said: str) -> tuple[str, str, str]:
    with pytest.raises(NotFound) as raised:
        refuse_doubtful(revision, said)
    (found,) = raised.value.findings
    return found.code, found.text, found.hint


def test_a_log_of_the_clone_that_is_too_young_is_no_answer():
    said = "warning: log for 'main' only goes back to Mon, 30 Nov 2026 17:52:44 +0000\n"
    code, text, hint = told("main@{5.days.ago}", said)
    assert code == "log-too-young"
    assert "since Mon, 30 Nov 2026 17:52:44 +0000 only" in text
    assert '--rev $(git rev-list -1 --before="DAY 23:59" HEAD)' in hint


def test_commits_that_begin_alike_are_named_without_what_is_none():
    said = """error: short object ID 3a7f is ambiguous
hint: The candidates are:
hint:   3a7f0c1 commit 2026-11-02 - Deals
hint:   3a7fbb2 tag 2026-11-02 - 2026-Q4
hint:   3a7fcc3 blob
fatal: Needed a single revision
"""
    code, text, _ = told("3a7f", said)
    assert code == "ambiguous-revision"
    assert text.split("\n")[1:] == [
        "  3a7f0c1 commit 2026-11-02 - Deals",
        "  3a7fbb2 tag 2026-11-02 - 2026-Q4",
    ]


def test_a_branch_and_a_tag_of_one_name_are_told_apart():
    code, _, hint = told("v1~2", "warning: refname 'v1' is ambiguous.\n")
    assert code == "ambiguous-revision"
    assert hint.startswith("heads/v1 is the branch, tags/v1 the tag")


@pytest.mark.parametrize(
    "said", ["", "warning: refname 'HEAD' is ambiguous.", "fatal: Needed a single revision"]
)
def test_what_is_in_no_doubt_passes(said):
    refuse_doubtful("HEAD", said)


@pytest.mark.parametrize(
    ("day", "until"),
    [
        ("2026-11-29", "2026-11-29 23:59"),
        ("2026-11-29 18:00", "2026-11-29 18:00"),
        ("yesterday", "yesterday"),
        ("1 day ago", "1 day ago"),
    ],
)
def test_a_day_is_told_how_its_last_commit_is_named(day, until):
    hint = no_such_revision(day, is_shallow=True).hint
    assert f'$(git rev-list -1 --before="{until}" HEAD)' in hint


def test_of_a_clone_with_few_commits_the_others_can_be_fetched():
    assert "--unshallow" in no_such_revision("v1", is_shallow=True).hint
    assert "git log --oneline" in no_such_revision("v1", is_shallow=False).hint
