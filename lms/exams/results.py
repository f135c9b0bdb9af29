"""Results: appended with all that produced them, never overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import bindparam, exists, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from lms import jobs
from lms.exams import journal, pass_rules
from lms.exams.grading import Graded, Mark, SectionResult, cut
from lms.exams.journal import Problem
from lms.exams.models import Attempt, Result
from lms.exams.pass_rules import Verdict
from lms.lean import Lean

Cause = Literal["closed", "regrade", "admitted", "marked", "remark"]
#: A result that waits for a person's marks has no verdict, and nothing follows from it.
GRADED, PENDING = "graded", "pending_marking"
#: What was recorded but not followed after this long is picked up by the sweep: its job was lost.
OVERDUE = timedelta(seconds=10)


@dataclass(frozen=True)
class Outcome:
    """What a page shows of a result. is_whole: every chain of the journal was unbroken.

    waiting: how many answers a person has yet to mark; while there are any, the figures are not the last word.
    """

    passed: bool
    score: Decimal
    maximum: Decimal
    percent: Decimal
    threshold: Decimal | None
    answered: int
    sections: tuple[SectionResult, ...]
    receipt: str
    is_whole: bool
    waiting: int = 0
    verdict: Verdict | None = None

    @property
    def in_points(self) -> bool:
        """Whether thresholds are in points, so that marks are better told in points too."""
        asked = [section.threshold_points for section in self.sections]
        return any(points is not None for points in asked) or bool(self.verdict and self.verdict.total_points)


def record(
    session: Session,
    attempt_id: int,
    graded: Graded,
    *,
    number: int,
    answered: int,
    seal: str,
    problems: list[Problem],
    cause: Cause,
    by: int | None,
    now: datetime,
    corrections: Sequence[str] = (),
) -> Result:
    """Append a result; what is given back is a copy of the row, with its key. number: 1 at closing.

    What waits for a person's marks is recorded too, as pending; the same attempt graded with those marks is the next number.
    seal: the digest of the journal that was graded. corrections: codes of the regrades that touched its paper.
    """
    values: dict[str, Any] = {
        "attempt_id": attempt_id,
        "number": number,
        "marks": [mark_row(mark) for mark in graded.marks],
        "sections": [as_row(section) for section in graded.sections],
        "score": graded.score,
        "maximum": graded.maximum,
        "percent": graded.percent,
        "threshold": graded.threshold,
        "passed": graded.passed,
        "answered": answered,
        "journal": seal,
        "problems": journal.as_rows(problems),
        "verdict": pass_rules.as_row(graded.verdict),
        "cause": cause,
        "corrections": list(corrections) or None,
        "state": PENDING if graded.waiting else GRADED,
        "recorded_at": now,
        "recorded_by": by,
        "followed_at": None,
    }
    return Result(id=_APPEND.first(session, **values).id, **values)


def latest(session: Session, attempt_id: int) -> Outcome:
    """What the attempt came to by its newest result. Raises NoResultFound while it is open."""
    return outcome_of(newest(session, attempt_id))


def newest(session: Session, attempt_id: int) -> Result:
    """The newest result of an attempt: the one that holds. Raises NoResultFound while the attempt is open."""
    rows = select(Result).where(Result.attempt_id == attempt_id).order_by(Result.number.desc()).limit(1)
    return session.scalars(rows).one()


def group_of(result: Result) -> str:
    """The group of candidates under which a result stands; it may have changed since. Without a verdict no group counted."""
    return str(result.verdict["group"]) if result.verdict else ""


def is_short(mark: dict[str, Any]) -> bool:
    """Whether an item, a row of `Result.marks`, did not get all its points; one that waits for a marker is not yet short,
    and one on trial never."""
    is_marked = mark["mark"] is not None and mark.get("scored", True)
    return is_marked and Decimal(mark["mark"]) < Decimal(mark["maximum"])


def missed(sections: Sequence[dict[str, Any]], verdict: dict[str, Any] | None) -> tuple[str, ...]:
    """The titles of the sections whose own threshold a failed result did not reach; arguments: as it keeps them.

    Sections that may offset each other are judged by their sum: none of them alone is what was missed.
    """
    if verdict is not None and verdict["compensation"]:
        return ()
    return tuple(section["title"] for section in sections if not section["passed"])


def outcome_of(result: Result) -> Outcome:
    """A result for a page."""
    return Outcome(
        passed=result.passed,
        score=result.score,
        maximum=result.maximum,
        percent=result.percent,
        threshold=result.threshold,
        answered=result.answered,
        sections=tuple(_section(row) for row in result.sections),
        receipt=receipt(result.journal),
        is_whole=not result.problems,
        waiting=sum(row["mark"] is None for row in result.marks),
        verdict=pass_rules.of_row(result.verdict),
    )


def receipt(seal: str) -> str:
    """The four letters printed on the receipt, taken from the digest of the journal; no letter can be taken for another."""
    letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
    number = int(seal[:16], 16)
    return "".join(letters[number // len(letters) ** place % len(letters)] for place in range(4))


def _section(row: dict[str, Any]) -> SectionResult:
    numbers = {
        field: Decimal(row[field]) if row.get(field) is not None else None
        for field in ("mark", "maximum", "percent", "threshold", "threshold_points")
    }
    return SectionResult(**{**row, **numbers, "mark": cut(Decimal(row["mark"]))})  # as the total of all is


def as_row(row: Any) -> dict[str, Any]:
    """A dataclass for a JSON column: decimals as texts, so that nothing is rounded."""
    return {field: str(value) if isinstance(value, Decimal) else value for field, value in vars(row).items()}


def mark_row(mark: Mark) -> dict[str, Any]:
    """A mark for `Result.marks`. What counts says nothing of it, as in results of before."""
    return {name: value for name, value in as_row(mark).items() if name != "scored" or not value}


def mark_of(row: dict[str, Any]) -> Mark:
    """A mark out of `Result.marks`."""
    mark = None if row["mark"] is None else Decimal(row["mark"])
    return Mark(row["item"], row["version"], mark, Decimal(row["maximum"]), row.get("scored", True))


def claim_to_follow(session: Session, result_id: int, *, now: datetime) -> Result | None:
    """The result, if it has a verdict and nobody has yet done what it entails; it is marked as done in the same statement."""
    due = (Result.id == result_id, Result.followed_at.is_(None), Result.state == GRADED)
    return session.scalars(update(Result).where(*due).values(followed_at=now).returning(Result)).one_or_none()


def standing_pass(session: Session, exam_id: int, employee_id: int) -> Result | None:
    """The person's latest attempt of an exam whose newest result is a pass: that result."""
    later = aliased(Result)
    rows = (
        select(Result)
        .join(Attempt, Attempt.id == Result.attempt_id)
        .where(Attempt.exam_id == exam_id, Attempt.employee_id == employee_id, Result.state == GRADED, Result.passed)
        .where(~exists().where(later.attempt_id == Result.attempt_id, later.number > Result.number))
        .order_by(Attempt.number.desc())
    )
    return session.scalars(rows.limit(1)).one_or_none()


