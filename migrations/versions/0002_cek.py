"""A person's place in lists, and a refusal as key and parameters"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from lms.people.names import sort_key

revision: str = "cek"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SORTED = sa.String(120).with_variant(sa.String(120, collation="C"), "postgresql")


def upgrade() -> None:
    """Columns alone, added and dropped: on SQLite a table that others refer to cannot be made anew."""
    op.add_column("employee", sa.Column("sort_name", SORTED, nullable=False, server_default=""))
    op.create_index(op.f("ix_employee_sort_name"), "employee", ["sort_name"])
    _fill_sort_names()
    _retry_refused()
    op.drop_column("certificate", "refusal")
    op.add_column("certificate", sa.Column("refusal", sa.JSON(), nullable=True))


def downgrade() -> None:
    _retry_refused()
    op.drop_column("certificate", "refusal")
    op.add_column("certificate", sa.Column("refusal", sa.Text(), nullable=True))
    op.drop_index(op.f("ix_employee_sort_name"), "employee")
    op.drop_column("employee", "sort_name")


def _fill_sort_names() -> None:
    employee = sa.table("employee", sa.column("id"), sa.column("name"), sa.column("sort_name"))
    connection = op.get_bind()
    filled = [
        {"key": key, "sorts": sort_key(name)}
        for key, name in connection.execute(sa.select(employee.c.id, employee.c.name)).all()
    ]
    if filled:
        change = sa.update(employee).where(employee.c.id == sa.bindparam("key"))
        connection.execute(change.values(sort_name=sa.bindparam("sorts")), filled)


def _retry_refused() -> None:
    """What was refused is tried once more: the sweep then notes the reason in the shape that holds."""
    op.execute("UPDATE certificate SET state = 'pending', refusal = NULL WHERE state = 'refused'")
