"""The credential of a certificate, made once and entered in the log before the file that carries it."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.certificates import credential, log
from lms.certificates.credential import Issuer, StatusPlace
from lms.certificates.credential_models import Credential
from lms.certificates.facts import CertificateFacts
from lms.certificates.issuing import to_json
from lms.certificates.status_lists import LENGTH
from lms.db import canonical_json


@dataclass(frozen=True)
class Prepared:
    """A credential, its holder's salt, and the index of the entry that says it was issued."""

    jwt: str
    holder_salt: str
    index: int


def prepare(
    session: Session, certificate_id: int, facts: CertificateFacts, *, scheme: str, issuer: Issuer, now: datetime
) -> Prepared:
    """The certificate's credential, signed and entered in the log at the first call; later calls give the same one.

    Facts that were corrected before the file was issued get a credential of their own, and an entry of their own.
    """
    stated = hashlib.sha256(canonical_json(to_json(facts)).encode()).hexdigest()
    made = session.get(Credential, certificate_id)
    if made is None:
        place = _free_place(session)
        made = Credential(certificate_id=certificate_id, status_list=place.number, status_index=place.index)
        session.add(made)
    if made.facts_sha256 != stated:
        made.facts_sha256, made.holder_salt, made.made_at = stated, credential.new_salt(), now
        status = StatusPlace(made.status_list, made.status_index)
        payload = credential.claims(facts, scheme=scheme, salt=made.holder_salt, status=status, issuer=issuer)
        made.jwt = credential.signed(payload, issuer)
    hashed = hashlib.sha256(made.jwt.encode()).hexdigest()
    index = log.append(
        session,
        "issue",
        key=f"issue:{certificate_id}:{hashed[:16]}",
        values={"number": facts.number, "credential": hashed, "salt": secrets.token_hex(16)},
        now=now,
        certificate_id=certificate_id,
    )
    return Prepared(made.jwt, made.holder_salt, index)


def enter_file(
    session: Session, certificate_id: int, *, number: str, sha256: str, now: datetime, issued_at: datetime | None = None
) -> int:
    """Enter the hash of an issued file; the index of its entry. issued_at: of a file older than the log."""
    values = {"number": number, "sha256": sha256}
    if issued_at is not None:
        values["issued"] = log.timestamp(issued_at)
    key = f"file:{certificate_id}"
    return log.append(session, "file", key=key, values=values, now=now, certificate_id=certificate_id)


def _free_place(session: Session) -> StatusPlace:
    """A random bit that speaks of nobody yet, in a list that is at most half full: so it tells nothing of an order."""
    number = session.scalar(select(func.count()).select_from(Credential)) or 0
    number = number // (LENGTH // 2) + 1
    while True:
        index = secrets.randbelow(LENGTH)
        taken = select(Credential.certificate_id).where(
            Credential.status_list == number, Credential.status_index == index
        )
        if session.scalar(taken) is None:
            return StatusPlace(number, index)
