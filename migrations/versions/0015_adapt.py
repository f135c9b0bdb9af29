"""Agencies' own designs: drafts, editions, and which edition made a certificate"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "adapt"
down_revision: str | None = "hrcek"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
LINK = "CONSTRAINT fk_certificate_edition_id_design_edition REFERENCES design_edition (id)"


def upgrade() -> None:
    op.create_table(
        "design_draft",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("design", sa.String(length=60), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("saved_by", KEY, nullable=False),
        sa.Column("looked", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("revision > 0", name=op.f("ck_design_draft_revision")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_design_draft_unit_id_org_unit")),
        sa.ForeignKeyConstraint(["saved_by"], ["user.id"], name=op.f("fk_design_draft_saved_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_design_draft")),
        sa.UniqueConstraint("unit_id", "design", name=op.f("uq_design_draft_unit_id_design")),
    )
    op.create_table(
        "design_edition",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("design", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("published_by", KEY, nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_design_edition_number")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_design_edition_unit_id_org_unit")),
        sa.ForeignKeyConstraint(["published_by"], ["user.id"], name=op.f("fk_design_edition_published_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_design_edition")),
        sa.UniqueConstraint("unit_id", "design", "number", name=op.f("uq_design_edition_unit_id_design_number")),
    )
    key = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(f"ALTER TABLE certificate ADD COLUMN edition_id {key} {LINK}")  # in place: others refer to the table


def downgrade() -> None:
    op.drop_column("certificate", "edition_id")
    op.drop_table("design_edition")
    op.drop_table("design_draft")
