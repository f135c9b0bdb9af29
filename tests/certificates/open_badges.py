"""What Open Badges 3.0 asks of a credential, as a JSON Schema of our own.

Written from the data model of the specification (classes AchievementCredential, AchievementSubject, Achievement,
IdentityObject, Profile, CredentialStatus) and from VC Data Model 2.0: required members, their kinds, and the places
where nothing else may stand. The schema that its publisher offers is not repeated
here, since its licence does not let it be; it was held beside this one (docs/decisions/0026), and refuses nothing that
this one accepts.
"""

from typing import Any

TEXT = {"type": "string", "minLength": 1}
URI = {"type": "string", "pattern": r"^[a-z][a-z0-9+.-]*:\S+$"}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"}


def of_type(name: str) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "items": TEXT, "contains": {"const": name}}


IDENTITY = {
    "type": "object",
    "required": ["type", "hashed", "identityHash", "identityType"],
    "additionalProperties": False,
    "properties": {
        "type": {"const": "IdentityObject"},
        "hashed": {"type": "boolean"},
        "identityHash": TEXT,
        "identityType": {"type": "string", "pattern": "^(name|emailAddress|identifier|ext:[A-Za-z0-9._-]+)$"},
        "salt": TEXT,
    },
    "if": {"properties": {"hashed": {"const": True}}},
    "then": {"properties": {"identityHash": {"pattern": r"^sha256\$[0-9a-f]{64}$"}}},
}  # fmt: skip
ACHIEVEMENT = {
    "type": "object",
    "required": ["id", "type", "criteria", "description", "name"],
    "properties": {
        "id": URI,
        "type": of_type("Achievement"),
        "achievementType": {"enum": ["Achievement", "Assessment", "Certificate", "Certification", "Competency", "Course"]},
        "criteria": {"type": "object", "properties": {"narrative": TEXT, "id": URI}},
        "description": TEXT,
        "name": TEXT,
        "inLanguage": {"type": "string", "pattern": "^[a-z]{2,4}$"},
    },
}  # fmt: skip
CREDENTIAL: dict[str, Any] = {
    "type": "object",
    "required": ["@context", "id", "type", "credentialSubject", "issuer", "validFrom"],
    "properties": {
        "@context": {
            "type": "array",
            "minItems": 2,
            "prefixItems": [
                {"const": "https://www.w3.org/ns/credentials/v2"},
                {"pattern": r"^https://purl\.imsglobal\.org/spec/ob/v3p0/context-3\.0\.\d+\.json$"},
            ],
        },
        "id": URI,
        "type": {
            "allOf": [
                of_type("VerifiableCredential"),
                {"contains": {"enum": ["AchievementCredential", "OpenBadgeCredential"]}},
            ]
        },
        "name": TEXT,
        "issuer": {
            "type": "object",
            "required": ["id", "type"],
            "properties": {"id": URI, "type": of_type("Profile"), "name": TEXT, "url": URI},
        },
        "validFrom": MOMENT,
        "validUntil": MOMENT,
        "credentialSubject": {
            "type": "object",
            "required": ["type", "achievement"],
            "anyOf": [{"required": ["id"]}, {"required": ["identifier"]}],
            "properties": {
                "id": URI,
                "type": of_type("AchievementSubject"),
                "identifier": {"type": "array", "items": IDENTITY},
                "creditsEarned": {"type": "number"},
                "licenseNumber": TEXT,
                "achievement": ACHIEVEMENT,
            },
        },
        "credentialStatus": {
            "type": "object",
            "required": ["id", "type", "statusPurpose", "statusListIndex", "statusListCredential"],
            "properties": {
                "id": URI,
                "type": {"const": "BitstringStatusListEntry"},
                "statusPurpose": {"enum": ["revocation", "suspension"]},
                "statusListIndex": {"type": "string", "pattern": "^(0|[1-9][0-9]*)$"},
                "statusListCredential": URI,
            },
        },
        "proof": {"type": "array"},
    },
}
