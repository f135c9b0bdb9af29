"""Lists of certificates that HR has checked"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "hrcek"
down_revision: str | None = "room"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "check_list",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("employee_id", KEY, nullable=False),
        sa.Column("source", sa.String(length=6), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("formulas", sa.JSON(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint("source IN ('xlsx', 'csv', 'pasted')", name=op.f("ck_check_list_source")),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=op.f("fk_check_list_employee_id_employee")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_list")),
        sa.UniqueConstraint("code", name=op.f("uq_check_list_code")),
    )
    op.create_index(op.f("ix_check_list_employee_id"), "check_list", ["employee_id"])
    op.create_index(op.f("ix_check_list_made_at"), "check_list", ["made_at"])


def downgrade() -> None:
    op.drop_table("check_list")
