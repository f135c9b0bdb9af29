"""Grading: pure, exact, and worked by hand here."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lms.exams import results
from lms.exams.grading import cut, grade, percent_of
from lms.exams.models import Result
from lms.exams.papers import Item
from lms.exams.pass_rules import Threshold
from lms.questions import kinds
from tests.exams.factory import RIGHT, WRONG, question


def item(kind: str, section: int = 0) -> Item:
    return Item(version=1, hash="h", section=section, order=[], kind=kind, content=kinds.read(question(kind)))


def plan(*sections: tuple[str, Any], total: Any = 70) -> dict[str, Any]:
    parts = [{"title": title, "competency": "TEK.KI", "level": 1, "pass": passing} for title, passing in sections]
    return {"pass_total": total, "sections": parts}


FIVE = [
    item("single_choice"),
    item("multiple_choice"),
    item("true_false"),
    item("situational", 1),
    item("numeric", 1),
]


def test_a_paper_worked_by_hand() -> None:
    """1 + 0.5 + 0 of 3 in the first section, 0.8 + 1 of 2 in the second: 3.3 of 5, which is 66 %."""
    answers = {1: "0", 2: ["0"], 3: False, 4: "1", 5: "12,9"}

    graded = grade(FIVE, plan(("Dasar", 50), ("Penerapan", 60)), answers)

    assert [mark.mark for mark in graded.marks] == [Decimal(text) for text in ("1", "0.5", "0", "0.8", "1")]
    assert [(part.percent, part.passed) for part in graded.sections] == [
        (Decimal("50.00"), True),
        (Decimal("90.00"), True),
    ]
    assert (graded.score, graded.maximum, graded.percent) == (Decimal("3.30"), Decimal(5), Decimal("66.00"))
    assert not graded.passed


def test_the_total_must_be_reached_and_every_section() -> None:
    nearly = {1: "0", 2: ["0", "1"], 3: True, 4: "4", 5: None}

    assert grade(FIVE, plan(("A", 60), ("B", None), total=64), nearly).passed
    assert not grade(FIVE, plan(("A", 60), ("B", None), total=65), nearly).passed
    assert not grade(FIVE, plan(("A", 60), ("B", 11), total=64), nearly).passed


def test_a_percentage_is_cut_and_the_verdict_is_exact() -> None:
    """Two of three is 66.666… %: printed 66.66, and it does not reach 66.67."""
    three = [item("true_false")] * 3
    answers = {1: True, 2: True}

    assert grade(three, plan(("A", None), total="66.67"), answers).percent == Decimal("66.66")
    assert not grade(three, plan(("A", None), total="66.67"), answers).passed
    assert grade(three, plan(("A", None), total="66.66"), answers).passed


def test_three_thirds_are_a_whole_and_are_written_to_four_places() -> None:
    """Six questions of three pairs each: two right, three with one pair of three, one blank. 2 + 3 × ⅓ = 3 of 6, just 50 %."""
    six = [item("matching")] * 6
    right = RIGHT["matching"]
    third = {"0": "2", "1": "0", "2": "0"}
    answers = {1: right, 2: right, 3: third, 4: third, 5: third}
    half = plan(("A", 50), total=50)

    graded = grade(six, half, answers)
    before = grade(six, half, answers, by_places=True)

    assert [mark.mark for mark in graded.marks] == [1, 1, *[Decimal("0.3333")] * 3, 0]
    assert graded.sections[0].mark == graded.score == 3
    assert (graded.percent, graded.sections[0].passed, graded.passed) == (Decimal("50.00"), True, True)
    assert (before.sections[0].mark, before.percent, before.passed) == (Decimal("2.9999"), Decimal("49.99"), False)


def test_a_sum_just_below_a_threshold_is_not_written_as_if_it_reached_it() -> None:
    """0.99999 of 1 point is cut to 0.9999, and is not 1."""
    assert cut(Fraction(99_999, 100_000), 4) == Decimal("0.9999")
    assert not Threshold(percent=Decimal(100)).is_reached(Fraction(99_999, 100_000), Decimal(1))


def test_an_empty_paper_is_worth_nothing_and_fails() -> None:
    graded = grade(FIVE, plan(("A", 0), ("B", 0)), {})

    assert (graded.score, graded.percent, graded.passed) == (Decimal("0.00"), Decimal("0.00"), False)


def test_a_section_without_questions_is_nought_per_cent() -> None:
    graded = grade(FIVE[:3], plan(("A", None), ("Kosong", None), total=0), {})

    assert graded.sections[1].percent == 0
    assert graded.passed


marks = st.fractions(min_value=0, max_value=4, max_denominator=5_000)
thresholds = st.integers(min_value=0, max_value=10_000).map(lambda n: Decimal(n) / 100)


@given(mark=marks, threshold=thresholds)
def test_a_printed_percentage_reaches_a_threshold_exactly_when_the_verdict_says_so(
    mark: Fraction, threshold: Decimal
) -> None:
    assert (percent_of(mark, Decimal(4)) >= threshold) == Threshold(percent=threshold).is_reached(mark, Decimal(4))


choices = st.lists(st.sampled_from(["right", "wrong", "none"]), min_size=5, max_size=5)


def test_a_section_is_printed_cut_down_as_the_total_is() -> None:
    """2/3 of one right answer: kept as 0.6666, printed 0.66 at its section and at the whole."""
    graded = grade(FIVE[:1], {**plan(("Dasar", 50)), "certainty": True}, {1: {"answer": "0", "certainty": 2}})
    kept = Result(
        passed=False, score=graded.score, maximum=graded.maximum, percent=graded.percent, threshold=None, answered=1,
        journal="f" * 64, sections=[results.as_row(part) for part in graded.sections], marks=[], problems=[],
    )  # fmt: skip

    outcome = results.outcome_of(kept)

    assert graded.sections[0].mark == Decimal("0.6666")
    assert outcome.sections[0].mark == outcome.score == Decimal("0.66")


def answered(how: list[str]) -> dict[int, Any]:
    table = {"right": RIGHT, "wrong": WRONG}
    return {n: table[word][one.kind] for n, (word, one) in enumerate(zip(how, FIVE, strict=True), 1) if word in table}


@given(how=choices)
def test_sections_add_up_to_the_whole(how: list[str]) -> None:
    graded = grade(FIVE, plan(("A", 60), ("B", 60)), answered(how))

    assert sum(part.mark for part in graded.sections) == graded.score == how.count("right")
    assert sum(part.maximum for part in graded.sections) == graded.maximum == 5


@given(how=choices, better=st.integers(min_value=1, max_value=5))
def test_a_better_answer_never_lowers_the_result(how: list[str], better: int) -> None:
    before = grade(FIVE, plan(("A", 60), ("B", 60)), answered(how))
    after = grade(FIVE, plan(("A", 60), ("B", 60)), answered(how) | {better: RIGHT[FIVE[better - 1].kind]})

    assert after.score >= before.score
    assert after.passed >= before.passed
