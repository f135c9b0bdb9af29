"""Calling a panel together: its items, its judges, and giving it up."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from random import SystemRandom
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from lms import audit
from lms.db import insert_into
from lms.exams import blueprints, drawing, pass_rules
from lms.exams.codes import new_code
from lms.exams.models import Candidate, Exam, Sitting
from lms.exams.panels import letters
from lms.exams.panels.choosing import Chosen, choose
from lms.exams.panels.models import IN_WORK, Panel, PanelItem, PanelJudge
from lms.questions.kinds import TABLE
from lms.questions.models import QuestionVersion

#: Questions to rate of each row of a blueprint, and judges of a panel.
MOST_ITEMS, MOST_JUDGES = 50, 50


class InWork(RuntimeError):
    """The exam has a panel that is at work."""


class NothingToRate(RuntimeError):
    """There is no blueprint, or the bank holds no question that it could draw."""


def open_panel(session: Session, exam: Exam, *, most: int, by: int, now: datetime) -> Panel:
    """Open a panel over what the blueprint in force can draw, at most `most` of each row. Raises InWork, NothingToRate."""
    blueprints.hold(session, exam.id)
    at_work = select(Panel.id).where(Panel.exam_id == exam.id, Panel.state.in_(IN_WORK))
    if session.scalar(at_work) is not None:
        raise InWork(exam.id)
    plan = blueprints.in_force(session, exam.id)
    pool = drawing.pool(session, exam, plan.content, now=now) if plan else []
    chosen = choose(pool, plan.content, most=most, chance=SystemRandom()) if plan else []
    if plan is None or not chosen:
        raise NothingToRate(exam.id)
    made = Panel(
        code=new_code(), exam_id=exam.id, blueprint_id=plan.id, state="open", round=1, opened_at=now, opened_by=by
    )
    session.add(made)
    session.flush()
    session.execute(insert(PanelItem), _rows(session, made.id, plan.content, chosen))
    details = {"exam": exam.id, "blueprint": plan.number, "items": len(chosen)}
    audit.record(session, "panel.open", f"panel:{made.id}", by=by, now=now, details=details)
    return made


def name(session: Session, panel: Panel, employee_id: int, *, by: int, now: datetime) -> bool:
    """Let a person judge, and have them told by mail; False where they do already."""
    row = {"panel_id": panel.id, "employee_id": employee_id, "named_at": now, "named_by": by}
    put = insert_into(session, PanelJudge).values(row).on_conflict_do_nothing().returning(PanelJudge.id)
    key = session.scalar(put)
    if key is None:
        return False
    letters.ask(session, [key], now=now)
    _record(session, "panel.judge_named", panel.id, by, now, employee=employee_id)
    return True


def seat_of(session: Session, panel: Panel, employee_id: int, *, now: datetime) -> str | None:
    """The next sitting that lists this person, has not closed and draws from the panel's bank: its title. A judge may not sit there."""
    return session.scalar(
        select(Sitting.title)
        .join(Candidate, Candidate.sitting_id == Sitting.id)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(Candidate.employee_id == employee_id, Sitting.closes_at > now, Exam.bank_id == panel.exam.bank_id)
        .order_by(Sitting.opens_at)
        .limit(1)
    )


def dismiss(session: Session, panel: Panel, judge_id: int, *, by: int, now: datetime) -> bool:
    """Let a person not judge after all; False where they have agreed, so that their part stays in the record."""
    gone = session.scalar(
        delete(PanelJudge)
        .where(PanelJudge.id == judge_id, PanelJudge.panel_id == panel.id, PanelJudge.accepted_at.is_(None))
        .returning(PanelJudge.employee_id)
    )
    if gone is not None:
        _record(session, "panel.judge_dismissed", panel.id, by, now, employee=gone)
    return gone is not None


def accept(session: Session, judge: PanelJudge, *, by: int, now: datetime) -> None:
    """The person agrees to see the questions, and cannot begin an exam that draws from their bank any more."""
    agreed = update(PanelJudge).where(PanelJudge.id == judge.id, PanelJudge.accepted_at.is_(None))
    if session.execute(agreed.values(accepted_at=now).returning(PanelJudge.id)).first() is not None:
        _record(session, "panel.judge_accepted", judge.panel_id, by, now)


def drop(session: Session, panel: Panel, *, by: int, now: datetime) -> bool:
    """Give a panel up; False where it is over. Its ratings stay."""
    gone = session.execute(
        update(Panel)
        .where(Panel.id == panel.id, Panel.state.in_(IN_WORK))
        .values(state="dropped", ended_at=now, ended_by=by)
        .returning(Panel.id)
    ).first()
    if gone is not None:
        _record(session, "panel.drop", panel.id, by, now)
    return gone is not None


def _rows(
    session: Session, panel_id: int, content: Mapping[str, Any], chosen: Sequence[Chosen]
) -> list[dict[str, Any]]:
    keys = [one.version for one in chosen]
    found = session.execute(
        select(QuestionVersion.id, QuestionVersion.kind, QuestionVersion.content).where(QuestionVersion.id.in_(keys))
    )
    asked = {row.id: row for row in found}
    return [
        {
            "panel_id": panel_id, "place": place, "version_id": one.version, "question_id": one.question,
            "weight": str(_weight(one, content["sections"], asked[one.version])),
        }
        for place, one in enumerate(chosen, start=1)
    ]  # fmt: skip


def _weight(one: Chosen, sections: Sequence[Mapping[str, Any]], version: Any) -> Fraction:
    """Places × the marks of a full answer there."""
    own = TABLE[version.kind].maximum(version.content)
    full = {
        section: pass_rules.weigh(Fraction(own), own, sections[section], version.kind, is_answered=True)[1]
        for section in one.places
    }
    return sum((share * Fraction(full[section]) for section, share in one.places.items()), Fraction(0))


def _record(session: Session, action: str, panel_id: int, by: int, now: datetime, **details: int) -> None:
    audit.record(session, action, f"panel:{panel_id}", by=by, now=now, details=details)
