"""What is wrong with an agency's design, in the reader's language: the fault, and what to do."""

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.certificates import logos
from lms.certificates.adapting import Fault
from lms.web.presentation import decimal

#: Field of an Adaptation → its name on the page, in the order of the form.
NAMES: dict[str, LazyString] = {
    "title": _l("Judul"),
    "title_en": _l("Judul dalam bahasa Inggris"),
    "basis": _l("Dasar hukum"),
    "closing": _l("Penutup"),
    "place": _l("Tempat penerbitan"),
    "signatory_name": _l("Nama penanda tangan"),
    "signatory_nip": _l("NIP penanda tangan"),
    "signatory_rank": _l("Pangkat penanda tangan"),
    "signatory_hold": _l("Menjabat sebagai"),
    "signatory_office": _l("Jabatan penanda tangan"),
    "main": _l("Warna utama"),
    "accent": _l("Warna aksen"),
    "logo": _l("Logo"),
    "logo_alt": _l("Keterangan logo"),
}
#: How an office is held → its name.
HOLDS: dict[str, LazyString] = {"definitif": _l("Definitif"), "plt": _l("Pelaksana tugas (Plt.)")}


def fault_words(fault: Fault) -> str:
    """One or two sentences that need no more than the field's name beside them."""
    detail = fault.detail
    match fault.why:
        case "control":
            return _("Ada huruf tersembunyi (%(code)s). Ketik ulang teksnya, jangan ditempel.", code=detail)
        case "long":
            return _("Isi paling banyak %(max)s huruf.", max=detail)
        case "posing":
            return _(
                "“%(words)s” dapat disangka sertifikat lembaga lain (BNSP, LSP) atau bukti kelulusan. Pakai kata lain.",
                words=detail,
            )
        case "wording":
            return _("Judul harus memuat “%(words)s”, agar jelas ujian siapa ini.", words=detail)
        case "basis":
            return _(
                "Awali dengan salah satu dari: %(words)s. Jika tidak, nomor sertifikat salah terbaca.", words=detail
            )
        case "colour":
            return _("Isi warna dengan tanda # dan enam angka, misalnya #12456B.")
        case "contrast":
            return _(
                "Terlalu pucat di atas kertas: kontras %(n)s, paling sedikit 4,5. Pilih yang lebih tua.", n=_n(detail)
            )
        case "faint":
            return _(
                "Kontras warna aksen dan warna utama %(n)s, paling sedikit 4,5. Pilih aksen yang lebih muda atau warna"
                " utama yang lebih tua.",
                n=_n(detail),
            )
        case "nip":
            return _("NIP ini tidak mungkin. Periksa 18 angkanya, atau kosongkan untuk pejabat tanpa NIP.")
        case "missing":
            return _("Isi “%(field)s”, karena isian di sekitarnya terisi.", field=NAMES[fault.field])
    return _printing(fault)


def _printing(fault: Fault) -> str:
    """What the renderer found."""
    if fault.why == "glyph":
        return _("Huruf “%(character)s” tidak ada di huruf cetak sertifikat. Ganti huruf itu.", character=fault.detail)
    if fault.why == "heavy":
        return _("Berkas menjadi %(n)s KB, paling besar 60 KB. Pakai logo yang lebih sederhana.", n=fault.detail)
    if fault.why == "unreadable":
        return _(
            "Sertifikat dengan teks ini salah terbaca saat diperiksa. Kembalikan judulnya, lalu ubah satu per satu."
        )
    if fault.field == "logo":
        return _("Di samping logo, nama instansi tidak muat. Pakai rancangan tanpa logo.")
    return _("Terlalu panjang untuk halaman. Persingkat teksnya.")


def logo_words(why: str) -> str:
    """Why a logo was not taken."""
    return {
        "large": _("Gambar terlalu besar. Paling besar 2 MB dan 24 juta piksel."),
        "type": _("Berkas ini bukan PNG atau JPEG yang dapat dibaca. SVG tidak diterima: simpan dahulu sebagai PNG."),
        "small": _(
            "Gambar terlalu kecil untuk dicetak. Paling kecil %(n)s piksel pada sisi panjangnya.", n=logos.LEAST
        ),
        "busy": _("Gambar terlalu rumit untuk logo kecil. Pakai lambang yang lebih sederhana, bukan foto."),
    }[why]


def _n(ratio: str) -> str:
    return decimal(float(ratio))
