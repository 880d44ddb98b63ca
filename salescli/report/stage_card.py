"""One stage of a process as a card to be placed: its steps below each other, where each leads.

Pure: a stage and a way to measure text in, areas, lines and texts out, from (0, 0) on. On the right
of a step there is a slot for every way that isn't the one down to the next step, and below them
one for every line that arrives, so that no text meets another, no line a text, and each line can
be followed to an arrowhead of its own.
"""

import math
from collections.abc import Sequence

import msgspec

from salescli.model.flow import Flow, FlowStage, FlowStep, Route
from salescli.report.flowwords import ENDINGS, NO_STEPS, describe_step, merge_routes
from salescli.report.sheet import (
    Area,
    Label,
    Measure,
    Stroke,
    Style,
    clean_label,
    shorten,
    stack,
    wrap,
)

INK, PALE = "#17222d", "#56636f"
CARD, EDGE = "#f4f7f9", "#c3ced8"
LINE, BACK = "#56636f", "#b4531a"  # on, and back: a loop
BOX, BOX_EDGE = "#ffffff", "#0b6aa8"
STAGE_END, WON, FAILED, OVER = "#d3e5f2", "#00694f", "#8a3b1f", "#dde2e7"

HEAD = Style(14, INK, bold=True)
CAP = Style(12, PALE)
TITLE = Style(12, INK)
DETAIL = Style(10, PALE)
RESULT = Style(10.5, INK)
PILL = Style(11, INK)
PAD = 12.0
BOX_WIDTH = 196.0
_TRACK, _ROUND = 9.0, 5.0
_OVER, _UNDER, _ARRIVING = 14.0, 11.0, 9.0  # room of a way above and below it, of an arrowhead
_GAP, _GAP_DOWN = 12.0, 28.0
_MOST_RESULT, _MOST_PILL = 130.0, 130.0
_PILL_HEIGHT = 18.0

Point = tuple[float, float]


class Drawing(msgspec.Struct, frozen=True):
    """A piece of a sheet, `height` units high, that can be placed anywhere."""

    height: float
    areas: tuple[Area, ...]
    strokes: tuple[Stroke, ...]
    labels: tuple[Label, ...]

    def at(self, x: float, y: float) -> "Drawing":
        """The same, moved right and down."""

        def move(points: Sequence[Point]) -> tuple[Point, ...]:
            return tuple((left + x, top + y) for left, top in points)

        replace = msgspec.structs.replace
        return Drawing(
            self.height,
            tuple(replace(area, points=move(area.points)) for area in self.areas),
            tuple(replace(line, points=move(line.points)) for line in self.strokes),
            tuple(replace(label, x=label.x + x, y=label.y + y) for label in self.labels),
        )


class Columns(msgspec.Struct, frozen=True):
    """Widths inside a card, the same in all cards of a sheet: results, pills, lines beside them."""

    result: float
    pill: float
    lines: float

    @property
    def width(self) -> float:
        """Of the card."""
        return PAD + BOX_WIDTH + self.result + self.pill + self.lines + PAD


class _Way(msgspec.Struct, frozen=True):
    """A way on the right of a step, in its slot; `to` is the step's place, None for a pill."""

    place: int
    slot: int
    route: Route
    results: str
    to: int | None = None


class _Slots(msgspec.Struct, frozen=True):
    """All ways of a stage.

    `down`: results on the way to the next step. `tracks`: (step, slot) → where its line runs.
    `arriving`: for each step the ways that arrive there, from the top.
    """

    ways: tuple[_Way, ...]
    down: dict[int, str]
    tracks: dict[tuple[int, int], int]
    arriving: tuple[tuple[_Way, ...], ...]

    def rooms_of(self, place: int) -> list[tuple[float, float]]:
        """Room above and below each line on the right of a step, from the top."""
        leaving = [(_OVER, _UNDER) for way in self.ways if way.place == place]
        return leaving + [(_ARRIVING / 2, _ARRIVING / 2) for _ in self.arriving[place]]


def measure_columns(flow: Flow, measure: Measure) -> Columns:
    """Columns that hold what every card of the process has."""
    results, pills, tracks = [0.0], [0.0], 0
    for stage in flow.stages:
        slots = _sort_ways(stage)
        tracks = max(tracks, len(set(slots.tracks.values())))
        results += [_width(way.results, RESULT, measure) for way in slots.ways]
        pills += [
            _width(words_of(way.route, flow), PILL, measure) for way in slots.ways if way.to is None
        ]
    return Columns(
        result=min(max(results), _MOST_RESULT) + 28,
        pill=min(max(pills), _MOST_PILL) + 20,
        lines=tracks * _TRACK + 4 if tracks else 0.0,
    )


