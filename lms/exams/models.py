"""Exams, sittings, papers, attempts, the answer journal and results."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    and_,
    func,
    select,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from lms.catalogue.models import Course
from lms.db import Base, Key, Ref
from lms.people.models import UserSession, one_of

#: What an exam is for: the real one, practice with feedback after each question, or a try-out under the real conditions.
#: rehearsing.py has the rules of the latter two: nothing that they come to counts anywhere.
EXAM, PRACTICE, TRYOUT = "exam", "practice", "tryout"
#: States of an attempt that runs: begun and not closed, whether or not its clock stands still. And of every one that was begun.
RUNNING = ("open", "paused")
BEGUN = (*RUNNING, "closed")
#: Who may sit: anyone who may take the exam, or only those on the list.
AUDIENCES = ("everyone", "listed")
#: What moving to another device takes: one's password, the PIN of the room, or a proctor's word.
MOVES = ("password", "pin", "proctor")
#: What a sitting's log tells of. A start, a save and a hand-in stand in the attempt, its journal and its result.
EVENTS = (
    "pin_refused", "move_asked", "move", "time", "pause", "resume", "room_pause", "room_resume", "room_credit",
    "help", "help_done", "away", "back", "hidden", "admitted", "refused", "close", "incident", "note", "minutes",
    "attendance", "reopen", "pin", "void", "help_seen", "announce", "scores",
)  # fmt: skip
#: What a proctor says of who came; whoever has begun is there without a word.
ATTENDANCE = ("present", "absent")
SOURCES = ("xlsx", "csv", "pasted")


class Exam(Base):
    """The definition of an exam. `code` stands in its address."""

    __tablename__ = "exam"
    __table_args__ = (
        CheckConstraint("duration_minutes BETWEEN 1 AND 600", name="duration_minutes"),
        CheckConstraint("max_attempts > 0", name="max_attempts"),
        CheckConstraint("cooldown_hours >= 0", name="cooldown_hours"),
        CheckConstraint(one_of("mode", (EXAM, PRACTICE, TRYOUT)), name="mode"),
    )

    id: Mapped[Key]
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), index=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"))
    duration_minutes: Mapped[int]
    max_attempts: Mapped[int]
    cooldown_hours: Mapped[int]
    proctored: Mapped[bool] = mapped_column(default=False)
    mode: Mapped[str] = mapped_column(String(8), default=EXAM)

    course: Mapped[Course | None] = relationship(lazy="raise")
    if TYPE_CHECKING:
        plan: Mapped["Blueprint | None"]


class Blueprint(Base):
    """How papers of an exam are drawn and passed. Immutable; the highest number is in force.

    content: {"pass_total": percent, "certainty": true where answers are weighed by it,
    "sections": [{"title", "competency", "level", "draw", "pass": percent,
    "difficulty": {"mudah": n, "sedang": n, "sulit": n}}]}; what more it may say of passing stands in pass_rules.py.
    made_by: who settled it here (revising.py, or its terms alone: after_terms.py), None for what a package brought.
    """

    __tablename__ = "blueprint"
    __table_args__ = (UniqueConstraint("exam_id", "number"),)

    id: Mapped[Key]
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


_other = aliased(Blueprint)
_newest = select(func.max(_other.number)).where(_other.exam_id == Exam.id).correlate_except(_other).scalar_subquery()
#: The blueprint in force, for a page that loads it together with its exam.
Exam.plan = relationship(
    Blueprint,
    primaryjoin=and_(Blueprint.exam_id == Exam.id, Blueprint.number == _newest),
    lazy="raise",
    viewonly=True,
    uselist=False,
)


class Sitting(Base):
    """When, where and on what terms an exam may be taken.

    supervised: a proctor watches, which makes its result count as evidence by itself.
    capacity: places for those on the list · pin_round: which PIN is valid (pins.py derives it); None where none is asked.
    ip_ranges: networks in CIDR, from anywhere if empty · seb_config_keys, seb_exam_keys: keys of Safe Exam Browser, 64 hex
    digits each; where a list is not empty, a request must prove one of its keys.
    paused_at: since when the whole room stands still; nobody starts then.
    scores_since: since when its score screen is shown, of which live_scores.py makes the key; None where it is not.
    """

    __tablename__ = "sitting"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="window"),
        CheckConstraint(one_of("audience", AUDIENCES), name="audience"),
        CheckConstraint("capacity IS NULL OR (capacity > 0 AND audience = 'listed')", name="capacity"),
        CheckConstraint("pin_round > 0", name="pin_round"),
        CheckConstraint(one_of("device_move", MOVES), name="device_move"),
        CheckConstraint("device_move <> 'pin' OR pin_round IS NOT NULL", name="device_pin"),
        Index("ix_sitting_opens_at", "opens_at"),
    )

    id: Mapped[Key]
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    supervised: Mapped[bool] = mapped_column(default=False)
    zone: Mapped[str] = mapped_column(String(40), default="Asia/Jakarta")
    room: Mapped[str] = mapped_column(String(120), default="")
    capacity: Mapped[int | None]
    audience: Mapped[str] = mapped_column(String(8), default="everyone")
    pin_round: Mapped[int | None]
    ip_ranges: Mapped[list[Any]] = mapped_column(default=list)
    seb_config_keys: Mapped[list[Any]] = mapped_column(default=list)
    seb_exam_keys: Mapped[list[Any]] = mapped_column(default=list)
    device_move: Mapped[str] = mapped_column(String(8), default="password")
    paused_at: Mapped[datetime | None]
    scores_since: Mapped[datetime | None]

    exam: Mapped[Exam] = relationship(lazy="raise")


class CandidateGroup(Base):
    """That a person falls under the thresholds of a group of candidates in an exam; the blueprint says what they are.

    What the list of a sitting says goes before it (candidate_groups.GROUP).
    """

    __tablename__ = "candidate_group"
    __table_args__ = (UniqueConstraint("exam_id", "employee_id"),)

    id: Mapped[Key]
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    code: Mapped[str] = mapped_column(String(40))
    set_at: Mapped[datetime]


class CandidateUpload(Base):
    """A list of candidates that was given in: looked at first, then taken over, and taken back as a whole if need be.

    rows: the table as it was read, header included, each row a list of texts; emptied when it was taken over or dropped.
    added: how many candidates it brought.
    """

    __tablename__ = "candidate_upload"
    __table_args__ = (
        CheckConstraint(one_of("source", SOURCES), name="source"),
        CheckConstraint("added >= 0", name="added"),
        CheckConstraint("undone_at IS NULL OR imported_at IS NOT NULL", name="undone"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    source: Mapped[str] = mapped_column(String(6))
    rows: Mapped[list[Any]]
    added: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    imported_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class Candidate(Base):
    """A person on the list of a sitting.

    extra_minutes: beyond the exam's duration · accommodation: why, and what else is arranged; for organisers alone.
    group: whose pass rules apply, empty for everyone's · obstacle: why no paper could be laid ready (eligibility.Reason).
    room: where that is not the sitting's · seat: where they sit · attendance: what the proctor saw, None while nothing was said.
    """

    __tablename__ = "candidate"
    __table_args__ = (
        UniqueConstraint("sitting_id", "employee_id"),
        CheckConstraint("extra_minutes BETWEEN 0 AND 600", name="extra_minutes"),
        CheckConstraint(f"attendance IS NULL OR {one_of('attendance', ATTENDANCE)}", name="attendance"),
    )

    id: Mapped[Key]
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    extra_minutes: Mapped[int] = mapped_column(default=0)
    group: Mapped[str] = mapped_column(String(40), default="")
    accommodation: Mapped[str] = mapped_column(Text, default="")
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("candidate_upload.id"), index=True)
    added_at: Mapped[datetime]
    obstacle: Mapped[str | None] = mapped_column(String(20))
    checked_at: Mapped[datetime | None]
    room: Mapped[str] = mapped_column(String(60), default="")
    seat: Mapped[str] = mapped_column(String(12), default="")
    attendance: Mapped[str | None] = mapped_column(String(7))


class Paper(Base):
    """The questions one candidate gets, frozen with their content (papers.Item says in what shape)."""

    __tablename__ = "paper"
    __table_args__ = (Index("ix_paper_exam_made", "exam_id", "made_at"),)

    id: Mapped[Key]
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"))
    items: Mapped[list[Any]]
    hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]

    blueprint: Mapped[Blueprint] = relationship(lazy="raise")


class QuestionUse(Base):
    """That a paper of an exam asks a question: what use and exposure are counted by. Written before the paper has a key."""

    __tablename__ = "question_use"
    __table_args__ = (Index("ix_question_use_exam_drawn", "exam_id", "drawn_at"),)

    id: Mapped[Key]
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    drawn_at: Mapped[datetime]


class Attempt(Base):
    """One candidate's go at a paper. While it is open exactly one lease may write to it.

    extra_minutes: the candidate's, kept here too, so that a start and a change of time meet in one row.
    paused_at: since when it stands still; what is resumed gets exactly that time back on its deadline.
    pin_failures, pin_wait_until: wrong PINs in a row, and until when none is looked at.
    move_session_id: the sign-in that asks a proctor for the lease, since move_asked_at.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("exam_id", "employee_id", "number"),
        CheckConstraint("state IN ('prepared', 'open', 'paused', 'closed')", name="state"),
        CheckConstraint("closed_by IS NULL OR closed_by IN ('candidate', 'time', 'proctor')", name="closed_by"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("state = 'prepared' OR due_at IS NOT NULL", name="due"),
        CheckConstraint("(state = 'paused') = (paused_at IS NOT NULL)", name="paused"),
        CheckConstraint("pin_failures >= 0", name="pin_failures"),
        CheckConstraint("extra_minutes BETWEEN 0 AND 600", name="extra_minutes"),
        Index("ix_attempt_due", "state", "due_at"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(16), unique=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    number: Mapped[int]
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    state: Mapped[str] = mapped_column(String(10))
    lease: Mapped[str | None] = mapped_column(String(32))
    user_session_id: Mapped[int | None] = mapped_column(ForeignKey("user_session.id"))
    extra_minutes: Mapped[int] = mapped_column(default=0)
    pin_failures: Mapped[int] = mapped_column(default=0)
    pin_wait_until: Mapped[datetime | None]
    move_session_id: Mapped[int | None] = mapped_column(ForeignKey("user_session.id"))
    move_asked_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(10))

    exam: Mapped[Exam] = relationship(lazy="raise")
    sitting: Mapped[Sitting] = relationship(lazy="raise")
    paper: Mapped[Paper] = relationship(lazy="raise")
    user_session: Mapped[UserSession | None] = relationship(lazy="raise", foreign_keys=[user_session_id])


class SittingEvent(Base):
    """The log of a sitting: what happened in the room and who did it. Rows are appended and never changed.

    employee_id: whom it is about, also before there is an attempt; None for the whole room.
    details: {"minutes", "why"} of a change of time; of others what their writers say. No names and no NIP.
    """

    __tablename__ = "sitting_event"
    __table_args__ = (
        CheckConstraint(one_of("kind", EVENTS), name="kind"),
        Index("ix_sitting_event_sitting_id_at", "sitting_id", "at"),
    )

    id: Mapped[Key]
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id"), index=True)
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    details: Mapped[dict[str, Any]]


class AnswerEvent(Base):
    """One acknowledged change. The journal is the truth; the latest answers are a fold over it by arrival, which `id` counts.

    kind: "answer" (value is the answer's JSON, null clears it), "flag" (value true or false), "open" (value null).
    hash: SHA-256 over attempt code, writer, seq, item, kind, value, device time and the writer's previous hash (journal.py).
    """

    __tablename__ = "answer_event"
    __table_args__ = (
        UniqueConstraint("attempt_id", "writer", "seq"),
        CheckConstraint("seq > 0", name="seq"),
        CheckConstraint("kind IN ('answer', 'flag', 'open')", name="kind"),
    )

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    writer: Mapped[str] = mapped_column(String(64))
    seq: Mapped[int]
    item: Mapped[int]
    kind: Mapped[str] = mapped_column(String(6))
    value: Mapped[str] = mapped_column(Text)
    device_at: Mapped[str] = mapped_column(String(30))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    late: Mapped[bool] = mapped_column(default=False)


class HeldEvent(Base):
    """A change that came without the lease or after the grace: kept, not graded, until a proctor decides.

    why: the reason that the proctor gave. What was admitted stands in the journal too (held.py says how).
    """

    __tablename__ = "held_event"
    __table_args__ = (
        UniqueConstraint("attempt_id", "writer", "seq", "hash"),
        CheckConstraint("reason IN ('lease', 'grace', 'closed')", name="reason"),
        CheckConstraint("decision IS NULL OR decision IN ('admitted', 'refused')", name="decision"),
    )

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    writer: Mapped[str] = mapped_column(String(64))
    seq: Mapped[int]
    item: Mapped[int]
    kind: Mapped[str] = mapped_column(String(6))
    value: Mapped[str] = mapped_column(Text)
    device_at: Mapped[str] = mapped_column(String(30))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(10))
    decision: Mapped[str | None] = mapped_column(String(10))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    why: Mapped[str] = mapped_column(String(300), default="")


