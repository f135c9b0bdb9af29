"""What markers see: the queue, one answer without its author, what they have marked, and how two of them agree.

No name, no NIP and no code of an attempt leaves this file.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from lms.exams import journal, saving
from lms.exams.marking import agreement, rules, works
from lms.exams.marking.agreement import Agreement
from lms.exams.marking.models import Marking, Work
from lms.exams.marking.rules import Rule
from lms.exams.models import Attempt, Exam, Paper
from lms.exams.papers import Item
from lms.exams.regrading import remarks
from lms.paging import counted
from lms.questions.content import short
from lms.questions.models import Question, QuestionVersion

#: Answers whose agreement is looked at, the newest first.
MOST = 5000
#: (key of a work, which round of it).
Round = tuple[int, int]


@dataclass(frozen=True)
class Marker:
    """Who looks: by account, and as a person, whose own answers are never shown.

    leads: the SQL of "the attempt is of somebody in a unit that the marker heads". Without a name a superior may still know
    whose words these are, so others mark them.
    """

    user_id: int
    employee_id: int
    leads: ColumnElement[bool]


@dataclass(frozen=True)
class QueueRow:
    """One question of one exam. mine: answers that this marker can mark now; total: all that people mark."""

    exam_code: str
    exam: str
    uuid: str
    number: int
    kind: str
    short: str
    mine: int
    disputed: int
    settled: int
    total: int


@dataclass(frozen=True)
class Marked:
    """An answer that this marker has marked. may_correct: no verdict stands yet."""

    code: str
    mark: Decimal
    maximum: Decimal
    made_at: datetime
    state: str


@dataclass(frozen=True)
class Sheet:
    """One answer to mark. answer: a text, or what names a file. others: the marks that an adjudicator decides between.

    others_wait: other answers of the attempt wait for their first marks, as this one did. takes_mark: the reader may mark it, or
    correct their own mark.
    is_passed_on: `mine` is of an earlier round: others mark the answer again.
    """

    work: Work
    exam: str
    exam_code: str
    uuid: str
    number: int
    item: Item
    explanation: str
    answer: Any
    mine: Marking | None
    others: tuple[Marking, ...]
    others_wait: bool
    takes_mark: bool
    is_passed_on: bool

    @property
    def seen(self) -> int:
        """The number of one's own last mark in the present round, 0 for none."""
        return self.mine.number if self.mine and not self.is_passed_on else 0


