"""More kinds of question"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "kinds"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BEFORE = ("single_choice", "multiple_choice", "true_false", "situational", "numeric")
AFTER = (*BEFORE, "short_text", "matching", "ordering", "cloze", "essay", "file")


def upgrade() -> None:
    _allow("question_version", "kind", AFTER)


def downgrade() -> None:
    _allow("question_version", "kind", BEFORE)


def _allow(table: str, column: str, words: tuple[str, ...]) -> None:
    name = f"ck_{table}_{column}"
    with op.batch_alter_table(table) as batch_op:
        batch_op.drop_constraint(op.f(name), type_="check")
        batch_op.create_check_constraint(op.f(name), sa.text(f"{column} IN {words!r}"))
