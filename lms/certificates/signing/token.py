"""A signer whose key never leaves a token or HSM (PKCS #11 v2.40): one session, opened at the first signature and kept.

Only a digest goes in. Imported by the worker alone, and only where a token signs.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.util.ec import encode_ecdsa_signature

from lms.certificates.signing.digest_signer import DigestSigner, kind_of
from lms.certificates.signing.errors import NotAuthorised, NotIssued, SigningFailed, Unreachable
from lms.certificates.signing.key_file import without_roots
from lms.certificates.signing.pki import Pki
from lms.certificates.signing.stamps import TimeStamps
from lms.certificates.signing.verifying import fits

Found = TypeVar("Found")

_PROBE = b"Teruji"
_PIN = (
    "PIN token ditolak: periksa SIGNER_SECRET, lalu jalankan lms certificates signer check."
    " Token mengunci diri setelah beberapa kali salah."
)
#: What stands before a SHA-256 digest in a signature of PKCS #1 v1.5 (RFC 8017, 9.2, note 1).
_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")

#: What a token says when the session is no more, though it may be opened again.
_LOST = (
    pkcs11.exceptions.SessionHandleInvalid,
    pkcs11.exceptions.SessionClosed,
    pkcs11.exceptions.UserNotLoggedIn,
    pkcs11.exceptions.KeyHandleInvalid,
    pkcs11.exceptions.ObjectHandleInvalid,
    pkcs11.exceptions.DeviceError,
    pkcs11.exceptions.DeviceRemoved,
    pkcs11.exceptions.TokenNotPresent,
    pkcs11.exceptions.GeneralError,
    pkcs11.exceptions.FunctionFailed,
)
_REFUSED = (
    pkcs11.exceptions.PinIncorrect,
    pkcs11.exceptions.PinInvalid,
    pkcs11.exceptions.PinLenRange,
    pkcs11.exceptions.PinLocked,
    pkcs11.exceptions.PinExpired,
)


@dataclass(frozen=True)
class Address:
    """Where a key lies, as an address of RFC 7512: pkcs11:token=Label;object=Name?module-path=/…/lib.so."""

    module: str
    token: str
    key: str

    @classmethod
    def of(cls, text: str) -> "Address":
        """The address. Raises NotIssued where a part is missing."""
        parts = urlsplit(text)
        path = dict(one.partition("=")[::2] for one in parts.path.split(";"))
        module = dict(parse_qsl(parts.query)).get("module-path", "")
        found = cls(module, unquote(path.get("token", "")), unquote(path.get("object", "")))
        if not (found.module and found.token and found.key):
            raise NotIssued("SIGNER harus seperti pkcs11:token=Nama;object=kunci?module-path=/…/pustaka.so")
        return found


class TokenKey:
    """A key in a token. Where the session is lost, it is opened again once; the PIN is never tried twice in a row."""

    def __init__(self, address: Address, *, pin: str) -> None:
        self._address, self._pin, self._alone = address, pin, threading.Lock()
        self._session: Any = None
        self._key: Any = None
        self._is_refused = False

    def sign(self, data: bytes) -> bytes:
        """The signature over some bytes. Raises NotAuthorised, NotIssued or Unreachable."""
        digest = hashes.Hash(hashes.SHA256())
        digest.update(data)
        with self._alone:
            return self._again_if_lost(partial(self._signed, digest.finalize()))

    def certificates(self) -> tuple[x509.Certificate, ...]:
        """The certificates in the token under the key's name, then all others."""
        with self._alone:
            return self._again_if_lost(self._held)

    def _signed(self, digest: bytes) -> bytes:
        key = self._opened()
        if key.key_type == KeyType.EC:
            return bytes(encode_ecdsa_signature(key.sign(digest, mechanism=Mechanism.ECDSA)))
        return bytes(key.sign(_DIGEST_INFO + digest, mechanism=Mechanism.RSA_PKCS))

    def _held(self) -> tuple[x509.Certificate, ...]:
        self._opened()
        found = self._session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
        named = [(one[Attribute.LABEL] != self._address.key, bytes(one[Attribute.VALUE])) for one in found]
        return tuple(x509.load_der_x509_certificate(der) for _, der in sorted(named, key=lambda one: one[0]))

    def _again_if_lost(self, do: Callable[[], Found]) -> Found:
        was_open = self._session is not None
        try:
            return do()
        except _LOST as fault:
            self._forget()
            if not was_open:
                raise self._explained(fault) from fault
        except pkcs11.PKCS11Error as fault:
            self._forget()
            raise self._explained(fault) from fault
        self._start_anew()
        try:
            return do()
        except pkcs11.PKCS11Error as fault:
            self._forget()
            raise self._explained(fault) from fault

    def _opened(self) -> Any:
        if self._session is None:
            if self._is_refused:  # a token locks itself after few wrong PINs
                raise NotAuthorised(_PIN)
            token = pkcs11.lib(self._address.module).get_token(token_label=self._address.token)
            self._session = self._logged_in(token)
            self._key = self._session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=self._address.key)
        return self._key

    def _logged_in(self, token: Any) -> Any:
        """A session. A program logs in to a token once: where another key of it is in use, the login is there."""
        try:
            return token.open(user_pin=self._pin)
        except pkcs11.exceptions.UserAlreadyLoggedIn:
            return token.open()

    def _start_anew(self) -> None:
        """A library may hold on to a token that was taken out until it is started again."""
        try:
            pkcs11.lib(self._address.module).reinitialize()
        except pkcs11.PKCS11Error as fault:
            raise self._explained(fault) from fault

    def _forget(self) -> None:
        session, self._session, self._key = self._session, None, None
        if session is not None:
            try:
                session.close()
            except pkcs11.PKCS11Error:
                return  # it is lost already

    def _explained(self, fault: pkcs11.PKCS11Error) -> SigningFailed:
        """What the operator can do; never with the PIN in it."""
        token, key = self._address.token, self._address.key
        if isinstance(fault, _REFUSED):
            self._is_refused = True
            return NotAuthorised(_PIN)
        if isinstance(fault, pkcs11.exceptions.NoSuchKey):
            return NotIssued(f"Kunci {key} tidak ada di token {token}: periksa object= pada SIGNER.")
        if isinstance(fault, pkcs11.exceptions.MultipleObjectsReturned):
            return NotIssued(f"Ada beberapa kunci bernama {key} di token {token}: beri nama yang berbeda.")
        if isinstance(fault, pkcs11.exceptions.NoSuchToken | pkcs11.exceptions.TokenNotPresent):
            return Unreachable(f"Token {token} tidak terpasang: pasang kembali, atau periksa token= pada SIGNER.")
        said = f"{type(fault).__name__} {fault}".strip()
        if said.startswith("PKCS11Error"):
            return NotIssued(f"Pustaka {self._address.module} tidak dapat dimuat: periksa module-path= pada SIGNER.")
        return Unreachable(f"Token {token} tidak dapat dipakai ({said}): periksa sambungannya.")


