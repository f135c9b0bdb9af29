"""Sheets that HR has checked, as they were given: kept for a day, for the person who gave them alone."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms import audit, clock
from lms.certificates import codes
from lms.db import Base, Key
from lms.platform import Platform
from lms.spreadsheets import Cell, Source

KEPT = timedelta(days=1)
SWEEP = "certificates.forget_check_lists"


class CheckList(Base):
    """A sheet to be checked. What it comes to is asked anew each time, so that it is never older than the page.

    rows: the sheet, each row a list of texts and numbers. formulas: [[line, column], …] from 1.
    """

    __tablename__ = "check_list"
    __table_args__ = (CheckConstraint("source IN ('xlsx', 'csv', 'pasted')", name="source"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    source: Mapped[str] = mapped_column(String(6))
    rows: Mapped[list[Any]]
    formulas: Mapped[list[Any]]
    made_at: Mapped[datetime] = mapped_column(index=True)


def keep(
    session: Session,
    source: Source,
    rows: list[list[Cell]],
    formulas: frozenset[tuple[int, int]],
    *,
    employee_id: int,
    by: int,
    now: datetime,
) -> CheckList:
    """Keep a sheet for a day. That it was checked stays in the audit log, without what stood in it."""
    kept = CheckList(
        code=codes.new_code(),
        employee_id=employee_id,
        source=source,
        rows=rows,
        formulas=[list(cell) for cell in sorted(formulas)],
        made_at=now,
    )
    session.add(kept)
    session.flush()  # its key goes to the audit log
    audit.record(
        session, "certificate.check_list", f"check_list:{kept.id}", by=by, now=now, details={"rows": len(rows)}
    )
    return kept


def forget_old(platform: Platform) -> None:
    """The sweep: what is older than a day is gone."""
    with platform.database.transaction() as session:
        session.execute(delete(CheckList).where(CheckList.made_at < clock.now() - KEPT))
