"""The e-sign service of BSrE, which signs whole files: version 1 (multipart), version 2 (JSON), and the seal of an agency.

Source: BSrE, Petunjuk Teknis API Esign Client Service v2.2.1, as far as it is public. Paths, fields and the code 2031
are from there; how a fault is worded differs between installations, so that words are looked for, not sentences.
A passphrase is in the body of one request and nowhere else: no message of ours repeats what was sent or answered.
"""

import base64
import binascii
import json
import secrets
from collections.abc import Mapping
from typing import Any

from lms.certificates.signing.errors import (
    BadAnswer,
    NotAuthorised,
    NotIssued,
    Rejected,
    SignerExpired,
    SigningFailed,
    Unreachable,
)
from lms.certificates.signing.exchange import Answer, Service

#: People who run it report time-outs after two minutes.
_SECONDS = 120.0
_WRONG_PASSPHRASE = 2031
_JSON = {"Content-Type": "application/json", "Accept": "application/json"}
#: Words in an answer → what they mean, the most telling first.
_MEANINGS: tuple[tuple[tuple[str, ...], type[SigningFailed], str], ...] = (
    (
        ("passphrase", "totp", "otp"),
        NotAuthorised,
        "BSrE menolak frasa sandi atau TOTP: periksa, lalu jalankan lms certificates signer check.",
    ),
    (
        ("expired", "kedaluwarsa", "kadaluarsa", "kadaluwarsa", "revoke", "dicabut"),
        SignerExpired,
        "Sertifikat penanda tangan di BSrE sudah berakhir atau dicabut: perbarui di BSrE.",
    ),
    (
        ("not_registered", "not registered", "tidak terdaftar", "belum terdaftar", "not found", "tidak ditemukan"),
        NotIssued,
        "Penanda tangan belum terdaftar di BSrE, atau belum punya sertifikat: periksa BSRE_IDENTITY.",
    ),
)
_STATUSES = {401: "BSRE_ACCOUNT", 403: "hak akun BSRE_ACCOUNT"}


class Bsre:
    """One installation of the service. account: user:password of this application; identity: NIK, or subscriber of a seal."""

    def __init__(self, url: str, *, account: str, identity: str, seconds: float = _SECONDS) -> None:
        self._url, self._identity, self._seconds = url, identity, seconds
        self._authorised = {"Authorization": "Basic " + base64.b64encode(account.encode()).decode()}

    def sign_v1(self, pdf: bytes, *, secret: str, reason: str, location: str) -> bytes:
        """What came back for a file. secret: the passphrase. Raises an error of signing.errors."""
        fields = {"nik": self._identity, "passphrase": secret, "tampilan": "invisible"}
        fields |= {"reason": reason, "location": location}
        kind, body = _multipart(fields, pdf)
        answer = self._asked(
            "/api/sign/pdf", body, {"Content-Type": kind, "Accept": "application/pdf, application/json"}
        )
        if not answer.body.startswith(b"%PDF-"):
            raise BadAnswer("BSrE menjawab berhasil, tetapi tidak dengan berkas PDF.")
        return answer.body

    def sign_v2(self, pdf: bytes, *, secret: str, reason: str, location: str) -> bytes:
        """As sign_v1."""
        return self._file("/api/v2/sign/pdf", {"nik": self._identity, "passphrase": secret}, pdf, reason, location)

    def seal(self, pdf: bytes, *, secret: str, reason: str, location: str) -> bytes:
        """As sign_v1, with the seal of an agency. secret: the code of its activation, which buys one TOTP for one file."""
        bought = self._told("/api/v2/seal/get/totp", {"idSubscriber": self._identity, "totp": secret, "data": "1"})
        totp = bought.get("totp")
        if bought.get("result") is False or not isinstance(totp, str) or not totp:
            raise NotAuthorised("BSrE tidak memberi TOTP segel: aktifkan segel lagi, lalu perbarui SIGNER_SECRET.")
        return self._file("/api/v2/seal/pdf", {"idSubscriber": self._identity, "totp": totp}, pdf, reason, location)

    def _file(self, path: str, who: Mapping[str, str], pdf: bytes, reason: str, location: str) -> bytes:
        look = {"tampilan": "INVISIBLE", "reason": reason, "location": location, "contactInfo": ""}
        files = [base64.b64encode(pdf).decode()]
        told = self._told(path, {**who, "signatureProperties": [look], "file": files})
        try:
            (signed,) = told["file"]
            return base64.b64decode(signed, validate=True)
        except (KeyError, TypeError, ValueError, binascii.Error) as fault:
            raise BadAnswer("BSrE menjawab berhasil, tetapi tanpa satu berkas.") from fault

    def _told(self, path: str, question: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._asked(path, json.dumps(question).encode(), _JSON)
        told = _json(answer.body)
        if told is None:
            raise BadAnswer("BSrE menjawab dengan sesuatu yang bukan JSON.")
        return told

    def _asked(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """One question on a connection of its own: to send it again unasked could use up a TOTP, or sign twice."""
        answer = Service(self._url, seconds=self._seconds).post(path, body, {**self._authorised, **headers})
        if answer.status != 200:
            raise _fault(answer)
        return answer


def _fault(answer: Answer) -> SigningFailed:
    """What a status other than 200 means. 5xx come bare now and then, for no reason that is told."""
    if answer.status in _STATUSES:
        return NotAuthorised(
            f"BSrE menolak akun aplikasi (status {answer.status}): periksa {_STATUSES[answer.status]}."
        )
    told = _json(answer.body) or {}
    if str(told.get("status_code", "")) == str(_WRONG_PASSPHRASE):
        return _MEANINGS[0][1](_MEANINGS[0][2])
    said = " ".join(str(told.get(name, "")) for name in ("error", "message", "status")).lower()
    for words, kind, meaning in _MEANINGS:
        if any(word in said for word in words):
            return kind(meaning)
    if answer.status >= 500:
        return Unreachable(f"BSrE sedang bermasalah (status {answer.status}).")
    return Rejected(f"BSrE menolak berkas ini (status {answer.status}).")


def _json(body: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(body)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _multipart(fields: Mapping[str, str], pdf: bytes) -> tuple[str, bytes]:
    """Fields and the file as multipart/form-data (RFC 7578): its media type, and the body."""
    mark = secrets.token_hex(16)
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    head = b'Content-Disposition: form-data; name="file"; filename="sertifikat.pdf"\r\nContent-Type: application/pdf'
    parts.append(head + b"\r\n\r\n" + pdf)
    body = b"".join(b"--%b\r\n%b\r\n" % (mark.encode(), part) for part in parts)
    return f"multipart/form-data; boundary={mark}", body + b"--%b--\r\n" % mark.encode()
