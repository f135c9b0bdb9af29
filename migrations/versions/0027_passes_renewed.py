"""A pass tells from when the exam may be sat again to renew what it earned"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa
from alembic import op

from lms.db import UtcDateTime

revision: str = "passes_renewed"
down_revision: str | None = "short_of_questions"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("attempt", sa.Column("renew_from", UtcDateTime(), nullable=True))
    attempt = sa.table(
        "attempt", *map(sa.column, ("exam_id", "employee_id", "number")), sa.column("renew_from", UtcDateTime())
    )
    until = sa.column("valid_until", sa.Date())
    earned = (
        sa.select(*(sa.literal_column(f"attempt.{name}") for name in ("exam_id", "employee_id", "number")))
        .add_columns(until, sa.literal_column("scheme.window_days"))
        .select_from(
            sa.text(
                "certificate JOIN scheme ON scheme.id = certificate.scheme_id"
                " JOIN result ON result.id = certificate.result_id JOIN attempt ON attempt.id = result.attempt_id"
            )
        )
        .where(sa.text("certificate.state = 'issued' AND scheme.renewal_by = 'exam'"), until.is_not(None))
    )
    for exam_id, employee_id, number, ends, days in op.get_bind().execute(earned).all():
        at = datetime.combine(ends - timedelta(days=days), time.min, UTC)
        so_far = (attempt.c.exam_id == exam_id, attempt.c.employee_id == employee_id, attempt.c.number <= number)
        is_first = sa.or_(attempt.c.renew_from.is_(None), attempt.c.renew_from > at)
        op.execute(sa.update(attempt).where(*so_far, is_first).values(renew_from=at))


def downgrade() -> None:
    op.drop_column("attempt", "renew_from")
