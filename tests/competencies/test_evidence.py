"""What an exam and a certificate prove, once each."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.competencies import evidence
from lms.competencies.evidence import CertifiedLevel, proven_levels
from lms.competencies.models import Evidence
from lms.exams.models import Result
from tests.cast import START, Cast
from tests.competencies import factory, proofs
from tests.competencies.factory import TODAY


def section(competency: str, level: int, *, passed: bool) -> dict[str, Any]:
    return {
        "competency": competency,
        "level": level,
        "passed": passed,
        "title": "",
        "mark": 1,
        "maximum": 2,
        "pass": 60,
    }


def test_an_exam_proves_the_highest_level_whose_section_was_passed() -> None:
    sections = [
        section("TEK.KI", 1, passed=True),
        section("TEK.KI", 2, passed=True),
        section("TEK.KI", 3, passed=False),
        section("TEK.PAT", 2, passed=False),
        section("MAN.INT", 2, passed=True),
    ]

    assert proven_levels(sections, passed=True) == {"TEK.KI": 2, "MAN.INT": 2}


def test_a_failed_exam_proves_nothing() -> None:
    assert proven_levels([section("TEK.KI", 1, passed=True)], passed=False) == {}


def test_a_result_is_written_once_for_each_competency(session: Session, cast: Cast) -> None:
    known = factory.dictionary(session)
    result = proofs.result(session, cast, [section("TEK.KI", 1, passed=True), section("MAN.INT", 2, passed=True)])

    first = take(session, cast, result)
    second = take(session, cast, result)

    assert {(row.competency_id, row.level, row.source) for row in first} == {
        (known["TEK.KI"], 1, "exam"),
        (known["MAN.INT"], 2, "exam"),
    }
    assert second == []


def test_a_regrade_sets_aside_what_the_earlier_result_proved(session: Session, cast: Cast) -> None:
    factory.dictionary(session)
    result = proofs.result(session, cast, [section("TEK.KI", 2, passed=True)])
    take(session, cast, result)
    again = proofs.regrade(session, result, [section("TEK.KI", 1, passed=True)])

    take(session, cast, again)

    rows = evidence.observations_of(session, cast.learner.employee_id)
    assert [(row.level, row.set_aside_at) for row in rows] == [(2, START), (1, None)]


def test_a_regrade_that_fails_leaves_nothing_counting(session: Session, cast: Cast) -> None:
    factory.dictionary(session)
    result = proofs.result(session, cast, [section("TEK.KI", 2, passed=True)])
    take(session, cast, result)

    take(session, cast, proofs.regrade(session, result, [], passed=False))

    [row] = evidence.observations_of(session, cast.learner.employee_id)
    assert row.set_aside_at == START


def test_an_unknown_competency_is_refused_not_skipped(session: Session, cast: Cast) -> None:
    result = proofs.result(session, cast, [section("TEK.XX", 2, passed=True)])

    with pytest.raises(IntegrityError):
        take(session, cast, result)


def test_a_certificate_is_evidence_once_and_until_it_ends(session: Session, cast: Cast) -> None:
    known = factory.dictionary(session)
    result = proofs.result(session, cast, [section("TEK.KI", 2, passed=True)])
    certificate = proofs.certificate(session, cast, result, known["TEK.KI"], 2)
    certified = CertifiedLevel(
        certificate, cast.learner.employee_id, known["TEK.KI"], 2, date(2026, 11, 23), date(2029, 11, 23)
    )

    [first] = evidence.from_certificates(session, [certified], now=START)

    assert evidence.from_certificates(session, [certified], now=START) == []
    assert (first.source, first.level, first.valid_until) == ("certificate", 2, date(2029, 11, 23))
    assert len(session.scalars(select(Evidence)).all()) == 1


def test_evidence_of_a_revoked_certificate_is_set_aside_once(session: Session, cast: Cast) -> None:
    known = factory.dictionary(session)
    result = proofs.result(session, cast, [section("TEK.KI", 2, passed=True)])
    certificate = proofs.certificate(session, cast, result, known["TEK.KI"], 2)
    certified = CertifiedLevel(certificate, cast.learner.employee_id, known["TEK.KI"], 2, TODAY, None)
    evidence.from_certificates(session, [certified], now=START)

    evidence.set_aside_certificate(session, certificate, now=START)
    evidence.set_aside_certificate(session, certificate, now=datetime(2027, 1, 1, tzinfo=UTC))

    [row] = evidence.observations_of(session, cast.learner.employee_id)
    assert row.set_aside_at == START


def test_two_assessments_of_the_same_level_are_two_observations(session: Session, cast: Cast) -> None:
    known = factory.dictionary(session)
    factory.proof(session, cast.learner, known["MAN.INT"], 2, "assessment", date(2025, 1, 1))
    factory.proof(session, cast.learner, known["MAN.INT"], 2, "assessment", date(2026, 1, 1))

    assert len(evidence.observations_of(session, cast.learner.employee_id)) == 2


def take(session: Session, cast: Cast, result: Result) -> list[Evidence]:
    return evidence.from_result(
        session,
        result,
        employee_id=cast.learner.employee_id,
        supervised=True,
        observed_on=TODAY,
        valid_until=None,
        now=START,
    )
