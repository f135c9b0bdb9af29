"""Who wrote or reviewed questions is found by the person"""

from collections.abc import Sequence

from alembic import op

revision: str = "insiders"
down_revision: str | None = "pause"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index("ix_question_version_maker", "question_version", ["made_by", "made_at"])
    op.create_index("ix_question_step_actor", "question_step", ["by", "at"])


def downgrade() -> None:
    op.drop_index("ix_question_step_actor", table_name="question_step")
    op.drop_index("ix_question_version_maker", table_name="question_version")
