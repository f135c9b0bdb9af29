"""What a regrade does: all regrades of an exam, the difference by attempt, and what a candidate is told of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, case, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from lms.certificates.models import Certificate, Revocation
from lms.exams import corrections, results
from lms.exams.appealing import filing
from lms.exams.marking import works
from lms.exams.marking.models import Work
from lms.exams.models import Attempt, Exam, QuestionUse, Result
from lms.exams.regrading import planning, regrades, remarks
from lms.exams.regrading.models import REMARK, Regrade, RegradeRow
from lms.lean import Lean
from lms.paging import counted
from lms.people.models import Employee, User
from lms.questions.content import short
from lms.questions.models import Question, QuestionVersion

Show = Literal["", "nilai", "lulus", "gagal"]
SHOWS: tuple[Show, ...] = ("", "nilai", "lulus", "gagal")


@dataclass(frozen=True)
class Counts:
    """Attempts: all that were looked at, with another mark or per cent, newly passed, no longer passed, done already; and those whose
    difference is still being worked out."""

    total: int = 0
    changed: int = 0
    gained: int = 0
    lost: int = 0
    applied: int = 0
    left: int = 0


@dataclass(frozen=True)
class Listed:
    """A regrade in the list of an exam."""

    regrade: Regrade
    short: str
    counts: Counts


@dataclass(frozen=True)
class Line:
    """One attempt of a regrade, with its candidate, and what it had before; state: of that result, which may wait for marks.

    is_awaited: people are still to mark the answer again, so that nobody knows what it will be given. What counts until then is
    what it has now: another correction may have changed that since the row was made.
    is_veiled: whoever looks may yet mark the answer again, so that no mark of it and nothing that tells it is shown.
    """

    row: RegradeRow
    name: str
    code: str
    attempt: str
    number: int
    state: str
    is_awaited: bool
    is_veiled: bool
    old_mark: Decimal | None
    old_maximum: Decimal
    old_percent: Decimal
    old_passed: bool

    @property
    def new_maximum(self) -> Decimal:
        """What the question counts in the end; while it is awaited, what it counts now."""
        return self.old_maximum if self.is_awaited else self.row.new_maximum

    @property
    def waits(self) -> bool:
        """Whether there was no verdict, so that none can change."""
        return self.state == results.PENDING and (self.is_awaited or not self.row.new_passed)

    @property
    def will_wait(self) -> bool:
        """Whether there will be no verdict, or nobody knows which: a person has to mark the answer first."""
        return self.waits or self.row.new_mark is None or self.is_awaited


@dataclass(frozen=True)
class Told:
    """What a candidate is told: when, why, and whether it changed anything. item: its number on the paper.
    An answer that is being marked again is told of, too; its row is planned.

    certificate: the code of what the attempt has earned; ended: revoked, suspended or superseded, where it is.
    together: the items whose regrades came to the same result. told_at: of these the item that tells the whole change,
    where that is another. rests: the answer is being marked again, but its question counts for nobody, or fully for all, meanwhile.
    """

    applied_at: datetime
    remedy: str
    reason: str
    item: int
    row: RegradeRow
    certificate: str | None
    ended: str
    together: tuple[int, ...] = ()
    told_at: int | None = None
    rests: bool = False


_CHANGED = or_(
    RegradeRow.old_percent != RegradeRow.new_percent,
    RegradeRow.old_mark.is_distinct_from(RegradeRow.new_mark),
    RegradeRow.old_maximum != RegradeRow.new_maximum,
    RegradeRow.old_passed != RegradeRow.new_passed,
)
_GAINED = and_(RegradeRow.new_passed, not_(RegradeRow.old_passed))
#: What a person has yet to mark is not lost.
_LOST = and_(RegradeRow.old_passed, not_(RegradeRow.new_passed), RegradeRow.new_mark.is_not(None))


def of_exam(session: Session, exam_id: int, *, page: int, size: int) -> tuple[list[Listed], int]:
    """A page of the regrades of an exam, the newest first, and how many. One statement."""
    counts = select(RegradeRow.regrade_id, *_counted()).group_by(RegradeRow.regrade_id).subquery()
    rows = (
        select(Regrade, QuestionVersion.content, *list(counts.c)[1:])
        .join(QuestionVersion, QuestionVersion.id == Regrade.version_id)
        .outerjoin(counts, counts.c.regrade_id == Regrade.id)
        .where(Regrade.exam_id == exam_id)
        .order_by(Regrade.id.desc())
    )
    listed, total = counted(session, rows, page=page, size=size)
    found = [Listed(row[0], short(row[1]["stem"]), Counts(*(value or 0 for value in row[2:7]))) for row in listed]
    return found, total


def counts_of(session: Session, regrade: Regrade) -> Counts:
    """How many attempts a regrade changes, and how. One statement."""
    left = regrades.left_to_plan(regrade).scalar_subquery()
    row = session.execute(select(*_counted(), left).where(RegradeRow.regrade_id == regrade.id)).one()
    return Counts(*(value or 0 for value in row))


def turned(session: Session, regrade_id: int) -> frozenset[tuple[int, bool]]:
    """(attempt, whether it passes then) of all whose verdict a regrade changes."""
    rows = select(RegradeRow.attempt_id, RegradeRow.new_passed).where(RegradeRow.regrade_id == regrade_id)
    return frozenset((attempt, passes) for attempt, passes in session.execute(rows.where(or_(_GAINED, _LOST))))


def lines_of(
    session: Session, regrade_id: int, show: Show, *, veiled: ColumnElement[bool], page: int, size: int | None
) -> list[Line]:
    """A page of attempts, verdicts that change first, then by the candidate's code. size: None for all. One statement.

    veiled: the SQL of "whoever looks may yet mark the work of the attempt, in the exam, again".
    """
    is_awaited = and_(Regrade.remedy == REMARK, RegradeRow.state == "planned")
    is_current = and_(is_awaited, Regrade.state != "withdrawn")
    newest = aliased(Result)
    newest_id = select(newest.id).where(newest.attempt_id == RegradeRow.attempt_id).order_by(newest.number.desc())
    had = case((is_current, newest_id.limit(1).scalar_subquery()), else_=RegradeRow.old_result_id)
    rows = (
        select(
            RegradeRow, Employee.name, Employee.code, Attempt.code, Attempt.number, Result.state, is_awaited, veiled,
            Regrade.version_id, case((is_current, Result.marks)), Result.percent, Result.passed,
        )
        .join(Regrade, Regrade.id == RegradeRow.regrade_id)
        .join(Exam, Exam.id == Regrade.exam_id)
        .join(Result, Result.id == had)
        .join(Attempt, Attempt.id == RegradeRow.attempt_id)
        .outerjoin(Work, and_(Work.attempt_id == Attempt.id, Work.version_id == Regrade.version_id))
        .join(Employee, Employee.id == Attempt.employee_id)
        .where(RegradeRow.regrade_id == regrade_id, *_shown(show))
        .order_by((RegradeRow.old_passed == RegradeRow.new_passed), Employee.name, RegradeRow.id)
    )  # fmt: skip
    if size is not None:
        rows = rows.limit(size).offset((page - 1) * size)
    return [_line(*row) for row in session.execute(rows)]


def _line(
    row: RegradeRow, name: str, code: str, attempt: str, number: int, state: str, is_awaited: bool, is_veiled: bool | None,
    version_id: int, marks: list[Any] | None, percent: Decimal, passed: bool,
) -> Line:  # fmt: skip
    """marks: of the result that counts now, where that is what the line tells."""
    who = (row, name, code, attempt, number, state, is_awaited, bool(is_veiled))
    if marks is None:
        return Line(*who, row.old_mark, row.old_maximum, row.old_percent, row.old_passed)
    return Line(*who, *planning.mark_in(marks, version_id), percent, passed)


def short_of_markers(session: Session, regrade: Regrade, able: Select[int], *, by: int) -> tuple[int, int]:
    """(answers of a remark for which too few others are left, how many mark each). One statement.

    able: the accounts that may mark the exam. by: who looks, and would let a draft hold. Superiors of a candidate, who do not mark
    either, are not looked for: there may be fewer still.
    """
    number = func.coalesce(RegradeRow.round, Work.round + 1)
    knows = works.has_marked_before(number, User.id) | remarks.had_a_say(User.id, number)
    asks = [regrade.made_by, regrade.applied_by or by]
    others = (User.id.in_(able), User.employee_id != Attempt.employee_id, User.id.not_in(asks))
    free = (
        select(func.count())
        .select_from(User)
        .where(*others, ~knows)
        .correlate(Work, Attempt, RegradeRow)
        .scalar_subquery()
    )
    short, markers = session.execute(
        select(func.sum(case((free < Work.markers, 1), else_=0)), func.max(Work.markers))
        .select_from(RegradeRow)
        .join(Attempt, Attempt.id == RegradeRow.attempt_id)
        .join(Work, and_(Work.attempt_id == Attempt.id, Work.version_id == regrade.version_id))
        .where(RegradeRow.regrade_id == regrade.id, RegradeRow.state == "planned")
    ).one()
    return short or 0, markers or 1


def question_of(session: Session, exam_id: int, version_id: int) -> tuple[str, QuestionVersion, int]:
    """(UUID of the question, version, appeals against it in the exam that wait for a ruling). One statement."""
    uuid, version, appeals = session.execute(
        select(Question.uuid, QuestionVersion, filing.waiting_on(exam_id, version_id).scalar_subquery())
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(QuestionVersion.id == version_id)
    ).one()
    return uuid, version, appeals


def asked_otherwise(session: Session, exam_id: int, version: QuestionVersion) -> list[tuple[int, int]]:
    """(number, papers of the exam) of each other version of the question that was asked: a regrade leaves those as they are."""
    rows = (
        select(QuestionVersion.number, func.count())
        .join(QuestionUse, QuestionUse.version_id == QuestionVersion.id)
        .where(
            QuestionUse.question_id == version.question_id,
            QuestionUse.exam_id == exam_id,
            QuestionVersion.id != version.id,
        )
        .group_by(QuestionVersion.number)
        .order_by(QuestionVersion.number)
    )
    return [(number, papers) for number, papers in session.execute(rows)]


def told(session: Session, attempt_id: int, versions: list[int]) -> list[Told]:
    """What a candidate is told of the regrades of an attempt, the newest first. versions: of the paper, in its order. One statement."""
    rows = _TOLD.all(session, attempt=attempt_id)
    found = [
        Told(
            regrade.applied_at,
            corrections.what(regrade.remedy, regrade.contents),
            regrade.reason,
            versions.index(regrade.version_id) + 1,
            row,
            code,
            kind or "",
        )
        for regrade, row, code, kind in rows
        if regrade.applied_at is not None
    ]
    return [_beside(_resting(one, found), found) for one in found]


def _resting(one: Told, told: list[Told]) -> Told:
    if one.remedy != REMARK or one.row.state != "planned":
        return one
    holds = next((other.remedy for other in told if other.item == one.item and other.remedy != REMARK), "")
    return replace(one, rests=holds in ("drop", "full"))


def _beside(one: Told, told: list[Told]) -> Told:
    """One of several with those that came to the same result; the first of them tells the whole."""
    if one.row.new_result_id is None:
        return one
    items = [other.item for other in told if other.row.new_result_id == one.row.new_result_id]
    others = tuple(sorted(item for item in items if item != one.item))
    return replace(one, together=others, told_at=None if items[0] == one.item else items[0])


def _told() -> Lean:
    attempt: BindParameter[int] = bindparam("attempt")
    earned = select(func.max(Certificate.id)).join(Result, Result.id == Certificate.result_id)
    latest = earned.where(Result.attempt_id == attempt, Certificate.state == "issued").scalar_subquery()
    return Lean(
        select(Regrade, RegradeRow, Certificate.code, Revocation.kind)
        .join(RegradeRow, RegradeRow.regrade_id == Regrade.id)
        .outerjoin(Certificate, Certificate.id == latest)
        .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
        .where(RegradeRow.attempt_id == attempt)
        .where(or_(RegradeRow.state == "applied", and_(Regrade.remedy == REMARK, Regrade.state == "applying")))
        .order_by(Regrade.applied_at.desc(), Regrade.id.desc())
    )


_TOLD = _told()


def _counted() -> list[ColumnElement[int]]:
    done = RegradeRow.state == "applied"
    sums = [func.sum(case((which, 1), else_=0)) for which in (_CHANGED, _GAINED, _LOST, done)]
    names = ("changed", "gained", "lost", "applied")
    return [func.count().label("total"), *(one.label(name) for one, name in zip(sums, names, strict=True))]


def _shown(show: Show) -> list[ColumnElement[bool]]:
    return {"": [], "nilai": [_CHANGED], "lulus": [_GAINED], "gagal": [_LOST]}[show]
