"""The signature and the local PKI, as judged by tools that are not ours."""

import asyncio
import hashlib
import stat
import subprocess
from datetime import timedelta
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import cms, x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from lms.certificates.signing import pki as pki_files
from lms.certificates.signing.appendix import prepared
from lms.certificates.signing.errors import Rejected, SignerExpired
from lms.certificates.signing.key_file import KeyFileSigner
from lms.certificates.signing.pki import Pki, ensure, refresh_crl
from tests.certificates.conftest import NOW


def run(*command: object) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="session")
def signature_parts(issued: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    """The signature dictionary's plain entries, the CMS without padding, and the signed bytes."""
    with pikepdf.open(BytesIO(issued)) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        start, gap_start, gap_end, tail = (int(number) for number in field.V.ByteRange)
        entries = {"range": (start, gap_start, gap_end, tail), "subfilter": str(field.V.SubFilter)}
        container = cms.ContentInfo.load(bytes(field.V.Contents)).dump()
    return entries, container, issued[:gap_start] + issued[gap_end:]


def test_pdfsig_calls_the_signature_valid_over_the_whole_file(issued_path: Path) -> None:
    said = run("pdfsig", "-nocert", issued_path)

    assert said.count("Signature #") == 1
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert "Nov 22 2026 03:00:00" in said


def test_qpdf_finds_nothing_to_complain_of(issued_path: Path) -> None:
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", issued_path)


def test_openssl_verifies_the_cms_up_to_our_root(
    signature_parts: tuple[dict[str, Any], bytes, bytes], pki: Pki, tmp_path: Path
) -> None:
    _, container, signed = signature_parts
    (tmp_path / "cms.der").write_bytes(container)
    (tmp_path / "signed").write_bytes(signed)

    said = run(
        *("openssl", "cms", "-verify", "-inform", "DER", "-binary", "-purpose", "any"),
        *("-in", tmp_path / "cms.der", "-content", tmp_path / "signed", "-out", "/dev/null"),
        *("-CAfile", pki.folder / "root.pem", "-attime", int(NOW.timestamp())),
    )

    assert "Verification successful" in said


def test_pyhanko_trusts_it_with_both_lists_at_hand(issued: bytes, pki: Pki) -> None:
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in pki.trust.roots],
        crls=list(pki.trust.crls),
        moment=NOW,
        revocation_mode="require",
    )
    (signature,) = PdfFileReader(BytesIO(issued)).embedded_signatures

    status = asyncio.run(async_validate_pdf_signature(signature, context))

    assert status.bottom_line
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert status.modification_level is None or status.modification_level.name == "NONE"


def test_the_signature_covers_all_but_itself_and_nothing_follows(
    issued: bytes, signature_parts: tuple[dict[str, Any], bytes, bytes]
) -> None:
    entries, _, _ = signature_parts
    start, gap_start, gap_end, tail = entries["range"]

    assert (start, gap_end + tail) == (0, len(issued))
    assert issued[gap_start:gap_end].startswith(b"<")
    assert len(signature_parts[1].hex()) < gap_end - gap_start - 2 < 4_000  # room, and no more than is needed
    assert issued.rstrip(b"\r\n").endswith(b"%%EOF")
    assert entries["subfilter"] == "/ETSI.CAdES.detached"


def test_the_container_has_one_signer_with_its_certificate(
    signature_parts: tuple[dict[str, Any], bytes, bytes], pki: Pki
) -> None:
    signed_data = cms.ContentInfo.load(signature_parts[1])["content"]

    assert len(signed_data["signer_infos"]) == 1
    held = {certificate.chosen.serial_number for certificate in signed_data["certificates"]}
    assert held == {pki.certificate("signer").serial_number, pki.certificate("issuing").serial_number}


def test_the_signed_file_keeps_the_rules_of_pdf_a_3(issued: bytes, unsigned: bytes) -> None:
    with pikepdf.open(BytesIO(issued)) as pdf:
        root = pdf.Root
        assert not pdf.is_encrypted
        assert list(root.Perms.keys()) == ["/DocMDP"]
        assert int(root.Perms.DocMDP.Reference[0].TransformParams.P) == 1
        (widget,) = root.AcroForm.Fields
        assert int(widget.F) == 132
        assert [float(edge) for edge in widget.Rect] == [0, 0, 0, 0]
        assert bool(root.MarkInfo.Marked)
        assert "/StructTreeRoot" in root
        assert str(root.Lang) == "id"
        assert [str(intent.S) for intent in root.OutputIntents] == ["/GTS_PDFA1"]
        assert "/Filter" not in root.Metadata
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        for page in pdf.pages:
            assert all(int(annotation.F) & 4 for annotation in page.Annots)
            assert all(has_embedded_file(font) for font in page.Resources.Font.values())
    assert issued.startswith(unsigned)


def has_embedded_file(font: Any) -> bool:
    return "/FontFile2" in font.DescendantFonts[0].FontDescriptor or (
        "/FontFile3" in font.DescendantFonts[0].FontDescriptor
    )


def test_a_signed_certificate_is_at_most_60_kilobytes(issued: bytes) -> None:
    assert len(issued) <= 60_000


def test_an_expired_signer_does_not_sign(unsigned: bytes, signer: KeyFileSigner) -> None:
    with pytest.raises(SignerExpired):
        signer.sign(unsigned, reason="", location="", now=NOW + timedelta(days=5 * 365 + 1))


