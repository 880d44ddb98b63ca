"""Drawings that turn dark with the page."""

import base64
import re

import pytest

from salescli.report.layouts.plot import Plot
from salescli.report.page.pictures import (
    CARD_DARK,
    Color,
    build_address,
    build_pictures,
    darken,
    describe_plot,
    luminance_of,
)
from salescli.report.pictures import plot_frame, plot_marks, slide
from salescli.report.pictures.sheet import MARGIN
from tests.report.pages import build_dashboard

SVG = b"""<?xml version="1.0"?>
<!DOCTYPE svg>
<svg xmlns="http://www.w3.org/2000/svg">
 <title/>
 <metadata>when and by what</metadata>
 <path style="fill: #ffffff; stroke: #0072b2"/><rect fill="#e69f00"/>
</svg>"""


def color(code: str) -> Color:
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:], 16)


def contrast(one: Color, other: Color) -> float:
    """WCAG 2: (lighter + 0.05) / (darker + 0.05)."""
    low, high = sorted([luminance_of(one), luminance_of(other)])
    return (high + 0.05) / (low + 0.05)


def decoded(address: str) -> str:
    return base64.b64decode(address.removeprefix("data:image/svg+xml;base64,")).decode()


def test_black_on_white_has_the_highest_contrast():
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)


def test_the_paper_becomes_the_card():
    assert darken((255, 255, 255)) == CARD_DARK


@pytest.mark.parametrize("code", [slide.INK, slide.PALE_INK])
def test_words_stay_easy_to_read(code: str):
    assert contrast(darken(color(code)), CARD_DARK) >= 4.5


@pytest.mark.parametrize("code", [*plot_marks.COLORS, plot_frame.AXIS])
def test_marks_can_be_told_from_the_card(code: str):
    assert contrast(darken(color(code)), CARD_DARK) >= 3


@pytest.mark.parametrize("code", plot_marks.TINTS)
def test_tints_sink_into_the_card(code: str):
    assert contrast(darken(color(code)), CARD_DARK) < 5


def test_each_colour_has_its_rule_for_the_dark_as_style_and_as_attribute():
    svg = decoded(build_address(SVG))
    assert svg.startswith("<svg ")
    rules = re.search(r"prefers-color-scheme: dark\) \{(.*)\}</style>", svg)
    assert rules is not None
    for where in ('style*="fill: #ffffff"', 'style*="stroke: #0072b2"', 'fill="#e69f00"'):
        assert f"[{where}]" in rules.group(1)
    assert "when and by what" not in svg


def test_a_picture_is_drawn_without_what_the_card_says_already():
    drawn: list[Plot] = []
    pictures = build_pictures(build_dashboard(), lambda plot: drawn.append(plot) or SVG)
    assert list(pictures) == [("category", 0)]
    assert (drawn[0].title, drawn[0].subtitle, drawn[0].footer) == ("", "", ())


def test_what_a_picture_shows_is_told_in_words():
    plot = build_dashboard().blocks[4].plots[0]  # type: ignore[union-attr]
    assert describe_plot(plot) == (
        "Column chart: New deals (new, Dmitri), from Flats to Clara. "
        "The table beside it has the same numbers."
    )


def test_a_picture_without_title_and_subtitle_begins_at_its_margin():
    assert slide.build_head("", "", lambda text, size, bold: 0.0) == ([], MARGIN)
