"""Lists that HR has checked; a lost pass is a suspension and a proposal, no flag; certificates of attendance"""

import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "hrcek"
down_revision: str | None = "room"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def upgrade() -> None:
    op.create_table(
        "check_list",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("employee_id", KEY, nullable=False),
        sa.Column("source", sa.String(length=6), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("formulas", sa.JSON(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint("source IN ('xlsx', 'csv', 'pasted')", name=op.f("ck_check_list_source")),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=op.f("fk_check_list_employee_id_employee")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_list")),
        sa.UniqueConstraint("code", name=op.f("uq_check_list_code")),
    )
    op.create_index(op.f("ix_check_list_employee_id"), "check_list", ["employee_id"])
    op.create_index(op.f("ix_check_list_made_at"), "check_list", ["made_at"])
    _settle_flags()
    op.drop_table("certificate_flag")


def downgrade() -> None:
    op.drop_table("check_list")
    op.create_table(
        "certificate_flag",
        sa.Column("id", KEY, nullable=False),
        sa.Column("certificate_id", KEY, nullable=False),
        sa.Column("result_id", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("settlement", sa.String(length=10), nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
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


def _settle_flags() -> None:
    """Each open flag on a certificate in force becomes what it would be today; the audit log keeps all of them.

    A flagged certificate that is not issued yet is suspended as it is issued.
    """
    bind, meta = op.get_bind(), sa.MetaData()
    flag, certificate, revocation, ending, evidence = (
        sa.Table(name, meta, autoload_with=bind)
        for name in ("certificate_flag", "certificate", "revocation", "ending", "evidence")
    )
    ended = sa.select(1).where(revocation.c.certificate_id == flag.c.certificate_id)
    waiting = sa.select(1).where(ending.c.certificate_id == flag.c.certificate_id, ending.c.state == "open")
    rows = (
        sa.select(flag.c.certificate_id, sa.func.min(flag.c.raised_at), waiting.exists())
        .join(certificate, certificate.c.id == flag.c.certificate_id)
        .where(flag.c.settlement.is_(None), certificate.c.state == "issued", ~ended.exists())
        .group_by(flag.c.certificate_id)
        .order_by(flag.c.certificate_id)
    )
    for certificate_id, raised_at, is_proposed in bind.execute(rows).all():
        act = {
            "certificate_id": certificate_id,
            "reason": "result_changed",
            "words": "",
            "proposed_at": raised_at,
            "decision": "",
        }
        bind.execute(
            revocation.insert().values(
                certificate_id=certificate_id, kind="suspended", at=raised_at, reason="result_changed"
            )
        )
        bind.execute(
            ending.insert().values(code=_code(), kind="suspend", state="approved", decided_at=raised_at, **act)
        )
        if not is_proposed:
            bind.execute(ending.insert().values(code=_code(), kind="revoke", state="open", **act))
        of_it = evidence.c.certificate_id == certificate_id
        bind.execute(evidence.update().where(of_it, evidence.c.set_aside_at.is_(None)).values(set_aside_at=raised_at))


def _code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(12))
