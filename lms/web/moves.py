"""Letting an attempt go over to the device that asks for it, from whichever page shows the request."""

from datetime import datetime

from flask import flash, request
from flask_babel import gettext as _
from sqlalchemy import select

from lms.exams import moving
from lms.exams.models import Attempt, Sitting
from lms.people.models import Employee
from lms.web.request import actor, db, now


def allow(sitting: Sitting, person: str) -> None:
    """Move the person's attempt to the device whose request was on the page: another may have asked since, unseen. Says what came of it."""
    who = select(Employee.id).where(Employee.code == person, Employee.id != actor().employee_id).scalar_subquery()
    which = (Attempt.sitting_id == sitting.id) & (Attempt.employee_id == who)
    seen = _moment(request.form.get("diminta", ""))
    if seen and moving.allow_move(db(), which & (Attempt.move_asked_at == seen), by=actor().user_id, now=now()):
        flash(_("Perangkat dipindahkan. Peserta dapat melanjutkan di perangkat barunya."))
    else:
        flash(_("Permintaan itu sudah tidak berlaku. Periksa apakah ada permintaan baru."), "warn")


def _moment(text: str) -> datetime | None:
    """A moment as the page wrote it."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
