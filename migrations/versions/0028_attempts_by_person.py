"""The attempts of a sitting are found by whose they are"""

from collections.abc import Sequence

from alembic import op

revision: str = "attempts_by_person"
down_revision: str | None = "passes_renewed"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index("ix_attempt_sitting_employee", "attempt", ["sitting_id", "employee_id"])
    op.drop_index("ix_attempt_sitting_id", "attempt")


def downgrade() -> None:
    op.create_index("ix_attempt_sitting_id", "attempt", ["sitting_id"])
    op.drop_index("ix_attempt_sitting_employee", "attempt")
