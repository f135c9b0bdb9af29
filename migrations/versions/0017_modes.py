"""The score screen of a sitting; practice and try-outs beside an exam"""

from collections.abc import Sequence

from alembic import op

revision: str = "modes"
down_revision: str | None = "room_messages"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = (
    "'pin_refused', 'move_asked', 'move', 'time', 'pause', 'resume', 'room_pause', 'room_resume', 'room_credit',"
    " 'help', 'help_done', 'away', 'back', 'hidden', 'admitted', 'refused', 'close', 'incident', 'note', 'minutes',"
    " 'attendance', 'reopen', 'pin', 'void', 'help_seen', 'announce'"
)


def upgrade() -> None:
    moment = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    op.execute(f"ALTER TABLE sitting ADD COLUMN scores_since {moment}")
    _kinds(KINDS + ", 'scores'")
    check = "CONSTRAINT ck_exam_mode CHECK (mode IN ('exam', 'practice', 'tryout'))"
    op.execute(f"ALTER TABLE exam ADD COLUMN mode VARCHAR(8) NOT NULL DEFAULT 'exam' {check}")


def downgrade() -> None:
    op.execute("ALTER TABLE exam DROP COLUMN mode")
    op.execute("DELETE FROM sitting_event WHERE kind = 'scores'")
    _kinds(KINDS)
    op.execute("ALTER TABLE sitting DROP COLUMN scores_since")


def _kinds(kinds: str) -> None:
    """What the log may tell of. No table refers to it, so SQLite may copy it."""
    with op.batch_alter_table("sitting_event") as table:
        table.drop_constraint(op.f("ck_sitting_event_kind"), type_="check")
        table.create_check_constraint(op.f("ck_sitting_event_kind"), f"kind IN ({kinds})")
