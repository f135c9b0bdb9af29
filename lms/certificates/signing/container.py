"""The CMS container of a PAdES signature (ETSI EN 319 142-1): a detached CMS (RFC 5652), of which little ever changes.

Three signed attributes: content type, message digest, and the signer's certificate by its hash (RFC 5035). The time of
signing stands in the PDF, as PAdES wants it; a stamp of an authority, which proves it, is an unsigned attribute. All but
digest, signature and stamp is encoded once.
"""

from collections.abc import Callable, Sequence

from asn1crypto import algos, cms, core, x509
from pyhanko.sign.general import as_signing_certificate_v2

_SEQUENCE, _SET, _OCTETS, _CONTENT, _UNSIGNED = b"\x30", b"\x31", b"\x04", b"\xa0", b"\xa1"
_DIGEST = "sha256"
_NO_DIGEST = bytes(32)
_LONGEST_P256 = 72

Sign = Callable[[bytes], bytes]
Stamp = Callable[[bytes], bytes]


class Container:
    """The containers of one signer whose key is an elliptic-curve or RSA key, with SHA-256."""

    def __init__(self, certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> None:
        attributes = [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [_NO_DIGEST]}),
            cms.CMSAttribute({"type": "signing_certificate_v2", "values": [as_signing_certificate_v2(certificate)]}),
        ]
        in_order = b"".join(sorted(attribute.dump() for attribute in attributes))  # a SET is in the order of its bytes
        self._before_digest, self._after_digest = in_order.split(_NO_DIGEST)
        digest = algos.DigestAlgorithm({"algorithm": _DIGEST}).dump()
        issuer = cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number})
        version = core.Integer(1).dump()
        self._signer_head = version + issuer.dump() + digest
        is_rsa = certificate.public_key.algorithm == "rsa"
        kind = {"algorithm": "sha256_rsa" if is_rsa else "sha256_ecdsa"}
        self._signature_kind = algos.SignedDigestAlgorithm(kind).dump()
        self._longest = certificate.public_key.byte_size if is_rsa else _LONGEST_P256
        held = b"".join(one.dump() for one in (certificate, *chain))
        content = _tlv(_SEQUENCE, core.ObjectIdentifier("1.2.840.113549.1.7.1").dump())
        self._head = version + _tlv(_SET, digest) + content + _tlv(_CONTENT, held)

    def filled(self, digest: bytes, sign: Sign, stamp: Stamp | None = None) -> bytes:
        """The container, as DER, over content with this SHA-256.

        sign: makes the signature over some bytes. stamp: gives a time-stamp token (RFC 3161) over a signature.
        """
        attributes = self._before_digest + digest + self._after_digest
        signature = sign(_tlv(_SET, attributes))
        stamped = _tlv(_UNSIGNED, _stamp_attribute(stamp(signature))) if stamp else b""
        signer = _tlv(
            _SEQUENCE,
            *(self._signer_head, _tlv(_CONTENT, attributes), self._signature_kind, _tlv(_OCTETS, signature), stamped),
        )
        signed = _tlv(_SEQUENCE, self._head, _tlv(_SET, signer))
        return _tlv(_SEQUENCE, _SIGNED_DATA, _tlv(_CONTENT, signed))

    def longest(self, stamp_bytes: int = 0) -> int:
        """How many bytes a container has at most. stamp_bytes: of the longest stamp, 0 without any."""
        stamp = (lambda _: bytes(stamp_bytes)) if stamp_bytes else None
        return len(self.filled(_NO_DIGEST, lambda _: bytes(self._longest), stamp))


def _stamp_attribute(token: bytes) -> bytes:
    """A token as the attribute signature-time-stamp (RFC 3161, appendix A)."""
    return _tlv(_SEQUENCE, _TIME_STAMP, _tlv(_SET, token))


_SIGNED_DATA = core.ObjectIdentifier("1.2.840.113549.1.7.2").dump()
_TIME_STAMP = core.ObjectIdentifier("1.2.840.113549.1.9.16.2.14").dump()


def _tlv(tag: bytes, *parts: bytes) -> bytes:
    """A value in DER, after its tag and length (X.690, 8.1)."""
    value = b"".join(parts)
    length = len(value)
    if length < 0x80:
        return tag + bytes([length]) + value
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return tag + bytes([0x80 | len(octets)]) + octets + value
