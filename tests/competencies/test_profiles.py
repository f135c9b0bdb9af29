"""The rule that turns evidence into levels, by examples worked by hand."""

from datetime import UTC, date, datetime

from lms.competencies.profiles import Change, Observation, Reason, history, profile, reasons
from tests.competencies.factory import TODAY

KI = 7


def seen(
    key: int,
    source: str,
    level: int,
    observed_on: date,
    *,
    until: date | None = None,
    supervised: bool = False,
    set_aside: bool = False,
) -> Observation:
    aside = datetime(2026, 11, 1, tzinfo=UTC) if set_aside else None
    return Observation(key, KI, level, source, observed_on, supervised, until, aside)


def levels(*evidence: Observation, on: date = TODAY) -> tuple[int | None, int | None]:
    standing = profile(evidence, on)[KI]
    return standing.official, standing.estimated


def test_a_certificate_raises_the_estimate_above_an_older_assessment() -> None:
    assessment = seen(1, "assessment", 2, date(2025, 3, 12))
    certificate = seen(2, "certificate", 3, date(2026, 5, 12))

    assert levels(assessment, certificate) == (2, 3)


def test_the_official_level_is_the_latest_assessment_and_the_estimate_the_highest() -> None:
    older = seen(1, "assessment", 4, date(2022, 3, 12))
    newer = seen(2, "assessment", 3, date(2025, 3, 12))

    assert levels(older, newer) == (3, 4)


def test_without_valid_proof_the_manager_s_assessment_is_the_estimate() -> None:
    expired = seen(1, "certificate", 3, date(2023, 10, 31), until=date(2026, 10, 31))
    manager = seen(2, "manager", 1, date(2026, 6, 2))

    assert levels(expired, manager) == (None, 1)


def test_a_manager_s_assessment_yields_to_a_supervised_exam_however_high_it_is() -> None:
    exam = seen(1, "exam", 2, date(2026, 7, 6), supervised=True)
    manager = seen(2, "manager", 4, date(2026, 8, 1))

    assert levels(exam, manager) == (None, 2)


def test_a_self_claim_and_evidence_of_tomorrow_leave_a_person_not_assessed() -> None:
    claim = seen(1, "self", 5, date(2026, 6, 1))
    tomorrow = seen(2, "certificate", 3, date(2026, 11, 24))

    standing = profile([claim, tomorrow], TODAY)[KI]

    assert (standing.official, standing.estimated, standing.claimed) == (None, None, 5)


def test_an_exam_that_nobody_supervised_does_not_count() -> None:
    assert levels(seen(1, "exam", 4, date(2026, 7, 6))) == (None, None)


def test_evidence_that_was_set_aside_does_not_count() -> None:
    aside = seen(1, "certificate", 4, date(2026, 7, 6), set_aside=True)
    rest = seen(2, "certificate", 2, date(2026, 7, 6))

    assert levels(aside, rest) == (None, 2)


def test_evidence_counts_on_its_last_day_and_not_on_the_next() -> None:
    certificate = seen(1, "certificate", 3, date(2023, 11, 23), until=TODAY)

    assert levels(certificate) == (None, 3)
    assert levels(certificate, on=date(2026, 11, 24)) == (None, None)


def test_only_the_latest_manager_s_assessment_is_read() -> None:
    assert levels(seen(1, "manager", 4, date(2025, 6, 1)), seen(2, "manager", 2, date(2026, 6, 1))) == (None, 2)


def test_of_two_assessments_on_one_day_the_one_recorded_later_is_official() -> None:
    assert levels(seen(2, "assessment", 2, date(2026, 3, 1)), seen(1, "assessment", 4, date(2026, 3, 1))) == (2, 4)


def test_no_evidence_is_no_entry() -> None:
    assert profile([], TODAY) == {}


def test_a_level_lasts_as_long_as_the_last_evidence_that_gives_it() -> None:
    short = seen(1, "certificate", 3, date(2024, 1, 18), until=date(2027, 1, 18))
    long = seen(2, "exam", 3, date(2026, 1, 1), until=date(2028, 1, 1), supervised=True)
    lower = seen(3, "assessment", 2, date(2025, 1, 1))

    assert profile([short, long, lower], TODAY)[KI].until == date(2028, 1, 1)


def test_a_level_with_one_evidence_that_does_not_end_does_not_end() -> None:
    ends = seen(1, "certificate", 3, date(2024, 1, 18), until=date(2027, 1, 18))
    stays = seen(2, "assessment", 3, date(2025, 1, 1))

    assert profile([ends, stays], TODAY)[KI].until is None


def test_of_equal_levels_the_strongest_source_is_named_as_basis() -> None:
    exam = seen(1, "exam", 3, date(2026, 5, 1), supervised=True)
    assessment = seen(2, "assessment", 3, date(2025, 3, 12))
    basis = profile([exam, assessment], TODAY)[KI].basis

    assert basis is not None
    assert basis.id == 2


def test_each_row_says_why_it_counts_or_not() -> None:
    evidence = [
        seen(1, "certificate", 3, date(2026, 5, 12)),
        seen(2, "assessment", 2, date(2025, 3, 12)),
        seen(3, "manager", 4, date(2026, 8, 1)),
        seen(4, "self", 5, date(2026, 6, 1)),
        seen(5, "exam", 3, date(2026, 5, 11)),
        seen(6, "certificate", 5, date(2026, 5, 12), set_aside=True),
        seen(7, "certificate", 4, date(2020, 1, 1), until=date(2023, 1, 1)),
        seen(8, "assessment", 5, date(2026, 12, 1)),
    ]

    assert reasons(evidence, TODAY) == {
        1: Reason.DECIDES,
        2: Reason.COUNTS,
        3: Reason.OUTRANKED,
        4: Reason.SELF_CLAIM,
        5: Reason.UNSUPERVISED,
        6: Reason.SET_ASIDE,
        7: Reason.EXPIRED,
        8: Reason.NOT_YET,
    }


def test_history_tells_each_day_on_which_a_level_changed() -> None:
    evidence = [
        seen(1, "manager", 1, date(2022, 6, 1)),
        seen(2, "certificate", 3, date(2023, 10, 31), until=date(2026, 10, 31)),
        seen(3, "self", 5, date(2024, 1, 1)),
        seen(4, "assessment", 4, date(2026, 12, 1)),
    ]

    assert history(evidence, TODAY) == [
        Change(date(2022, 6, 1), None, 1),
        Change(date(2023, 10, 31), None, 3),
        Change(date(2026, 11, 1), None, 1),
    ]
