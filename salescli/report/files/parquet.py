"""A table as Parquet. Owns pyarrow, which nothing else may import."""

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pyarrow
import pyarrow.parquet

from salescli.model.tables import ColumnSpec, Row, TableSpec

_TYPES = {
    "whole": pyarrow.int64(),
    "decimal": pyarrow.decimal128(24, 4),
    "yes-no": pyarrow.bool_(),
    "day": pyarrow.date32(),
    "instant": pyarrow.timestamp("s", tz="UTC"),
}


def build_parquet(table: TableSpec, rows: Sequence[Row]) -> bytes:
    """The bytes of a Parquet file; amounts are exact decimals, each column says what it is."""
    columns = [
        pyarrow.array([_value(column, row[place]) for row in rows], _type(column))
        for place, column in enumerate(table.columns)
    ]
    fields = [
        pyarrow.field(column.name, _type(column), metadata={"doc": column.doc})
        for column in table.columns
    ]
    target = BytesIO()
    made = pyarrow.Table.from_arrays(columns, schema=pyarrow.schema(fields))
    pyarrow.parquet.write_table(made, target)
    return target.getvalue()


def _type(column: ColumnSpec) -> Any:
    return _TYPES.get(column.kind, pyarrow.string())


def _value(column: ColumnSpec, value: Any) -> Any:
    if value is None or column.kind not in ("day", "instant"):
        return value
    return date.fromisoformat(value) if column.kind == "day" else datetime.fromisoformat(value)
