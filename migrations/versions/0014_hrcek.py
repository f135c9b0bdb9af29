"""Lists that HR has checked; a lost pass is a suspension and a proposal, no flag; certificates of attendance"""

import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "hrcek"
down_revision: str | None = "signers"
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
    _allow_attendance()


def _allow_attendance() -> None:
    with op.batch_alter_table("scheme") as table:
        table.add_column(sa.Column("course_id", KEY, nullable=True))
        for column, kind in (
            ("exam_id", KEY),
            ("competency_id", KEY),
            ("level", sa.Integer()),
            ("validity_months", sa.Integer()),
        ):
            table.alter_column(column, existing_type=kind, nullable=True)
        table.create_foreign_key(op.f("fk_scheme_course_id_course"), "course", ["course_id"], ["id"])
        table.create_unique_constraint(op.f("uq_scheme_course_id"), ["course_id"])
        table.create_check_constraint(op.f("ck_scheme_earned_by"), sa.text("(exam_id IS NULL) <> (course_id IS NULL)"))
        table.create_check_constraint(
            op.f("ck_scheme_proves"), sa.text("exam_id IS NULL OR (competency_id IS NOT NULL AND level IS NOT NULL)")
        )
    with op.batch_alter_table("certificate") as table:
        table.add_column(sa.Column("enrolment_id", KEY, nullable=True))
        table.alter_column("result_id", existing_type=KEY, nullable=True)
        table.create_foreign_key(op.f("fk_certificate_enrolment_id_enrolment"), "enrolment", ["enrolment_id"], ["id"])
        table.create_index(op.f("ix_certificate_enrolment_id"), ["enrolment_id"])
        table.create_unique_constraint(
            op.f("uq_certificate_scheme_id_enrolment_id_correction"), ["scheme_id", "enrolment_id", "correction"]
        )
        table.create_check_constraint(
            op.f("ck_certificate_earned_by"), sa.text("(result_id IS NULL) <> (enrolment_id IS NULL)")
        )


def _forbid_attendance() -> None:
    """Only where none was issued: an issued certificate is never deleted, so the columns cannot become NOT NULL then."""
    with op.batch_alter_table("certificate") as table:
        table.drop_constraint(op.f("ck_certificate_earned_by"), type_="check")
        table.drop_constraint(op.f("uq_certificate_scheme_id_enrolment_id_correction"), type_="unique")
        table.drop_index(op.f("ix_certificate_enrolment_id"))
        table.drop_constraint(op.f("fk_certificate_enrolment_id_enrolment"), type_="foreignkey")
        table.drop_column("enrolment_id")
        table.alter_column("result_id", existing_type=KEY, nullable=False)
    with op.batch_alter_table("scheme") as table:
        table.drop_constraint(op.f("ck_scheme_proves"), type_="check")
        table.drop_constraint(op.f("ck_scheme_earned_by"), type_="check")
        table.drop_constraint(op.f("uq_scheme_course_id"), type_="unique")
        table.drop_constraint(op.f("fk_scheme_course_id_course"), type_="foreignkey")
        table.drop_column("course_id")
        for column, kind in (
            ("exam_id", KEY),
            ("competency_id", KEY),
            ("level", sa.Integer()),
            ("validity_months", sa.Integer()),
        ):
            table.alter_column(column, existing_type=kind, nullable=False)


def downgrade() -> None:
    _forbid_attendance()
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
