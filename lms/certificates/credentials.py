"""The credential of a certificate, made once and entered in the log before the file that carries it."""

import hashlib
import secrets
from collections.abc import Mapping
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
    """The credential of one certificate; see prepare_all. scheme: the code of the rule that earned it."""
    return prepare_all(session, {certificate_id: (facts, scheme)}, issuer=issuer, now=now)[certificate_id]


def prepare_all(
    session: Session, stated: Mapping[int, tuple[CertificateFacts, str]], *, issuer: Issuer, now: datetime
) -> dict[int, Prepared]:
    """Credentials, signed and entered in the log at the first call; later calls give the same ones. By certificate.

    stated: the facts of each certificate, and the code of the rule that earned it. Facts that were corrected before the
    file was issued get a credential of their own, and an entry of their own.
    """
    rows = session.scalars(select(Credential).where(Credential.certificate_id.in_(stated)))
    known = {row.certificate_id: row for row in rows}
    new = [certificate_id for certificate_id in stated if certificate_id not in known]
    for certificate_id, place in zip(new, _free_places(session, len(new)), strict=True):
        known[certificate_id] = Credential(
            certificate_id=certificate_id, status_list=place.number, status_index=place.index
        )
        session.add(known[certificate_id])
    entries = []
    for certificate_id, (facts, scheme) in stated.items():
        made = known[certificate_id]
        _sign_once(made, facts, scheme, issuer, now)
        hashed = hashlib.sha256(made.jwt.encode()).hexdigest()
        values = {"number": facts.number, "credential": hashed, "salt": secrets.token_hex(16)}
        entries.append(log.Entry("issue", f"issue:{certificate_id}:{hashed[:16]}", values, certificate_id))
    indexes = log.append_all(session, entries, now=now)
    pairs = zip(stated, indexes, strict=True)
    return {number: Prepared(known[number].jwt, known[number].holder_salt, index) for number, index in pairs}


def _sign_once(made: Credential, facts: CertificateFacts, scheme: str, issuer: Issuer, now: datetime) -> None:
    """Signs what was not signed yet over these facts."""
    stated = hashlib.sha256(canonical_json(to_json(facts)).encode()).hexdigest()
    if made.facts_sha256 == stated:
        return
    made.facts_sha256, made.holder_salt, made.made_at = stated, credential.new_salt(), now
    status = StatusPlace(made.status_list, made.status_index)
    payload = credential.claims(facts, scheme=scheme, salt=made.holder_salt, status=status, issuer=issuer)
    made.jwt = credential.signed(payload, issuer)


def enter_file(
    session: Session, certificate_id: int, *, number: str, sha256: str, now: datetime, issued_at: datetime | None = None
) -> int:
    """Enter the hash of an issued file; the index of its entry. issued_at: of a file older than the log."""
    values = {"number": number, "sha256": sha256}
    if issued_at is not None:
        values["issued"] = log.timestamp(issued_at)
    key = f"file:{certificate_id}"
    return log.append(session, "file", key=key, values=values, now=now, certificate_id=certificate_id)


def enter_files(session: Session, files: Mapping[int, tuple[str, str]], *, now: datetime) -> None:
    """Enter the hashes of issued files: number and SHA-256 by certificate."""
    entries = [
        log.Entry("file", f"file:{certificate_id}", {"number": number, "sha256": sha256}, certificate_id)
        for certificate_id, (number, sha256) in files.items()
    ]
    log.append_all(session, entries, now=now)


def _free_places(session: Session, count: int) -> list[StatusPlace]:
    """Random bits that speak of nobody yet, in a list that is about half full at most: so they tell nothing of an order."""
    if not count:
        return []
    number = (session.scalar(select(func.count()).select_from(Credential)) or 0) // (LENGTH // 2) + 1
    found: set[int] = set()
    while len(found) < count:
        tried = {secrets.randbelow(LENGTH) for _ in range(count - len(found))} - found
        taken = select(Credential.status_index).where(
            Credential.status_list == number, Credential.status_index.in_(tried)
        )
        found |= tried.difference(session.scalars(taken))
    return [StatusPlace(number, index) for index in found]
