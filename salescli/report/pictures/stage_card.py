"""One stage of a process as a card to be placed: its steps below each other, where each leads.

Pure: a stage and a way to measure text in, areas, lines and texts out, from (0, 0) on. On the right
of a step there is a slot for every way that isn't the one down to the next step, and below them
one for every line that arrives, so that no text meets another, no line a text, and each line can
be followed to an arrowhead of its own.
"""

from collections.abc import Sequence

import msgspec

from salescli.model.flow import Flow, FlowStage, FlowStep, Route
from salescli.report.pictures.flowshapes import (
    _TRACK,
    BACK,
    BOX,
    BOX_EDGE,
    CAP,
    CARD,
    DETAIL,
    FAILED,
    HEAD,
    LINE,
    MUST,
    PAD,
    PILL,
    PILL_EDGE,
    RESULT,
    RULE,
    TITLE,
    Drawing,
    arrow,
    build_down,
    build_pill,
    clean_words,
    curved,
    pill_colors,
    rounded,
    spread,
    width_in,
    wrap_evenly,
)
from salescli.report.pictures.sheet import (
    Area,
    Label,
    Measure,
    Stroke,
    Style,
    stack,
    wrap,
)
from salescli.report.text.flowwords import (
    ENDINGS,
    NO_STEPS,
    describe_required,
    describe_rules,
    describe_step,
    merge_routes,
)

_OVER, _UNDER, _ARRIVING = 14.0, 11.0, 9.0  # room of a way above and below it, of an arrowhead
_GAP, _GAP_DOWN = 12.0, 14.0  # between steps: without an arrow, around the words at one
_MOST_RESULT, _MOST_PILL = 150.0, 180.0
_BOX_WIDTHS, _MOST_LINES = (196.0, 232.0, 268.0), 3  # the first in which titles have as many lines
_BOX_EDGE_ROOM = 10.0
_MUST_STYLE, _MUST_ROOM = Style(15, FAILED, bold=True), 12.0


class Columns(msgspec.Struct, frozen=True):
    """Widths inside a card, the same in all: of boxes, results, pills and lines beside them."""

    box: float
    result: float
    pill: float
    lines: float

    @property
    def width(self) -> float:
        """Of the card."""
        return PAD + self.box + self.result + self.pill + self.lines + PAD


class _Way(msgspec.Struct, frozen=True):
    """A way on the right of a step, in its slot; `to` is the step's place, None for a pill."""

    place: int
    slot: int
    route: Route
    results: str
    to: int | None = None

    @property
    def key(self) -> tuple[int, int]:
        """Names it inside a stage."""
        return self.place, self.slot


class _Words(msgspec.Struct, frozen=True):
    """The lines of text at a way: its results above it, and what stands in its pill."""

    results: list[str]
    pill: list[str]

    @property
    def room(self) -> tuple[float, float]:
        """Room above and below the way."""
        half = PILL.line * max(len(self.pill) - 1, 0) / 2
        over = _OVER + RESULT.line * max(len(self.results) - 1, 0)
        return max(over, _UNDER + half), _UNDER + half


class _Slots(msgspec.Struct, frozen=True):
    """All ways of a stage.

    `down`: results on the way to the next step. `tracks`: (step, slot) → where its line runs.
    `arriving`: for each step the ways that arrive there, from the top.
    """

    ways: tuple[_Way, ...]
    down: dict[int, str]
    tracks: dict[tuple[int, int], int]
    arriving: tuple[tuple[_Way, ...], ...]

    def rooms_of(
        self, place: int, words: dict[tuple[int, int], _Words]
    ) -> list[tuple[float, float]]:
        """Room above and below each line on the right of a step, from the top."""
        leaving = [words[way.key].room for way in self.ways if way.place == place]
        return leaving + [(_ARRIVING / 2, _ARRIVING / 2) for _ in self.arriving[place]]


