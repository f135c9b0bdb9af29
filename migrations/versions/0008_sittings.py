"""Sittings with terms, candidates, uploads and the log of the room"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "sittings"
down_revision: str | None = "log"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: (table, column, type, what follows it). Columns are added in place with their checks: a table that others refer to is
#: not copied, and rows that are there already are held to the checks. The order is that of taking them back, reversed.
COLUMNS: tuple[tuple[str, str, str, str], ...] = (
    ("sitting", "room", "VARCHAR(120)", "NOT NULL DEFAULT ''"),
    (
        "sitting",
        "audience",
        "VARCHAR(8)",
        "NOT NULL DEFAULT 'everyone' CONSTRAINT ck_sitting_audience CHECK (audience IN ('everyone', 'listed'))",
    ),
    (
        "sitting",
        "capacity",
        "INTEGER",
        "CONSTRAINT ck_sitting_capacity CHECK (capacity IS NULL OR (capacity > 0 AND audience = 'listed'))",
    ),
    ("sitting", "pin_round", "INTEGER", "CONSTRAINT ck_sitting_pin_round CHECK (pin_round > 0)"),
    ("sitting", "ip_ranges", "JSON", "NOT NULL DEFAULT '[]'"),
    ("sitting", "seb_config_keys", "JSON", "NOT NULL DEFAULT '[]'"),
    ("sitting", "seb_exam_keys", "JSON", "NOT NULL DEFAULT '[]'"),
    (
        "sitting",
        "device_move",
        "VARCHAR(8)",
        "NOT NULL DEFAULT 'password' CONSTRAINT ck_sitting_device_move CHECK"
        " (device_move IN ('password', 'pin', 'proctor'))"
        " CONSTRAINT ck_sitting_device_pin CHECK (device_move <> 'pin' OR pin_round IS NOT NULL)",
    ),
    ("sitting", "paused_at", "{moment}", ""),
    (
        "attempt",
        "extra_minutes",
        "INTEGER",
        "NOT NULL DEFAULT 0 CONSTRAINT ck_attempt_extra_minutes CHECK (extra_minutes BETWEEN 0 AND 600)",
    ),
    (
        "attempt",
        "pin_failures",
        "INTEGER",
        "NOT NULL DEFAULT 0 CONSTRAINT ck_attempt_pin_failures CHECK (pin_failures >= 0)",
    ),
    ("attempt", "pin_wait_until", "{moment}", ""),
    (
        "attempt",
        "move_session_id",
        "{key}",
        "CONSTRAINT fk_attempt_move_session_id_user_session REFERENCES user_session (id)",
    ),
    ("attempt", "move_asked_at", "{moment}", ""),
    (
        "attempt",
        "paused_at",
        "{moment}",
        "CONSTRAINT ck_attempt_paused CHECK ((state = 'paused') = (paused_at IS NOT NULL))",
    ),
)
TYPES = {
    "sqlite": {"moment": "DATETIME", "key": "INTEGER"},
    "postgresql": {"moment": "TIMESTAMP WITH TIME ZONE", "key": "BIGINT"},
}


def upgrade() -> None:
    types = TYPES[op.get_bind().dialect.name]
    # An attempt that stands still has no moment at which it began to: nothing could pause one so far.
    op.execute("UPDATE attempt SET state = 'open' WHERE state = 'paused'")
    for table, column, kind, rest in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind.format(**types)} {rest}")
    op.create_index("ix_sitting_opens_at", "sitting", ["opens_at"])

    op.create_table(
        "candidate_upload",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("sitting_id", KEY, nullable=False),
        sa.Column("source", sa.String(length=6), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", KEY, nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("source IN ('xlsx', 'csv', 'pasted')", name=op.f("ck_candidate_upload_source")),
        sa.CheckConstraint("added >= 0", name=op.f("ck_candidate_upload_added")),
        sa.CheckConstraint("undone_at IS NULL OR imported_at IS NOT NULL", name=op.f("ck_candidate_upload_undone")),
        sa.ForeignKeyConstraint(["made_by"], ["user.id"], name=op.f("fk_candidate_upload_made_by_user")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_candidate_upload_sitting_id_sitting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_upload")),
        sa.UniqueConstraint("code", name=op.f("uq_candidate_upload_code")),
    )
    op.create_index(op.f("ix_candidate_upload_sitting_id"), "candidate_upload", ["sitting_id"])

    op.create_table(
        "candidate",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sitting_id", KEY, nullable=False),
        sa.Column("employee_id", KEY, nullable=False),
        sa.Column("extra_minutes", sa.Integer(), nullable=False),
        sa.Column("group", sa.String(length=40), nullable=False),
        sa.Column("accommodation", sa.Text(), nullable=False),
        sa.Column("upload_id", KEY, nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("obstacle", sa.String(length=20), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("extra_minutes BETWEEN 0 AND 600", name=op.f("ck_candidate_extra_minutes")),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=op.f("fk_candidate_employee_id_employee")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_candidate_sitting_id_sitting")),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["candidate_upload.id"], name=op.f("fk_candidate_upload_id_candidate_upload")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
        sa.UniqueConstraint("sitting_id", "employee_id", name=op.f("uq_candidate_sitting_id_employee_id")),
    )
    op.create_index(op.f("ix_candidate_employee_id"), "candidate", ["employee_id"])
    op.create_index(op.f("ix_candidate_upload_id"), "candidate", ["upload_id"])

    op.create_table(
        "sitting_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sitting_id", KEY, nullable=False),
        sa.Column("attempt_id", KEY, nullable=True),
        sa.Column("employee_id", KEY, nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", KEY, nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('pin_refused', 'move_asked', 'move', 'time', 'pause', 'resume', 'room_pause', 'room_resume',"
            " 'room_credit', 'help', 'help_done', 'away', 'back', 'hidden', 'admitted', 'refused', 'close', 'incident',"
            " 'note', 'minutes')",
            name=op.f("ck_sitting_event_kind"),
        ),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_sitting_event_attempt_id_attempt")),
        sa.ForeignKeyConstraint(["by"], ["user.id"], name=op.f("fk_sitting_event_by_user")),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=op.f("fk_sitting_event_employee_id_employee")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_sitting_event_sitting_id_sitting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting_event")),
    )
    op.create_index(op.f("ix_sitting_event_attempt_id"), "sitting_event", ["attempt_id"])
    op.create_index("ix_sitting_event_sitting_id_at", "sitting_event", ["sitting_id", "at"])


def downgrade() -> None:
    for table in ("sitting_event", "candidate", "candidate_upload"):
        op.drop_table(table)
    op.drop_index("ix_sitting_opens_at", "sitting")
    for table, column, _kind, _rest in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
