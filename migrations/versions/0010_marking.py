"""Marking by people, regrades and appeals"""

import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "marking"
down_revision: str | None = "lifecycle"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ROLES_BEFORE = ("trainer", "organiser", "proctor", "hr", "admin")
ROLES = (*ROLES_BEFORE, "marker")


def upgrade() -> None:
    _allow("role_grant", "role", ROLES)
    op.create_table(
        "work",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("attempt_id", KEY, nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("exam_id", KEY, nullable=False),
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("markers", sa.Integer(), nullable=False),
        sa.Column("tolerance", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("maximum", sa.Numeric(precision=10, scale=4), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("mark", sa.Numeric(precision=10, scale=4), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'disputed', 'settled', 'void')", name=op.f("ck_work_state")),
        sa.CheckConstraint("(state = 'settled') = (mark IS NOT NULL)", name=op.f("ck_work_mark")),
        sa.CheckConstraint("markers IN (1, 2)", name=op.f("ck_work_markers")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_work_attempt_id_attempt")),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_work_exam_id_exam")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_work_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work")),
        sa.UniqueConstraint("attempt_id", "item", name=op.f("uq_work_attempt_id_item")),
        sa.UniqueConstraint("code", name=op.f("uq_work_code")),
    )
    op.create_index("ix_work_queue", "work", ["exam_id", "version_id", "state"])
    op.create_table(
        "marking",
        sa.Column("id", KEY, nullable=False),
        sa.Column("work_id", KEY, nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("marker_id", KEY, nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("mark", sa.Numeric(precision=10, scale=4), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("slot > 0", name=op.f("ck_marking_slot")),
        sa.CheckConstraint("number > 0", name=op.f("ck_marking_number")),
        sa.ForeignKeyConstraint(["marker_id"], ["user.id"], name=op.f("fk_marking_marker_id_user")),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_marking_work_id_work")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking")),
        sa.UniqueConstraint("work_id", "slot", "number", name=op.f("uq_marking_work_id_slot_number")),
    )
    op.create_index("ix_marking_marker", "marking", ["marker_id", "made_at"])
    op.create_table(
        "phrase",
        sa.Column("id", KEY, nullable=False),
        sa.Column("marker_id", KEY, nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["marker_id"], ["user.id"], name=op.f("fk_phrase_marker_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrase")),
        sa.UniqueConstraint("marker_id", "text", name=op.f("uq_phrase_marker_id_text")),
    )
    op.create_table(
        "regrade",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("exam_id", KEY, nullable=False),
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("remedy", sa.String(length=6), nullable=False),
        sa.Column("contents", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", KEY, nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_by", KEY, nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("remedy IN ('key', 'accept', 'drop', 'full')", name=op.f("ck_regrade_remedy")),
        sa.CheckConstraint("state IN ('draft', 'applying', 'done', 'withdrawn')", name=op.f("ck_regrade_state")),
        sa.CheckConstraint(
            "(state IN ('applying', 'done')) = (applied_at IS NOT NULL)", name=op.f("ck_regrade_applied")
        ),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_regrade_done")),
        sa.ForeignKeyConstraint(["applied_by"], ["user.id"], name=op.f("fk_regrade_applied_by_user")),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_regrade_exam_id_exam")),
        sa.ForeignKeyConstraint(["made_by"], ["user.id"], name=op.f("fk_regrade_made_by_user")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_regrade_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrade")),
        sa.UniqueConstraint("code", name=op.f("uq_regrade_code")),
    )
    op.create_index("ix_regrade_in_force", "regrade", ["exam_id", "state"])
    op.create_table(
        "regrade_row",
        sa.Column("id", KEY, nullable=False),
        sa.Column("regrade_id", KEY, nullable=False),
        sa.Column("attempt_id", KEY, nullable=False),
        sa.Column("old_result_id", KEY, nullable=False),
        sa.Column("new_result_id", KEY, nullable=True),
        sa.Column("old_mark", sa.Numeric(precision=10, scale=4), nullable=True),
        sa.Column("new_mark", sa.Numeric(precision=10, scale=4), nullable=True),
        sa.Column("old_maximum", sa.Numeric(precision=10, scale=4), nullable=False),
        sa.Column("new_maximum", sa.Numeric(precision=10, scale=4), nullable=False),
        sa.Column("old_percent", sa.Numeric(precision=7, scale=2), nullable=False),
        sa.Column("new_percent", sa.Numeric(precision=7, scale=2), nullable=False),
        sa.Column("old_passed", sa.Boolean(), nullable=False),
        sa.Column("new_passed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('planned', 'applied')", name=op.f("ck_regrade_row_state")),
        sa.CheckConstraint("state = 'applied' OR new_result_id IS NULL", name=op.f("ck_regrade_row_result")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_regrade_row_attempt_id_attempt")),
        sa.ForeignKeyConstraint(["new_result_id"], ["result.id"], name=op.f("fk_regrade_row_new_result_id_result")),
        sa.ForeignKeyConstraint(["old_result_id"], ["result.id"], name=op.f("fk_regrade_row_old_result_id_result")),
        sa.ForeignKeyConstraint(["regrade_id"], ["regrade.id"], name=op.f("fk_regrade_row_regrade_id_regrade")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrade_row")),
        sa.UniqueConstraint("regrade_id", "attempt_id", name=op.f("uq_regrade_row_regrade_id_attempt_id")),
    )
    op.create_index("ix_regrade_row_attempt", "regrade_row", ["attempt_id"])
    with op.batch_alter_table("result") as batch_op:
        batch_op.add_column(sa.Column("corrections", sa.JSON(), nullable=True))
    op.create_table(
        "certificate_flag",
        sa.Column("id", KEY, nullable=False),
        sa.Column("certificate_id", KEY, nullable=False),
        sa.Column("result_id", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settlement", sa.String(length=10), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", KEY, nullable=True),
        sa.CheckConstraint(
            "settlement IS NULL OR settlement IN ('kept', 'revoked', 'regained')",
            name=op.f("ck_certificate_flag_settlement"),
        ),
        sa.CheckConstraint("(settlement IS NULL) = (settled_at IS NULL)", name=op.f("ck_certificate_flag_settled")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_flag_certificate_id_certificate")
        ),
        sa.ForeignKeyConstraint(["result_id"], ["result.id"], name=op.f("fk_certificate_flag_result_id_result")),
        sa.ForeignKeyConstraint(["settled_by"], ["user.id"], name=op.f("fk_certificate_flag_settled_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_flag")),
        sa.UniqueConstraint("certificate_id", "result_id", name=op.f("uq_certificate_flag_certificate_id_result_id")),
    )
    _create_appeals()
    _enter_what_waits()


def downgrade() -> None:
    op.drop_table("opinion")
    op.drop_table("appeal")
    op.drop_table("certificate_flag")
    with op.batch_alter_table("result") as batch_op:
        batch_op.drop_column("corrections")
    op.drop_table("regrade_row")
    op.drop_table("regrade")
    op.drop_table("phrase")
    op.drop_table("marking")
    op.drop_table("work")
    op.execute(sa.text("DELETE FROM role_grant WHERE role = 'marker'"))
    _allow("role_grant", "role", ROLES_BEFORE)


def _create_appeals() -> None:
    op.create_table(
        "appeal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("attempt_id", KEY, nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("exam_id", KEY, nullable=False),
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("regrade_id", KEY, nullable=True),
        sa.CheckConstraint("state IN ('open', 'rejected', 'upheld')", name=op.f("ck_appeal_state")),
        sa.CheckConstraint("(state = 'open') = (ruled_at IS NULL)", name=op.f("ck_appeal_ruled")),
        sa.CheckConstraint("(state = 'upheld') = (regrade_id IS NOT NULL)", name=op.f("ck_appeal_regrade")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_appeal_attempt_id_attempt")),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_appeal_exam_id_exam")),
        sa.ForeignKeyConstraint(["regrade_id"], ["regrade.id"], name=op.f("fk_appeal_regrade_id_regrade")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_appeal_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("attempt_id", "item", name=op.f("uq_appeal_attempt_id_item")),
        sa.UniqueConstraint("code", name=op.f("uq_appeal_code")),
    )
    op.create_index("ix_appeal_queue", "appeal", ["exam_id", "state", "due_at"])
    op.create_table(
        "opinion",
        sa.Column("id", KEY, nullable=False),
        sa.Column("appeal_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("regrade_id", KEY, nullable=True),
        sa.Column("seconds_id", KEY, nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict IN ('rejected', 'upheld')", name=op.f("ck_opinion_verdict")),
        sa.CheckConstraint(
            "seconds_id IS NOT NULL OR (verdict = 'upheld') = (regrade_id IS NOT NULL)",
            name=op.f("ck_opinion_regrade"),
        ),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeal.id"], name=op.f("fk_opinion_appeal_id_appeal")),
        sa.ForeignKeyConstraint(["member_id"], ["user.id"], name=op.f("fk_opinion_member_id_user")),
        sa.ForeignKeyConstraint(["regrade_id"], ["regrade.id"], name=op.f("fk_opinion_regrade_id_regrade")),
        sa.ForeignKeyConstraint(["seconds_id"], ["opinion.id"], name=op.f("fk_opinion_seconds_id_opinion")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion")),
    )
    op.create_index("ix_opinion_appeal_id", "opinion", ["appeal_id"])


def _enter_what_waits() -> None:
    """Answers whose results wait for a mark since before there was a queue."""
    result = sa.table(
        "result", *map(sa.column, ("attempt_id", "number", "state", "recorded_at")), sa.column("marks", sa.JSON)
    )
    attempt = sa.table("attempt", sa.column("id"), sa.column("exam_id"))
    kept = sa.MetaData()
    work = sa.Table("work", kept, autoload_with=op.get_bind())
    waiting = op.get_bind().execute(
        sa.select(result.c.attempt_id, attempt.c.exam_id, result.c.marks, result.c.recorded_at)
        .join_from(result, attempt, attempt.c.id == result.c.attempt_id)
        .where(result.c.state == "pending_marking", result.c.number == 1)
    )
    for row in waiting.all():
        for mark in row.marks:
            if mark["mark"] is None:
                op.get_bind().execute(
                    work.insert().values(
                        code="".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _ in range(8)),
                        attempt_id=row.attempt_id, item=mark["item"], exam_id=row.exam_id, version_id=mark["version"],
                        markers=1, tolerance=20, maximum=mark["maximum"], state="open", entered_at=row.recorded_at,
                    )
                )  # fmt: skip


def _allow(table: str, column: str, words: tuple[str, ...]) -> None:
    name = f"ck_{table}_{column}"
    with op.batch_alter_table(table) as batch_op:
        batch_op.drop_constraint(op.f(name), type_="check")
        batch_op.create_check_constraint(op.f(name), sa.text(f"{column} IN {words!r}"))
