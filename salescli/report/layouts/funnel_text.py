"""The funnel on a terminal: bars, counts, sums, who went on and who got there.

Layout only: numbers come from the figure, words from `funnel_words`. What doesn't fit the width
is cut by rules that the note tells; without a width (a pipe) nothing is cut.
"""

from collections.abc import Sequence

import msgspec

from salescli.model.calendar import format_day
from salescli.report.figures.figure import Share
from salescli.report.figures.funnel_looks import AnyFunnel, Look, look_of
from salescli.report.figures.stage_tally import FunnelStage
from salescli.report.layouts.funnel_words import build_measure, build_notes, build_subject
from salescli.report.layouts.plan_text import format_plan
from salescli.report.text.fitting import PIPE, tell_cut
from salescli.report.text.listing import Rendered
from salescli.report.text.numbers import (
    NOT_AVAILABLE,
    clean_text,
    cut,
    format_amount,
    format_count,
    format_percent,
    is_whole,
    pad,
    width_of,
)
from salescli.report.text.wrapping import split_words

_BAR = 8  # columns of the longest bar
_EIGHTHS = " ▏▎▍▌▋▊▉"
_SHORTEST_NAME = 12


class _Layout(msgspec.Struct, frozen=True):
    """How much is shown; the next narrower one is tried when a screen doesn't fit."""

    bar: int = _BAR
    counts: tuple[bool, bool] = (True, True)  # whether those of each share stand beside it
    left_out: tuple[str, ...] = ()


_LAYOUTS = (
    _Layout(),
    _Layout(counts=(True, False), left_out=("counts of some shares",)),
    _Layout(counts=(False, False), left_out=("counts of shares",)),
    _Layout(0, (False, False), ("counts of shares", "bars")),
)
_BARE_LAYOUTS = (
    _Layout(counts=(False, False)),
    _Layout(0, (False, False), ("bars",)),
)


class _Block(msgspec.Struct, frozen=True):
    """A column of the screen: its title and, for each stage, one or more lines."""

    title: str
    cells: list[list[str]]
    right: bool = False

    @property
    def width(self) -> int:
        return max(map(width_of, [self.title, *(line for cell in self.cells for line in cell)]))


def format_funnel(funnel: AnyFunnel, *, width: int | None = 80) -> Rendered:
    """The funnel's screen, at most `width` columns wide; None cuts nothing."""
    heading = wrap_parts(["Funnel", *build_subject(funnel), *build_measure(funnel)], " · ", width)
    if funnel.question.is_before_start:
        told = f"No figures: the period begins after {format_day(funnel.question.as_of)}."
        return Rendered("\n".join([*heading, *wrap_parts([told], " ", width)]))
    names, blocks, note = _fit(funnel, width)
    rows = _join([names, *blocks])
    definition = f"{funnel.definition.capitalize()} definition (salescli help funnel)."
    footer = wrap_parts([definition, *build_notes(funnel)], " ", width)
    planned = format_plan(funnel.plan, width)
    plan = [line for text in planned for line in wrap_parts([text], " ", width)]
    return Rendered("\n".join([*heading, *rows, *plan, *footer]), note)


def _fit(funnel: AnyFunnel, width: int | None) -> tuple[_Block, list[_Block], str]:
    """The columns in the widest layout that leaves room for names, and what was cut."""
    full = [clean_text(stage.name) for stage in funnel.stages]
    longest = max(map(width_of, ["Stage", *full]))
    look = look_of(funnel)
    for layout in _LAYOUTS if look.has_counts else _BARE_LAYOUTS:
        blocks = _build_blocks(funnel.stages, look, layout)
        room = longest
        if width is not None:
            room = width - sum(block.width + 2 for block in blocks) - 1
        if room >= min(longest, _SHORTEST_NAME):
            break
    room = min(longest, max(room, _SHORTEST_NAME))
    names = _Block("Stage", [[cut(name, room)] for name in full])
    cut_texts = ["long names"] if room < longest else []
    note = tell_cut(width, cut=cut_texts, left_out=layout.left_out, shows=PIPE)
    return names, blocks, note


