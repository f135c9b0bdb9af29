"""The life of a question, enemies, tags, folders, and which questions a paper asks"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "lifecycle"
down_revision: str | None = "sittings"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: (table, column, type and what follows it). Added in place: a table that others refer to is not copied.
COLUMNS = (
    ("question", "is_returned", "BOOLEAN NOT NULL DEFAULT false"),
    ("question", "folder", "VARCHAR(120) NOT NULL DEFAULT ''"),
    ("question", "facility", "NUMERIC(5, 4) CONSTRAINT ck_question_facility CHECK (facility BETWEEN 0 AND 1)"),
    ("question_version", "tags", "JSON NOT NULL DEFAULT '[]'"),
)
PAPERS_AT_ONCE = 200


def upgrade() -> None:
    for table, column, kind in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
    op.create_table(
        "question_step",
        sa.Column("id", KEY, nullable=False),
        sa.Column("question_id", KEY, nullable=False),
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("before", sa.String(length=10), nullable=False),
        sa.Column("after", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("turn", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", KEY, nullable=True),
        sa.CheckConstraint(
            "act IN ('made', 'edited', 'approved', 'returned', 'suspended', 'restored', 'retired', 'undone')",
            name=op.f("ck_question_step_act"),
        ),
        sa.ForeignKeyConstraint(["by"], ["user.id"], name=op.f("fk_question_step_by_user")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_question_step_question_id_question")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_question_step_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_step")),
    )
    op.create_index(op.f("ix_question_step_question_id"), "question_step", ["question_id"])
    op.create_index(op.f("ix_question_step_turn"), "question_step", ["turn"])
    op.create_table(
        "question_enemy",
        sa.Column("first_id", KEY, nullable=False),
        sa.Column("second_id", KEY, nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_question_enemy_order")),
        sa.ForeignKeyConstraint(["first_id"], ["question.id"], name=op.f("fk_question_enemy_first_id_question")),
        sa.ForeignKeyConstraint(["second_id"], ["question.id"], name=op.f("fk_question_enemy_second_id_question")),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_question_enemy")),
    )
    op.create_index(op.f("ix_question_enemy_second_id"), "question_enemy", ["second_id"])
    op.create_table(
        "question_use",
        sa.Column("id", KEY, nullable=False),
        sa.Column("exam_id", KEY, nullable=False),
        sa.Column("question_id", KEY, nullable=False),
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_question_use_exam_id_exam")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_question_use_question_id_question")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_question_use_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_use")),
    )
    op.create_index(op.f("ix_question_use_question_id"), "question_use", ["question_id"])
    op.create_index("ix_question_use_exam_drawn", "question_use", ["exam_id", "drawn_at"])
    op.create_index("ix_paper_exam_made", "paper", ["exam_id", "made_at"])
    _note_papers()


def _note_papers() -> None:
    """Papers that were drawn before count as use, too."""
    link = op.get_bind()
    version = sa.table("question_version", sa.column("id", KEY), sa.column("question_id", KEY))
    paper = sa.table(
        "paper",
        sa.column("id", KEY),
        sa.column("exam_id", KEY),
        sa.column("items", sa.JSON()),
        sa.column("made_at", sa.DateTime(timezone=True)),
    )
    names = ("exam_id", "question_id", "version_id")
    used = sa.table(
        "question_use", *(sa.column(name, KEY) for name in names), sa.column("drawn_at", sa.DateTime(timezone=True))
    )
    question_of = {row.id: row.question_id for row in link.execute(sa.select(version))}
    last = 0
    while rows := link.execute(
        sa.select(paper).where(paper.c.id > last).order_by(paper.c.id).limit(PAPERS_AT_ONCE)
    ).all():
        last = rows[-1].id
        asked = [
            {"exam_id": row.exam_id, "question_id": question_of[key], "version_id": key, "drawn_at": row.made_at}
            for row in rows
            for key in (item["version"] for item in row.items)
            if key in question_of
        ]
        if asked:
            link.execute(sa.insert(used), asked)


def downgrade() -> None:
    op.drop_index("ix_paper_exam_made", table_name="paper")
    op.drop_table("question_use")
    op.drop_table("question_enemy")
    op.drop_table("question_step")
    for table, column, _kind in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
