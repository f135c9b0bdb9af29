"""Regrades: drafted with a reason, looked at, applied or withdrawn; and the corrections that hold in an exam."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Exists, Select, exists, func, literal, select, update
from sqlalchemy.orm import Session

from lms import audit, jobs
from lms.exams import corrections
from lms.exams.codes import new_code
from lms.exams.corrections import Correction, Remedy
from lms.exams.marking import works
from lms.exams.models import Attempt, Exam
from lms.exams.regrading import planning
from lms.exams.regrading.models import REMARK, Regrade, RegradeRow
from lms.people.models import User
from lms.questions import banks, lifecycle
from lms.questions.models import Bank, Question, QuestionStep, QuestionVersion

LONGEST_REASON = 2000
JOB, PLAN_JOB = "regrade.apply", "regrade.plan"


class NotDraft(RuntimeError):
    """The regrade was applied or withdrawn before."""


class Overtaken(NotDraft):
    """The question was corrected otherwise since: what the draft adds to, or takes back, holds no more."""


class OwnExam(RuntimeError):
    """Whoever has sat the exam corrects nothing in it: the own result could follow."""


def in_force(session: Session, exam_id: int) -> dict[int, Correction]:
    """Question version → the correction that holds in the exam. One statement."""
    rows = (
        select(Regrade.code, Regrade.version_id, Regrade.remedy, Regrade.contents)
        .where(Regrade.exam_id == exam_id, Regrade.state.in_(("applying", "done")), Regrade.remedy != REMARK)
        .order_by(Regrade.applied_at, Regrade.id)
    )
    return corrections.in_force([_correction(*row) for row in session.execute(rows)])


def draft(
    session: Session,
    exam_id: int,
    version_id: int,
    remedy: Remedy,
    contents: Sequence[Mapping[str, Any]],
    *,
    reason: str,
    by: int,
    now: datetime,
) -> Regrade:
    """A regrade with its difference, to be looked at. Nothing holds yet. Raises OwnExam.

    The remedy "key" without contents takes back what holds. Of many attempts the job works the difference out.
    """
    made = enter(session, exam_id, version_id, remedy, contents, reason=reason, by=by, now=now)
    if not plan(session, made):
        jobs.enqueue(session, PLAN_JOB, regrade_id=made.id)
    return made


def enter(
    session: Session,
    exam_id: int,
    version_id: int,
    remedy: str,
    contents: Sequence[Mapping[str, Any]],
    *,
    reason: str,
    by: int,
    now: datetime,
) -> Regrade:
    """A draft that has no rows yet. Raises OwnExam."""
    _refuse_own(session, exam_id, by)
    made = Regrade(
        code=new_code(8),
        exam_id=exam_id,
        version_id=version_id,
        remedy=remedy,
        contents=[dict(one) for one in contents],
        reason=reason,
        state="draft",
        made_at=now,
        made_by=by,
    )
    session.add(made)
    session.flush()  # its rows point to it by key
    audit.record(session, "regrade.draft", f"regrade:{made.id}", by=by, now=now, details={"remedy": remedy})
    return made


def plan(session: Session, regrade: Regrade) -> bool:
    """Add a row for each concerned attempt that has none yet, a batch of them. False where more are left."""
    return _plan(session, regrade, _holding_with(session, regrade))


def _plan(session: Session, regrade: Regrade, holding: planning.Corrections) -> bool:
    rows = planning.without_row(regrade.id, regrade.exam_id, regrade.version_id).order_by(Attempt.id)
    left = list(session.scalars(rows.limit(planning.BATCH + 1)))
    planning.add(session, regrade.id, left[: planning.BATCH], regrade.version_id, holding)
    return len(left) <= planning.BATCH


def refresh(session: Session, regrade: Regrade) -> bool:
    """Bring the difference of a draft up to what has been recorded since. False where that is more than one transaction should do:
    the job goes on with it."""
    is_whole = work_out(session, regrade)
    if not is_whole:
        jobs.enqueue(session, PLAN_JOB, regrade_id=regrade.id)
    return is_whole


def work_out(session: Session, regrade: Regrade) -> bool:
    """Bring a batch of a draft's difference up to date; of two at once the second waits. A REMARK has none. False where more is left."""
    if regrade.remedy == REMARK:
        return True
    session.execute(select(Regrade.id).where(Regrade.id == regrade.id).with_for_update())
    holding = _holding_with(session, regrade)
    is_renewed = planning.renew(session, regrade.id, regrade.version_id, holding)
    return _plan(session, regrade, holding) and is_renewed


