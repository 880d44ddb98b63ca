"""The plans of many funnels as one more row of their grid: each under its own funnel.

Pure layout. All bars of a currency have one scale, on which the longest plan fills its column;
below each stand the percents and the plan, all texts of a kind in one style.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import msgspec

from salescli.report.figures.plan_bar import PlanBar, PlanPart, longest_plans
from salescli.report.pictures.comparison_lines import Line, Texts, fit_texts, widest
from salescli.report.pictures.plan_sheet import build_plan_bar
from salescli.report.pictures.plot_scale import build_numbers
from salescli.report.pictures.sheet import Area, Label, Measure, Stroke, Style
from salescli.report.pictures.slide import INK, PALE_INK, Drawn
from salescli.report.text.numbers import NOT_AVAILABLE, format_money, format_percent

PLAN_ROW = "Plan by value: won, weighted (hatched)"
_BAR, _ABOVE_TEXT, _BETWEEN, _BELOW = 12.0, 3.0, 8.0, 14.0
_MOST_TOLD = Decimal(9999)  # percent
_BOLD = tuple(Style(size, INK, bold=True) for size in (12.0, 11.0, 10.0, 9.0))
_PALE = tuple(Style(size, PALE_INK) for size in (11.0, 10.0, 9.0))


class PlanRow(msgspec.Struct, frozen=True):
    """The plans of each side, and the lines of texts under their bars: by place, by side.

    `scale` is by currency the plan that takes all the room.
    """

    parts: tuple[tuple[PlanPart, ...], ...]
    lines: tuple[Line, ...]
    room: float
    scale: dict[str, Decimal]

    @property
    def height(self) -> float:
        """From the first bar to what follows the row."""
        return self._pitch * max(map(len, self.parts)) - _BETWEEN + _BELOW

    @property
    def _pitch(self) -> float:
        texts = sum(line.style.line for line in self.lines)
        return _BAR + _ABOVE_TEXT + texts + _BETWEEN

    def draw(self, middles: Mapping[int, float], top: float) -> Drawn:
        """The plans of some sides, by the middles of their funnels."""
        areas: list[Area] = []
        strokes: list[Stroke] = []
        labels: list[Label] = []
        for side, x in middles.items():
            left = x - self.room / 2
            for place, part in enumerate(self.parts[side]):
                y = top + self._pitch * place
                areas += build_plan_bar(part, left, self.room, y, self.scale, _BAR)
                length = part.lengths(self.scale[part.currency]).bar
                right, low = left + self.room * float(length), y + _BAR
                edge = ((left, y), (right, y), (right, low), (left, low))
                strokes.append(Stroke(edge, INK, 1.0, closed=True))
            labels += self._write(side, x, top)
        return Drawn(top + self.height, areas, strokes, labels)

    def _write(self, side: int, x: float, top: float) -> list[Label]:
        """The texts under the bars of a side; n/a where it has no plan."""
        labels = []
        for place in range(max(len(self.parts[side]), 1)):
            y = top + self._pitch * place + _BAR + _ABOVE_TEXT
            for line in self.lines:
                if text := line.texts[place][side]:
                    labels.append(Label(text, x, y + line.style.line / 2, line.style, "center"))
                y += line.style.line
        return labels


def build_plan_row(bars: Sequence[PlanBar | None], room: float, measure: Measure) -> PlanRow | None:
    """The row for funnels `room` units wide; None where no side has a plan."""
    parts = tuple(bar.parts if bar is not None else () for bar in bars)
    if not any(parts):
        return None
    attained = _tell(parts, lambda one: f"{_say_percent(one.attainment)} attained")
    attained[0] = [text or NOT_AVAILABLE for text in attained[0]]
    expected = _tell(parts, lambda one: f"{_say_percent(one.expected_percent)} expected")
    planned = _tell(parts, lambda one: f"of {format_money(one.plan, one.currency)}")
    if widest(planned, _PALE[-1], measure) > room:
        planned = _tell(parts, _say_short)
    first = fit_texts(attained, _BOLD, room, measure)
    pale = fit_texts([*expected, *planned], _PALE, room, measure).style
    lines = (first, Line(expected, pale), Line(planned, pale))
    return PlanRow(parts, lines, room, longest_plans(bars))


def _tell(parts: Sequence[Sequence[PlanPart]], say: Callable[[PlanPart], str]) -> Texts:
    """What is said of each part, by place, by side; nothing where there is none."""
    return [
        [say(own[place]) if place < len(own) else "" for own in parts]
        for place in range(max(map(len, parts)))
    ]


def _say_percent(percent: Decimal | None) -> str:
    if percent is None or percent <= _MOST_TOLD:
        return format_percent(percent)
    return f"> {format_percent(_MOST_TOLD)}"


def _say_short(part: PlanPart) -> str:
    """In thousands, millions, …; numbers are never cut."""
    numbers = build_numbers([part.plan], part.currency)
    return f"{numbers.shorter.format(part.plan)} {numbers.measured}"
