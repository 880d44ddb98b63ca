"""Amounts whose currency stands in a column that the mapping doesn't take: refused, not guessed.

A lenient mapping leaves columns out; a currency that is left out would make dollars of euros.
"""

from collections.abc import Iterator

from salescli.model.errors import Damaged, Finding, Place, finding
from salescli.model.ids import fold_name
from salescli.workspace.importing.fitting import other_columns
from salescli.workspace.importing.mapping import Mapping, kind_of_field
from salescli.workspace.importing.rows import Table


def check_currencies(table: Table, mapping: Mapping, store: str | None) -> None:
    """Raise `Damaged` for currencies left out that differ from those that amounts would get.

    `store` is the store's currency, if it has one.
    """
    if mapping.lenient:
        Damaged.raise_if(_left_out(table, mapping, store))


def _left_out(table: Table, mapping: Mapping, store: str | None) -> Iterator[Finding]:
    amounts = [name for name in mapping.columns if _is_bare(mapping, name)]
    if not amounts:
        return
    meant = mapping.currency or store
    for name in other_columns(mapping, table.header):
        if "currency" not in fold_name(name):
            continue
        cells = [row.cells.get(name, "") for row in table.rows]
        others = [cell for cell in cells if cell.upper() != meant and _is_word(cell)]
        if others:
            text = f"{others[0]!r} in {name!r} isn't taken, and amounts would be in {meant}"
            hint = (
                f"`{amounts[0]}: {{column: AMOUNT, currency_column: {name}}}` under `columns`, "
                f"or `ignore: [{name}]`"
            )
            place = Place(table.file, 1, 1)
            yield finding("currency-left-out", text, hint=hint, place=place, field=name)


def _is_bare(mapping: Mapping, name: str) -> bool:
    """Whether a field is an amount that has no currency of its own in the file."""
    is_money = kind_of_field(mapping, name) == "money"
    return is_money and any(
        cell.column and not cell.currency_column and not cell.currency
        for cell in mapping.ways(name)
    )


def _is_word(cell: str) -> bool:
    return any(letter.isalpha() for letter in cell)
