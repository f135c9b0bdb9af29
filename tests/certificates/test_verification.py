"""The verdict: every state, and nothing but an issued file ever valid."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates.codes import Problem
from lms.certificates.entry import RegisterEntry
from lms.certificates.file_report import FileReport, Signature, first_look
from lms.certificates.verification import (
    IN_FORCE,
    InspectionUnavailable,
    State,
    check_code,
    check_file,
    decide,
    standing,
)

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
CODE = "K7QDM4XR2TVE"
ISSUED = b"%PDF-1.7\nissued K7QDM4XR2TVE\n%%EOF\n"
ENTRY = RegisterEntry(
    code=CODE,
    serial_number="B.589/BPSDM/RSDM.510/V/2026",
    holder_name="Sari Wulandari",
    title="Keamanan Informasi untuk ASN",
    level=2,
    level_name="Dasar",
    learning_hours=6,
    agency="Pemerintah Provinsi Daerah Khusus Ibukota Jakarta",
    issued_on=date(2026, 5, 12),
    valid_from=date(2026, 5, 12),
    valid_until=date(2029, 5, 11),
    file_sha256=first_look(ISSUED).sha256,
)
ISSUED_REPORT = replace(first_look(ISSUED), codes=(CODE,), signature=Signature.VALID_OURS)
OTHER = FileReport(size=9, sha256="other", is_pdf=True, looks_like_pdf=True)


class Register:
    """A register of one certificate."""

    def __init__(self, entry: RegisterEntry = ENTRY) -> None:
        self.entry = entry

    def by_hashes(self, sha256s: Sequence[str]) -> RegisterEntry | None:
        return self.entry if self.entry.file_sha256 in sha256s else None

    def by_code(self, code: str) -> RegisterEntry | None:
        return self.entry if code == self.entry.code else None


def of_file(file: FileReport, entry: RegisterEntry | None, code: str | None = None) -> State:
    return decide(file=file, register=entry, code=code, now=NOW).state


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, State.VALID),
        ({"valid_until": None}, State.VALID),
        ({"valid_until": date(2027, 2, 21)}, State.VALID),  # 91 days left
        ({"valid_until": date(2027, 2, 20)}, State.EXPIRING),  # 90 days left
        ({"valid_until": date(2026, 11, 22)}, State.EXPIRING),  # the last day counts
        ({"valid_until": date(2026, 11, 21)}, State.EXPIRED),
        ({"valid_from": date(2026, 11, 22)}, State.VALID),
        ({"valid_from": date(2026, 11, 23)}, State.NOT_YET_VALID),
        ({"superseded_by": "9FHW2C7XKPD6"}, State.SUPERSEDED),
        ({"suspended_at": NOW, "superseded_by": "9FHW2C7XKPD6"}, State.SUSPENDED),
        ({"revoked_at": NOW, "suspended_at": NOW, "valid_until": date(2026, 1, 1)}, State.REVOKED),
    ],
)
def test_the_register_says_how_a_certificate_stands(changes: dict[str, object], state: State) -> None:
    assert standing(replace(ENTRY, **changes), now=NOW) == state  # type: ignore[arg-type]


def test_the_day_turns_at_midnight_in_jakarta_not_in_greenwich() -> None:
    entry = replace(ENTRY, valid_until=date(2026, 11, 22))

    assert standing(entry, now=datetime(2026, 11, 22, 16, 59, tzinfo=UTC)) == State.EXPIRING
    assert standing(entry, now=datetime(2026, 11, 22, 17, 0, tzinfo=UTC)) == State.EXPIRED


def test_a_registered_code_is_answered_with_its_entry_and_the_signature_unchecked() -> None:
    verdict = check_code("k7qd-m4xr-2tve", register=Register(), now=NOW)

    assert (verdict.state, verdict.code, verdict.entry) == (State.VALID, CODE, ENTRY)
    assert verdict.signature is None
    assert verdict.file_matches is None


def test_an_unknown_code_is_not_found() -> None:
    verdict = check_code("9FHW-2C7X-KPD6", register=Register(), now=NOW)

    assert (verdict.state, verdict.code, verdict.entry) == (State.NOT_FOUND, "9FHW2C7XKPD6", None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("K7QD-M4XR-2TVF", Problem.WRONG_CHECK_CHARACTER),
        ("K7QD-M4XR-2TV", Problem.WRONG_LENGTH),
        ("K7QD-M4XR-2TV?", Problem.ILLEGAL_CHARACTER),
        ("", Problem.WRONG_LENGTH),
    ],
)
def test_a_slip_in_a_code_is_told_apart_from_an_unknown_one(text: str, problem: Problem) -> None:
    verdict = check_code(text, register=Register(), now=NOW)

    assert (verdict.state, verdict.problem) == (State.MALFORMED_CODE, problem)


def test_the_issued_file_is_valid_by_the_register() -> None:
    verdict = check_file(ISSUED, register=Register(), inspect=lambda _, is_issued: ISSUED_REPORT, now=NOW)

    assert verdict.state == State.VALID
    assert verdict.in_force
    assert verdict.file_matches is True
    assert verdict.signature is Signature.VALID_OURS


@pytest.mark.parametrize(
    ("data", "known"), [(ISSUED, True), (ISSUED + b"more\n%%EOF\n", False), (b"%PDF-1.7\n", False)]
)
def test_only_what_the_register_has_byte_for_byte_is_called_issued(data: bytes, known: bool) -> None:
    told = []

    def inspect(given: bytes, *, is_issued: bool) -> FileReport:
        told.append(is_issued)
        return first_look(given)

    check_file(data, register=Register(), inspect=inspect, now=NOW)

    assert told == [known]


def test_the_issued_file_stays_valid_when_its_signer_has_expired_since() -> None:
    report = replace(ISSUED_REPORT, signature=Signature.SIGNER_NOT_VALID)

    assert of_file(report, ENTRY) == State.VALID


def test_the_issued_file_of_a_revoked_certificate_is_revoked() -> None:
    assert of_file(ISSUED_REPORT, replace(ENTRY, revoked_at=NOW)) == State.REVOKED


def test_the_issued_file_under_another_code_is_a_mismatch() -> None:
    verdict = decide(file=ISSUED_REPORT, register=ENTRY, code="9FHW-2C7X-KPD6", now=NOW)

    assert verdict.state == State.DATA_MISMATCH
    assert verdict.reasons == ("file_of_another_code",)


def test_something_appended_to_an_issued_file_is_altered_and_says_so() -> None:
    longer = ISSUED + b"more\n%%EOF\n"

    verdict = check_file(longer, register=Register(), inspect=lambda data, is_issued: first_look(data), now=NOW)

    assert (verdict.state, verdict.entry) == (State.ALTERED, ENTRY)
    assert verdict.reasons == ("appended_after_issue",)


@pytest.mark.parametrize(
    ("changes", "entry", "state"),
    [
        ({"codes": (CODE,)}, ENTRY, State.ALTERED),
        ({"codes": (CODE,), "signature": Signature.BROKEN}, ENTRY, State.ALTERED),
        ({"codes": (CODE,), "signature": Signature.NOT_OURS}, ENTRY, State.ALTERED),
        ({"codes": (CODE,), "damaged": True}, ENTRY, State.ALTERED),
        ({"codes": (CODE,), "is_pdf": False}, ENTRY, State.ALTERED),
        ({"codes": (CODE,), "too_complex": True}, ENTRY, State.ALTERED),
        ({"codes": (CODE,), "signature": Signature.VALID_OURS}, ENTRY, State.ALTERED),
        ({"signature": Signature.VALID_OURS}, None, State.FORGED_UNREGISTERED),
        ({"codes": ("9FHW2C7XKPD6",), "signature": Signature.VALID_OURS}, None, State.FORGED_UNREGISTERED),
        ({"codes": ("9FHW2C7XKPD6",)}, None, State.NOT_FOUND),
        ({"codes": ("9FHW2C7XKPD6",), "encrypted": True}, None, State.ENCRYPTED),
        ({"damaged": True}, None, State.DAMAGED),
        ({"is_pdf": False}, None, State.DAMAGED),
        ({"is_pdf": False, "looks_like_pdf": False}, None, State.NOT_PDF),
        ({"is_pdf": False, "looks_like_pdf": False, "codes": (CODE,)}, ENTRY, State.NOT_PDF),
        ({"too_complex": True, "damaged": True}, None, State.TOO_COMPLEX),
        ({"too_large": True, "is_pdf": False}, None, State.TOO_LARGE),
        ({}, None, State.NOT_A_CERTIFICATE),
        ({"signature": Signature.NOT_OURS}, None, State.NOT_A_CERTIFICATE),
    ],
)
def test_a_file_that_was_not_issued(changes: dict[str, object], entry: RegisterEntry | None, state: State) -> None:
    assert of_file(replace(OTHER, **changes), entry) == state  # type: ignore[arg-type]


def test_an_oversize_file_is_never_inspected() -> None:
    def inspect(_: bytes, *, is_issued: bool) -> FileReport:
        raise AssertionError("inspected")

    verdict = check_file(b"%PDF-" + bytes(5_000_000), register=Register(), inspect=inspect, now=NOW)

    assert verdict.state == State.TOO_LARGE


def unavailable(_: bytes, *, is_issued: bool) -> FileReport:
    raise InspectionUnavailable


def test_without_a_sandbox_the_issued_file_is_known_by_its_hash_and_the_signature_is_left_open() -> None:
    verdict = check_file(ISSUED, register=Register(), inspect=unavailable, now=NOW)

    assert (verdict.state, verdict.signature) == (State.VALID, None)


def test_without_a_sandbox_any_other_file_cannot_be_checked_now() -> None:
    verdict = check_file(b"%PDF-1.7\nx%%EOF", register=Register(), inspect=unavailable, now=NOW)

    assert verdict.state == State.CANNOT_CHECK


REPORTS = st.builds(
    FileReport,
    size=st.just(9),
    sha256=st.just("other"),
    revisions=st.sampled_from([(), (ENTRY.file_sha256 or "",)]),
    is_pdf=st.booleans(),
    looks_like_pdf=st.booleans(),
    encrypted=st.booleans(),
    damaged=st.booleans(),
    too_large=st.booleans(),
    too_complex=st.booleans(),
    active_content=st.booleans(),
    codes=st.sampled_from([(), (CODE,), ("9FHW2C7XKPD6", CODE)]),
    signature=st.sampled_from(Signature),
)


@given(REPORTS, st.sampled_from([None, ENTRY]), st.sampled_from([None, CODE]))
def test_no_file_but_the_issued_one_is_ever_in_force(
    file: FileReport, entry: RegisterEntry | None, code: str | None
) -> None:
    verdict = decide(file=file, register=entry, code=code, now=NOW)

    assert verdict.state not in IN_FORCE
    assert verdict.file_matches is False