def build_card(flow: Flow, stage: FlowStage, columns: Columns, measure: Measure) -> Drawing:
    """Lay a stage out."""
    labels, top = _build_head(stage, columns, measure)
    slots = _sort_ways(stage)
    areas: list[Area] = []
    strokes: list[Stroke] = []
    tops: list[float] = []
    bottoms: list[float] = []
    for place, step in enumerate(stage.steps):
        rooms = sum(map(sum, slots.rooms_of(place)))
        box, bottom = _build_box(step, top, rooms, measure, step.step in stage.begin)
        areas += box.areas
        strokes += box.strokes
        labels += box.labels
        tops.append(top)
        bottoms.append(bottom)
        top = bottom + (_GAP_DOWN if place in slots.down else _GAP)
    for place, results in slots.down.items():
        drawn = _build_down(results, bottoms[place], tops[place + 1], columns, measure)
        areas += drawn.areas
        strokes += drawn.strokes
        labels += drawn.labels
    earlier = flow.earlier_than(stage.stage)
    ways = _build_ways(flow, slots, earlier, tops, bottoms, columns, measure)
    foot, end = _build_foot(flow, stage, bottoms[-1] if bottoms else top, columns, measure)
    height = end + PAD
    return Drawing(
        height,
        (rounded(0, 0, columns.width, height, CARD, 8), *areas, *ways.areas),
        (*strokes, *ways.strokes),
        (*labels, *ways.labels, *foot),
    )


def words_of(route: Route, flow: Flow) -> str:
    """What stands in the pill that a route ends in."""
    if route.kind == "stage" and route.to is not None:
        return clean_label(flow.name_of(route.to))
    return ENDINGS.get(route.kind, "")


def rounded(
    left: float, top: float, right: float, bottom: float, color: str, radius: float
) -> Area:
    """A rectangle with round corners."""
    radius = min(radius, (right - left) / 2, (bottom - top) / 2)
    corners = (
        (right - radius, top + radius, -90),
        (right - radius, bottom - radius, 0),
        (left + radius, bottom - radius, 90),
        (left + radius, top + radius, 180),
    )
    points = []
    for x, y, start in corners:
        for step in range(7):
            angle = math.radians(start + 15 * step)
            points.append((x + radius * math.cos(angle), y + radius * math.sin(angle)))
    return Area(tuple(points), color)


def curved(points: Sequence[Point], color: str, width: float = 1.2) -> Stroke:
    """A line along right angles whose corners are round."""
    drawn = [points[0]]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        start, end = _towards(corner, before), _towards(corner, after)
        for part in range(5):
            share = part / 4
            drawn.append(
                (
                    _bend(start[0], corner[0], end[0], share),
                    _bend(start[1], corner[1], end[1], share),
                )
            )
    return Stroke((*drawn, points[-1]), color, width)


def arrow(x: float, y: float, side: tuple[int, int], color: str) -> Area:
    """The head of an arrow whose point is at (x, y); `side` is where it points to."""
    across, down = side
    back_x, back_y = x - 7 * across, y - 7 * down
    return Area(
        ((x, y), (back_x + 3.5 * down, back_y + 3.5 * across),
         (back_x - 3.5 * down, back_y - 3.5 * across)),
        color,
    )  # fmt: skip


def _towards(corner: Point, other: Point) -> Point:
    """A point a little way from a corner, at most half of the way."""
    x, y = other[0] - corner[0], other[1] - corner[1]
    length = math.hypot(x, y) or 1.0
    share = min(_ROUND, length / 2) / length
    return corner[0] + x * share, corner[1] + y * share


def _bend(start: float, corner: float, end: float, share: float) -> float:
    """Along the curve of Bézier from a start to an end, drawn to a corner."""
    rest = 1 - share
    return rest * rest * start + 2 * rest * share * corner + share * share * end


def _width(text: str, style: Style, measure: Measure) -> float:
    return measure(clean_label(text), style.size, style.bold)


