"""Organisation, posts, employees, accounts and what they may do."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, UniqueConstraint, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from lms.db import Base, Key, Ref
from lms.people.names import sort_key

TIERS = (
    "jpt_utama", "jpt_madya", "jpt_pratama", "administrator", "pengawas", "pelaksana",
    "jf_ahli_utama", "jf_ahli_madya", "jf_ahli_muda", "jf_ahli_pertama",
    "jf_penyelia", "jf_mahir", "jf_terampil", "jf_pemula",
)  # fmt: skip
SORTED = String(120).with_variant(String(120, collation="C"), "postgresql")
ROLES = ("trainer", "organiser", "proctor", "marker", "hr", "approver", "admin")


def one_of(column: str, values: tuple[str, ...]) -> str:
    """The SQL of a check that `column` holds one of `values`."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class OrgUnit(Base):
    """A node of the organisation tree. `path` is the keys from the root, `/1/4/9/`: a subtree is a prefix."""

    __tablename__ = "org_unit"
    __table_args__ = (
        CheckConstraint(one_of("kind", ("agency", "region", "department", "district", "village", "unit")), name="kind"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"), index=True)
    path: Mapped[str] = mapped_column(String(200), unique=True)


def is_agency_of(agency: type[OrgUnit]) -> ColumnElement[bool]:
    """The SQL of "this alias is the agency that OrgUnit belongs to", for joins."""
    return (agency.kind == "agency") & OrgUnit.path.startswith(agency.path)


class Position(Base):
    """A post. The holder of a unit's head post is the line manager of the unit."""

    __tablename__ = "position"
    __table_args__ = (CheckConstraint(one_of("tier", TIERS), name="tier"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    tier: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    is_head: Mapped[bool] = mapped_column(default=False)
    is_strategic: Mapped[bool] = mapped_column(default=False)

    unit: Mapped[OrgUnit] = relationship(lazy="raise")


class Employee(Base):
    """A civil servant. `code` stands in addresses, where a NIP must never be.

    sort_name follows the name by itself: lists of people are put in its order. On PostgreSQL it has the bytewise
    collation, so that both databases order alike.
    """

    __tablename__ = "employee"
    __table_args__ = (
        CheckConstraint("length(nip) = 18", name="nip_length"),
        CheckConstraint(one_of("employment", ("pns", "pppk")), name="employment"),
        CheckConstraint(one_of("status", ("active", "leave", "study", "suspended", "retired")), name="status"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    nip: Mapped[str] = mapped_column(String(18), unique=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    sort_name: Mapped[str] = mapped_column(SORTED, index=True, server_default="")
    grade: Mapped[str] = mapped_column(String(40))
    employment: Mapped[str] = mapped_column(String(4))
    status: Mapped[str] = mapped_column(String(10), default="active")
    email: Mapped[str | None] = mapped_column(String(200))

    @validates("name")
    def _sorts(self, _key: str, name: str) -> str:
        """Whoever sets the name sets its place in lists: no caller can forget it."""
        self.sort_name = sort_key(name)
        return name


class Appointment(Base):
    """Who holds a post, how (definitive or acting) and from when to when (both days included)."""

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint(one_of("kind", ("definitif", "plt", "plh", "pj")), name="kind"),
        CheckConstraint("until IS NULL OR until >= since", name="period"),
    )

    id: Mapped[Key]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10), default="definitif")
    since: Mapped[date]
    until: Mapped[date | None]

    employee: Mapped[Employee] = relationship(lazy="raise")
    position: Mapped[Position] = relationship(lazy="raise")


class User(Base):
    """An account. Preferences are kept here so that they follow the person to any device."""

    __tablename__ = "user"
    __table_args__ = (
        CheckConstraint(one_of("language", ("id", "en")), name="language"),
        CheckConstraint(one_of("theme", ("auto", "light", "dark")), name="theme"),
        CheckConstraint("text_size IN (100, 112, 125, 150, 200)", name="text_size"),
    )

    id: Mapped[Key]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_last_step: Mapped[int | None] = mapped_column(Ref)
    is_demo: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(2), default="id")
    theme: Mapped[str] = mapped_column(String(5), default="auto")
    text_size: Mapped[int] = mapped_column(default=100)
    disabled_at: Mapped[datetime | None]

    employee: Mapped[Employee] = relationship(lazy="raise")


class UserSession(Base):
    """One signed-in browser. The cookie carries a random token; only its hash is kept."""

    __tablename__ = "user_session"

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    second_factor_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(String(120), default="")

    user: Mapped[User] = relationship(lazy="raise")


class SignInFailure(Base):
    """A refused sign-in, for throttling. `account` and `origin` are keyed hashes, not a NIP or an address."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (
        Index("ix_sign_in_failure_account_at", "account", "at"),
        Index("ix_sign_in_failure_origin_at", "origin", "at"),
    )

    id: Mapped[Key]
    account: Mapped[str] = mapped_column(String(32))
    origin: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]


class RoleGrant(Base):
    """A role over a unit and all below it, from one day to another (both included)."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("user_id", "role", "unit_id"),
        CheckConstraint(one_of("role", ROLES), name="role"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    since: Mapped[date]
    until: Mapped[date | None]

    unit: Mapped[OrgUnit] = relationship(lazy="raise")

    @classmethod
    def in_force(cls, on: Any) -> tuple[ColumnElement[bool], ...]:
        """The SQL of "it holds on that day". on: a day, or the SQL of one."""
        return cls.since <= on, or_(cls.until.is_(None), cls.until >= on)


class Delegation(Base):
    """An official's power to approve, lent to another for some days (both included); the one who lends it keeps it."""

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("until >= since", name="period"),
        CheckConstraint("deputy_id <> official_id", name="another"),
    )

    id: Mapped[Key]
    official_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    since: Mapped[date]
    until: Mapped[date]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
