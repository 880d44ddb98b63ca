"""Sheets as PNG and SVG; the only module that loads matplotlib (0.4 s, so it comes when asked for).

The same sheet makes the same bytes in every process, whatever settings lie about: packaged
defaults, a canvas made by hand, nothing read from the working directory. Text is drawn as it is,
never as TeX. `home` is the folder of who draws, where fonts of their own may lie; "" is nobody's.
"""

import contextlib
import io
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal

import msgspec

with contextlib.chdir(Path(__file__).parent):
    # On import a `matplotlibrc` of the working directory is read before all others: in a store
    # that somebody sent it may be anything, a pipe that never ends too.
    import matplotlib
    from matplotlib import font_manager
    from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
    from matplotlib.figure import Figure
    from matplotlib.patches import Polygon
    from matplotlib.transforms import Affine2D

from salescli.model.flow import Flow
from salescli.report.figures.comparison import Comparison
from salescli.report.figures.funnel_looks import AnyFunnel
from salescli.report.layouts.comparison_words import TITLE as COMPARISON
from salescli.report.layouts.plot import Plot
from salescli.report.pictures.comparison_sheet import build_comparison_sheet, texts_of_comparison
from salescli.report.pictures.flowshapes import clean_words
from salescli.report.pictures.fonts import Font, find_fonts
from salescli.report.pictures.funnel_sheet import TITLE as FUNNEL
from salescli.report.pictures.funnel_sheet import build_funnel_sheet
from salescli.report.pictures.plot_sheet import build_plot_sheet, texts_of_plot
from salescli.report.pictures.process_sheet import build_process_sheet, texts_of
from salescli.report.pictures.sheet import WIDTH, Measure, Sheet, Stroke, clean_label

_DPI = 100  # of a picture 800 wide; wider ones have more dots, not more room
_SPARE = 1.01
_DASHES = (3.0, 1.5)  # drawn and left out, in widths of the line
_HIGHEST = 20_000  # pixels; a column of hundreds of steps would take all memory
_FAMILY = "DejaVu Sans"
_OURS = "salescli "  # begins the names of families that are looked for here, not in a list
_MISSING = "□"
_RENDERER: Any = RendererAgg  # it has no types
_NOT_OURS = frozenset({"backend", "backend_fallback", "interactive", "toolbar", "webagg.port"})
_SAFE: dict[str, Any] = {
    "text.parse_math": False,
    "text.usetex": False,
    "text.hinting": "none",  # a text is as wide in a small picture as in a large one, to scale
    "svg.hashsalt": "salescli",
    "svg.fonttype": "path",
    "font.family": [_FAMILY],
    "figure.facecolor": "white",
}


class Picture(msgspec.Struct, frozen=True):
    """The bytes of a file, and a line for people about what could not be drawn as it is.

    `width`: in pixels.
    """

    data: bytes
    width: int
    notes: tuple[str, ...] = ()


def draw_funnel(
    funnel: AnyFunnel,
    *,
    kind: Literal["png", "svg"] = "png",
    width: int = WIDTH,
    name: str = FUNNEL,
    home: str = "",
) -> Picture:
    """The funnel as PNG or SVG, `width` pixels wide; `name` begins its title."""
    with drawing():
        figure, notes = build_funnel_figure(funnel, width=width, name=name, home=home)
        return Picture(_save(figure, kind), width, notes)


def draw_comparison(
    comparison: Comparison,
    *,
    kind: Literal["png", "svg"] = "png",
    width: int = WIDTH,
    is_bare: bool = False,
    name: str = COMPARISON,
    home: str = "",
) -> Picture:
    """Funnels side by side as PNG or SVG, `width` pixels wide; less where it would be too high.

    `is_bare`: without the words around them; `name` begins the title.
    """
    with drawing():
        figure, notes = build_comparison_figure(
            comparison, width=width, is_bare=is_bare, name=name, home=home
        )
        return Picture(_save(figure, kind), round(figure.bbox.width), notes)


def draw_plot(
    plot: Plot, *, kind: Literal["png", "svg"] = "png", width: int = WIDTH, home: str = ""
) -> Picture:
    """Any chart as PNG or SVG, `width` pixels wide; less where it would be far too high."""
    with drawing():
        figure, notes = build_plot_figure(plot, width=width, home=home)
        return Picture(_save(figure, kind), round(figure.bbox.width), notes)


