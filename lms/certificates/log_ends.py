"""Revoked, suspended, reinstated, superseded: the log follows the register, whoever changed it.

What the log last said of a certificate is compared with what the register says now. So an end that was entered by
other code, or while the worker stood still, is never left out; and looking twice enters nothing twice.
"""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lms.certificates import log
from lms.certificates.log_models import LogEntry
from lms.certificates.models import Certificate, Revocation

_ENDS = ("revoked", "suspended", "superseded", "reinstated")


def follow(session: Session, *, now: datetime, limit: int = 500) -> int:
    """Enter what the log does not say yet; how many entries that were."""
    last = (
        select(LogEntry.certificate_id, func.max(LogEntry.index).label("index"))
        .where(LogEntry.kind.in_(_ENDS))
        .group_by(LogEntry.certificate_id)
        .subquery()
    )
    said = select(LogEntry.certificate_id, LogEntry.kind, LogEntry.index).join(last, last.c.index == LogEntry.index)
    told = said.subquery()
    rows = (
        select(Certificate.id, Certificate.number, Revocation.kind, told.c.kind, told.c.index)
        .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
        .outerjoin(told, told.c.certificate_id == Certificate.id)
        .where(
            Certificate.state == "issued",
            or_(
                Revocation.kind.is_not(None) & (told.c.kind.is_(None) | (told.c.kind != Revocation.kind)),
                Revocation.kind.is_(None) & (told.c.kind != "reinstated"),
            ),
        )
        .order_by(Certificate.id)
        .limit(limit)
    )
    found = session.execute(rows).all()
    for certificate_id, number, kind, _, index in found:
        state = kind or "reinstated"
        key = f"{state}:{certificate_id}:{'first' if index is None else index}"
        log.append(session, state, key=key, values={"number": number}, now=now, certificate_id=certificate_id)
    return len(found)
