"""Revoking and suspending: one proposes with a reason, a second one decides, and the register says what holds.

Suspending protects and can be undone, so one person does it, at once. Whatever takes a certificate away for good, or
puts a suspended one back in force, needs two: never the same person twice, and never its holder.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.certificates.ending_models import Ending
from lms.certificates.models import Certificate, Revocation
from lms.exams.codes import new_code
from lms.people.officials import Party, Power

#: What a certificate may be taken back for, and what lifts a suspension. The words stand at the edge.
REASONS = ("wrong_data", "issued_in_error", "result_changed", "exam_conduct", "holder_asked", "other")
SUSPEND_REASONS = ("under_examination", "wrong_data", "result_changed", "exam_conduct", "other")
REINSTATE_REASONS = ("cleared", "data_confirmed", "result_changed", "suspended_in_error")
OF_KIND = {"revoke": REASONS, "suspend": SUSPEND_REASONS, "reinstate": REINSTATE_REASONS}
#: What the register says after a corrected one took a certificate's place.
CORRECTED = "corrected"


class EndingRefused(Exception):
    """A rule about the end of certificates forbids it; see the subclasses."""


class NothingToEnd(EndingRefused):
    """As the certificate stands, there is nothing of the kind to propose: not issued, or at its end already."""


class AlreadyProposed(EndingRefused):
    """Another proposal about this certificate waits for its decision."""


class AlreadyDecided(EndingRefused):
    """It was withdrawn or decided before."""


class NotYetProposed(EndingRefused):
    """The system proposed it and nobody has taken it over: one person alone would decide."""


class SamePerson(EndingRefused):
    """Whoever proposes does not decide."""


class LentByParty(EndingRefused):
    """The power to decide was lent by whoever proposed, by the certificate's holder, or by nobody who has it today."""


class OwnCertificate(EndingRefused):
    """Nobody acts on a certificate of his or her own."""


def suspend(
    session: Session,
    certificate: Certificate,
    *,
    reason: str,
    words: str,
    by: int | None,
    employee_id: int | None,
    now: datetime,
) -> Ending:
    """Put a certificate out of force for the time being. employee_id: of whoever acts; None, as by, for the system.

    Raises OwnCertificate, NothingToEnd.
    """
    _refuse_own(certificate, employee_id)
    if _standing(session, certificate) != "":
        raise NothingToEnd
    made = _append(session, certificate, "suspend", reason, words, by=by, now=now)
    made.state, made.decided_at = "approved", now
    _hold(session, certificate, "suspended", reason, by=by, now=now)
    session.flush()
    return made


def propose(
    session: Session,
    certificate: Certificate,
    kind: str,
    *,
    reason: str,
    words: str,
    by: int | None,
    employee_id: int | None,
    now: datetime,
) -> Ending:
    """Propose to revoke or reinstate. What the system proposed is taken over by the person who proposes the same.

    Who proposes the contrary of what the system did takes that one's place.

    Raises OwnCertificate, NothingToEnd, AlreadyProposed.
    """
    _refuse_own(certificate, employee_id)
    standing = _standing(session, certificate)
    fitting = standing == "suspended" if kind == "reinstate" else standing in {"", "suspended"}
    if not fitting:
        raise NothingToEnd
    waiting = open_for(session, certificate.id)
    if waiting is not None and waiting.proposed_by is None and waiting.kind != kind and by is not None:
        withdraw_own(session, certificate, now=now)
        waiting = None
    if waiting is None:
        made = _append(session, certificate, kind, reason, words, by=by, now=now)
        session.flush()
        return made
    if waiting.proposed_by is not None or waiting.kind != kind or by is None:
        raise AlreadyProposed
    waiting.proposed_by, waiting.proposed_at, waiting.reason, waiting.words = by, now, reason, words
    return waiting


def withdraw(session: Session, ending_id: int, *, by: int, now: datetime) -> None:
    """Take one's own proposal back while nobody has decided. Raises AlreadyDecided."""
    mine = update(Ending).where(Ending.id == ending_id, Ending.state == "open", Ending.proposed_by == by)
    done = session.execute(mine.values(state="withdrawn", decided_at=now).returning(Ending.id)).all()
    if not done:
        raise AlreadyDecided


def withdraw_own(session: Session, certificate: Certificate, *, now: datetime) -> bool:
    """The system takes back what it proposed and nobody has taken over. Returns whether nothing is proposed then."""
    mine = update(Ending).where(Ending.certificate_id == certificate.id, Ending.state == "open")
    session.execute(mine.where(Ending.proposed_by.is_(None)).values(state="withdrawn", decided_at=now))
    return open_for(session, certificate.id) is None


