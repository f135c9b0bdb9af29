"""Which credentials are revoked or suspended, as Bitstring Status Lists (W3C, version 1.0) signed for publication.

Derived from the register: whatever ends a certificate need not know of them. A certificate that was superseded counts
as revoked, for it is in force no more. A list is signed anew when a bit has changed, or half of its life is over.
"""

import gzip
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.certificates import credential
from lms.certificates.credential import Issuer
from lms.certificates.credential_models import Credential, StatusList
from lms.certificates.models import Revocation
from lms.db import canonical_json

#: The least length that the standard allows: one among so many is nobody in particular.
LENGTH = 131_072
PURPOSES = {"revocation": ("revoked", "superseded"), "suspension": ("suspended",)}
LIFE = timedelta(days=7)


def refresh(session: Session, *, issuer: Issuer, now: datetime) -> int:
    """Sign anew what has changed or grows old; how many lists that were."""
    lists = session.scalar(select(func.max(Credential.status_list))) or 0
    stored = {(one.number, one.purpose): one for one in session.scalars(select(StatusList))}
    bits = _bits(session) if lists else {}
    signed = 0
    for number in range(1, lists + 1):
        for purpose in PURPOSES:
            wanted = sorted(bits.get((number, purpose), ()))
            signed += _publish(session, stored.get((number, purpose)), number, purpose, wanted, issuer, now)
    return signed


def encoded(indices: Iterable[int]) -> str:
    """A list with these bits set, bit 0 the first from the left: gzip, then base64url in multibase."""
    bits = bytearray(LENGTH // 8)
    for index in indices:
        bits[index // 8] |= 0x80 >> index % 8
    return "u" + urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode().rstrip("=")


def _bits(session: Session) -> dict[tuple[int, str], list[int]]:
    purpose_of = {kind: purpose for purpose, kinds in PURPOSES.items() for kind in kinds}
    found: dict[tuple[int, str], list[int]] = {}
    rows = select(Credential.status_list, Credential.status_index, Revocation.kind).join(
        Revocation, Revocation.certificate_id == Credential.certificate_id
    )
    for number, index, kind in session.execute(rows):
        found.setdefault((number, purpose_of[kind]), []).append(index)
    return found


def _publish(
    session: Session,
    before: StatusList | None,
    number: int,
    purpose: str,
    indices: list[int],
    issuer: Issuer,
    now: datetime,
) -> bool:
    bits = canonical_json(indices)
    if before is not None and before.set_bits == bits and now < before.made_at + LIFE / 2:
        return False
    payload = credential.status_list(
        encoded(indices), number=number, purpose=purpose, issuer=issuer, now=now, valid_for=LIFE
    )
    fresh = before or StatusList(number=number, purpose=purpose)
    fresh.set_bits, fresh.made_at, fresh.jwt = bits, now, credential.signed(payload, issuer)
    session.add(fresh)
    return True
