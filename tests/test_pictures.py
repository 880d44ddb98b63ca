"""The pictures in the documents are there, and beneath each stands the command that draws it.

What is drawn differs in bytes from one version of the drawing library to the next, so none are
compared: `make docs` draws them anew.
"""

import importlib.util
import re
import struct
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from salescli.commands.report import REPORTS
from tests.shop import Shop

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
WIDTH = 800
MOST_BYTES = 150_000


def load_pictures() -> ModuleType:
    """docs/pictures.py, which is a script and in no package."""
    spec = importlib.util.spec_from_file_location("pictures", ROOT / "docs" / "pictures.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


pictures = load_pictures()
PAGES = dict(pictures.read_pages(ROOT / "docs"))
DRAWINGS = [found for page in PAGES.values() for found in pictures.read_drawings(page)]


def reports_that_draw() -> list[str]:
    """The reports with an option `--png`."""
    draws = []
    for name in REPORTS:
        module = import_module(f"salescli.commands.reports.{name.replace('-', '_')}")
        command = getattr(module, name.replace("-", "_"))
        draws += [name] * any(option.name == "png" for option in command.params)
    return draws


@pytest.mark.parametrize("report", reports_that_draw())
def test_each_report_that_can_draw_has_a_picture_in_its_page(report):
    drawings = pictures.read_drawings(PAGES[ROOT / "docs" / "reports.md"])
    assert ("report", report) in {drawing.words[:2] for drawing in drawings}


def test_every_picture_has_its_command_beneath():
    shown = [name for page in PAGES.values() for name in pictures.PICTURE.findall(page)]
    assert shown and [name for drawing in DRAWINGS for name in drawing.pictures] == shown


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: drawing.pictures[0])
def test_the_command_draws_what_is_shown_as_the_store_was_on_its_last_day(drawing):
    options = dict(pairwise(drawing.words))
    assert {name.split("/")[0] for name in drawing.pictures} == {options["--png"]}
    assert options["--as-of"] == pictures.UNTIL
    assert options["--size"] == str(WIDTH)


def test_the_page_says_how_the_store_of_the_pictures_is_made():
    assert f"`salescli demo shop --until {pictures.UNTIL}`" in PAGES[ROOT / "docs" / "reports.md"]


def test_every_picture_is_there_800_pixels_wide_and_small_and_there_are_no_others():
    files = {str(path.relative_to(FOLDER)): path for path in FOLDER.rglob("*") if path.is_file()}
    assert set(files) == {name for drawing in DRAWINGS for name in drawing.pictures}
    for path in files.values():
        data = path.read_bytes()
        assert data[:8] == b"\x89PNG\r\n\x1a\n", path
        assert struct.unpack(">I", data[16:20]) == (WIDTH,), path
        assert len(data) < MOST_BYTES, path


def test_a_command_of_several_lines_and_pictures_is_read():
    page = (
        "![Not drawn](elsewhere/x.png)\n\n"
        "![One](pictures/d/one.png)\n![Two](pictures/d/two.png)\n\n"
        "```sh\nsalescli report dashboard d \\\n    --png d\n```\n\n"
        "```sh\nsalescli check\n```\n"
    )
    drawing = pictures.Drawing(
        ("d/one.png", "d/two.png"), ("report", "dashboard", "d", "--png", "d")
    )
    assert pictures.read_drawings(page) == [drawing]


def test_what_is_shown_is_drawn_in_the_store_and_copied(shop: Shop, tmp_path):
    words = ("report", "funnel", "--png", "funnel.png", "--size", "400")
    drawing = pictures.Drawing(("funnel.png",), words)
    names = pictures.draw([drawing], shop.root, tmp_path / "pictures", pictures.run_salescli)
    assert list(names) == ["funnel.png"]
    data = (tmp_path / "pictures" / "funnel.png").read_bytes()
    assert struct.unpack(">I", data[16:20]) == (400,)


def test_the_readme_asks_what_the_page_answers_in_its_order_by_commands_that_the_page_runs():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    page = PAGES[ROOT / "docs" / "answers.md"]
    rows = re.findall(r"^\| \[(.+)\]\(docs/answers\.md#.*\) \| `(.+)` \|$", readme, re.MULTILINE)
    parts = re.split(r"^## (.+)\n", page, flags=re.MULTILINE)[1:]
    answers = list(zip(parts[::2], parts[1::2], strict=True))
    assert [question for question, _ in rows] == [question for question, _ in answers]
    assert len(rows) == 12
    for (_, command), (_, answer) in zip(rows, answers, strict=True):
        assert f"$ {command}\n" in answer


def test_the_page_of_reports_names_each_in_its_contents():
    page = PAGES[ROOT / "docs" / "reports.md"]
    table, *_ = page.split("\n## ")
    assert {*re.findall(r"^\| .+ \| `report ([a-z-]+)", table, re.MULTILINE)} == set(REPORTS)
