"""Earning a certificate for a position: what is known of a person against a scheme, and what each step entails."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from lms import audit
from lms.catalogue.models import Course, Enrolment
from lms.certificates import awarding, proposals, schemes
from lms.certificates.awarding import Signatory
from lms.certificates.facts import Unit
from lms.certificates.models import Certificate, Scheme
from lms.certificates.proposal_models import Proposal
from lms.certificates.schemes import Candidate, Check, Passed
from lms.competencies import evidence, profiles
from lms.exams import results
from lms.exams.models import EXAM, Attempt, Exam, Result, Sitting
from lms.frameworks.models import Competency, Framework
from lms.people.employment import employment_on
from lms.people.officials import Official, Power


def propose_earned(session: Session, result: Result, *, employee_id: int, on: date, now: datetime) -> list[Proposal]:
    """The proposals to which a pass leads: one for each scheme whose demands are met as far as can be known."""
    made = []
    for scheme in proposals.schemes_of(session, result):
        found = checks_of(session, scheme, employee_id, on=on)
        proposal = None
        held = awarding.is_in_the_way(session, scheme, result, employee_id=employee_id, on=on)
        if schemes.is_earned(found) and not held:
            proposal = proposals.propose(session, scheme, result, employee_id=employee_id, checks=found, now=now)
        if proposal is not None:
            _record(session, "proposal.make", proposal, by=None, now=now)
            made.append(proposal)
    return made


def checks_of(session: Session, scheme: Scheme, employee_id: int, *, on: date) -> list[Check]:
    """The scheme's demands against what is known of the person on a day. Five statements."""
    person = employment_on(session, employee_id, on)
    levels = _levels(session, employee_id, on)
    known = Candidate(
        grade=person.grade,
        tier=person.tier,
        levels=levels,
        exams=_passes(session, employee_id),
        courses=_courses(session, employee_id),
    )
    return schemes.checks(scheme.requires, known)


def verify(
    session: Session,
    proposal: Proposal,
    *,
    confirmed: frozenset[int],
    words: str,
    by: int,
    employee_id: int,
    on: date,
    now: datetime,
) -> None:
    """Looked at anew on the day: what has lapsed since does not pass. Raises PassLost, and as `proposals.verify`."""
    _refuse_lost(session, proposal)
    found = checks_of(session, session.get_one(Scheme, proposal.scheme_id), proposal.employee_id, on=on)
    proposals.verify(
        session, proposal, checks=found, confirmed=confirmed, words=words, by=by, employee_id=employee_id, now=now
    )
    _record(session, "proposal.verify", proposal, by=by, now=now)


def refuse(
    session: Session,
    proposal: Proposal,
    *,
    words: str,
    by: int,
    employee_id: int,
    now: datetime,
    power: Power | None = None,
) -> None:
    """End it with a reason; where its pass was lost, another that holds takes its place. Raises as `proposals.refuse`."""
    awarding.one_at_a_time(session, proposal.employee_id)
    proposals.refuse(session, proposal, words=words, by=by, employee_id=employee_id, now=now, power=power)
    other = awarding.other_pass(session, proposal.scheme_id, proposal.employee_id, proposal.result_id)
    if other is not None and not _newest(session, proposal).passed:
        results.follow_again(session, other)
    _record(session, "proposal.refuse", proposal, by=by, now=now)


def approve(
    session: Session,
    proposal: Proposal,
    *,
    official: Official | None,
    power: Power,
    words: str,
    by: int,
    employee_id: int,
    check_page: str,
    zone: str,
    on: date,
    now: datetime,
) -> Certificate:
    """The approval, and the certificate that now waits to be made. Raises PassLost, Lapsed, and as `proposals.approve`.

    It states the result that holds on this day, which may be a later one than was proposed.
    official: who approves by virtue of the own office and is printed; None for a deputy, whose certificates name the
    official of the scheme.
    """
    result = _refuse_lost(session, proposal)
    scheme = session.get_one(Scheme, proposal.scheme_id)
    if any(check.blocks for check in checks_of(session, scheme, proposal.employee_id, on=on)):
        raise proposals.Lapsed
    proposals.approve(session, proposal, power=power, words=words, by=by, employee_id=employee_id, now=now)
    certificate = awarding.award(
        session,
        scheme,
        result,
        holder=employment_on(session, proposal.employee_id, on),
        units=_units(session, scheme, proposal.employee_id, on),
        signatory=_signatory(official) if official else None,
        check_page=check_page,
        zone=zone,
        on=on,
        now=now,
    )
    proposal.certificate_id = certificate.id
    _record(session, "proposal.approve", proposal, by=by, now=now)
    return certificate


