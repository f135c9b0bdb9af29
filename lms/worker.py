"""What the worker does: each function is one job, named in `lms.app.JOBS`. Heavy libraries are loaded here alone."""

import hashlib
import logging
import threading
import time

from lms import clock, issue, jobs
from lms.certificates import (
    checkpoints,
    designs,
    editions,
    issuing,
    log_ends,
    logos,
    previewing,
    status_lists,
    stops,
)
from lms.certificates.adapting import Adaptation
from lms.certificates.edition_models import DesignDraft
from lms.certificates.models import Certificate
from lms.certificates.samples import Sample
from lms.certificates.signing import pki as local_pki
from lms.certificates.signing import revocation_lists
from lms.exams import minutes, minutes_print
from lms.platform import Platform
from lms.reports import minutes as report

log = logging.getLogger(__name__)


def run(platform: Platform) -> None:
    """Do jobs and sweeps until SIGINT (which lets the job at hand finish) or SIGTERM.

    Sweeps have a thread of their own, so that a long job delays none.
    """
    refresh_revocation_list(platform)
    issue.issuer_of(platform)  # its key is published before anything is signed with it
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
    """Issue one certificate, and with it others that wait: after an exam of many, few jobs do the work of all."""
    with platform.database.reader() as session:
        certificate = session.get(Certificate, certificate_id)
        if certificate is None or certificate.state != "pending":
            return
        others = issuing.waiting(session, besides=certificate_id, limit=issue.CHUNK - 1)
    issue.issue(platform, [certificate_id, *others])


def issue_overdue(platform: Platform) -> None:
    """Issue what was proposed but whose job was lost.

    Where each signature waits for a service, a job does it: the sweeps share one thread, and none of them may wait.
    """
    with platform.database.reader() as session:
        waiting = [] if stops.forbids(session, now=clock.now()) else issuing.overdue(session, now=clock.now())
    if waiting and platform.settings.signer.is_slow:
        with platform.database.transaction() as session:
            jobs.enqueue(session, "issue_certificate", certificate_id=waiting[0])
        return
    try:
        issue.issue(platform, waiting)
    except Exception:
        # The others are issued; what failed is tried again at the next beat.
        log.exception("some of %s certificates could not be issued", len(waiting))


def make_minutes(platform: Platform, minutes_id: int) -> None:
    """Make the file of minutes that two people have signed. Doing it again changes nothing."""
    with platform.database.reader() as session:
        found = report.by_key(session, minutes_id)
    if found is None or found.minutes.organiser_id is None or found.minutes.file_key is not None:
        return
    with issue.PRESS:
        pdf = minutes_print.render(found.minutes, found.proctor, found.organiser, fonts_dir=issue.FONTS)
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


def look_at_draft(platform: Platform, draft_id: int) -> None:
    """Print a draft of an agency's design, and note what is wrong with it. Doing it again gives the same."""
    with platform.database.reader() as session:
        found = session.get(DesignDraft, draft_id)
        if found is None or found.looked is not None:
            return
        agency = editions.agency_of(session, found.unit_id)
        standing = editions.in_force(session, found.unit_id, found.design)
    given, design = Adaptation.from_json(found.content), designs.current(designs.SHIPPED / found.design)
    settings = platform.settings
    sample = Sample(
        agency=agency,
        kind=issue.signer_of(platform).kind,
        check_page=f"{settings.public_url}/cek",
        on=clock.local_date(clock.now(), settings.zone),
    )
    before = Adaptation.from_json(standing.content) if standing else Adaptation()
    logo, logo_before = (logos.load(platform.files, one.logo) for one in (given, before))
    with issue.PRESS:
        seen = previewing.look(design, given, logo, sample, fonts_dir=issue.FONTS)
        files = seen.files | previewing.printed_now(design, before, logo_before, sample, fonts_dir=issue.FONTS)
    for name, content in files.items():
        platform.files.put(editions.preview_key(found, name), content)
    looked = {"revision": found.revision, "faults": [list(fault) for fault in seen.faults], "files": sorted(files)}
    with platform.database.transaction() as session:
        editions.note_look(session, draft_id, looked)


def look_at_drafts(platform: Platform) -> None:
    """The sweep: look at drafts whose job was lost."""
    with platform.database.reader() as session:
        waiting = editions.not_looked(session, now=clock.now())
    for draft_id in waiting:
        try:
            look_at_draft(platform, draft_id)
        except Exception:
            log.exception("the draft %s could not be printed; the others go on", draft_id)


def refresh_revocation_list(platform: Platform) -> None:
    """Renew the local PKI's revocation lists before they run out, and fetch those of other authorities."""
    local_pki.ensure(platform.settings.pki_folder, now=clock.now())
    local_pki.refresh_crl(platform.settings.pki_folder, clock.now())
    revocation_lists.refresh(platform.settings.pki_folder, now=clock.now())


def keep_log(platform: Platform) -> None:
    """Sweep: publish which credentials were taken back, enter ends that the log does not say yet, and sign its head."""
    now = clock.now()
    with platform.database.transaction() as session:
        status_lists.refresh(session, issuer=issue.issuer_of(platform), now=now)
    found = issue.log_folder_of(platform)  # a key before the first entry
    with platform.database.transaction() as session:
        log_ends.follow(session, now=now)
    checkpoints.sign(platform.database, found)
    checkpoints.keep_daily(found, clock.local_date(now, platform.settings.zone).isoformat())
