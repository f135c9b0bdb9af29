"""What the worker does: each function is one job, named in `lms.app.JOBS`. Heavy libraries are loaded here alone."""

import hashlib
import logging
import threading
import time
from urllib.parse import urlsplit

from lms import audit, clock, completion
from lms.certificates import (
    checkpoints,
    credential_files,
    credential_keys,
    credentials,
    issuing,
    log_ends,
    making,
    refusals,
    status_lists,
)
from lms.certificates.attaching import Attachment
from lms.certificates.checkpoints import LogFolder
from lms.certificates.credential import Issuer
from lms.certificates.credential_files import CREDENTIAL, RECEIPT
from lms.certificates.credentials import Prepared
from lms.certificates.fitting import CannotFill
from lms.certificates.models import Certificate, Scheme
from lms.certificates.signing import Signer
from lms.certificates.signing import pki as local_pki
from lms.certificates.signing.key_file import KeyFileSigner
from lms.config import ROOT
from lms.exams import minutes, minutes_print
from lms.platform import Platform
from lms.reports import minutes as report

log = logging.getLogger(__name__)
#: WeasyPrint's fonts are not made for two threads: a job and a sweep take turns.
PRESS = threading.Lock()
DESIGNS = ROOT / "certificates"
FONTS = ROOT / "build" / "fonts"


def run(platform: Platform) -> None:
    """Do jobs and sweeps until SIGINT (which lets the job at hand finish) or SIGTERM.

    Sweeps have a thread of their own, so that a long job delays none.
    """
    refresh_revocation_list(platform)
    issuer_of(platform)  # its key is published before anything is signed with it
    ending = threading.Event()
    beat = threading.Thread(target=_sweep, args=(platform, ending), name="sweeps")
    beat.start()
    try:
        platform.queue.huey.create_consumer(workers=1, periodic=False, initial_delay=0.05, max_delay=0.5).run()
    finally:
        ending.set()
        beat.join()


def _sweep(platform: Platform, ending: threading.Event) -> None:
    sweeps = platform.queue.sweeps
    due = dict.fromkeys(sweeps, 0.0)
    while not ending.wait(1):
        for name, seconds in sweeps.items():
            if time.monotonic() >= due[name] and not ending.is_set():
                due[name] = time.monotonic() + seconds
                try:
                    platform.queue.do(name, {})
                except Exception:
                    log.exception("the sweep %s failed; it runs again in %s seconds", name, seconds)


def issue_certificate(platform: Platform, certificate_id: int) -> None:
    """Number, make and enter one certificate. Doing it again, or twice at once, issues it once.

    Its credential is entered in the log first, so that the file can carry the receipt; then the file's own hash.
    """
    signer, issuer, log_folder = _signer(platform), issuer_of(platform), log_folder_of(platform)
    today = clock.local_date(clock.now(), platform.settings.zone)
    with platform.database.transaction() as session:
        certificate = session.get(Certificate, certificate_id)
        if certificate is None or certificate.state != "pending":
            return
        scheme = session.get_one(Scheme, certificate.scheme_id)
        folder = DESIGNS / scheme.design
        try:
            making.require_printable(issuing.from_json(certificate.facts), folder=folder, fonts_dir=FONTS)
        except CannotFill as fault:
            issuing.note_refused(session, certificate_id, refusals.refusal_of(fault))
            subject = f"certificate:{certificate_id}"
            audit.record(session, "certificate.refuse", subject, by=None, now=clock.now())
            return
        facts = issuing.give_number(session, certificate_id, signature_kind=signer.kind, today=today)
        if facts is None:
            return
        prepared = credentials.prepare(
            session, certificate_id, facts, scheme=scheme.code, issuer=issuer, now=clock.now()
        )
    proofs = _proofs(platform, prepared, log_folder)
    with PRESS:
        pdf = making.make(facts, folder=folder, fonts_dir=FONTS, signer=signer, now=clock.now(), attachments=proofs)
    made = making.described(pdf, folder=folder)
    platform.files.put(made.key, pdf)
    with platform.database.transaction() as session:
        completion.certificate_made(session, certificate_id, made, now=clock.now())
    checkpoints.sign(platform.database, log_folder)


