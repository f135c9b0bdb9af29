"""Time stamps of an authority (RFC 3161): proof that a signature was there at a moment. Imported by the worker alone.

The authority's name and certificate are judged whenever a file is checked; what is looked at here is that this stamp
is for this signature, of now, and whole.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from asn1crypto import algos, cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from lms.certificates.signing.errors import NotStamped, SigningFailed
from lms.certificates.signing.exchange import Service
from lms.certificates.signing.verifying import fits

_SECONDS = 30
_NONCE_BYTES = 8
#: How far the authority's clock may be from ours.
MOST_APART = timedelta(minutes=10)
#: Stamps of one authority differ by some bytes: in the serial number, the nonce, an ECDSA signature.
_SPARE = 256
_HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


class TimeStamps:
    """One authority."""

    def __init__(self, url: str, *, seconds: float = _SECONDS) -> None:
        self._service, self._longest = Service(url, seconds=seconds), 0

    def longest(self, now: datetime) -> int:
        """The bytes to keep free for a stamp; asks for one to see how long they are here. Raises NotStamped."""
        if not self._longest:
            self._longest = len(self.token(b"", now=now)) + _SPARE
        return self._longest

    def token(self, signature: bytes, *, now: datetime) -> bytes:
        """The token over a signature, as DER. Raises NotStamped."""
        digest, nonce = hashlib.sha256(signature).digest(), secrets.randbits(8 * _NONCE_BYTES)
        imprint = {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": digest}
        request = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True})
        try:
            answer = self._service.post("", request.dump(), {"Content-Type": "application/timestamp-query"})
        except SigningFailed as fault:
            raise NotStamped(f"Otoritas stempel waktu tidak menjawab: {fault}") from fault
        if answer.status != 200:
            raise NotStamped(f"Otoritas stempel waktu menjawab dengan status {answer.status}.")
        try:
            token = _granted(answer.body)
            _require_for(token, digest, nonce, now)
            _require_signed(token)
        except (ValueError, TypeError, KeyError, StopIteration) as fault:
            raise NotStamped(f"Stempel waktu yang datang tidak dapat dipakai ({fault}).") from fault
        return bytes(token.dump())


def _granted(body: bytes) -> cms.ContentInfo:
    response = tsp.TimeStampResp.load(body, strict=True)
    status = response["status"]["status"].native
    if status not in {"granted", "granted_with_mods"}:
        raise ValueError(f"jawabannya {status}")
    return response["time_stamp_token"]


def _require_for(token: cms.ContentInfo, digest: bytes, nonce: int, now: datetime) -> None:
    info = token["content"]["encap_content_info"]["content"].parsed
    imprint = info["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != "sha256" or imprint["hashed_message"].native != digest:
        raise ValueError("untuk tanda tangan lain")
    if info["nonce"].native != nonce:
        raise ValueError("jawaban atas permintaan lain")
    if abs(info["gen_time"].native - now) > MOST_APART:
        raise ValueError("waktunya jauh dari jam di sini")


def _require_signed(token: cms.ContentInfo) -> None:
    """Whether the key of the certificate in the token signed it."""
    signed = token["content"]
    (signer,) = signed["signer_infos"]
    attributes = {one["type"].native: one["values"][0].native for one in signer["signed_attrs"]}
    kind = signer["digest_algorithm"]["algorithm"].native
    content = signed["encap_content_info"]["content"].contents
    if attributes["message_digest"] != hashlib.new(kind, content).digest():
        raise ValueError("isinya tidak utuh")
    serial = signer["sid"].chosen["serial_number"].native
    der = next(one.chosen.dump() for one in signed["certificates"] if one.chosen.serial_number == serial)
    data = signer["signed_attrs"].untag().dump()
    if not fits(x509.load_der_x509_certificate(der).public_key(), signer["signature"].native, data, _HASHES[kind]):
        raise ValueError("tanda tangannya tidak cocok")
