"""The public log of certificates"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "log"
down_revision: str | None = "ajar"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "log_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", KEY, nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_log_head_only_one")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_log_head_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_head")),
    )
    op.create_table(
        "log_node",
        sa.Column("place", KEY, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_log_node")),
    )
    op.create_table(
        "log_entry",
        sa.Column("index", KEY, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("certificate_id", KEY, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("leaf_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind IN ('issue', 'file', 'revoked', 'suspended', 'reinstated', 'superseded')",
            name=op.f("ck_log_entry_kind"),
        ),
        sa.CheckConstraint("length(leaf_hash) = 64", name=op.f("ck_log_entry_leaf_hash")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_log_entry_certificate_id_certificate")
        ),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_log_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_log_entry_key")),
    )
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_log_entry_certificate_id"), ["certificate_id"], unique=False)
    op.create_table(
        "credential",
        sa.Column("certificate_id", KEY, autoincrement=False, nullable=False),
        sa.Column("jwt", sa.Text(), nullable=False),
        sa.Column("facts_sha256", sa.String(length=64), nullable=False),
        sa.Column("holder_salt", sa.String(length=32), nullable=False),
        sa.Column("status_list", sa.Integer(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status_index BETWEEN 0 AND 131071", name=op.f("ck_credential_status_index")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_credential_certificate_id_certificate")
        ),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_credential")),
        sa.UniqueConstraint("status_list", "status_index", name=op.f("uq_credential_status_list_status_index")),
    )
    op.create_table(
        "status_list",
        sa.Column("id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("jwt", sa.Text(), nullable=False),
        sa.Column("set_bits", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('revocation', 'suspension')", name=op.f("ck_status_list_purpose")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_list")),
        sa.UniqueConstraint("number", "purpose", name=op.f("uq_status_list_number_purpose")),
    )
    op.create_table(
        "certificate_share",
        sa.Column("id", KEY, nullable=False),
        sa.Column("certificate_id", KEY, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_share_certificate_id_certificate")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_share")),
        sa.UniqueConstraint("token", name=op.f("uq_certificate_share_token")),
    )
    with op.batch_alter_table("certificate_share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_share_certificate_id"), ["certificate_id"], unique=False)


def downgrade() -> None:
    op.drop_table("certificate_share")
    op.drop_table("status_list")
    op.drop_table("credential")
    op.drop_table("log_entry")
    op.drop_table("log_node")
    op.drop_table("log_head")
