"""A signer who is asked over the network and signs whole files. What comes back is looked at before it is believed.

Imported by the worker alone.
"""

from datetime import datetime
from io import BytesIO
from typing import Protocol

from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader

from lms.certificates.facts import SignatureKind
from lms.certificates.file_report import Signature
from lms.certificates.signing import trust
from lms.certificates.signing.checking import check
from lms.certificates.signing.errors import BadAnswer, NotAuthorised, NotIssued, SignerExpired
from lms.certificates.signing.pki import Pki
from lms.certificates.signing.returned import require_same
from lms.certificates.signing.trust import Trust

#: A signature takes seconds here: few are signed before they are entered.
_BATCH = 10


class Way(Protocol):
    """One way to have a file signed."""

    def __call__(self, pdf: bytes, *, secret: str, reason: str, location: str) -> bytes:
        """What came back. Raises an error of signing.errors."""


class RemoteSigner:
    """Signs through a service. secret: what the way asks for; it is passed on, never kept elsewhere or written down.

    Raises NotAuthorised without one.
    """

    kind: SignatureKind = "certified"
    batch = _BATCH

    def __init__(self, way: Way, *, secret: str, pki: Pki) -> None:
        if not secret:
            raise NotAuthorised("Frasa sandi pribadi tidak disimpan: penanda tangan menjalankan lms certificates sign.")
        self._way, self._secret, self._pki = way, secret, pki

    def sign(self, pdf: bytes, *, reason: str, location: str, now: datetime) -> bytes:
        """The file as the service signed it, if it is the same file. Raises an error of signing.errors."""
        returned = self._way(pdf, secret=self._secret, reason=reason, location=location)
        require_same(pdf, returned)
        certificate, chain = _signer_in(returned)
        self._require_valid(returned, certificate, now)
        trust.remember(self._pki.folder, certificate, chain, "remote")
        return returned

    def _require_valid(self, returned: bytes, certificate: x509.Certificate, now: datetime) -> None:
        """As /cek will find it, a list for each certificate apart: for a new signer there may be none yet."""
        try:
            found = check(returned, trust=self._trusting(certificate), now=now, lists="soft-fail")
        except Exception as fault:  # pyHanko raises bare exceptions of many kinds for what is malformed
            raise BadAnswer("Berkas yang dikembalikan layanan tidak dapat diperiksa.") from fault
        if found.state is Signature.NOT_OURS:
            raise NotIssued("Akar sertifikat penanda tangan belum dikenal: simpan di pki/roots/ setelah diperiksa.")
        if found.state is Signature.SIGNER_NOT_VALID or self._is_revoked(certificate):
            raise SignerExpired("Sertifikat penanda tangan sudah berakhir atau dicabut: perbarui di BSrE.")
        if found.state is not Signature.VALID_OURS:
            raise BadAnswer(f"Tanda tangan pada berkas yang dikembalikan tidak sah ({', '.join(found.reasons)}).")

    def _trusting(self, certificate: x509.Certificate) -> Trust:
        """The trust kept here, as if this certificate had signed before: a new one is taken if its root is known."""
        kept = self._pki.trust
        return Trust(
            kept.roots,
            kept.crls,
            other_roots=kept.other_roots,
            remote_signers=(certificate.public_bytes(trust.DER),),
        )

    def _is_revoked(self, certificate: x509.Certificate) -> bool:
        """Whether a list kept here has it: where lists may be missing, pyHanko overlooks those that are there."""
        lists = (x509.load_der_x509_crl(der) for der in self._pki.trust.crls)
        of_issuer = (one for one in lists if one.issuer == certificate.issuer)
        return any(one.get_revoked_certificate_by_serial_number(certificate.serial_number) for one in of_issuer)


def _signer_in(returned: bytes) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """The certificate of the only signature, and those that came with it."""
    try:
        (signature,) = PdfFileReader(BytesIO(returned), strict=True).embedded_signatures
        certificate = x509.load_der_x509_certificate(signature.signer_cert.dump())
        return certificate, [x509.load_der_x509_certificate(one.dump()) for one in signature.other_embedded_certs]
    except Exception as fault:  # pyHanko raises bare exceptions of many kinds for what is malformed
        raise BadAnswer("Berkas yang dikembalikan layanan tidak memuat satu tanda tangan.") from fault
