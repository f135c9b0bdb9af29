"""The words for each state of a check: a title, one plain sentence, and what to do. Colour is never alone."""

from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import pgettext

from lms.certificates.causes import Cause
from lms.certificates.codes import Problem
from lms.certificates.comparison import Row
from lms.certificates.verification import State, Verdict
from lms.web.presentation import long_date

#: Causes that say that the file is a copy or a new one, and was not made by changing the original.
_NEVER_ORIGINAL = frozenset({Cause.MISSING, Cause.SIGNED_BY_ANOTHER, Cause.NOT_REGISTERED})


@dataclass(frozen=True)
class Words:
    """kind: ok, warn or bad; seal: whole, hollow, torn or none; advice: what to do, the first thing first."""

    title: str
    kind: str
    seal: str
    advice: tuple[str, ...] = ()


def words(verdict: Verdict) -> Words:
    """Title, seal and advice of a verdict."""
    found = _table().get(verdict.state)
    assert found is not None, verdict.state
    if verdict.state is State.ALTERED and verdict.cause in _NEVER_ORIGINAL:
        return replace(found, title=_("Bukan berkas asli"))
    if "number_not_registered" in verdict.reasons:
        return replace(found, title=_("Nomor tidak ditemukan"), advice=found.advice[1:])
    if verdict.state is State.NOT_FOUND and verdict.file_matches is not None:
        return replace(found, title=_("Tidak ada di register"), advice=found.advice[1:])  # nobody typed that code
    return found


def standing_title(state: State) -> str:
    """How the genuine certificate stands, where a changed file claims to be it."""
    return _table()[state].title


def field_name(row: Row) -> str:
    """What people call a compared fact."""
    return {
        "holder_name": _("Nama"),
        "title": pgettext("one", "Kompetensi"),
        "level": _("Tingkat"),
        "learning_hours": _("Beban"),
        "issued_on": _("Ditetapkan"),
        "valid_from": _("Berlaku sejak"),
        "valid_until": _("Berlaku sampai"),
        "number": _("Nomor"),
        "code": _("Kode"),
    }[row.field]


def cause_sentence(cause: Cause) -> str:
    """Why the file's signature does not prove it, in one sentence of its own."""
    return {
        Cause.CHANGED_INSIDE: _("Isi berkas berubah setelah ditandatangani."),
        Cause.APPENDED: _("Ada yang ditambahkan ke berkas setelah ditandatangani."),
        Cause.MISSING: _("Berkas ini tidak lagi memuat tanda tangan elektronik."),
        Cause.UNREACHABLE: _("Tanda tangannya terlepas dari berkas, misalnya karena disimpan ulang."),
        Cause.UNREADABLE: _("Tanda tangannya rusak, sehingga tidak terbaca."),
        Cause.KEY_MISMATCH: _("Tanda tangannya tidak cocok dengan kunci penanda tangan."),
        Cause.SIGNED_BY_ANOTHER: _("Berkas ini ditandatangani pihak lain, bukan penerbit."),
        Cause.SIGNER_REVOKED: _("Sertifikat elektronik penanda tangannya sudah dicabut."),
        Cause.SIGNER_UNPROVEN: _("Sertifikat elektronik penanda tangannya berakhir atau belum dapat dipastikan."),
        Cause.SEVERAL: _("Ada lebih dari satu tanda tangan; berkas asli hanya punya satu."),
        Cause.WRONG_KIND: _("Tanda tangannya tidak mengunci seluruh berkas."),
        Cause.WEAK: _("Tanda tangannya memakai cara yang sudah tidak aman, sehingga tidak membuktikan apa pun."),
        Cause.NOT_REGISTERED: _("Tanda tangannya dari penerbit, tetapi berkas ini tidak pernah didaftarkan."),
    }[cause]


def sentence(verdict: Verdict) -> str:
    """One plain sentence about this very certificate or file."""
    entry = verdict.entry
    if verdict.state is State.MALFORMED_CODE:
        return _problem(verdict.problem)
    if "number_not_registered" in verdict.reasons:
        return _("Nomor ini tidak ada di register.")
    if entry is not None:
        told = _about_entry(verdict)
        if told:
            return told
    return _about_file(verdict.state)


def _about_entry(verdict: Verdict) -> str:
    entry = verdict.entry
    assert entry is not None
    until = long_date(entry.valid_until) if entry.valid_until else ""
    match verdict.state:
        case State.VALID if not until:
            return _("Terdaftar dan berlaku tanpa batas waktu.")
        case State.VALID:
            return _("Terdaftar dan berlaku sampai %(day)s.", day=until)
        case State.EXPIRING:
            return _("Terdaftar dan masih berlaku, tetapi berakhir pada %(day)s.", day=until)
        case State.EXPIRED:
            return _("Sertifikat ini pernah sah, tetapi masa berlakunya berakhir pada %(day)s.", day=until)
        case State.NOT_YET_VALID:
            return _("Terdaftar, tetapi baru berlaku mulai %(day)s.", day=long_date(entry.valid_from))
        case State.REVOKED if entry.revoked_at:
            return _("Dicabut pada %(day)s, dan kini tidak berlaku.", day=long_date(entry.revoked_at))
        case State.SUSPENDED if entry.suspended_at:
            return _("Dibekukan sejak %(day)s sampai pemeriksaannya selesai.", day=long_date(entry.suspended_at))
        case State.SUPERSEDED:
            return _("Sudah diganti dengan sertifikat lain; yang berlaku adalah penggantinya.")
        case State.DATA_MISMATCH if "credential_of_another" in verdict.reasons:
            return _("Kredensial di dalam berkas ini milik sertifikat lain.")
        case State.DATA_MISMATCH:
            return _("Berkas ini asli, tetapi bukan milik kode yang Anda masukkan.")
        case State.ALTERED:
            return _("Sertifikat asli ada di register, tetapi berkas ini bukan salinannya.")
        case _:
            return ""


