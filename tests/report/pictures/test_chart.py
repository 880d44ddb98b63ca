"""The funnel's picture: nothing overlaps or runs out, and the same bytes come out everywhere."""

import os
import shutil
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from decimal import Decimal
from itertools import cycle, islice, product
from pathlib import Path
from typing import Literal, get_args

import matplotlib
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.patches import Polygon
from matplotlib.transforms import Bbox

from salescli.model.asked import FunnelDefinition, FunnelMode
from salescli.model.flow import Flow
from salescli.report.figures.entered import EnteredFunnel, EnteredStage
from salescli.report.figures.figure import Share
from salescli.report.figures.forecast import Cell
from salescli.report.figures.funnel import Funnel, StageFigure
from salescli.report.figures.funnel_looks import AnyFunnel
from salescli.report.figures.piles import Counted
from salescli.report.figures.plan_bar import FittingPlan, PlanBar
from salescli.report.pictures.chart import (
    build_funnel_figure,
    build_process_figure,
    draw_funnel,
    draw_process,
    drawing,
)
from tests.report.flows import SHIPPED, crowded_flow, flow_of
from tests.report.funnel_deals import fixture_deals, funnel_of
from tests.report.textboxes import check_apart, check_texts, text_boxes

IS_LONG = os.environ.get("SALESCLI_TEST_SIZE") == "long"
NAMES = {
    "short": ["A", "i", "Won"],
    "long": ["Agree the proposal with everybody who decides or has influence", "W" * 80],
    "cyrillic": ["Определение потенциала клиента и его потребностей", "Щ" * 70, "Победа"],
    "cjk": ["日本語のとても長い名前の段階です" * 3, "商談"],
}
SUMS = {
    "zero": ([0], [None]),
    "equal": ([12], ["250000.00"]),
    "unequal": ([100000, 0, 1, 99999, 5000], ["999999999999999999.99", None, "0.01", "123456.78"]),
}
KINDS: tuple[Literal["png", "svg"], ...] = ("png", "svg")
FIXTURE = funnel_of(fixture_deals())


