"""A list of candidates on its way in: kept as it was read, looked at, taken over, and taken back as a whole if need be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import Session

from lms import audit
from lms.db import looked_up
from lms.exams import blueprints, candidate_rows, candidates, insiders, minutes, seats
from lms.exams.candidate_rows import Known, Row, Surroundings
from lms.exams.codes import new_code
from lms.exams.models import Candidate, CandidateUpload, Exam, Sitting
from lms.people.models import Appointment, Employee, OrgUnit, Position, User
from lms.spreadsheets import Cell, Source

#: What was looked at and not taken over is forgotten after this time.
KEPT = timedelta(days=1)
#: So many NIPs are looked up in one statement.
AT_ONCE = 500


class UploadError(ValueError):
    """The upload cannot be taken over or back. `problem` is a key: done, nothing, ended, opened, undone."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Uploaded:
    """An upload that was taken over. added: how many people it brought."""

    code: str
    source: str
    added: int
    imported_at: datetime
    undone_at: datetime | None


def keep(
    session: Session, sitting: Sitting, source: Source, table: list[list[Cell]], *, by: int, now: datetime
) -> CandidateUpload:
    """Keep a table to be looked at. Older ones that nobody took over are forgotten with what stood in them."""
    session.execute(
        delete(CandidateUpload).where(
            CandidateUpload.sitting_id == sitting.id,
            CandidateUpload.imported_at.is_(None),
            CandidateUpload.made_at < now - KEPT,
        )
    )
    made = CandidateUpload(code=new_code(), sitting_id=sitting.id, source=source, rows=table, made_at=now, made_by=by)
    session.add(made)
    session.flush()  # its address is asked for next
    return made


def judged(
    session: Session, sitting: Sitting, exam: Exam, table: list[list[Cell]], *, own: int, today: date, now: datetime
) -> list[Row]:
    """The rows of a table, judged by what is known now. own: who would enter them, as an employee."""
    known = _known(session, exam, candidate_rows.nips(table), today, now)
    rows = select(Candidate.employee_id, Candidate.room, Candidate.seat).where(Candidate.sitting_id == sitting.id)
    entered = session.execute(rows).all()
    listed = {one.employee_id for one in entered}
    around = Surroundings(
        known=known,
        listed=listed,
        elsewhere=_elsewhere(session, sitting, now),
        places=None if sitting.capacity is None else max(sitting.capacity - len(listed), 0),
        groups=blueprints.groups(session, exam.id),
        room=sitting.room,
        own=own,
        taken={seats.place(one.room, one.seat, sitting.room) for one in entered if one.seat},
    )
    return candidate_rows.judge(table, around)


def take_over(
    session: Session,
    upload: CandidateUpload,
    sitting: Sitting,
    exam: Exam,
    *,
    by: int,
    own: int,
    today: date,
    now: datetime,
) -> int:
    """Put all rows without an error on the list; by, own: who does, as a user and as an employee. Returns how many.

    Raises UploadError: done, ended, nothing.
    """
    if minutes.is_over(session, sitting, now=now):
        raise UploadError("ended")
    table = upload.rows
    claimed = session.scalar(
        update(CandidateUpload)
        .where(CandidateUpload.id == upload.id, CandidateUpload.imported_at.is_(None))
        .values(imported_at=now, rows=[])
        .returning(CandidateUpload.id)
    )
    if claimed is None:
        raise UploadError("done")
    candidates.employees(session, sitting.id)  # the lock: places are counted by one at a time
    good = [row for row in judged(session, sitting, exam, table, own=own, today=today, now=now) if row.state != "error"]
    if not good:
        raise UploadError("nothing")
    candidates.add_many(session, sitting, good, upload_id=upload.id, now=now)
    session.execute(update(CandidateUpload).where(CandidateUpload.id == upload.id).values(added=len(good)))
    details = {"sitting": sitting.id, "added": len(good), "source": upload.source}
    audit.record(session, "candidate.import", f"candidate_upload:{upload.id}", by=by, now=now, details=details)
    return len(good)


