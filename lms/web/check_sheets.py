"""The sheet that HR gave, with what each row came to behind it: same rows, same columns, same order."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from xlsxwriter.utility import xl_col_to_name

from lms.certificates import check_lists, codes
from lms.clock import ZONES, local
from lms.people import nip
from lms.reports.delimited import delimited
from lms.reports.workbook import Sheet, Value, workbook
from lms.spreadsheets import Cell
from lms.web.check_list_words import ORDER, Told, label
from lms.web.plurals import ngettext
from lms.web.presentation import moment
from lms.web.request import platform

WIDEST = 40


def workbook_of(rows: Sequence[Sequence[Cell]], told: Sequence[Told], *, at: datetime) -> bytes:
    """A workbook: the sheet, and a second one that says when it was checked and how to read it."""
    head, body = _table(rows, told, at)
    columns = [(str(name), _width(place, [head, *body])) for place, name in enumerate(head)]
    notes = _notes(told, at)
    return workbook([Sheet(_("Hasil"), (), columns, body), Sheet(_("Keterangan"), (), [(_("Keterangan"), 90)], notes)])


def csv_of(rows: Sequence[Sequence[Cell]], told: Sequence[Told], *, at: datetime) -> bytes:
    """The sheet as CSV."""
    head, body = _table(rows, told, at)
    return delimited([head, *body])


def _table(rows: Sequence[Sequence[Cell]], told: Sequence[Told], at: datetime) -> tuple[list[Value], list[list[Value]]]:
    """Heading and rows. A sheet without a heading gets one: its own columns are called by their letters."""
    width, first = max(map(len, rows)), check_lists.layout(rows).first
    own = list(rows[0]) if first else [xl_col_to_name(place) for place in range(width)]
    checked_at = f"{local(at, platform().settings.zone):%Y-%m-%d %H:%M} {ZONES[platform().settings.zone]}"
    head = [*_filled(own, width), *_heads()]
    body = [[*_filled(row, width), *_found(one, checked_at)] for row, one in zip(rows[first:], told, strict=True)]
    return head, body


def _heads() -> list[Value]:
    return [
        _("Keadaan"), _("Penjelasan"), _("Waktu cek"), _("Nomor di register"), _("Kode di register"),
        _("Nama pemegang"), _("NIP pemegang"), _("Kompetensi"), _("Tingkat"), _("Ditetapkan"), _("Berlaku sampai"),
        _("Penerbit"),
    ]  # fmt: skip


def _found(one: Told, checked_at: str) -> list[Value]:
    """What stands behind a row. Facts of holders elsewhere are not told."""
    if not one.state:
        return []
    reason = " ".join((one.reason, _("Pemegangnya di luar lingkup Anda."))) if one.elsewhere else one.reason
    entry = one.entry
    if entry is None:
        return [one.title, reason, checked_at]
    return [
        one.title,
        reason,
        checked_at,
        entry.serial_number,
        codes.display(entry.code),
        entry.holder_name,
        nip.display(one.nip),
        entry.title,
        f"{entry.level} · {entry.level_name}" if entry.level else "",
        entry.issued_on.isoformat(),
        entry.valid_until.isoformat() if entry.valid_until else _("tidak terbatas"),
        entry.agency,
    ]


def _notes(told: Sequence[Told], at: datetime) -> list[list[Value]]:
    counts = Counter(one.state for one in told if one.state)
    lines = [
        _("Dicek di register Teruji pada %(at)s. Keadaan dapat berubah sesudahnya.", at=moment(at)),
        *(_state_count(state, counts[state]) for state in ORDER if counts[state]),
        _("Data pemegang hanya ditampilkan untuk pegawai dalam lingkup Anda."),
        _("Sertifikat dari lembaga lain tidak ada di register ini."),
    ]
    return [[line] for line in lines]


def _state_count(state: str, count: int) -> str:
    rows = ngettext("%(num)s baris", "%(num)s baris", count)
    return f"{label(state)}: {rows}"


def _filled(row: Sequence[Cell], width: int) -> list[Value]:
    return [*row, *[""] * (width - len(row))]


def _width(place: int, rows: Sequence[Sequence[Value]]) -> int:
    longest = max(len(str(row[place])) for row in rows if place < len(row))
    return min(max(longest + 2, 8), WIDEST)
