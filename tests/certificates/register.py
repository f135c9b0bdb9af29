"""A certificate on its way into the register, without making its file."""

from datetime import date

from sqlalchemy.orm import Session

from lms.certificates import awarding, issuing
from lms.certificates.facts import CertificateFacts
from lms.certificates.issuing import MadeFile
from lms.certificates.models import Certificate, Scheme
from lms.certificates.refusals import Refusal
from lms.exams.models import Attempt, Result
from lms.people.employment import employment_on
from tests.cast import START, Cast
from tests.competencies import factory, proofs

TODAY = date(2026, 11, 23)
MADE = MadeFile(sha256="a" * 64, key="certificates/aa/a.pdf", design_hash="d" * 64)


def passed(session: Session, cast: Cast) -> Result:
    """The learner passed an exam for which a scheme awards a certificate."""
    known = factory.dictionary(session)
    result = proofs.result(session, cast, [])
    session.add(
        Scheme(
            code="uji",
            title="Uji Kompetensi",
            unit_id=cast.jakarta,
            exam_id=session.get_one(Attempt, result.attempt_id).exam_id,
            competency_id=known["TEK.KI"],
            level=2,
            design="kompetensi",
            validity_months=36,
            number_pattern="B.{n}/UJI/{month}/{year}",
            official={"office": "Kepala", "name": "Pejabat", "nip": "197103151996032004", "place": "Jakarta"},
        )
    )
    session.flush()
    return result


def propose(
    session: Session, cast: Cast, result: Result, *, holder: int | None = None, learning_hours: int | None = 4
) -> Certificate | None:
    """Propose a certificate for a result: the learner's, or that of the employee with this key."""
    return awarding.propose(
        session,
        result,
        holder=employment_on(session, holder or cast.learner.employee_id, TODAY),
        learning_hours=learning_hours,
        check_page="http://localhost/cek",
        on=TODAY,
        now=START,
    )


def number(session: Session, certificate_id: int, *, today: date = TODAY) -> CertificateFacts | None:
    """The facts of a certificate that has just got its number; None where it is not pending."""
    waiting = issuing.pending(session, [certificate_id])
    return issuing.give_numbers(session, waiting, signature_kind="test", today=today).get(certificate_id)


def issued(session: Session, cast: Cast, *, learning_hours: int | None = 4) -> str:
    """The code of an issued certificate of the learner."""
    certificate = propose(session, cast, passed(session, cast), learning_hours=learning_hours)
    assert certificate is not None
    number(session, certificate.id)
    issuing.note_issued(session, {certificate.id: MADE}, now=START)
    session.commit()
    return certificate.code


def refused(session: Session, cast: Cast, refusal: Refusal) -> str:
    """The code of a certificate of the learner that could not be made."""
    certificate = propose(session, cast, passed(session, cast))
    assert certificate is not None
    issuing.note_refused(session, certificate.id, refusal)
    session.commit()
    return certificate.code
