"""Who signs here, as the settings say. Imported by the worker and by the command line alone."""

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from lms.certificates.signing import Signer, trust
from lms.certificates.signing import pki as local_pki
from lms.certificates.signing.bsre import Bsre
from lms.certificates.signing.digest_signer import DigestSigner
from lms.certificates.signing.key_file import KeyFileSigner, certificates_in
from lms.certificates.signing.pki import Pki
from lms.certificates.signing.remote_signer import RemoteSigner
from lms.certificates.signing.stamps import TimeStamps
from lms.config import SignerSettings

_Kept = tuple[object, Signer]
#: A signer is kept for as long as settings and files stay: opening a key file, a session, a connection costs more than signing.
_kept: dict[Path, _Kept] = {}
_alone = threading.Lock()


def signer_of(settings: SignerSettings, pki_folder: Path, *, now: datetime, passphrase: str = "") -> Signer:
    """The signer. passphrase: a person's own, for BSrE; it is held as long as the process lives, and nowhere else.

    Its certificate is remembered before it signs, so that what it signed verifies after it was retired.
    Raises an error of signing.errors, which says what to do.
    """
    pki = local_pki.ensure(pki_folder, now=now)
    with _alone:
        mark = (settings, passphrase, _stamp(settings, pki))
        if pki_folder in _kept and _kept[pki_folder][0] == mark:
            return _kept[pki_folder][1]
        signer = _opened(settings, pki, passphrase)
        if isinstance(signer, DigestSigner):
            trust.remember(pki_folder, signer.certificate, signer.chain)
        _kept[pki_folder] = mark, signer
        return signer


def forget(pki_folder: Path) -> None:
    """Open the signer anew when it is asked for next."""
    with _alone:
        _kept.pop(pki_folder, None)


def _opened(settings: SignerSettings, pki: Pki, passphrase: str) -> Signer:
    kind, _, rest = settings.address.partition(":")
    stamps = TimeStamps(settings.stamps) if settings.stamps else None
    chain = certificates_in(Path(settings.chain)) if settings.chain else ()
    if not kind:
        return KeyFileSigner.of_local_pki(pki, stamps=stamps)
    if kind == "file":
        return KeyFileSigner.of_file(_path(rest), secret=settings.secret, pki=pki, chain=chain, stamps=stamps)
    if kind == "pkcs11":
        from lms.certificates.signing.token import TokenSigner  # noqa: PLC0415 - loads a library that no other signer needs

        return TokenSigner.at(settings.address, pin=settings.secret, pki=pki, chain=chain, stamps=stamps)
    service = Bsre(rest, account=settings.account, identity=settings.identity)
    return RemoteSigner(_ways(service)[kind], secret=settings.secret or passphrase, pki=pki)


def _ways(service: Bsre) -> dict[str, Callable[..., bytes]]:
    return {"bsre-v1": service.sign_v1, "bsre-v2": service.sign_v2, "bsre-seal": service.seal}


def _path(rest: str) -> Path:
    """The file of file:///etc/key.p12 or file:/etc/key.p12."""
    return Path(rest.removeprefix("//"))


def _stamp(settings: SignerSettings, pki: Pki) -> object:
    """What changes when the files are changed that a signer is opened from."""
    kind, _, rest = settings.address.partition(":")
    files = [pki.folder / "signer.key", pki.folder / "signer.pem"]
    files += [_path(rest)] if kind == "file" else []
    found = [file.stat() for file in files if file.exists()]
    return tuple((stat.st_mtime_ns, stat.st_size, stat.st_ino) for stat in found)