def make_funnel(
    names: list[str], counts: list[int], amounts: list[str | None], **footer: object
) -> Funnel:
    """A funnel of made-up figures, for the looks alone."""
    most = max(counts)
    stages = tuple(
        StageFigure(
            stage=f"s{place}",
            name=name,
            count=count,
            sum={} if amount is None else {"EUR": Decimal(amount)},
            without_value=0,
            conversion=Share(count // 3, count) if place < len(names) - 1 else None,
            first=Share(count, most),
        )
        for place, (name, count, amount) in enumerate(zip(names, counts, amounts, strict=True))
    )
    facts = {"other_process": 3, "left_out": {}, "differs": 0, "invalid": 0, **footer}
    return Funnel(question=FIXTURE.question, process_name="x", stages=stages, new=most, **facts)


def make_entered(names: list[str], counts: list[int], amounts: list[str | None]) -> EnteredFunnel:
    """An entered funnel of made-up figures."""
    plain = make_funnel(names, counts, amounts)
    stages = tuple(
        EnteredStage(
            stage=stage.stage,
            name=stage.name,
            count=stage.count,
            sum=stage.sum,
            without_value=0,
            n=stage.count,
            previous=Share(stage.count, 7),
            first=stage.first,
        )
        for stage in plain.stages
    )
    facts = {"other_process": 3, "left_out": {}, "differs": 0, "invalid": 0}
    return EnteredFunnel(question=plain.question, process_name="x", stages=stages, **facts)


def make_plan(name: str, objects: int, plan: str, sold: str, weighted: str) -> PlanBar:
    """A plan in euros, with what stands against it."""
    sums = [Counted(1, {"EUR": Decimal(amount)}, 0) for amount in (sold, weighted)]
    planned = {"EUR": Decimal(plan)}
    cell = Cell(planned, *sums, weighted={"EUR": Decimal(weighted)})
    fit = FittingPlan("department=x", name, planned, objects=objects, without_plan=objects - 1)
    return PlanBar(fit=fit, cell=cell)


def in_mode(funnel: AnyFunnel, mode: FunnelMode) -> AnyFunnel:
    question = msgspec.structs.replace(funnel.question, mode=mode)
    return msgspec.structs.replace(funnel, question=question)


def check_layout(funnel: AnyFunnel, width: int) -> None:
    """Every text lies inside the figure, and no two touch."""
    with drawing():
        figure, _ = build_funnel_figure(funnel, width=width)
        check_texts(figure)


MODES = get_args(FunnelMode)
CASES = list(product(range(2, 15), NAMES, SUMS, MODES, get_args(FunnelDefinition)))
PLANS = cycle(
    [None, make_plan("A", 1, "1000", "0", "0"), make_plan("W" * 80, 3, "1", "9e17", "0.01")]
)
# Steps that no number of choices divides: each pair of choices is in the sample.
SAMPLE = CASES if IS_LONG else CASES[::17]


@pytest.mark.parametrize(("count", "names", "sums", "mode", "definition"), SAMPLE)
def test_texts_never_overlap_or_run_out(
    count: int, names: str, sums: str, mode: FunnelMode, definition: FunnelDefinition
) -> None:
    counts, amounts = (list(islice(cycle(values), count)) for values in SUMS[sums])
    stages = list(islice(cycle(NAMES[names]), count))
    make = make_funnel if definition == "reference" else make_entered
    funnel = in_mode(make(stages, counts, amounts), mode)
    funnel = msgspec.structs.replace(funnel, plan=next(PLANS))
    check_layout(funnel, 1600 if count % 4 else 800)


def test_a_crowded_title_footer_and_several_currencies_have_room() -> None:
    currencies = "EUR USD GBP JPY CHF SEK NOK DKK PLN CZK HUF RON BGN TRY".split()
    funnel = make_funnel(
        ["A", "B", "C"] * 3,
        [3, 2, 1] * 3,
        ["5.00"] * 9,
        left_out=dict.fromkeys(currencies, 12345),
        differs=12,
        invalid=3,
    )
    sums = [dict.fromkeys(currencies[:kinds], Decimal("12345678.90")) for kinds in (4, 3, 1)] * 3
    stages = tuple(
        msgspec.structs.replace(stage, sum=amounts)
        for stage, amounts in zip(funnel.stages, sums, strict=True)
    )
    filters = (("owner", tuple(f"person-{n}" for n in range(40))), ("department", ("x" * 200,)))
    question = msgspec.structs.replace(funnel.question, filters=filters)
    funnel = msgspec.structs.replace(funnel, stages=stages, question=question)
    check_layout(funnel, 800)
    check_layout(funnel, 1600)


@settings(
    max_examples=200 if IS_LONG else 15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(st.text(st.characters(codec=None), max_size=90), min_size=2, max_size=5))
def test_any_names_at_all_are_laid_out_without_a_warning(names: list[str]) -> None:
    check_layout(make_funnel(names, [3] * len(names), ["5.00"] * len(names)), 800)


HOSTILE = [
    "$\\foo$", "$" + "\\frac{" * 30 + "x" + "}" * 30 + "$", "$$", "_hidden", "\\LaTeX", "a$b", "%",
    "x" * 20_000, "a\x00b", "\x1b[31mred", "\ud800", "\u202eright to left", "שלום עולם", "مرحبا",
    "Z" + "\u0301" * 300, "two\nlines", "", "   ", "\u0378\uf8ff", "<script>alert(1)</script>",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_twenty_hostile_names_are_drawn_as_they_are(kind: Literal["png", "svg"]) -> None:
    assert len(HOSTILE) == 20
    funnel = make_funnel(HOSTILE, [1] * 20, [None] * 20)
    picture = draw_funnel(funnel, kind=kind)
    assert len(picture.data) > 10_000


def test_labels_are_cleaned_cut_and_not_read_as_tex() -> None:
    names = ["$\\foo$", "a\x00\x1b[31mb\ud800", "two\nlines", "i" * 20_000]
    with drawing():
        figure, _ = build_funnel_figure(make_funnel(names, [1] * 4, [None] * 4))
    texts = [text.get_text() for text in figure.texts]
    assert {"$\\foo$", "a[31mb", "two lines"} <= set(texts)
    first, second = (text for text in texts if text.startswith("ii"))
    assert len(first + second) == 60
    assert second.endswith("…")
    assert not any(text.get_parse_math() or text.get_usetex() for text in figure.texts)


def test_letters_that_no_font_has_become_boxes_and_one_note() -> None:
    missing = "\uf8f0\uf8f1\u0378"  # private and unassigned: no font may have them
    picture = draw_funnel(make_funnel([missing, "Won"], [1, 1], [None, None]))
    (note,) = picture.notes
    assert note.startswith(f"No font here has {' '.join(sorted(missing))}: drawn as □.")
    assert draw_funnel(FIXTURE).notes == ()


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A wanted font in a folder of one's own, not in any list; it has U+E000."""
    folder = tmp_path / ".fonts"
    folder.mkdir()
    source = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "STIXNonUni.ttf"
    shutil.copy(source, folder / "takao.ttf")
    return folder / "takao.ttf"


def test_a_font_is_found_by_its_file_whatever_the_library_has_listed(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = str(installed.parent.parent)
    funnel = make_funnel(["\ue000", "Won"], [1, 1], [None, None])
    first = draw_funnel(funnel, home=home)
    manager = matplotlib.font_manager.fontManager
    older = [font for font in manager.ttflist if font.name.startswith("DejaVu")]
    monkeypatch.setattr(manager, "ttflist", older)
    assert draw_funnel(funnel, home=home) == first
    assert first.notes == ()
    installed.unlink()
    (note,) = draw_funnel(funnel, home=home).notes
    assert note.startswith("No font here has \ue000")


def test_a_file_that_is_no_font_is_passed_over(installed: Path) -> None:
    installed.with_name("unifont.otf").write_text("none")
    home = str(installed.parent.parent)
    funnel = make_funnel(["\uf8f0", "Won"], [1, 1], [None, None])
    assert draw_funnel(funnel, home=home).notes


@pytest.mark.parametrize("width", [800, 1600])
def test_a_png_is_as_wide_as_asked(width: int) -> None:
    data = draw_funnel(FIXTURE, width=width).data
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    got_width, height = struct.unpack(">II", data[16:24])
    assert got_width == width
    assert 0.5 < height / width < 0.8


def test_an_svg_is_paths_with_a_title_and_runs_nothing() -> None:
    funnel = make_funnel(["<script>x</script>", "--><b>"], [1, 1], [None, None])
    root = ET.fromstring(draw_funnel(funnel, kind="svg").data)
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert "path" in tags
    assert not tags & {"script", "text", "image", "b", "foreignObject"}
    titles = [element.text for element in root.iter() if element.tag.endswith("}title")]
    assert titles[0] == "Funnel · March 2024 · real-estate"


DRAW = """
import sys
sys.path[:0] = sys.argv[1:2]
from tests.report.flows import SHIPPED, crowded_flow, flow_of
from tests.report.funnel_deals import fixture_deals, funnel_of
from salescli.report.pictures.chart import draw_funnel
for kind in ("png", "svg"):
    sys.stdout.buffer.write(draw_funnel(funnel_of(fixture_deals()), kind=kind).data)
"""
HOSTILE_SETTINGS = """
text.usetex: True
text.parse_math: True
font.family: serif
figure.facecolor: red
savefig.dpi: 30
savefig.bbox: tight
svg.fonttype: none
path.sketch: 1, 100, 2
backend: module://evil
"""


def draw_elsewhere(folder: Path) -> bytes:
    here = Path(__file__).resolve()
    command = [sys.executable, "-c", DRAW, str(here.parents[3])]
    return subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=60).stdout


def test_bytes_are_the_same_in_every_process_whatever_lies_in_the_folder(tmp_path: Path) -> None:
    hostile, endless = tmp_path / "hostile", tmp_path / "endless"
    hostile.mkdir()
    (hostile / "matplotlibrc").write_text(HOSTILE_SETTINGS)
    (hostile / "evil.py").write_text("open('ran', 'w').close()\n")
    endless.mkdir()
    os.mkfifo(endless / "matplotlibrc")
    expected = b"".join(draw_funnel(FIXTURE, kind=kind).data for kind in KINDS)
    assert draw_elsewhere(hostile) == expected
    assert draw_elsewhere(endless) == expected
    assert not (hostile / "ran").exists()


def test_drawing_leaves_settings_as_they_were() -> None:
    before = dict(matplotlib.rcParams)
    draw_funnel(FIXTURE)
    assert dict(matplotlib.rcParams) == before


def process_boxes(flow: Flow, width: int) -> list[tuple[str, Bbox]]:
    with drawing():
        figure, _ = build_process_figure(flow, width=width)
        return list(text_boxes(figure))


@pytest.mark.parametrize("width", [800, 1600])
@pytest.mark.parametrize("name", SHIPPED)
def test_the_texts_of_a_shipped_process_are_whole_and_apart(name: str, width: int) -> None:
    boxes = process_boxes(flow_of(name), width)
    assert not any(text.endswith("…") for text, _ in boxes)
    check_apart(boxes)


@pytest.mark.parametrize("title", [names for kind in NAMES.values() for names in kind])
def test_texts_of_any_process_lie_inside_the_picture(title: str) -> None:
    with drawing():
        figure, _ = build_process_figure(crowded_flow(title, 4), width=1600)
        for text, box in text_boxes(figure):
            assert box.x0 >= 0 and box.y0 >= 0, text
            assert box.x1 <= figure.bbox.width and box.y1 <= figure.bbox.height, text


@pytest.mark.parametrize("width", [500, 800, 1067, 1600])
def test_long_texts_of_a_process_are_apart_and_inside_their_boxes_at_any_width(width: int) -> None:
    with drawing():
        figure, _ = build_process_figure(crowded_flow(NAMES["cyrillic"][0], 4), width=width)
        boxes = list(text_boxes(figure))
        areas = [area for area in figure.artists if isinstance(area, Polygon) and area.get_fill()]
        edges = [area.get_extents() for area in areas if area.get_facecolor()[:3] == (1, 1, 1)]
    check_apart(boxes)
    inside = 0
    for text, box in boxes:
        for edge in edges:
            if edge.x0 <= box.x0 <= edge.x1 and edge.y0 <= (box.y0 + box.y1) / 2 <= edge.y1:
                inside += 1
                assert box.x1 < edge.x1 - 3 * width / 1600, text
    assert inside > 10


def test_a_text_is_as_wide_in_a_small_picture_as_in_a_large_one_to_scale() -> None:
    words = "form · manager or starter · 30 min"
    shares = [
        dict(process_boxes(flow_of("corporate"), width))[words].width / width
        for width in (640, 800, 1500, 1600, 1667)
    ]
    assert max(shares) / min(shares) < 1.02


@pytest.mark.parametrize("kind", KINDS)
def test_a_process_makes_the_same_bytes_twice_and_hostile_names_are_drawn(
    kind: Literal["png", "svg"],
) -> None:
    flow = crowded_flow("$\\foo$ <script> \ud800 \u202e \x1b[31m", 3)
    assert draw_process(flow, kind=kind).data == draw_process(flow, kind=kind).data


def test_a_picture_of_a_process_is_as_wide_as_asked_unless_it_would_be_far_too_high() -> None:
    picture = draw_process(flow_of("quick"), width=1200)
    assert struct.unpack(">I", picture.data[16:20]) == (1200,)
    assert (picture.width, picture.notes) == (1200, ())
    high, width = crowded_flow("A", 150), 1600
    with drawing():
        figure, notes = build_process_figure(high, width=width)
    assert figure.bbox.height <= 20_001
    assert figure.bbox.width < width
    assert "it would be too high" in notes[-1]
