"""Tables that people give: what is read, and what is refused with the row where it is."""

import io

import pytest
import xlsxwriter

from lms import spreadsheets
from lms.spreadsheets import BadFile

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def workbook(rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        for line, row in enumerate(rows):
            for place, cell in enumerate(row):
                page.write(line, place, cell)
        book.add_worksheet("Lain").write_formula(0, 0, "=1")
    return out.getvalue()


def test_empty_rows_inside_stay_and_those_at_the_end_go() -> None:
    assert spreadsheets.read(b"a;b;\r\n\r\nc;;\r\n;;\r\n", "x.csv") == ("csv", [["a", "b"], [], ["c"]])


@pytest.mark.parametrize(
    ("data", "problem", "line"),
    [
        (b"  \n ", "empty", 0),
        (b"a" * (spreadsheets.LARGEST + 1), "large", 0),
        (b"%PDF-1.7", "kind", 0),
        (OLD + b"Workbook", "kind", 0),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "encrypted", 0),
        (b"PK\x03\x04 not an archive", "broken", 0),
        (b"a\n" + b"b;" * 50 + b"c", "columns", 2),
        (b"a\nb\n" + b"c" * 1001, "cell", 3),
        (b"c" * 200_000, "cell", 1),
        (b"a\n" * 5002, "rows", 0),
    ],
)
def test_what_cannot_be_a_table_is_refused_by_name_and_row(data: bytes, problem: str, line: int) -> None:
    with pytest.raises(BadFile) as refused:
        spreadsheets.read(data, "x.csv")

    assert (refused.value.problem, refused.value.line) == (problem, line)


def test_formulas_of_the_first_sheet_are_found_where_they_stand() -> None:
    data = workbook([["Kode", "Nama"], ["7Q4X-M2KP-9RWC", '="A"&"B"'], ["", ""], ["=B2", "x"]])

    assert spreadsheets.formula_cells(data) == {(2, 2), (4, 1)}


def test_a_workbook_that_is_no_xml_is_broken() -> None:
    with pytest.raises(BadFile, match="broken"):
        spreadsheets.formula_cells(b"PK\x03\x04")
