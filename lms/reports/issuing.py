"""How issuing goes, scheme by scheme: what waits, what was refused, what was issued today."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from lms.certificates.models import Certificate, Scheme
from lms.paging import start

Show = Literal["", "menunggu", "dijeda", "ditolak"]
SHOWS: tuple[Show, ...] = ("", "menunggu", "dijeda", "ditolak")


@dataclass(frozen=True)
class Line:
    """One scheme. issued: since the beginning of the day. paused_at: since when it stands still."""

    code: str
    title: str
    paused_at: datetime | None
    waiting: int
    refused: int
    issued: int

    @property
    def total(self) -> int:
        """What there was to do today: issued and waiting."""
        return self.issued + self.waiting


@dataclass(frozen=True)
class Page:
    """Some of the schemes, and how many there are in all."""

    lines: tuple[Line, ...]
    total: int


def page_of(session: Session, schemes: Select[Scheme], show: Show, *, since: datetime, page: int, size: int) -> Page:
    """A page of `schemes` (those in sight): what stands still first, then what waits, then by title. Two statements.

    since: the beginning of the day.
    """
    counts = (
        select(
            Certificate.scheme_id,
            _count(Certificate.state == "pending").label("waiting"),
            _count(Certificate.state == "refused").label("refused"),
            _count(Certificate.issued_at >= since).label("issued"),
        )
        .group_by(Certificate.scheme_id)
        .subquery()
    )
    waiting, refused = func.coalesce(counts.c.waiting, 0), func.coalesce(counts.c.refused, 0)
    which = {"": None, "menunggu": waiting > 0, "dijeda": Scheme.paused_at.is_not(None), "ditolak": refused > 0}[show]
    rows = schemes.outerjoin(counts, counts.c.scheme_id == Scheme.id)
    rows = rows if which is None else rows.where(which)
    total = session.scalar(select(func.count()).select_from(rows.with_only_columns(Scheme.id).subquery())) or 0
    told = (Scheme.code, Scheme.title, Scheme.paused_at, waiting, refused, func.coalesce(counts.c.issued, 0))
    in_order = rows.with_only_columns(*told).order_by(
        case((Scheme.paused_at.is_(None), 1), else_=0), waiting.desc(), Scheme.title, Scheme.id
    )
    found = session.execute(in_order.limit(size).offset(start(page, size, total)))
    return Page(tuple(Line(*row) for row in found), total)


def _count(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((which, 1), else_=0))
