"""Certificates of attendance: for a course that ends without an exam, where a scheme awards one."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from lms.catalogue.models import Edition, Enrolment
from lms.certificates import awarding
from lms.certificates.awarding import About
from lms.certificates.models import Certificate, Scheme
from lms.people.employment import Employment
from lms.people.models import OrgUnit, is_agency_of


def propose(
    session: Session, course_id: int, *, holder: Employment, check_page: str, on: date, now: datetime
) -> Certificate | None:
    """A certificate for a course that the holder has finished, if a scheme awards one; None otherwise.

    Proposing again returns what was proposed before. The making is queued. on: the day of the finish on the wall.
    """
    government = aliased(OrgUnit)
    found = session.execute(
        select(Scheme, Enrolment, Edition, OrgUnit.name, government.name, Certificate)
        .join(Enrolment, Enrolment.course_id == Scheme.course_id)
        .join(Edition, Edition.id == Enrolment.edition_id)
        .join(OrgUnit, OrgUnit.id == Scheme.unit_id)
        .join(government, is_agency_of(government))
        .outerjoin(
            Certificate,
            (Certificate.scheme_id == Scheme.id)
            & (Certificate.enrolment_id == Enrolment.id)
            & (Certificate.correction == 0),
        )
        .where(
            Scheme.course_id == course_id,
            Enrolment.employee_id == holder.employee_id,
            Enrolment.completed_at.is_not(None),
        )
    ).one_or_none()
    if found is None:
        return None
    scheme, enrolment, edition, agency, government_name = found[:5]
    before: Certificate | None = found[5]
    if before is not None:
        return before
    return awarding.enter(
        session,
        scheme,
        enrolment_id=enrolment.id,
        holder=holder,
        about=About(edition.title, edition.title, "", edition.learning_hours),
        agency=(government_name, agency),
        check_page=check_page,
        on=on,
        now=now,
    )


def scheme_of(session: Session, course_id: int) -> Scheme | None:
    """The scheme that awards attendance of a course."""
    return session.scalars(select(Scheme).where(Scheme.course_id == course_id)).one_or_none()


def of_course(session: Session, employee_id: int, course_id: int) -> Certificate | None:
    """A person's latest certificate of attendance of a course."""
    rows = select(Certificate).join(Enrolment, Enrolment.id == Certificate.enrolment_id)
    mine = rows.where(Enrolment.employee_id == employee_id, Enrolment.course_id == course_id)
    return session.scalars(mine.order_by(Certificate.id.desc()).limit(1)).one_or_none()
