"""A row that may be deleted is looked for in all tables that refer to it. Without an index each such look reads a whole table."""

import pytest
from sqlalchemy import ForeignKeyConstraint, Table, UniqueConstraint

from lms.tables import metadata

#: Tables out of which rows go by the thousand, when an import is taken back. Elsewhere few go at a time, or none.
DELETED_IN_BULK = ("question", "question_version")


def references() -> list[tuple[str, ForeignKeyConstraint]]:
    """(name, reference) of every reference to those tables."""
    return [
        (str(key.name), key)
        for table in metadata.sorted_tables
        for key in sorted(table.foreign_key_constraints, key=lambda one: str(one.name))
        if key.referred_table.name in DELETED_IN_BULK
    ]


def ways_in(table: Table) -> list[list[str]]:
    """The columns of each index of a table, in its order."""
    unique = [one.columns for one in table.constraints if isinstance(one, UniqueConstraint)]
    ordered = (*(one.columns for one in table.indexes), *unique, table.primary_key.columns)
    return [[column.name for column in columns] for columns in ordered]


@pytest.mark.parametrize(("name", "key"), references(), ids=lambda value: value if isinstance(value, str) else "")
def test_what_refers_to_a_row_that_may_go_is_found_by_an_index(name: str, key: ForeignKeyConstraint) -> None:
    columns = [column.name for column in key.columns]

    assert any(way[: len(columns)] == columns for way in ways_in(key.table)), name
