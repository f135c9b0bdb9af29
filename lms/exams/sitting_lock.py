"""The lock of a sitting: who changes what its list, its proctors or its minutes rest on does so one after the other."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.exams.models import Sitting


def hold(session: Session, sitting_id: int) -> None:
    """Until this transaction ends nobody else holds this sitting or changes it, and no attempt is newly laid ready there.

    Who reads after it reads what the one before wrote. Starting does not come here: hundreds start at once.
    """
    session.execute(select(Sitting.id).where(Sitting.id == sitting_id).with_for_update())
