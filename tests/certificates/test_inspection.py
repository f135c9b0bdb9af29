"""What the inspection says of good, changed, foreign and hostile files."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner

from lms.certificates.file_report import FileReport, Signature
from lms.certificates.inspection import inspect
from lms.certificates.signing import pki as pki_files
from lms.certificates.signing.key_file import KeyFileSigner
from lms.certificates.signing.pki import Pki
from lms.certificates.signing.trust import Trust
from tests.certificates.conftest import NOW

CODE = "K7QDM4XR2TVE"


@pytest.fixture
def look(pki: Pki) -> Callable[[bytes], FileReport]:
    return lambda data: inspect(data, trust=pki.trust, now=NOW)


def changed(data: bytes, change: Callable[[pikepdf.Pdf], object], **options: object) -> bytes:
    """The file after somebody opened it, changed it and saved it whole."""
    with pikepdf.open(BytesIO(data)) as pdf:
        change(pdf)
        saved = BytesIO()
        pdf.save(saved, **options)  # type: ignore[arg-type]
    return saved.getvalue()


def test_an_issued_file_is_ours_and_whole(look: Callable[[bytes], FileReport], issued: bytes) -> None:
    report = look(issued)

    assert (report.signature, report.reasons, report.code) == (Signature.VALID_OURS, (), CODE)
    assert report.signer == "Penanda Tangan Teruji UJI – bukan untuk kedinasan"
    assert (report.damaged, report.encrypted, report.active_content) == (False, False, False)


def test_of_a_file_of_the_register_its_proofs_are_read_and_nothing_the_register_knows(issued: bytes, pki: Pki) -> None:
    full, brief = (inspect(issued, trust=pki.trust, now=NOW, is_issued=known) for known in (False, True))

    assert full.printed.holder_name == "Sari Wulandari, S.A.P."
    assert brief.printed.is_blank
    assert (brief.signature, brief.signer, brief.carried, brief.reasons) == (
        *(Signature.VALID_OURS, full.signer),
        *(full.carried, ()),
    )


def test_an_unsigned_file_has_no_signature(look: Callable[[bytes], FileReport], unsigned: bytes) -> None:
    report = look(unsigned)

    assert (report.signature, report.code) == (Signature.NONE, CODE)


@pytest.mark.parametrize("tail", [b"%%EOF", b"\n%%EOF\n", b"\nstartxref\n0\n%%EOF\n"])
def test_a_second_end_hides_nothing(look: Callable[[bytes], FileReport], issued: bytes, tail: bytes) -> None:
    assert look(issued + tail).signature in {Signature.APPENDED_AFTER, Signature.BROKEN}


@pytest.mark.parametrize("tail", [b"x", b"\n\n", b"\x00" * 100])
def test_rubbish_after_the_end_is_seen(look: Callable[[bytes], FileReport], issued: bytes, tail: bytes) -> None:
    assert look(issued + tail).signature is Signature.APPENDED_AFTER


def test_an_update_appended_after_signing_is_seen(look: Callable[[bytes], FileReport], issued: bytes) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(issued))
    writer.root["/Lang"] = writer.root["/Lang"]
    writer.update_root()  # type: ignore[no-untyped-call]
    longer = BytesIO()
    writer.write(longer)  # type: ignore[no-untyped-call]

    assert look(longer.getvalue()).signature is Signature.APPENDED_AFTER


def test_a_resaved_file_is_broken_and_still_names_its_code(look: Callable[[bytes], FileReport], issued: bytes) -> None:
    report = look(changed(issued, lambda pdf: None))

    assert report.signature is not Signature.VALID_OURS
    assert report.code == CODE


def test_changed_text_breaks_the_signature(look: Callable[[bytes], FileReport], issued: bytes) -> None:
    report = look(issued.replace(b"Sari Wulandari", b"Budi Wulandari"))

    assert (report.signature, report.reasons) == (Signature.BROKEN, ("content_changed",))


def test_the_code_is_found_in_the_link_when_the_metadata_are_gone(
    look: Callable[[bytes], FileReport], issued: bytes
) -> None:
    def strip(pdf: pikepdf.Pdf) -> None:
        del pdf.Root.Metadata
        del pdf.docinfo

    stripped = changed(issued, strip, object_stream_mode=pikepdf.ObjectStreamMode.generate)

    assert CODE.encode() not in stripped
    assert look(stripped).code == CODE


def test_the_code_is_found_in_the_text_of_a_copy_printed_to_a_file(
    look: Callable[[bytes], FileReport], issued: bytes, tmp_path: Path
) -> None:
    (tmp_path / "issued.pdf").write_bytes(issued)
    subprocess.run(["pdftocairo", "-pdf", tmp_path / "issued.pdf", tmp_path / "printed.pdf"], check=True)

    def strip(pdf: pikepdf.Pdf) -> None:
        del pdf.docinfo
        assert "/Annots" not in pdf.pages[0]
        assert "/Metadata" not in pdf.Root

    printed = changed((tmp_path / "printed.pdf").read_bytes(), strip)

    assert b"K7QD" not in printed
    assert (look(printed).code, look(printed).signature) == (CODE, Signature.NONE)


def test_an_encrypted_file_is_told_with_and_without_a_password(
    look: Callable[[bytes], FileReport], issued: bytes
) -> None:
    for user in ("rahasia", ""):
        locked = changed(issued, lambda pdf: None, encryption=pikepdf.Encryption(owner="pemilik", user=user))
        assert look(locked).encrypted


@pytest.mark.parametrize("share", [0.1, 0.5, 0.8, 0.99])
def test_a_truncated_file_is_damaged(look: Callable[[bytes], FileReport], issued: bytes, share: float) -> None:
    report = look(issued[: int(len(issued) * share)])

    assert report.damaged
    assert report.signature is not Signature.VALID_OURS


def test_zeros_written_over_the_cross_references_are_damage(look: Callable[[bytes], FileReport], issued: bytes) -> None:
    at = issued.rindex(b"startxref")
    report = look(issued[: at - 200] + bytes(200) + issued[at:])

    assert report.damaged
    assert report.code == CODE


@pytest.mark.parametrize(
    "ranges", [b"[0 0 0 0]", b"[0 9 9 9999999999]", b"[-1 2 -3 4]", b"[0 1]", b"[/a /b /c /d]", b"[[]]", b"7"]
)
def test_a_malformed_byte_range_breaks_the_signature_not_the_inspection(
    look: Callable[[bytes], FileReport], issued: bytes, ranges: bytes
) -> None:
    start = issued.index(b"/ByteRange") + len(b"/ByteRange ")
    end = issued.index(b"]", start) + 1

    report = look(issued[:start] + ranges.ljust(end - start) + issued[end:])

    assert report.signature in {Signature.BROKEN, Signature.APPENDED_AFTER}
    assert report.code == CODE


def test_what_hides_in_the_uncovered_container_is_seen(look: Callable[[bytes], FileReport], issued: bytes) -> None:
    end = issued.index(b">", issued.index(b"/Contents <"))
    hidden = issued[: end - 8] + b"deadbeef" + issued[end:]
    mixed = issued[: end - 3000] + issued[end - 3000 : end].lower() + issued[end:]

    for data in (hidden, mixed):
        report = look(data)
        assert (report.signature, report.reasons) == (Signature.BROKEN, ("container_changed",))


def test_a_look_alike_authority_is_not_ours(
    look: Callable[[bytes], FileReport], unsigned: bytes, tmp_path: Path
) -> None:
    other = KeyFileSigner.of_local_pki(pki_files.ensure(tmp_path / "pki", now=NOW))
    forged = other.sign(unsigned, reason="Sertifikat diterbitkan", location="Jakarta", now=NOW)

    report = look(forged)

    assert report.signature is Signature.NOT_OURS
    assert report.signer == "Penanda Tangan Teruji UJI – bukan untuk kedinasan"


def other_tool(pki: Pki) -> SimpleSigner:
    """Our own key in the hands of pyHanko."""
    found = SimpleSigner.load(  # type: ignore[no-untyped-call]
        str(pki.folder / "signer.key"),
        str(pki.folder / "signer.pem"),
        ca_chain_files=(str(pki.folder / "issuing.pem"),),
    )
    assert isinstance(found, SimpleSigner)
    return found


def test_an_approval_or_a_weaker_certification_by_our_own_key_is_not_enough(
    look: Callable[[bytes], FileReport], unsigned: bytes, pki: Pki
) -> None:
    for certify in (False, True):
        metadata = PdfSignatureMetadata(
            field_name="A", md_algorithm="sha256", certify=certify, docmdp_permissions=MDPPerm.FILL_FORMS
        )
        output = BytesIO()
        PdfSigner(metadata, other_tool(pki)).sign_pdf(IncrementalPdfFileWriter(BytesIO(unsigned)), output=output)

        report = look(output.getvalue())

        assert report.signature is Signature.BROKEN
        assert "not_a_certification" in report.reasons


def test_a_second_signature_is_one_too_many(look: Callable[[bytes], FileReport], unsigned: bytes, pki: Pki) -> None:
    data = unsigned
    for name in ("A", "B"):
        output = BytesIO()
        metadata = PdfSignatureMetadata(field_name=name, md_algorithm="sha256")
        PdfSigner(metadata, other_tool(pki)).sign_pdf(IncrementalPdfFileWriter(BytesIO(data)), output=output)
        data = output.getvalue()

    assert look(data).signature is Signature.MULTIPLE


def test_a_revoked_signer_no_longer_counts(unsigned: bytes, tmp_path: Path) -> None:
    pki = pki_files.ensure(tmp_path / "pki", now=NOW)
    data = KeyFileSigner.of_local_pki(pki).sign(unsigned, reason="", location="", now=NOW)
    assert inspect(data, trust=pki.trust, now=NOW).signature is Signature.VALID_OURS

    pki_files.refresh_crl(pki.folder, NOW, revoked=[pki.certificate("signer").serial_number])
    report = inspect(data, trust=pki.trust, now=NOW + timedelta(minutes=1))

    assert report.signature is Signature.SIGNER_NOT_VALID
    assert "revoked" in report.reasons[0]


@pytest.mark.parametrize(
    ("keep_crls", "at"), [(False, NOW), (True, NOW + timedelta(days=31)), (True, NOW + timedelta(days=3000))]
)
def test_without_a_current_list_or_with_an_expired_signer_nothing_is_trusted(
    issued: bytes, pki: Pki, keep_crls: bool, at: datetime
) -> None:
    trust = pki.trust if keep_crls else Trust(pki.trust.roots, ())

    assert inspect(issued, trust=trust, now=at).signature is Signature.SIGNER_NOT_VALID


@pytest.mark.parametrize(
    "action",
    [
        {"/S": "/JavaScript", "/JS": "app.alert(1)"},
        {"/S": "/Launch", "/F": "cmd.exe"},
        {"/S": "/SubmitForm", "/F": "http://127.0.0.1/"},
    ],
)
def test_active_content_is_flagged(
    look: Callable[[bytes], FileReport], unsigned: bytes, action: dict[str, str]
) -> None:
    def add(pdf: pikepdf.Pdf) -> None:
        values = {k: pikepdf.Name(v) if k == "/S" else pikepdf.String(v) for k, v in action.items()}
        pdf.pages[0].Annots[0].A = pikepdf.Dictionary(values)

    assert look(changed(unsigned, add)).active_content
    assert not look(unsigned).active_content


def test_a_name_is_known_however_it_is_written_and_a_text_is_no_name(
    look: Callable[[bytes], FileReport], unsigned: bytes
) -> None:
    def say(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo.Subject = pikepdf.String("(what a /JavaScript is) [[[[ <<")
        pdf.Root.Extra = pdf.make_indirect(pikepdf.Object.parse(b"7"))

    assert not look(changed(unsigned, say)).active_content
    for escaped in (b"<< /S /Java#53cript >>", b"[ [ << /#4aS (app.alert\\(1\\)) >> ] ]"):
        file = changed(unsigned, partial(add_object, escaped))
        assert look(file).active_content


def add_object(written: bytes, pdf: pikepdf.Pdf) -> None:
    pdf.Root.Extra = pikepdf.Object.parse(written)


def test_more_objects_than_any_certificate_has_are_too_many(
    look: Callable[[bytes], FileReport], unsigned: bytes
) -> None:
    def swell(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Swollen = pikepdf.Array([pdf.make_indirect(pikepdf.Dictionary()) for _ in range(25_000)])

    assert look(changed(unsigned, swell)).too_complex


def test_a_cycle_of_pages_ends(look: Callable[[bytes], FileReport]) -> None:
    data = (
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
        b"2 0 obj\n<</Type/Pages/Kids[2 0 R]/Count 1>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"
    )

    assert look(data).signature is Signature.NONE


def test_what_is_no_pdf_is_not_parsed(look: Callable[[bytes], FileReport]) -> None:
    report = look(b"PK\x03\x04 a spreadsheet")

    assert (report.is_pdf, report.looks_like_pdf, report.damaged) == (False, False, False)


@given(st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_no_bytes_at_all_make_the_inspection_raise(rest: bytes) -> None:
    report = inspect(b"%PDF-1.7\n" + rest, trust=Trust((), ()), now=NOW)

    assert replace(report, codes=()).signature is not Signature.VALID_OURS
