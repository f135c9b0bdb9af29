"""When a certificate stops or resumes to count: the register, the competency evidence and the audit trail, together.

The public log and the status lists follow the register by their own sweep (`certificates/log_ends`, `status_lists`).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from lms import audit
from lms.certificates import awarding, endings
from lms.certificates.ending_models import Ending
from lms.certificates.models import Certificate, Revocation
from lms.competencies import evidence
from lms.exams import results
from lms.exams.models import Result
from lms.exams.results import GRADED
from lms.people.officials import Power

#: In nobody's name; a person takes it over before it is decided.
_BY_SYSTEM: dict[str, Any] = {"reason": "result_changed", "words": "", "by": None, "employee_id": None}


def suspend(
    session: Session,
    certificate: Certificate,
    *,
    reason: str,
    words: str,
    by: int | None,
    employee_id: int | None,
    now: datetime,
) -> None:
    """Suspend at once. Raises as `endings.suspend`."""
    endings.suspend(session, certificate, reason=reason, words=words, by=by, employee_id=employee_id, now=now)
    evidence.set_aside_certificate(session, certificate.id, now=now)
    _record(session, "certificate.suspend", certificate.id, by=by, now=now, reason=reason)


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
    """Propose to revoke or reinstate. Raises as `endings.propose`."""
    made = endings.propose(
        session, certificate, kind, reason=reason, words=words, by=by, employee_id=employee_id, now=now
    )
    _record(session, f"certificate.propose_{kind}", certificate.id, by=by, now=now, reason=reason)
    return made


def withdraw(session: Session, found: Ending, *, by: int, now: datetime) -> None:
    """Take one's own proposal back. Raises endings.AlreadyDecided."""
    endings.withdraw(session, found.id, by=by, now=now)
    _record(session, f"certificate.withdraw_{found.kind}", found.certificate_id, by=by, now=now)


def decide(
    session: Session,
    found: Ending,
    *,
    approved: bool,
    power: Power,
    words: str,
    by: int,
    employee_id: int,
    now: datetime,
) -> None:
    """The second person's decision, and what follows from it. Raises as `endings.decide`.

    Where a certificate is revoked since its result changed, another pass of its holder that still holds is certified.
    Where its pass was lost while it was suspended for another reason, lifting that suspension leaves the lost pass.
    """
    certificate = session.get_one(Certificate, found.certificate_id)
    said: dict[str, Any] = {"words": words, "by": by, "employee_id": employee_id, "now": now}
    awarding.one_at_a_time(session, certificate.employee_id)
    stays = stays_suspended(session, found, certificate)
    endings.decide(session, found, certificate, approved=approved, power=power, **said)
    if approved and found.kind == "revoke":
        evidence.set_aside_certificate(session, certificate.id, now=now)
        if found.reason == _BY_SYSTEM["reason"]:
            _follow_other(session, certificate)
    elif approved:
        evidence.restore_certificate(session, certificate.id)
    act = f"certificate.{found.kind}" if approved else f"certificate.decline_{found.kind}"
    _record(session, act, certificate.id, by=by, now=now, proposed_by=found.proposed_by)
    if approved and stays and certificate.result_id is not None:
        lost_meanwhile(session, [certificate.result_id], now=now)


def pass_instead(session: Session, found: Ending, certificate: Certificate) -> Result | None:
    """The pass that is certified in place of this certificate if the proposal about it is approved."""
    if found.kind != "revoke" or found.reason != "result_changed":
        return None
    return awarding.other_pass(session, certificate.scheme_id, certificate.employee_id, certificate.result_id)


def stays_suspended(session: Session, found: Ending, certificate: Certificate) -> bool:
    """Whether approving the proposal lifts what people suspended it for and leaves that its pass was lost meanwhile."""
    if found.kind != "reinstate" or _held_for(session, certificate) == _BY_SYSTEM["reason"]:
        return False
    return bool(certificate.result_id and session.scalars(_lost([certificate.result_id])).all())


def superseded(session: Session, certificate_id: int, successor_id: int, *, now: datetime) -> None:
    """A corrected certificate was issued: the old one says so, and counts no more.

    What was revoked while its correction waited stays so; until now that stood in the way of another pass.
    """
    if not endings.supersede(session, certificate_id, successor_id, now=now):
        evidence.set_aside_certificate(session, successor_id, now=now)
    evidence.set_aside_certificate(session, certificate_id, now=now)
    _record(session, "certificate.supersede", certificate_id, by=None, now=now, successor=successor_id)
    old = session.get_one(Certificate, certificate_id)
    revoked = select(Revocation.reason).where(Revocation.certificate_id == successor_id, Revocation.kind == "revoked")
    if session.scalar(revoked) == _BY_SYSTEM["reason"]:
        _follow_other(session, old)


