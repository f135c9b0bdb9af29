"""Which certificates of a list an HR officer is entitled to, and whose they are."""

from collections.abc import Collection

from sqlalchemy import Select
from sqlalchemy.orm import Session

from lms.certificates.models import Certificate
from lms.people.models import Employee


def nips(session: Session, certificates: Select[Certificate], codes: Collection[str]) -> dict[str, str]:
    """Code → the holder's NIP, of those of `certificates` (which joins Employee and is narrowed to a remit). One statement."""
    if not codes:
        return {}
    rows = certificates.with_only_columns(Certificate.code, Employee.nip).where(Certificate.code.in_(codes))
    return {row[0]: row[1] for row in session.execute(rows)}
