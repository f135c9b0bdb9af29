"""The tables of credentials: what was signed for a certificate, the lists of what was taken back, links to share."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Key


class Credential(Base):
    """A certificate as a signed credential. Made once, before the file, which carries it.

    holder_salt: with it, and only with it, the hash of the holder's NIP in the credential can be compared.
    facts_sha256: of the facts it states; facts that were corrected before issuing need another credential.
    """

    __tablename__ = "credential"
    __table_args__ = (
        UniqueConstraint("status_list", "status_index"),
        CheckConstraint("status_index BETWEEN 0 AND 131071", name="status_index"),
    )

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), primary_key=True, autoincrement=False)
    jwt: Mapped[str] = mapped_column(Text)
    facts_sha256: Mapped[str] = mapped_column(String(64))
    holder_salt: Mapped[str] = mapped_column(String(32))
    status_list: Mapped[int]
    status_index: Mapped[int]
    made_at: Mapped[datetime]


class StatusList(Base):
    """A signed list of bits, one a credential, as it is published: which are revoked, or suspended."""

    __tablename__ = "status_list"
    __table_args__ = (
        UniqueConstraint("number", "purpose"),
        CheckConstraint("purpose IN ('revocation', 'suspension')", name="purpose"),
    )

    id: Mapped[Key]
    number: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(10))
    jwt: Mapped[str] = mapped_column(Text)
    set_bits: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]


class CertificateShare(Base):
    """A link by which its holder lets others see a certificate, until it is withdrawn. token: 128 random bits."""

    __tablename__ = "certificate_share"

    id: Mapped[Key]
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
