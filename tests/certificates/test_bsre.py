"""Signing by BSrE, tried against a service on this machine that speaks its interface, with all that can go wrong there."""
# mypy: allow-untyped-calls

import base64
import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject
from pyhanko.sign import PdfSignatureMetadata, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from lms.certificates.file_report import Signature
from lms.certificates.signing import choosing, sample
from lms.certificates.signing import pki as pki_files
from lms.certificates.signing.bsre import Bsre
from lms.certificates.signing.errors import (
    BadAnswer,
    NotAuthorised,
    NotIssued,
    RateLimited,
    Rejected,
    SignerExpired,
    SigningFailed,
    Unreachable,
)
from lms.certificates.signing.pki import Pki
from lms.certificates.signing.remote_signer import RemoteSigner, Way
from lms.config import SignerSettings
from tests.certificates.authority import authority, found_in, make_known
from tests.certificates.conftest import NOW
from tests.certificates.service import Asked, Reply, Service, serving

NIK, SUBSCRIBER, ACCOUNT = "3171012345670001", "SEGEL-JKT", "teruji:sandi-aplikasi"
PASSPHRASE, ACTIVATION, TOTP = "hanya-saya-yang-tahu", "790113", "204466"


class Esign:
    """What BSrE does with a right question, and how it refuses a wrong one."""

    def __init__(self, folder: Path) -> None:
        self.pki = authority(folder / "bsre")

    def signed(self, pdf: bytes, *, certify: bool = False) -> bytes:
        """The file as another program signs it: pyHanko, with an approval unless it is to certify."""
        store = SimpleCertificateStore()
        store.register(_asn1(self.pki, "issuing"))
        private = keys.PrivateKeyInfo.load(_der_key(self.pki))
        signer = SimpleSigner(_asn1(self.pki, "signer"), private, store)
        meta = PdfSignatureMetadata(
            field_name="BSrE", certify=certify, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256"
        )
        out = BytesIO()
        PdfSigner(meta, signer).sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), output=out)
        return out.getvalue()

    def answer(self, asked: Asked) -> Reply:
        """The answer to a right question; any other is refused as BSrE refuses it."""
        if asked.headers.get("authorization") != "Basic " + base64.b64encode(ACCOUNT.encode()).decode():
            return told({"error": "Unauthorized"}, 401)
        if asked.path == "/api/sign/pdf":
            return self._v1(asked)
        given = json.loads(asked.body)
        if asked.path == "/api/v2/seal/get/totp":
            right = given == {"idSubscriber": SUBSCRIBER, "totp": ACTIVATION, "data": "1"}
            return told({"result": right, "totp": TOTP} if right else {"result": False, "message": "TOTP salah"})
        who = {name: value for name, value in given.items() if name not in {"file", "signatureProperties"}}
        people = {"/api/v2/sign/pdf": {"nik": NIK, "passphrase": PASSPHRASE}}
        people |= {"/api/v2/seal/pdf": {"idSubscriber": SUBSCRIBER, "totp": TOTP}}
        if who != people[asked.path]:
            return told({"error": "passphrase anda salah", "status_code": 2031}, 400)
        (look,), (file,) = given["signatureProperties"], given["file"]
        assert look["tampilan"] == "INVISIBLE"
        signed = self.signed(base64.b64decode(file), certify=asked.path.endswith("seal/pdf"))
        return told({"time": 812, "file": [base64.b64encode(signed).decode()]})

    def _v1(self, asked: Asked) -> Reply:
        form = fields(asked)
        if (form["nik"], form["passphrase"]) != (NIK.encode(), PASSPHRASE.encode()):
            return told({"error": "passphrase anda salah", "status_code": 2031}, 400)
        assert form["tampilan"] == b"invisible"
        return Reply(parts=[self.signed(form["file"])])


def told(values: dict[str, Any], status: int = 200) -> Reply:
    return Reply(status, [json.dumps(values).encode()])


def fields(asked: Asked) -> dict[str, bytes]:
    """The parts of a form (RFC 7578), by name."""
    mark = b"--" + asked.headers["content-type"].partition("boundary=")[2].encode()
    parts = [part.partition(b"\r\n\r\n")[::2] for part in asked.body.split(mark)[1:-1]]
    return {re.findall(rb'[; ]name="([^"]+)"', head)[0].decode(): value.removesuffix(b"\r\n") for head, value in parts}


def _asn1(pki: Pki, name: str) -> x509.Certificate:
    return x509.Certificate.load(pki.certificate(name).public_bytes(Encoding.DER))


def _der_key(pki: Pki) -> bytes:
    return pki.key("signer").private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


@pytest.fixture(scope="module")
def esign(tmp_path_factory: pytest.TempPathFactory) -> Esign:
    return Esign(tmp_path_factory.mktemp("esign"))


@pytest.fixture(scope="module")
def running(esign: Esign) -> Iterator[Service]:
    with serving(esign.answer) as service:
        yield service


@pytest.fixture
def service(running: Service, esign: Esign) -> Iterator[Service]:
    running.asked.clear()
    yield running
    running.answers = esign.answer


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, esign: Esign) -> Pki:
    made = authority(tmp_path_factory.mktemp("var") / "pki")
    make_known(made, esign.pki)
    return made


