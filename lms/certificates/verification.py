"""Is this certificate genuine, and is it in force? One answer for every way of asking.

The page, the command line and the interface for machines all ask check_code or check_file. The order
of decisions: size and magic → SHA-256 in the register → an issued beginning with something appended →
the signature → the code in the file → the state in the register. Nothing here reads a database or
parses a file: the caller hands over a register and a way to inspect.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from lms.certificates import codes, typed_numbers
from lms.certificates.causes import Cause, cause_of
from lms.certificates.comparison import Outcome, Row, compare
from lms.certificates.entry import RegisterEntry
from lms.certificates.file_report import Carried, FileReport, Proof, Signature, first_look

WIB = ZoneInfo("Asia/Jakarta")
EXPIRING_DAYS = 90


class State(StrEnum):
    """What a check can answer. The words for people stand in the templates."""

    VALID = "valid"
    EXPIRING = "expiring"  # valid, with at most EXPIRING_DAYS left
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    DATA_MISMATCH = "data_mismatch"
    ALTERED = "altered"
    DAMAGED = "damaged"
    FORGED_UNREGISTERED = "forged_unregistered"
    NOT_FOUND = "not_found"
    MALFORMED_CODE = "malformed_code"
    NOT_PDF = "not_pdf"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too_large"
    TOO_COMPLEX = "too_complex"
    NOT_A_CERTIFICATE = "not_a_certificate"
    CANNOT_CHECK = "cannot_check"


IN_FORCE = frozenset({State.VALID, State.EXPIRING})


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One answer. entry is set only where showing it cannot mislead: it is the register's word.

    code:        the code asked for or read from the file, as far as there is one.
    file_matches: whether the file is, byte for byte, the one issued; None if no file was checked.
    signature:   the state of the file's signature; None if it was not checked.
    cause:       the one cause for which the file's signature does not prove it; None if there is none, or no file.
    compared:    the facts printed in a changed file beside the register's; empty where nothing could be read.
    carried:     the credential and log receipt in the file; None if no file was looked into.
    problem:     set with MALFORMED_CODE alone.
    reasons:     machine keys, the most telling first.
    """

    state: State
    code: str | None = None
    entry: RegisterEntry | None = None
    file_matches: bool | None = None
    signature: Signature | None = None
    cause: Cause | None = None
    compared: tuple[Row, ...] = ()
    carried: Carried | None = None
    problem: codes.Problem | None = None
    reasons: tuple[str, ...] = ()

    @property
    def in_force(self) -> bool:
        """Whether the certificate counts today."""
        return self.state in IN_FORCE

    @property
    def differing(self) -> int:
        """How many of the compared facts differ from the register's."""
        return sum(row.outcome is Outcome.DIFFERS for row in self.compared)

    @property
    def unreadable(self) -> int:
        """How many of the compared facts could not be read from the file."""
        return sum(row.outcome is Outcome.UNREADABLE for row in self.compared)


class InspectionUnavailable(Exception):
    """The file could not be inspected now; this says nothing about the file."""


class Inspect(Protocol):
    """What parses a file. is_issued: the register has its hash, so nothing needs to be read but what it proves by itself."""

    def __call__(self, data: bytes, /, *, is_issued: bool) -> FileReport:
        """The report on the file. Raises InspectionUnavailable."""


class Register(Protocol):
    """The issued certificates, looked up by what a file or a person can give."""

    def by_hashes(self, sha256s: Sequence[str]) -> RegisterEntry | None:
        """The certificate whose issued file has one of these hashes."""

    def by_code(self, code: str) -> RegisterEntry | None:
        """The certificate with this bare code."""


class Batch(Protocol):
    """The same register, asked for many at once."""

    def by_codes(self, codes: Collection[str]) -> Mapping[str, RegisterEntry]:
        """Those that are there, by bare code."""

    def by_numbers(self, numbers: Collection[str]) -> Mapping[str, RegisterEntry]:
        """Those that are there, by the number as it was given."""


def check_code(text: str, *, register: Register, now: datetime) -> Verdict:
    """The answer for a code as somebody typed or scanned it."""
    return decide(file=None, register=_lookup(text, register), code=text, now=now)


def check_many(texts: Sequence[str], *, register: Batch, now: datetime) -> list[Verdict]:
    """The answers for codes or numbers as somebody listed them, in their order; one look-up for each kind.

    What is well formed is a code, and its answer is that of `check_code`. Anything else may be a number.
    """
    bare = {text: codes.normalise(text) for text in texts}
    numbers = {text for text, code in bare.items() if not codes.is_well_formed(code)}
    by_code = register.by_codes({code for text, code in bare.items() if text not in numbers})
    by_number = register.by_numbers(numbers)

    def answer(text: str) -> Verdict:
        if (entry := by_number.get(text)) is not None:
            return decide(file=None, register=entry, code=entry.code, now=now)
        if text in numbers and typed_numbers.looks_like_number(text):
            return Verdict(state=State.NOT_FOUND, reasons=("number_not_registered",))
        return decide(file=None, register=by_code.get(bare[text]), code=text, now=now)

    return [answer(text) for text in texts]


