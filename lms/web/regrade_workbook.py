"""The difference that a regrade makes, as a workbook."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import pgettext

from lms.exams.models import Exam
from lms.exams.regrading.models import Regrade
from lms.questions.content import words
from lms.questions.models import QuestionVersion
from lms.reports import workbook
from lms.reports.regrades import Counts, Line
from lms.reports.workbook import Value
from lms.web.presentation import moment


def remedy_words() -> dict[str, str]:
    """What each remedy is called."""
    return {
        "restore": _("penilaian semula dikembalikan"),
        "key": _("kunci diganti"),
        "accept": _("jawaban lain juga diterima"),
        "drop": _("soal dianulir"),
        "full": _("nilai penuh untuk semua"),
        "remark": _("dinilai lagi oleh penilai lain"),
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
    facts: list[Sequence[Value]] = [
        (pgettext("one", "Ujian"), exam.title),
        (pgettext("one", "Soal"), f"{uuid}, {_('versi %(n)s', n=version.number)}"),
        (_("Pertanyaan"), words(version.content["stem"])),
        (_("Cara"), remedy_words()[regrade.what]),
        (_("Alasan"), regrade.reason),
        (_("Diterapkan"), moment(regrade.applied_at) if regrade.applied_at else _("belum")),
        (_("Dihitung"), moment(now)),
        (_("Pengerjaan yang memuat soal ini"), counts.total),
        (_("Berubah nilai"), counts.changed),
        (_("Menjadi lulus"), counts.gained),
        (_("Tidak lagi lulus"), counts.lost),
    ]
    if any(line.is_veiled for line in lines):
        told = _("Jawaban yang sedang dinilai lagi dan masih dapat Anda nilai ditampilkan tanpa nilai sebelumnya.")
        facts.append((_("Catatan"), told))
    sheets = [(_("Keterangan"), facts), (_("Pengerjaan"), [_heads(), *map(_line, lines)])]
    return workbook.report(sheets, widths=(22, 22))


def _heads() -> Sequence[Value]:
    return (
        _("Nama"), _("Kode pegawai"), _("Pengerjaan"), _("Nilai soal lama"), _("dari"), _("Nilai soal baru"), _("dari"),
        _("Nilai lama dari 100"), _("Nilai baru dari 100"), _("Dulu"), _("Sekarang"),
    )  # fmt: skip


def _line(line: Line) -> Sequence[Value]:
    row = line.row
    old_mark, old_percent = (None, None) if line.is_veiled else (line.old_mark, line.old_percent)
    new_mark, new_percent = (None, None) if line.is_awaited or line.is_veiled else (row.new_mark, row.new_percent)
    return (
        line.name, line.code, line.attempt, old_mark, line.old_maximum, new_mark, line.new_maximum,
        old_percent, new_percent,
        _verdict(waits=line.waits, passed=line.old_passed), _verdict(waits=line.will_wait, passed=row.new_passed),
    )  # fmt: skip


def _verdict(*, waits: bool, passed: bool) -> str:
    if waits:
        return _("menunggu")
    return _("lulus") if passed else _("belum lulus")