def way(service: Service, name: str = "v2", seconds: float = 30) -> Way:
    identity = SUBSCRIBER if name == "seal" else NIK
    found = Bsre(service.url, account=ACCOUNT, identity=identity, seconds=seconds)
    return {"v1": found.sign_v1, "v2": found.sign_v2, "seal": found.seal}[name]


def sign(signing: Way, here: Pki, secret: str = PASSPHRASE) -> bytes:
    return RemoteSigner(signing, secret=secret, pki=here).sign(
        sample.unsigned(), reason="Uji", location="Jakarta", now=NOW
    )


@pytest.mark.parametrize(("name", "secret"), [("v1", PASSPHRASE), ("v2", PASSPHRASE), ("seal", ACTIVATION)])
def test_a_file_comes_back_signed_and_is_ours(name: str, secret: str, service: Service, here: Pki) -> None:
    signed = sign(way(service, name), here, secret)

    assert signed.startswith(sample.unsigned())
    assert found_in(signed, here).state is Signature.VALID_OURS


def test_a_certificate_with_links_and_metadata_comes_back_as_the_same_file(
    service: Service, here: Pki, unsigned: bytes
) -> None:
    signed = RemoteSigner(way(service), secret=PASSPHRASE, pki=here).sign(unsigned, reason="", location="", now=NOW)

    assert found_in(signed, here).state is Signature.VALID_OURS


@pytest.mark.parametrize("kind", ["bsre-v1", "bsre-v2", "bsre-seal"])
def test_settings_choose_the_way_and_the_page_says_certified(kind: str, service: Service, here: Pki) -> None:
    is_seal = kind == "bsre-seal"
    settings = SignerSettings(
        f"{kind}:{service.url}/", ACTIVATION if is_seal else "", ACCOUNT, SUBSCRIBER if is_seal else NIK
    )
    signer = choosing.signer_of(settings, here.folder, now=NOW, passphrase="" if is_seal else PASSPHRASE)

    signer.sign(sample.unsigned(), reason="Uji", location="Jakarta", now=NOW)

    assert signer.kind == "certified"
    assert {one.path.split("/")[2] for one in service.asked} == ({"sign"} if kind == "bsre-v1" else {"v2"})


def test_without_a_passphrase_nobody_is_asked(service: Service, here: Pki) -> None:
    with pytest.raises(NotAuthorised, match="lms certificates sign"):
        sign(way(service), here, "")

    assert service.asked == []


REFUSALS: list[tuple[Reply, type[SigningFailed], bool]] = [
    (told({"error": "passphrase anda salah", "status_code": 2031}, 400), NotAuthorised, False),
    (told({"error": "proses gagal", "status_code": 2031}, 500), NotAuthorised, False),
    (told({"error": "User tidak terdaftar"}, 400), NotIssued, False),
    (told({"message": "status user NOT_REGISTERED"}, 404), NotIssued, False),
    (told({"error": "Sertifikat pengguna sudah kedaluwarsa"}, 400), SignerExpired, False),
    (told({"error": "certificate EXPIRED"}, 500), SignerExpired, False),
    (told({"error": "Unauthorized"}, 401), NotAuthorised, False),
    (Reply(403), NotAuthorised, False),
    (told({"error": "file PDF tidak valid"}, 400), Rejected, False),
    (Reply(413), Rejected, False),
    (Reply(429), RateLimited, True),
    (Reply(500), Unreachable, True),
    (Reply(502, [b"<html>Bad Gateway</html>"]), Unreachable, True),
    (Reply(None), Unreachable, True),
    (Reply(200, [b"{"]), BadAnswer, True),
    (told({"time": 1}), BadAnswer, True),
    (told({"file": []}), BadAnswer, True),
    (told({"file": ["bukan base64!"]}), BadAnswer, True),
    (Reply(200, [b"%PDF-"], length=5000), Unreachable, True),
]


@pytest.mark.parametrize("case", range(len(REFUSALS)))
def test_a_fault_has_its_kind_and_tells_no_secret(
    case: int, service: Service, here: Pki, caplog: pytest.LogCaptureFixture
) -> None:
    reply, kind, again = REFUSALS[case]
    service.answers = lambda _: reply
    caplog.set_level(logging.DEBUG)

    with pytest.raises(SigningFailed) as caught:
        sign(way(service), here)

    assert type(caught.value) is kind
    assert caught.value.may_retry is again
    assert len(service.asked) == 1, "it is asked once: to ask again could sign twice"
    cause = caught.value.__cause__
    assert not [one for one in (PASSPHRASE, NIK, "sandi-aplikasi") if one in f"{caught.value} {cause!r} {caplog.text}"]


def test_version_1_that_answers_with_no_pdf_is_not_believed(service: Service, here: Pki) -> None:
    service.answers = lambda _: told({"message": "Berhasil"})

    with pytest.raises(BadAnswer, match="PDF"):
        sign(way(service, "v1"), here)


