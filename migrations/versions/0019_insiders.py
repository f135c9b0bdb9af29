"""Who wrote or reviewed questions is found by the person"""

from collections.abc import Sequence

from alembic import op

revision: str = "insiders"
down_revision: str | None = "pause"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(op.f("ix_question_version_made_by"), "question_version", ["made_by"])
    op.create_index(op.f("ix_question_step_by"), "question_step", ["by"])


def downgrade() -> None:
    op.drop_index(op.f("ix_question_step_by"), table_name="question_step")
    op.drop_index(op.f("ix_question_version_made_by"), table_name="question_version")