def _build_blocks(stages: Sequence[FunnelStage], look: Look, layout: _Layout) -> list[_Block]:
    counts = [stage.count for stage in stages]
    bars = [build_bar(count, max(counts, default=0), layout.bar) for count in counts]
    bar_room = max(map(len, bars), default=0)
    count_room = max([len(format_count(count)) for count in counts], default=0)
    blank = " " if bar_room else ""
    counted = [
        [pad(bar, bar_room) + blank + format_count(count).rjust(count_room)]
        for bar, count in zip(bars, counts, strict=True)
    ]
    return [
        _Block("Count", counted),
        _Block("Sum", _build_sums(stages), right=True),
        *(
            _Block(one.title, [[format_count(one.number_of(s))] for s in stages], right=True)
            for one in look.numbers
        ),
        *(
            _Block(
                one.title if has_counts else one.short,
                _build_shares([one.share_of(s) for s in stages], has_counts),
            )
            for one, has_counts in zip(look.shares, layout.counts, strict=True)
        ),
    ]


def build_bar(count: int, most: int, room: int) -> str:
    """A bar of at most `room` columns: one a deal while they fit, else to scale in eighths."""
    if count == 0 or room == 0:
        return ""
    if most <= room:
        return "█" * count
    eighths = max(count * room * 8 // most, 1)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def _build_sums(stages: Sequence[FunnelStage]) -> list[list[str]]:
    """A line a currency; the code stands beside the sum only if there are several."""
    codes = sorted({code for stage in stages for code in stage.sum})
    whole = {code: is_whole(s.sum[code] for s in stages if code in s.sum) for code in codes}
    return [
        [
            format_amount(amount, whole=whole[code]) + (f" {code}" if len(codes) > 1 else "")
            for code, amount in stage.sum.items()
        ]
        or ["0"]
        for stage in stages
    ]


def _build_shares(shares: Sequence[Share | None], with_counts: bool) -> list[list[str]]:
    percents = [
        NOT_AVAILABLE if share is None else format_percent(share.percent) for share in shares
    ]
    room = max(map(len, percents), default=0)
    percents = [percent.rjust(room) for percent in percents]
    if not with_counts:
        return [[percent] for percent in percents]
    counts = [
        "" if s is None else f"{format_count(s.part)} of {format_count(s.whole)}" for s in shares
    ]
    room = max(map(len, counts), default=0)
    return [
        [f"{count.rjust(room)}  {percent}"] for count, percent in zip(counts, percents, strict=True)
    ]


def _join(blocks: Sequence[_Block]) -> list[str]:
    rows = [[[block.title] for block in blocks], *zip(*(b.cells for b in blocks), strict=True)]
    lines = []
    for row in rows:
        for place in range(max(map(len, row))):
            texts = [cell[place] if place < len(cell) else "" for cell in row]
            padded = [
                pad(text, block.width, right=block.right)
                for text, block in zip(texts, blocks, strict=True)
            ]
            lines.append((" " + "  ".join(padded)).rstrip())
    return lines


def wrap_parts(parts: Sequence[str], separator: str, width: int | None) -> list[str]:
    """Parts joined into lines of at most `width` columns, each with a blank before it.

    Lines break between parts, or between words where a part alone is too long.
    """
    if width is None:
        return [" " + separator.join(parts)]
    lines: list[str] = []
    line = ""
    for part in parts:
        for place, word in enumerate([part] if width_of(part) < width else split_words(part)):
            joint = separator if place == 0 else " "
            if line and width_of(line + joint + word) < width:
                line += joint + word
                continue
            if line:
                lines.append(" " + line)
            line = cut(word, width - 1)
    return [*lines, " " + line]