def test_a_seal_whose_activation_ran_out_asks_for_a_new_one(service: Service, here: Pki) -> None:
    with pytest.raises(NotAuthorised, match="aktifkan segel"):
        sign(way(service, "seal"), here, "000000")


def slowly(parts: bytes) -> Iterator[bytes]:
    while True:
        time.sleep(0.02)
        yield parts


@pytest.mark.parametrize("part", [b"", b" "], ids=["silent", "a byte now and then"])
def test_who_takes_too_long_is_given_up(part: bytes, service: Service, here: Pki) -> None:
    service.answers = lambda _: Reply(200, slowly(part), length=10_000_000)

    with pytest.raises(Unreachable):
        sign(way(service, seconds=0.3), here)


def test_nobody_at_the_address_is_unreachable(service: Service, here: Pki) -> None:
    with pytest.raises(Unreachable):
        sign(Bsre("http://127.0.0.1:9", account=ACCOUNT, identity=NIK).sign_v2, here)


def _another(given: bytes, esign: Esign) -> bytes:
    return esign.signed(given.replace(b"CONTOH", b"PALSU!"))


def _overlaid(given: bytes, esign: Esign) -> bytes:
    """The page's text is exchanged by an appendix, and the whole is signed: as a signature it is valid."""
    writer = IncrementalPdfFileWriter(BytesIO(given))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"]._data = b"BT /F1 18 Tf 72 720 Td (LULUS DENGAN PUJIAN) Tj ET"
    page["/Contents"]._encoded_data = None
    writer.mark_update(page.raw_get("/Contents"))
    out = BytesIO()
    writer.write(out)
    return esign.signed(out.getvalue())


def _with_a_page(given: bytes, esign: Esign) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(given))
    stream = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))
    writer.insert_page(PageObject(contents=stream, media_box=(0, 0, 595, 842)))
    out = BytesIO()
    writer.write(out)
    return esign.signed(out.getvalue())


def _rewritten(given: bytes, esign: Esign) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(given)) as pdf:
        pdf.save(out)
    return esign.signed(out.getvalue())


def _unsigned(given: bytes, esign: Esign) -> bytes:
    return given


def _half(given: bytes, esign: Esign) -> bytes:
    return esign.signed(given)[:-400]


def _changed_after(given: bytes, esign: Esign) -> bytes:
    signed = esign.signed(given)
    return signed + b"\n%%EOF\n"


def _flipped(given: bytes, esign: Esign) -> bytes:
    signed = esign.signed(given)
    at = signed.index(b"/Contents <", len(given)) + 1500  # within the certificate in the container
    return signed[:at] + (b"0" if signed[at : at + 1] != b"0" else b"1") + signed[at + 1 :]


WRONG: list[Callable[[bytes, Esign], bytes]] = [
    *(_another, _overlaid, _with_a_page, _rewritten, _unsigned, _half, _changed_after, _flipped),
]


@pytest.mark.parametrize("change", WRONG, ids=lambda one: one.__name__.strip("_"))
def test_what_comes_back_otherwise_than_it_should_is_thrown_away(
    change: Callable[[bytes, Esign], bytes], service: Service, esign: Esign, here: Pki
) -> None:
    returned = change(sample.unsigned(), esign)
    service.answers = lambda _: told({"file": [base64.b64encode(returned).decode()]})

    with pytest.raises(BadAnswer):
        sign(way(service), here)


def test_a_signer_of_an_unknown_authority_is_not_taken(service: Service, tmp_path: Path) -> None:
    with pytest.raises(NotIssued, match="pki/roots"):
        sign(way(service), authority(tmp_path / "pki"))


def test_a_signer_that_is_revoked_is_not_taken(service: Service, esign: Esign, tmp_path: Path) -> None:
    here = authority(tmp_path / "pki")
    make_known(here, esign.pki)
    revoked = authority(tmp_path / "copy")
    for name in ("root", "issuing"):
        for end in ("pem", "key", "crl"):
            (revoked.folder / f"{name}.{end}").write_bytes((esign.pki.folder / f"{name}.{end}").read_bytes())
    serial = esign.pki.certificate("signer").serial_number
    pki_files.refresh_crl(revoked.folder, NOW - timedelta(minutes=1), revoked=[serial])
    (here.folder / "crls" / "bsre-issuing.crl").write_bytes((revoked.folder / "issuing.crl").read_bytes())

    with pytest.raises(SignerExpired):
        sign(way(service), here)


def test_two_generations_of_a_remote_signer_both_verify(service: Service, esign: Esign, here: Pki) -> None:
    before = sign(way(service), here)
    pki_files.rotate(esign.pki.folder, NOW)
    after = sign(way(service), here)

    assert [found_in(one, here).state for one in (before, after)] == [Signature.VALID_OURS] * 2
    assert len(here.trust.remote_signers) >= 2


def test_nothing_that_was_secret_lies_in_the_folder_of_keys(service: Service, here: Pki) -> None:
    sign(way(service), here)

    for file in here.folder.rglob("*"):
        assert file.is_dir() or PASSPHRASE.encode() not in file.read_bytes()
