"""Gaps, their order, and the Job Person Match, by numbers worked by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from lms.competencies import reference, standards
from lms.competencies.gaps import Gap, State, gaps, job_person_match, top_gaps
from lms.competencies.profiles import Observation
from lms.competencies.standards import Required
from tests.cast import Cast
from tests.competencies import factory
from tests.competencies.factory import TODAY


def asks(key: int, level: int, *, mandatory: bool = False) -> Required:
    return Required(key, f"K{key}", f"Kompetensi {key}", "teknis", level, mandatory, key)


def holds(key: int, level: int, *, until: date | None = None) -> Observation:
    return Observation(key * 10 + level, key, level, "certificate", date(2024, 1, 1), valid_until=until)


def order(found: list[Gap]) -> list[str]:
    return [gap.required.code for gap in found]


def test_gaps_come_mandatory_expired_then_largest_then_unassessed_then_ending_then_met() -> None:
    required = [asks(1, 2), asks(2, 2), asks(3, 3), asks(4, 3), asks(5, 2, mandatory=True), asks(6, 2)]
    evidence = [
        holds(1, 2),
        holds(2, 2, until=TODAY + timedelta(days=90)),
        holds(3, 2),
        holds(4, 1),
        holds(5, 2, until=TODAY - timedelta(days=1)),
    ]

    found = gaps(required, evidence, on=TODAY)

    assert order(found) == ["K5", "K4", "K3", "K6", "K2", "K1"]
    assert [gap.state for gap in found] == [
        State.UNASSESSED,
        State.SHORT,
        State.SHORT,
        State.UNASSESSED,
        State.ENDING,
        State.MET,
    ]


def test_of_equal_gaps_the_mandatory_one_comes_first() -> None:
    found = gaps([asks(1, 3), asks(2, 3, mandatory=True)], [holds(1, 2), holds(2, 2)], on=TODAY)

    assert order(found) == ["K2", "K1"]


def test_a_gap_counts_levels_and_an_unassessed_one_counts_nothing() -> None:
    short, unassessed = gaps([asks(1, 3), asks(2, 2)], [holds(1, 1)], on=TODAY)

    assert (short.level, short.missing, short.surplus) == (1, 2, 0)
    assert (unassessed.level, unassessed.missing) == (None, None)


def test_a_surplus_is_no_gap() -> None:
    [found] = gaps([asks(1, 3)], [holds(1, 4)], on=TODAY)

    assert (found.missing, found.surplus, found.state) == (0, 1, State.MET)


def test_expired_evidence_names_what_must_be_renewed() -> None:
    [found] = gaps([asks(1, 3)], [holds(1, 3, until=date(2026, 10, 31))], on=TODAY)

    assert found.lapsed is not None
    assert found.lapsed.valid_until == date(2026, 10, 31)


def test_a_level_that_ends_in_ninety_one_days_is_simply_met() -> None:
    [found] = gaps([asks(1, 2)], [holds(1, 2, until=TODAY + timedelta(days=91))], on=TODAY)

    assert (found.state, found.days_left) == (State.MET, 91)


def test_the_match_of_the_sketch_is_37_of_43_levels() -> None:
    asked = [3, 4, 3, 3, 3, *[3] * 8, 3]
    attained = [1, 2, 3, 3, 3, 2, 2, 4, 3, 3, 3, 3, 3, 3]
    required = [asks(key, level) for key, level in enumerate(asked)]

    match = job_person_match(required, dict(enumerate(attained)))

    assert (match.attained, match.required, len(match.missing)) == (37, 43, 0)
    assert match.share == Decimal(3700) / Decimal(43)


def test_a_surplus_makes_up_for_a_gap_only_where_that_is_set() -> None:
    required = [asks(1, 3), asks(2, 3)]
    levels: dict[int, int | None] = {1: 5, 2: 2}

    assert job_person_match(required, levels).attained == 5
    assert job_person_match(required, levels, offset=True).attained == 6


def test_what_was_not_assessed_is_missing_and_scores_nothing_on_either_side() -> None:
    match = job_person_match([asks(1, 3), asks(2, 2), asks(3, 4)], {1: 2, 2: None})

    assert (match.attained, match.required) == (2, 3)
    assert [required.code for required in match.missing] == ["K2", "K3"]


def test_nothing_assessed_is_no_share() -> None:
    assert job_person_match([asks(1, 3)], {}).share is None


@pytest.mark.parametrize(
    ("attained", "required", "placement", "mapping"),
    [
        (8, 10, "Memenuhi Syarat", "Cukup Optimal"),
        (79, 99, "Masih Memenuhi Syarat", "Cukup Optimal"),
        (17, 25, "Masih Memenuhi Syarat", "Kurang Optimal"),
        (67, 99, "Kurang Memenuhi Syarat", "Kurang Optimal"),
        (9, 10, "Memenuhi Syarat", "Optimal"),
        (8999999, 10000000, "Memenuhi Syarat", "Cukup Optimal"),
    ],
)
def test_a_share_is_compared_before_it_is_rounded(attained: int, required: int, placement: str, mapping: str) -> None:
    share = Decimal(attained * 100) / Decimal(required)

    assert reference.category(share, "placement", on=TODAY).label == placement
    assert reference.category(share, "mapping", on=TODAY).label == mapping


def test_limits_hold_only_from_the_day_they_are_dated() -> None:
    with pytest.raises(reference.NotYetSet):
        reference.category(Decimal(80), "placement", on=date(2016, 12, 31))


def test_the_top_gaps_of_a_person_leave_out_what_is_met(session: Session, cast: Cast) -> None:
    known = factory.dictionary(session)
    factory.standard(session, cast.learner, known, {"TEK.KI": 2, "TEK.PAT": 3, "MAN.INT": 2})
    factory.proof(session, cast.learner, known["TEK.PAT"], 1, "manager", date(2026, 1, 1))
    factory.proof(session, cast.learner, known["MAN.INT"], 2, "assessment", date(2026, 1, 1))
    post = standards.post_of(session, cast.learner.employee_id, on=TODAY)
    assert post is not None
    assert post.standard is not None
    who, asked = cast.learner.employee_id, post.standard.requirements

    assert order(top_gaps(session, who, asked, today=TODAY, limit=3)) == ["TEK.PAT", "TEK.KI"]
    assert order(top_gaps(session, who, asked, today=TODAY, limit=1)) == ["TEK.PAT"]
