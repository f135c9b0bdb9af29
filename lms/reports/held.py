"""What is held: for a proctor by question, without its content; for the candidate, with what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.orm import Session

from lms.exams import journal, saving
from lms.exams.models import HeldEvent, Result
from lms.lean import Lean

#: The value of an answer that was taken back, as the journal keeps it.
_NONE = "null"


@dataclass(frozen=True)
class Question:
    """What is held for one question. number: how many changes · device_at: as the last of them says · late_by: behind the
    deadline, None where it was in time · empties: the answer that it leaves is none · decision, decided_at, why: None, None
    and empty while it waits."""

    item: int
    number: int
    reason: str
    device_at: str
    received_at: datetime
    late_by: timedelta | None
    empties: bool
    decision: str | None
    decided_at: datetime | None
    why: str

    @property
    def stamped_at(self) -> datetime:
        """The device's time as a moment."""
        return datetime.fromisoformat(self.device_at)


def of_attempt(session: Session, attempt_id: int, due_at: datetime | None) -> list[Question]:
    """Held changes by question and decision, those that wait first. due_at: the attempt's deadline. One statement."""
    rows = session.scalars(select(HeldEvent).where(HeldEvent.attempt_id == attempt_id).order_by(HeldEvent.id))
    return _questions(rows.all(), due_at)


def with_result(session: Session, attempt_id: int, due_at: datetime | None) -> tuple[Result, list[Question]]:
    """The newest result of a closed attempt, and the answers that are held beside it: that a question was opened or marked
    changes no score. One statement, for a page that has none to spare.
    """
    rows = _WITH_RESULT.all(session, attempt=attempt_id)
    return rows[0][0], _questions([held for _result, held in rows if held is not None], due_at)


_ATTEMPT: BindParameter[int] = bindparam("attempt")
_WITH_RESULT = Lean(
    select(Result, HeldEvent)
    .outerjoin(HeldEvent, (HeldEvent.attempt_id == Result.attempt_id) & (HeldEvent.kind == "answer"))
    .where(
        Result.attempt_id == _ATTEMPT,
        Result.number == select(func.max(Result.number)).where(Result.attempt_id == _ATTEMPT).scalar_subquery(),
    )
    .order_by(HeldEvent.id)
)


def answered(session: Session, attempt_id: int) -> set[int]:
    """Numbers of the questions that have a stored answer: what is admitted there takes its place."""
    state = journal.fold(saving.entries(session, attempt_id))
    return {item for item, latest in state.items() if latest.is_answered}


def _questions(rows: Sequence[HeldEvent], due_at: datetime | None) -> list[Question]:
    groups: dict[tuple[int, str | None, datetime | None], list[HeldEvent]] = {}
    for row in rows:
        groups.setdefault((row.item, row.decision, row.decided_at), []).append(row)
    found = [_question(group, due_at) for group in groups.values()]
    return sorted(found, key=lambda one: (one.decision is not None, one.item, one.received_at))


def _order(row: HeldEvent) -> tuple[str, str, int, int]:
    """As they would be admitted."""
    return row.device_at, row.writer, row.seq, row.id


def _question(group: Sequence[HeldEvent], due_at: datetime | None) -> Question:
    last = max(group, key=_order)
    answers = [row for row in group if row.kind == "answer"]
    late = last.received_at - due_at if due_at and last.received_at > due_at else None
    return Question(
        item=last.item,
        number=len(group),
        reason=last.reason,
        device_at=last.device_at,
        received_at=last.received_at,
        late_by=late,
        empties=bool(answers) and max(answers, key=_order).value == _NONE,
        decision=last.decision,
        decided_at=last.decided_at,
        why=last.why,
    )
