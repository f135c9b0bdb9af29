"""A recovery file as a page makes it, by the words of the contract and not with the code under test."""

import base64
import json
import os
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT, WITH_FILES = "teruji-pemulihan-1", "teruji-pemulihan-2"


def made(code: str, public_key: str, content: Any, *, named: str | None = None) -> bytes:
    """named: the attempt that stands in the open part, where it is another."""
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), base64.urlsafe_b64decode(public_key + "=="))
    mine = ec.generate_private_key(ec.SECP256R1())
    form_of_it = WITH_FILES if isinstance(content, dict) and "files" in content else FORMAT
    info = f"{form_of_it} {code}".encode()
    key = HKDF(hashes.SHA256(), 32, salt=b"", info=info).derive(mine.exchange(ec.ECDH(), theirs))
    nonce = os.urandom(12)
    sealed = AESGCM(key).encrypt(nonce, json.dumps(content).encode(), code.encode())
    form = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    parts = {"key": mine.public_key().public_bytes(*form), "nonce": nonce, "sealed": sealed}
    texts = {name: base64.urlsafe_b64encode(part).rstrip(b"=").decode() for name, part in parts.items()}
    return json.dumps({"format": form_of_it, "attempt": named or code, **texts}).encode()
