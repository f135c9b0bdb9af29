"""What is said between a room and its proctor; rooms of candidates; who settled a blueprint"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "room_messages"
down_revision: str | None = "adapt"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
KINDS = (
    "'pin_refused', 'move_asked', 'move', 'time', 'pause', 'resume', 'room_pause', 'room_resume', 'room_credit',"
    " 'help', 'help_done', 'away', 'back', 'hidden', 'admitted', 'refused', 'close', 'incident', 'note', 'minutes',"
    " 'attendance', 'reopen', 'pin', 'void'"
)
NEW_KINDS = ", 'help_seen', 'announce'"


def upgrade() -> None:
    _kinds(KINDS + NEW_KINDS)
    op.execute("ALTER TABLE candidate ADD COLUMN room VARCHAR(60) NOT NULL DEFAULT ''")
    op.execute(
        f'ALTER TABLE blueprint ADD COLUMN made_by {_key()} CONSTRAINT fk_blueprint_made_by_user REFERENCES "user" (id)'
    )
    op.create_table(
        "room_message",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sitting_id", KEY, nullable=False),
        sa.Column("attempt_id", KEY, nullable=True),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("sent_by", KEY, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.Column("seen_by", KEY, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_by", KEY, nullable=True),
        sa.Column("reply", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "attempt_id IS NOT NULL OR (seen_at IS NULL AND answered_at IS NULL)",
            name=op.f("ck_room_message_announcement"),
        ),
        sa.CheckConstraint("answered_at IS NULL OR seen_at IS NOT NULL", name=op.f("ck_room_message_order")),
        sa.CheckConstraint("(seen_at IS NULL) = (seen_by IS NULL)", name=op.f("ck_room_message_seen")),
        sa.CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("ck_room_message_answered")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_room_message_sitting_id_sitting")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_room_message_attempt_id_attempt")),
        sa.ForeignKeyConstraint(["sent_by"], ["user.id"], name=op.f("fk_room_message_sent_by_user")),
        sa.ForeignKeyConstraint(["seen_by"], ["user.id"], name=op.f("fk_room_message_seen_by_user")),
        sa.ForeignKeyConstraint(["answered_by"], ["user.id"], name=op.f("fk_room_message_answered_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_message")),
        sa.UniqueConstraint("sitting_id", "key", name=op.f("uq_room_message_sitting_id_key")),
    )
    waiting = sa.text("answered_at IS NULL")
    op.create_index(
        "uq_room_message_waiting",
        "room_message",
        ["attempt_id"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    op.drop_table("room_message")
    op.execute("ALTER TABLE candidate DROP COLUMN room")
    op.execute("ALTER TABLE blueprint DROP COLUMN made_by")
    op.execute("DELETE FROM sitting_event WHERE kind IN ('help_seen', 'announce')")
    _kinds(KINDS)


def _key() -> str:
    return "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"


def _kinds(kinds: str) -> None:
    """What the log may tell of. No table refers to it, so SQLite may copy it."""
    with op.batch_alter_table("sitting_event") as table:
        table.drop_constraint(op.f("ck_sitting_event_kind"), type_="check")
        table.create_check_constraint(op.f("ck_sitting_event_kind"), f"kind IN ({kinds})")
