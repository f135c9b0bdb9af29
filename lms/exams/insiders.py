"""Insiders: who knows the questions of an exam that counts, and so cannot sit it.

They are known by what they did (wrote a version, read it as a reviewer, suspended it, agreed to rate it for a cut score), as
long as that question is not retired, and by the roles that open keys to them, now or in the year before.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, and_, bindparam, literal_column, or_, select
from sqlalchemy.orm import aliased

from lms.clock import local_date
from lms.db import looked_up
from lms.exams.models import EXAM, Candidate, Exam, Sitting
from lms.exams.panels.models import PanelItem, PanelJudge
from lms.people.models import Employee, OrgUnit, RoleGrant, User
from lms.questions.models import Bank, Question, QuestionStep, QuestionVersion

#: Roles that show keys: in banks, in the analysis of items, in regrades, in rubrics. A test compares them with the policy.
READERS = ("marker", "organiser", "trainer")
#: So long one remains an insider after such a role has ended.
AFTER_ROLE = timedelta(days=365)
#: Written out: of what is a parameter PostgreSQL knows nothing when it plans for all times, and then it reads the whole bank.
_EXAM, _RETIRED = literal_column("'exam'", String), literal_column("'retired'", String)
#: Where a day begins for roles.
ZONE = "Asia/Jakarta"


def days(now: datetime) -> dict[str, date]:
    """The values that a statement takes which was put together with `is_insider` and no moment."""
    today = local_date(now, ZONE)
    return {"today": today, "role_since": today - AFTER_ROLE}


def is_insider(exam: Any, employee: Any, now: datetime | None = None) -> ColumnElement[bool]:
    """The SQL of "the exam counts, and that person knows its questions". A few looks into indexes for each person.

    exam: an exam, or the table · employee: a key, or the SQL of one · now: without it the statement asks for `days`.
    """
    given = days(now) if now else {name: bindparam(name, type_=Date) for name in ("today", "role_since")}
    who, question = aliased(User), aliased(Question)
    is_asked = (question.purpose == _EXAM, question.status != _RETIRED, question.bank_id == exam.bank_id)

    account = select(who.id).where(who.employee_id == employee).correlate_except(who).scalar_subquery()

    def did(table: Any, by: Any, at: Any) -> ColumnElement[bool]:
        rows = (
            select(1)
            .select_from(table)
            .join(question, question.id == table.question_id)
            .where(by == account, table.bank_id == exam.bank_id, *is_asked)
        )
        # The order is that of the index, and of no other; without it PostgreSQL takes everyone for an author and reads all questions.
        return looked_up(rows.order_by(at).correlate_except(table, question))

    step, version = aliased(QuestionStep), aliased(QuestionVersion)
    knows = or_(
        did(version, version.made_by, version.made_at),
        did(step, step.by, step.at),
        _rated(exam, employee),
        _reads(exam, employee, given),
    )
    return and_(exam.mode == EXAM, knows)


def _rated(exam: Any, employee: Any) -> ColumnElement[bool]:
    """Agreed to judge in a panel, and so was shown its items."""
    judge, item, question = aliased(PanelJudge), aliased(PanelItem), aliased(Question)
    # Asked of each item by itself: joined, PostgreSQL may begin with all questions of the bank.
    is_asked = (question.purpose == _EXAM, question.status != _RETIRED, question.bank_id == exam.bank_id)
    asked = select(1).where(question.id == item.question_id, *is_asked).correlate_except(question)
    rows = (
        select(1)
        .select_from(judge)
        .join(item, item.panel_id == judge.panel_id)
        .where(judge.employee_id == employee, judge.accepted_at.is_not(None), looked_up(asked))
    )
    return looked_up(rows.order_by(judge.accepted_at).correlate_except(judge, item))


def _reads(exam: Any, employee: Any, given: dict[str, Any]) -> ColumnElement[bool]:
    """Holds, or held not long ago, a role that shows keys, over the unit of the exam or of its bank."""
    who, role, top, unit, bank = aliased(User), aliased(RoleGrant), aliased(OrgUnit), aliased(OrgUnit), aliased(Bank)
    of_bank = select(bank.unit_id).where(bank.id == exam.bank_id).correlate_except(bank).scalar_subquery()
    rows = (
        select(1)
        .select_from(who)
        .join(role, role.user_id == who.id)
        .join(top, top.id == role.unit_id)
        .join(unit, unit.path.startswith(top.path))
        .where(who.employee_id == employee, role.role.in_(READERS), or_(unit.id == exam.unit_id, unit.id == of_bank))
        .where(role.since <= given["today"], or_(role.until.is_(None), role.until >= given["role_since"]))
    )
    return looked_up(rows.correlate_except(who, role, top, unit))


def on_list(sitting: Sitting, *, now: datetime) -> Select[str, str]:
    """The SQL of those on the list of a sitting who are insiders: (employee's code, name)."""
    return (
        select(Employee.code, Employee.name)
        .join(Candidate, Candidate.employee_id == Employee.id)
        .join(Exam, Exam.id == sitting.exam_id)
        .where(Candidate.sitting_id == sitting.id, is_insider(Exam, Employee.id, now))
    )
