"""The chessboard of a building: floors downwards, sections side by side, a mark for each state.

Pure: rows of units in, lines of at most the given width out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from salescli.model.units import STATES
from salescli.report.text.numbers import clean_text, cut, format_count, pad, width_of

MARKS = {"free": "○", "reserved": "◔", "contracted": "◑", "sold": "●"}
NO_FLOOR = "–"
_GAP = 2
_BETWEEN = 4  # blanks between sections

Row = Mapping[str, Any]


def format_chessboard(rows: Sequence[Row], width: int) -> list[str]:
    """The board of units in their order; sections that find no room beside stand below.

    A floor with more units than the width has room for takes several lines.
    """
    floors = sorted({row["floor"] for row in rows if row["floor"] is not None}, reverse=True)
    order: list[int | None] = [*floors]
    if any(row["floor"] is None for row in rows):
        order.append(None)
    sections = list(dict.fromkeys(row["section"] for row in rows))
    left = max([5, *(len(_floor_name(floor)) for floor in order)]) + 1
    blocks = [_section(rows, section, order, width - left - _BETWEEN) for section in sections]
    lines: list[str] = []
    for together in _side_by_side(blocks, width - left):
        lines += [""] if lines else []
        lines += _joined(together, order, left)
    return lines


def format_legend(rows: Iterable[Row]) -> str:
    """`○ 12 free  ◔ 3 reserved  ◑ 0 contracted  ● 4 sold`."""
    counts = Counter(row["state"] for row in rows)
    return "  ".join(f"{MARKS[state]} {format_count(counts[state])} {state}" for state in STATES)


def _floor_name(floor: int | None) -> str:
    return NO_FLOOR if floor is None else str(floor)


def _section(
    rows: Sequence[Row], section: str | None, order: Sequence[int | None], room: int
) -> list[list[str]]:
    """A section as its heading's line, then for each floor its lines; all of one width."""
    mine = [row for row in rows if row["section"] == section]
    cells = {floor: [_cell(r, room) for r in mine if r["floor"] == floor] for floor in order}
    slot = max(width_of(cell) for some in cells.values() for cell in some)
    most = max(1, (room + _GAP) // (slot + _GAP))
    block = [[cut(clean_text(f"Section {section}"), room) if section is not None else ""]]
    for floor in order:
        padded = [pad(cell, slot) for cell in cells[floor]]
        pieces = [padded[at : at + most] for at in range(0, len(padded), most)]
        block.append([(" " * _GAP).join(piece) for piece in pieces] or [""])
    widest = max(width_of(line) for lines in block for line in lines)
    return [[pad(line, widest) for line in lines] for lines in block]


def _cell(row: Row, room: int) -> str:
    return cut(f"{MARKS[row['state']]} {clean_text(row['id'])}", room)


def _side_by_side(blocks: list[list[list[str]]], room: int) -> list[list[list[list[str]]]]:
    """Blocks in groups that fit the room, each at least one."""
    groups: list[list[list[list[str]]]] = []
    used = 0
    for block in blocks:
        width = width_of(block[0][0]) + _BETWEEN
        if not groups or used + width > room:
            groups.append([])
            used = 0
        groups[-1].append(block)
        used += width
    return groups


def _joined(blocks: list[list[list[str]]], order: Sequence[int | None], left: int) -> list[str]:
    names = ["Floor", *map(_floor_name, order)]
    lines = []
    for place, name in enumerate(names):
        if place and not any(line.strip() for block in blocks for line in block[place]):
            continue  # these sections have no units on that floor
        height = max(len(block[place]) for block in blocks)
        for number in range(height):
            label = pad(name if number == 0 else "", left - 1, right=True)
            parts = [label]
            for block in blocks:
                some = block[place]
                blank = " " * width_of(block[0][0])
                parts.append(some[number] if number < len(some) else blank)
            lines.append((" " * _BETWEEN).join(parts).rstrip())
    return lines
