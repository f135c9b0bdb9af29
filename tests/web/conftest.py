"""Looking into the database between requests, without holding it: an open transaction would keep them waiting."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from sqlalchemy import Select
from sqlalchemy.orm import Session

from lms.db import Database

T = TypeVar("T")


class Ask:
    """ask(select(…)): the rows' first columns as they stand now."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(self, rows: Select[Any]) -> list[Any]:
        return self.through(lambda session: list(session.scalars(rows)))

    def through(self, look: Callable[[Session], T]) -> T:
        """What a function of the domain says now."""
        with self._database.reader() as session:
            return look(session)


@pytest.fixture
def ask(database: Database) -> Ask:
    """What stands in the database now."""
    return Ask(database)
