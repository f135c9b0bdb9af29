"""Batches of imported questions"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "exchange"
down_revision: str | None = "kinds"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "question_batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("bank_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name=op.f("fk_question_batch_bank_id_bank")),
        sa.ForeignKeyConstraint(["made_by"], ["user.id"], name=op.f("fk_question_batch_made_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_batch")),
        sa.UniqueConstraint("code", name=op.f("uq_question_batch_code")),
    )
    with op.batch_alter_table("question_batch") as batch_op:
        batch_op.create_index(batch_op.f("ix_question_batch_bank_id"), ["bank_id"], unique=False)
    op.create_table(
        "batch_question",
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["question_batch.id"], name=op.f("fk_batch_question_batch_id_question_batch")
        ),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_batch_question_question_id_question")),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_batch_question")),
    )
    with op.batch_alter_table("batch_question") as batch_op:
        batch_op.create_index(batch_op.f("ix_batch_question_batch_id"), ["batch_id"], unique=False)


def downgrade() -> None:
    op.drop_table("batch_question")
    op.drop_table("question_batch")
