"""How cells of a workbook look where their values alone do not say it: percentages, and formulas that came to nothing."""

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring, iterparse

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
#: The formats of percentages that have no code of their own in a file.
_PERCENT = {"9", "10"}

Place = tuple[int, int]


@dataclass(frozen=True)
class Looks:
    """Cells by (row, column), both from 0. failed: cell → what it shows, such as #N/A."""

    percents: frozenset[Place]
    failed: dict[Place, str]


def of(data: bytes, sheet: str) -> Looks:
    """The looks of one sheet. data: a workbook that was opened already, and so is bounded and sound."""
    percents: set[Place] = set()
    failed: dict[Place, str] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        path = _path(archive, sheet)
        if path not in archive.namelist() or not path.lower().endswith(
            ".xml"
        ):  # what has another name was not looked through
            return Looks(frozenset(), {})
        styles = _percent_styles(archive)
        with archive.open(path) as part:
            for _event, cell in iterparse(part):
                place = _place(cell) if cell.tag == f"{_MAIN}c" else None
                if place and cell.get("t") == "e":
                    failed[place] = cell.findtext(f"{_MAIN}v") or "#"
                elif place and cell.get("s") in styles and cell.get("t", "n") == "n":
                    percents.add(place)
                if cell.tag == f"{_MAIN}row":
                    cell.clear()
    return Looks(frozenset(percents), failed)


def _path(archive: zipfile.ZipFile, sheet: str) -> str:
    """Where a sheet of that name is kept; empty where nothing says it."""
    book = fromstring(archive.read("xl/workbook.xml"))
    link = next((one.get(_LINK) for one in book.iter(f"{_MAIN}sheet") if one.get("name") == sheet), None)
    links = "xl/_rels/workbook.xml.rels"
    targets = {one.get("Id"): one.get("Target", "") for one in _root(archive, links)} if link else {}
    target = targets.get(link, "")
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/") if target else ""


def _percent_styles(archive: zipfile.ZipFile) -> set[str]:
    """The numbers of the styles that show a percentage."""
    root = _root(archive, "xl/styles.xml")
    codes = {one.get("numFmtId", ""): one.get("formatCode", "") for one in root.iter(f"{_MAIN}numFmt")}
    percent = _PERCENT | {name for name, code in codes.items() if "%" in re.sub(r'"[^"]*"|\\.', "", code)}
    kinds = root.find(f"{_MAIN}cellXfs")
    return {str(n) for n, one in enumerate(kinds if kinds is not None else ()) if one.get("numFmtId") in percent}


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
