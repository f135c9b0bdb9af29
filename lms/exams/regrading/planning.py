"""What a correction does to each attempt: read in batches, graded again from the journal."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from sqlalchemy import Select, Text, cast, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.exams import journal, papers, rehearsing, results, saving
from lms.exams.corrections import Correction
from lms.exams.grading import Graded, grade
from lms.exams.journal import Entry
from lms.exams.marking.models import Work
from lms.exams.models import AnswerEvent, Attempt, Blueprint, Exam, Paper, Result
from lms.exams.papers import Item
from lms.exams.regrading.models import REMARK, Regrade, RegradeRow

#: Attempts that are worked out in one transaction, be it a request's: on SQLite nobody else writes meanwhile.
BATCH = 100

Corrections = Mapping[int, Correction]


@dataclass(frozen=True)
class Facts:
    """One closed attempt with all that grading it again needs. newest: the result that holds."""

    attempt_id: int
    code: str
    employee_id: int
    course_id: int | None
    items: Sequence[Item]
    blueprint: Mapping[str, Any]
    newest: Result
    entries: Sequence[Entry]
    by_hand: Mapping[int, Decimal]

    def graded(self, corrections: Mapping[int, Correction]) -> Graded:
        """The attempt under these corrections, in the group that counted when it was closed."""
        state = journal.fold(self.entries)
        answers = {item: latest.answer for item, latest in state.items()}
        group = results.group_of(self.newest)
        return grade(self.items, self.blueprint, answers, self.by_hand, group=group, corrections=corrections)

    def is_changed_by(self, graded: Graded) -> bool:
        """Whether the figures differ from those of the newest result."""
        old = [(_decimal(row["mark"]), Decimal(row["maximum"])) for row in self.newest.marks]
        return old != [(mark.mark, mark.maximum) for mark in graded.marks] or graded.passed != self.newest.passed


def add(session: Session, regrade_id: int, attempts: Sequence[int], version_id: int, holding: Corrections) -> None:
    """Add the planned rows of these attempts, which have none yet."""
    session.bulk_save_objects(
        [
            planned(_row(regrade_id, facts), facts, facts.graded(holding), version_id)
            for facts in read(session, attempts)
        ]
    )


def renew(session: Session, regrade_id: int, version_id: int, holding: Corrections) -> bool:
    """Work out anew the planned rows of attempts that have a later result than the row was planned from, a batch of them.

    False where more are left.
    """
    later = aliased(Result)
    newer = exists(select(1).where(later.attempt_id == RegradeRow.attempt_id, later.number > Result.number))
    rows = session.scalars(
        select(RegradeRow)
        .join(Result, Result.id == RegradeRow.old_result_id)
        .where(RegradeRow.regrade_id == regrade_id, RegradeRow.state == "planned", newer)
        .order_by(RegradeRow.attempt_id)
        .limit(BATCH + 1)
    ).all()
    batch = {row.attempt_id: row for row in rows[:BATCH]}
    for facts in read(session, list(batch)):
        planned(batch[facts.attempt_id], facts, facts.graded(holding), version_id)
    session.flush()
    return len(rows) <= BATCH


def without_row(regrade_id: Any, exam_id: int, version_id: int) -> Select[int]:
    """The statement of the closed attempts, by key, whose paper has the version and that have no row yet.

    By the marks of their first result, as they are written down: which items a paper has never changes, and to read the marks of
    all out of their text would take longer than all the rest of a page.
    """
    has_row = exists(select(1).where(RegradeRow.regrade_id == regrade_id, RegradeRow.attempt_id == Attempt.id))
    marks = cast(Result.marks, Text)
    return (
        select(Attempt.id)
        .join(Result, (Result.attempt_id == Attempt.id) & (Result.number == 1))
        .where(Attempt.exam_id == exam_id, Attempt.state == "closed", ~has_row)
        .where(or_(*(marks.contains(f'"version": {version_id}{end}') for end in ",}")))
    )


def _row(regrade_id: int, facts: Facts) -> RegradeRow:
    return RegradeRow(regrade_id=regrade_id, attempt_id=facts.attempt_id)


def add_as_they_stand(session: Session, regrade_id: int, version_id: int, attempts: Sequence[int]) -> None:
    """Add rows of these attempts that change nothing yet: what people will give is not known."""
    for start in range(0, len(attempts), BATCH):
        some = attempts[start : start + BATCH]
        rows = select(Result).where(Result.attempt_id.in_(some), Result.number == _newest(Result.attempt_id))
        newest = session.scalars(rows.order_by(Result.attempt_id))
        session.bulk_save_objects([_as_it_stands(RegradeRow(regrade_id=regrade_id), one, version_id) for one in newest])


def _as_it_stands(row: RegradeRow, newest: Result, version_id: int) -> RegradeRow:
    row.attempt_id, row.old_result_id = newest.attempt_id, newest.id
    row.old_mark, row.old_maximum = row.new_mark, row.new_maximum = mark_in(newest.marks, version_id)
    row.old_percent, row.old_passed = row.new_percent, row.new_passed = newest.percent, newest.passed
    row.state = "planned"
    return row


def planned(row: RegradeRow, facts: Facts, graded: Graded, version_id: int) -> RegradeRow:
    """Fill a row with what an attempt has and would have."""
    place = next(n for n, item in enumerate(facts.items) if item.version == version_id)
    row.old_result_id = facts.newest.id
    row.old_mark, row.old_maximum = mark_in(facts.newest.marks, version_id)
    row.new_mark, row.new_maximum = graded.marks[place].mark, graded.marks[place].maximum
    row.old_percent, row.new_percent = facts.newest.percent, graded.percent
    row.old_passed, row.new_passed = facts.newest.passed, graded.passed
    row.state = "planned"
    return row


def own_part(session: Session, row: RegradeRow, regrade: Regrade, appended: Result | None) -> None:
    """Let an applied row tell what came of its own regrade alone, and name the result that came with it.

    Of several regrades that begin to hold together the first to reach an attempt grades it by all of them. That one result is
    then told by each of those that changed their item, and by no other. appended: the result of this row, if there is one.
    """
    known = [*session.scalars(select(Result).where(Result.attempt_id == row.attempt_id).order_by(Result.number))]
    for before, after in pairwise(known):
        if after.cause not in ("regrade", "remark") or regrade.code not in (after.corrections or ()):
            continue
        if regrade.code in (before.corrections or ()):
            continue
        if _has_other_mark(before, after, regrade.version_id):
            _tell(row, before, after, regrade.version_id)
            return
        break
    if appended is None:
        return
    if _others_wait(session, row):
        row.new_mark, row.new_maximum = row.old_mark, row.old_maximum
        row.new_percent, row.new_passed = row.old_percent, row.old_passed
    else:
        row.new_result_id = appended.id


def _tell(row: RegradeRow, before: Result, after: Result, version_id: int) -> None:
    row.old_result_id, row.new_result_id = before.id, after.id
    row.old_mark, row.old_maximum = mark_in(before.marks, version_id)
    row.new_mark, row.new_maximum = mark_in(after.marks, version_id)
    row.old_percent, row.new_percent = before.percent, after.percent
    row.old_passed, row.new_passed = before.passed, after.passed


def _has_other_mark(before: Result, after: Result, version_id: int) -> bool:
    return mark_in(before.marks, version_id) != mark_in(after.marks, version_id)


def mark_in(marks: Sequence[Mapping[str, Any]], version_id: int) -> tuple[Decimal | None, Decimal]:
    """(mark, maximum) of a question among the marks of a result."""
    found = next(mark for mark in marks if mark["version"] == version_id)
    return _decimal(found["mark"]), Decimal(found["maximum"])


def _others_wait(session: Session, row: RegradeRow) -> bool:
    """Whether another regrade that holds is still to reach the attempt: it tells what it changed."""
    other = select(RegradeRow.id).join(Regrade, Regrade.id == RegradeRow.regrade_id)
    waits = (RegradeRow.attempt_id == row.attempt_id, RegradeRow.id != row.id, RegradeRow.state == "planned")
    holds = (Regrade.state == "applying", Regrade.remedy != REMARK)
    return session.scalar(other.where(*waits, *holds).limit(1)) is not None


def read(session: Session, attempts: Sequence[int]) -> list[Facts]:
    """Closed attempts with their newest results, journals and marks by hand. Three statements."""
    rows = session.execute(
        select(Attempt, rehearsing.FINISHES, Paper.items, Blueprint.content, Result)
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(Paper, Paper.id == Attempt.paper_id)
        .join(Blueprint, Blueprint.id == Paper.blueprint_id)
        .join(Result, (Result.attempt_id == Attempt.id) & (Result.number == _newest(Attempt.id)))
        .where(Attempt.id.in_(attempts), Attempt.state == "closed")
        .order_by(Attempt.id)
        .execution_options(populate_existing=True)
    ).all()
    entries = saving.entries_by_attempt(session, AnswerEvent.attempt_id.in_(attempts))
    by_hand = _by_hand(session, attempts)
    return [
        Facts(
            one.id, one.code, one.employee_id, course_id, papers.items_of(items), content, result,
            entries[one.id], by_hand[one.id],
        )
        for one, course_id, items, content, result in rows
    ]  # fmt: skip


def _newest(attempt_id: Any) -> Any:
    """The SQL of the number of the newest result of an attempt, whose key is the SQL given."""
    other = aliased(Result)
    return select(func.max(other.number)).where(other.attempt_id == attempt_id).scalar_subquery()


def _by_hand(session: Session, attempts: Sequence[int]) -> defaultdict[int, dict[int, Decimal]]:
    rows = select(Work.attempt_id, Work.item, Work.mark).where(Work.attempt_id.in_(attempts), Work.mark.is_not(None))
    found: defaultdict[int, dict[int, Decimal]] = defaultdict(dict)
    for attempt_id, item, mark in session.execute(rows):
        if mark is not None:
            found[attempt_id][item] = mark
    return found


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
