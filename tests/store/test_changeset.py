"""Diffs of change sets."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.store.changeset import Append, Remove, Write, diff, hash_bytes
from tests.store.recording import IS_LONG, NEW, OLD, build_changeset, read_tree, write_tree


def test_a_changed_line_is_shown_without_context() -> None:
    lines = (
        "title: Old Mill\nclient: con-1\nstage: new\nneed: rent\ntype: direct\nowner: {}\nx: 1\n"
    )
    path = "opportunities/2026/old-mill-shop-2--opp-3w8d1n6k2z/opportunity.yaml"
    change = Write(path, lines.format("dina").encode(), lines.format("anna").encode())
    assert diff(build_changeset(change)) == (
        f"--- {path}\n+++ {path}\n@@ -6 +6 @@\n-owner: dina\n+owner: anna\n"
    )


def test_an_append_shows_the_added_lines_at_their_place() -> None:
    change = Append("h.yaml", 12, hash_bytes(b"a: 1\n" * 3), b"- 4\n- 5\n", 3)
    assert diff(build_changeset(change)) == (
        "--- h.yaml\n+++ h.yaml\n@@ -3,0 +4,2 @@\n+- 4\n+- 5\n"
    )
    one = Append("h.yaml", 12, hash_bytes(b"a: 1\n" * 3), b"- 4\n", 3)
    assert "@@ -3,0 +4 @@\n" in diff(build_changeset(one))


def test_new_and_removed_files_are_told_from_empty_ones() -> None:
    new, gone = Write("n", None, b"a\n"), Remove("g", b"b\n")
    assert diff(build_changeset(new)) == "--- /dev/null\n+++ n\n@@ -0,0 +1 @@\n+a\n"
    assert diff(build_changeset(gone)) == "--- g\n+++ /dev/null\n@@ -1 +0,0 @@\n-b\n"
    assert diff(build_changeset(Write("e", b"", b"a\n"))).startswith("--- e\n+++ e\n")


def test_a_missing_last_line_end_is_said() -> None:
    assert diff(build_changeset(Write("f", b"a: 1", b"a: 1\n"))) == (
        "--- f\n+++ f\n@@ -1 +1 @@\n-a: 1\n\\ No newline at end of file\n+a: 1\n"
    )


@pytest.mark.parametrize("data", [b"\xff\xd8\xff\xe0", b"a\0b"])
def test_what_is_no_text_takes_one_line(data: bytes) -> None:
    size = len(data)
    assert diff(build_changeset(Write("files/a.jpg", None, data))) == (
        f"Binary file files/a.jpg: 0 → {size} bytes\n"
    )
    assert diff(build_changeset(Remove("files/a.jpg", data))) == (
        f"Binary file files/a.jpg: {size} → 0 bytes\n"
    )


def test_only_line_feeds_end_a_line() -> None:
    change = Write("f", None, "a\u2028b\x0bc\rd\x85e\n".encode())
    assert diff(build_changeset(change)).count("\n+") == 2  # the name and one line


def test_git_takes_the_diff_of_a_whole_set(tmp_path: Path) -> None:
    write_tree(tmp_path, OLD)
    changes = list(build_changeset().changes)
    assert isinstance(changes[1], Append)
    changes[1] = Append(*[getattr(changes[1], f) for f in Append.__struct_fields__[:4]], 1)
    _patch(tmp_path, diff(build_changeset(*changes)))
    assert read_tree(tmp_path) == NEW


text = st.lists(st.sampled_from(["a\n", "b\n", "-- c\n", "@@ x\n", "\n", "é\n"]), max_size=8)


@settings(deadline=None, max_examples=300 if IS_LONG else 40)
@given(text, text)
def test_git_makes_the_new_text_of_the_old(
    tmp_path_factory: pytest.TempPathFactory, old: list[str], new: list[str]
) -> None:
    directory = tmp_path_factory.mktemp("patched")
    before, after = "".join(old).encode() + b"end\n", "".join(new).encode() + b"end"
    (directory / "f").write_bytes(before)
    _patch(directory, diff(build_changeset(Write("f", before, after))))
    assert (directory / "f").read_bytes() == after


def _patch(directory: Path, text: str) -> None:
    command = ["git", "apply", "-p0", "--unidiff-zero", "--whitespace=nowarn", "--allow-empty", "-"]
    subprocess.run(command, cwd=directory, input=text.encode(), check=True, timeout=20)
