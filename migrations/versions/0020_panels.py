"""Panels that set a cut score: judges, items, ratings and closed rounds"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "panels"
down_revision: str | None = "insiders"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
IN_WORK = sa.text("state IN ('open', 'closed')")


def upgrade() -> None:
    op.create_table(
        "panel",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("exam_id", KEY, nullable=False),
        sa.Column("blueprint_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("opened_by", KEY, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", KEY, nullable=True),
        sa.Column("taken_id", KEY, nullable=True),
        sa.CheckConstraint("state IN ('open', 'closed', 'taken', 'dropped')", name=op.f("ck_panel_state")),
        sa.CheckConstraint("round BETWEEN 1 AND 3", name=op.f("ck_panel_round")),
        sa.CheckConstraint("(state = 'taken') = (taken_id IS NOT NULL)", name=op.f("ck_panel_taken")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_panel_ended")),
        *_references(
            "panel",
            exam_id="exam",
            blueprint_id="blueprint",
            opened_by="user",
            ended_by="user",
            taken_id="blueprint",
        ),
        sa.UniqueConstraint("code", name=op.f("uq_panel_code")),
    )
    op.create_index("ix_panel_exam_id", "panel", ["exam_id"])
    op.create_index(
        "uq_panel_in_work", "panel", ["exam_id"], unique=True, sqlite_where=IN_WORK, postgresql_where=IN_WORK
    )
    op.create_table(
        "panel_judge",
        sa.Column("id", KEY, nullable=False),
        sa.Column("panel_id", KEY, nullable=False),
        sa.Column("employee_id", KEY, nullable=False),
        sa.Column("named_at", MOMENT, nullable=False),
        sa.Column("named_by", KEY, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=True),
        *_references("panel_judge", panel_id="panel", employee_id="employee", named_by="user"),
        sa.UniqueConstraint("panel_id", "employee_id", name=op.f("uq_panel_judge_panel_id_employee_id")),
    )
    op.create_index("ix_panel_judge_accepted", "panel_judge", ["employee_id", "accepted_at"])
    op.create_table(
        "panel_item",
        sa.Column("id", KEY, nullable=False),
        sa.Column("panel_id", KEY, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("question_id", KEY, nullable=False),
        sa.Column("weight", sa.String(length=60), nullable=False),
        sa.CheckConstraint("place > 0", name=op.f("ck_panel_item_place")),
        *_references("panel_item", panel_id="panel", version_id="question_version", question_id="question"),
        sa.UniqueConstraint("panel_id", "place", name=op.f("uq_panel_item_panel_id_place")),
    )
    op.create_index(op.f("ix_panel_item_question_id"), "panel_item", ["question_id"])
    op.create_table(
        "panel_rating",
        sa.Column("id", KEY, nullable=False),
        sa.Column("judge_id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "percent BETWEEN 0 AND 100 AND percent / 5 * 5 = percent", name=op.f("ck_panel_rating_percent")
        ),
        sa.CheckConstraint("round BETWEEN 1 AND 3", name=op.f("ck_panel_rating_round")),
        *_references("panel_rating", judge_id="panel_judge", item_id="panel_item"),
    )
    op.create_index("ix_panel_rating_judge_round", "panel_rating", ["judge_id", "round"])
    op.create_table(
        "panel_round",
        sa.Column("id", KEY, nullable=False),
        sa.Column("panel_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=False),
        sa.Column("closed_by", KEY, nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_panel_round_number")),
        *_references("panel_round", panel_id="panel", closed_by="user"),
        sa.UniqueConstraint("panel_id", "number", name=op.f("uq_panel_round_panel_id_number")),
    )


def downgrade() -> None:
    for table in ("panel_round", "panel_rating", "panel_item", "panel_judge", "panel"):
        op.drop_table(table)


def _references(table: str, **targets: str) -> list[sa.Constraint]:
    """The primary key, and a foreign key for each column."""
    keys = [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))
        for column, target in targets.items()
    ]
    return [*keys, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]
