"""Work enters the queue when an attempt is closed, gets marks that are appended, and is settled by the rule of its blueprint."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, Select, case, delete, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from lms import audit
from lms.db import insert_into
from lms.exams.codes import new_code
from lms.exams.grading import Graded
from lms.exams.marking import rules
from lms.exams.marking.models import Marking, Work
from lms.exams.marking.rules import SPARE, Rule
from lms.exams.models import Attempt
from lms.exams.papers import Item
from lms.questions.kinds import TABLE, rubrics

LONGEST_COMMENT = 2000

#: counted: it stands where it was wanted · corrected: it replaces one's own · kept: nothing was wanted any more, it does not
#: count · stale: it was not written, since one's own mark has changed in another window.
Fate = Literal["counted", "corrected", "kept", "stale"]


@dataclass(frozen=True)
class Given:
    """What became of a mark. round: of the answer. settled: it has its mark now. is_last: so its attempt waits for no other for
    its first result."""

    fate: Fate
    attempt_id: int
    round: int = 1
    settled: bool = False
    is_last: bool = False


class NotYours(LookupError):
    """The answer is the marker's own, is not to be marked, or is marked again because of what they gave with others."""


def enter(
    session: Session,
    attempt_id: int,
    exam_id: int,
    items: Sequence[Item],
    blueprint: Mapping[str, Any],
    graded: Graded,
    *,
    now: datetime,
) -> None:
    """Put the answers that wait for a mark into the queue. One statement, none where nothing waits; again changes nothing."""
    rule = rules.rule_of(blueprint)
    rows = [
        {
            "code": new_code(8),
            "attempt_id": attempt_id,
            "item": number,
            "exam_id": exam_id,
            "version_id": items[number - 1].version,
            "markers": rule.markers,
            "tolerance": rule.tolerance,
            "maximum": TABLE[items[number - 1].kind].maximum(items[number - 1].content),
            "state": "open",
            "entered_at": now,
        }
        for number in graded.waiting
    ]
    if rows:
        session.execute(insert_into(session, Work).values(rows).on_conflict_do_nothing())


