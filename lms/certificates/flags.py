"""Certificates whose exam is no longer passed: flagged for a person's decision, never taken back by the system."""

from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms import audit
from lms.certificates.models import Certificate
from lms.db import Base, Key, insert_into
from lms.exams.models import Result

#: kept, revoked: what people decided · regained: a later result passed again.
Settlement = Literal["kept", "revoked", "regained"]


class CertificateFlag(Base):
    """That a certificate has to be decided on. result_id: the result that took the pass away."""

    __tablename__ = "certificate_flag"
    __table_args__ = (
        UniqueConstraint("certificate_id", "result_id"),
        CheckConstraint("settlement IS NULL OR settlement IN ('kept', 'revoked', 'regained')", name="settlement"),
        CheckConstraint("(settlement IS NULL) = (settled_at IS NULL)", name="settled"),
    )

    id: Mapped[Key]
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    result_id: Mapped[int] = mapped_column(ForeignKey("result.id"))
    reason: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime]
    settlement: Mapped[Settlement | None] = mapped_column(String(10))
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


def of_attempt(session: Session, attempt_id: int) -> Certificate | None:
    """The certificate that an attempt has earned by any of its results."""
    rows = select(Certificate).join(Result, Result.id == Certificate.result_id).where(Result.attempt_id == attempt_id)
    return session.scalars(rows.order_by(Certificate.id.desc()).limit(1)).one_or_none()


def raise_(session: Session, certificate: Certificate, result: Result, *, reason: str, now: datetime) -> None:
    """Flag a certificate because of a result. Doing it again changes nothing."""
    row = {"certificate_id": certificate.id, "result_id": result.id, "reason": reason, "raised_at": now}
    made = insert_into(session, CertificateFlag).values(row).on_conflict_do_nothing().returning(CertificateFlag.id)
    if session.scalar(made) is not None:
        subject = f"certificate:{certificate.id}"
        audit.record(session, "certificate.flag", subject, by=None, now=now, details={"result": result.id})


def settle(session: Session, certificate_id: int, settlement: Settlement, *, by: int | None, now: datetime) -> bool:
    """Close the open flags of a certificate. False: there were none."""
    change = update(CertificateFlag).where(
        CertificateFlag.certificate_id == certificate_id, CertificateFlag.settlement.is_(None)
    )
    values = {"settlement": settlement, "settled_at": now, "settled_by": by}
    if not session.scalars(change.values(**values).returning(CertificateFlag.id)).all():
        return False
    details = {"settlement": settlement}
    audit.record(session, "certificate.unflag", f"certificate:{certificate_id}", by=by, now=now, details=details)
    return True


def open_flag(session: Session, certificate_id: int) -> CertificateFlag | None:
    """The flag on which somebody has to decide, the newest."""
    rows = select(CertificateFlag).where(
        CertificateFlag.certificate_id == certificate_id, CertificateFlag.settlement.is_(None)
    )
    return session.scalars(rows.order_by(CertificateFlag.id.desc()).limit(1)).one_or_none()
