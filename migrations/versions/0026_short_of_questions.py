"""An exam tells since when its bank cannot fill a paper"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from lms.db import UtcDateTime

revision: str = "short_of_questions"
down_revision: str | None = "versions_found"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("exam", sa.Column("short_since", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("exam", "short_since")
