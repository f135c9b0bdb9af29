"""The locks of a sitting: who changes what its list, its proctors or its minutes rest on does so one after the other."""

from typing import Any

from sqlalchemy import Boolean, Integer, cast, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from lms.db import dialect_of
from lms.exams.models import Sitting

#: What PostgreSQL's advisory locks of the doors of sittings are told from others by.
_DOOR = 7_001


def hold(session: Session, sitting_id: int) -> None:
    """Until this transaction ends nobody else holds this sitting or changes it, and no attempt is newly laid ready there.

    Who reads after it reads what the one before wrote. Starting does not come here: hundreds start at once.
    """
    session.execute(select(Sitting.id).where(Sitting.id == sitting_id).with_for_update())


def hold_with_door(session: Session, sitting_id: int) -> None:
    """The same, and nobody begins there either. Whoever was about to has begun before this returns, or finds out after it."""
    if dialect_of(session) == "postgresql":  # on SQLite whoever writes is alone
        # First of all: who begins may be waiting for the sitting.
        session.execute(select(func.pg_advisory_xact_lock(_DOOR, cast(sitting_id, Integer))))
    hold(session, sitting_id)


class through_door(FunctionElement[bool]):  # noqa: N801 - a function of SQL
    """The SQL that goes through a sitting's door, beside all others who begin, and waits while somebody holds it. Always true.

    What was decided while it waited is seen by the next statement, not by its own.
    """

    type = Boolean()
    inherit_cache = True


@compiles(through_door, "postgresql")
def _through_door_postgresql(element: Any, compiler: Any, **named: Any) -> str:
    return f"(pg_advisory_xact_lock_shared({_DOOR}, CAST({compiler.process(element.clauses, **named)} AS INTEGER)) IS NOT NULL)"


@compiles(through_door, "sqlite")
def _through_door_sqlite(_element: Any, _compiler: Any, **_named: Any) -> str:
    return "1"
