"""A process as a picture, laid out: a card for each stage, in columns, and the ends at the end.

Pure: the graph and a way to measure text in, a sheet out. The number of columns is the one that
makes the sheet most like a slide.
"""

import math
from collections.abc import Iterable, Sequence

from salescli.model.flow import Flow
from salescli.report.pictures.flowshapes import (
    BOX_EDGE,
    CARD,
    DETAIL,
    HEAD,
    INK,
    MUST,
    PAD,
    PALE,
    PILL,
    PILL_EDGE,
    Drawing,
    arrow,
    build_pill,
    clean_words,
    curved,
    pill_colors,
    rounded,
)
from salescli.report.pictures.sheet import (
    MARGIN,
    Area,
    Label,
    Measure,
    Sheet,
    Stroke,
    Style,
    wrap,
)
from salescli.report.pictures.stage_card import Columns, build_card, measure_columns
from salescli.report.text.flowwords import (
    describe_required,
    describe_rules,
    describe_step,
    merge_routes,
)
from salescli.report.text.numbers import format_number_of

_NAME = Style(22, INK, bold=True)
_COUNTS = Style(13, PALE)
_BETWEEN, _BELOW = 36.0, 24.0  # from card to card, across and down
_LIKE_A_SLIDE = 1.6  # width to height
_MOST_COLUMNS = 6
_NOTE = "Thick: begins the stage. At the end of a stage: on to the next, again, or elsewhere."
_IF = "Dashed: passed over where its condition does not hold."
_MANDATORY = f"{MUST} mandatory: no move forward while it is open."
_FAILURES = "Every open stage can end in a failure."


def build_process_sheet(flow: Flow, measure: Measure) -> Sheet:
    """Lay the process out."""
    columns = measure_columns(flow, measure)
    cards = [build_card(flow, stage, columns, measure) for stage in flow.stages]
    cards.append(_build_ends(flow, columns, measure))
    splits = (split(cards, count) for count in range(1, min(_MOST_COLUMNS, len(cards)) + 1))
    chosen = min(splits, key=lambda parts: _unlike_a_slide(parts, columns))
    width = _width_of(chosen, columns)
    head, top = _build_head(flow, width, measure)
    placed: list[tuple[Drawing, float, float]] = []
    for number, part in enumerate(chosen):
        y = top
        for card in part:
            placed.append((card, MARGIN + number * (columns.width + _BETWEEN), y))
            y += card.height + _BELOW
    links, heads = _build_links(flow, placed, columns, top)
    drawn = [card.at(x, y) for card, x, y in placed]
    return Sheet(
        height=round(top + max(map(_height_of, chosen)) + MARGIN),
        areas=(*(area for card in drawn for area in card.areas), *heads),
        labels=(*head, *(label for card in drawn for label in card.labels)),
        title=f"Process · {clean_words(flow.name)}",
        strokes=(*(line for card in drawn for line in card.strokes), *links),
        width=width,
    )


def texts_of(flow: Flow) -> Iterable[str]:
    """All that people wrote and the picture shows, for choosing fonts."""
    yield flow.name
    yield from (final.name for final in flow.finals)
    for stage in flow.stages:
        yield stage.name
        yield describe_required(stage)
        yield from (results for _, results in merge_routes(stage).values())
        for step in stage.steps:
            yield step.title
            yield describe_step(step)
            yield from describe_rules(step)


def split(cards: Sequence[Drawing], count: int) -> list[list[Drawing]]:
    """The cards in order, in at most `count` columns of which the highest is as low as can be."""
    heights = [card.height + _BELOW for card in cards]
    low, high = max(heights), sum(heights)
    while high - low > 1:
        middle = (low + high) / 2
        low, high = (low, middle) if len(_fill(heights, middle)) <= count else (middle, high)
    parts, start = [], 0
    for size in _fill(heights, high):
        parts.append(list(cards[start : start + size]))
        start += size
    return parts


def _fill(heights: Sequence[float], limit: float) -> list[int]:
    """How many cards go into each column if none is higher than the limit."""
    sizes, used = [0], 0.0
    for height in heights:
        if used and used + height > limit + 0.001:
            sizes.append(0)
            used = 0.0
        sizes[-1] += 1
        used += height
    return sizes


