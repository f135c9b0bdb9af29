"""The forms in which a credential leaves the house: an envelope in JSON, and a badge with the credential in it. Light."""

import json

from markupsafe import escape

from lms.certificates.facts import CertificateFacts

#: The names under which a certificate's file carries them.
CREDENTIAL, RECEIPT = "credential.json", "bukti-log.tlog-proof"

_PETAL = "M124 124C60 124 12 76 12 12c64 0 112 48 112 112Z"
BLUE, GOLD, PAPER = "#22386F", "#C08A2B", "#FBF8F1"


def enveloped(jwt: str, *, holder_salt: str) -> bytes:
    """credential.json: the VC-JWT in an envelope (VC Data Model 2.0, section 4.13), with the salt beside it.

    For the holder: with the salt anybody who knows the NIP can see that the credential is about its bearer.
    """
    envelope = {
        "@context": ["https://www.w3.org/ns/credentials/v2", {"holderSalt": "urn:teruji:holderSalt"}],
        "type": "EnvelopedVerifiableCredential",
        "id": f"data:application/vc+jwt,{jwt}",
        "holderSalt": holder_salt,
    }
    return json.dumps(envelope, ensure_ascii=False, indent=1).encode()


def jwt_in(envelope: bytes) -> str:
    """The VC-JWT in a credential.json. Raises ValueError for anything else."""
    values = json.loads(envelope)
    kind, address = (values.get("type"), values.get("id")) if isinstance(values, dict) else (None, None)
    head, _, jwt = str(address).partition(",")
    if kind != "EnvelopedVerifiableCredential" or head != "data:application/vc+jwt":
        raise ValueError("no enveloped credential")
    return jwt


def badge(jwt: str, facts: CertificateFacts) -> str:
    """A picture of the certificate in SVG, with the credential baked in (Open Badges 3.0, section 5.3.2).

    Four petals, one of them gold for each level reached as far as four, and a gold heart for the fifth. Attendance proves
    no level and shows none.
    """
    petals = "".join(
        f'<path d="{_PETAL}" fill="{GOLD if turn < facts.level else PAPER}" transform="rotate({turn * 90} 128 128)"/>'
        for turn in range(4)
    )
    proves = f"tingkat {facts.level} ({facts.level_name})" if facts.level else "keikutsertaan"
    name = escape(f"{facts.competency}, {proves}")
    number = (
        '<text x="128" y="146" font-family="sans-serif" font-size="52" font-weight="700" text-anchor="middle"'
        f' fill="{PAPER}">{facts.level}</text>'
        if facts.level
        else ""
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"'
        ' viewBox="0 0 256 256" width="512" height="512" role="img">'
        f'<openbadges:credential verify="{escape(jwt)}"></openbadges:credential>'
        f"<title>{name}</title>"
        f'<rect width="256" height="256" rx="28" fill="{BLUE}"/>{petals}'
        f'<circle cx="128" cy="128" r="44" fill="{GOLD if facts.level > 4 else BLUE}" stroke="{PAPER}" stroke-width="6"/>'
        f"{number}</svg>\n"
    )
