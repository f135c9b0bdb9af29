"""What the pages of an attempt show, gathered from the attempt, its paper and its journal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.exams import kept_papers, pass_rules, proctors, released
from lms.exams.eligibility import terms_of
from lms.exams.journal import Latest
from lms.exams.models import EXAM, Attempt, Blueprint, Exam, Paper, Sitting
from lms.exams.panels import taking
from lms.exams.papers import Item
from lms.exams.release import NOTHING, Release, release_of
from lms.exams.saving import GRACE
from lms.exams.terms import Terms
from lms.exams.token import Ticket
from lms.people.models import UserSession
from lms.people.sign_in import IDLE, LIFETIME
from lms.questions import shapes

#: mine: this sign-in holds the lease · free: nobody who is still signed in does · other: another device does.
Holder = Literal["mine", "free", "other"]
#: running · paused: stands still · grace: over, and what was stamped before may still arrive · over: nothing more is taken.
Phase = Literal["prepared", "running", "paused", "grace", "over", "closed"]


@dataclass(frozen=True)
class Sheet:
    """One attempt as its candidate sees it. sections: their titles, in the order that the items count them.

    asks_certainty: an answer comes with how certain one is. release: what may be seen of it once it is graded.
    due_at: the deadline as it would be if what stands still went on now (`deadline`); so is sitting_closes_at.
    device_move: what moving to another device takes · move_asked_by: the sign-in that waits for a proctor's word.
    supervised: somebody in charge can be called. has_proctor: a proctor is named; else the organiser is in charge.
    blank: what a question without an answer counts, None where it depends on the section or the kind.
    panel: whose cut the total pass mark is, empty where it is none's.
    """

    attempt_id: int
    sitting_id: int
    code: str
    title: str
    exam_code: str
    sitting: str
    sitting_closes_at: datetime
    zone: str
    number: int
    started_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    phase: Phase
    holder: Holder
    lease: str | None
    items: tuple[Item, ...]
    sections: tuple[str, ...]
    terms: Terms
    device_move: str
    move_asked_by: int | None
    supervised: bool
    has_proctor: bool
    asks_certainty: bool = False
    release: Release = NOTHING
    mode: str = EXAM
    panel: str = ""
    blank: Decimal | None = Decimal(0)

    @property
    def count(self) -> int:
        """How many questions there are."""
        return len(self.items)

    @property
    def ticket(self) -> Ticket:
        """What this sign-in may sign; under an empty lease nothing is stored."""
        letters = (shapes.certain(item.shape) if self.asks_certainty else item.shape for item in self.items)
        return Ticket(self.attempt_id, self.code, self.lease or "", self.count, "".join(letters))

    def section_of(self, number: int) -> str:
        """The title of the section that item `number` belongs to."""
        return self.sections[self.items[number - 1].section]


@dataclass(frozen=True)
class Cell:
    """One number of the grid. look: new, blank, done, unsure or "unsure done"."""

    number: int
    look: str
    is_answered: bool
    is_flagged: bool
    is_here: bool


@dataclass(frozen=True)
class Grid:
    """All numbers of a paper and how many stand how."""

    cells: tuple[Cell, ...]

    @property
    def answered(self) -> int:
        """How many are answered."""
        return sum(cell.is_answered for cell in self.cells)

    @property
    def empty(self) -> tuple[Cell, ...]:
        """Those without an answer."""
        return tuple(cell for cell in self.cells if not cell.is_answered)

    @property
    def flagged(self) -> tuple[Cell, ...]:
        """Those marked as unsure."""
        return tuple(cell for cell in self.cells if cell.is_flagged)

    def looking(self, look: str) -> int:
        """How many look so: the figures of the legend."""
        return sum(cell.look == look for cell in self.cells)


#: An attempt with all that its sheet needs; narrow it to the one wanted and to whom may see it.
WHOLE = (
    select(
        Attempt, Exam, Sitting, Paper.hash.label("paper"), Blueprint.content, UserSession,
        proctors.is_named(Sitting.id).label("has_proctor"),
    )
    .join(Exam, Exam.id == Attempt.exam_id)
    .join(Sitting, Sitting.id == Attempt.sitting_id)
    .join(Paper, Paper.id == Attempt.paper_id)
    .join(Blueprint, Blueprint.id == Paper.blueprint_id)
    .outerjoin(UserSession, UserSession.id == Attempt.user_session_id)
)  # fmt: skip


def sheet_of(session: Session, row: Any, *, user_session_id: int, now: datetime) -> Sheet:
    """The sheet of an attempt for one sign-in. row: of `WHOLE`."""
    attempt, exam, sitting, content = row.Attempt, row.Exam, row.Sitting, row.content
    holder = _holder(attempt, row.UserSession, user_session_id, now)
    return Sheet(
        attempt_id=attempt.id,
        sitting_id=attempt.sitting_id,
        code=attempt.code,
        title=exam.title,
        exam_code=exam.code,
        sitting=sitting.title,
        sitting_closes_at=released.closing(sitting, now=now),
        zone=sitting.zone,
        number=attempt.number,
        started_at=attempt.started_at,
        due_at=deadline(attempt.due_at, attempt.paused_at, now=now),
        closed_at=attempt.closed_at,
        closed_by=attempt.closed_by,
        phase=_phase(attempt, now),
        holder=holder,
        lease=attempt.lease if holder == "mine" else None,
        items=kept_papers.items(session, attempt.paper_id, row.paper),
        sections=tuple(section["title"] for section in content["sections"]),
        asks_certainty=bool(content.get("certainty")),
        terms=terms_of(sitting),
        device_move=sitting.device_move,
        move_asked_by=attempt.move_session_id,
        supervised=sitting.supervised,
        has_proctor=row.has_proctor,
        release=release_of(content),
        mode=exam.mode,
        panel=taking.source_of(content),
        blank=pass_rules.blank_of(content),
    )


def grid(count: int, state: Mapping[int, Latest], *, here: int | None = None) -> Grid:
    """The grid of a paper with `count` items; `here`: the number that is open."""
    return Grid(tuple(_cell(number, state.get(number, Latest()), here) for number in range(1, count + 1)))


def last_item(touched: Sequence[int]) -> int:
    """Where to go on: the item touched last, else the first. touched: item numbers in the order of arrival."""
    return touched[-1] if touched else 1


def deadline(due_at: datetime | None, paused_at: datetime | None, *, now: datetime) -> datetime | None:
    """The deadline to show: while an attempt stands still it moves along, so that the time left stays the same."""
    return due_at + (now - paused_at) if due_at is not None and paused_at is not None else due_at


def _cell(number: int, latest: Latest, here: int | None) -> Cell:
    done = latest.is_answered
    if latest.flag:
        look = "unsure done" if done else "unsure"
    elif done:
        look = "done"
    else:
        look = "blank" if latest.opened else "new"
    return Cell(number, look, done, latest.flag, number == here)


def _phase(attempt: Attempt, now: datetime) -> Phase:
    if attempt.state == "prepared":
        return "prepared"
    if attempt.state == "closed":
        return "closed"
    if attempt.state == "paused":
        return "paused"
    if attempt.due_at is None or now <= attempt.due_at:
        return "running"
    return "grace" if now <= attempt.due_at + GRACE else "over"


def _holder(attempt: Attempt, opened: UserSession | None, user_session_id: int, now: datetime) -> Holder:
    """opened: the sign-in that holds the lease."""
    if attempt.lease is None or opened is None:
        return "free"
    if opened.id == user_session_id:
        return "mine"
    return "other" if _is_live(opened, now) else "free"


def _is_live(opened: UserSession, now: datetime) -> bool:
    return opened.ended_at is None and opened.last_seen_at >= now - IDLE and opened.started_at >= now - LIFETIME
