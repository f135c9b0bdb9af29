"""That signing stands still, and why"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "signers"
down_revision: str | None = "room"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
CAUSES = "('auth', 'not_issued', 'expired', 'rate_limited', 'unreachable', 'bad_answer', 'not_stamped')"


def upgrade() -> None:
    op.create_table(
        "signing_stop",
        sa.Column("id", KEY, nullable=False),
        sa.Column("cause", sa.String(20), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("retry_at", MOMENT, nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_signing_stop_one")),
        sa.CheckConstraint(f"cause IN {CAUSES}", name=op.f("ck_signing_stop_cause")),
        sa.CheckConstraint("tries > 0", name=op.f("ck_signing_stop_tries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_stop")),
    )


def downgrade() -> None:
    op.drop_table("signing_stop")
