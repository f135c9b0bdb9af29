"""The difference that a regrade makes, as a workbook. Every text is written as a text, so that no cell can act as a formula."""

import io
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import xlsxwriter
from flask_babel import gettext as _
from xlsxwriter.worksheet import Worksheet

from lms.exams.models import Exam
from lms.exams.regrading.models import Regrade
from lms.questions.content import words
from lms.questions.models import QuestionVersion
from lms.reports.regrades import Counts, Line
from lms.web.presentation import moment

Cell = str | Decimal | int | None


def remedy_words() -> dict[str, str]:
    """What each remedy is called."""
    return {
        "key": _("kunci diganti"),
        "accept": _("jawaban lain juga diterima"),
        "drop": _("soal dianulir"),
        "full": _("nilai penuh untuk semua"),
    }


def make(
    exam: Exam,
    regrade: Regrade,
    uuid: str,
    version: QuestionVersion,
    counts: Counts,
    lines: Sequence[Line],
    *,
    now: datetime,
) -> bytes:
    """The file: what was corrected, and each attempt. People are named by the code that is no NIP."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    facts: list[Sequence[Cell]] = [
        (_("Ujian"), exam.title),
        (_("Soal"), f"{uuid}, {_('versi %(n)s', n=version.number)}"),
        (_("Pertanyaan"), words(version.content["stem"])),
        (_("Cara"), remedy_words()[regrade.remedy]),
        (_("Alasan"), regrade.reason),
        (_("Diterapkan"), moment(regrade.applied_at) if regrade.applied_at else _("belum")),
        (_("Dihitung"), moment(now)),
        (_("Pengerjaan yang memuat soal ini"), counts.total),
        (_("Berubah nilai"), counts.changed),
        (_("Menjadi lulus"), counts.gained),
        (_("Tidak lagi lulus"), counts.lost),
    ]
    _write(book.add_worksheet(_("Keterangan")), facts)
    _write(book.add_worksheet(_("Pengerjaan")), [_heads(), *map(_line, lines)])
    book.close()
    return buffer.getvalue()


def _heads() -> Sequence[Cell]:
    return (
        _("Nama"), _("Kode pegawai"), _("Pengerjaan"), _("Nilai soal lama"), _("dari"), _("Nilai soal baru"), _("dari"),
        _("Nilai lama dari 100"), _("Nilai baru dari 100"), _("Dulu"), _("Sekarang"),
    )  # fmt: skip


def _line(line: Line) -> Sequence[Cell]:
    row = line.row
    return (
        line.name, line.code, line.attempt, row.old_mark, row.old_maximum, row.new_mark, row.new_maximum,
        row.old_percent, row.new_percent, _verdict(line, passed=row.old_passed), _verdict(line, passed=row.new_passed),
    )  # fmt: skip


def _verdict(line: Line, *, passed: bool) -> str:
    if line.waits:
        return _("menunggu")
    return _("lulus") if passed else _("belum lulus")


def _write(sheet: Worksheet, rows: Sequence[Sequence[Cell]]) -> None:
    for line, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(line, place, cell)
            elif cell is not None:
                sheet.write_number(line, place, float(cell))
    sheet.set_column(0, 20, 22)
