"""Issuing by a scheme can be paused"""

from collections.abc import Sequence

from alembic import op

revision: str = "pause"
down_revision: str | None = "modes"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    moment = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    op.execute(f"ALTER TABLE scheme ADD COLUMN paused_at {moment}")


def downgrade() -> None:
    op.execute("ALTER TABLE scheme DROP COLUMN paused_at")
