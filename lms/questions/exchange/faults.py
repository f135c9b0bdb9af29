"""What was found wrong or doubtful in a file, as a table to mend the file by."""

import csv
import io
from collections.abc import Callable, Iterable
from typing import NamedTuple

from lms.questions.exchange.drafted import Finding
from lms.questions.said import say, told

HEADINGS = (say("Tempat"), say("Keadaan"), say("Soal"), say("Yang perlu diperbaiki"))
_LEVELS = {"error": say("Galat"), "warning": say("Peringatan")}
#: A cell that begins with one of these would be a formula in a spreadsheet.
_FORMULAS = tuple("=+-@\t\r\n＝＋－＠")


class Line(NamedTuple):
    """A finding, and the words of the question that it is about."""

    finding: Finding
    about: str


def sentence(message: str) -> str:
    """What a finding says, as a sentence of its own."""
    return f"{message[:1].upper()}{message[1:].removesuffix('.')}."


def cells(line: Line, translate: Callable[[str], str] = str) -> list[str]:
    """What stands below the HEADINGS. translate: into whose language (said.told); Indonesian where nobody says."""
    one = line.finding
    where, level, message = (told(text, translate) for text in (one.where, _LEVELS[one.level], one.message))
    return [where, level, line.about, sentence(message)]


def table(lines: Iterable[Line], translate: Callable[[str], str] = str) -> bytes:
    """CSV in UTF-8 with a byte order mark, semicolons as Excel expects them here; a row for each finding, in their order."""
    made = io.StringIO()
    writer = csv.writer(made, delimiter=";")
    writer.writerow([told(one, translate) for one in HEADINGS])
    writer.writerows([_as_text(cell) for cell in cells(one, translate)] for one in lines)
    return made.getvalue().encode("utf-8-sig")


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULAS) or cell.lstrip().startswith(_FORMULAS) else cell