def issue_overdue(platform: Platform) -> None:
    """Issue what was proposed but whose job was lost."""
    with platform.database.reader() as session:
        waiting = issuing.overdue(session, now=clock.now())
    for certificate_id in waiting:
        try:
            issue_certificate(platform, certificate_id)
        except Exception:
            # One that fails must not keep the others waiting; it is tried again at the next beat.
            log.exception("certificate %s could not be issued", certificate_id)


def make_minutes(platform: Platform, minutes_id: int) -> None:
    """Make the file of minutes that two people have signed. Doing it again changes nothing."""
    with platform.database.reader() as session:
        found = report.by_key(session, minutes_id)
    if found is None or found.minutes.organiser_id is None or found.minutes.file_key is not None:
        return
    with PRESS:
        pdf = minutes_print.render(found.minutes, found.proctor, found.organiser, fonts_dir=FONTS)
    digest = hashlib.sha256(pdf).hexdigest()
    key = f"berita-acara/{digest[:2]}/{digest}.pdf"
    platform.files.put(key, pdf)
    with platform.database.transaction() as session:
        minutes.note_file(session, minutes_id, key=key, sha256=digest)


def make_overdue_minutes(platform: Platform) -> None:
    """The sweep: make what was signed and whose job was lost."""
    with platform.database.reader() as session:
        waiting = minutes.without_file(session)
    for minutes_id in waiting:
        try:
            make_minutes(platform, minutes_id)
        except Exception:
            log.exception("the minutes %s could not be made; the others go on", minutes_id)


def refresh_revocation_list(platform: Platform) -> None:
    """Renew the local PKI's revocation list before it runs out."""
    local_pki.ensure(platform.settings.pki_folder, now=clock.now())
    local_pki.refresh_crl(platform.settings.pki_folder, clock.now())


def keep_log(platform: Platform) -> None:
    """Sweep: publish which credentials were taken back, enter ends that the log does not say yet, and sign its head."""
    now = clock.now()
    with platform.database.transaction() as session:
        status_lists.refresh(session, issuer=issuer_of(platform), now=now)
    found = log_folder_of(platform)  # a key before the first entry
    with platform.database.transaction() as session:
        log_ends.follow(session, now=now)
    checkpoints.sign(platform.database, found)
    checkpoints.keep_daily(found, clock.local_date(now, platform.settings.zone).isoformat())


def issuer_of(platform: Platform) -> Issuer:
    """Who signs credentials here; a key is made at the first start."""
    settings = platform.settings
    return Issuer(settings.public_url, settings.zone, credential_keys.ensure(settings.credential_folder).secret())


def log_folder_of(platform: Platform) -> LogFolder:
    """The log's key and last checkpoint; a key is made at the first start."""
    settings = platform.settings
    host = urlsplit(settings.public_url).netloc
    return checkpoints.ensure(settings.log_folder, host=host, database=platform.database)


def _proofs(platform: Platform, prepared: Prepared, log_folder: LogFolder) -> list[Attachment]:
    """What the file carries: the credential, and the receipt that it was entered in the log."""
    note, key = checkpoints.sign(platform.database, log_folder), log_folder.public
    assert key is not None, "the folder has a key"
    with platform.database.reader() as session:
        receipt = checkpoints.receipt(session, prepared.index, note, key)
    assert receipt is not None, "the checkpoint was signed after the entry"
    envelope = credential_files.enveloped(prepared.jwt, holder_salt=prepared.holder_salt)
    return [
        Attachment(CREDENTIAL, envelope, "application/json", "Kredensial Open Badges 3.0"),
        Attachment(RECEIPT, receipt.text.encode(), "text/plain", "Bukti tercatat di log publik"),
    ]


def _signer(platform: Platform) -> Signer:
    return KeyFileSigner.of_local_pki(local_pki.ensure(platform.settings.pki_folder, now=clock.now()))
