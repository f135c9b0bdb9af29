"""A draft that was discarded can be restored"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "ajar"
down_revision: str | None = "rules"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("draft", sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """A draft that was discarded would come back as an open one: it goes for good."""
    op.execute("DELETE FROM draft_lesson WHERE draft_id IN (SELECT id FROM draft WHERE discarded_at IS NOT NULL)")
    op.execute("DELETE FROM draft WHERE discarded_at IS NOT NULL")
    op.drop_column("draft", "discarded_at")