def give(
    session: Session,
    work_id: int,
    content: Mapping[str, Any],
    points: Sequence[Decimal],
    *,
    comment: str,
    seen: int,
    by: int,
    employee_id: int,
    now: datetime,
) -> Given:
    """Append a mark and settle the answer if that can be done now. Whoever marks the same attempt waits until this transaction ends.

    content: of the question. seen: the number of one's own last mark as the form showed it, 0 for none. by, employee_id: the
    marker. Raises NotYours, and ValueError when the points are outside the rubric.
    """
    mark = rubrics.mark(content, points)
    work, whose = session.execute(
        select(Work, Attempt.employee_id)
        .join(Attempt, Attempt.id == Work.attempt_id)
        .where(Work.id == work_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if whose == employee_id or work.state == "void":
        raise NotYours(work.code)
    rows = latest(session, [work.id])
    mine = max((row for row in rows if row.marker_id == by), key=lambda row: row.number, default=None)
    if (mine.number if mine else 0) != seen:
        return Given("stale", work.attempt_id, work.round)
    if session.scalar(select(has_marked_before(work.round, by, work.id))):
        raise NotYours(work.code)
    rule = Rule(work.markers, work.tolerance)
    slot, fate = _slot(session, work, rows, mine)
    session.add(
        Marking(
            work_id=work.id,
            round=work.round,
            slot=slot,
            number=seen + 1,
            marker_id=by,
            points=[str(one) for one in points],
            mark=mark,
            comment=comment,
            made_at=now,
        )
    )
    audit.record(session, "work.mark", f"work:{work.id}", by=by, now=now, details={"slot": slot, "number": seen + 1})
    if slot >= SPARE:
        session.flush()
        return Given(fate, work.attempt_id, work.round)
    return _settle(session, work, rule, {**{row.slot: row.mark for row in rows}, slot: mark}, fate, now=now)


def latest(session: Session, works: Iterable[int]) -> list[Marking]:
    """The marks of answers that stand in their present round: the newest number of each slot, by slot."""
    return _latest(session, works, Marking.round == Work.round)


def counting(session: Session, works: Iterable[int]) -> list[Marking]:
    """The same of the round whose mark counts: of an answer that is being marked again, the one before."""
    return _latest(session, works, Marking.round == _COUNTS)


def up_to_counting(session: Session, works: Iterable[int]) -> list[Marking]:
    """The same of that round and all before it, round by round."""
    return _latest(session, works, Marking.round <= _COUNTS)


#: The SQL of the round whose mark counts.
_COUNTS = case((or_(Work.state == "settled", Work.round == 1), Work.round), else_=Work.round - 1)


def _latest(session: Session, works: Iterable[int], of: ColumnElement[bool]) -> list[Marking]:
    rows = select(Marking).join(Work, Work.id == Marking.work_id).where(Work.id.in_(works), of)
    ordered = rows.order_by(Marking.work_id, Marking.round, Marking.slot, Marking.number)
    newest = {(row.work_id, row.round, row.slot): row for row in session.scalars(ordered)}
    return list(newest.values())


def has_marked_before(number: Any, marker_id: Any, work_id: Any = Work.id) -> ColumnElement[bool]:
    """The SQL of "that person gave the work a mark in a round before that number". Arguments: values, or the SQL of them."""
    rows = select(1).where(Marking.work_id == work_id, Marking.marker_id == marker_id, Marking.round < number)
    return exists(rows.correlate_except(Marking))


def by_hand(session: Session, attempt_id: int) -> dict[int, Decimal]:
    """Item → the mark that counts: what grading an attempt takes from people."""
    rows = select(Work.item, Work.mark).where(Work.attempt_id == attempt_id, Work.mark.is_not(None))
    return {item: mark for item, mark in session.execute(rows) if mark is not None}


def marked(session: Session, attempt_id: int) -> set[int]:
    """The items that somebody has given a mark: their answers stay as the marker read them."""
    rows = select(Work.item).join(Marking, Marking.work_id == Work.id).where(Work.attempt_id == attempt_id)
    return set(session.scalars(rows))


def withdraw(session: Session, attempt_id: int) -> None:
    """Take the answers of an attempt that goes on out of the queue. Only where nothing is `marked`; closing enters them again."""
    session.execute(delete(Work).where(Work.attempt_id == attempt_id))


def drop_blank(session: Session, attempt_id: int, waiting: Collection[int]) -> None:
    """Take answers that nobody has marked out of the queue where nothing is left of them to mark. waiting: items that still are."""
    marked = exists().where(Marking.work_id == Work.id)
    gone = (Work.attempt_id == attempt_id, Work.state == "open", Work.item.not_in(waiting), ~marked)
    session.execute(delete(Work).where(*gone), execution_options={"synchronize_session": False})


def void(session: Session, version_id: int, exam_id: int) -> None:
    """Nobody need mark these answers any more: the item counts for nobody, or fully for all."""
    session.execute(
        update(Work)
        .where(Work.version_id == version_id, Work.exam_id == exam_id, Work.state.in_(("open", "disputed")))
        .values(state="void")
    )


def reopen(session: Session, version_id: int, exam_id: int, attempts: Select[int]) -> None:
    """Let these answers be marked again by others: the next round of each that has its mark. It counts until there is another."""
    which = (Work.version_id == version_id, Work.exam_id == exam_id, Work.state == "settled")
    session.execute(
        update(Work).where(*which, Work.attempt_id.in_(attempts)).values(state="open", round=Work.round + 1),
        execution_options={"synchronize_session": False},
    )


def revive(session: Session, version_id: int, exam_id: int) -> None:
    """These answers are to be marked after all: each goes on where it stood."""
    rows = select(Work).where(Work.version_id == version_id, Work.exam_id == exam_id, Work.state == "void")
    waiting = session.scalars(rows).all()
    given = latest(session, [work.id for work in waiting])
    for work in waiting:
        marks = {row.slot: row.mark for row in given if row.work_id == work.id}
        work.state = rules.settle(Rule(work.markers, work.tolerance), work.maximum, marks).state


def _slot(session: Session, work: Work, rows: Sequence[Marking], mine: Marking | None) -> tuple[int, Fate]:
    """Where a mark goes. One's own is corrected while that may be; else it is kept beside what counts."""
    state, taken = cast(rules.State, work.state), {row.slot for row in rows}
    if mine is not None and rules.is_correctable(state, mine.slot, taken, others_wait=_others_wait(session, work)):
        return mine.slot, "corrected"
    wanted = rules.wanted_slot(Rule(work.markers, work.tolerance), state, taken)
    if wanted is not None and mine is None:
        return wanted, "counted"
    return max([SPARE - 1, *taken]) + 1, "kept"


def _settle(
    session: Session, work: Work, rule: Rule, marks: Mapping[int, Decimal], fate: Fate, *, now: datetime
) -> Given:
    found = rules.settle(rule, work.maximum, marks)
    work.state = found.state
    if found.mark is not None or work.round == 1:
        work.mark = found.mark
    if found.mark is None:
        session.flush()
        return Given(fate, work.attempt_id, work.round)
    work.settled_at = now
    session.flush()
    is_last = work.round == 1 and not _others_wait(session, work)
    return Given(fate, work.attempt_id, work.round, settled=True, is_last=is_last)


def _others_wait(session: Session, work: Work) -> bool:
    """Whether the attempt waits for other first marks, so that nothing has followed from this one yet; from a later round it has."""
    return work.round == 1 and bool(session.scalar(select(others_wait(work.attempt_id, work.id))))


def others_wait(attempt_id: Any, work_id: Any) -> ColumnElement[bool]:
    """The SQL of "an answer of the attempt waits for its first mark, other than this". Arguments: keys, or the SQL of them."""
    other = aliased(Work)
    waiting = (
        other.attempt_id == attempt_id,
        other.id != work_id,
        other.state.in_(("open", "disputed")),
        other.round == 1,
    )
    return exists(select(1).where(*waiting).correlate_except(other))
