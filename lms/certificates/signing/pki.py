"""A local, test-grade PKI made on first start: root, issuing authority, one signer, two CRLs.

Every name in it says that it is for tests and not for official use. Private keys are readable by
their owner alone.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import NameOID

from lms.certificates import keeping
from lms.certificates.signing import trust
from lms.certificates.signing.trust import Trust

GRADE = "UJI – bukan untuk kedinasan"

_YEAR = timedelta(days=365)
_CRL_LIFE = timedelta(days=30)
_CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True)
class Pki:
    """The files of a local PKI."""

    folder: Path

    def certificate(self, name: str) -> x509.Certificate:
        """One of root, issuing, signer."""
        return x509.load_pem_x509_certificate((self.folder / f"{name}.pem").read_bytes())

    def key(self, name: str) -> ec.EllipticCurvePrivateKey:
        """The private key of root, issuing or signer."""
        pem = (self.folder / f"{name}.key").read_bytes()
        key = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{name}.key is not an elliptic-curve key")
        return key

    def crl(self, name: str) -> x509.CertificateRevocationList:
        """The current list of root or issuing."""
        return x509.load_der_x509_crl((self.folder / f"{name}.crl").read_bytes())

    @property
    def trust(self) -> Trust:
        """All that is trusted now: the root and both CRLs, and what the folder holds of other authorities."""
        root = self.certificate("root").public_bytes(serialization.Encoding.DER)
        crls = tuple((self.folder / f"{n}.crl").read_bytes() for n in ("root", "issuing"))
        credential_keys = sorted((self.folder / "credential").glob("*.jwk"))
        log_keys = sorted((self.folder.parent / "log").glob("**/public"))
        return Trust(
            (root,),
            crls + trust.lists(self.folder),
            _texts(credential_keys),
            _texts(log_keys),
            other_roots=trust.others(self.folder),
            signers=trust.known(self.folder, "signers"),
            remote_signers=trust.known(self.folder, "remote"),
        )


def ensure(folder: Path, *, now: datetime) -> Pki:
    """The PKI in this folder, made if it is absent. Two processes at once get the same one."""
    if not (folder / "signer.pem").exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            _make(draft, now)
            _move_into_place(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return Pki(folder)


def rotate(folder: Path, now: datetime) -> x509.Certificate:
    """A new signer in the place of the old one, whose private key is gone and whose signatures still verify.

    Key and certificate are two files: who reads between the two finds no match, and tries again.
    """
    pki = Pki(folder)
    with keeping.alone(folder):
        trust.remember(folder, pki.certificate("signer"), (pki.certificate("issuing"),))
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = certified(pki, key.public_key(), now=now)
        keeping.write(folder / "signer.key", _key_pem(key), mode=0o600)
        keeping.write(folder / "signer.pem", certificate.public_bytes(serialization.Encoding.PEM).decode())
    return certificate


def certified(pki: Pki, key: CertificatePublicKeyTypes, *, now: datetime) -> x509.Certificate:
    """A test-grade certificate for somebody's public key, to try an HSM out with."""
    return _certificate(
        "Penanda Tangan Teruji",
        key,
        pki.certificate("issuing"),
        pki.key("issuing"),
        now=now,
        life=5 * _YEAR,
        path_length=None,
    )


def refresh_crl(folder: Path, now: datetime, *, revoked: Iterable[int] = ()) -> bool:
    """Issues both CRLs anew if half their life is over or something is to be revoked.

    revoked: serial numbers to add to those already listed. Returns whether anything was written.
    """
    pki, added = Pki(folder), frozenset(revoked)
    written = False
    for name in ("root", "issuing"):
        current = pki.crl(name)
        due = now >= current.last_update_utc + _CRL_LIFE / 2
        if due or added:
            _write_crl(pki, name, now, current, added)
            written = True
    return written


def _texts(files: Iterable[Path]) -> tuple[str, ...]:
    return tuple(file.read_text("utf-8") for file in files)


def _move_into_place(draft: Path, folder: Path) -> None:
    """Renames the whole folder at once; whoever comes second keeps what the first has made."""
    try:
        draft.rename(folder)
    except OSError:
        if not (folder / "signer.pem").exists():
            raise


def _make(folder: Path, now: datetime) -> None:
    """Root, issuing authority and signer, each signed by the one before, and the empty CRLs."""
    keys = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("root", "issuing", "signer")}
    public = {name: key.public_key() for name, key in keys.items()}
    root = _certificate("Akar Teruji", public["root"], None, keys["root"], now=now, life=20 * _YEAR, path_length=1)
    issuing = _certificate(
        "Penerbit Teruji", public["issuing"], root, keys["root"], now=now, life=15 * _YEAR, path_length=0
    )
    signer = _certificate(
        "Penanda Tangan Teruji",
        public["signer"],
        issuing,
        keys["issuing"],
        now=now,
        life=5 * _YEAR,
        path_length=None,
    )
    for name, certificate in (("root", root), ("issuing", issuing), ("signer", signer)):
        (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        _write_key(folder / f"{name}.key", keys[name])
    for name in ("root", "issuing"):
        _write_crl(Pki(folder), name, now, None, frozenset())


def _certificate(
    name: str,
    key: CertificatePublicKeyTypes,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    now: datetime,
    life: timedelta,
    path_length: int | None,
) -> x509.Certificate:
    """A certificate; without an issuer self-signed, without a path length no authority."""
    is_authority = path_length is not None
    subject = _name(name)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + life)
        .add_extension(x509.BasicConstraints(is_authority, path_length), critical=True)
        .add_extension(_key_usage(is_authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"Teruji {GRADE}"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{common} {GRADE}"),
        ]
    )


def _key_usage(is_authority: bool) -> x509.KeyUsage:
    """An authority signs certificates and lists; the signer signs documents and stands by them."""
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Created unreadable for others from the first byte on."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(_key_pem(key))


def _key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()


def _write_crl(
    pki: Pki,
    name: str,
    now: datetime,
    current: x509.CertificateRevocationList | None,
    added: frozenset[int],
) -> None:
    """The next list: what the current one holds, and what is added."""
    issuer = pki.certificate(name)
    number = _crl_number(current) + 1 if current is not None else 1
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(now - _CLOCK_SKEW)
        .next_update(now + _CRL_LIFE)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(pki.key(name).public_key()), critical=False)
    )
    listed = {entry.serial_number: entry for entry in current or ()}
    for serial in added - listed.keys():
        listed[serial] = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now).build()
    for entry in listed.values():
        builder = builder.add_revoked_certificate(entry)
    der = builder.sign(pki.key(name), hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    draft = pki.folder / f".{name}.crl.{os.getpid()}"
    draft.write_bytes(der)
    draft.replace(pki.folder / f"{name}.crl")


def _crl_number(crl: x509.CertificateRevocationList) -> int:
    return crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
