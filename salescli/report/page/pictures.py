"""Charts on a page: drawings as `data:` addresses that turn dark when the page does.

Pure: a function that draws a plot as SVG comes from outside. A drawing is an image of its own, so
no style of the page reaches into it; it carries the rules for the dark itself.
"""

import base64
import re
from collections.abc import Callable, Iterator

import msgspec

from salescli.report.dashboards.dashboard import ChartFigure, Dashboard, FunnelFigure
from salescli.report.figures.comparison import Comparison
from salescli.report.layouts.plot import Plot, Series
from salescli.report.page.parts import Picture

Color = tuple[int, int, int]

CARD_DARK: Color = (0x18, 0x21, 0x2A)  # as in page.css
INK_DARK: Color = (0xE9, 0xEE, 0xF2)
_WHITE: Color = (255, 255, 255)
# Written as a style, in a hatch as an attribute.
_USED = re.compile(r"(fill|stroke)(: |=\")#([0-9a-f]{6})")
_HEAD = re.compile(r"\A.*?(?=<svg )", re.DOTALL)
_METADATA = re.compile(r"\s*<title/>|\s*<metadata>.*?</metadata>", re.DOTALL)
_GRAY = 40  # how far apart red, green and blue may be for a colour to count as none
_TINT, _MARK = 80.0, 62.0  # lightness (CIE L*): above, an area's tint; a mark in the dark has it
_STRENGTH = 0.4  # of a tint in the dark


def build_pictures(
    dashboard: Dashboard, draw: Callable[[Plot | Comparison], bytes]
) -> dict[tuple[str, int], Picture]:
    """A picture for each plot and comparison of the dashboard, by block and place.

    `draw` makes SVG. What the card says already is left out of the picture: title, subtitle and
    footer, which `draw` must leave out of a comparison itself.
    """
    pictures = {}
    for figure in dashboard.blocks:
        if isinstance(figure, ChartFigure):
            for place, plot in enumerate(figure.plots):
                address = build_address(draw(_bare(plot)))
                pictures[figure.id, place] = Picture(address, describe_plot(plot))
        elif isinstance(figure, FunnelFigure) and figure.comparison and figure.comparison.rows:
            address = build_address(draw(figure.comparison))
            pictures[figure.id, 0] = Picture(address, describe_comparison(figure.comparison))
    return pictures


def _bare(plot: Plot) -> Plot:
    plot = plot.shown()
    series = plot.series
    if len(series) == 1 and series[0].name == plot.title:
        series = (Series("", series[0].values),)
    return msgspec.structs.replace(plot, title="", subtitle="", footer=(), series=series)


def describe_plot(plot: Plot) -> str:
    """What a picture of it shows, for those who don't see it."""
    names = [one.name for one in plot.series if one.name and one.name != plot.title]
    said = f"{plot.shape.capitalize()} chart: {plot.title}"
    said += f" in {plot.unit}" if plot.unit else ""
    said += f" ({', '.join(names)})" if names else ""
    if len(plot.categories) > 1:
        said += f", from {plot.categories[0]} to {plot.categories[-1]}"
    return f"{said}. The table beside it has the same numbers."


def describe_comparison(comparison: Comparison) -> str:
    """What a picture of it shows, for those who don't see it."""
    names = ", ".join(side.name for side in comparison.sides)
    return f"Funnels side by side, on one scale: {names}. The tables below have the same numbers."


def build_address(svg: bytes) -> str:
    """A drawing as an address that needs no network, with its colours for the dark."""
    text = _METADATA.sub("", _HEAD.sub("", svg.decode()))
    start = text.index(">") + 1
    rules = "".join(_rules(text))
    style = f"<style>@media (prefers-color-scheme: dark) {{{rules}}}</style>"
    whole = f"{text[:start]}{style}{text[start:]}"
    return f"data:image/svg+xml;base64,{base64.b64encode(whole.encode()).decode()}"


def _rules(svg: str) -> Iterator[str]:
    for name, mark, code in sorted(set(_USED.findall(svg))):
        light = (int(code[:2], 16), int(code[2:4], 16), int(code[4:], 16))
        dark = "".join(f"{part:02x}" for part in darken(light))
        where = f'style*="{name}: #{code}"' if mark == ": " else f'{name}="#{code}"'
        yield f"[{where}] {{{name}: #{dark} !important}} "


def darken(color: Color) -> Color:
    """The colour of the same thing on a dark page.

    White becomes the card and black its ink, grays between them; marks get light enough to be
    told from the card, and tints sink into it.
    """
    lightness = lightness_of(color)
    if max(color) - min(color) < _GRAY:
        return _mix(INK_DARK, CARD_DARK, lightness / 100)
    if lightness > _TINT:
        return _mix(CARD_DARK, color, _STRENGTH)
    lighter = (_mix(color, _WHITE, step / 50) for step in range(51))
    return next(one for one in lighter if lightness_of(one) >= min(_MARK, 100))


def lightness_of(color: Color) -> float:
    """CIE L*, 0 for black and 100 for white."""
    y = luminance_of(color)
    return 116 * float(y ** (1 / 3)) - 16 if y > 216 / 24389 else y * 24389 / 27


def luminance_of(color: Color) -> float:
    """Relative luminance (WCAG 2), from 0 to 1."""

    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = map(linear, color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mix(one: Color, other: Color, share: float) -> Color:
    """From `one` (share 0) to `other` (1)."""
    red, green, blue = (
        round(a + (b - a) * min(max(share, 0.0), 1.0)) for a, b in zip(one, other, strict=True)
    )
    return red, green, blue
