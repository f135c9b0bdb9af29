"""Links by which a holder shows a certificate with its credential, and takes that back again."""

import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.certificates.credential_models import CertificateShare, Credential
from lms.certificates.models import Certificate


def live(session: Session, certificate_id: int) -> CertificateShare | None:
    """The certificate's link, if there is one that was not withdrawn."""
    rows = select(CertificateShare).where(
        CertificateShare.certificate_id == certificate_id, CertificateShare.withdrawn_at.is_(None)
    )
    return session.scalars(rows.order_by(CertificateShare.id).limit(1)).one_or_none()


def share(session: Session, certificate_id: int, *, now: datetime) -> CertificateShare:
    """The certificate's link, made if there is none. Its token cannot be guessed."""
    found = live(session, certificate_id)
    if found is None:
        found = CertificateShare(certificate_id=certificate_id, token=secrets.token_urlsafe(16), made_at=now)
        session.add(found)
    return found


def withdraw(session: Session, certificate_id: int, *, now: datetime) -> None:
    """From now on the certificate's link leads nowhere. Another one gets another token."""
    still = CertificateShare.certificate_id == certificate_id, CertificateShare.withdrawn_at.is_(None)
    session.execute(update(CertificateShare).where(*still).values(withdrawn_at=now))


def shared(session: Session, token: str) -> tuple[Certificate, Credential] | None:
    """What a link shows; None for one that is unknown or was withdrawn."""
    rows = (
        select(Certificate, Credential)
        .join(CertificateShare, CertificateShare.certificate_id == Certificate.id)
        .join(Credential, Credential.certificate_id == Certificate.id)
        .where(CertificateShare.token == token, CertificateShare.withdrawn_at.is_(None), Certificate.state == "issued")
    )
    found = session.execute(rows).one_or_none()
    return None if found is None else (found[0], found[1])
