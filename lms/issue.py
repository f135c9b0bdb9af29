"""Issuing certificates: number, credential, entry in the log, file, signature, register; many at once, each exactly once.

A chunk costs two transactions and two checkpoints, however many it holds. Whatever dies between the steps, trying again
takes up what is still pending: with the same number and credential, and entered in log and register once.
"""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from lms import audit, clock, completion
from lms.certificates import (
    checkpoints,
    credential_files,
    credential_keys,
    credentials,
    designs,
    editions,
    issuing,
    logos,
    making,
    refusals,
    stops,
)
from lms.certificates.adapting import Adaptation, adapted
from lms.certificates.attaching import Attachment
from lms.certificates.checkpoints import LogFolder
from lms.certificates.credential import Issuer
from lms.certificates.credential_files import CREDENTIAL, RECEIPT
from lms.certificates.credentials import Prepared
from lms.certificates.designs import Design
from lms.certificates.editions import Known
from lms.certificates.facts import CertificateFacts
from lms.certificates.fitting import CannotFill
from lms.certificates.issuing import Awarded, MadeFile
from lms.certificates.notes import Receipt
from lms.certificates.refusals import Refusal, Why
from lms.certificates.signing import Signer, choosing
from lms.certificates.signing.errors import Rejected, SigningFailed
from lms.config import ROOT
from lms.platform import Platform

log = logging.getLogger(__name__)
#: WeasyPrint's fonts are not made for two threads: a job and a sweep take turns.
PRESS = threading.Lock()
FONTS = ROOT / "build" / "fonts"
#: How many certificates share their transactions. Their files are in memory together: about 5 MB.
CHUNK = 100


@dataclass
class _Chunk:
    """Certificates on their way, by key.

    editions: those in force. adapted: designs as agencies have them, by the design's id and the edition's key.
    faults: of those that go no further in this attempt. rejected: those whose file the signer refuses.
    stop: why the signer signs nothing at present.
    """

    designs: dict[int, Design] = field(default_factory=dict)
    editions: Known = field(default_factory=dict)
    adapted: dict[tuple[str, int | None], Design] = field(default_factory=dict)
    facts: dict[int, CertificateFacts] = field(default_factory=dict)
    prepared: dict[int, Prepared] = field(default_factory=dict)
    faults: list[Exception] = field(default_factory=list)
    rejected: list[int] = field(default_factory=list)
    stop: SigningFailed | None = None


def issue(platform: Platform, certificate_ids: Sequence[int], signer: Signer | None = None) -> None:
    """Number, make and enter certificates. Doing it again, or twice at once, issues each once.

    Each credential is entered in the log first, so that the file can carry the receipt; then the file's own hash.
    One that cannot be made keeps no other waiting; the first fault is raised when the others are issued. Where the
    signer itself fails, all wait: the stop is noted (`stops`), and nothing is tried before it allows.
    signer: who signs though a stop stands; else the one of the settings.
    """
    signer = signer or _ready_signer(platform)
    if signer is None:
        return
    log_folder = log_folder_of(platform)
    faults: list[Exception] = []
    size = min(CHUNK, signer.batch)
    for start in range(0, len(certificate_ids), size):
        chunk = _Chunk()
        with platform.database.turn() as session:
            _number(platform, session, chunk, certificate_ids[start : start + size], signer)
        if chunk.facts:
            made = _make(platform, chunk, signer, _receipts(platform, chunk, log_folder))
            with platform.database.turn() as session:
                completion.certificates_made(session, made, now=clock.now())
                _note_signer(session, chunk, works=bool(made))
            checkpoints.sign(platform.database, log_folder)
        faults += chunk.faults
        if chunk.stop is not None:
            break
    if faults:
        raise faults[0]


def _ready_signer(platform: Platform) -> Signer | None:
    """Who signs; None while signing stands still."""
    with platform.database.reader() as session:
        if stops.forbids(session, now=clock.now()):
            return None
    try:
        return signer_of(platform)
    except SigningFailed as fault:
        log.warning("nothing is signed: %s", fault)
        with platform.database.transaction() as session:
            stops.note(session, fault, now=clock.now())
        return None


def _note_signer(session: Session, chunk: _Chunk, *, works: bool) -> None:
    """Refuse what the signer refused, and keep whether it signs at all."""
    for certificate_id in chunk.rejected:
        issuing.note_refused(session, certificate_id, Refusal(Why.NOT_SIGNED, ""))
        audit.record(session, "certificate.refuse", f"certificate:{certificate_id}", by=None, now=clock.now())
    if works:
        stops.clear(session)
    if chunk.stop is not None:
        stops.note(session, chunk.stop, now=clock.now())


def issuer_of(platform: Platform) -> Issuer:
    """Who signs credentials here; a key is made at the first start."""
    settings = platform.settings
    return Issuer(settings.public_url, settings.zone, credential_keys.ensure(settings.credential_folder).secret())