def left_to_plan(regrade: Regrade) -> Select[int]:
    """The statement of how many attempts the difference of a draft still lacks, of those that were closed when it was drafted."""
    if regrade.state != "draft" or regrade.remedy == REMARK:
        return select(literal(0))
    rows = planning.without_row(regrade.id, regrade.exam_id, regrade.version_id)
    return select(func.count()).select_from(rows.where(Attempt.closed_at <= regrade.made_at).subquery())


def _holding_with(session: Session, regrade: Regrade) -> dict[int, Correction]:
    return in_force(session, regrade.exam_id) | {regrade.version_id: correction_of(regrade)}


def start(session: Session, regrade_id: int, *, by: int, now: datetime) -> Regrade:
    """Let a correction hold. From now on attempts that are closed are graded by it; the job grades those that were.

    Raises OwnExam, NotDraft and Overtaken. Of two in one exam at once the second waits.

    The bank follows: a corrected key becomes the question's next version; otherwise the question is suspended until it is mended.
    What is taken back gives the bank the question as it was, and ends the suspension.
    """
    found, before = held(session, regrade_id, by=by)
    if _is_overtaken(session, found, before):
        raise Overtaken(regrade_id)
    claimed = claim(session, regrade_id, by=by, now=now)
    if claimed.remedy in ("drop", "full"):
        works.void(session, claimed.version_id, claimed.exam_id)
    elif claimed.what == "restore":
        works.revive(session, claimed.version_id, claimed.exam_id)
    _mend_bank(session, claimed, by=by, now=now)
    jobs.enqueue(session, JOB, regrade_id=claimed.id)
    return claimed


def held(session: Session, regrade_id: int, *, by: int) -> tuple[Regrade, Correction | None]:
    """A regrade under the lock of its exam, and the correction by which its question is marked now. Raises OwnExam."""
    found = session.get_one(Regrade, regrade_id)
    session.execute(select(Exam.id).where(Exam.id == found.exam_id).with_for_update(key_share=True))
    _refuse_own(session, found.exam_id, by)
    return found, in_force(session, found.exam_id).get(found.version_id)


