"""How cells of a workbook look where their values alone do not say it: percentages, numbers with words or noughts before them, formulas
that came to nothing, and pieces of a text that are raised or marked.
"""

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring, iterparse

from lms.questions.exchange import raised

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
#: The formats of percentages, and those of money, that have no code of their own in a file.
_PERCENT, _MONEY = {"9", "10"}, {"5", "6", "7", "8", "42", "44"}
#: What a format puts before or behind a number: words, a currency, noughts.
_DRESSED = re.compile(r'"[^"]*\w[^"]*"|\[\$[^\]-]|^0{2,}(?![.,#])')

#: Where the texts of all cells are kept, and what of their pieces is read.
_SHARED = "xl/sharedStrings.xml"
_SHIFTS = {"superscript": "sup", "subscript": "sub"}
_MARKS = tuple(f"{_MAIN}{name}" for name in ("b", "i", "u"))

Place = tuple[int, int]


@dataclass(frozen=True)
class Looks:
    """Cells by (row, column), both from 0. dressed: show more than their number. failed: cell → what it shows, such as #N/A; nothing
    where it was never reckoned. raised: cell → its text with what is raised or lowered in it. marked: a part of their text is
    set apart by how it looks.
    """

    percents: frozenset[Place]
    dressed: frozenset[Place]
    failed: dict[Place, str]
    raised: dict[Place, str] = field(default_factory=dict)
    marked: frozenset[Place] = frozenset()


def of(data: bytes, sheet: str) -> Looks:
    """The looks of one sheet. data: a workbook that was opened already, and so is bounded and sound."""
    percents: set[Place] = set()
    dressed: set[Place] = set()
    marked: set[Place] = set()
    failed: dict[Place, str] = {}
    shifted: dict[Place, str] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        path = _path(archive, sheet)
        if path not in archive.namelist() or not path.lower().endswith(
            ".xml"
        ):  # what has another name was not looked through
            return Looks(frozenset(), frozenset(), {})
        in_percent, with_words = _styles(archive)
        texts = _rich_texts(archive)
        with archive.open(path) as part:
            for _event, cell in iterparse(part):
                place = _place(cell) if cell.tag == f"{_MAIN}c" else None
                rich = _rich(cell, texts) if place else None
                if place and rich:
                    shifted |= {place: rich.raised} if rich.raised else {}
                    marked |= {place} if rich.is_marked else set()
                elif place and cell.get("t") == "e":
                    failed[place] = cell.findtext(f"{_MAIN}v") or "#"
                elif (
                    place
                    and cell.find(f"{_MAIN}f") is not None
                    and not cell.findtext(f"{_MAIN}v")
                    and cell.get("t") != "str"
                ):
                    failed[place] = ""
                elif place and cell.get("t", "n") == "n":
                    percents |= {place} if cell.get("s") in in_percent else set()
                    dressed |= {place} if cell.get("s") in with_words else set()
                if cell.tag == f"{_MAIN}row":
                    cell.clear()
    return Looks(frozenset(percents), frozenset(dressed), failed, shifted, frozenset(marked))


@dataclass(frozen=True)
class _Rich:
    """A text of several pieces. raised: all of it, where any is raised or lowered; is_marked: bold, slanted or underlined in part."""

    raised: str
    is_marked: bool


def _rich_texts(archive: zipfile.ZipFile) -> dict[str, _Rich]:
    """The number of a shared text → what it looks like, for those of several pieces."""
    if _SHARED not in archive.namelist():
        return {}
    made: dict[str, _Rich] = {}
    count = 0
    with archive.open(_SHARED) as part:
        for _event, one in iterparse(part):
            if one.tag == f"{_MAIN}si":
                if (rich := _pieces(one)) is not None:
                    made[str(count)] = rich
                count += 1
                one.clear()
    return made


def _rich(cell: Element, texts: dict[str, _Rich]) -> _Rich | None:
    if cell.get("t") == "s":
        return texts.get(cell.findtext(f"{_MAIN}v") or "")
    inline = cell.find(f"{_MAIN}is")
    return _pieces(inline) if inline is not None else None


def _pieces(text: Element) -> _Rich | None:
    """None for a text of one piece that nothing sets apart."""
    pieces = text.findall(f"{_MAIN}r")
    looks = [{one.tag: one.get("val", "1") for one in piece.iterfind(f"{_MAIN}rPr/*")} for piece in pieces]
    words = [piece.findtext(f"{_MAIN}t") or "" for piece in pieces]
    shifts = [_SHIFTS.get(look.get(f"{_MAIN}vertAlign", "")) for look in looks]
    marks = {
        tuple(sorted(name for name in _MARKS if look.get(name, "0") not in {"0", "none"}))
        for look, said in zip(looks, words, strict=True)
        if said.strip()
    }
    whole = "".join(
        raised.shifted(said, shift) if shift and said.strip() else said
        for said, shift in zip(words, shifts, strict=True)
    )
    is_marked = len(marks) > 1
    return _Rich(whole.strip() if any(shifts) else "", is_marked) if any(shifts) or is_marked else None


def _path(archive: zipfile.ZipFile, sheet: str) -> str:
    """Where a sheet of that name is kept; empty where nothing says it."""
    book = fromstring(archive.read("xl/workbook.xml"))
    link = next((one.get(_LINK) for one in book.iter(f"{_MAIN}sheet") if one.get("name") == sheet), None)
    links = "xl/_rels/workbook.xml.rels"
    targets = {one.get("Id"): one.get("Target", "") for one in _root(archive, links)} if link else {}
    target = targets.get(link, "")
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/") if target else ""


def _styles(archive: zipfile.ZipFile) -> tuple[set[str], set[str]]:
    """The numbers of the styles that show a percentage, and of those that show more than a number."""
    root = _root(archive, "xl/styles.xml")
    codes = {one.get("numFmtId", ""): one.get("formatCode", "") for one in root.iter(f"{_MAIN}numFmt")}
    percent = _PERCENT | {name for name, code in codes.items() if "%" in re.sub(r'"[^"]*"|\\.', "", code)}
    dressed = _MONEY | {name for name, code in codes.items() if _DRESSED.search(code)}
    kinds = root.find(f"{_MAIN}cellXfs")
    styles = [(str(n), one.get("numFmtId")) for n, one in enumerate(kinds if kinds is not None else ())]
    return {n for n, code in styles if code in percent}, {n for n, code in styles if code in dressed}


def _root(archive: zipfile.ZipFile, path: str) -> Element:
    return fromstring(archive.read(path)) if path in archive.namelist() else Element("none")


def _place(cell: Element) -> Place | None:
    found = _PLACE.fullmatch(cell.get("r", ""))
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1
