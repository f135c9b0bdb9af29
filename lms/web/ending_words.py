"""What people read about the end of a certificate: reasons, acts, and what stands in the way."""

from flask_babel import gettext as _

from lms.certificates import endings
from lms.certificates.endings import EndingRefused


def reason_words(key: str) -> str:
    """A reason in the reader's language; what is no key of ours (entered elsewhere) is left as it is."""
    return {
        "wrong_data": _("Data pada sertifikat tidak benar"),
        "issued_in_error": _("Diterbitkan karena kekeliruan"),
        "result_changed": _("Hasil ujian berubah setelah ditinjau"),
        "exam_conduct": _("Pelanggaran tata tertib ujian"),
        "holder_asked": _("Permintaan pemegang"),
        "under_examination": _("Sedang diperiksa"),
        "cleared": _("Pemeriksaan selesai, tidak ada pelanggaran"),
        "data_confirmed": _("Data terbukti benar"),
        "suspended_in_error": _("Dibekukan karena kekeliruan"),
        "corrected": _("Diganti karena data pemegang diperbaiki"),
        "other": _("Alasan lain"),
    }.get(key, key)


def refused_words(fault: EndingRefused) -> str:
    """What stands in the way, and what to do."""
    words = {
        endings.NothingToEnd: _("Keadaan sertifikat ini sudah berubah. Lihat keadaannya sekarang."),
        endings.AlreadyProposed: _("Sudah ada usulan untuk sertifikat ini. Tunggu keputusannya."),
        endings.AlreadyDecided: _("Usulan ini sudah ditarik atau diputuskan."),
        endings.NotYetProposed: _("Usulan dari sistem harus diambil alih pengelola SDM lebih dahulu."),
        endings.SamePerson: _("Anda yang mengusulkan. Keputusan diambil oleh pejabat lain."),
        endings.LentByParty: _(
            "Wewenang ini dipinjamkan kepada Anda oleh pihak dalam usulan ini, atau oleh orang yang kini bukan pejabat. "
            "Keputusan diambil oleh pejabat lain."
        ),
        endings.OwnCertificate: _("Ini sertifikat Anda sendiri. Minta orang lain menanganinya."),
    }
    return words[type(fault)]