def _height_of(part: Sequence[Drawing]) -> float:
    return sum(card.height for card in part) + _BELOW * (len(part) - 1)


def _width_of(parts: Sequence[Sequence[Drawing]], columns: Columns) -> float:
    return 2 * MARGIN + len(parts) * columns.width + (len(parts) - 1) * _BETWEEN


def _unlike_a_slide(parts: Sequence[Sequence[Drawing]], columns: Columns) -> float:
    height = max(map(_height_of, parts)) + 2 * MARGIN + 60
    return abs(math.log(_width_of(parts, columns) / height / _LIKE_A_SLIDE))


def _build_head(flow: Flow, width: float, measure: Measure) -> tuple[list[Label], float]:
    """Name of the process, what it has, and where the cards begin."""
    room = width - 2 * MARGIN
    names = wrap(clean_words(flow.name), room, _NAME, measure)
    labels = [
        Label(name, MARGIN, MARGIN + _NAME.size / 2 + place * _NAME.line, _NAME)
        for place, name in enumerate(names)
    ]
    steps = [step for stage in flow.stages for step in stage.steps]
    stages, all_steps = len(flow.stages), len(steps)
    counts = f"{format_number_of(stages, 'stage')}, {format_number_of(all_steps, 'step')}."
    told = [counts, _NOTE]
    told += [_IF] if any(step.when is not None for step in steps) else []
    told += [_MANDATORY] if any(step.is_mandatory for step in steps) else []
    y = MARGIN + _NAME.line * len(names) + _COUNTS.size / 2 + 2
    for line in wrap(" ".join(told), room, _COUNTS, measure):
        labels.append(Label(line, MARGIN, y, _COUNTS))
        y += _COUNTS.line
    return labels, y + 16


def _build_ends(flow: Flow, columns: Columns, measure: Measure) -> Drawing:
    """The card with the final stages."""
    labels = [Label("Ends", PAD, PAD + HEAD.line / 2, HEAD)]
    areas: list[Area] = []
    x, y, lowest = PAD, PAD + HEAD.line + 8, 0.0
    for final in flow.finals:
        room = columns.width - 2 * PAD - 2 * PILL_EDGE
        lines = wrap(clean_words(final.name), room, PILL, measure) or [""]
        pill = build_pill(lines, pill_colors(flow, final.stage), measure)
        if x > PAD and x + pill.width > columns.width - PAD:
            x, y, lowest = PAD, y + lowest + 8, 0.0
        drawn = pill.drawing.at(x, y + pill.drawing.height / 2)
        areas += drawn.areas
        labels += drawn.labels
        x += pill.width + 10
        lowest = max(lowest, pill.drawing.height)
    y += lowest + 12
    if any(not final.is_success for final in flow.finals):
        for line in wrap(_FAILURES, columns.width - 2 * PAD, DETAIL, measure):
            labels.append(Label(line, PAD, y, DETAIL))
            y += DETAIL.line
    card = rounded(0, 0, columns.width, y, CARD, 8)
    return Drawing(y, (card, *areas), (), tuple(labels))


def _build_links(
    flow: Flow, placed: Sequence[tuple[Drawing, float, float]], columns: Columns, top: float
) -> tuple[list[Stroke], list[Area]]:
    """Arrows from each stage to the next in order, where the end of the stage leads there.

    A route to a stage has a pill of its own, and where no step comes to the end of the stage there
    is nothing more to show.
    """
    strokes: list[Stroke] = []
    heads: list[Area] = []
    for place, stage in enumerate(flow.stages):
        if stage.following is None or not stage.is_chosen_at_end:
            continue
        card, x, y = placed[place]
        _, to_x, to_y = placed[place + 1]
        bottom = y + card.height
        from_x, middle = x + PAD + 30, to_x + PAD + 30
        if to_x == x:
            points = [(from_x, bottom), (middle, to_y - 6)]
        else:
            gutter = to_x - _BETWEEN / 2
            above = top - 12
            points = [(x + columns.width, bottom - 16), (gutter, bottom - 16), (gutter, above)]
            points += [(middle, above), (middle, to_y - 6)]
        strokes.append(curved(points, BOX_EDGE, 2.0))
        heads.append(arrow(middle, to_y - 1, (0, 1), BOX_EDGE))
    return strokes, heads
