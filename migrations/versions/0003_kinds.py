"""More kinds of question, and results that wait for a person's marks"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "kinds"
down_revision: str | None = "cek"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BEFORE = ("single_choice", "multiple_choice", "true_false", "situational", "numeric")
AFTER = (*BEFORE, "short_text", "matching", "ordering", "cloze", "essay", "file")


CAUSES_BEFORE = ("closed", "regrade", "admitted")
CAUSES = (*CAUSES_BEFORE, "marked")


def upgrade() -> None:
    _allow("question_version", "kind", AFTER)
    _allow("result", "cause", CAUSES)
    with op.batch_alter_table("result") as batch_op:
        batch_op.add_column(sa.Column("state", sa.String(length=16), nullable=False, server_default="graded"))
        batch_op.create_check_constraint(op.f("ck_result_state"), sa.text("state IN ('graded', 'pending_marking')"))
        batch_op.create_check_constraint(op.f("ck_result_verdict"), sa.text("state = 'graded' OR NOT passed"))


def downgrade() -> None:
    with op.batch_alter_table("result") as batch_op:
        batch_op.drop_constraint(op.f("ck_result_verdict"), type_="check")
        batch_op.drop_constraint(op.f("ck_result_state"), type_="check")
        batch_op.drop_column("state")
    _allow("result", "cause", CAUSES_BEFORE)
    _allow("question_version", "kind", BEFORE)


def _allow(table: str, column: str, words: tuple[str, ...]) -> None:
    name = f"ck_{table}_{column}"
    with op.batch_alter_table(table) as batch_op:
        batch_op.drop_constraint(op.f(name), type_="check")
        batch_op.create_check_constraint(op.f(name), sa.text(f"{column} IN {words!r}"))
