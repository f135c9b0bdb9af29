"""The facts that one certificate states, as they were on the day: what a design is filled with."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from lms.certificates import codes

# What made the electronic signature; the panel on the page says so in shape and words.
SignatureKind = Literal["test", "local", "certified"]


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One unit of competency on the annex. attained: None where nothing of it was assessed; attained_name: its word."""

    kind: str
    code: str
    name: str
    required: int
    attained: int | None
    attained_name: str


@dataclass(frozen=True, kw_only=True)
class CertificateFacts:
    """A snapshot: nothing here is looked up again when the file is made.

    Texts are one line each, except signatory_office, which may hold one line break.
    An elected official has no NIP: signatory_nip is empty then.
    score and threshold are written as they shall be read ("86,42"); learning_hours is None where the
    course gives no credit; valid_until is the last valid day, or None where validity has no end.
    """

    code: str  # bare, as codes.new_code() gives it
    number: str  # "B.589/BPSDM/RSDM.510/V/2026"
    check_page: str  # address of the check page without the code: "https://teruji.contoh.go.id/cek"

    government: str
    agency_name: str  # the agency that issues
    holder_name: str
    holder_nip: str  # 18 digits; the design spaces them
    holder_rank: str  # "Penata Muda Tingkat I, III/b"
    holder_position: str
    holder_unit: str
    holder_agency: str

    exam_title: str
    competency: str
    level: int  # 1 to 5; 0 for attendance, which proves none
    level_name: str  # "Dasar"
    score: str
    threshold: str
    examined_on: date
    organiser: str
    learning_hours: int | None

    place: str
    issued_on: date
    valid_from: date
    valid_until: date | None
    signatory_office: str  # begins with "Plt." where acting
    signatory_name: str
    signatory_nip: str
    signature_kind: SignatureKind

    signatory_rank: str = ""  # "Pembina Utama Madya, IV/d"; empty where it is not printed
    edition: int = 0  # of the agency's own design that made the page; 0 for the design as it is shipped

    standard: str = ""  # "Standar Kompetensi Jabatan Camat, edisi 2026-01"; empty where there is no annex
    units: tuple[Unit, ...] = ()  # of the annex, those of a kind together

    @property
    def check_url(self) -> str:
        """The address printed on the page: the code in fours, to be typed."""
        return f"{self.check_page}/{codes.display(self.code)}"

    @property
    def qr_text(self) -> str:
        """The address in the QR symbol: without hyphens, which keeps the symbol small."""
        return f"{self.check_page}/{self.code}"
