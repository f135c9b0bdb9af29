"""Rows of a file of questions as a page shows them before they are taken in, and what is said of them as tables."""

import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from lms.questions.exchange import faults
from lms.questions.said import told
from lms.questions.sent_models import QuestionFile
from lms.questions.sent_rows import Row
from lms.reports.workbook import MIMETYPE, Sheet, workbook
from lms.web.question_words import Shown, shown


@dataclass(frozen=True)
class ShownRow:
    """A row of a file: what is said about it, and the question if it can come in. state: ready, warning or error.

    quote: the first words of a question that is kept out. competency, level, difficulty: of one that can; labels:
    its name, folder and tags.
    """

    where: str
    state: str
    messages: tuple[str, ...]
    quote: str = ""
    kind: str = ""
    shown: Shown | None = None
    competency: str = ""
    level: int = 0
    difficulty: str = ""
    labels: tuple[str, ...] = ()


def shown_row(row: Row) -> ShownRow:
    """A row in the reader's language, with the question as a candidate sees it."""
    where = told(row.where, _)
    messages = tuple(
        ("" if one.where == row.where else f"{told(one.where, _)}: ") + faults.sentence(told(one.message, _))
        for one in row.findings
    )
    if row.question is None:
        return ShownRow(where, row.state, messages, quote=textwrap.shorten(row.about, 90, placeholder="…"))
    asked, drafted, content = row.question, row.question.ready.drafted, row.question.ready.content
    return ShownRow(
        where,
        row.state,
        messages,
        kind=drafted.kind,
        shown=shown(drafted.kind, content),
        competency=asked.competency,
        level=asked.level,
        difficulty=asked.difficulty,
        labels=tuple(filter(None, (content.get("name"), drafted.tags.get("folder"), *drafted.tags.get("tags", ())))),
    )


def stretch(sent: QuestionFile, state: str) -> tuple[int, int]:
    """From which row up to which those of a state lie; all for none."""
    warned = sent.errors + sent.warnings
    places = {"error": (0, sent.errors), "warning": (sent.errors, warned), "ready": (warned, sent.rows)}
    return places.get(state, (0, sent.rows))


def _csv(rows: Iterable[Row]) -> bytes:
    return faults.table(_lines(rows), _)


def _xlsx(rows: Iterable[Row]) -> bytes:
    widths = (32, 14, 60, 90)
    heads = [(told(one, _), width) for one, width in zip(faults.HEADINGS, widths, strict=True)]
    return workbook([Sheet(_("Temuan"), (), heads, [faults.cells(one, _) for one in _lines(rows)])])


def _lines(rows: Iterable[Row]) -> Iterable[faults.Line]:
    return (faults.Line(one, _words(row)) for row in rows for one in row.findings)


def _words(row: Row) -> str:
    """By what its author knows a question again."""
    return row.question.ready.drafted.stem if row.question else row.about


#: How the findings are written, and as what they are sent.
TABLES: dict[str, tuple[Callable[[Iterable[Row]], bytes], str]] = {
    "csv": (_csv, "text/csv; charset=utf-8"),
    "xlsx": (_xlsx, MIMETYPE),
}
