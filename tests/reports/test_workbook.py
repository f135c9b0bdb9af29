"""Workbooks out: a cell says what it was given, or as much of it as a cell holds."""

import io

from python_calamine import CalamineWorkbook

from lms.reports import workbook
from lms.reports.workbook import Sheet
from lms.workbooks import LONGEST_CELL


def test_a_text_longer_than_a_cell_is_cut_where_all_can_see_it() -> None:
    table = workbook.workbook([Sheet("a", (), [("x", 9)], [["b" * LONGEST_CELL], ["c" * (LONGEST_CELL + 1)]])])
    report = workbook.report([("a", [["c" * 40_000]])], widths=(9, 9))

    rows = [
        CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("a").to_python() for data in (table, report)
    ]
    cut = "c" * (LONGEST_CELL - 1) + "…"
    assert rows == [[["x"], ["b" * LONGEST_CELL], [cut]], [[cut]]]
