"""The demo's schemes, and two people who have sat the exam: one is proposed for a certificate, one's may be revoked.

Both attempts are real: a drawn paper, answers in the journal, graded by the same functions as any other.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import completion, earning
from lms.certificates import awarding, scheme_files
from lms.certificates.ending_models import Ending
from lms.certificates.scheme_files import Issuing
from lms.clock import local_date
from lms.competencies import evidence
from lms.config import ROOT
from lms.exams import blueprints, drawing, journal, papers, results
from lms.exams.codes import new_code
from lms.exams.models import AnswerEvent, Attempt, Exam, Result, Sitting
from lms.people.employment import employment_on
from lms.people.models import Employee, OrgUnit, User
from lms.questions.kinds import TABLE

SCHEMES = ROOT / "certificates" / "schemes"
PATTERN = "B.{n}/BPSDM/RSDM.510/{month}/{year}"
OFFICIAL = {
    "office": "Kepala Badan Pengembangan Sumber Daya Manusia\nProvinsi Daerah Khusus Ibukota Jakarta,",
    "name": "Dr. Hj. Siti Rahmawati Puspitasari, S.H., M.Hum.",
    "nip": "197103151996032004",
    "place": "Jakarta",
}
ZONE = "Asia/Jakarta"
#: Who is proposed as lurah, and whose certificate an HR officer proposes to revoke.
PROPOSED, REVOKED, OFFICER = "z9b4hq", "y3z8nr", "f3n8jc"


def load(session: Session, people: dict[str, Employee], unit: OrgUnit, *, now: datetime, public_url: str) -> None:
    """Schemes, a proposal that waits for verification, and a proposed revocation."""
    issuing = Issuing(unit.code, PATTERN, OFFICIAL)
    rows = scheme_files.look(session, sorted(SCHEMES.glob("*.yaml")), issuing, designs=SCHEMES.parent)
    scheme_files.add(session, rows)
    sitting, check_page = _past_sitting(session, now), f"{public_url}/cek"
    _sat(session, people[PROPOSED], sitting, check_page)
    certificate = _sat(session, people[REVOKED], sitting, check_page)
    officer = session.scalars(select(User).where(User.employee_id == people[OFFICER].id)).one()
    assert certificate is not None, "the course's scheme awards one"
    session.add(
        Ending(
            code=new_code(),
            certificate_id=certificate.id,
            kind="revoke",
            reason="exam_conduct",
            words="Berita acara ruang mencatat catatan tertulis di meja peserta.",
            proposed_by=officer.id,
            proposed_at=now - timedelta(hours=5),
            state="open",
            decision="",
        )
    )


def _past_sitting(session: Session, now: datetime) -> Sitting:
    exam = session.scalars(select(Exam).where(Exam.code == "uk-keamanan-informasi")).one()
    begin = now - timedelta(days=3)
    sitting = Sitting(
        exam_id=exam.id,
        code="SELESAI-1",
        title="Angkatan 1, sudah selesai",
        room="Ruang CAT BPSDM lantai 2",
        opens_at=begin,
        closes_at=begin + timedelta(hours=3),
        supervised=True,
    )
    session.add(sitting)
    session.flush()
    return sitting


def _sat(session: Session, person: Employee, sitting: Sitting, check_page: str) -> Any:
    """The person passes the exam in the sitting, and all follows; the certificate that the pass awards at once."""
    began = sitting.opens_at + timedelta(minutes=5)
    ended = began + timedelta(minutes=21)
    exam = session.get_one(Exam, sitting.exam_id)
    plan = blueprints.in_force(session, exam.id)
    assert plan is not None, "the course brings a blueprint"
    paper = drawing.paper(session, exam, plan, now=began)
    attempt = Attempt(
        code=new_code(),
        exam_id=exam.id,
        sitting_id=sitting.id,
        employee_id=person.id,
        number=1,
        paper_id=paper.id,
        state="open",
        started_at=began,
        due_at=began + timedelta(minutes=exam.duration_minutes),
    )
    session.add(attempt)
    session.flush()
    _answer(session, attempt, paper.items, began)
    day = local_date(ended, ZONE)
    result = completion.finish_attempt(
        session, Attempt.id == attempt.id, closed_by="candidate", by=None, now=ended, today=day
    )
    return _follow(session, result, person.id, day, ended, check_page)


def _answer(session: Session, attempt: Attempt, items: Sequence[papers.Item], began: datetime) -> None:
    """What gives most of each question, as events of the server's own writer."""
    last = None
    for number, item in enumerate(items, start=1):
        at = began + timedelta(seconds=20 * number)
        value = _best(item)
        event = journal.next_event(attempt.code, "server-demo", last, item=number, kind="answer", value=value, now=at)
        session.add(AnswerEvent(attempt_id=attempt.id, writer="server-demo", received_at=at, **event._asdict()))
        last = event


def _best(item: papers.Item) -> object:
    """The best single choice, the right ones of several, or the right number."""
    options = item.content.get("options", [])
    tries: list[object] = [str(place) for place in range(len(options))]
    tries.append([str(place) for place, row in enumerate(options) if row.get("correct")])
    tries += [True, False, str(item.content.get("answer", ""))]
    return max(tries, key=lambda value: TABLE[item.kind].mark(item.content, value) or 0)


def _follow(session: Session, result: Result, employee_id: int, day: date, now: datetime, check_page: str) -> Any:
    claimed = results.claim_to_follow(session, result.id, now=now)
    assert claimed is not None, "nobody else follows it"
    evidence.from_result(
        session, result, employee_id=employee_id, supervised=True, observed_on=day, valid_until=None, now=now
    )
    earning.propose_earned(session, result, employee_id=employee_id, on=day, now=now)
    return awarding.propose(
        session,
        result,
        holder=employment_on(session, employee_id, day),
        learning_hours=None,
        check_page=check_page,
        on=day,
        now=now,
    )
