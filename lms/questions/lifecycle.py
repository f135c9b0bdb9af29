"""The life of a question: trial → live → suspended → retired.

- **On trial** it waits for a reviewer. It counts in no exam: a blueprint may draw some unscored, and practice may use it.
- **Live** it is drawn for exams that count. Only somebody who wrote none of its versions makes it live.
- **Suspended** it is left out of papers yet to be drawn; papers that are drawn keep it, and results stay as they are.
  Its author takes it up again only where nobody else suspended it.
- **Retired** it is out for good. Nothing leads back, and its versions stay for the papers that asked them.

A new version goes back to trial (banks.add_version). Whatever else is done can be taken back by who did it, as long as
nothing was done to the question since.
"""

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from lms import audit
from lms.questions.models import Bank, Question, QuestionStep, QuestionVersion

Act = Literal["approved", "returned", "suspended", "restored", "retired", "undone"]
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
#: What can be taken back. Retiring cannot, and versions are never unmade.
UNDOABLE: Final = ("approved", "returned", "suspended", "restored")
#: Act → its name in the audit trail.
_ACTIONS = {
    "approved": "question.approve",
    "returned": "question.return",
    "suspended": "question.suspend",
    "restored": "question.restore",
    "retired": "question.retire",
    "undone": "question.undo",
}


def approve(session: Session, bank: Bank, versions: Collection[int], *, by: int, now: datetime) -> tuple[str, int]:
    """Make questions on trial live that somebody has read. Returns (the turn, how many).

    versions: keys of the versions that were read: a question that was changed meanwhile stays on trial, and so does one of
    which the reviewer wrote a version.
    """
    which = (Question.bank_id == bank.id, Question.current_id.in_(versions), *_reviewable(by))
    return _turn(session, which, "approved", "live", by=by, now=now)


def send_back(
    session: Session, question_id: int, version_id: int, *, reason: str, by: int, now: datetime
) -> tuple[str, int]:
    """Give a question on trial back to its author with a reason, under the same conditions as an approval."""
    which = (Question.id == question_id, Question.current_id == version_id, *_reviewable(by))
    return _turn(session, which, "returned", "trial", reason=reason, by=by, now=now)


def suspend(session: Session, question_id: int, *, reason: str, by: int, now: datetime) -> bool:
    """Take a live exam question out of papers yet to be drawn, after a person looked at it. False: it was not live."""
    which = (Question.id == question_id, Question.status == "live", Question.purpose == "exam")
    return bool(_turn(session, which, "suspended", "suspended", reason=reason, by=by, now=now)[1])


def restore(session: Session, question_id: int, *, by: int, now: datetime) -> bool:
    """End a suspension. False: it was not suspended, or another person has suspended what `by` wrote."""
    steps = select(QuestionStep.by).where(QuestionStep.question_id == Question.id, QuestionStep.act == "suspended")
    suspender = steps.order_by(QuestionStep.id.desc()).limit(1).correlate(Question).scalar_subquery()
    theirs = or_(~is_authored_by(by), suspender == by)
    which = (Question.id == question_id, Question.status == "suspended", theirs)
    return bool(_turn(session, which, "restored", "live", by=by, now=now)[1])


def retire(session: Session, question_id: int, *, reason: str, by: int, now: datetime) -> bool:
    """Take a question out for good. False: it was retired before."""
    which = (Question.id == question_id, Question.status != "retired")
    return bool(_turn(session, which, "retired", "retired", reason=reason, by=by, now=now)[1])


def undo(session: Session, bank: Bank, turn: str, *, by: int, now: datetime) -> int:
    """Take back what one did in one turn, where it still is the last thing that was done. Returns to how many questions."""
    if not turn:
        return 0
    later = aliased(QuestionStep)
    newest = select(func.max(later.id)).where(later.question_id == QuestionStep.question_id).scalar_subquery()
    steps = session.execute(
        select(
            QuestionStep.question_id, QuestionStep.version_id, QuestionStep.act, QuestionStep.before, QuestionStep.after
        )
        .join(Question, Question.id == QuestionStep.question_id)
        .where(QuestionStep.turn == turn, QuestionStep.by == by, QuestionStep.act.in_(UNDOABLE))
        .where(QuestionStep.id == newest, Question.bank_id == bank.id, Question.status == QuestionStep.after)
        .with_for_update(of=Question)
    ).all()
    for before in {row.before for row in steps}:
        keys = [row.question_id for row in steps if row.before == before]
        session.execute(update(Question).where(Question.id.in_(keys)).values(status=before, is_returned=False))
    made = _new_turn()
    for row in steps:
        _note(
            session, row.question_id, bank.id, row.version_id, "undone", row.after, row.before, made, "", by=by, now=now
        )
    return len(steps)


def is_authored_by(user_id: int) -> ColumnElement[bool]:
    """The SQL of "this person wrote, or brought in, a version of the question"."""
    return exists(
        select(1)
        .where(QuestionVersion.question_id == Question.id, QuestionVersion.made_by == user_id)
        .correlate(Question)
    )


def _reviewable(by: int) -> tuple[ColumnElement[bool], ...]:
    return Question.status == "trial", Question.is_returned.is_(False), ~is_authored_by(by)


def _turn(
    session: Session,
    which: tuple[ColumnElement[bool], ...],
    act: Act,
    after: str,
    *,
    by: int,
    now: datetime,
    reason: str = "",
) -> tuple[str, int]:
    """Change the status of what fits `which`, and note it for each. One turn, however many there are."""
    found = session.execute(
        select(Question.id, Question.bank_id, Question.current_id, Question.status).where(*which).with_for_update()
    ).all()
    keys = [row.id for row in found]
    session.execute(update(Question).where(Question.id.in_(keys)).values(status=after, is_returned=act == "returned"))
    turn = _new_turn()
    for row in found:
        _note(session, row.id, row.bank_id, row.current_id, act, row.status, after, turn, reason, by=by, now=now)
    return turn, len(found)


def _note(
    session: Session,
    question_id: int,
    bank_id: int,
    version_id: int,
    act: Act,
    before: str,
    after: str,
    turn: str,
    reason: str,
    *,
    by: int,
    now: datetime,
) -> None:
    session.add(
        QuestionStep(
            question_id=question_id,
            bank_id=bank_id,
            version_id=version_id,
            act=act,
            before=before,
            after=after,
            reason=reason,
            turn=turn,
            at=now,
            by=by,
        )
    )
    details = {"reason": reason} if reason else None
    audit.record(session, _ACTIONS[act], f"question:{question_id}", by=by, now=now, details=details)


def _new_turn() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(10))
