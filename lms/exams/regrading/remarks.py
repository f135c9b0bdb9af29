"""Marking again: answers that people have marked go to others, who have marked none of them, and what those give takes its place.

It is drafted, looked at and begun as any regrade, and its rows say whose answers. What they will be given nobody knows before: the
mark of before counts until an answer has its new one, and then its attempt is graded again at once, whichever others still wait.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, select, update
from sqlalchemy.orm import Session, aliased

from lms.exams.appealing.models import Appeal, Opinion
from lms.exams.corrections import Correction
from lms.exams.marking import works
from lms.exams.marking.models import Work
from lms.exams.models import Attempt
from lms.exams.regrading import applying, planning, regrades
from lms.exams.regrading.models import REMARK, Regrade, RegradeRow
from lms.exams.regrading.regrades import Overtaken


class NothingToMark(RuntimeError):
    """None of the answers has a mark that counts, or they are being marked again already."""


def draft(
    session: Session,
    exam_id: int,
    version_id: int,
    *,
    attempts: Sequence[int] | None,
    reason: str,
    by: int,
    now: datetime,
) -> Regrade:
    """A regrade that has answers to a question marked again. Nothing holds yet. Raises OwnExam and NothingToMark.

    attempts: whose answers, by key; None for all that have a mark.
    """
    whose = select(Work.attempt_id).where(_markable(exam_id, version_id)).order_by(Work.attempt_id)
    if attempts is not None:
        whose = whose.where(Work.attempt_id.in_(attempts))
    keys = list(session.scalars(whose))
    if not keys or _is_moot(regrades.in_force(session, exam_id).get(version_id)):
        raise NothingToMark(version_id)
    made = regrades.enter(session, exam_id, version_id, REMARK, (), reason=reason, by=by, now=now)
    planning.add_as_they_stand(session, made.id, version_id, keys)
    return made


def start(session: Session, regrade_id: int, *, by: int, now: datetime) -> Regrade:
    """Give the answers out. What another regrade has had marked again since the draft, or is having, is left as that has it: the
    reason was about a mark that counts no more.

    Raises OwnExam, NotDraft, and Overtaken where nothing is left.
    """
    found, before = regrades.held(session, regrade_id, by=by)
    markable = select(Work.attempt_id).where(_markable(found.exam_id, found.version_id), ~_given_out_since(found))
    mine = RegradeRow.regrade_id == regrade_id
    left = session.scalar(select(exists().where(mine, RegradeRow.attempt_id.in_(markable))))
    if found.state == "draft" and (not left or _is_moot(before)):
        raise Overtaken(regrade_id)
    claimed = regrades.claim(session, regrade_id, by=by, now=now)
    next_round = (
        select(Work.round + 1)
        .where(Work.attempt_id == RegradeRow.attempt_id, _of_question(claimed.exam_id, claimed.version_id))
        .scalar_subquery()
    )
    quietly = {"synchronize_session": False}
    session.execute(delete(RegradeRow).where(mine, RegradeRow.attempt_id.not_in(markable)), execution_options=quietly)
    session.execute(update(RegradeRow).where(mine).values(round=next_round), execution_options=quietly)
    works.reopen(session, claimed.version_id, claimed.exam_id, select(RegradeRow.attempt_id).where(mine))
    session.expire_all()
    return claimed


def settle(session: Session, work_id: int, *, by: int, now: datetime, today: date) -> None:
    """Grade the attempt of an answer again that has its mark of a later round. by: who gave the last. today: as completion has it."""
    work = session.get_one(Work, work_id)
    session.execute(select(Attempt.id).where(Attempt.id == work.attempt_id).with_for_update())
    row, regrade = session.execute(_rows_of(work).where(RegradeRow.state == "planned")).one()
    facts = planning.read(session, [work.attempt_id])[0]
    result = applying.grade_again(session, row, regrade, facts, cause="remark", by=by, now=now, today=today)
    row.new_result_id = result.id if result else None
    session.flush()
    regrades.finish(session, regrade.id, now=now)


def under_way(session: Session, exam_id: int, version_id: int, attempt_id: int, *, since: datetime) -> Regrade | None:
    """The regrade that has had, or is having, this answer marked again since then."""
    rows = (
        select(Regrade)
        .join(RegradeRow, RegradeRow.regrade_id == Regrade.id)
        .where(Regrade.exam_id == exam_id, Regrade.version_id == version_id, RegradeRow.attempt_id == attempt_id)
        .where(Regrade.remedy == REMARK, Regrade.applied_at >= since)
        .order_by(Regrade.id.desc())
    )
    return session.scalars(rows.limit(1)).one_or_none()


def had_a_say(user_id: Any, number: Any = Work.round) -> ColumnElement[bool]:
    """The SQL of "that person knows what the work was given before the round of that number": they had a say on an appeal about it,
    or asked for that round or an earlier one. Others mark it. Each argument is a value, or the SQL of one."""
    row, regrade = aliased(RegradeRow), aliased(Regrade)
    asked = (
        select(1)
        .select_from(row)
        .join(regrade, regrade.id == row.regrade_id)
        .where(row.attempt_id == Work.attempt_id, regrade.version_id == Work.version_id, row.round <= number)
        .where((regrade.made_by == user_id) | (regrade.applied_by == user_id))
    )
    spoke = (
        select(1)
        .select_from(Appeal)
        .join(Opinion, Opinion.appeal_id == Appeal.id)
        .where(Appeal.attempt_id == Work.attempt_id, Appeal.item == Work.item, Opinion.member_id == user_id, number > 1)
    )
    return exists(asked.correlate_except(row, regrade)) | exists(spoke.correlate_except(Appeal, Opinion))


def _rows_of(work: Work) -> Select[RegradeRow, Regrade]:
    """The row that has opened the present round of an answer, with its regrade."""
    return (
        select(RegradeRow, Regrade)
        .join(Regrade, Regrade.id == RegradeRow.regrade_id)
        .where(RegradeRow.attempt_id == work.attempt_id, RegradeRow.round == work.round)
        .where(Regrade.exam_id == work.exam_id, Regrade.version_id == work.version_id)
    )


def _of_question(exam_id: int, version_id: int) -> ColumnElement[bool]:
    return (Work.exam_id == exam_id) & (Work.version_id == version_id)


def _markable(exam_id: int, version_id: int) -> ColumnElement[bool]:
    """The SQL of "this work can be marked again": it has its mark, and its attempt waits for none to have its result."""
    waits = works.others_wait(Work.attempt_id, Work.id)
    return _of_question(exam_id, version_id) & (Work.state == "settled") & ~waits


def _given_out_since(draft: Regrade) -> ColumnElement[bool]:
    """The SQL of "another regrade has given this work out to be marked again after that was drafted"."""
    rows = (
        select(1)
        .select_from(RegradeRow)
        .join(Regrade, Regrade.id == RegradeRow.regrade_id)
        .where(RegradeRow.attempt_id == Work.attempt_id, Regrade.version_id == Work.version_id, Regrade.id != draft.id)
        .where(Regrade.exam_id == Work.exam_id, Regrade.remedy == REMARK, Regrade.applied_at > draft.made_at)
    )
    return exists(rows.correlate(Work))


def _is_moot(holding: Correction | None) -> bool:
    """Whether the question counts for nobody, or fully for all, so that no mark matters."""
    return holding is not None and holding.remedy in ("drop", "full")
