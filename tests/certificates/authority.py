"""Another certification authority, and installations that know it."""

import shutil
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from lms.certificates.signing import pki as pki_files
from lms.certificates.signing.checking import Finding, check
from lms.certificates.signing.pki import Pki
from tests.certificates.conftest import NOW


def authority(folder: Path) -> Pki:
    """An authority with a root, one below it, and lists of both."""
    return pki_files.ensure(folder, now=NOW)


def make_known(pki: Pki, other: Pki) -> None:
    """What an operator puts beside the local PKI so that the other authority's signers can be checked."""
    for name in ("roots", "crls"):
        (pki.folder / name).mkdir(exist_ok=True)
    shutil.copy(other.folder / "root.pem", pki.folder / "roots" / f"{other.folder.name}.pem")
    for name in ("root", "issuing"):
        shutil.copy(other.folder / f"{name}.crl", pki.folder / "crls" / f"{other.folder.name}-{name}.crl")


def pem(other: Pki, *names: str) -> bytes:
    """Certificates of an authority, one after another."""
    return b"".join(other.certificate(name).public_bytes(Encoding.PEM) for name in names)


def found_in(signed: bytes, pki: Pki) -> Finding:
    """What /cek's sandbox finds."""
    return check(signed, trust=pki.trust, now=NOW)
