"""A whole certificate, with credential and receipt inside and the longest texts that there are in earnest: at most 60 KB."""

import base64
import random
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageCms

from lms.certificates import credential, credential_files, credential_keys, designs, pdf_reading, pdf_writing
from lms.certificates.attaching import Attachment
from lms.certificates.credential import Issuer, StatusPlace
from lms.certificates.credential_files import CREDENTIAL, RECEIPT
from lms.certificates.facts import CertificateFacts, Unit
from lms.certificates.icc_profile import srgb
from lms.certificates.notes import Receipt
from lms.certificates.rendering import render
from lms.certificates.signing.key_file import KeyFileSigner
from lms.db import canonical_json
from tests.certificates.conftest import FACTS, NOW, ROOT

#: The managerial and socio-cultural competencies of the regulation (Permenpan RB 38/2017), and a technical one.
UNITS = (
    *("Integritas", "Kerja Sama", "Komunikasi", "Orientasi pada Hasil", "Pelayanan Publik"),
    *("Pengembangan Diri dan Orang Lain", "Mengelola Perubahan", "Pengambilan Keputusan", "Perekat Bangsa"),
    "Penyelenggaraan Pemerintahan Kecamatan dan Pelimpahan Kewenangan",
)
LONGEST = replace(
    FACTS,
    number="B.12589/BPSDM-DKIJAKARTA/RSDM.510/VIII/2026",
    holder_name="Dr. Ir. Raden Roro Anindyaswari Kusumaningtyas Wardhani, S.Ti., M.Si.",
    holder_rank="Pembina Utama Madya, IV/d",
    holder_position="Kepala Subbagian Umum, Kepegawaian, dan Pelayanan Administrasi Terpadu",
    holder_unit="Kecamatan Kepulauan Seribu Selatan, Kabupaten Administrasi Kepulauan Seribu",
    exam_title="Uji Kompetensi Jabatan Pengelola Zonasi Quasi-Fungsional dan Xenobiotika Wilayah",
    competency="Jabatan Kepala Dinas Pemberdayaan",
    level=5,
    level_name="Ahli",
    learning_hours=1_234,
    standard="Standar Kompetensi Jabatan Kepala Dinas Pemberdayaan, berlaku sejak 1 Januari 2026",
    units=tuple(
        Unit(
            kind="manajerial" if at < 8 else "sosial_kultural" if at < 9 else "teknis",
            code=f"K.{at:02d}.{name[:3].upper()}",
            name=name,
            required=5 - at % 4,
            attained=1 + at % 5,
            attained_name=("Paham", "Dasar", "Menengah", "Mumpuni", "Ahli")[at % 5],
        )
        for at, name in enumerate(UNITS)
    ),
)


def proofs(facts: CertificateFacts, folder: Path) -> list[Attachment]:
    """A credential and a receipt as of the 200,000th entry; the hashes in the receipt do not compress, as real ones do not."""
    issuer = Issuer("https://sertifikat.bpsdm.jakarta.go.id", "Asia/Jakarta", credential_keys.ensure(folder).secret())
    status = StatusPlace(12, 131_071)
    claims = credential.claims(facts, scheme="kepala-dinas", salt="7f" * 16, status=status, issuer=issuer)
    envelope = credential_files.enveloped(credential.signed(claims, issuer), holder_salt="7f" * 16)
    chance = random.Random(20)
    signature = base64.b64encode(chance.randbytes(68)).decode()
    root = base64.b64encode(chance.randbytes(32)).decode()
    checkpoint = f"sertifikat.bpsdm.jakarta.go.id/log\n200000\n{root}\n\n\N{EM DASH} sertifikat.bpsdm.jakarta.go.id/log {signature}\n"
    entry = canonical_json(
        {
            **{"at": "2026-05-12T00:00:00Z", "type": "issue", "number": facts.number},
            **{"credential": chance.randbytes(32).hex(), "salt": chance.randbytes(16).hex()},
        }
    )
    receipt = Receipt(199_999, tuple(chance.randbytes(32) for _ in range(18)), checkpoint, entry.encode())
    return [
        Attachment(CREDENTIAL, envelope, "application/json", "Kredensial Open Badges 3.0"),
        Attachment(RECEIPT, receipt.text.encode(), "text/plain", "Bukti tercatat di log publik"),
    ]


@pytest.mark.parametrize("name", ["jabatan", "kompetensi", "keikutsertaan"])
def test_a_certificate_with_the_longest_contents_is_at_most_60_kilobytes(
    name: str, fonts_dir: Path, signer: KeyFileSigner, tmp_path: Path
) -> None:
    facts = LONGEST if name == "jabatan" else replace(LONGEST, units=(), competency="Keamanan Informasi", level=5)
    design = designs.load(ROOT / "certificates" / name)

    unsigned = render(design, facts, fonts_dir=fonts_dir, attachments=proofs(facts, tmp_path), now=NOW)
    file = signer.sign(unsigned, reason=f"Menerbitkan sertifikat {facts.number}", location=facts.place, now=NOW)

    with pikepdf.open(BytesIO(file)) as pdf:
        assert set(pdf.attachments) == {CREDENTIAL, RECEIPT}
        assert len(pdf.pages) == (2 if name == "jabatan" else 1)
    assert len(file) <= 60_000


def test_differences_of_rows_can_be_undone_whatever_the_bytes() -> None:
    table = random.Random(6).randbytes(6 * 200)

    packed = pdf_writing.differences(table)

    assert packed[:14] == b"\2" + table[:6] + b"\2" + bytes(
        (b - a) % 256 for a, b in zip(table, table[6:12], strict=False)
    )
    assert pdf_reading._undone(packed) == table


def test_our_colour_profile_says_what_the_usual_one_says() -> None:
    ramp = Image.new("RGB", (256, 3))
    ramp.putdata(
        [tuple(x if band in (row, 0) else 255 - x for band in range(3)) for row in range(3) for x in range(256)]
    )
    ours = ImageCms.ImageCmsProfile(BytesIO(srgb()))

    lab = []
    for profile in (ours, ImageCms.createProfile("sRGB")):
        to_lab = ImageCms.buildTransform(profile, ImageCms.createProfile("LAB"), "RGB", "LAB")
        shown = ImageCms.applyTransform(ramp, to_lab)
        assert shown is not None
        lab.append(shown.tobytes())

    assert len(srgb()) == int.from_bytes(srgb()[:4], "big") == 480
    assert ours.profile.version == 4.2
    assert max(abs(a - b) for a, b in zip(*lab, strict=True)) <= 1