class Result(Base):
    """What an attempt came to, with all that produced it. A regrade appends the next number.

    marks: [{"item", "version", "mark" or null, "maximum", and "scored": false on trial}] ·
    sections: [{"title", "competency", "level", "mark", "maximum", "percent",
    "threshold", "threshold_points", "passed"}]; marks, maxima, percentages and thresholds are decimal texts, a threshold may be null.
    journal: SHA-256 over all events of all writers, sealed at closing · problems: [{"writer", "seq", "what"}], breaks in their chains.
    state: "pending_marking" while a mark is null, which a person has to give: then nothing is passed and nothing follows.
    verdict: how pass rules beyond per cent were applied (pass_rules.Verdict), null where the blueprint has none.
    corrections: codes of the regrades by which it was marked (regrading/), null where there were none.
    followed_at: when what it entails (evidence, a certificate) was done; the claim of whoever does it.
    """

    __tablename__ = "result"
    __table_args__ = (
        UniqueConstraint("attempt_id", "number"),
        CheckConstraint("cause IN ('closed', 'regrade', 'admitted', 'marked')", name="cause"),
        CheckConstraint("state IN ('graded', 'pending_marking')", name="state"),
        CheckConstraint("state = 'graded' OR NOT passed", name="verdict"),
        CheckConstraint("score <= maximum", name="score"),
    )

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    number: Mapped[int]
    marks: Mapped[list[Any]]
    sections: Mapped[list[Any]]
    score: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    maximum: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    percent: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    passed: Mapped[bool]
    threshold: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    answered: Mapped[int]
    journal: Mapped[str] = mapped_column(String(64))
    problems: Mapped[list[Any]]
    verdict: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    corrections: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    cause: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(16), default="graded", server_default="graded")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(Ref)
    followed_at: Mapped[datetime | None] = mapped_column(index=True)

    attempt: Mapped[Attempt] = relationship(lazy="raise")