def _about_file(state: State) -> str:
    sentences = {
        State.ALTERED: _("Berkas ini tidak sama dengan berkas yang diterbitkan."),
        State.DAMAGED: _("Berkas ini rusak, sehingga kode di dalamnya tidak terbaca."),
        State.FORGED_UNREGISTERED: _("Tanda tangannya dari kunci kami, tetapi sertifikat ini tidak ada di register."),
        State.NOT_FOUND: _("Kode ini tidak ada di register."),
        State.NOT_PDF: _("Berkas ini bukan PDF."),
        State.ENCRYPTED: _("Berkas ini dikunci dengan kata sandi, sehingga isinya tidak dapat diperiksa."),
        State.TOO_LARGE: _("Berkas ini lebih besar dari 5 MB; sertifikat kami tidak pernah sebesar itu."),
        State.TOO_COMPLEX: _("Berkas ini terlalu rumit untuk dibuka dengan aman."),
        State.NOT_A_CERTIFICATE: _("Berkas ini PDF biasa, bukan sertifikat dari Teruji."),
        State.CANNOT_CHECK: _("Belum dapat diperiksa. Coba beberapa menit lagi."),
    }
    return sentences[state]


def _problem(problem: Problem | None) -> str:
    match problem:
        case Problem.WRONG_LENGTH:
            return _("Kode terdiri atas 12 huruf dan angka. Periksa apakah ada yang kurang atau lebih.")
        case Problem.ILLEGAL_CHARACTER:
            return _(
                "Ada tanda yang tidak dipakai dalam kode. Kode hanya berisi angka dan huruf selain I, L, O, dan U."
            )
        case _:
            return _("Ada huruf yang salah ketik atau tertukar letaknya. Bandingkan lagi dengan kode di bawah QR.")


def _table() -> dict[State, Words]:
    same = _("Mintalah berkas asli kepada pemegangnya.")
    saved_again = _("Perubahan tidak selalu disengaja: menyimpan ulang atau menggabung PDF juga mengubah berkas.")
    typed = _("Periksa huruf yang mirip, misalnya B dan 8 atau S dan 5.")
    elsewhere = _("Sertifikat dari lembaga lain tidak ada di register ini.")
    by_code = _("Tidak punya berkas aslinya? Cek dengan kode di bawah QR.")
    return {
        State.VALID: Words(_("Sertifikat sah"), "ok", "whole"),
        State.EXPIRING: Words(_("Sah, akan berakhir"), "warn", "whole"),
        State.EXPIRED: Words(
            _("Kedaluwarsa"), "bad", "hollow", (_("Mintalah sertifikat terbaru kepada pemegangnya."),)
        ),
        State.NOT_YET_VALID: Words(_("Belum berlaku"), "warn", "hollow"),
        State.REVOKED: Words(_("Dicabut"), "bad", "hollow", (_("Jangan terima sertifikat ini."),)),
        State.SUSPENDED: Words(_("Dibekukan"), "warn", "hollow", (_("Cek lagi setelah pemeriksaannya selesai."),)),
        State.SUPERSEDED: Words(_("Digantikan"), "warn", "hollow"),
        State.DATA_MISMATCH: Words(_("Data tidak cocok"), "bad", "torn"),
        State.ALTERED: Words(_("Berkas diubah"), "bad", "torn", (same, saved_again)),
        State.DAMAGED: Words(_("Berkas rusak"), "bad", "torn", (_("Unduh atau kirim ulang berkasnya."), same, by_code)),
        State.FORGED_UNREGISTERED: Words(
            _("Tidak ada di register"), "bad", "torn", (_("Jangan terima sertifikat ini. Hubungi penerbitnya."),)
        ),
        State.NOT_FOUND: Words(_("Kode tidak ditemukan"), "bad", "none", (typed, elsewhere, same)),
        State.MALFORMED_CODE: Words(_("Kode belum tepat"), "warn", "none", (typed,)),
        State.NOT_PDF: Words(
            _("Bukan PDF"),
            "warn",
            "none",
            (_("Unggah PDF sertifikatnya; foto dan tangkapan layar tidak dapat diperiksa."), by_code),
        ),
        State.ENCRYPTED: Words(_("Berkas terkunci"), "warn", "none", (same, by_code)),
        State.TOO_LARGE: Words(_("Berkas terlalu besar"), "warn", "none", (same, by_code)),
        State.TOO_COMPLEX: Words(_("Berkas terlalu rumit"), "warn", "none", (same, by_code)),
        State.NOT_A_CERTIFICATE: Words(
            _("Bukan sertifikat Teruji"), "warn", "none", (_("Pastikan Anda memilih berkas yang benar."), elsewhere)
        ),
        State.CANNOT_CHECK: Words(
            _("Belum dapat diperiksa"), "warn", "none", (_("Ini bukan berarti sertifikatnya tidak sah."),)
        ),
    }
