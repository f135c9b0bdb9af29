"""The proctor's room: who watches, signs of life, attendance, reasons of decisions, minutes"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "room"
down_revision: str | None = "schemes"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
KINDS = (
    "'pin_refused', 'move_asked', 'move', 'time', 'pause', 'resume', 'room_pause', 'room_resume', 'room_credit',"
    " 'help', 'help_done', 'away', 'back', 'hidden', 'admitted', 'refused', 'close', 'incident', 'note', 'minutes'"
)
NEW_KINDS = ", 'attendance', 'reopen', 'pin', 'void'"
#: (table, column, type with its checks): added in place, so that tables others refer to are not copied.
COLUMNS = (
    ("candidate", "seat", "VARCHAR(12) NOT NULL DEFAULT ''"),
    (
        "candidate",
        "attendance",
        "VARCHAR(7) CONSTRAINT ck_candidate_attendance CHECK (attendance IS NULL OR attendance IN ('present', 'absent'))",
    ),
    ("held_event", "why", "VARCHAR(300) NOT NULL DEFAULT ''"),
)


def upgrade() -> None:
    for table, column, rest in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {rest}")
    _kinds(KINDS + NEW_KINDS)

    op.create_table(
        "sitting_proctor",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sitting_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("added_by", KEY, nullable=False),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_sitting_proctor_sitting_id_sitting")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_sitting_proctor_user_id_user")),
        sa.ForeignKeyConstraint(["added_by"], ["user.id"], name=op.f("fk_sitting_proctor_added_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting_proctor")),
        sa.UniqueConstraint("sitting_id", "user_id", name=op.f("uq_sitting_proctor_sitting_id_user_id")),
    )
    op.create_index(op.f("ix_sitting_proctor_user_id"), "sitting_proctor", ["user_id"])

    op.create_table(
        "presence",
        sa.Column("attempt_id", KEY, autoincrement=False, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("unsent", sa.Integer(), nullable=False),
        sa.CheckConstraint("unsent >= 0", name=op.f("ck_presence_unsent")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_presence_attempt_id_attempt")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_presence")),
    )

    op.create_table(
        "minutes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sitting_id", KEY, nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("proctor_id", KEY, nullable=True),
        sa.Column("proctor_signed_at", MOMENT, nullable=True),
        sa.Column("organiser_id", KEY, nullable=True),
        sa.Column("organiser_signed_at", MOMENT, nullable=True),
        sa.Column("file_sha256", sa.String(length=64), nullable=True),
        sa.Column("file_key", sa.String(length=120), nullable=True),
        sa.CheckConstraint("(proctor_id IS NULL) = (proctor_signed_at IS NULL)", name=op.f("ck_minutes_proctor")),
        sa.CheckConstraint("(organiser_id IS NULL) = (organiser_signed_at IS NULL)", name=op.f("ck_minutes_organiser")),
        sa.CheckConstraint("organiser_id IS NULL OR proctor_id IS NOT NULL", name=op.f("ck_minutes_turn")),
        sa.CheckConstraint("organiser_id <> proctor_id", name=op.f("ck_minutes_two_people")),
        sa.CheckConstraint("file_key IS NULL OR organiser_id IS NOT NULL", name=op.f("ck_minutes_file")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_minutes_sitting_id_sitting")),
        sa.ForeignKeyConstraint(["proctor_id"], ["user.id"], name=op.f("fk_minutes_proctor_id_user")),
        sa.ForeignKeyConstraint(["organiser_id"], ["user.id"], name=op.f("fk_minutes_organiser_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes")),
        sa.UniqueConstraint("sitting_id", name=op.f("uq_minutes_sitting_id")),
    )


def downgrade() -> None:
    for table in ("minutes", "presence", "sitting_proctor"):
        op.drop_table(table)
    op.execute("DELETE FROM sitting_event WHERE kind IN ('attendance', 'reopen', 'pin', 'void')")
    _kinds(KINDS)
    for table, column, _rest in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")


def _kinds(kinds: str) -> None:
    """What the log may tell of. No table refers to it, so SQLite may copy it."""
    with op.batch_alter_table("sitting_event") as table:
        table.drop_constraint(op.f("ck_sitting_event_kind"), type_="check")
        table.create_check_constraint(op.f("ck_sitting_event_kind"), f"kind IN ({kinds})")
