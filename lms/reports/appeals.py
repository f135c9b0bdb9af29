"""What a panel sees: appeals that wait, and one with its question, the answer it is about, and the opinions so far.

No name, no NIP and no code of an attempt leaves this file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from lms.exams import journal, saving
from lms.exams.appealing import ruling
from lms.exams.appealing.models import Appeal, Opinion
from lms.exams.appealing.ruling import Member
from lms.exams.marking import rules, works
from lms.exams.marking.models import Marking, Work
from lms.exams.marking.rules import Rule
from lms.exams.models import Attempt, Exam, Paper
from lms.exams.papers import Item
from lms.exams.regrading import regrades
from lms.exams.regrading.models import Regrade
from lms.paging import counted
from lms.questions.content import short
from lms.questions.models import QuestionVersion
from lms.reports import answers
from lms.reports.regrades import Counts, counts_of


@dataclass(frozen=True)
class Row:
    """An appeal in the list. others: how many appeals there are on the same question."""

    code: str
    exam: str
    short: str
    state: str
    filed_at: datetime
    due_at: datetime
    others: int


@dataclass(frozen=True)
class Proposal:
    """An opinion that may be seconded. regrade: by which it upholds, None for a rejection. counts: what that would do, None where it
    holds already; of answers that are marked again their number alone says something."""

    opinion: Opinion
    is_mine: bool
    regrade: Regrade | None
    counts: Counts | None

    @property
    def remedy(self) -> str | None:
        """What upholding would do; None for a rejection."""
        return self.regrade.what if self.regrade else None


@dataclass(frozen=True)
class Round:
    """What people gave an answer in one round, in the order of their slots, and the mark that came of it, once there is one."""

    number: int
    given: tuple[Marking, ...]
    mark: Decimal | None


@dataclass(frozen=True)
class Detail:
    """One appeal as its panel sees it.

    handed: the answer as the journal holds it. rounds: where people mark the item, what they gave, up to the round that counts.
    work: its maximum. took_part: the member who looks is one of them. is_veiled: the rounds are left out, as others mark the answer
    again meanwhile, and the member may be among those. ruled: by which it was upheld.
    """

    appeal: Appeal
    exam: str
    exam_code: str
    unit_id: int
    version: QuestionVersion
    item: Item
    answer: Sequence[str]
    key: Sequence[str]
    handed: Any
    work: Work | None
    rounds: tuple[Round, ...]
    took_part: bool
    is_veiled: bool
    ruled: Regrade | None
    proposals: tuple[Proposal, ...]


def page_of(
    session: Session, seen: ColumnElement[bool], member: Member, *, state: str, exam: str, page: int, size: int
) -> tuple[list[Row], int]:
    """A page of appeals, those due first; state: "open" or "ruled"; exam: its code, empty for all. One statement."""
    narrowed = [Appeal.state == "open" if state == "open" else Appeal.state != "open"]
    if exam:
        narrowed.append(Exam.code == exam)
    others = select(Appeal.version_id, func.count().label("n")).group_by(Appeal.version_id).subquery()
    rows = (
        select(Appeal, Exam.title, QuestionVersion.content, others.c.n)
        .join(Exam, Exam.id == Appeal.exam_id)
        .join(QuestionVersion, QuestionVersion.id == Appeal.version_id)
        .join(others, others.c.version_id == Appeal.version_id)
        .where(seen, ruling.may_rule(member), *narrowed)
        .order_by(Appeal.due_at, Appeal.id)
    )
    listed, total = counted(session, rows, page=page, size=size)
    found = [
        Row(one.code, title, short(content["stem"]), one.state, one.filed_at, one.due_at, n - 1)
        for one, title, content, n, _total in listed
    ]
    return found, total


def detail(
    session: Session, code: str, seen: ColumnElement[bool], member: Member, *, veiled: ColumnElement[bool]
) -> Detail | None:
    """One appeal, if the member may rule on it. Six statements, and one for each proposal to uphold.

    veiled: the SQL of "the member may yet mark the work of the attempt, in the exam, again".
    """
    row = session.execute(
        select(Appeal, Exam.title, Exam.code, Exam.unit_id, QuestionVersion, Paper.items, Regrade)
        .join(Exam, Exam.id == Appeal.exam_id)
        .join(QuestionVersion, QuestionVersion.id == Appeal.version_id)
        .join(Attempt, Attempt.id == Appeal.attempt_id)
        .join(Paper, Paper.id == Attempt.paper_id)
        .outerjoin(Regrade, Regrade.id == Appeal.regrade_id)
        .where(Appeal.code == code, seen, ruling.may_rule(member))
    ).one_or_none()
    if row is None:
        return None
    appeal, title, exam_code, unit_id, version, items, ruled = row
    item = Item(**items[appeal.item - 1])
    latest = journal.fold(saving.entries(session, appeal.attempt_id)).get(appeal.item)
    holding = regrades.in_force(session, appeal.exam_id).get(version.id)
    work, is_veiled = session.execute(
        select(Work, veiled)
        .join(Attempt, Attempt.id == Work.attempt_id)
        .join(Exam, Exam.id == Work.exam_id)
        .where(Work.attempt_id == appeal.attempt_id, Work.item == appeal.item)
    ).one_or_none() or (None, False)
    given = [one for one in works.up_to_counting(session, [work.id]) if one.slot < rules.SPARE] if work else []
    return Detail(
        appeal=appeal,
        exam=title,
        exam_code=exam_code,
        unit_id=unit_id,
        version=version,
        item=item,
        answer=answers.said(item, latest.answer if latest else None),
        key=answers.keys(item, holding.contents_for(version.content) if holding else (version.content,)),
        handed=latest.answer if latest else None,
        work=work,
        rounds=_rounds(work, given) if work and not is_veiled else (),
        took_part=any(one.marker_id == member.user_id for one in given),
        is_veiled=is_veiled,
        ruled=ruled,
        proposals=_proposals(session, appeal.id, member),
    )


def _rounds(work: Work, given: list[Marking]) -> tuple[Round, ...]:
    rule = Rule(work.markers, work.tolerance)
    found = []
    for number, marks in groupby(given, key=lambda one: one.round):
        of_round = tuple(marks)
        settled = rules.settle(rule, work.maximum, {one.slot: one.mark for one in of_round})
        found.append(Round(number, of_round, settled.mark))
    return tuple(found)


def _proposals(session: Session, appeal_id: int, member: Member) -> tuple[Proposal, ...]:
    rows = session.execute(
        select(Opinion, Regrade)
        .outerjoin(Regrade, Regrade.id == Opinion.regrade_id)
        .where(Opinion.appeal_id == appeal_id, Opinion.seconds_id.is_(None), ~ruling.replaced())
        .order_by(Opinion.id.desc())
        .limit(4)
    ).all()
    return tuple(
        Proposal(
            opinion,
            opinion.member_id == member.user_id,
            regrade,
            counts_of(session, regrade) if regrade and regrade.state == "draft" else None,
        )
        for opinion, regrade in rows
        if regrade is None or regrade.state != "withdrawn"
    )
