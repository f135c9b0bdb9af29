"""What tools that we did not write say of a file as it leaves the worker, with credential and receipt in it."""

import asyncio
import re
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from asn1crypto import cms, x509
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from lms.certificates import codes
from tests.cast import START, Cast
from tests.certificates.attacks.world import World, world


@pytest.fixture(scope="module")
def there(sqlite_template: tuple[Path, Cast], fonts_dir: Path) -> Iterator[World]:
    with world(sqlite_template, fonts_dir) as made:
        yield made


@pytest.fixture(scope="module")
def file(there: World) -> Path:
    path = there.folder / "sertifikat.pdf"
    path.write_bytes(there.mine.pdf)
    return path


def said_by(*command: object) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_pdfsig_and_qpdf_have_nothing_against_it(file: Path) -> None:
    signature = said_by("pdfsig", "-nocert", file)

    assert signature.count("Signature #") == 1
    assert "Signature is Valid." in signature
    assert "Total document signed" in signature
    assert "No syntax or stream encoding errors found" in said_by("qpdf", "--check", file)


def test_openssl_verifies_the_cms_over_the_detached_bytes(there: World, file: Path) -> None:
    pdf, ranges = there.mine.pdf, re.findall(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", there.mine.pdf)
    ((start, gap, after, tail),) = (tuple(map(int, found)) for found in ranges)
    assert (start, after + tail) == (0, len(pdf))
    container = cms.ContentInfo.load(bytes.fromhex(pdf[gap + 1 : after - 1].decode())).dump()
    (there.folder / "cms").write_bytes(container)
    (there.folder / "isi").write_bytes(pdf[:gap] + pdf[after:])

    said = said_by(
        *("openssl", "cms", "-verify", "-inform", "DER", "-binary", "-purpose", "any", "-in", there.folder / "cms"),
        *("-content", there.folder / "isi", "-out", "/dev/null", "-CAfile", there.pki.folder / "root.pem"),
        *("-attime", int(START.timestamp())),
    )

    assert "Verification successful" in said


def test_pyhanko_trusts_it_and_finds_nothing_changed(there: World) -> None:
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in there.pki.trust.roots],
        crls=list(there.pki.trust.crls),
        moment=START,
        revocation_mode="require",
    )
    (signature,) = PdfFileReader(BytesIO(there.mine.pdf)).embedded_signatures

    status = asyncio.run(async_validate_pdf_signature(signature, context))

    assert status.bottom_line
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE


def test_its_words_come_out_in_reading_order(there: World, file: Path) -> None:
    words = said_by("pdftotext", "-raw", file, "-")

    facts = there.mine.facts
    places = [words.index(text) for text in (facts.number, facts.holder_name, facts.competency)]
    assert places == sorted(places)
    assert codes.display(there.mine.code) in words


def test_its_symbol_is_read_from_a_picture_of_96_dpi(there: World, file: Path) -> None:
    said_by("pdftoppm", "-png", "-r", 96, "-singlefile", file, there.folder / "96")

    (symbol,) = zxingcpp.read_barcodes(Image.open(there.folder / "96.png"))

    assert symbol.text == f"http://localhost/cek/{there.mine.code}"


def test_it_keeps_what_pdf_a_3_asks_of_fonts_colours_and_actions(there: World) -> None:
    """ISO 19005-3 as far as certificates.md lists it; the rules for attachments have a test in test_issued_file."""
    with pikepdf.open(BytesIO(there.mine.pdf)) as pdf:
        assert not pdf.is_encrypted
        assert "/ID" in pdf.trailer
        assert [str(intent.S) for intent in pdf.Root.OutputIntents] == ["/GTS_PDFA1"]
        assert not {"/OpenAction", "/AA", "/NeedsRendering"} & set(pdf.Root.keys())
        programs = 0
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Stream):
                assert "/LZWDecode" not in str(thing.stream_dict.get("/Filter", ""))
                assert "/F" not in thing.stream_dict
            if not isinstance(thing, pikepdf.Dictionary):
                continue
            if thing.get("/Type") == "/FontDescriptor":
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(thing.keys())
                programs += 1
            if thing.get("/Type") == "/Annot":
                assert int(thing.get("/F", 0)) & 0b100100111 & ~0b100 == 0  # printed, and in no way hidden
                assert int(thing.F) & 0b100
            assert str(thing.get("/S", "")) not in {"/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm"}
        assert programs >= 1
        for page in pdf.pages:
            assert all("/ToUnicode" in font for font in page.Resources.Font.values())
    assert there.mine.pdf.endswith(b"%%EOF\n")
