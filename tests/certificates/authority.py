"""Another certification authority, and installations that know it."""

import shutil
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lms.certificates.signing import pki as pki_files
from lms.certificates.signing.checking import Finding, check
from lms.certificates.signing.pki import Pki
from tests.certificates.conftest import NOW


def authority(folder: Path) -> Pki:
    """An authority with a root, one below it, and lists of both."""
    return pki_files.ensure(folder, now=NOW)


def make_known(pki: Pki, other: Pki) -> None:
    """What an operator puts beside the local PKI so that the other authority's signers can be checked."""
    for name in ("roots", "crls"):
        (pki.folder / name).mkdir(exist_ok=True)
    shutil.copy(other.folder / "root.pem", pki.folder / "roots" / f"{other.folder.name}.pem")
    for name in ("root", "issuing"):
        shutil.copy(other.folder / f"{name}.crl", pki.folder / "crls" / f"{other.folder.name}-{name}.crl")


def pem(other: Pki, *names: str) -> bytes:
    """Certificates of an authority, one after another."""
    return b"".join(other.certificate(name).public_bytes(Encoding.PEM) for name in names)


def found_in(signed: bytes, pki: Pki) -> Finding:
    """What /cek's sandbox finds."""
    return check(signed, trust=pki.trust, now=NOW)


def stamping(other: Pki) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    """A key and certificate of an authority that may stamp the time (RFC 3161, 2.3)."""
    key = rsa.generate_private_key(65537, 2048)
    issuer = other.certificate("issuing")
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Stempel Waktu Uji")])
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    builder = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(minutes=5))
        .not_valid_after(NOW + timedelta(days=365))
        .add_extension(usage, critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False)  # type: ignore[arg-type]
    )
    return key, builder.sign(other.key("issuing"), hashes.SHA256())
