"""What every chart has in common: colours, the title above it, the footer below it.

Pure layout: texts and a way to measure them in, labels and where they end out. Knows no figure.
"""

from collections.abc import Iterable, Sequence

import msgspec

from salescli.report.pictures.sheet import (
    MARGIN,
    WIDTH,
    Area,
    Label,
    Measure,
    Sheet,
    Stroke,
    Style,
    clean_label,
    shorten,
    wrap,
)

INK, PALE_INK = "#17222d", "#56636f"
TITLE = Style(24, INK, bold=True)
SUBTITLE = Style(14, PALE_INK)
FOOTER = Style(12, PALE_INK)
NOTHING = Style(15, INK)

_JOINT = " · "  # between parts of a subtitle
_ROOM = WIDTH - 2 * MARGIN
_LONGEST_TITLE = 160  # characters
_LONGEST_TEXT = 2_000  # characters; of a subtitle of forty owners, of a footer of many notes


class Drawn(msgspec.Struct, frozen=True):
    """What stands between title and footer, and where it ends."""

    bottom: float
    areas: Sequence[Area] = ()
    strokes: Sequence[Stroke] = ()
    labels: Sequence[Label] = ()


def build_head(
    title: str, subtitle: str, measure: Measure, *, most: int = 1
) -> tuple[list[Label], float]:
    """Title of at most `most` lines, subtitle of at most three, and where the chart may begin."""
    if not title and not subtitle:
        return [], MARGIN  # on a page they stand above the picture
    y = MARGIN + TITLE.size / 2
    labels: list[Label] = []
    text = clean_label(title, _LONGEST_TITLE)
    if most == 1:
        lines = [shorten(text, _ROOM, TITLE, measure)]
    else:
        lines = wrap(text, _ROOM, TITLE, measure, most=most)
    for line in lines:
        labels.append(Label(line, MARGIN, y, TITLE))
        y += TITLE.line
    y += (SUBTITLE.size - TITLE.size) / 2 + 2
    for line in _wrap_parts(clean_label(subtitle, _LONGEST_TEXT), measure):
        labels.append(Label(line, MARGIN, y, SUBTITLE))
        y += SUBTITLE.line
    return labels, y + 14


def _wrap_parts(subtitle: str, measure: Measure) -> list[str]:
    """Its lines, three at most: broken between its parts where that takes no line more."""
    words = wrap(subtitle, _ROOM, SUBTITLE, measure, most=3)
    lines: list[str] = []
    for part in subtitle.split(_JOINT):
        joined = f"{lines[-1]}{_JOINT}{part}" if lines else part
        if lines and measure(joined, SUBTITLE.size, SUBTITLE.bold) <= _ROOM:
            lines[-1] = joined
        elif measure(part, SUBTITLE.size, SUBTITLE.bold) > _ROOM or len(lines) == len(words):
            return words
        else:
            lines.append(part)
    return lines


def build_nothing(why: str, top: float) -> Drawn:
    """What stands where there is nothing to draw."""
    return Drawn(top + 80, labels=[Label(why, MARGIN, top + 40, NOTHING)])


def close_sheet(
    title: str, head: Iterable[Label], drawn: Drawn, paragraphs: Iterable[str], measure: Measure
) -> Sheet:
    """The sheet with its footer; `title` names the picture for readers."""
    y = drawn.bottom + 26 + FOOTER.size / 2
    foot = []
    for paragraph in paragraphs:
        for line in wrap(clean_label(paragraph, _LONGEST_TEXT), _ROOM, FOOTER, measure):
            foot.append(Label(line, MARGIN, y, FOOTER))
            y += FOOTER.line
    height = round(y - FOOTER.line + FOOTER.size / 2 + MARGIN * 0.8)
    labels = (*head, *drawn.labels, *foot)
    return Sheet(height, tuple(drawn.areas), labels, title, tuple(drawn.strokes))
