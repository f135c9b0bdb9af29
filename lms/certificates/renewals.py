"""Reminding holders before a certificate ends: 90, 30 and 7 days before, and when HR asks for it; each letter once.

A letter is claimed before it is sent and released when the server does not take it, so that a sweep that runs twice, or
in two workers, sends it once. A worker that dies in between loses that one letter; the next in the row still comes.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from lms import clock, jobs, mail
from lms.certificates.issuing import from_json
from lms.certificates.models import Certificate, Revocation
from lms.certificates.proposal_models import RenewalNotice
from lms.certificates.wording import written_date
from lms.db import insert_into
from lms.people.models import Employee, User
from lms.platform import Platform

log = logging.getLogger(__name__)
JOB = "remind_renewals"
#: How many days before the end holders are reminded.
DAYS = (90, 30, 7)
#: How many campaigns reach one certificate: more would be read as noise.
MOST_CAMPAIGNS = 3
_CAMPAIGN = "ajakan "


@dataclass(frozen=True)
class Letter:
    """A notice that was claimed, with what its letter says."""

    id: int
    language: str
    to: str
    name: str
    title: str
    code: str
    valid_until: date


def remind(platform: Platform) -> None:
    """Sweep: note what is due on this day, and send all letters that were asked for and not sent."""
    now, settings = clock.now(), platform.settings
    if not mail.is_possible(settings):
        return
    today = clock.local_date(now, settings.zone)
    with platform.database.transaction() as session:
        note_due(session, on=today, now=now)
    for letter in _waiting(platform):
        _send(platform, letter, today=today, now=now)


def note_due(session: Session, *, on: date, now: datetime) -> int:
    """Ask for the letters of this day; how many are new. Of several that are due the nearest alone: no two at once."""
    rows = session.execute(
        select(Certificate.id, Certificate.valid_until).where(
            is_ending(on, within=max(DAYS)), Certificate.employee_id == Employee.id, Employee.email.is_not(None)
        )
    ).all()
    due: list[dict[str, object]] = [
        {"certificate_id": key, "key": str(_bucket((until - on).days)), "asked_at": now} for key, until in rows if until
    ]
    return _ask(session, due)


def invite(session: Session, certificate_ids: Iterable[int], *, by: int, on: date, now: datetime) -> int:
    """A campaign: write to the holders of these certificates. How many letters that makes; once a day for each."""
    wanted = set(certificate_ids)
    count = func.count(RenewalNotice.id)
    often = (
        select(RenewalNotice.certificate_id)
        .where(RenewalNotice.certificate_id.in_(wanted), RenewalNotice.key.startswith(_CAMPAIGN))
        .group_by(RenewalNotice.certificate_id)
        .having(count >= MOST_CAMPAIGNS)
    )
    wanted -= set(session.scalars(often))
    key = f"{_CAMPAIGN}{on:%Y-%m-%d}"
    made = _ask(
        session, [{"certificate_id": one, "key": key, "asked_at": now, "asked_by": by} for one in sorted(wanted)]
    )
    jobs.enqueue(session, JOB)
    return made


def is_ending(on: date, *, within: int) -> ColumnElement[bool]:
    """The SQL of: in force, ends within so many days, and was not renewed."""
    ended = exists(select(1).where(Revocation.certificate_id == Certificate.id))
    return (
        (Certificate.state == "issued")
        & (Certificate.valid_until >= on)
        & (Certificate.valid_until <= on + timedelta(days=within))
        & ~ended
        & ~is_renewed()
    )


def is_renewed() -> ColumnElement[bool]:
    """The SQL of: the holder has a later one of the same scheme, which was not revoked."""
    later = aliased(Certificate)
    return exists(select(1).where(*_renews(later, Certificate)))


def renewed_by(session: Session, certificate: Certificate) -> Certificate | None:
    """The certificate that renews this one: of several the last to end. What never ends is not renewed."""
    if certificate.valid_until is None:
        return None
    later = aliased(Certificate)
    rows = select(later).where(*_renews(later, certificate)).order_by(later.valid_until.desc(), later.id.desc())
    return session.scalars(rows.limit(1)).one_or_none()


def _renews(later: Any, certificate: Any) -> tuple[ColumnElement[bool], ...]:
    revoked = exists(
        select(1).where(Revocation.certificate_id == later.id, Revocation.kind.in_(("revoked", "superseded")))
    )
    return (
        later.scheme_id == certificate.scheme_id,
        later.employee_id == certificate.employee_id,
        later.state == "issued",
        later.valid_until > certificate.valid_until,
        ~revoked,
    )


def _bucket(days: int) -> int:
    return min(limit for limit in DAYS if days <= limit)


def _ask(session: Session, rows: list[dict[str, object]]) -> int:
    if not rows:
        return 0
    made = insert_into(session, RenewalNotice).values(rows).on_conflict_do_nothing().returning(RenewalNotice.id)
    return len(session.scalars(made).all())


def _waiting(platform: Platform, limit: int = 200) -> list[Letter]:
    with platform.database.reader() as session:
        rows = (
            select(RenewalNotice.id, Certificate, Employee.name, Employee.email, User.language)
            .join(Certificate, Certificate.id == RenewalNotice.certificate_id)
            .join(Employee, Employee.id == Certificate.employee_id)
            .outerjoin(User, User.employee_id == Employee.id)
            .where(RenewalNotice.sent_at.is_(None), Employee.email.is_not(None), Certificate.valid_until.is_not(None))
            .order_by(RenewalNotice.id)
            .limit(limit)
        )
        return [
            Letter(key, language or "id", email, name, from_json(one.facts).exam_title, one.code, one.valid_until)
            for key, one, name, email, language in session.execute(rows)
            if email and one.valid_until
        ]


def _send(platform: Platform, letter: Letter, *, today: date, now: datetime) -> None:
    if not _mark(platform, letter, None, now):
        return
    settings = platform.settings
    facts = {
        "name": letter.name,
        "title": letter.title,
        "day": written_date(letter.valid_until) if letter.language == "id" else f"{letter.valid_until:%-d %B %Y}",
        "days": (letter.valid_until - today).days,
        "link": f"{settings.public_url}/sertifikat/{letter.code}",
    }
    try:
        mail.write(settings, "renewal", letter.language, to=letter.to, now=now, facts=facts)
    except mail.NotTaken:
        log.exception("the letter about certificate notice %s was not taken; it is tried again", letter.id)
        _mark(platform, letter, now, None)


def _mark(platform: Platform, letter: Letter, before: datetime | None, after: datetime | None) -> bool:
    """Claim a letter, or release it; whether it stood as it should."""
    stood = RenewalNotice.sent_at.is_(None) if before is None else RenewalNotice.sent_at == before
    with platform.database.transaction() as session:
        changed = update(RenewalNotice).where(RenewalNotice.id == letter.id, stood).values(sent_at=after)
        return session.scalar(changed.returning(RenewalNotice.id)) is not None
