"""Candidate groups and verdicts"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "rules"
down_revision: str | None = "exchange"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "candidate_group",
        sa.Column("id", KEY, nullable=False),
        sa.Column("exam_id", KEY, nullable=False),
        sa.Column("employee_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=op.f("fk_candidate_group_employee_id_employee")),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_candidate_group_exam_id_exam")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_group")),
        sa.UniqueConstraint("exam_id", "employee_id", name=op.f("uq_candidate_group_exam_id_employee_id")),
    )
    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.add_column(sa.Column("verdict", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.drop_column("verdict")
    op.drop_table("candidate_group")
