"""Files of questions between their sending and their import: who sent what, how far it is read, and what it gave. Kept for a day."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from lms import clock, jobs
from lms.frameworks.models import Competency
from lms.platform import Platform
from lms.questions import importing, sent_rows
from lms.questions.exchange.drafted import Step
from lms.questions.importing import Tagged
from lms.questions.models import Bank, QuestionBatch
from lms.questions.sent_models import QuestionFile
from lms.questions.sent_rows import FOLDER, Row
from lms.storage import Files

SWEEP = "question_imports.forget_old"
JOB, READ_SWEEP = "question_imports.read", "question_imports.read_overdue"
KEPT = timedelta(days=1)
#: A reading without a sign of life for so long has ended with its process.
OVERDUE = timedelta(minutes=1)
MOST_TRIES = 2


class TakenBefore(Exception):
    """The questions of this file came in before, or it is not read."""


class CompetencyGone(Exception):
    """A competency of the file's questions is no longer in the dictionary."""


def send(
    session: Session, bank: Bank, format: str, data: bytes, *, competency: str, by: int, now: datetime
) -> QuestionFile:
    """Note that a file was sent; nothing reads it yet."""
    made = QuestionFile(
        code=importing.new_code(),
        bank_id=bank.id,
        format=format,
        competency=competency,
        sha256=hashlib.sha256(data).hexdigest(),
        sent_at=now,
        sent_by=by,
    )
    session.add(made)
    session.flush()  # its key goes into the job
    return made


def hand_on(session: Session, files: Files, sent: QuestionFile, data: bytes) -> None:
    """Have the worker read it."""
    files.put(key(sent.code), data)
    jobs.enqueue(session, JOB, file_id=sent.id)


def key(code: str) -> str:
    """Where the bytes of a file are kept that the worker reads."""
    return f"{FOLDER}/{code}"


def find(session: Session, bank: Bank, code: str, *, by: int) -> QuestionFile | None:
    """A file that this person sent for this bank."""
    wanted = (QuestionFile.code == code, QuestionFile.bank_id == bank.id, QuestionFile.sent_by == by)
    return session.scalars(select(QuestionFile).where(*wanted)).one_or_none()


def lately(session: Session, bank: Bank, *, by: int, most: int) -> list[QuestionFile]:
    """What this person sent for this bank and has not taken in, the newest first."""
    rows = select(QuestionFile).where(
        QuestionFile.bank_id == bank.id, QuestionFile.sent_by == by, QuestionFile.state != "taken"
    )
    return list(session.scalars(rows.order_by(QuestionFile.id.desc()).limit(most)))


def under_way(session: Session, *, by: int) -> tuple[str, str] | None:
    """(code of the bank, code) of a file of this person that the worker has yet to read: one at a time."""
    rows = select(Bank.code, QuestionFile.code).join(Bank, Bank.id == QuestionFile.bank_id)
    found = session.execute(rows.where(QuestionFile.sent_by == by, _is_unread()).limit(1)).one_or_none()
    return (found[0], found[1]) if found else None


def ahead_of(session: Session, sent: QuestionFile) -> int:
    """How many files are read before this one."""
    rows = select(func.count()).select_from(QuestionFile).where(_is_unread(), QuestionFile.id < sent.id)
    return session.scalar(rows) or 0


def drop(session: Session, files: Files, sent: QuestionFile) -> None:
    """Forget a file and what it gave; whoever reads it finds that nobody waits for it, and ends."""
    dropped = delete(QuestionFile).where(QuestionFile.id == sent.id, QuestionFile.state != "taken")
    if session.scalar(dropped.returning(QuestionFile.id)) is not None:
        files.drop(key(sent.code))
        sent_rows.drop(files, sent.code, sent.rows)


def claim(session: Session, file_id: int, *, now: datetime) -> bool:
    """Begin to read a file, unless somebody does. A reading that has ended without a word is begun anew, MOST_TRIES times."""
    is_free = or_(
        QuestionFile.state == "waiting",
        (QuestionFile.state == "reading") & (QuestionFile.seen_at < now - OVERDUE),
    )
    begun = {"state": "reading", "seen_at": now, "tries": QuestionFile.tries + 1, "step": "", "done": 0, "total": 0}
    asked = update(QuestionFile).where(QuestionFile.id == file_id, is_free, QuestionFile.tries < MOST_TRIES)
    return session.scalar(asked.values(begun).returning(QuestionFile.id)) is not None


