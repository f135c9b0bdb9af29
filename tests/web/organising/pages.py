"""Addresses of an organiser's pages, and who is put on a list."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.exams import candidates
from lms.exams.models import Sitting
from tests.cast import START, Cast, Person
from tests.exams.factory import CODE
from tests.pages import CheckedClient

Browser = Callable[[Person | None], CheckedClient]
EXAM = f"/kelola/ujian/{CODE}"
SITTING = f"{EXAM}/sesi/sesi-1"


def enter(session: Session, cast: Cast, who: Person, extra_minutes: int = 0) -> None:
    sitting = session.scalars(select(Sitting)).one()
    candidates.add(session, sitting, who.employee_id, extra_minutes=extra_minutes, by=cast.trainer.user_id, now=START)
    session.commit()
