"""What follows a result: which lessons to read again, when to try again, or the certificate. Worked by hand."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.catalogue import enrolment, progress
from lms.certificates.models import Certificate, Scheme
from lms.certificates.proposal_models import Proposal
from lms.exams.eligibility import Reason
from lms.exams.models import Attempt, Blueprint, Exam, Result, Sitting
from lms.questions.models import Question, QuestionVersion
from lms.reports import following
from lms.reports.following import Award, Following
from tests.cast import START, Cast, Person
from tests.catalogue import factory
from tests.catalogue.factory import MadeCourse

EXAM = "uk-keamanan-informasi"
LATER = START + timedelta(hours=2)


@pytest.fixture
def course(session: Session, cast: Cast) -> MadeCourse:
    """A course of five lessons whose exam is open; the learner and a colleague have read them all."""
    made = factory.course(session, cast, lessons=5)
    factory.exam(session, cast, made, opens_at=START, closes_at=START + timedelta(days=30))
    for person in (cast.learner, cast.colleague):
        key = enrolment.enrol(session, person.employee_id, made.id, by=person.user_id, now=START)
        for lesson in made.lessons:
            progress.complete_lesson(session, key, lesson, now=START)
    return made


def result(session: Session, cast: Cast, marks: list[tuple[str, str]], *, passed: bool = False) -> Result:
    """The learner's closed attempt. marks: the lesson that a question belongs to, and its mark of 1."""
    sitting = session.scalars(select(Sitting.id)).one()
    code = factory.open_attempt(session, cast.learner, sitting, due_at=START + timedelta(minutes=30))
    session.execute(
        update(Attempt).where(Attempt.code == code).values(state="closed", closed_at=START, closed_by="candidate")
    )
    made = Result(
        attempt_id=session.scalars(select(Attempt.id).where(Attempt.code == code)).one(),
        number=1,
        marks=[
            {"item": item, "version": asked(session, cast, lesson), "mark": mark, "maximum": "1"}
            for item, (lesson, mark) in enumerate(marks, 1)
        ],
        sections=[],
        score=sum(Decimal(mark) for _lesson, mark in marks),
        maximum=Decimal(len(marks)),
        percent=Decimal(0),
        passed=passed,
        answered=len(marks),
        journal="0" * 64,
        problems=[],
        cause="closed",
        recorded_at=START,
    )
    session.add(made)
    session.flush()
    return made


def asked(session: Session, cast: Cast, lesson: str) -> int:
    """An exam question that belongs to a lesson; the key of its version."""
    uuid = factory.question(session, cast, "single_choice", factory.PRACTICE, purpose="exam")
    version = session.scalars(select(Question.current_id).where(Question.uuid == uuid)).one()
    assert version is not None
    session.execute(update(QuestionVersion).where(QuestionVersion.id == version).values(lesson=lesson))
    return version


def follows(session: Session, made: Result, person: Person) -> Following:
    return following.of_result(session, made, EXAM, person.employee_id, now=LATER)


def test_the_lessons_that_cost_most_questions_come_first_and_three_at_most(
    session: Session, cast: Cast, course: MadeCourse
) -> None:
    """Short: lesson 5 three times, 2 twice, 1 and 3 once each, 4 never. Of the equal ones the earlier lesson is named."""
    marks = [
        ("materi-1", "0.5"), ("materi-2", "0"), ("materi-2", "0.8"), ("materi-3", "0"), ("materi-4", "1"),
        ("materi-5", "0"), ("materi-5", "0"), ("materi-5", "0.3333"), ("materi-1", "1"),
    ]  # fmt: skip
    made = result(session, cast, marks)

    assert following.spoken_of(session, made)[1] == {"materi-1": 1, "materi-2": 2, "materi-3": 1, "materi-5": 3}
    assert [step.slug for step in follows(session, made, cast.learner).rereads] == ["materi-5", "materi-2", "materi-1"]


def test_a_question_of_no_lesson_and_one_of_a_lesson_that_is_gone_send_nobody_to_read(
    session: Session, cast: Cast, course: MadeCourse
) -> None:
    made = result(session, cast, [("", "0"), ("materi-lama", "0"), ("materi-4", "0")])

    assert following.spoken_of(session, made)[1] == {"materi-lama": 1, "materi-4": 1}
    assert [step.slug for step in follows(session, made, cast.learner).rereads] == ["materi-4"]


def test_after_failing_one_of_three_tries_the_next_is_a_day_later(
    session: Session, cast: Cast, course: MadeCourse
) -> None:
    found = follows(session, result(session, cast, [("materi-1", "0")]), cast.learner)

    assert found.standing is not None
    assert found.standing.reasons == (Reason.COOLDOWN,)
    assert found.standing.again_at == START + timedelta(hours=24)
    assert (found.standing.attempts_left, found.max_attempts, found.course_slug) == (2, 3, "keamanan-informasi")
    assert found.award is None


