"""The tables of the public log: its entries, the subtrees over them, and the one row that is its sequencer."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base

Number = BigInteger().with_variant(Integer, "sqlite")


class LogEntry(Base):
    """One entry, appended and never changed. `entry` is the text that the leaf hash is made over.

    index: from 0, without gaps. key: what happened, once, such as `file:17`: appending it again appends nothing.
    Nothing of a person stands in an entry, and no code by which a certificate could be looked up.
    """

    __tablename__ = "log_entry"
    __table_args__ = (
        CheckConstraint("kind IN ('issue', 'file', 'revoked', 'suspended', 'reinstated', 'superseded')", name="kind"),
        CheckConstraint("length(leaf_hash) = 64", name="leaf_hash"),
    )

    index: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    at: Mapped[datetime]
    entry: Mapped[str] = mapped_column(Text)
    leaf_hash: Mapped[str] = mapped_column(String(64))


class LogNode(Base):
    """The hash of a complete subtree, leaves included, at its place in order (merkle.place)."""

    __tablename__ = "log_node"

    place: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class LogHead(Base):
    """How long the log is, and its peaks. One row, locked while somebody appends: so no index is left out or doubled."""

    __tablename__ = "log_head"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"), CheckConstraint("size >= 0", name="size"))

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(Number)
    peaks: Mapped[bytes] = mapped_column(LargeBinary)
    last_at: Mapped[datetime]
