"""Pausing a scheme: what it awards waits, with neither number nor file, until somebody lets it go on.

A chunk that is being made ends first. Proposals and approvals go on; only issuing stands still.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import audit, jobs
from lms.certificates.models import Certificate, Scheme


def pause(session: Session, scheme: Scheme, *, by: int, now: datetime) -> bool:
    """Whether it stands still now because of this call; again changes nothing."""
    return _set(session, scheme, "scheme.pause", now, by=by, now=now)


def resume(session: Session, scheme: Scheme, *, by: int, now: datetime) -> bool:
    """Whether it goes on because of this call. What waits is issued by a job."""
    if not _set(session, scheme, "scheme.resume", None, by=by, now=now):
        return False
    waiting = select(Certificate.id).where(Certificate.scheme_id == scheme.id, Certificate.state == "pending")
    first = session.scalar(waiting.order_by(Certificate.proposed_at, Certificate.id).limit(1))
    if first is not None:
        jobs.enqueue(session, "issue_certificate", certificate_id=first)
    return True


def _set(session: Session, scheme: Scheme, act: str, paused_at: datetime | None, *, by: int, now: datetime) -> bool:
    """Two at once: the second finds it done."""
    before = Scheme.paused_at.is_not(None) if paused_at is None else Scheme.paused_at.is_(None)
    changed = session.scalar(
        update(Scheme).where(Scheme.id == scheme.id, before).values(paused_at=paused_at).returning(Scheme.id)
    )
    if changed is None:
        return False
    audit.record(session, act, f"scheme:{scheme.id}", by=by, now=now)
    return True
