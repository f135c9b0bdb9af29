"""Why a certificate could not be made, in the reader's language: what is wrong, and what to do."""

from flask_babel import gettext as _

from lms.certificates.refusals import Refusal, Why


def refusal_words(refusal: Refusal) -> str:
    """Two sentences: the fault and the remedy."""
    if refusal.why is Why.TOO_MANY:
        return _("Unit kompetensinya lebih banyak daripada baris pada lampiran. Hubungi pengelola sertifikat.")
    if refusal.why is Why.NOT_SIGNED:
        return _("Layanan tanda tangan menolak berkas ini. Terbitkan lagi; bila ditolak lagi, hubungi operator.")
    where = _field(refusal)
    remedy = (
        _("Perbaiki data pegawai, lalu terbitkan lagi.") if refusal.is_personal else _("Hubungi pengelola sertifikat.")
    )
    if refusal.why is Why.MISSING_GLYPH:
        fault = _(
            "Huruf “%(character)s” pada %(where)s tidak ada di huruf cetak sertifikat.",
            character=refusal.character,
            where=where,
        )
    else:
        fault = _("Tulisan pada %(where)s terlalu panjang untuk sertifikat.", where=where)
    return f"{fault} {remedy}"


def _field(refusal: Refusal) -> str:
    names = {
        "holder_name": _("nama"),
        "holder_nip": _("NIP"),
        "holder_rank": _("pangkat"),
        "holder_position": _("jabatan"),
        "holder_unit": _("unit kerja"),
        "holder_agency": _("instansi"),
    }
    return names.get(refusal.field) or _("rancangan sertifikat")