def test_what_is_no_pdf_is_not_signed(signer: KeyFileSigner) -> None:
    with pytest.raises(Rejected):
        signer.sign(b"not a file", reason="", location="", now=NOW)


def test_a_file_that_another_program_wrote_is_not_signed(unsigned: bytes, signer: KeyFileSigner) -> None:
    saved = BytesIO()
    with pikepdf.open(BytesIO(unsigned)) as pdf:
        pdf.save(saved)

    for data in (saved.getvalue(), unsigned[:-1], unsigned + b"\n", unsigned.replace(b"/Kids [", b"/Kids  [")):
        with pytest.raises(Rejected):
            signer.sign(data, reason="", location="", now=NOW)


def test_words_in_the_signature_are_as_they_were_given(unsigned: bytes, signer: KeyFileSigner) -> None:
    reason, location = "Menerbitkan (B.1\\2) – “uji”", "Jakarta )/AA << /S /JavaScript >>"

    with pikepdf.open(BytesIO(signer.sign(unsigned, reason=reason, location=location, now=NOW))) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        assert (str(field.V.Reason), str(field.V.Location)) == (reason, location)
        assert len(pdf.pages[0].Annots) == 3
        assert [one.objgen for one in pdf.pages[0].Annots][-1] == field.objgen


def test_a_container_longer_than_its_room_is_refused(unsigned: bytes) -> None:
    room = prepared(unsigned, reason="", location="", now=NOW, reserved=100)

    with pytest.raises(Rejected, match="longer than the room"):
        room.signed(bytes(51))


def test_what_is_signed_is_what_pades_asks_and_no_more(
    signature_parts: tuple[dict[str, Any], bytes, bytes], pki: Pki
) -> None:
    (info,) = cms.ContentInfo.load(signature_parts[1])["content"]["signer_infos"]
    attributes = {one["type"].native: one["values"][0] for one in info["signed_attrs"]}

    assert set(attributes) == {"content_type", "message_digest", "signing_certificate_v2"}
    assert attributes["message_digest"].native == hashlib.sha256(signature_parts[2]).digest()
    (named,) = attributes["signing_certificate_v2"]["certs"]
    der = pki.certificate("signer").public_bytes(Encoding.DER)
    assert named["cert_hash"].native == hashlib.sha256(der).digest()
    assert info["unsigned_attrs"].native is None


def test_a_certified_file_is_not_signed_again(issued: bytes, signer: KeyFileSigner) -> None:
    with pytest.raises(Rejected):
        signer.sign(issued, reason="", location="", now=NOW)


def test_the_local_signer_says_that_it_is_for_tests(signer: KeyFileSigner, pki: Pki) -> None:
    assert signer.kind == "test"
    for name in ("root", "issuing", "signer"):
        subject = pki.certificate(name).subject
        for attribute in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
            (value,) = subject.get_attributes_for_oid(attribute)
            assert "UJI – bukan untuk kedinasan" in str(value.value)


def test_private_keys_are_for_their_owner_alone(pki: Pki) -> None:
    for name in ("root", "issuing", "signer"):
        path = pki.folder / f"{name}.key"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert isinstance(pki.key(name).curve, ec.SECP256R1)


def test_a_second_start_keeps_the_pki(pki: Pki) -> None:
    before = pki.certificate("signer")

    assert ensure(pki.folder, now=NOW + timedelta(days=1)).certificate("signer") == before


def test_many_processes_at_once_make_one_pki_and_leave_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "pki"
    context = get_context("fork")
    starts = [context.Process(target=ensure, args=(folder,), kwargs={"now": NOW}) for _ in range(6)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()

    assert [start.exitcode for start in starts] == [0] * 6
    assert [path.name for path in folder.parent.iterdir()] == ["pki"]
    run("openssl", "verify", "-CAfile", folder / "root.pem", "-untrusted", folder / "issuing.pem",
        "-attime", int(NOW.timestamp()), folder / "signer.pem")  # fmt: skip
    public = Pki(folder).certificate("signer").public_key()
    assert public == Pki(folder).key("signer").public_key()


@pytest.fixture
def fresh(tmp_path: Path) -> Pki:
    return ensure(tmp_path / "pki", now=NOW)


def test_a_list_in_the_first_half_of_its_life_is_left(fresh: Pki) -> None:
    before = fresh.trust

    assert not refresh_crl(fresh.folder, NOW + timedelta(days=14))
    assert fresh.trust == before


def test_an_ageing_list_is_issued_anew_with_the_next_number(fresh: Pki) -> None:
    later = NOW + timedelta(days=16)

    assert refresh_crl(fresh.folder, later)

    for name in ("root", "issuing"):
        current = fresh.crl(name)
        assert current.next_update_utc == later + timedelta(days=30)
        assert pki_files._crl_number(current) == 2
        assert current.is_signature_valid(fresh.certificate(name).public_key())  # type: ignore[arg-type]


def test_a_revoked_certificate_stays_on_all_later_lists(fresh: Pki) -> None:
    serial = fresh.certificate("signer").serial_number
    refresh_crl(fresh.folder, NOW, revoked=[serial])
    refresh_crl(fresh.folder, NOW + timedelta(days=20))

    entry = fresh.crl("issuing").get_revoked_certificate_by_serial_number(serial)

    assert entry is not None
    assert entry.revocation_date_utc == NOW