def let_renew(session: Session, result_id: int, at: datetime) -> None:
    """The exam may be sat again from then on, to renew what this pass earned; of several certificates the first to end counts.

    The attempts before it are told too: one that a regrade makes a pass later would stand in the way else.
    """
    of_pass = select(Attempt).join(Result, Result.attempt_id == Attempt.id).where(Result.id == result_id)
    attempt = session.scalars(of_pass).one()
    so_far = (
        Attempt.exam_id == attempt.exam_id,
        Attempt.employee_id == attempt.employee_id,
        Attempt.number <= attempt.number,
    )
    is_first = or_(Attempt.renew_from.is_(None), Attempt.renew_from > at)
    session.execute(update(Attempt).where(*so_far, is_first).values(renew_from=at))


def follow_again(session: Session, result: Result) -> None:
    """What stood in the way of what a result entails is gone. Whatever it has entailed is not done twice."""
    session.execute(update(Result).where(Result.id == result.id).values(followed_at=None))
    jobs.enqueue(session, "follow_result", result_id=result.id)


def is_superseded(session: Session, result: Result) -> bool:
    """Whether a later result of the attempt has a verdict: then that one says what follows."""
    later = (Result.attempt_id == result.attempt_id, Result.number > result.number, Result.state == GRADED)
    return session.scalar(select(Result.id).where(*later).limit(1)) is not None


def not_followed(session: Session, *, now: datetime) -> list[int]:
    """Keys of results whose consequences are due and whose job must have been lost, oldest first."""
    rows = select(Result.id).where(
        Result.followed_at.is_(None), Result.state == GRADED, Result.recorded_at < now - OVERDUE
    )
    return list(session.scalars(rows.order_by(Result.id).limit(200)))


_GIVEN = [column.key for column in Result.__table__.columns if column.key != "id"]
_APPEND = Lean(insert(Result).values({name: bindparam(name) for name in _GIVEN}).returning(Result.id))