def queue(
    session: Session, seen: ColumnElement[bool], marker: Marker, *, page: int, size: int
) -> tuple[list[QueueRow], int]:
    """A page of questions with work, those with something to do first; and how many there are. One statement."""
    is_mine = case((_free(marker), 1), else_=0)
    counts = (
        select(
            Work.exam_id,
            Work.version_id,
            func.sum(is_mine).label("mine"),
            func.sum(case((Work.state == "disputed", 1), else_=0)).label("disputed"),
            func.sum(case((Work.state == "settled", 1), else_=0)).label("settled"),
            func.count().label("total"),
        )
        .join(Attempt, Attempt.id == Work.attempt_id)
        .where(Work.state != "void")
        .group_by(Work.exam_id, Work.version_id)
        .subquery()
    )
    rows = (
        select(Exam.code, Exam.title, Question.uuid, QuestionVersion.number, QuestionVersion.kind,
               QuestionVersion.content, counts)
        .join(counts, counts.c.exam_id == Exam.id)
        .join(QuestionVersion, QuestionVersion.id == counts.c.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(seen)
        .order_by((counts.c.mine == 0), Exam.title, QuestionVersion.id)
    )  # fmt: skip
    found, total = counted(session, rows, page=page, size=size)
    return [
        QueueRow(
            row.code, row.title, row.uuid, row.number, row.kind, short(row.content["stem"]),
            row.mine, row.disputed, row.settled, row.total,
        )
        for row in found
    ], total  # fmt: skip


def next_code(session: Session, exam_id: int, version_id: int, marker: Marker, *, after: str = "") -> str | None:
    """The number of the answer to mark next; None when nothing is left. after: one that is left for later.

    Each marker has an order of their own, so that two rarely meet at the same answer and no answer is always the last.
    """
    rows = (
        select(Work.code)
        .join(Attempt, Attempt.id == Work.attempt_id)
        .where(Work.exam_id == exam_id, Work.version_id == version_id, _free(marker))
    )
    places = sorted((_place(marker, code), code) for code in session.scalars(rows))
    if not places:
        return None
    later = [code for place, code in places if after and place > _place(marker, after)]
    return later[0] if later else places[0][1]


def sheet_of(session: Session, code: str, seen: ColumnElement[bool], marker: Marker) -> Sheet | None:
    """One answer, if the marker may see it; whoever came to lead its author since, or had it marked again by others, still sees the
    own mark. Three statements, four where it is marked again."""
    row = session.execute(
        select(
            Work,
            Exam.title,
            Exam.code,
            Question.uuid,
            QuestionVersion,
            Paper.items,
            works.others_wait(Work.attempt_id, Work.id),
        )
        .join(Exam, Exam.id == Work.exam_id)
        .join(Attempt, Attempt.id == Work.attempt_id)
        .join(Paper, Paper.id == Attempt.paper_id)
        .join(QuestionVersion, QuestionVersion.id == Work.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(Work.code == code, Work.state != "void", seen)
        .where(Attempt.employee_id != marker.employee_id)
        .where(or_(~marker.leads & ~remarks.had_a_say(marker.user_id), _is_marked_by(marker)))
    ).one_or_none()
    if row is None:
        return None
    work, title, exam_code, uuid, version, items, waits = row
    others_wait = waits and work.round == 1
    rows = works.latest(session, [work.id])
    mine = max((one for one in rows if one.marker_id == marker.user_id), key=lambda one: one.number, default=None)
    earlier = _earlier(session, work, marker) if mine is None and work.round > 1 else None
    decides = work.state == "disputed" and mine is None and earlier is None
    latest = journal.fold(saving.entries(session, work.attempt_id)).get(work.item)
    return Sheet(
        work=work,
        exam=title,
        exam_code=exam_code,
        uuid=uuid,
        number=version.number,
        item=Item(**items[work.item - 1]),
        explanation=version.content.get("explanation", ""),
        answer=latest.answer if latest else None,
        mine=mine or earlier,
        others=tuple(one for one in rows if one.slot < rules.ADJUDICATOR) if decides else (),
        others_wait=others_wait,
        takes_mark=earlier is None and _takes_mark(work, rows, mine, others_wait=others_wait),
        is_passed_on=earlier is not None,
    )


def _earlier(session: Session, work: Work, marker: Marker) -> Marking | None:
    """What the marker gave the answer in a round before."""
    rows = select(Marking).where(Marking.work_id == work.id, Marking.marker_id == marker.user_id)
    return session.scalars(rows.order_by(Marking.id.desc()).limit(1)).one_or_none()


def _takes_mark(work: Work, rows: Sequence[Marking], mine: Marking | None, *, others_wait: bool) -> bool:
    """One that was kept may be corrected, but as it counts for nothing nobody is asked to."""
    if mine is None:
        return work.state != "settled"
    state, taken = cast(rules.State, work.state), {row.slot for row in rows}
    return mine.slot < rules.SPARE and rules.is_correctable(state, mine.slot, taken, others_wait=others_wait)


def marked_by(
    session: Session, exam_id: int, version_id: int, marker: Marker, *, page: int, size: int
) -> tuple[list[Marked], int]:
    """A page of what the marker has given to one question, the newest first, and how many. One statement."""
    newest = (
        select(Marking.work_id, func.max(Marking.id).label("id"))
        .where(Marking.marker_id == marker.user_id)
        .group_by(Marking.work_id)
        .subquery()
    )
    state = case((Marking.round < Work.round, "settled"), else_=Work.state)
    rows = (
        select(Work.code, Marking.mark, Work.maximum, Marking.made_at, state)
        .join(newest, newest.c.work_id == Work.id)
        .join(Marking, Marking.id == newest.c.id)
        .where(Work.exam_id == exam_id, Work.version_id == version_id)
        .order_by(Marking.id.desc())
    )
    found, total = counted(session, rows, page=page, size=size)
    return [Marked(*row[:5]) for row in found], total


def agreement_of(session: Session, exam_id: int) -> list[tuple[str, str, Agreement, int]]:
    """(uuid, question, agreement, how many a third person decided) of each question that two people mark; first all together. An
    answer that was marked again counts once for each round.

    The first line has no uuid. Two statements.
    """
    rows = session.execute(
        select(Work, Marking.round, Marking.slot, Marking.mark)
        .join(Marking, Marking.work_id == Work.id)
        .where(Work.exam_id == exam_id, Work.markers == 2, Marking.slot <= rules.ADJUDICATOR)
        .order_by(Work.id.desc(), Marking.number)
        .limit(3 * MOST)
    )
    marks: dict[Round, dict[int, Decimal]] = defaultdict(dict)
    found: dict[Round, Work] = {}
    for work, number, slot, mark in rows:
        found[work.id, number] = work
        marks[work.id, number][slot] = mark
    by_version: dict[int, list[Round]] = defaultdict(list)
    for key, given in marks.items():
        if {1, 2} <= set(given):
            by_version[found[key].version_id].append(key)
    names = session.execute(
        select(QuestionVersion.id, Question.uuid, QuestionVersion.content)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(by_version))
        .order_by(QuestionVersion.id)
    )
    groups = [("", "", list(by_version.values()))]
    groups += [(uuid, short(content["stem"]), [by_version[id]]) for id, uuid, content in names]
    return [(uuid, words, *_agreement(questions, found, marks)) for uuid, words, questions in groups]


def _agreement(
    questions: list[list[Round]], found: dict[Round, Work], marks: dict[Round, dict[int, Decimal]]
) -> tuple[Agreement, int]:
    """questions: the rounds of the works of each."""
    pairs = [
        (
            found[keys[0]].maximum,
            [(marks[key][1], marks[key][2], _is_within(found[key], marks[key])) for key in keys],
        )
        for keys in questions
    ]
    return agreement.of_all(pairs), sum(rules.ADJUDICATOR in marks[key] for keys in questions for key in keys)


def _is_within(work: Work, given: dict[int, Decimal]) -> bool:
    return rules.is_within(Rule(work.markers, work.tolerance), work.maximum, given[1], given[2])


def _free(marker: Marker) -> ColumnElement[bool]:
    """The SQL of "this marker can mark this work": a mark is wanted, it is neither theirs nor of somebody they lead, they have
    not marked it, and they know nothing of earlier marks."""
    is_foreign = (Attempt.employee_id != marker.employee_id) & ~marker.leads
    wanted = Work.state.in_(("open", "disputed"))
    return wanted & is_foreign & ~_is_marked_by(marker) & ~remarks.had_a_say(marker.user_id)


def may_yet_mark(marker: Marker) -> ColumnElement[bool]:
    """The SQL of "this marker may mark this work, which is being marked again, or may correct the mark they gave it since": what it
    was given before is kept from them. The role apart, which belongs to an exam."""
    before = works.has_marked_before(Work.round, marker.user_id)
    is_foreign = Attempt.employee_id != marker.employee_id
    is_open = (Work.round > 1) & Work.state.in_(("open", "disputed"))
    takes_it = _is_marked_by(marker) | (~marker.leads & ~remarks.had_a_say(marker.user_id))
    return is_open & is_foreign & ~before & takes_it


def _is_marked_by(marker: Marker) -> ColumnElement[bool]:
    """One's marks are read once. Asked of each work by itself, SQLite reads all of them again for each."""
    return Work.id.in_(select(Marking.work_id).where(Marking.marker_id == marker.user_id))


def _place(marker: Marker, code: str) -> str:
    return hashlib.sha256(f"{marker.user_id} {code}".encode()).hexdigest()