def withdraw_lifting(session: Session, certificate: Certificate, *, before: datetime, now: datetime) -> bool:
    """Take back what the system proposed to lift, and what people did so before that moment: they knew less. Whether there was any."""
    lifting = update(Ending).where(
        Ending.certificate_id == certificate.id, Ending.state == "open", Ending.kind == "reinstate"
    )
    outdated = lifting.where(Ending.proposed_by.is_(None) | (Ending.proposed_at < before))
    return bool(session.execute(outdated.values(state="withdrawn", decided_at=now).returning(Ending.id)).all())


def decide(
    session: Session,
    ending: Ending,
    certificate: Certificate,
    *,
    approved: bool,
    power: Power,
    words: str,
    by: int,
    employee_id: int,
    now: datetime,
) -> None:
    """The second person's decision; approved, the register follows at once.

    Raises OwnCertificate, SamePerson, LentByParty, NotYetProposed, AlreadyDecided.
    """
    _refuse_own(certificate, employee_id)
    if ending.proposed_by is None:
        raise NotYetProposed
    if ending.proposed_by == by:
        raise SamePerson
    if not power.reaches(Party(employee_id=certificate.employee_id), Party(user_id=ending.proposed_by)):
        raise LentByParty
    state = "approved" if approved else "declined"
    claim = update(Ending).where(Ending.id == ending.id, Ending.state == "open")
    claim = claim.values(state=state, decided_by=by, decided_at=now, decision=words)
    if not session.execute(claim.returning(Ending.id)).all():
        raise AlreadyDecided
    session.refresh(ending)
    if approved and ending.kind == "revoke":
        _hold(session, certificate, "revoked", ending.reason, by=by, now=now)
    elif approved:
        _lift(session, certificate)


def supersede(session: Session, certificate_id: int, successor_id: int, *, now: datetime) -> bool:
    """A corrected one takes a certificate's place. What holds the old one, or was proposed about it, goes over to the new.

    Returns whether the new one is in force.
    """
    old, new = session.get_one(Certificate, certificate_id), session.get_one(Certificate, successor_id)
    before = session.scalars(select(Revocation).where(Revocation.certificate_id == old.id)).one_or_none()
    if before is not None:
        _hold(session, new, before.kind, before.reason, by=before.by, now=now)
    session.execute(
        update(Ending).where(Ending.certificate_id == old.id, Ending.state == "open").values(certificate_id=new.id)
    )
    _hold(session, old, "superseded", CORRECTED, by=None, now=now, successor_id=successor_id)
    return before is None


def open_for(session: Session, certificate_id: int) -> Ending | None:
    """The proposal about a certificate that waits for its decision."""
    return session.scalars(
        select(Ending).where(Ending.certificate_id == certificate_id, Ending.state == "open")
    ).one_or_none()


def of_certificate(session: Session, certificate_id: int) -> list[Ending]:
    """All that was proposed and decided about a certificate, the latest first."""
    rows = select(Ending).where(Ending.certificate_id == certificate_id).order_by(Ending.id.desc())
    return list(session.scalars(rows))


def _append(
    session: Session, certificate: Certificate, kind: str, reason: str, words: str, *, by: int | None, now: datetime
) -> Ending:
    assert reason in OF_KIND[kind], reason
    made = Ending(
        code=new_code(),
        certificate_id=certificate.id,
        kind=kind,
        reason=reason,
        words=words,
        proposed_by=by,
        proposed_at=now,
        state="open",
        decision="",
    )
    session.add(made)
    return made


def _refuse_own(certificate: Certificate, employee_id: int | None) -> None:
    if certificate.employee_id == employee_id:
        raise OwnCertificate


def _standing(session: Session, certificate: Certificate) -> str:
    """How the register ends it now: empty where it does not. Raises NothingToEnd for what was never issued.

    The certificate is held until the transaction ends, so that two acts on it follow one another.
    """
    held = select(Certificate.state).where(Certificate.id == certificate.id).with_for_update()
    if session.scalar(held) != "issued":
        raise NothingToEnd
    kind = session.scalar(select(Revocation.kind).where(Revocation.certificate_id == certificate.id))
    return kind or ""


def _hold(
    session: Session,
    certificate: Certificate,
    kind: str,
    reason: str,
    *,
    by: int | None,
    now: datetime,
    successor_id: int | None = None,
) -> None:
    found = session.scalars(select(Revocation).where(Revocation.certificate_id == certificate.id)).one_or_none()
    held = found or Revocation(certificate_id=certificate.id)
    held.kind, held.reason, held.at, held.by, held.successor_id = kind, reason, now, by, successor_id
    session.add(held)
    session.flush()  # the evidence is set aside in the same transaction, by statements


def _lift(session: Session, certificate: Certificate) -> None:
    found = session.scalars(select(Revocation).where(Revocation.certificate_id == certificate.id)).one()
    session.delete(found)
    session.flush()
