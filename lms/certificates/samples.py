"""What a preview is filled with: nobody's certificate, and a code that no register has. Pure."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from lms.certificates.adapting import Adaptation
from lms.certificates.designs import Design
from lms.certificates.facts import CertificateFacts, SignatureKind, Unit

_LEVELS = ("Paham", "Dasar", "Menengah", "Mumpuni", "Ahli")
_UNITS = (
    *(("manajerial", name) for name in ("Integritas", "Kerja Sama", "Komunikasi", "Orientasi pada Hasil")),
    *(("manajerial", name) for name in ("Pelayanan Publik", "Pengembangan Diri dan Orang Lain", "Mengelola Perubahan")),
    ("manajerial", "Pengambilan Keputusan"),
    ("sosial_kultural", "Perekat Bangsa"),
    ("teknis", "Penyelenggaraan Ketenteraman dan Ketertiban Umum di Wilayah Kecamatan"),
)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Where and when a preview is made. agency: government and issuing unit, by name."""

    agency: tuple[str, str]
    kind: SignatureKind
    check_page: str
    on: date


def typical(design: Design, given: Adaptation, sample: Sample) -> CertificateFacts:
    """Facts of ordinary length, with the agency's own place and signatory."""
    (government, unit), on = sample.agency, sample.on
    return CertificateFacts(
        code="CONTOH000000",
        number=f"B.1/CONTOH/XII/{on.year}",
        check_page=sample.check_page,
        government=government,
        agency_name=unit,
        holder_name="Nama Pemegang, S.Sos.",
        holder_nip="199001012015051001",
        holder_rank="Penata, III/c",
        holder_position="Analis Kebijakan",
        holder_unit="Bagian Umum",
        holder_agency=government,
        exam_title="Uji Kompetensi Jabatan Camat" if design.most_rows else "Uji Kompetensi Pelayanan Publik",
        competency="Jabatan Camat" if design.most_rows else "Pelayanan Publik",
        level=3,
        level_name=_LEVELS[2],
        score="86,42",
        threshold="70,00",
        examined_on=on,
        organiser=unit,
        learning_hours=20,
        place=given.place or "Jakarta",
        issued_on=on,
        valid_from=on,
        valid_until=on + timedelta(days=3 * 365),
        signatory_office=given.office or f"Kepala {unit}",
        signatory_name=given.signatory_name or "Nama Pejabat Penanda Tangan, S.H., M.Si.",
        signatory_nip=given.signatory_nip if given.signatory_name else "197001011995031001",
        signatory_rank=given.signatory_rank,
        signature_kind=sample.kind,
        standard="Standar Kompetensi Jabatan Camat, skema CONTOH" if design.most_rows else "",
        units=_units(3) if design.most_rows else (),
    )


def longest(design: Design, facts: CertificateFacts) -> CertificateFacts:
    """The same with the longest texts that are to fit, and letters that few names have."""
    subject = (
        "Kepala Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu"
        if design.most_rows
        else "Manajemen Risiko Siber"
    )
    return replace(
        facts,
        number=f"B.123456/BPSDM/CONTOH.510/XII/{facts.issued_on.year}",
        holder_name="Drs. Nama Pemegang Panjang Désirée Ångström-Müller, S.Sos., M.Si.",
        holder_rank="Penata Muda Tingkat I, III/b",
        holder_position="Kepala Seksi Ketenteraman dan Ketertiban Umum Kecamatan",
        holder_unit="Kecamatan Kepulauan Seribu Utara, Kabupaten Administrasi Kepulauan Seribu",
        exam_title=f"Uji Kompetensi {subject}",
        competency=subject,
        level=5,
        level_name=_LEVELS[4],
        learning_hours=144,
        units=_units(5) if design.most_rows else (),
    )


def _units(attained: int) -> tuple[Unit, ...]:
    return tuple(
        Unit(
            kind=kind,
            code=f"{kind[:3].upper()}.{row:02}",
            name=name,
            required=3,
            attained=held,
            attained_name=_LEVELS[held - 1],
        )
        for row, (kind, name) in enumerate(_UNITS, start=1)
        for held in (attained - row % 2,)
    )
