"""What merges could not decide is noted in the clone, a file for each record."""

import msgspec

from salescli.store.clashes import (
    ClashedField,
    ClashedFile,
    drop_clashes,
    read_clashes,
    write_clashes,
)

FIELD = ClashedField("stage", "a", "b", "c")
TEAM = ClashedFile("team.yaml", "1" * 40, "2" * 40, "3" * 40, (FIELD,), ("people/anna/emails",))


def test_what_was_noted_is_read_again_by_path_and_can_be_dropped(tmp_path):
    (tmp_path / "salescli.yaml").touch()
    removed = ClashedField("people/boris", {"name": "Boris"}, theirs={"name": "Boris K"})
    plan = ClashedFile("plans/2026.yaml", "", "2" * 40, "3" * 40, (removed,), ())
    for clashed in (TEAM, plan, TEAM):
        write_clashes(tmp_path, clashed)
    assert read_clashes(tmp_path) == [plan, TEAM]
    assert read_clashes(tmp_path)[0].clashes[0].ours is msgspec.UNSET
    drop_clashes(tmp_path, "plans/2026.yaml")
    drop_clashes(tmp_path, "plans/2026.yaml")
    assert read_clashes(tmp_path) == [TEAM]


def test_where_no_store_lies_nothing_is_noted(tmp_path):
    write_clashes(tmp_path, TEAM)
    assert list(tmp_path.iterdir()) == []
    assert read_clashes(tmp_path) == []


def test_a_note_that_can_not_be_read_counts_as_not_there(tmp_path):
    (tmp_path / "salescli.yaml").touch()
    write_clashes(tmp_path, TEAM)
    (tmp_path / ".salescli" / "clashes" / "x.json").write_text("{", encoding="utf-8")
    assert read_clashes(tmp_path) == [TEAM]
