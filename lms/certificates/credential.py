"""A certificate's facts as an Open Badges 3.0 credential, signed as VC-JWT with ES256.

The payload is the credential itself with the claims iss, sub, jti, nbf and exp beside it (Open Badges 3.0, section
8.2). Contexts are named and never loaded. The NIP is in it only as a salted hash, whose salt is not: eighteen digits
with a birthday in them are soon tried out. Neither marks nor the holder's unit are in it.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5
from zoneinfo import ZoneInfo

from joserfc import jws
from joserfc.jwk import ECKey

from lms.certificates.credential_keys import did, key_id
from lms.certificates.facts import CertificateFacts
from lms.db import canonical_json

CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
_ALGORITHM = "ES256"


@dataclass(frozen=True)
class Issuer:
    """Who signs: the address of the site, and its key. kid: the address of the key in the issuer's document."""

    public_url: str
    zone: str
    key: ECKey

    @property
    def did(self) -> str:
        """The issuer's name."""
        return did(self.public_url)

    @property
    def kid(self) -> str:
        """The key's address."""
        return key_id(self.public_url, self.key.thumbprint())


@dataclass(frozen=True)
class StatusPlace:
    """Which bit of which status list speaks of a credential."""

    number: int
    index: int


def new_salt() -> str:
    """A fresh salt of 128 random bits."""
    return secrets.token_hex(16)


def hashed_identity(nip: str, salt: str) -> str:
    """The hash that the credential shows for a NIP: SHA-256 of NIP and salt, as Open Badges writes it."""
    return f"sha256${hashlib.sha256(f'{nip}{salt}'.encode()).hexdigest()}"


def status_address(public_url: str, number: int, purpose: str) -> str:
    """Where a status list is published."""
    return f"{public_url}/kredensial/status/{number}/{purpose}"


def claims(facts: CertificateFacts, *, scheme: str, salt: str, status: StatusPlace, issuer: Issuer) -> dict[str, Any]:
    """The credential with its registered claims. scheme: the code of the rule that earned it."""
    begins = _moment(facts.valid_from, time(), issuer.zone)
    listed = status_address(issuer.public_url, status.number, "revocation")
    subject = f"urn:uuid:{uuid4()}"
    credential: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": f"{issuer.public_url}/cek/{facts.code}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"{facts.competency}, tingkat {facts.level} ({facts.level_name})" if facts.level else facts.competency,
        "issuer": {"id": issuer.did, "type": ["Profile"], "name": facts.agency_name, "url": issuer.public_url},
        "validFrom": begins.isoformat(),
        "credentialSubject": {
            "id": subject,
            "type": ["AchievementSubject"],
            "identifier": [
                _identity("name", facts.holder_name, hashed=False),
                _identity("ext:nip", hashed_identity(facts.holder_nip, salt), hashed=True),
            ],
            "licenseNumber": facts.number,
            "achievement": _achievement(facts, scheme, issuer),
        },
        "credentialStatus": {
            "id": f"{listed}#{status.index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(status.index),
            "statusListCredential": listed,
        },
    }
    registered = {"iss": issuer.did, "sub": subject, "jti": credential["id"], "nbf": int(begins.timestamp())}
    if facts.valid_until is not None:
        ends = _moment(facts.valid_until, time(23, 59, 59), issuer.zone)
        credential["validUntil"] = ends.isoformat()
        registered["exp"] = int(ends.timestamp())
    if facts.learning_hours is not None:
        credential["credentialSubject"]["creditsEarned"] = facts.learning_hours
    return credential | registered


def signed(payload: dict[str, Any], issuer: Issuer) -> str:
    """The payload as a compact JWS that names its key."""
    header = {"alg": _ALGORITHM, "typ": "JWT", "kid": issuer.kid}
    return jws.serialize_compact(header, canonical_json(payload), issuer.key, algorithms=[_ALGORITHM])


def status_list(
    encoded: str, *, number: int, purpose: str, issuer: Issuer, now: datetime, valid_for: timedelta
) -> dict[str, Any]:
    """A Bitstring Status List v1.0 credential. encoded: the list, compressed and in multibase."""
    address = status_address(issuer.public_url, number, purpose)
    return {
        "@context": [CONTEXTS[0]],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.did,
        "validFrom": now.replace(microsecond=0).isoformat(),
        "validUntil": (now + valid_for).replace(microsecond=0).isoformat(),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded,
        },
    }


def _achievement(facts: CertificateFacts, scheme: str, issuer: Issuer) -> dict[str, Any]:
    did = "Lulus" if facts.level else "Telah mengikuti"
    described = f"{facts.competency} pada tingkat {facts.level} ({facts.level_name})."
    return {
        "id": f"urn:uuid:{uuid5(NAMESPACE_URL, f'{issuer.public_url}/{scheme}/{facts.level}')}",
        "type": ["Achievement"],
        "achievementType": "Competency" if facts.level else "Course",
        "inLanguage": "id",
        "name": facts.competency,
        "description": described if facts.level else f"Keikutsertaan dalam {facts.exam_title}, tanpa ujian.",
        "criteria": {"narrative": f"{did} {facts.exam_title}, yang diselenggarakan oleh {facts.organiser}."},
    }


def _identity(kind: str, value: str, *, hashed: bool) -> dict[str, Any]:
    return {"type": "IdentityObject", "hashed": hashed, "identityHash": value, "identityType": kind}


def _moment(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone))
