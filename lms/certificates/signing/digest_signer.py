"""A signer whose key is within reach: one PAdES certification signature, B-B, or B-T with a stamp.

Only the digest goes to the key, be it in a file or in a token. Imported by the worker alone.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from lms.certificates.facts import SignatureKind
from lms.certificates.signing.appendix import prepared
from lms.certificates.signing.container import Container
from lms.certificates.signing.errors import NotIssued, SignerExpired
from lms.certificates.signing.pki import Pki
from lms.certificates.signing.stamps import TimeStamps

_BATCH = 100
#: Hexadecimal digits beyond the longest container, as files of other signers have them, too: zeros, and checked to be.
_SPARE = 64
_LEAST_RSA_BITS = 2048


class Key(Protocol):
    """A private key, wherever it lies."""

    def sign(self, data: bytes) -> bytes:
        """The signature over some bytes with SHA-256: ECDSA as DER, or RSA with PKCS #1 v1.5."""


class DigestSigner:
    """Signs with one key and its certificate. chain: certificates that lead from it to a root, without the root."""

    batch = _BATCH

    def __init__(
        self,
        *,
        key: Key,
        certificate: x509.Certificate,
        chain: Sequence[x509.Certificate],
        kind: SignatureKind,
        stamps: TimeStamps | None = None,
    ) -> None:
        require_usable(certificate)
        self.certificate, self.chain = certificate, tuple(chain)
        self._key, self._kind, self._stamps = key, kind, stamps
        self._begins, self._ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        self._container = Container(_asn1(certificate), [_asn1(one) for one in chain])

    @property
    def kind(self) -> SignatureKind:
        """What the page says about this signature."""
        return self._kind

    def sign(self, pdf: bytes, *, reason: str, location: str, now: datetime) -> bytes:
        """The file with its certification signature. Raises an error of signing.errors."""
        if now > self._ends:
            raise SignerExpired(f"Sertifikat penanda tangan berakhir {self._ends.date()}: pasang yang baru.")
        if now < self._begins:
            raise SignerExpired(f"Sertifikat penanda tangan baru berlaku mulai {self._begins.date()}.")
        unsigned = prepared(pdf, reason=reason, location=location, now=now, reserved=self._reserved(now))
        digest = hashlib.sha256(b"".join(unsigned.signed_parts)).digest()
        stamps = self._stamps
        stamp = (lambda signature: stamps.token(signature, now=now)) if stamps else None
        return unsigned.signed(self._container.filled(digest, self._key.sign, stamp))

    def _reserved(self, now: datetime) -> int:
        """Room for the CMS, in hexadecimal digits."""
        return 2 * self._container.longest(self._stamps.longest(now) if self._stamps else 0) + _SPARE


def require_usable(certificate: x509.Certificate) -> None:
    """Raises NotIssued for a key that readers of PDF do not know, or that is too short."""
    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _LEAST_RSA_BITS:
        return
    raise NotIssued("Kunci penanda tangan harus P-256, atau RSA 2048 bit atau lebih.")


def kind_of(certificate: x509.Certificate, pki: Pki) -> SignatureKind:
    """What a page says of a signature by a key of ours: test-grade wherever the local PKI vouches for the key."""
    try:
        certificate.verify_directly_issued_by(pki.certificate("issuing"))
    except (ValueError, TypeError, InvalidSignature):
        return "local"
    return "test"


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