def test_whoever_may_try_again_is_told_when_the_bank_cannot_fill_a_paper(
    session: Session, cast: Cast, course: MadeCourse
) -> None:
    """One easy question is asked and there is one, until it is suspended."""
    made = result(session, cast, [("materi-1", "0")])
    bank = session.scalars(select(Question.bank_id).order_by(Question.id.desc()).limit(1)).one()
    session.execute(update(Exam).values(cooldown_hours=0, bank_id=bank))
    asked_for = {"title": "Dasar", "competency": factory.CODE, "level": 1, "draw": 1, "pass": 0}
    content = {"pass_total": 0, "sections": [asked_for | {"difficulty": {"mudah": 1}}]}
    session.execute(update(Blueprint).values(content=content))
    found = follows(session, made, cast.learner)
    assert found.standing is not None
    assert (found.standing.may_start, found.can_be_drawn) == (True, True)

    worn_later = content | {"exposure": {"percent": 40, "days": 30}}
    session.execute(update(Blueprint).values(content=worn_later))
    assert follows(session, made, cast.learner).can_be_drawn, "the next paper, though not many more"

    session.execute(update(Question).values(status="suspended"))
    found = follows(session, made, cast.learner)
    assert found.standing is not None
    assert (found.standing.may_start, found.can_be_drawn) == (True, False)


def test_an_exam_without_a_course_names_no_lesson(session: Session, cast: Cast, course: MadeCourse) -> None:
    made = result(session, cast, [("materi-1", "0")])
    session.execute(update(Exam).values(course_id=None))
    session.expire_all()

    found = follows(session, made, cast.learner)

    assert (found.course_slug, found.rereads) == (None, ())


def test_after_passing_nothing_is_to_be_read_and_the_issued_certificate_is_named(
    session: Session, cast: Cast, course: MadeCourse
) -> None:
    made = result(session, cast, [("materi-1", "0"), ("materi-2", "1")], passed=True)
    found = follows(session, made, cast.learner)
    assert found == Following(None, 0, None, (), None, found.competencies)

    certificate = pending(session, cast, made)
    assert follows(session, made, cast.learner).award == Award("", None, "")

    certificate.state, certificate.file_sha256, certificate.number = "issued", "f" * 64, "1/2026"
    session.flush()
    assert follows(session, made, cast.learner).award == Award("", "ABCDEFGH1234", "")


def test_a_certificate_is_promised_only_where_a_scheme_awards_one(
    session: Session, cast: Cast, course: MadeCourse
) -> None:
    made = result(session, cast, [("materi-1", "1")], passed=True)
    assert follows(session, made, cast.learner).award is None
    assert following.awards_of_course(session, course.id) == (False, False)

    scheme = pending(session, cast, made).scheme_id
    session.execute(update(Scheme).where(Scheme.id == scheme).values(position="Jabatan Lurah"))
    assert follows(session, made, cast.learner).award == Award("Jabatan Lurah", None, "")
    session.add(proposal_of(made, scheme, cast))
    assert follows(session, made, cast.learner).award == Award("Jabatan Lurah", None, "", is_proposed=True)
    assert following.awards_of_course(session, course.id) == (False, False)  # two people decide on that one

    session.execute(update(Scheme).values(position=""))
    assert following.awards_of_course(session, course.id) == (True, False)


def proposal_of(made: Result, scheme: int, cast: Cast) -> Proposal:
    """Two people are to decide."""
    return Proposal(
        code="usulan-uji", scheme_id=scheme, employee_id=cast.learner.employee_id, result_id=made.id, cycle=1,
        state="verifying", since=START, proposed_at=START, checks=[],
    )  # fmt: skip


def pending(session: Session, cast: Cast, made: Result) -> Certificate:
    """A certificate that is still to be made."""
    scheme = Scheme(
        code="uji", title="Uji Kompetensi", unit_id=cast.jakarta, exam_id=session.scalars(select(Exam.id)).one(),
        competency_id=factory.competency(session), level=2, design="kompetensi", validity_months=36,
        number_pattern="{n}/{year}", official={},
    )  # fmt: skip
    session.add(scheme)
    session.flush()
    certificate = Certificate(
        code="ABCDEFGH1234", scheme_id=scheme.id, employee_id=cast.learner.employee_id, result_id=made.id,
        state="pending", facts={}, proposed_at=START,
    )  # fmt: skip
    session.add(certificate)
    session.flush()
    return certificate
