"""Pages of a list: how many there are, and the rows of one. A page beyond the last is the last, and an empty list has one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session


def pages(total: int, size: int) -> int:
    """How many pages so many rows make, 1 or more."""
    return max(-(-total // size), 1)


def start(page: int, size: int, total: int) -> int:
    """How many rows stand before those of a page."""
    return (min(page, pages(total, size)) - 1) * size


def counted(session: Session, rows: Select[*tuple[Any, ...]], *, page: int, size: int) -> tuple[Sequence[Any], int]:
    """The rows of a page, with the count of all behind their own columns; and that count.

    One statement; three where the page lies beyond the last.
    """
    told = rows.add_columns(func.count().over())
    found = session.execute(told.limit(size).offset((page - 1) * size)).all()
    if found or page == 1:
        return found, found[0][-1] if found else 0
    total = session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0
    return session.execute(told.limit(size).offset(start(page, size, total))).all(), total
