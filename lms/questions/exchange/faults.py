"""What was kept out of an import, as a table to mend the file by."""

import csv
import io
from collections.abc import Callable, Iterable

from lms.questions.exchange.drafted import Finding
from lms.questions.said import say, told

HEADINGS = (say("Tempat"), say("Soal"), say("Yang perlu diperbaiki"))
#: A cell that begins with one of these would be a formula in a spreadsheet.
_FORMULAS = tuple("=+-@\t\r\n＝＋－＠")


def sentence(message: str) -> str:
    """What a finding says, as a sentence of its own."""
    return f"{message[:1].upper()}{message[1:].removesuffix('.')}."


def table(findings: Iterable[Finding], translate: Callable[[str], str] = str) -> bytes:
    """CSV in UTF-8 with a byte order mark, semicolons as Excel expects them here; a row for each error, in their order.

    translate: into whose language (said.told); Indonesian where nobody says.
    """
    made = io.StringIO()
    writer = csv.writer(made, delimiter=";")
    writer.writerow([told(one, translate) for one in HEADINGS])
    for one in findings:
        where, message = told(one.where, translate), told(one.message, translate)
        writer.writerow([_as_text(where), _as_text(one.about), _as_text(sentence(message))])
    return made.getvalue().encode("utf-8-sig")


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULAS) or cell.lstrip().startswith(_FORMULAS) else cell
