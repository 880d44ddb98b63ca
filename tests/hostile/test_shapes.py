"""Every hostile file is refused by name, within two seconds and 200 MB, and harms nothing else."""

import json

import pytest

from tests.hostile.limits import run_limited, tree_of
from tests.hostile.shapes import SHAPES, build
from tests.workspace.small_store import LOST, OPEN, write_file, write_small_store

FACTS = f"{OPEN}/opportunity.yaml"
PAST = f"{OPEN}/history.yaml"
COMMANDS = (
    "opportunity list --format json",
    "check",
    "report funnel",
    "report funnel --skip-invalid --format json",
    "opportunity set 7k2m9xq4tb --budget 1 --actor anna",
)


@pytest.mark.parametrize("name", SHAPES)
def test_a_hostile_file_is_refused_and_the_rest_is_shown(name, tmp_path):
    write_small_store(tmp_path)
    write_file(tmp_path, FACTS, build(name))
    before = dict(tree_of(tmp_path))
    listed, checked, refused, skipped, written = run_limited(tmp_path, COMMANDS)
    assert [answer.code for answer in (listed, checked, refused, written)] == [4, 4, 4, 4]
    assert all(FACTS in answer.said for answer in (listed, checked, refused, written))
    rows = json.loads(listed.out)
    assert [row["id"] for row in rows["opportunities"]] == [LOST.rpartition("--")[2]]
    assert skipped.code == 0 and json.loads(skipped.out)["invalid"] == 1
    assert dict(tree_of(tmp_path)) == before


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("an event of 300 000 bytes", b'- {"id":"h-0","seq":1,"x":"' + b"x" * 300_000 + b'"}\n'),
        ("a tower in an event", b"- {a: " + b"[" * 50_000 + b"\n"),
        ("an alias in an event", b"- {a: &a [x], b: *a}\n"),
        ("a tag in an event", b"- {a: !!python/name:os.system ''}\n"),
        ("markers in a history", b"<<<<<<< HEAD\n"),
        ("a number of a million digits", b'- {"id":"h-0","seq":' + b"9" * 200_000 + b"}\n"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_hostile_line_of_a_history_is_refused_too(name, line, tmp_path):
    write_small_store(tmp_path)
    write_file(tmp_path, PAST, (tmp_path / PAST).read_bytes() + line)
    listed, checked = run_limited(tmp_path, COMMANDS[:2])
    assert (listed.code, checked.code) == (4, 4)
    assert PAST in listed.err and f"{PAST}:8:" in checked.out


@pytest.mark.parametrize(
    ("path", "commands"),
    [
        ("salescli.yaml", COMMANDS[:3]),
        ("team.yaml", ("check", "opportunity show 7k2m9xq4tb", "person list")),
        ("processes/real-estate.yaml", ("check", "report funnel", "next 7k2m9xq4tb")),
    ],
)
@pytest.mark.parametrize("name", ["billion laughs", "tower of lists", "python tag", "utf-16"])
def test_what_all_stand_on_is_refused_as_well(path, commands, name, tmp_path):
    write_small_store(tmp_path)
    write_file(tmp_path, path, build(name))
    answers = run_limited(tmp_path, commands)
    assert [answer.code for answer in answers] == [4, 4, 4]
    assert all(path in answer.said for answer in answers)
