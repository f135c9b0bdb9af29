"""Versions and steps of questions name their bank, by which insiders are looked for"""

from collections.abc import Sequence

from alembic import op

revision: str = "question_banks"
down_revision: str | None = "judge_letters"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

#: Table → its index of who acted, with the columns around the bank.
INDEXES = {
    "question_version": ("ix_question_version_maker", "made_by", "made_at"),
    "question_step": ("ix_question_step_actor", "by", "at"),
}


def upgrade() -> None:
    key = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    for table, (index, by, at) in INDEXES.items():
        op.execute(f"ALTER TABLE {table} ADD COLUMN bank_id {key} DEFAULT 0 NOT NULL")
        op.execute(f"UPDATE {table} SET bank_id = (SELECT bank_id FROM question WHERE id = {table}.question_id)")  # noqa: S608
        op.drop_index(index, table_name=table)
        op.create_index(index, table, [by, "bank_id", at])


def downgrade() -> None:
    for table, (index, by, at) in INDEXES.items():
        op.drop_index(index, table_name=table)
        op.create_index(index, table, [by, at])
        op.execute(f"ALTER TABLE {table} DROP COLUMN bank_id")
