"""Whether a signature was made by the key that belongs to a public key."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes


def fits(key: PublicKeyTypes, signature: bytes, data: bytes, digest: hashes.HashAlgorithm) -> bool:
    """ECDSA, or RSA with PKCS #1 v1.5; no other kind fits."""
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(digest))
        else:
            return False
    except InvalidSignature:
        return False
    return True