def measure_columns(flow: Flow, measure: Measure) -> Columns:
    """Columns that hold what every card of the process has."""
    results, pills, tracks = [0.0], [0.0], 0
    for stage in flow.stages:
        slots = _sort_ways(stage)
        tracks = max(tracks, len(set(slots.tracks.values())))
        results += [width_in(way.results, RESULT, measure) for way in slots.ways]
        pills += [
            width_in(words_of(way.route, flow), PILL, measure)
            for way in slots.ways
            if way.to is None
        ]
    return Columns(
        box=_choose_box(flow, measure),
        result=min(max(results), _MOST_RESULT) + 28,
        pill=min(max(pills), _MOST_PILL) + 20,
        lines=tracks * _TRACK + 4 if tracks else 0.0,
    )


def _choose_box(flow: Flow, measure: Measure) -> float:
    """How wide the boxes are: so that no title has many lines and what is below it has one."""

    def is_enough(width: float) -> bool:
        room = width - 2 * _BOX_EDGE_ROOM
        return all(
            len(wrap(clean_words(step.title), room, TITLE, measure)) <= _MOST_LINES
            and width_in(describe_step(step), DETAIL, measure)
            <= room - (_MUST_ROOM if step.is_mandatory else 0)
            for stage in flow.stages
            for step in stage.steps
        )

    return next((width for width in _BOX_WIDTHS if is_enough(width)), _BOX_WIDTHS[-1])


def build_card(flow: Flow, stage: FlowStage, columns: Columns, measure: Measure) -> Drawing:
    """Lay a stage out."""
    labels, top = _build_head(stage, columns, measure)
    slots = _sort_ways(stage)
    words = {way.key: _write(way, flow, columns, measure) for way in slots.ways}
    downs = {
        place: wrap(clean_words(results), columns.width - columns.lines - 80, RESULT, measure)
        for place, results in slots.down.items()
    }
    areas: list[Area] = []
    strokes: list[Stroke] = []
    tops: list[float] = []
    bottoms: list[float] = []
    for place, step in enumerate(stage.steps):
        rooms = sum(map(sum, slots.rooms_of(place, words)))
        begins = step.step in stage.begin
        box, bottom = _build_box(step, top, rooms, columns.box, measure, begins)
        areas += box.areas
        strokes += box.strokes
        labels += box.labels
        tops.append(top)
        bottoms.append(bottom)
        told = max(len(downs[place]), 1) * RESULT.line if place in downs else 0
        top = bottom + (_GAP_DOWN + told if place in downs else _GAP)
    for place, lines in downs.items():
        drawn = build_down(lines, bottoms[place], tops[place + 1])
        areas += drawn.areas
        strokes += drawn.strokes
        labels += drawn.labels
    earlier = flow.earlier_than(stage.stage)
    ways = _build_ways(flow, slots, words, earlier, tops, bottoms, columns, measure)
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
        return clean_words(flow.name_of(route.to))
    return ENDINGS.get(route.kind, "")


def _write(way: _Way, flow: Flow, columns: Columns, measure: Measure) -> _Words:
    """The words at a way in lines as long as there is room."""
    room = columns.result - 20 + (0 if way.to is None else columns.pill)
    results = wrap(clean_words(way.results), room, RESULT, measure)
    if way.to is not None:
        return _Words(results, [])
    inside = columns.pill - 2 * PILL_EDGE - 2
    return _Words(results, wrap(words_of(way.route, flow), inside, PILL, measure))


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
        is_below, track = way.place > to, tracks[way.key]
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
        tracks[way.key] = track
    return tracks


def _build_head(stage: FlowStage, columns: Columns, measure: Measure) -> tuple[list[Label], float]:
    """Name and cap of a stage, what must hold to leave it, and where its steps begin."""
    cap = f"{stage.cap} %"
    room = columns.width - 2 * PAD - measure(cap, CAP.size, CAP.bold) - 10
    names = wrap(clean_words(stage.name), room, HEAD, measure) or [""]
    middle = PAD + HEAD.line * len(names) / 2
    labels = stack(names, PAD, middle, HEAD)
    labels.append(Label(cap, columns.width - PAD, PAD + HEAD.line / 2, CAP, "right"))
    bottom = PAD + HEAD.line * len(names) + (2 if stage.required else 0)
    required = clean_words(describe_required(stage))
    lines = wrap(required, columns.width - 2 * PAD, RULE, measure)
    labels += stack(lines, PAD, bottom + RULE.line * len(lines) / 2, RULE)
    return labels, bottom + RULE.line * len(lines) + 8