def check_file(
    data: bytes,
    *,
    register: Register,
    inspect: Inspect,
    now: datetime,
    code: str | None = None,
) -> Verdict:
    """The answer for an uploaded file; with a code, also whether the file belongs to that code.

    inspect parses the file in a sandbox and may raise InspectionUnavailable: a file that is in the
    register by its hash is then still recognised, any other answer is CANNOT_CHECK.
    """
    file, inspected = first_look(data), False
    entry = register.by_hashes([file.sha256, *file.revisions])
    is_issued = entry is not None and entry.file_sha256 == file.sha256
    if not file.too_large:
        try:
            file, inspected = inspect(data, is_issued=is_issued), True
        except InspectionUnavailable:
            inspected = False
    if entry is None:
        entry = next((e for e in map(register.by_code, file.codes) if e), None)
    if not inspected and not file.too_large and not is_issued:
        return Verdict(state=State.CANNOT_CHECK, code=code, reasons=("inspection_unavailable",))
    verdict = decide(file=file, register=entry, code=code, now=now)
    return verdict if inspected else _without_signature(verdict)


def decide(
    *,
    file: FileReport | None,
    register: RegisterEntry | None,
    code: str | None,
    now: datetime,
    zone: tzinfo = WIB,
) -> Verdict:
    """The verdict on what was found. Pure.

    register is the entry found by the file's hash, else by that of an earlier revision, else by a
    code in the file; without a file, by the code that was asked for.
    """
    if file is None:
        return _decide_code(code or "", register, now, zone)
    if register is not None and register.file_sha256 == file.sha256:
        return _decide_issued_file(file, register, code, now, zone)
    return _decide_other_file(file, register)


def standing(entry: RegisterEntry, *, now: datetime, zone: tzinfo = WIB) -> State:
    """What the register says about a certificate at this moment; days are those of the zone."""
    today = now.astimezone(zone).date()
    if entry.revoked_at is not None:
        return State.REVOKED
    if entry.suspended_at is not None:
        return State.SUSPENDED
    if entry.superseded_by is not None:
        return State.SUPERSEDED
    if today < entry.valid_from:
        return State.NOT_YET_VALID
    if entry.valid_until is None:
        return State.VALID
    if today > entry.valid_until:
        return State.EXPIRED
    if entry.valid_until - today <= timedelta(days=EXPIRING_DAYS):
        return State.EXPIRING
    return State.VALID


def _decide_code(text: str, entry: RegisterEntry | None, now: datetime, zone: tzinfo) -> Verdict:
    try:
        code = codes.parse(text)
    except codes.MalformedCode as malformed:
        return Verdict(state=State.MALFORMED_CODE, code=codes.normalise(text) or None, problem=malformed.problem)
    if entry is None:
        return Verdict(state=State.NOT_FOUND, code=code)
    return Verdict(state=standing(entry, now=now, zone=zone), code=code, entry=entry)


def _decide_issued_file(
    file: FileReport, entry: RegisterEntry, code: str | None, now: datetime, zone: tzinfo
) -> Verdict:
    """The very file that was issued: the register alone decides, even if its signer has expired since."""
    asked = codes.normalise(code) if code else entry.code
    state = standing(entry, now=now, zone=zone) if asked == entry.code else State.DATA_MISMATCH
    return Verdict(
        state=state,
        code=entry.code,
        entry=entry,
        file_matches=True,
        signature=file.signature,
        carried=file.carried,
        reasons=file.reasons if asked == entry.code else ("file_of_another_code", *file.reasons),
    )


def _decide_other_file(file: FileReport, entry: RegisterEntry | None) -> Verdict:
    """A file that was never issued as it is: never valid, whatever it carries."""
    state, reasons = _judge(file, entry)
    shown = entry if state in {State.ALTERED, State.DATA_MISMATCH} else None
    reasons = tuple(dict.fromkeys((*reasons, *file.reasons)))
    return Verdict(
        state=state,
        code=entry.code if entry else file.code,
        entry=shown,
        file_matches=False,
        signature=file.signature if file.was_opened else None,
        cause=cause_of(file.signature if file.was_opened else None, reasons),
        compared=compare(file.printed, shown) if shown and not file.printed.is_blank else (),
        reasons=reasons,
        carried=file.carried,
    )


def _judge(file: FileReport, entry: RegisterEntry | None) -> tuple[State, tuple[str, ...]]:
    """State and first reasons; each line is one rule, and the first that fits decides."""
    if file.too_large:
        return State.TOO_LARGE, ()
    if not file.is_pdf and not file.looks_like_pdf:
        return State.NOT_PDF, ()
    if file.encrypted:
        return State.ENCRYPTED, ()
    if entry is not None and _speaks_of_another(file, entry):
        return State.DATA_MISMATCH, ("credential_of_another",)
    if entry is not None and entry.file_sha256 in file.revisions:
        return State.ALTERED, ("appended_after_issue",)
    if file.signature is Signature.VALID_OURS and entry is None:
        return State.FORGED_UNREGISTERED, ("signed_but_not_registered",)
    if entry is not None and file.signature is Signature.VALID_OURS:
        return State.ALTERED, ("signed_but_not_the_registered_file",)
    if entry is not None:
        return State.ALTERED, ("unsigned_copy",) if file.signature is Signature.NONE and file.was_opened else ()
    if file.too_complex:
        return State.TOO_COMPLEX, ()
    if file.codes:
        return State.NOT_FOUND, ("code_in_file_not_registered",)
    if file.damaged or not file.is_pdf:
        return State.DAMAGED, ()
    return State.NOT_A_CERTIFICATE, ()


def _speaks_of_another(file: FileReport, entry: RegisterEntry) -> bool:
    """Whether the file carries a credential of ours that was made for another certificate."""
    return file.carried.credential is Proof.GENUINE and file.carried.code != entry.code


def _lookup(text: str, register: Register) -> RegisterEntry | None:
    code = codes.normalise(text)
    return register.by_code(code) if codes.is_well_formed(code) else None


def _without_signature(verdict: Verdict) -> Verdict:
    """The same verdict where the signature was not looked at."""
    return replace(verdict, signature=None, cause=None)
