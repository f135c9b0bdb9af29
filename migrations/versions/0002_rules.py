"""Candidate groups and verdicts, labels on questions, what papers drew"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "rules"
down_revision: str | None = "0001"
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
    op.create_table(
        "paper_draw",
        sa.Column("id", KEY, nullable=False),
        sa.Column("exam_id", KEY, nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_paper_draw_exam_id_exam")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_draw")),
    )
    with op.batch_alter_table("paper_draw", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_draw_exam_id"), ["exam_id"], unique=False)
    op.create_table(
        "question_label",
        sa.Column("id", KEY, nullable=False),
        sa.Column("question_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.CheckConstraint("kind IN ('tag', 'enemies')", name=op.f("ck_question_label_kind")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_question_label_question_id_question")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_label")),
        sa.UniqueConstraint("question_id", "kind", "name", name=op.f("uq_question_label_question_id_kind_name")),
    )
    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.add_column(sa.Column("verdict", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.drop_column("verdict")
    op.drop_table("question_label")
    with op.batch_alter_table("paper_draw", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_draw_exam_id"))
    op.drop_table("paper_draw")
    op.drop_table("candidate_group")
