"""A signer whose key lies in a file: one PAdES B-B certification signature by pyHanko.

Imported by the worker alone. What it appends keeps PDF/A valid: an invisible widget with the print
flag, no stamp, and nothing after %%EOF.
"""

import asyncio
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_cms import Signer as CmsSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from lms.certificates.facts import SignatureKind
from lms.certificates.signing.errors import Rejected, SignerExpired
from lms.certificates.signing.pki import Pki

FIELD = "TandaTangan"

_RESERVED = 5120  # hexadecimal digits for the CMS: ample for P-256 and two certificates
_DIGEST = "sha256"


class KeyFileSigner:
    """Signs with a P-256 key that is parsed once and kept."""

    def __init__(
        self,
        *,
        key: ec.EllipticCurvePrivateKey,
        certificate: x509.Certificate,
        chain: tuple[x509.Certificate, ...],
        kind: SignatureKind,
    ) -> None:
        self._kind = kind
        self._certificate = certificate
        self._cms = _CachedKey(key, certificate, chain)

    @classmethod
    def of_local_pki(cls, pki: Pki) -> "KeyFileSigner":
        """The test-grade signer that every installation starts with."""
        return cls(
            key=pki.key("signer"),
            certificate=pki.certificate("signer"),
            chain=(pki.certificate("issuing"),),
            kind="test",
        )

    @property
    def kind(self) -> SignatureKind:
        """What the page says about this signature."""
        return self._kind

    def sign(self, pdf: bytes, *, reason: str, location: str, now: datetime) -> bytes:
        """The file with its certification signature. Raises SignerExpired or Rejected."""
        if not self._certificate.not_valid_before_utc <= now <= self._certificate.not_valid_after_utc:
            raise SignerExpired(f"the signer's certificate is not valid on {now.date()}")
        try:
            return asyncio.run(self._certify(pdf, reason, location, now))
        except (PdfError, SigningError) as fault:
            raise Rejected(f"the file cannot be signed: {fault}") from fault

    async def _certify(self, pdf: bytes, reason: str, location: str, now: datetime) -> bytes:
        """pyHanko's own steps one by one, since only so the time can be given."""
        metadata = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm=_DIGEST,
            reason=reason,
            location=location,
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        )
        field = SigFieldSpec(FIELD, readable_field_name="Tanda tangan elektronik")
        signer = PdfSigner(metadata, self._cms, new_field_spec=field)
        session = signer.init_signing_session(_Appendix(BytesIO(pdf)))
        session.system_time = now
        prepared = session.prepare_tbs_document(
            validation_info=None, bytes_reserved=_RESERVED, appearance_text_params=None
        )
        output = BytesIO()
        digest, _ = prepared.digest_tbs_document(output=output)
        await prepared.perform_signature(
            document_digest=digest.document_digest,
            pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=now),
        )
        return output.getvalue()


class _Appendix(IncrementalPdfFileWriter):
    """Appends the signature and nothing else: title, dates and code stay as they were rendered."""

    def _update_meta(self) -> None:
        """Metadata are not touched; pyHanko would rewrite them with the wall clock's time."""


class _CachedKey(CmsSigner):
    """pyHanko's SimpleSigner parses the key anew at each signature; this one keeps it."""

    def __init__(
        self,
        key: ec.EllipticCurvePrivateKey,
        certificate: x509.Certificate,
        chain: tuple[x509.Certificate, ...],
    ) -> None:
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple([_asn1(c) for c in (certificate, *chain)])
        super().__init__(signing_cert=_asn1(certificate), cert_registry=store, embed_roots=False)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if digest_algorithm != _DIGEST:
            raise SigningError(f"this signer hashes with {_DIGEST}, not {digest_algorithm}")
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


def _asn1(certificate: x509.Certificate) -> Any:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
