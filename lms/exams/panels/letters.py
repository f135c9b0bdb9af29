"""Letters to judges: one when they are named, and one when the organiser reminds those who have not rated everything.

A letter is asked for in the transaction of the act, claimed before it is sent, and released when the server does not take it:
a sweep that runs twice sends it once. It names the exam and no question, and its link names nobody.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from lms import audit, clock, jobs, mail
from lms.exams.models import Exam
from lms.exams.panels import figures, rating
from lms.exams.panels.models import Panel, PanelItem, PanelJudge
from lms.people.models import Employee, User
from lms.platform import Platform

log = logging.getLogger(__name__)
JOB = "write_to_judges"
#: A judge gets one letter at most in this time: more would be read as noise.
PAUSE = timedelta(hours=20)
MOST = 200


@dataclass(frozen=True)
class Letter:
    """A letter that waits. sent_at: when the one before it was sent. has_begun: whether its reader has agreed to judge."""

    judge_id: int
    asked_at: datetime
    sent_at: datetime | None
    has_begun: bool
    language: str
    to: str
    name: str
    exam: str
    panel: str
    round: int

    @property
    def template(self) -> str:
        """Which letter it is: only somebody who was written to, or works already, is reminded."""
        return "panel_reminder" if self.has_begun or self.sent_at else "panel"


def is_reachable() -> ColumnElement[bool]:
    """The SQL of "this judge has an account and an address"."""
    of_judge = (Employee.id == PanelJudge.employee_id, Employee.email.is_not(None), User.disabled_at.is_(None))
    return exists(select(1).select_from(Employee).join(User, User.employee_id == Employee.id).where(*of_judge))


def ask(session: Session, judges: Collection[int], *, now: datetime) -> int:
    """Have a letter written to each judge who can be reached and was not written to lately; to how many."""
    is_due = or_(PanelJudge.letter_asked_at.is_(None), PanelJudge.letter_asked_at <= now - PAUSE)
    which = (PanelJudge.id.in_(judges), is_due, is_reachable())
    made = session.scalars(update(PanelJudge).where(*which).values(letter_asked_at=now).returning(PanelJudge.id)).all()
    if made:
        jobs.enqueue(session, JOB)
    return len(made)


def remind(session: Session, panel: Panel, *, by: int, now: datetime) -> int:
    """Write to the judges of an open round who have not rated everything; to how many."""
    judges = rating.judges_of(session, panel.id)
    items = session.scalars(select(PanelItem.id).where(PanelItem.panel_id == panel.id)).all()
    done = figures.finished(items, judges, rating.ratings_of(session, panel.id, panel.round))
    count = ask(session, [one for one in judges if one not in done], now=now) if panel.state == "open" else 0
    if count:
        audit.record(session, "panel.remind", f"panel:{panel.id}", by=by, now=now, details={"judges": count})
    return count


def write(platform: Platform) -> None:
    """Job and sweep: send all letters that were asked for and not sent."""
    now = clock.now()
    if not mail.is_possible(platform.settings):
        return
    with platform.database.reader() as session:
        waiting = _waiting(session)
    for letter in waiting:
        _send(platform, letter, now=now)


def _waiting(session: Session) -> list[Letter]:
    is_waiting = or_(PanelJudge.letter_sent_at.is_(None), PanelJudge.letter_sent_at < PanelJudge.letter_asked_at)
    rows = (
        select(
            PanelJudge.id, PanelJudge.letter_asked_at, PanelJudge.letter_sent_at, PanelJudge.accepted_at.is_not(None),
            User.language, Employee.email, Employee.name, Exam.title, Panel.code, Panel.round,
        )
        .join(Panel, Panel.id == PanelJudge.panel_id)
        .join(Exam, Exam.id == Panel.exam_id)
        .join(Employee, Employee.id == PanelJudge.employee_id)
        .join(User, User.employee_id == Employee.id)
        .where(Panel.state == "open", PanelJudge.letter_asked_at.is_not(None), is_waiting)
        .where(Employee.email.is_not(None), User.disabled_at.is_(None))
    )  # fmt: skip
    found: Sequence[Any] = session.execute(rows.order_by(PanelJudge.id).limit(MOST)).all()
    return [Letter(*row) for row in found]


def _send(platform: Platform, letter: Letter, *, now: datetime) -> None:
    if not _mark(platform, letter, letter.sent_at, now):
        return
    settings = platform.settings
    facts = {
        "name": letter.name,
        "exam": letter.exam,
        "round": letter.round,
        "link": f"{settings.public_url}/panel/{letter.panel}",
    }
    try:
        mail.write(settings, letter.template, letter.language, to=letter.to, now=now, facts=facts)
    except mail.NotTaken:
        log.exception("the letter to judge %s was not taken; it is tried again", letter.judge_id)
        _mark(platform, letter, now, letter.sent_at)


def _mark(platform: Platform, letter: Letter, before: datetime | None, after: datetime | None) -> bool:
    """Claim a letter, or release it; whether it stood as it should."""
    sent = PanelJudge.letter_sent_at
    stood = and_(PanelJudge.letter_asked_at == letter.asked_at, sent.is_(None) if before is None else sent == before)
    with platform.database.transaction() as session:
        changed = update(PanelJudge).where(PanelJudge.id == letter.judge_id, stood).values(letter_sent_at=after)
        return session.scalar(changed.returning(PanelJudge.id)) is not None
