"""/sdm/sertifikat/ditandai: certificates whose exam is no longer passed after a regrade, on which somebody has to decide."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from lms.access import Permission, visible
from lms.certificates.flags import CertificateFlag
from lms.certificates.models import Certificate
from lms.exams.models import Attempt, Exam, Result
from lms.people.models import Employee
from lms.web.name_search import page_number
from lms.web.request import actor, db, route

blueprint = Blueprint("flags", __name__)
PAGE = 25


@route(blueprint, "/sdm/sertifikat/ditandai", may=Permission.CERTIFICATE_REGISTRY)
def index() -> ResponseReturnValue:
    """Flagged certificates in my remit, the oldest first. Two statements."""
    page = page_number()
    rows = (
        select(CertificateFlag, Certificate, Employee.name, Exam.title, Result.percent)
        .join(Certificate, Certificate.id == CertificateFlag.certificate_id)
        .join(Employee, Employee.id == Certificate.employee_id)
        .join(Result, Result.id == CertificateFlag.result_id)
        .join(Attempt, Attempt.id == Result.attempt_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(CertificateFlag.settlement.is_(None))
    )
    rows = visible(rows, Certificate, actor(), Permission.CERTIFICATE_REGISTRY)
    total = db().scalar(select(func.count()).select_from(rows.with_only_columns(CertificateFlag.id).subquery())) or 0
    found = db().execute(rows.order_by(CertificateFlag.id).limit(PAGE).offset((page - 1) * PAGE)).all()
    return render_template("flags/index.html", rows=found, total=total, page=page, pages=-(-total // PAGE))
