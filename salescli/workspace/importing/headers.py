"""The columns of a mapping as the header of a file spells them, upper and lower case aside. Pure.

After it whoever looks for a column finds it by its exact name. What the file hasn't stays as it
stands in the mapping, to be told.
"""

from collections.abc import Callable, Collection

import msgspec

from salescli.workspace.importing.cells import Cell, Entry, alternatives
from salescli.workspace.importing.folded import Folded
from salescli.workspace.importing.mapping import Mapping
from salescli.workspace.importing.values import rename_columns

Spell = Callable[[str], str]


def spell_columns(mapping: Mapping, header: Collection[str]) -> Mapping:
    """The mapping with its columns in the spelling of the file."""
    spell = Folded({name: name for name in header}).of
    return msgspec.structs.replace(
        mapping,
        key=_spell_all(mapping.key, spell),
        columns={field: _spell_entry(entry, spell) for field, entry in mapping.columns.items()},
        stage_dates={
            stage: _spell_entry(entry, spell) for stage, entry in mapping.stage_dates.items()
        },
        ignore=[spell(name) for name in mapping.ignore],
        leave_out={spell(name): words for name, words in mapping.leave_out.items()},
        spelling={spell(name): words for name, words in mapping.spelling.items()},
    )


def _spell_all(column: str | list[str] | None, spell: Spell) -> str | list[str] | None:
    """A column, or several of which the file may have several: each once."""
    spelled = [spell(name) for name in alternatives(column)]
    return list(dict.fromkeys(spelled)) if isinstance(column, list) else next(iter(spelled), None)


def _spell_entry(entry: Entry, spell: Spell) -> Entry:
    if isinstance(entry, list):
        return [_spell_way(way, spell) for way in entry]
    return _spell_way(entry, spell)


def _spell_way(way: str | Cell, spell: Spell) -> str | Cell:
    return spell(way) if isinstance(way, str) else _spell_cell(way, spell)


def _spell_cell(cell: Cell, spell: Spell) -> Cell:
    return msgspec.structs.replace(
        cell,
        column=_spell_all(cell.column, spell),
        currency_column=_spell_all(cell.currency_column, spell),
        text=rename_columns(cell.text, spell) if cell.text else cell.text,
    )
