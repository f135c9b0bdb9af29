"""What the worker does: each function is one job, named in `lms.app.JOBS`. Heavy libraries are loaded here alone."""

import logging
import threading
import time

from lms import audit, clock, completion
from lms.certificates import issuing, making, refusals
from lms.certificates.fitting import CannotFill
from lms.certificates.models import Certificate, Scheme
from lms.certificates.signing import Signer
from lms.certificates.signing import pki as local_pki
from lms.certificates.signing.key_file import KeyFileSigner
from lms.config import ROOT
from lms.platform import Platform

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
    """Number, make and enter one certificate. Doing it again, or twice at once, issues it once."""
    signer = _signer(platform)
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
    with PRESS:
        pdf = making.make(facts, folder=folder, fonts_dir=FONTS, signer=signer, now=clock.now())
    made = making.described(pdf, folder=folder)
    platform.files.put(made.key, pdf)
    with platform.database.transaction() as session:
        completion.certificate_made(session, certificate_id, made, now=clock.now())


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


def refresh_revocation_list(platform: Platform) -> None:
    """Renew the local PKI's revocation list before it runs out."""
    local_pki.ensure(platform.settings.pki_folder, now=clock.now())
    local_pki.refresh_crl(platform.settings.pki_folder, clock.now())


def _signer(platform: Platform) -> Signer:
    return KeyFileSigner.of_local_pki(local_pki.ensure(platform.settings.pki_folder, now=clock.now()))