def _refuse_lost(session: Session, proposal: Proposal) -> Result:
    """The result that holds. A regrade may have taken the pass away since it was proposed: raises PassLost."""
    newest = _newest(session, proposal)
    if not newest.passed:
        raise proposals.PassLost
    return newest


def _newest(session: Session, proposal: Proposal) -> Result:
    return results.newest(session, session.get_one(Result, proposal.result_id).attempt_id)


def _signatory(official: Official) -> Signatory:
    acting = "Plt. " if official.kind == "plt" else ""
    return Signatory(office=f"{acting}{official.post}", name=official.name, nip=official.nip)


def _levels(session: Session, employee_id: int, on: date) -> dict[str, int | None]:
    standings = profiles.profile(evidence.observations_of(session, employee_id), on)
    codes = session.execute(select(Competency.id, Competency.code).where(Competency.id.in_(standings)))
    return {code: standings[key].estimated for key, code in codes}


def _passes(session: Session, employee_id: int) -> dict[str, Passed]:
    """The best pass of each exam, supervised ones first; of an attempt the latest result alone speaks."""
    later = aliased(Result)
    is_latest = ~select(later.id).where(later.attempt_id == Result.attempt_id, later.number > Result.number).exists()
    rows = (
        select(Exam.code, Result.percent, Sitting.supervised)
        .join(Attempt, Attempt.id == Result.attempt_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(Sitting, Sitting.id == Attempt.sitting_id)
        .where(Attempt.employee_id == employee_id, Result.passed, is_latest, Exam.mode == EXAM)
        .order_by(Sitting.supervised, Result.percent)
    )
    return {code: Passed(Decimal(percent), supervised) for code, percent, supervised in session.execute(rows)}


def _courses(session: Session, employee_id: int) -> frozenset[str]:
    rows = select(Course.slug).join(Enrolment, Enrolment.course_id == Course.id)
    return frozenset(
        session.scalars(rows.where(Enrolment.employee_id == employee_id, Enrolment.completed_at.is_not(None)))
    )


def _units(session: Session, scheme: Scheme, employee_id: int, on: date) -> tuple[Unit, ...]:
    """The units of competency of the annex: what the scheme asks for, in the order of the dictionary, kind by kind."""
    asked: dict[str, Any] = {one["competency"]: one["level"] for one in scheme.requires if one["kind"] == "level"}
    levels = _levels(session, employee_id, on)
    rows = (
        select(Competency.kind, Competency.code, Competency.name, Framework.level_names)
        .join(Framework, Framework.id == Competency.framework_id)
        .where(Competency.code.in_(asked))
        .order_by(Competency.framework_id, Competency.position)
    )
    found = session.execute(rows).all()
    units = [
        Unit(
            kind=kind,
            code=code,
            name=name,
            required=asked[code],
            attained=levels.get(code),
            attained_name=names[(levels.get(code) or 1) - 1],
        )
        for kind, code, name, names in found
    ]
    return tuple(sorted(units, key=lambda unit: _kind_order(units, unit)))


def _kind_order(units: Sequence[Unit], unit: Unit) -> int:
    """Kinds in the order in which they first appear, so that those of a kind stand together."""
    return next(place for place, one in enumerate(units) if one.kind == unit.kind)


def _record(session: Session, act: str, proposal: Proposal, *, by: int | None, now: datetime) -> None:
    details = {"employee": proposal.employee_id, "cycle": proposal.cycle}
    audit.record(session, act, f"proposal:{proposal.id}", by=by, now=now, details=details)
