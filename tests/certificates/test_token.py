"""A key in a token, tried with SoftHSM: one session, what is told of each fault, and two generations of keys."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from _debian import soft_hsm_library
from asn1crypto.keys import PublicKeyInfo, RSAPublicKey
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from pkcs11 import Attribute, KeyType, ObjectClass
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key

from lms.certificates.file_report import Signature
from lms.certificates.signing import choosing, sample
from lms.certificates.signing import pki as pki_files
from lms.certificates.signing.errors import NotAuthorised, NotIssued, Unreachable
from lms.certificates.signing.pki import Pki
from lms.config import SignerSettings
from tests.certificates.authority import authority, found_in, make_known, pem
from tests.certificates.conftest import NOW

pytestmark = pytest.mark.softhsm

PIN = "482915"
LABEL = "Teruji uji"


class Hsm:
    """A SoftHSM with one token, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.module = folder, str(soft_hsm_library())
        (folder / "tokens").mkdir()
        (folder / "conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
        os.environ["SOFTHSM2_CONF"] = str(folder / "conf")
        init = ("softhsm2-util", "--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", "12345678")
        subprocess.run(init, check=True, capture_output=True)
        self.lib = pkcs11.lib(self.module)
        self.lib.reinitialize()

    def session(self) -> Any:
        """A login of its own, which ends all others."""
        self.lib.reinitialize()
        return self.lib.get_token(token_label=LABEL).open(rw=True, user_pin=PIN)

    def key(self, other: Pki, name: str, kind: str = "EC") -> x509.Certificate:
        """A key made in the token, and its certificate by an authority, kept beside it under the same name."""
        session = self.session()
        keep = {"store": True, "label": name}
        if kind == "EC":
            curve = {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
            parameters = session.create_domain_parameters(KeyType.EC, curve, local=True)
            public = load_der_public_key(encode_ec_public_key(parameters.generate_keypair(**keep)[0]))
        else:
            pair = session.generate_keypair(KeyType.RSA, 2048, **keep)
            public = _rsa(encode_rsa_public_key(pair[0]))
        certificate = pki_files.certified(other, public, now=NOW)  # type: ignore[arg-type]
        session.create_object(
            {
                Attribute.CLASS: ObjectClass.CERTIFICATE,
                Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                Attribute.TOKEN: True,
                Attribute.LABEL: name,
                Attribute.SUBJECT: certificate.subject.public_bytes(),
                Attribute.VALUE: certificate.public_bytes(Encoding.DER),
            }
        )
        session.close()
        return certificate

    def settings(self, name: str, chain: Path, pin: str = PIN) -> SignerSettings:
        token = LABEL.replace(" ", "%20")
        return SignerSettings(f"pkcs11:token={token};object={name}?module-path={self.module}", pin, chain=str(chain))


def _rsa(pkcs1: bytes) -> Any:
    return load_der_public_key(PublicKeyInfo.wrap(RSAPublicKey.load(pkcs1), "rsa").dump())


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return authority(tmp_path_factory.mktemp("hsm-ca") / "ca")


@pytest.fixture(scope="module")
def chain(other: Pki) -> Path:
    path = other.folder / "rantai.pem"
    path.write_bytes(pem(other, "issuing"))
    return path


@pytest.fixture(scope="module")
def hsm(tmp_path_factory: pytest.TempPathFactory, other: Pki) -> Iterator[Hsm]:
    made = Hsm(tmp_path_factory.mktemp("hsm"))
    made.key(other, "2026")
    yield made
    made.lib.finalize()
    del os.environ["SOFTHSM2_CONF"]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, other: Pki) -> Pki:
    made = authority(tmp_path_factory.mktemp("hsm-var") / "pki")
    make_known(made, other)
    return made


@pytest.fixture(autouse=True)
def afresh(hsm: Hsm, here: Pki) -> Iterator[None]:
    """Each test opens its session itself, and leaves none: a token takes one login at a time."""
    yield
    choosing.forget(here.folder)
    hsm.lib.reinitialize()


def signed(settings: SignerSettings, here: Pki) -> bytes:
    signer = choosing.signer_of(settings, here.folder, now=NOW)
    return signer.sign(sample.unsigned(), reason="Uji", location="Jakarta", now=NOW)


def test_a_key_in_the_token_signs_and_is_known_as_a_local_key(hsm: Hsm, here: Pki, chain: Path) -> None:
    settings = hsm.settings("2026", chain)

    assert found_in(signed(settings, here), here).state is Signature.VALID_OURS
    assert choosing.signer_of(settings, here.folder, now=NOW).kind == "local"


def test_an_rsa_key_signs_too(hsm: Hsm, here: Pki, other: Pki, chain: Path) -> None:
    hsm.key(other, "rsa", "RSA")

    assert found_in(signed(hsm.settings("rsa", chain), here), here).state is Signature.VALID_OURS


def test_a_token_whose_key_the_test_pki_vouches_for_stays_test_grade(hsm: Hsm, here: Pki, chain: Path) -> None:
    hsm.key(here, "uji")

    assert choosing.signer_of(hsm.settings("uji", chain), here.folder, now=NOW).kind == "test"


def test_two_generations_of_keys_both_verify_and_the_new_one_needs_no_restart(
    hsm: Hsm, here: Pki, other: Pki, chain: Path
) -> None:
    hsm.key(other, "2027")
    before = signed(hsm.settings("2026", chain), here)
    after = signed(hsm.settings("2027", chain), here)

    assert [found_in(one, here).state for one in (before, after)] == [Signature.VALID_OURS] * 2
    assert found_in(before, here).reasons == found_in(after, here).reasons == ()


def test_many_are_signed_in_one_session(hsm: Hsm, here: Pki, chain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signer = choosing.signer_of(hsm.settings("2026", chain), here.folder, now=NOW)
    page = sample.unsigned()
    opened: list[str] = []
    monkeypatch.setattr(pkcs11, "lib", opened.append)

    files = {signer.sign(page, reason="Uji", location="Jakarta", now=NOW) for _ in range(20)}

    assert len(files) == 20
    assert opened == []


def test_a_session_that_is_lost_in_a_batch_is_opened_again_once(hsm: Hsm, here: Pki, chain: Path) -> None:
    signer = choosing.signer_of(hsm.settings("2026", chain), here.folder, now=NOW)
    for _ in range(2):
        hsm.lib.reinitialize()  # as a token that was taken out and put back: all sessions are void
        one = signer.sign(sample.unsigned(), reason="Uji", location="Jakarta", now=NOW)
        assert found_in(one, here).state is Signature.VALID_OURS


def test_a_token_that_was_removed_is_unreachable_until_it_is_back(hsm: Hsm, here: Pki, chain: Path) -> None:
    signer = choosing.signer_of(hsm.settings("2026", chain), here.folder, now=NOW)
    tokens, away = hsm.folder / "tokens", hsm.folder / "away"
    shutil.move(tokens, away)
    tokens.mkdir()
    hsm.lib.reinitialize()
    with pytest.raises(Unreachable, match="tidak terpasang"):
        signer.sign(sample.unsigned(), reason="", location="", now=NOW)

    tokens.rmdir()
    shutil.move(away, tokens)
    hsm.lib.reinitialize()

    one = signer.sign(sample.unsigned(), reason="Uji", location="Jakarta", now=NOW)
    assert found_in(one, here).state is Signature.VALID_OURS


def test_a_wrong_pin_is_tried_once_and_never_told(hsm: Hsm, here: Pki, chain: Path) -> None:
    with pytest.raises(NotAuthorised, match="SIGNER_SECRET") as caught:
        choosing.signer_of(hsm.settings("2026", chain, pin="999000"), here.folder, now=NOW)

    assert "999000" not in f"{caught.value}{caught.value.__cause__}"
    assert not caught.value.may_retry


@pytest.mark.parametrize(
    ("change", "kind", "remedy"),
    [
        (("object=2026", "object=hilang"), NotIssued, "periksa object="),
        (("token=Teruji", "token=Lain"), Unreachable, "periksa token="),
        (("module-path=/", "module-path=/tidak/ada/"), NotIssued, "periksa module-path="),
        ((";object=2026", ""), NotIssued, "harus seperti"),
    ],
)
def test_an_address_that_leads_nowhere_says_what_to_look_at(
    change: tuple[str, str], kind: type[Exception], remedy: str, hsm: Hsm, here: Pki, chain: Path
) -> None:
    right = hsm.settings("2026", chain)

    with pytest.raises(kind, match=remedy):
        choosing.signer_of(SignerSettings(right.address.replace(*change), PIN), here.folder, now=NOW)


def test_a_key_without_its_certificate_is_told(hsm: Hsm, here: Pki, chain: Path) -> None:
    session = hsm.session()
    session.generate_keypair(KeyType.RSA, 2048, store=True, label="telanjang")
    session.close()

    with pytest.raises(NotIssued, match="SIGNER_CHAIN"):
        choosing.signer_of(hsm.settings("telanjang", chain), here.folder, now=NOW)
