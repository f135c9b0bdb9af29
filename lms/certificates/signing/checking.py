"""Is a file's signature ours, whole and in force? Imported by the sandbox alone.

A signature of ours is exactly one, a certification that allows no change, over the whole file, under
our own root, with every certificate checked against the CRLs kept here (no CRL, no trust). Under the root of
another authority it is ours only if that very certificate signed for us; a service that signs whole files may
approve instead of certifying. A time stamp that is there must be whole; whether its authority is known is told.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from io import BytesIO
from typing import Literal

from asn1crypto import crl, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.general import find_unique_cms_attribute
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, read_certification_data
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from lms.certificates.file_report import Signature
from lms.certificates.signing.trust import Trust

Lists = Literal["require", "soft-fail"]
_END_MARK = b"%%EOF"
#: pyHanko looks for the end mark byte by byte: five megabytes of zeros behind it would take seconds.
_MAX_TAIL = 4096


@dataclass(frozen=True)
class Finding:
    """The state of a file's signature, the name in the signer's certificate, and machine keys."""

    state: Signature
    signer: str = ""
    reasons: tuple[str, ...] = ()


def check(data: bytes, *, trust: Trust, now: datetime, lists: Lists = "require") -> Finding:
    """What is found in a file. lists: whether there must be a revocation list for each certificate.

    Raises whatever pyHanko raises for a malformed one: much, and bare.
    """
    if len(data) - data.rfind(_END_MARK) > _MAX_TAIL:
        raise ValueError("no end mark near the end")
    reader = PdfFileReader(BytesIO(data), strict=True)
    embedded = reader.embedded_signatures
    if not embedded:
        return _without_signature(data)
    if len(embedded) > 1:
        return Finding(Signature.MULTIPLE, reasons=("extra_signature",))
    signature = embedded[0]
    signer = str(signature.signer_cert.subject.native.get("common_name", ""))[:200]
    if not _reaches_the_end(data, signature):
        return _short_of_the_end(signature, signer)
    if signature.signer_info["signed_attrs"] and not _is_its_digest(signature):  # no key and no trust could mend it
        return Finding(Signature.BROKEN, signer, ("content_changed",))
    faults = _form_faults(data, reader, signature, trust)
    state, reasons = _judge(signature, faults, trust, now, lists)
    return Finding(state, signer, reasons)


def _without_signature(data: bytes) -> Finding:
    """A file that hides its signature from the reader is not an unsigned one."""
    if b"/ByteRange" in data:
        return Finding(Signature.BROKEN, reasons=("signature_unreachable",))
    return Finding(Signature.NONE)


def _short_of_the_end(signature: EmbeddedPdfSignature, signer: str) -> Finding:
    """What was signed is a beginning of the file if its digest still fits; else the file was written anew."""
    if _is_its_digest(signature):
        return Finding(Signature.APPENDED_AFTER, signer, ("bytes_after_signature",))
    return Finding(Signature.BROKEN, signer, ("content_changed",))


def _is_its_digest(signature: EmbeddedPdfSignature) -> bool:
    """Whether the signed ranges have the digest that was signed. Raises where no digest is among what was signed."""
    signed = find_unique_cms_attribute(signature.signer_info["signed_attrs"], "message_digest").native
    return bool(signature.compute_digest() == signed)


def _judge(
    signature: EmbeddedPdfSignature, faults: tuple[str, ...], trust: Trust, now: datetime, lists: Lists
) -> tuple[Signature, tuple[str, ...]]:
    """Cryptography, then trust, then form: what is wrong first names the state."""
    status = _validated(signature, _today(signature, trust, now, lists), _of_stamps(trust, now))
    if not status.intact:
        return Signature.BROKEN, ("content_changed",)
    if not status.valid:
        return Signature.BROKEN, ("wrong_key",)
    if not status.trusted:
        problem = getattr(status.trust_problem_indic, "name", "untrusted").lower()
        if problem == "crypto_constraints_failure":  # SHA-1, say: whoever signed, another file may have the same digest
            return Signature.BROKEN, ("weak_algorithm",)
        ours = _was_ours_when_made(signature, trust)
        return Signature.SIGNER_NOT_VALID if ours else Signature.NOT_OURS, (f"signer_{problem}", *faults)
    if faults:
        return Signature.BROKEN, faults
    stamp = status.timestamp_validity
    if stamp is not None and not (stamp.intact and stamp.valid):
        return Signature.BROKEN, ("timestamp_broken",)
    if not (status.docmdp_ok or status.modification_level is None) or not status.seed_value_ok:
        return Signature.BROKEN, ("policy_not_met",)
    # Not in the signed part, and the register knows the time as well: it takes nothing from the signature.
    return Signature.VALID_OURS, () if stamp is None or stamp.trusted else ("timestamp_unproven",)


def _reaches_the_end(data: bytes, signature: EmbeddedPdfSignature) -> bool:
    """Whether the signed ranges run from the first byte to the last, and the last ends the file.

    pyHanko alone lets rubbish after the last %%EOF pass.
    """
    start, _, resumed, length = (int(number) for number in signature.byte_range)
    ends = data.endswith((_END_MARK, _END_MARK + b"\n", _END_MARK + b"\r\n", _END_MARK + b"\r"))
    return start == 0 and resumed + length == len(data) and ends


def _form_faults(data: bytes, reader: PdfFileReader, signature: EmbeddedPdfSignature, trust: Trust) -> tuple[str, ...]:
    """What our policy asks beyond cryptography; empty if all is met."""
    faults = []
    _, gap_start, gap_end, _ = (int(number) for number in signature.byte_range)
    if not _is_only_a_container(data[gap_start:gap_end]):
        faults.append("container_changed")
    if signature.sig_object_type != "/Sig":
        faults.append("not_a_regular_signature")
    certification = read_certification_data(reader)
    is_remote = signature.signer_cert.dump() in trust.remote_signers
    if not is_remote and (certification is None or certification.permission != MDPPerm.NO_CHANGES):
        faults.append("not_a_certification")
    if signature.evaluate_signature_coverage() != SignatureCoverageLevel.ENTIRE_FILE:
        faults.append("not_the_whole_file")
    return tuple(faults)


def _is_only_a_container(gap: bytes) -> bool:
    """Whether the one place that no signature covers holds a CMS in hex, then zeros, nothing else."""
    digits = gap[1:-1]
    if gap[:1] != b"<" or gap[-1:] != b">" or digits not in (digits.lower(), digits.upper()):
        return False
    try:
        container = bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return False
    has_long_length = container[:2] == b"\x30\x82"
    return has_long_length and not any(container[4 + int.from_bytes(container[2:4], "big") :])


@lru_cache(maxsize=2)
def parsed(trust: Trust) -> tuple[list[x509.Certificate], list[x509.Certificate], list[crl.CertificateList]]:
    """Our roots, those of others, and all CRLs, their names made ready for comparison: what asn1crypto would do anew for
    each file."""
    roots = [x509.Certificate.load(der) for der in trust.roots]
    others = [x509.Certificate.load(der) for der in trust.other_roots]
    crls = [crl.CertificateList.load(der) for der in trust.crls]
    for root in (*roots, *others):
        assert root.subject.hashable
        assert root.issuer.hashable
    for one in crls:
        assert one.issuer.hashable
    return roots, others, crls


def _roots(signature: EmbeddedPdfSignature, trust: Trust) -> list[x509.Certificate]:
    """Our own roots, and those of other authorities where this very signer is known."""
    roots, others, _ = parsed(trust)
    is_known = signature.signer_cert.dump() in (*trust.signers, *trust.remote_signers)
    return roots + (others if is_known else [])


def _today(signature: EmbeddedPdfSignature, trust: Trust, now: datetime, lists: Lists) -> ValidationContext:
    """The roots for this signer, the CRLs kept here, and no network."""
    return ValidationContext(
        trust_roots=_roots(signature, trust),
        crls=parsed(trust)[2],
        moment=now,
        allow_fetching=False,
        revocation_mode=lists,
    )


def _of_stamps(trust: Trust, now: datetime) -> ValidationContext:
    """For time stamps: the roots of other authorities; a list counts where there is one."""
    roots, others, crls = parsed(trust)
    return ValidationContext(
        trust_roots=roots + others,
        crls=crls,
        moment=now,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )


def _was_ours_when_made(signature: EmbeddedPdfSignature, trust: Trust) -> bool:
    """Whether the signer's certificate came from a root of ours, whatever happened to it since."""
    began: datetime = signature.signer_cert["tbs_certificate"]["validity"]["not_before"].native
    context = ValidationContext(
        trust_roots=_roots(signature, trust),
        moment=began + timedelta(minutes=10),
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    return bool(_validated(signature, context).trusted)


def _validated(
    signature: EmbeddedPdfSignature, signer: ValidationContext, stamps: ValidationContext | None = None
) -> PdfSignatureStatus:
    """pyHanko's word. Nothing is fetched, so nothing is waited for: it needs no event loop."""
    validation = async_validate_pdf_signature(signature, signer, stamps)
    try:
        validation.send(None)
    except StopIteration as ended:
        status: PdfSignatureStatus = ended.value
        return status
    validation.close()
    raise RuntimeError("the validation waits for something")