def log_folder_of(platform: Platform) -> LogFolder:
    """The log's key and last checkpoint; a key is made at the first start."""
    settings = platform.settings
    host = urlsplit(settings.public_url).netloc
    return checkpoints.ensure(settings.log_folder, host=host, database=platform.database)


def signer_of(platform: Platform) -> Signer:
    """Who signs files here. Raises an error of signing.errors."""
    return choosing.signer_of(platform.settings.signer, platform.settings.pki_folder, now=clock.now())


def _number(
    platform: Platform, session: Session, chunk: _Chunk, certificate_ids: Sequence[int], signer: Signer
) -> None:
    """Refuse what cannot be printed; give the others number and credential."""
    now = clock.now()
    printable = [one for one in issuing.ready(session, certificate_ids) if _is_printable(platform, session, chunk, one)]
    today = clock.local_date(now, platform.settings.zone)
    chunk.facts = issuing.give_numbers(session, printable, signature_kind=signer.kind, today=today)
    if chunk.facts:
        stated = {one.certificate.id: (chunk.facts[one.certificate.id], one.scheme.code) for one in printable}
        chunk.prepared = credentials.prepare_all(session, stated, issuer=issuer_of(platform), now=now)


def _is_printable(platform: Platform, session: Session, chunk: _Chunk, one: Awarded) -> bool:
    """Whether the design has room and glyphs for its facts; if not, it is refused, and no number is used up."""
    certificate_id = one.certificate.id
    try:
        design = chunk.designs[certificate_id] = _design(platform, session, chunk, one)
        making.require_printable(design, issuing.from_json(one.certificate.facts), fonts_dir=FONTS)
    except CannotFill as fault:
        issuing.note_refused(session, certificate_id, refusals.refusal_of(fault))
        audit.record(session, "certificate.refuse", f"certificate:{certificate_id}", by=None, now=clock.now())
        return False
    except Exception as fault:
        chunk.faults.append(fault)
        return False
    return True


def _design(platform: Platform, session: Session, chunk: _Chunk, one: Awarded) -> Design:
    """The design of a certificate as its agency has it, in the edition that makes it."""
    edition = editions.choose(session, one, chunk.editions)
    key = (one.scheme.design, edition.id if edition else None)
    if key not in chunk.adapted:
        given = Adaptation.from_json(edition.content) if edition else Adaptation()
        shipped = designs.current(designs.SHIPPED / one.scheme.design)
        chunk.adapted[key] = adapted(shipped, given, logos.load(platform.files, given.logo))
    return chunk.adapted[key]


def _receipts(platform: Platform, chunk: _Chunk, log_folder: LogFolder) -> dict[int, Receipt]:
    """The proof, by certificate, that its credential was entered in the log."""
    note, key = checkpoints.sign(platform.database, log_folder), log_folder.public
    assert key is not None, "the folder has a key"
    indexes = [prepared.index for prepared in chunk.prepared.values()]
    with platform.database.reader() as session:
        found = checkpoints.receipts(session, indexes, note, key)
    return {certificate_id: found[prepared.index] for certificate_id, prepared in chunk.prepared.items()}


def _make(platform: Platform, chunk: _Chunk, signer: Signer, receipts: dict[int, Receipt]) -> dict[int, MadeFile]:
    """The files, kept in storage."""
    made = {}
    for certificate_id, facts in chunk.facts.items():
        design = chunk.designs[certificate_id]
        proofs, now = _proofs(chunk.prepared[certificate_id], receipts[certificate_id]), clock.now()
        try:
            pdf = making.make(design, facts, fonts_dir=FONTS, signer=signer, now=now, attachments=proofs, press=PRESS)
            file = making.described(pdf, design)
            platform.files.put(file.key, pdf)
        except Rejected as fault:
            log.warning("the signer refused the file of certificate %s: %s", certificate_id, fault)
            chunk.rejected.append(certificate_id)
            continue
        except SigningFailed as fault:
            log.warning("signing stops at certificate %s: %s", certificate_id, fault)
            chunk.stop = fault
            break
        except Exception as fault:
            log.exception("the file of certificate %s could not be made", certificate_id)
            chunk.faults.append(fault)
            continue
        made[certificate_id] = file
    return made


def _proofs(prepared: Prepared, receipt: Receipt) -> list[Attachment]:
    """What the file carries: the credential, and the receipt that it was entered in the log."""
    envelope = credential_files.enveloped(prepared.jwt, holder_salt=prepared.holder_salt)
    return [
        Attachment(CREDENTIAL, envelope, "application/json", "Kredensial Open Badges 3.0"),
        Attachment(RECEIPT, receipt.text.encode(), "text/plain", "Bukti tercatat di log publik"),
    ]
