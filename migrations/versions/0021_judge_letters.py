"""Letters to judges: when one was last asked for, and when it was sent"""

from collections.abc import Sequence

from alembic import op

revision: str = "judge_letters"
down_revision: str | None = "panels"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    moment = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    op.execute(f"ALTER TABLE panel_judge ADD COLUMN letter_asked_at {moment}")
    op.execute(f"ALTER TABLE panel_judge ADD COLUMN letter_sent_at {moment}")


def downgrade() -> None:
    op.execute("ALTER TABLE panel_judge DROP COLUMN letter_sent_at")
    op.execute("ALTER TABLE panel_judge DROP COLUMN letter_asked_at")
