"""Lists of other authorities are fetched, checked, and renewed at half their life."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from lms.certificates.signing import pki as pki_files
from lms.certificates.signing import revocation_lists, trust
from lms.certificates.signing.pki import Pki
from tests.certificates.authority import authority
from tests.certificates.conftest import NOW
from tests.certificates.service import Asked, Reply, Service, serving


@pytest.fixture
def other(tmp_path: Path) -> Pki:
    return authority(tmp_path / "ca")


@pytest.fixture
def service(other: Pki) -> Iterator[Service]:
    def answer(_: Asked) -> Reply:
        return Reply(parts=[(other.folder / "issuing.crl").read_bytes()])

    with serving(answer) as running:
        yield running


@pytest.fixture
def here(tmp_path: Path, other: Pki, service: Service) -> Path:
    """A folder that knows a signer whose certificate names a list."""
    folder = authority(tmp_path / "pki").folder
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{service.url}/a.crl")], None, None, None)
    issuer = other.certificate("issuing")
    certificate = (
        x509.CertificateBuilder()
        .subject_name(other.certificate("signer").subject)
        .issuer_name(issuer.subject)
        .public_key(ec.generate_private_key(ec.SECP256R1()).public_key())
        .serial_number(7)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=100))
        .add_extension(x509.CRLDistributionPoints([point]), critical=False)
        .sign(other.key("issuing"), hashes.SHA256())
    )
    trust.remember(folder, certificate, [issuer])
    return folder


def kept(folder: Path) -> list[datetime]:
    return [x509.load_der_x509_crl(der).last_update_utc for der in trust.lists(folder)]


def test_a_list_is_fetched_once_and_again_when_half_its_life_is_over(here: Path, other: Pki, service: Service) -> None:
    for days in (0, 1, 14):
        revocation_lists.refresh(here, now=NOW + timedelta(days=days))
    assert len(service.asked) == 1

    pki_files.refresh_crl(other.folder, NOW + timedelta(days=16))
    revocation_lists.refresh(here, now=NOW + timedelta(days=16))

    assert kept(here) == [NOW + timedelta(days=16) - timedelta(minutes=5)]


def test_a_list_that_does_not_come_or_is_not_by_the_issuer_leaves_the_old_one(
    here: Path, service: Service, tmp_path: Path
) -> None:
    revocation_lists.refresh(here, now=NOW)
    before = trust.lists(here)
    forged = (authority(tmp_path / "palsu").folder / "issuing.crl").read_bytes()
    for reply in (Reply(None), Reply(500), Reply(200, [b"<html>"]), Reply(200, [forged])):
        service.answers = lambda _, reply=reply: reply  # type: ignore[misc]
        revocation_lists.refresh(here, now=NOW + timedelta(days=20))

    assert len(service.asked) == 5
    assert trust.lists(here) == before
