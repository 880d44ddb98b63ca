"""Tables as an Excel workbook, a sheet each. Owns xlsxwriter, which nothing else may import."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import msgspec
import xlsxwriter
import xlsxwriter.worksheet

from salescli.model.errors import Refused, finding
from salescli.model.tables import ColumnSpec, Row, TableSpec

LONGEST = 32_767  # characters of a cell
_SHEET_NAME = 31
_MADE = datetime(1980, 1, 1, tzinfo=UTC)  # the same tables make the same bytes


class Workbook(msgspec.Struct, frozen=True):
    """The bytes of a workbook; how many texts of each `table.column` no cell holds as a whole."""

    data: bytes
    cut: Mapping[str, int]


def build_workbook(tables: Sequence[tuple[TableSpec, list[Row]]]) -> Workbook:
    """A workbook. Texts are texts: none of them is a formula or a link.

    A text that is longer than a cell can be is cut and ends with `…`. Raises `Refused`
    (`too-many-rows`) for more than a sheet holds.
    """
    _refuse_too_many(tables)
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "default_date_format": ""})
    book.set_properties({"created": _MADE.replace(tzinfo=None)})
    formats = {
        "heading": book.add_format({"bold": True}),
        "decimal": book.add_format({"num_format": "#,##0.00"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }
    cut: Counter[str] = Counter()
    for table, rows in tables:
        sheet = book.add_worksheet(table.name[:_SHEET_NAME])
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(table.columns):
            sheet.write_string(0, place, column.name, formats["heading"])
            sheet.set_column(place, place, _width(column))
        for number, row in enumerate(rows, 1):
            for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
                if isinstance(value, str) and len(value) > LONGEST:
                    cut[f"{table.name}.{column.name}"] += 1
                    value = value[: LONGEST - 1] + "…"
                if value is not None:
                    _write(sheet, number, place, column, value, formats)
    book.close()
    return Workbook(target.getvalue(), cut)


def _refuse_too_many(tables: Sequence[tuple[TableSpec, list[Row]]]) -> None:
    most = xlsxwriter.worksheet.Worksheet().xls_rowmax - 1  # the first is the heading
    hint = "choose some with --where, or take csv, sqlite or parquet"
    Refused.raise_if(
        finding(
            "too-many-rows",
            f"{table.name} has {len(rows)} rows, and a sheet holds {most}",
            hint=hint,
        )
        for table, rows in tables
        if len(rows) > most
    )


def _width(column: ColumnSpec) -> int:
    return {"day": 11, "instant": 19, "decimal": 14, "text": 18}.get(column.kind, 9)


def _write(
    sheet: Any, row: int, place: int, column: ColumnSpec, value: Any, formats: dict[str, Any]
) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, Decimal):
        sheet.write_number(row, place, float(value), formats["decimal"])
    elif isinstance(value, int):
        sheet.write_number(row, place, value)
    elif column.kind == "day":
        sheet.write_datetime(row, place, date.fromisoformat(value), formats["day"])
    elif column.kind == "instant":
        at = datetime.fromisoformat(value).replace(tzinfo=None)
        sheet.write_datetime(row, place, at, formats["instant"])
    else:
        sheet.write_string(row, place, value)
