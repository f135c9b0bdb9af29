"""Keeping the revocation lists of other authorities fresh: without one, a signature cannot be proved to be in force."""

import hashlib
import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509 import CRLDistributionPoints, ExtensionNotFound, UniformResourceIdentifier

from lms.certificates.signing import trust
from lms.certificates.signing.errors import SigningFailed
from lms.certificates.signing.exchange import Service

log = logging.getLogger(__name__)
_SECONDS = 10


def refresh(folder: Path, *, now: datetime) -> None:
    """Fetch each list that a signer's chain names, if there is none or half its life is over.

    One that does not come, or is not by the issuer, leaves the old one; lists put there by hand are not touched.
    """
    roots = [x509.load_der_x509_certificate(der) for der in trust.others(folder)]
    wanted = {url: (one, [*chain, *roots]) for chain in trust.chains(folder) for one in chain for url in _urls(one)}
    for url, (certificate, issuers) in wanted.items():
        file = folder / "crls" / f"{hashlib.sha256(url.encode()).hexdigest()[:16]}.crl"
        if not _is_due(file, now):
            continue
        try:
            der = Service(url, seconds=_SECONDS).get().body
            _require_by_issuer(der, certificate, issuers)
        except (SigningFailed, ValueError, TypeError, InvalidSignature) as fault:
            log.warning("the revocation list %s was not fetched: %s", url, fault)
            continue
        file.parent.mkdir(exist_ok=True)
        draft = file.with_suffix(".new")
        draft.write_bytes(der)
        draft.replace(file)


def _urls(certificate: x509.Certificate) -> Iterator[str]:
    try:
        points = certificate.extensions.get_extension_for_class(CRLDistributionPoints).value
    except ExtensionNotFound:
        return
    for point in points:
        for name in point.full_name or ():
            if isinstance(name, UniformResourceIdentifier) and name.value.startswith(("http://", "https://")):
                yield name.value


def _is_due(file: Path, now: datetime) -> bool:
    if not file.exists():
        return True
    kept = x509.load_der_x509_crl(file.read_bytes())
    ends = kept.next_update_utc
    return ends is None or now >= kept.last_update_utc + (ends - kept.last_update_utc) / 2


def _require_by_issuer(der: bytes, certificate: x509.Certificate, issuers: list[x509.Certificate]) -> None:
    found = x509.load_der_x509_crl(der)
    issuer = next((one for one in issuers if one.subject == certificate.issuer), None)
    if issuer is None or not found.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]  # other kinds of key raise TypeError
        raise ValueError("it is signed by someone else")
