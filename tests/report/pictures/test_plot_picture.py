"""Pictures of plots: nothing overlaps or runs out, and the same bytes come out everywhere."""

import os
import struct
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from itertools import cycle, islice, product
from pathlib import Path
from typing import Literal, get_args

import pytest

from salescli.report.layouts.plot import Plot, Series, Shape
from salescli.report.pictures.chart import build_plot_figure, draw_plot, drawing
from tests.report.textboxes import check_texts

IS_LONG = os.environ.get("SALESCLI_TEST_SIZE") == "long"
KINDS: tuple[Literal["png", "svg"], ...] = ("png", "svg")
SHAPES: tuple[Shape, ...] = get_args(Shape)
NAMES = {
    "short": ["A", "i", "", "Mar 2024"],
    "long": ["Agree the proposal with everybody who decides or has influence", "W" * 80],
    "cyrillic": ["Определение потенциала клиента", "Щ" * 70, "Победа"],
    "cjk": ["日本語のとても長い名前の段階です" * 3, "商談"],
}
VALUES: dict[str, Sequence[str | None]] = {
    "zero": ["0"],
    "equal": ["250000.00"],
    "unequal": ["999999999999999999.99", "0", "0.01", "123456.78", None],
    "negative": ["-5", "12.5", "-1234567.89", None, "0"],
    "nothing": [None],
}
UNITS = ["EUR", "JPY", "%", "days", ""]
COUNTS = (1, 2, 12, 60)
CASES = list(product(SHAPES, COUNTS, NAMES, VALUES, (1, 3, 9)))
# Steps that no number of choices divides: each pair of choices is in the sample.
SAMPLE = CASES if IS_LONG else CASES[::31]


def make_plot(
    shape: Shape, count: int, names: str, values: str, series: int, *, turn: int = 0
) -> Plot:
    """A plot for the looks alone; `turn` varies what else it has."""
    numbers = cycle(VALUES[values])
    rows = tuple(
        Series(name, tuple(None if n is None else Decimal(n) for n in islice(numbers, count)))
        for name in islice(cycle(NAMES[names]), 2 if shape == "scatter" else series)
    )
    return Plot(
        shape=shape,
        title=NAMES[names][0],
        subtitle=" · ".join(NAMES[names] * (turn % 4)),
        categories=tuple(islice(cycle(NAMES[names]), count)),
        series=rows,
        unit=UNITS[turn % len(UNITS)],
        footer=("Definition.", "As of 31 Mar 2024.")[: turn % 3],
        target=None if turn % 2 else Decimal("1000.5"),
        target_name=NAMES[names][-1] if turn % 3 else "",
    )


@pytest.mark.parametrize("place", range(len(SAMPLE)))
def test_texts_of_a_plot_never_overlap_or_run_out(place: int) -> None:
    plot = make_plot(*SAMPLE[place], turn=place)
    with drawing():
        figure, _ = build_plot_figure(plot, width=1600 if place % 4 else 800)
        assert check_texts(figure) >= 2


@pytest.mark.parametrize("shape", SHAPES)
def test_sixty_long_names_and_hostile_ones_have_room(shape: Shape) -> None:
    hostile = [
        "$\\foo$",
        "$$",
        "a\x00b",
        "\ud800",
        "\u202eleft",
        "مرحبا",
        "Z" + "\u0301" * 300,
        "x" * 9999,
    ]
    values = tuple(Decimal(n * 37 % 101) for n in range(60))
    plot = Plot(
        shape=shape,
        title="x" * 9999,
        categories=tuple(islice(cycle(hostile), 60)),
        series=(Series(hostile[0], values), Series(hostile[1], values[::-1])),
        footer=(hostile[0], hostile[-1]),
        unit="EUR",
    )
    with drawing():
        figure, _ = build_plot_figure(plot)
        check_texts(figure)
        assert not any(text.get_parse_math() or text.get_usetex() for text in figure.texts)


def sample_plot(shape: Shape) -> Plot:
    return make_plot(shape, 12, "short", "unequal", 3, turn=5)


@pytest.mark.parametrize("width", [800, 1600])
def test_a_picture_is_as_wide_as_asked(width: int) -> None:
    picture = draw_plot(sample_plot("bar"), width=width)
    assert struct.unpack(">I", picture.data[16:20]) == (width,)
    assert picture.width == width


def test_a_picture_that_would_be_far_too_high_is_drawn_narrower_and_says_so() -> None:
    with drawing():
        figure, notes = build_plot_figure(make_plot("bar", 500, "short", "equal", 3), width=1600)
    assert figure.bbox.height <= 20_001
    assert "it would be too high" in notes[-1]


DRAW = """
import sys
sys.path[:0] = sys.argv[1:2]
from tests.report.pictures.test_plot_picture import draw_samples
sys.stdout.buffer.write(draw_samples())
"""


def draw_samples() -> bytes:
    """Every shape, as PNG and SVG by turns."""
    kinds = cycle(KINDS)
    return b"".join(draw_plot(sample_plot(s), kind=next(kinds)).data for s in SHAPES)


def test_plots_are_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    here = Path(__file__).resolve()
    (tmp_path / "matplotlibrc").write_text("hatch.color: red\nlines.linewidth: 9\nfont.size: 30\n")
    command = [sys.executable, "-c", DRAW, str(here.parents[3])]
    out = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, timeout=60).stdout
    assert out == draw_samples()