class TokenSigner(DigestSigner):
    """Signs with a key in a token."""

    @classmethod
    def at(
        cls,
        address: str,
        *,
        pin: str,
        pki: Pki,
        chain: tuple[x509.Certificate, ...] = (),
        stamps: TimeStamps | None = None,
    ) -> "TokenSigner":
        """The signer at an address. Its certificate lies in the token under the key's name, or is the first of chain.

        Raises NotAuthorised, NotIssued or Unreachable, saying what to do.
        """
        key = TokenKey(Address.of(address), pin=pin)
        held = (*key.certificates(), *chain)
        certificate = _of_key(key, held)
        return cls(
            key=key,
            certificate=certificate,
            chain=_leading_from(certificate, without_roots(held)),
            kind=kind_of(certificate, pki),
            stamps=stamps,
        )


def _of_key(key: TokenKey, held: Sequence[x509.Certificate]) -> x509.Certificate:
    """The certificate that verifies what the key signs: names in a token can be wrong."""
    signature = key.sign(_PROBE)
    for one in held:
        if fits(one.public_key(), signature, _PROBE, hashes.SHA256()):
            return one
    raise NotIssued("Tidak ada sertifikat untuk kunci itu: simpan di token, atau sebut berkasnya di SIGNER_CHAIN.")


def _leading_from(certificate: x509.Certificate, held: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Of those held, the issuer, its issuer, and so on."""
    chain: list[x509.Certificate] = []
    last = certificate
    while issuer := next((one for one in held if one.subject == last.issuer and one not in chain), None):
        chain.append(issuer)
        last = issuer
    return tuple(chain)
