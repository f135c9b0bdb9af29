"""The keys that sign credentials, and the document that publishes them: did:web, retired keys included.

A key is a P-256 key in a folder of its own, named by its thumbprint (RFC 7638). The public halves of all keys that
ever signed stay there: what an old key signed must be checked years later. Light: the web reads only public halves.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from lms.certificates.keeping import alone, write


@dataclass(frozen=True)
class KeyRing:
    """The files of the keys: `current` names the one that signs; NAME.key is its secret, NAME.jwk its public half."""

    folder: Path

    @property
    def current(self) -> str | None:
        """The thumbprint of the key that signs; None before the first start."""
        try:
            return (self.folder / "current").read_text("ascii").strip()
        except FileNotFoundError:
            return None

    @property
    def public(self) -> dict[str, dict[str, Any]]:
        """Every public key by its thumbprint, the one that signs now first."""
        now = self.current
        names = sorted((file.stem for file in self.folder.glob("*.jwk")), key=lambda name: (name != now, name))
        return {name: json.loads((self.folder / f"{name}.jwk").read_text("ascii")) for name in names}

    def secret(self) -> ECKey:
        """The key that signs. Raises FileNotFoundError before the first start."""
        return ECKey.import_key((self.folder / f"{self.current}.key").read_text("ascii"))


def ensure(folder: Path) -> KeyRing:
    """The keys in this folder, one made if there is none."""
    ring = KeyRing(folder)
    if ring.current is None:
        with alone(folder):
            if ring.current is None:
                _make(folder)
    return ring


def renew(folder: Path) -> str:
    """Make another key the one that signs; the ones before stay published. Returns its thumbprint."""
    with alone(folder):
        return _make(folder)


def did(public_url: str) -> str:
    """The issuer's name: did:web with the host, and the port if there is one (did:web:localhost%3A8000)."""
    return f"did:web:{quote(urlsplit(public_url).netloc, safe='')}"


def key_id(public_url: str, thumbprint: str) -> str:
    """How a signature names its key: an address in the issuer's document."""
    return f"{did(public_url)}#{thumbprint}"


def did_document(ring: KeyRing, public_url: str) -> dict[str, Any]:
    """What stands at /.well-known/did.json. Retired keys stay: what they signed in their time stays true."""
    issuer, keys = did(public_url), ring.public
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1"],
        "id": issuer,
        "verificationMethod": [
            {"id": key_id(public_url, name), "type": "JsonWebKey2020", "controller": issuer, "publicKeyJwk": jwk}
            for name, jwk in keys.items()
        ],
        "assertionMethod": [key_id(public_url, name) for name in keys],
    }


def _make(folder: Path) -> str:
    """A new key that signs from now on; its public half is there before anything is signed."""
    secret = ec.generate_private_key(ec.SECP256R1())
    pem = secret.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key = ECKey.import_key(pem)
    name = key.thumbprint()
    write(folder / f"{name}.jwk", json.dumps(key.as_dict(private=False), sort_keys=True))
    write(folder / f"{name}.key", pem.decode("ascii"), mode=0o600)
    write(folder / "current", name)
    return name