def take_back(session: Session, upload: CandidateUpload, sitting: Sitting, *, by: int, now: datetime) -> int:
    """Take everyone of an upload off the list, until the sitting has opened. Returns how many.

    Raises UploadError: opened, undone (or never taken over).
    """
    if sitting.opens_at <= now:
        raise UploadError("opened")
    undone = session.scalar(
        update(CandidateUpload)
        .where(
            CandidateUpload.id == upload.id,
            CandidateUpload.imported_at.is_not(None),
            CandidateUpload.undone_at.is_(None),
        )
        .values(undone_at=now)
        .returning(CandidateUpload.id)
    )
    if undone is None:
        raise UploadError("undone")
    taken = candidates.remove_upload(session, sitting.id, upload.id)
    details = {"sitting": sitting.id, "removed": taken}
    audit.record(session, "candidate.undo", f"candidate_upload:{upload.id}", by=by, now=now, details=details)
    return taken


def drop(session: Session, upload: CandidateUpload) -> None:
    """Forget what was looked at and not taken over. Once taken over, nothing changes."""
    session.execute(
        delete(CandidateUpload).where(CandidateUpload.id == upload.id, CandidateUpload.imported_at.is_(None))
    )


def of_sitting(session: Session, sitting_id: int) -> list[Uploaded]:
    """The latest uploads that were taken over, the newest first."""
    rows = (
        select(
            CandidateUpload.code,
            CandidateUpload.source,
            CandidateUpload.added,
            CandidateUpload.imported_at,
            CandidateUpload.undone_at,
        )
        .where(CandidateUpload.sitting_id == sitting_id, CandidateUpload.imported_at.is_not(None))
        .order_by(CandidateUpload.imported_at.desc(), CandidateUpload.id.desc())
        .limit(5)
    )
    return [
        Uploaded(code, source, added, at, undone) for code, source, added, at, undone in session.execute(rows) if at
    ]


def find(session: Session, exam: Exam, nip: str, *, today: date, now: datetime) -> Known | None:
    """Whom a NIP belongs to, within the agency that holds the exam."""
    return _known(session, exam, [nip], today, now).get(nip)


def _known(session: Session, exam: Exam, nips: Iterable[str], today: date, now: datetime) -> dict[str, Known]:
    """People by NIP, of the agency that the exam belongs to: a list is no way to ask after others."""
    wanted = sorted(set(nips))
    path = session.scalar(select(OrgUnit.path).where(OrgUnit.id == exam.unit_id)) or "/"
    agency = "/".join(path.split("/")[:2]) + "/"
    has_account = exists(select(1).where(User.employee_id == Employee.id, User.disabled_at.is_(None)))
    here = looked_up(
        select(1)
        .select_from(Appointment)
        .join(Position, Position.id == Appointment.position_id)
        .join(OrgUnit, OrgUnit.id == Position.unit_id)
        .where(
            Appointment.employee_id == Employee.id,
            Appointment.since <= today,
            or_(Appointment.until.is_(None), Appointment.until >= today),
            OrgUnit.path.startswith(agency),
        )
    )
    is_insider = insiders.is_insider(exam, Employee.id, now)
    found: dict[str, Known] = {}
    for start in range(0, len(wanted), AT_ONCE):
        rows = select(Employee.nip, Employee.id, Employee.name, has_account, Employee.status == "active", is_insider)
        rows = rows.where(Employee.nip.in_(wanted[start : start + AT_ONCE]), here)
        found |= {
            number: Known(key, name, has_account=account, is_active=active, is_insider=insider)
            for number, key, name, account, active, insider in session.execute(rows)
        }
    return found


def _elsewhere(session: Session, sitting: Sitting, now: datetime) -> set[int]:
    """Who is on the list of another sitting of the exam that is not over."""
    rows = (
        select(Candidate.employee_id)
        .join(Sitting, Sitting.id == Candidate.sitting_id)
        .where(Sitting.exam_id == sitting.exam_id, Sitting.id != sitting.id, Sitting.closes_at > now)
    )
    return set(session.scalars(rows))
