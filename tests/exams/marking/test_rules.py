"""How marks of several people become one, and how far two agree; worked by hand."""

from decimal import Decimal

import pytest

from lms.exams.marking import agreement, rules
from lms.exams.marking.rules import Rule, Settlement

TWO = Rule(markers=2, tolerance=Decimal(20))
FIVE = Decimal(5)


def marks(*given: str | None) -> dict[int, Decimal]:
    return {slot: Decimal(mark) for slot, mark in enumerate(given, 1) if mark is not None}


@pytest.mark.parametrize(
    ("rule", "given", "expected"),
    [
        (Rule(), marks(), Settlement("open")),
        (Rule(), marks("3"), Settlement("settled", Decimal(3))),
        (TWO, marks("3"), Settlement("open")),
        (TWO, marks(None, "3"), Settlement("open")),
        (TWO, marks("3", "4"), Settlement("settled", Decimal("3.5"))),  # 1 of 5 is 20 per cent: within
        (TWO, marks("4", "3"), Settlement("settled", Decimal("3.5"))),
        (TWO, marks("3", "4.01"), Settlement("disputed")),  # 1.01 of 5 is 20.2 per cent
        (TWO, marks("1", "4", "2"), Settlement("settled", Decimal(2))),  # the third alone counts
        (TWO, marks("3", "4", "0"), Settlement("settled", Decimal("3.5"))),  # nobody asked the third
        (Rule(2, Decimal(0)), marks("3", "3"), Settlement("settled", Decimal(3))),
        (Rule(2, Decimal(0)), marks("3", "3.0001"), Settlement("disputed")),
        (TWO, marks("1.0001", "1"), Settlement("settled", Decimal("1.0001"))),  # 1.00005 to four places, half up
    ],
)
def test_marks_are_settled_by_the_rule(rule: Rule, given: dict[int, Decimal], expected: Settlement) -> None:
    assert rules.settle(rule, FIVE, given) == expected


@pytest.mark.parametrize(
    ("rule", "state", "taken", "expected"),
    [
        (Rule(), "open", (), 1),
        (Rule(), "settled", (1,), None),
        (TWO, "open", (), 1),
        (TWO, "open", (1,), 2),
        (TWO, "disputed", (1, 2), 3),
        (TWO, "settled", (1, 2, 3), None),
    ],
)
def test_the_slot_that_is_wanted(rule: Rule, state: rules.State, taken: tuple[int, ...], expected: int | None) -> None:
    assert rules.wanted_slot(rule, state, taken) == expected


def test_a_blueprint_that_says_nothing_asks_for_one_marker() -> None:
    assert rules.rule_of({"sections": []}) == Rule(1, Decimal(20))
    assert rules.rule_of({"marking": {"markers": 2, "tolerance": "12.5"}}) == Rule(2, Decimal("12.5"))


def pairs(*given: tuple[int, int]) -> list[tuple[Decimal, Decimal, bool]]:
    return [(Decimal(one), Decimal(other), abs(one - other) <= 1) for one, other in given]


def test_agreement_of_four_answers_worked_by_hand() -> None:
    """First 1 2 3 4, second 1 3 3 2. Differences 0 1 0 −2.

    Seen: 0 + 1 + 0 + 4 = 5. Σx² = 30, Σy² = 23, Σx = 10, Σy = 9: chance = 4·53 − 180 = 32. κ = 1 − 4·5 ÷ 32 = 0.375.
    """
    marks = [(1, 1), (2, 3), (3, 3), (4, 2)]
    found = agreement.of(pairs(*marks))

    assert (found.n, found.exact, found.within) == (4, 0.5, 0.75)
    assert (found.mean_difference, found.mean_absolute) == (-0.25, 0.75)
    assert agreement.weighted_kappa([(Decimal(4), pairs(*marks))]) == 0.375


def test_two_who_always_agree_have_kappa_one_and_two_constant_ones_none() -> None:
    assert agreement.weighted_kappa([(Decimal(4), pairs((1, 1), (2, 2)))]) == 1.0
    assert agreement.weighted_kappa([(Decimal(4), pairs((2, 2), (2, 2)))]) is None
    assert agreement.of([]).exact is None


def test_questions_together_agree_no_better_than_each_of_them() -> None:
    """Of 4 points: 1 or 3 from each marker, in all four ways; of 20 points: 5 or 15. Each way is seen four times.

    Of 4: seen 4·(0 + 4 + 4 + 0) = 32; chance: half of 16·16 pairs differ by 2, 512 ÷ 16 = 32. κ = 0, and likewise of 20
    (800 and 800). As shares of the maximum 32 ÷ 16 = 2 and 800 ÷ 400 = 2: κ = 1 − (2 + 2) ÷ (2 + 2) = 0.
    Taken for one question it would be 0.55. Where the markers of the first always agree: κ = 1 − (0 + 2) ÷ (2 + 2) = 0.5.
    """
    few = pairs(*[(1, 1), (1, 3), (3, 1), (3, 3)] * 4)
    many = pairs(*[(5, 5), (5, 15), (15, 5), (15, 15)] * 4)
    alike = pairs(*[(1, 1), (3, 3)] * 8)
    together = agreement.of_all([(Decimal(4), few), (Decimal(20), many)])

    assert (agreement.of_all([(Decimal(4), few)] * 2).kappa, together.kappa) == (0.0, 0.0)
    assert agreement.of_all([(Decimal(4), alike), (Decimal(20), many)]).kappa == 0.5
    assert (together.n, together.exact) == (32, 0.5)
    assert (together.mean_difference, together.mean_absolute) == (
        None,
        None,
    )  # points of one are not points of the other
    assert agreement.of_all([(Decimal(4), few)] * 2).mean_absolute == 1.0


def test_kappa_is_told_from_thirty_answers_on() -> None:
    marks = [(1, 1), (2, 2), (3, 3)] * 10

    assert agreement.of(pairs(*marks[:29])).kappa is None
    assert agreement.of(pairs(*marks)).kappa == 1.0


def test_kappa_is_cohen_s_with_quadratic_weights() -> None:
    """By his own formula with the 2 × 2 table: agreements 20 and 15, disagreements 5 and 10 of 50.

    pₒ = 35/50 = 0.7; pₑ = (25·30 + 25·20)/2500 = 0.5; κ = 0.2/0.5 = 0.4. With two categories all weights are alike.
    """
    table = [(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15

    assert agreement.of(pairs(*table)).kappa == pytest.approx(0.4)
