"""Whatever refers to a question's version is found by an index: taking versions out read all papers' questions for each"""

from collections.abc import Sequence

from alembic import op

revision: str = "versions_found"
down_revision: str | None = "signs_of_life"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

#: (table, column) of what refers to a version alone.
REFERRING = (
    ("question", "current_id"),
    ("question_step", "version_id"),
    ("panel_item", "version_id"),
    ("work", "version_id"),
    ("regrade", "version_id"),
    ("appeal", "version_id"),
)
OLD = {"question_id": "question", "version_id": "question_version"}


def upgrade() -> None:
    for table, column in REFERRING:
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_index("ix_question_version_of_question", "question_version", ["question_id", "id"], unique=True)
    op.create_index("ix_question_use_question_version", "question_use", ["question_id", "version_id"])
    op.drop_index("ix_question_use_question_id", "question_use")
    # No table refers to this one, so SQLite may copy it.
    with op.batch_alter_table("question_use") as use:
        for column, parent in OLD.items():
            use.drop_constraint(op.f(f"fk_question_use_{column}_{parent}"), type_="foreignkey")
        use.create_foreign_key(
            op.f("fk_question_use_question_version"),
            "question_version",
            ["question_id", "version_id"],
            ["question_id", "id"],
        )


def downgrade() -> None:
    with op.batch_alter_table("question_use") as use:
        use.drop_constraint(op.f("fk_question_use_question_version"), type_="foreignkey")
        for column, parent in OLD.items():
            use.create_foreign_key(op.f(f"fk_question_use_{column}_{parent}"), parent, [column], ["id"])
    op.create_index("ix_question_use_question_id", "question_use", ["question_id"])
    op.drop_index("ix_question_use_question_version", "question_use")
    op.drop_index("ix_question_version_of_question", "question_version")
    for table, column in reversed(REFERRING):
        op.drop_index(f"ix_{table}_{column}", table)
