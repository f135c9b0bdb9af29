"""Why a certificate could not be made, in words for the holder and HR: what is wrong, and what to do."""

from lms.certificates.fitting import CannotFill, MissingGlyph

#: What people call the fields that hold their data; a design's own texts are the designer's to mend.
FIELDS = {
    "holder_name": "nama",
    "holder_nip": "NIP",
    "holder_rank": "pangkat",
    "holder_position": "jabatan",
    "holder_unit": "unit kerja",
    "holder_agency": "instansi",
}


def in_words(refusal: CannotFill) -> str:
    """The refusal as it is kept with the certificate and shown, in Indonesian."""
    field = FIELDS.get(refusal.field)
    where = f"pada {field}" if field else "pada rancangan sertifikat"
    remedy = "Perbaiki data pegawai, lalu terbitkan lagi." if field else "Hubungi pengelola sertifikat."
    if isinstance(refusal, MissingGlyph):
        return f"Huruf “{refusal.character}” {where} tidak ada di huruf cetak sertifikat. {remedy}"
    return f"Tulisan {where} terlalu panjang untuk sertifikat. {remedy}"
