"""Files of questions that were sent, and how far they are read"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "question_files"
down_revision: str | None = "question_banks"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    counts = ("done", "total", "tries", "errors", "warnings", "ready", "questions")
    op.create_table(
        "question_file",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("bank_id", KEY, nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("competency", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("sent_by", KEY, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("step", sa.String(length=10), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'reading', 'read', 'failed', 'taken')", name=op.f("ck_question_file_state")
        ),
        sa.CheckConstraint("0 <= done AND done <= total", name=op.f("ck_question_file_done")),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name=op.f("fk_question_file_bank_id_bank")),
        sa.ForeignKeyConstraint(["sent_by"], ["user.id"], name=op.f("fk_question_file_sent_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_file")),
        sa.UniqueConstraint("code", name=op.f("uq_question_file_code")),
    )
    for column in ("bank_id", "sent_at", "sent_by"):
        op.create_index(f"ix_question_file_{column}", "question_file", [column])


def downgrade() -> None:
    op.drop_table("question_file")
