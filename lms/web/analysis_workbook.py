"""The item analysis as a workbook. Every text is written as a text, so that no cell can act as a formula."""

import io
from collections.abc import Sequence
from datetime import datetime

import xlsxwriter
from flask_babel import gettext as _
from xlsxwriter.worksheet import Worksheet

from lms.exams.exam_analysis import EASY, FEWEST, HARD, WEAK
from lms.exams.models import Exam
from lms.reports.items import ExamReport, ItemRow, Wanted
from lms.web.presentation import moment

Cell = str | float | int | None


def flag_words() -> dict[str, str]:
    """What each flag says."""
    return {
        "few": _("belum cukup data"),
        "negative": _("daya beda negatif"),
        "weak": _("daya beda rendah"),
        "hard": _("terlalu sukar"),
        "easy": _("terlalu mudah"),
        "unused": _("pengecoh tidak dipilih"),
    }


def make(exam: Exam, wanted: Wanted, report: ExamReport, *, sitting: str, now: datetime) -> bytes:
    """The file: what was analysed and definitions; items; options."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    _write(
        book.add_worksheet(_("Keterangan")), [*_facts(exam, wanted, report, sitting, now), ("", ""), *_definitions()]
    )
    _write(book.add_worksheet(_("Butir")), [_item_heads(), *(_item(row) for row in report.items)])
    _write(
        book.add_worksheet(_("Pilihan")), [_option_heads(), *(line for row in report.items for line in _options(row))]
    )
    book.close()
    return buffer.getvalue()


def _facts(exam: Exam, wanted: Wanted, report: ExamReport, sitting: str, now: datetime) -> list[Sequence[Cell]]:
    return [
        (_("Ujian"), exam.title),
        (_("Kode ujian"), exam.code),
        (_("Sesi"), sitting or _("semua sesi")),
        (_("Pengerjaan"), _("hanya yang pertama") if wanted.take == "pertama" else _("semua")),
        (_("Dihitung"), moment(now)),
        (_("Banyaknya pengerjaan"), report.result.n),
        (_("Belum lengkap nilainya"), report.left_out),
        (_("Reliabilitas (alpha)"), report.result.alpha),
        (_("Galat baku pengukuran (nilai)"), report.result.sem),
    ]


def _definitions() -> list[Sequence[Cell]]:
    return [
        (_("Tingkat kesukaran"), _("Rata-rata nilai ÷ nilai maksimum. Makin tinggi makin mudah.")),
        (_("Simpangan baku"), _("Simpangan baku nilai ÷ nilai maksimum, dengan n − 1.")),
        (_("Daya beda"), _("Korelasi nilai butir dengan jumlah nilai butir lain pada naskah yang sama.")),
        (_("Efisiensi"), _("Kovarians dengan butir lain ÷ kovarians terbesar yang mungkin.")),
        (_("Kelompok atas dan bawah"), _("27 persen peserta dengan nilai tertinggi dan terendah.")),
        (_("Paparan"), _("Bagian naskah yang memuat soal itu.")),
        (
            _("Tanda"),
            _(
                "Kesukaran di bawah %(hard)s atau di atas %(easy)s; daya beda di bawah %(weak)s; peserta kurang dari %(few)s.",
                hard=HARD,
                easy=EASY,
                weak=WEAK,
                few=FEWEST,
            ),
        ),
    ]


def _item_heads() -> Sequence[Cell]:
    return (
        _("Soal"), _("Versi"), _("Pertanyaan"), _("Kompetensi"), _("Tingkat"), _("Kategori"), _("Keadaan"), "n",
        _("Tingkat kesukaran"), _("Simpangan baku"), _("Daya beda"), _("Efisiensi"), _("Paparan"), _("Tanda"),
    )  # fmt: skip


def _item(row: ItemRow) -> Sequence[Cell]:
    figures, words = row.result.figures, flag_words()
    return (
        row.uuid, row.number, row.short, row.competency, row.level, row.difficulty, row.status, row.result.n,
        figures.facility, figures.sd, figures.discrimination, figures.efficiency, row.result.exposure,
        ", ".join(words[flag] for flag in row.result.flags),
    )  # fmt: skip


def _option_heads() -> Sequence[Cell]:
    return (
        _("Soal"), _("Versi"), _("Pilihan"), _("Isi"), _("Terbaik"), _("Dipilih"), _("Kelompok atas"),
        _("Kelompok bawah"), _("Ukuran kelompok"),
    )  # fmt: skip


def _options(row: ItemRow) -> list[Sequence[Cell]]:
    return [
        (
            row.uuid, row.number, one.choice.place + 1, one.html.striptags(), _("ya") if one.choice.is_best else _("tidak"),
            one.choice.count, one.choice.top, one.choice.bottom, row.result.group,
        )
        for one in row.options
    ]  # fmt: skip


def _write(sheet: Worksheet, rows: Sequence[Sequence[Cell]]) -> None:
    for line, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(line, place, cell)
            elif cell is not None:
                sheet.write_number(line, place, cell)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 20, 18)
