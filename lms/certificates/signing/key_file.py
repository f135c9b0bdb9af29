"""Signers whose key lies in a file: that of the local PKI, PEM, or PKCS #12. Imported by the worker alone."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12

from lms.certificates.signing.digest_signer import DigestSigner, kind_of, require_usable
from lms.certificates.signing.errors import NotAuthorised, NotIssued
from lms.certificates.signing.pki import Pki
from lms.certificates.signing.stamps import TimeStamps

_SHA256 = hashes.SHA256()
_ECDSA = ec.ECDSA(_SHA256)
_PKCS1 = padding.PKCS1v15()
_PKCS12_ENDINGS = {".p12", ".pfx"}
_REFUSED = (
    "Kata sandi berkas kunci {name} ditolak, atau berkas itu rusak: periksa SIGNER_SECRET atau SIGNER_SECRET_FILE."
)

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class FileKey:
    """A private key that is parsed once and kept."""

    def __init__(self, key: PrivateKey) -> None:
        self._key = key

    def sign(self, data: bytes) -> bytes:
        """The signature over some bytes."""
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(data, _ECDSA)
        return self._key.sign(data, _PKCS1, _SHA256)


class KeyFileSigner(DigestSigner):
    """Signs with a key from a file."""

    @classmethod
    def of_local_pki(cls, pki: Pki, *, stamps: TimeStamps | None = None) -> "KeyFileSigner":
        """The test-grade signer that every installation starts with."""
        key, certificate = pki.key("signer"), pki.certificate("signer")
        _require_match(key, certificate, "kunci PKI uji")
        return cls(
            key=FileKey(key),
            certificate=certificate,
            chain=(pki.certificate("issuing"),),
            kind="test",
            stamps=stamps,
        )

    @classmethod
    def of_file(
        cls,
        path: Path,
        *,
        secret: str,
        pki: Pki,
        chain: tuple[x509.Certificate, ...] = (),
        stamps: TimeStamps | None = None,
    ) -> "KeyFileSigner":
        """The signer in a PKCS #12 file (.p12, .pfx), or in PEM with key and certificates in one file.

        secret: its password, empty where there is none. chain: what the file itself lacks.
        Raises NotIssued or NotAuthorised, saying what to do.
        """
        read = _pkcs12 if path.suffix.lower() in _PKCS12_ENDINGS else _pem
        try:
            content = path.read_bytes()
        except OSError as fault:
            raise NotIssued(f"Berkas kunci {path} tidak dapat dibaca ({fault.strerror}): periksa SIGNER.") from fault
        key, certificate, held = read(content, secret, path.name)
        _require_match(key, certificate, path.name)
        return cls(
            key=FileKey(key),
            certificate=certificate,
            chain=without_roots((*held, *chain)),
            kind=kind_of(certificate, pki),
            stamps=stamps,
        )


def without_roots(certificates: tuple[x509.Certificate, ...]) -> tuple[x509.Certificate, ...]:
    """Each once, and none that signed itself: a root is trusted because it is kept here, not because a file has it."""
    return tuple(one for one in dict.fromkeys(certificates) if one.subject != one.issuer)


def certificates_in(path: Path) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file. Raises NotIssued."""
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError) as fault:
        raise NotIssued(f"{path} bukan berkas sertifikat PEM yang dapat dibaca: periksa SIGNER_CHAIN.") from fault


Content = tuple[PrivateKey, x509.Certificate, tuple[x509.Certificate, ...]]


def _pkcs12(content: bytes, secret: str, name: str) -> Content:
    try:
        held = pkcs12.load_pkcs12(content, secret.encode() or None)
    except ValueError as fault:
        raise NotAuthorised(_REFUSED.format(name=name)) from fault
    if held.key is None or held.cert is None:
        raise NotIssued(f"{name} tidak memuat kunci beserta sertifikatnya: ekspor ulang dengan keduanya.")
    certificate = held.cert.certificate
    return _known(held.key, certificate), certificate, tuple(one.certificate for one in held.additional_certs)


def _pem(content: bytes, secret: str, name: str) -> Content:
    try:
        key = load_pem_private_key(content, secret.encode() or None)
        certificates = x509.load_pem_x509_certificates(content)
    except (ValueError, TypeError) as fault:
        is_locked = b"ENCRYPTED" in content
        said = _REFUSED.format(name=name) if is_locked else f"{name} tidak memuat kunci dan sertifikat PEM."
        raise (NotAuthorised if is_locked else NotIssued)(said) from fault
    own = next((one for one in certificates if one.public_key() == key.public_key()), certificates[0])
    return _known(key, own), own, tuple(one for one in certificates if one != own)


def _known(key: object, certificate: x509.Certificate) -> PrivateKey:
    require_usable(certificate)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise NotIssued("Kunci penanda tangan harus P-256, atau RSA 2048 bit atau lebih.")
    return key


def _require_match(key: PrivateKey, certificate: x509.Certificate, name: str) -> None:
    if key.public_key() != certificate.public_key():
        raise NotIssued(f"Kunci di {name} bukan pasangan sertifikatnya: ekspor ulang keduanya bersama-sama.")
