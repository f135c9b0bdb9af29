"""Pages of a list: beyond the last is the last, in the reckoning and in the statements."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import paging
from lms.db import Database
from lms.people.models import Employee
from tests.cast import Cast
from tests.pages import Counter


@pytest.mark.parametrize(("total", "size", "pages"), [(0, 25, 1), (1, 25, 1), (25, 25, 1), (26, 25, 2), (1000, 25, 40)])
def test_how_many_pages_rows_make(total: int, size: int, pages: int) -> None:
    assert paging.pages(total, size) == pages


@pytest.mark.parametrize(
    ("page", "total", "before"), [(1, 0, 0), (9, 0, 0), (1, 30, 0), (2, 30, 25), (3, 30, 25), (10**6, 50, 25)]
)
def test_a_page_beyond_the_last_begins_where_the_last_does(page: int, total: int, before: int) -> None:
    assert paging.start(page, 25, total) == before


def test_rows_that_bring_their_count_are_those_of_the_last_page_beyond_it(session: Session, cast: Cast) -> None:
    codes = list(session.scalars(select(Employee.code).order_by(Employee.code)))
    rows = select(Employee.code, Employee.id).order_by(Employee.code)
    nobody = rows.where(Employee.code == "tidak ada")

    last = codes[len(codes) - (len(codes) % 4 or 4) :]
    for page in (paging.pages(len(codes), 4), 99):
        found, total = paging.counted(session, rows, page=page, size=4)
        assert ([row.code for row in found], total) == (last, len(codes))
    assert [paging.counted(session, nobody, page=page, size=4) for page in (1, 99)] == [([], 0), ([], 0)]


def test_within_the_list_one_statement_is_enough(session: Session, cast: Cast, database: Database) -> None:
    counter = Counter(database)
    paging.counted(session, select(Employee.code).order_by(Employee.code), page=1, size=4)

    assert len(counter.statements) == 1
