"""A closed round of a panel as a workbook. People are named by the code that is no NIP."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from lms.exams.panels.figures import WIDE, Figures, Ratings
from lms.exams.panels.models import Panel, PanelRound
from lms.reports import workbook
from lms.reports.panels import Item, Judge
from lms.reports.workbook import Value
from lms.web.presentation import moment


def make(
    panel: Panel,
    rounds: Sequence[PanelRound],
    judges: Sequence[Judge],
    figures: Figures,
    ratings: Ratings,
    items: Mapping[int, Item],
) -> bytes:
    """The file: what the rounds came to, the items, the judges, and who rated what in the last closed round."""
    present = [judge for judge in judges if judge.id in figures.cuts]
    ordered = sorted(items.values(), key=lambda item: item.place)
    sheets: list[tuple[str, Sequence[Sequence[Value]]]] = [
        (_("Keterangan"), _facts(panel, rounds)),
        (_("Butir"), _items(figures, items)),
        (_("Panelis"), _judges(judges, figures)),
        (
            _("Penilaian"),
            [
                (_("Nomor"), *(judge.code for judge in present)),
                *((item.place, *(ratings[judge.id][item.id] for judge in present)) for item in ordered),
            ],
        ),
    ]
    return workbook.report(sheets, widths=(32, 18))


def _facts(panel: Panel, rounds: Sequence[PanelRound]) -> list[Sequence[Value]]:
    heads = (
        _("Ronde"), _("Ditutup"), _("Panelis"), _("Tidak ikut dihitung"), _("Soal dinilai"), _("Batas (poin)"),
        _("Dari (poin)"), _("Batas dari 100"), _("Simpangan baku (poin)"), _("Galat baku (poin)"),
    )  # fmt: skip
    return [
        (_("Ujian"), panel.exam.title),
        (_("Kode ujian"), panel.exam.code),
        (_("Kode panel"), panel.code),
        (_("Kisi-kisi"), panel.rated.number),
        ("",),
        heads,
        *(
            (
                one.number, moment(one.closed_at), one.figures["n"], one.figures["absent"], one.figures["items"],
                one.figures["cut"], one.figures["most"], one.figures["percent"], one.figures["sd"], one.figures["se"],
            )
            for one in rounds
        ),
    ]  # fmt: skip


def _items(figures: Figures, items: Mapping[int, Item]) -> list[Sequence[Value]]:
    heads = (
        _("Soal"), _("Nomor"), _("Versi"), _("Pertanyaan"), _("Poin pada naskah"), _("Rata-rata dari 100"),
        _("Simpangan baku"), _("Terendah dari 100"), _("Tertinggi dari 100"), _("Tanda"),
    )  # fmt: skip
    return [
        heads,
        *(
            (
                items[line.item].uuid, items[line.item].place, items[line.item].number, items[line.item].short,
                items[line.item].weight, line.mean, line.sd, line.low, line.high,
                _("selisih %(n)s poin atau lebih", n=WIDE) if line.is_wide else "",
            )
            for line in figures.lines
        ),
    ]  # fmt: skip


def _judges(judges: Sequence[Judge], figures: Figures) -> list[Sequence[Value]]:
    return [
        (_("Panelis"), _("Batas (poin)"), _("Keadaan")),
        *(
            (one.code, figures.cuts.get(one.id), "" if one.id in figures.cuts else _("belum selesai, tidak dihitung"))
            for one in judges
        ),
    ]