def pass_lost(session: Session, result: Result, *, now: datetime) -> None:
    """A later result of the same attempt is no pass: what an earlier one earned is suspended, its revocation proposed.

    What people have suspended for another reason stays suspended for that; its revocation is proposed as well. To lift a
    suspension may have been proposed while the attempt was a pass: that is withdrawn.
    What waits to be made is issued and then meets the same (`lost_meanwhile`): its number is given.
    """
    stands = Revocation.id.is_(None) | (Revocation.kind == "suspended")
    for certificate in session.scalars(_of_attempt(result).where(stands)).all():
        held_for = _held_for(session, certificate)
        if held_for is None:
            suspend(session, certificate, **_BY_SYSTEM, now=now)
        is_outdated = endings.withdraw_lifting(session, certificate, before=_lost_at(session, result), now=now)
        is_new = held_for != _BY_SYSTEM["reason"] or is_outdated
        if is_new and endings.open_for(session, certificate.id) is None:
            propose(session, certificate, "revoke", **_BY_SYSTEM, now=now)


def pass_regained(session: Session, result: Result, *, now: datetime) -> None:
    """A later result is a pass again: what the system had proposed is withdrawn, and lifting the suspension proposed.

    Two people lift it, as any other. What a person has taken over meanwhile is for people to settle, and so is what people
    have suspended for another reason.
    """
    for certificate in session.scalars(_of_attempt(result).where(Revocation.kind == "suspended")).all():
        is_free = endings.withdraw_own(session, certificate, now=now)
        if is_free and _held_for(session, certificate) == _BY_SYSTEM["reason"]:
            propose(session, certificate, "reinstate", **_BY_SYSTEM, now=now)


def lost_meanwhile(session: Session, result_ids: Iterable[int], *, now: datetime) -> None:
    """Certificates were issued: those whose pass was lost while they waited are suspended at once."""
    for result in session.scalars(_lost(result_ids)).all():
        pass_lost(session, result, now=now)


def _lost(result_ids: Iterable[int]) -> Select[Result]:
    """The newest results of the attempts of these, where they are no pass."""
    earlier = aliased(Result)
    newest = select(func.max(earlier.number)).where(earlier.attempt_id == Result.attempt_id).scalar_subquery()
    attempts = select(earlier.attempt_id).where(earlier.id.in_(result_ids))
    return select(Result).where(
        Result.attempt_id.in_(attempts), Result.number == newest, Result.state == GRADED, Result.passed.is_(False)
    )


def _follow_other(session: Session, certificate: Certificate) -> None:
    """Let another pass of the holder that still holds earn what this certificate was."""
    other = awarding.other_pass(session, certificate.scheme_id, certificate.employee_id, certificate.result_id)
    if other is not None:
        results.follow_again(session, other)


def _lost_at(session: Session, result: Result) -> datetime:
    """When the attempt of a result that is no pass was last recorded as none."""
    same = (Result.attempt_id == result.attempt_id, Result.state == GRADED)
    last_pass = select(func.coalesce(func.max(Result.number), 0)).where(*same, Result.passed).scalar_subquery()
    lost_at: datetime = session.scalars(
        select(func.min(Result.recorded_at)).where(*same, Result.number > last_pass)
    ).one()
    return lost_at


def _held_for(session: Session, certificate: Certificate) -> str | None:
    """The reason for which the register ends the certificate as it stands now; None where it does not."""
    return session.scalar(select(Revocation.reason).where(Revocation.certificate_id == certificate.id))


def _of_attempt(result: Result) -> Select[Certificate]:
    """The issued certificates that earlier results of its attempt have earned, with their revocations."""
    earlier = select(Result.id).where(Result.attempt_id == result.attempt_id, Result.number < result.number)
    return (
        select(Certificate)
        .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
        .where(Certificate.result_id.in_(earlier), Certificate.state == "issued")
    )


def _record(
    session: Session, act: str, certificate_id: int, *, by: int | None, now: datetime, **details: str | int | None
) -> None:
    audit.record(session, act, f"certificate:{certificate_id}", by=by, now=now, details=details)
