"""The one plain cause for which a file's signature does not prove it: from the machine keys to one word. Pure."""

from collections.abc import Sequence
from enum import StrEnum

from lms.certificates.file_report import Signature


class Cause(StrEnum):
    """What is wrong, one at a time; the words for people stand at the edge."""

    CHANGED_INSIDE = "changed_inside"
    APPENDED = "appended"
    MISSING = "missing"
    UNREACHABLE = "unreachable"  # a signature lies in the bytes, but the file no longer leads to it
    UNREADABLE = "unreadable"
    KEY_MISMATCH = "key_mismatch"
    SIGNED_BY_ANOTHER = "signed_by_another"
    SIGNER_REVOKED = "signer_revoked"
    SIGNER_UNPROVEN = "signer_unproven"  # expired, or no list to check it against
    SEVERAL = "several"
    WRONG_KIND = "wrong_kind"
    WEAK = "weak"
    NOT_REGISTERED = "not_registered"  # whole and ours, but not the file that was entered


_BY_REASON = {
    "appended_after_issue": Cause.APPENDED,
    "bytes_after_signature": Cause.APPENDED,
    "content_changed": Cause.CHANGED_INSIDE,
    "container_changed": Cause.CHANGED_INSIDE,
    "wrong_key": Cause.KEY_MISMATCH,
    "signature_unreachable": Cause.UNREACHABLE,
    "extra_signature": Cause.SEVERAL,
    "not_a_regular_signature": Cause.WRONG_KIND,
    "not_a_certification": Cause.WRONG_KIND,
    "not_the_whole_file": Cause.WRONG_KIND,
    "policy_not_met": Cause.WRONG_KIND,
    "weak_algorithm": Cause.WEAK,
}


def cause_of(signature: Signature | None, reasons: Sequence[str]) -> Cause | None:
    """The cause; reasons: machine keys, the most telling first. None where no signature could be looked at (None)."""
    if "appended_after_issue" in reasons:
        return Cause.APPENDED
    match signature:
        case None:
            return None
        case Signature.NONE:
            return Cause.MISSING
        case Signature.VALID_OURS:
            return Cause.NOT_REGISTERED
        case Signature.NOT_OURS:
            return Cause.SIGNED_BY_ANOTHER
        case Signature.SIGNER_NOT_VALID:
            revoked = any(reason.startswith("signer_revoked") for reason in reasons)
            return Cause.SIGNER_REVOKED if revoked else Cause.SIGNER_UNPROVEN
        case _:
            named = (_BY_REASON[reason] for reason in reasons if reason in _BY_REASON)
            return next(named, Cause.UNREADABLE)
