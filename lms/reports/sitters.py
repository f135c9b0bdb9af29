"""The people of a sitting: whoever is on its list or has begun there, each with the last attempt that they began in it.

Who began none has the one that lies ready. A paper that lies ready for another try hides nothing of what was done.
"""

from typing import Any

from sqlalchemy import Select, and_, func, or_, select, union
from sqlalchemy.orm import aliased

from lms.exams.models import BEGUN, Attempt, Candidate, Sitting
from lms.people.models import Employee


def of(sitting_id: int, *columns: Any) -> Select[Any]:
    """Rows of Employee, Candidate and Attempt, the latter two NULL where there is none.

    It begins from the list and the attempts, and finds an attempt by exam, person and number: however many employees there are,
    and however many sit, nothing is read for each of them.
    """
    other = aliased(Attempt)
    exam_id = select(Sitting.exam_id).where(Sitting.id == sitting_id).scalar_subquery()
    listed = select(Candidate.employee_id).where(Candidate.sitting_id == sitting_id)
    begun = select(other.employee_id).where(other.sitting_id == sitting_id, other.state.in_(BEGUN))
    sits = union(listed, begun).subquery("sits")
    mine = (other.exam_id == exam_id, other.employee_id == sits.c.employee_id, other.sitting_id == sitting_id)
    ready = select(func.max(other.number)).where(*mine).correlate(sits)
    last = func.coalesce(ready.where(other.state.in_(BEGUN)).scalar_subquery(), ready.scalar_subquery())
    return (
        select(*columns)
        .select_from(sits)
        .join(Employee, Employee.id == sits.c.employee_id)
        .outerjoin(Candidate, and_(Candidate.employee_id == sits.c.employee_id, Candidate.sitting_id == sitting_id))
        .outerjoin(
            Attempt,
            and_(
                Attempt.exam_id == exam_id,
                Attempt.employee_id == sits.c.employee_id,
                Attempt.number == last,
                Attempt.sitting_id == sitting_id,
            ),
        )
        .where(or_(Candidate.id.is_not(None), Attempt.state.in_(BEGUN)))
    )