def _sort_ways(stage: FlowStage) -> _Slots:
    """Which ways go down to the next step, and a slot on the right for each other one."""
    places = {step.step: place for place, step in enumerate(stage.steps)}
    counts = [0] * len(stage.steps)
    ways: list[_Way] = []
    down: dict[int, str] = {}
    for route, results in merge_routes(stage).values():
        place = places[route.step]
        to = places.get(route.to or "") if route.kind == "step" else None
        if to == place + 1:
            down[place] = results
            continue
        ways.append(_Way(place, counts[place], route, results, to))
        counts[place] += 1
    tracks = _place_tracks(ways)
    arriving = [_sort_arriving(ways, place, tracks) for place in range(len(stage.steps))]
    return _Slots(tuple(ways), down, tracks, tuple(arriving))


def _sort_arriving(
    ways: Sequence[_Way], to: int, tracks: dict[tuple[int, int], int]
) -> tuple[_Way, ...]:
    """The ways that arrive at a step in an order in which their lines don't cross there.

    From above come first, the innermost at the top; from below last, the innermost at the bottom.
    """

    def rank(way: _Way) -> tuple[bool, int]:
        is_below, track = way.place > to, tracks[way.place, way.slot]
        return is_below, -track if is_below else track

    return tuple(sorted((way for way in ways if way.to == to), key=rank))


def _place_tracks(ways: Sequence[_Way]) -> dict[tuple[int, int], int]:
    """(step, slot) → the track of its line: short lines inside, none on another's way.

    Lines that touch in one step don't share a track.
    """
    lines = [way for way in ways if way.to is not None]
    lines.sort(key=lambda way: (abs((way.to or 0) - way.place), way.place, way.slot))
    taken: list[list[tuple[int, int]]] = []
    tracks = {}
    for way in lines:
        to = way.to if way.to is not None else way.place
        low, high = min(way.place, to), max(way.place, to)
        track = next(
            (
                number
                for number, spans in enumerate(taken)
                if all(high < start or low > end for start, end in spans)
            ),
            len(taken),
        )
        if track == len(taken):
            taken.append([])
        taken[track].append((low, high))
        tracks[way.place, way.slot] = track
    return tracks


def _build_head(stage: FlowStage, columns: Columns, measure: Measure) -> tuple[list[Label], float]:
    """Name and cap of a stage, and where its steps begin."""
    cap = f"{stage.cap} %"
    room = columns.width - 2 * PAD - measure(cap, CAP.size, CAP.bold) - 10
    names = wrap(clean_label(stage.name), room, HEAD, measure, most=2) or [""]
    middle = PAD + HEAD.line * len(names) / 2
    labels = stack(names, PAD, middle, HEAD)
    labels.append(Label(cap, columns.width - PAD, PAD + HEAD.line / 2, CAP, "right"))
    return labels, PAD + HEAD.line * len(names) + 8


def _build_box(
    step: FlowStep, top: float, rooms: float, measure: Measure, begins: bool
) -> tuple[Drawing, float]:
    """A step in its box; the thick edge is that of one that opens on entry."""
    room = BOX_WIDTH - 16
    titles = wrap(clean_label(step.title), room, TITLE, measure, most=3) or [step.step]
    detail = shorten(clean_label(describe_step(step)), room, DETAIL, measure)
    needed = 12 + TITLE.line * len(titles) + DETAIL.line
    height = max(needed, rooms + 6)
    bottom = top + height
    box = rounded(PAD, top, PAD + BOX_WIDTH, bottom, BOX, 5)
    edge = Stroke(box.points, BOX_EDGE, 2.4 if begins else 1.0, closed=True)
    middle = top + height / 2
    first = middle - needed / 2 + 6 + TITLE.line * len(titles) / 2
    labels = [
        *stack(titles, PAD + 8, first, TITLE),
        Label(detail, PAD + 8, middle + needed / 2 - 6 - DETAIL.line / 2, DETAIL),
    ]
    return Drawing(height, (box,), (edge,), tuple(labels)), bottom


def _build_down(
    results: str, top: float, bottom: float, columns: Columns, measure: Measure
) -> Drawing:
    """The arrow from a step down to the next, with the results that go there."""
    x = PAD + 30
    room = BOX_WIDTH - 30 + columns.result + columns.pill - 12
    words = shorten(clean_label(results), room, RESULT, measure)
    return Drawing(
        bottom - top,
        (arrow(x, bottom - 1, (0, 1), LINE),),
        (Stroke(((x, top), (x, bottom - 6)), LINE, 1.2),),
        (Label(words, x + 8, (top + bottom) / 2 - 1, RESULT),),
    )


