"""The credential and the log receipt that a file carries, checked against our own keys. Imported by the sandbox alone."""

import hashlib
import json
from functools import lru_cache
from typing import Any

import pikepdf
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from lms.certificates import codes, notes
from lms.certificates.credential_files import CREDENTIAL, RECEIPT, jwt_in
from lms.certificates.file_report import Carried, Proof
from lms.certificates.notes import BadNote, NotSigned, Verifier
from lms.certificates.signing.trust import Trust

_MOST_BYTES = 100_000


def carried(pdf: pikepdf.Pdf, trust: Trust) -> Carried:
    """What the file carries. Raises whatever pikepdf raises for a malformed one."""
    credential, jwt, code = _credential(_content(pdf, CREDENTIAL), trust)
    receipt, index = _receipt(_content(pdf, RECEIPT), jwt, trust)
    return Carried(credential, code, receipt, index)


@lru_cache(maxsize=2)
def known(trust: Trust) -> tuple[tuple[ECKey, ...], tuple[Verifier, ...]]:
    """The keys that ever signed credentials, and those that ever signed checkpoints, ready for use."""
    credentials = tuple(ECKey.import_key(json.loads(key)) for key in trust.credential_keys)
    return credentials, tuple(notes.verifier(line) for line in trust.log_keys)


def _content(pdf: pikepdf.Pdf, name: str) -> bytes | None:
    if name not in pdf.attachments:
        return None
    content = pdf.attachments[name].get_file().read_bytes()
    return content if len(content) <= _MOST_BYTES else b""


def _credential(content: bytes | None, trust: Trust) -> tuple[Proof, str, str | None]:
    """Its state, the token, and the code that it states if it is ours."""
    if content is None:
        return Proof.NONE, "", None
    try:
        jwt = jwt_in(content)
        stated = json.loads(jws.extract_compact(jwt.encode()).payload)
    except (ValueError, JoseError):
        return Proof.BROKEN, "", None
    if not any(_is_signed(jwt, key) for key in known(trust)[0]):
        return Proof.FOREIGN, jwt, None
    code = codes.normalise(str(stated.get("id", "")) if isinstance(stated, dict) else "")
    return (Proof.GENUINE, jwt, code) if codes.is_well_formed(code) else (Proof.BROKEN, jwt, None)


def _is_signed(jwt: str, key: ECKey) -> bool:
    try:
        jws.deserialize_compact(jwt, key, algorithms=["ES256"])
    except (ValueError, JoseError):
        return False
    return True


def _receipt(content: bytes | None, jwt: str, trust: Trust) -> tuple[Proof, int | None]:
    """Its state, and its index in the log if it proves that this very credential was entered there."""
    if content is None:
        return Proof.NONE, None
    try:
        found = notes.receipt(content.decode("utf-8"))
        entry: Any = json.loads(found.extra)
    except (BadNote, ValueError):
        return Proof.BROKEN, None
    stated = entry.get("credential") if isinstance(entry, dict) else None
    for key in known(trust)[1]:
        try:
            notes.proves(found, found.extra, key)
        except NotSigned:
            continue
        except BadNote:
            return Proof.BROKEN, None
        ours = stated == hashlib.sha256(jwt.encode()).hexdigest()
        return (Proof.GENUINE, found.index) if ours else (Proof.BROKEN, None)
    return Proof.FOREIGN, None
