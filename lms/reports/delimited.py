"""CSV out, in UTF-8 with a mark so that spreadsheets read it so. No cell can be taken for a formula.

A text that a spreadsheet would calculate gets an apostrophe before it (OWASP, "CSV injection"); XLSX (`workbook`) needs none.
"""

import csv
import io
from collections.abc import Sequence

from lms.reports.workbook import Value

_BEGINNINGS = tuple("=+-@\t\r\n＝＋－＠")


def delimited(rows: Sequence[Sequence[Value]]) -> bytes:
    """The file."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_safe(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _safe(value: Value) -> Value:
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    if isinstance(value, str) and (value.startswith(_BEGINNINGS) or value.lstrip().startswith(_BEGINNINGS)):
        return f"'{value}"
    return value