def note_progress(session: Session, file_id: int, step: Step, done: int, total: int, *, now: datetime) -> bool:
    """Note how far a reading has come. False: nobody waits for it any longer."""
    come = {"step": step, "done": min(done, total), "total": total, "seen_at": now}
    going = update(QuestionFile).where(QuestionFile.id == file_id, QuestionFile.state == "reading")
    return session.scalar(going.values(come).returning(QuestionFile.id)) is not None


def note_read(session: Session, file_id: int, rows: list[Row]) -> bool:
    """Note what a file gave, whose rows are kept. False: nobody waits for it any longer."""
    counts = {state: sum(row.state == state for row in rows) for state in sent_rows.STATES}
    gave = {
        "state": "read",
        "errors": counts["error"],
        "warnings": counts["warning"],
        "ready": counts["ready"],
        "questions": sum(row.question is not None for row in rows),
    }
    unread = QuestionFile.state.in_(("waiting", "reading"))
    noted = update(QuestionFile).where(QuestionFile.id == file_id, unread).values(gave)
    return session.scalar(noted.returning(QuestionFile.id)) is not None


def note_ended(session: Session, file_id: int) -> None:
    """A reading ended with its process: it is begun again, or given up after MOST_TRIES."""
    ended = update(QuestionFile).where(QuestionFile.id == file_id, QuestionFile.state == "reading")
    session.execute(ended.where(QuestionFile.tries >= MOST_TRIES).values(state="failed"))
    session.execute(ended.values(state="waiting"))


def overdue(session: Session, *, now: datetime) -> list[int]:
    """Keys of files whose job was lost, or whose reading was; the oldest first. Those that were tried in vain are given up."""
    lost = (QuestionFile.state == "reading") & (QuestionFile.seen_at < now - OVERDUE)
    session.execute(update(QuestionFile).where(lost, QuestionFile.tries >= MOST_TRIES).values(state="failed"))
    waiting = (QuestionFile.state == "waiting") & (QuestionFile.sent_at < now - OVERDUE)
    return list(session.scalars(select(QuestionFile.id).where(or_(waiting, lost)).order_by(QuestionFile.id)))


def take_in(session: Session, files: Files, bank: Bank, sent: QuestionFile, *, now: datetime) -> QuestionBatch:
    """Write the questions of a file into the bank exactly as they were shown, once.

    Raises TakenBefore, CompetencyGone and FileMissing; then nothing of the transaction may stay.
    """
    once = update(QuestionFile).where(QuestionFile.id == sent.id, QuestionFile.state == "read")
    if session.scalar(once.values(state="taken").returning(QuestionFile.id)) is None:
        raise TakenBefore(sent.code)
    codes = {row.code: row.id for row in session.execute(select(Competency.code, Competency.id))}
    return importing.write(
        session,
        bank,
        _keyed(sent_rows.in_file_order(files, sent.code, (sent.errors, sent.warnings, sent.ready)), codes),
        format=sent.format,
        sha256=sent.sha256,
        by=sent.sent_by,
        now=now,
    )


def _keyed(rows: Iterator[Row], codes: dict[str, int]) -> Iterator[Tagged]:
    for row in rows:
        if row.question is not None:
            if row.question.competency not in codes:
                raise CompetencyGone(row.question.competency)
            yield replace(row.question, competency_id=codes[row.question.competency])


def _is_unread() -> ColumnElement[bool]:
    return QuestionFile.state.in_(("waiting", "reading"))


def forget_old(platform: Platform) -> None:
    """Sweep: what nobody took in on the day that it was sent is sent again by whoever still wants it."""
    before = clock.now() - KEPT
    with platform.database.transaction() as session:
        session.execute(delete(QuestionFile).where(QuestionFile.sent_at < before))
    platform.files.forget(FOLDER, before=before)
