"""A signer whose key lies in a file: one PAdES B-B certification signature. Imported by the worker alone."""

import hashlib
from datetime import datetime

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from lms.certificates.facts import SignatureKind
from lms.certificates.signing.appendix import prepared
from lms.certificates.signing.container import Container
from lms.certificates.signing.errors import SignerExpired
from lms.certificates.signing.pki import Pki

#: Hexadecimal digits beyond the longest container, as files of other signers have them, too: zeros, and checked to be.
_SPARE = 64
_ECDSA = ec.ECDSA(hashes.SHA256())


class KeyFileSigner:
    """Signs with a P-256 key that is parsed once and kept."""

    def __init__(
        self,
        *,
        key: ec.EllipticCurvePrivateKey,
        certificate: x509.Certificate,
        chain: tuple[x509.Certificate, ...],
        kind: SignatureKind,
    ) -> None:
        self._key, self._kind = key, kind
        self._begins, self._ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        self._container = Container(_asn1(certificate), [_asn1(one) for one in chain])
        longest = self._container.filled(bytes(32), lambda _: bytes(_longest_signature(key)))
        self._reserved = 2 * len(longest) + _SPARE

    @classmethod
    def of_local_pki(cls, pki: Pki) -> "KeyFileSigner":
        """The test-grade signer that every installation starts with."""
        return cls(
            key=pki.key("signer"),
            certificate=pki.certificate("signer"),
            chain=(pki.certificate("issuing"),),
            kind="test",
        )

    @property
    def kind(self) -> SignatureKind:
        """What the page says about this signature."""
        return self._kind

    def sign(self, pdf: bytes, *, reason: str, location: str, now: datetime) -> bytes:
        """The file with its certification signature. Raises SignerExpired or Rejected."""
        if not self._begins <= now <= self._ends:
            raise SignerExpired(f"the signer's certificate is not valid on {now.date()}")
        unsigned = prepared(pdf, reason=reason, location=location, now=now, reserved=self._reserved)
        digest = hashlib.sha256(b"".join(unsigned.signed_parts)).digest()
        return unsigned.signed(self._container.filled(digest, lambda data: self._key.sign(data, _ECDSA)))


def _longest_signature(key: ec.EllipticCurvePrivateKey) -> int:
    """Bytes of an ECDSA signature in DER at most: two numbers below the curve's order, each with a sign byte."""
    number = 2 + 1 + (key.curve.key_size + 7) // 8
    return 2 * number + (2 if 2 * number < 128 else 3)


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