def _build_box(
    step: FlowStep, top: float, rooms: float, width: float, measure: Measure, begins: bool
) -> tuple[Drawing, float]:
    """A step in its box; the thick edge is that of one that opens on entry.

    A dashed edge: it has a condition. A bold mark on the right: it is mandatory.
    """
    room = width - 2 * _BOX_EDGE_ROOM - (_MUST_ROOM if step.is_mandatory else 0)
    titles = wrap_evenly(clean_words(step.title), room, TITLE, measure) or [step.step]
    details = wrap(clean_words(describe_step(step)), room, DETAIL, measure)
    rules = [
        line
        for rule in describe_rules(step)
        for line in wrap(clean_words(rule), room, RULE, measure)
    ]
    needed = 12 + TITLE.line * len(titles) + DETAIL.line * len(details) + RULE.line * len(rules)
    height = max(needed, rooms + 6)
    bottom = top + height
    box = rounded(PAD, top, PAD + width, bottom, BOX, 5)
    thickness = 2.4 if begins else 1.0
    edge = Stroke(box.points, BOX_EDGE, thickness, closed=True, is_dashed=step.when is not None)
    middle = top + height / 2
    left = PAD + _BOX_EDGE_ROOM
    labels: list[Label] = []
    y = middle - needed / 2 + 6
    for lines, style in ((titles, TITLE), (details, DETAIL), (rules, RULE)):
        labels += stack(lines, left, y + style.line * len(lines) / 2, style)
        y += style.line * len(lines)
    if step.is_mandatory:
        x = PAD + width - _BOX_EDGE_ROOM + 2
        labels.append(Label(MUST, x, top + 6 + _MUST_STYLE.line / 2, _MUST_STYLE, "right"))
    return Drawing(height, (box,), (edge,), tuple(labels)), bottom


def _build_ways(
    flow: Flow,
    slots: _Slots,
    words: dict[tuple[int, int], _Words],
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
    edge = PAD + columns.box
    heights = [
        spread(slots.rooms_of(place, words), top, bottom)
        for place, (top, bottom) in enumerate(zip(tops, bottoms, strict=True))
    ]

    for way in slots.ways:
        y = heights[way.place][way.slot]
        is_back = way.route.to in earlier if way.to is None else way.to <= way.place
        color = BACK if is_back else LINE
        told = words[way.key]
        above = y - 8 - RESULT.line * (len(told.results) - 1) / 2
        labels += stack(told.results, edge + 7, above, RESULT)
        if way.to is None:
            areas.append(arrow(edge + columns.result - 1, y, (1, 0), color))
            strokes.append(Stroke(((edge + 1, y), (edge + columns.result - 6, y)), color, 1.2))
            stage = way.route.to if way.route.kind == "stage" else None
            colors = pill_colors(flow, stage, way.route.kind)
            pill = build_pill(told.pill, colors, measure).drawing.at(edge + columns.result, y)
            areas += pill.areas
            labels += pill.labels
            continue
        x = edge + columns.result + columns.pill + 4 + slots.tracks[way.key] * _TRACK
        arriving = slots.arriving[way.to]
        end = heights[way.to][arriving.index(way) - len(arriving)]
        corners = ((edge + 1, y), (x, y), (x, end), (edge + 6, end))
        strokes.append(curved(corners, color))
        areas.append(arrow(edge + 1, end, (-1, 0), color))
    return Drawing(0, tuple(areas), tuple(strokes), tuple(labels))


def _build_foot(
    flow: Flow, stage: FlowStage, bottom: float, columns: Columns, measure: Measure
) -> tuple[list[Label], float]:
    """What is said below the steps: that there are none, and where the moves allow to go."""
    told = [] if stage.steps else [NO_STEPS]
    if stage.has_moves:
        names = [flow.name_of(name) for name in stage.choices]
        told.append(f"Moves: {', '.join(clean_words(name) for name in names)}")
    labels: list[Label] = []
    y = bottom + (6 if told and stage.steps else 0)
    for text in told:
        for line in wrap(text, columns.width - 2 * PAD, DETAIL, measure):
            labels.append(Label(line, PAD, y + DETAIL.line / 2, DETAIL))
            y += DETAIL.line
    return labels, y
