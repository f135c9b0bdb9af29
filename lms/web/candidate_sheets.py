"""Lists of candidates in words: what is wrong with a row or refused, and the spreadsheets that go out."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from lms.clock import ZONES, local
from lms.exams.candidate_rows import Remark, Row
from lms.exams.candidates import ListError
from lms.exams.models import Sitting
from lms.people import nip
from lms.reports.sitting_list import Participant
from lms.reports.workbook import Sheet, Value, workbook
from lms.web.presentation import moment


def columns() -> dict[str, str]:
    """Column → what it is called in a list."""
    return {
        "nip": _("NIP"),
        "name": _("Nama"),
        "extra": _("Tambahan waktu (menit)"),
        "group": _("Kelompok"),
        "room": _("Ruang"),
        "seat": _("Meja"),
        "note": _("Akomodasi"),
    }


def finding_in_words(finding: Remark) -> str:
    """What is wrong and what to do."""
    value = finding.value
    return {
        "number": _(
            "NIP ditulis sebagai angka, sehingga digit terakhirnya hilang. Ubah kolom menjadi teks, lalu ketik ulang NIP."
        ),
        "empty": _("NIP kosong. Isi 18 angka."),
        "nip_length": _("NIP harus 18 angka. Periksa angka yang kurang atau lebih."),
        "nip_birth": _("Tanggal lahir dalam NIP tidak ada. Periksa 8 angka pertama."),
        "nip_start": _("Bulan mulai kerja dalam NIP tidak ada. Periksa angka ke-9 sampai ke-14."),
        "nip_sex": _("Angka ke-15 harus 1 atau 2. Periksa NIP."),
        "nip_serial": _("Tiga angka terakhir tidak boleh 000. Periksa NIP."),
        "unknown": _(
            "Tidak ada pegawai dengan NIP itu di instansi ini. Periksa NIP, atau minta Pengelola SDM mendaftarkan."
        ),
        "twice": _("NIP sama dengan baris %(line)s. Hapus salah satunya.", line=value),
        "own": _("Ini Anda sendiri. Minta penyelenggara lain mendaftarkan Anda."),
        "listed": _("Sudah terdaftar di sesi ini. Baris ini tidak perlu."),
        "full": _("Ruang sudah penuh. Tambah kapasitas atau pindahkan ke sesi lain."),
        "minutes": _("“%(value)s” bukan jumlah menit. Isi angka 0 sampai 600, atau kosongkan.", value=value),
        "long": _("Nama kelompok terlalu panjang. Paling banyak 40 huruf."),
        "unknown_group": _("Tidak ada batas lulus khusus untuk kelompok “%(value)s”; dipakai batas umum.", value=value),
        "room_long": _("Nama ruang terlalu panjang. Paling banyak 60 huruf."),
        "seat_long": _("Nomor meja terlalu panjang. Paling banyak 12 huruf."),
        "seat_twice": _("Meja itu sudah dipakai baris %(line)s. Beri nomor lain.", line=value),
        "seat_taken": _("Meja %(seat)s sudah dipakai peserta lain di sesi ini. Beri nomor lain.", seat=value),
        "name_differs": _("Nama di berkas “%(value)s” berbeda. Pastikan NIP ini milik orangnya.", value=value),
        "no_account": _("Pegawai ini belum punya akun, jadi belum dapat masuk. Minta administrator membuatkannya."),
        "not_active": _("Pegawai ini tidak berstatus aktif. Pastikan ia boleh ikut."),
        "insider": _(
            "Tidak akan dapat mulai: ia menyusun, meninjau, menilai, atau berwenang membaca soal ujian ini. "
            "Siapkan ujian dari bank soal lain."
        ),
        "elsewhere": _("Juga terdaftar di sesi lain ujian ini. Pastikan itu benar."),
    }[finding.problem]


def refusal_in_words(error: ListError) -> str:
    """Why somebody cannot be entered, changed or taken off."""
    return {
        "own": _("Ini Anda sendiri. Minta penyelenggara lain mengurusnya."),
        "listed": _("Pegawai itu sudah ada di daftar."),
        "full": _("Ruang sudah penuh. Tambah kapasitas atau pilih sesi lain."),
        "begun": _("Peserta sudah mulai mengerjakan. Waktunya hanya dapat ditambah."),
        "ended": _("Peserta atau sesi ini sudah selesai, jadi tidak dapat diubah."),
        "limit": _("Jumlah tambahan waktu harus antara 0 dan 600 menit."),
    }[error.problem]


def insider(name: str) -> str:
    """What is said when somebody is put on the list who knows the questions."""
    return _(
        "%(name)s tidak akan dapat mulai: ia menyusun, meninjau, menilai, atau berwenang membaca soal ujian ini. "
        "Siapkan ujian dari bank soal lain.",
        name=name,
    )


def state_in_words(state: str) -> str:
    """A row's or a participant's state."""
    return {
        "waiting": _("Belum ada naskah"),
        "obstacle": _("Terhalang"),
        "ready": _("Naskah siap"),
        "working": _("Mengerjakan"),
        "done": _("Selesai"),
        "absent": _("Tidak hadir"),
        "unbegun": _("Hadir, tidak mengerjakan"),
    }[state]


def template() -> bytes:
    """An empty list, and how to fill it on a second sheet."""
    wide = {"nip": 24, "name": 36, "extra": 24, "group": 18, "room": 24, "seat": 12, "note": 40}
    heads = [(label, wide[key]) for key, label in columns().items()]
    how = [
        [_("NIP wajib, 18 angka. Kolomnya sudah berformat teks; biarkan begitu.")],
        [_("Nama boleh kosong. Jika diisi, dicocokkan dengan data pegawai.")],
        [_("Tambahan waktu: menit di luar lama ujian, 0 sampai 600.")],
        [_("Kelompok: hanya jika ujian punya batas lulus khusus.")],
        [_("Ruang: hanya jika bukan ruang sesi. Meja: satu orang satu meja.")],
        [_("Akomodasi: hanya dapat dibaca penyelenggara ujian.")],
    ]
    return workbook([Sheet(_("Peserta"), (), heads, ()), Sheet(_("Petunjuk"), (), [(_("Petunjuk"), 90)], how)])


def bad_rows(rows: Sequence[Row]) -> bytes:
    """Rows that were refused, in the columns of a list, with the line and what is wrong behind them."""
    heads = [*((label, 24) for label in columns().values()), (_("Baris"), 8), (_("Galat"), 90)]
    table: list[list[Value]] = [
        [
            row.nip,
            row.name,
            str(row.extra_minutes or ""),
            row.group,
            row.room,
            row.seat,
            row.accommodation,
            row.line,
            " ".join(finding_in_words(one) for one in row.findings),
        ]
        for row in rows
    ]
    return workbook([Sheet(_("Baris galat"), (), heads, table)])


def people(sitting: Sitting, rows: Sequence[Participant], *, is_over: bool, now: datetime) -> bytes:
    """Everyone of a sitting. The note of accommodation stays behind: a list is passed around."""
    notes = [
        f"{sitting.exam.title} · {sitting.title}",
        _(
            "Sesi %(from)s sampai %(until)s",
            **{"from": moment(sitting.opens_at, sitting.zone), "until": moment(sitting.closes_at, sitting.zone)},
        ),
        _("Dibuat %(at)s", at=moment(now, sitting.zone)),
    ]
    titles = list(dict.fromkeys(title for one in rows for title, _points in one.parts))
    heads = [
        (_("Nama"), 36), (_("NIP"), 24), (_("Ruang"), 24), (_("Meja"), 12), (_("Kelompok"), 16),
        (_("Tambahan waktu (menit)"), 24), (_("Keadaan"), 20),
        (_("Mulai"), 18), (_("Selesai"), 18), (_("Nilai dari 100"), 16), (_("Hasil"), 20),
        (_("Bagian belum tercapai"), 40),
        (_("Poin"), 12), (_("Dari (poin)"), 12), *((_("%(section)s (poin)", section=title), 20) for title in titles),
    ]  # fmt: skip
    table = [
        [
            one.name,
            nip.display(one.nip),
            one.room or sitting.room,
            one.seat,
            one.group,
            one.extra_minutes,
            state_in_words(one.standing(is_over=is_over)),
            _clock(one.started_at, sitting.zone),
            _clock(one.closed_at, sitting.zone),
            one.percent,
            {True: _("Lulus"), False: _("Belum lulus"), None: _("menunggu penilai") if one.waits else ""}[one.passed],
            "; ".join(one.missed),
            one.score,
            one.maximum,
            *(dict(one.parts).get(title) for title in titles),
        ]
        for one in rows
    ]
    return workbook([Sheet(_("Peserta"), notes, heads, table)])


def _clock(at: datetime | None, zone: str) -> str:
    return f"{local(at, zone):%Y-%m-%d %H:%M} {ZONES[zone]}" if at else ""
