"""The item analysis as a workbook."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import pgettext

from lms.exams import irt_words
from lms.exams.exam_analysis import EASY, FEWEST, HARD, WEAK
from lms.exams.models import Exam
from lms.questions.said import told
from lms.reports import workbook
from lms.reports.item_model import ModelReport
from lms.reports.items import ExamReport, ItemRow, Wanted
from lms.reports.workbook import Value
from lms.web.presentation import decimal, moment
from lms.web.question_words import DIFFICULTIES, STATUSES


def flag_words() -> dict[str, str]:
    """What each flag says."""
    return {
        "few": _("belum cukup data"),
        "negative": _("daya beda negatif"),
        "weak": _("daya beda rendah"),
        "hard": _("terlalu sukar"),
        "easy": _("terlalu mudah"),
        "unused": _("pengecoh tidak dipilih"),
        "void": _("dianulir"),
    }


def limits() -> str:
    """From where on something is flagged."""
    return _(
        "Kesukaran di bawah %(hard)s atau di atas %(easy)s; daya beda di bawah %(weak)s; peserta kurang dari %(few)s.",
        hard=decimal(HARD, 1),
        easy=decimal(EASY, 1),
        weak=decimal(WEAK, 1),
        few=FEWEST,
    )


def make(exam: Exam, wanted: Wanted, report: ExamReport, model: ModelReport, *, sitting: str, now: datetime) -> bytes:
    """The file: what was analysed and definitions; items; options; by competency; by month; the 2PL model, or why there is none."""
    sheets = [
        (_("Keterangan"), [*_facts(exam, wanted, report, sitting, now), ("", ""), *_definitions()]),
        (_("Butir"), [_item_heads(), *(_item(row) for row in report.items)]),
        (_("Pilihan"), [_option_heads(), *(line for row in report.items for line in _options(row))]),
        (_("Menurut kompetensi"), _competencies(report)),
        (_("Paparan"), _exposure(report)),
        ("2PL", _model(model)),
    ]
    return workbook.report(sheets, widths=(32, 18))


def _facts(exam: Exam, wanted: Wanted, report: ExamReport, sitting: str, now: datetime) -> list[Sequence[Value]]:
    return [
        (pgettext("one", "Ujian"), exam.title),
        (_("Kode ujian"), exam.code),
        (_("Sesi"), sitting or _("semua sesi")),
        (_("Pengerjaan"), _("hanya yang pertama") if wanted.take == "pertama" else _("semua")),
        (_("Dihitung"), moment(now)),
        (_("Banyaknya pengerjaan"), report.result.n),
        (_("Belum lengkap nilainya"), report.left_out),
        (_("Reliabilitas (alpha)"), report.result.alpha),
        (_("Galat baku pengukuran (nilai)"), report.result.sem),
    ]


def _definitions() -> list[Sequence[Value]]:
    return [
        (
            _("Tingkat kesukaran"),
            _(
                "Rata-rata nilai ÷ nilai maksimum. Makin tinggi makin mudah; di bawah 0 bila jawaban salah mengurangi nilai."
            ),
        ),
        (_("Simpangan baku"), _("Simpangan baku nilai ÷ nilai maksimum, dengan n − 1.")),
        (_("Daya beda"), _("Korelasi nilai butir dengan jumlah nilai butir lain pada naskah yang sama.")),
        (_("Efisiensi"), _("Kovarians dengan butir lain ÷ kovarians terbesar yang mungkin.")),
        (_("Kelompok atas dan bawah"), _("27 persen peserta dengan nilai tertinggi dan terendah.")),
        (_("Paparan"), _("Bagian naskah yang memuat soal itu.")),
        ("a, b", _("Daya beda dan kesukaran menurut model 2PL, pada lembar 2PL.")),
        (_("Tanda"), limits()),
    ]


def _item_heads() -> Sequence[Value]:
    return (
        pgettext("one", "Soal"), _("Versi"), _("Pertanyaan"), pgettext("one", "Kompetensi"), _("Tingkat"), _("Kategori"), _("Keadaan"), "n",
        _("Tingkat kesukaran"), _("Simpangan baku"), _("Daya beda"), _("Efisiensi"), _("Paparan"), _("Tanda"),
    )  # fmt: skip


def _item(row: ItemRow) -> Sequence[Value]:
    figures, words = row.result.figures, flag_words()
    return (
        row.uuid, row.number, row.short, row.competency, row.level, str(DIFFICULTIES[row.difficulty]),
        str(STATUSES[row.status]), row.result.n, figures.facility, figures.sd, figures.discrimination,
        figures.efficiency, row.result.exposure, ", ".join(words[flag] for flag in row.result.flags),
    )  # fmt: skip


def _competencies(report: ExamReport) -> list[Sequence[Value]]:
    heads = (
        pgettext("one", "Kompetensi"),
        _("Tingkat"),
        _("Butir"),
        _("Tingkat kesukaran"),
        _("Daya beda"),
        _("Perlu ditinjau"),
    )
    rows = [
        (row.competency, row.level, row.items, row.facility, row.discrimination, row.flagged)
        for row in report.competencies
    ]
    return [heads, *rows]


def _exposure(report: ExamReport) -> list[Sequence[Value]]:
    """A line for each item and month in which a paper had it; all months, not only those of a page."""
    heads = (
        pgettext("one", "Soal"),
        _("Versi"),
        _("Bulan"),
        _("Naskah dengan soal ini"),
        _("Naskah bulan itu"),
        _("Bagian dari naskah bulan itu"),
    )
    papers = report.result.papers
    rows = [
        (row.uuid, row.number, month, count, papers[month], count / papers[month])
        for row in report.items
        for month, count in row.result.shown.items()
    ]
    return [heads, *rows]


def _model(model: ModelReport) -> list[Sequence[Value]]:
    """A line an item; what was left out follows with the reason."""
    if model.refusal:
        made: list[Sequence[Value]] = [(told(irt_words.refused(model.refusal), _),)]
    else:
        heads = (
            pgettext("one", "Soal"),
            _("Versi"),
            _("Pertanyaan"),
            "n",
            "a",
            _("Galat baku a"),
            "b",
            _("Galat baku b"),
            _("Alasan"),
        )
        rows = [
            (name.uuid, name.number, name.short, one.n, one.a, one.a_se, one.b, one.b_se) for name, one in model.rows
        ]
        made = [heads, *rows]
    empty = (None,) * 5
    return made + [
        (one.uuid, one.number, one.short, *empty, told(irt_words.ITEMS[why], _)) for one, why in model.left_out
    ]


def _option_heads() -> Sequence[Value]:
    return (
        pgettext("one", "Soal"), _("Versi"), _("Pilihan"), _("Isi"), _("Terbaik"), _("Dipilih"), _("Kelompok atas"),
        _("Kelompok bawah"), _("Ukuran kelompok"),
    )  # fmt: skip


def _options(row: ItemRow) -> list[Sequence[Value]]:
    return [
        (
            row.uuid, row.number, one.choice.place + 1, one.html.striptags(), _("ya") if one.choice.is_best else _("tidak"),
            one.choice.count, one.choice.top, one.choice.bottom, row.result.group,
        )
        for one in row.options
    ]  # fmt: skip
