"""Workbooks of strangers: what asks for more than it holds is refused before it is read."""

import io
import zipfile

import pytest

from lms import spreadsheets, workbooks
from lms.questions.exchange import formats
from lms.spreadsheets import BadFile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEAD = f'<row r="1">{cell("A1", "Soal")}{cell("B1", "Kunci")}</row><row r="2">{cell("A2", "Ya?")}{cell("B2", "Benar")}</row>'


def book(rows: str, shared: str = "", **more: str) -> bytes:
    """A workbook by hand: no writer makes such ones."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        root = f'<Relationship Id="a" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{PACKAGE}">{root}</Relationships>')
        sheet = '<sheets><sheet name="S" sheetId="1" r:id="a"/></sheets>'
        archive.writestr("xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{sheet}</workbook>')
        links = f'<Relationship Id="a" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
        links += f'<Relationship Id="b" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/>'
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>')
        archive.writestr(
            "xl/worksheets/sheet1.xml", f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        )
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{shared}</sst>')
        for name, content in more.items():
            archive.writestr(f"xl/{name}", content)
    return made.getvalue()


def why(data: bytes) -> str:
    with pytest.raises(BadFile) as refused:
        spreadsheets.read(data, "x.xlsx")
    assert formats.read("xlsx", data).ready == ()
    return refused.value.problem


def test_what_is_sound_is_read_whatever_size_it_declares() -> None:
    rows = HEAD + '<row r="1048576"><c r="XFD1048576" s="1"/></row>'  # a format, no value

    assert spreadsheets.read(book(rows, vbaProject="MZ"), "x.xlsx")[1] == [["Soal", "Kunci"], ["Ya?", "Benar"]]
    assert len(formats.read("xlsx", book(rows)).ready) == 1


@pytest.mark.parametrize(
    "rows",
    [
        f'<row r="1048576">{cell("XFD1048576", "x")}</row>',
        f'<x:row xmlns:x="{MAIN}" r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
        '<row r="1048576">' + "<c><v>1</v></c>" * 2 + "</row>",
        '<row><c r="ZZZZZZ1"><v>1</v></c></row>',
    ],
)
def test_a_far_cell_does_not_ask_for_all_cells_before_it(rows: str) -> None:
    assert why(book(HEAD + rows)) == "large"


def test_a_shared_text_counts_in_every_cell_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_LETTERS", 999)
    named = '<row r="3">' + '<c t="s"><v>0</v></c>' * 10 + "</row>"

    assert spreadsheets.read(book(HEAD + named, f"<si><t>{'a' * 99}</t></si>"), "x.xlsx")[0] == "xlsx"
    assert why(book(HEAD + named, f"<si><t>{'a' * 50}</t><t>{'a' * 50}</t></si>")) == "large"


def test_parts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ELEMENTS", 20)
    assert why(book(HEAD + "<row/>" * 20)) == "large"
    monkeypatch.setattr(workbooks, "MOST_BYTES", 500)
    assert why(book(HEAD)) == "large"


@pytest.mark.parametrize("rows", [f'<row r="{"9" * 5000}"/>', "<row", "&x;"])
def test_a_sheet_that_is_no_xml_is_broken(rows: str) -> None:
    assert why(book(rows)) == "broken"


def test_entities_are_refused() -> None:
    declared = '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'

    assert why(book(HEAD, **{"styles.xml": declared})) == "broken"


def test_a_tag_of_very_many_attributes_is_refused() -> None:
    assert why(book(HEAD + "<row " + " ".join(f"a{n}='>'" for n in range(2000)) + "/>")) == "large"


def test_bytes_that_do_not_unpack_are_broken() -> None:
    data = bytearray(book(HEAD))
    at = data.index(b"xl/worksheets/sheet1.xml") + 30
    data[at : at + 20] = b"\xff" * 20

    assert why(bytes(data)) == "broken"


def test_numbers_that_are_none_are_texts() -> None:
    rows = '<row r="1"><c r="A1"><v>nan</v></c><c r="B1"><v>1e999</v></c><c r="C1"><v>2</v></c></row>'

    assert spreadsheets.read(book(rows), "x.xlsx")[1] == [["nan", "inf", 2.0]]
