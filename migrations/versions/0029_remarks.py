"""Answers are marked again by others"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "remarks"
down_revision: str | None = "attempts_by_person"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

REMEDIES_BEFORE = ("key", "accept", "drop", "full")
REMEDIES = (*REMEDIES_BEFORE, "remark")
CAUSES_BEFORE = ("closed", "regrade", "admitted", "marked")
CAUSES = (*CAUSES_BEFORE, "remark")
MARK_BEFORE = "(state = 'settled') = (mark IS NOT NULL)"
MARK = "(round > 1 OR state = 'settled') = (mark IS NOT NULL)"


def upgrade() -> None:
    for table in ("work", "marking"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("round", sa.Integer(), nullable=False, server_default="1"))
            batch_op.create_check_constraint(op.f(f"ck_{table}_round"), sa.text("round > 0"))
    _let("work", "mark", MARK)
    _tell_apart(["work_id", "slot", "number"], ["work_id", "round", "slot", "number"])
    op.add_column("regrade_row", sa.Column("round", sa.Integer(), nullable=True))
    _let("regrade", "remedy", f"remedy IN {REMEDIES!r}")
    _let("result", "cause", f"cause IN {CAUSES!r}")


def downgrade() -> None:
    _let("result", "cause", f"cause IN {CAUSES_BEFORE!r}")
    _let("regrade", "remedy", f"remedy IN {REMEDIES_BEFORE!r}")
    op.drop_column("regrade_row", "round")
    _tell_apart(["work_id", "round", "slot", "number"], ["work_id", "slot", "number"])
    _let("work", "mark", MARK_BEFORE)
    for table in ("marking", "work"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(op.f(f"ck_{table}_round"), type_="check")
            batch_op.drop_column("round")


def _tell_apart(before: list[str], after: list[str]) -> None:
    with op.batch_alter_table("marking") as batch_op:
        batch_op.drop_constraint(op.f(f"uq_marking_{'_'.join(before)}"), type_="unique")
        batch_op.create_unique_constraint(op.f(f"uq_marking_{'_'.join(after)}"), after)


def _let(table: str, name: str, holds: str) -> None:
    with op.batch_alter_table(table) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_{table}_{name}"), sa.text(holds))
