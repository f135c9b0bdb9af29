"""From a passed result to an entry in the register: each step once, numbers without gaps."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates import awarding, issuing, numbering
from lms.certificates.issuing import MadeFile
from lms.certificates.models import Certificate, Revocation
from lms.certificates.refusals import Refusal, Why
from lms.certificates.register import SqlRegister
from lms.exams.models import Result
from lms.people.employment import employment_on
from tests.cast import START, Cast
from tests.certificates.register import MADE, TODAY, number, passed, propose

NO_GLYPH = Refusal(Why.MISSING_GLYPH, "holder_name", "ḍ")


@pytest.fixture
def result(session: Session, cast: Cast) -> Result:
    """The learner passed an exam for which a scheme awards a certificate."""
    return passed(session, cast)


def test_a_passed_result_is_proposed_once_with_the_holder_as_on_that_day(
    session: Session, cast: Cast, result: Result
) -> None:
    first, second = propose(session, cast, result), propose(session, cast, result)

    assert first is not None
    assert first is second
    assert first.facts["holder_name"] == "Sari Uji"
    assert first.facts["holder_unit"] == "Kecamatan Kembangan"
    assert first.facts["holder_agency"] == "Pemerintah Provinsi DKI Jakarta"
    assert first.facts["score"] == "84"
    assert session.info["jobs"] == [("issue_certificate", {"certificate_id": first.id})]


def test_a_failed_result_is_not_proposed(session: Session, cast: Cast, result: Result) -> None:
    result.passed = False
    session.flush()

    assert propose(session, cast, result) is None


def test_a_number_is_given_once_and_kept_when_the_making_is_tried_again(
    session: Session, cast: Cast, result: Result
) -> None:
    certificate = propose(session, cast, result)
    assert certificate is not None

    first = number(session, certificate.id)
    again = number(session, certificate.id, today=date(2026, 12, 1))

    assert first is not None
    assert first.number == "B.1/UJI/XI/2026"
    assert (first.valid_from, first.valid_until) == (date(2026, 11, 23), date(2029, 11, 22))
    assert again == first


def test_a_certificate_is_entered_once_although_two_workers_made_it(
    session: Session, cast: Cast, result: Result
) -> None:
    certificate = propose(session, cast, result)
    assert certificate is not None
    number(session, certificate.id)

    assert issuing.note_issued(session, {certificate.id: MADE}, now=START)
    assert not issuing.note_issued(session, {certificate.id: MadeFile("b" * 64, "k", "d")}, now=START)

    entry = SqlRegister(session).by_code(certificate.code)
    assert entry is not None
    assert entry.file_sha256 == "a" * 64
    assert (entry.holder_name, entry.level, entry.level_name, entry.learning_hours) == ("Sari Uji", 2, "Dasar", 4)


def test_the_register_knows_no_pending_certificate(session: Session, cast: Cast, result: Result) -> None:
    certificate = propose(session, cast, result)
    assert certificate is not None

    assert SqlRegister(session).by_code(certificate.code) is None


def test_the_register_tells_a_revocation_with_its_reason(session: Session, cast: Cast, result: Result) -> None:
    certificate = propose(session, cast, result)
    assert certificate is not None
    number(session, certificate.id)
    issuing.note_issued(session, {certificate.id: MADE}, now=START)
    session.add(Revocation(certificate_id=certificate.id, kind="revoked", at=START, reason="Salah nama"))
    session.flush()

    entry = SqlRegister(session).by_hashes(["0" * 64, "a" * 64])

    assert entry is not None
    assert (entry.revoked_at, entry.revocation_reason) == (START, "Salah nama")


def test_a_refused_certificate_is_taken_up_again_with_corrected_data(
    session: Session, cast: Cast, result: Result
) -> None:
    certificate = propose(session, cast, result)
    assert certificate is not None
    issuing.note_refused(session, certificate.id, NO_GLYPH)
    session.expire_all()
    refused = session.scalars(select(Certificate)).one()
    assert (refused.state, refused.refusal) == (
        "refused",
        {"why": "missing_glyph", "field": "holder_name", "character": "ḍ"},
    )
    assert number(session, refused.id) is None

    holder = employment_on(session, cast.colleague.employee_id, TODAY)
    issuing.try_again(session, refused, holder=holder)

    assert (refused.state, refused.refusal, refused.facts["holder_name"]) == ("pending", None, "Budi Rekan")


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 23), 36, date(2029, 11, 23)),
        (date(2026, 12, 5), 1, date(2027, 1, 5)),
        (date(2026, 1, 31), 1, date(2026, 3, 1)),
        (date(2024, 2, 29), 12, date(2025, 3, 1)),
    ],
)
def test_a_term_in_months_ends_on_the_same_day_or_the_first_after(day: date, months: int, later: date) -> None:
    assert numbering.months_later(day, months) == later


def test_numbers_are_printed_with_a_comma_and_no_idle_zeros() -> None:
    assert [awarding._written(Decimal(text)) for text in ("86.42", "70.00", "100")] == ["86,42", "70", "100"]
