"""A certificate of a throwaway key, to be inspected before the first upload: so what is made once is made, and shared.

Parsers fill tables and load modules when they are first used. A server that has seen one file forks children that
need not do so again.
"""

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.jwk import ECKey

from lms.certificates import codes, merkle, notes
from lms.certificates.attaching import Attachment, attached
from lms.certificates.credential_files import CREDENTIAL, RECEIPT, enveloped
from lms.certificates.file_report import Carried, FileReport, Proof, Signature
from lms.certificates.inspection import inspect
from lms.certificates.notes import Checkpoint, Receipt, Verifier
from lms.certificates.pdf_writing import finished, freeze, stream
from lms.certificates.signing import pki as pki_files
from lms.certificates.signing.key_file import KeyFileSigner

_CONTENTS = b"BT /F 9 Tf (Nomor: 1) Tj [(Latihan) -40 (.)] TJ ET"
_OBJECTS = {
    3: b"<< /Type /Pages /Kids [ 4 0 R ] /Count 1 >>",
    4: b"<< /Type /Page /Parent 3 0 R /MediaBox [0 0 9 9] /Contents 1 0 R /Resources << /Font << /F 5 0 R >> >> /Annots [ ] >>",
    5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    6: b"<< /Title (Latihan) >>",
}
_CATALOG = 7


def rehearse(now: datetime) -> None:
    """Signs a page of one line with its proofs and inspects it. Raises RuntimeError if all is not found sound."""
    code, key, log_key = codes.new_code(), ECKey.generate_key("P-256"), Ed25519PrivateKey.generate()
    log = Verifier("latihan", log_key.public_key().public_bytes_raw())
    jwt = jws.serialize_compact({"alg": "ES256"}, json.dumps({"id": f"/cek/{code}"}), key)
    proofs = (
        Attachment(CREDENTIAL, enveloped(jwt, holder_salt=""), "application/json", ""),
        Attachment(RECEIPT, _receipt(jwt, log_key, log).text.encode(), "text/plain", ""),
    )
    with TemporaryDirectory() as folder:
        pki = pki_files.ensure(Path(folder) / "pki", now=now)
        signed = KeyFileSigner.of_local_pki(pki).sign(_page(proofs, now), reason="Latihan", location="", now=now)
        trust = replace(pki.trust, credential_keys=(json.dumps(key.as_dict(private=False)),), log_keys=(log.text,))
    report = inspect(signed, trust=trust, now=now)
    if report.carried != Carried(Proof.GENUINE, code, Proof.GENUINE, 0) or not _is_sound(report):
        raise RuntimeError(f"a sound file was not found sound: {', '.join(report.reasons)}")


def _receipt(jwt: str, private: Ed25519PrivateKey, key: Verifier) -> Receipt:
    """That the credential is the one entry of a log."""
    entry = json.dumps({"credential": hashlib.sha256(jwt.encode()).hexdigest()}).encode()
    note = notes.signed(Checkpoint(key.name, 1, merkle.leaf_hash(entry)), private, key)
    return Receipt(0, (), note, entry)


def _page(proofs: tuple[Attachment, ...], now: datetime) -> bytes:
    entries, files = attached(proofs, first=_CATALOG + 1, now=now)
    objects = _OBJECTS | {_CATALOG: b"<< /Type /Catalog /Pages 3 0 R %b >>" % entries} | files
    return finished(freeze({1: stream(_CONTENTS)}, {}, number=2), objects, root=_CATALOG, info=6)


def _is_sound(report: FileReport) -> bool:
    return report.signature is Signature.VALID_OURS and not report.damaged
