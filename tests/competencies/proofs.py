"""What evidence opens to: an attempt with its result, and a certificate, without sitting the exam."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates.models import Certificate, Scheme
from lms.exams.models import Attempt, Blueprint, Exam, Paper, Result, Sitting
from lms.questions.models import Bank
from tests.cast import START, Cast


def result(
    session: Session, cast: Cast, sections: list[dict[str, Any]], *, code: str = "A7Q4X", percent: int = 84
) -> Result:
    """A closed attempt of the learner, code `code`, that passed."""
    exam = _exam(session, cast)
    blueprint = Blueprint(exam_id=exam.id, number=1, content={}, hash="h", made_at=START)
    sitting = Sitting(exam_id=exam.id, code="SESI1", title="Sesi", opens_at=START, closes_at=START.replace(year=2027))
    session.add_all([blueprint, sitting])
    session.flush()
    paper = Paper(exam_id=exam.id, blueprint_id=blueprint.id, items=[], hash="h", made_at=START)
    session.add(paper)
    session.flush()
    attempt = Attempt(
        code=code,
        exam_id=exam.id,
        sitting_id=sitting.id,
        employee_id=cast.learner.employee_id,
        number=1,
        paper_id=paper.id,
        state="closed",
        due_at=START,
        closed_at=START,
        closed_by="candidate",
    )
    session.add(attempt)
    session.flush()
    return _result(session, attempt.id, 1, sections, passed=True, percent=percent)


def regrade(session: Session, earlier: Result, sections: list[dict[str, Any]], *, passed: bool = True) -> Result:
    """The next result of the same attempt."""
    return _result(session, earlier.attempt_id, earlier.number + 1, sections, passed=passed, percent=70)


def certificate(
    session: Session, cast: Cast, of: Result, competency_id: int, level: int, *, code: str = "K7QM2XPA"
) -> int:
    """An issued certificate of the learner; returns its key."""
    exam = session.scalars(select(Exam)).one()
    scheme = Scheme(
        code="uji",
        title="Uji Kompetensi Keamanan Informasi",
        unit_id=cast.jakarta,
        exam_id=exam.id,
        competency_id=competency_id,
        level=level,
        design="kompetensi",
        validity_months=36,
        number_pattern="B.{n}",
        official={},
    )
    session.add(scheme)
    session.flush()
    issued = Certificate(
        code=code,
        number="B.214/BPSDM/XI/2026",
        scheme_id=scheme.id,
        employee_id=cast.learner.employee_id,
        result_id=of.id,
        state="issued",
        facts={},
        proposed_at=START,
        issued_at=START,
        valid_from=date(2026, 11, 23),
        valid_until=date(2029, 11, 23),
        file_sha256="0" * 64,
    )
    session.add(issued)
    session.flush()
    return issued.id


def _exam(session: Session, cast: Cast) -> Exam:
    bank = Bank(code="uji", title="Bank uji", unit_id=cast.jakarta)
    session.add(bank)
    session.flush()
    exam = Exam(
        uuid="e",
        code="uk-keamanan-informasi",
        title="Uji Kompetensi Keamanan Informasi",
        unit_id=cast.jakarta,
        bank_id=bank.id,
        duration_minutes=30,
        max_attempts=3,
        cooldown_hours=24,
    )
    session.add(exam)
    session.flush()
    return exam


def _result(
    session: Session, attempt_id: int, number: int, sections: list[dict[str, Any]], *, passed: bool, percent: int
) -> Result:
    made = Result(
        attempt_id=attempt_id,
        number=number,
        marks=[],
        sections=sections,
        score=Decimal(percent),
        maximum=Decimal(100),
        percent=Decimal(percent),
        threshold=None,
        passed=passed,
        answered=0,
        problems=[],
        journal="",
        cause="closed" if number == 1 else "regrade",
        recorded_at=START,
    )
    session.add(made)
    session.flush()
    return made
