"""Schemes with approvals, the end of certificates by two people, deputies, corrections, notices of renewal"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "schemes"
down_revision: str | None = "marking"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ROLES_BEFORE = ("trainer", "organiser", "proctor", "marker", "hr", "admin")
ROLES = ("trainer", "organiser", "proctor", "marker", "hr", "approver", "admin")


def upgrade() -> None:
    _allow_roles(ROLES)
    with op.batch_alter_table("certificate") as batch_op:
        batch_op.add_column(sa.Column("correction", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("replaces_id", KEY, nullable=True))
        batch_op.drop_constraint(op.f("uq_certificate_scheme_id_result_id"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_certificate_scheme_id_result_id_correction"), ["scheme_id", "result_id", "correction"]
        )
        batch_op.create_foreign_key(
            op.f("fk_certificate_replaces_id_certificate"), "certificate", ["replaces_id"], ["id"]
        )
        batch_op.create_index(op.f("ix_certificate_replaces_id"), ["replaces_id"])
    _widen_scheme()
    _make_ending()
    _make_delegation()
    _make_proposal()
    _make_renewal_notice()


def _make_ending() -> None:
    op.create_table(
        "ending",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("certificate_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("proposed_by", KEY, nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('revoke', 'suspend', 'reinstate')", name=op.f("ck_ending_kind")),
        sa.CheckConstraint("state IN ('open', 'withdrawn', 'approved', 'declined')", name=op.f("ck_ending_state")),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name=op.f("ck_ending_decided")),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_ending_two_people")),
        sa.CheckConstraint(
            "kind = 'suspend' OR state IN ('open', 'withdrawn') OR (decided_by IS NOT NULL AND proposed_by IS NOT NULL)",
            name=op.f("ck_ending_second_person"),
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_ending_certificate_id_certificate")
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["user.id"], name=op.f("fk_ending_proposed_by_user")),
        sa.ForeignKeyConstraint(["decided_by"], ["user.id"], name=op.f("fk_ending_decided_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ending")),
        sa.UniqueConstraint("code", name=op.f("uq_ending_code")),
    )
    op.create_index(op.f("ix_ending_certificate_id"), "ending", ["certificate_id"])
    waiting = sa.text("state = 'open'")
    op.create_index(
        "uq_ending_open", "ending", ["certificate_id"], unique=True, sqlite_where=waiting, postgresql_where=waiting
    )


def _make_delegation() -> None:
    op.create_table(
        "delegation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("official_id", KEY, nullable=False),
        sa.Column("deputy_id", KEY, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("until >= since", name=op.f("ck_delegation_period")),
        sa.CheckConstraint("deputy_id <> official_id", name=op.f("ck_delegation_another")),
        sa.ForeignKeyConstraint(["official_id"], ["user.id"], name=op.f("fk_delegation_official_id_user")),
        sa.ForeignKeyConstraint(["deputy_id"], ["user.id"], name=op.f("fk_delegation_deputy_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    op.create_index(op.f("ix_delegation_official_id"), "delegation", ["official_id"])
    op.create_index(op.f("ix_delegation_deputy_id"), "delegation", ["deputy_id"])


def _widen_scheme() -> None:
    with op.batch_alter_table("scheme") as batch_op:
        batch_op.drop_constraint(op.f("uq_scheme_exam_id"), type_="unique")
        batch_op.add_column(sa.Column("position", sa.String(length=120), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("requires", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("renewal_by", sa.String(length=5), nullable=False, server_default="exam"))
        batch_op.add_column(sa.Column("renewal_hours", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("window_days", sa.Integer(), nullable=False, server_default="90"))
        batch_op.add_column(sa.Column("grace_days", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_check_constraint(op.f("ck_scheme_renewal_by"), sa.text("renewal_by IN ('exam', 'hours')"))
        batch_op.create_check_constraint(
            op.f("ck_scheme_renewal_hours"), sa.text("renewal_by <> 'hours' OR renewal_hours > 0")
        )
        batch_op.create_check_constraint(
            op.f("ck_scheme_renewal_days"), sa.text("window_days >= 0 AND grace_days >= 0")
        )
    op.create_index(op.f("ix_scheme_exam_id"), "scheme", ["exam_id"])
    at_once = sa.text("position = ''")
    op.create_index(
        "uq_scheme_exam", "scheme", ["exam_id"], unique=True, sqlite_where=at_once, postgresql_where=at_once
    )


def _make_proposal() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("scheme_id", KEY, nullable=False),
        sa.Column("employee_id", KEY, nullable=False),
        sa.Column("result_id", KEY, nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("verified_by", KEY, nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verification", sa.Text(), nullable=False),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("certificate_id", KEY, nullable=True),
        sa.CheckConstraint(
            "state IN ('verifying', 'approving', 'approved', 'refused')", name=op.f("ck_proposal_state")
        ),
        sa.CheckConstraint("cycle > 0", name=op.f("ck_proposal_cycle")),
        sa.CheckConstraint(
            "state NOT IN ('approving', 'approved') OR verified_by IS NOT NULL", name=op.f("ck_proposal_verified")
        ),
        sa.CheckConstraint("state <> 'approved' OR decided_by IS NOT NULL", name=op.f("ck_proposal_approved")),
        sa.CheckConstraint(
            "decided_by IS NULL OR verified_by IS NULL OR decided_by <> verified_by",
            name=op.f("ck_proposal_two_people"),
        ),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_proposal_scheme_id_scheme")),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=op.f("fk_proposal_employee_id_employee")),
        sa.ForeignKeyConstraint(["result_id"], ["result.id"], name=op.f("fk_proposal_result_id_result")),
        sa.ForeignKeyConstraint(["verified_by"], ["user.id"], name=op.f("fk_proposal_verified_by_user")),
        sa.ForeignKeyConstraint(["decided_by"], ["user.id"], name=op.f("fk_proposal_decided_by_user")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_proposal_certificate_id_certificate")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("code", name=op.f("uq_proposal_code")),
        sa.UniqueConstraint("scheme_id", "result_id", name=op.f("uq_proposal_scheme_id_result_id")),
        sa.UniqueConstraint("scheme_id", "employee_id", "cycle", name=op.f("uq_proposal_scheme_id_employee_id_cycle")),
    )
    op.create_index(op.f("ix_proposal_employee_id"), "proposal", ["employee_id"])
    op.create_index("ix_proposal_state", "proposal", ["state", "since"])


def _make_renewal_notice() -> None:
    op.create_table(
        "renewal_notice",
        sa.Column("id", KEY, nullable=False),
        sa.Column("certificate_id", KEY, nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", KEY, nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_renewal_notice_certificate_id_certificate")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["user.id"], name=op.f("fk_renewal_notice_asked_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewal_notice")),
        sa.UniqueConstraint("certificate_id", "key", name=op.f("uq_renewal_notice_certificate_id_key")),
    )


def downgrade() -> None:
    op.drop_table("renewal_notice")
    op.drop_table("proposal")
    op.drop_table("delegation")
    op.drop_table("ending")
    with op.batch_alter_table("certificate") as batch_op:
        batch_op.drop_index(op.f("ix_certificate_replaces_id"))
        batch_op.drop_constraint(op.f("fk_certificate_replaces_id_certificate"), type_="foreignkey")
        batch_op.drop_constraint(op.f("uq_certificate_scheme_id_result_id_correction"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_certificate_scheme_id_result_id"), ["scheme_id", "result_id"])
        batch_op.drop_column("replaces_id")
        batch_op.drop_column("correction")
    op.drop_index("uq_scheme_exam", "scheme")
    op.drop_index(op.f("ix_scheme_exam_id"), "scheme")
    with op.batch_alter_table("scheme") as batch_op:
        for check in ("renewal_days", "renewal_hours", "renewal_by"):
            batch_op.drop_constraint(op.f(f"ck_scheme_{check}"), type_="check")
        for column in ("grace_days", "window_days", "renewal_hours", "renewal_by", "requires", "position"):
            batch_op.drop_column(column)
        batch_op.create_unique_constraint(op.f("uq_scheme_exam_id"), ["exam_id"])
    op.execute("DELETE FROM role_grant WHERE role = 'approver'")
    _allow_roles(ROLES_BEFORE)


def _allow_roles(roles: tuple[str, ...]) -> None:
    with op.batch_alter_table("role_grant") as batch_op:
        batch_op.drop_constraint(op.f("ck_role_grant_role"), type_="check")
        batch_op.create_check_constraint(op.f("ck_role_grant_role"), sa.text(f"role IN {roles!r}"))
