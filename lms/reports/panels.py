"""What organisers and judges see of a panel: its judges and how far they are, its items, and what its rounds came to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from lms.exams.models import Blueprint, Exam
from lms.exams.panels import letters
from lms.exams.panels.models import IN_WORK, Panel, PanelItem, PanelJudge, PanelRound
from lms.people.models import Employee
from lms.questions.content import short
from lms.questions.models import Question, QuestionVersion


@dataclass(frozen=True)
class Judge:
    """Somebody who judges. code: the employee's, which is no NIP. is_reachable: by mail."""

    id: int
    code: str
    name: str
    accepted_at: datetime | None
    is_reachable: bool
    letter_asked_at: datetime | None
    letter_sent_at: datetime | None

    @property
    def is_told(self) -> bool:
        """Whether the letter that was asked for last has been sent."""
        sent, asked = self.letter_sent_at, self.letter_asked_at
        return sent is not None and asked is not None and sent >= asked

    @property
    def next_letter_at(self) -> datetime | None:
        """From when on the next letter may be asked for: with None at once, if there is an address."""
        return self.letter_asked_at + letters.PAUSE if self.letter_asked_at else None


@dataclass(frozen=True)
class Item:
    """A question version to rate, with its place in the panel's list. short: the end of its stem as plain words."""

    id: int
    place: int
    uuid: str
    number: int
    kind: str
    content: dict[str, Any]
    weight: str

    @property
    def short(self) -> str:
        """Its stem for a list."""
        return short(self.content["stem"])


def of_exam(session: Session, exam_id: int, *, page: int, size: int) -> Sequence[Any]:
    """(Panel, record of its last closed round or None) of an exam, the newest first."""
    rows = _with_last(select(Panel, PanelRound)).where(Panel.exam_id == exam_id)
    return session.execute(rows.order_by(Panel.id.desc()).limit(size).offset((page - 1) * size)).all()


def count(session: Session, exam_id: int) -> int:
    """How many panels an exam has had."""
    return session.scalar(select(func.count()).select_from(Panel).where(Panel.exam_id == exam_id)) or 0


def of_person(session: Session, employee_id: int, *, most: int) -> Sequence[Any]:
    """(PanelJudge, Panel, exam's title) of the panels at work in which a person judges, the newest first."""
    rows = (
        select(PanelJudge, Panel, Exam.title)
        .join(Panel, Panel.id == PanelJudge.panel_id)
        .join(Exam, Exam.id == Panel.exam_id)
        .where(PanelJudge.employee_id == employee_id, Panel.state.in_(IN_WORK))
    )
    return session.execute(rows.order_by(Panel.id.desc()).limit(most)).all()


def judges(session: Session, panel_id: int) -> list[Judge]:
    """Those who judge, by name."""
    rows = (
        select(
            PanelJudge.id, Employee.code, Employee.name, PanelJudge.accepted_at, letters.is_reachable(),
            PanelJudge.letter_asked_at, PanelJudge.letter_sent_at,
        )
        .join(Employee, Employee.id == PanelJudge.employee_id)
        .where(PanelJudge.panel_id == panel_id)
    )  # fmt: skip
    return [Judge(*row) for row in session.execute(rows.order_by(Employee.name, PanelJudge.id))]


def items_on(session: Session, panel_id: int, *, page: int, size: int) -> list[Item]:
    """One page of the items in the panel's order."""
    rows = _items(panel_id).order_by(PanelItem.place).limit(size).offset((page - 1) * size)
    return [Item(*row) for row in session.execute(rows)]


def items(session: Session, panel_id: int, keys: Collection[int]) -> dict[int, Item]:
    """Key → item, of those with these keys."""
    rows = _items(panel_id).where(PanelItem.id.in_(keys))
    return {item.id: item for item in (Item(*row) for row in session.execute(rows))}


def places(session: Session, panel_id: int) -> list[int]:
    """The keys of all items in the panel's order."""
    return list(session.scalars(select(PanelItem.id).where(PanelItem.panel_id == panel_id).order_by(PanelItem.place)))


def lost(session: Session, panel_id: int) -> list[int]:
    """The places of items that papers do not ask any more as they are rated: not live, or with a later version."""
    is_asked = and_(Question.status == "live", Question.current_id == PanelItem.version_id)
    rows = select(PanelItem.place).join(Question, Question.id == PanelItem.question_id)
    return list(session.scalars(rows.where(PanelItem.panel_id == panel_id, ~is_asked).order_by(PanelItem.place)))


def rounds(session: Session, panel_id: int) -> list[PanelRound]:
    """The records of its closed rounds, the first one first."""
    rows = select(PanelRound).where(PanelRound.panel_id == panel_id).order_by(PanelRound.number)
    return list(session.scalars(rows))


@dataclass(frozen=True)
class Proof:
    """Where a pass mark comes from, without a name: the last round of its panel and the blueprint that it made."""

    record: PanelRound
    blueprint: int
    taken_at: datetime


def proof(session: Session, exam_code: str, panel: str) -> Proof | None:
    """The proof of a pass mark that names a panel."""
    rows = (
        _with_last(select(PanelRound, Blueprint.number, Panel.ended_at))
        .join(Exam, Exam.id == Panel.exam_id)
        .join(Blueprint, Blueprint.id == Panel.taken_id)
        .where(Panel.code == panel, Exam.code == exam_code)
    )
    found = session.execute(rows).one_or_none()
    return None if found is None else Proof(*found)


def _with_last(rows: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    last = select(func.max(PanelRound.number)).where(PanelRound.panel_id == Panel.id).correlate(Panel).scalar_subquery()
    return rows.select_from(Panel).outerjoin(
        PanelRound, (PanelRound.panel_id == Panel.id) & (PanelRound.number == last)
    )


def _items(panel_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            PanelItem.id, PanelItem.place, Question.uuid, QuestionVersion.number, QuestionVersion.kind,
            QuestionVersion.content, PanelItem.weight,
        )
        .join(QuestionVersion, QuestionVersion.id == PanelItem.version_id)
        .join(Question, Question.id == PanelItem.question_id)
        .where(PanelItem.panel_id == panel_id)
    )  # fmt: skip