def draw_process(
    flow: Flow, *, kind: Literal["png", "svg"] = "png", width: int = 1600, home: str = ""
) -> Picture:
    """A process as PNG or SVG, `width` pixels wide; less where it would be far too high."""
    with drawing():
        figure, notes = build_process_figure(flow, width=width, home=home)
        return Picture(_save(figure, kind), round(figure.bbox.width), notes)


def build_process_figure(
    flow: Flow, *, width: int = 1600, home: str = ""
) -> tuple[Figure, tuple[str, ...]]:
    """The figure before it is saved, and notes about what could not be drawn as it is."""
    families, missing = _choose_families("".join(map(clean_words, texts_of(flow))), home)
    substitutes = dict.fromkeys(map(ord, missing), _MISSING)
    exact = _build_measure(_DPI, families, substitutes)

    def measure(text: str, size: float, bold: bool) -> float:
        # How wide the sheet is comes out of its layout: there is room for what rounding adds.
        return exact(text, size, bold) * _SPARE

    sheet = build_process_sheet(flow, measure)
    drawn, notes = _fit(sheet, width)
    figure = _build_figure(sheet, _DPI * drawn / sheet.width, families, substitutes)
    return figure, (*_tell_missing(missing), *notes)


def build_plot_figure(
    plot: Plot, *, width: int = WIDTH, home: str = ""
) -> tuple[Figure, tuple[str, ...]]:
    """The figure before it is saved, and notes about what could not be drawn as it is."""
    return _lay_out(texts_of_plot(plot), partial(build_plot_sheet, plot), width, home)


def build_comparison_figure(
    comparison: Comparison,
    *,
    width: int = WIDTH,
    is_bare: bool = False,
    name: str = COMPARISON,
    home: str = "",
) -> tuple[Figure, tuple[str, ...]]:
    """The figure before it is saved, and notes about what could not be drawn as it is."""
    texts = [name, *texts_of_comparison(comparison)]
    build = partial(build_comparison_sheet, comparison, is_bare=is_bare, name=name)
    return _lay_out(texts, build, width, home)


def _lay_out(
    texts: Iterable[str], build: Callable[[Measure], Sheet], width: int, home: str
) -> tuple[Figure, tuple[str, ...]]:
    """The figure of a sheet that is as wide as all are; `texts` are those of users on it."""
    families, missing = _choose_families("".join(map(clean_label, texts)), home)
    substitutes = dict.fromkeys(map(ord, missing), _MISSING)
    sheet = build(_build_measure(_DPI * width / WIDTH, families, substitutes))
    drawn, notes = _fit(sheet, width)
    figure = _build_figure(sheet, _DPI * drawn / sheet.width, families, substitutes)
    return figure, (*_tell_missing(missing), *notes)


def _fit(sheet: Sheet, width: int) -> tuple[int, tuple[str, ...]]:
    """How wide a sheet is drawn so that it isn't far too high, and a note if that is less."""
    drawn = min(width, int(_HIGHEST * sheet.width / sheet.height))
    if drawn == width:
        return width, ()
    return drawn, (f"Drawn {drawn} pixels wide: wider, it would be too high for a picture.",)


@contextlib.contextmanager
def drawing() -> Iterator[None]:
    """Everything that is drawn is drawn in here: packaged defaults and the safety block."""
    settings: dict[Any, Any] = dict(matplotlib.rcParamsDefault)
    for name in _NOT_OURS:
        settings.pop(name, None)
    with matplotlib.rc_context(settings | _SAFE):
        yield


def build_funnel_figure(
    funnel: AnyFunnel, *, width: int = WIDTH, name: str = FUNNEL, home: str = ""
) -> tuple[Figure, tuple[str, ...]]:
    """The figure before it is saved, and a note about letters that no font has."""
    dpi = _DPI * width / WIDTH
    names = [name, *(stage.name for stage in funnel.stages)]
    names += [value for _, values in funnel.question.scope for value in values]
    names += [funnel.plan.fit.name] if funnel.plan else []
    families, missing = _choose_families("".join(map(clean_label, names)), home)
    substitutes = dict.fromkeys(map(ord, missing), _MISSING)
    measure = _build_measure(dpi, families, substitutes)
    sheet = build_funnel_sheet(funnel, measure, name=name)
    return _build_figure(sheet, dpi, families, substitutes), _tell_missing(missing)