def _build_ways(
    flow: Flow,
    slots: _Slots,
    earlier: frozenset[str],
    tops: Sequence[float],
    bottoms: Sequence[float],
    columns: Columns,
    measure: Measure,
) -> Drawing:
    """The ways on the right: to a pill, or along a line of its own to another step.

    Ways back have a color of their own, to a step above as well as to one of the earlier stages.
    """
    areas: list[Area] = []
    strokes: list[Stroke] = []
    labels: list[Label] = []
    edge = PAD + BOX_WIDTH
    heights = [
        _spread(slots.rooms_of(place), top, bottom)
        for place, (top, bottom) in enumerate(zip(tops, bottoms, strict=True))
    ]

    for way in slots.ways:
        y = heights[way.place][way.slot]
        is_back = way.route.to in earlier if way.to is None else way.to <= way.place
        color = BACK if is_back else LINE
        room = columns.result - 20 + (0 if way.to is None else columns.pill)
        words = shorten(clean_label(way.results), room, RESULT, measure)
        labels.append(Label(words, edge + 7, y - 8, RESULT))
        if way.to is None:
            areas.append(arrow(edge + columns.result - 1, y, (1, 0), color))
            strokes.append(Stroke(((edge + 1, y), (edge + columns.result - 6, y)), color, 1.2))
            pill, words_in = _build_pill(
                flow, way.route, edge + columns.result, y, columns, measure
            )
            areas.append(pill)
            labels.append(words_in)
            continue
        x = edge + columns.result + columns.pill + 4 + slots.tracks[way.place, way.slot] * _TRACK
        arriving = slots.arriving[way.to]
        end = heights[way.to][arriving.index(way) - len(arriving)]
        corners = ((edge + 1, y), (x, y), (x, end), (edge + 6, end))
        strokes.append(curved(corners, color))
        areas.append(arrow(edge + 1, end, (-1, 0), color))
    return Drawing(0, tuple(areas), tuple(strokes), tuple(labels))


def _build_pill(
    flow: Flow, route: Route, left: float, y: float, columns: Columns, measure: Measure
) -> tuple[Area, Label]:
    words = shorten(words_of(route, flow), columns.pill - 18, PILL, measure)
    fill, ink = pill_colors(flow, route.to if route.kind == "stage" else None, route.kind)
    width = measure(words, PILL.size, PILL.bold) + 16
    half = _PILL_HEIGHT / 2
    pill = rounded(left, y - half, left + width, y + half, fill, half)
    return pill, Label(words, left + width / 2, y, Style(PILL.size, ink), "center")


def _spread(rooms: Sequence[tuple[float, float]], top: float, bottom: float) -> list[float]:
    """The heights of lines that need room above and below; what is spare goes between them."""
    spare = (bottom - top - sum(map(sum, rooms))) / (len(rooms) + 1)
    heights, y = [], top
    for over, under in rooms:
        heights.append(y + spare + over)
        y += spare + over + under
    return heights


def pill_colors(flow: Flow, stage: str | None, kind: str = "stage") -> tuple[str, str]:
    """(field, ink) of a pill for a stage, or for an ending of that kind."""
    final = next((one for one in flow.finals if one.stage == stage), None)
    if final is not None:
        return (WON if final.is_success else FAILED), "#ffffff"
    return (OVER if kind in ("end-of-process", "end-of-branch") else STAGE_END), INK


def _build_foot(
    flow: Flow, stage: FlowStage, bottom: float, columns: Columns, measure: Measure
) -> tuple[list[Label], float]:
    """What is said below the steps: that there are none, and where the moves allow to go."""
    told = [] if stage.steps else [NO_STEPS]
    if stage.has_moves:
        names = [flow.name_of(name) for name in stage.choices]
        told.append(f"Moves: {', '.join(clean_label(name) for name in names)}")
    labels: list[Label] = []
    y = bottom + (6 if told and stage.steps else 0)
    for text in told:
        for line in wrap(text, columns.width - 2 * PAD, DETAIL, measure, most=3):
            labels.append(Label(line, PAD, y + DETAIL.line / 2, DETAIL))
            y += DETAIL.line
    return labels, y
