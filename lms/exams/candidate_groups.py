"""Who falls under the thresholds of which group of candidates in an exam. It counts when an attempt is closed.

Two places may name it: the list of the sitting that the attempt belongs to, and what holds for all sittings of the exam.
What the list says goes first; where it says nothing, or the person is on no list, the other holds.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import String, delete, literal_column, select
from sqlalchemy.orm import Session

from lms import audit
from lms.exams import blueprints
from lms.exams.models import CandidateGroup, Exam
from lms.people.models import Employee

#: The group of whoever an attempt belongs to, empty for none. Written out, because RETURNING drops the names of tables on
#: SQLite; in SELECT it stands beside Attempt just so.
GROUP = literal_column(
    "COALESCE((SELECT NULLIF(candidate.\"group\", '') FROM candidate"
    " WHERE candidate.sitting_id = attempt.sitting_id AND candidate.employee_id = attempt.employee_id),"
    " (SELECT candidate_group.code FROM candidate_group"
    " WHERE candidate_group.exam_id = attempt.exam_id AND candidate_group.employee_id = attempt.employee_id), '')",
    String,
).label("candidate_group")


class BadGroups(ValueError):
    """Some rows cannot be taken; `problems` names them all, and nothing is written."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


def assign(session: Session, exam: Exam, groups: Mapping[str, str], *, by: int | None, now: datetime) -> int:
    """Put people into groups; an empty code takes one out. groups: code of an employee → code of a group.

    Returns how many rows changed. Results that stand are not touched. Raises BadGroups.
    """
    known = blueprints.groups(session, exam.id)
    rows_of_people = session.execute(select(Employee.code, Employee.id).where(Employee.code.in_(groups)))
    people = {row.code: row.id for row in rows_of_people}
    problems = [f"{code}: pegawai tidak ada" for code in groups if code not in people]
    problems += [
        f"{code}: kelompok {group} tidak ada" for code, group in groups.items() if group and group not in known
    ]
    if problems:
        raise BadGroups(problems)
    rows = session.scalars(select(CandidateGroup).where(CandidateGroup.exam_id == exam.id))
    before = {row.employee_id: row.code for row in rows}
    changed = {people[code]: group for code, group in groups.items() if before.get(people[code], "") != group}
    session.execute(
        delete(CandidateGroup).where(CandidateGroup.exam_id == exam.id, CandidateGroup.employee_id.in_(changed))
    )
    for employee_id, group in changed.items():
        if group:
            session.add(CandidateGroup(exam_id=exam.id, employee_id=employee_id, code=group, set_at=now))
        details = {"employee": employee_id, "from": before.get(employee_id, ""), "to": group}
        audit.record(session, "exam.group", f"exam:{exam.id}", by=by, now=now, details=details)
    session.flush()
    return len(changed)
