"""Keys in PKCS #12 and PEM files: what signs, what is refused with what to do, and two generations of each."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from subprocess import run

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from sqlalchemy.orm import Session

from lms import issue
from lms.certificates.file_report import Signature
from lms.certificates.models import Certificate
from lms.certificates.page_text import page_text
from lms.certificates.signing import choosing, sample
from lms.certificates.signing import pki as pki_files
from lms.certificates.signing.checking import check
from lms.certificates.signing.errors import NotAuthorised, NotIssued, SignerExpired
from lms.certificates.signing.key_file import KeyFileSigner, PrivateKey
from lms.certificates.signing.pki import Pki
from lms.config import SignerSettings
from lms.platform import Platform
from tests.cast import START
from tests.certificates.authority import authority, found_in, make_known, pem
from tests.certificates.conftest import NOW

WORDS = "rahasia-berkas"


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return authority(tmp_path_factory.mktemp("ca") / "ca")


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 3072)


@pytest.fixture
def here(tmp_path: Path, other: Pki) -> Pki:
    made = authority(tmp_path / "pki")
    make_known(made, other)
    return made


def p12(path: Path, key: PrivateKey, certificate: x509.Certificate, *chain: x509.Certificate) -> Path:
    locked = BestAvailableEncryption(WORDS.encode())
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"tte", key, certificate, chain, locked))
    return path


def signed_by(settings: SignerSettings, pki: Pki) -> bytes:
    signer = choosing.signer_of(settings, pki.folder, now=NOW)
    return signer.sign(sample.unsigned(), reason="Uji", location="Jakarta", now=NOW)


@pytest.mark.parametrize("kind", ["P-256", "RSA"])
def test_a_pkcs12_file_signs_and_is_known_as_a_local_key(
    kind: str, here: Pki, other: Pki, rsa_key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    key = rsa_key if kind == "RSA" else ec.generate_private_key(ec.SECP256R1())
    certificate = pki_files.certified(other, key.public_key(), now=NOW)
    path = p12(tmp_path / "tte.p12", key, certificate, other.certificate("issuing"), other.certificate("root"))
    settings = SignerSettings(f"file:{path}", WORDS)

    signed = signed_by(settings, here)

    assert choosing.signer_of(settings, here.folder, now=NOW).kind == "local"
    assert found_in(signed, here).state is Signature.VALID_OURS
    assert b"ETSI.CAdES.detached" in signed


def test_openssl_reads_what_an_rsa_key_signed(
    here: Pki, other: Pki, rsa_key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    certificate = pki_files.certified(other, rsa_key.public_key(), now=NOW)
    path = p12(tmp_path / "tte.p12", rsa_key, certificate, other.certificate("issuing"))
    signed = signed_by(SignerSettings(f"file:{path}", WORDS), here)
    start, end = signed.index(b"/Contents <") + 11, signed.index(b"> /ByteRange")
    (tmp_path / "cms").write_bytes(bytes.fromhex(signed[start:end].decode()))
    (tmp_path / "isi").write_bytes(signed[: start - 1] + signed[end + 1 :])

    done = run(
        [
            *("openssl", "cms", "-verify", "-inform", "DER", "-binary", "-purpose", "any"),
            *("-in", tmp_path / "cms", "-content", tmp_path / "isi", "-out", "/dev/null"),
            *("-CAfile", other.folder / "root.pem", "-attime", str(int(NOW.timestamp()))),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Verification successful" in done.stderr


def test_a_key_that_the_test_pki_vouches_for_stays_test_grade(here: Pki, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    path = p12(tmp_path / "tte.p12", key, pki_files.certified(here, key.public_key(), now=NOW))

    assert KeyFileSigner.of_file(path, secret=WORDS, pki=here).kind == "test"


def test_a_pem_file_with_key_and_chain_signs(here: Pki, other: Pki) -> None:
    path = here.folder.parent / "tte.pem"
    path.write_bytes((other.folder / "signer.key").read_bytes() + pem(other, "issuing", "signer"))

    assert found_in(signed_by(SignerSettings(f"file://{path}"), here), here).state is Signature.VALID_OURS


def test_a_chain_that_the_key_file_lacks_comes_from_a_file_of_its_own(here: Pki, other: Pki, tmp_path: Path) -> None:
    path = p12(tmp_path / "tte.pfx", other.key("signer"), other.certificate("signer"))
    chain = tmp_path / "rantai.pem"
    chain.write_bytes(pem(other, "issuing", "root"))
    bare, whole = SignerSettings(f"file:{path}", WORDS), SignerSettings(f"file:{path}", WORDS, chain=str(chain))

    assert found_in(signed_by(bare, here), here).state is not Signature.VALID_OURS
    assert found_in(signed_by(whole, here), here).state is Signature.VALID_OURS


def _wrong_password(path: Path, other: Pki) -> Path:
    return p12(path, other.key("signer"), other.certificate("signer"))


def _other_certificate(path: Path, other: Pki) -> Path:
    path = path.with_suffix(".pem")
    path.write_bytes((other.folder / "signer.key").read_bytes() + pem(other, "issuing"))
    return path


def _without_key(path: Path, other: Pki) -> Path:
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"tte", None, other.certificate("signer"), None, NoEncryption())
    )
    return path


def _absent(path: Path, other: Pki) -> Path:
    return path


def _short_rsa(path: Path, other: Pki) -> Path:
    path = path.with_suffix(".pem")
    key = rsa.generate_private_key(65537, 1024)
    certificate = pki_files.certified(other, key.public_key(), now=NOW)
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(locked + certificate.public_bytes(Encoding.PEM))
    return path


FAULTS: list[tuple[Callable[[Path, Pki], Path], str, type[Exception], str]] = [
    (_wrong_password, "keliru", NotAuthorised, "SIGNER_SECRET"),
    (_other_certificate, "", NotIssued, "ekspor ulang"),
    (_without_key, "", NotIssued, "ekspor ulang"),
    (_absent, "", NotIssued, "periksa SIGNER"),
    (_short_rsa, "", NotIssued, "P-256, atau RSA 2048"),
]


@pytest.mark.parametrize(("make", "secret", "kind", "remedy"), FAULTS, ids=lambda one: getattr(one, "__name__", ""))
def test_a_key_file_that_cannot_sign_is_refused_with_what_to_do(
    make: Callable[[Path, Pki], Path],
    secret: str,
    kind: type[Exception],
    remedy: str,
    here: Pki,
    other: Pki,
    tmp_path: Path,
) -> None:
    path = make(tmp_path / "tte.p12", other)

    with pytest.raises(kind, match=remedy) as caught:
        choosing.signer_of(SignerSettings(f"file:{path}", secret), here.folder, now=NOW)

    assert "keliru" not in str(caught.value)


def test_a_certificate_that_ran_out_does_not_sign(here: Pki, other: Pki, tmp_path: Path) -> None:
    path = p12(tmp_path / "tte.p12", other.key("signer"), other.certificate("signer"))
    signer = KeyFileSigner.of_file(path, secret=WORDS, pki=here)

    for days, remedy in ((5 * 365 + 1, "pasang yang baru"), (-1, "baru berlaku")):
        with pytest.raises(SignerExpired, match=remedy):
            signer.sign(sample.unsigned(), reason="", location="", now=NOW + timedelta(days=days))


def test_a_file_that_was_exchanged_is_read_anew_and_what_the_old_one_signed_stays_ours(
    here: Pki, other: Pki, tmp_path: Path
) -> None:
    path = tmp_path / "tte.p12"
    settings = SignerSettings(f"file:{path}", WORDS)
    generations = []
    for _ in range(2):
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = pki_files.certified(other, key.public_key(), now=NOW)
        path.unlink(missing_ok=True)
        p12(path, key, certificate, other.certificate("issuing"))
        generations.append(signed_by(settings, here))
        assert choosing.signer_of(settings, here.folder, now=NOW) is choosing.signer_of(settings, here.folder, now=NOW)

    signers = [found_in(signed, here) for signed in generations]

    assert [one.state for one in signers] == [Signature.VALID_OURS] * 2
    assert len(here.trust.signers) == 2


def test_whoever_else_has_a_certificate_of_that_authority_is_a_stranger(here: Pki, other: Pki) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = pki_files.certified(other, key.public_key(), now=NOW)
    stranger = KeyFileSigner.of_file(
        p12(here.folder.parent / "lain.p12", key, certificate, other.certificate("issuing")), secret=WORDS, pki=here
    )
    signed = stranger.sign(sample.unsigned(), reason="", location="", now=NOW)

    assert found_in(signed, here).state is Signature.NOT_OURS


def test_a_known_signer_is_no_longer_trusted_once_its_authority_has_revoked_it(here: Pki, tmp_path: Path) -> None:
    other = authority(tmp_path / "ca")
    make_known(here, other)
    path = p12(tmp_path / "tte.p12", other.key("signer"), other.certificate("signer"), other.certificate("issuing"))
    signed = signed_by(SignerSettings(f"file:{path}", WORDS), here)
    assert found_in(signed, here).state is Signature.VALID_OURS

    pki_files.refresh_crl(other.folder, NOW - timedelta(minutes=1), revoked=[other.certificate("signer").serial_number])
    make_known(here, other)

    assert found_in(signed, here).state is Signature.SIGNER_NOT_VALID


def test_the_test_pki_rotates_its_key_and_the_retired_one_verifies(here: Pki) -> None:
    before = signed_by(SignerSettings(), here)
    old = here.key("signer")

    made = pki_files.rotate(here.folder, NOW)
    after = signed_by(SignerSettings(), here)

    assert here.certificate("signer") == made
    assert here.key("signer").public_key() == made.public_key() != old.public_key()
    assert [found_in(one, here).state for one in (before, after)] == [Signature.VALID_OURS] * 2
    assert (here.folder / "signer.key").stat().st_mode & 0o777 == 0o600


def test_a_rotation_that_stopped_half_way_is_told_and_mended_by_another(here: Pki) -> None:
    (here.folder / "signer.key").write_bytes((here.folder / "issuing.key").read_bytes())
    with pytest.raises(NotIssued, match="bukan pasangan"):
        signed_by(SignerSettings(), here)

    pki_files.rotate(here.folder, NOW)

    assert found_in(signed_by(SignerSettings(), here), here).state is Signature.VALID_OURS


def test_a_certificate_that_a_key_of_the_agency_signed_does_not_say_that_it_is_a_trial(
    platform: Platform, session: Session, waiting: list[int], other: Pki, tmp_path: Path
) -> None:
    session.close()
    p12(tmp_path / "tte.p12", other.key("signer"), other.certificate("signer"), other.certificate("issuing"))
    settings = replace(platform.settings, signer=SignerSettings(f"file:{tmp_path / 'tte.p12'}", WORDS))
    here = pki_files.ensure(settings.pki_folder, now=START)
    make_known(here, other)

    for signed_by_it, key in ((replace(platform, settings=settings), waiting[0]), (platform, waiting[1])):
        issue.issue(signed_by_it, [key])

    with platform.database.reader() as reading:
        files = [platform.files.get(str(reading.get_one(Certificate, key).file_key)) for key in waiting[:2]]
    with pikepdf.open(BytesIO(files[0])) as local, pikepdf.open(BytesIO(files[1])) as test:
        said, said_by_test = page_text(local.pages[0]), page_text(test.pages[0])
    assert ("(UJI)" in said, "(UJI)" in said_by_test) == (False, True)
    assert "Kunci milik instansi" in said
    assert [check(one, trust=here.trust, now=START).state for one in files] == [Signature.VALID_OURS] * 2
