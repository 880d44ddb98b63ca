"""Drawing a process at the command line: what goes to stdout, what to files, what is refused."""

from pathlib import Path

import pytest

BROKEN = """\
name: Small
stages:
  - stage: talk
    name: Talk
    moves: [wonn]
  - {stage: won, name: Won, final: success}
"""


def test_without_a_name_the_stores_process_is_drawn_as_text(shop):
    drawn = shop.run("process", "draw")
    assert drawn.code == 0, drawn.err
    assert drawn.out.startswith("flowchart TD\n")
    assert '"Proposal preparation · 40 %"' in drawn.out
    assert drawn.out == shop.run("process", "draw", "real-estate", "--mermaid", "-").out


def test_the_page_of_the_process_shows_what_is_drawn(shop):
    page = (Path(__file__).parents[2] / "docs" / "process.md").read_text("utf-8")
    shown = page.partition("```mermaid\n")[2].partition("```")[0]
    assert shown == shop.run("process", "draw", "real-estate").out


def test_files_are_written_over_and_stdout_stays_free(shop):
    for name in ("p.png", "p.svg", "p.mmd"):
        (shop.root / name).write_text("old")
    drawn = shop.run("process", "draw", "quick", "--png", "p.png", "--svg", "p.svg",
                     "--mermaid", "p.mmd")  # fmt: skip
    assert (drawn.code, drawn.out) == (0, "")
    assert drawn.err == "p.png: 1600 pixels wide.\np.svg is drawn.\np.mmd is written.\n"
    assert (shop.root / "p.png").read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in (shop.root / "p.svg").read_bytes()
    text = (shop.root / "p.mmd").read_text("utf-8")
    assert text == shop.run("process", "draw", "quick").out


def test_a_file_that_is_no_process_of_the_store_is_drawn_too(shop):
    source = (shop.root / "processes" / "quick.yaml").read_bytes()
    (shop.root / "mine.yaml").write_bytes(source)
    assert shop.run("process", "draw", "mine.yaml").out == shop.run("process", "draw", "quick").out


def test_what_is_wrong_with_a_definition_is_told_instead_of_a_drawing(shop):
    (shop.root / "small.yaml").write_text(BROKEN)
    drawn = shop.run("process", "draw", "small.yaml", "--png", "p.png")
    assert (drawn.code, drawn.out) == (4, "")
    assert "small.yaml:5:13: talk may move to 'wonn', which is no stage." in drawn.err
    assert not (shop.root / "p.png").exists()


@pytest.mark.parametrize(
    "options", [("--png", "-", "--svg", "-"), ("--mermaid", "-", "--png", "-")]
)
def test_stdout_takes_one_drawing(shop, options):
    drawn = shop.run("process", "draw", *options)
    assert drawn.code == 2
    assert "stdout is for one drawing alone" in drawn.err


def test_an_unknown_process_is_not_drawn(shop):
    drawn = shop.run("process", "draw", "quik")
    assert drawn.code == 3
    assert "Did you mean quick?" in drawn.err
