"""The end of certificates by two people, officials and their deputies, corrections"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "schemes"
down_revision: str | None = "sittings"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ROLES_BEFORE = ("trainer", "organiser", "proctor", "hr", "admin")
ROLES = ("trainer", "organiser", "proctor", "hr", "approver", "admin")


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
    _make_ending()
    _make_delegation()


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


def downgrade() -> None:
    op.drop_table("delegation")
    op.drop_table("ending")
    with op.batch_alter_table("certificate") as batch_op:
        batch_op.drop_index(op.f("ix_certificate_replaces_id"))
        batch_op.drop_constraint(op.f("fk_certificate_replaces_id_certificate"), type_="foreignkey")
        batch_op.drop_constraint(op.f("uq_certificate_scheme_id_result_id_correction"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_certificate_scheme_id_result_id"), ["scheme_id", "result_id"])
        batch_op.drop_column("replaces_id")
        batch_op.drop_column("correction")
    op.execute("DELETE FROM role_grant WHERE role = 'approver'")
    _allow_roles(ROLES_BEFORE)


def _allow_roles(roles: tuple[str, ...]) -> None:
    with op.batch_alter_table("role_grant") as batch_op:
        batch_op.drop_constraint(op.f("ck_role_grant_role"), type_="check")
        batch_op.create_check_constraint(op.f("ck_role_grant_role"), sa.text(f"role IN {roles!r}"))