def _choose_families(text: str, home: str) -> tuple[list[str], list[str]]:
    """Font families for a text, and the letters that none of them has."""
    lacking = _without(set(text), _letters_of(font_manager.findfont(_FAMILY)))
    families = [_FAMILY]
    for font in find_fonts(home) if lacking else ():
        rest = _without(lacking, _letters_of(str(font.regular)))
        if rest != lacking:
            families.append(_register(font))
            lacking = rest
    return families, sorted(lacking)


def _register(font: Font) -> str:
    """Make a font known by its file; the family's name, that no list of installed fonts has."""
    family = f"{_OURS}{font.regular}"
    known = font_manager.fontManager.ttflist
    if all(one.name != family for one in known):
        for path, weight in ((font.regular, 400), (font.bold, 700)):
            known.append(
                font_manager.FontEntry(str(path), name=family, weight=weight, size="scalable")
            )
    return family


def _without(letters: Iterable[str], has: frozenset[int]) -> set[str]:
    """The letters that a font doesn't have."""
    return {letter for letter in letters if ord(letter) not in has}


@cache
def _letters_of(path: str) -> frozenset[int]:
    """What a font can draw: nothing if the file can't be read, or is no font."""
    try:
        return frozenset(font_manager.get_font(path).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()


def _tell_missing(missing: list[str]) -> tuple[str, ...]:
    if not missing:
        return ()
    shown = " ".join(missing[:5])
    more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
    said = f"No font here has {shown}{more}: drawn as {_MISSING}."
    return (f"{said} salescli doctor names fonts that help.",)


def _build_measure(dpi: float, families: list[str], substitutes: dict[int, str]) -> Measure:
    """Widths as this very renderer will draw them, in units."""
    renderer = _RENDERER(1, 1, dpi)
    fonts: dict[tuple[float, bool], font_manager.FontProperties] = {}

    @cache
    def measure(text: str, size: float, bold: bool) -> float:
        if not text:
            return 0.0
        font = fonts.get((size, bold))
        if font is None:
            font = fonts[size, bold] = _build_font(size, bold, families)
        width = renderer.get_text_width_height_descent(text.translate(substitutes), font, False)[0]
        return float(width) * _DPI / dpi

    return measure


def _build_font(size: float, bold: bool, families: list[str]) -> font_manager.FontProperties:
    weight = "bold" if bold else "normal"
    return font_manager.FontProperties(family=families, size=size * 72 / _DPI, weight=weight)


def _build_figure(
    sheet: Sheet, dpi: float, families: list[str], substitutes: dict[int, str]
) -> Figure:
    figure = Figure(figsize=(sheet.width / _DPI, sheet.height / _DPI), dpi=dpi)
    FigureCanvasAgg(figure)
    figure.set_label(sheet.title)
    to_figure = Affine2D().scale(1 / sheet.width, -1 / sheet.height).translate(0, 1)
    transform = to_figure + figure.transFigure
    for area in sheet.areas:
        polygon = Polygon(area.points, closed=True, facecolor=area.color, linewidth=0)
        if area.hatch:
            polygon.set(hatch=area.hatch, edgecolor="white")
        polygon.set_transform(transform)
        figure.add_artist(polygon)
    for stroke in sheet.strokes:
        figure.add_artist(_build_line(stroke, transform))
    for label in sheet.labels:
        figure.text(
            label.x,
            label.y,
            label.text.translate(substitutes),
            transform=transform,
            fontproperties=_build_font(label.style.size, label.style.bold, families),
            color=label.style.color,
            horizontalalignment="center" if label.is_upright else label.align,
            verticalalignment="top" if label.is_upright else "center_baseline",
            rotation="vertical" if label.is_upright else "horizontal",
            parse_math=False,
        )
    return figure


def _build_line(stroke: Stroke, transform: Any) -> Polygon:
    line = Polygon(
        stroke.points,
        closed=stroke.closed,
        fill=False,
        edgecolor=stroke.color,
        linewidth=stroke.width * 72 / _DPI,
        joinstyle="round",
        linestyle=(0, _DASHES) if stroke.is_dashed else "solid",
    )
    line.set_transform(transform)
    return line


def _save(figure: Figure, kind: Literal["png", "svg"]) -> bytes:
    """The bytes, without the date or version that would make them differ."""
    out = io.BytesIO()
    dateless = {"Software": None} if kind == "png" else {"Date": None}
    metadata = {**dateless, "Title": str(figure.get_label())}
    figure.savefig(out, format=kind, dpi=figure.dpi, metadata=metadata)
    return out.getvalue()
