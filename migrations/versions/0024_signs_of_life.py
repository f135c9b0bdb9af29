"""The log of a sitting tells of gaps between signs of life; kinds that nothing wrote go"""

from collections.abc import Sequence

from alembic import op

revision: str = "signs_of_life"
down_revision: str | None = "question_files"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COMMON = (
    "'pin_refused', 'move_asked', 'move', 'time', 'pause', 'resume', 'room_pause', 'room_resume', 'room_credit', 'help',"
    " 'help_done', 'hidden', 'admitted', 'refused', 'close', 'incident', 'minutes', 'attendance', 'reopen', 'pin', 'void',"
    " 'help_seen', 'announce', 'scores'"
)


def upgrade() -> None:
    _kinds(f"{COMMON}, 'gap'")


def downgrade() -> None:
    op.execute("DELETE FROM sitting_event WHERE kind = 'gap'")
    _kinds(f"{COMMON}, 'away', 'back', 'note'")


def _kinds(kinds: str) -> None:
    """What the log may tell of. No table refers to it, so SQLite may copy it."""
    with op.batch_alter_table("sitting_event") as table:
        table.drop_constraint(op.f("ck_sitting_event_kind"), type_="check")
        table.create_check_constraint(op.f("ck_sitting_event_kind"), f"kind IN ({kinds})")
