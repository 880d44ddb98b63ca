"""The lines of `export jsonl TABLE`, from the declarations of the tables' fields."""

from collections.abc import Mapping

from salescli.model.contracts.records import fields_of, leaf_of
from salescli.model.contracts.shapes import Shape
from salescli.model.fields import FieldSpec
from salescli.model.tables import table_specs


def line_name(table: str) -> str:
    """`NAME@VERSION` of the lines of a table."""
    return f"{table.replace('_', '-')}-line@1"


def _shape(spec: FieldSpec) -> Shape:
    """Of a list an array, which may be empty; of all else a value, or null where there is none."""
    if spec.items is not None:
        return [fields_of(spec.items)]
    if spec.kind in ("words", "list"):
        return ["text"]
    return "any" if spec.kind == "json" else (leaf_of(spec), None)


TABLE_LINES: Mapping[str, tuple[str, Shape]] = {
    line_name(table.name): (
        f"{table.doc}: a line of export jsonl {table.name}.",
        {spec.name: _shape(spec) for spec in table.fields},
    )
    for table in table_specs({}).values()
}
