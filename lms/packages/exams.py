"""Brings the exam of a package: its rules and the blueprint from which papers are drawn."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.models import Course
from lms.exams import after_terms, blueprints, particulars, rehearsing, revising
from lms.exams.models import Blueprint, Exam
from lms.packages.package import BadPackage, Package, PackagedExam, Problem
from lms.questions.models import Bank


def bring(session: Session, package: Package, course: Course, bank: Bank, *, now: datetime) -> str:
    """Write what is new of the exam: "new", "changed", "unchanged", "kept" when its blueprint was last settled in the
    product, or "none" when the package has none.

    Raises BadPackage when its UUID or its slug belongs to another exam.
    """
    given = package.exam
    if given is None:
        return "none"
    exam = session.scalars(select(Exam).where(Exam.uuid == given.uuid)).one_or_none()
    if exam is None:
        exam = _new_exam(session, given, course, bank)
        blueprints.append(session, exam.id, given.blueprint(), number=1, now=now)
        rehearsing.bring(session, exam, given.blueprint(), by=None, now=now)
        return "new"
    if exam.course_id != course.id:
        raise BadPackage([Problem(given.place, "id ujian ini milik kursus lain")])
    known = {row.hash: row.number for row in session.scalars(select(Blueprint).where(Blueprint.exam_id == exam.id))}
    content = after_terms.kept(session, exam.id, given.blueprint())
    if not known.keys().isdisjoint((blueprints.digest(given.blueprint()), blueprints.digest(content))):
        return "unchanged"
    if revising.is_planned_here(session, exam.id):
        return "kept"
    if not particulars.is_titled_here(session, exam.id):
        exam.title = given.title
    _set_rules(exam, given)
    blueprints.append(session, exam.id, content, number=max(known.values(), default=0) + 1, now=now)
    rehearsing.bring(session, exam, content, by=None, now=now)
    return "changed"


def _new_exam(session: Session, given: PackagedExam, course: Course, bank: Bank) -> Exam:
    if session.scalar(select(Exam.id).where(Exam.code == given.slug)):
        raise BadPackage([Problem(given.place, f"alamat {given.slug} sudah dipakai ujian lain")])
    exam = Exam(uuid=given.uuid, code=given.slug, title=given.title)
    exam.unit_id, exam.course_id, exam.bank_id = course.unit_id, course.id, bank.id
    _set_rules(exam, given)
    session.add(exam)
    session.flush()  # its blueprint needs the key
    return exam


def _set_rules(exam: Exam, given: PackagedExam) -> None:
    exam.duration_minutes = given.duration_minutes
    exam.max_attempts = given.attempts
    exam.cooldown_hours = given.cooldown_hours
    exam.proctored = given.proctored