def claim(session: Session, regrade_id: int, *, by: int, now: datetime) -> Regrade:
    """Take a draft for what holds from now on. Raises NotDraft."""
    claimed = session.scalars(
        update(Regrade)
        .where(Regrade.id == regrade_id, Regrade.state == "draft")
        .values(state="applying", applied_at=now, applied_by=by)
        .returning(Regrade),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if claimed is None:
        raise NotDraft(regrade_id)
    audit.record(session, "regrade.apply", f"regrade:{claimed.id}", by=by, now=now, details={"reason": claimed.reason})
    return claimed


def withdraw(session: Session, regrade_id: int, *, by: int, now: datetime) -> None:
    """Give up a draft. Raises NotDraft."""
    changed = update(Regrade).where(Regrade.id == regrade_id, Regrade.state == "draft").values(state="withdrawn")
    if session.scalar(changed.returning(Regrade.id)) is None:
        raise NotDraft(regrade_id)
    audit.record(session, "regrade.withdraw", f"regrade:{regrade_id}", by=by, now=now)


def finish(session: Session, regrade_id: int, *, now: datetime) -> bool:
    """Note that nothing is left to do; False while something is, or where it was noted before."""
    left = session.scalar(
        select(func.count()).where(RegradeRow.regrade_id == regrade_id, RegradeRow.state == "planned")
    )
    if left:
        return False
    done = update(Regrade).where(Regrade.id == regrade_id, Regrade.state == "applying")
    if session.scalar(done.values(state="done", done_at=now).returning(Regrade.id)) is None:
        return False
    audit.record(session, "regrade.done", f"regrade:{regrade_id}", by=None, now=now)
    return True


def correction_of(regrade: Regrade) -> Correction:
    """The correction that a regrade states."""
    return _correction(regrade.code, regrade.version_id, regrade.remedy, regrade.contents)


def sat(exam_id: Any, employee_id: Any) -> Exists:
    """The SQL of "that person has begun an attempt of the exam". Each is a key, or the SQL of one."""
    return exists(
        select(1).where(Attempt.exam_id == exam_id, Attempt.employee_id == employee_id, Attempt.state != "prepared")
    )


def _is_overtaken(session: Session, regrade: Regrade, holding: Correction | None) -> bool:
    """What replaces a key, drops or gives full marks says all of what is to hold; the other remedies build on what held."""
    if regrade.what not in ("accept", "restore") or holding is None:
        return False
    if (holding.remedy, list(holding.contents)) == (regrade.remedy, regrade.contents):
        return False
    applied_at = session.scalars(select(Regrade.applied_at).where(Regrade.code == holding.code)).one()
    return applied_at is not None and applied_at > regrade.made_at


def _refuse_own(session: Session, exam_id: int, by: int) -> None:
    person = select(User.employee_id).where(User.id == by).scalar_subquery()
    if session.scalar(select(sat(exam_id, person))):
        raise OwnExam(exam_id)


def _correction(code: str, version: int, remedy: str, contents: Sequence[Mapping[str, Any]]) -> Correction:
    return Correction(code, version, cast(Remedy, remedy), tuple(contents))


def _mend_bank(session: Session, regrade: Regrade, *, by: int, now: datetime) -> None:
    version, question, bank = session.execute(
        select(QuestionVersion, Question, Bank)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Bank, Bank.id == Question.bank_id)
        .where(QuestionVersion.id == regrade.version_id)
    ).one()
    current = session.get_one(QuestionVersion, question.current_id)
    earlier = session.scalars(_earlier(regrade)).all()
    keys = [one.contents[0] for one in earlier if one.contents]
    if current.id != version.id and current.content not in [version.content, *keys]:
        return  # somebody has changed it since; that version is theirs to judge
    if regrade.what == "restore":
        _end_suspension(session, question.id, earlier, by=by, now=now)
    elif regrade.remedy != "key":
        lifecycle.suspend(session, question.id, reason=regrade.reason[:300], by=by, now=now)
        return
    banks.add_version(
        session,
        bank,
        uuid=question.uuid,
        kind=version.kind,
        content=dict(regrade.contents[0] if regrade.contents else version.content),
        competency_id=version.competency_id,
        level=version.level,
        difficulty=version.difficulty,
        lesson=version.lesson,
        tags=version.tags,
        purpose=question.purpose,
        by=by,
        now=now,
    )


def _earlier(regrade: Regrade) -> Select[Regrade]:
    """The corrections of the question that held in the exam before, also those that others have taken the place of."""
    of_version = (Regrade.exam_id == regrade.exam_id, Regrade.version_id == regrade.version_id)
    corrected = (Regrade.applied_at.is_not(None), Regrade.remedy != REMARK)
    return select(Regrade).where(*of_version, *corrected, Regrade.id != regrade.id)


def _end_suspension(session: Session, question_id: int, earlier: Sequence[Regrade], *, by: int, now: datetime) -> None:
    """Let the question be drawn again where the last that was done to its standing is what a correction did."""
    of_question = (QuestionStep.question_id == question_id, QuestionStep.act != "edited")
    last = select(func.max(QuestionStep.id)).where(*of_question).scalar_subquery()
    ours = select(QuestionStep.id).where(
        QuestionStep.id == last,
        QuestionStep.act == "suspended",
        QuestionStep.at.in_([one.applied_at for one in earlier]),
    )
    if session.scalar(ours) is not None:
        lifecycle.restore(session, question_id, by=by, now=now)
