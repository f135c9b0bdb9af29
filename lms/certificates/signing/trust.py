"""What signatures are measured against: our own root, and the signers of other authorities that sign for us.

The folder, beside the local PKI's own files:

    roots/*.pem      roots of other authorities, put there by the operator: PSrE, the HSM's, the time-stamp authority's
    crls/*.crl       their revocation lists, put there or fetched
    signers/*.pem    each certificate that signed here, with its chain, by its SHA-256: retired ones still verify
    remote/*.pem     likewise, of services that sign whole files and approve rather than certify

Another authority's root alone makes nothing ours: whoever else has a certificate from it is a stranger.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from lms.certificates import keeping

DER = Encoding.DER
Place = Literal["signers", "remote"]


@dataclass(frozen=True)
class Trust:
    """Certificates and lists as DER.

    roots: our own. other_roots: of other authorities, for the signers named here and for time stamps alone.
    credential_keys, log_keys: those that ever signed credentials (JWK) and checkpoints (one line each).
    """

    roots: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    credential_keys: tuple[str, ...] = ()
    log_keys: tuple[str, ...] = ()
    other_roots: tuple[bytes, ...] = ()
    signers: tuple[bytes, ...] = ()
    remote_signers: tuple[bytes, ...] = ()


def others(folder: Path) -> tuple[bytes, ...]:
    """The roots of other authorities."""
    return tuple(_der(one) for file in _files(folder / "roots") for one in _certificates(file))


def lists(folder: Path) -> tuple[bytes, ...]:
    """The revocation lists of other authorities."""
    return tuple(file.read_bytes() for file in sorted((folder / "crls").glob("*.crl")))


def known(folder: Path, place: Place) -> tuple[bytes, ...]:
    """The certificates that signed here, present and retired."""
    return tuple(_der(_certificates(file)[0]) for file in _files(folder / place))


def chains(folder: Path) -> list[tuple[x509.Certificate, ...]]:
    """Each signer of another authority with its chain."""
    return [tuple(_certificates(file)) for place in ("signers", "remote") for file in _files(folder / place)]


def remember(
    folder: Path, certificate: x509.Certificate, chain: Sequence[x509.Certificate], place: Place = "signers"
) -> None:
    """Keep a signer's certificate before it signs. Doing it again changes nothing."""
    path = folder / place / f"{hashlib.sha256(_der(certificate)).hexdigest()[:32]}.pem"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        keeping.write(path, "".join(one.public_bytes(Encoding.PEM).decode() for one in (certificate, *chain)))


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.pem"))


def _certificates(file: Path) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(file.read_bytes())


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(DER)
