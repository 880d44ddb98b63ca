"""Workbooks: what no cell holds is cut and counted."""

from io import BytesIO

import openpyxl

from salescli.model.tables import choose, table_specs
from salescli.report.files.workbook import LONGEST, build_workbook


def test_a_text_is_cut_only_if_it_is_longer_than_a_cell_can_be():
    table = choose(table_specs({})["account"], ["id", "notes"])
    texts = ["x" * LONGEST, "y" * (LONGEST + 1), None]
    built = build_workbook([(table, [(str(at), text) for at, text in enumerate(texts)])])
    assert built.cut == {"account.notes": 1}
    sheet = openpyxl.load_workbook(BytesIO(built.data))["account"]
    found = [row[1].value for row in sheet.iter_rows(min_row=2)]
    assert found == ["x" * LONGEST, "y" * (LONGEST - 1) + "…", None]
